/**
 * The processor that BullMQ loads into processes of its own, one point at a time: a point computes for minutes, and in
 * the process of the worker it would keep the worker from renewing the lock of its job, which BullMQ would then give to
 * another worker.
 */

import type { SandboxedJob } from 'bullmq';
import { hostName } from '../io/disk.js';
import { defaultOf } from '../sweep/experimentFile.js';
import { SweepFolder } from '../sweep/folder.js';
import { checkObjectStore, type ObjectStore, ObjectSweep } from '../sweep/objects.js';
import { checkModule, type PlannedPoint } from '../sweep/plan.js';
import { type PointEvent, type PointOutcome, runPoint, type WorkOnOptions } from '../sweep/work.js';
import { SignOfLife } from '../sweep/worker.js';
import { type Broken, type PointJob, type ProcessorSettings, SETTINGS } from './job.js';

/** Delay before a job is looked at again whose point another worker runs, in ms. */
const ELSEWHERE_MS = 5000;

/** Delay of a job that this worker could not even begin, so that another worker takes it, in ms. */
const BROKEN_MS = 2000;

/** Min time between two messages of progress, in ms. */
const PROGRESS_MS = 1000;

/** A sweep that this process runs points of. */
interface OpenSweep {
  points: Map<string, PlannedPoint>;
  run(planned: PlannedPoint, options: Pick<WorkOnOptions, 'threads' | 'signal' | 'onEvent'>): Promise<PointOutcome>;
  failureOf(id: string): Promise<{ message: string } | undefined>;
}

const settings = JSON.parse(process.env[SETTINGS] ?? '{}') as ProcessorSettings;
const sweeps = new Map<string, OpenSweep>();

/** Ends the work of a process without the worker that started it: the point is stopped, with its checkpoint. */
const orphaned = new AbortController();
process.once('disconnect', () => orphaned.abort(new Error('the worker of this process has ended')));

/** Runs the point of a job. @returns what became of it */
export default async function processor(
  job: SandboxedJob<PointJob>,
  token?: string,
  signal?: AbortSignal,
): Promise<PointEvent | undefined> {
  const { key, folder } = job.data;
  let opened: { sweep: OpenSweep; planned: PlannedPoint | undefined };
  try {
    opened = await sweepOf(job.data);
  } catch (error) {
    // the fault of this machine, not of the point: the worker stops, and the job is for another
    const broken: Broken = { type: 'broken', message: (error as Error).message };
    await job.updateProgress(broken);
    await job.moveToDelayed(Date.now() + BROKEN_MS, token);
    throw named('DelayedError', broken.message);
  }
  const { sweep, planned } = opened;
  if (planned === undefined) throw named('UnrecoverableError', `the plan of ${folder} has no point "${key}" any more`);

  const stop = new AbortController();
  for (const one of [signal, orphaned.signal]) {
    if (one?.aborted) stop.abort(one.reason);
    one?.addEventListener('abort', () => stop.abort(one.reason), { once: true });
  }
  let told = -Infinity;
  let last: PointEvent | undefined;
  const onEvent = (event: PointEvent) => {
    last = event;
    if (event.type !== 'begin' && event.type !== 'progress') return; // told by the end of the job
    const now = performance.now();
    if (event.type === 'progress') {
      if (now - told < PROGRESS_MS) return;
      told = now;
    }
    job.updateProgress(event).catch(() => {}); // the worker has ended, which is noticed by itself
  };
  let outcome: PointOutcome | undefined;
  try {
    outcome = await sweep.run(planned, { threads: settings.threads, signal: stop.signal, onEvent });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
  if (orphaned.signal.aborted) process.exit(1);
  if (outcome === undefined) {
    await job.moveToWait(token);
    throw named('WaitingError', 'the worker was closed');
  }
  if (outcome === 'elsewhere' || outcome === 'left') {
    await job.moveToDelayed(Date.now() + ELSEWHERE_MS, token);
    throw named('DelayedError', 'another worker runs this point');
  }
  const failure = outcome === 'done' ? undefined : await sweep.failureOf(planned.id);
  if (failure) throw named('UnrecoverableError', failure.message);
  return outcome === 'done' ? last : undefined;
}

/** The sweep of a job, and its point in the present plan. */
async function sweepOf(job: PointJob): Promise<{ sweep: OpenSweep; planned: PlannedPoint | undefined }> {
  const name = `${job.objects} ${job.folder}`;
  let sweep = sweeps.get(name);
  if (!sweep?.points.has(job.point)) {
    sweep = await (job.objects ? objectsOf(job.folder) : folderOf(job.folder));
    sweeps.set(name, sweep);
  }
  return { sweep, planned: sweep.points.get(job.point) };
}

/** Signs of life by the paths of folders: one of this process in each. */
const lives = new Map<string, SignOfLife>();
process.once('exit', () => {
  for (const life of lives.values()) life.leave();
});

async function folderOf(named: string): Promise<OpenSweep> {
  const folder = await SweepFolder.open(settings.folder ?? named, settings.experiment);
  checkModule(folder.plan);
  folder.makeParts();
  const life = lives.get(folder.path) ?? new SignOfLife(folder.workers);
  lives.set(folder.path, life);
  const { staleAfter } = settings;
  return {
    points: byId(folder.plan.points),
    run: (planned, options) => runPoint(folder, planned, life, { ...options, staleAfter }),
    failureOf: async (id) => folder.failureOf(id),
  };
}

async function objectsOf(named: string): Promise<OpenSweep> {
  if (settings.objects === undefined) {
    throw new Error(`the sweep ${named} is in a store of objects: start the workers with "objects", its module`);
  }
  const loaded = (await defaultOf(settings.objects)) as ObjectStore;
  const objects = checkObjectStore(`${settings.objects}: default export`, loaded);
  const sweep = await ObjectSweep.open(objects, named, settings.experiment);
  checkModule(sweep.plan);
  const worker = `${hostName()}-${process.pid}`;
  return {
    points: byId(sweep.plan.points),
    run: (planned, options) => sweep.runPoint(planned, { ...options, worker }),
    failureOf: (id) => sweep.failureOf(id),
  };
}

const byId = (points: readonly PlannedPoint[]) => new Map(points.map((planned) => [planned.id, planned]));

/** An error that BullMQ knows by its name, which is all that comes from one process to another. */
function named(name: 'DelayedError' | 'UnrecoverableError' | 'WaitingError', message: string): Error {
  return Object.assign(new Error(message), { name });
}
