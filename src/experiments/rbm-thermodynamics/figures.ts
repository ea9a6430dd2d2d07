/** The figures of rbm-thermodynamics. */

import { QUANTITIES } from '../../ising/measure/quantities.js';
import { square } from '../../ising/models/lattice.js';
import { isingHamiltonian } from '../../ising/models/models.js';
import { exactObservables, OBSERVABLES, type Observable } from '../../rg/thermodynamics/observables.js';
import { meanOfModels, truthOf } from '../../rg/thermodynamics/rbmRuns.js';
import { spreadOf } from '../../stats/sample.js';
import { lineChart, type Series } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import { drawn, evenly, seriesOf } from '../kit/charts.js';
import { grouped } from '../kit/rows.js';
import { listed, prose } from '../kit/text.js';
import { type Comparison, divergenceOf, type Group, type Outcome, PUBLISHED, units } from './summary.js';

/** Points of an exact curve. */
const CURVE = 81;
/** Min KL, and min distance to the exact energy, in the figures. */
const FLOOR = 1e-6;

const xLabel = 'temperature kT/J';

export function figures({ groups, published }: Outcome): Figure[] {
  const sizes = grouped(groups, ({ size }) => size);
  return [
    ...sizes.flatMap((own) => OBSERVABLES.map((name) => quantityFigure(own, name))),
    ...sizes.map((own) => distanceFigure(own, own[0].size === PUBLISHED.size ? published : [])),
    klFigure(sizes),
  ];
}

/** The groups of each number of hidden units, in order of temperature. */
const byHidden = (own: Group[]): Group[][] =>
  grouped(own, ({ hidden }) => hidden).map((few) => few.sort((a, b) => a.temperature - b.temperature));

function quantityFigure(own: Group[], name: Observable): Figure {
  const [{ size, runs }] = own;
  const kinds = byHidden(own);
  const known = runs[0].exact[name] !== null;
  const { title, axis } = QUANTITIES[name];
  const marks =
    runs.length === 1
      ? 'one RBM of each kind'
      : prose`mean of ${runs.length} RBMs, each trained on configurations of its own; bars: their standard deviation`;
  return lineChart({
    name: `${title.toLowerCase()}-${size}`.replace(' ', '-'),
    title: `${title} of trained RBMs, L = ${size}`,
    series: [
      known
        ? exactCurve(kinds[0], name)
        : seriesOf('Ising configurations', kinds[0], 'temperature', (group) => truthOf(group.runs, name).value),
      ...kinds.map((groups, k) =>
        seriesOf(units(groups[0].hidden), groups, 'temperature', (group) => meanOfModels(group.runs, name), {
          mark: k % 2 === 0 ? 'crosses' : 'circles',
        }),
      ),
    ],
    xLabel,
    yLabel: name === 'energy' ? 'energy per site, in units of J' : axis,
    caption: prose`Marks: ${marks}. Line:
      ${known ? 'exact' : 'fresh configurations of the Ising model, straight between temperatures'}.`,
  });
}

function exactCurve(own: Group[], name: Observable): Series {
  const temperatures = own.map(({ temperature }) => temperature);
  const x = evenly(temperatures, CURVE);
  const lattice = square(own[0].size);
  const y = x.map((t) => exactObservables(isingHamiltonian({ lattice, coupling: 1 / t }), t)[name] as number);
  return { label: 'exact', x, y };
}

/** Distances of the energies to the exact ones, on a logarithmic scale, with the published ones. */
function distanceFigure(own: Group[], published: Comparison[]): Figure {
  const [{ size, runs }] = own;
  const off = (group: Group) => {
    const right = truthOf(group.runs, 'energy').value;
    return spreadOf(group.runs.map(({ model }) => Math.max(FLOOR, Math.abs(model.energy.value - right)))).value;
  };
  const theirs = seriesOf(
    'Torlai & Melko',
    published,
    () => PUBLISHED.temperature,
    (one) => Math.abs(one.published - one.exact),
    { mark: 'crosses' },
  );
  const counts = listed(published.map(({ hidden }) => hidden));
  return lineChart({
    name: `distance-${size}`,
    title: `How far the energy of trained RBMs is off, L = ${size}`,
    series: drawn([
      theirs,
      ...byHidden(own).map((groups) => seriesOf(units(groups[0].hidden), groups, 'temperature', off)),
    ]),
    xLabel,
    yLabel: '|E − exact| per site, in units of J',
    yScale: 'log',
    caption: prose`Curves: the distance of one RBM to the exact energy, mean over ${runs.length} of each
      kind.${counts && ` Crosses: the published values of ${counts} hidden units.`}`,
  });
}

const klFigure = (sizes: Group[][]): Figure =>
  lineChart({
    name: 'kl',
    title: 'How far trained RBMs are from Boltzmann’s distribution',
    series: sizes.flatMap((same) =>
      byHidden(same).map((own) =>
        seriesOf(`${own[0].size}×${own[0].size}, ${own[0].hidden} hidden`, own, 'temperature', (group) => {
          const { value, error } = divergenceOf(group);
          return { value: Math.max(FLOOR, value / group.size ** 2), error: error / group.size ** 2 };
        }),
      ),
    ),
    xLabel,
    yLabel: 'KL(P‖p) per site, in nats',
    yScale: 'log',
    caption: prose`Each curve: lattice and number of hidden units; mean and standard deviation over RBMs. Up to 16 spins by the
      sum over all states; beyond, the mean of log P − log p over fresh configurations, log Z of the RBM summed or annealed.`,
  });
