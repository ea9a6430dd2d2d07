/** Singular values and vectors of square matrices by one-sided Jacobi rotations. */

import { LEARNING } from '../wasm/learning.js';
import { machineForCall } from '../wasm/machine.js';
import { descending } from './order.js';
import { orthonormalRows } from './orthonormal.js';

/** Left and right singular vectors as rows, and the singular values, which descend: X = Σ sᵢ leftᵢ rightᵢᵀ. */
export interface SingularRows {
  left: Float64Array;
  values: Float64Array;
  right: Float64Array;
}

/** Sweeps over all pairs of rows; some ten are usual. */
const MAX_SWEEPS = 60;

/**
 * Square of the length of a row that counts as zero. Products of such rows are near the end of float64, and beside the
 * largest row, whose entries are not below 2⁻¹⁰⁰, they are nothing.
 */
const LEAST = 1e-250;

/**
 * All singular values and vectors of a square matrix: pairs of rows are rotated until any two are orthogonal to
 * rounding. Each value has a small error relative to itself where rows differ in scale only, otherwise relative to the
 * largest. Not checked: all finite, the largest modulus between 2⁻¹⁰⁰ and
 * 2¹⁰⁰, or 0.
 * Source: Hestenes, J. SIAM 6, 51 (1958); Demmel & Veselić, SIAM J. Matrix Anal. Appl. 13, 1204 (1992).
 * @param matrix row-major [n, n]; read, not kept
 * @throws Error if it does not converge
 */
export function singularRows(matrix: Float64Array, n: number): SingularRows {
  const { kernels, at, memory } = machineForCall(LEARNING, { all: 8 * (2 * n * n + n) });
  // row i is that of X, and of the orthogonal J that starts as 1: at the end of J·X = diag(s)·V
  const rows = new Float64Array(memory.buffer, at.all, 2 * n * n);
  const squares = new Float64Array(memory.buffer, at.all + rows.byteLength, n);
  rows.fill(0);
  for (let i = 0; i < n; i++) {
    rows.set(matrix.subarray(i * n, (i + 1) * n), 2 * n * i);
    rows[2 * n * i + n + i] = 1;
  }
  const enough = Number.EPSILON * Math.sqrt(n);
  for (let sweep = 0; ; sweep++) {
    if (kernels.jacobiSweep(at.all, n, 16 * n, n, 2 * n, squares.byteOffset, enough, LEAST) === 0) break;
    if (sweep === MAX_SWEEPS) throw new Error('the singular values did not converge');
  }
  return inOrder(rows.slice(), squares.slice(), n);
}

/** Rows by descending length, those of the matrix divided by theirs. */
function inOrder(rows: Float64Array, squares: Float64Array, n: number): SingularRows {
  const order = descending(squares);
  const left = new Float64Array(n * n);
  const right = new Float64Array(n * n);
  const values = Float64Array.from(order, (i) => (squares[i] < LEAST ? 0 : Math.sqrt(squares[i])));
  order.forEach((i, place) => {
    const row = 2 * n * i;
    left.set(rows.subarray(row + n, row + 2 * n), place * n);
    if (values[place] === 0) return;
    for (let k = 0; k < n; k++) right[place * n + k] = rows[row + k] / values[place];
  });
  const rank = values.indexOf(0);
  // a row without length has no direction: any that are orthogonal to the others
  if (rank >= 0) right.set(orthonormalRows(right, n, n).basis.subarray(rank * n), rank * n);
  return { left, values, right };
}
