/** The base class of `IsingReplicas` and `MultiSpin`. */

import { sokalTime } from '../../stats/sokal.js';
import { integer, knownOptions, withRoom } from '../../util/check.js';
import { checkSeed, type Seed, streamKey } from '../../util/random.js';
import { type Progress, pause, progress, WORK_OPTIONS, type WorkOptions } from '../../util/work.js';
import { sha256, version } from '../../wasm/binary.js';
import { kernels } from '../../wasm/scalar.js';
import type { ChainSnapshot, Schedule } from '../chains/chain.js';
import { independenceOf } from '../chains/independence.js';
import { checkIndependence, checkInterval } from '../chains/pilot.js';
import type { Planes, SpinUpdate } from '../chains/planes.js';
import { SpinData } from '../data/spinData.js';
import { nameOfLattice, type SquareLattice } from '../models/lattice.js';
import { checkIdentity, type Moment, type Sampler, type SamplerState } from './contract.js';

/** Measurements per pilot run; if more are needed, every second one is dropped and the step is doubled. */
const MOMENTS = 2048;
/** Updates of spins that are made without a pause, some ten milliseconds of work; and the time between two pauses. */
const SHORT_WORK = 5e7;
const SLICE_MS = 25;
/** Max sweeps of a pilot run. */
const MAX_SWEEPS = 2 ** 26;
/** Limit of `checkInterval`, which counts on pilot runs of 200 τ: 128 chains need 20. */
const LONGEST_INTERVAL = 10 * MAX_SWEEPS;
/** Min length of a pilot run in τ, and the share of it that is burn-in: of one chain, and of 128 averaged chains. */
const ONE_CHAIN = { taus: 200, burnIn: 0.1 };
const MANY_CHAINS = { taus: 20, burnIn: 0.5 };

/** Sweeps to make before the work continues, and its progress. */
interface Round {
  sweeps: number;
  progress?: Progress;
}

/** Options of `IsingReplicas` and `MultiSpin`. */
export interface PlaneSamplerOptions {
  /** Seed of all random numbers. Default 1. */
  seed?: Seed;
  /**
   * Distance of two samples of a chain in units of the integrated autocorrelation time (½ = uncorrelated), up to 1e6.
   * Default 5.
   */
  independence?: number;
}

/** The method of a subclass, and its provenance. */
export interface PlanePlan {
  source: string;
  lattice: SquareLattice;
  method: SpinUpdate;
  planes: Planes;
  /** Independent chains. */
  chains: number;
  /** The present coupling or couplings, and the field, as in provenance. */
  couplings(): { coupling: number; field?: number } | { couplings: number[] };
  /** Initial state of the chains, for the identity. */
  start: string;
  /** Minus the energy in units of J, and Σ s, of each chain. */
  sums(): { bondSums: ArrayLike<number>; spinSums: ArrayLike<number> };
  /** All that moves, and what can be changed between sweeps. */
  snapshot(): ChainSnapshot;
  /** @throws TypeError or RangeError if it does not fit; then nothing has changed */
  restore(snapshot: ChainSnapshot): void;
}

/**
 * Multi-spin updates of single spins on a periodic square lattice, with burn-in, and samples at the interval that a
 * pilot run found.
 */
export abstract class PlaneSampler implements Sampler {
  readonly energyUnit = 'J';
  readonly seed: Seed;
  readonly #independence: number;
  readonly #plan: PlanePlan;
  /** The couplings at first. */
  readonly #made: ReturnType<PlanePlan['couplings']>;
  #schedule: Schedule | null = null;
  #given = 0;

  protected constructor(options: PlaneSamplerOptions, plan: (seed: Seed) => PlanePlan) {
    this.seed = checkSeed('seed', options.seed ?? 1);
    this.#independence = checkIndependence(options.independence ?? 5);
    this.#plan = plan(this.seed);
    this.#made = this.#plan.couplings();
  }

  /** The lattice. */
  get lattice(): SquareLattice {
    return this.#plan.lattice;
  }

  /** The update of a spin. */
  get method(): SpinUpdate {
    return this.#plan.method;
  }

  /** Number of independent chains, one row each per measurement. */
  get chains(): number {
    return this.#plan.chains;
  }

  /**
   * `count` configurations of the chains in turn, synchronously; without a field each is flipped as a whole with
   * probability ½, which their distribution allows and single-spin updates rarely do. A later call continues from the
   * earlier one.
   * @throws TypeError or RangeError if `count` is not a positive integer, or needs too much memory; Error if the pilot
   *   run finds the chains frozen or too slow, or while another call is at work
   */
  sample(count: number): SpinData {
    const work = this.#sampling(integer('count', count));
    let step = work.next();
    for (; !step.done; step = work.next()) if (step.value.sweeps > 0) this.#plan.planes.sweep(step.value.sweeps);
    return step.value;
  }

