/** The summary of the couplings-flow experiment. */

import { meanCouplings } from '../../rg/couplings/ofStack.js';
import { meanOf } from '../../stats/sample.js';
import { ofKind } from '../kit/rows.js';
import { tableOf } from '../kit/tables.js';
import { counted, fact, paragraphs, percent, prose, verdictText } from '../kit/text.js';
import { judge, type Verdict } from '../kit/verdict.js';
import { type BlockFlow, KIND_NAMES, KINDS, type StackFlow, type StackKind, type Values } from './points.js';

/**
 * Verdict: neighbours are coupled at least twice as strongly as all pairs, with a ratio of at least 1.5 times that of
 * the control.
 */
const contrastVerdict = (layer: number, own: LayerFlow, control: LayerFlow): Verdict => {
  const without = control.induced[0]?.contrast.value ?? 1;
  const criterion = {
    claim: `couplings of hidden layer ${layer} are short-ranged and strongest between nearest neighbours`,
    statistic: 'mean |K| of neighbours over that of all pairs, against 2 and 1.5 times the control',
    atLeast: Math.max(2, 1.5 * without),
    control: KINDS.shuffled.label,
  };
  return judge(criterion, own.induced[0]?.contrast.value ?? null, without);
};

/** Largest change from a layer to the next. */
const largestStep = (values: number[]): number => Math.max(...values.slice(1).map((value, k) => value - values[k]));

const flowVerdict = (layers: LayerFlow[], { layers: blocks }: BlockFlow): Verdict =>
  judge(
    {
      claim: 'the effective coupling of the layers falls from each to the next',
      statistic: 'largest change from a layer to the next',
      atMost: 0,
      control: 'block spins of the same data',
    },
    largestStep(layers.flatMap(({ effective }) => (effective ? [effective.value] : []))),
    largestStep(blocks.map(({ sampled }) => sampled.effective.value)),
  );

export const flowOf = (layers: LayerFlow[], data: StackKind) => layers.filter((one) => one.data === data);

