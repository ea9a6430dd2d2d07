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
  normal(at: Point): NormalEquations;
}

/** JᵀJ and Jᵀr, residual by residual, J the derivatives of the residuals r. */
export class NormalEquations {
  /** JᵀJ, [p, p]; its lower half is what is written. */
  readonly curvature: Float64Array;
  readonly slope: Float64Array;

  constructor(readonly parameters: number) {
    this.curvature = new Float64Array(parameters * parameters);
    this.slope = new Float64Array(parameters);
  }

  /** Adds a residual with a weight; `row` its derivatives. */
  add(row: Float64Array, residual: number, weight = 1): void {
    const p = this.parameters;
    for (let i = 0; i < p; i++) {
      const own = weight * row[i];
      this.slope[i] += own * residual;
      for (let j = 0; j <= i; j++) this.curvature[i * p + j] += own * row[j];
    }
  }

  /** (JᵀJ + λD)⁻¹Jᵀr, D a tenth of the diagonal and a hundredth of its mean. */
  solved(damping: number): Float64Array {
    const p = this.parameters;
    const damped = new Float64Array(p * p);
    let mean = 0;
    for (let k = 0; k < p; k++) mean += this.curvature[k * p + k] / p;
    for (let i = 0; i < p; i++) {
      for (let j = 0; j <= i; j++) {
        damped[i * p + j] = this.curvature[i * p + j];
        damped[j * p + i] = damped[i * p + j];
      }
      damped[i * p + i] += damping * (0.1 * damped[i * p + i] + 0.01 * mean);
    }
    return solveDefinite(damped, this.slope, p, 1);
  }
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
 * So many steps, or fewer where they do not help or the loss is small enough: Δ = -(JᵀJ + λD)⁻¹Jᵀr, with λ from step to step as large as makes the loss
 * fall.
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
  const normal = problem.normal(from);
  let damping = first;
  for (let tries = 0; tries < TRIES; tries++, damping *= 4) {
    const step = normal.solved(damping);
    const at = problem.point(from.parameters.map((value, k) => value - step[k]));
    if (at && at.loss < from.loss) return { at, damping };
  }
  return null;
}
