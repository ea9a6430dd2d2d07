/**
 * Decimation of the Ising ring as restricted Boltzmann machines of ±1 units: exact, level by level (Mehta & Schwab,
 * arXiv:1410.3831, section III and Fig. 2).
 *
 * A ring of 2n spins with coupling J, read as visible and hidden spins in turn, is an RBM:
 *   E(v,h) = -J Σ_j h_j (v_j + v_(j+1)),  Σ_h e^{-E} = A^n e^{J' Σ v_j v_(j+1)},  J' = ½ ln cosh 2J,  A = 2 √(cosh 2J),
 * so its visible marginal is the ring of n spins with coupling J', which is again such an RBM. Levels are counted from
 * the data at 0: upwards every other spin is summed over, tanh J^(l+1) = tanh² J^(l); downwards spins are inserted
 * between, J^(l-1) = ½ arcosh e^{2 J^(l)}.
 *
 * The RBM of level l has the ring of level l as its joint distribution, and that of level l + 1 as its visible
 * distribution: the hidden spins are those that are summed over. In a field B each spin, visible or hidden, has the
 * bias B, and the marginal is the ring of J' and B' of `decimateInField`. In contrast, an RBM whose visible spins are
 * all spins of the data has as many hidden spins, one per bond, and by symmetry these are a ring of the same coupling:
 * it is exact, but no coarse-graining.
 */

import { decimate, decimateInField } from '../../exact/chain.js';
import { finite, integer, knownOptions, objectWith, refuse } from '../../util/check.js';

/** Ring l, and the same ring as an RBM. */
export interface DecimationLevel {
  /** 0 is the data; > 0 coarser, < 0 finer. */
  level: number;
  /** Spins of the ring: visible and hidden ones in turn, first a visible one. */
  sites: number;
  /** J^(l) of the ring, and so each weight that is not zero. */
  coupling: number;
  /** B^(l) of the ring, and so the bias of every unit; 0 without a field. */
  field: number;
  /** Visible units: the spins of the next level. */
  visible: number;
  /** Hidden units: the spins that are summed over. */
  hidden: number;
  /**
   * W, row-major [visible, hidden], ±1 units: J from visible j and j + 1 to hidden j; 2J where a ring of two spins has
   * a double bond.
   */
  weights: Float64Array;
  /** J^(l+1), of the visible marginal; ½ ln cosh 2J^(l) without a field. */
  marginal: number;
  /** B^(l+1), of the visible marginal. */
  marginalField: number;
}

/** Options of `decimationStack`. */
export interface DecimationOptions {
  /**
   * Spins of the ring at level 0; a multiple of 2^(coarser + 1), so that the last ring can be divided into visible and
   * hidden spins.
   */
  sites: number;
  /** K >= 0 of the ring at level 0. */
  coupling: number;
  /** B = field/kT of the ring at level 0, any sign. Default 0. */
  field?: number;
  /** Levels above the data; default 0. */
  coarser?: number;
  /** Levels below it; default 0. */
  finer?: number;
}

/** Largest weight matrix, in entries. */
const MAX_SITES = 2 ** 26;

/**
 * J^(-1) = ½ arcosh e^{2K}: a ring of this coupling becomes one of coupling K when every other spin is summed over. The
 * inverse of `decimate(J, 2)` for J >= 0.
 * @throws RangeError if K is negative or not finite: no real ring decimates to an antiferromagnet
 */
export function undecimate(coupling: number): number {
  finite('coupling', coupling);
  if (coupling < 0) refuse('coupling', 'number >= 0', coupling);
  // arcosh e^x = x + ln(1 + √(1 - e^{-2x})); log1p and expm1 are accurate at small x, where √ dominates
  return coupling + Math.log1p(Math.sqrt(-Math.expm1(-4 * coupling))) / 2;
}

/**
 * The coupling and field of the ring that becomes one of K and B when every other spin is summed over, by the square
 * root of its transfer matrix: the inverse of `decimateInField(J, C, 2)` for J >= 0. With r = √(1 - e^{-4K}),
 *   J = K + ¼ ln [(1 + re^B)(1 + re^{-B})],  C = B - ½ ln [(1 + re^B)/(1 + re^{-B})].
 * @throws TypeError or RangeError if one is not a finite number, or K is negative: no real ring decimates to an
 *   antiferromagnet
 */
export function undecimateInField(coupling: number, field: number): { coupling: number; field: number } {
  const size = Math.abs(finite('field', field));
  const alone = undecimate(coupling);
  const root = Math.sqrt(-Math.expm1(-4 * coupling));
  if (size === 0) return { coupling: alone, field };
  const against = Math.log1p(root * Math.exp(-size));
  const exponent = size + Math.log(root);
  const along = exponent > 0 ? exponent + Math.log1p(Math.exp(-exponent)) : Math.log1p(Math.exp(exponent));
  // ln of (1 + re^B)/(1 + re^-B), accurate for small B
  const ratio = size > 1 ? along - against : Math.log1p((2 * root * Math.sinh(size)) / (1 + root * Math.exp(-size)));
  return { coupling: coupling + (along + against) / 4, field: Math.sign(field) * (size - ratio / 2) };
}

