/** Exact samples by coupling from the past. */

import { integer, knownOptions, oneOf, refuse } from '../../util/check.js';
import { checkSeed, type Seed } from '../../util/random.js';
import type { WorkOptions } from '../../util/work.js';
import { WORK_OPTIONS } from '../../util/work.js';
import { sha256, version } from '../../wasm/binary.js';
import { runWork } from '../chains/chain.js';
import { coupledHeatBath, coupledRandomCluster } from '../chains/coupledUpdates.js';
import { Ensemble, type EnsembleWork } from '../chains/ensemble.js';
import { independenceOf } from '../chains/independence.js';
import { PastChain } from '../chains/pastChain.js';
import type { SamplingReport } from '../data/samplingReport.js';
import { planeOf, SpinData } from '../data/spinData.js';
import { ferromagneticGauge } from '../models/gauge.js';
import { checkHamiltonian, type Hamiltonian } from '../models/hamiltonian.js';
import { checkIdentity, type Moment, type Sampler, type SamplerState } from './contract.js';

/** Options of `CouplingFromThePast`. */
export interface CouplingFromThePastOptions {
  hamiltonian: Hamiltonian;
  /** The updates. Default randomCluster if it is applicable to the Hamiltonian, otherwise heatBath. */
  method?: 'heatBath' | 'randomCluster';
  /** Seed of all random numbers. Default 1. */
  seed?: Seed;
  /** Max number of sweeps back in time, rounded down to a power of 2. Default 2^16. */
  longest?: number;
}

const MAX_PAST = 2 ** 16;

/**
 * Exact samples: each has the distribution e^{-H}/Z itself, independent of all others, without burn-in or estimated
 * intervals (Propp & Wilson 1996). A sample is the state at time 0 of a chain that started in the infinite past; it is
 * found by starting earlier and earlier until the result no longer depends on the initial state.
 *
 *   randomCluster  bonds of the Fortuin-Kasteleyn model, a spin for each cluster. All temperatures; fields of one sign
 *   heatBath       single spins. Any fields; below the critical temperature and without a field the time grows
 *                  exponentially with the size
 *
 * Both need pair interactions without frustration: ferromagnets, and models that are ferromagnetic in some gauge, such
 * as an antiferromagnet on two sublattices.
 *
 * The time that a sample takes depends on the sample. Stopping at a limit and keeping the finished samples would favour
 * fast ones, which are not typical: so a call that reaches the limit `longest` fails as a whole. A call that failed or
 * was stopped uses no samples: the next call returns the same ones.
 * @example
 * const hamiltonian = isingHamiltonian({ lattice: square(4), coupling: 0.3 });
 * new CouplingFromThePast({ hamiltonian }).sample(10).count; // 10
 */
export class CouplingFromThePast implements Sampler {
  readonly energyUnit = 'kT';
  readonly hamiltonian: Hamiltonian;
  readonly method: 'heatBath' | 'randomCluster';
  readonly seed: Seed;
  readonly #chain: PastChain;
  readonly #ensemble: Ensemble;
  #busy = false;

  /**
   * @throws TypeError or RangeError for an option out of range; RangeError for an interaction of three spins or more,
   *   for frustrated pairs, and for method randomCluster also for fields that are frustrated with the pairs or with
   *   each other
   */
  constructor(options: CouplingFromThePastOptions) {
    knownOptions('CouplingFromThePast', options, ['hamiltonian', 'method', 'seed', 'longest']);
    this.hamiltonian = checkHamiltonian(options.hamiltonian);
    this.seed = checkSeed('seed', options.seed ?? 1);
    const longest = integer('longest', options.longest ?? MAX_PAST, 1, 2 ** 40);
    const { method, gauge } = updatesFromThePast(this.hamiltonian, options.method);
    this.method = method;
    const make = this.method === 'heatBath' ? coupledHeatBath : coupledRandomCluster;
    const { sites, even } = this.hamiltonian;
    this.#chain = new PastChain(sites, even, make(this.hamiltonian, gauge), this.seed, longest);
    this.#ensemble = new Ensemble([this.#chain]);
  }

  /**
   * `count` independent configurations. A later call continues from the earlier one; sample number n depends on the
   * seed and n only.
   * @throws TypeError or RangeError if `count` is not a positive integer; Error if a sample does not coalesce within
   *   `longest` sweeps (the whole call then fails), or while another call is at work
   */
  sample(count: number): SpinData {
    return this.#ensemble.finish(this.#sampling(integer('count', count)));
  }

