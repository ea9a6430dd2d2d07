/** The kernels' matrix layout (assembly/rbm/panel.ts): panels of 20 columns, inputs and outputs padded to multiples of 20. */

import { PANEL } from '../wasm/kernels.js';

/** n rounded up to whole panels. */
export function padded(n: number): number {
  return Math.ceil(n / PANEL) * PANEL;
}

/** Row-major [rows, columns] → panels, into `out` of padded(rows)·padded(columns) floats; the padding is not touched. */
export function toPanels(matrix: Float32Array, rows: number, columns: number, out: Float32Array): void {
  const size = padded(rows) * PANEL;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      out[Math.floor(j / PANEL) * size + i * PANEL + (j % PANEL)] = matrix[i * columns + j];
    }
  }
}

/** Panels → row-major [rows, columns], in a fresh array. */
export function fromPanels(panels: Float32Array, rows: number, columns: number): Float32Array {
  const size = padded(rows) * PANEL;
  const matrix = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      matrix[i * columns + j] = panels[Math.floor(j / PANEL) * size + i * PANEL + (j % PANEL)];
    }
  }
  return matrix;
}

/** Row-major [rows, columns] → row-major [columns, rows]. */
export function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = matrix[i * columns + j];
  return result;
}
