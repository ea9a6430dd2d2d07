/** Orthonormal bases by Householder's reflections. */

import { LEARNING } from '../wasm/learning.js';
import { machineForCall } from '../wasm/machine.js';

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
 * @param vectors [count, length]; read, not kept
 */
export function orthonormalRows(vectors: Float64Array, count: number, length: number): Orthonormal {
  const machine = machineForCall(LEARNING, { all: 16 * vectors.length });
  const { kernels, at, memory } = machine;
  const rows = new Float64Array(memory.buffer, at.all, vectors.length);
  const basis = new Float64Array(memory.buffer, at.all + 8 * vectors.length, vectors.length);
  const stride = 8 * length;
  rows.set(vectors);
  basis.fill(0);
  const triangle = new Float64Array(count * count);
  // reflection k is 1 - 2 w wᵀ with the unit vector w in row k from column k on; nothing, where the row is zero there
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < k; i++) triangle[i * count + k] = rows[k * length + i];
    const vector = k * length + k;
    triangle[k * count + k] = toReflector(rows.subarray(vector, (k + 1) * length));
    kernels.reflectRows(at.all + 8 * vector, at.all + 8 * vector + stride, count - 1 - k, stride, length - k);
  }
  for (let k = count - 1; k >= 0; k--) {
    const vector = k * length + k;
    basis[vector] = 1;
    kernels.reflectRows(at.all + 8 * vector, basis.byteOffset + 8 * vector, count - k, stride, length - k);
  }
  return { basis: basis.slice(), triangle };
}

/**
 * Turns x into the unit vector w whose reflection 1 - 2 w wᵀ takes x to one along its first axis; zero stays zero.
 * @returns the component along the axis
 */
export function toReflector(x: Float64Array): number {
  let largest = 0;
  for (let m = 0; m < x.length; m++) largest = Math.max(largest, Math.abs(x[m]));
  if (largest === 0) return 0;
  // the largest entry is 1 for the sum of squares, so that it does not vanish
  let sum = 0;
  for (let m = 0; m < x.length; m++) {
    x[m] /= largest;
    sum += x[m] * x[m];
  }
  const norm = Math.sqrt(sum);
  const along = x[0] > 0 ? -norm : norm;
  x[0] -= along;
  const unit = 1 / Math.sqrt(2 * norm * Math.abs(x[0]));
  for (let m = 0; m < x.length; m++) x[m] *= unit;
  return along * largest;
}
