/**
 * Eigenvalues and eigenvectors of a symmetric matrix: reduced to tridiagonal form by reflections, then the QL algorithm
 * with implicit shifts. Source: Wilkinson & Reinsch, Linear Algebra (1971), algorithms II/2 and 4 (`tred2`, `imtql2` of
 * EISPACK).
 */

import { refuse } from '../util/check.js';
import { LEARNING, type LearningMachine } from '../wasm/learning.js';
import { machineForCall } from '../wasm/machine.js';
import { checkFinite, type Matrix, transposed } from './matrix.js';
import { descending, orient, permutedRows } from './order.js';
import { toReflector } from './orthonormal.js';
import { exactScale, largestModulus, scaled } from './scale.js';

/** A = V diag(values) Vᵀ. */
export interface SymmetricEigen {
  /** Eigenvalues, descending. */
  values: Float64Array;
  /** [n, n], orthogonal: column k is the eigenvector of `values[k]`, its entry of largest modulus positive. */
  vectors: Matrix;
}

/** QL steps per eigenvalue before the search is given up; two are usual. */
const MAX_STEPS = 60;

/** Steps after which what couples two of them counts as 0 where it is below the rounding of the largest entry. */
const LATE = 6;

/** Largest difference of two entries that should be equal, of the largest entry. */
const ASYMMETRY = 1e-12;

/**
 * All eigenvalues and eigenvectors of a real symmetric matrix. Absolute errors of the values are about 1e-15 of the
 * largest modulus; vectors are orthogonal to rounding, of values that are equal or nearly so they are any orthonormal
 * ones that span the same. The same matrix gives the same bits.
 * @param a [n, n]; read, not kept
 * @throws TypeError if it is not a matrix; RangeError if it is not square, not symmetric within 1e-12 of its largest
 *   entry, or holds an entry that is not finite; Error if the iteration does not converge
 */
export function symmetricEigen(a: Matrix): SymmetricEigen {
  checkFinite('a', a);
  const n = a.rows;
  if (a.columns !== n) refuse('a', 'square matrix', `${a.rows}×${a.columns}`);
  const { values, columns } = a;
  const scale = exactScale(values);
  const work = scaled(values, scale);
  const largest = largestModulus(work);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const [below, above] = [work[i * n + j], work[j * n + i]];
      if (Math.abs(below - above) > ASYMMETRY * largest) {
        refuse(
          `a(${i}, ${j})`,
          `a(${j}, ${i}) = ${values[j * columns + i]} of a symmetric matrix`,
          values[i * columns + j],
        );
      }
      work[i * n + j] = work[j * n + i] = (below + above) / 2;
    }
  }
  const { diagonal, rows } = diagonalised(work, n);
  const order = descending(diagonal);
  const vectors = permutedRows(rows, order, n);
  orient(vectors, n, n);
  return {
    values: Float64Array.from(order, (i) => diagonal[i] / scale),
    vectors: transposed({ rows: n, columns: n, values: vectors }),
  };
}

/** Eigenvalues in no order, and eigenvectors as rows. */
function diagonalised(a: Float64Array, n: number): { diagonal: Float64Array; rows: Float64Array } {
  const machine = machineForCall(LEARNING, { all: 8 * (2 * n * n + 2 * n) });
  const { memory, at } = machine;
  const space = new Float64Array(memory.buffer, at.all, 2 * n * n + 2 * n);
  const matrix = space.subarray(0, n * n);
  const rows = space.subarray(n * n, 2 * n * n);
  const turns = space.subarray(2 * n * n);
  matrix.set(a);
  const { diagonal, beside } = tridiagonal(machine, matrix, turns.subarray(0, n), n);
  reflected(machine, matrix, rows, n);
  implicitQl(machine, diagonal, beside, rows, turns, n);
  return { diagonal, rows: rows.slice() };
}

/**
 * Reflections k = 0 … n-3, of rows and columns k+1 to the last, that make A tridiagonal; their unit vectors are left in
 * row k from column k+1 on, zero where there is nothing to do.
 * @param image space for n numbers
 */
