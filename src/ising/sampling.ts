/**
 * Independent configurations from any Markov chain of spins: a pilot run measures how long energy and magnetisation remember (τ_int, uncorrelated = ½),
 * samples are taken `independence` such times apart, and what correlation is left among them is measured again (Γ-method) and reported.
 */

import { ensembleMean } from '../stats/ensemble.js';
import { integratedAutocorrelation } from '../stats/series.js';
import { sokalTime } from '../stats/sokal.js';
import { integer, positive, refuse } from '../util/check.js';
import type { Progress } from '../util/work.js';
import type { Machine } from '../wasm/machine.js';
import { type Call, makeCalls } from '../wasm/pool.js';

/** An estimate with its standard error. */
export interface Estimate {
  mean: number;
  error: number;
}

/** Cluster updates: one chain of Wolff clusters, or 128 chains moved together. */
export type SamplingMethod = 'wolff' | 'replicas';

/** How a set was sampled, and how independent its rows are. */
export interface SamplingReport {
  method: SamplingMethod | 'swendsenWang' | 'heatBath' | 'metropolis' | 'tempering' | 'couplingFromThePast';
  /**
   * Independent chains: rows r and r + chains are successive samples of one chain, rows between them are of others. 1 for coupling from the past, whose rows
   * have no memory at all and may be read as a series of any kind.
   */
  chains: number;
  /** Tempering and coupling from the past: what moves the configurations. */
  updates?: 'heatBath' | 'metropolis' | 'randomCluster';
  /** Order of the updates of single spins. */
  order?: 'sequential' | 'random';
  /** Updates between two samples of a chain: clusters (Wolff: one more with probability ½), sets of all clusters (Swendsen-Wang), sweeps of single-spin updates, or rounds (tempering). */
  interval: number;
  /** The set was drawn in so many calls, and what follows is put together from theirs; null then also where one of them was too short for that. */
  batches?: number;
  /** Distance of two samples of a chain in units of τ, as asked for. */
  independence: number;
  /** Tempering: how the configurations travelled along the scales. */
  exchanges?: ExchangeReport;
  /** Coupling from the past: sweeps back in time at which the samples were begun, a power of 2 each. */
  past?: { mean: number; longest: number };
  /**
   * Cluster updates: sites flipped by one, over the pilot run of the first chain. A short run (of single chains 20 sweeps), correlated in time: what the interval
   * was judged by, known to some percent, and no measurement of the cluster size; that is `improvedMeasurements`.
   */
  pilotClusterSize?: number;
  /** Cluster updates: sites from which clusters grow in one. */
  seeds?: number;
  /** Integrated autocorrelation times between successive samples of a chain, ½ = uncorrelated; null where the chains are too short to tell. */
  tauEnergy: number | null;
  /** Of |m|; where the Hamiltonian tells up from down, of m. */
  tauMagnetisation: number | null;
  /** The number of independent samples that tell as much of the slower of the two, at most count; null for fewer than 100 samples. */
  effectiveSamples: number | null;
  /** Energy per site, in units of J (`Ising`: u = -Σ s s'/N) or of kT (a Hamiltonian: H/N; tempering at scale s: sH/N); the error counts the correlation. Null for fewer than 100 samples. */
  energy: Estimate | null;
  /** |Σ s|/N. */
  absoluteMagnetisation: Estimate | null;
}

/** Exchanges among the scales of parallel tempering while a set was sampled. */
export interface ExchangeReport {
  /** Factor s of H at which the rows of this set were sampled; energies are those of s·H. */
  scale: number;
  /** All factors, in order. */
  scales: readonly number[];
  /** Sweeps of every scale in a round, before its exchanges. */
  sweepsPerSwap: number;
  /** Accepted share of the exchanges between scales k and k + 1; null where none was tried. */
  acceptance: (number | null)[];
  rounds: number;
  /** Journeys from the first scale to the last and back, completed by any of the configurations. */
  roundTrips: number;
  /** roundTrips/rounds. */
  roundTripRate: number;
}

