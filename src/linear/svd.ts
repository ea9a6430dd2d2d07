/** Singular value decompositions: all of one, and the largest part of one by block power iteration. */

import { integer, knownOptions, positive, refuse } from '../util/check.js';
import { streamKey } from '../util/random.js';
import { normalNumbers } from '../wasm/draws.js';
import { checkFinite, checkMatrix, type Matrix, transposed } from './matrix.js';
import { orient } from './order.js';
import { orthonormalRows } from './orthonormal.js';
import { multiply, Products } from './products.js';
import { exactScale, scaled } from './scale.js';
import { singularRows } from './singular.js';

/** A = U diag(s) Vᵀ, or its largest part. */
export interface Svd {
  /** Left singular vectors as columns, [rows, number of values]; the entry of largest modulus of each is positive. */
  u: Matrix;
  /** Singular values, descending. */
  s: Float64Array;
  /** Right singular vectors as columns, [columns, number of values]. */
  v: Matrix;
}

/** Options of `truncatedSvd`. */
export interface TruncatedSvdOptions {
  /** Largest residual ‖A vᵢ - sᵢ uᵢ‖ in units of s₁, at least 1e-13. Default 1e-12. */
  tolerance?: number;
  /** Vectors beyond `rank` that are iterated along, at least 1. Default rank/2, at least 8. */
  oversample?: number;
  /** Steps after which all of the matrix is decomposed instead. Default 100. */
  maxIterations?: number;
  /**
   * Right singular vectors to start with as columns, [columns, at most rank + oversample], such as `v` of a matrix near
   * by; of no use where all of the matrix is decomposed.
   */
  start?: Matrix;
}

/** What `truncatedSvd` gives. */
export interface TruncatedSvd extends Svd {
  /**
   * The next singular value, s_{rank+1}: an estimate that is at most the true one, and near it; 0 if there is none. If
   * it is the last kept one to rounding, the cut goes through a multiplet, of which any part may be kept.
   */
  next: number;
  /** The largest ‖A vᵢ - sᵢ uᵢ‖ of those kept, in units of s₁. */
  residual: number;
  /** Steps of the iteration; 0 if all of the matrix was decomposed at once. */
  iterations: number;
}

/** Singular vectors as rows. */
interface Rows {
  u: Float64Array;
  s: Float64Array;
  v: Float64Array;
}

/** Bytes of the operands up to which products are made in the memory of all calls. */
const MAX_SHARED = 2 ** 24;

type Multiplying = Pick<Products, 'multiply'>;

/**
 * Products of a decomposition: small ones in the memory of all calls, since a page that decomposes many matrices would
 * come to an end of its memories.
 */
function productsFor({ values }: Matrix): Multiplying {
  return 4 * values.byteLength <= MAX_SHARED ? { multiply } : new Products();
}

/** All of a scaled matrix's singular values and vectors. */
function allSingular({ rows, columns, values }: Matrix, products: Multiplying): Rows {
  // the shorter side's lines as vectors of the longer one's length: A or Aᵀ = Rᵀ Q, and singular vectors of the small R
  const tall = rows >= columns;
  const count = Math.min(rows, columns);
  const length = Math.max(rows, columns);
  const vectors = tall ? transposed({ rows, columns, values }).values : values.slice();
  const { basis, triangle } = orthonormalRows(vectors, count, length);
  const { left, values: s, right } = singularRows(triangle, count);
  const long = products.multiply(square(left, count), { rows: count, columns: length, values: basis }).values;
  return tall ? { u: long, s, v: right } : { u: right, s, v: long };
}

const square = (values: Float64Array, n: number): Matrix => ({ rows: n, columns: n, values });

/** The first `rank` of them, with signs and scale as they are given to the user. */
function finished({ u, s, v }: Rows, a: Matrix, rank: number, scale: number): Svd {
  const rows = (vectors: Float64Array, length: number) => vectors.slice(0, rank * length);
  const left = rows(u, a.rows);
  const right = rows(v, a.columns);
  orient(left, rank, a.rows, right);
  return {
    u: transposed({ rows: rank, columns: a.rows, values: left }),
    s: s.slice(0, rank).map((x) => x / scale),
    v: transposed({ rows: rank, columns: a.columns, values: right }),
  };
}

/**
 * The thin singular value decomposition A = U diag(s) Vᵀ: QR, then one-sided Jacobi rotations of R. Values have an
 * error of some 1e-15 of the largest, mostly much less; vectors are orthonormal to rounding, also those of values that
 * are zero. Of equal values they are any that span the same. The same matrix gives the same bits. The time grows as
 * min(rows, columns)³: a second at 500.
 * @param a [rows, columns]; read, not kept
 * @throws TypeError if it is not a matrix; RangeError for an entry that is not finite; Error if it does not converge
 */
export function svd(a: Matrix): Svd {
  checkFinite('a', a);
  const scale = exactScale(a.values);
  const found = allSingular({ ...a, values: scaled(a.values, scale) }, productsFor(a));
  return finished(found, a, Math.min(a.rows, a.columns), scale);
}

const LEAST_OVERSAMPLE = 8;
const MAX_ITERATIONS = 100;
const TOLERANCE = 1e-12;

/** A tolerance that rounding lets the residual reach. */
const MIN_TOLERANCE = 1e-13;

