/** Rows × weights in float64, one input after another (assembly/rbm/dense.ts). Matrices are plain, row-major and unpadded here. */

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