/** Measurements after each interval of updates. */
export interface Slice {
  /** Minus the energy, one value a row: Σ s s' over bonds in units of J, or Σ K Π s over terms in units of kT. */
  bondSums: Int32Array | Float64Array;
  /** Σ s, one value a row. */
  spinSums: Int32Array;
  /** Packed configurations, ceil(sites/8) bytes a row; empty unless asked for. */
  bits: Uint8Array;
  /** Spins turned one by one since the slice before, of a chain that may freeze. */
  turned?: number;
}

/** All that changes as a chain moves, copied: spins, random stream and the like by their regions' names, and numbers. */
export type ChainSnapshot = Record<string, Uint8Array | number>;

/**
 * What a chain does, step by step: it asks for kernel calls on its machine, which whoever drives it makes, on this thread or another, and whose results it
 * is given; between them it tells of `Told`. So the same code runs at one go, with pauses, or beside other chains.
 */
export type ChainWork<Told, T> = Generator<readonly Call[] | Told, T, readonly number[]>;

/** What burn-in and pilot run find: updates between two samples, and what is worth telling. */
export interface Schedule {
  interval: number;
  /** As in SamplingReport. */
  pilotClusterSize?: number;
}

/** A Markov chain in equilibrium, or on its way; or several that move together in one machine. */
export interface SpinChain {
  readonly sites: number;
  /** How many: a series then holds a row of each in turn. */
  readonly chains: number;
  /** Whether a configuration and its negative are equally likely, and the chain goes between them freely: then |m| has a memory, m has none. */
  readonly symmetric: boolean;
  readonly machine: Machine<never>;
  /** Cluster updates: sites from which clusters grow in one. */
  readonly seeds?: number;
  /** Updates between two measurements of the pilot run, at most. */
  readonly longestStep: number;
  /** Burn-in and pilot run: the updates between two samples, `independence` times τ. */
  calibrate(independence: number): ChainWork<Progress, Schedule>;
  /** Measures `rows` times, `interval` updates apart, in slices short enough to keep a page alive. */
  series(rows: number, interval: number, keepBits: boolean): ChainWork<Slice, void>;
  snapshot(): ChainSnapshot;
  restore(snapshot: ChainSnapshot): void;
}

/** Measurements of the pilot run, and how many there must be to a τ. */
const PILOT = 2000;
const PILOT_PER_TAU = 200;
const PILOT_LIMIT = 2 ** 20;

/** Largest distance of two samples, in units of τ. */
const MOST_INDEPENDENCE = 1e6;

/** @throws TypeError if not a number; RangeError if not in (0, 1e6] */
export function checkIndependence(value: unknown): number {
  if (positive('independence', value) > MOST_INDEPENDENCE) refuse('independence', 'number in (0, 1e6]', value);
  return value as number;
}

/**
 * An interval that a pilot run may have found.
 * @param step updates between two of its measurements, at most
 * @param limit as for `pilotRun`
 * @throws TypeError or RangeError for any other: sampling at it would not end
 */
export function checkInterval(
  name: string,
  value: unknown,
  independence: number,
  step: number,
  limit = PILOT_LIMIT,
): number {
  return integer(name, value, 1, Math.max(1, Math.ceil((independence * limit * step) / PILOT_PER_TAU)));
}

/** What a pilot run measures. */
export interface Pilot<Calls> {
  /** Measures until there are `wanted` measurements; tells how many there are, and asks for calls as chains do. */
  measure(wanted: number): Generator<Calls | number, void, readonly number[]>;
  /** τ of the slowest observable in measurements, the first `skip` left out. Throws if the chain does not move at all. */
  slowest(skip: number): number;
}

/**
 * The interval between samples: `independence` times the slower τ. Measures every `step` updates until the series is 200 τ long; that also completes the
 * burn-in.
 * @throws Error if τ is more than some 5000 measurements, or not one spin was turned
 */
