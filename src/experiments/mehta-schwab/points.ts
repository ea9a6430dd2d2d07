/** The one point of mehta-schwab: a stack, trained, and another RBM of the size of its first. */

import { kaufman } from '../../exact/kaufman.js';
import { encodeSpinData } from '../../io/spinData.js';
import { encodeStack } from '../../io/stack.js';
import { decodeStackState, encodeStackState } from '../../io/trainingState.js';
import { isingPseudoLikelihood } from '../../ising/measure/observables.js';
import { square } from '../../ising/models/lattice.js';
import { Ising } from '../../ising/samplers/ising.js';
import { pseudoLikelihood } from '../../rbm/likelihood/likelihood.js';
import type { Rbm } from '../../rbm/model/rbm.js';
import { type StackState, trainStack } from '../../rbm/stack/stack.js';
import { trainRbm } from '../../rbm/training/trainRbm.js';
import { inShare, type Progress, sharesOf } from '../../util/work.js';
import { choice, integer, integers, number, seed, type ValuesOf } from '../kit/specs.js';
import type { Context, Point } from '../kit/study.js';

export const PARAMETERS = {
  side: integer('side L of the periodic L×L lattice', 40, 2, 1024),
  coupling: number('K = J/kT; critical at 0.4407', 0.408, 0, 10),
  samples: integer('independent configurations to train on', 20_000, 1, 10_000_000),
  hidden: integers('hidden units of each layer, from the data upwards', [400, 100, 25]),
  epochs: integer('passes over the data for each layer', 30, 1),
  learningRate: number('step size (gradients are means over the minibatch)', 0.1, 1e-9, 1e3),
  momentum: number('share of the last step that is repeated', 0.5, 0, 0.999),
  l1: number('L1 penalty per weight', 2e-4, 0, 10),
  batchSize: integer('configurations per minibatch', 100, 1, 1_000_000),
  precision: choice('of the products in training; fixed16 takes about half the time and ends with other bits', [
    'float32',
    'fixed16',
  ]),
  seed: seed(),
};
export type Values = ValuesOf<typeof PARAMETERS>;

/** Held-out configurations for reconstructions. */
const HELD_OUT = 1000;

export async function run(_point: Point, parameters: Values, context: Context) {
  const { side, coupling, samples, ...training } = parameters;
  const { hidden, seed, epochs } = training;
  const { identity = {}, checkpoint, threads } = context;
  const lattice = square(side);
  const saved = checkpoint?.load();
  const resume = saved && decodeStackState(saved, identity, checkpoint?.name);

  // by the multiplications: sampling takes about as long as two and a half epochs of the first layer, the comparison RBM
  // as long as that layer
  const sizes = [lattice.sites, ...hidden];
  const layers = hidden.map((units, k) => epochs * sizes[k] * units);
  const work = sharesOf([2.5 * sizes[0] * sizes[1], ...layers, layers[0]]).map((share) => inShare(context, share));

  // the samples are not in the state: sampling again takes seconds
  let state = (): StackState => resume ?? { finished: [] };
  const offer = (now = false) => checkpoint?.save(() => encodeStackState(state(), identity), now);
  offer();
  const ising = new Ising({ lattice, coupling, seed });
  const data = await ising.sampleAsync(samples, work[0]);
  const heldOut = ising.sample(HELD_OUT);
  // the algorithm of the paper: plain CD-1
  const { stack, history } = await trainStack(data, {
    ...training,
    outcome: false,
    algorithm: 'cd',
    centred: false,
    schedule: 'constant',
    threads,
    signal: context.signal,
    resume,
    onProgress: (progress: Progress) => work[Number(progress.stage.slice('layer '.length))].onProgress?.(progress),
    onEpoch: (_layer, _record, current) => {
      state = current;
      offer();
    },
  });
  offer(true); // so that the training is saved if a later step fails
  const rival = await trainRbm(data, {
    hidden: hidden[0],
    epochs: rivalEpochs(parameters),
    batchSize: parameters.batchSize,
    seed: JSON.stringify([seed, 'rival']),
    outcome: false,
    threads,
    ...work[work.length - 1],
  });
  const proxy = (rbm: Rbm) => pseudoLikelihood(rbm, heldOut, { units: Math.min(16, lattice.sites) });
  const { independent, ...rbm } = proxy(stack.rbms[0]);
  const { independent: _, ...other } = proxy(rival.rbm);
  return {
    /** Training configurations, and later ones of the same chain, as .npz files. */
    data: encodeSpinData(data),
    heldOut: encodeSpinData(heldOut),
    /** As a safetensors file. */
    stack: encodeStack(stack),
    history,
    /**
     * Mean log p(s_i | rest) per site on the held-out data: of the first RBM; of an RBM of the same size by the package's
     * default training at equal counted work; of the Ising model of the data; of independent units.
     */
    pseudoLikelihood: {
      rbm,
      rival: { ...other, epochs: rival.history.length },
      ising: isingPseudoLikelihood(heldOut, coupling),
      independent,
    },
    exactEnergy: kaufman(side, side, coupling).energy,
  };
}
export type Result = Awaited<ReturnType<typeof run>>;

/**
 * Epochs of the package's default training with the same number of products of rows with W as those of CD-1: with B
 * rows per minibatch and M = max(200, 2B) chains an update takes 2B + 4M products, one of CD-1 5B
 * (bench/defaults/cost.ts).
 */
function rivalEpochs({ epochs, batchSize }: Values): number {
  return Math.max(1, Math.round((epochs * 5 * batchSize) / (2 * batchSize + 4 * Math.max(200, 2 * batchSize))));
}
