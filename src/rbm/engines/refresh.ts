/**
 * The refreshment of a population. Weights correct the population for each single step, but the small errors in the
 * shares of the modes add up over thousands of steps, and chains that do not mix never lose them. So every thousand
 * updates half of the chains are replaced by independent samples, annealed from independent units. Only half of them,
 * so that neither method alone can lose a mode; none, if the effective number of annealed chains is too small.
 */

import { BitRows } from '../../util/bits.js';
import { type Seed, streamKey } from '../../util/random.js';
import type { Work } from '../../util/work.js';
import { kernels } from '../../wasm/scalar.js';
import { annealUp, takeRows } from '../likelihood/annealing.js';
import { Noise } from '../model/noise.js';
import type { Rbm } from '../model/rbm.js';

/** Updates between two refreshments, and temperatures of each: less than a tenth of the work. */
export const REFRESHED = 1000;
export const REFRESH_TEMPERATURES = 200;
/** Max number of weights for annealing with so few temperatures. */
const ANNEALED_WEIGHTS = 100_000;
/** Min effective share of the annealed chains. */
const ENOUGH = 0.1;

/** Whether the population is refreshed before an epoch, from 1: after each thousand updates. */
export function isRefreshed(epoch: number, batches: number): boolean {
  const passed = (epochs: number) => Math.floor((epochs * batches) / REFRESHED);
  return epoch > 1 && passed(epoch - 1) > passed(epoch - 2);
}

/** Chains with their log weights. */
export interface WeightedChains {
  rows: BitRows;
  logWeights: Float64Array;
}

/**
 * The same number of chains, all of one weight: half of them annealed, half old, each resampled by their weights.
 * @param old with weights for the current RBM
 * @param base biases of the independent units from which annealing starts
 * @returns undefined if annealing is not reliable
 */
export function* refreshed(rbm: Rbm, old: WeightedChains, base: Float32Array, seed: Seed): Work<BitRows | undefined> {
  const { count, width, stride } = old.rows;
  const half = count >> 1;
  const [first, second] = new Noise(streamKey(seed, 'resampling')).uniform(2);
  const fresh = yield* annealedRows(rbm, count, half, base, first, seed);
  if (!fresh) return undefined;
  const kept = takeRows(old.rows, width, resampled(weightsOf(old.logWeights), count - half, second));
  const rows = new BitRows(count, width);
  rows.bytes.set(fresh.bytes);
  rows.bytes.set(kept.bytes, half * stride);
  return rows;
}

/**
 * Samples of the RBM by annealing; undefined for a large RBM, or if the effective number is below a tenth of the
 * chains.
 */
function* annealedRows(
  rbm: Rbm,
  chains: number,
  count: number,
  base: Float32Array,
  u: number,
  seed: Seed,
): Work<BitRows | undefined> {
  if (rbm.weights.length > ANNEALED_WEIGHTS) return undefined;
  const { states, logWeights } = yield* annealUp(rbm, { chains, temperatures: REFRESH_TEMPERATURES, base, seed });
  const weights = weightsOf(logWeights);
  const total = weights.reduce((a, w) => a + w, 0);
  const squares = weights.reduce((a, w) => a + w * w, 0);
  if (!(total * total >= ENOUGH * chains * squares)) return undefined;
  return takeRows(states, rbm.visible, resampled(weights, count, u));
}

/** w/max w. */
function weightsOf(logWeights: Float64Array): Float64Array {
  const { exp } = kernels();
  const most = logWeights.reduce((a, b) => Math.max(a, b), -Infinity);
  return logWeights.map((log) => exp(log - most));
}

/**
 * Numbers of `count` chains, each repeated in proportion to its weight, rounded up or down by u in [0, 1) (systematic
 * resampling).
 */
function resampled(weights: Float64Array, count: number, u: number): number[] {
  const total = weights.reduce((a, w) => a + w, 0);
  const places: number[] = [];
  let sum = 0;
  weights.forEach((weight, k) => {
    sum += weight;
    while (places.length < count && (places.length + u) * total < sum * count) places.push(k);
  });
  while (places.length < count) places.push(weights.length - 1);
  return places;
}
