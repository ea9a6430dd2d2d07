/**
 * The folder of a sweep, which all its workers share, on one machine or on many:
 *
 *     plan.jsonl                 the plan
 *     points/ID.safetensors      result of a finished point
 *     state/ID.safetensors       checkpoint of an unfinished one
 *     claims/ID.lock, ID.runs    the worker that runs it, and those that ran it and did not come to an end
 *     failed/ID.json             why it failed
 *     workers/NAME, NAME.jsonl   sign of life of a worker, and what it did
 *
 * A point's result is a function of its identity alone, and files are written whole or not at all, so that even two
 * workers on one point could only write the same bytes.
 */

import { join } from 'node:path';
import type { CheckpointStore } from '../experiments/kit/experiment.js';
import type { PointStore } from '../experiments/kit/pointStore.js';
import {
  appendLine,
  bytesIn,
  createFile,
  ensureWritableFolder,
  isPresent,
  namesIn,
  readFileBytes,
  readIfPresent,
  removeFolder,
  removeIfPresent,
  removeLeftovers,
  writeFileAtomic,
} from '../io/disk.js';
import { isAlive, type Lock, type Owner, ownerOf } from '../io/lock.js';
import { checkPath, objectWith, refuse } from '../util/check.js';
import { type LoadedExperiment, loadExperiment } from './experimentFile.js';
import { decodePlan, differenceOfPlans, encodePlan, experimentOfPlan, idOf, type Plan } from './plan.js';

export const PLAN = 'plan.jsonl';
const LOCK = '.lock';
const RUNS = '.runs';
const PARTS = ['points', 'state', 'claims', 'failed', 'workers'] as const;

/** Ends of the names of files by their folders, behind the id of the point. */
export const ENDINGS = { points: '.safetensors', state: '.safetensors', claims: LOCK, failed: '.json' } as const;

/** Min age of the last checkpoint before a new one is written, in ms. */
export const CHECKPOINT_MS = 15_000;

/** Why a point failed. */
export interface Failure {
  id: string;
  key: string;
  run: number;
  /** Name of the error's class. */
  error: string;
  message: string;
  stack?: string;
  worker: string;
}

/** A result or checkpoint could not be written or read: the fault of the disk or of another process, not of the point. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** The folder of a sweep. */
export class SweepFolder {
  private constructor(
    readonly path: string,
    readonly plan: Plan,
  ) {}

  /**
   * The folder with this plan, which is created if it is missing.
   * @param change whether a folder of another plan becomes one of this plan: results of points that both have stay
   * @throws Error naming what differs if the folder has another plan; Error if it cannot be written
   */
  static create(path: string, plan: Plan, { change = false }: { change?: boolean } = {}): SweepFolder {
    checkPath(path);
    objectWith('plan', plan, ['experiment', 'runs', 'points'], 'a plan');
    ensureWritableFolder(path);
    const file = join(path, PLAN);
    if (!createFile(file, encodePlan(plan))) {
      const difference = differenceOfPlans(new TextDecoder().decode(readFileBytes(file)), plan, file);
      if (difference !== undefined && !change) {
        throw new Error(
          `${path} is the folder of another plan: ${difference}; with --change-plan results of points that both have are kept`,
        );
      }
      if (difference !== undefined) writeFileAtomic(file, encodePlan(plan));
    }
    return new SweepFolder(path, plan);
  }

  /**
   * The folder with the plan that it holds.
   * @param module of the experiment, if its file is elsewhere than when it was planned
   * @throws Error if it is not the folder of a sweep; FormatError if its plan is of another version or damaged
   */
  static async open(path: string, module?: string): Promise<SweepFolder> {
    const file = join(checkPath(path), PLAN);
    const bytes = readIfPresent(file);
    if (bytes === undefined) throw new Error(`${path} is not the folder of a sweep: it has no ${PLAN}`);
    const text = new TextDecoder().decode(bytes);
    return new SweepFolder(path, decodePlan(text, await experimentOf(text, module, file), file));
  }

  /** Whether there is a plan in this folder. */
  static isAt(path: string): boolean {
    return isPresent(join(path, PLAN));
  }

