/** Block spins: the kernel against the plain loop over sites. */

import { coarseGrain, criticalCoupling, Ising, type SpinData, square } from '../../src/all.js';
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

export function blockEntries(): Entry[] {
  const sizes: [number, number][] = [
    [40, 12_800],
    [256, 256],
  ];
  return sizes.map(([side, count]) =>
    entry({ name: `block spins, ${count} of ${side}×${side}, b = 2`, group: 'Block spins' }, (short) =>
      short ? blockCase(16, 130) : blockCase(side, count),
    ),
  );
}
