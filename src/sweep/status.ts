/** How far a sweep is. */

import { readFileBytes } from '../io/disk.js';
import { positive } from '../util/check.js';
import { aliveIn, checkFolder, type Failure, type SweepFolder } from './folder.js';
import { type Deed, deedsIn, goneAfter, STALE_MS } from './worker.js';

/** How far a sweep is: numbers of points, and more. */
export interface SweepStatus {
  experiment: string;
  runs: number;
  points: number;
  done: number;
  running: number;
  failed: number;
  /** Points with a checkpoint that nobody runs. */
  interrupted: number;
  /** Points that are neither done nor failed, those being run included. */
  left: number;
  /** Workers that run a point. */
  workers: number;
  /** Mean seconds of a finished point; null before the first. */
  secondsPerPoint: number | null;
  /** Estimate of the time left in seconds, with the workers of now; null if there are none. */
  secondsLeft: number | null;
  /** Size of the folder's results and checkpoints in bytes. */
  bytes: number;
  failures: Failure[];
}

/** The costs of finished points, as far as their workers recorded them. */
export function costsIn(folder: SweepFolder): Deed[] {
  const deeds = deedsIn(folder.workers, (path) => new TextDecoder().decode(readFileBytes(path)));
  const ids = new Set(folder.plan.points.map(({ id }) => id));
  return deeds.filter(({ point, outcome }) => outcome === 'done' && ids.has(point));
}

/**
 * How far a sweep is.
 * @param staleAfter time without a sign of life after which a worker of another machine counts as gone, in ms
 * @throws Error if the folder cannot be read
 */
export function statusOf(folder: SweepFolder, staleAfter = STALE_MS): SweepStatus {
  checkFolder(folder);
  positive('staleAfter', staleAfter);
  const { experiment, runs, points } = folder.plan;
  const isGone = goneAfter(folder.workers, staleAfter);
  const [finished, broken, begun] = [folder.finished(), folder.failed(), folder.begun()];
  const running = new Set([...aliveIn(folder.path, isGone)].filter((id) => !finished.has(id)));
  const ofPlan = (ids: Set<string>) => points.filter(({ id }) => ids.has(id)).length;
  const [done, failed] = [ofPlan(finished), points.filter(({ id }) => broken.has(id) && !finished.has(id)).length];
  const left = points.length - done - failed;
  const workers = new Set([...running].map((id) => String(folder.claimOf(id)?.worker)));
  const costs = costsIn(folder).map(({ seconds }) => seconds);
  const mean = costs.length > 0 ? costs.reduce((a, b) => a + b, 0) / costs.length : null;
  return {
    experiment: experiment.name,
    runs: runs.length,
    points: points.length,
    done,
    running: ofPlan(running),
    failed,
    interrupted: points.filter(({ id }) => begun.has(id) && !running.has(id) && !finished.has(id)).length,
    left,
    workers: workers.size,
    secondsPerPoint: mean,
    secondsLeft: mean !== null && workers.size > 0 ? (mean * left) / workers.size : null,
    bytes: folder.size(),
    failures: points.flatMap(({ id }) => (broken.has(id) && !finished.has(id) ? (folder.failureOf(id) ?? []) : [])),
  };
}
