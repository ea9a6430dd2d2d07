/**
 * Sweeps in a store of objects, such as S3, for workers that share no folder. Keys are the names of the files that the
 * folder of a sweep would have (see folder.ts), without claims and workers: a copy of the objects is such a folder.
 *
 * A store has no claims. What gives out the points, such as a queue, gives each to one worker at a time; two that run
 * the same point write the same bytes.
 */

import { join } from 'node:path';
import type { CheckpointStore } from '../experiments/kit/experiment.js';
import { decodeResult, type PointStore } from '../experiments/kit/pointStore.js';
import { resultOf } from '../experiments/kit/runner.js';
import { ensureWritableFolder, namesIn, readIfPresent, removeIfPresent, writeFileAtomic } from '../io/disk.js';
import { checkPath, objectWith, refuse, text } from '../util/check.js';
import { CHECKPOINT_MS, ENDINGS, experimentOf, type Failure, PLAN, StoreError, SweepFolder } from './folder.js';
import { decodePlan, differenceOfPlans, encodePlan, type Plan, type PlannedPoint } from './plan.js';
import { type PointOutcome, type WorkOnOptions, whatWasThrown } from './work.js';

/** Bytes by keys such as `sweeps/fine/plan.jsonl`, of which the parts between slashes are words. */
export interface ObjectStore {
  /** The bytes of an object; undefined if there is none. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Creates or replaces an object, as a whole. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** The keys of all objects that begin with this. */
  list(beginning: string): Promise<string[]>;
  /** Removes an object, if there is one. */
  delete(key: string): Promise<void>;
}

const STORE = ['get', 'put', 'list', 'delete'];

/**
 * Checks that a value is a store of objects.
 * @throws TypeError if it lacks a function
 */
export function checkObjectStore(name: string, value: ObjectStore): ObjectStore {
  return objectWith(name, value, STORE, `store of objects { ${STORE.join(', ')} }`);
}

/**
 * The files of a folder as objects; the folder is created when something is put there.
 * @throws TypeError or RangeError if the path is no text or empty
 */
export function folderObjects(path: string): ObjectStore {
  checkPath(path);
  const fileOf = (key: string) => {
    if (key.split('/').some((part) => part === '..')) refuse('key', 'key without ".."', key);
    return join(path, key);
  };
  const folderOf = (key: string) => key.slice(0, key.lastIndexOf('/') + 1);
  return {
    get: async (key) => readIfPresent(fileOf(key)),
    async put(key, bytes) {
      ensureWritableFolder(fileOf(folderOf(key)));
      writeFileAtomic(fileOf(key), bytes);
    },
    async list(beginning) {
      const folder = folderOf(beginning);
      const keys = namesIn(fileOf(folder)).map((name) => folder + name);
      return keys.filter((key) => key.startsWith(beginning));
    },
    delete: async (key) => removeIfPresent(fileOf(key)),
  };
}

/** Options of one point's run. */
interface RunOptions extends Pick<WorkOnOptions, 'threads' | 'signal' | 'onEvent'> {
  /** Name of the worker, for the record of a failure. */
  worker: string;
}

/** A sweep in a store of objects. */
export class ObjectSweep {
  private constructor(
    readonly objects: ObjectStore,
    /** What its keys begin with, without the slash behind it. */
    readonly folder: string,
    readonly plan: Plan,
  ) {}

  /**
   * The sweep of this plan, which is put into the store if there is none.
   * @param change whether a sweep of another plan becomes one of this plan: results of points that both have stay
   * @throws Error naming what differs if there is a sweep of another plan; TypeError if this is no store
   */
  static async create(
    objects: ObjectStore,
    folder: string,
    plan: Plan,
    { change = false }: { change?: boolean } = {},
  ): Promise<ObjectSweep> {
    const sweep = new ObjectSweep(checkObjectStore('objects', objects), text('folder', folder), plan);
    const key = `${folder}/${PLAN}`;
    const there = await objects.get(key);
    const difference = there && differenceOfPlans(new TextDecoder().decode(there), plan, key);
    if (difference !== undefined && !change) throw new Error(`${folder} has another plan: ${difference}`);
    if (!there || difference !== undefined) await objects.put(key, new TextEncoder().encode(encodePlan(plan)));
    return sweep;
  }

