/**
 * A stack as one model of the data, the deep belief network of Hinton, Osindero & Teh (2006): the top RBM generates the
 * states of its visible layer, and each RBM below generates the states of its visible layer from those of its hidden
 * layer,
 *   p(v, h¹, …, h^{L-1}) = p_1(v | h¹) p_2(h¹ | h²) … p_{L-1}(h^{L-2} | h^{L-1}) p_L(h^{L-1}),
 * p_l the l-th RBM. Going up, h^l ~ p_l(h^l | h^{l-1}), is only an approximation q of its posterior, except for L = 1.
 */

import { BitRows } from '../../util/bits.js';
import { checkList, instanceOf, integer, knownOptions, objectWith } from '../../util/check.js';
import { sampleMean } from '../../util/estimate.js';
import { checkSeed, type Seed, streamKey } from '../../util/random.js';
import { finish, finishWithPauses, WORK_OPTIONS, type Work, type WorkOptions } from '../../util/work.js';
import { type LogPartition, logPartition, type PartitionOptions } from '../likelihood/partition.js';
import { randomRows } from '../model/noise.js';
import type { Rbm } from '../model/rbm.js';
import { clampedNetwork } from './clampedNetwork.js';
import type { Stack } from './stack.js';

/** Options of `stackBound`. */
export interface StackBoundOptions {
  /** Samples of the hidden layers per row. Default 1. */
  samples?: number;
  /**
   * log Z of the top RBM: a result of `logPartition`, a number, or options for it; by default `logPartition` chooses.
   */
  partition?: LogPartition<BitRows> | number | PartitionOptions<BitRows>;
  /** Seed of all random numbers. Default 1. */
  seed?: Seed;
}

/** A lower bound of the mean of log p(v) over rows of data, in nats per row. */
export interface StackBound {
  /** Unbiased estimate of the variational bound. */
  mean: number;
  /** The mean with the upper end of the bracket of log Z; equal to `mean` if log Z is exact. */
  lower: number;
  /** The mean with the lower end of the bracket of log Z; equal to `mean` if log Z is exact. */
  upper: number;
  /**
   * Standard error of the mean: over the rows, as samples of a larger population, with the noise of the samples of the
   * hidden layers; Infinity for one row.
   */
  error: number;
  /**
   * The importance-weighted bound by K = `samples` samples, mean of log(1/K Σ_k w_k) (Burda, Grosse & Salakhutdinov
   * 2016): on average at least `mean`, still a lower bound, and log p(v) itself for K → ∞; equal to `mean` for K = 1.
   */
  weighted: number;
  weightedError: number;
  /** The estimate of log Z of the top RBM. */
  logPartition: number;
}

/** Checks by its members, since importing the class would make a circle. */
function checkStack(stack: Stack): void {
  objectWith('stack', stack, ['rbms', 'shape'], 'Stack');
}

const STACK_SAMPLE_OPTIONS = ['count', 'steps', 'seed', 'start', 'clamp'] as const;

/**
 * The variational lower bound of log p(v), Jensen's inequality for q: since p_l(x | y)/p_l(y | x) = p_l(x)/p_l(y),
 * whose log Z cancels,
 *   log p(v) >= ⟨log w⟩_q,  log w = Σ_{l<L} [F_l(h^l) - F_l(h^{l-1})] - F_L(h^{L-1}) - log Z_L,
 * F_l the free energy of either layer, h⁰ = v. For one RBM it is its log-likelihood. The difference to log p(v) is KL(q
 * ‖ p(h | v)).
 * @throws TypeError for a wrong kind; RangeError for no rows, another width, or an option out of range
 */
export function stackBound(stack: Stack, data: BitRows, options: StackBoundOptions = {}): StackBound {
  knownOptions('stackBound', options, ['samples', 'partition', 'seed']);
  checkStack(stack);
  const samples = integer('samples', options.samples ?? 1, 1, 1e6);
  const seed = checkSeed('seed', options.seed ?? 1);
  instanceOf('data', data, BitRows, 'BitRows');
  if (data.count === 0) throw new RangeError('"data" expected at least one row, got none');
  const { rbms } = stack;
  const below = rbms.slice(0, -1);
  const mirrors = below.map((rbm) => rbm.mirror());
  const top = rbms[rbms.length - 1];
  const first = rbms[0].freeEnergy(data); // refuses another width
  const known = partitionOf(top, options.partition ?? {});
  const logWeights: Float64Array[] = [];
  for (let k = 0; k < samples; k++) {
    const log = new Float64Array(data.count);
    let states = data;
    below.forEach((rbm, l) => {
      const free = l === 0 ? first : rbm.freeEnergy(states);
      states = rbm.sampleHidden(states, JSON.stringify([seed, 'bound', k, l]));
      const above = mirrors[l].freeEnergy(states);
      for (let r = 0; r < log.length; r++) log[r] += above[r] - free[r];
    });
    const free = below.length === 0 ? first : top.freeEnergy(states);
    for (let r = 0; r < log.length; r++) log[r] -= free[r];
    logWeights.push(log);
  }
  const mean = sampleMean(
    Float64Array.from(first, (_, r) => logWeights.reduce((sum, log) => sum + log[r], 0) / samples),
  );
  const weighted = sampleMean(Float64Array.from(first, (_, r) => logMean(logWeights.map((log) => log[r]))));
  return {
    mean: mean.mean - known.estimate,
    lower: mean.mean - known.upper,
    upper: mean.mean - known.lower,
    error: mean.error,
    weighted: weighted.mean - known.estimate,
    weightedError: weighted.error,
    logPartition: known.estimate,
  };
}

