/**
 * The variational renormalization group, exactly: for a Hamiltonian H(v) and an operator T(v,h)
 *   e^{-H_RG(h)} = Tr_v e^{T(v,h) - H(v)},  F_h = -log Tr_h e^{-H_RG(h)},  ΔF = F_h - F_v.
 *
 * With τ(v) = Tr_h e^{T(v,h)} and the visible distribution p(v) = e^{-H(v)} τ(v)/Z_λ that T implies,
 *   ΔF = -log⟨τ⟩,  KL(P‖p) = log⟨τ⟩ - ⟨log τ⟩ = -⟨log τ⟩ - ΔF >= 0,  averages over P(v) = e^{-H}/Z.
 * So these are two principles. An exact T (τ ≡ 1) has ΔF = 0 and KL = 0 for all its parameters: neither principle
 * selects any. If T is not exact, ΔF can have any sign and is shifted by a constant added to T, so minimising |ΔF| only
 * fixes one number; KL does not depend on that constant, and minimising it makes τ constant. -⟨log τ⟩ is an upper bound
 * of ΔF, and KL is the distance to it. (A bound on F itself, as Kadanoff's, needs an operator that moves bonds and
 * keeps ⟨·⟩ = 0, which is another construction.)
 */

import { checkHamiltonian, type Hamiltonian } from '../../ising/models/hamiltonian.js';
import { minimise } from '../../stats/minimise.js';
import { integer, knownOptions, refuse } from '../../util/check.js';
import { average, logSum, probabilitiesOf } from '../tables/logs.js';
import { hamiltonianOf, MAX_SPINS, type TruncatedHamiltonian } from '../tables/walsh.js';
import { checkOperator, type HiddenSpin, type Operator } from './operators.js';
import { linearTable } from './spinRbm.js';
import { hiddenEnergyTable, logTauTable, type VisibleModel, visibleModel } from './trace.js';

/** Deviation of τ(v) from a constant. */
export interface TauSpread {
  /** ⟨log τ⟩ over P(v). */
  mean: number;
  /** Standard deviation of log τ under P(v). */
  deviation: number;
  /** Least and largest log τ of all states. */
  least: number;
  most: number;
}

/** The result of one step of the variational renormalization group. */
export interface VariationalResult {
  operator: Operator;
  /** F_v = -log Tr_v e^{-H}. */
  visibleFreeEnergy: number;
  /** F_h = -log Tr_h e^{-H_RG}. */
  hiddenFreeEnergy: number;
  /** ΔF = F_h - F_v. */
  deltaF: number;
  /** KL(P‖p) in nats. */
  kl: number;
  /** log τ(v) of every state, [2^visible]; bit i of a state's number is spin i, set = +1. */
  logTau: Float64Array;
  tau: TauSpread;
  /**
   * Largest |log τ|, and whether it is within rounding errors: below 1e-12·(1 + the largest of |H| and of the parts of
   * |T| that cancel in it).
   */
  largestLogTau: number;
  exact: boolean;
  /** H_RG(h) of every state, [2^hidden]; Infinity for an h that no v becomes. */
  energies: Float64Array;
  /**
   * H_RG as couplings {K̃}, without small ones, which are counted.
   * @throws RangeError if an energy is Infinity
   */
  renormalised(options?: { cut?: number; shape?: readonly number[] }): TruncatedHamiltonian;
}

/**
 * One exact step of the variational renormalization group: e^{-H_RG(h)} = Tr_v e^{T(v,h) - H(v)}, with ΔF and KL. Up to
 * 24 visible and 24 hidden spins if T = -E + H, or if blocks share few sites (20 and 20 take about half a second); up
 * to 24 in both layers together for a function of the user.
 * @throws TypeError for a wrong kind; RangeError for too many spins, an operator for another number of sites, or a T
 *   that is NaN or +∞
 * @example
 * const hamiltonian = isingHamiltonian({ lattice: chain(4), coupling: 0.5 });
 * const step = variationalStep(hamiltonian, majorityOperator(4, [[0, 1], [2, 3]]));
 * step.renormalised().hamiltonian.terms; // the couplings of the two block spins
 */
export function variationalStep(hamiltonian: Hamiltonian, operator: Operator): VariationalResult {
  checkHamiltonian(hamiltonian);
  checkFit(operator, hamiltonian);
  return stepOf(visibleModel(hamiltonian), operator);
}

