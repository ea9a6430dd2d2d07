/**
 * The critical coupling by matching two lattices: at K_c, and only there, the large lattice after n + 1 steps and one that is
 * smaller by b after n steps have the same correlations, since irrelevant couplings have died out and both have one size.
 * Source: K. G. Wilson, in Recent Developments in Gauge Theories (1980); R. H. Swendsen, Phys. Rev. B 30, 3875 (1984).
 */

import type { SpinData } from '../../ising/data/spinData.js';
import type { Moments } from '../../stats/blockMoments.js';
import { finite, knownOptions, refuse } from '../../util/check.js';
import type { Estimate } from '../../util/estimate.js';
import { LevelMoments } from './levelMoments.js';
import { LEVEL_OPTIONS, type LevelOptions } from './levels.js';

/** Largest distance of K_c from K in units of K. */
const MAX_DISTANCE = 0.1;

/** Options of `matchLattices`. */
export interface MatchingOptions extends LevelOptions {
  /** K of both sets; default that of their provenance. */
  coupling?: number;
}

/** The critical coupling by each operator, after some steps. */
export interface MatchingStep {
  /** Steps of the large lattice; the small one has one less. */
  step: number;
  /** Sides that both lattices then have. */
  shape: readonly number[];
  /**
   * K_c by operator, each with its statistical error; null where the lattices' difference does not depend on K, or its root is
   * further away than a tenth of K, where one step of Newton's method says nothing.
   */
  criticalCouplings: { operator: string; estimate: Estimate<number> | null }[];
}

/** What two lattices say about K_c. */
export interface MatchingReport {
  /** K at which both were sampled. */
  coupling: number;
  steps: MatchingStep[];
}

/**
 * K_c of the nearest-neighbour model from a lattice and one smaller by b, sampled at one K near K_c. For each operator, with
 * f(K) = ⟨S'⟩ after n + 1 steps of the large lattice - ⟨S'⟩ after n steps of the small one,
 *   K_c = K - f/f',   d⟨S'⟩/dK = ⟨S' S_nn⟩_c,
 * a step of Newton's method: exact to second order in K - K_c, so that samples near the result confirm it. Errors are of a
 * jackknife over blocks of either set. The estimates of different operators differ by the error of truncation, which dies out
 * with n.
 * @param large configurations of the nearest-neighbour model
 * @param small the same with sides a factor of b shorter
 * @param options.steps steps of the large lattice, default 2; the operators are the even ones of `operators`, nn among them
 * @throws TypeError or RangeError for options out of range, sets of different K, or sides that do not match
 * @example
 * const at = (L) => new Ising({ lattice: square(L), coupling: 0.44, seed: L }).sample(1280);
 * const { steps } = matchLattices(at(16), at(8), { rule: majorityRule({ factor: 2 }), steps: 2 });
 * steps[1].criticalCouplings[0].estimate; // near 0.4407
 */
export function matchLattices(large: SpinData, small: SpinData, options: MatchingOptions): MatchingReport {
  knownOptions('matchLattices', options, [...LEVEL_OPTIONS, 'coupling']);
  const { coupling: given, steps = Array.isArray(options.rule) ? undefined : 2, ...rest } = options;
  const many = new LevelMoments({ ...rest, ...(steps !== undefined && { steps }) });
  const coupling = couplingOf(large, small, given);
  many.add(large);
  const { levels: largeLevels, moments: largeMoments } = many.result('large');
  const count = largeLevels.rules.length;
  if (count < 2) refuse('steps', '2 steps or more of the large lattice', count);
  const { operators } = largeLevels;
  if (operators === null) refuse('rule', 'a rule whose coarse spins are on a lattice', largeLevels.rules[0].name);
  const few = new LevelMoments({ ...rest, rule: largeLevels.rules.slice(1), operators });
  const expected = largeLevels.levels[1].shape;
  few.add(small);
  const { levels: smallLevels, moments: smallMoments } = few.result('small');
  const shape = smallLevels.levels[0].shape;
  if (String(shape) !== String(expected)) refuse('small', `sides ${expected.join(' × ')}`, shape.join(' × '));
  const names = largeLevels.names.even;
  const nn = names.indexOf('nn');
  if (nn < 0) refuse('operators.even', 'nn among the operators', names.join(', '));
  const n = names.length;
  const root = (one: Moments, other: Moments, step: number, k: number): number => {
    const [coarse, same] = [step * n + k, (step - 1) * n + k];
    const slope = one.covariance(coarse, nn) - other.covariance(same, nn);
    return coupling - (one.mean(coarse) - other.mean(same)) / slope;
  };
  const all = { large: largeMoments.even.moments(), small: smallMoments.even.moments() };
  return {
    coupling,
    steps: largeLevels.levels.slice(1).map((level, index) => {
      const step = index + 1;
      const ofLarge = largeMoments.even.jackknife((own) => names.map((_, k) => root(own, all.small, step, k)));
      const ofSmall = smallMoments.even.jackknife((own) => names.map((_, k) => root(all.large, own, step, k)));
      return {
        step,
        shape: level.shape,
        criticalCouplings: names.map((operator, k) => {
          const { value } = ofLarge[k];
          const error = Math.hypot(ofLarge[k].error, ofSmall[k].error);
          const near = Math.abs(value - coupling) < MAX_DISTANCE * Math.abs(coupling);
          return { operator, estimate: near && Number.isFinite(error) ? { value, error } : null };
        }),
      };
    }),
  };
}

/** K of both sets. */
function couplingOf(large: SpinData, small: SpinData, given: number | undefined): number {
  const told = [large, small].map((data) => data?.provenance?.parameters?.coupling);
  const [one, other] = told;
  if (given === undefined) {
    if (typeof one !== 'number')
      refuse('coupling', 'K of both sets, which their provenance does not tell', one, 'type');
    if (other !== one) refuse('small', `data of the same coupling ${one}`, other);
    return one;
  }
  finite('coupling', given);
  told.forEach((own, k) => {
    if (typeof own === 'number' && own !== given) refuse(['large', 'small'][k], `data of coupling ${given}`, own);
  });
  return given;
}
