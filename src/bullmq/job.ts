/** A point as a job: what it says, its name in the queue, and what its worker process is told besides. */

import { createHash } from 'node:crypto';
import { refuse, text } from '../util/check.js';

/** What a job says. */
export interface PointJob {
  /** The folder of the sweep; of objects, what their keys begin with. */
  readonly folder: string;
  /** Whether the sweep is in a store of objects. */
  readonly objects: boolean;
  /** Id of the point, by which its files are named. */
  readonly point: string;
  readonly key: string;
  readonly run: number;
}

/**
 * The id of the job of a point: the same whenever this sweep is put into the queue, and another one in another sweep, so
 * that a point waits in a queue at most once. BullMQ refuses ids that are integers or have a colon.
 */
export function jobIdOf({ folder, point }: PointJob): string {
  return `p${point}${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`;
}

/**
 * Checks the name of a queue.
 * @throws TypeError if it is no text; RangeError if it is empty or has a colon, which Redis keys are set apart by
 */
export function checkQueueName(name: unknown): string {
  if (text('queue', name) === '' || (name as string).includes(':')) refuse('queue', 'name without a colon', name);
  return name as string;
}

/** What the processes that run points are told by the worker that starts them. */
export interface ProcessorSettings {
  threads?: number;
  staleAfter?: number;
  /** The folder of the sweep on this machine, if it is another than the jobs say. */
  folder?: string;
  /** Module of the store of objects. */
  objects?: string;
  /** Module of the experiment, if it is elsewhere than the plan says. */
  experiment?: string;
}

/** The variable of their environment that holds the settings, as JSON. */
export const SETTINGS = 'BLOCKSPIN_QUEUE_WORKER';

/** What a process tells of its job, as the progress of the job, beside the events of points. */
export interface Broken {
  type: 'broken';
  /** Why this worker cannot run points at all. */
  message: string;
}
