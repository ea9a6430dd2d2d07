/** Block spins: the kernel against the plain loop over sites. */

import { coarseGrain, criticalCoupling, Ising, type SpinData, softRule, square } from '../../src/all.js';
import type { Entry } from '../harness.js';
import { same } from './agree.js';
import { type Body, entry } from './entry.js';

/** Majority of 2 × 2 bit by bit, ties to the first spin of the block; without branches, which would be mispredicted. */
function plainMajority({ count, shape: [rows, columns], stride, bytes }: SpinData): Uint8Array {
  const outStride = Math.ceil((rows * columns) / 32);
  const result = new Uint8Array(count * outStride);
  for (let r = 0; r < count; r++) {
    const start = r * stride;
    const bit = (i: number) => (bytes[start + (i >> 3)] >> (i & 7)) & 1;
    let block = 0;
    for (let y = 0; y < rows; y += 2) {
      for (let x = 0; x < columns; x += 2, block++) {
        const i = y * columns + x;
        const first = bit(i);
        const up = first + bit(i + 1) + bit(i + columns) + bit(i + columns + 1);
        // 3 and 4 are a majority, 2 with the first spin up as well
        result[r * outStride + (block >> 3)] |= ((up + first + 1) >> 2) << (block & 7);
      }
    }
  }
  return result;
}

function blockCase(side: number, count: number): Body {
  const spins = new Ising({ lattice: square(side), coupling: criticalCoupling, seed: 1, method: 'replicas' });
  const data = spins.sample(count);
  const ours = () => coarseGrain(data, { rule: 'majority', factor: 2, ties: 'first' });
  // so often in a round, since once is a millisecond
  const times = 20;
  return {
    unit: 'sites',
    work: times * count * side * side,
    contenders: [
      {
        name: 'Wasm',
        run: () => {
          for (let k = 0; k < times; k++) ours();
        },
      },
      { name: 'plain TypeScript', run: () => void plainMajority(data), share: 1 / times },
    ],
    check: () => {
      same('block spins', ours().bytes, plainMajority(data));
      return 'the same bits';
    },
  };
}

/** w of greatest likelihood for 2 × 2 blocks at K_c, L = 40. */
const WEIGHT = 1.147;

/** The soft rule site by site, with the engine's own random numbers. */
function plainSoft({ count, shape: [rows, columns], stride, bytes }: SpinData): Uint8Array {
  const outStride = Math.ceil((rows * columns) / 32);
  const result = new Uint8Array(count * outStride);
  const probabilities = [0, 1, 2, 3, 4].map((up) => 1 / (1 + Math.exp(-2 * WEIGHT * (2 * up - 4))));
  for (let r = 0; r < count; r++) {
    const start = r * stride;
    const bit = (i: number) => (bytes[start + (i >> 3)] >> (i & 7)) & 1;
    let block = 0;
    for (let y = 0; y < rows; y += 2) {
      for (let x = 0; x < columns; x += 2, block++) {
        const i = y * columns + x;
        const up = bit(i) + bit(i + 1) + bit(i + columns) + bit(i + columns + 1);
        if (Math.random() < probabilities[up]) result[r * outStride + (block >> 3)] |= 1 << (block & 7);
      }
    }
  }
  return result;
}

/** By the number of spins up in a block: how many standard errors its share of +1 is from the rule's probability, at most. */
function softScore({ count, shape: [rows, columns], stride, bytes }: SpinData, coarse: Uint8Array): number {
  const outStride = Math.ceil((rows * columns) / 32);
  const blocks = new Float64Array(5);
  const ups = new Float64Array(5);
  for (let r = 0; r < count; r++) {
    const bit = (i: number) => (bytes[r * stride + (i >> 3)] >> (i & 7)) & 1;
    let block = 0;
    for (let y = 0; y < rows; y += 2) {
      for (let x = 0; x < columns; x += 2, block++) {
        const i = y * columns + x;
        const up = bit(i) + bit(i + 1) + bit(i + columns) + bit(i + columns + 1);
        blocks[up]++;
        ups[up] += (coarse[r * outStride + (block >> 3)] >> (block & 7)) & 1;
      }
    }
  }
  return Math.max(
    ...[0, 1, 2, 3, 4].map((up) => {
      const p = 1 / (1 + Math.exp(-2 * WEIGHT * (2 * up - 4)));
      return Math.abs(ups[up] - blocks[up] * p) / Math.sqrt(blocks[up] * p * (1 - p));
    }),
  );
}

function softCase(side: number, count: number): Body {
  const data = new Ising({ lattice: square(side), coupling: criticalCoupling, seed: 1, method: 'replicas' }).sample(
    count,
  );
  const rule = softRule({ factor: 2, weight: WEIGHT });
  const majority = () => coarseGrain(data, { rule: 'majority', factor: 2 });
  const times = 10;
  const repeated = (work: () => unknown) => () => {
    for (let k = 0; k < times; k++) work();
  };
  return {
    unit: 'sites',
    work: times * count * side * side,
    contenders: [
      { name: 'Wasm', run: repeated(() => rule.apply(data)) },
      { name: 'Wasm, majority with random ties', run: repeated(majority) },
      { name: 'plain TypeScript', run: () => void plainSoft(data), share: 1 / times },
    ],
    check: () => {
      const scores = [rule.apply(data).bytes, plainSoft(data)].map((coarse) => softScore(data, coarse));
      if (!scores.every((score) => score < 5)) throw new Error(`shares are ${scores} standard errors off`);
      return `shares of +1 within ${Math.max(...scores).toFixed(1)} standard errors of the rule's probabilities`;
    },
  };
}

export function blockEntries(): Entry[] {
  const sizes: [number, number][] = [
    [40, 12_800],
    [256, 256],
  ];
  return [
    ...sizes.map(([side, count]) =>
      entry({ name: `block spins, ${count} of ${side}×${side}, b = 2`, group: 'Block spins' }, (short) =>
        short ? blockCase(16, 130) : blockCase(side, count),
      ),
    ),
    ...sizes.map(([side, count]) =>
      entry({ name: `soft rule, ${count} of ${side}×${side}, b = 2`, group: 'Block spins' }, (short) =>
        short ? softCase(16, 130) : softCase(side, count),
      ),
    ),
  ];
}
