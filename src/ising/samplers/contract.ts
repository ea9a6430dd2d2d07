/** What every sampler can do. */

import { refuse } from '../../util/check.js';
import type { Seed } from '../../util/random.js';
import type { WorkOptions } from '../../util/work.js';
import type { ChainSnapshot, Schedule } from '../chains/chain.js';
import type { SamplingReport } from '../data/samplingReport.js';
import type { SpinData } from '../data/spinData.js';

/**
 * Anything that draws configurations, each call going on from the one before: `Ising`, `Clusters`, `SingleSpin`, `CouplingFromThePast`, `IsingReplicas`,
 * `MultiSpin`, what `samplerFor` gives, and `Tempering`, whose `sample` gives one set per scale.
 */
export interface Sampler<Rows = SpinData> {
  readonly seed: Seed;
  /** What is sampled and how, seed, version and kernels: two samplers of one identity give the same samples. */
  readonly identity: string;
  /** Unit of the energies that `measure` gives. */
  readonly energyUnit: SamplingReport['energyUnit'];
  /** `count` independent configurations, at one go: the first call begins with burn-in and pilot run. */
  sample(count: number): Rows;
  /** The same, with progress, pauses for the event loop, and a signal that stops it: the sampler is then as it was before the call. */
  sampleAsync(count: number, options?: WorkOptions): Promise<Rows>;
  /**
   * Moves every chain on by `updates`, default 1, without burn-in or pilot run: for relaxation, and for measurements at intervals of your own. An update is a
   * sweep of single spins, a Wolff cluster, all clusters (Swendsen-Wang), or a round (tempering); coupling from the past leaves out so many samples.
   */
  advance(updates?: number): void;
  /** Energy and magnetisation per site of the present configurations. */
  measure(): Moment;
  /** The present configurations, one row per chain. */
  configurations(): SpinData;
  /** All that a sampler made with the same options needs to go on from here, in fresh memory. */
  state(): SamplerState;
  /**
   * Goes on where another sampler of the same options was when its `state()` was taken: the next samples are the same, bit for bit.
   * @throws TypeError or RangeError if the state is none, or that of a sampler with other options, version or kernels
   */
  restore(state: SamplerState): this;
}

/** One moment of all chains of a sampler. */
export interface Moment {
  /** Energy per site, [chains], in the sampler's `energyUnit`. */
  energies: Float64Array;
  /** (1/N) Σ s, [chains]. */
  magnetisations: Float64Array;
}

/** All that a sampler needs to go on where it was: a plain object, which structured cloning and `encodeSamplerState` take. */
export interface SamplerState {
  /** What it samples and how; only a sampler made with the same options takes it. */
  identity: string;
  /** What the pilot run found, null before it. */
  schedule: Schedule | null;
  /** Rows given away. */
  given: number;
  chains: ChainSnapshot[];
  /** Whatever is to be kept with it, as JSON can; `restore` does not look at it. */
  notes?: Record<string, unknown>;
}

/** @throws TypeError or RangeError if it is not the state of so many chains of a sampler with this identity */
export function checkIdentity(state: SamplerState, identity: string, chains: number): void {
  if (state === null || typeof state !== 'object' || !Array.isArray(state.chains)) {
    refuse('state', 'a state() of this sampler', state, 'type');
  }
  if (state.identity !== identity) refuse('state', `the state of ${identity}`, state.identity);
  if (state.chains.length !== chains) refuse('state.chains', `${chains} snapshots`, state.chains.length);
}
