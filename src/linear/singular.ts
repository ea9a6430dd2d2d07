/** Singular values and vectors of square matrices by one-sided Jacobi rotations. */

import { descending } from './order.js';
import { orthonormalRows } from './orthonormal.js';
import { dot, rotateLittle } from './vectors.js';

/** Left and right singular vectors as rows, and the singular values, which descend: X = Σ sᵢ leftᵢ rightᵢᵀ. */
export interface SingularRows {
  left: Float64Array;
  values: Float64Array;
  right: Float64Array;
}

/** Sweeps over all pairs of rows; ten are enough for any matrix met so far. */
const MAX_SWEEPS = 60;

/**
 * All singular values and vectors of a square matrix: pairs of rows are rotated until any two are orthogonal to
 * rounding. Each value has a small error relative to itself where rows differ in scale only, otherwise relative to the
 * largest. Not checked: all finite, and such that no square of an entry overflows.
 * Source: Hestenes, J. SIAM 6, 51 (1958); Demmel & Veselić, SIAM J. Matrix Anal. Appl. 13, 1204 (1992).
 * @param matrix row-major [n, n]; overwritten
 * @throws Error if it does not converge
 */
export function singularRows(matrix: Float64Array, n: number): SingularRows {
  const turns = new Float64Array(n * n); // J of J·X = diag(s)·V, of rows sᵢ rightᵢ
  for (let i = 0; i < n; i++) turns[i * n + i] = 1;
  const squares = new Float64Array(n);
  const enough = Number.EPSILON * Math.sqrt(n);
  for (let sweep = 0, turned = true; turned; sweep++) {
    if (sweep === MAX_SWEEPS) throw new Error('the singular values did not converge');
    turned = false;
    for (let i = 0; i < n; i++) squares[i] = dot(matrix, i * n, matrix, i * n, n);
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        const [p, q] = [squares[i], squares[j]];
        const product = dot(matrix, i * n, matrix, j * n, n);
        if (Math.abs(product) <= enough * Math.sqrt(p) * Math.sqrt(q)) continue;
        turned = true;
        const half = (q - p) / (2 * product);
        const tangent = (half < 0 ? -1 : 1) / (Math.abs(half) + Math.sqrt(1 + half * half));
        const cosine = 1 / Math.sqrt(1 + tangent * tangent);
        const sine = cosine * tangent;
        rotateLittle(matrix, i * n, matrix, j * n, n, sine, sine / (1 + cosine));
        rotateLittle(turns, i * n, turns, j * n, n, sine, sine / (1 + cosine));
        squares[i] = dot(matrix, i * n, matrix, i * n, n);
        squares[j] = dot(matrix, j * n, matrix, j * n, n);
      }
    }
  }
  return inOrder(turns, squares, matrix, n);
}

/** Rows by descending length, those of the matrix divided by theirs. */
function inOrder(turns: Float64Array, squares: Float64Array, matrix: Float64Array, n: number): SingularRows {
  const order = descending(squares);
  const left = new Float64Array(n * n);
  const right = new Float64Array(n * n);
  const values = Float64Array.from(order, (i) => Math.sqrt(squares[i]));
  order.forEach((i, place) => {
    left.set(turns.subarray(i * n, (i + 1) * n), place * n);
    if (values[place] === 0) return;
    for (let k = 0; k < n; k++) right[place * n + k] = matrix[i * n + k] / values[place];
  });
  const rank = values.indexOf(0);
  // a row without length has no direction: any that are orthogonal to the others
  if (rank >= 0) right.set(orthonormalRows(right.slice(), n, n).basis.subarray(rank * n), rank * n);
  return { left, values, right };
}
