/**
 * Small RBMs of spins trained to a known P(v) = e^{-H}/Z by the exact gradient, in double precision: KL(P‖p_λ) is
 * minimised with sums over all visible and hidden states, so nothing is sampled, and the remaining KL is due to the
 * limits of the RBM, or a local minimum.
 *
 *   -∂KL/∂W_ij = ⟨v_i tanh x_j⟩_P - ⟨v_i tanh x_j⟩_p,  x_j = b_j + Σ_i W_ij v_i,
 *   -∂KL/∂c_i = ⟨v_i⟩_P - ⟨v_i⟩_p,  -∂KL/∂b_j = ⟨tanh x_j⟩_P - ⟨tanh x_j⟩_p.
 *
 * The history records τ(v) = e^{H - H_RBM}. KL does not depend on a constant in E: training makes τ constant, and the
 * constant that makes it 1, hence ΔF = 0, is added at the end.
 */

import { checkHamiltonian, type Hamiltonian } from '../../ising/models/hamiltonian.js';
import { descent } from '../../stats/lbfgs.js';
import { integer, knownOptions, oneOf, positive, refuse, within } from '../../util/check.js';
import { checkSeed, type Seed, streamKey } from '../../util/random.js';
import { finish, finishWithPauses, WORK_OPTIONS, type Work, type WorkOptions } from '../../util/work.js';
import { normalNumbers } from '../../wasm/draws.js';
import { kernels } from '../../wasm/scalar.js';
import { energyTable } from '../tables/walsh.js';
import { AllStates, Marginal, normalise, sumOf } from './marginal.js';
import { checkRbm } from './operators.js';
import { SpinRbm } from './spinRbm.js';

/** Options of `trainExactly`. */
export interface ExactTrainingOptions {
  /** Number of hidden spins. */
  hidden: number;
  /**
   * Whether biases are trained: 'none' keeps both at 0, so that p(v) = p(-v). Default: 'none' where H is even, else
   * 'both'.
   */
  biases?: 'none' | 'both';
  /** Largest number of steps of the descent. Default 500. */
  iterations?: number;
  /** The descent ends when no component of the gradient is larger. Default 1e-9. */
  tolerance?: number;
  /** Initial weights are N(0, scale²). Default 0.1. */
  scale?: number;
  /** Initial parameters, in place of random ones. */
  start?: SpinRbm;
  /** Seed of the initial weights. Default 1. */
  seed?: Seed;
}

/** The state after an iteration of the training. */
export interface ExactTrainingRecord {
  iteration: number;
  /** Gradients computed so far. */
  evaluations: number;
  /** KL(P‖p_λ) in nats. */
  kl: number;
  /** Largest component of its gradient. */
  gradient: number;
  /** ΔF = F_h - F_v, with E₀ = hidden·ln 2 throughout (so that a hidden spin without weights changes nothing). */
  deltaF: number;
  /** ⟨log τ⟩, its standard deviation under P, and its range, with the same E₀. */
  meanLogTau: number;
  deviation: number;
  least: number;
  most: number;
}

/** Result of `trainExactly`. */
export interface ExactTraining {
  /** The RBM at the end, E₀ such that ln Z_λ = ln Z: ΔF = 0, and τ = 1 as closely as KL = 0. */
  rbm: SpinRbm;
  /** The RBM at the start, with E₀ likewise. */
  start: SpinRbm;
  history: ExactTrainingRecord[];
  /** Whether the gradient fell below the tolerance; if not, the limit of steps was reached, or no step decreased KL. */
  converged: boolean;
}

/** States times hidden units: 128 MiB of numbers. */
const MAX_ENTRIES = 2 ** 24;

const EXACT_TRAINING_OPTIONS = ['hidden', 'biases', 'iterations', 'tolerance', 'scale', 'start', 'seed'] as const;

/**
 * Trains an RBM of spins to the distribution P(v) = e^{-H}/Z of a Hamiltonian: minimises KL(P‖p) by L-BFGS with the
 * exact gradient. Costs about hidden·2^visible·8 ns per gradient (10 ms for 16 and 16), and somewhat more than one
 * gradient per step. The same seed gives the same bits on every engine.
 * @throws TypeError for a wrong kind; RangeError for an option out of range, more than 20 visible spins,
 *   hidden·2^visible above 2^24, or a start of another shape
 * @example
 * const hamiltonian = isingHamiltonian({ lattice: chain(4), coupling: 0.5 });
 * const { rbm, history } = trainExactly(hamiltonian, { hidden: 4 });
 * history.at(-1)?.kl; // nearly 0
 */
