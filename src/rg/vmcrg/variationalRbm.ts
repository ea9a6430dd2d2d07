/** The renormalised Hamiltonian as an RBM: variational Monte Carlo RG with the free energy of an RBM as its bias. */

import type { EnsembleWork } from '../../ising/chains/ensemble.js';
import { solveDefinite } from '../../linear/definite.js';
import type { BitRows } from '../../util/bits.js';
import { instanceOf, integer, knownOptions, positive, refuse } from '../../util/check.js';
import { type Progress, progress } from '../../util/work.js';
import { kernels } from '../../wasm/scalar.js';
import {
  BiasedEnsemble,
  type EnsemblePlan,
  ensemblePlan,
  VMCRG_OPTIONS,
  VMCRG_WORK_OPTIONS,
  type VmcrgOptions,
  type VmcrgWorkOptions,
} from './biasedEnsemble.js';
import { WALKERS } from './biasedWalkers.js';
import { PotentialPath } from './potentialPath.js';
import { RbmPotential } from './rbmPotential.js';

/** Options of `variationalRbm`. */
export interface VariationalRbmOptions extends VmcrgOptions {
  /** V at the start, which stays as it is. All of its weights zero is a saddle. */
  potential: RbmPotential;
  /** Steps, each of √2 times the sweeps of the one before; default 16. */
  steps?: number;
  /** Sweeps of the last step; default 10 000, at least 400. */
  sweeps?: number;
  /** Sweeps between two measurements; default 5. */
  interval?: number;
  /** Share of each variance of ∂V that is added to it at first, less after steps that went well; default 0.01. */
  damping?: number;
}

/** One step. */
export interface VariationalRbmStep {
  /** Sweeps of each walker up to it. */
  sweeps: number;
  /** Rows measured, of all walkers. */
  rows: number;
  /**
   * ½ gᵀA⁻¹g, g the gradient of Ω and A the covariance of ∂V: how far above the least Ω of this family V is, in nats, to second
   * order, with the noise of p parameters, p/(2 n), in it.
   */
  above: number;
  /** p/(2 n), n the number of independent rows by the scatter of the walkers. */
  noise: number;
  /** Change of Ω by the step, in nats, from some states before it. */
  change: number;
  /** Largest |b| + Σ|w| of a hidden unit after it. */
  largest: number;
}

/** Result of `variationalRbm`. */
export interface VariationalRbm {
  /** V at the end: H' = H_RBM of `potential.rbm()`. */
  potential: RbmPotential;
  steps: VariationalRbmStep[];
}

export const VARIATIONAL_RBM_OPTIONS = [
  ...VMCRG_OPTIONS,
  'potential',
  'steps',
  'sweeps',
  'interval',
  'damping',
] as const;

/** (A + damping)⁻¹ g, the damping a share of each variance, and a little of their mean where one is near zero. */
function solved(covariance: Float64Array, g: Float64Array, damping: number): Float64Array {
  const p = g.length;
  const damped = covariance.slice();
  let mean = 0;
  for (let k = 0; k < p; k++) mean += covariance[k * p + k] / p;
  for (let k = 0; k < p; k++) damped[k * p + k] += damping * (covariance[k * p + k] + LEAST_VARIANCE * mean);
  return solveDefinite(damped, g, p, 1);
}

/** States of each walker by which a step is made and judged, and of all walkers per weight between these. */
const STATES = [32, 128] as const;
const STATES_PER_WEIGHT = 20;
/** Shortest step that is tried, over a whole one. */
const SHORTEST = 1e-3;
const LEAST_DAMPING = 1e-5;
/** Share of the mean variance that a parameter has at least, where it is damped. */
const LEAST_VARIANCE = 0.01;
/** Share of the states that must have weight after a step. */
const WEIGHTY = 0.2;

/**
 * Change of Ω from V to V', ln⟨e^{V - V'}⟩_V + ⟨V' - V⟩_p, from both on states of V; null where it is above zero by more than
 * twice its standard error, or too few states have weight.
 */
function omegaChange(before: Float64Array, after: Float64Array, mean: number): number | null {
  const logs = before.map((v, k) => v - after[k]);
  const most = logs.reduce((max, x) => Math.max(max, x), Number.NEGATIVE_INFINITY);
  const weights = logs.map((x) => kernels().exp(x - most));
  const [sum, squares] = weights.reduce(([a, b], w) => [a + w, b + w * w], [0, 0]);
  const n = weights.length;
  const effective = (sum * sum) / squares;
  const change = most + kernels().log(sum / n) + mean;
  const error = Math.sqrt(Math.max(0, 1 / effective - 1 / n));
  return effective > WEIGHTY * n && change <= 2 * error ? change : null;
}

