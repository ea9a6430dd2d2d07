/**
 * One large periodic square lattice at one bit a spin, by multi-spin Metropolis or heat bath on a checkerboard: some 14 spins a nanosecond and thread, for
 * relaxation and growth of domains, films, and equilibrium far from K_c. (At K_c the memory of single-spin updates grows as L^2.17; `Ising` makes
 * independent samples.)
 *
 * The lattice is cut into 16 × 8 blocks; the 128 spins at the same place of each block share a vector. A block must have even sides, so the lattice has
 * rows in multiples of 32 and columns in multiples of 16.
 */

import { integer, knownOptions, oneOf } from '../../util/check.js';
import { checkSeed, type Seed } from '../../util/random.js';
import type { WorkOptions } from '../../util/work.js';
import { WORK_OPTIONS } from '../../util/work.js';
import { sha256, version } from '../../wasm/binary.js';
import { defaultThreads, threadsAvailable } from '../../wasm/threads.js';
import type { ChainSnapshot } from '../chains/chain.js';
import { Planes, REPLICAS, type SpinUpdate } from '../chains/planes.js';
import { SpinData } from '../data/spinData.js';
import { checkLattice, nameOfLattice, type SquareLattice } from '../models/lattice.js';
import { checkCoupling } from './replicas.js';

export interface MultiSpinOptions {
  /** Rows a multiple of 32, columns a multiple of 16. */
  lattice: SquareLattice;
  /** K = J/kT >= 0; the critical value is ½ ln(1 + √2) = 0.4407. */
  coupling: number;
  /** Default metropolis. */
  method?: SpinUpdate;
  seed?: Seed;
  /** Independent random spins (K = 0), or all up (K = ∞). Default random. */
  start?: 'random' | 'up';
  /**
   * Threads of `sweepAsync`; no spin depends on it. Default: the cores there are, 1 below 2^20 sites or where threads cannot share a memory or be started;
   * a number that was asked for is an error where they cannot be started.
   */
  threads?: number;
}

/** Blocks of the lattice, down and across: bit 8a + b of a vector is block (a, b). */
const DOWN = 16;
const ACROSS = 8;

/** So many words of a half sweep share a random stream: as many as share a tail of random bits. */
const BAND_WORDS = 128;

/** Below this many sites a second thread gains little: two barriers a sweep. */
const THREADED_SITES = 2 ** 20;

export class MultiSpin {
  readonly lattice: SquareLattice;
  readonly coupling: number;
  readonly method: SpinUpdate;
  readonly seed: Seed;
  readonly threads: number;
  readonly #planes: Planes;

  /** @throws TypeError or RangeError for an option out of range, and for sides that do not fit, with the nearest ones that do */
  constructor(options: MultiSpinOptions) {
    knownOptions('MultiSpin', options, ['lattice', 'coupling', 'method', 'seed', 'start', 'threads']);
    this.lattice = checkLattice(options.lattice);
    const [rows, columns] = this.lattice.shape;
    checkSide('rows', rows, 2 * DOWN);
    checkSide('columns', columns, 2 * ACROSS);
    this.coupling = checkCoupling('coupling', options.coupling);
    this.method = oneOf('method', options.method ?? 'metropolis', ['metropolis', 'heatBath']);
    this.seed = checkSeed('seed', options.seed ?? 1);
    const start = oneOf('start', options.start ?? 'random', ['random', 'up']);
    const fitting = this.lattice.sites >= THREADED_SITES ? defaultThreads() : 1;
    const threads = integer('threads', options.threads ?? fitting, 1, 64);
    const words = columns / ACROSS / 2;
    this.#planes = new Planes({
      rows: rows / DOWN,
      words,
      strips: true,
      method: this.method,
      couplings: new Float64Array(REPLICAS).fill(this.coupling),
      bandRows: Math.ceil(BAND_WORDS / words),
      threads: threadsAvailable() ? threads : 1,
      asked: options.threads !== undefined,
      start,
      seed: this.seed,
      label: 'multi-spin',
    });
    this.threads = this.#planes.threads;
  }

  /** One sweep = one attempted update of every site. On this thread, at one go. */
  sweep(count = 1): void {
    this.#planes.sweep(integer('count', count));
  }

  /**
   * The same sweeps, with the same bits, on `threads` threads, with progress and pauses for the event loop. A signal stops it between two sweeps; the
   * sweeps done until then stay done. Nothing else may be asked of this lattice meanwhile.
   */
  async sweepAsync(count = 1, options: WorkOptions = {}): Promise<void> {
    knownOptions('MultiSpin.sweepAsync', options, WORK_OPTIONS);
    await this.#planes.sweepAsync(integer('count', count), options);
  }

  /**
   * Ends the threads, which otherwise wait for the next sweepAsync, until this lattice is collected (idle threads do not keep a process alive).
   */
  async close(): Promise<void> {
    await this.#planes.close();
  }

  /** Energy per site in units of J, and magnetisation per site. */
  measure(): { energy: number; magnetisation: number } {
    const { bondSums, spinSums } = this.#planes.sums();
    const total = (sums: Int32Array) => sums.reduce((all, sum) => all + sum, 0);
    return { energy: -total(bondSums) / this.lattice.sites, magnetisation: total(spinSums) / this.lattice.sites };
  }

  /** The configuration of this moment, one row. */
  configuration(): SpinData {
    const [rows, columns] = this.lattice.shape;
    const [height, width] = [rows / DOWN, columns / ACROSS];
    const bytes = new Uint8Array((rows * columns) / 8);
    this.#planes.eachWord((y, x, word) => {
      for (let a = 0; a < DOWN; a++) {
        for (let b = 0; b < ACROSS; b++) {
          const site = (a * height + y) * columns + b * width + x;
          bytes[site >> 3] |= ((word[a] >> b) & 1) << (site & 7);
        }
      }
    });
    return new SpinData(1, this.lattice.shape, bytes, {
      source: 'blockspin MultiSpin',
      parameters: {
        lattice: nameOfLattice(this.lattice),
        shape: [rows, columns],
        coupling: this.coupling,
        method: this.method,
      },
      seed: this.seed,
      version,
      wasm: sha256,
    });
  }

  /** All that changes as the lattice moves, copied. */
  snapshot(): ChainSnapshot {
    return this.#planes.snapshot();
  }

  /**
   * Goes on from a snapshot of a lattice with the same options, with the bits that it would have gone on with; `threads` may differ.
   * @throws TypeError or RangeError for a snapshot of another lattice
   */
  restore(snapshot: ChainSnapshot): void {
    this.#planes.restore(snapshot);
  }
}

/** @throws RangeError naming the nearest sides that fit */
function checkSide(name: string, side: number, unit: number): void {
  if (side % unit === 0) return;
  const below = Math.floor(side / unit) * unit;
  const nearest = below > 0 ? `${below} or ${below + unit}` : `${unit}`;
  const reason = side % 2 ? 'a checkerboard needs even sides, and ' : '';
  throw new RangeError(
    `"lattice" expected ${name} in multiples of ${unit} (${reason}128 blocks with even sides share a vector), got ${side}: the nearest that fit are ${nearest}`,
  );
}