  /**
   * Removes plan, results, checkpoints and all else of a sweep; other files of the folder stay.
   * @param isGone whether an owner of a claim on another host is gone
   * @throws Error if points are being run, and then nothing is removed; Error if it cannot be removed
   */
  static removeFrom(path: string, isGone?: (owner: Owner) => boolean): void {
    const alive = aliveIn(path, isGone).size;
    if (alive > 0) throw new Error(`${path}: ${alive} points are being run by other workers; nothing was removed`);
    for (const part of PARTS) removeFolder(join(path, part));
    removeIfPresent(join(path, PLAN));
  }

  /** The file of a point in one of the folders. */
  fileOf(part: keyof typeof ENDINGS, id: string): string {
    return join(this.path, part, id + ENDINGS[part]);
  }

  get workers(): string {
    return join(this.path, 'workers');
  }

  /**
   * Creates the folders of results, claims and workers.
   * @throws Error if they cannot be written
   */
  makeParts(): void {
    for (const part of PARTS) ensureWritableFolder(join(this.path, part));
  }

  #ids(part: keyof typeof ENDINGS): Set<string> {
    return idsIn(this.path, part);
  }

  /**
   * Ids of the points with a result, whether they belong to this plan or not.
   * @throws Error if the folder cannot be read
   */
  finished(): Set<string> {
    return this.#ids('points');
  }

  /**
   * Whether a point has a result.
   * @throws TypeError if the id is no text
   */
  isFinished(id: string): boolean {
    return isPresent(this.fileOf('points', id));
  }

  /**
   * Ids of the points that failed.
   * @throws Error if the folder cannot be read
   */
  failed(): Set<string> {
    return this.#ids('failed');
  }

  /**
   * Ids of the points that are claimed, alive or not.
   * @throws Error if the folder cannot be read
   */
  claimed(): Set<string> {
    return this.#ids('claims');
  }

  /**
   * Ids of the points with a checkpoint.
   * @throws Error if the folder cannot be read
   */
  begun(): Set<string> {
    return this.#ids('state');
  }

  /**
   * Why a point failed; undefined if it did not.
   * @throws Error if what was recorded cannot be read
   */
  failureOf(id: string): Failure | undefined {
    const bytes = readIfPresent(this.fileOf('failed', id));
    if (bytes === undefined) return undefined;
    try {
      return JSON.parse(new TextDecoder().decode(bytes)) as Failure;
    } catch {
      return {
        id,
        key: '',
        run: 0,
        worker: '',
        error: 'Error',
        message: 'what was recorded of this failure cannot be read',
      };
    }
  }

  /**
   * Records why a point failed; it is not run again unless that is asked for.
   * @throws Error if it cannot be written
   */
  recordFailure(failure: Failure): void {
    writeFileAtomic(this.fileOf('failed', failure.id), `${JSON.stringify(failure, null, 2)}\n`);
  }

  /** Forgets why a point failed, so that it is run again. */
  forgetFailure(id: string): void {
    removeIfPresent(this.fileOf('failed', id));
  }

  /**
   * Who claims a point, if anybody does.
   * @throws Error if the claim cannot be read
   */
  claimOf(id: string): Owner | undefined {
    return ownerOf(this.fileOf('claims', id));
  }

  /**
   * To be called by the holder of a claim, before a run of its point.
   * @returns the number of runs that were begun before and did not come to an end, since their processes were ended
   * @throws Error if it cannot be recorded
   */
  beginRun(id: string, worker: string): number {
    const path = join(this.path, 'claims', id + RUNS);
    const before = new TextDecoder().decode(readIfPresent(path)).split('\n').length - 1;
    appendLine(path, worker);
    return before;
  }

  /** To be called by the holder of a claim, when a run came to an end: done, failed or stopped. */
  endRun(id: string): void {
    removeIfPresent(join(this.path, 'claims', id + RUNS));
  }

  /**
   * Results as a store, whose members throw StoreError if files cannot be read or written.
   * @param claim on the point that is saved: nothing is written once another worker has taken it over
   * @throws nothing itself
   */
  store(claim?: Lock): PointStore {
    const writing = (file: string, bytes: Uint8Array) => {
      try {
        claim?.check();
        writeFileAtomic(file, bytes);
      } catch (error) {
        throw new StoreError((error as Error).message, { cause: error });
      }
    };
    const reading = (file: string) => {
      try {
        return readIfPresent(file);
      } catch (error) {
        throw new StoreError((error as Error).message, { cause: error });
      }
    };
    return {
      nameOf: (identity) => this.fileOf('points', idOf(identity)),
      load: (identity) => reading(this.fileOf('points', idOf(identity))),
      save: (identity, bytes) => {
        writing(this.fileOf('points', idOf(identity)), bytes);
        removeIfPresent(this.fileOf('state', idOf(identity)));
      },
      checkpoint: (identity) => checkpointFile(this.fileOf('state', idOf(identity)), reading, writing),
    };
  }

  /**
   * Bytes of all files of the sweep.
   * @throws Error if the folder cannot be read
   */
  size(): number {
    return PARTS.reduce((sum, part) => sum + bytesIn(join(this.path, part)), 0);
  }

  /**
   * Removes what no worker needs any more: claims of workers that are gone, checkpoints of finished points, temporary
   * files, results of points that are not in the plan. With `all`, everything but the summary.
   * @param isGone whether an owner on another host is gone
   * @throws Error if a worker is alive and everything is to be removed
   */
  clean({ all = false, isGone }: { all?: boolean; isGone?: (owner: Owner) => boolean } = {}): number {
    const before = this.#files();
    if (all) {
      SweepFolder.removeFrom(this.path, isGone);
      return before - this.#files();
    }
    const alive = aliveIn(this.path, isGone);
    const ids = new Set(this.plan.points.map(({ id }) => id));
    const finished = this.finished();
    for (const id of this.claimed()) if (!alive.has(id)) removeIfPresent(this.fileOf('claims', id));
    for (const id of finished) this.endRun(id);
    for (const id of this.begun()) {
      if ((finished.has(id) || !ids.has(id)) && !alive.has(id)) removeIfPresent(this.fileOf('state', id));
    }
    for (const part of ['points', 'failed'] as const) {
      const there = part === 'points' ? finished : this.failed();
      for (const id of there) if (!ids.has(id)) removeIfPresent(this.fileOf(part, id));
    }
    // temporary files belong to writers that may be at work
    if (alive.size === 0) for (const part of PARTS) removeLeftovers(join(this.path, part), 'folder');
    return before - this.#files();
  }

  #files(): number {
    return PARTS.reduce((sum, part) => sum + namesIn(join(this.path, part)).length, 0);
  }
}