function tridiagonal({ kernels }: LearningMachine, a: Float64Array, image: Float64Array, n: number) {
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n); // beside[k] couples k and k+1
  const stride = 8 * n;
  for (let k = 0; k < n; k++) {
    diagonal[k] = a[k * n + k];
    if (k + 2 >= n) {
      if (k + 1 < n) beside[k] = a[k * n + k + 1];
      continue;
    }
    const size = n - k - 1;
    const w = a.subarray(k * n + k + 1, (k + 1) * n);
    beside[k] = toReflector(w);
    if (beside[k] === 0) continue;
    // with p = A w and q = p - (w·p) w, the reflected rest is A - 2 w qᵀ - 2 q wᵀ
    const rest = w.byteOffset + stride;
    kernels.dotRows(w.byteOffset, rest, size, stride, size, image.byteOffset);
    let overlap = 0;
    for (let i = 0; i < size; i++) overlap += w[i] * image[i];
    for (let i = 0; i < size; i++) image[i] -= overlap * w[i];
    kernels.subtractOuter(rest, size, stride, w.byteOffset, image.byteOffset);
  }
  return { diagonal, beside };
}

/** The unit vectors under all reflections: rows of Qᵀ, where QᵀAQ is tridiagonal. */
function reflected({ kernels }: LearningMachine, a: Float64Array, rows: Float64Array, n: number): void {
  rows.fill(0);
  for (let i = 0; i < n; i++) rows[i * n + i] = 1;
  for (let k = n - 3; k >= 0; k--) {
    const size = n - k - 1;
    const from = 8 * (k * n + k + 1);
    kernels.reflectRows(a.byteOffset + from, rows.byteOffset + from + 8 * n, size, 8 * n, size);
  }
}

/** Sizes of which squares have digits: below them numbers are scaled by 2⁵⁰⁰, exactly. */
const TINY = 2 ** -450;
const SCALE = 2 ** 500;

/** √(f² + g²), to all digits also where the squares would underflow: a rotation by f/r and g/r is one. */
function lengthOf(f: number, g: number): number {
  if (Math.abs(f) > TINY || Math.abs(g) > TINY) return Math.sqrt(f * f + g * g);
  return Math.sqrt(f * SCALE * (f * SCALE) + g * SCALE * (g * SCALE)) / SCALE;
}

/**
 * Makes the tridiagonal matrix diagonal by rotations, which also turn the rows.
 * @param turns space for 2n numbers
 */
function implicitQl(
  { kernels }: LearningMachine,
  d: Float64Array,
  e: Float64Array,
  rows: Float64Array,
  turns: Float64Array,
  n: number,
): void {
  const rounding = Number.EPSILON * d.reduce((most, x, k) => Math.max(most, Math.abs(x), Math.abs(e[k])), 0);
  // where the neighbours are rounding errors of larger entries, so is what couples them, and relative to them it need
  // never become small
  const small = (m: number, step: number) => {
    const beside = Math.abs(d[m]) + Math.abs(d[m + 1]);
    const size = Math.abs(e[m]);
    return size <= Number.EPSILON * beside || size < 1e-200 || (step > LATE && size <= rounding);
  };
  for (let first = 0; first < n; first++) {
    for (let step = 0; ; step++) {
      let last = first;
      while (last < n - 1 && !small(last, step)) last++;
      if (last === first) break;
      if (step === MAX_STEPS) throw new Error('the eigenvalues did not converge');
      const half = (d[first + 1] - d[first]) / (2 * e[first]);
      const root = Math.sqrt(half * half + 1);
      let g = d[last] - d[first] + e[first] / (half + (half < 0 ? -root : root));
      let [s, c, p] = [1, 1, 0];
      let i = last - 1;
      for (; i >= first; i--) {
        const f = s * e[i];
        const b = c * e[i];
        const r = lengthOf(f, g);
        e[i + 1] = r;
        if (r === 0) {
          // the block falls apart here
          d[i + 1] -= p;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        const t = (d[i] - g) * s + 2 * c * b;
        p = s * t;
        d[i + 1] = g + p;
        g = c * t - b;
        turns[2 * i] = c;
        turns[2 * i + 1] = s;
      }
      const top = i + 1;
      const from = rows.byteOffset + 8 * n * top;
      kernels.turnRows(from, last - top + 1, 8 * n, n, turns.byteOffset + 16 * top);
      e[last] = 0;
      if (i >= first) continue;
      d[first] -= p;
      e[first] = g;
    }
  }
}
