/** The linear part of a renormalization scheme at a point: derivatives, eigenvalues, exponents. */

import { type Eigenvalue, eigenvalues } from '../../linear/eigen.js';
import { checkCouplings, checkScheme, type FlowEquation, isFlowEquation, type Recursion } from './recursion.js';

/** A scheme linearised at a point. */
export interface LinearisedFlow {
  /**
   * Row-major [n, n]: ∂K'_i/∂K_j of a recursion, ∂(dK_i/dl)/∂K_j of a flow equation.
   */
  matrix: number[];
  /** Eigenvalues of the matrix, the largest modulus first; complex ones in pairs. */
  eigenvalues: Eigenvalue[];
  /**
   * Scaling exponents, the most relevant first: y = ln|λ|/ln b of a recursion, y = Re λ of a flow equation, for each
   * eigenvalue. y > 0 is relevant; -Infinity where λ = 0.
   */
  exponents: number[];
}

/**
 * The scheme linearised at K: by its own derivatives where it has them, else by central differences at six distances,
 * extrapolated to zero (Ridders, Adv. Eng. Softw. 4, 75 (1982)), with a relative error of about 1e-11 for an analytic
 * map. The point need not be a fixed point; exponents have a meaning only at one.
 * @param couplings K, an entry per coupling of the scheme
 * @throws TypeError for a wrong kind; RangeError for a wrong number of couplings, or one that is not finite; Error if
 *   the map is not finite beside K
 */
export function linearise(scheme: Recursion | FlowEquation, couplings: ArrayLike<number>): LinearisedFlow {
  checkScheme('scheme', scheme);
  const at = checkCouplings('couplings', couplings, scheme.couplings);
  const matrix = jacobianAt(scheme, at);
  const one = at.length === 1;
  if (matrix.some(Number.isNaN) || (!one && !matrix.every(Number.isFinite))) {
    throw new Error(`${scheme.name} has no derivatives at ${at.join(', ')}`);
  }
  const values = one ? [{ real: matrix[0], imaginary: 0 }] : eigenvalues(matrix, at.length);
  const exponentOf = ({ real, imaginary }: Eigenvalue): number =>
    isFlowEquation(scheme) ? real : Math.log(Math.hypot(real, imaginary)) / Math.log(scheme.factor);
  return { matrix, eigenvalues: values, exponents: values.map(exponentOf).sort((a, b) => b - a) };
}

/**
 * Scaling exponents at K, the most relevant first: y = ln|λ|/ln b, or Re λ of a flow equation. ν = 1/y of the thermal
 * one.
 * @param couplings K, a fixed point of the scheme
 * @throws TypeError, RangeError or Error as `linearise`
 * @example
 * exponents(migdalKadanoff({ dimension: 2 }), [0.3046889317]); // [0.7472…]
 */
export function exponents(scheme: Recursion | FlowEquation, couplings: ArrayLike<number>): number[] {
  return linearise(scheme, couplings).exponents;
}

/** The matrix of derivatives, row-major. */
export function jacobianAt(scheme: Recursion | FlowEquation, couplings: readonly number[]): number[] {
  if (scheme.jacobian) return scheme.jacobian(couplings);
  const f = (at: number[]): number[] => (isFlowEquation(scheme) ? scheme.rate(at) : scheme.map(at));
  const n = couplings.length;
  const columns = couplings.map((_, j) => derivative(f, couplings, j));
  return Array.from({ length: n * n }, (_, entry) => columns[entry % n][Math.floor(entry / n)]);
}

/** Distances of the differences, each this factor shorter than the one before. */
const LEVELS = 6;
const SHRINK = 2;

/** ∂f/∂K_j by Ridders's extrapolation: of all extrapolated values the one with the least estimate of its error. */
export function derivative(f: (at: number[]) => number[], at: readonly number[], j: number): number[] {
  const moved = (by: number): number[] => f(at.map((x, k) => (k === j ? x + by : x)));
  const first = 0.05 * Math.max(Math.abs(at[j]), 0.2);
  let before: number[][] = [];
  let best: number[] = [];
  let errors: number[] = [];
  for (let level = 0; level < LEVELS; level++) {
    const h = first / SHRINK ** level;
    const [up, down] = [moved(h), moved(-h)];
    const row = [up.map((x, k) => (x - down[k]) / (2 * h))];
    if (level === 0) {
      best = row[0].slice();
      errors = best.map(() => Infinity);
    }
    for (let order = 1; order <= level; order++) {
      const factor = SHRINK ** (2 * order);
      row.push(row[order - 1].map((x, k) => (factor * x - before[order - 1][k]) / (factor - 1)));
      row[order].forEach((x, k) => {
        const error = Math.max(Math.abs(x - row[order - 1][k]), Math.abs(x - before[order - 1][k]));
        if (error < errors[k]) [errors[k], best[k]] = [error, x];
      });
    }
    before = row;
  }
  return best;
}
