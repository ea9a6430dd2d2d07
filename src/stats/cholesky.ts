/** Small symmetric systems of linear equations, by Cholesky's factors. */

/**
 * Solves H x = b for a positive semidefinite H, row-major [n, n]. A pivot below 1e-12 is taken as 1e-12, so that a
 * direction without curvature gives a long step and not a NaN; `pivot` shows whether that happened.
 * @returns x, and the least pivot: the information of H on the unknown that it determines least, given those before it
 */
export function solveSymmetric(h: Float64Array, b: Float64Array): { solution: Float64Array; pivot: number } {
  const n = b.length;
  const lower = Float64Array.from(h);
  const x = new Float64Array(n);
  let pivot = Infinity;
  for (let i = 0; i < n; i++) {
    let sum = b[i];
    for (let j = 0; j <= i; j++) {
      let rest = h[i * n + j];
      for (let k = 0; k < j; k++) rest -= lower[i * n + k] * lower[j * n + k];
      if (i === j) {
        pivot = Math.min(pivot, rest);
        lower[i * n + i] = Math.sqrt(Math.max(rest, 1e-12));
      } else {
        lower[i * n + j] = rest / lower[j * n + j];
        sum -= lower[i * n + j] * x[j];
      }
    }
    x[i] = sum / lower[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i];
    for (let k = i + 1; k < n; k++) sum -= lower[k * n + i] * x[k];
    x[i] = sum / lower[i * n + i];
  }
  return { solution: x, pivot };
}
