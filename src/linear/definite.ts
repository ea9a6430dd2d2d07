/** A⁻¹B of a symmetric positive definite A, and how well A can be inverted. */

/** Relative size of a pivot below which a row is a combination of those before it. */
const SINGULAR = 1e-14;

/**
 * A⁻¹B by Cholesky's factors of A scaled to ones on its diagonal; NaN throughout if A is not positive definite. The scale
 * keeps operators of different size comparable.
 * @param a row-major [n, n], symmetric
 * @param b row-major [n, columns]
 */
export function solveDefinite(a: Float64Array, b: Float64Array, n: number, columns = n): Float64Array {
  const scale = Float64Array.from({ length: n }, (_, i) => 1 / Math.sqrt(a[i * n + i]));
  const lower = factor(scaled(a, scale, n), n).lower;
  if (lower === undefined) return new Float64Array(n * columns).fill(Number.NaN);
  const x = new Float64Array(n * columns);
  for (let column = 0; column < columns; column++) {
    for (let i = 0; i < n; i++) {
      let sum = scale[i] * b[i * columns + column];
      for (let k = 0; k < i; k++) sum -= lower[i * n + k] * x[k * columns + column];
      x[i * columns + column] = sum / lower[i * n + i];
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = x[i * columns + column];
      for (let k = i + 1; k < n; k++) sum -= lower[k * n + i] * x[k * columns + column];
      x[i * columns + column] = sum / lower[i * n + i];
    }
    for (let i = 0; i < n; i++) x[i * columns + column] *= scale[i];
  }
  return x;
}

/**
 * The condition number ‖C‖·‖C⁻¹‖ in the Frobenius norm of C = A scaled to ones on its diagonal, Infinity if it is singular;
 * and the row that is most nearly a combination of those before it.
 */
export function conditionOf(a: Float64Array, n: number): { condition: number; dependent: number } {
  const scale = Float64Array.from({ length: n }, (_, i) => 1 / Math.sqrt(a[i * n + i]));
  const c = scaled(a, scale, n);
  const { lower, least } = factor(c, n);
  if (lower === undefined) return { condition: Infinity, dependent: least };
  const identity = Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0));
  const inverse = solveDefinite(c, identity, n);
  const norm = (matrix: Float64Array) => Math.sqrt(matrix.reduce((sum, x) => sum + x * x, 0));
  return { condition: norm(c) * norm(inverse), dependent: least };
}

function scaled(a: Float64Array, scale: Float64Array, n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, k) => a[k] * scale[Math.floor(k / n)] * scale[k % n]);
}

/** C = LLᵀ; no factor if a pivot vanishes. `least` is the row of the smallest one. */
function factor(c: Float64Array, n: number): { lower: Float64Array | undefined; least: number } {
  const lower = new Float64Array(n * n);
  let least = 0;
  let smallest = Infinity;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = c[i * n + j];
      for (let k = 0; k < j; k++) rest -= lower[i * n + k] * lower[j * n + k];
      if (i !== j) {
        lower[i * n + j] = rest / lower[j * n + j];
        continue;
      }
      if (rest < smallest) [smallest, least] = [rest, i];
      if (!(rest > SINGULAR)) return { lower: undefined, least: i };
      lower[i * n + i] = Math.sqrt(rest);
    }
  }
  return { lower, least };
}
