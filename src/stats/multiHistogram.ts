/**
 * Multiple-histogram reweighting: runs at several couplings K_j combined into one estimate at any coupling between,
 *   w(E) = 1 / Σ_j a_j e^{f_j - K_j E},  Z(K) = Σ_samples w(E) e^{-KE}/g,  e^{-f_j} = Z(K_j),  a_j = n_j/g_j,
 * with g_j = 2τ_j, so that the weight of a run is its number of independent samples. The f_j = -ln Z(K_j) are found
 * self-consistently. Sources: Ferrenberg & Swendsen, Phys. Rev. Lett. 63, 1195 (1989); the same equations as MBAR,
 * Shirts & Chodera, J. Chem. Phys. 129, 124105 (2008).
 *
 * The equations are the stationary point of a convex function, L(f) = Σ_samples ln Σ_j a_j e^{f_j - K_j E}/g - Σ_j a_j
 * f_j, which Newton's method finds in a few steps; iterating the equations themselves, as is usual in the literature,
 * converges slowly where runs overlap little.
 */

import { checkList, finite, integer, knownOptions, refuse, within } from '../util/check.js';
import { blocksFor } from './blocks.js';
import { solveSymmetric } from './cholesky.js';
import type { Jackknife } from './jackknife.js';
import {
  averagesOf,
  type CanonicalSeries,
  checkCanonicalSeries,
  checkReach,
  MIN_EFFECTIVE_SAMPLES,
  type Reweighted,
  type Statistic,
} from './reweight.js';
import { meanOf } from './series.js';

/** Options of `MultiHistogram`. */
export interface MultiHistogramOptions {
  /** Jackknife blocks of each run. Default: as many blocks of at least 20 τ as fit into every run, at most 40. */
  blocks?: number;
  /** Least number of effective samples at a coupling, 1 or more. Default 100. */
  fewestEffective?: number;
}

/** Each block costs one more solution and its sums. */
const MAX_BLOCKS = 40;

/** Free energies are solved until no step is longer than this. */
const tolerance = 1e-10;

/** Least information, in effective samples, that a run must share with the others to determine its free energy. */
const MIN_OVERLAP = 5;

/** Sums over all samples at one energy, each sample counted as 1/g. */
interface PooledSums {
  /** Σ 1/g at each level. */
  counts: Float64Array;
  /** Σ O/g at each level, one array per observable. */
  observables: Float64Array[];
}

/** All samples, or all but one block of each run, with their solution. */
interface Solved extends PooledSums {
  /** f_j - f_0 in reduced units (see `MultiHistogram`). */
  freeEnergies: Float64Array;
  /** ln w(E) of each level, in reduced units. */
  logWeights: Float64Array;
}

/** One run. */
interface Run {
  coupling: number;
  /** Level of each sample's energy. */
  levels: Int32Array;
  observables: Float64Array[];
  /** Statistical inefficiency 2τ. */
  g: number;
}

/**
 * Runs of one system at several couplings K_j, combined into one estimate at any coupling between them (Ferrenberg &
 * Swendsen 1989):
 *   ⟨O⟩_K = Σ O w(E) e^{-KE} / Σ w(E) e^{-KE},  w(E) = 1 / Σ_j a_j e^{f_j - K_j E},
 * with a_j the effective samples of run j and f_j = -ln Z(K_j). Errors are jackknife errors. Energies are those of the
 * whole system in units of J.
 */
export class MultiHistogram {
  /** Couplings of the runs, rising. */
  readonly couplings: readonly number[];
  /** Jackknife blocks. */
  readonly blocks: number;
  readonly #names: string[];
  readonly #fewest: number;
  // Reduced units: energies less their mean, couplings less theirs. A factor e^{aE + b} drops out of all averages, and
  // exponents stay small.
  readonly #meanEnergy: number;
  readonly #meanCoupling: number;
  readonly #deviations: Float64Array;
  readonly #whole: Solved;
  readonly #replicas: Solved[];

