/** Puts the points of a sweep into a queue. */

import { resolve } from 'node:path';
import type { ConnectionOptions, Queue } from 'bullmq';
import { SweepFolder } from '../sweep/folder.js';
import { checkObjectStore, type ObjectStore, ObjectSweep } from '../sweep/objects.js';
import type { Plan } from '../sweep/plan.js';
import { knownOptions, objectWith, text } from '../util/check.js';
import { checkQueueName, jobIdOf, type PointJob } from './job.js';
import { bullmq, connected } from './packages.js';

/** Options of `enqueue`. */
export interface EnqueueOptions {
  /** Where Redis is, as BullMQ takes it: `{ host, port }`, `{ url: 'redis://…' }`, or a client. */
  connection: ConnectionOptions;
  /** Name of the queue, without a colon. */
  queue: string;
  /** What all keys of the queue begin with in Redis; default `bull`. */
  prefix?: string;
  /**
   * The folder of results, which all workers share; created if it is missing. With `objects`, what the keys of this
   * sweep begin with.
   */
  folder: string;
  /** A store for the results in place of a shared folder. */
  objects?: ObjectStore;
  /** Runs points that failed before once more. */
  retry?: boolean;
  /** Makes a folder of another plan one of this plan; results of points that both have stay. */
  change?: boolean;
}

const OPTIONS = ['connection', 'queue', 'prefix', 'folder', 'objects', 'retry', 'change'] as const;

/** What `enqueue` found and did, in numbers of points. */
export interface Enqueued {
  added: number;
  /** Points that were in the queue before, or are being run from it. */
  waiting: number;
  /** Points with a result. */
  done: number;
  /** Points that failed before, without `retry`. */
  failed: number;
}

/** Jobs that are added at once. */
const BATCH = 1000;

/**
 * Runs of a job whose process was ended or could not write, and the delay before the second one in ms, which doubles each
 * time: two minutes in all, for a disk that is away for a while. A point that throws is not run again: it would throw the
 * same. One that ends its processes is given up before, as in every sweep in a folder.
 */
const ATTEMPTS = 8;
const BACKOFF_MS = 1000;

/**
 * Adds a job for every point of a plan that has no result, is not in the queue, and has not failed. The files of results
 * are the truth: jobs leave Redis when they end, so that a sweep can be put into the queue again at any time.
 * @throws TypeError or RangeError for a wrong option; Error if bullmq or ioredis is not installed, Redis cannot be
 *   reached, or the folder is that of another plan
 */
export async function enqueue(plan: Plan, options: EnqueueOptions): Promise<Enqueued> {
  objectWith('plan', plan, ['experiment', 'runs', 'points'], 'plan, such as planOf gives');
  knownOptions('enqueue', options, OPTIONS);
  const { connection, queue: name, prefix, folder, objects, retry = false, change } = options;
  objectWith('connection', connection, [], 'options of a connection to Redis, such as { host, port }');
  checkQueueName(name);
  text('folder', folder);
  if (objects) checkObjectStore('objects', objects);
  const { Queue } = await bullmq();
  const queue = new Queue(name, { connection, ...(prefix !== undefined && { prefix }) });
  try {
    await connected(queue);
    const sweep = objects
      ? await ObjectSweep.create(objects, folder, plan, { change })
      : SweepFolder.create(folder, plan, { change });
    const [finished, failed] = [await sweep.finished(), await sweep.failed()];
    const done = plan.points.filter(({ id }) => finished.has(id));
    const broken = plan.points.filter(({ id }) => failed.has(id) && !finished.has(id));
    if (retry) for (const { id } of broken) await sweep.forgetFailure(id);
    const open = plan.points.filter(({ id }) => !finished.has(id) && (retry || !failed.has(id)));
    const where = { folder: objects ? folder : resolve(folder), objects: objects !== undefined };
    const jobs = open.map(({ id, key, run }): PointJob => ({ ...where, point: id, key, run }));
    let added = 0;
    for (let from = 0; from < jobs.length; from += BATCH) {
      added += await addJobs(queue, plan.experiment.name, jobs.slice(from, from + BATCH));
    }
    return { added, waiting: open.length - added, done: done.length, failed: retry ? 0 : broken.length };
  } finally {
    await queue.close();
  }
}

/** Adds those that are not in the queue. @returns how many */
async function addJobs(queue: Queue, name: string, jobs: PointJob[]): Promise<number> {
  const ids = jobs.map(jobIdOf);
  const states = await Promise.all(ids.map((id) => queue.getJobState(id)));
  // a job that has ended and was kept, by a queue that others use in their own way, would keep a new one out
  const ended = ids.filter((_, k) => states[k] === 'completed' || states[k] === 'failed');
  await Promise.all(ended.map((id) => queue.remove(id)));
  const fresh = jobs.filter((_, k) => states[k] === 'unknown' || ended.includes(ids[k]));
  await queue.addBulk(
    fresh.map((data) => ({
      name,
      data,
      opts: {
        jobId: jobIdOf(data),
        removeOnComplete: true,
        removeOnFail: true,
        attempts: ATTEMPTS,
        backoff: { type: 'exponential', delay: BACKOFF_MS },
      },
    })),
  );
  return fresh.length;
}