/**
 * The pair coupling between the two neighbours of one hidden unit when it is summed over:
 *   Σ_h e^{h(w₁v₁ + w₂v₂ + b)} = A e^{K v₁v₂ + …},
 *   K = ¼ ln [cosh(w₁ + w₂ + b) cosh(w₁ + w₂ - b)/(cosh(w₁ - w₂ + b) cosh(w₁ - w₂ - b))],
 * and K = ½ ln [cosh(w₁ + w₂)/cosh(w₁ - w₂)] without a bias.
 * @param first w₁
 * @param second w₂
 * @param bias b of the hidden unit; default 0
 * @throws TypeError or RangeError if an argument is not a finite number
 */
export function bondCoupling(first: number, second: number, bias = 0): number {
  const logCosh = (x: number): number => Math.abs(x) + Math.log1p(Math.exp(-2 * Math.abs(x))) - Math.LN2;
  const both = (x: number): number => logCosh(x + bias) + logCosh(x - bias);
  finite('bias', bias);
  return (both(finite('first', first) + finite('second', second)) - both(first - second)) / 4;
}

/**
 * The rings from the finest to the coarsest, each as an RBM.
 * @throws TypeError or RangeError for a number of spins that cannot be halved that often, a coupling out of range, or a
 *   level of more than 2^26 weights
 */
export function decimationStack(options: DecimationOptions): DecimationLevel[] {
  knownOptions('decimationStack', options, ['sites', 'coupling', 'field', 'coarser', 'finer']);
  const coarser = integer('coarser', options.coarser ?? 0, 0, 30);
  const finer = integer('finer', options.finer ?? 0, 0, 30);
  const sites = integer('sites', options.sites, 2);
  const coupling = finite('coupling', options.coupling);
  if (coupling < 0) refuse('coupling', 'number >= 0', coupling);
  const field = finite('field', options.field ?? 0);
  if (sites % 2 ** (coarser + 1) !== 0) refuse('sites', `a multiple of ${2 ** (coarser + 1)}`, sites);
  if ((sites * 2 ** finer) ** 2 / 4 > MAX_SITES)
    refuse('sites', `at most 2^14 at the finest level`, sites * 2 ** finer);

  const rings: { coupling: number; field: number }[] = [{ coupling, field }];
  for (let k = 0; k < finer; k++) rings.unshift(undecimateInField(rings[0].coupling, rings[0].field));
  for (let k = 0; k < coarser; k++) rings.push(decimateRing(rings[rings.length - 1]));
  return rings.map((ring, k) => {
    const { coupling: J, field: B } = ring;
    const next = decimateRing(ring);
    const level = k - finer;
    const half = (sites * 2 ** -level) / 2;
    const weights = new Float64Array(half * half);
    for (let j = 0; j < half; j++) {
      weights[j * half + j] += J;
      weights[((j + 1) % half) * half + j] += J;
    }
    return {
      level,
      sites: 2 * half,
      coupling: J,
      field: B,
      visible: half,
      hidden: half,
      weights,
      marginal: next.coupling,
      marginalField: next.field,
    };
  });
}

/** The ring of every other spin. */
function decimateRing({ coupling, field }: { coupling: number; field: number }): { coupling: number; field: number } {
  return field === 0 ? { coupling: decimate(coupling), field } : decimateInField(coupling, field);
}

/**
 * The couplings of the visible marginal, from the weights: for hidden unit j the coupling between its two visible
 * neighbours, by `bondCoupling`. On a ring of two visible spins the two couplings belong to the same pair; a single
 * visible spin has none.
 * @throws TypeError if not a level; RangeError for a hidden unit that does not have two neighbours
 */
export function visibleCouplings(level: DecimationLevel): Float64Array {
  const {
    visible,
    hidden,
    weights,
    field = 0,
  } = objectWith('level', level, ['visible', 'hidden', 'weights'], 'level, as decimationStack() returns');
  if (weights.length !== visible * hidden) refuse('level.weights', `${visible} × ${hidden} numbers`, weights.length);
  if (visible === 1) return new Float64Array(0);
  return Float64Array.from({ length: hidden }, (_, j) => {
    const found: number[] = [];
    for (let i = 0; i < visible; i++) if (weights[i * hidden + j] !== 0) found.push(weights[i * hidden + j]);
    if (found.length === 0) return 0;
    if (found.length !== 2) refuse(`weights of hidden unit ${j}`, 'two neighbours', found.length);
    return bondCoupling(found[0], found[1], field);
  });
}
