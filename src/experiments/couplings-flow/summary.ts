/** What the couplings-flow experiment found, in numbers and words. */

import { criticalCoupling } from '../../exact/onsager.js';
import type { Estimate } from '../../util/estimate.js';
import type { Summary } from '../kit/experiment.js';
import type {
  BlockFlow,
  CouplingsFlowParameters,
  CouplingsFlowResult,
  DistanceBin,
  InducedCouplings,
  SampledCouplings,
  StackFlow,
  StackKind,
} from './result.js';

/** One layer of all stacks of one kind. */
export interface LayerFlow {
  data: StackKind;
  layer: number;
  units: number;
  spacing: number;
  compact: Estimate;
  radius: Estimate;
  induced: {
    from: InducedCouplings['from'];
    share: Estimate;
    uniform: Estimate;
    /** Mean |K| of pairs about one spacing apart over the mean |K| of all: 1 where distance tells nothing. */
    contrast: Estimate;
    effective: Estimate;
    correction: Estimate;
    ranges: (number | null)[];
  }[];
  nearest: Estimate | null;
  effective: Estimate | null;
}

export interface CouplingsFlowSummary extends Summary {
  parameters: CouplingsFlowParameters;
  stacks: StackFlow[];
  blocks: BlockFlow[];
  layers: LayerFlow[];
}

export const KINDS: readonly StackKind[] = ['ising', 'shuffled', 'coins'];
export const KIND_NAMES: Record<StackKind, string> = {
  ising: 'Ising data',
  shuffled: 'sites shuffled',
  coins: 'coin tosses',
};

export function summarise(parameters: CouplingsFlowParameters, results: CouplingsFlowResult[]): CouplingsFlowSummary {
  const stacks = results.filter((result): result is StackFlow => result.point.kind === 'stack');
  const blocks = results.filter((result): result is BlockFlow => result.point.kind === 'blocks');
  const layers = KINDS.flatMap((data) =>
    [0, ...parameters.hidden].map((_, layer) =>
      layerFlow(
        data,
        layer,
        stacks.filter(({ point }) => point.data === data),
      ),
    ),
  );
  const own = stacks.filter(({ point }) => point.data === 'ising');
  const data = blocks[0].layers[0].sampled.nearest;
  const top = flowOf(layers, 'ising').filter(({ effective }) => effective !== null).length - 1;
  return {
    parameters,
    stacks,
    blocks,
    layers,
    numbers: {
      layers,
      blocks: blocks.map(({ point, layers: of }) => ({ coupling: point.coupling, layers: of })),
      stacks: stacks.map(({ point: { data: kind, run }, pseudoLikelihood, layers: of }) => ({
        data: kind,
        run,
        pseudoLikelihood,
        layers: of.map(({ layer, induced, sampled }) => ({
          layer,
          sampled,
          induced: induced.map(({ strongest: _, ...rest }) => rest),
        })),
      })),
    },
    answer: answer(layers, blocks, parameters),
    facts: [
      {
        label: 'Stacks',
        value: [parameters.side ** 2, ...parameters.hidden].join('-'),
        note: `${parameters.seeds} on Ising data at K = ${parameters.coupling}, two controls; ${parameters.epochs} epochs a layer`,
      },
      {
        label: 'K of the data, from samples',
        value: `${data.value.toFixed(4)} ± ${data.error.toFixed(4)}`,
        note: `given ${parameters.coupling}: ${((data.value - parameters.coupling) / data.error).toFixed(1)}σ`,
      },
      {
        label: 'Pseudo-likelihood a spin',
        value: meanOf(own.map(({ pseudoLikelihood }) => pseudoLikelihood.rbm)).value.toFixed(4),
        note: `first RBM, fresh data; the Ising model itself has ${own[0].pseudoLikelihood.exact.toFixed(4)}`,
      },
      {
        label: 'Effective K, layers 0 to top',
        value: flowOf(layers, 'ising')
          .slice(0, top + 1)
          .map(({ effective }) => effective?.value.toFixed(2))
          .join(' → '),
        note: `block spins: ${blocks[0].layers.map(({ sampled }) => sampled.effective.value.toFixed(2)).join(' → ')}`,
      },
    ],
    tables: [inducedTable(layers), sampledTable(layers, blocks)],
    files: {},
  };
}

export const flowOf = (layers: LayerFlow[], data: StackKind) => layers.filter((one) => one.data === data);

