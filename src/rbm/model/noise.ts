/** Random numbers of one named stream, by the kernels: the same on every engine. */

import { BitRows } from '../../util/bits.js';
import { STREAM } from '../../wasm/kernels.js';
import { LEARNING } from '../../wasm/learning.js';
import { Machine } from '../../wasm/machine.js';

/** Numbers per call of a kernel. */
const CHUNK = 4096;

/** A stream of random numbers. */
export class Noise {
  readonly #machine = new Machine(LEARNING, { stream: STREAM, scratch: 16, means: CHUNK * 8, numbers: CHUNK * 4 });

  /** Stream number `index` of a key (see streamKey). */
  constructor(key: bigint, index = 0) {
    this.seed(key, index);
  }

  /** Restarts as stream number `index` of a key. */
  seed(key: bigint, index = 0): void {
    this.#machine.kernels.seedStreams(this.#machine.at.stream, 1, key, index);
  }

  /** Uniform in [0, 1): multiples of 2^-32. */
  uniform(count: number): Float64Array {
    const { kernels, at } = this.#machine;
    const result = new Float64Array(count);
    this.#chunks(count, (first, size) => {
      kernels.fillRandom(at.stream, at.numbers, Math.ceil(size / 4));
      const numbers = this.#machine.u32('numbers');
      for (let k = 0; k < size; k++) result[first + k] = numbers[k] / 2 ** 32;
    });
    return result;
  }

  /** N(0, 1). */
  normal(count: number): Float32Array {
    const { kernels, at } = this.#machine;
    const result = new Float32Array(count);
    this.#chunks(count, (first, size) => {
      kernels.fillNormal(at.stream, at.scratch, at.numbers, size, 1);
      result.set(this.#machine.f32('numbers').subarray(0, size), first);
    });
    return result;
  }

  /** Samples of N(means_k, 1) given x >= 0. */
  rectified(means: Float64Array): Float32Array {
    const { kernels, at } = this.#machine;
    const result = new Float32Array(means.length);
    this.#chunks(means.length, (first, size) => {
      this.#machine.f64('means').set(means.subarray(first, first + size));
      kernels.rectifiedNormals(at.stream, at.scratch, at.means, at.numbers, size);
      result.set(this.#machine.f32('numbers').subarray(0, size), first);
    });
    return result;
  }

  #chunks(count: number, each: (first: number, size: number) => void): void {
    for (let first = 0; first < count; first += CHUNK) each(first, Math.min(CHUNK, count - first));
  }
}

/** Rows of independent bits, 0 and 1 with equal probability. */
export function randomRows(count: number, width: number, key: bigint): BitRows {
  const rows = new BitRows(count, width);
  const noise = new Noise(key);
  for (let r = 0; r < count; r++) {
    noise.uniform(width).forEach((u, i) => {
      if (u < 0.5) rows.bytes[r * rows.stride + (i >> 3)] |= 1 << (i & 7);
    });
  }
  return rows;
}
