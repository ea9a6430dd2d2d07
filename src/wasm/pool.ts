/**
 * Many memories, side by side: calls of kernels on machines that share nothing, on this thread or divided among threads
 * (team.ts: one memory).
 */

import type { Kernels } from './kernels.js';
import type { Machine } from './machine.js';
import { type ThreadCall, Threads } from './threads.js';

/** A kernel's name and its arguments: work for one machine that any thread can do. */
export type Call = readonly [kernel: keyof Kernels, args: readonly (number | bigint)[]];

/** Makes calls on a machine, synchronously; returns what they returned. */
export function makeCalls({ kernels }: Machine<never>, calls: readonly Call[]): number[] {
  const byName = kernels as unknown as Record<string, (...args: unknown[]) => number>;
  return calls.map(([kernel, args]) => byName[kernel](...args));
}

/**
 * Threads for many machines that share nothing, each with a memory of its own (a `Team` works on one memory). Machine k
 * belongs to thread k mod threads; its results do not depend on that.
 */
export class Pool {
  readonly #machines: readonly Machine<never>[];
  readonly #threads: Threads;

  private constructor(machines: readonly Machine<never>[], threads: Threads) {
    this.#machines = machines;
    this.#threads = threads;
  }

  /**
   * @param machines each with a shared memory
   * @param asked whether the user named the number of threads
   * @returns undefined if threads cannot be started and `asked` is false
   * @throws Error if threads cannot be started and `asked` is true
   */
  static async start(machines: readonly Machine<never>[], threads: number, asked = true): Promise<Pool | undefined> {
    const memories = machines.map(({ memory }) => memory);
    const started = await Threads.start(machines[0].set, memories, Math.min(threads, machines.length), asked);
    return started && new Pool(machines, started);
  }

  /**
   * Makes the calls of each machine in their order, those of different machines at the same time. There may be fewer
   * lists than machines.
   * @returns what they returned, [machine][call]
   * @throws Error if a call fails; the threads have then ended
   */
  async run(calls: readonly (readonly Call[])[]): Promise<number[][]> {
    const { count } = this.#threads;
    const machinesOf = (rank: number) => this.#machines.map((_, k) => k).filter((k) => k % count === rank);
    const results = await this.#threads.run((rank) =>
      machinesOf(rank).flatMap((k) => (calls[k] ?? []).map(([kernel, args]): ThreadCall => [k, kernel, args])),
    );
    return calls.map((own, k) => {
      const before = machinesOf(k % count).filter((other) => other < k);
      const from = before.reduce((sum, other) => sum + calls[other].length, 0);
      return results[k % count].slice(from, from + own.length);
    });
  }

  /** Ends the threads. */
  close(): Promise<void> {
    return this.#threads.close();
  }
}
