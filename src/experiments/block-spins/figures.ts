/** The figures of block-spins. */

import { criticalCoupling } from '../../exact/onsager.js';
import { type BlockObservable, OBSERVABLE_NAMES } from '../../rg/blocking/observables.js';
import { formatEstimate } from '../../util/estimate.js';
import { lineChart, type Series } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import { gridPanel } from '../../viz/panels/grid.js';
import { seriesOf } from '../kit/charts.js';
import { counted, prose } from '../kit/text.js';
import type { Flow } from './points.js';
import { changeAt, couplingLabel, flowAt, type Outcome, of } from './summary.js';

const SHOWN: BlockObservable[] = ['nearest', 'nextNearest', 'thirdNearest', 'plaquette', 'diamond', 'magnetisation2'];

export function figures(summary: Outcome): Figure[] {
  const { parameters, flows, matchings } = summary;
  const { final, steps, factor, spacing, samples } = parameters;
  const common = prose`Every point is of ${final} × ${final} block spins left by n steps of ${factor} × ${factor} majority
    from a lattice of side ${final}·${factor}^n (${samples.toLocaleString('en')} configurations each); bands are one
    standard error.`;
  const flow = (label: string, one: Flow, name: BlockObservable): Series =>
    seriesOf(label, one.levels, 'step', (level) => of(level, name));
  const along = (name: string, title: string, yLabel: string, series: Series[], caption: string): Figure =>
    lineChart({ name, title, xLabel: 'block-spin steps n', yLabel, series, caption: `${caption} ${common}` });
  const couplings = (name: BlockObservable) =>
    [...flows].reverse().map((one) => flow(couplingLabel(one, spacing), one, name));
  const crossings = matchings
    .slice(0, steps)
    .map(({ steps: [n], coupling }) => `${coupling ? formatEstimate(coupling) : 'none'} for n = ${n}`);
  return [
    filmFigure(summary),
    along(
      'flow-nearest',
      'Neighbouring block spins: the flow parts at K_c',
      '⟨s s′⟩ of neighbours',
      couplings('nearest'),
      'Above K_c the block spins become more ordered with every step, below less; at K_c their correlation settles.',
    ),
    along(
      'flow-magnetisation',
      'The same in the magnetisation',
      '⟨m²⟩',
      couplings('magnetisation2'),
      'The mean square of the magnetisation of the block spins.',
    ),
    along(
      'critical-operators',
      'At K_c all operators settle',
      'mean at K_c',
      SHOWN.map((name) => flow(OBSERVABLE_NAMES[name], flowAt(flows, 0), name)),
      prose`Energy-like operators, each a product of two or four spins averaged over all places and orientations, and
        ⟨m²⟩, at K_c. What changes in the first steps are the irrelevant couplings: the model starts with nearest
        neighbours only, and goes to the fixed point of this blocking.`,
    ),
    lineChart({
      name: 'matching',
      title: 'Two lattices agree at the critical coupling',
      xLabel: 'coupling K',
      yLabel: '⟨s s′⟩ after n + 1 steps, less that after n',
      series: [
        ...Array.from({ length: steps }, (_, n) => {
          const changes = flows.map((one) => ({ coupling: one.point.coupling, change: changeAt(one, n + 1) }));
          return seriesOf(`n = ${n}`, changes, 'coupling', 'change');
        }),
        { label: 'exact K_c', mark: 'circles', x: [criticalCoupling], y: [0] },
      ],
      caption: prose`Neighbours of ${final} × ${final} block spins from two lattices, the larger one with one step more:
        their difference is zero where a step changes nothing, at the exact K_c = ${criticalCoupling.toFixed(5)} (the
        circle) up to irrelevant operators, which matter less and less with n. Crossings, by cubics:
        ${crossings.join(', ')}. Bands are one standard error.`,
    }),
  ];
}

function filmFigure({ films, parameters: { window, filmSteps, factor } }: Outcome): Figure {
  const side = window * factor ** filmSteps;
  return gridPanel({
    name: 'film',
    title: 'Noise below, order above, and at K_c the same at every scale',
    shape: [window, window],
    content: 'spins',
    columns: Array.from({ length: filmSteps + 1 }, (_, n) => ({
      heading: n === 0 ? 'spins' : counted(n, 'step'),
      note: n === filmSteps ? `all of ${window}²` : `of ${window * factor ** (filmSteps - n)}²`,
    })),
    rows: films.map(({ point, frames, magnetisations }, k) => ({
      label: ['below K_c', 'at K_c', 'above K_c'][k],
      notes: [
        `K = ${point.coupling.toFixed(4)}`,
        `|m| = ${magnetisations[0].toFixed(3)} at first`,
        `${magnetisations[filmSteps].toFixed(3)} at last`,
      ],
      cells: frames,
    })),
    caption: prose`Three configurations of ${side} × ${side} spins. Each step replaces ${factor} × ${factor} spins by the
      sign of their sum (ties by a random bit); every picture shows a corner of ${window} × ${window} spins of the lattice
      of that step, so that it covers ${factor} times more of the system in each direction, until the last one shows all.
      Below K_c the clusters shrink to noise (K flows to 0), above K_c the islands go (K flows to ∞); at K_c there is no
      scale by which to tell one step from the next.`,
  });
}
