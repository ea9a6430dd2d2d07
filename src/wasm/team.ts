/**
 * Threads that run one kernel on one shared memory. A kernel for a team takes (…, rank, threads) and divides its work by them so that no result depends
 * on how many there are; it meets the others at `env.barrier`.
 *
 * The worker is a few lines of plain JavaScript kept here as text, since text is the only form that starts unconfigured in Node, in a page and under
 * every bundler; it knows no kernel by name.
 */

import { pause } from '../util/work.js';
import type { Kernels } from './kernels.js';
import type { Machine } from './machine.js';
import { kernelModule } from './module.js';

/** Kernels that a team can run. */
type TeamKernel = 'contrastiveDivergence' | 'multispin';

export interface Team {
  readonly threads: number;
  /** Runs the kernel on every thread with (...args, rank, threads); resolves when all are done. */
  run(kernel: TeamKernel, ...args: number[]): Promise<void>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** A worker of Node or of a page, as far as a team needs it. */
interface Thread {
  post(message: unknown): void;
  end(): unknown;
  /** Node: whether the thread keeps the process alive. */
  hold(on: boolean): void;
}

/**
 * The barrier counts arrivals in state[0]; the last one opens the next generation, state[1]. Waiting spins for a few microseconds, then sleeps: a
 * spinning thread would take the core that the others need when the machine is busy.
 */
const WORKER = `
const node = globalThis.process?.getBuiltinModule?.('node:worker_threads');
const port = node ? node.parentPort : self;
let kernels;
function start({ module, memory, state, threads }) {
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
  kernels = new WebAssembly.Instance(module, { env: { memory, barrier } }).exports;
}
function receive(message) {
  try {
    if (message.kernel) kernels[message.kernel](...message.args);
    else start(message);
    port.postMessage({});
  } catch (error) {
    port.postMessage({ error: String(error) });
  }
}
if (node) port.on('message', receive);
else port.addEventListener('message', (event) => receive(event.data));
`;

/** Node's module, without an import that a bundler for pages would stumble over. */
function builtin<T>(name: string): T | undefined {
  const process = (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }).process;
  return process?.getBuiltinModule?.(name) as T | undefined;
}

function startThread(receive: (answer: { error?: string }) => void): Thread {
  const node = builtin<typeof import('node:worker_threads')>('node:worker_threads');
  if (node) {
    const worker = new node.Worker(WORKER, { eval: true });
    worker.on('message', receive);
    worker.on('error', (error) => receive({ error: String(error) }));
    return {
      post: (message) => worker.postMessage(message),
      end: () => worker.terminate(),
      hold: (on) => (on ? worker.ref() : worker.unref()),
    };
  }
  const address = URL.createObjectURL(new Blob([WORKER], { type: 'text/javascript' }));
  const worker = new Worker(address);
  worker.addEventListener('message', (event) => receive(event.data));
  worker.addEventListener('error', (event) => receive({ error: event.message ?? 'the worker could not start' }));
  return {
    post: (message) => worker.postMessage(message),
    end: () => {
      worker.terminate();
      URL.revokeObjectURL(address);
    },
    hold: () => {},
  };
}

/** Whether threads can share a memory here: in a page, only when it is cross-origin isolated. */
export function threadsAvailable(): boolean {
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false;
  const workers = builtin('node:worker_threads') !== undefined || typeof Worker !== 'undefined';
  return typeof SharedArrayBuffer !== 'undefined' && isolated && workers;
}

/** Number of cores that this process may use, at most 8; 1 where threads cannot share a memory. */
export function defaultThreads(): number {
  if (!threadsAvailable()) return 1;
  const cores = builtin<typeof import('node:os')>('node:os')?.availableParallelism() ?? navigator.hardwareConcurrency;
  return Math.max(1, Math.min(8, cores));
}

/** A team on the machine's memory: `threads` workers if that is shared, else this thread alone. */
export async function startTeam(machine: Machine<never>, threads: number): Promise<Team> {
  if (!machine.shared || threads === 1) return alone(machine.kernels);

  const state = new Int32Array(new SharedArrayBuffer(8));
  const waiting: { left: number; resolve: () => void; reject: (error: Error) => void } = {
    left: 0,
    resolve: () => {},
    reject: () => {},
  };
  const receive = ({ error }: { error?: string }) => {
    if (error) waiting.reject(new Error(`a thread failed: ${error}`));
    else if (--waiting.left === 0) waiting.resolve();
  };
  const team: Thread[] = Array.from({ length: threads }, () => startThread(receive));
  let closed = false;
  const close = async () => {
    closed = true;
    await Promise.all(team.map((thread) => thread.end()));
  };
  /** Posts a message to every thread; resolves when all have answered. After a failure the others may wait at a barrier for ever: the team ends. */
  const ask = async (message: (rank: number) => unknown) => {
    if (closed) throw new Error('this team has ended');
    for (const thread of team) thread.hold(true);
    try {
      await new Promise<void>((resolve, reject) => {
        Object.assign(waiting, { left: threads, resolve, reject });
        team.forEach((thread, rank) => {
          thread.post(message(rank));
        });
      });
    } catch (error) {
      await close();
      throw error;
    }
    for (const thread of team) thread.hold(false);
  };
  const module = kernelModule(true);
  await ask(() => ({ module, memory: machine.memory, state, threads }));
  return {
    threads,
    run: (kernel, ...args) => ask((rank) => ({ kernel, args: [...args, rank, threads] })),
    close,
  };
}

function alone(kernels: Kernels): Team {
  return {
    threads: 1,
    run: async (kernel, ...args) => {
      (kernels[kernel] as (...args: number[]) => void)(...args, 0, 1);
      await pause();
    },
    close: async () => {},
  };
}
