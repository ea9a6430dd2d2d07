/**
 * The experiment of P. Mehta and D. J. Schwab, "An exact mapping between the variational renormalization group and deep
 * learning", arXiv:1410.3831, Fig. 3: a stack of RBMs trained on 2D Ising configurations in the paramagnetic phase, and
 * the question whether its hidden units become block spins.
 */

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
import type { Context, Experiment, Point } from '../kit/experiment.js';
import { type MehtaSchwabParameters, type MehtaSchwabResult, PARAMETERS } from './result.js';
import { type MehtaSchwabSummary, summarise } from './summary.js';

/** Held-out configurations for reconstructions. */
const HELD_OUT = 1000;

export const mehtaSchwab: Experiment<typeof PARAMETERS, Point, MehtaSchwabResult, MehtaSchwabSummary> = {
  name: 'mehta-schwab',
  title: 'From spins to block spins',
  question: 'Do the hidden units of a stack of RBMs, trained on Ising configurations, become block spins?',
  parameters: PARAMETERS,
  presets: {
    quick: { doc: 'the size of the paper, 30 epochs per layer', values: { epochs: 30 } },
    paper: { doc: 'the size of the paper, its 200 epochs per layer', values: { epochs: 200 } },
  },
  points: () => [{ key: 'stack' }],
  run: (_point, parameters, context) => run(parameters, context),
  summarise: (parameters, [result]) => summarise(parameters, result),
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
};

async function run(parameters: MehtaSchwabParameters, context: Context): Promise<MehtaSchwabResult> {
  const { side, coupling, samples, ...training } = parameters;
  const { hidden, seed, epochs } = training;
  const { identity = {}, checkpoint, signal, threads } = context;
  const lattice = square(side);
  const saved = checkpoint?.load();
  const resume = saved && decodeStackState(saved, identity, checkpoint?.name);

  // Shares of the run, by the multiplications in them: sampling takes about as long as two and a half epochs of the
  // first layer, the comparison RBM as long as that layer.
  const sizes = [lattice.sites, ...hidden];
  const layers = hidden.map((units, k) => epochs * sizes[k] * units);
  const costs = [2.5 * sizes[0] * sizes[1], ...layers, layers[0]];
  const total = costs.reduce((sum, cost) => sum + cost);
  const report = (stage: number): Context['onProgress'] => {
    const before = costs.slice(0, stage).reduce((sum, cost) => sum + cost, 0);
    return (progress) => {
      const share = progress.stage === 'burn-in' || progress.stage === 'pilot' ? 0 : progress.done / progress.total;
      context.onProgress?.({ ...progress, overall: (before + costs[stage] * share) / total });
    };
  };

  // the samples are not in the state: sampling again takes seconds
  let state = (): StackState => resume ?? { finished: [] };
  const offer = (now = false) => checkpoint?.save(() => encodeStackState(state(), identity), now);
  offer();
  const ising = new Ising({ lattice, coupling, seed });
  const data = await ising.sampleAsync(samples, { signal, onProgress: report(0) });
  const heldOut = ising.sample(HELD_OUT);
  // the algorithm of the paper: plain CD-1
  const { stack, history } = await trainStack(data, {
    ...training,
    outcome: false,
    algorithm: 'cd',
    centred: false,
    schedule: 'constant',
    threads,
    signal,
    resume,
    onProgress: (progress) => report(Number(progress.stage.slice('layer '.length)))?.(progress),
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
    ...(signal && { signal }),
    onProgress: report(costs.length - 1),
  });
  const proxy = (rbm: Rbm) => pseudoLikelihood(rbm, heldOut, { units: Math.min(16, lattice.sites) });
  const { independent, ...rbm } = proxy(stack.rbms[0]);
  const { independent: _, ...other } = proxy(rival.rbm);
  return {
    data: encodeSpinData(data),
    heldOut: encodeSpinData(heldOut),
    stack: encodeStack(stack),
    history,
    pseudoLikelihood: {
      rbm,
      rival: { ...other, epochs: rival.history.length },
      ising: isingPseudoLikelihood(heldOut, coupling),
      independent,
    },
    exactEnergy: kaufman(side, side, coupling).energy,
  };
}

/**
 * Epochs of the package's default training with the same number of products of rows with W as those of CD-1: with B
 * rows per minibatch and M = max(200, 2B) chains an update takes 2B + 4M products, one of CD-1 5B
 * (bench/defaults/cost.ts).
 */
function rivalEpochs({ epochs, batchSize }: MehtaSchwabParameters): number {
  return Math.max(1, Math.round((epochs * 5 * batchSize) / (2 * batchSize + 4 * Math.max(200, 2 * batchSize))));
}
