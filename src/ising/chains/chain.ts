/** What a Markov chain of spins is to whoever drives it: updates, measurements in slices, snapshots. */

import type { Progress } from '../../util/work.js';
import type { Machine } from '../../wasm/machine.js';
import { type Call, makeCalls } from '../../wasm/pool.js';

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
 * is given; between them it yields a `Report`. So the same code runs at one go, with pauses, or beside other chains.
 */
export type ChainWork<Report, T> = Generator<readonly Call[] | Report, T, readonly number[]>;

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
  /** Makes so many updates, without measuring. */
  advance(updates: number): ChainWork<never, unknown>;
  /** The present configurations, one row per chain; nothing moves. */
  present(): Slice;
  /** Burn-in and pilot run: the updates between two samples, `independence` times τ. */
  calibrate(independence: number): ChainWork<Progress, Schedule>;
  /** Measures `rows` times, `interval` updates apart, in slices short enough to keep a page alive. */
  series(rows: number, interval: number, keepBits: boolean): ChainWork<Slice, void>;
  snapshot(): ChainSnapshot;
  restore(snapshot: ChainSnapshot): void;
}

/** Does a chain's work here, at one go; `tell` hears what it tells of. */
export function runWork<Report, T>(
  machine: Machine<never>,
  work: ChainWork<Report, T>,
  onReport?: (report: Report) => void,
): T {
  let results: readonly number[] = [];
  for (;;) {
    const step = work.next(results);
    if (step.done) return step.value;
    if (isCalls(step.value)) {
      results = makeCalls(machine, step.value);
    } else {
      onReport?.(step.value);
      results = [];
    }
  }
}

/** Whether a step of a chain's work is calls to be made. */
export function isCalls(step: unknown): step is readonly Call[] {
  return Array.isArray(step);
}
