/**
 * Threads: workers of Node or of a page that run kernels on memories they share with the caller. In team.ts all of them
 * run one kernel on one memory; in pool.ts each works on memories of its own.
 *
 * The worker is a few lines of plain JavaScript kept here as text, since text is the only form that starts unconfigured
 * in Node, in a page and under every bundler; it names no kernel. The first message to it has the compiled module and
 * the memories, each further one a list of calls [memory, kernel, arguments]; it answers with the results.
 *
 * References: `live` refers to the workers, since Firefox collects a worker to which nothing refers, even while it
 * works. A `Crew` refers to the `Threads` it belongs to only while they work; so `Threads` that were not closed are
 * collected with their owner, and their workers then end.
 */

import type { Kernels } from './kernels.js';
import { kernelModule } from './module.js';

/** The kernel to call, its arguments, and the number of the memory it is to work on. */
export type ThreadCall = readonly [memory: number, kernel: keyof Kernels, args: readonly unknown[]];

interface Answer {
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

/**
 * The barrier counts arrivals in state[0]; the last one opens the next generation, state[1]. Waiting spins for a few
 * microseconds, then sleeps: a spinning thread would take the core that the others need when the machine is busy.
 */
const WORKER = `
const node = globalThis.process?.getBuiltinModule?.('node:worker_threads');
const port = node ? node.parentPort : self;
let kernels;
function start({ module, memories, state, threads }) {
  const barrier = () => {
    const generation = Atomics.load(state, 1);
    if (Atomics.add(state, 0, 1) === threads - 1) {
      Atomics.store(state, 0, 0);
      Atomics.add(state, 1, 1);
      Atomics.notify(state, 1);
      return;
    }
    for (let spin = 0; spin < 20000; spin++) if (Atomics.load(state, 1) !== generation) return;
    while (Atomics.load(state, 1) === generation) Atomics.wait(state, 1, generation);
  };
  kernels = memories.map((memory) => new WebAssembly.Instance(module, { env: { memory, barrier } }).exports);
}
function receive(message) {
  try {
    if (message.module) start(message);
    const results = message.calls?.map(([memory, kernel, args]) => kernels[memory][kernel](...args));
    port.postMessage({ results });
  } catch (error) {
    port.postMessage({ error: String(error) });
  }
}
if (node) port.on('message', receive);
else port.addEventListener('message', (event) => receive(event.data));
`;

/** Node's module, without an import, which a bundler for pages could not resolve. */
function builtin<T>(name: string): T | undefined {
  const process = (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }).process;
  return process?.getBuiltinModule?.(name) as T | undefined;
}

/** Why threads could not be started here, once that has happened; the default is then one thread. */
let refusal: string | undefined;

const IN_A_PAGE = '`worker-src blob:` in its Content-Security-Policy allows them in a page';
const IN_NODE = '--allow-worker beside --permission allows them in Node';

/**
 * Whether threads can share a memory here: in a page, only if it is cross-origin isolated. Whether starting them is
 * permitted is known only when they are started.
 * @example
 * const threads = threadsAvailable() ? 4 : 1;
 */
export function threadsAvailable(): boolean {
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false;
  const workers = builtin('node:worker_threads') !== undefined || typeof Worker !== 'undefined';
  return typeof SharedArrayBuffer !== 'undefined' && isolated && workers;
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
    await Promise.all(this.threads.map((thread) => thread.end()));
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
   * `count` threads, each with the kernels instantiated on each of the shared memories. They end by `close`, or when
   * nothing refers to the returned object.
   * @param asked whether the user named this number
   * @returns undefined if threads cannot be started and `asked` is false; a note on the console says so, once
   * @throws Error if threads cannot be started and `asked` is true: it names what can be done
   */
  static async start(
    memories: readonly WebAssembly.Memory[],
    count: number,
    asked: boolean,
  ): Promise<Threads | undefined> {
    const crew = new Crew();
    live.add(crew);
    try {
      for (let rank = 0; rank < count; rank++) {
        crew.threads.push(startThread((answer) => crew.receive(rank, answer)));
      }
      const threads = new Threads(crew);
      const state = new Int32Array(new SharedArrayBuffer(8));
      const module = kernelModule(true);
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

function startThread(receive: (answer: Answer) => void): Thread {
  const node = builtin<typeof import('node:worker_threads')>('node:worker_threads');
  if (node) {
    const worker = new node.Worker(WORKER, { eval: true });
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
  const address = URL.createObjectURL(new Blob([WORKER], { type: 'text/javascript' }));
  const worker = new Worker(address);
  worker.addEventListener('message', (event) => receive(event.data));
  worker.addEventListener('error', (event) => receive({ error: event.message || 'the worker could not start' }));
  return {
    post: (message) => worker.postMessage(message),
    end: () => {
      worker.terminate();
      URL.revokeObjectURL(address);
    },
    hold: () => {},
  };
}
