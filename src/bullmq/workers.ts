/** Workers that run the points of a queue. */

import { availableParallelism } from 'node:os';
import type { ConnectionOptions, Job, JobProgress } from 'bullmq';
import type { PointEvent } from '../sweep/work.js';
import { integer, knownOptions, objectWith } from '../util/check.js';
import { type Broken, checkQueueName, type PointJob, type ProcessorSettings, SETTINGS } from './job.js';
import { bullmq, connected } from './packages.js';

/** Options of `startWorkers`. */
export interface StartWorkersOptions {
  /** Where Redis is, as BullMQ takes it: `{ host, port }`, `{ url: 'redis://…' }`, or a client. */
  connection: ConnectionOptions;
  /** Name of the queue, without a colon. */
  queue: string;
  /** What all keys of the queue begin with in Redis; default `bull`. */
  prefix?: string;
  /** Points that run at once, each in a process of its own; default the number of cores. */
  concurrency?: number;
  /** Threads of each point, default 1; results do not depend on it. */
  threads?: number;
  /** The folder of results on this machine, if it is another than the jobs say. */
  folder?: string;
  /** The module whose default export is the store of objects, for sweeps that are in one. */
  objects?: string;
  /** The module of the experiment, if it is elsewhere than when it was planned. */
  experiment?: string;
  /** Time without a renewal of its lock after which a job is given to another worker, in ms; default 30 s. */
  lockDuration?: number;
  /**
   * Time without a sign of life in the shared folder after which a worker of another machine counts as gone, in ms;
   * default 3 minutes.
   */
  staleAfter?: number;
  onEvent?: (event: PointEvent) => void;
  /** What went wrong without an end of the work, such as a lost connection; default `process.emitWarning`. */
  onError?: (error: Error) => void;
}

const OPTIONS = [
  ...(['connection', 'queue', 'prefix', 'concurrency', 'threads', 'folder', 'objects', 'experiment'] as const),
  ...(['lockDuration', 'staleAfter', 'onEvent', 'onError'] as const),
] as const;

/** Workers of a queue. */
export interface QueueWorkers {
  /**
   * Stops the running points, whose checkpoints are kept, gives their jobs back to the queue, and ends the processes.
   * @returns when that is done
   */
  close(): Promise<void>;
  /**
   * Settles when the workers have been closed.
   * @throws Error if they closed because they cannot open the sweep that jobs are of
   */
  readonly closed: Promise<void>;
}

/**
 * Times that a job is given to another worker because its own gave no sign of life. It is not meant to end a job: runs
 * that are ended are counted in the folder of the sweep.
 */
const MAX_STALLS = 10;

/** Processes of `startWorkers`: the compiled processor beside this module. */
const PROCESSOR = new URL('./processor.js', import.meta.url);

/**
 * Starts workers on the points in a queue, until they are closed. Any number of machines may do so. A point that throws
 * is recorded and not run again; one whose process or machine is gone is run again, from its checkpoint.
 * @throws TypeError or RangeError for a wrong option; Error if bullmq or ioredis is not installed or Redis cannot be
 *   reached
 */
export async function startWorkers(options: StartWorkersOptions): Promise<QueueWorkers> {
  knownOptions('startWorkers', options, OPTIONS);
  const { connection, queue, prefix, onEvent, onError = (error) => process.emitWarning(error) } = options;
  const { concurrency = availableParallelism(), lockDuration = 30_000 } = options;
  const { threads, folder, objects, experiment, staleAfter } = options;
  objectWith('connection', connection, [], 'options of a connection to Redis, such as { host, port }');
  checkQueueName(queue);
  integer('concurrency', concurrency);
  integer('lockDuration', lockDuration, 100);
  if (threads !== undefined) integer('threads', threads);
  if (staleAfter !== undefined) integer('staleAfter', staleAfter, 1000);
  const settings: ProcessorSettings = { threads, folder, objects, experiment, staleAfter };
  const { Worker } = await bullmq();
  const worker = new Worker<PointJob, PointEvent | undefined>(queue, PROCESSOR, {
    ...{ connection, concurrency, lockDuration, autorun: false },
    ...(prefix !== undefined && { prefix }),
    stalledInterval: lockDuration,
    maxStalledCount: MAX_STALLS,
    useWorkerThreads: false,
    workerForkOptions: { env: { ...process.env, [SETTINGS]: JSON.stringify(settings) } },
  });
  await connected(worker);

  let broken: string | undefined;
  const close = () => {
    const closed = worker.close(); // before: no job is begun any more
    worker.cancelAllJobs('the worker was closed');
    return closed;
  };
  worker.on('error', onError);
  worker.on('progress', (_, progress: JobProgress) => {
    const event = progress as unknown as PointEvent | Broken;
    if (event.type !== 'broken') return onEvent?.(event);
    broken ??= event.message;
    close();
  });
  worker.on('completed', (_, event) => {
    if (event) onEvent?.(event);
  });
  worker.on('failed', (job, error) => {
    if (job) tellFailure(job, error);
  });
  const tellFailure = (job: Job<PointJob>, error: Error) => {
    const { point: id, key, run } = job.data;
    if (job.finishedOn) onEvent?.({ type: 'failed', id, key, run, message: error.message });
    else onError(new Error(`point "${key}" is run again: ${error.message}`, { cause: error }));
  };
  const closed = new Promise<void>((resolve, reject) => {
    worker.once('closed', () => (broken === undefined ? resolve() : reject(new Error(broken))));
  });
  closed.catch(() => {}); // whoever asks for it is told
  worker.run().catch(onError);
  return { close, closed };
}
