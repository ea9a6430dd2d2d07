/** Fixed points of a renormalization scheme, by Newton's method from many starts. */

import { solveLinear } from '../../linear/solve.js';
import { integer, knownOptions, refuse } from '../../util/check.js';
import { jacobianAt, type LinearisedFlow, linearise } from './linearise.js';
import {
  checkCouplings,
  checkScheme,
  displacement,
  type FlowEquation,
  isFlowEquation,
  type Recursion,
} from './recursion.js';

/** A fixed point, R(K*) = K*, or dK/dl = 0 at K*. */
export interface FixedPoint extends LinearisedFlow {
  /** K*. */
  couplings: number[];
  /** Number of exponents y > 0: 0 is the sink of a phase, 1 (without field) an ordinary critical point. */
  relevant: number;
  /** stable: all y < 0; unstable: all y > 0; saddle: both; marginal: some |y| < 1e-6, as on a line of fixed points. */
  stability: 'stable' | 'unstable' | 'saddle' | 'marginal';
}

/** Where `fixedPoints` searches. */
export interface FixedPointOptions {
  /** Lowest couplings of the box to search. */
  from: ArrayLike<number>;
  /** Highest couplings of the box. */
  to: ArrayLike<number>;
  /** Number of starts of Newton's method, spread evenly over the box; default 64, at most 100,000. */
  starts?: number;
}

/** |y| that counts as 0. */
const MARGINAL = 1e-6;

/** Steps of Newton's method from one start. */
const MAX_STEPS = 100;

/**
 * All fixed points in a box that Newton's method finds from `starts` places: distinct ones (more than 1e-6 apart),
 * those of smaller first coupling first. Fixed points at infinite coupling are not among them, and a search proves no
 * absence. A line of fixed points is met at many places, each marked `marginal`.
 * @throws TypeError for a wrong kind; RangeError for a wrong number of couplings, an end that is not finite, or ends in
 *   the wrong order
 * @example
 * fixedPoints(migdalKadanoff({ dimension: 2 }), { from: [0.1], to: [1] }); // K* = 0.3047, y = 0.7472
 */
export function fixedPoints(scheme: Recursion | FlowEquation, options: FixedPointOptions): FixedPoint[] {
  knownOptions('fixedPoints', options, ['from', 'to', 'starts']);
  checkScheme('scheme', scheme);
  const from = checkCouplings('from', options.from, scheme.couplings);
  const to = checkCouplings('to', options.to, scheme.couplings);
  from.forEach((low, k) => {
    if (!(low <= to[k])) refuse(`to[${k}]`, `number >= from[${k}] = ${low}`, to[k]);
  });
  const starts = integer('starts', options.starts ?? 64, 1, 100_000);
  const found: number[][] = [];
  for (let start = 0; start < starts; start++) {
    const share = evenlySpread(start, from.length);
    const reached = newton(
      scheme,
      from.map((low, k) => low + share[k] * (to[k] - low)),
    );
    if (reached === undefined) continue;
    const at = withZeros(scheme, reached);
    const inside = at.every((x, k) => x >= from[k] - 1e-9 && x <= to[k] + 1e-9);
    if (inside && !found.some((other) => distance(at, other) < 1e-6)) found.push(at);
  }
  return found.sort((a, b) => a[0] - b[0]).map((couplings) => describe(scheme, couplings));
}

function describe(scheme: Recursion | FlowEquation, couplings: number[]): FixedPoint {
  const linear = linearise(scheme, couplings);
  const relevant = linear.exponents.filter((y) => y > MARGINAL).length;
  const irrelevant = linear.exponents.filter((y) => y < -MARGINAL).length;
  const n = couplings.length;
  const stability =
    relevant + irrelevant < n ? 'marginal' : relevant === 0 ? 'stable' : irrelevant === 0 ? 'unstable' : 'saddle';
  return { couplings, ...linear, relevant, stability };
}

/**
 * Points of [0, 1)^n that fill it evenly, by multiples of powers of the generalised golden ratio x^{n+1} = x + 1
 * (Roberts 2018). Deterministic.
 */
function evenlySpread(index: number, n: number): number[] {
  let ratio = 2;
  for (let round = 0; round < 60; round++) ratio = (1 + ratio) ** (1 / (n + 1));
  return Array.from({ length: n }, (_, k) => (0.5 + (index + 1) * ratio ** -(k + 1)) % 1);
}

/** Couplings that are 0 to rounding as 0, if that is a fixed point, too. */
function withZeros(scheme: Recursion | FlowEquation, at: number[]): number[] {
  const rounded = at.map((x) => (Math.abs(x) < 1e-13 ? 0 : x));
  const largest = (couplings: number[]) => Math.max(...displacement(scheme, couplings).map(Math.abs));
  return largest(rounded) <= Math.max(largest(at), 1e-15) ? rounded : at;
}

function distance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((most, x, k) => Math.max(most, Math.abs(x - b[k])), 0);
}

/** The fixed point that Newton's method reaches from a start; undefined if it reaches none. */
export function newton(scheme: Recursion | FlowEquation, start: readonly number[]): number[] | undefined {
  const n = start.length;
  const identity = isFlowEquation(scheme) ? 0 : 1;
  let at = start.slice();
  let before = Infinity;
  for (let step = 0; step < MAX_STEPS; step++) {
    const rest = displacement(scheme, at);
    const matrix = jacobianAt(scheme, at).map((x, entry) => (entry % (n + 1) === 0 ? x - identity : x));
    if (![...rest, ...matrix].every(Number.isFinite)) {
      return rest.every((x) => x === 0) ? at : undefined;
    }
    const change = solveLinear(matrix, rest) ?? shortestSolution(matrix, rest);
    const size = Math.max(...change.map(Math.abs));
    const scale = Math.max(1, ...at.map(Math.abs));
    // converged: the steps are at rounding and no longer become smaller
    if (size === 0 || (size < 1e-9 * scale && size >= before / 2)) return at;
    // steps longer than the couplings leave the region where the map is nearly linear
    const damping = Math.min(1, scale / size);
    at = at.map((x, k) => x - damping * change[k]);
    if (!at.every(Number.isFinite) || Math.max(...at.map(Math.abs)) > 1e6) return undefined;
    before = size;
  }
  return before < 1e-8 ? at : undefined;
}

/** The nearly shortest x of A x = b where A is singular, as along a line of fixed points: (AᵀA + μ) x = Aᵀb. */
function shortestSolution(matrix: readonly number[], b: readonly number[]): number[] {
  const n = b.length;
  const largest = Math.max(...matrix.map(Math.abs));
  const normal = Array.from({ length: n * n }, (_, entry) => {
    const [i, j] = [Math.floor(entry / n), entry % n];
    let sum = i === j ? 1e-10 * largest * largest || 1 : 0;
    for (let k = 0; k < n; k++) sum += matrix[k * n + i] * matrix[k * n + j];
    return sum;
  });
  const right = b.map((_, i) => b.reduce((sum, x, k) => sum + matrix[k * n + i] * x, 0));
  return solveLinear(normal, right) ?? right.map(() => Number.NaN);
}
