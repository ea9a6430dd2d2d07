/** How fast walkers forget, with a bias and without one. */

import type { EnsembleWork } from '../../ising/chains/ensemble.js';
import { integratedAutocorrelation } from '../../stats/series.js';
import { integer, knownOptions, refuse } from '../../util/check.js';
import { type Estimate, sampleMean } from '../../util/estimate.js';
import { progress } from '../../util/work.js';
import type { LatticeOperator } from '../operators/latticeOperator.js';
import {
  basesOf,
  type EnsemblePlan,
  ensemblePlan,
  VMCRG_OPTIONS,
  VMCRG_WORK_OPTIONS,
  type VmcrgOptions,
  type VmcrgWorkOptions,
} from './biasedEnsemble.js';
import { WALKERS } from './biasedWalkers.js';
import { type Bias, biasedBy } from './fixedBias.js';

/** Options of `vmcrgAutocorrelation`. */
export interface VmcrgAutocorrelationOptions extends VmcrgOptions {
  /** Default: none, the canonical ensemble of H. */
  bias?: Bias;
  /** What is watched, on both lattices. */
  operators: readonly LatticeOperator[];
  /** Sweeps per walker; default 5000. At least 50 autocorrelation times are needed. */
  sweeps?: number;
  /** Sweeps between two measurements; default 1. */
  interval?: number;
}

/** The autocorrelation time of an operator. */
export interface OperatorAutocorrelation {
  name: string;
  /** Of block spins or of fine spins. */
  spins: 'coarse' | 'fine';
  /** τ_int in sweeps (½ = uncorrelated), the mean of all walkers, with its error by their spread. */
  tau: Estimate<number>;
  /** ⟨S⟩ per product; error likewise. */
  mean: Estimate<number>;
}

/** Least number of τ, of the mean of all walkers, in a series. */
const MIN_LENGTH_IN_TAU = 50;

const VMCRG_AUTOCORRELATION_OPTIONS = [...VMCRG_OPTIONS, 'bias', 'operators', 'sweeps', 'interval'] as const;

/**
 * Integrated autocorrelation times of operators of block spins and of fine spins under single-spin updates with a bias,
 * or without one: there they grow as L^2.17 at a critical point, and with the bias of `variationalMcrg` hardly at all.
 * With an `interval` above 1 faster correlations are not seen: τ is at least interval/2.
 * @throws TypeError or RangeError for an option of a wrong kind or value, and for a series that is too short for its τ
 * @example
 * const lattice = square(12);
 * const operators = standardOperators('square', 'even').slice(0, 3);
 * const hamiltonian = isingHamiltonian({ lattice, coupling: 0.44 });
 * const options = { lattice, hamiltonian, rule: majorityRule({ factor: 3 }), sweeps: 1000 };
 * const { bias } = variationalMcrg({ ...options, operators });
 * vmcrgAutocorrelation({ ...options, operators, bias: { operators, parameters: bias } })[0].tau.value; // a few sweeps
 */
export function vmcrgAutocorrelation(options: VmcrgAutocorrelationOptions): OperatorAutocorrelation[] {
  knownOptions('vmcrgAutocorrelation', options, VMCRG_AUTOCORRELATION_OPTIONS);
  const { ensemble, work } = plan(options, undefined);
  return ensemble.finish(work());
}

/**
 * `vmcrgAutocorrelation` with pauses, on threads: stops at the signal, reports progress. The same result.
 * @throws TypeError or RangeError as `vmcrgAutocorrelation`; the signal's reason; Error if threads that were asked for
 *   cannot be started
 */
export async function vmcrgAutocorrelationAsync(
  options: VmcrgAutocorrelationOptions & VmcrgWorkOptions,
): Promise<OperatorAutocorrelation[]> {
  knownOptions('vmcrgAutocorrelationAsync', options, [...VMCRG_AUTOCORRELATION_OPTIONS, ...VMCRG_WORK_OPTIONS]);
  const { ensemble, work } = plan(options, options);
  return ensemble.finishWithPauses(work(), options);
}

function plan(options: VmcrgAutocorrelationOptions, threads: { threads?: number } | undefined) {
  const own: EnsemblePlan = ensemblePlan(options, options.bias === undefined ? 5000 : 200);
  const { coarse, fine } = basesOf('operators', options.operators, own.geometry);
  const sweeps = integer('sweeps', options.sweeps ?? 5000, 20);
  const interval = integer('interval', options.interval ?? 1, 1, Math.floor(sweeps / 20));
  const rows = Math.floor(sweeps / interval);
  const measured = [{ coarse: coarse.operators, fine: fine.operators }];
  const { ensemble } = biasedBy('bias', options.bias, own, { measured }, threads);

  function* work(): EnsembleWork<OperatorAutocorrelation[]> {
    yield* ensemble.sweeps('burn-in', own.burnIn);
    const report = (done: number) => progress('measure', done * interval, rows * interval, 'sweeps');
    const totals = yield* ensemble.totals(rows, interval, report);
    const all = [...coarse.operators, ...fine.operators];
    return all.map(({ name, order, sites }, k) => {
      const times: number[] = [];
      const means: number[] = [];
      for (let machine = 0; machine < own.machines; machine++) {
        for (let walker = 0; walker < WALKERS; walker++) {
          const series = Float64Array.from(
            { length: rows },
            (_, row) => totals[((row * own.machines + machine) * all.length + k) * WALKERS + walker],
          );
          const { tau, mean } = integratedAutocorrelation(series, { allowShort: true });
          times.push(interval * tau);
          means.push((mean * order) / sites.length);
        }
      }
      const [tau, mean] = [sampleMean(times), sampleMean(means)];
      if (!(sweeps >= MIN_LENGTH_IN_TAU * tau.mean)) {
        refuse(
          'sweeps',
          `at least ${MIN_LENGTH_IN_TAU} τ of ${name}, which is about ${tau.mean.toPrecision(2)}`,
          sweeps,
        );
      }
      return {
        name,
        spins: k < coarse.operators.length ? 'coarse' : 'fine',
        tau: { value: tau.mean, error: tau.error },
        mean: { value: mean.mean, error: mean.error },
      } as const;
    });
  }
  return { ensemble, work };
}
