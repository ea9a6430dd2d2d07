/** The figures of the couplings-flow experiment. */

import { criticalCoupling } from '../../exact/onsager.js';
import { lineChart, type Series } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import { networkPanel } from '../../viz/panels/network.js';
import type { InducedCouplings, StackFlow, StackKind } from './result.js';
import { type CouplingsFlowSummary, flowOf, KIND_NAMES, KINDS, meanOf } from './summary.js';

/** Curves end here, in spacings: what lies beyond is floor. */
const MAX_DISTANCE = 6;

export function figures(summary: CouplingsFlowSummary): Figure[] {
  const { parameters } = summary;
  const layers = [0, ...parameters.hidden.slice(0, -1)].map((_, layer) => layer);
  const map = mapFigure(summary);
  const distances = layers.flatMap((layer) => distanceFigure(summary, layer) ?? []);
  return [...distances, flowFigure(summary), ...(map ? [map] : [])];
}

const inducedOf = (stacks: StackFlow[], layer: number): InducedCouplings[] =>
  stacks.flatMap(({ layers }) => layers[layer].induced.slice(0, 1));

/** Mean |K| at each distance, over stacks; bins that all of them have. None where no stack has two units with a place in this layer. */
function sizesOf(all: InducedCouplings[]) {
  if (all.length === 0) return [];
  const bins = all[0].bins.filter(({ distance }) => distance < MAX_DISTANCE && distance > 0.75);
  return bins.flatMap((bin) => {
    const same = all.flatMap(({ bins: others }) =>
      others.filter(({ distance }) => Math.round(2 * distance) === Math.round(2 * bin.distance)),
    );
    if (same.length < all.length) return [];
    const size = meanOf(same.map((one) => one.size));
    return [
      {
        distance: meanOf(same.map((one) => one.distance)).value,
        size: size.value,
        error: size.error ?? same[0].error,
        shuffled: same.every((one) => one.shuffled)
          ? [0, 1].map((end) => meanOf(same.map((one) => (one.shuffled as [number, number])[end])).value)
          : null,
      },
    ];
  });
}

/** Null where no stack has couplings in this layer. */
function distanceFigure({ stacks, parameters, layers }: CouplingsFlowSummary, layer: number): Figure | null {
  const series: Series[] = [];
  const curves = KINDS.map((kind) => ({
    kind,
    points: sizesOf(
      inducedOf(
        stacks.filter(({ point }) => point.data === kind),
        layer,
      ),
    ),
  })).filter(({ points }) => points.length > 0);
  for (const { kind, points } of curves) {
    series.push({
      label: labelOf(kind),
      x: points.map(({ distance }) => distance),
      y: points.map(({ size }) => size),
      error: points.map(({ error }) => error),
    });
  }
  if (curves.length === 0) return null;
  const dealt = curves[0].points.filter(({ shuffled }) => shuffled !== null);
  if (dealt.length > 1) {
    const ends = dealt.map(({ shuffled }) => shuffled as number[]);
    series.push({
      label: 'units exchanged at random',
      x: dealt.map(({ distance }) => distance),
      y: ends.map(([low, high]) => (low + high) / 2),
      error: ends.map(([low, high]) => (high - low) / 2),
    });
  }
  if (layer === 0) series.push({ label: 'Ising model: K, then 0', mark: 'circles', x: [1], y: [parameters.coupling] });
  const own = flowOf(layers, 'ising')[layer];
  const where =
    layer === 0
      ? `The Hamiltonian of the data’s spins in the first RBM (its visible marginal)`
      : `The Hamiltonian of the ${own.units} hidden spins of layer ${layer} in the RBM below them (its hidden marginal); distances between centres of receptive fields, in units of ` +
        `${own.spacing.toFixed(1)} lattice spacings`;
  return lineChart({
    name: `couplings-${layer}`,
    title: `${layer === 0 ? 'The data in the first RBM' : `Hidden layer ${layer}`}: couplings against distance`,
    series,
    xLabel: layer === 0 ? 'distance, in lattice spacings' : 'distance of centres, in spacings of the layer',
    yLabel: 'mean |K| of pairs',
    caption:
      `${where}. Bands: one standard error over stacks (of a single stack: over pairs); for exchanged units, 95 % of random relabellings, in which distance cannot matter. ` +
      `${layer === 0 ? '' : `${Math.round(100 * own.compact.value)} % of the units have a field narrower than a quarter of the lattice: the centres of the others mean little. `}` +
      (curves.some(({ kind }) => kind === 'coins')
        ? 'Couplings of coin tosses are those that noise leaves in the weights.'
        : 'A stack on coin tosses has no couplings here: its weights have become zero.'),
  });
}

