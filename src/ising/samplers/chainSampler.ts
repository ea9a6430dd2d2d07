/**
 * The base class of all samplers of Markov chains: burn-in and pilot run before the first sample, samples at the
 * interval that the pilot run found, on one thread or several, and states from which sampling continues.
 */

import { integer, knownOptions, refuse } from '../../util/check.js';
import { checkSeed, type Seed } from '../../util/random.js';
import type { Progress, WorkOptions } from '../../util/work.js';
import { WORK_OPTIONS } from '../../util/work.js';
import { sha256, version } from '../../wasm/binary.js';
import { defaultThreads, threadsAvailable } from '../../wasm/threads.js';
import type { ChainWork, Schedule, Slice, SpinChain } from '../chains/chain.js';
import { type Collected, Ensemble, type EnsembleWork, inParallel } from '../chains/ensemble.js';
import { independenceOf } from '../chains/independence.js';
import { checkIndependence, checkInterval } from '../chains/pilot.js';
import type { SamplingReport } from '../data/samplingReport.js';
import { type Provenance, SpinData } from '../data/spinData.js';
import { checkIdentity, type Moment, type Sampler, type SamplerState } from './contract.js';

/** Max chains: each group of chains has a memory of at least 64 KiB. */
const MAX_CHAINS = 2 ** 14;

/** Options of all samplers of Markov chains. */
export interface ChainOptions {
  /**
   * Seed of all random numbers. Default 1. Alike models with one seed move alike: at neighbouring couplings their samples
   * are correlated, which errors of differences and of histograms put together do not know. So each has a seed of its own,
   * such as `one seed, ${coupling}`.
   */
  seed?: Seed;
  /**
   * Distance of two samples of a chain in units of the integrated autocorrelation time (½ = uncorrelated), up to 1e6.
   * Default 5.
   */
  independence?: number;
  /**
   * Number of independent chains, each with its own burn-in. Samples are taken from the chains in turn, so another
   * number gives other data of the same distribution. Default 1, or the number that the method updates together.
   */
  chains?: number;
  /**
   * Threads for `sampleAsync`, at most one per chain (or group of chains that are updated together); the samples do not
   * depend on it. Default: the number of cores, or 1 where threads cannot be started; a given number above 1 is an
   * error there.
   */
  threads?: number;
}

/** The method of a subclass, and its provenance. */
export interface SamplerPlan {
  /** Creates chain number `index` (or group of chains); shared: in a memory that threads can share. */
  chain(index: number, shared: boolean): SpinChain;
  /** Number of chains in a group. */
  groupSize: number;
  source: string;
  shape: readonly [number, number];
  parameters: Record<string, unknown>;
  method: SamplingReport['method'];
  /** Unit of the energies that its chains measure. */
  energyUnit: SamplingReport['energyUnit'];
  /** Further entries of the sampling report. */
  report?: Partial<SamplingReport>;
}

/**
 * The options of chains that move in groups of `groupSize`, with their defaults.
 * @throws TypeError or RangeError for an option of a wrong kind or value
 */
export function checkChainOptions(
  options: ChainOptions,
  { groupSize, method }: Pick<SamplerPlan, 'groupSize' | 'method'>,
): Required<ChainOptions> {
  const seed = checkSeed('seed', options.seed ?? 1);
  const independence = checkIndependence(options.independence ?? 5);
  const chains = integer('chains', options.chains ?? groupSize, groupSize, MAX_CHAINS);
  if (chains % groupSize) refuse('chains', `multiple of ${groupSize} (the chains per group of "${method}")`, chains);
  return { seed, independence, chains, threads: integer('threads', options.threads ?? defaultThreads(), 1, 64) };
}

/** A sampler of Markov chains: a `Sampler` with burn-in, pilot run, report and state. */
export abstract class ChainSampler implements Sampler {
  readonly seed: Seed;
  /** Number of independent chains. */
  readonly chains: number;
  readonly #threads: { count: number; asked: boolean };
  readonly #independence: number;
  readonly #ensemble: Ensemble;
  readonly #plan: SamplerPlan;
  #schedule: Schedule | null = null;

  /** @throws TypeError or RangeError for an option of a wrong kind or value */
  protected constructor(options: ChainOptions, plan: SamplerPlan) {
    const { seed, independence, chains, threads } = checkChainOptions(options, plan);
    this.seed = seed;
    this.#independence = independence;
    this.chains = chains;
    const groups = chains / plan.groupSize;
    const asked = options.threads !== undefined;
    this.#threads = { count: threadsAvailable() ? Math.min(threads, groups) : 1, asked };
    this.#plan = plan;
    this.#ensemble = new Ensemble(Array.from({ length: groups }, (_, k) => plan.chain(k, this.#threads.count > 1)));
  }

