/**
 * A real-space renormalization scheme as a value: a function of a few couplings. A `Recursion` is one step of a finite
 * length factor b, K' = R(K); a `FlowEquation` is the limit b → 1, dK/dl = r(K) with l = ln b. All tools of this room
 * take either.
 */

import { checkList, finite, lengthOf, objectWith, refuse } from '../../util/check.js';

/** What a recursion and a flow equation have in common. */
export interface RenormalizationScheme {
  /** The scheme in words. */
  name: string;
  /** Names of the coordinates, in the order of every array of couplings. */
  couplings: readonly string[];
  /** Publication that the formula is from. */
  source: string;
  /** d, the dimension of the lattice. */
  dimension: number;
  /**
   * Matrix of derivatives in closed form, row-major [n, n]: ∂K'_i/∂K_j of a recursion, ∂(dK_i/dl)/∂K_j of a flow
   * equation. Without it derivatives are numerical.
   */
  jacobian?(couplings: ArrayLike<number>): number[];
}

/** A renormalization step of a finite length factor. */
export interface Recursion extends RenormalizationScheme {
  /** b, the lattice constant after the step in units of the one before. */
  factor: number;
  /** K' = R(K), in a fresh array. */
  map(couplings: ArrayLike<number>): number[];
  /**
   * g(K), the part of ln Z per site of the lattice before the step that the step sums up:
   * ln Z(K)/N = g(K) + b^{-d} ln Z(K')/N'. Absent where the scheme has none.
   */
  constant?(couplings: ArrayLike<number>): number;
}

/** The limit b → 1 of a recursion. */
export interface FlowEquation extends RenormalizationScheme {
  /** dK/dl, l the logarithm of the length, in a fresh array. */
  rate(couplings: ArrayLike<number>): number[];
}

/** True of a flow equation, false of a recursion. */
export function isFlowEquation(scheme: Recursion | FlowEquation): scheme is FlowEquation {
  return 'rate' in scheme;
}

/** @throws TypeError unless the value is a recursion or a flow equation */
export function checkScheme<T extends Recursion | FlowEquation>(name: string, value: T): T {
  const wanted = 'Recursion or FlowEquation';
  objectWith(name, value, ['couplings', 'dimension'], wanted);
  checkList(`${name}.couplings`, value.couplings, 'names of couplings');
  if (value.couplings.length === 0) refuse(`${name}.couplings`, 'at least one name', value.couplings);
  if (isFlowEquation(value)) {
    if (typeof value.rate !== 'function') refuse(name, wanted, value, 'type');
    return value;
  }
  if (typeof value.map !== 'function') refuse(name, wanted, value, 'type');
  if (!(finite(`${name}.factor`, value.factor) > 1)) refuse(`${name}.factor`, 'number > 1', value.factor);
  return value;
}

/** @throws TypeError if it is no recursion, a flow equation for one */
export function checkRecursion(name: string, value: Recursion): Recursion {
  checkScheme(name, value);
  return isFlowEquation(value) ? refuse(name, 'Recursion', 'FlowEquation', 'type') : value;
}

/**
 * The couplings as an array of their own.
 * @param names of the couplings of a scheme
 * @throws TypeError for a wrong kind; RangeError for a wrong number of entries, or one that is not finite
 */
export function checkCouplings(name: string, couplings: ArrayLike<number>, names: readonly string[]): number[] {
  lengthOf(name, couplings, names.length);
  return Array.from(couplings, (coupling, k) => finite(`${name}[${k}]`, coupling));
}

/** R(K) - K of a recursion, dK/dl of a flow equation: 0 at a fixed point. */
export function displacement(scheme: Recursion | FlowEquation, couplings: ArrayLike<number>): number[] {
  if (isFlowEquation(scheme)) return scheme.rate(couplings);
  return scheme.map(couplings).map((next, k) => next - couplings[k]);
}

/** Interval of l that counts as one step of a flow equation. */
export const STEP = 0.1;

/** Steps of Runge and Kutta's method in one step of a flow equation. */
const SUBSTEPS = 8;

/** The couplings a step later: R(K), or the solution of the flow equation at l + STEP by Runge and Kutta's method. */
export function advance(scheme: Recursion | FlowEquation, couplings: ArrayLike<number>): number[] {
  if (!isFlowEquation(scheme)) return scheme.map(couplings);
  const h = STEP / SUBSTEPS;
  let at = Array.from(couplings);
  const shifted = (by: number, along: number[]) => at.map((x, k) => x + by * along[k]);
  for (let step = 0; step < SUBSTEPS && at.every(Number.isFinite); step++) {
    const first = scheme.rate(at);
    const second = scheme.rate(shifted(h / 2, first));
    const third = scheme.rate(shifted(h / 2, second));
    const fourth = scheme.rate(shifted(h, third));
    at = at.map((x, k) => x + (h / 6) * (first[k] + 2 * second[k] + 2 * third[k] + fourth[k]));
  }
  return at;
}
