/**
 * Threads: workers of Node or of a page that run kernels on memories they share with the caller. In team.ts all of them
 * run one kernel on one memory; in pool.ts each works on memories of its own.
 *
 * A worker (worker.ts) is started from text, the only form that needs no file: in Node, in a page and under every
 * bundler. A page whose policy allows no worker from a blob names a file instead, by `init({ worker })`; then the file
 * is tried first, then a blob that imports it (a file of another origin), then the text. A worker counts as started
 * when it has sent its first message.
 *
 * References: `live` refers to the workers, since Firefox collects a worker to which nothing refers, even while it
 * works. A `Crew` refers to the `Threads` it belongs to only while they work; so `Threads` that were not closed are
 * collected with their owner, and their workers then end.
 */

import type { Kernels } from './kernels.js';
import { type KernelSet, kernelsInlined } from './module.js';
import type { WasmMemory } from './types.js';
import { WORKER } from './worker.js';

/** The kernel to call, its arguments, and the number of the memory it is to work on. */
export type ThreadCall = readonly [memory: number, kernel: keyof Kernels, args: readonly unknown[]];

interface Answer {
  /** The first message of a worker. */
  ready?: boolean;
  results?: number[];
  error?: string;
}

/** A worker, of Node or of a page. */
interface Thread {
  post(message: unknown): void;
  end(): unknown;
  /** Node: whether the thread keeps the process alive. */
  hold(on: boolean): void;
}

/** Node's module, without an import, which a bundler for pages could not resolve. */
function builtin<T>(name: string): T | undefined {
  const process = (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }).process;
  return process?.getBuiltinModule?.(name) as T | undefined;
}

/** Why threads could not be started here, once that has happened; the default is then one thread. */
let refusal: string | undefined;

const IN_A_PAGE =
  '`worker-src blob:` in its Content-Security-Policy, or init({ worker }) with a file of its own, allows them in a page';
const IN_NODE = '--allow-worker beside --permission allows them in Node';

/**
 * Whether threads can share a memory here: in a page, only if it is cross-origin isolated, and not by `blockspin/edge`.
 * Whether starting them is permitted is known only when they are started.
 * @example
 * const threads = threadsAvailable() ? 4 : 1;
 */
export function threadsAvailable(): boolean {
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false;
  const workers = builtin('node:worker_threads') !== undefined || typeof Worker !== 'undefined';
  return typeof SharedArrayBuffer !== 'undefined' && isolated && workers && kernelsInlined();
}

/**
 * The default number of threads: the cores that this process may use, at most 8; 1 where threads cannot share a memory,
 * and after threads could not be started.
 * @example
 * const threads = Math.min(4, defaultThreads());
 */
export function defaultThreads(): number {
  if (!threadsAvailable() || refusal !== undefined) return 1;
  const cores = builtin<typeof import('node:os')>('node:os')?.availableParallelism() ?? navigator.hardwareConcurrency;
  return Math.max(1, Math.min(8, cores));
}

/** The workers of one `Threads`, and the handling of their answers. */
class Crew {
  readonly threads: Thread[] = [];
  receive: (rank: number, answer: Answer) => void = (_, { error }) => {
    this.died ??= error;
  };
  /** Why a thread ended while it was idle. */
  died: string | undefined;
  closed = false;
  /** Set during work, so that its owner is not collected. */
  owner: Threads | undefined;

  async end(): Promise<void> {
    this.closed = true;
    live.delete(this);
    await Promise.all(this.threads.filter(Boolean).map((thread) => thread.end()));
  }
}

/** The crews that have not been ended. */
const live = new Set<Crew>();

/** Ends the workers of `Threads` that were collected. */
const abandoned = new FinalizationRegistry<Crew>((crew) => void crew.end());

/** Workers that run kernels on shared memories. */
export class Threads {
  readonly #crew: Crew;

  private constructor(crew: Crew) {
    this.#crew = crew;
    abandoned.register(this, crew, crew);
  }

  /**
   * `count` threads, each with the kernels of the set instantiated on each of the shared memories. They end by `close`, or when
   * nothing refers to the returned object.
   * @param asked whether the user named this number
   * @returns undefined if threads cannot be started and `asked` is false; a note on the console says so, once
   * @throws Error if threads cannot be started and `asked` is true: it names what can be done
   */
  static async start(
    set: KernelSet<unknown>,
    memories: readonly WasmMemory[],
    count: number,
    asked: boolean,
  ): Promise<Threads | undefined> {
    const crew = new Crew();
    live.add(crew);
    try {
      const start = async (rank: number) => {
        crew.threads[rank] = await startThread((answer) => crew.receive(rank, answer));
      };
      // the first one finds the form that works here
      await start(0);
      const others = await Promise.allSettled(Array.from({ length: count - 1 }, (_, k) => start(k + 1)));
      for (const other of others) if (other.status === 'rejected') throw other.reason;
      const threads = new Threads(crew);
      const state = new Int32Array(new SharedArrayBuffer(8));
      const module = set.module(true);
      await threads.#ask(() => ({ module, memories, state, threads: count }));
      return threads;
    } catch (error) {
      await crew.end();
      const reason = (error as Error).message;
      if (asked) {
        throw new Error(
          `${count} threads cannot be started here (${reason}): ${IN_A_PAGE}; ${IN_NODE}; threads: 1 needs none, and gives the same results`,
          { cause: error },
        );
      }
      if (refusal === undefined) {
        console.warn(
          `blockspin: threads cannot be started here (${reason}), so one thread does all the work; the results are the same. ${IN_A_PAGE}; ${IN_NODE}.`,
        );
      }
      refusal ??= reason;
      return undefined;
    }
  }

