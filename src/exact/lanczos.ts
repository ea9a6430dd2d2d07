/**
 * The largest eigenvalue of a symmetric operator, its vector, and that vector's response to a small change. The
 * operator is known only by its products with vectors. Both methods throw when they do not converge. Source: Lanczos
 * 1950; Hestenes & Stiefel 1952; Golub & Van Loan, ch. 10-11.
 */

/** y = Ax, in a fresh array; the argument is not changed. */
export type Operator = (x: Float64Array) => Float64Array<ArrayBuffer>;

/** An eigenvalue and its eigenvector. */
export interface Eigenpair {
  value: number;
  /** Of length 1. */
  vector: Float64Array<ArrayBuffer>;
}

/** Vectors kept at a time, and the number of restarts from the best vector. */
const BASIS = 60;
const RESTARTS = 20;

/**
 * Largest eigenvalue and its vector, by Lanczos' method with full reorthogonalisation; the residual |Ax - λx| is
 * brought below 4e-15 λ, or as near as rounding allows and at most 1e-12 λ.
 * @param start not orthogonal to the vector; its symmetries under the operator are preserved
 * @param what names the operator in an error
 * @param without a vector of length 1 that the search is kept orthogonal to
 * @throws Error if it does not converge, or if the next eigenvalue that the search meets is too close for the vector to
 *   be known to 1e-8
 */
export function largestEigenpair(
  apply: Operator,
  start: Float64Array,
  what: string,
  without?: Float64Array,
): Eigenpair {
  let best: Float64Array = start;
  for (let restart = 0; restart < RESTARTS; restart++) {
    const { vector, value, residual, next } = sweep(apply, best, without);
    best = vector;
    if (residual > (restart < 3 ? 4e-15 : 1e-12) * Math.abs(value)) continue;
    if (without === undefined && residual > 1e-8 * (value - next)) break;
    return { value, vector };
  }
  const near = without === undefined ? 'too close to the next one' : 'too close to the next one or to 0';
  throw new Error(`an eigenvalue of this ${what} is not found to full precision: it is ${near}`);
}

interface Ritz extends Eigenpair {
  residual: number;
  /** The second largest Ritz value. */
  next: number;
}

/** One Krylov space of at most BASIS vectors. */
function sweep(apply: Operator, start: Float64Array, without?: Float64Array): Ritz {
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const off: number[] = [];
  const against = without === undefined ? [] : [without];
  let q: Float64Array = start.slice();
  orthogonalise(q, against);
  scale(q, 1 / norm(q));
  for (;;) {
    basis.push(q);
    const y = apply(q);
    diagonal.push(dot(q, y));
    orthogonalise(y, [...against, ...basis]);
    orthogonalise(y, [...against, ...basis]);
    const beta = norm(y);
    const theta = ritz(diagonal, off, 0);
    const weights = ritzVector(diagonal, off, theta);
    const residual = beta * Math.abs(weights[weights.length - 1]);
    const done = residual <= 1e-15 * Math.abs(theta) || beta <= 1e-15 * Math.abs(theta);
    if (done || basis.length === Math.min(BASIS, start.length)) {
      const vector = new Float64Array(start.length);
      for (let k = 0; k < basis.length; k++) addScaled(vector, weights[k], basis[k]);
      scale(vector, 1 / norm(vector));
      const image = apply(vector);
      const value = dot(vector, image);
      addScaled(image, -value, vector);
      if (without !== undefined) orthogonalise(image, against);
      const next = diagonal.length > 1 ? ritz(diagonal, off, 1) : Number.NEGATIVE_INFINITY;
      return { value, vector, residual: norm(image), next };
    }
    off.push(beta);
    scale(y, 1 / beta);
    q = y;
  }
}

/** Eigenvalue number `rank` (0 = largest) of a symmetric tridiagonal matrix, by bisection on Sturm's sequence. */
function ritz(diagonal: readonly number[], off: readonly number[], rank: number): number {
  const above = (x: number): number => {
    let count = 0;
    let pivot = 1;
    for (let i = 0; i < diagonal.length; i++) {
      const square = i === 0 ? 0 : off[i - 1] * off[i - 1];
      pivot = diagonal[i] - x - square / pivot;
      if (pivot === 0) pivot = Number.MIN_VALUE;
      if (pivot > 0) count++;
    }
    return count;
  };
  const radius = diagonal.map((_, i) => (off[i - 1] ?? 0) + (off[i] ?? 0));
  let high = Math.max(...diagonal.map((d, i) => d + radius[i]));
  let low = Math.min(...diagonal.map((d, i) => d - radius[i]));
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (above(middle) > rank) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The vector of the largest eigenvalue by inverse iteration just above it, where the matrix is definite and needs no
 * pivots.
 */
function ritzVector(diagonal: readonly number[], off: readonly number[], theta: number): number[] {
  const n = diagonal.length;
  const shift = theta + 4e-16 * Math.abs(theta);
  let y = new Array<number>(n).fill(1);
  for (let round = 0; round < 3; round++) {
    const pivots: number[] = [];
    const z = y.slice();
    for (let i = 0; i < n; i++) {
      const ratio = i === 0 ? 0 : off[i - 1] / pivots[i - 1];
      pivots.push(Math.max(shift - diagonal[i] - (i === 0 ? 0 : ratio * off[i - 1]), 1e-17 * Math.abs(theta) + 1e-300));
      if (i > 0) z[i] += ratio * z[i - 1];
    }
    z[n - 1] /= pivots[n - 1];
    for (let i = n - 2; i >= 0; i--) z[i] = (z[i] + off[i] * z[i + 1]) / pivots[i];
    const length = Math.hypot(...z);
    y = z.map((entry) => entry / length);
  }
  return y;
}

/**
 * The change d of an eigenvector, (λ - A) d = force on the complement of the vector, by conjugate gradients; A has no
 * eigenvalue above λ.
 * @param force orthogonal to the vector
 * @throws Error if the residual does not fall below 1e-9 |force|
 */
export function response(
  apply: Operator,
  value: number,
  vector: Float64Array,
  force: Float64Array,
  what: string,
): Float64Array {
  const change = new Float64Array(force.length);
  const rest = force.slice();
  orthogonalise(rest, [vector]);
  let direction = rest.slice();
  const size = norm(rest);
  // A force that consists of rounding errors has no effect.
  if (size <= 1e-15 * value) return change;
  let square = size * size;
  let least = 1;
  for (let step = 0; step < 2000 && least > 1e-13; step++) {
    const image = apply(direction);
    for (let i = 0; i < image.length; i++) image[i] = value * direction[i] - image[i];
    orthogonalise(image, [vector]);
    const rate = square / dot(direction, image);
    addScaled(change, rate, direction);
    addScaled(rest, -rate, image);
    const after = dot(rest, rest);
    least = Math.sqrt(after) / size;
    const turn = after / square;
    direction = direction.map((entry, i) => rest[i] + turn * entry);
    square = after;
  }
  if (!(least < 1e-9))
    throw new Error(`the response of this ${what} did not converge: its largest eigenvalues are too close`);
  return change;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

function scale(a: Float64Array, by: number): void {
  for (let i = 0; i < a.length; i++) a[i] *= by;
}

/** a += by·b. */
function addScaled(a: Float64Array, by: number, b: Float64Array): void {
  for (let i = 0; i < a.length; i++) a[i] += by * b[i];
}

/** Subtracts from y its components along vectors of length 1. */
function orthogonalise(y: Float64Array, vectors: readonly Float64Array[]): void {
  for (const v of vectors) addScaled(y, -dot(y, v), v);
}
