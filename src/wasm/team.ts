/** One shared memory: threads that run the same kernel on it (pool.ts: many memories). */

import { pause } from '../util/work.js';
import type { Kernels } from './kernels.js';
import type { Machine } from './machine.js';
import { Threads } from './threads.js';

/** Kernels that a team can run. */
export type TeamKernel = 'anneal' | 'trainCd1' | 'trainFixed16' | 'trainBinary' | 'trainNumeric' | 'multispin';

/**
 * Threads that run one kernel on one shared memory (a `Pool` has many memories). The kernel takes (…, rank, threads)
 * and divides its work by them so that no result depends on the number of threads; the threads wait for each other at
 * `env.barrier`.
 */
export interface Team {
  readonly threads: number;
  /** Runs the kernel on every thread with (...args, rank, threads); resolves when all are done. */
  run(kernel: TeamKernel, ...args: number[]): Promise<void>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/**
 * A team on the machine's memory: `threads` workers if the memory is shared, otherwise this thread alone; also alone if
 * workers cannot be started and `asked` is false.
 * @param asked whether the user named the number of threads
 * @throws Error if workers cannot be started and `asked` is true
 */
export async function startTeam(machine: Machine<never>, threads: number, asked = true): Promise<Team> {
  if (!machine.shared || threads === 1) return alone(machine.kernels);
  const team = await Threads.start(machine.set, [machine.memory], threads, asked);
  if (!team) return alone(machine.kernels);
  return {
    threads,
    run: async (kernel, ...args) => {
      await team.run((rank) => [[0, kernel, [...args, rank, threads]]]);
    },
    close: () => team.close(),
  };
}

function alone(kernels: Partial<Kernels>): Team {
  return {
    threads: 1,
    run: async (kernel, ...args) => {
      (kernels[kernel] as (...args: number[]) => void)(...args, 0, 1);
      await pause();
    },
    close: async () => {},
  };
}