export function meanOf(values: number[]): Estimate {
  const value = values.reduce((sum, one) => sum + one, 0) / values.length;
  if (values.length < 2) return { value, error: null };
  const squares = values.reduce((sum, one) => sum + (one - value) ** 2, 0);
  return { value, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}

/** Mean |K| about one spacing away over that of all pairs. */
export function contrastOf(bins: readonly DistanceBin[]): number {
  const near = bins.reduce((best, bin) => (Math.abs(bin.distance - 1) < Math.abs(best.distance - 1) ? bin : best));
  const pairs = bins.reduce((sum, bin) => sum + bin.pairs, 0);
  const all = bins.reduce((sum, bin) => sum + bin.pairs * bin.size, 0) / pairs;
  return all > 0 ? near.size / all : 1;
}

function layerFlow(data: StackKind, layer: number, stacks: StackFlow[]): LayerFlow {
  const found = stacks.map(({ layers }) => layers[layer]);
  const sides = (['below', 'above'] as const).map((from) => ({
    from,
    all: found.flatMap(({ induced }) => induced.filter((one) => one.from === from)),
  }));
  const sampled = found.map((one) => one.sampled).filter((one): one is SampledCouplings => one !== null);
  return {
    data,
    layer,
    units: found[0].units,
    spacing: found[0].spacing,
    compact: meanOf(found.map(({ compact }) => compact)),
    radius: meanOf(found.map(({ radius }) => radius)),
    induced: sides
      .filter(({ all }) => all.length > 0)
      .map(({ from, all }) => ({
        from,
        share: meanOf(all.map(({ nearest }) => nearest.share)),
        uniform: meanOf(all.map(({ nearest }) => nearest.pairs)),
        contrast: meanOf(all.map(({ bins }) => contrastOf(bins))),
        effective: meanOf(all.map(({ effective }) => effective)),
        correction: meanOf(all.map(({ correction }) => correction)),
        ranges: all.map(({ range }) => range),
      })),
    nearest: sampled.length > 0 ? meanOf(sampled.map(({ nearest }) => nearest.value)) : null,
    effective: sampled.length > 0 ? meanOf(sampled.map(({ effective }) => effective.value)) : null,
  };
}

const shown = ({ value, error }: Estimate, digits: number) =>
  error === null ? value.toFixed(digits) : `${value.toFixed(digits)} ± ${error.toFixed(digits)}`;
const percent = ({ value }: Estimate) => `${(100 * value).toFixed(value < 0.1 ? 1 : 0)} %`;

function answer(layers: LayerFlow[], blocks: BlockFlow[], { coupling, hidden, side }: CouplingsFlowParameters): string {
  const own = flowOf(layers, 'ising');
  const control = flowOf(layers, 'shuffled');
  const first = own[0].induced[0];
  const scrambledContrast = (layer: number) => control[layer].induced[0]?.contrast.value ?? 1;
  const near = own
    .slice(1)
    .filter(({ layer, induced: [of] }) => of && of.contrast.value > Math.max(2, 1.5 * scrambledContrast(layer)));
  const upper = own.slice(1).map(({ layer, induced: [below], compact }) => {
    if (!below) return `layer ${layer}: no couplings to tell of, as its weights are zero`;
    return (
      `layer ${layer} (${percent(compact)} of its units compact): ${percent(below.share)} of Σ|K| between nearest neighbours, ` +
      `${percent(below.uniform)} of the pairs; mean |K| of neighbours ${below.contrast.value.toFixed(1)} times that of all pairs ` +
      `(${scrambledContrast(layer).toFixed(1)} with the sites shuffled)`
    );
  });
  const flow = own.flatMap(({ effective }) => (effective ? [shown(effective, 4)] : []));
  const values = own.flatMap(({ effective }) => (effective ? [effective.value] : []));
  const falls = values.every((value, k) => k === 0 || value < values[k - 1]);
  const below = coupling < criticalCoupling;
  const blockFlow = (which: BlockFlow) =>
    which.layers.map(({ sampled }) => sampled.effective.value.toFixed(3)).join(', ');
  const scrambled = control.flatMap(({ effective }) => (effective ? [effective.value.toFixed(3)] : []));
  const induced = own.slice(1).map(({ induced: [one] }) => (one ? shown(one.effective, 2) : 'none'));
  return [
    `${near.length > 0 ? `Short-ranged and strongest between nearest neighbours in hidden layer ${near.map(({ layer }) => layer).join(', ')}${near.length < hidden.length ? '; of the others that cannot be said' : ''}.` : 'In no hidden layer does distance tell much of the couplings.'} ` +
      `In the first RBM’s Hamiltonian for the data ${percent(first.share)} of Σ|K| lies between nearest neighbours, in the Ising model all: ` +
      `${hidden[0]} units for ${side * side} spins and ${2 * side * side} bonds blur what they cannot hold. On the hidden layers, by the RBM below, ${upper.join('; ')}.`,
    `The flow: configurations of the hidden layers, each fitted as an Ising model with shells of couplings, have as much coupling a spin as a square lattice with K = ` +
      `${flow.join(', ')} in layers 0 to ${flow.length - 1}${falls ? ': away from K_c, and downwards' : ''}. ` +
      `True block spins of the same data (2×2 majority), by the same estimate: ${blockFlow(blocks[0])}; of data at K_c: ${blockFlow(blocks[1])}. ` +
      `With the sites shuffled, so that no shell is one, the estimate finds but part of the coupling: ${scrambled.join(', ')}. ` +
      `${falls && below ? 'So the hidden layers flow the way that block spins do, to the disordered side.' : 'So the layers do not follow the block spins step by step.'}`,
    `But these are configurations that the data drive through p(h|v). The Hamiltonian that an RBM itself has on its hidden layer, H_RBM(h) = H_RG(h), is another: summed over all ` +
      `pairs it has K = ${induced.join(', ')} in layers 1 to ${hidden.length}. The two agree where KL = 0, and the pseudo-likelihood says how far that is; and a sum over pairs leaves out the couplings of four and more spins.`,
    `What this does not show: a fixed point or an exponent. One coupling was followed, in ${hidden.length} steps; distances are between centres of receptive fields, and a unit ` +
      'whose field covers the lattice has a centre that means nothing. Random relabelling of the units (bands) and stacks trained with the sites shuffled show what would be seen then.',
  ].join('\n\n');
}

function inducedTable(layers: LayerFlow[]): Summary['tables'][number] {
  return {
    title: 'Pair couplings of the layers’ Hamiltonians',
    columns: [
      'Stack',
      'Layer',
      'Units',
      'Compact',
      'Hamiltonian by',
      'Nearest: share of Σ|K|',
      'Share of pairs',
      'Neighbours over all',
      'Effective K',
      'Range',
    ],
    rows: layers.flatMap(({ data, layer, units, compact, induced }) =>
      induced.map(({ from, share, uniform, contrast, effective, ranges }) => [
        KIND_NAMES[data],
        layer,
        units,
        layer === 0 ? '–' : percent(compact),
        from === 'below' ? 'RBM below' : 'RBM above',
        percent(share),
        percent(uniform),
        shown(contrast, 1),
        shown(effective, 3),
        ranges.map((range) => (range === null ? '–' : range.toFixed(1))).join(' '),
      ]),
    ),
    note:
      'Nearest: closer than 1.25 spacings of the layer, √(sites/units). Neighbours over all: mean |K| about one spacing away over the mean of all pairs, 1 where distance tells ' +
      'nothing. Effective K: a quarter of the sum of a unit’s couplings, signs of the units’ fields taken out. Range: ξ of |K| - floor ∝ e^{-r/ξ} in spacings, a stack each, – where fewer ' +
      'than three distances stand clear of the floor. Couplings are averages over independent fair spins (K_S of the expansion in products of spins), by quadrature.',
  };
}

function sampledTable(layers: LayerFlow[], blocks: BlockFlow[]): Summary['tables'][number] {
  const of = (data: StackKind, layer: number, which: 'nearest' | 'effective') => {
    const found = layers.find((one) => one.data === data && one.layer === layer)?.[which];
    return found ? shown(found, 3) : '–';
  };
  return {
    title: 'Couplings of the layers’ configurations',
    columns: [
      'Layer',
      'Ising data: nearest',
      'effective K',
      'Block spins: nearest',
      'effective K',
      'Block spins at K_c: effective K',
      'Sites shuffled: effective K',
      'Coin tosses: effective K',
    ],
    rows: flowOf(layers, 'ising').map(({ layer }) => {
      const [block, critical] = blocks.map((each) => each.layers[layer]?.sampled);
      return [
        layer,
        of('ising', layer, 'nearest'),
        of('ising', layer, 'effective'),
        block ? shown(block.nearest, 3) : '–',
        block ? shown(block.effective, 3) : '–',
        critical ? shown(critical.effective, 3) : '–',
        of('shuffled', layer, 'effective'),
        of('coins', layer, 'effective'),
      ];
    }),
    note:
      'By maximum pseudo-likelihood: fields of all units, and one coupling for each shell of pairs (up to 1.25, 1.75, 2.25 spacings, and all others). Layer 0 is the data. Errors are over ' +
      'stacks; of block spins, those of the fit.',
  };
}
