/** How well an RBM describes data, as far as that can be known without Z. */

import type { BitRows } from '../util/bits.js';
import { integer } from '../util/check.js';
import { type Seed, streamKey } from '../util/random.js';
import { kernels } from '../wasm/scalar.js';
import type { Rbm } from './rbm.js';

/**
 * Stochastic pseudo-log-likelihood a unit: the mean of log p(v_i | all other v) over rows and a few random units i of each (Besag 1975). Compare:
 * -log 2 = -0.693 for coin tosses. A proxy for the likelihood, not a bound of it; its maximum is at the true parameters.
 * @param data at least one row; with one the error is unknown, Infinity
 * @param units random units a row; the standard error falls about as 1/√rows
 * @throws RangeError for no rows, another width, or more units than there are
 */
export function pseudoLikelihood(
  rbm: Rbm,
  data: BitRows,
  options: { units?: number; seed?: Seed } = {},
): { mean: number; error: number } {
  if (data.count === 0) throw new RangeError('"data" expected at least one row, got none');
  const units = integer('units', options.units ?? Math.min(4, rbm.visible), 1, rbm.visible);
  const { softplus, splitMix } = kernels();
  const key = streamKey(options.seed ?? 1, 'pseudoLikelihood');
  const inputs = rbm.hiddenInputs(data);
  const { visible, hidden, weights } = rbm;
  let sum = 0;
  let squares = 0;
  for (let r = 0; r < data.count; r++) {
    let free = 0; // Σ_j softplus(x_j)
    for (let j = 0; j < hidden; j++) free += softplus(inputs[r * hidden + j]);
    let row = 0;
    for (let k = 0; k < units; k++) {
      const number = BigInt.asUintN(64, splitMix(key, BigInt(r * units + k)));
      const i = Number((number * BigInt(visible)) >> 64n);
      const sign = data.bit(r, i) ? -1 : 1; // the change of v_i when flipped
      let flipped = 0;
      for (let j = 0; j < hidden; j++) flipped += softplus(inputs[r * hidden + j] + sign * weights[i * hidden + j]);
      // log p(v_i | rest) = -softplus(F(v) - F(v flipped))
      row -= softplus(flipped - free + sign * rbm.visibleBias[i]);
    }
    sum += row / units;
    squares += (row / units) ** 2;
  }
  const mean = sum / data.count;
  const variance = Math.max(0, squares - data.count * mean * mean) / (data.count - 1);
  return { mean, error: data.count === 1 ? Infinity : Math.sqrt(variance / data.count) };
}