  /**
   * As `sample`, on threads if there are any, with progress, pauses, and a signal that stops it; the sampler then
   * returns to its state before the call.
   * @throws TypeError, RangeError or Error as `sample`; the reason of the signal if it stops
   */
  async sampleAsync(count: number, options: WorkOptions = {}): Promise<SpinData> {
    knownOptions('PlaneSampler.sampleAsync', options, WORK_OPTIONS);
    const work = this.#sampling(integer('count', count));
    const { signal, onProgress } = options;
    signal?.throwIfAborted();
    const before = this.state();
    const { planes, chains, lattice } = this.#plan;
    let paused = performance.now();
    try {
      for (;;) {
        const step = work.next();
        if (step.done) return step.value;
        const { sweeps, progress } = step.value;
        // a pause costs a millisecond or more: short work is done at one go
        if (sweeps * chains * lattice.sites > SHORT_WORK) await planes.sweepAsync(sweeps, { signal });
        else if (sweeps > 0) planes.sweep(sweeps);
        if (progress) onProgress?.(progress);
        if (performance.now() - paused > SLICE_MS) {
          await pause();
          paused = performance.now();
        }
        signal?.throwIfAborted();
      }
    } catch (error) {
      this.restore(before);
      throw error;
    }
  }

  /**
   * Sweeps: one attempted update of every site of every chain per sweep. On this thread, synchronously.
   * @throws TypeError or RangeError if `sweeps` is not a positive integer; Error while another call is at work
   */
  advance(sweeps = 1): void {
    this.#plan.planes.sweep(integer('updates', sweeps));
    this.#beginMoment();
  }

  /**
   * The same sweeps, with the same bits, on threads if there are any, with progress and pauses for the event loop. A
   * signal stops it between two sweeps; the sweeps done until then remain. No other method may be called meanwhile.
   * @throws TypeError or RangeError as `advance`; Error while another call is at work; the reason of the signal if it
   *   stops
   */
  async advanceAsync(sweeps = 1, options: WorkOptions = {}): Promise<void> {
    knownOptions('PlaneSampler.advanceAsync', options, WORK_OPTIONS);
    const work = this.#plan.planes.sweepAsync(integer('updates', sweeps), options);
    this.#beginMoment();
    await work;
  }

  /**
   * Energy per site in units of J, -Σ s s'/N, and magnetisation per site of each chain, in fresh arrays. (The energy in a
   * field, in units of kT: K times this - h·m.)
   * @throws Error while another call is at work
   */
  measure(): Moment {
    const { sites } = this.#plan.lattice;
    const { bondSums, spinSums } = this.#plan.sums();
    return {
      energies: Float64Array.from(bondSums, (sum) => (0 - sum) / sites),
      magnetisations: Float64Array.from(spinSums, (sum) => sum / sites),
    };
  }

  /**
   * The current configurations, one row per chain.
   * @throws Error while another call is at work
   */
  configurations(): SpinData {
    return this.#data(this.chains, this.#plan.planes.bitRows());
  }

