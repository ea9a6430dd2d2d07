/** SHISHUA (assembly/shishua.ts) with numbers of 256 bits, written to be read. */

import { type Four, splitMix } from './streams.js';

const LANE = 2n ** 64n;

/** The four 64-bit lanes, the lowest first. */
const lanes = (x: bigint) => [0n, 64n, 128n, 192n].map((shift) => (x >> shift) % LANE);
const joined = (values: bigint[]) => values.reduceRight((x, lane) => x * LANE + (lane % LANE), 0n);
const add = (x: bigint, y: bigint) => joined(lanes(x).map((lane, k) => lane + lanes(y)[k]));
const shiftRight = (x: bigint, by: bigint) => joined(lanes(x).map((lane) => lane >> by));
const rotateLeft = (x: bigint, by: bigint) => BigInt.asUintN(256, (x << by) | (x >> (256n - by)));

const INCREMENT = joined([7n, 5n, 3n, 1n]);

/** 1024 bits of the fraction of the golden ratio: the hexadecimal digits of (√5 - 1)/2, in words of 64 bits, the first word lowest. */
function goldenDigits(): bigint[] {
  const bits = 1024n;
  // floor(√5·2^1024) by Newton's iteration from above
  const square = 5n << (2n * bits);
  let root = 3n << bits;
  for (;;) {
    const next = (root + square / root) / 2n;
    if (next >= root) break;
    root = next;
  }
  const fraction = (root - (1n << bits)) / 2n;
  return Array.from({ length: 16 }, (_, k) => (fraction >> BigInt(64 * (15 - k))) % LANE);
}

export class Shishua {
  #s: bigint[];
  #counter = 0n;

  constructor(seed: readonly [bigint, bigint, bigint, bigint]) {
    const digits = goldenDigits();
    const order = [0, 1, 2, 3, 2, 3, 0, 1];
    order.forEach((from, k) => {
      digits[2 * k] ^= seed[from];
    });
    this.#s = [0, 4, 8, 12].map((k) => joined(digits.slice(k, k + 4)));
    for (let round = 0; round < 13; round++) this.#s = this.#round().reverse();
  }

  /** Stream `index` of a key. */
  static of(key: bigint, index = 0): Shishua {
    const [a, b, c, d] = [0, 1, 2, 3].map((k) => splitMix(key, BigInt(4 * index + k)));
    return new Shishua([a, b, c, d]);
  }

  #round(): bigint[] {
    let [s0, s1, s2, s3] = this.#s;
    s1 = add(s1, this.#counter);
    s3 = add(s3, this.#counter);
    this.#counter = add(this.#counter, INCREMENT);
    const [u0, u1, u2, u3] = [shiftRight(s0, 1n), shiftRight(s1, 3n), shiftRight(s2, 1n), shiftRight(s3, 3n)];
    const [t0, t1, t2, t3] = [rotateLeft(s0, 96n), rotateLeft(s1, 160n), rotateLeft(s2, 96n), rotateLeft(s3, 160n)];
    [s0, s1, s2, s3] = [add(t0, u0), add(t1, u1), add(t2, u2), add(t3, u3)];
    this.#s = [s0, s1, s2, s3];
    return [u0 ^ t1, u2 ^ t3, s0 ^ s3, s2 ^ s1];
  }

  /** The eight vectors of the next round. */
  next(): Four[] {
    return this.#round().flatMap((x) => [four(x), four(x >> 128n)]);
  }

  /** The next rounds: u32 [rounds, 32]. */
  fill(rounds: number): Uint32Array {
    return Uint32Array.from(Array.from({ length: rounds }, () => this.next().flat()).flat());
  }
}

const four = (x: bigint) => [0n, 32n, 64n, 96n].map((shift) => Number((x >> shift) & 0xffffffffn)) as Four;
