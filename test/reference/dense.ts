/** Rows × weights in float64, one input after another, and free energies by inputs (assembly/rbm/dense.ts). Matrices are plain, row-major and unpadded here. */

import { exp, log } from './math.js';

/** start + rows × weights, [rows, outputs]. */
export function denseProduct(
  rows: Float32Array,
  weights: Float64Array,
  start: Float64Array,
  inputs: number,
  outputs: number,
): Float64Array {
  const result = start.slice();
  for (let r = 0; r * inputs < rows.length; r++) {
    for (let i = 0; i < inputs; i++) {
      for (let j = 0; j < outputs; j++) result[r * outputs + j] += rows[r * inputs + i] * weights[i * outputs + j];
    }
  }
  return result;
}

/**
 * Σ_j (low·a_j + softplus(step·a_j)) of each row of inputs [rows, size]: the sums and the products of the units of even
 * and of odd number apart, and a logarithm for every 1000 units.
 */
export function freeSums(inputs: Float64Array, size: number, low: number, step: number): Float64Array {
  return Float64Array.from({ length: inputs.length / size }, (_, r) => {
    const sums = [0, 0];
    let logs = 0;
    for (let first = 0; first < size; first += 1000) {
      const products = [1, 1];
      for (let j = first; j < Math.min(size, first + 1000); j++) {
        const a = inputs[r * size + j];
        sums[j % 2] += low * a + Math.max(step * a, 0);
        products[j % 2] *= 1 + exp(-Math.abs(step * a));
      }
      logs += log(products[0] * products[1]);
    }
    return sums[0] + sums[1] + logs;
  });
}
