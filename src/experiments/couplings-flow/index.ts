/**
 * Couplings of the layers of a stack that is trained on a large 2D Ising lattice: is the Hamiltonian on each hidden
 * layer short-ranged, and how does it flow? True block spins are measured in the same way for comparison.
 */

import { criticalCoupling } from '../../exact/onsager.js';
import { fieldsOf, placeSites, placeUnits, type UnitPlaces } from '../../fields/places.js';
import { SpinData } from '../../ising/data/spinData.js';
import { isingPseudoLikelihood } from '../../ising/measure/observables.js';
import { square } from '../../ising/models/lattice.js';
import { Ising } from '../../ising/samplers/ising.js';
import { pseudoLikelihood } from '../../rbm/likelihood/likelihood.js';
import { type Stack, trainStack } from '../../rbm/stack/stack.js';
import { coarseGrain } from '../../rg/blocking/block.js';
import { couplingsByDistance } from '../../rg/couplings/byDistance.js';
import { type ShellCouplings, shellCouplings } from '../../rg/couplings/shells.js';
import { spinRbmFromBits } from '../../rg/map/spinRbm.js';
import type { BitRows } from '../../util/bits.js';
import { finishWithPauses } from '../../util/work.js';
import { generator, shuffled } from '../../wasm/draws.js';
import { reorderSites } from '../kit/controls.js';
import type { Context, Experiment } from '../kit/experiment.js';
import { staged } from '../kit/progress.js';
import {
  type BlockFlow,
  type CouplingsFlowParameters,
  type CouplingsFlowPoint,
  type CouplingsFlowResult,
  type InducedCouplings,
  KIND_NAMES,
  KINDS,
  PARAMETERS,
  type StackFlow,
  type StackLayer,
} from './result.js';
import { type CouplingsFlowSummary, summarise } from './summary.js';

export const couplingsFlow: Experiment<
  typeof PARAMETERS,
  CouplingsFlowPoint,
  CouplingsFlowResult,
  CouplingsFlowSummary
> = {
  name: 'couplings-flow',
  title: 'Couplings of the hidden layers',
  question:
    'Are the Hamiltonians on the hidden layers of a trained stack short-ranged, and does their coupling flow as that of block spins does?',
  parameters: PARAMETERS,
  presets: {
    quick: { doc: '16×16, stacks 256-64-16, 60 epochs per layer, three seeds and two controls', values: {} },
    large: {
      doc: '24×24, stacks 576-144-36-9, 100 epochs per layer',
      values: { side: 24, hidden: [144, 36, 9], epochs: 100 },
    },
    paper: {
      doc: 'the size of the paper: 40×40, 400-100-25, 200 epochs per layer',
      values: { side: 40, hidden: [400, 100, 25], epochs: 200 },
    },
  },
  points: (parameters) => [
    { key: 'blocks', kind: 'blocks', coupling: parameters.coupling },
    { key: 'blocks at K_c', kind: 'blocks', coupling: criticalCoupling },
    ...KIND_NAMES.flatMap((data) =>
      Array.from({ length: data === 'ising' ? parameters.seeds : 1 }, (_, run) => ({
        key: `${data} ${run}`,
        kind: 'stack' as const,
        data,
        run,
      })),
    ),
  ],
  run: (point, parameters, context) =>
    point.kind === 'blocks' ? blocks(point, parameters, context) : stack(point, parameters, context),
  summarise,
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
};

/** Block spins by majority, b = 2, while the side can be halved and four neighbours remain. */
async function blocks(
  point: BlockFlow['point'],
  parameters: CouplingsFlowParameters,
  context: Context,
): Promise<BlockFlow> {
  const { coupling } = point;
  const seed = JSON.stringify([parameters.seed, 'blocks', coupling]);
  const ising = new Ising({ lattice: square(parameters.side), coupling, seed });
  let data = await ising.sampleAsync(parameters.measured, staged(context, `block spins at K = ${coupling.toFixed(4)}`));
  const layers: BlockFlow['layers'] = [];
  for (let layer = 0; ; layer++) {
    const sampled = shellCouplings(data, placeSites(data.shape)) as ShellCouplings;
    layers.push({ layer, side: data.shape[0], sampled });
    if (layer === parameters.hidden.length || data.shape[0] % 2 || data.shape[0] < 6) return { point, layers };
    data = coarseGrain(data, { rule: 'majority', factor: 2, seed });
    context.signal?.throwIfAborted();
  }
}

