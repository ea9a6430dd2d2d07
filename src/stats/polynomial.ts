/** Weighted least squares for a polynomial, its slope and its zero. */

import { finite, integer, lengthOf, positive, refuse } from '../util/check.js';
import type { Estimate } from '../util/estimate.js';
import { solveSymmetric } from './cholesky.js';
import { finiteSeries } from './series.js';

/** A polynomial Σ_k c_k x^k through points with errors. Errors follow from those of the points, not from χ². */
export interface PolynomialFit {
  /** c_k, from k = 0. */
  coefficients: Float64Array;
  /** Their covariance, row-major. */
  covariance: Float64Array;
  /** Σ ((y - polynomial)/error)²; its expectation is `freedom` if the polynomial and the errors are right. */
  chiSquare: number;
  /** Number of points minus number of coefficients. */
  freedom: number;
  /** The polynomial at x, and its error. */
  at(x: number): Estimate<number>;
  /** Its derivative at x, and the error of that. */
  slope(x: number): Estimate<number>;
  /**
   * The zero at which the polynomial rises from below 0 at `low` to above 0 at `high`, to the last bit by bisection,
   * and its error, that of the polynomial there over its slope; null if it does not.
   */
  rise(low: number, high: number): Estimate<number> | null;
}

/** Largest degree: the normal equations of more lose most of their digits. */
const MAX_DEGREE = 8;

/**
 * The polynomial of a degree that minimises χ² = Σ ((y_i - Σ_k c_k x_i^k)/σ_i)², all σ known and independent, by the
 * normal equations. Choose x of order 1 around 0, such as (K - K_c)/spacing, for the powers to differ little in size.
 * @param errors σ, standard errors of y, > 0
 * @param degree 0 to 8, less than the number of points
 * @throws TypeError or RangeError for unequal lengths, entries out of range, or fewer different x than coefficients
 */
export function polynomialFit(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  errors: ArrayLike<number>,
  degree: number,
): PolynomialFit {
  const n = finiteSeries('x', x, 1);
  finiteSeries('y', lengthOf('y', y, n), 1);
  lengthOf('errors', errors, n);
  const order = integer('degree', degree, 0, Math.min(MAX_DEGREE, n - 1)) + 1;
  if (new Set(Array.from(x)).size < order) refuse('x', `at least ${order} different entries`, x);
  for (let i = 0; i < n; i++) positive(`errors[${i}]`, errors[i]);
  const powers = Array.from({ length: order }, (_, k) => k);
  const normal = new Float64Array(order * order);
  const right = new Float64Array(order);
  for (let i = 0; i < n; i++) {
    for (const j of powers) {
      right[j] += (x[i] ** j * y[i]) / errors[i] ** 2;
      for (const k of powers) normal[order * j + k] += x[i] ** (j + k) / errors[i] ** 2;
    }
  }
  const solve = (b: Float64Array) => solveSymmetric(normal, b).solution;
  const coefficients = solve(right);
  const columns = powers.map((k) => solve(Float64Array.from(powers, (j) => +(j === k))));
  const covariance = Float64Array.from(columns.flatMap((column) => [...column]));

  const valueAt = (place: number) => coefficients.reduceRight((sum, c) => c + place * sum, 0);
  /** √(uᵀ covariance u), u_k the derivative of the value by c_k. */
  const errorOf = (u: readonly number[]) =>
    Math.sqrt(u.reduce((sum, a, j) => u.reduce((all, b, k) => all + a * b * covariance[order * j + k], sum), 0));
  const at = (place: number): Estimate<number> => ({
    value: valueAt(finite('x', place)),
    error: errorOf(powers.map((k) => place ** k)),
  });
  const slope = (place: number): Estimate<number> => ({
    value: powers.slice(1).reduceRight((sum, k) => k * coefficients[k] + place * sum, 0 * finite('x', place)),
    error: errorOf(powers.map((k) => (k === 0 ? 0 : k * place ** (k - 1)))),
  });
  return {
    coefficients,
    covariance,
    chiSquare: Array.from(x).reduce((sum, place, i) => sum + ((y[i] - valueAt(place)) / errors[i]) ** 2, 0),
    freedom: n - order,
    at,
    slope,
    rise(low, high) {
      if (!(valueAt(finite('low', low)) < 0 && valueAt(finite('high', high)) > 0)) return null;
      let [below, above] = [low, high];
      for (;;) {
        const middle = (below + above) / 2;
        if (middle === below || middle === above) break;
        if (valueAt(middle) < 0) below = middle;
        else above = middle;
      }
      const value = (below + above) / 2;
      return { value, error: at(value).error / Math.abs(slope(value).value) };
    },
  };
}
