/**
 * The kernels' matrix layout: panels of 20 columns, inputs and outputs padded to multiples of 20
 * (assembly/rbm/panel.ts), or of 40 in fixed point (assembly/rbm/fixed16.ts).
 */

import { PANEL } from '../../wasm/kernels.js';

/** n rounded up to whole panels. */
export function padded(n: number, width = PANEL): number {
  return Math.ceil(n / width) * width;
}

type Numbers = Float32Array | Int16Array;

/** Row-major [rows, columns] → panels, into `out` of padded(rows)·padded(columns) numbers; the padding is unchanged. */
export function toPanels(matrix: Numbers, rows: number, columns: number, out: Numbers, width = PANEL): void {
  const size = padded(rows, width) * width;
  for (let first = 0, panel = 0; first < columns; first += width, panel += size) {
    const own = Math.min(width, columns - first);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < own; j++) out[panel + i * width + j] = matrix[i * columns + first + j];
    }
  }
}

/** Panels → row-major [rows, columns], in a fresh array. */
export function fromPanels(panels: Float32Array, rows: number, columns: number, width = PANEL): Float32Array {
  const size = padded(rows, width) * width;
  const matrix = new Float32Array(rows * columns);
  for (let first = 0, panel = 0; first < columns; first += width, panel += size) {
    const own = Math.min(width, columns - first);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < own; j++) matrix[i * columns + first + j] = panels[panel + i * width + j];
    }
  }
  return matrix;
}

/** Row-major [rows, columns] → row-major [columns, rows]. */
export function transpose<T extends Numbers>(matrix: T, rows: number, columns: number): T {
  const result = matrix.slice() as T;
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = matrix[i * columns + j];
  return result;
}
