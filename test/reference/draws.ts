/** Random inputs for tests, from a generator that is not the kernels'. */

import { xoshiro128 } from './random.js';

export class Draws {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = xoshiro128([seed >>> 0, 0x9e3779b9, 0x243f6a88, 0xb7e15162]);
    for (let k = 0; k < 20; k++) this.#next(); // seeds that differ in one bit need a few steps to part
  }

  /** An integer in [0, 2³²). */
  word(): number {
    return this.#next();
  }

  /** Uniform in [low, high), to 53 bits. */
  uniform(low = 0, high = 1): number {
    const fraction = ((this.#next() >>> 5) * 2 ** 26 + (this.#next() >>> 6)) / 2 ** 53;
    return low + (high - low) * fraction;
  }

  /** An integer in [low, high]. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  /** n uniform floats. */
  floats(n: number, low: number, high: number): Float32Array {
    return Float32Array.from({ length: n }, () => this.uniform(low, high));
  }

  /** n entries 0 or 1, the latter with probability p. */
  bits(n: number, p = 0.5): Uint8Array {
    return Uint8Array.from({ length: n }, () => (this.uniform() < p ? 1 : 0));
  }

  words(n: number): Uint32Array {
    return Uint32Array.from({ length: n }, () => this.word());
  }

  /** 0..n-1 in random order. */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(0, i);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}