/**
 * The `rank` largest singular values and their vectors, by block power (subspace) iteration: a block of rank +
 * oversample vectors is multiplied by A and Aᵀ in turn and made orthonormal, and the singular vectors of A between the
 * two spaces are taken (Rayleigh and Ritz) until all residuals ‖A vᵢ - sᵢ uᵢ‖ are at most tolerance·s₁. The error falls
 * by (s_{rank+oversample+1} / s_rank)² a step. The values' error is at most the residual, mostly about its square. Where
 * the block is not much smaller than half the matrix, or the steps are used up (values that hardly fall), the matrix is
 * decomposed as a whole, as by `svd`. The start is fixed, so that the same matrix gives the same bits.
 * Source: Halko, Martinsson & Tropp, SIAM Review 53, 217 (2011), algorithm 4.4; Saad, Numerical Methods for Large
 * Eigenvalue Problems (2011), chapter 5.
 * @param a [rows, columns]; read, not kept
 * @param rank how many values are kept, 1 to min(rows, columns)
 * @throws TypeError for a wrong kind; RangeError for an entry that is not finite, a rank or an option out of range, or
 *   an unknown option
 */
export function truncatedSvd(a: Matrix, rank: number, options: TruncatedSvdOptions = {}): TruncatedSvd {
  const names = ['tolerance', 'oversample', 'maxIterations', 'start'] as const;
  const {
    tolerance = TOLERANCE,
    maxIterations = MAX_ITERATIONS,
    start,
    ...rest
  } = knownOptions('truncatedSvd', options, names);
  checkFinite('a', a);
  const size = Math.min(a.rows, a.columns);
  integer('rank', rank, 1, size);
  positive('tolerance', tolerance);
  if (tolerance < MIN_TOLERANCE) refuse('tolerance', `number >= ${MIN_TOLERANCE}`, tolerance);
  const oversample = integer('oversample', rest.oversample ?? Math.max(LEAST_OVERSAMPLE, Math.ceil(rank / 2)));
  integer('maxIterations', maxIterations);
  const block = Math.min(size, rank + oversample);
  if (start !== undefined) checkStart(start, a.columns, block);
  const scale = exactScale(a.values);
  const matrix = { ...a, values: scaled(a.values, scale) };
  const products = productsFor(a);
  const ritz = wholeIsCheaper(size, block)
    ? undefined
    : iterate(matrix, rank, block, start, tolerance, maxIterations, products);
  if (ritz?.converged) {
    const { residual, iterations } = ritz;
    return { ...finished(ritz, a, rank, scale), next: ritz.s[rank] / scale, residual, iterations };
  }
  const whole = allSingular(matrix, products);
  const residual = largestResidual(products.multiply(rowsOf(whole.v, a.columns), matrix, BY_ROWS).values, whole, rank);
  return {
    ...finished(whole, a, rank, scale),
    next: rank < size ? whole.s[rank] / scale : 0,
    residual,
    iterations: ritz?.iterations ?? 0,
  };
}

const BY_ROWS = { transposeB: true };

const rowsOf = (values: Float64Array, columns: number): Matrix => ({ rows: values.length / columns, columns, values });

function checkStart(start: Matrix, columns: number, block: number): void {
  checkFinite('start', checkMatrix('start', start));
  if (start.rows !== columns || start.columns > block) {
    refuse('start', `matrix of ${columns} rows and at most ${block} columns`, `${start.rows}×${start.columns}`);
  }
}

/**
 * Whether one decomposition of all costs less than the steps of an iteration. Measured with values that fall by 0.67 to
 * 0.89 each: they cost the same at blocks of some 20 of 64, 45 of 100 and 120 of 256; at 36 and below all is cheaper.
 */
function wholeIsCheaper(size: number, block: number): boolean {
  return size < 2 * block + 32;
}

/** The iteration on a scaled matrix: what it has found when it has converged or used up its steps. */
function iterate(
  a: Matrix,
  rank: number,
  block: number,
  start: Matrix | undefined,
  tolerance: number,
  maxIterations: number,
  products: Multiplying,
): Rows & { residual: number; iterations: number; converged: boolean } {
  let u: Float64Array = new Float64Array(0);
  let s: Float64Array = new Float64Array(0);
  let v = orthonormalRows(startRows(a.columns, block, start), block, a.columns).basis;
  for (let iterations = 0; ; iterations++) {
    const images = products.multiply(rowsOf(v, a.columns), a, BY_ROWS).values;
    if (iterations > 0) {
      const residual = largestResidual(images, { u, s, v }, rank);
      const converged = residual <= tolerance;
      if (converged || iterations === maxIterations) return { u, s, v, residual, iterations, converged };
    }
    const left = orthonormalRows(images, block, a.rows).basis;
    const back = products.multiply(rowsOf(left, a.rows), a).values;
    const { basis, triangle } = orthonormalRows(back, block, a.columns);
    // left·A = Rᵀ·basis, and with R = Σ sᵢ xᵢ yᵢᵀ the singular vectors between the two spaces are yᵢ·left and xᵢ·basis
    const small = singularRows(triangle, block);
    s = small.values;
    u = products.multiply(square(small.right, block), rowsOf(left, a.rows)).values;
    v = products.multiply(square(small.left, block), rowsOf(basis, a.columns)).values;
  }
}

/** max ‖A vᵢ - sᵢ uᵢ‖ / s₁ of the first `rank`, given the A vᵢ as rows. */
function largestResidual(images: Float64Array, { u, s }: Rows, rank: number): number {
  const length = u.length / s.length;
  let largest = 0;
  for (let i = 0; i < rank; i++) {
    let sum = 0;
    for (let k = i * length; k < (i + 1) * length; k++) {
      const apart = images[k] - s[i] * u[k];
      sum += apart * apart;
    }
    largest = Math.max(largest, Math.sqrt(sum));
  }
  return largest === 0 ? 0 : largest / s[0];
}

/** The given columns as rows, and below them normal random numbers, always the same. */
function startRows(length: number, block: number, start: Matrix | undefined): Float64Array {
  const rows = new Float64Array(normalNumbers(streamKey(0, 'truncated svd'), block * length));
  if (start) rows.set(transposed(start).values);
  return rows;
}