export function trainExactly(hamiltonian: Hamiltonian, options: ExactTrainingOptions): ExactTraining {
  knownOptions('trainExactly', options, EXACT_TRAINING_OPTIONS);
  return finish(exactTraining(hamiltonian, options));
}

/**
 * `trainExactly` with pauses: stops at the signal, reports progress.
 * @throws TypeError or RangeError as `trainExactly`; the signal's reason
 */
export async function trainExactlyAsync(
  hamiltonian: Hamiltonian,
  options: ExactTrainingOptions & WorkOptions,
): Promise<ExactTraining> {
  knownOptions('trainExactlyAsync', options, [...EXACT_TRAINING_OPTIONS, ...WORK_OPTIONS]);
  return finishWithPauses(exactTraining(hamiltonian, options), options);
}

/** One step of `exactTrainingSteps`. */
export interface ExactTrainingStep {
  record: ExactTrainingRecord;
  /** The RBM there, E₀ such that ΔF = 0. */
  rbm: SpinRbm;
  /** Whether the gradient is below the tolerance. */
  converged: boolean;
}

/**
 * `trainExactly` step by step, the start first: who trains by it sees every RBM on the way, with the bits of
 * `trainExactly` after as many iterations.
 * @throws TypeError or RangeError as `trainExactly`
 * @example
 * const hamiltonian = isingHamiltonian({ lattice: chain(4), coupling: 0.5 });
 * for (const { record } of exactTrainingSteps(hamiltonian, { hidden: 2 })) console.log(record.kl);
 */
export function exactTrainingSteps(
  hamiltonian: Hamiltonian,
  options: ExactTrainingOptions,
): Generator<ExactTrainingStep, void> {
  knownOptions('exactTrainingSteps', options, EXACT_TRAINING_OPTIONS);
  const { model, start, iterations, tolerance } = checkedTraining(hamiltonian, options);
  return stepsOf(model, start, iterations, tolerance);
}

function* stepsOf(model: ExactGradient, start: SpinRbm, iterations: number, tolerance: number) {
  const gradientAt = (x: Float64Array, gradient: Float64Array) => model.divergence(x, gradient);
  for (const { iteration, evaluations, value, gradient, at } of descent(gradientAt, model.pack(start), { tolerance })) {
    const record = { iteration, evaluations, kl: value, gradient, ...model.tau() };
    yield { record, rbm: model.rbm(at, record.deltaF), converged: gradient <= tolerance };
    if (iteration >= iterations) return;
  }
}

function* exactTraining(hamiltonian: Hamiltonian, options: ExactTrainingOptions): Work<ExactTraining> {
  const { model, start, iterations, tolerance } = checkedTraining(hamiltonian, options);
  const history: ExactTrainingRecord[] = [];
  let last: ExactTrainingStep | undefined;
  for (const step of stepsOf(model, start, iterations, tolerance)) {
    last = step;
    const { record } = step;
    history.push(record);
    if (record.iteration >= iterations) break;
    yield { stage: 'train', done: record.iteration, total: iterations, unit: 'steps', figures: { kl: record.kl } };
  }
  const { rbm, converged } = last as ExactTrainingStep;
  return { rbm, start: model.rbm(model.pack(start), history[0].deltaF), history, converged };
}

function checkedTraining(hamiltonian: Hamiltonian, options: ExactTrainingOptions) {
  checkHamiltonian(hamiltonian);
  const visible = integer('hamiltonian.sites', hamiltonian.sites, 1, 20);
  const hidden = integer('hidden', options.hidden, 1, Math.min(1000, Math.floor(MAX_ENTRIES / 2 ** visible)));
  const biases = oneOf('biases', options.biases ?? (hamiltonian.even ? 'none' : 'both'), ['none', 'both']);
  const iterations = integer('iterations', options.iterations ?? 500, 0);
  const tolerance = within('tolerance', options.tolerance ?? 1e-9, 0, Number.MAX_VALUE);
  const scale = positive('scale', options.scale ?? 0.1);
  const seed = checkSeed('seed', options.seed ?? 1);
  const model = new ExactGradient(hamiltonian, hidden, biases === 'both');
  const start = options.start ? startOf(options.start, visible, hidden) : randomStart(visible, hidden, scale, seed);
  return { model, start, iterations, tolerance };
}

function startOf(start: SpinRbm, visible: number, hidden: number): SpinRbm {
  checkRbm(start);
  if (start.visible !== visible || start.hidden !== hidden) {
    refuse('start', `${visible} visible and ${hidden} hidden units`, `${start.visible} and ${start.hidden}`);
  }
  return start;
}

