/**
 * Spins of the two sublattices of a checkerboard, 128 in a vector, and the kernels of multi-spin coding
 * (assembly/ising/multispin.ts has the layout). `IsingReplicas` and `MultiSpin` define the lattice.
 */

import { refuse } from '../../util/check.js';
import { type Seed, streamKey } from '../../util/random.js';
import { type Progress, pause, type WorkOptions } from '../../util/work.js';
import { MULTISPIN_MASKS, MULTISPIN_SCRATCH, SHISHUA_STREAM, STREAM } from '../../wasm/kernels.js';
import { Machine } from '../../wasm/machine.js';
import { SAMPLING } from '../../wasm/sampling.js';
import { startTeam, type Team } from '../../wasm/team.js';
import type { ChainSnapshot } from './chain.js';
import * as planeRows from './planeRows.js';
import { numberOf, partsOf, restoreParts, snapshotOf } from './snapshot.js';

/**
 * Updates of single spins: a flip with probability min(1, e^{-ΔE/kT}), or a sample of their distribution given the
 * neighbours.
 */
export type SpinUpdate = 'metropolis' | 'heatBath';

/** The regions of a snapshot. */
const MOVING = ['planes', 'streams'] as const;

const BUSY = 'the sampler is at work: await that first';

/** What the spins feel: K >= 0 of each bit, [128]; or K and h = field/kT of all of them, with any sign. */
export type PlaneCouplings = Float64Array | { coupling: number; field: number };

/** The masks in the kernel: of each bit, of all bits, of all in a field. */
const OWN = 0;
const EQUAL = 1;
const IN_FIELD = 2;

/** Options of `Planes`. */
export interface PlanesOptions {
  /** Number of rows per plane, even, and of words per row. */
  rows: number;
  words: number;
  /** Whether the bits of a word belong to blocks of one lattice; otherwise to replicas of it. */
  strips: boolean;
  method: SpinUpdate;
  couplings: PlaneCouplings;
  /** Rows that share a random stream: they stay on one thread. */
  bandRows: number;
  threads: number;
  /** Whether the number of threads is the user's: if not, one thread is used where threads cannot be started. */
  asked: boolean;
  /** Random spins, all up, or a packed configuration of a lattice of strips. */
  start: 'random' | 'up' | Uint8Array;
  seed: Seed;
  /** Name of the random streams. */
  label: string;
}

/** The spins of both sublattices, and their updates. */
export class Planes {
  readonly threads: number;
  readonly #machine;
  readonly #options: PlanesOptions;
  readonly #view: planeRows.PlaneView;
  /** Which masks the kernel has. */
  #kind = OWN;
  #team: Promise<Team> | undefined;
  /** Whether sweepAsync is at work, and whether it failed within a sweep, after which the spins are invalid. */
  #busy = false;
  #broken = false;

  constructor(options: PlanesOptions) {
    const { rows, words, strips, couplings, bandRows, threads, start, seed, label } = options;
    this.#options = options;
    const bands = Math.ceil(rows / bandRows);
    this.threads = Math.min(threads, bands);
    const vectors = 2 * (rows + 2) * (words + 2);
    this.#machine = new Machine(
      SAMPLING,
      {
        planes: vectors * 16,
        streams: bands * SHISHUA_STREAM,
        first: STREAM,
        couplings: planeRows.REPLICAS * 8,
        masks: MULTISPIN_MASKS,
        bondSums: planeRows.REPLICAS * 4,
        spinSums: planeRows.REPLICAS * 4,
        scratch: this.threads * MULTISPIN_SCRATCH,
        ...planeRows.rowRegions(rows, words, strips),
      },
      this.threads > 1,
    );
    const { kernels, at } = this.#machine;
    this.#view = { machine: this.#machine, rows, words };
    this.setCouplings(couplings);
    kernels.seedShishua(at.streams, bands, streamKey(seed, label), 0, at.scratch);
    if (start === 'up') {
      this.#machine.u8('planes').fill(0xff);
    } else if (start !== 'random') {
      planeRows.setLatticeRow(this.#view, start);
      kernels.multispinEdges(at.planes, rows, words, Number(strips));
    } else {
      kernels.seedStreams(at.first, 1, streamKey(seed, `${label}, start`), 0);
      kernels.fillRandom(at.first, at.planes, vectors);
      kernels.multispinEdges(at.planes, rows, words, Number(strips));
    }
  }