  /**
   * The sweep that is in the store.
   * @param module of the experiment, if its file is elsewhere than when it was planned
   * @throws Error if there is none; FormatError if its plan is of another version or damaged; TypeError if this is no
   *   store
   */
  static async open(objects: ObjectStore, folder: string, module?: string): Promise<ObjectSweep> {
    const key = `${text('folder', folder)}/${PLAN}`;
    const bytes = await checkObjectStore('objects', objects).get(key);
    if (bytes === undefined) throw new Error(`${folder} is not a sweep: there is no object ${key}`);
    const plan = new TextDecoder().decode(bytes);
    return new ObjectSweep(objects, folder, decodePlan(plan, await experimentOf(plan, module, key), key));
  }

  /** The key of an object of a point. */
  keyOf(part: 'points' | 'state' | 'failed', id: string): string {
    return `${this.folder}/${part}/${id}${ENDINGS[part]}`;
  }

  async #ids(part: 'points' | 'failed'): Promise<Set<string>> {
    const beginning = `${this.folder}/${part}/`;
    const keys = await this.objects.list(beginning);
    return new Set(keys.map((key) => key.slice(beginning.length).replace(/\..*$/, '')));
  }

  /** Ids of the points with a result, whether they belong to this plan or not. */
  finished(): Promise<Set<string>> {
    return this.#ids('points');
  }

  /** Ids of the points that failed. */
  failed(): Promise<Set<string>> {
    return this.#ids('failed');
  }

  /** Why a point failed; undefined if it did not. */
  async failureOf(id: string): Promise<Failure | undefined> {
    const bytes = await this.objects.get(this.keyOf('failed', id));
    return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as Failure);
  }

  /** Removes the record of a failure, so that the point is run again. */
  async forgetFailure(id: string): Promise<void> {
    await this.objects.delete(this.keyOf('failed', id));
  }

  /** Whether a point has a result. */
  async isFinished(id: string): Promise<boolean> {
    const key = this.keyOf('points', id);
    return (await this.objects.list(key)).includes(key);
  }

  /**
   * Runs a point, from its checkpoint if there is one. Checkpoints are put into the store while it runs.
   * @throws the reason of the signal; StoreError if its result, or the checkpoint of a point that was stopped, cannot be
   *   stored
   */
  async runPoint({ id, key, run, point }: PlannedPoint, options: RunOptions): Promise<PointOutcome> {
    const { worker, threads, signal, onEvent } = options;
    const { experiment, runs } = this.plan;
    const start = performance.now();
    const stored = <T>(work: () => Promise<T>) =>
      work().catch((error: Error) => {
        throw new StoreError(error.message, { cause: error });
      });
    if (await stored(async () => (await this.isFinished(id)) || (await this.failureOf(id)))) return 'there';
    const checkpoint = new UploadedCheckpoint(this.objects, this.keyOf('state', id));
    await stored(() => checkpoint.download());
    let result: Uint8Array | undefined;
    const store: PointStore = {
      nameOf: () => this.keyOf('points', id),
      load: () => undefined,
      save: (_, bytes) => {
        result = bytes;
      },
      checkpoint: () => checkpoint,
    };
    onEvent?.({ type: 'begin', id, key, run });
    try {
      await resultOf(experiment, runs[run].parameters, point, {
        ...{ threads, signal, store },
        onProgress: (progress) => onEvent?.({ type: 'progress', id, key, run, progress }),
      });
    } catch (error) {
      if (signal?.aborted) {
        await stored(() => checkpoint.uploaded());
        throw signal.reason;
      }
      const thrown = whatWasThrown(error);
      const failure: Failure = { id, key, run, ...thrown, worker };
      const text = `${JSON.stringify(failure, null, 2)}\n`;
      await stored(() => this.objects.put(this.keyOf('failed', id), new TextEncoder().encode(text)));
      onEvent?.({ type: 'failed', id, key, run, message: thrown.message });
      return 'failed';
    } finally {
      await checkpoint.uploaded().catch(() => {}); // what matters of it was thrown above
    }
    await stored(() => this.objects.put(this.keyOf('points', id), result!));
    await stored(() => this.objects.delete(this.keyOf('state', id)));
    onEvent?.({ type: 'done', id, key, run, seconds: (performance.now() - start) / 1000 });
    return 'done';
  }
}

