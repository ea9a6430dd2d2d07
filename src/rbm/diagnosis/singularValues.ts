/**
 * Singular values of the weights: the number of directions that an RBM has learned. Early in training few are outside
 * of the bulk of the random start, one after another (Decelle, Fissore & Furtlehner 2018).
 */

import { integer, lengthOf, refuse } from '../../util/check.js';
import type { Floats } from '../model/layers.js';

/** Max |cos| of the angle of orthogonal columns. */
const ORTHOGONAL = 1e-14;
/** Max sweeps of rotations; about six are enough. */
const MAX_SWEEPS = 60;

/**
 * Singular values of a matrix, the largest first, min(rows, columns) of them, by one-sided Jacobi rotations (Hestenes
 * 1958; Demmel & Veselić 1992) in float64, to a few rounding errors of the largest one. The cost is about 6·min²·max
 * multiplications; the matrix is read, not kept.
 * @param matrix row-major [rows, columns], such as `rbm.weights` with `rbm.visible` and `rbm.hidden`
 * @throws TypeError for a wrong kind; RangeError for another length or an entry that is not finite
 */
export function singularValues(matrix: Floats, rows: number, columns: number): Float64Array {
  integer('rows', rows);
  integer('columns', columns);
  if (!(matrix instanceof Float32Array || matrix instanceof Float64Array)) {
    refuse('matrix', 'Float32Array or Float64Array', matrix, 'type');
  }
  lengthOf('matrix', matrix, rows * columns);
  const bad = (matrix as Float64Array).findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) refuse(`matrix[${bad}]`, 'finite number', matrix[bad]);
  // the vectors are the columns of the matrix, or its rows if these are fewer
  const tall = rows >= columns;
  const [count, length] = tall ? [columns, rows] : [rows, columns];
  const vectors = Array.from({ length: count }, (_, j) =>
    Float64Array.from({ length }, (__, i) => (tall ? matrix[i * columns + j] : matrix[j * columns + i])),
  );
  const negligible = Number.EPSILON * Math.max(...vectors.map((v) => dot(v, v))) * Number.EPSILON;
  for (let sweep = 0, moved = true; moved && sweep < MAX_SWEEPS; sweep++) {
    moved = false;
    for (let p = 0; p < count; p++) {
      for (let q = p + 1; q < count; q++) moved = rotate(vectors[p], vectors[q], negligible) || moved;
    }
  }
  return Float64Array.from(vectors, (v) => Math.sqrt(dot(v, v))).sort((a, b) => b - a);
}

/** Rotates two vectors in their plane until they are orthogonal. @returns whether they were not */
function rotate(x: Float64Array, y: Float64Array, negligible: number): boolean {
  const alpha = dot(x, x);
  const beta = dot(y, y);
  const gamma = dot(x, y);
  if (Math.abs(gamma) <= ORTHOGONAL * Math.sqrt(alpha * beta) || alpha * beta <= negligible * negligible) return false;
  const zeta = (beta - alpha) / (2 * gamma);
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = c * t;
  for (let i = 0; i < x.length; i++) {
    const xi = x[i];
    x[i] = c * xi - s * y[i];
    y[i] = s * xi + c * y[i];
  }
  return true;
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}
