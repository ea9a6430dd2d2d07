/** Block spins: the kernel against the plain loop over sites. */

import { coarseGrain, criticalCoupling, Ising, type SpinData, square } from '../../src/index.js';
import type { Case } from '../harness.js';

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

export function blockCase(side: number, count: number): Case {
  const data = new Ising({ lattice: square(side), coupling: criticalCoupling, seed: 1, method: 'replicas' }).sample(
    count,
  );
  const ours = () => coarseGrain(data, { rule: 'majority', factor: 2, ties: 'first' });
  return {
    name: `block spins, ${count} of ${side}×${side}, b = 2`,
    unit: 'sites',
    work: count * side * side,
    contenders: [
      { name: 'Wasm', run: () => void ours() },
      { name: 'plain TypeScript', run: () => void plainMajority(data) },
    ],
    check: () => {
      const [a, b] = [ours().bytes, plainMajority(data)];
      const differ = a.findIndex((byte, k) => byte !== b[k]);
      if (a.length !== b.length || differ >= 0) throw new Error(`block spins differ at byte ${differ}`);
      return 'the same bits';
    },
  };
}
