/** Renormalised couplings by the variational Monte Carlo renormalization group of Wu and Car. */

import type { EnsembleWork } from '../../ising/chains/ensemble.js';
import { solveSymmetric } from '../../stats/cholesky.js';
import { finite, integer, knownOptions, lengthOf, positive } from '../../util/check.js';
import type { Estimate } from '../../util/estimate.js';
import { type Progress, progress } from '../../util/work.js';
import type { LatticeOperator } from '../operators/latticeOperator.js';
import {
  BiasedEnsemble,
  basesOf,
  type EnsemblePlan,
  ensemblePlan,
  VMCRG_OPTIONS,
  VMCRG_WORK_OPTIONS,
  type VmcrgOptions,
  type VmcrgWorkOptions,
} from './biasedEnsemble.js';
import { WALKERS } from './biasedWalkers.js';

/** Options of `variationalMcrg`. */
export interface VariationalMcrgOptions extends VmcrgOptions {
  /** Operators of the bias potential, whose couplings are determined. */
  operators: readonly LatticeOperator[];
  /** J at the start, one per operator. Default 0. */
  start?: ArrayLike<number>;
  /** Steps of the stochastic gradient; default 200. */
  steps?: number;
  /** Sweeps per step; default 20. */
  stepSweeps?: number;
  /** Rate of the steps, J_α += rate·⟨S'_α⟩/N_α with N_α products; default 0.05. */
  rate?: number;
  /** Sweeps of the last sample, from which couplings and errors are; default 10 000, at least 400. */
  sweeps?: number;
  /** Sweeps between two measurements; default 5. */
  interval?: number;
}

/** A renormalised coupling. */
export interface RenormalizedCoupling extends Estimate<number> {
  /** Of the operator. */
  name: string;
}

/** A sample at fixed couplings, from which a Newton step was made. */
export interface VariationalMcrgSample {
  /** Sweeps of each walker up to its end. */
  sweeps: number;
  /** Rows measured, of all walkers. */
  rows: number;
  /**
   * ½ gᵀA⁻¹g, g the gradient of Ω and A the covariance of the operators: how far above its least value within the basis Ω was, in
   * nats, to second order, with the noise of the sample in it.
   */
  above: number;
  /** ½ tr(A⁻¹Σ), Σ the covariance of g: what noise adds to `above` on average. */
  noise: number;
}

/** Result of `variationalMcrg`. */
export interface RenormalizedCouplings {
  /** K'_α of H' = -Σ K'_α S'_α, with standard errors. Operators that the basis lacks are a truncation error beside them. */
  couplings: RenormalizedCoupling[];
  /** Covariance of the couplings' errors, row-major. */
  covariance: Float64Array;
  /** J of the last sample's bias V = Σ J_α S'_α: the couplings before their last Newton step, as 32-bit floats. */
  bias: Float64Array;
  /** ⟨S'_α⟩/N_α in the last sample, 0 at the minimum of Ω. */
  gradient: RenormalizedCoupling[];
  /**
   * gᵀ Σ⁻¹ g per operator in the last sample, g the gradient and Σ its covariance, reduced for the finite number of bins
   * (Hotelling): about 3 where only noise is left, 1 of this sample and 2 of the half as long one that fixed J.
   */
  chiSquared: number;
  /**
   * Whether that is below 3 + 13/√n for n operators, which noise alone exceeds in about one sample in a hundred; the last
   * sample is then taken again from the couplings that it gave, up to twice.
   */
  converged: boolean;
  /** J after each step of the stochastic gradient, [steps, operators]. */
  path: Float64Array;
  /** The samples of the Newton steps, the last one among them. */
  samples: VariationalMcrgSample[];
  /** Sweeps of each walker, burn-in included. */
  sweeps: number;
}

export const VARIATIONAL_MCRG_OPTIONS = [
  ...VMCRG_OPTIONS,
  'operators',
  'start',
  'steps',
  'stepSweeps',
  'rate',
  'sweeps',
  'interval',
] as const;

/** Parts of a sample in time, per walker: bins of the errors. */
const BINS = 8;
/** Newton steps before the last sample, each of twice the sweeps of the one before. */
const NEWTON = 3;
/** Last samples, at most, where the first one is not converged. */
const ATTEMPTS = 3;

