/** The figures of the couplings-flow experiment. */

import { criticalCoupling } from '../../exact/onsager.js';
import { meanSizes } from '../../rg/couplings/byDistance.js';
import { lineChart } from '../../viz/charts/chart.js';
import type { Figure } from '../../viz/frame/figure.js';
import { networkPanel } from '../../viz/panels/network.js';
import { drawn, seriesOf } from '../kit/charts.js';
import { percent, prose } from '../kit/text.js';
import { KIND_NAMES, KINDS, type StackFlow } from './points.js';
import { flowOf, type Outcome } from './summary.js';

/** Max distance of curves, in spacings: beyond it couplings are at the noise floor. */
const MAX_DISTANCE = 6;

export function figures(summary: Outcome): Figure[] {
  const distances = summary.parameters.hidden.flatMap((_, layer) => distanceFigure(summary, layer));
  return [...distances, flowFigure(summary), ...mapFigure(summary)];
}

/** None if no stack has couplings in this layer. */
function distanceFigure({ stacks, parameters, layers }: Outcome, layer: number): Figure[] {
  const data = layer === 0;
  const curves = KIND_NAMES.map((kind) => {
    const own = stacks.filter(({ point }) => point.data === kind);
    return {
      kind,
      points: meanSizes(
        own.flatMap((stack) => stack.layers[layer].induced.slice(0, 1)),
        0.75,
        MAX_DISTANCE,
      ),
    };
  }).filter(({ points }) => points.length > 0);
  if (curves.length === 0) return [];
  const exchanged = seriesOf('units exchanged at random', curves[0].points, 'distance', 'exchanged');
  const { units, spacing, compact } = flowOf(layers, 'ising')[layer];
  const where = data
    ? 'The Hamiltonian of the data’s spins in the first RBM (its visible marginal)'
    : prose`The Hamiltonian of the ${units} hidden spins of layer ${layer} in the RBM below them (its hidden marginal);
        distances between centres of receptive fields, in units of ${spacing.toFixed(1)} lattice spacings`;
  const width = prose`${percent(Math.round(100 * compact.value) / 100)} of the units have a field narrower than a quarter of
    the lattice: the centres of the others mean little.`;
  return [
    lineChart({
      name: `couplings-${layer}`,
      title: `${data ? 'The data in the first RBM' : `Hidden layer ${layer}`}: couplings against distance`,
      series: [
        ...curves.map(({ kind, points }) =>
          seriesOf(kind === 'ising' ? 'stacks on Ising data' : KINDS[kind].label, points, 'distance', 'size'),
        ),
        ...(exchanged.x.length > 1 ? [exchanged] : []),
        ...(data
          ? [{ label: 'Ising model: K, then 0', mark: 'circles', x: [1], y: [parameters.coupling] } as const]
          : []),
      ],
      xLabel: data ? 'distance, in lattice spacings' : 'distance of centres, in spacings of the layer',
      yLabel: 'mean |K| of pairs',
      caption: prose`${where}. Bands: one standard error over stacks (of a single stack: over pairs); for exchanged units, 95 %
        of random relabellings, in which distance cannot matter. ${data ? '' : `${width} `}${
          curves.some(({ kind }) => kind === 'coins')
            ? 'Couplings of coin tosses are those that noise leaves in the weights.'
            : 'A stack on coin tosses has no couplings here: its weights have become zero.'
        }`,
    }),
  ];
}

function flowFigure({ layers, blocks, parameters, flow }: Outcome): Figure {
  const own = flowOf(layers, 'ising');
  const series = drawn([
    seriesOf('hidden layers: configurations', own, 'layer', 'effective'),
    ...blocks.map(({ layers: of }, k) =>
      seriesOf(
        ['block spins of the same data', 'block spins at K_c'][k],
        of,
        'layer',
        ({ sampled }) => sampled.effective,
      ),
    ),
    seriesOf(
      'hidden layers: the RBM’s own H(h)',
      own.slice(1),
      'layer',
      ({ induced: [one] }) => one?.effective ?? null,
    ),
    seriesOf('coin tosses', flowOf(layers, 'coins'), 'layer', ({ effective }) => effective?.value ?? null),
    { label: 'K_c', x: [0, parameters.hidden.length], y: [criticalCoupling, criticalCoupling] },
  ]);
  return lineChart({
    name: 'effective-coupling',
    title:
      flow.holds && parameters.coupling < criticalCoupling
        ? 'The coupling flows away from K_c, downwards'
        : 'An effective coupling, layer by layer',
    series,
    xLabel: 'layer, or block-spin steps',
    yLabel: 'effective K: a quarter of a spin’s couplings',
    caption: prose`Layer 0 is the data, K = ${parameters.coupling}. Configurations of hidden layers are sampled upwards from
      fresh data and fitted as an Ising model with one coupling per shell of distances, by pseudo-likelihood; block spins
      (2×2 majority) the same way. At K_c block spins settle after a step that makes couplings beyond nearest neighbours;
      below it they weaken with every step. The RBM’s own Hamiltonian of its hidden spins is another thing than that of the
      configurations which data drive through it, unless KL = 0. Bands: one standard error.`,
  });
}

/** The strongest couplings of the lowest layer with all couplings computed, and those of the control. */
function mapFigure({ stacks, parameters }: Outcome): Figure[] {
  const first = stacks.find(({ point }) => point.data === 'ising') as StackFlow;
  const layer = first.layers.findIndex(({ induced }, k) => k > 0 && induced[0]?.strongest);
  if (layer < 1) return [];
  const panels = (['ising', 'shuffled'] as const).flatMap((kind) => {
    const found = stacks.find(({ point }) => point.data === kind)?.layers[layer];
    const links = found?.induced[0]?.strongest;
    if (!found || !links) return [];
    const places = found.centres.map((centre, k) => (found.compact < 0.5 || found.narrow[k] ? centre : null));
    return [{ heading: KINDS[kind].label, places, links, left: places.filter((place) => place === null).length }];
  });
  return [
    networkPanel({
      name: 'map',
      title: `Hidden layer ${layer}: its strongest couplings, drawn on the torus`,
      shape: [parameters.side, parameters.side],
      panels,
      caption: prose`Each dot is the centre of a unit’s receptive field; the ${panels[0].links.length} strongest pair
        couplings of the layer (two per unit, as a square lattice has bonds) are lines between them, as wide as they are
        strong, by the shortest way round the torus. On Ising data ${panels[0].left} of the units are left out, whose fields
        are wider than a quarter of the lattice, and what is joined are neighbours; with the sites shuffled before training,
        which changes nothing that an RBM can know, no unit has a place, and what is joined lies anywhere.`,
    }),
  ];
}
