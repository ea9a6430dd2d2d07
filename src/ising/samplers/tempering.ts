/** Parallel tempering of any Hamiltonian. */

import { memoryTime, sokalTime } from '../../stats/sokal.js';
import { checkList, finite, integer, knownOptions, oneOf, refuse, withRoom } from '../../util/check.js';
import { checkSeed, type Seed } from '../../util/random.js';
import {
  finish,
  finishWithPauses,
  type Progress,
  progress,
  WORK_OPTIONS,
  type Work,
  type WorkOptions,
} from '../../util/work.js';
import { sha256, version } from '../../wasm/binary.js';
import { independenceOf } from '../chains/independence.js';
import { checkIndependence, checkInterval, pilotRun } from '../chains/pilot.js';
import { type ExchangeCounts, type LadderSlice, TemperingChain } from '../chains/temperingChain.js';
import type { ExchangeReport } from '../data/samplingReport.js';
import { planeOf, SpinData } from '../data/spinData.js';
import { checkHamiltonian, type Hamiltonian } from '../models/hamiltonian.js';
import { checkIdentity, type Moment, type Sampler, type SamplerState } from './contract.js';
import { refuseFreeSpins } from './singleSpin.js';

/** Options of `Tempering`. */
export interface TemperingOptions {
  hamiltonian: Hamiltonian;
  /** Factors β_k >= 0 of H, 2 or more, rising or falling; see `temperingScales`. */
  scales: readonly number[];
  /** Sweeps of every scale between exchanges. Default 1. */
  sweepsPerSwap?: number;
  /** Update of a spin, as in `SingleSpin`. Default heatBath. */
  method?: 'heatBath' | 'metropolis';
  /** Order of the updates, as in `SingleSpin`. */
  order?: 'sequential' | 'random';
  /** Seed of all random numbers. Default 1. */
  seed?: Seed;
  /**
   * Distance of two samples in units of the slowest integrated autocorrelation time (½ = uncorrelated), up to 1e6.
   * Default 5.
   */
  independence?: number;
}

/** Options of `Tempering.sample`. */
export interface TemperingSampleOptions {
  /**
   * The scales whose configurations are returned, a subset of those of the sampler. Default all, in their order. The
   * chain does not depend on it.
   */
  at?: readonly number[];
}

/** Rounds before the pilot run, which continues the burn-in. */
const BURN_IN = 20;
/** Max numbers of each kind that a pilot run keeps. */
const PILOT_MEMORY = 2 ** 23;
/** Max number of scales. */
export const MAX_SCALES = 1024;

/**
 * Parallel tempering (replica exchange; Hukushima & Nemoto 1996) for any Hamiltonian: configurations at several
 * multiples of H, of which neighbours exchange places. At a small multiple, a high temperature, the chain leaves
 * valleys in which it would stay at a large one; by exchanges the configurations found there reach the large multiples.
 * For glasses, first-order transitions and all models that are too slow for `SingleSpin`.
 *
 * Balance: sweeps keep e^{-scale·H} at their scale for any order of interaction (see `SingleSpin`); an exchange keeps
 * the product of two such weights, by detailed balance.
 *
 * Rows of one scale are from one chain, so they are correlated, and reported as such. Rows of different scales that
 * were sampled together are not independent of each other either, since configurations move between scales.
 * @example
 * const hamiltonian = edwardsAnderson({ lattice: square(4), distribution: 'bimodal' });
 * const tempering = new Tempering({ hamiltonian, scales: [0.2, 0.4, 0.7, 1] });
 * tempering.sample(100, { at: [1] })[0].count; // 100
 */
export class Tempering implements Sampler<SpinData[]> {
  /** Unit of the energies of the Hamiltonian itself, at any scale. */
  readonly energyUnit = 'kT';
  readonly hamiltonian: Hamiltonian;
  readonly scales: readonly number[];
  readonly sweepsPerSwap: number;
  readonly method: 'heatBath' | 'metropolis';
  readonly order: 'sequential' | 'random';
  readonly seed: Seed;
  readonly #independence: number;
  readonly #chain: TemperingChain;
  #interval: number | undefined;

  /**
   * @throws TypeError or RangeError for an option out of range, for scales that neither rise nor fall, and for
   *   Metropolis with spins that it would flip for ever (free spins, or all spins at scale 0)
   */
  constructor(options: TemperingOptions) {
    knownOptions('Tempering', options, [
      'hamiltonian',
      'scales',
      'sweepsPerSwap',
      'method',
      'order',
      'seed',
      'independence',
    ]);
    const checked = checkUpdates(options);
    this.hamiltonian = checked.hamiltonian;
    this.method = checked.method;
    this.order = checked.order;
    this.sweepsPerSwap = checked.sweepsPerSwap;
    this.scales = checkScales(options.scales, checked);
    this.seed = checkSeed('seed', options.seed ?? 1);
    this.#independence = checkIndependence(options.independence ?? 5);
    this.#chain = new TemperingChain(this.hamiltonian, this.scales, this, this.seed);
  }

