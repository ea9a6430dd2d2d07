/** Numbers and orders at random, from a seed: the same on every engine. */

import { type Seed, streamKey } from '../util/random.js';
import { STREAM } from './kernels.js';
import { machineForCall } from './machine.js';
import { COMMON, kernels } from './scalar.js';

/** Integer below n, from entry `index` of the stream of a key. */
export function integerBelow(n: number, key: bigint, index: number): number {
  return Number((BigInt.asUintN(64, kernels().splitMix(key, BigInt(index))) * BigInt(n)) >> 64n);
}

/** `count` independent normal numbers N(0, deviation²), from stream number `stream` of a key. */
export function normalNumbers(key: bigint, count: number, deviation = 1, stream = 0): Float32Array {
  const machine = machineForCall(COMMON, { stream: STREAM, scratch: 16, numbers: count * 4 });
  const { kernels, at } = machine;
  kernels.seedStreams(at.stream, 1, key, stream);
  kernels.fillNormal(at.stream, at.scratch, at.numbers, count, deviation);
  return machine.f32('numbers').slice(0, count);
}

/** A source of integers below n. */
export type Below = (n: number) => number;

/** A generator of integers below n, from a seed. */
export function generator(seed: Seed, label: string): Below {
  const key = streamKey(seed, label);
  let index = 0;
  return (n) => integerBelow(n, key, index++);
}

/** The items in a random order (Fisher and Yates). */
export function shuffled<T>(items: Iterable<T>, below: Below): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** A random subset of max `most` items, with equal probabilities. */
export function randomSubset<T>(items: readonly T[], most: number, below: Below): T[] {
  if (items.length <= most) return [...items];
  const pool = [...items];
  for (let k = 0; k < most; k++) {
    const other = k + below(pool.length - k);
    [pool[k], pool[other]] = [pool[other], pool[k]];
  }
  return pool.slice(0, most);
}
