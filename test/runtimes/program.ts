/**
 * What every row of the matrix of runtimes runs: samples, trains, blocks, and hashes the bits. It is written against the
 * sources, which give the hashes that are expected; `projectOf` (project.ts) makes of it a program that imports the
 * installed package by its doors.
 */

import {
  barsAndStripes,
  coarseGrain,
  Ising,
  init,
  isingHamiltonian,
  majorityRule,
  RealRows,
  softRule,
  square,
  standardOperators,
  threadsAvailable,
  trainRbm,
  triangular,
  variationalMcrgAsync,
} from '../../src/all.js';
import { golden } from '../golden.js';

type Bits = ArrayBufferView<ArrayBuffer>;

async function hashOf(parts: readonly Bits[]): Promise<string> {
  const bytes = parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  const digest = await crypto.subtle.digest('SHA-256', await new Blob(bytes).arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A second's part: one sampler, one training, one step of blocking. */
async function quick(threads: number): Promise<string> {
  const data = new Ising({ lattice: square(16), coupling: 0.408, seed: 'quick' }).sample(200);
  const { rbm } = await trainRbm(data, { hidden: 20, epochs: 2, passes: 5, seed: 1, threads, outcome: false });
  const blocks = coarseGrain(data, { rule: 'majority', factor: 2, steps: 2, seed: 3 });
  return hashOf([data.bytes, rbm.weights, rbm.visibleBias, rbm.hiddenBias, blocks.bytes] as Bits[]);
}

/** The ways to train that the golden program has not. */
async function training(threads: number): Promise<string> {
  const rows = barsAndStripes(4);
  const short = {
    hidden: 12,
    epochs: 3,
    passes: 20,
    batchSize: 10,
    seed: 'training',
    threads,
    outcome: false,
  } as const;
  const reals = new RealRows(
    60,
    7,
    Float32Array.from({ length: 420 }, (_, k) => ((k * 37) % 101) / 50 - 1),
  );
  const runs = [
    await trainRbm(rows, { ...short, algorithm: 'tempering', replicas: 5 }),
    await trainRbm(rows, { ...short, algorithm: 'trajectory', replicas: 4 }),
    await trainRbm(rows, { ...short, algorithm: 'exact', optimiser: 'adam' }),
    await trainRbm(rows, { ...short, units: 'spins', algorithm: 'pcd', optimiser: 'nesterov' }),
    await trainRbm(rows, { ...short, hidden: 16, tied: [4, 4] }),
    await trainRbm(reals, { ...short, units: { visible: 'gaussian', hidden: 'relu' }, algorithm: 'cd' }),
  ];
  return hashOf(runs.flatMap(({ rbm }) => [rbm.weights, rbm.visibleBias, rbm.hiddenBias] as Bits[]));
}

/** Rules of block spins, and a renormalization step by variational Monte Carlo RG. */
async function renormalization(threads: number): Promise<string> {
  const spins = new Ising({ lattice: square(12), coupling: 0.44, seed: 'renormalization' }).sample(100);
  const step = await variationalMcrgAsync({
    lattice: square(6),
    hamiltonian: isingHamiltonian({ lattice: square(6), coupling: 0.3 }),
    rule: majorityRule({ factor: 3 }),
    operators: standardOperators('square', 'even').slice(0, 2),
    walkers: 32,
    steps: 20,
    sweeps: 400,
    seed: 1,
    threads,
  });
  const frustrated = isingHamiltonian({ lattice: triangular(6), coupling: -0.2 });
  return hashOf([
    softRule({ factor: 2, weight: 0.3 }).apply(spins, { seed: 1 }).bytes,
    majorityRule({ factor: 3 }).apply(spins, { seed: 2 }).bytes,
    Float64Array.from(step.couplings, ({ value }) => value),
    Float64Array.from(frustrated.terms, ({ coupling }) => coupling),
  ] as Bits[]);
}

const PARTS = { quick, golden: (threads: number) => golden({ threads }), training, renormalization };

export type Part = keyof typeof PARTS;
export const ALL: readonly Part[] = ['quick', 'golden', 'training', 'renormalization'];

/** A fixed amount of work, for the clock; both on one thread. */
export const JOBS = {
  /** Wolff clusters at the critical point. */
  sampling: (scale: number) => {
    const sampler = new Ising({ lattice: square(256), coupling: 0.44068679, method: 'wolff', seed: 1 });
    sampler.advance(Math.ceil(6000 * scale));
  },
  /** CD-1 of 784-500 on random rows. */
  training: async (scale: number) => {
    const rows = new Ising({ lattice: square(28), coupling: 0.4, seed: 1 }).sample(1000);
    await trainRbm(rows, {
      hidden: 500,
      algorithm: 'cd',
      centred: false,
      schedule: 'constant',
      epochs: Math.ceil(8 * scale),
      batchSize: 100,
      threads: 1,
      seed: 1,
      outcome: false,
    });
  },
};

/** What a row is asked for, as text: it goes through command lines, queries and messages. */
export interface Question {
  parts: readonly Part[];
  /** Those that are run on two threads as well. */
  threaded?: readonly Part[];
  /** Whether the clock is asked, and nothing else. */
  clock?: boolean;
  /** The file of the worker that `init` is told. */
  worker?: string;
}

export interface Answer {
  /** Hashes on one thread, by part. */
  hashes: Record<string, string>;
  /** Whether two threads gave the same, or why there are none. */
  threads: string;
  /** Seconds of the two jobs. */
  seconds?: Record<string, number>;
  /** The file that the package's name led to, where the runtime says so. */
  resolved?: string;
}

async function hashesOf(parts: readonly Part[], threads: number): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const part of parts) hashes[part] = await PARTS[part](threads);
  return hashes;
}

async function clock(): Promise<Record<string, number>> {
  const seconds: Record<string, number> = {};
  for (const [name, job] of Object.entries(JOBS)) {
    // compiled to the last stage before the clock starts
    await job(0.25);
    const start = performance.now();
    await job(1);
    seconds[name] = (performance.now() - start) / 1000;
  }
  return seconds;
}

async function threadsOf(parts: readonly Part[], one: Record<string, string>): Promise<string> {
  if (!threadsAvailable()) return 'no shared memory';
  try {
    const two = await hashesOf(parts, 2);
    const different = parts.filter((part) => two[part] !== one[part]);
    return different.length === 0 ? 'yes' : `other bits: ${different.join(', ')}`;
  } catch (error) {
    return (error as Error).message;
  }
}

export async function answer({ parts, threaded = parts, clock: timed, worker }: Question): Promise<Answer> {
  await init(worker === undefined ? {} : { worker });
  if (timed) return { hashes: {}, threads: '', seconds: await clock() };
  const hashes = await hashesOf(parts, 1);
  return { hashes, threads: await threadsOf(threaded, hashes) };
}
