/** Products of matrices by three plain loops (assembly/linear/product.ts). Matrices are row-major. */

/** start + a × b, the products added one after another; a is [rows, terms], b [terms, columns]. */
export function multiplyPanels(
  a: Float64Array | Float32Array,
  b: Float64Array | Float32Array,
  start: Float64Array,
  rows: number,
  terms: number,
  columns: number,
): Float64Array {
  const result = start.slice();
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < terms; k++) {
      for (let j = 0; j < columns; j++) result[i * columns + j] += a[i * terms + k] * b[k * columns + j];
    }
  }
  return result;
}

/** Lines in panels of four, [lines/4 rounded up][terms][4], zeros beyond the last line; `lines` is [lines, terms]. */
export function packPanels(values: Float64Array | Float32Array, lines: number, terms: number): Float64Array {
  const result = new Float64Array(Math.ceil(lines / 4) * 4 * terms);
  for (let line = 0; line < lines; line++) {
    for (let k = 0; k < terms; k++) {
      result[(Math.floor(line / 4) * terms + k) * 4 + (line % 4)] = values[line * terms + k];
    }
  }
  return result;
}
