/** Random numbers by their count: the same on every engine, and free of whatever else is drawn. */

import { streamKey } from '../../src/util/random.js';
import { kernels } from '../../src/wasm/scalar.js';

/** A function that gives the next number in [0, 1), a multiple of 2⁻⁵³, of the stream of (seed, label). */
export function draws(seed: number, label: string): () => number {
  const key = streamKey(seed, label);
  const { splitMix } = kernels();
  let count = 0n;
  return () => Number(BigInt.asUintN(64, splitMix(key, count++)) >> 11n) * 2 ** -53;
}