  /**
   * Model, method, options, seed, version and kernels as text: two samplers with the same identity give the same
   * samples, if what was changed between sweeps was the same. It names the coupling that the sampler was made with; the
   * state has the present one.
   */
  get identity(): string {
    const { source, start } = this.#plan;
    const options = { seed: this.seed, start, independence: this.#independence };
    return JSON.stringify({ source, ...options, parameters: this.#parameters(this.#made), version, wasm: sha256 });
  }

  /**
   * All that a sampler with the same options needs to continue from here, copied; `threads` may differ.
   * @throws Error while another call is at work
   */
  state(): SamplerState {
    return {
      identity: this.identity,
      schedule: this.#schedule && { ...this.#schedule },
      given: this.#given,
      chains: [this.#plan.snapshot()],
    };
  }

  /**
   * Continues from the `state()` of another sampler with the same options: the next samples are the same, bit for bit.
   * @throws TypeError or RangeError if it is not a state, or that of a sampler with other options, version or kernels;
   *   Error while another call is at work
   */
  restore(state: SamplerState): this {
    checkIdentity(state, this.identity, 1);
    const given = integer('state.given', state.given, 0);
    const { schedule } = state;
    if (schedule !== null) {
      checkInterval('state.schedule.interval', schedule?.interval, this.#independence, 1, LONGEST_INTERVAL);
    }
    this.#plan.restore(state.chains[0]);
    this.#given = given;
    this.#schedule = schedule && { ...schedule };
    return this;
  }

  /**
   * Ends the threads, which otherwise wait for the next call until this sampler is collected (idle threads do not keep
   * a process alive).
   * @throws Error while another call is at work
   */
  async close(): Promise<void> {
    await this.#plan.planes.close();
  }

  /** After a change of the coupling: the next sample begins with burn-in and pilot run. */
  protected forgetSchedule(): void {
    this.#beginMoment();
    this.#schedule = null;
  }

  /** Whether a configuration and its negative are equally likely. */
  get #symmetric(): boolean {
    return !('field' in this.#plan.couplings());
  }

  /** Skips the remaining rows of a measurement that was returned in part: the lattice has changed since. */
  #beginMoment(): void {
    this.#given = Math.ceil(this.#given / this.chains) * this.chains;
  }

  *#sampling(count: number): Generator<Round, SpinData> {
    const { chains } = this;
    const { sites } = this.#plan.lattice;
    const stride = Math.ceil(sites / 8);
    const { bytes, energies, magnetisations } = withRoom('count', count, () => ({
      bytes: new Uint8Array(count * stride),
      energies: new Float64Array(count),
      magnetisations: new Float64Array(count),
    }));
    this.#schedule ??= yield* this.#calibrate();
    const { interval } = this.#schedule;
    const symmetric = this.#symmetric;
    const flips = streamKey(this.seed, 'flips of samples');
    for (let done = 0; done < count; ) {
      const first = this.#given % chains;
      if (first === 0) yield { sweeps: interval };
      const past = Math.min(chains, first + count - done);
      const moment = this.measure();
      const rows = this.#plan.planes.bitRows();
      for (let chain = first; chain < past; chain++, done++) {
        const turned = (kernels().splitMix(flips, BigInt(this.#given++)) & 1n) === 1n && symmetric;
        bytes.set(
          turned ? negative(rows, chain, sites) : rows.subarray(chain * stride, (chain + 1) * stride),
          done * stride,
        );
        energies[done] = moment.energies[chain];
        magnetisations[done] = (turned ? -1 : 1) * moment.magnetisations[chain];
      }
      yield { sweeps: 0, progress: progress('sample', done, count, 'samples') };
    }
    if (!('coupling' in this.#plan.couplings())) return this.#data(count, bytes);
    return this.#data(count, bytes, {
      method: this.method,
      energyUnit: this.energyUnit,
      interval,
      independence: this.#independence,
      ...independenceOf(energies, magnetisations, { chains, symmetric }),
    });
  }

  /**
   * Burn-in and pilot run: τ of energy or |m| (m in a field), whichever is longer, averaged over all chains or, if each has its own
   * coupling, of the slowest.
   */
  *#calibrate(): Generator<Round, Schedule> {
    const { chains } = this;
    const together = 'coupling' in this.#plan.couplings() ? chains : 1;
    const symmetric = this.#symmetric;
    const { taus, burnIn } = together > 1 ? MANY_CHAINS : ONE_CHAIN;
    let moments: Moment[] = [];
    for (let step = 1; step * MOMENTS <= MAX_SWEEPS; step *= 2) {
      while (moments.length < MOMENTS) {
        yield { sweeps: step };
        const { energies, magnetisations } = this.measure();
        moments.push({ energies, magnetisations: symmetric ? magnetisations.map(Math.abs) : magnetisations });
        if (moments.length % 64 === 0) {
          yield {
            sweeps: 0,
            progress: progress('pilot', moments.length, MOMENTS, `measurements, ${step} sweeps apart`),
          };
        }
      }
      const kept = moments.slice(Math.floor(burnIn * MOMENTS));
      if (kept.every((moment) => sameMoment(moment, kept[0]))) {
        throw new Error(`the chains are frozen: nothing changed in ${kept.length} measurements, ${step} sweeps apart`);
      }
      const tau = Math.max(slowest(kept, 'energies', together), slowest(kept, 'magnetisations', together));
      if (kept.length >= taus * tau) return { interval: Math.max(1, Math.ceil(this.#independence * tau * step)) };
      moments = moments.filter((_, k) => k % 2 === 1);
    }
    throw new Error(`the chains are too slow: τ is more than ${Math.round(MAX_SWEEPS / taus)} sweeps`);
  }

  #parameters(couplings = this.#plan.couplings()): Record<string, unknown> {
    const { lattice, method } = this.#plan;
    return { lattice: nameOfLattice(lattice), shape: [...lattice.shape], ...couplings, method };
  }

  #data(count: number, bytes: Uint8Array, sampling?: SpinData['provenance']['sampling']): SpinData {
    return new SpinData(count, this.#plan.lattice.shape, bytes, {
      source: this.#plan.source,
      parameters: this.#parameters(),
      seed: this.seed,
      version,
      wasm: sha256,
      ...(sampling && { sampling }),
    });
  }
}

/**
 * τ in measurements, averaged over `together` chains of one coupling, or of the slowest of chains with different
 * couplings.
 */
function slowest(moments: readonly Moment[], name: keyof Moment, together: number): number {
  const chains = moments[0][name].length;
  if (together === chains)
    return sokalTime(
      moments.flatMap((moment) => [...moment[name]]),
      5,
      chains,
    );
  const times = Array.from({ length: chains }, (_, chain) => sokalTime(moments.map((moment) => moment[name][chain])));
  return Math.max(...times);
}

function sameMoment(a: Moment, b: Moment): boolean {
  return (
    a.energies.every((energy, k) => energy === b.energies[k]) &&
    a.magnetisations.every((m, k) => m === b.magnetisations[k])
  );
}

/** A row with all spins flipped; the bits past the last site stay 0. */
function negative(rows: Uint8Array, row: number, sites: number): Uint8Array {
  const stride = Math.ceil(sites / 8);
  const turned = rows.slice(row * stride, (row + 1) * stride).map((byte) => ~byte & 0xff);
  if (sites % 8 !== 0) turned[stride - 1] &= (1 << (sites % 8)) - 1;
  return turned;
}
