/**
 * Couplings of the layers of a stack that is trained on a large 2D Ising lattice: is the Hamiltonian on each hidden layer short-ranged, and where does it flow?
 * Beside it true block spins, measured in the same way.
 */

import { criticalCoupling } from '../../exact/onsager.js';
import { SpinData } from '../../ising/data/spinData.js';
import { isingPseudoLikelihood } from '../../ising/measure/observables.js';
import { square } from '../../ising/models/lattice.js';
import { Ising } from '../../ising/samplers/ising.js';
import { pseudoLikelihood } from '../../rbm/likelihood/likelihood.js';
import { type Stack, trainStack } from '../../rbm/stack/stack.js';
import { coarseGrain } from '../../rg/blocking/block.js';
import { spinRbmFromBits } from '../../rg/map/spinRbm.js';
import type { BitRows } from '../../util/bits.js';
import { finishWithPauses } from '../../util/work.js';
import type { Context, Experiment } from '../kit/experiment.js';
import { generator, inducedCouplings, type Placed, placeSites, placeUnits, sampledShells } from './layer.js';
import {
  type BlockFlow,
  type CouplingsFlowParameters,
  type CouplingsFlowPoint,
  type CouplingsFlowResult,
  type InducedCouplings,
  PARAMETERS,
  type SampledCouplings,
  type StackFlow,
  type StackKind,
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
    quick: { doc: '16×16, stacks 256-64-16, 60 epochs a layer, three seeds and two controls', values: {} },
    large: {
      doc: '24×24, stacks 576-144-36-9, 100 epochs a layer',
      values: { side: 24, hidden: [144, 36, 9], epochs: 100 },
    },
    paper: {
      doc: 'the size of the paper: 40×40, 400-100-25, 200 epochs a layer',
      values: { side: 40, hidden: [400, 100, 25], epochs: 200 },
    },
  },
  points: (parameters) => [
    { key: 'blocks', kind: 'blocks', coupling: parameters.coupling },
    { key: 'blocks at K_c', kind: 'blocks', coupling: criticalCoupling },
    ...(['ising', 'shuffled', 'coins'] as const).flatMap((data) =>
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

/** Block spins by majority, b = 2, as long as the side can be halved and four neighbours are left. */
async function blocks(
  point: BlockFlow['point'],
  parameters: CouplingsFlowParameters,
  context: Context,
): Promise<BlockFlow> {
  const { coupling } = point;
  const seed = JSON.stringify([parameters.seed, 'blocks', coupling]);
  const ising = new Ising({ lattice: square(parameters.side), coupling, seed });
  const stage = `block spins at K = ${coupling.toFixed(4)}`;
  let data = await ising.sampleAsync(parameters.measured, staged(context, stage));
  const layers: BlockFlow['layers'] = [];
  for (let layer = 0; ; layer++) {
    const sampled = sampledShells(data, placeSites(data.shape)) as SampledCouplings;
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
  const coupling = kind === 'coins' ? 0 : parameters.coupling;
  const stage = `${NAMES[kind]} ${run + 1}`;
  const ising = new Ising({ lattice: square(side), coupling, seed });
  const spins = await ising.sampleAsync(samples + measured, staged(context, stage));
  const order = kind === 'shuffled' ? permutation(side * side, generator(seed, 'order of the sites')) : null;
  const [data, fresh] = [rowsOf(spins, 0, samples, order), rowsOf(spins, samples, measured, order)];
  const trained = await trainStack(data, {
    hidden,
    epochs,
    algorithm: 'pcd',
    learningRate,
    l1,
    seed,
    threads: context.threads,
    outcome: false,
    ...staged(context, stage),
  });
  const layers: StackLayer[] = [];
  let states: BitRows = fresh;
  for (let layer = 0; layer <= hidden.length; layer++) {
    if (layer > 0) states = trained.stack.rbms[layer - 1].sampleHidden(states, JSON.stringify([seed, 'states', layer]));
    const placed =
      layer === 0 ? placeSites(data.shape) : placeUnits(layer, trained.stack.receptiveFields(layer), data.shape);
    const induced: InducedCouplings[] = [];
    for (const from of ['below', 'above'] as const) {
      const rbm = rbmBeside(trained.stack, layer, from);
      if (!rbm || placed.centres.filter((centre) => centre).length < 2) continue;
      induced.push(
        await finishWithPauses(inducedCouplings(rbm, placed, { from, pairs, seed }), staged(context, stage)),
      );
    }
    const { shape: _shape, signs: _signs, ...places } = placed;
    layers.push({ ...places, induced, sampled: sampledShells(states, placed as Placed) });
  }
  return {
    point,
    layers,
    pseudoLikelihood: {
      rbm: pseudoLikelihood(trained.stack.rbms[0], fresh, { units: Math.min(16, side * side) }).mean,
      exact: isingPseudoLikelihood(rowsOf(spins, samples, measured, null), coupling),
    },
  };
}

/** The RBM with this layer as its visible one: that above, or that below turned round. */
function rbmBeside({ rbms }: Stack, layer: number, from: InducedCouplings['from']) {
  if (from === 'above') return layer < rbms.length ? spinRbmFromBits(rbms[layer]) : null;
  return layer > 0 ? spinRbmFromBits(rbms[layer - 1].mirror()) : null;
}

export const NAMES: Record<StackKind, string> = { ising: 'Ising', shuffled: 'shuffled sites', coins: 'coin tosses' };

/** Options of long work that say whose it is. */
function staged({ signal, onProgress }: Context, stage: string) {
  return {
    signal,
    onProgress:
      onProgress &&
      ((progress: Parameters<typeof onProgress>[0]) =>
        onProgress({ ...progress, stage: `${stage}: ${progress.stage}` })),
  };
}

/** Some of the rows, with the sites in another order if one is given. */
function rowsOf(data: SpinData, from: number, count: number, order: readonly number[] | null): SpinData {
  const { stride } = data;
  const part = data.bytes.slice(from * stride, (from + count) * stride);
  const provenance = {
    source: data.provenance.source,
    parameters: data.provenance.parameters,
    seed: data.provenance.seed,
  };
  if (!order) return new SpinData(count, data.shape, part, provenance);
  const bytes = new Uint8Array(part.length);
  for (let r = 0; r < count; r++) {
    order.forEach((site, i) => {
      bytes[r * stride + (i >> 3)] |= data.bit(from + r, site) << (i & 7);
    });
  }
  return new SpinData(count, data.shape, bytes, { source: `${data.provenance.source}, sites in a random order` });
}

function permutation(n: number, random: (n: number) => number): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
