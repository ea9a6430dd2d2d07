/**
 * The difference of the chains of a training from its data, in one number per epoch. A residue that stays constant
 * while the biases follow it is a sign of chains that do not move (course.ts).
 */

import type { BitRows } from '../../util/bits.js';
import { kernels } from '../../wasm/scalar.js';

/**
 * Mean over the units of ⟨v⟩ of the chains minus ⟨v⟩ of the data, v in {0, 1}, and its standard error for independent
 * chains.
 * @param logWeights of the chains; default all equal
 * @param means of the data, one per unit
 */
export function residueOf(
  chains: BitRows,
  logWeights: Float64Array | undefined,
  means: Float64Array,
): { residue: number; residueError: number } {
  const { exp } = kernels();
  const weights = Float64Array.from({ length: chains.count }, (_, m) => (logWeights ? exp(logWeights[m]) : 1));
  const levels = weights.map((_, m) => onesOf(chains, m) / chains.width);
  const total = weights.reduce((a, w) => a + w, 0);
  const mean = weights.reduce((a, w, m) => a + w * levels[m], 0) / total;
  const variance = weights.reduce((a, w, m) => a + (w * (levels[m] - mean)) ** 2, 0) / total ** 2;
  return { residue: mean - means.reduce((a, p) => a + p, 0) / means.length, residueError: Math.sqrt(variance) };
}

function onesOf({ bytes, stride }: BitRows, row: number): number {
  let ones = 0;
  for (let k = row * stride; k < (row + 1) * stride; k++) for (let b = bytes[k]; b; b &= b - 1) ones++;
  return ones;
}