  /**
   * One round = `sweepsPerSwap` sweeps of every scale, then the exchanges of every second pair of neighbours.
   * @throws TypeError or RangeError if `rounds` is not a positive integer
   */
  advance(rounds = 1): void {
    const work = this.#chain.advance(integer('rounds', rounds));
    while (!work.next().done);
  }

  /** Energy of H per site in units of kT, and magnetisation per site, of the current configuration of each scale. */
  measure(): Moment {
    const { sites } = this.hamiltonian;
    const { rungs } = this.#chain.state();
    return {
      energies: Float64Array.from(rungs, ({ bondSums }) => (0 - bondSums[0]) / sites),
      magnetisations: Float64Array.from(rungs, ({ spinSums }) => spinSums[0] / sites),
    };
  }

  /**
   * The current configurations, one row per scale, in their order. Their distributions differ, so their provenance
   * names no Hamiltonian.
   * @throws RangeError if memory for them cannot be allocated
   */
  configurations(): SpinData {
    const { hamiltonian, method, order, sweepsPerSwap, scales } = this;
    const { rungs } = this.#chain.state();
    const stride = Math.ceil(hamiltonian.sites / 8);
    const bytes = new Uint8Array(rungs.length * stride);
    rungs.forEach(({ bits }, k) => {
      bytes.set(bits, k * stride);
    });
    const parameters = { model: 'tempering', scales: [...scales], sweepsPerSwap, method, order };
    return new SpinData(rungs.length, planeOf(hamiltonian.shape), bytes, {
      source: 'blockspin Tempering',
      parameters,
      seed: this.seed,
      version,
      wasm: sha256,
    });
  }

