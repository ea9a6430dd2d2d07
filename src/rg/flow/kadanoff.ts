/**
 * Kadanoff's variational renormalization of the square Ising model, b = 2. A block spin μ is put on every fourth
 * plaquette of the spins σ, with weight e^{pμΣσ}/(2 cosh pΣσ); then all plaquette potentials are moved to the
 * plaquettes that lie between four blocks. What is moved has the mean 0, so ln Z can only grow: for every p the free
 * energy is a lower bound. Per plaquette
 *   e^{V'(μ)} = Σ_σ exp[p Σ μᵢσᵢ - ln 2cosh(p Σσᵢ) + 4 V(σ)].
 * Source: Kadanoff, Phys. Rev. Lett. 34, 1005 (1975); Kadanoff, Houghton & Yalabik, J. Stat. Phys. 14, 171 (1976).
 */

import { solveLinear } from '../../linear/solve.js';
import { finite, knownOptions, refuse, within } from '../../util/check.js';
import { walsh } from '../tables/walsh.js';
import { newton } from './fixedPoints.js';
import { derivative } from './linearise.js';
import { flowLogPartition } from './logPartition.js';
import { checkCouplings, type Recursion } from './recursion.js';
import { squareDecimationStep } from './squareDecimation.js';

/** Options of `kadanoffVariational`. */
export interface KadanoffVariationalOptions {
  /** p in [0, 1000], the coupling of a block spin to its spins; default that of `kadanoffOptimum`, 0.7659830. */
  parameter?: number;
  /** True to have the couplings that are odd in the spins, too: field and three spins. Default false. */
  field?: boolean;
}

/** Largest p: the block spin is the sign of Σσ long before. */
const MAX_PARAMETER = 1000;

const EVEN = ['nearest', 'diagonal', 'four-spin'];
const ODD = ['field', 'three-spin'];

/** A set of plaquette corners (bits, in the order around it) of each kind of coupling, in the order of EVEN and ODD. */
const SETS = [0b0011, 0b0101, 0b1111, 0b0001, 0b0111];

/** Plaquettes that share a coupling of the lattice. */
const SHARED = [2, 1, 1, 4, 1];

/** All sets of corners of each kind: those that rotations make of its first one. */
const KINDS = SETS.map((set) => [...new Set([0, 1, 2, 3].map((turn) => ((set << turn) | (set >> (4 - turn))) & 15))]);

const spin = (state: number, corner: number): number => 2 * ((state >> corner) & 1) - 1;

/** Π of the spins of a set of corners in a state. */
const product = (state: number, set: number): number =>
  [0, 1, 2, 3].reduce((sign, corner) => ((set >> corner) & 1 ? sign * spin(state, corner) : sign), 1);

/** Σ Π over the sets of a kind, [kind][state]. */
const SUMS = KINDS.map((sets) =>
  Array.from({ length: 16 }, (_, state) => sets.reduce((sum, set) => sum + product(state, set), 0)),
);

/** Σ μᵢσᵢ, [μ][σ]. */
const OVERLAPS = Array.from({ length: 16 }, (_, up) =>
  Array.from({ length: 16 }, (_, state) => [0, 1, 2, 3].reduce((sum, c) => sum + spin(up, c) * spin(state, c), 0)),
);

/** V'(μ) as the couplings of the new lattice, and its constant. */
function renormalise(couplings: readonly number[], p: number): { next: number[]; constant: number } {
  const exponents = Array.from({ length: 16 }, (_, state) => {
    const total = Math.abs(p * OVERLAPS[15][state]);
    const potential = couplings.reduce((sum, k, kind) => sum + (k / SHARED[kind]) * SUMS[kind][state], 0);
    return 4 * potential - total - Math.log1p(Math.exp(-2 * total));
  });
  const potentials = Float64Array.from(OVERLAPS, (overlap) => {
    const each = exponents.map((x, state) => x + p * overlap[state]);
    const largest = Math.max(...each);
    return largest + Math.log(each.reduce((sum, x) => sum + Math.exp(x - largest), 0));
  });
  const terms = walsh(potentials);
  const next = couplings.map((_, kind) => SHARED[kind] * terms[SETS[kind]]);
  // where all pairs of a plaquette are alike they stay so, and a rounding error would grow along the flow
  if (couplings[1] === couplings[0] / 2) next[1] = next[0] / 2;
  return { next, constant: terms[0] };
}

function recursionAt(parameter: number, names: readonly string[]): Recursion {
  const step = (couplings: ArrayLike<number>) => renormalise(checkCouplings('couplings', couplings, names), parameter);
  return {
    name: `Kadanoff's variational renormalization, p = ${parameter}`,
    couplings: names,
    source: 'Kadanoff, Phys. Rev. Lett. 34, 1005 (1975)',
    factor: 2,
    dimension: 2,
    map: (couplings) => step(couplings).next,
    constant: (couplings) => step(couplings).constant / 4,
  };
}

/**
 * Kadanoff's variational recursion at a parameter p, in the couplings of the lattice: -H = K Σ ss' (nearest) + L Σ ss'
 * (diagonal) + Q Σ ssss (plaquettes) + B Σ s + T Σ sss (three corners of a plaquette). At the default p the fixed point
 * with L = K/2, K* = 0.2794332634, has y_T = 1.0008789 and y_h = 1.8753158 (exact: 1 and 1.875). L = K/2 means that all
 * pairs of a plaquette are alike, which the recursion keeps and an exact decimation by √2 gives
 * (`squareDecimationStep`); against L ≠ K/2 that point has a second relevant exponent, 0.2033, and the flow from (K, 0,
 * 0), with K_c = 0.4848, goes to another one, K* = 0.32656, L* = 0.10049, y_T = 1.0506. `flowLogPartition`
 * is at least ln Z per site, at any p and any couplings.
 * @throws TypeError for a wrong kind; RangeError for a parameter out of range
 */