  /**
   * As `sample`, with progress, pauses for the event loop, and a signal that stops it. One call at a time.
   * @throws TypeError, RangeError or Error as `sample`; the reason of the signal if it stops
   */
  async sampleAsync(count: number, options: WorkOptions = {}): Promise<SpinData> {
    knownOptions('CouplingFromThePast.sampleAsync', options, WORK_OPTIONS);
    return this.#ensemble.finishWithPauses(
      this.#sampling(integer('count', count)),
      { count: 1, asked: false },
      options,
    );
  }

  /**
   * Skips the next `samples` samples: number n depends on the seed and n only.
   * @throws TypeError or RangeError if `samples` is not a positive integer
   */
  advance(samples = 1): void {
    runWork(this.#chain.machine, this.#chain.advance(integer('samples', samples)));
  }

  /** Energy per site in units of kT and magnetisation per site of the last sample. @throws Error if there is none */
  measure(): Moment {
    const { bondSums, spinSums } = this.#chain.present();
    const { sites } = this.hamiltonian;
    return {
      energies: Float64Array.of((0 - bondSums[0]) / sites),
      magnetisations: Float64Array.of(spinSums[0] / sites),
    };
  }

  /** The last sample, one row. @throws Error if there is none */
  configurations(): SpinData {
    return this.#data(1, this.#chain.present().bits);
  }

  #data(count: number, bytes: Uint8Array, sampling?: SamplingReport): SpinData {
    const { hamiltonian, method, seed } = this;
    return new SpinData(count, planeOf(hamiltonian.shape), bytes, {
      source: 'blockspin CouplingFromThePast',
      parameters: { ...hamiltonian.parameters, method },
      seed,
      version,
      wasm: sha256,
      ...(sampling && { sampling }),
    });
  }

  /** Model, method, seed, version and kernels as text: two samplers with the same identity give the same samples. */
  get identity(): string {
    const { hamiltonian, method, seed } = this;
    const { parameters } = hamiltonian;
    return JSON.stringify({ source: 'blockspin CouplingFromThePast', seed, method, parameters, version, wasm: sha256 });
  }

  /**
   * The number of the next sample, which is all that another sampler with the same options needs to continue from here.
   */
  state(): SamplerState {
    return { identity: this.identity, schedule: null, given: this.#chain.next, chains: [this.#chain.snapshot()] };
  }

  /**
   * Continues from the state of another sampler with the same options.
   * @throws TypeError or RangeError if it is not the state of such a sampler
   */
  restore(state: SamplerState): this {
    checkIdentity(state, this.identity, 1);
    this.#chain.restore(state.chains[0]);
    return this;
  }

  *#sampling(count: number): EnsembleWork<SpinData> {
    if (this.#busy) throw new Error('sampling is in progress: await the earlier call');
    this.#busy = true;
    try {
      const { bytes, energies, magnetisations } = yield* this.#ensemble.collect(1, count);
      const { depths, symmetric } = this.#chain;
      // chains of one row each: errors of means are then those of independent values
      const independence = independenceOf(energies, magnetisations, { chains: count, symmetric });
      return this.#data(count, bytes, {
        method: 'couplingFromThePast',
        updates: this.method,
        energyUnit: 'kT',
        interval: 1,
        ...independence,
        chains: 1,
        // the distance of one sample is two τ of ½
        independence: 2,
        tauEnergy: 0.5,
        tauMagnetisation: 0.5,
        effectiveSamples: count,
        past: {
          mean: depths.reduce((sum, depth) => sum + depth, 0) / count,
          longest: depths.reduce((a, b) => Math.max(a, b)),
        },
      });
    } finally {
      this.#busy = false;
    }
  }
}

/**
 * The method for a Hamiltonian, and a gauge in which it is ferromagnetic.
 * @throws RangeError if none exists
 */
export function updatesFromThePast(hamiltonian: Hamiltonian, asked?: CouplingFromThePastOptions['method']) {
  const clusters = ferromagneticGauge(hamiltonian, { fields: true });
  const fitting = typeof clusters === 'string' ? 'heatBath' : 'randomCluster';
  const method = oneOf('method', asked ?? fitting, ['heatBath', 'randomCluster']);
  const gauge = method === 'heatBath' ? ferromagneticGauge(hamiltonian, { fields: false }) : clusters;
  if (typeof gauge === 'string') {
    const fields = method === 'heatBath' ? '' : ', fields included';
    refuse('hamiltonian', `pairs that are ferromagnetic in some gauge${fields}`, gauge);
  }
  return { method, gauge };
}