function randomStart(visible: number, hidden: number, scale: number, seed: Seed): SpinRbm {
  const weights = normalNumbers(streamKey(seed, 'trainExactly'), visible * hidden, scale);
  return new SpinRbm({ visible, hidden, weights });
}

/**
 * KL and its gradient as functions of the parameters, laid out as in marginal.ts. Biases that are not trained have
 * gradient 0, and stay 0.
 */
class ExactGradient {
  readonly #hidden: number;
  readonly #visible: number;
  readonly #biases: boolean;
  readonly #states: Marginal;
  /** H, P and log P of every state. */
  readonly #energies: Float64Array;
  readonly #probabilities: Float64Array;
  readonly #logProbabilities: Float64Array;
  readonly #logZ: number;
  #logs = new Float64Array(0);

  constructor(hamiltonian: Hamiltonian, hidden: number, biases: boolean) {
    this.#visible = hamiltonian.sites;
    this.#hidden = hidden;
    this.#biases = biases;
    this.#states = new Marginal(new AllStates(hamiltonian.sites), 'visible', hidden);
    this.#energies = energyTable(hamiltonian);
    const logs = this.#energies.map((energy) => -energy);
    this.#logZ = logSum(logs);
    this.#logProbabilities = logs.map((log) => log - this.#logZ);
    const { exp } = kernels();
    this.#probabilities = this.#logProbabilities.map((log) => exp(log));
  }

  pack({ weights, visibleBias, hiddenBias }: SpinRbm): Float64Array {
    if (this.#biases) return Float64Array.of(...weights, ...visibleBias, ...hiddenBias);
    return Float64Array.of(...weights, ...new Float64Array(this.#visible + this.#hidden));
  }

  /** The RBM of these parameters with E₀ such that ΔF = 0; `deltaF` is ΔF at E₀ = hidden·ln 2. */
  rbm(x: Float64Array, deltaF: number): SpinRbm {
    const [visible, hidden] = [this.#visible, this.#hidden];
    const size = visible * hidden;
    return new SpinRbm({
      visible,
      hidden,
      weights: x.subarray(0, size),
      visibleBias: x.subarray(size, size + visible),
      hiddenBias: x.subarray(size + visible),
      constant: hidden * Math.LN2 - deltaF,
    });
  }

  /** KL(P‖p) = Σ P (e^y - 1 - y), y = log p - log P: every summand is >= 0, and a small KL is accurate. */
  divergence(x: Float64Array, gradient: Float64Array): number {
    const logs = this.#states.logWeights(x);
    this.#logs = logs.slice();
    const logZ = logSum(logs);
    const { exp } = kernels();
    const excesses = new Float64Array(logs.length);
    // d = p - P replaces log p
    for (let s = 0; s < logs.length; s++) {
      const log = logs[s] - logZ;
      const p = exp(log);
      const probability = this.#probabilities[s];
      excesses[s] = excess(log - this.#logProbabilities[s], probability, p);
      logs[s] = p - probability;
    }
    this.#states.addMoments(logs, gradient.fill(0));
    if (!this.#biases) gradient.fill(0, this.#visible * this.#hidden);
    return sumOf(excesses);
  }

  /**
   * ΔF and the spread of log τ = H - H_RBM, with E₀ = hidden·ln 2, at the parameters of the last call of `divergence`,
   * which is where a step of the descent ends.
   */
  tau(): Pick<ExactTrainingRecord, 'deltaF' | 'meanLogTau' | 'deviation' | 'least' | 'most'> {
    const shift = this.#hidden * Math.LN2;
    const logs = this.#logs;
    const deltaF = this.#logZ - (logSum(logs) - shift);
    const logTau = logs.map((log, s) => this.#energies[s] + log - shift);
    const meanLogTau = sumOf(logTau.map((log, s) => this.#probabilities[s] * log));
    const variance = sumOf(logTau.map((log, s) => this.#probabilities[s] * (log - meanLogTau) * (log - meanLogTau)));
    return {
      deltaF,
      meanLogTau,
      deviation: Math.sqrt(variance),
      least: logTau.reduce((least, log) => Math.min(least, log), Infinity),
      most: logTau.reduce((most, log) => Math.max(most, log), -Infinity),
    };
  }
}

/** log Σ e^x. */
function logSum(logs: Float64Array): number {
  return normalise(logs).logZ;
}

/** P (e^y - 1 - y) = p - P - P y >= 0, by the series of e^y where y is small. */
function excess(y: number, probability: number, p: number): number {
  if (Math.abs(y) > 0.1) return Math.max(0, p - probability - probability * y);
  let term = (y * y) / 2;
  let sum = 0;
  for (let n = 3; n < 14; n++) {
    sum += term;
    term *= y / n;
  }
  return probability * sum;
}