/**
 * Renormalised couplings K' of block spins, by minimising
 *   Ω[V] = ln(Σ e^{-H'-V}/Σ e^{-H'}) + ⟨V⟩_p,  V = Σ_α J_α S'_α,  p uniform,
 * which is convex in J, with ∂Ω/∂J_α = -⟨S'_α⟩_V. At its minimum -V is H' within the basis, so K'_α = J_α of H' =
 * -Σ K' S': block spins are then uncorrelated, and there is no critical slowing down. Fine spins of weight e^{-H - V}
 * are sampled by single-spin updates, 16 walkers at a time.
 *
 * First an averaged stochastic gradient (Polyak & Juditsky), J_α += rate·⟨S'_α⟩/N_α per step; its average restarts after
 * 10 % and 20 % of the steps. Then Newton steps ΔJ = A⁻¹⟨S'⟩_V, A the covariance of the operators. The last one, from
 * the last sample at fixed J, is the result, and its statistical error that of the couplings.
 *
 * The same seed gives the same bits on every engine.
 * @throws TypeError or RangeError for an option of a wrong kind or value; Error if the couplings diverge
 * @example
 * const lattice = chain(24);
 * const { couplings } = variationalMcrg({
 *   lattice,
 *   hamiltonian: isingHamiltonian({ lattice, coupling: 0.6 }),
 *   rule: decimationRule({ factor: 2 }),
 *   operators: [latticeOperator('chain', 'nn')],
 * });
 * couplings[0].value; // about ½ ln cosh 1.2 = 0.297
 * @see Wu & Car, Phys. Rev. Lett. 119, 220602 (2017), arXiv:1707.08683
 */
export function variationalMcrg(options: VariationalMcrgOptions): RenormalizedCouplings {
  knownOptions('variationalMcrg', options, VARIATIONAL_MCRG_OPTIONS);
  const optimisation = new Optimisation(options, undefined);
  return optimisation.ensemble.finish(optimisation.work());
}

/**
 * `variationalMcrg` with pauses, on threads: stops at the signal, reports progress. The same result.
 * @throws TypeError, RangeError or Error as `variationalMcrg`; the signal's reason; Error if threads that were asked for
 *   cannot be started
 */
export async function variationalMcrgAsync(
  options: VariationalMcrgOptions & VmcrgWorkOptions,
): Promise<RenormalizedCouplings> {
  knownOptions('variationalMcrgAsync', options, [...VARIATIONAL_MCRG_OPTIONS, ...VMCRG_WORK_OPTIONS]);
  const optimisation = new Optimisation(options, options);
  return optimisation.ensemble.finishWithPauses(optimisation.work(), options);
}

/** Means of a sample and what follows from them. */
interface Sample {
  /** ⟨S'⟩. */
  mean: Float64Array;
  /** Its covariance matrix, by bins. */
  meanCovariance: Float64Array;
  /** A, the covariance of S' of one moment. */
  covariance: Float64Array;
  /** Bins of the errors. */
  bins: number;
  /** Moments, of all walkers. */
  rows: number;
}

class Optimisation {
  readonly ensemble: BiasedEnsemble;
  readonly #plan: EnsemblePlan;
  readonly #names: string[];
  /** N_α, the number of products. */
  readonly #products: number[];
  readonly #start: Float64Array;
  readonly #steps: number;
  readonly #stepSweeps: number;
  readonly #rate: number;
  readonly #sweeps: number;
  readonly #interval: number;
  #done = 0;