/** Options of `sampleStack`. */
export interface StackSampleOptions {
  /** Number of rows, one per chain. */
  count: number;
  /** Gibbs steps in the top RBM. Default 1000. */
  steps?: number;
  /** Seed of all random numbers. Default 1. */
  seed?: Seed;
  /**
   * Initial rows of data, one per chain, from which the hidden layers are sampled. Default: independent bits, 0 and 1
   * with equal probability.
   */
  start?: BitRows;
  /**
   * Visible units that keep their values of `start`; the other units are then sampled given these. Default: none. Steps
   * are then Gibbs sweeps over all layers (clampedNetwork.ts), which cost far more.
   */
  clamp?: readonly number[];
}

/**
 * Samples of the network: `steps` of Gibbs sampling in the top RBM, then down by samples, one row per chain. They are
 * samples of p(v) if the steps suffice for the chains to lose the memory of their initial states.
 * @throws TypeError for a wrong kind; RangeError for an option out of range, or a `start` of another size
 */
export function sampleStack(stack: Stack, options: StackSampleOptions): BitRows {
  knownOptions('sampleStack', options, STACK_SAMPLE_OPTIONS);
  checkStack(stack);
  return finish(stackSamples(stack, options));
}

/**
 * As `sampleStack`, with progress, pauses for the event loop, and a signal that stops it.
 * @throws TypeError or RangeError as `sampleStack`; the reason of the signal if it stops
 */
export async function sampleStackAsync(stack: Stack, options: StackSampleOptions & WorkOptions): Promise<BitRows> {
  knownOptions('sampleStackAsync', options, [...STACK_SAMPLE_OPTIONS, ...WORK_OPTIONS]);
  checkStack(stack);
  return finishWithPauses(stackSamples(stack, options), options);
}

/** Units of all chains between two pauses. */
const SLICE_UNITS = 2e6;

function* stackSamples(stack: Stack, options: StackSampleOptions): Work<BitRows> {
  const count = integer('count', options.count);
  const steps = integer('steps', options.steps ?? 1000, 1, 2 ** 20);
  const seed = checkSeed('seed', options.seed ?? 1);
  const { rbms } = stack;
  const top = rbms[rbms.length - 1];
  const { clamp: units = [] } = options;
  checkList('clamp', units, 'array of units');
  const clamp = units.map((unit, k) => integer(`clamp[${k}]`, unit, 0, rbms[0].visible - 1));
  if (clamp.length > 0 && !options.start)
    throw new RangeError('"clamp" expected rows to take the values from ("start")');
  let states = options.start ?? randomRows(count, top.visible, streamKey(seed, 'start'));
  const layers = [states];
  if (options.start) {
    if (options.start.count !== count) {
      throw new RangeError(`"start" expected ${count} rows, got ${options.start.count}`);
    }
    rbms.slice(0, -1).forEach((rbm, l) => {
      states = rbm.sampleHidden(states, JSON.stringify([seed, 'up', l]));
      layers.push(states);
    });
  }
  if (clamp.length > 0 && rbms.length > 1) {
    layers.push(top.sampleHidden(states, JSON.stringify([seed, 'up', rbms.length - 1])));
    return yield* clampedNetwork(rbms, layers, clamp, steps, streamKey(seed, 'clamped'));
  }
  const slice = Math.max(1, Math.floor(SLICE_UNITS / (count * (top.visible + top.hidden))));
  for (let done = 0; done < steps; done += slice) {
    const piece = Math.min(slice, steps - done);
    states = top.gibbs(states, { steps: piece, seed: JSON.stringify([seed, 'top']), from: done, clamp }).visible;
    yield { stage: 'generate', done: done + piece, total: steps, unit: 'steps' };
  }
  for (let l = rbms.length - 2; l >= 0; l--) {
    states = rbms[l].sampleVisible(states, JSON.stringify([seed, 'down', l]));
  }
  return states;
}

function partitionOf(top: Rbm, partition: NonNullable<StackBoundOptions['partition']>) {
  if (typeof partition === 'number') return { lower: partition, estimate: partition, upper: partition };
  return 'estimate' in partition ? partition : logPartition(top, partition);
}

/** log(1/K Σ e^x). */
function logMean(x: readonly number[]): number {
  const most = Math.max(...x);
  return most + Math.log(x.reduce((sum, value) => sum + Math.exp(value - most), 0) / x.length);
}
