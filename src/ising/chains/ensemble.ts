/**
 * Several chains of one kind, each in its own machine, updated in parallel on one thread or several. Their rows come in
 * turn, `chains` of the first machine, as many of the next, and so on; they do not depend on the number of threads.
 */

import { withRoom } from '../../util/check.js';
import { type Progress, pause, progress, type WorkOptions } from '../../util/work.js';
import type { Machine } from '../../wasm/machine.js';
import { type Call, makeCalls, Pool } from '../../wasm/pool.js';
import { type ChainWork, isCalls, type Schedule, type Slice, type SpinChain } from './chain.js';

/** Calls to make on each machine before the work continues, and its progress. */
export interface Round {
  calls: (readonly Call[])[];
  progress?: Progress;
}

/** Work of all chains: yields the calls to make, and receives their results, [machine][call]. */
export type EnsembleWork<T> = Generator<Round, T, readonly (readonly number[])[]>;

/** Configurations as rows of bits, with the energy and magnetisation per site of each. */
export interface Collected {
  bytes: Uint8Array;
  energies: Float64Array;
  magnetisations: Float64Array;
}

/** Independent chains, and the driver of their work. */
export class Ensemble {
  /** Number of rows returned so far, which fixes the chain of the next row. */
  given = 0;

  constructor(readonly members: readonly SpinChain[]) {}

  /** Total number of independent chains. */
  get chains(): number {
    return this.members.length * this.members[0].chains;
  }

  /** Burn-in and pilot run of every chain; all chains use the longest of the intervals. */
  *calibrate(independence: number): EnsembleWork<Schedule> {
    const works = this.members.map((chain) => chain.calibrate(independence));
    const schedules = yield* inParallel(works, (progress) => progress);
    const interval = Math.max(...schedules.map((schedule) => schedule.interval));
    const [{ pilotClusterSize }] = schedules;
    return { interval, ...(pilotClusterSize === undefined ? {} : { pilotClusterSize }) };
  }

  /** The next `count` configurations, `interval` updates of their chain apart. */
  *collect(interval: number, count: number): EnsembleWork<Collected> {
    const { sites } = this.members[0];
    const stride = Math.ceil(sites / 8);
    const { bytes, energies, magnetisations } = withRoom('count', count, () => ({
      bytes: new Uint8Array(count * stride),
      energies: new Float64Array(count),
      magnetisations: new Float64Array(count),
    }));
    const { given } = this;
    const before = this.members.map((_, k) => this.#rowsBefore(given, k));
    const taken = this.members.map(() => 0);
    let filled = 0;
    const take = (slice: Slice, machine: number): Progress => {
      for (let k = 0; k < slice.spinSums.length; k++) {
        const row = this.#rowAt(machine, before[machine] + taken[machine]++) - given;
        bytes.set(slice.bits.subarray(k * stride, (k + 1) * stride), row * stride);
        energies[row] = -slice.bondSums[k] / sites;
        magnetisations[row] = slice.spinSums[k] / sites;
      }
      filled += slice.spinSums.length;
      return progress('sample', filled, count, 'samples');
    };
    yield* inParallel(
      this.members.map((chain, k) => chain.series(this.#rowsBefore(given + count, k) - before[k], interval, true)),
      take,
    );
    this.given += count;
    return { bytes, energies, magnetisations };
  }

  /** Number of rows of this machine among all rows before number `row`. */
  #rowsBefore(row: number, machine: number): number {
    const { chains } = this.members[0];
    const rounds = Math.floor(row / this.chains);
    const begun = row - rounds * this.chains - machine * chains;
    return rounds * chains + Math.min(chains, Math.max(0, begun));
  }

  /** Number of this machine's row k among all rows. */
  #rowAt(machine: number, k: number): number {
    const { chains } = this.members[0];
    return Math.floor(k / chains) * this.chains + machine * chains + (k % chains);
  }

  /** Does work on this thread, synchronously. */
  finish<T>(work: EnsembleWork<T>): T {
    return finishRounds(this.#machines, work);
  }

  /** Does work with a pause at each step, see `finishRoundsWithPauses`. */
  finishWithPauses<T>(
    work: EnsembleWork<T>,
    threads: { count: number; asked: boolean },
    options: WorkOptions = {},
  ): Promise<T> {
    return finishRoundsWithPauses(this.#machines, work, threads, options);
  }

  get #machines(): Machine<never>[] {
    return this.members.map(({ machine }) => machine);
  }
}

/** Does work on these machines on this thread, synchronously. */
export function finishRounds<T>(machines: readonly Machine<never>[], work: EnsembleWork<T>): T {
  let step = work.next([]);
  while (!step.done) step = work.next(makeRound(machines, step.value.calls));
  return step.value;
}

/**
 * Does work with a pause at each step, on `threads.count` threads if the machines' memories are shared.
 * @param threads.asked whether the number is the user's: if not, one thread is used where threads cannot be started
 */
export async function finishRoundsWithPauses<T>(
  machines: readonly Machine<never>[],
  work: EnsembleWork<T>,
  threads: { count: number; asked: boolean },
  options: WorkOptions = {},
): Promise<T> {
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  const pool =
    threads.count > 1 && machines[0].shared ? await Pool.start(machines, threads.count, threads.asked) : undefined;
  try {
    let step = work.next([]);
    while (!step.done) {
      const { calls, progress } = step.value;
      if (progress) {
        onProgress?.(progress);
        await pause();
        signal?.throwIfAborted();
      }
      const results = pool ? await pool.run(calls) : makeRound(machines, calls);
      step = work.next(results);
    }
    return step.value;
  } finally {
    work.return(undefined as never); // after a stop, runs the generator's own cleanup
    await pool?.close();
  }
}

function makeRound(machines: readonly Machine<never>[], calls: readonly (readonly Call[])[]): number[][] {
  return calls.map((own, k) => makeCalls(machines[k], own));
}

/**
 * All works in parallel: each continues until it yields calls; then those of all works are yielded together. A work
 * without calls yields an empty list from time to time, so that the others continue.
 */
export function* inParallel<Report extends object, T>(
  works: readonly ChainWork<Report, T>[],
  onReport: (report: Report, machine: number) => Progress,
): EnsembleWork<T[]> {
  const values: T[] = [];
  let progress: Progress | undefined;
  const callsOf = (work: ChainWork<Report, T>, k: number, results: readonly number[]): readonly Call[] | undefined => {
    for (let step = work.next(results); ; step = work.next([])) {
      if (step.done) {
        values[k] = step.value;
        return undefined;
      }
      if (isCalls(step.value)) return step.value;
      progress = onReport(step.value, k);
    }
  };
  let waiting = works.map((work, k) => callsOf(work, k, []));
  while (progress !== undefined || waiting.some((calls) => calls !== undefined)) {
    const round = { calls: waiting.map((calls) => calls ?? []), progress };
    progress = undefined;
    const results = yield round;
    waiting = waiting.map((calls, k) => calls && callsOf(works[k], k, results[k]));
  }
  return values;
}