  get count(): number {
    return this.#crew.threads.length;
  }

  /**
   * Has every thread make its calls; resolves with what they returned when all are done.
   * @throws Error if one fails or has ended (out of memory, say); the others might then wait at a barrier for ever, so
   *   all threads end
   */
  async run(callsOf: (rank: number) => readonly ThreadCall[]): Promise<number[][]> {
    return this.#ask((rank) => ({ calls: callsOf(rank) }));
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    abandoned.unregister(this.#crew);
    await this.#crew.end();
  }

  async #ask(messageOf: (rank: number) => unknown): Promise<number[][]> {
    const crew = this.#crew;
    const { threads, receive: idle } = crew;
    if (crew.closed) throw new Error('these threads have ended');
    const results: number[][] = [];
    for (const thread of threads) thread.hold(true);
    crew.owner = this;
    try {
      await new Promise<void>((resolve, reject) => {
        let left = threads.length;
        const failed = (reason: string) => reject(new Error(`a thread failed: ${reason}`));
        if (crew.died !== undefined) return failed(crew.died);
        crew.receive = (rank, answer) => {
          if (answer.error !== undefined) return failed(answer.error);
          results[rank] = answer.results ?? [];
          if (--left === 0) resolve();
        };
        threads.forEach((thread, rank) => {
          thread.post(messageOf(rank));
        });
      });
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      crew.receive = idle;
      crew.owner = undefined;
    }
    for (const thread of threads) thread.hold(false);
    return results;
  }
}

/** The ways to start a worker: from a file, from a blob that imports the file, or from text. */
type Form = 'file' | 'import' | 'text';

/** The file of the worker in the options of `init`, and the form that has worked. */
let workerFile: string | undefined;
let working: Form | undefined;

/** Milliseconds within which a worker must be ready; another program in the file may never be. */
const READY_MS = 10_000;

/** From now on workers are started from this file first; an earlier failure is forgotten. */
export function useWorkerFile(url: string): void {
  workerFile = url;
  working = undefined;
  refusal = undefined;
}

/**
 * A worker that is ready.
 * @throws Error if none can be started in any form: the reason of the last
 */
async function startThread(receive: (answer: Answer) => void): Promise<Thread> {
  const forms: readonly Form[] = workerFile === undefined ? ['text'] : ['file', 'import', 'text'];
  let reason: unknown;
  for (const form of working ? [working] : forms) {
    try {
      const thread = await confirmed(form, receive);
      working = form;
      return thread;
    } catch (error) {
      reason = error;
    }
  }
  throw reason;
}

/** A worker started in this form, once its first message has come. */
function confirmed(form: Form, receive: (answer: Answer) => void): Promise<Thread> {
  return new Promise((resolve, reject) => {
    let ready = false;
    const thread = workerOf(form, (answer) => {
      if (ready) return receive(answer);
      clearTimeout(watchdog);
      if (answer.ready) {
        ready = true;
        resolve(thread);
      } else {
        thread.end();
        reject(new Error(answer.error ?? 'it is another worker'));
      }
    });
    const watchdog = setTimeout(() => {
      thread.end();
      reject(new Error(`the worker did not answer within ${READY_MS / 1000} seconds`));
    }, READY_MS);
  });
}

/** @throws what the constructor of the worker throws */
function workerOf(form: Form, receive: (answer: Answer) => void): Thread {
  const node = builtin<typeof import('node:worker_threads')>('node:worker_threads');
  if (node) {
    if (form === 'import') throw new Error('workers of Node are files or texts');
    const file = (): string | URL => (/^[a-z]+:/i.test(workerFile!) ? new URL(workerFile!) : workerFile!);
    const worker = form === 'text' ? new node.Worker(WORKER, { eval: true }) : new node.Worker(file());
    worker.on('message', receive);
    worker.on('error', (error) => receive({ error: String(error) }));
    // when `end` ends the worker, nothing listens any more
    worker.on('exit', (code) => receive({ error: `it ended before its work was done, with code ${code}` }));
    return {
      post: (message) => worker.postMessage(message),
      end: () => worker.terminate(),
      hold: (on) => (on ? worker.ref() : worker.unref()),
    };
  }
  const blobOf = (text: string) => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const made = form === 'file' ? undefined : blobOf(form === 'text' ? WORKER : importing(workerFile!));
  const worker = new Worker(made ?? workerFile!, form === 'import' ? { type: 'module' } : {});
  worker.addEventListener('message', (event) => receive(event.data));
  worker.addEventListener('error', (event) => receive({ error: event.message || 'the worker could not start' }));
  return {
    post: (message) => worker.postMessage(message),
    end: () => {
      worker.terminate();
      if (made !== undefined) URL.revokeObjectURL(made);
    },
    hold: () => {},
  };
}

/** A module that imports a file of another origin, which a page cannot start as a worker. */
function importing(file: string): string {
  return `import ${JSON.stringify(new URL(file, globalThis.location?.href).href)};`;
}