/** The checkpoint of a point in memory, of which the last state is put into the store while the point runs on. */
class UploadedCheckpoint implements CheckpointStore {
  #last: Uint8Array | undefined;
  #waiting: Uint8Array | undefined;
  #uploading: Promise<void> | undefined;
  #problem: Error | undefined;
  #saved = performance.now();

  constructor(
    private readonly objects: ObjectStore,
    readonly name: string,
  ) {}

  async download(): Promise<void> {
    this.#last = await this.objects.get(this.name);
  }

  load(): Uint8Array | undefined {
    return this.#last;
  }

  save(bytes: () => Uint8Array, now: boolean): void {
    if (!now && performance.now() - this.#saved < CHECKPOINT_MS) return;
    this.#saved = performance.now();
    this.#waiting = bytes();
    this.#uploading ??= this.#upload();
  }

  async #upload(): Promise<void> {
    while (this.#waiting) {
      const bytes = this.#waiting;
      this.#waiting = undefined;
      try {
        await Promise.resolve().then(() => this.objects.put(this.name, bytes));
        this.#problem = undefined;
      } catch (error) {
        this.#problem = error as Error; // the next one may succeed
      }
    }
    this.#uploading = undefined;
  }

  /** Waits for the last state to be stored. @throws the error of the store if it was not */
  async uploaded(): Promise<void> {
    await this.#uploading;
    if (this.#problem) throw this.#problem;
  }
}

/** Number of objects that are fetched at once. */
const FETCHES = 8;

/** What `fetchResults` did, in numbers of points. */
export interface Fetched {
  /** Results that were fetched now; those that were in the folder before are not fetched again. */
  fetched: number;
  /** Points that failed; their messages were fetched. */
  failed: number;
  /** Points of which there is neither. */
  missing: number;
}

/**
 * Brings the results of a sweep into a folder, for `blockspin merge` and `status`, as far as they are there.
 * @param path of the folder, which is created if it is missing
 * @throws FormatError naming the object if a result is damaged; CheckpointMismatchError if it belongs to another point;
 *   Error if the folder is that of another plan or cannot be written
 */
export async function fetchResults(sweep: ObjectSweep, path: string): Promise<Fetched> {
  if (!(sweep instanceof ObjectSweep)) refuse('sweep', 'ObjectSweep', sweep, 'type');
  const folder = SweepFolder.create(path, sweep.plan);
  folder.makeParts();
  const { points } = sweep.plan;
  const [here, finished, failed] = [folder.finished(), await sweep.finished(), await sweep.failed()];
  const store = folder.store();
  const wanted = points.filter(({ id }) => finished.has(id) && !here.has(id));
  await eachOf(wanted, async ({ id, identity }) => {
    const key = sweep.keyOf('points', id);
    const bytes = await sweep.objects.get(key);
    if (bytes === undefined) throw new Error(`${key} is gone`);
    decodeResult(bytes, identity, key);
    store.save(identity, bytes);
    folder.forgetFailure(id);
  });
  const broken = points.filter(({ id }) => failed.has(id) && !finished.has(id) && !here.has(id));
  await eachOf(broken, async ({ id }) => {
    const failure = await sweep.failureOf(id);
    if (failure) folder.recordFailure(failure);
  });
  const missing = points.filter(({ id }) => !finished.has(id) && !here.has(id) && !failed.has(id)).length;
  return { fetched: wanted.length, failed: broken.length, missing };
}

/** Does some work for each, a few at a time. */
async function eachOf<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = all.values();
  const next = async () => {
    for (const one of left) await work(one);
  };
  await Promise.all(Array.from({ length: FETCHES }, next));
}
