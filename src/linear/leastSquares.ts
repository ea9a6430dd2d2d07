/** Nonlinear least squares by the method of Levenberg and Marquardt. */

import { solveDefinite } from './definite.js';

/** Parameters, and half the weighted sum of the squared residuals at them. */
export interface LeastSquaresPoint {
  parameters: Float64Array;
  loss: number;
}

/** A sum of squares. */
export interface LeastSquares<Point extends LeastSquaresPoint> {
  /** null where the parameters are not allowed. */
  point(parameters: Float64Array): Point | null;
  /** JᵀJ, [p, p], and Jᵀr, with the weights of the sum, J the derivatives of the residuals r. */
  normal(at: Point): { curvature: Float64Array; slope: Float64Array };
}

/** Where the steps are. */
export interface Descent<Point> {
  at: Point;
  damping: number;
}

const LEAST = 1e-9;
/** Tries of a step, each with four times the damping of the one before. */
const TRIES = 12;
/** Relative fall of the loss by a step below which there are no more. */
const SMALL = 1e-4;

/**
 * So many steps, or fewer where they do not help or the loss is small enough: Δ = -(JᵀJ + λD)⁻¹Jᵀr, D a tenth of the diagonal and a hundredth of its mean,
 * with λ from step to step as large as makes the loss fall.
 */
export function descend<Point extends LeastSquaresPoint>(
  problem: LeastSquares<Point>,
  from: Descent<Point>,
  { iterations, enough }: { iterations: number; enough: number },
): Descent<Point> {
  let { at, damping } = from;
  for (let step = 0; step < iterations && at.loss > enough; step++) {
    const next = tried(problem, at, damping);
    if (!next) break;
    const fall = at.loss - next.at.loss;
    at = next.at;
    damping = Math.max(LEAST, next.damping / 3);
    if (fall < SMALL * at.loss) break;
  }
  return { at, damping };
}

/** A step that goes down, and the damping that it took. */
function tried<Point extends LeastSquaresPoint>(
  problem: LeastSquares<Point>,
  from: Point,
  first: number,
): Descent<Point> | null {
  const { curvature, slope } = problem.normal(from);
  const p = slope.length;
  let mean = 0;
  for (let k = 0; k < p; k++) mean += curvature[k * p + k] / p;
  let damping = first;
  for (let tries = 0; tries < TRIES; tries++, damping *= 4) {
    const damped = curvature.slice();
    for (let k = 0; k < p; k++) damped[k * p + k] += damping * (0.1 * curvature[k * p + k] + 0.01 * mean);
    const step = solveDefinite(damped, slope, p, 1);
    const at = problem.point(from.parameters.map((value, k) => value - step[k]));
    if (at && at.loss < from.loss) return { at, damping };
  }
  return null;
}