/**
 * Renormalised Hamiltonian of block spins in the form of an RBM, by minimising
 *   Ω[V] = ln(Σ e^{-H'-V}/Σ e^{-H'}) + ⟨V⟩_p,  V = Σ_u ln 2cosh(b_u + Σ w s'),  p uniform.
 * It is the training of an RBM with its phases exchanged: ∂Ω/∂θ = ⟨∂V/∂θ⟩_p - ⟨∂V/∂θ⟩_V, where the second mean is that of biased
 * walkers of fine spins, and the first is exact (`RbmPotential.fairMeans`). At the minimum H' = H_RBM, whose couplings of any order
 * `exactCouplings` and `quadratureCouplings` read off. Ω is convex in V, but not in θ: what is found is a stationary point.
 *
 * Steps are Newton's, Δθ = (A + damping)⁻¹ (⟨∂V⟩_V - ⟨∂V⟩_p), A the covariance of ∂V: the curvature where p_V = p, and a natural
 * gradient elsewhere. They are made in V: the next weights are those whose V is nearest to V + Δθ·∂V on states of the walkers.
 *
 * `fitFilters` makes a start from a list of couplings.
 * @throws TypeError or RangeError for an option of a wrong kind or value
 * @see Wu & Car, Phys. Rev. Lett. 119, 220602 (2017), arXiv:1707.08683, for V as a list of operators
 */
export function variationalRbm(options: VariationalRbmOptions): VariationalRbm {
  knownOptions('variationalRbm', options, VARIATIONAL_RBM_OPTIONS);
  const own = new Optimisation(options, undefined);
  return own.ensemble.finish(own.work());
}

/**
 * `variationalRbm` with pauses, on threads: stops at the signal, reports progress. The same result.
 * @throws TypeError or RangeError as `variationalRbm`; the signal's reason; Error if threads that were asked for cannot be started
 */
export async function variationalRbmAsync(options: VariationalRbmOptions & VmcrgWorkOptions): Promise<VariationalRbm> {
  knownOptions('variationalRbmAsync', options, [...VARIATIONAL_RBM_OPTIONS, ...VMCRG_WORK_OPTIONS]);
  const own = new Optimisation(options, options);
  return own.ensemble.finishWithPauses(own.work(), options);
}

/** Means of ∂V. */
interface Moments {
  rows: number;
  mean: Float64Array;
  /** Of one row, [p, p]. */
  covariance: Float64Array;
  /** Independent rows, by the scatter of the walkers' means. */
  independent: number;
}

class Optimisation {
  readonly ensemble: BiasedEnsemble;
  readonly #plan: EnsemblePlan;
  readonly #start: RbmPotential;
  readonly #steps: number;
  readonly #sweeps: number;
  readonly #interval: number;
  /** States of each walker. */
  readonly #states: number;
  #damping: number;