export function kadanoffVariational(options: KadanoffVariationalOptions = {}): Recursion {
  knownOptions('kadanoffVariational', options, ['parameter', 'field']);
  const field = options.field ?? false;
  if (typeof field !== 'boolean') refuse('field', 'true or false', field, 'type');
  const parameter = within('parameter', options.parameter ?? kadanoffOptimum().parameter, 0, MAX_PARAMETER);
  return recursionAt(parameter, field ? [...EVEN, ...ODD] : EVEN);
}

/** The best parameter of Kadanoff's variational recursion for its own critical point. */
export interface KadanoffOptimum {
  /** p*. */
  parameter: number;
  /** K*, L*, Q* of the fixed point at p*. */
  couplings: number[];
}

/**
 * The parameter p* = 0.7659830 at which the bound at the critical point is stationary: ∂f(K, p)/∂p = 0 at fixed
 * couplings K, which are then set to the fixed point K*(p). With g the constant per site and φ the gradient of ln Z per
 * site, φ = ∂g/∂K + ¼ φ ∂K'/∂K, the condition is ∂g/∂p + ¼ φ·∂K'/∂p = 0. To minimise f(K*(p), p) along the line of
 * fixed points instead compares different models: it gives p = 0.7612 and y_T = 0.983. Found by bisection, to 1e-9.
 * @throws Error if Newton's method finds no fixed point
 */
export function kadanoffOptimum(): KadanoffOptimum {
  let [low, high] = [0.7, 0.85];
  let couplings = fixedPointAt(low);
  for (let round = 0; round < 40; round++) {
    const middle = (low + high) / 2;
    couplings = fixedPointAt(middle);
    if (stationarity(middle, couplings) < 0) low = middle;
    else high = middle;
  }
  return { parameter: (low + high) / 2, couplings };
}

/** The fixed point with L = K/2, from near it. */
function fixedPointAt(parameter: number): number[] {
  const found = newton(recursionAt(parameter, EVEN), [0.28, 0.14, -0.007]);
  if (found === undefined) throw new Error(`no fixed point at p = ${parameter}`);
  return found;
}

/** ∂(ln Z per site)/∂p at fixed couplings, which are a fixed point of the recursion at p. */
function stationarity(parameter: number, couplings: number[]): number {
  const n = couplings.length;
  // (couplings, p) → (couplings', g), and its derivatives
  const extended = (at: readonly number[]): number[] => {
    const { next, constant } = renormalise(at.slice(0, n), at[n]);
    return [...next, constant / 4];
  };
  const at = [...couplings, parameter];
  const byCoupling = couplings.map((_, j) => derivative(extended, at, j));
  const byParameter = derivative(extended, at, n);
  const matrix = byCoupling.flatMap((column, j) => column.slice(0, n).map((x, i) => (i === j ? 1 : 0) - x / 4));
  const gradient = solveLinear(
    matrix,
    byCoupling.map((column) => column[n]),
  );
  if (gradient === undefined) throw new Error(`ln Z has no derivative at the fixed point of p = ${parameter}`);
  return byParameter[n] + gradient.reduce((sum, phi, k) => sum + (phi * byParameter[k]) / 4, 0);
}

/** A bound on the free energy, and where it was found. */
export interface KadanoffFreeEnergy {
  /** The best lower bound on f = -ln Z per site, in units of kT. */
  freeEnergy: number;
  /** The p that gives it, the same at every step. */
  parameter: number;
}

/**
 * Kadanoff's lower bound on the free energy per site of the square Ising model, f = -ln Z/N in units of kT, largest
 * over p: one sublattice is summed exactly (`squareDecimationStep`), then the recursion runs to its end with one p for
 * all steps. Never above the exact value (`onsagerLogPartition`); below it by at most 0.0070, near K = 0.38, by 0.0046
 * at K_c and less than 1e-5 from K = 0.8 on. Even in K.
 * @param coupling K = J/kT, any finite number
 * @throws TypeError if not a number, RangeError if not finite
 */
export function kadanoffFreeEnergy(coupling: number): KadanoffFreeEnergy {
  const size = Math.abs(finite('coupling', coupling));
  const { nearest, diagonal, fourSpin, constant } = squareDecimationStep(size);
  const bound = (p: number): number =>
    -(constant + flowLogPartition(recursionAt(p, EVEN), [nearest, diagonal, fourSpin])) / 2;
  // the best p grows like 4K; the golden section needs the largest of a grid between its neighbours
  const step = Math.min(4 * size + 1, MAX_PARAMETER) / 32;
  const grid = Array.from({ length: 33 }, (_, k) => bound(k * step));
  const best = grid.indexOf(Math.max(...grid));
  let [low, high] = [Math.max(best - 1, 0) * step, Math.min(best + 1, 32) * step];
  const golden = (Math.sqrt(5) - 1) / 2;
  let [inner, outer] = [high - golden * (high - low), low + golden * (high - low)];
  let [atInner, atOuter] = [bound(inner), bound(outer)];
  while (high - low > 1e-7) {
    if (atInner >= atOuter) {
      [high, outer, atOuter] = [outer, inner, atInner];
      inner = high - golden * (high - low);
      atInner = bound(inner);
    } else {
      [low, inner, atInner] = [inner, outer, atOuter];
      outer = low + golden * (high - low);
      atOuter = bound(outer);
    }
  }
  const parameter = best === 0 && grid[0] >= atInner ? 0 : inner;
  return { freeEnergy: bound(parameter), parameter };
}
