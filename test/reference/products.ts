/** Binary × float, in f32 and in the kernels' order of additions (assembly/rbm/panel.ts). Matrices are plain, row-major and unpadded here. */

/**
 * start + bits × weights, [rows, outputs]. Inputs are taken in groups of four; within a group the rows of the set bits are summed, lowest first, and that
 * sum (0 for none) is added to what there is.
 * @param bits [rows, inputs], entries 0 or 1
 * @param weights [inputs, outputs]
 * @param start [rows, outputs]
 */
export function product(
  bits: Uint8Array,
  weights: Float32Array,
  start: Float32Array,
  rows: number,
  inputs: number,
  outputs: number,
): Float32Array {
  const result = start.slice();
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < outputs; j++) {
      let sum = result[r * outputs + j];
      for (let first = 0; first < inputs; first += 4) {
        const terms: number[] = [];
        for (let i = first; i < Math.min(first + 4, inputs); i++) {
          if (bits[r * inputs + i]) terms.push(weights[i * outputs + j]);
        }
        sum = Math.fround(sum + sumInOrder(terms));
      }
      result[r * outputs + j] = sum;
    }
  }
  return result;
}

/** Σ in f32, from the first to the last; 0 of none. */
export function sumInOrder(terms: number[]): number {
  return terms.length === 0 ? 0 : terms.reduce((sum, term) => Math.fround(sum + term));
}

/** `rows` copies of `values`. */
export function repeatRows(values: Float32Array, rows: number): Float32Array {
  const result = new Float32Array(rows * values.length);
  for (let r = 0; r < rows; r++) result.set(values, r * values.length);
  return result;
}
