/** The work of one process on the points of a sweep, beside any number of others. */

import { resultOf } from '../experiments/kit/runner.js';
import { Lock } from '../io/lock.js';
import { integer, knownOptions, objectWith, positive } from '../util/check.js';
import type { StopSignal } from '../util/platform.js';
import type { Progress } from '../util/work.js';
import { checkFolder, type Failure, StoreError, type SweepFolder } from './folder.js';
import type { PlannedPoint } from './plan.js';
import { goneAfter, SignOfLife, STALE_MS } from './worker.js';

/** Runs of a point whose processes were ended, such as for want of memory, before it counts as failed. */
const MAX_ENDED_RUNS = 3;

/** What happens to a point. */
export type PointEvent =
  | { type: 'begin' | 'done' | 'left'; id: string; key: string; run: number; seconds?: number }
  | { type: 'progress'; id: string; key: string; run: number; progress: Progress }
  | { type: 'failed'; id: string; key: string; run: number; message: string };

/** Options of one worker. */
export interface WorkOnOptions {
  /** Where to begin: at part `index` (from 0) of `count` equal parts of the points. All points are its work anyway. */
  shard?: { index: number; count: number };
  /** Threads of each point. */
  threads?: number;
  /** Stops at the next pause of the running point, whose checkpoint is kept. */
  signal?: StopSignal;
  onEvent?: (event: PointEvent) => void;
  /** Runs points that failed before once more. */
  retry?: boolean;
  /** Time without a sign of life after which a worker of another machine counts as gone, in ms; default 3 minutes. */
  staleAfter?: number;
}

const OPTIONS = ['shard', 'threads', 'signal', 'onEvent', 'retry', 'staleAfter'] as const;

/** What a worker leaves: numbers of points. */
export interface WorkOutcome {
  /** Points that this worker finished. */
  done: number;
  /** Points that failed, now or before. */
  failed: number;
  /** Points that other workers are running. */
  elsewhere: number;
}

/**
 * Runs points until each is finished, failed, or being run by another worker. A point that throws is recorded, and the
 * others go on. A point whose worker is gone is taken over, from its checkpoint if there is one.
 * @throws the reason of the signal; StoreError if results cannot be written; TypeError or RangeError for a wrong option
 */
export async function workOn(folder: SweepFolder, options: WorkOnOptions = {}): Promise<WorkOutcome> {
  checkFolder(folder);
  knownOptions('workOn', options, OPTIONS);
  const { shard = { index: 0, count: 1 }, signal, retry = false } = options;
  objectWith('shard', shard, ['index', 'count'], '{ index, count }');
  integer('shard.count', shard.count);
  integer('shard.index', shard.index, 0, shard.count - 1);
  if (options.threads !== undefined) integer('threads', options.threads);
  if (options.staleAfter !== undefined) positive('staleAfter', options.staleAfter);
  folder.makeParts();
  const { points } = folder.plan;
  if (retry) for (const { id } of points) folder.forgetFailure(id);
  const start = Math.floor((shard.index * points.length) / shard.count);
  const order = [...points.slice(start), ...points.slice(0, start)];
  const life = new SignOfLife(folder.workers);
  let done = 0;
  try {
    for (;;) {
      const [finished, failed] = [folder.finished(), folder.failed()];
      const open = order.filter(({ id }) => !finished.has(id) && !failed.has(id));
      let elsewhere = 0;
      let mine = 0;
      for (const point of open) {
        signal?.throwIfAborted();
        const outcome = await runPoint(folder, point, life, options);
        if (outcome === 'elsewhere') elsewhere++;
        else mine++;
        if (outcome === 'done') done++;
      }
      if (mine === 0) return { done, failed: points.filter(({ id }) => failed.has(id)).length, elsewhere };
    }
  } finally {
    await life.end();
  }
}

/** What a point threw, as its failure records it. */
type Thrown = Pick<Failure, 'error' | 'message' | 'stack'>;

/** The record of what a point threw. */
export function whatWasThrown(error: unknown): Thrown {
  if (!(error instanceof Error)) return { error: 'Error', message: String(error) };
  const { name, message, stack } = error;
  return { error: name, message, stack };
}

/** How one attempt at a point ended. */
export type PointOutcome =
  /** It was run, and its result or its failure is recorded. */
  | 'done'
  | 'failed'
  /** It had been finished, or had failed, before. */
  | 'there'
  /** Another worker runs it. */
  | 'elsewhere'
  /** Another worker took it over while this one ran it. */
  | 'left';

/**
 * Claims a point and runs it, from its checkpoint if there is one.
 * @param life of the present worker, in this folder
 * @throws the reason of the signal; StoreError if its result cannot be written
 */
export async function runPoint(
  folder: SweepFolder,
  planned: PlannedPoint,
  life: SignOfLife,
  options: Pick<WorkOnOptions, 'threads' | 'signal' | 'onEvent' | 'staleAfter'> = {},
): Promise<PointOutcome> {
  const { id, key } = planned;
  const isGone = goneAfter(folder.workers, options.staleAfter ?? STALE_MS);
  const says = { worker: life.name };
  const claim = Lock.attempt(folder.fileOf('claims', id), `point "${key}"`, { says, isGone });
  return claim instanceof Lock ? runClaimed(folder, planned, claim, life, options) : 'elsewhere';
}

/** Runs a point that is claimed, and releases the claim. */
async function runClaimed(
  folder: SweepFolder,
  planned: PlannedPoint,
  claim: Lock,
  life: SignOfLife,
  { threads, signal, onEvent }: WorkOnOptions,
): Promise<PointOutcome> {
  const { id, key, run, point } = planned;
  const start = performance.now();
  const fail = (what: Thrown): 'failed' => {
    const { message } = what;
    folder.recordFailure({ id, key, run, ...what, worker: life.name });
    onEvent?.({ type: 'failed', id, key, run, message });
    return 'failed';
  };
  const record = (outcome: 'done' | 'failed' | 'stopped') => {
    const seconds = (performance.now() - start) / 1000;
    life.record({ point: id, outcome, seconds: Number(seconds.toFixed(3)), at: Date.now() });
    return seconds;
  };
  try {
    // finished since the folder was read
    if (folder.isFinished(id) || folder.failureOf(id)) return 'there';
    const ended = folder.beginRun(id, life.name);
    if (ended >= MAX_ENDED_RUNS) {
      return fail({ error: 'Error', message: `${ended} workers ended while they ran it (killed, or out of memory?)` });
    }
    onEvent?.({ type: 'begin', id, key, run });
    const { experiment, runs } = folder.plan;
    await resultOf(experiment, runs[run].parameters, point, {
      ...{ threads, signal, store: folder.store(claim) },
      onProgress: (progress) => onEvent?.({ type: 'progress', id, key, run, progress }),
    });
    onEvent?.({ type: 'done', id, key, run, seconds: record('done') });
    return 'done';
  } catch (error) {
    if (signal?.aborted) {
      record('stopped');
      throw signal.reason;
    }
    if (error instanceof StoreError) {
      // the claim was taken over: the point is another worker's now
      if (!claim.isHeld) {
        onEvent?.({ type: 'left', id, key, run });
        return 'left';
      }
      throw error;
    }
    record('failed');
    return fail(whatWasThrown(error));
  } finally {
    if (claim.isHeld) folder.endRun(id);
    claim.release();
  }
}