  /**
   * `count` configurations of each chosen scale s, one SpinData per scale: rows of the distribution e^{-sH}/Z, whose
   * energy in `sampling` report, `measure` and `hamiltonianOfData` is that of s·H. A later call continues from the
   * earlier one. Before the first sample, a burn-in and a pilot run find the interval: τ is that of energy and
   * magnetisation (|m| for an even H, as in `SingleSpin`) of the slowest scale, or that of a mark that a configuration
   * loses only at the smallest scale, if that is longer (`memoryTime`): this includes valleys to which energy and
   * magnetisation are insensitive, if the chain at the smallest scale leaves them at once.
   * @throws TypeError or RangeError if `count` is not a positive integer, or for a scale that the sampler does not
   *   have; Error if the pilot run finds a scale frozen, two neighbours that never exchanged, or τ too long
   */
  sample(count: number, options: TemperingSampleOptions = {}): SpinData[] {
    knownOptions('Tempering.sample', options, ['at']);
    return finish(this.#sampling(integer('count', count), this.#wanted(options.at)));
  }

  /**
   * As `sample`, with progress, pauses for the event loop, and a signal that stops it; the sampler then returns to its
   * state before the call.
   * @throws TypeError, RangeError or Error as `sample`; the reason of the signal if it stops
   */
  async sampleAsync(count: number, options: TemperingSampleOptions & WorkOptions = {}): Promise<SpinData[]> {
    knownOptions('Tempering.sampleAsync', options, ['at', ...WORK_OPTIONS]);
    const work = this.#sampling(integer('count', count), this.#wanted(options.at));
    const before = this.state();
    try {
      return await finishWithPauses(work, options);
    } catch (error) {
      this.restore(before);
      throw error;
    }
  }

  /**
   * Model, method, options, seed, version and kernels as text: two samplers with the same identity give the same
   * samples.
   */
  get identity(): string {
    const { hamiltonian, scales, sweepsPerSwap, method, order, seed } = this;
    const options = { seed, independence: this.#independence, scales, sweepsPerSwap, method, order };
    const { parameters } = hamiltonian;
    return JSON.stringify({ source: 'blockspin Tempering', ...options, parameters, version, wasm: sha256 });
  }

  /** All that a sampler with the same options needs to continue from here, copied. */
  state(): SamplerState {
    const schedule = this.#interval === undefined ? null : { interval: this.#interval };
    return { identity: this.identity, schedule, given: 0, chains: [this.#chain.snapshot()] };
  }

  /**
   * Continues from the `state()` of another sampler with the same options: the next samples are the same, bit for bit.
   * @throws TypeError or RangeError if it is not the state of such a sampler
   */
  restore(state: SamplerState): this {
    checkIdentity(state, this.identity, 1);
    const { schedule } = state;
    const interval =
      schedule === null
        ? undefined
        : checkInterval('state.schedule.interval', schedule?.interval, this.#independence, 1, this.#pilotLimit);
    this.#chain.restore(state.chains[0]);
    this.#interval = interval;
    return this;
  }

  /** Indices of the chosen scales. */
  #wanted(at: readonly number[] = this.scales): number[] {
    if (!Array.isArray(at) || at.length === 0) refuse('at', 'non-empty array of scales', at, 'type');
    checkList('at', at, 'non-empty array of scales');
    return at.map((scale, k) => {
      const rung = this.scales.indexOf(scale);
      if (rung < 0) refuse(`at[${k}]`, `one of the scales ${this.scales.join(', ')}`, scale);
      return rung;
    });
  }

  *#sampling(count: number, wanted: readonly number[]): Work<SpinData[]> {
    this.#interval ??= yield* this.#calibrate();
    const chain = this.#chain;
    const { sites } = chain;
    const before = chain.counts();
    const sets = withRoom('count', count, () =>
      wanted.map(() => ({
        bytes: new Uint8Array(count * Math.ceil(sites / 8)),
        energies: new Float64Array(count),
        magnetisations: new Float64Array(count),
      })),
    );
    let rows = 0;
    for (const { rungs } of chain.series(count, this.#interval, true)) {
      sets.forEach(({ bytes, energies, magnetisations }, n) => {
        const { bits, bondSums, spinSums } = rungs[wanted[n]];
        bytes.set(bits, rows * Math.ceil(sites / 8));
        bondSums.forEach((sum, k) => {
          energies[rows + k] = -sum / sites;
        });
        spinSums.forEach((sum, k) => {
          magnetisations[rows + k] = sum / sites;
        });
      });
      rows += rungs[0].bondSums.length;
      yield progress('sample', rows, count, 'samples');
    }
    const exchanges = this.#exchanges(before);
    const { hamiltonian, method, order, sweepsPerSwap } = this;
    return sets.map(({ bytes, energies, magnetisations }, n) => {
      const scale = this.scales[wanted[n]];
      // energies of the distribution of the rows
      const scaled = energies.map((energy) => scale * energy);
      return new SpinData(count, planeOf(hamiltonian.shape), bytes, {
        source: 'blockspin Tempering',
        parameters: { ...hamiltonian.parameters, scale, scales: [...this.scales], sweepsPerSwap, method, order },
        seed: this.seed,
        version,
        wasm: sha256,
        sampling: {
          method: 'tempering',
          updates: method,
          order,
          energyUnit: 'kT',
          interval: this.#interval as number,
          independence: this.#independence,
          ...independenceOf(scaled, magnetisations, { chains: 1, symmetric: chain.symmetric }),
          exchanges: { scale, ...exchanges },
        },
      });
    });
  }

  /** Max measurements of a pilot run. */
  get #pilotLimit(): number {
    let limit = 2000;
    while (2 * limit * this.scales.length <= PILOT_MEMORY) limit *= 2;
    return limit;
  }

  *#calibrate(): Work<number> {
    const chain = this.#chain;
    for (const _ of chain.advance(BURN_IN)) yield progress('burn-in', 0, BURN_IN, 'rounds');
    const before = chain.counts();
    const energies = this.scales.map((): number[] => []);
    const magnetisations = this.scales.map((): number[] => []);
    const marks = this.scales.map((): number[] => []);
    const mark = marking(this.scales);
    const run = pilotRun<never>(
      {
        *measure(wanted) {
          for (const slice of chain.series(wanted - energies[0].length, 1, false)) {
            slice.rungs.forEach(({ bondSums, spinSums }, k) => {
              for (const sum of bondSums) energies[k].push(sum);
              for (const sum of spinSums) magnetisations[k].push(chain.symmetric ? Math.abs(sum) : sum);
            });
            mark(slice, marks);
            yield energies[0].length;
          }
        },
        slowest: (skip) => {
          refuseStandstill(this.scales, before, chain.counts());
          const series = [...energies, ...magnetisations].map((values) => sokalTime(values.slice(skip)));
          return Math.max(...series, ...marks.map((values) => memoryTime(values.slice(skip))));
        },
      },
      1,
      this.#independence,
      this.#pilotLimit,
    );
    // it yields no calls, and needs no results
    return yield* run as Generator<Progress, number>;
  }

  /** Exchanges since `before`. */
  #exchanges(before: ExchangeCounts): Omit<ExchangeReport, 'scale'> {
    const now = this.#chain.counts();
    const rounds = now.rounds - before.rounds;
    const roundTrips = now.roundTrips - before.roundTrips;
    return {
      scales: [...this.scales],
      sweepsPerSwap: this.sweepsPerSwap,
      acceptance: Array.from(now.accepted, (accepted, k) => {
        const attempted = now.attempted[k] - before.attempted[k];
        return attempted > 0 ? (accepted - before.accepted[k]) / attempted : null;
      }),
      rounds,
      roundTrips,
      roundTripRate: roundTrips / rounds,
    };
  }
}

/**
 * Gives the configuration at the smallest scale a new mark in every round, and appends the marks at each rung to
 * `series`.
 */
function marking(scales: readonly number[]): (slice: LadderSlice, series: number[][]) => void {
  const rungs = scales.length;
  const hottest = scales[0] < scales[rungs - 1] ? 0 : rungs - 1;
  const marks = new Float64Array(rungs).map((_, configuration) => configuration);
  let last = rungs;
  return ({ places }, series) => {
    for (let row = 0; row < places.length; row += rungs) {
      const here = places.subarray(row, row + rungs);
      marks[here.indexOf(hottest)] = last++;
      here.forEach((rung, configuration) => {
        series[rung].push(marks[configuration]);
      });
    }
  };
}

/** @throws Error if since `before` no spin was flipped, or two neighbours never exchanged */
function refuseStandstill(scales: readonly number[], before: ExchangeCounts, now: ExchangeCounts): void {
  const rounds = now.rounds - before.rounds;
  now.accepted.forEach((accepted, k) => {
    if (accepted > before.accepted[k]) return;
    throw new Error(
      `scales ${scales[k]} and ${scales[k + 1]} are too far apart: they never exchanged in ${rounds} rounds (temperingScales finds closer ones)`,
    );
  });
  if (now.turned.every((turned, k) => turned === before.turned[k])) {
    throw new Error(`the chains are frozen: no spin was flipped in ${rounds} rounds`);
  }
}

/** Checked options of the updates. */
export interface CheckedUpdates {
  hamiltonian: Hamiltonian;
  method: 'heatBath' | 'metropolis';
  order: 'sequential' | 'random';
  sweepsPerSwap: number;
}

/**
 * The checked options that a sampler and the search for its scales have in common.
 * @throws TypeError or RangeError for an option out of range
 */
export function checkUpdates(options: Omit<TemperingOptions, 'scales'>): CheckedUpdates {
  const hamiltonian = checkHamiltonian(options.hamiltonian);
  const method = oneOf('method', options.method ?? 'heatBath', ['heatBath', 'metropolis']);
  const order = oneOf('order', options.order ?? (method === 'heatBath' ? 'sequential' : 'random'), [
    'sequential',
    'random',
  ]);
  const sweepsPerSwap = integer('sweepsPerSwap', options.sweepsPerSwap ?? 1, 1, 2 ** 31);
  if (method === 'metropolis') refuseFreeSpins(hamiltonian, order);
  return { hamiltonian, method, order, sweepsPerSwap };
}

/**
 * One scale.
 * @throws TypeError if not a number; RangeError if not finite, negative, 0 for Metropolis, or so large that energies
 *   overflow
 */
export function checkScale(name: string, scale: unknown, { hamiltonian, method }: CheckedUpdates): number {
  const value = finite(name, scale);
  if (value < 0) refuse(name, 'number >= 0', value);
  if (value === 0 && method === 'metropolis') {
    refuse(name, 'number > 0 (Metropolis would flip every spin for ever; use heatBath)', value);
  }
  const size = hamiltonian.couplings.reduce((sum, coupling) => sum + Math.abs(coupling), 0);
  if (!(value * size <= 1e100)) refuse(name, 'a scale at which couplings add up to at most 1e100', value);
  return value;
}

function checkScales(scales: unknown, updates: CheckedUpdates): readonly number[] {
  if (!Array.isArray(scales)) refuse('scales', 'array of numbers >= 0', scales, 'type');
  checkList('scales', scales, 'array of numbers >= 0');
  if (scales.length < 2 || scales.length > MAX_SCALES) refuse('scales', `2 to ${MAX_SCALES} scales`, scales);
  const checked = scales.map((scale, k) => checkScale(`scales[${k}]`, scale, updates));
  const rising = checked[1] > checked[0];
  checked.forEach((scale, k) => {
    if (k > 0 && !(rising ? scale > checked[k - 1] : scale < checked[k - 1])) {
      refuse('scales', 'scales that rise or fall', scales);
    }
  });
  return checked;
}