/**
 * Checks that an argument is the folder of a sweep.
 * @throws TypeError if not
 */
export function checkFolder(folder: SweepFolder): SweepFolder {
  return folder instanceof SweepFolder ? folder : refuse('folder', 'SweepFolder', folder, 'type');
}

/** Ids of the points of which there is a file in one of the folders of a sweep. */
function idsIn(path: string, part: keyof typeof ENDINGS): Set<string> {
  const names = namesIn(join(path, part)).filter((name) => !name.endsWith(RUNS));
  return new Set(names.map((name) => name.slice(0, name.indexOf('.'))));
}

/** Ids of the points that are being run, as far as is known. */
export function aliveIn(path: string, isGone?: (owner: Owner) => boolean): Set<string> {
  const isRun = (id: string) => {
    const owner = ownerOf(join(path, 'claims', id + LOCK));
    return owner !== undefined && isAlive(owner, isGone);
  };
  return new Set([...idsIn(path, 'claims')].filter(isRun));
}

/** The checkpoint of a point as a file, written at most every 15 seconds. */
function checkpointFile(
  name: string,
  reading: (file: string) => Uint8Array | undefined,
  writing: (file: string, bytes: Uint8Array) => void,
): CheckpointStore {
  let written = performance.now();
  return {
    name,
    load: () => reading(name),
    save(bytes, now) {
      if (!now && performance.now() - written < CHECKPOINT_MS) return;
      writing(name, bytes());
      written = performance.now();
    },
  };
}

/** The experiment of a plan's text. */
export async function experimentOf(text: string, module: string | undefined, path: string): Promise<LoadedExperiment> {
  const named = experimentOfPlan(text, path);
  return loadExperiment(named.name, module ?? named.module);
}

/**
 * The plan in a file, such as `blockspin plan` writes.
 * @param module of the experiment, if its file is elsewhere than when it was planned
 * @throws Error if the file or the module cannot be read; FormatError if it is no plan, of another version or damaged
 */
export async function readPlan(path: string, module?: string): Promise<Plan> {
  const text = new TextDecoder().decode(readFileBytes(path));
  return decodePlan(text, await experimentOf(text, module, path), path);
}
