/** Coarse spins by a filter, and bits of given probabilities: what assembly/rg/filter.ts does. */

import { kernels } from '../../src/wasm/scalar.js';

/** σ(base + Σ weight·bit) of each unit, by the kernels' σ. */
export function filterMeans(
  spins: ArrayLike<number>,
  sites: readonly (readonly number[])[],
  weights: ArrayLike<number>,
  base: number,
): number[] {
  const { sigmoid } = kernels();
  return sites.map((own) => sigmoid(own.reduce((x, site, i) => x + weights[i] * spins[site], base)));
}

/** A bit for each probability, by the numbers first, first + 1, … of a key. */
export function chanceBits(p: ArrayLike<number>, key: bigint, first: bigint): number[] {
  const { splitMix } = kernels();
  return Array.from(p, (probability, k) => {
    const digits = BigInt.asUintN(64, splitMix(key, first + BigInt(k))) >> 11n;
    return Number(digits) < probability * 2 ** 53 ? 1 : 0;
  });
}