export function* pilot(chain: SpinChain, step: number, independence: number): ChainWork<Progress, number> {
  const energies: number[] = [];
  const magnetisations: number[] = [];
  let frozen = true;
  const add = (slice: Slice) => {
    for (const sum of slice.bondSums) energies.push(sum);
    for (const sum of slice.spinSums) magnetisations.push(chain.symmetric ? Math.abs(sum) : sum);
    frozen &&= slice.turned === 0;
  };
  const measurements: Pilot<readonly Call[]> = {
    *measure(wanted) {
      const series = chain.series(wanted - energies.length, step, false);
      for (let next = series.next([]); !next.done; ) {
        if (isCalls(next.value)) {
          next = series.next(yield next.value);
        } else {
          add(next.value);
          yield energies.length;
          next = series.next([]);
        }
      }
    },
    slowest(skip) {
      if (frozen) {
        throw new Error(
          `the chain is frozen: no spin was turned in ${energies.length} measurements, ${step} updates apart`,
        );
      }
      return Math.max(sokalTime(energies.slice(skip)), sokalTime(magnetisations.slice(skip)));
    },
  };
  return yield* pilotRun(measurements, step, independence);
}

/**
 * The same for any measurements.
 * @param limit so many measurements without an answer are too many
 * @throws Error if τ is then more than a 200th of them
 */
export function* pilotRun<Calls extends object>(
  { measure, slowest }: Pilot<Calls>,
  step: number,
  independence: number,
  limit = PILOT_LIMIT,
): Generator<Calls | Progress, number, readonly number[]> {
  for (let wanted = PILOT; ; wanted *= 2) {
    const work = measure(wanted);
    for (let next = work.next([]); !next.done; ) {
      const { value } = next;
      next = work.next(yield typeof value === 'number' ? measured('pilot', value, wanted, 'measurements') : value);
    }
    // the first tenth still knows the start
    const tau = slowest(Math.floor(wanted / 10));
    if (wanted >= PILOT_PER_TAU * tau) return Math.max(1, Math.ceil(independence * tau * step));
    if (wanted >= limit) {
      throw new Error(`the chain is too slow: τ is more than ${Math.round(wanted / PILOT_PER_TAU)} measurements`);
    }
  }
}

/** Does a chain's work here, at one go; `tell` hears what it tells of. */
export function carryOut<Told, T>(machine: Machine<never>, work: ChainWork<Told, T>, tell?: (told: Told) => void): T {
  let results: readonly number[] = [];
  for (;;) {
    const step = work.next(results);
    if (step.done) return step.value;
    if (isCalls(step.value)) {
      results = makeCalls(machine, step.value);
    } else {
      tell?.(step.value);
      results = [];
    }
  }
}

/** Whether a step of a chain's work is calls to be made. */
export function isCalls(step: unknown): step is readonly Call[] {
  return Array.isArray(step);
}

export type Independence = Omit<
  SamplingReport,
  'method' | 'updates' | 'order' | 'interval' | 'independence' | 'exchanges' | 'past' | 'pilotClusterSize' | 'seeds'
>;

/** A word on how far a measurement is. */
export function measured(stage: string, done: number, total: number, unit: string): Progress {
  return { stage, done, total, unit };
}

/**
 * How independent the rows of a set are, which come from so many chains in turn.
 * @param symmetric whether |m| has a memory and m has none
 */
export function independenceOf(
  energies: Float64Array,
  magnetisations: Float64Array,
  { chains, symmetric }: { chains: number; symmetric: boolean },
): Independence {
  const energy = meanOfChains(energies, chains);
  const size = meanOfChains(magnetisations.map(Math.abs), chains);
  const magnetisation = symmetric ? size : meanOfChains(magnetisations, chains);
  return {
    chains,
    tauEnergy: energy?.tau ?? null,
    tauMagnetisation: magnetisation?.tau ?? null,
    effectiveSamples:
      energy && magnetisation && Math.min(energies.length, energy.effectiveSamples, magnetisation.effectiveSamples),
    energy: energy && { mean: energy.mean, error: energy.error },
    absoluteMagnetisation: size && { mean: size.mean, error: size.error },
  };
}

/** The statistics of a set, or null where it is too small for them. */
function meanOfChains(values: Float64Array, chains: number) {
  if (values.length < 100) return null;
  return chains === 1 ? integratedAutocorrelation(values, { allowShort: true }) : ensembleMean(values, chains);
}