  constructor(options: VariationalMcrgOptions, threads: { threads?: number } | undefined) {
    this.#plan = ensemblePlan(options, 200);
    const { coarse } = basesOf('operators', options.operators, this.#plan.geometry);
    this.#names = coarse.names;
    this.#products = coarse.products;
    const n = this.#names.length;
    this.#start = Float64Array.from(lengthOf('start', options.start ?? new Float64Array(n), n));
    this.#start.forEach((value, k) => {
      finite(`start[${k}]`, value);
    });
    this.#steps = integer('steps', options.steps ?? 200, 0);
    this.#stepSweeps = integer('stepSweeps', options.stepSweeps ?? 20);
    this.#rate = positive('rate', options.rate ?? 0.05);
    this.#sweeps = integer('sweeps', options.sweeps ?? 10_000, 400);
    this.#interval = integer('interval', options.interval ?? 5, 1, Math.floor(this.#sweeps / (4 * BINS)));
    this.ensemble = new BiasedEnsemble(
      this.#plan,
      { bias: coarse, measured: [{ coarse: coarse.operators, fine: [] }] },
      threads,
    );
  }

  *work(): EnsembleWork<RenormalizedCouplings> {
    const n = this.#names.length;
    let bias = this.#setBias(this.#start);
    yield* this.ensemble.sweeps('burn-in', this.#plan.burnIn);
    this.#done = this.#plan.burnIn;
    const path = new Float64Array(this.#steps * n);
    if (this.#steps > 0) bias = this.#setBias(yield* this.#descend(path));
    const samples: VariationalMcrgSample[] = [];
    for (let k = NEWTON; k > 0; k--) {
      const sample = yield* this.#sample(Math.ceil(this.#sweeps / 2 ** k), 'Newton');
      samples.push({ sweeps: this.#done, ...distanceOf(sample) });
      bias = this.#setBias(newton(bias, sample));
    }
    for (let attempt = 1; ; attempt++) {
      const sample = yield* this.#sample(this.#sweeps, 'couplings');
      samples.push({ sweeps: this.#done, ...distanceOf(sample) });
      const value = newton(bias, sample);
      const { mean, meanCovariance, bins } = sample;
      const chiSquared = dot(mean, solveSymmetric(meanCovariance, mean).solution) * ((bins - n) / (n * (bins - 1)));
      const converged = chiSquared < 3 + 13 / Math.sqrt(n);
      if (!converged && attempt < ATTEMPTS) {
        bias = this.#setBias(value);
        continue;
      }
      const covariance = sandwich(sample);
      return {
        couplings: this.#estimates(value, covariance),
        covariance,
        bias,
        gradient: this.#estimates(mean, meanCovariance, this.#products),
        chiSquared,
        converged,
        path,
        samples,
        sweeps: this.#done,
      };
    }
  }

  /** The averaged stochastic gradient; returns the average of J. */
  *#descend(path: Float64Array): EnsembleWork<Float64Array> {
    const n = this.#names.length;
    const parameters = this.#start.slice();
    const restarts = [Math.floor(this.#steps / 10), Math.floor(this.#steps / 5)];
    let average = parameters.slice();
    let averaged = 0;
    const rows = Math.max(1, Math.floor(this.#stepSweeps / this.#interval));
    const interval = Math.ceil(this.#stepSweeps / rows);
    for (let step = 0; step < this.#steps; step++) {
      const totals = yield* this.ensemble.totals(rows, interval, (row) => this.#report('gradient', row * interval));
      this.#done += rows * interval;
      const { mean } = momentsOf(totals, n, rows, 1);
      for (let k = 0; k < n; k++) parameters[k] += (this.#rate * mean[k]) / this.#products[k];
      path.set(this.#setBias(parameters), step * n);
      if (restarts.includes(step)) {
        average = parameters.slice();
        averaged = 0;
      }
      averaged++;
      for (let k = 0; k < n; k++) average[k] += (parameters[k] - average[k]) / averaged;
    }
    return average;
  }

  *#sample(sweeps: number, stage: string): EnsembleWork<Sample> {
    const rows = Math.max(4 * BINS, Math.ceil(sweeps / this.#interval));
    const relaxation = Math.ceil(rows / 20);
    const n = this.#names.length;
    yield* this.ensemble.sweeps(stage, relaxation * this.#interval, (done) => this.#report(stage, done));
    this.#done += relaxation * this.#interval;
    const totals = yield* this.ensemble.totals(rows, this.#interval, (row) =>
      this.#report(stage, row * this.#interval),
    );
    this.#done += rows * this.#interval;
    return momentsOf(totals, n, rows, BINS);
  }

  /** Of all sweeps, those of a last sample that must be taken again left out. */
  #report(stage: string, since: number): Progress {
    const samples = this.#sweeps * (2 - 2 ** -NEWTON) * 1.05;
    const total = Math.ceil(this.#plan.burnIn + this.#steps * this.#stepSweeps + samples);
    return progress(stage, Math.min(this.#done + since, total), total, 'sweeps');
  }

  /** Sets the bias to these couplings as 32-bit floats, which it returns. */
  #setBias(parameters: Float64Array): Float64Array {
    const rounded = parameters.map(Math.fround);
    const wild = rounded.findIndex((value) => !(Math.abs(value) < 100));
    if (wild >= 0) {
      throw new Error(`the coupling of ${this.#names[wild]} diverges: a smaller rate or more sweeps may help`);
    }
    this.ensemble.setBias(rounded);
    return rounded;
  }

  #estimates(values: Float64Array, covariance: Float64Array, scale?: number[]): RenormalizedCoupling[] {
    const n = values.length;
    return this.#names.map((name, k) => {
      const by = scale?.[k] ?? 1;
      return { name, value: values[k] / by, error: Math.sqrt(covariance[k * n + k]) / by };
    });
  }
}

/**
 * Moments of totals, [rows, walkers, n]… of each machine [n, 16]: mean, covariance of one moment, and covariance of the
 * mean by `parts` parts in time of every walker.
 */
function momentsOf(totals: Int32Array, n: number, rows: number, parts: number): Sample {
  const machines = totals.length / (rows * n * WALKERS);
  const walkers = machines * WALKERS;
  const bins = parts * walkers;
  const sums = new Float64Array(bins * n);
  const sizes = new Float64Array(bins);
  const mean = new Float64Array(n);
  const squares = new Float64Array(n * n);
  const values = new Float64Array(n);
  for (let row = 0; row < rows; row++) {
    const part = Math.floor((row * parts) / rows);
    for (let walker = 0; walker < walkers; walker++) {
      const from = (row * machines + Math.floor(walker / WALKERS)) * n * WALKERS + (walker % WALKERS);
      const bin = part * walkers + walker;
      sizes[bin]++;
      for (let k = 0; k < n; k++) {
        values[k] = totals[from + k * WALKERS];
        mean[k] += values[k];
        sums[bin * n + k] += values[k];
      }
      for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) squares[i * n + j] += values[i] * values[j];
    }
  }
  const count = rows * walkers;
  for (let k = 0; k < n; k++) mean[k] /= count;
  const covariance = new Float64Array(n * n);
  const meanCovariance = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      covariance[i * n + j] = squares[i * n + j] / count - mean[i] * mean[j];
      let sum = 0;
      for (let bin = 0; bin < bins; bin++) {
        sum += (sums[bin * n + i] / sizes[bin] - mean[i]) * (sums[bin * n + j] / sizes[bin] - mean[j]);
      }
      meanCovariance[i * n + j] = sum / (bins * (bins - 1));
      covariance[j * n + i] = covariance[i * n + j];
      meanCovariance[j * n + i] = meanCovariance[i * n + j];
    }
  }
  return { mean, meanCovariance, covariance, bins, rows: count };
}

/** J + A⁻¹⟨S'⟩. */
function newton(bias: Float64Array, { mean, covariance }: Sample): Float64Array {
  const { solution } = solveSymmetric(covariance, mean);
  return bias.map((value, k) => value + solution[k]);
}

/** ½ gᵀA⁻¹g of a sample, and what noise adds to it. */
function distanceOf({ mean, meanCovariance, covariance, rows }: Sample) {
  const n = mean.length;
  const above = dot(mean, solveSymmetric(covariance, mean).solution) / 2;
  let noise = 0;
  for (let k = 0; k < n; k++) {
    // symmetric: a row is a column
    noise += solveSymmetric(covariance, meanCovariance.subarray(k * n, (k + 1) * n)).solution[k] / 2;
  }
  return { rows, above, noise };
}

/** A⁻¹ Σ A⁻¹, the covariance of A⁻¹⟨S'⟩. */
function sandwich({ covariance, meanCovariance }: Sample): Float64Array {
  const n = Math.round(Math.sqrt(covariance.length));
  const solved = (matrix: Float64Array): Float64Array => {
    const result = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      // matrices are symmetric: a row is a column
      result.set(solveSymmetric(covariance, matrix.subarray(i * n, (i + 1) * n)).solution, i * n);
    }
    return result;
  };
  const half = solved(meanCovariance);
  return solved(Float64Array.from({ length: n * n }, (_, at) => half[(at % n) * n + Math.floor(at / n)]));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, x, k) => sum + x * b[k], 0);
}