/** The same where the energies H(v) are known. */
export function stepOf(model: VisibleModel, operator: Operator): VariationalResult {
  const { hamiltonian, energies: visibleEnergies } = model;
  checkFit(operator, hamiltonian);
  const logTau = logTauTable(operator, model);
  const energies = hiddenEnergyTable(operator, model);
  const visibleFreeEnergy = -logSum(visibleEnergies.map((energy) => -energy));
  const hiddenFreeEnergy = -logSum(energies.map((energy) => -energy));
  const largestLogTau = logTau.reduce((most, log) => Math.max(most, Math.abs(log)), 0);
  const scale = visibleEnergies.reduce((most, energy) => Math.max(most, Math.abs(energy)), 1);
  const probabilities = probabilitiesOf(visibleEnergies.map((energy) => -energy));
  const tau = spreadOf(logTau, probabilities);
  return {
    operator,
    visibleFreeEnergy,
    hiddenFreeEnergy,
    deltaF: hiddenFreeEnergy - visibleFreeEnergy,
    kl: jensenGap(logTau, probabilities),
    logTau,
    tau,
    largestLogTau,
    exact: largestLogTau < 1e-12 * (1 + scale),
    energies,
    renormalised: (options) => hamiltonianOf(energies, options),
  };
}

function checkFit(operator: Operator, { sites }: Hamiltonian): void {
  checkOperator(operator);
  if (operator.visible !== sites) refuse('operator', `${sites} visible spins`, operator.visible);
  integer('operator.hidden', operator.hidden, 1, MAX_SPINS);
}

/** Mean, deviation and range of log τ. */
export function spreadOf(logTau: Float64Array, probabilities: Float64Array): TauSpread {
  const mean = average(probabilities, logTau);
  return {
    mean,
    deviation: Math.sqrt(
      average(
        probabilities,
        logTau.map((log) => (log - mean) ** 2),
      ),
    ),
    least: logTau.reduce((least, log) => Math.min(least, log), Infinity),
    most: logTau.reduce((most, log) => Math.max(most, log), -Infinity),
  };
}

/**
 * log⟨τ⟩ - ⟨log τ⟩ = log⟨e^{log τ - ⟨log τ⟩}⟩, from the average of e^x - 1 - x, which is accurate for small values and
 * never negative.
 */
export function jensenGap(logTau: Float64Array, probabilities: Float64Array): number {
  const mean = average(probabilities, logTau);
  if (mean === -Infinity) return Infinity;
  if (logTau.some((log) => log - mean > 700)) {
    return logSum(logTau.map((log, s) => log - mean + Math.log(probabilities[s])));
  }
  const gaps = logTau.map((log) => excess(log - mean));
  return Math.log1p(Math.max(0, average(probabilities, gaps)));
}

/** eˣ - 1 - x >= 0, by its series where x is small. */
function excess(x: number): number {
  if (Math.abs(x) > 0.1) return Math.expm1(x) - x;
  let term = (x * x) / 2;
  let sum = 0;
  for (let n = 3; n < 14; n++) {
    sum += term;
    term *= x / n;
  }
  return sum;
}

/**
 * Mutual information I(v;h) in nats of the joint distribution p(v,h) = e^{T - H}/Z_λ: the information of the hidden
 * spins about the visible ones. For an operator with independent hidden spins I = S(h) - ⟨Σ_μ S(h_μ|v)⟩, without a sum
 * over both layers.
 * @throws TypeError or RangeError as `variationalStep`
 */
export function mutualInformation(hamiltonian: Hamiltonian, operator: Operator): number {
  const model = visibleModel(hamiltonian);
  return informationOf(stepOf(model, operator), model.energies);
}

/** I(v;h) of a step, from its H(v). */
export function informationOf(
  { operator, logTau, energies }: VariationalResult,
  visibleEnergies: Float64Array,
): number {
  const visible = probabilitiesOf(logTau.map((log, s) => log - visibleEnergies[s]));
  const hidden = probabilitiesOf(energies.map((energy) => -energy));
  const entropyOfHidden = -average(hidden, hidden.map(Math.log));
  return Math.max(0, entropyOfHidden - average(visible, conditionalEntropies(operator, logTau)));
}

