/**
 * Parallel tempering (replica exchange; Hukushima & Nemoto 1996) for any Hamiltonian: configurations at several multiples of H, of which neighbours exchange
 * places. At a small multiple, a high temperature, valleys are left that at a large one are never left; exchanges carry what was found there down. For
 * glasses, first-order transitions and whatever `SingleSpin` finds too slow.
 *
 * Balance: sweeps keep e^{-scale·H} at their scale whatever the order of interaction (singleSpin.ts says which choice keeps what), an exchange keeps the
 * product of two such weights, by detailed balance.
 *
 * Rows of one scale come from a chain with a memory, and they are reported as such. Rows of different scales that were sampled together are not
 * independent of each other either: a configuration wanders through them.
 */

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

export interface TemperingOptions {
  hamiltonian: Hamiltonian;
  /** Factors β_k >= 0 of H, 2 or more, rising or falling. `temperingScales` finds good ones. */
  scales: readonly number[];
  /** Sweeps of every scale between exchanges. Default 1. */
  sweepsPerSwap?: number;
  /** As for SingleSpin. */
  method?: 'heatBath' | 'metropolis';
  order?: 'sequential' | 'random';
  seed?: Seed;
  /** Distance of two samples in units of the slowest integrated autocorrelation time (½ = uncorrelated), up to 1e6. Default 5. */
  independence?: number;
}

export interface TemperingSampleOptions {
  /** Scales, of the sampler's, whose configurations are wanted. Default all, in their order. What is drawn does not depend on it. */
  at?: readonly number[];
}

/** Rounds before the pilot run; it goes on with the burn-in. */
const BURN_IN = 20;
/** Most numbers that a pilot run may remember of each kind. */
const PILOT_MEMORY = 2 ** 23;
/** Most scales. */
export const MAX_SCALES = 1024;

export class Tempering implements Sampler<SpinData[]> {
  /** Of the Hamiltonian itself, whatever the scale. */
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
   * @throws TypeError or RangeError for an option out of range, for scales that neither rise nor fall, and for Metropolis with spins that it would turn for
   *   ever (free ones, or any at scale 0)
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

  /** One round = `sweepsPerSwap` sweeps of every scale, then the exchanges of every second pair of neighbours. */
  advance(rounds = 1): void {
    const work = this.#chain.advance(integer('rounds', rounds));
    while (!work.next().done);
  }

  /** Energy of H per site in units of kT, and magnetisation per site, of the present configuration of each scale. */
  measure(): Moment {
    const { sites } = this.hamiltonian;
    const { rungs } = this.#chain.state();
    return {
      energies: Float64Array.from(rungs, ({ bondSums }) => (0 - bondSums[0]) / sites),
      magnetisations: Float64Array.from(rungs, ({ spinSums }) => spinSums[0] / sites),
    };
  }

  /** The present configurations, one row per scale, in their order. They are of different distributions, so their provenance names no Hamiltonian. */
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
   * `count` configurations of each wanted scale s, one SpinData a scale: rows of the distribution e^{-sH}/Z, whose energy everywhere (`sampling` report,
   * `measure`, `hamiltonianOfData`) is that of s·H. A second call goes on from the first. Before the first one, a burn-in and a pilot run
   * find the interval: τ is that of energy and magnetisation (|m| for an even H, as in SingleSpin) of the slowest scale, or of the memory of a mark that a
   * configuration loses only at the smallest scale, if that is longer (`memoryTime`): so it knows of valleys that neither energy nor magnetisation feels,
   * as long as the smallest scale forgets them at once.
   * @throws RangeError for a scale that the sampler does not have; Error if the pilot run finds a scale frozen, two neighbours that never exchanged, or τ too long
   */
  sample(count: number, options: TemperingSampleOptions = {}): SpinData[] {
    knownOptions('Tempering.sample', options, ['at']);
    return finish(this.#sampling(integer('count', count), this.#wanted(options.at)));
  }

  /** As `sample`, with progress, pauses for the event loop, and a signal that stops it: the sampler is then as it was before the call. */
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

  /** What is sampled and how, seed, version and kernels: two samplers of one identity give the same samples. */
  get identity(): string {
    const { hamiltonian, scales, sweepsPerSwap, method, order, seed } = this;
    const options = { seed, independence: this.#independence, scales, sweepsPerSwap, method, order };
    const { parameters } = hamiltonian;
    return JSON.stringify({ source: 'blockspin Tempering', ...options, parameters, version, wasm: sha256 });
  }

  /** All that a sampler made with the same options needs to go on from here, in fresh memory. */
  state(): SamplerState {
    const schedule = this.#interval === undefined ? null : { interval: this.#interval };
    return { identity: this.identity, schedule, given: 0, chains: [this.#chain.snapshot()] };
  }

  /**
   * Goes on where another sampler of the same options was when its `state()` was taken: the next samples are the same, bit for bit.
   * @throws TypeError or RangeError if the state is none of such a sampler
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

  /** Numbers of the scales. */
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
      // those of the distribution that the rows have
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

  /** Measurements of a pilot run, at most. */
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
    // it asks for no calls, and needs no results of any
    return yield* run as Generator<Progress, number>;
  }

  /** What happened since `before`. */
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

/** Gives the configuration at the smallest scale a new mark in every round, and appends the marks at each rung to `series`. */
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

/** @throws Error if since `before` some scale stood still, or two neighbours never exchanged */
function refuseStandstill(scales: readonly number[], before: ExchangeCounts, now: ExchangeCounts): void {
  const rounds = now.rounds - before.rounds;
  now.accepted.forEach((accepted, k) => {
    if (accepted > before.accepted[k]) return;
    throw new Error(
      `scales ${scales[k]} and ${scales[k + 1]} are too far apart: they never exchanged in ${rounds} rounds (temperingScales finds closer ones)`,
    );
  });
  if (now.turned.every((turned, k) => turned === before.turned[k])) {
    throw new Error(`the chains are frozen: no spin was turned in ${rounds} rounds`);
  }
}

export interface CheckedUpdates {
  hamiltonian: Hamiltonian;
  method: 'heatBath' | 'metropolis';
  order: 'sequential' | 'random';
  sweepsPerSwap: number;
}

/** What is common to a sampler and the search for its scales. */
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

/** One scale. @throws TypeError if not a number; RangeError if not finite, negative, 0 for Metropolis, or so large that energies overflow */
export function checkScale(name: string, scale: unknown, { hamiltonian, method }: CheckedUpdates): number {
  const value = finite(name, scale);
  if (value < 0) refuse(name, 'number >= 0', value);
  if (value === 0 && method === 'metropolis') {
    refuse(name, 'number > 0 (Metropolis would turn every spin for ever; take heatBath)', value);
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
