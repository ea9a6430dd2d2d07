/**
 * A peer in another process that does one piece of work for each line it is sent, and says at the start something that
 * can be checked.
 */

import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Contender } from '../harness.js';

const BLAS = fileURLToPath(new URL('blas.py', import.meta.url));

export interface Peer extends Contender {
  /** The first line that it sent. */
  greeting: Record<string, unknown>;
  close(): void;
}

export interface PeerOptions {
  command: string;
  words: string[];
  /** Bounds its BLAS. Default 1. */
  threads?: number;
  /** The kernels of OpenBLAS. Default: its own choice. */
  blas?: string;
  share?: number;
  /** Throws if what it says of its results is wrong. */
  check: (greeting: Record<string, unknown>) => void;
}

/** Compiles a C program for this machine; returns the reason as text if that cannot be done. */
export function compileC(source: string, program: string): string | undefined {
  const { error, status, stderr } = spawnSync(
    process.env.CC ?? 'cc',
    ['-O3', '-march=native', '-o', program, source, '-lm'],
    { encoding: 'utf8' },
  );
  if (error) return error.message;
  return status === 0 ? undefined : stderr.trim().split('\n').at(-1) || `the compiler ended with ${status}`;
}

/** Kernels that OpenBLAS can be told to take, beside its own choice: of a processor that is younger than it is, it takes those of 2004. */
const CORES = ['Haswell', 'Zen', 'SkylakeX'];

const chosen = new Map<string, string | undefined>();

/** The kernels of OpenBLAS that are the fastest here by more than a tenth, or undefined for those that it takes by itself. */
export function fastestBlas(python: string): string | undefined {
  if (!chosen.has(python)) {
    const speeds = [undefined, ...CORES].map((core) => {
      const { stdout } = spawnSync(python, [BLAS], { encoding: 'utf8', env: blasEnvironment(1, core) });
      return { core, speed: Number.parseFloat(stdout) || 0 }; // one that this processor lacks ends in a signal
    });
    const [own] = speeds;
    const best = speeds.reduce((a, b) => (b.speed > a.speed ? b : a));
    chosen.set(python, best.speed > 1.1 * own.speed ? best.core : undefined);
  }
  return chosen.get(python);
}

/** What a program is told about BLAS. */
function blasEnvironment(threads: number, core: string | undefined): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  for (const library of ['OMP', 'OPENBLAS', 'MKL']) env[`${library}_NUM_THREADS`] = String(threads);
  delete env.OPENBLAS_CORETYPE;
  delete env.OPENBLAS_L2_SIZE;
  if (core) env.OPENBLAS_CORETYPE = core;
  return env;
}

/** Starts the peer; resolves with the reason as text if it is not available, or if its results are wrong. */
export async function startPeer(name: string, options: PeerOptions): Promise<Peer | string> {
  const { command, words, threads = 1, blas, share, check } = options;
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(command, words, {
    env: blasEnvironment(threads, blas),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint += text;
  });
  child.stdin.on('error', () => {}); // it has ended, which the next line that it does not send will tell
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  failed.catch(() => {});
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const reason = () => complaint.trim().split('\n').at(-1);
  let first: IteratorResult<string>;
  try {
    first = await Promise.race([lines.next(), failed]);
  } catch (error) {
    return (error as Error).message;
  }
  if (first.done) {
    await ended;
    return reason() || 'it ended at once';
  }
  let label: string;
  let greeting: Record<string, unknown>;
  try {
    greeting = JSON.parse(first.value);
    label = Object.entries(greeting.versions ?? {})
      .map(([what, version]) => `${what} ${version}`)
      .join(', ');
    check(greeting);
  } catch (error) {
    child.kill();
    return `refused: ${(error as Error).message}`;
  }
  return {
    name: `${name} (${label})`,
    greeting,
    ...(share === undefined ? {} : { share }),
    run: async () => {
      child.stdin.write('\n');
      const line = await lines.next();
      if (line.done) throw new Error(`${name} ended: ${reason()}`);
    },
    close: () => void child.kill(),
  };
}