  constructor(options: VariationalRbmOptions, threads: { threads?: number } | undefined) {
    this.#plan = ensemblePlan(options, 200);
    this.#start = instanceOf('potential', options.potential, RbmPotential, 'RbmPotential');
    const { sites } = this.#plan.geometry.coarse;
    if (this.#start.sites !== sites) refuse('potential', `${sites} block spins, as the rule makes`, this.#start.sites);
    if (this.#start.parameters.every((value) => value === 0)) {
      refuse('potential', 'weights that are not all zero, which is a saddle of Ω', 'zeros');
    }
    this.#steps = integer('steps', options.steps ?? 16);
    this.#sweeps = integer('sweeps', options.sweeps ?? 10_000, 400);
    this.#interval = integer('interval', options.interval ?? 5, 1, Math.floor(this.#sweeps / 40));
    const walkers = this.#plan.machines * WALKERS;
    const enough = Math.ceil((STATES_PER_WEIGHT * this.#start.parameters.length) / walkers);
    this.#states = Math.min(Math.max(STATES[0], enough), STATES[1]);
    this.#damping = positive('damping', options.damping ?? 0.01);
    this.ensemble = new BiasedEnsemble(
      this.#plan,
      { bias: undefined, hidden: (rows) => this.#start.memory(rows), measured: [] },
      threads,
    );
  }

  *work(): EnsembleWork<VariationalRbm> {
    let potential = this.#start;
    this.ensemble.setHidden(potential.parameters);
    yield* this.ensemble.sweeps('burn-in', this.#plan.burnIn);
    let done = this.#plan.burnIn;
    const plan = Array.from({ length: this.#steps }, (_, k) => this.#rowsOf(k + 1));
    const total = plan.reduce(
      (sum, { rows, relaxation }) => sum + this.#interval * (rows + this.#states) + relaxation,
      done,
    );
    const steps: VariationalRbmStep[] = [];
    for (let step = 1; step <= this.#steps; step++) {
      const { rows, relaxation } = plan[step - 1];
      const report = (since: number) => progress(`step ${step}`, done + since, total, 'sweeps');
      yield* this.ensemble.sweeps(`step ${step}`, relaxation, report);
      done += relaxation;
      const moments = yield* this.#moments(rows, (row) => report(row * this.#interval));
      done += rows * this.#interval;
      const states = yield* this.ensemble.states(`step ${step}`, this.#states, this.#interval, report);
      done += this.#states * this.#interval;
      const { next, above, change } = this.#stepped(potential, moments, states);
      steps.push({
        sweeps: done,
        rows: moments.rows,
        above,
        noise: potential.parameters.length / (2 * moments.independent),
        change,
        largest: next.largestField(),
      });
      potential = next;
      this.ensemble.setHidden(potential.parameters);
    }
    return { potential, steps };
  }

  /**
   * θ after a step, ½ gᵀA⁻¹g before it, and the change of Ω. A step is as long as the states at hand can tell that it is
   * downhill: Ω is known from them by reweighting, and a step that goes up, or to where they have no weight, is halved.
   */
  #stepped(potential: RbmPotential, moments: Moments, states: BitRows) {
    const { mean, covariance } = moments;
    const fair = potential.fairMeans();
    const g = mean.map((value, k) => value - fair.gradient[k]);
    const direction = solved(covariance, g, this.#damping);
    const whole = solved(covariance, g, LEAST_DAMPING);
    const above = g.reduce((sum, x, k) => sum + x * whole[k], 0) / 2;
    const before = potential.energies(states);
    const path = new PotentialPath(potential, direction, states);
    for (let length = 1; length > SHORTEST; length /= 2) {
      const next = path.nearest(length);
      const change = omegaChange(before, next.energies(states), next.fairMeans().energy - fair.energy);
      if (change === null) continue;
      this.#damping = length === 1 ? Math.max(LEAST_DAMPING, this.#damping / 2) : Math.min(1, 2 * this.#damping);
      return { next, above, change };
    }
    this.#damping = Math.min(1, 4 * this.#damping);
    return { next: potential, above, change: 0 };
  }

  /** Rows of a step, and sweeps before them. */
  #rowsOf(step: number) {
    const sweeps = Math.max(400, Math.ceil(this.#sweeps / 2 ** ((this.#steps - step) / 2)));
    const rows = Math.ceil(sweeps / this.#interval);
    return { rows, relaxation: Math.ceil(rows / 20) * this.#interval };
  }

  *#moments(rows: number, report: (rows: number) => Progress): EnsembleWork<Moments> {
    const p = this.#start.parameters.length;
    const walkers = this.#plan.machines * WALKERS;
    const sums = new Float64Array(walkers * p);
    const squares = new Float64Array(p * p);
    const row = new Float64Array(p);
    yield* this.ensemble.hidden(rows, this.#interval, report, (_, gradients, machine) => {
      for (let walker = 0; walker < WALKERS; walker++) {
        const at = (machine * WALKERS + walker) * p;
        for (let k = 0; k < p; k++) {
          row[k] = gradients[k * WALKERS + walker];
          sums[at + k] += row[k];
        }
        for (let i = 0; i < p; i++) for (let j = 0; j <= i; j++) squares[i * p + j] += row[i] * row[j];
      }
    });
    const count = rows * walkers;
    const mean = new Float64Array(p);
    for (let at = 0; at < sums.length; at++) mean[at % p] += sums[at] / count;
    const covariance = new Float64Array(p * p);
    let [own, ofMeans] = [0, 0];
    for (let i = 0; i < p; i++) {
      for (let j = 0; j <= i; j++) {
        covariance[i * p + j] = squares[i * p + j] / count - mean[i] * mean[j];
        covariance[j * p + i] = covariance[i * p + j];
      }
      let scatter = 0;
      for (let walker = 0; walker < walkers; walker++) scatter += (sums[walker * p + i] / rows - mean[i]) ** 2;
      own += covariance[i * p + i];
      ofMeans += scatter / (walkers - 1);
    }
    return { rows: count, mean, covariance, independent: Math.min(count, (walkers * own) / ofMeans) };
  }
}
