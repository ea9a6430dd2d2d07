/** The contract of a Markov chain of spins: updates, measurements in slices, snapshots. */

import type { Progress } from '../../util/work.js';
import type { Machine } from '../../wasm/machine.js';
import { type Call, makeCalls } from '../../wasm/pool.js';

/** Measurements after each interval of updates. */
export interface Slice {
  /** Minus the energy, one value per row: Σ s s' over bonds in units of J, or Σ K Π s over terms in units of kT. */
  bondSums: Int32Array | Float64Array;
  /** Σ s, one value per row. */
  spinSums: Int32Array;
  /** Packed configurations, ceil(sites/8) bytes per row; empty unless requested. */
  bits: Uint8Array;
  /** Number of spin flips since the last slice, of a chain that may freeze. */
  turned?: number;
}

/**
 * The state of a chain, copied: spins, random stream and others by the names of their regions, and numbers.
 */
export type ChainSnapshot = Record<string, Uint8Array | number>;

/**
 * The work of a chain as a generator: it yields kernel calls on its machine, which its driver makes on this thread or
 * another and returns their results; between them it yields reports. So the same code runs synchronously, with pauses,
 * or in parallel with other chains.
 */
export type ChainWork<Report, T> = Generator<readonly Call[] | Report, T, readonly number[]>;

/** The result of burn-in and pilot run. */
export interface Schedule {
  /** Updates between two samples. */
  interval: number;
  /** As in SamplingReport. */
  pilotClusterSize?: number;
}

/** A Markov chain, or several that are updated together in one machine. */
export interface SpinChain {
  readonly sites: number;
  /** Number of chains; a series holds a row of each in turn. */
  readonly chains: number;
  /**
   * Whether a configuration and its negative are equally likely, and the chain moves freely between them: then |m| is
   * correlated in time, m is not.
   */
  readonly symmetric: boolean;
  readonly machine: Machine<never>;
  /** Cluster updates: number of sites per update from which clusters grow. */
  readonly seeds?: number;
  /** Max updates between two measurements of the pilot run. */
  readonly longestStep: number;
  /** Makes `updates` updates, without measuring. */
  advance(updates: number): ChainWork<never, unknown>;
  /** The current configurations, one row per chain, without an update. */
  present(): Slice;
  /** Burn-in and pilot run: the updates between two samples, `independence` times τ. */
  calibrate(independence: number): ChainWork<Progress, Schedule>;
  /** Measures `rows` times, `interval` updates apart, in slices short enough for a responsive page. */
  series(rows: number, interval: number, keepBits: boolean): ChainWork<Slice, void>;
  snapshot(): ChainSnapshot;
  restore(snapshot: ChainSnapshot): void;
}

/** Bytes of packed configurations in a machine. */
const ROW_BYTES = 2 ** 22;

/**
 * Rows of `stride` bytes that a machine has room for, at most `slice`: a large lattice is measured a few rows at a time.
 */
export function rowsOfBits(slice: number, stride: number): number {
  return Math.max(1, Math.min(slice, Math.floor(ROW_BYTES / stride)));
}

/** Does a chain's work on this thread, synchronously. */
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

/** Whether a step of a chain's work consists of calls. */
export function isCalls(step: unknown): step is readonly Call[] {
  return Array.isArray(step);
}