const labelOf = (kind: StackKind) =>
  kind === 'ising' ? 'stacks on Ising data' : kind === 'shuffled' ? 'sites shuffled' : 'coin tosses';

function flowFigure({ layers, blocks, parameters }: CouplingsFlowSummary): Figure {
  const own = flowOf(layers, 'ising');
  const sampled = own.filter(({ effective }) => effective !== null);
  const last = parameters.hidden.length;
  const induced = own.slice(1).flatMap(({ layer, induced: [one] }) => (one ? [{ layer, ...one.effective }] : []));
  const values = sampled.map(({ effective }) => effective?.value ?? 0);
  const falls = values.every((value, k) => k === 0 || value < values[k - 1]);
  const coins = flowOf(layers, 'coins').filter(({ effective }) => effective !== null);
  return lineChart({
    name: 'effective-coupling',
    title: falls ? 'The coupling flows away from K_c, downwards' : 'An effective coupling, layer by layer',
    series: [
      {
        label: 'hidden layers: configurations',
        x: sampled.map(({ layer }) => layer),
        y: sampled.map(({ effective }) => effective?.value ?? 0),
        error: sampled.map(({ effective }) => effective?.error ?? 0),
      },
      ...blocks.map(({ layers: of }, k) => ({
        label: k === 0 ? 'block spins of the same data' : 'block spins at K_c',
        x: of.map(({ layer }) => layer),
        y: of.map(({ sampled: { effective } }) => effective.value),
        error: of.map(({ sampled: { effective } }) => effective.error),
      })),
      {
        label: 'hidden layers: the RBM’s own H(h)',
        x: induced.map(({ layer }) => layer),
        y: induced.map(({ value }) => value),
        error: induced.map(({ error }) => error ?? 0),
      },
      {
        label: 'coin tosses',
        x: coins.map(({ layer }) => layer),
        y: coins.map(({ effective }) => effective?.value ?? 0),
      },
      { label: 'K_c', x: [0, last], y: [criticalCoupling, criticalCoupling] },
    ].filter(({ x }) => x.length > 0),
    xLabel: 'layer, or block-spin steps',
    yLabel: 'effective K: a quarter of a spin’s couplings',
    caption:
      `Layer 0 is the data, K = ${parameters.coupling}. Configurations of hidden layers are sampled upwards from fresh data and fitted as an Ising model with one coupling a shell of distances, by ` +
      'pseudo-likelihood; block spins (2×2 majority) the same way. At K_c block spins settle after a step that makes couplings beyond nearest neighbours; below it they weaken with every step. ' +
      'The RBM’s own Hamiltonian of its hidden spins is another thing than that of the configurations which data drive through it, unless KL = 0. Bands: one standard error.',
  });
}

/** The strongest couplings of the lowest layer for which all were computed, of the first stack on Ising data beside the control. */
function mapFigure({ stacks, parameters }: CouplingsFlowSummary): Figure | null {
  const first = stacks.find(({ point }) => point.data === 'ising') as StackFlow;
  const layer = first.layers.findIndex(({ induced }, k) => k > 0 && induced[0]?.strongest);
  if (layer < 1) return null;
  const shown = (['ising', 'shuffled'] as const).flatMap((kind) => {
    const stack = stacks.find(({ point }) => point.data === kind);
    const found = stack?.layers[layer];
    const strongest = found?.induced[0]?.strongest;
    if (!found || !strongest) return [];
    const all = found.compact < 0.5;
    const places = found.centres.map((centre, k) => (all || found.narrow[k] ? centre : null));
    const left = places.filter((place) => place === null).length;
    return [{ heading: KIND_NAMES[kind], places, links: strongest, left }];
  });
  return networkPanel({
    name: 'map',
    title: `Hidden layer ${layer}: its strongest couplings, drawn on the torus`,
    shape: [parameters.side, parameters.side],
    panels: shown,
    caption:
      `Each dot is the centre of a unit’s receptive field; the ${shown[0].links.length} strongest pair couplings of the layer (two a unit, as a square lattice has bonds) are lines between them, as wide as ` +
      `they are strong, by the shortest way round the torus. On Ising data ${shown[0].left} of the units are left out, whose fields are wider than a quarter of the lattice, and what is joined are neighbours; with the sites shuffled before training, which changes nothing that an RBM can know, no unit has a place, and what is joined lies anywhere.`,
  });
}
