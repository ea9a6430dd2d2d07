/**
 * Exact samples: each is drawn from e^{-H}/Z itself, independent of all others, without burn-in and with nothing to estimate about it (Propp & Wilson 1996). A
 * sample is what the chain that began in the infinite past holds today; it is found by beginning earlier and earlier until where it began no longer matters.
 *
 *   randomCluster  bonds of the Fortuin-Kasteleyn model, then a spin for each cluster. At all temperatures; fields of one sign
 *   heatBath       single spins. Any fields; below the critical temperature, without one, the time grows exponentially with the size
 *
 * Both need pair interactions without frustration: ferromagnets, and what is one in other words, such as an antiferromagnet on two sublattices.
 *
 * How long a sample takes depends on the sample. Whoever stops at a limit and keeps what is there, keeps the quick ones, which are not typical: so a call that
 * meets the limit `longest` fails as a whole. A call that failed or was stopped takes up no samples: the same ones come next.
 */

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

export interface CouplingFromThePastOptions {
  hamiltonian: Hamiltonian;
  /** What is moved. Default randomCluster where it takes the Hamiltonian, else heatBath. */
  method?: 'heatBath' | 'randomCluster';
  seed?: Seed;
  /** Most sweeps to go back in time; a power of 2 is what counts. Default 2^16. */
  longest?: number;
}

const MAX_PAST = 2 ** 16;

export class CouplingFromThePast implements Sampler {
  readonly energyUnit = 'kT';
  readonly hamiltonian: Hamiltonian;
  readonly method: 'heatBath' | 'randomCluster';
  readonly seed: Seed;
  readonly #chain: PastChain;
  readonly #ensemble: Ensemble;
  #busy = false;

  /**
   * @throws TypeError or RangeError for an option out of range; RangeError for an interaction of three spins or more, for frustrated pairs, and for method
   *   randomCluster also for fields that pull against the pairs or against each other
   */
  constructor(options: CouplingFromThePastOptions) {
    knownOptions('CouplingFromThePast', options, ['hamiltonian', 'method', 'seed', 'longest']);
    this.hamiltonian = checkHamiltonian(options.hamiltonian);
    this.seed = checkSeed('seed', options.seed ?? 1);
    const longest = integer('longest', options.longest ?? MAX_PAST, 1, 2 ** 40);
    const { method, gauge } = updatesFromThePast(this.hamiltonian, options.method);
    this.method = method;
    const make = this.method === 'heatBath' ? coupledHeatBath : coupledRandomCluster;
    const { sites, couplings, even } = this.hamiltonian;
    this.#chain = new PastChain(sites, couplings.length, even, make(this.hamiltonian, gauge), this.seed, longest);
    this.#ensemble = new Ensemble([this.#chain]);
  }

  /**
   * `count` independent configurations. A second call goes on from the first; sample number n depends on the seed and n alone.
   * @throws Error if one does not coalesce within `longest` sweeps; the whole call then fails (see above)
   */
  sample(count: number): SpinData {
    return this.#ensemble.finish(this.#sampling(integer('count', count)));
  }

  /** As `sample`, with progress, pauses for the event loop, and a signal that stops it. One call at a time. */
  async sampleAsync(count: number, options: WorkOptions = {}): Promise<SpinData> {
    knownOptions('CouplingFromThePast.sampleAsync', options, WORK_OPTIONS);
    return this.#ensemble.finishWithPauses(
      this.#sampling(integer('count', count)),
      { count: 1, asked: false },
      options,
    );
  }

  /** Leaves out the next `samples` samples: number n depends on the seed and n alone. */
  advance(samples = 1): void {
    runWork(this.#chain.machine, this.#chain.advance(integer('samples', samples)));
  }

  /** Energy per site in units of kT and magnetisation per site of the last sample. @throws Error if there is none yet */
  measure(): Moment {
    const { bondSums, spinSums } = this.#chain.present();
    const { sites } = this.hamiltonian;
    return {
      energies: Float64Array.of((0 - bondSums[0]) / sites),
      magnetisations: Float64Array.of(spinSums[0] / sites),
    };
  }

  /** The last sample, one row. @throws Error if there is none yet */
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

  /** What is sampled and how, seed, version and kernels: two samplers of one identity give the same samples. */
  get identity(): string {
    const { hamiltonian, method, seed } = this;
    const { parameters } = hamiltonian;
    return JSON.stringify({ source: 'blockspin CouplingFromThePast', seed, method, parameters, version, wasm: sha256 });
  }

  /** The number of the next sample: all that another sampler of the same options needs to go on from here. */
  state(): SamplerState {
    return { identity: this.identity, schedule: null, given: this.#chain.next, chains: [this.#chain.snapshot()] };
  }

  /** Goes on where another sampler of the same options was. @throws TypeError or RangeError if the state is none of such a sampler */
  restore(state: SamplerState): this {
    checkIdentity(state, this.identity, 1);
    this.#chain.restore(state.chains[0]);
    return this;
  }

  *#sampling(count: number): EnsembleWork<SpinData> {
    if (this.#busy) throw new Error('sampling is under way: wait for the call before');
    this.#busy = true;
    try {
      const { bytes, energies, magnetisations } = yield* this.#ensemble.collect(1, count);
      const { depths, symmetric } = this.#chain;
      // chains of one row each: means then have the plain error of independent values
      const independence = independenceOf(energies, magnetisations, { chains: count, symmetric });
      return this.#data(count, bytes, {
        method: 'couplingFromThePast',
        updates: this.method,
        energyUnit: 'kT',
        interval: 1,
        ...independence,
        chains: 1,
        // one sample is two τ of ½
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
 * The updates that couple for a Hamiltonian, and the choice of up and down that makes it ferromagnetic.
 * @throws RangeError where there are none
 */
export function updatesFromThePast(hamiltonian: Hamiltonian, asked?: CouplingFromThePastOptions['method']) {
  const clusters = ferromagneticGauge(hamiltonian, { fields: true });
  const fitting = typeof clusters === 'string' ? 'heatBath' : 'randomCluster';
  const method = oneOf('method', asked ?? fitting, ['heatBath', 'randomCluster']);
  const gauge = method === 'heatBath' ? ferromagneticGauge(hamiltonian, { fields: false }) : clusters;
  if (typeof gauge === 'string') {
    const fields = method === 'heatBath' ? '' : ', fields with them';
    refuse('hamiltonian', `pairs that some choice of up and down makes ferromagnetic${fields}`, gauge);
  }
  return { method, gauge };
}