export function summarise(parameters: Values, results: (BlockFlow | StackFlow)[]) {
  const { side, coupling, hidden } = parameters;
  const stacks = ofKind(results, 'stack');
  const blocks = ofKind(results, 'blocks');
  const layers = KIND_NAMES.flatMap((data) => [0, ...hidden].map((_, layer) => layerFlow(data, layer, stacks)));
  const [own, control, coins] = KIND_NAMES.map((kind) => flowOf(layers, kind));
  const likelihoods = stacks.filter(({ point }) => point.data === 'ising').map((one) => one.pseudoLikelihood);
  const data = blocks[0].layers[0].sampled.nearest;
  const flow = flowVerdict(own, blocks[0]);
  const verdicts = [...hidden.map((_, k) => contrastVerdict(k + 1, own[k + 1], control[k + 1])), flow];
  return {
    parameters,
    stacks,
    blocks,
    layers,
    flow,
    verdicts,
    numbers: {
      layers,
      blocks: blocks.map(({ point, layers: of }) => ({ coupling: point.coupling, layers: of })),
      stacks: stacks.map(({ point, pseudoLikelihood, layers: of }) => ({
        data: point.data,
        run: point.run,
        pseudoLikelihood,
        layers: of.map(({ layer, induced, sampled }) => ({
          layer,
          sampled,
          induced: induced.map(({ strongest: _, ...rest }) => rest),
        })),
      })),
    },
    answer: paragraphs(
      prose`${verdictText(verdicts)} A layer has no couplings if its weights are zero. In the first RBM’s
        Hamiltonian for the data ${percent(own[0].induced[0].share.value)} of Σ|K| lies between nearest neighbours, in the
        Ising model all: ${counted(hidden[0], 'unit')} for ${side * side} spins and ${2 * side * side} bonds cannot represent
        them all.`,
      prose`The flow: configurations of the hidden layers, each fitted as an Ising model with shells of couplings, have as
        much coupling per spin as a square lattice with this effective K. True block spins of the same data (2×2 majority)
        have theirs by the same estimate; below K_c they flow to the disordered side. With the sites shuffled, so that no
        shell is one, the estimate finds only part of the coupling.`,
      prose`But these are configurations that the data drive through p(h|v). The Hamiltonian that an RBM itself has on its
        hidden layer, H_RBM(h) = H_RG(h), is another (first table). The two agree where KL = 0, and the pseudo-likelihood
        says how far that is; and a sum over pairs leaves out the couplings of four and more spins.`,
      prose`What this does not show: a fixed point or an exponent. One coupling was followed, in
        ${counted(hidden.length, 'step')}; distances are between centres of receptive fields, and a unit whose field covers
        the lattice has a centre that means nothing. Random relabelling of the units (bands) and stacks trained with the
        sites shuffled show what would be seen then.`,
    ),
    facts: [
      fact(
        'K of the data, from samples',
        data,
        `given ${coupling}: ${((data.value - coupling) / data.error).toFixed(1)}σ`,
      ),
      fact(
        'Pseudo-likelihood per spin',
        meanOf(likelihoods.map(({ rbm }) => rbm)),
        `first RBM, fresh data; the Ising model itself has ${likelihoods[0].exact.toFixed(4)}`,
      ),
    ],
    tables: [
      tableOf(
        'Pair couplings of the layers’ Hamiltonians',
        layers.flatMap((layer) => layer.induced.map((one) => ({ ...layer, ...one }))),
        [
          { title: 'Stack', of: ({ data: kind }) => KINDS[kind].label },
          { title: 'Layer', of: ({ layer }) => layer },
          { title: 'Units', of: ({ units }) => units },
          { title: 'Compact', of: ({ layer, compact }) => (layer === 0 ? null : percent(compact)) },
          { title: 'Hamiltonian by', of: ({ from }) => `RBM ${from}` },
          { title: 'Nearest: share of Σ|K|', of: ({ share }) => percent(share) },
          { title: 'Share of pairs', of: ({ uniform }) => percent(uniform) },
          { title: 'Neighbours over all', of: ({ contrast }) => contrast },
          { title: 'Effective K', of: ({ effective }) => effective },
          { title: 'Range', of: ({ ranges }) => ranges.map((range) => range?.toFixed(1) ?? '–').join(' ') },
        ],
        prose`Nearest: closer than 1.25 spacings of the layer, √(sites/units). Neighbours over all: mean |K| about one
          spacing away over the mean of all pairs, 1 where couplings do not depend on distance. Effective K: a quarter of the sum of a
          unit’s couplings, signs of the units’ fields taken out. Range: ξ of |K| - floor ∝ e^{-r/ξ} in spacings, one per
          stack, – where fewer than three distances are above the floor. Couplings are averages over independent fair
          spins (K_S of the expansion in products of spins), by quadrature.`,
      ),
      tableOf(
        'Couplings of the layers’ configurations',
        own.map(({ layer, nearest, effective }) => ({
          layer,
          nearest,
          effective,
          block: blocks[0].layers[layer]?.sampled,
          critical: blocks[1].layers[layer]?.sampled,
        })),
        [
          { title: 'Layer', of: ({ layer }) => layer },
          { title: 'Ising data: nearest', of: ({ nearest }) => nearest },
          { title: 'effective K', of: ({ effective }) => effective },
          { title: 'Block spins: nearest', of: ({ block }) => block?.nearest ?? null },
          { title: 'effective K', of: ({ block }) => block?.effective ?? null },
          { title: 'Block spins at K_c: effective K', of: ({ critical }) => critical?.effective ?? null },
          { title: 'Sites shuffled: effective K', of: ({ layer }) => control[layer].effective },
          { title: 'Coin tosses: effective K', of: ({ layer }) => coins[layer].effective },
        ],
        prose`By maximum pseudo-likelihood: fields of all units, and one coupling for each shell of pairs (up to 1.25, 1.75,
          2.25 spacings, and all others). Layer 0 is the data. Errors are over stacks; of block spins, those of the fit.`,
      ),
    ],
  };
}

export type Outcome = ReturnType<typeof summarise>;
type LayerFlow = ReturnType<typeof layerFlow>;

/** One layer of all stacks of one kind. */
function layerFlow(data: StackKind, layer: number, stacks: StackFlow[]) {
  const found = stacks.filter(({ point }) => point.data === data).map(({ layers }) => layers[layer]);
  return { data, layer, ...meanCouplings(found) };
}