/** S(h|v) of every visible state. */
function conditionalEntropies(operator: Operator, logTau: Float64Array): Float64Array {
  const entropies = new Float64Array(logTau.length);
  if (operator.kind === 'function') {
    const { visible, hidden, value } = operator;
    const v = new Int8Array(visible);
    const h = new Int8Array(hidden);
    return entropies.map((_, s) => {
      for (let i = 0; i < visible; i++) v[i] = ((s >> i) & 1) * 2 - 1;
      let sum = 0;
      for (let t = 0; t < 2 ** hidden; t++) {
        for (let j = 0; j < hidden; j++) h[j] = ((t >> j) & 1) * 2 - 1;
        const log = value(v, h) - logTau[s];
        if (log > -Infinity) sum -= Math.exp(log) * log;
      }
      return sum;
    });
  }
  const weights = new Float64Array(operator.visible);
  const inputs = new Float64Array(logTau.length);
  for (const spin of operator.spins) {
    weights.fill(0);
    spin.sites.forEach((site, k) => {
      weights[site] = spin.weights[k];
    });
    linearTable(weights, 1, spin.bias, inputs);
    for (let s = 0; s < entropies.length; s++) entropies[s] += entropyOfSpin(spin.kind, inputs[s]);
  }
  return entropies;
}

/** Entropy of one spin with p(±1) ∝ e^{±x}: ln(1 + e^{-2|x|}) + 2|x| p(the less likely). */
function entropyOfSpin(kind: HiddenSpin['kind'], x: number): number {
  if (kind === 'hard') return x === 0 ? Math.LN2 : 0;
  const size = 2 * Math.abs(x);
  const odds = Math.exp(-size);
  return Math.log1p(odds) + (size * odds) / (1 + odds);
}

/** The quantity to minimise: |ΔF|, KL(P‖p), or the deviation of log τ. */
export type VariationalPrinciple = 'deltaF' | 'kl' | 'deviation';

/** Options of `optimiseOperator`. */
export interface OptimiseOptions {
  /** T for parameters λ. */
  family: (lambda: Float64Array) => Operator;
  principle: VariationalPrinciple;
  /** Initial λ. */
  start: ArrayLike<number>;
  /** Edges of the first simplex, one per parameter. Default 0.1 each. */
  steps?: ArrayLike<number>;
}

/** Result of `optimiseOperator`. */
export interface OptimisedOperator {
  /** The optimal parameters. */
  lambda: Float64Array;
  /** |ΔF|, KL or the deviation at λ. */
  value: number;
  /** False if the limit of evaluations was reached. */
  converged: boolean;
  /** The step of the optimal operator. */
  step: VariationalResult;
}

/**
 * The λ that minimises the quantity of the principle, for a few parameters (by the simplex of Nelder & Mead; for RBMs
 * with many weights see `trainExactly`). If a constant is among the parameters of T, the minimum 0 of |ΔF| is reached
 * on a whole surface of λ, and the result depends on the start.
 * @throws TypeError or RangeError as `variationalStep`; RangeError for no parameters, or an unknown principle
 */
export function optimiseOperator(hamiltonian: Hamiltonian, options: OptimiseOptions): OptimisedOperator {
  knownOptions('optimiseOperator', options, ['family', 'principle', 'start', 'steps']);
  const { family, principle } = options;
  if (typeof family !== 'function') refuse('family', 'function of λ', family, 'type');
  if (!['deltaF', 'kl', 'deviation'].includes(principle)) {
    refuse('principle', 'one of deltaF, kl, deviation', principle);
  }
  if (options.start.length === 0) refuse('start', 'at least one parameter', options.start);
  const steps = options.steps ?? new Float64Array(options.start.length).fill(0.1);
  if (steps.length !== options.start.length) refuse('steps', `length ${options.start.length}`, steps.length);
  const measure = (step: VariationalResult): number =>
    principle === 'deltaF' ? Math.abs(step.deltaF) : principle === 'kl' ? step.kl : step.tau.deviation;
  const model = visibleModel(hamiltonian);
  const { at, value, converged } = minimise(
    (lambda) => measure(stepOf(model, family(lambda))),
    options.start,
    steps,
    1e-9,
  );
  return { lambda: at, value, converged, step: stepOf(model, family(at)) };
}
