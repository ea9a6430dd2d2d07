/** Means of independent weighted entries, such as samples from annealing or importance sampling. */

/** A weighted mean with its error. */
export interface WeightedMean {
  /** Σ w x/Σ w. */
  mean: number;
  /** Its standard error, that of a ratio of sums over independent pairs (w, w x); Infinity for one entry. */
  error: number;
  /** (Σ w)²/Σ w², the equivalent number of equal weights. */
  effectiveSize: number;
}

/**
 * Σ w x/Σ w with error² = n/(n-1) · Σ w² (x - mean)²/(Σ w)², which for equal weights is the usual standard error.
 * @param weights not negative, one at least positive
 */
export function weightedMean(values: ArrayLike<number>, weights: ArrayLike<number>): WeightedMean {
  const n = values.length;
  let whole = 0;
  let squares = 0;
  let sum = 0;
  for (let k = 0; k < n; k++) {
    whole += weights[k];
    squares += weights[k] ** 2;
    sum += weights[k] * values[k];
  }
  const mean = sum / whole;
  let spread = 0;
  for (let k = 0; k < n; k++) spread += (weights[k] * (values[k] - mean)) ** 2;
  const error = n === 1 ? Infinity : Math.sqrt((spread * n) / (n - 1)) / whole;
  return { mean, error, effectiveSize: whole ** 2 / squares };
}
