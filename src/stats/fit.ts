/** Weighted least squares for a straight line. */

import { finite, lengthOf, positive } from '../util/check.js';
import type { Estimate } from '../util/estimate.js';
import { finiteSeries } from './series.js';

/** y = intercept + slope·x, with standard errors that follow from those of the points. */
export interface StraightLine {
  intercept: number;
  slope: number;
  interceptError: number;
  slopeError: number;
  /** Covariance of intercept and slope. */
  covariance: number;
  /** Σ ((y - line)/error)²; its expectation is the number of points minus 2 if the line and the errors are right. */
  chiSquare: number;
  /** Number of points minus 2. */
  freedom: number;
  /** The line at x, and its error. */
  at(x: number): Estimate<number>;
}

/**
 * The straight line that minimises χ² = Σ ((y_i - a - b x_i)/σ_i)², all σ known and independent. Errors are not
 * rescaled by χ². An exponent is the slope of ln y against ln x, with σ = error/y.
 * @param x abscissae, at least two different ones
 * @param errors σ, standard errors of y, > 0
 * @throws TypeError or RangeError for unequal lengths, entries out of range, or if all x are equal
 */
export function straightLine(x: ArrayLike<number>, y: ArrayLike<number>, errors: ArrayLike<number>): StraightLine {
  const n = finiteSeries('x', x, 2);
  finiteSeries('y', lengthOf('y', y, n), 2);
  finiteSeries('errors', lengthOf('errors', errors, n), 2);
  const weights = Float64Array.from(errors, (error, i) => 1 / positive(`errors[${i}]`, error) ** 2);
  const { total, centre, height, squares, slope } = weightedLine(x, y, weights);
  if (!(squares > 0)) throw new RangeError('"x" expected at least two different entries');
  const at = (place: number): Estimate<number> => ({
    value: height + slope * (finite('x', place) - centre),
    error: Math.sqrt(1 / total + (place - centre) ** 2 / squares),
  });
  const zero = at(0);
  return {
    intercept: zero.value,
    slope,
    interceptError: zero.error,
    slopeError: 1 / Math.sqrt(squares),
    covariance: -centre / squares,
    chiSquare: weights.reduce((sum, w, i) => sum + w * (y[i] - height - slope * (x[i] - centre)) ** 2, 0),
    freedom: n - 2,
    at,
  };
}

/**
 * A line through the weighted centre of its points, where height and slope are independent, with variances 1/total and
 * 1/squares.
 */
export interface WeightedLine {
  /** Σ w. */
  total: number;
  /** Σ w x / Σ w. */
  centre: number;
  /** Σ w y / Σ w, the height of the line at the centre. */
  height: number;
  /** Σ w (x - centre)². */
  squares: number;
  /** 0 if all x are equal. */
  slope: number;
}

/** The line of least Σ w (y - line)²; the arguments are not checked. */
export function weightedLine(x: ArrayLike<number>, y: ArrayLike<number>, weights: ArrayLike<number>): WeightedLine {
  let total = 0;
  let centre = 0;
  let height = 0;
  for (let i = 0; i < x.length; i++) {
    total += weights[i];
    centre += weights[i] * x[i];
    height += weights[i] * y[i];
  }
  centre /= total;
  height /= total;
  let squares = 0;
  let products = 0;
  for (let i = 0; i < x.length; i++) {
    squares += weights[i] * (x[i] - centre) ** 2;
    products += weights[i] * (x[i] - centre) * (y[i] - height);
  }
  return { total, centre, height, squares, slope: squares > 0 ? products / squares : 0 };
}