  /**
   * @param series one or more runs of the same system, at different couplings, with the same observables
   * @throws TypeError for a wrong kind of argument; RangeError for values out of range, runs shorter than 160 τ unless
   *   `blocks` is given, and for runs whose energies do not overlap, so that they cannot be joined
   */
  constructor(series: readonly CanonicalSeries[], options: MultiHistogramOptions = {}) {
    knownOptions('MultiHistogram', options, ['blocks', 'fewestEffective']);
    checkList('series', series, 'array of { coupling, energies }');
    if (series.length === 0) refuse('series', 'at least one run', series);
    this.#fewest = within('fewestEffective', options.fewestEffective ?? MIN_EFFECTIVE_SAMPLES, 1, Infinity);
    const checked = series
      .map((run, k) => checkCanonicalSeries(`series[${k}]`, run))
      .sort((a, b) => a.coupling - b.coupling);
    this.#names = checked[0].names;
    const shortest = Math.min(...checked.map(({ energies }) => energies.length));
    checked.forEach(({ coupling, names }, k) => {
      if (k > 0 && coupling === checked[k - 1].coupling) {
        throw new RangeError(`"series" expected different couplings, got ${coupling} twice`);
      }
      if (names.length !== this.#names.length || names.some((name) => !this.#names.includes(name))) {
        throw new RangeError(`"series" expected the same observables in all runs, got ${names} and ${this.#names}`);
      }
    });
    this.blocks =
      options.blocks === undefined
        ? Math.min(MAX_BLOCKS, ...checked.map(({ energies, tau }) => blocksFor('series', energies.length, tau)))
        : integer('blocks', options.blocks, 2, shortest);
    this.couplings = checked.map(({ coupling }) => coupling);

    const levels = Float64Array.from(new Set(checked.flatMap(({ energies }) => [...energies]))).sort();
    const numbers = new Map(Array.from(levels, (energy, level) => [energy, level]));
    const runs: Run[] = checked.map(({ coupling, energies, names, observables, tau }) => ({
      coupling,
      levels: Int32Array.from(energies, (energy) => numbers.get(energy) as number),
      observables: this.#names.map((name) => observables[names.indexOf(name)]),
      g: 2 * tau,
    }));
    this.#meanEnergy = meanOf(checked.map(({ energies }) => meanOf(energies)));
    this.#meanCoupling = meanOf(this.couplings);
    this.#deviations = levels.map((energy) => energy - this.#meanEnergy);
    this.#whole = this.#solve(runs);
    this.#replicas = Array.from({ length: this.blocks }, (_, block) => this.#solve(runs, block, this.#whole));
  }

  /**
   * A statistic of the averages at coupling K, with its jackknife error: block k of all runs is left out in turn, and
   * the equations are solved again without it.
   * @throws TypeError if an argument is of the wrong kind; RangeError for a coupling out of reach (fewer effective
   *   samples than `fewestEffective`) or a statistic that is not finite
   */
  at(coupling: number, statistic: Statistic): Reweighted {
    if (typeof statistic !== 'function') refuse('statistic', 'function', statistic, 'type');
    const effectiveSamples = this.requireReach('coupling', coupling);
    const value = this.evaluate(coupling, statistic);
    const others = this.#replicas.map((_, block) => this.evaluate(coupling, statistic, block));
    return { ...jackknifeOf(value, others), effectiveSamples };
  }

  /**
   * ⟨E⟩ of the whole system in units of J.
   * @throws TypeError or RangeError as `at`
   */
  energy(coupling: number): Reweighted {
    return this.at(coupling, ({ energy }) => energy);
  }

  /**
   * Heat capacity of the whole system in units of k, K² (⟨E²⟩ - ⟨E⟩²).
   * @throws TypeError or RangeError as `at`
   */
  heatCapacity(coupling: number): Reweighted {
    return this.at(coupling, ({ energyVariance }) => coupling * coupling * energyVariance);
  }