async function stack(
  point: StackFlow['point'],
  parameters: CouplingsFlowParameters,
  context: Context,
): Promise<StackFlow> {
  const { data: kind, run } = point;
  const { side, samples, measured, hidden, epochs, learningRate, l1, pairs } = parameters;
  const seed = JSON.stringify([parameters.seed, 'stack', kind, run]);
  const control = KINDS[kind];
  const coupling = control.coupling(parameters.coupling);
  const work = staged(context, `${control.label} ${run + 1}`);
  const spins = await new Ising({ lattice: square(side), coupling, seed }).sampleAsync(samples + measured, work);
  const order = control.shuffled && shuffled(Array(side * side).keys(), generator(seed, 'order of the sites'));
  const placed = (rows: SpinData) => (order ? reorderSites(rows, order) : rows);
  const unseen = rowsOf(spins, samples, measured);
  const fresh = placed(unseen);
  const { stack } = await trainStack(placed(rowsOf(spins, 0, samples)), {
    hidden,
    epochs,
    algorithm: 'pcd',
    learningRate,
    l1,
    seed,
    threads: context.threads,
    outcome: false,
    ...work,
  });
  const layers: StackLayer[] = [];
  let states: BitRows = fresh;
  for (let layer = 0; layer <= hidden.length; layer++) {
    if (layer > 0) states = stack.rbms[layer - 1].sampleHidden(states, JSON.stringify([seed, 'states', layer]));
    const places = layer === 0 ? placeSites(fresh.shape) : placeUnits(fieldsOf(stack, layer), fresh.shape);
    const induced: InducedCouplings[] = [];
    for (const from of ['below', 'above'] as const) {
      const rbm = rbmBeside(stack, layer, from);
      if (!rbm || places.centres.filter((centre) => centre).length < 2) continue;
      const options = { pairs, seed, stage: `couplings of layer ${layer}` };
      const found = await finishWithPauses(couplingsByDistance(rbm, places, options), work);
      induced.push({ from, ...found, strongest: found.strongest && strongestOf(found.strongest, places) });
    }
    const { spacing, centres, narrow, compact, radius } = places;
    const units = centres.length;
    const sampled = shellCouplings(states, places);
    layers.push({ layer, units, spacing, centres, narrow, compact, radius, induced, sampled });
  }
  return {
    point,
    layers,
    pseudoLikelihood: {
      rbm: pseudoLikelihood(stack.rbms[0], fresh, { units: Math.min(16, side * side) }).mean,
      exact: isingPseudoLikelihood(unseen, coupling),
    },
  };
}

/** The strongest pairs of compact units, two per unit; of all units if fewer than half are compact. */
function strongestOf(pairs: [number, number, number][], { narrow, compact, centres }: UnitPlaces) {
  const shown = compact < 0.5 ? centres.map((centre) => centre !== null) : narrow;
  return pairs.filter(([j, k]) => shown[j] && shown[k]).slice(0, 2 * shown.filter((is) => is).length);
}

/** The RBM with this layer as its visible layer: the one above, or the mirror image of the one below. */
function rbmBeside({ rbms }: Stack, layer: number, from: InducedCouplings['from']) {
  if (from === 'above') return layer < rbms.length ? spinRbmFromBits(rbms[layer]) : null;
  return layer > 0 ? spinRbmFromBits(rbms[layer - 1].mirror()) : null;
}

function rowsOf({ bytes, stride, shape, provenance }: SpinData, from: number, count: number): SpinData {
  const { source, parameters, seed } = provenance;
  return new SpinData(count, shape, bytes.slice(from * stride, (from + count) * stride), { source, parameters, seed });
}
