/** The figures of rbm-thermodynamics. */

import { square } from '../../ising/models/lattice.js';
import { isingHamiltonian } from '../../ising/models/models.js';
import { lineChart, type Series } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import { exactValues, OBSERVABLES, type Observable } from './point.js';
import {
  comparisons,
  divergenceOf,
  type Group,
  groupsOf,
  listed,
  meanOf,
  NAMES,
  PUBLISHED,
  type RbmThermodynamicsSummary,
  spreadOf,
  truth,
  unique,
  units,
} from './summary.js';

/** Points of an exact curve. */
const CURVE = 81;
/** The least KL that is drawn. */
const FLOOR = 1e-6;
/** The least distance to the exact energy that is drawn. */
const MIN_DISTANCE = 1e-6;

export function figures({ results }: RbmThermodynamicsSummary): Figure[] {
  const groups = groupsOf(results);
  const sizes = unique(groups.map(({ size }) => size));
  const of = (size: number) => groups.filter((group) => group.size === size);
  return [
    ...sizes.flatMap((size) => OBSERVABLES.map((name) => quantityFigure(of(size), name))),
    ...sizes.map((size) => distanceFigure(of(size))),
    klFigure(groups),
  ];
}

/** The groups of each number of hidden units, in order of temperature. */
function byHidden(own: Group[]): [number, Group[]][] {
  return unique(own.map(({ hidden }) => hidden)).map((hidden) => [
    hidden,
    own.filter((group) => group.hidden === hidden).sort((a, b) => a.temperature - b.temperature),
  ]);
}

const temperaturesOf = (groups: Group[]) => groups.map(({ temperature }) => temperature);

const told = (runs: number) =>
  runs === 1
    ? 'one RBM of each kind'
    : `mean of ${runs} RBMs, each trained on configurations of its own; bars: their standard deviation`;

function quantityFigure(own: Group[], name: Observable): Figure {
  const [{ size, runs }] = own;
  const kinds = byHidden(own);
  const [, first] = kinds[0];
  const known = runs[0].exact[name] !== null;
  const right = known
    ? exactCurve(first, name)
    : { x: temperaturesOf(first), y: first.map((group) => truth(group, name).value) };
  const series: Series[] = [
    { label: known ? 'exact' : 'Ising configurations', ...right },
    ...kinds.map(([hidden, groups], k): Series => {
      const means = groups.map((group) => meanOf(group, name));
      return {
        label: units(hidden),
        x: temperaturesOf(groups),
        y: means.map(({ value }) => value),
        error: means.map(({ error }) => error),
        mark: k % 2 === 0 ? 'crosses' : 'circles',
      };
    }),
  ];
  return lineChart({
    name: `${NAMES[name].title.toLowerCase().replace(' ', '-')}-${size}`,
    title: `${NAMES[name].title} of trained RBMs, L = ${size}`,
    series,
    xLabel: 'temperature kT/J',
    yLabel: NAMES[name].axis,
    caption: `Marks: ${told(runs.length)}. Line: ${known ? 'exact' : 'fresh configurations of the Ising model, straight between temperatures'}.`,
  });
}

function exactCurve(own: Group[], name: Observable) {
  const temperatures = temperaturesOf(own);
  const [low, high] = [temperatures[0], temperatures[temperatures.length - 1]];
  const x = Array.from({ length: low === high ? 1 : CURVE }, (_, k) => low + ((high - low) * k) / (CURVE - 1));
  const lattice = square(own[0].size);
  const y = x.map((t) => exactValues(isingHamiltonian({ lattice, coupling: 1 / t }), t)[name] as number);
  return { x, y };
}

/** Energies that no eye could tell from the exact curve: how far off they are, on a logarithmic scale, beside the published ones. */
function distanceFigure(own: Group[]): Figure {
  const [{ size, runs }] = own;
  const off = (group: Group, energy: number) => Math.max(MIN_DISTANCE, Math.abs(energy - truth(group, 'energy').value));
  const published = comparisons(own).map(({ published, exact }) => Math.abs(published - exact));
  const theirs: Series = {
    label: 'Torlai & Melko',
    x: published.map(() => PUBLISHED.temperature),
    y: published,
    mark: 'crosses',
  };
  const ours = byHidden(own).map(
    ([hidden, groups]): Series => ({
      label: units(hidden),
      x: temperaturesOf(groups),
      y: groups.map((group) => spreadOf(group.runs.map(({ model }) => off(group, model.energy.value))).value),
    }),
  );
  const crosses =
    published.length > 0
      ? ` Crosses: the published values of ${listed(comparisons(own).map(({ hidden }) => `${hidden}`))} hidden units.`
      : '';
  return lineChart({
    name: `distance-${size}`,
    title: `How far the energy of trained RBMs is off, L = ${size}`,
    series: published.length > 0 ? [theirs, ...ours] : ours,
    xLabel: 'temperature kT/J',
    yLabel: '|E − exact| per site, in units of J',
    yScale: 'log',
    caption: `Curves: the distance of one RBM to the exact energy, mean over ${runs.length} of each kind.${crosses}`,
  });
}

function klFigure(groups: Group[]): Figure {
  const sizes = unique(groups.map(({ size }) => size));
  return lineChart({
    name: 'kl',
    title: 'How far trained RBMs are from Boltzmann’s distribution',
    series: sizes.flatMap((size) =>
      byHidden(groups.filter((group) => group.size === size)).map(([hidden, own]): Series => {
        const means = own.map(divergenceOf);
        return {
          label: `${size}×${size}, ${hidden} hidden`,
          x: temperaturesOf(own),
          y: means.map(({ value }) => Math.max(FLOOR, value / (size * size))),
          error: means.map(({ error }) => error / (size * size)),
        };
      }),
    ),
    xLabel: 'temperature kT/J',
    yLabel: 'KL(P‖p) per site, in nats',
    yScale: 'log',
    caption: `Each curve: lattice and number of hidden units; mean and standard deviation over RBMs. Up to 16 spins by the sum over all states; beyond, the mean of log P − log p over fresh configurations, log Z of the RBM summed or annealed.`,
  });
}
