/**
 * A fresh population for a model: chains annealed from independent units. Weights carry a population over any single step, but what each step leaves of
 * error in the shares of the modes adds up over thousands of them, and chains that do not mix never forget it. So every thousand updates the chains are
 * drawn anew, by a way that does not know the old ones; where that way is not to be trusted, they stay.
 */

import type { BitRows } from '../util/bits.js';
import type { Seed } from '../util/random.js';
import { streamKey } from '../util/random.js';
import type { Work } from '../util/work.js';
import { kernels } from '../wasm/scalar.js';
import { annealUp, takeRows } from './annealing.js';
import { Noise } from './noise.js';
import type { Rbm } from './rbm.js';

/** Updates from one refreshment to the next, and temperatures of each: less than a tenth of the work. */
export const REFRESHED = 1000;
export const REFRESH_TEMPERATURES = 200;
/** Weights beyond which annealing by so few temperatures is in vain. */
export const REFRESH_WEIGHTS = 100_000;
/** Share of the chains that must count. */
const ENOUGH = 0.25;

/** Whether the population is refreshed before an epoch, from 1: where a thousand updates have passed. */
export function isRefreshed(epoch: number, batches: number): boolean {
  const passed = (epochs: number) => Math.floor((epochs * batches) / REFRESHED);
  return epoch > 1 && passed(epoch - 1) > passed(epoch - 2);
}

/**
 * Samples of the RBM, one per chain: annealed chains, resampled by their weights.
 * @param base biases of independent units, where annealing begins
 * @returns undefined where fewer than a quarter of the annealed chains count: then they say less than the old ones
 */
export function* refreshed(rbm: Rbm, chains: number, base: Float32Array, seed: Seed): Work<BitRows | undefined> {
  const { states, logWeights } = yield* annealUp(rbm, { chains, temperatures: REFRESH_TEMPERATURES, base, seed });
  const { exp } = kernels();
  const most = logWeights.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = logWeights.map((log) => exp(log - most));
  const total = weights.reduce((a, w) => a + w, 0);
  const squares = weights.reduce((a, w) => a + w * w, 0);
  if (!(total * total >= ENOUGH * chains * squares)) return undefined;
  const [start] = new Noise(streamKey(seed, 'resampling')).uniform(1);
  const places: number[] = [];
  let sum = 0;
  weights.forEach((weight, k) => {
    sum += weight;
    while (places.length < chains && (places.length + start) * total < sum * chains) places.push(k);
  });
  while (places.length < chains) places.push(chains - 1);
  return takeRows(states, rbm.visible, places);
}
