/** The contract of all samplers. */

import { refuse } from '../../util/check.js';
import type { Seed } from '../../util/random.js';
import type { WorkOptions } from '../../util/work.js';
import type { ChainSnapshot, Schedule } from '../chains/chain.js';
import type { SamplingReport } from '../data/samplingReport.js';
import type { SpinData } from '../data/spinData.js';

/**
 * A sampler of configurations; each call continues from the earlier one. Implemented by `Ising`, `Clusters`,
 * `SingleSpin`, `CouplingFromThePast`, `IsingReplicas`, `MultiSpin`, the result of `samplerFor`, and by `Tempering`,
 * whose `sample` returns one set per scale.
 */
export interface Sampler<Rows = SpinData> {
  readonly seed: Seed;
  /**
   * Model, method, options, seed, version and kernels as text: two samplers with the same identity give the same
   * samples.
   */
  readonly identity: string;
  /** Unit of the energies of `measure`. */
  readonly energyUnit: SamplingReport['energyUnit'];
  /** `count` independent configurations, synchronously; the first call begins with burn-in and pilot run. */
  sample(count: number): Rows;
  /**
   * The same, with progress, pauses for the event loop, and a signal that stops it; the sampler then returns to its
   * state before the call.
   */
  sampleAsync(count: number, options?: WorkOptions): Promise<Rows>;
  /**
   * Moves every chain forward by `updates`, default 1, without burn-in or pilot run: for relaxation, and for
   * measurements at chosen intervals. An update is a sweep of single spins, a Wolff cluster, all clusters
   * (Swendsen-Wang), or a round (tempering); coupling from the past skips that number of samples.
   */
  advance(updates?: number): void;
  /** Energy and magnetisation per site of the current configurations. */
  measure(): Moment;
  /** The current configurations, one row per chain. */
  configurations(): SpinData;
  /** All that a sampler with the same options needs to continue from here, copied. */
  state(): SamplerState;
  /**
   * Continues from the `state()` of another sampler with the same options: the next samples are the same, bit for bit.
   * @throws TypeError or RangeError if it is not a state, or that of a sampler with other options, version or kernels
   */
  restore(state: SamplerState): this;
}

/** One measurement of all chains of a sampler. */
export interface Moment {
  /** Energy per site, [chains], in the sampler's `energyUnit`. */
  energies: Float64Array;
  /** (1/N) Σ s, [chains]. */
  magnetisations: Float64Array;
}

/** All that a sampler needs to continue: a plain object, for structured cloning and `encodeSamplerState`. */
export interface SamplerState {
  /** Identity of the sampler; only a sampler with the same identity accepts the state. */
  identity: string;
  /** Result of the pilot run; null before it. */
  schedule: Schedule | null;
  /** Number of rows sampled so far. */
  given: number;
  chains: ChainSnapshot[];
  /** Further values to keep with the state, as in JSON; `restore` ignores them. */
  notes?: Record<string, unknown>;
}

/** @throws TypeError or RangeError if it is not the state of a sampler with this identity and number of chains */
export function checkIdentity(state: SamplerState, identity: string, chains: number): void {
  if (state === null || typeof state !== 'object' || !Array.isArray(state.chains)) {
    refuse('state', 'a state() of this sampler', state, 'type');
  }
  if (state.identity !== identity) refuse('state', `the state of ${identity}`, state.identity);
  if (state.chains.length !== chains) refuse('state.chains', `${chains} snapshots`, state.chains.length);
}
