/**
 * The random streams of the kernels (assembly/random.ts), one number at a time: four xoshiro128++ generators side by side, and what is made of their
 * numbers.
 */

import { log } from './math.js';
import { xoshiro128 } from './random.js';

const GOLDEN = 0x9e3779b97f4a7c15n;

const wrap = (z: bigint) => BigInt.asUintN(64, z);

/** Output number n (from 0) of SplitMix64 (Steele, Lea & Flood) started at `key`. */
export function splitMix(key: bigint, n: bigint): bigint {
  let z = wrap(key + (n + 1n) * GOLDEN);
  z = wrap((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = wrap((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}

/** One number of each of the four generators. */
export type Four = [number, number, number, number];

/** Stream number `index` of `key`: generator k starts from outputs 8·index + 2k and 8·index + 2k + 1 of SplitMix64, low halves first. */
export class Stream {
  readonly #generators: (() => number)[];

  constructor(key: bigint, index = 0) {
    this.#generators = [0, 1, 2, 3].map((lane) => {
      const n = BigInt(8 * index + 2 * lane);
      const [a, b] = [splitMix(key, n), splitMix(key, n + 1n)];
      return xoshiro128([low(a), high(a), low(b), high(b)]);
    });
  }

  next(): Four {
    return this.#generators.map((generator) => generator()) as Four;
  }

  /** The next `count` fours, one after another: u32 [count, 4]. */
  fill(count: number): Uint32Array {
    return Uint32Array.from(Array.from({ length: count }, () => this.next()).flat());
  }
}

const low = (z: bigint) => Number(z & 0xffffffffn);
const high = (z: bigint) => Number(z >> 32n);

/** Streams first, first + 1, …, first + count - 1 of a key. */
export function streams(key: bigint, count: number, first = 0): Stream[] {
  return Array.from({ length: count }, (_, t) => new Stream(key, first + t));
}

/** The 24 leading bits of a random number as a multiple of 2^-24 in [0, 1). */
export function uniform(bits: number): number {
  return (bits >>> 8) / 2 ** 24;
}

/** Bit `position` (0..127) of four 32-bit numbers. */
export function bitOf(four: ArrayLike<number>, position: number): 0 | 1 {
  return ((four[position >> 5] >>> (position & 31)) & 1) as 0 | 1;
}

/**
 * 128 bits a vector, each 1 with probability threshold·2^-32: bit b of 32 fours makes one number u, whose bit i comes from four i, and the result is
 * [2³² - 1 - u < threshold] (the complement of a random number is as random as the number).
 * @returns u32 [count, 4]
 */
export function bernoulliBits(stream: Stream, count: number, threshold: number): Uint32Array {
  const result = new Uint32Array(4 * count);
  for (let q = 0; q < count; q++) {
    const fours = Array.from({ length: 32 }, () => stream.next());
    for (let b = 0; b < 128; b++) {
      let u = 0;
      fours.forEach((four, i) => {
        u += bitOf(four, b) * 2 ** i;
      });
      if (2 ** 32 - 1 - u < threshold) result[4 * q + (b >> 5)] |= 1 << (b & 31);
    }
  }
  return result;
}

/** An integer in [0, n) from 32 random bits: ⌊bits·n / 2³²⌋. */
export function below(n: number, bits: number): number {
  return Number((BigInt(bits) * BigInt(n)) >> 32n);
}

/** A permutation of 0..n-1 by Fisher and Yates, from the end to the start; the numbers of a four are used from the last to the first. */
export function shuffle(stream: Stream, n: number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  let numbers: number[] = [];
  for (let i = n; i > 1; i--) {
    if (numbers.length === 0) numbers = stream.next();
    const j = below(i, numbers.pop()!);
    [order[i - 1], order[j]] = [order[j], order[i - 1]];
  }
  return order;
}

/**
 * n floats from N(0, deviation²) by Marsaglia's polar method: a point (x, y) uniform in the square (-1, 1)², kept if it lies in the unit circle, gives
 * the two independent normals x·f and y·f with f = √(-2 log r² / r²).
 */
export function normal(stream: Stream, n: number, deviation: number): Float32Array {
  const numbers: number[] = [];
  while (numbers.length < n) {
    const [a, b, c, d] = stream.next();
    for (const [first, second] of [
      [a, b],
      [c, d],
    ]) {
      const x = coordinate(first);
      const y = coordinate(second);
      const square = x * x + y * y;
      if (square >= 1) continue;
      const factor = deviation * Math.sqrt((-2 * log(square)) / square);
      numbers.push(Math.fround(x * factor), Math.fround(y * factor));
    }
  }
  return Float32Array.from(numbers.slice(0, n));
}

/** A signed 32-bit number i as (2i + 1)·2^-32, in (-1, 1) and never 0. */
function coordinate(bits: number): number {
  return (2 * (bits | 0) + 1) / 2 ** 32;
}
