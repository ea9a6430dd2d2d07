/** What a trained stack is measured by: held-out configurations that come back, and configurations of its own. */

import { SpinData } from '../../ising/index.js';
import { type Stack, sampleStackAsync } from '../../rbm/index.js';
import { type Mean, sampleMean } from '../../stats/index.js';
import { STEPS } from './spec.js';

const pause = () => new Promise((resolve) => setTimeout(resolve));

/** Held-out configurations that are measured. */
export const MEASURED = 1000;

/** Rows between two pauses. */
const SLICE = 50;

/** Share of the held-out spins whose sign comes back from the means of a layer. */
export async function reconstructedShare(stack: Stack, data: SpinData, layer: number): Promise<Mean<number>> {
  const shares = new Float64Array(data.count);
  for (let first = 0; first < data.count; first += SLICE) {
    const rows = data.slice(first, Math.min(data.count, first + SLICE));
    const means = stack.reconstruct(rows, layer);
    for (let r = 0; r < rows.count; r++) {
      let right = 0;
      for (let i = 0; i < rows.width; i++) right += +(means[r * rows.width + i] >= 0.5 === (rows.bit(r, i) === 1));
      shares[first + r] = right / rows.width;
    }
    await pause();
  }
  return sampleMean(shares);
}

/**
 * The same from as many block spins: the majority of each square block, where squares of that area tile the lattice;
 * null where they do not. One block is the sign of the magnetisation.
 */
export function blockShare(data: SpinData, blocks: number): Mean<number> | null {
  const side = Math.sqrt(data.width / blocks);
  const [rows, columns] = data.shape;
  if (!Number.isInteger(side) || rows % side !== 0 || columns % side !== 0) return null;
  const across = columns / side;
  return sampleMean(
    Array.from({ length: data.count }, (_, r) => {
      const up = new Uint32Array(blocks);
      for (let i = 0; i < data.width; i++) {
        up[Math.floor(i / columns / side) * across + Math.floor((i % columns) / side)] += data.bit(r, i);
      }
      return up.reduce((right, n) => right + Math.max(n, side * side - n), 0) / data.width;
    }),
  );
}

/** ⟨s s'⟩ of neighbours on the torus. */
export function neighbourCorrelation(data: SpinData): Mean<number> {
  const [rows, columns] = data.shape;
  return sampleMean(
    Array.from({ length: data.count }, (_, r) => {
      let equal = 0;
      for (let i = 0; i < data.width; i++) {
        const [y, x] = [Math.floor(i / columns), i % columns];
        const spin = data.bit(r, i);
        equal += +(spin === data.bit(r, y * columns + ((x + 1) % columns)));
        equal += +(spin === data.bit(r, ((y + 1) % rows) * columns + x));
      }
      return equal / data.width - 1;
    }),
  );
}

/** Configurations of the stack itself: Gibbs sampling in its top RBM, then down by samples. */
export async function generated(stack: Stack, count: number, seed: string, signal: AbortSignal): Promise<SpinData> {
  const { bytes } = await sampleStackAsync(stack, { count, steps: STEPS, seed, signal });
  return new SpinData(count, stack.shape, bytes, { source: 'blockspin stack', seed });
}
