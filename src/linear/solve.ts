/** Small systems of linear equations without symmetry. */

/**
 * Solves A x = b by elimination with row pivots; the arguments are not checked.
 * @param matrix A, row-major [n, n]; read, not kept
 * @returns x, or undefined if a pivot is below 1e-13 of the largest entry: the matrix is singular to rounding
 */
export function solveLinear(matrix: ArrayLike<number>, b: ArrayLike<number>): number[] | undefined {
  const n = b.length;
  const rows = Array.from({ length: n }, (_, i) => [...Array.from(matrix).slice(i * n, (i + 1) * n), b[i]]);
  const largest = Array.from(matrix).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[pivot][k])) pivot = i;
    if (!(Math.abs(rows[pivot][k]) > 1e-13 * largest)) return undefined;
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i][k] / rows[k][k];
      for (let j = k; j <= n; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    x[i] = rows[i][n];
    for (let j = i + 1; j < n; j++) x[i] -= rows[i][j] * x[j];
    x[i] /= rows[i][i];
  }
  return x;
}
