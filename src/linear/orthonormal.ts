/** Orthonormal bases by Householder's reflections. */

import { addScaled, dot } from './vectors.js';

/** Vectors as rows, row-major. */
export interface Orthonormal {
  /** [count, length]: vector j is Σᵢ triangle(i, j)·rowᵢ of `basis`. */
  basis: Float64Array;
  /** R, upper triangular, row-major [count, count]. */
  triangle: Float64Array;
}

/**
 * The thin QR decomposition of vectors that lie as rows: orthonormal ones that span the same, also where vectors depend
 * on each other or are zero (others fill up the basis). Not checked: count <= length, all finite.
 * @param vectors [count, length]; overwritten
 */
export function orthonormalRows(vectors: Float64Array, count: number, length: number): Orthonormal {
  const triangle = new Float64Array(count * count);
  // reflection k is 1 - 2 w wᵀ with the unit vector w in row k from column k on; or nothing, where the row is zero there
  for (let k = 0; k < count; k++) {
    const at = k * length + k;
    const size = length - k;
    for (let i = 0; i < k; i++) triangle[i * count + k] = vectors[k * length + i];
    const largest = largestOf(vectors, at, size);
    if (largest === 0) continue;
    // the largest entry is 1 for the sum of squares, so that it neither overflows nor vanishes
    for (let m = at; m < at + size; m++) vectors[m] /= largest;
    const norm = Math.sqrt(dot(vectors, at, vectors, at, size));
    const diagonal = vectors[at] > 0 ? -norm : norm;
    triangle[k * count + k] = diagonal * largest;
    vectors[at] -= diagonal;
    const unit = 1 / Math.sqrt(2 * norm * Math.abs(vectors[at]));
    for (let m = at; m < at + size; m++) vectors[m] *= unit;
    for (let j = k + 1; j < count; j++) {
      const other = j * length + k;
      addScaled(vectors, other, -2 * dot(vectors, at, vectors, other, size), vectors, at, size);
    }
  }
  const basis = new Float64Array(count * length);
  for (let k = count - 1; k >= 0; k--) {
    const at = k * length + k;
    const size = length - k;
    basis[at] = 1;
    for (let j = k; j < count; j++) {
      const other = j * length + k;
      addScaled(basis, other, -2 * dot(vectors, at, basis, other, size), vectors, at, size);
    }
  }
  return { basis, triangle };
}

/** max |x| of n entries from `at` on. */
function largestOf(x: Float64Array, at: number, n: number): number {
  let largest = 0;
  for (let m = at; m < at + n; m++) largest = Math.max(largest, Math.abs(x[m]));
  return largest;
}
