/**
 * K_c and y_T by the matching of two lattices whose block spins were measured at several couplings: at a fixed point of the
 * RG both have the same ones. (`matchLattices` needs one coupling only, and the correlations of the operators there.)
 */

import { type PolynomialFit, polynomialFit } from '../../stats/polynomial.js';
import { difference, type Estimate, type Mean } from '../../util/estimate.js';

/** A match of two curves. */
export interface CurveMatching {
  /** Where the two cross, in units of x; null if they do not, or not clearly. */
  crossing: Estimate<number> | null;
  /** ln(ratio of slopes at x = 0)/ln b, the thermal exponent y_T if that is K_c; null if the slopes differ in sign. */
  exponent: Estimate<number> | null;
  /** χ² of the cubic through the differences, and its degrees of freedom. */
  chiSquare: number | null;
  freedom: number;
}

/**
 * One observable of two lattices of the same size, left by n and by n + 1 steps, as functions of the coupling; by cubics.
 * Null stands for what cannot be told, as all does where a mean has no error.
 * @param x couplings in rising order, in units in which they are of order 1, such as (K - K_c)/spacing
 * @param factor b of a step
 */
export function matchCurves(x: number[], small: Mean[], large: Mean[], factor: number): CurveMatching {
  const gap = cubic(
    x,
    large.map((one, k) => difference(small[k], one)),
  );
  const [slow, fast] = [small, large].map((means) =>
    cubic(
      x,
      means.map(({ mean, error }) => ({ value: mean, error: error ?? Number.NaN })),
    ),
  );
  return {
    crossing: gap && crossingOf(gap, x[0], x[x.length - 1]),
    exponent: slow && fast && exponentOf(slow, fast, factor),
    chiSquare: gap?.chiSquare ?? null,
    freedom: x.length - 4,
  };
}

/** The cubic through the values; null if one has no error, and so no weight. */
function cubic(x: number[], y: Estimate<number>[]): PolynomialFit | null {
  if (!y.every(({ error }) => error > 0)) return null;
  const [values, errors] = [y.map(({ value }) => value), y.map(({ error }) => error)];
  return polynomialFit(x, values, errors, 3);
}

/**
 * Where the gap rises through zero. If the error reaches the end of the couplings, since the curves are nearly parallel,
 * the root is not reliable.
 */
function crossingOf(gap: PolynomialFit, first: number, last: number): Estimate<number> | null {
  const root = gap.rise(first, last);
  return root !== null && root.error < (last - first) / 4 ? root : null;
}

/** From the slopes at x = 0: that after n + 1 steps is b^{y_T} times that after n. */
function exponentOf(slow: PolynomialFit, fast: PolynomialFit, factor: number): Estimate<number> | null {
  const slopes = [slow.slope(0), fast.slope(0)];
  const ratio = slopes[1].value / slopes[0].value;
  if (!(ratio > 0)) return null;
  const error = Math.hypot(...slopes.map(({ value, error: own }) => own / value)) / Math.log(factor);
  return { value: Math.log(ratio) / Math.log(factor), error };
}
