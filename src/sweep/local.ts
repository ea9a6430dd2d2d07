/** A sweep on this machine: processes side by side, watched by one that runs no points itself. */

import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import type { SweepFolder } from './folder.js';
import type { PointEvent, WorkOnOptions, WorkOutcome } from './work.js';

/** What a worker process tells the one that started it. */
export type FromWorkerProcess =
  | PointEvent
  /** It came to its end. */
  | { type: 'ended' }
  /** It could not go on, through no fault of a point. */
  | { type: 'broken'; message: string };

/** Options of a sweep on this machine. */
export interface LocalOptions extends Omit<WorkOnOptions, 'onEvent'> {
  /** Number of processes. */
  jobs: number;
  /** What a worker process of the folder is: its module, its words, and what its environment has beside this one's. */
  command: (shard: { index: number; count: number }) => {
    module: string;
    words: string[];
    environment?: Record<string, string>;
  };
  /** @param job which process it happened in, from 0 */
  onEvent?: (event: PointEvent, job: number) => void;
}

/** Ends of processes one after the other, without a point that one of them began, after which nothing is started anew. */
const MAX_CRASHES = 3;

/**
 * Runs points in `jobs` processes until each is finished, failed, or being run elsewhere. A process that is killed or
 * crashes costs its present point its progress since the last checkpoint: another process is started, and takes it over.
 * @throws the reason of the signal, after all processes have stopped; Error if processes cannot work at all
 */
export async function workInProcesses(folder: SweepFolder, options: LocalOptions): Promise<WorkOutcome> {
  const { jobs, shard = { index: 0, count: 1 }, signal } = options;
  const count = shard.count * jobs;
  let done = 0;
  const children = new Set<ChildProcess>();
  let broken: string | undefined;
  let crashes = 0;
  const stop = () => {
    for (const child of children) child.kill('SIGTERM');
  };
  if (options.retry) for (const { id } of folder.plan.points) folder.forgetFailure(id);

  /** One process, to its end. @returns whether it ended by itself */
  const runOne = (job: number) =>
    new Promise<boolean>((resolve) => {
      const { module, words, environment } = options.command({ index: shard.index * jobs + job, count });
      const env = { ...process.env, ...environment };
      const child = fork(module, words, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [], env });
      children.add(child);
      let orderly = false;
      child.on('message', (message) => {
        const told = message as FromWorkerProcess;
        if (told.type === 'ended') {
          orderly = true;
        } else if (told.type === 'broken') {
          broken = told.message;
          stop();
        } else {
          if (told.type === 'begin') crashes = 0;
          if (told.type === 'done') done++;
          options.onEvent?.(told, job);
        }
      });
      child.once('error', (error) => {
        broken ??= error.message;
      });
      child.once('close', (code) => {
        children.delete(child);
        // 75 and 130: it was told to stop
        resolve(orderly || code === 75 || code === 130);
      });
    });

  const runAll = async (job: number) => {
    while (broken === undefined && !signal?.aborted) {
      if (await runOne(job)) return;
      if (++crashes >= MAX_CRASHES) broken ??= `worker processes end ${MAX_CRASHES} times in a row`;
      else if (!signal?.aborted) await wait(100);
    }
  };

  signal?.addEventListener('abort', stop);
  try {
    await Promise.all(Array.from({ length: jobs }, (_, job) => runAll(job)));
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  signal?.throwIfAborted();
  if (broken !== undefined) throw new Error(broken);
  // asked of the folder: a process may have ended while another still ran a point
  const [finished, broke, claimed] = [folder.finished(), folder.failed(), folder.claimed()];
  const left = folder.plan.points.filter(({ id }) => !finished.has(id));
  return {
    done,
    failed: left.filter(({ id }) => broke.has(id)).length,
    elsewhere: left.filter(({ id }) => !broke.has(id) && claimed.has(id)).length,
  };
}
