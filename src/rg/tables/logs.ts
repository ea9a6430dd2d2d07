/**
 * Sums of exponentials by their logarithms, so that nothing overflows. For exact results only; weights are computed by
 * the kernels.
 */

/** log(eˣ + eʸ); -∞ if both are -∞. */
export function logAdd(x: number, y: number): number {
  const high = Math.max(x, y);
  return high === -Infinity ? -Infinity : high + Math.log1p(Math.exp(Math.min(x, y) - high));
}

/** log Σ e^{x_k}; -∞ for an empty sum. Relative error of the sum about 1e-15, by blocks of 1024. */
export function logSum(x: ArrayLike<number>): number {
  let high = -Infinity;
  for (let k = 0; k < x.length; k++) if (x[k] > high) high = x[k];
  if (high === -Infinity) return -Infinity;
  let sum = 0;
  for (let first = 0; first < x.length; first += 1024) {
    const end = Math.min(x.length, first + 1024);
    let part = 0;
    for (let k = first; k < end; k++) part += Math.exp(x[k] - high);
    sum += part;
  }
  return high + Math.log(sum);
}

/** ln 2cosh x = |x| + ln(1 + e^{-2|x|}). */
export function logTwoCosh(x: number): number {
  const size = Math.abs(x);
  return size + Math.log1p(Math.exp(-2 * size));
}

/** arccosh(1 + x) for x >= 0, accurate for small x. */
export function acoshOnePlus(x: number): number {
  return Math.log1p(x + Math.sqrt(x * (2 + x)));
}

/** Probabilities e^{x}/Σ e^{x} of states with the log weights x, in a fresh array. */
export function probabilitiesOf(x: Float64Array): Float64Array {
  const log = logSum(x);
  return x.map((value) => Math.exp(value - log));
}

/** Σ p_k x_k over states of probability > 0, so that an impossible state may have any value. */
export function average(p: Float64Array, x: ArrayLike<number>): number {
  let sum = 0;
  for (let first = 0; first < p.length; first += 1024) {
    const end = Math.min(p.length, first + 1024);
    let part = 0;
    for (let k = first; k < end; k++) if (p[k] > 0) part += p[k] * x[k];
    sum += part;
  }
  return sum;
}
