/**
 * Random numbers of the plain baselines: xoshiro128++ (Blackman & Vigna), quicker than Math.random and, unlike that,
 * seeded.
 */

import { seedWords } from '../../test/reference/random.js';

export class Uniform {
  // in an array, since numbers of 32 bits in variables of a closure are objects in some engines
  readonly #state: Int32Array;

  constructor(seed: number) {
    this.#state = Int32Array.from(seedWords(seed));
  }

  /** The next number in [0, 1), a multiple of 2^-32. */
  next(): number {
    const s = this.#state;
    const sum = (s[0] + s[3]) | 0;
    const result = (((sum << 7) | (sum >>> 25)) + s[0]) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result * 2 ** -32;
  }
}