  /**
   * `count` configurations, synchronously. A later call continues from the earlier one.
   * @throws TypeError or RangeError if `count` is not a positive integer, or needs too much memory; Error if the pilot
   *   run finds the chain frozen or too slow
   */
  sample(count: number): SpinData {
    return this.finish(this.#sampling(integer('count', count)));
  }

  /**
   * As `sample`, with progress, pauses for the event loop, threads, and a signal that stops it; the sampler then
   * returns to its state before the call.
   * @throws TypeError, RangeError or Error as `sample`; the reason of the signal if it stops; Error if threads that
   *   were asked for cannot be started
   */
  async sampleAsync(count: number, options: WorkOptions = {}): Promise<SpinData> {
    knownOptions('ChainSampler.sampleAsync', options, WORK_OPTIONS);
    return this.finishWithPauses(this.#sampling(integer('count', count)), options);
  }

  /**
   * Moves every chain forward by `updates`, without burn-in or pilot run.
   * @throws TypeError or RangeError if `updates` is not a positive integer
   */
  advance(updates = 1): void {
    const count = integer('updates', updates);
    const works = this.#ensemble.members.map((chain) => chain.advance(count));
    this.finish(inParallel(works, (report) => report));
  }

  /** Energy and magnetisation per site of the current configuration of each chain. */
  measure(): Moment {
    const energies = new Float64Array(this.chains);
    const magnetisations = new Float64Array(this.chains);
    this.#eachChain(({ bondSums, spinSums }, sites, first) => {
      bondSums.forEach((sum, k) => {
        energies[first + k] = (0 - sum) / sites;
        magnetisations[first + k] = spinSums[k] / sites;
      });
    });
    return { energies, magnetisations };
  }

  /**
   * The current configurations, one row per chain.
   * @throws RangeError if memory for them cannot be allocated
   */
  configurations(): SpinData {
    const [rows, columns] = this.#plan.shape;
    const stride = Math.ceil((rows * columns) / 8);
    const bytes = new Uint8Array(this.chains * stride);
    this.#eachChain(({ bits }, _, first) => bytes.set(bits, first * stride));
    return this.data(this.chains, bytes);
  }

  #eachChain(take: (present: Slice, sites: number, first: number) => void): void {
    this.#ensemble.members.forEach((chain, k) => {
      take(chain.present(), chain.sites, k * chain.chains);
    });
  }

  /** Unit of the energies of `measure`. */
  get energyUnit(): SamplingReport['energyUnit'] {
    return this.#plan.energyUnit;
  }

  /**
   * Model, method, options, seed, version and kernels as text: two samplers with the same identity give the same
   * samples.
   */
  get identity(): string {
    const { source, parameters, method, report } = this.#plan;
    const { seed, chains } = this;
    const options = { seed, chains, independence: this.#independence };
    return JSON.stringify({ source, ...options, method, ...report, parameters, version, wasm: sha256 });
  }

  /** All that a sampler with the same options needs to continue from here, copied. */
  state(): SamplerState {
    return {
      identity: this.identity,
      schedule: this.#schedule && { ...this.#schedule },
      given: this.#ensemble.given,
      chains: this.#ensemble.members.map((chain) => chain.snapshot()),
    };
  }

  /**
   * Continues from the `state()` of another sampler with the same options: the next samples are the same, bit for bit.
   * @throws TypeError or RangeError if it is not a state, or that of a sampler with other options, version or kernels
   */
  restore(state: SamplerState): this {
    checkIdentity(state, this.identity, this.#ensemble.members.length);
    const given = integer('state.given', state.given, 0);
    const { schedule } = state;
    if (schedule !== null) {
      const { longestStep } = this.#ensemble.members[0];
      checkInterval('state.schedule.interval', schedule?.interval, this.#independence, longestStep);
    }
    this.#ensemble.members.forEach((chain, k) => {
      chain.restore(state.chains[k]);
    });
    this.#ensemble.given = given;
    this.#schedule = schedule && { ...schedule };
    return this;
  }

  /** Does work on this thread, synchronously. */
  protected finish<T>(work: EnsembleWork<T>): T {
    return this.#ensemble.finish(work);
  }

  /** Does work with pauses, on threads; if it fails or is stopped, the sampler returns to its earlier state. */
  protected async finishWithPauses<T>(work: EnsembleWork<T>, options: WorkOptions): Promise<T> {
    const before = this.state();
    try {
      return await this.#ensemble.finishWithPauses(work, this.#threads, options);
    } catch (error) {
      this.restore(before);
      throw error;
    }
  }

  /** Burn-in and pilot run, unless already done. */
  protected *calibrated(): EnsembleWork<Schedule> {
    this.#schedule ??= yield* this.#ensemble.calibrate(this.#independence);
    return this.#schedule;
  }

  /** The same work for each chain, side by side. */
  protected withEach(work: (chain: SpinChain) => ChainWork<Progress, unknown>): EnsembleWork<unknown> {
    return inParallel(this.#ensemble.members.map(work), (report) => report);
  }

  /** Work of the first chain only. */
  protected withFirst<Report extends object, T>(
    work: ChainWork<Report, T>,
    onReport: (report: Report) => Progress,
  ): EnsembleWork<T[]> {
    return inParallel([work], onReport);
  }

  /** Data with this sampler's provenance. */
  protected data(count: number, bytes: Uint8Array, sampling?: SamplingReport): SpinData {
    const { source, shape, parameters } = this.#plan;
    const provenance: Provenance = { source, parameters, seed: this.seed, version, wasm: sha256 };
    return new SpinData(count, shape, bytes, sampling ? { ...provenance, sampling } : provenance);
  }

  *#sampling(count: number): EnsembleWork<SpinData> {
    const schedule = yield* this.calibrated();
    const collected = yield* this.#ensemble.collect(schedule.interval, count);
    return this.data(count, collected.bytes, this.#report(schedule, collected));
  }

  #report(schedule: Schedule, { energies, magnetisations }: Collected): SamplingReport {
    const { method, report, energyUnit } = this.#plan;
    const { seeds, symmetric } = this.#ensemble.members[0];
    const { interval, ...more } = schedule;
    return {
      method,
      ...report,
      energyUnit,
      interval,
      independence: this.#independence,
      ...more,
      ...(seeds === undefined ? {} : { seeds }),
      ...independenceOf(energies, magnetisations, { chains: this.chains, symmetric }),
    };
  }
}
