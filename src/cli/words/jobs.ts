/** Work on a sweep by one process or several, as the commands `run` and `work` do it. */

import { fileURLToPath } from 'node:url';
import type { SweepFolder } from '../../sweep/folder.js';
import { type FromWorkerProcess, workInProcesses } from '../../sweep/local.js';
import { type WorkOnOptions, type WorkOutcome, workOn } from '../../sweep/work.js';
import { Stopped } from './stopping.js';
import { SweepMeter } from './sweepMeter.js';

/** Options of work on this machine. */
export interface JobOptions extends Omit<WorkOnOptions, 'onEvent'> {
  jobs: number;
  /** Module of the experiment, if it is elsewhere than the plan says. */
  module?: string;
}

/** The variable by which a process knows that another one of this command started it. */
const WORKER = 'BLOCKSPIN_WORKER';

/** The command itself, which worker processes run. */
const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));

/**
 * Works on a sweep, with its progress on stderr, or, in a process that another one started, told to that one.
 * @throws as `workOn` and `workInProcesses`
 */
export async function workWithJobs(
  folder: SweepFolder,
  { jobs, module, ...options }: JobOptions,
): Promise<WorkOutcome> {
  if (isWorker()) return asWorker(folder, options);
  const meter = new SweepMeter(process.stderr, folder, jobs);
  try {
    if (jobs === 1) return await workOn(folder, { ...options, onEvent: (event) => meter.show(event, 0) });
    return await workInProcesses(folder, {
      ...options,
      jobs,
      command: ({ index, count }) => ({
        module: MAIN,
        environment: { [WORKER]: '1' },
        words: [
          'work',
          folder.path,
          ...['--jobs', '1', '--shard', `${index + 1}/${count}`, '--threads', String(options.threads ?? 1)],
          ...(options.staleAfter === undefined ? [] : ['--stale-after', `${options.staleAfter / 1000}s`]),
          ...(module === undefined ? [] : ['--experiment', module]),
        ],
      }),
      onEvent: (event, job) => meter.show(event, job),
    });
  } finally {
    meter.end();
  }
}

/** Whether another process of the command started this one, and tells of it. */
export const isWorker = () => process.send !== undefined && process.env[WORKER] === '1';

/** The work of a process that another one started and watches. */
async function asWorker(folder: SweepFolder, options: Omit<JobOptions, 'jobs' | 'module'>): Promise<WorkOutcome> {
  const tell = (told: FromWorkerProcess) => {
    if (process.connected) process.send?.(told);
  };
  const watcher = new AbortController();
  // without the one that watches nobody would stop it
  process.once('disconnect', () => watcher.abort(new Stopped('the process that watched this one has ended', 75)));
  const signal = AbortSignal.any([watcher.signal, ...(options.signal ? [options.signal] : [])]);
  let shown = 0;
  try {
    const outcome = await workOn(folder, {
      ...options,
      signal,
      onEvent: (event) => {
        const now = performance.now();
        if (event.type === 'progress' && now - shown < PROGRESS_MS) return;
        shown = now;
        tell(event);
      },
    });
    tell({ type: 'ended' });
    return outcome;
  } catch (error) {
    if (!signal.aborted) tell({ type: 'broken', message: (error as Error).message });
    throw error;
  } finally {
    if (process.connected) process.disconnect();
  }
}

/** Min time between two messages of progress, in ms. */
const PROGRESS_MS = 200;