  /**
   * ⟨O⟩ of the observable of this name.
   * @throws TypeError or RangeError as `at`; RangeError for an unknown name
   */
  mean(name: string, coupling: number): Reweighted {
    if (!this.#names.includes(name)) refuse('name', `one of ${this.#names.join(', ')}`, name);
    return this.at(coupling, (averages) => averages[name]);
  }

  /**
   * ln Z(K) - ln Z(K_0), K_0 the lowest coupling of the runs.
   * @throws TypeError if not a number; RangeError for a coupling out of reach, as `at`
   */
  logPartition(coupling: number): Jackknife {
    this.requireReach('coupling', coupling);
    const at = (solved: Solved): number => {
      const { largest, sums } = this.#sums(coupling, solved);
      return largest + Math.log(sums[0]) - (coupling - this.couplings[0]) * this.#meanEnergy;
    };
    return jackknifeOf(at(this.#whole), this.#replicas.map(at));
  }

  /**
   * The number of independent samples at this coupling that all runs together are equivalent to.
   * @throws TypeError if not a number, RangeError if not finite
   */
  effectiveSamples(coupling: number): number {
    return this.#sums(finite('coupling', coupling), this.#whole).effective;
  }

  /**
   * `effectiveSamples`, checked.
   * @throws RangeError for a coupling with fewer effective samples than `fewestEffective`; `name` names it
   */
  requireReach(name: string, coupling: number): number {
    const effective = this.effectiveSamples(finite(name, coupling));
    checkReach(name, coupling, effective, this.#fewest);
    return effective;
  }

  /**
   * The statistic without error and without the check of effective samples: for root finders and plots of single
   * replicas.
   * @param without the block to leave out, 0 to blocks - 1; default none
   * @throws RangeError for a statistic that is not finite
   */
  evaluate(coupling: number, statistic: Statistic, without?: number): number {
    const solved =
      without === undefined ? this.#whole : this.#replicas[integer('without', without, 0, this.blocks - 1)];
    const { sums } = this.#sums(coupling, solved);
    return finite('statistic', statistic(averagesOf(sums, this.#meanEnergy, this.#names)));
  }

  /** Σ w e^{-KE}/g times 1, δ, δ² and the observables, δ = E - mean energy, all divided by e^largest. */
  #sums(coupling: number, solved: Solved): { sums: Float64Array; largest: number; effective: number } {
    const { counts, observables, logWeights } = solved;
    const kappa = coupling - this.#meanCoupling;
    const logs = logWeights.map((log, level) =>
      counts[level] > 0 ? log - kappa * this.#deviations[level] : -Infinity,
    );
    const largest = logs.reduce((most, log) => Math.max(most, log), -Infinity);
    const sums = new Float64Array(3 + observables.length);
    let squares = 0;
    logs.forEach((log, level) => {
      const weight = Math.exp(log - largest);
      const all = weight * counts[level];
      const deviation = this.#deviations[level];
      sums[0] += all;
      sums[1] += all * deviation;
      sums[2] += all * deviation * deviation;
      squares += all * weight;
      for (let k = 0; k < observables.length; k++) sums[3 + k] += weight * observables[k][level];
    });
    return { sums, largest, effective: (sums[0] * sums[0]) / squares };
  }

  /** Pools the runs, all or without one block, and solves for the free energies. */
  #solve(runs: readonly Run[], without = -1, start?: Solved): Solved {
    const counts = new Float64Array(this.#deviations.length);
    const observables = this.#names.map(() => new Float64Array(counts.length));
    const sizes = new Float64Array(runs.length);
    const means = new Float64Array(runs.length);
    runs.forEach((run, j) => {
      const n = run.levels.length;
      const from = without < 0 ? n : Math.floor((without * n) / this.blocks);
      const to = without < 0 ? n : Math.floor(((without + 1) * n) / this.blocks);
      for (let i = 0; i < n; i++) {
        if (i === from) i = to;
        if (i >= n) break;
        const level = run.levels[i];
        counts[level] += 1 / run.g;
        means[j] += this.#deviations[level];
        for (let k = 0; k < observables.length; k++) observables[k][level] += run.observables[k][i] / run.g;
      }
      const left = n - (to - from);
      sizes[j] = left / run.g;
      means[j] /= left;
    });
    const kappas = Float64Array.from(runs, ({ coupling }) => coupling - this.#meanCoupling);
    const guess = start?.freeEnergies ?? integrateEnergies(kappas, means);
    const freeEnergies = solveFreeEnergies(kappas, sizes, this.#deviations, counts, guess);
    return {
      counts,
      observables,
      freeEnergies,
      logWeights: logWeightsOf(kappas, sizes, this.#deviations, freeEnergies),
    };
  }
}

/** f_j - f_0 = ∫ ⟨E⟩ dK by the trapezoid rule: the start of Newton's method. */
function integrateEnergies(couplings: Float64Array, energies: Float64Array): Float64Array {
  const f = new Float64Array(couplings.length);
  for (let j = 1; j < f.length; j++) {
    f[j] = f[j - 1] + ((couplings[j] - couplings[j - 1]) * (energies[j] + energies[j - 1])) / 2;
  }
  return f;
}

/** -ln Σ_j a_j e^{f_j - K_j E} of each level. */
function logWeightsOf(
  couplings: Float64Array,
  sizes: Float64Array,
  energies: Float64Array,
  freeEnergies: Float64Array,
): Float64Array {
  return energies.map((energy) => {
    let largest = -Infinity;
    for (let j = 0; j < sizes.length; j++) largest = Math.max(largest, freeEnergies[j] - couplings[j] * energy);
    let sum = 0;
    for (let j = 0; j < sizes.length; j++)
      sum += sizes[j] * Math.exp(freeEnergies[j] - couplings[j] * energy - largest);
    return -largest - Math.log(sum);
  });
}

/**
 * The free energies f_j = -ln Z(K_j) with f_0 = 0 that solve Σ_levels counts p_j = a_j, p_j = a_j e^{f_j - K_j E} / Σ_i
 * a_i e^{f_i - K_i E}.
 * @param couplings K_j, rising
 * @param sizes a_j, effective samples of each run; their sum is that of the counts
 * @param energies E of each level
 * @param counts effective samples at each level
 * @param guess the start
 * @throws RangeError if runs do not overlap
 */
export function solveFreeEnergies(
  couplings: Float64Array,
  sizes: Float64Array,
  energies: Float64Array,
  counts: Float64Array,
  guess: Float64Array,
): Float64Array {
  const runs = couplings.length;
  let f: Float64Array = guess.map((value) => value - guess[0]);
  if (runs === 1) return f;
  let here = newtonSystem(couplings, sizes, energies, counts, f);
  for (let round = 0; round < 100; round++) {
    const { solution: step, pivot } = solveSymmetric(here.hessian, here.gradient);
    const longest = step.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    if (longest < tolerance) {
      if (pivot < MIN_OVERLAP) break;
      return f.map((value, j) => (j === 0 ? 0 : value - step[j - 1]));
    }
    // Long steps are halved until they lead downhill; below 0.1 the function is nearly quadratic.
    for (let scale = 1; ; scale /= 2) {
      const next = f.map((value, j) => (j === 0 ? 0 : value - scale * step[j - 1]));
      const there = newtonSystem(couplings, sizes, energies, counts, next);
      if (there.value < here.value || scale * longest < 0.1) {
        f = next;
        here = there;
        break;
      }
    }
  }
  const distances = Array.from(couplings, (k) => (k - couplings[0]).toPrecision(3)).join(', ');
  throw new RangeError(
    `"series" expected runs whose energies overlap, got couplings ${distances} above the lowest that share too few samples`,
  );
}

/** L(f), its gradient and its Hessian by f_1 … f_{S-1}, row-major. */
function newtonSystem(
  couplings: Float64Array,
  sizes: Float64Array,
  energies: Float64Array,
  counts: Float64Array,
  f: Float64Array,
): { value: number; gradient: Float64Array; hessian: Float64Array } {
  const runs = couplings.length;
  const n = runs - 1;
  const gradient = new Float64Array(n);
  const hessian = new Float64Array(n * n);
  const p = new Float64Array(runs);
  let value = 0;
  const logs = logWeightsOf(couplings, sizes, energies, f);
  energies.forEach((energy, level) => {
    const count = counts[level];
    if (count === 0) return;
    value -= count * logs[level];
    for (let j = 0; j < runs; j++) p[j] = sizes[j] * Math.exp(f[j] - couplings[j] * energy + logs[level]);
    for (let j = 0; j < n; j++) {
      const own = count * p[j + 1];
      gradient[j] += own;
      // 1 - p as the sum of the others, which is accurate where runs hardly overlap
      let rest = 0;
      for (let i = 0; i < runs; i++) if (i !== j + 1) rest += p[i];
      hessian[j * n + j] += own * rest;
      for (let i = 0; i < j; i++) hessian[j * n + i] -= own * p[i + 1];
    }
  });
  for (let j = 0; j < n; j++) {
    value -= sizes[j + 1] * f[j + 1];
    gradient[j] -= sizes[j + 1];
    for (let i = 0; i < j; i++) hessian[i * n + j] = hessian[j * n + i];
  }
  return { value, gradient, hessian };
}

/** Jackknife of a value from the values without one block each, for blocks of nearly equal length. */
export function jackknifeOf(value: number, others: readonly number[]): Jackknife {
  const blocks = others.length;
  // differences from the value, which are small
  const shift = others.reduce((sum, other) => sum + (other - value), 0) / blocks;
  const squares = others.reduce((sum, other) => sum + (other - value - shift) ** 2, 0);
  return {
    value,
    corrected: value - (blocks - 1) * shift,
    error: Math.sqrt(((blocks - 1) / blocks) * squares),
  };
}
