/** Multi-spin updates of one large periodic square lattice. */

import { integer, knownOptions, oneOf } from '../../util/check.js';
import { defaultThreads, threadsAvailable } from '../../wasm/threads.js';
import { Planes, REPLICAS, type SpinUpdate } from '../chains/planes.js';
import { checkLattice, type SquareLattice } from '../models/lattice.js';
import { PlaneSampler, type PlaneSamplerOptions } from './planeSampler.js';
import { checkCoupling } from './replicas.js';

/** Options of `MultiSpin`. */
export interface MultiSpinOptions extends PlaneSamplerOptions {
  /** Rows a multiple of 32, columns a multiple of 16. */
  lattice: SquareLattice;
  /** K = J/kT >= 0; the critical value is ½ ln(1 + √2) = 0.4407. */
  coupling: number;
  /** Update of a spin. Default metropolis. */
  method?: SpinUpdate;
  /** Independent random spins (K = 0), or all up (K = ∞). Default random. */
  start?: 'random' | 'up';
  /**
   * Threads of `advanceAsync` and `sampleAsync`; no spin depends on it. Default: the number of cores, or 1 below 2^20
   * sites or where threads cannot share a memory or be started; a given number above 1 is an error there.
   */
  threads?: number;
}

/** Blocks of the lattice along columns and rows: bit 8a + b of a vector is block (a, b). */
const DOWN = 16;
const ACROSS = 8;

/** Words of a half sweep that share a random stream; the same number shares a buffer of random bits. */
const BAND_WORDS = 128;

/** Number of sites below which a second thread gains little, because of two barriers per sweep. */
const THREADED_SITES = 2 ** 20;

/**
 * One large periodic square lattice at one bit per spin, by multi-spin Metropolis or heat bath on a checkerboard: about
 * 14 spins per nanosecond and thread, for relaxation and growth of domains, films, and equilibrium far from K_c. (At
 * K_c the autocorrelation time of single-spin updates grows as L^2.17; `Ising` gives independent samples.)
 *
 * The lattice is divided into 16 × 8 blocks; the 128 spins at the same position of each block share a vector. A block
 * must have even sides, so the lattice has rows in multiples of 32 and columns in multiples of 16.
 * @example
 * const film = new MultiSpin({ lattice: square(64), coupling: 0.6 });
 * film.advance(10);
 * film.measure().energies[0]; // per site in units of J
 */
export class MultiSpin extends PlaneSampler {
  readonly coupling: number;
  readonly threads: number;

  /**
   * @throws TypeError or RangeError for an option out of range, and for invalid sides, naming the nearest valid ones
   */
  constructor(options: MultiSpinOptions) {
    const known = ['lattice', 'coupling', 'method', 'seed', 'start', 'threads', 'independence'];
    knownOptions('MultiSpin', options, known);
    const lattice = checkLattice(options.lattice);
    const [rows, columns] = lattice.shape;
    checkSide('rows', rows, 2 * DOWN);
    checkSide('columns', columns, 2 * ACROSS);
    const coupling = checkCoupling('coupling', options.coupling);
    const method = oneOf('method', options.method ?? 'metropolis', ['metropolis', 'heatBath']);
    const start = oneOf('start', options.start ?? 'random', ['random', 'up']);
    const fitting = lattice.sites >= THREADED_SITES ? defaultThreads() : 1;
    const asked = options.threads !== undefined;
    const threads = integer('threads', options.threads ?? fitting, 1, 64);
    const words = columns / ACROSS / 2;
    let used = 1;
    super(options, (seed) => {
      const planes = new Planes({
        ...{ rows: rows / DOWN, words, strips: true, method, couplings: new Float64Array(REPLICAS).fill(coupling) },
        ...{ bandRows: Math.ceil(BAND_WORDS / words), threads: threadsAvailable() ? threads : 1, asked },
        ...{ start, seed, label: 'multi-spin' },
      });
      used = planes.threads;
      return {
        source: 'blockspin MultiSpin',
        lattice,
        method,
        planes,
        chains: 1,
        start,
        couplings: { coupling },
        sums: () => sumsOf(planes),
        rows: () => rowOf(planes, rows, columns),
      };
    });
    this.coupling = coupling;
    this.threads = used;
  }
}

/** Sums over all blocks of the lattice. */
function sumsOf(planes: Planes): { bondSums: number[]; spinSums: number[] } {
  const { bondSums, spinSums } = planes.sums();
  const total = (sums: Int32Array) => [sums.reduce((all, sum) => all + sum, 0)];
  return { bondSums: total(bondSums), spinSums: total(spinSums) };
}

/** The packed configuration. */
function rowOf(planes: Planes, rows: number, columns: number): Uint8Array {
  const [height, width] = [rows / DOWN, columns / ACROSS];
  const bytes = new Uint8Array((rows * columns) / 8);
  planes.eachWord((y, x, word) => {
    for (let a = 0; a < DOWN; a++) {
      for (let b = 0; b < ACROSS; b++) {
        const site = (a * height + y) * columns + b * width + x;
        bytes[site >> 3] |= ((word[a] >> b) & 1) << (site & 7);
      }
    }
  });
  return bytes;
}

/** @throws RangeError naming the nearest valid sides */
function checkSide(name: string, side: number, unit: number): void {
  if (side % unit === 0) return;
  const below = Math.floor(side / unit) * unit;
  const nearest = below > 0 ? `${below} or ${below + unit}` : `${unit}`;
  const reason = side % 2 ? 'a checkerboard needs even sides, and ' : '';
  throw new RangeError(
    `"lattice" expected ${name} in multiples of ${unit} (${reason}128 blocks with even sides share a vector), got ${side}: the nearest valid sides are ${nearest}`,
  );
}
