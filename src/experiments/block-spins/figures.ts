/** The figures of block-spins. */

import { criticalCoupling } from '../../exact/onsager.js';
import type { BlockObservable } from '../../rg/blocking/observables.js';
import { formatEstimate } from '../../util/estimate.js';
import { lineChart } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import { gridPanel } from '../../viz/panels/grid.js';
import type { BlockSpinsParameters, FilmResult, FlowResult } from './result.js';
import { type BlockSpinsSummary, NAMES, of } from './summary.js';

function couplingLabel({ point }: FlowResult, spacing: number): string {
  if (point.offset === 0) return 'K_c';
  return `K_c ${point.offset > 0 ? '+' : '−'} ${Number((Math.abs(point.offset) * spacing).toPrecision(3))}`;
}

export function figures(summary: BlockSpinsSummary): Figure[] {
  const { parameters, flows, films, matchings } = summary;
  const { final, steps, factor, spacing, samples } = parameters;
  const common =
    `Every point is of ${final} × ${final} block spins left by n steps of ${factor} × ${factor} majority from a lattice of side ` +
    `${final}·${factor}^n ` +
    `(${samples.toLocaleString('en')} configurations each); bands are one standard error.`;
  const flowChart = (name: string, observable: BlockObservable, title: string, yLabel: string, words: string): Figure =>
    lineChart({
      name,
      title,
      xLabel: 'block-spin steps n',
      yLabel,
      series: [...flows].reverse().map((flow) => ({
        label: couplingLabel(flow, spacing),
        x: flow.levels.map((_, n) => n),
        y: flow.levels.map((level) => of(level, observable).mean),
        error: flow.levels.map((level) => of(level, observable).error ?? 0),
      })),
      caption: `${words} ${common}`,
    });
  const critical = flows.find(({ point }) => point.offset === 0) as FlowResult;
  const shown: BlockObservable[] = ['nearest', 'nextNearest', 'thirdNearest', 'plaquette', 'diamond', 'magnetisation2'];
  return [
    filmFigure(films, parameters),
    flowChart(
      'flow-nearest',
      'nearest',
      'Neighbouring block spins: the flow parts at K_c',
      '⟨s s′⟩ of neighbours',
      'Above K_c the block spins become more ordered with every step, below less; at K_c their correlation settles.',
    ),
    flowChart(
      'flow-magnetisation',
      'magnetisation2',
      'The same in the magnetisation',
      '⟨m²⟩',
      'The mean square of the magnetisation of the block spins.',
    ),
    lineChart({
      name: 'critical-operators',
      title: 'At K_c all operators settle',
      xLabel: 'block-spin steps n',
      yLabel: 'mean at K_c',
      series: shown.map((name) => ({
        label: NAMES[name],
        x: critical.levels.map((_, n) => n),
        y: critical.levels.map((level) => of(level, name).mean),
        error: critical.levels.map((level) => of(level, name).error ?? 0),
      })),
      caption:
        'Energy-like operators, each a product of two or four spins averaged over all places and orientations, and ⟨m²⟩, at K_c. What ' +
        'changes in the first ' +
        `steps are the irrelevant couplings: the model starts with nearest neighbours only, and goes to the fixed point of this blocking. ${common}`,
    }),
    lineChart({
      name: 'matching',
      title: 'Two lattices agree at the critical coupling',
      xLabel: 'coupling K',
      yLabel: '⟨s s′⟩ after n + 1 steps, less that after n',
      series: [
        ...Array.from({ length: steps }, (_, n) => ({
          label: `n = ${n}`,
          x: flows.map(({ point }) => point.coupling),
          y: flows.map(({ levels }) => of(levels[n + 1], 'nearest').mean - of(levels[n], 'nearest').mean),
          error: flows.map(({ levels }) =>
            Math.hypot(of(levels[n + 1], 'nearest').error ?? 0, of(levels[n], 'nearest').error ?? 0),
          ),
        })),
        { label: 'exact K_c', mark: 'circles' as const, x: [criticalCoupling], y: [0] },
      ],
      caption:
        `Neighbours of ${final} × ${final} block spins from two lattices, the larger one with one step more: their difference is zero ` +
        `where a step changes nothing, ` +
        `at the exact K_c = ${criticalCoupling.toFixed(5)} (the circle) up to irrelevant operators, which matter less ` +
        `and less with n. Crossings, by cubics: ${matchings
          .filter(({ observable }) => observable === 'nearest')
          .map(({ steps: [n], coupling }) => `${coupling ? formatEstimate(coupling) : 'none'} for n = ${n}`)
          .join(', ')}. Bands are one standard error.`,
    }),
  ];
}

function filmFigure(films: FilmResult[], { window, filmSteps, factor }: BlockSpinsParameters): Figure {
  const side = window * factor ** filmSteps;
  const labels = ['below K_c', 'at K_c', 'above K_c'];
  return gridPanel({
    name: 'film',
    title: 'Noise below, order above, and at K_c the same at every scale',
    shape: [window, window],
    content: 'spins',
    columns: Array.from({ length: filmSteps + 1 }, (_, n) => ({
      heading: n === 0 ? 'spins' : `${n} ${n === 1 ? 'step' : 'steps'}`,
      note: n === filmSteps ? `all of ${window}²` : `of ${window * factor ** (filmSteps - n)}²`,
    })),
    rows: films.map(({ point, frames, magnetisations }, k) => ({
      label: labels[k],
      notes: [
        `K = ${point.coupling.toFixed(4)}`,
        `|m| = ${magnetisations[0].toFixed(3)} at first`,
        `${magnetisations[filmSteps].toFixed(3)} at last`,
      ],
      cells: frames,
    })),
    caption:
      `Three configurations of ${side} × ${side} spins. Each step replaces ${factor} × ${factor} spins by the sign of their sum (ties ` +
      `by a random bit); every picture ` +
      `shows a corner of ${window} × ${window} spins of the lattice of that step, so that it covers ${factor} times more of the system ` +
      `in each direction, until the last ` +
      `one shows all. Below K_c the clusters shrink to noise (K flows to 0), above K_c the islands go (K flows to ∞); at K_c there is ` +
      `no scale by which to tell one ` +
      `step from the next.`,
  });
}
