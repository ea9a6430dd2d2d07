/** Probabilities of χ² and of normal numbers, for tests that state a p. Plain and slow; relative error about 1e-12. */

/** P(χ² of `freedom` degrees > x) = Q(freedom/2, x/2), the regularized upper incomplete gamma function. */
export function chiSquareTail(x: number, freedom: number): number {
  const a = freedom / 2;
  const y = x / 2;
  if (y <= 0) return 1;
  const front = Math.exp(a * Math.log(y) - y - logGamma(a));
  if (y < a + 1) {
    // lower function by its power series: Σ y^n / (a (a+1) … (a+n))
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > 1e-16 * sum; n++) {
      term *= y / (a + n);
      sum += term;
    }
    return 1 - front * sum;
  }
  // upper function by Legendre's continued fraction, evaluated from its tail
  let fraction = 0;
  for (let n = 400; n > 0; n--) fraction = (n * (n - a)) / (2 * n + 1 + y - a - fraction);
  return front / (y + 1 - a - fraction);
}

/** ln Γ(a), a > 0: Stirling's series after the recurrence has brought it above 12. */
function logGamma(a: number): number {
  let shift = 0;
  let x = a;
  for (; x < 12; x++) shift += Math.log(x);
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5) - 1 / (1680 * x ** 7);
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series - shift;
}

/** P(|normal number| > |z|). */
export function normalTail(z: number): number {
  return chiSquareTail(z * z, 1);
}

/**
 * Whether numbers are N(0, 1): two-sided p of their mean, and of their sum of squared deviations (both tails: too wide and too narrow).
 */
export function standardNormal(z: readonly number[]): {
  mean: number;
  variance: number;
  pMean: number;
  pVariance: number;
} {
  const n = z.length;
  const mean = z.reduce((sum, x) => sum + x, 0) / n;
  const squares = z.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const tail = chiSquareTail(squares, n - 1);
  return {
    mean,
    variance: squares / (n - 1),
    pMean: normalTail(mean * Math.sqrt(n)),
    pVariance: 2 * Math.min(tail, 1 - tail),
  };
}

/** xᵀ C⁻¹ x for a positive definite C, row-major [n, n], by Cholesky's factors. */
export function mahalanobis(x: ArrayLike<number>, covariance: Float64Array): number {
  const n = x.length;
  const lower = Float64Array.from(covariance);
  const y = new Float64Array(n);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = lower[i * n + j];
      for (let k = 0; k < j; k++) rest -= lower[i * n + k] * lower[j * n + k];
      if (i === j && !(rest > 0)) throw new RangeError(`not positive definite at row ${i}`);
      lower[i * n + j] = i === j ? Math.sqrt(rest) : rest / lower[j * n + j];
    }
    let rest = x[i];
    for (let k = 0; k < i; k++) rest -= lower[i * n + k] * y[k];
    y[i] = rest / lower[i * n + i];
    sum += y[i] * y[i];
  }
  return sum;
}