  /** The couplings of the next sweeps. */
  setCouplings(couplings: PlaneCouplings): void {
    this.#idle();
    const { kernels, at } = this.#machine;
    const heatBath = Number(this.#options.method === 'heatBath');
    if (!(couplings instanceof Float64Array)) {
      const { coupling, field } = couplings;
      if (field !== 0 || coupling < 0) {
        kernels.multispinFieldMasks(coupling, field, heatBath, at.masks);
        this.#kind = IN_FIELD;
        return;
      }
    }
    const all =
      couplings instanceof Float64Array ? couplings : new Float64Array(planeRows.REPLICAS).fill(couplings.coupling);
    this.#machine.f64('couplings').set(all);
    kernels.multispinMasks(at.couplings, heatBath, at.masks);
    this.#kind = all.every((coupling) => coupling === all[0]) ? EQUAL : OWN;
  }

  /** Sweeps, on this thread. */
  sweep(count: number): void {
    this.#idle();
    const { kernels } = this.#machine;
    for (const sweeps of this.#slices(count, 1e6)) kernels.multispin(...this.#arguments(sweeps), 0, 1);
  }

  /**
   * The same sweeps on all threads, with pauses; a signal stops them between two sweeps; the sweeps done until then
   * remain.
   */
  async sweepAsync(count: number, { signal, onProgress }: WorkOptions = {}): Promise<void> {
    this.#idle();
    signal?.throwIfAborted();
    this.#busy = true;
    try {
      this.#team ??= startTeam(this.#machine as never, this.threads, this.#options.asked);
      const team = await this.#team.catch((error) => {
        this.#team = undefined;
        throw error;
      });
      let done = 0;
      for (const sweeps of this.#slices(count, 5e6 * this.threads)) {
        signal?.throwIfAborted();
        try {
          await team.run('multispin', ...this.#arguments(sweeps));
        } catch (error) {
          this.#broken = true;
          throw error;
        }
        await pause();
        done += sweeps;
        onProgress?.({ stage: 'sweep', done, total: count, unit: 'sweeps' } satisfies Progress);
      }
    } finally {
      this.#busy = false;
    }
  }

  /** Ends the threads; sweepAsync starts them again. */
  async close(): Promise<void> {
    if (this.#busy) throw new Error(BUSY);
    const team = this.#team;
    this.#team = undefined;
    await (await team)?.close();
  }

  /** Σ s s' over bonds and Σ s of the sites of each bit, in fresh arrays [128]. */
  sums(): { bondSums: Int32Array; spinSums: Int32Array } {
    this.#idle();
    const { kernels, at } = this.#machine;
    const { rows, words } = this.#options;
    kernels.multispinSums(at.planes, rows, words, at.scratch, at.bondSums, at.spinSums);
    return { bondSums: this.#machine.i32('bondSums').slice(), spinSums: this.#machine.i32('spinSums').slice() };
  }

  /** The packed configurations, [chains, ceil(sites/8)], in a fresh array. */
  bitRows(): Uint8Array {
    this.#idle();
    const { rows, words, strips } = this.#options;
    const sites = 2 * rows * words;
    // 128 blocks in one row, or a row for each of 128 replicas
    const bytes = new Uint8Array(strips ? sites * (planeRows.REPLICAS / 8) : Math.ceil(sites / 8) * planeRows.REPLICAS);
    (strips ? planeRows.latticeRow : planeRows.replicaRows)(this.#view, bytes);
    return bytes;
  }

  /** The spins of a window of a lattice of strips, see `windowBits`. */
  windowBits(window: planeRows.LatticeWindow, out: Uint8Array): void {
    this.#idle();
    planeRows.windowBits(this.#view, window, out);
  }

  /** Σ s over blocks of a lattice of strips, see `blockSums`. */
  blockSums(b: number, window: planeRows.LatticeWindow, out: Int8Array | Int16Array): void {
    this.#idle();
    planeRows.blockSums(this.#view, b, window, out);
  }

  /** Spins and random streams, copied. */
  snapshot(): ChainSnapshot {
    this.#idle();
    const { rows, words } = this.#options;
    return { rows, words, ...snapshotOf(this.#machine, MOVING) };
  }

  /**
   * Restores spins and random streams.
   * @throws TypeError or RangeError for a snapshot of another shape; then nothing has changed
   */
  restore(snapshot: ChainSnapshot): void {
    this.#idle();
    const { rows, words, strips } = this.#options;
    for (const [name, own] of Object.entries({ rows, words })) {
      if (numberOf(snapshot, name) !== own) refuse(`snapshot.${name}`, `${own} (the same lattice)`, snapshot[name]);
    }
    const parts = partsOf(this.#machine, snapshot, MOVING);
    restoreParts(this.#machine, parts);
    this.#machine.kernels.multispinEdges(this.#machine.at.planes, rows, words, Number(strips));
  }

  #idle(): void {
    if (this.#busy) throw new Error(BUSY);
    if (this.#broken) throw new Error('a thread failed within a sweep: the lattice is invalid');
  }

  /**
   * Numbers of sweeps that visit about `most` words, ten nanoseconds each: engines compile better code after the first
   * call.
   */
  *#slices(count: number, most: number): Generator<number, void, void> {
    const { rows, words } = this.#options;
    const slice = Math.max(1, Math.floor(most / (2 * rows * words)));
    for (let left = count; left > 0; left -= slice) yield Math.min(slice, left);
  }

  // biome-ignore format: one line
  #arguments(sweeps: number): [number, number, number, number, number, number, number, number, number, number, number] {
    const { at } = this.#machine;
    const { rows, words, strips, method, bandRows } = this.#options;
    const heatBath = Number(method === 'heatBath');
    return [at.planes, rows, words, Number(strips), heatBath, this.#kind, at.masks, at.streams, bandRows, at.scratch, sweeps];
  }
}
