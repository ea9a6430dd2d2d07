/** Multi-spin updates of one large periodic square lattice. */

import { finite, integer, knownOptions, lengthOf, oneOf, refuse } from '../../util/check.js';
import { fingerprint } from '../../util/random.js';
import { defaultThreads, threadsAvailable } from '../../wasm/threads.js';
import { ACROSS, DOWN, type LatticeWindow } from '../chains/planeRows.js';
import { Planes, type SpinUpdate } from '../chains/planes.js';
import { numberOf } from '../chains/snapshot.js';
import type { SpinData } from '../data/spinData.js';
import { checkLattice, type SquareLattice } from '../models/lattice.js';
import { PlaneSampler, type PlaneSamplerOptions } from './planeSampler.js';
import { startSpins } from './startSpins.js';

/** Options of `MultiSpin`. */
export interface MultiSpinOptions extends PlaneSamplerOptions {
  /** Rows a multiple of 32, columns a multiple of 16. */
  lattice: SquareLattice;
  /** K = J/kT, any sign; the critical value is ½ ln(1 + √2) = 0.4407. */
  coupling: number;
  /** h = field/kT, any sign. Default 0. */
  field?: number;
  /** Update of a spin. Default metropolis. */
  method?: SpinUpdate;
  /**
   * Independent random spins (K = 0), all up (K = ∞), or the configuration of data of one row and the lattice's shape.
   * Default random.
   */
  start?: 'random' | 'up' | SpinData;
  /**
   * Threads of `advanceAsync` and `sampleAsync`; no spin depends on it. Default: the number of cores, or 1 below 2^20
   * sites or where threads cannot share a memory or be started; a given number above 1 is an error there.
   */
  threads?: number;
}

/** Which blocks `blockSums` adds up, and where to. */
export interface BlockSumsOptions<Out extends Int8Array | Int16Array = Int8Array | Int16Array> {
  /** In blocks: row and column of the first one, and numbers of both, across the edges of the lattice. Default all. */
  window?: LatticeWindow;
  /**
   * Row-major [window.rows, window.columns]. Default a fresh Int8Array for blocks of up to 8 × 8 spins, an Int16Array
   * for larger ones, which need it.
   */
  out?: Out;
}

/** Which spins `bits` reads, and where to. */
export interface WindowBitsOptions {
  /** In sites: row and column of the first one, and numbers of both, across the edges of the lattice. Default all. */
  window?: LatticeWindow;
  /** [window.rows, ceil(window.columns/8)] bytes. Default a fresh array. */
  out?: Uint8Array;
}

/** Words of a half sweep that share a random stream; the same number shares a buffer of random bits. */
const BAND_WORDS = 128;

/** Number of sites below which a second thread gains little, because of two barriers per sweep. */
const THREADED_SITES = 2 ** 20;

/** Sides of the blocks of `blockSums`, and the largest whose sums fit into bytes. */
const BLOCKS = [1, 2, 4, 8, 16, 32];
const BYTE_BLOCK = 8;

/**
 * One large periodic square lattice at one bit per spin, H/kT = -K Σ_⟨ij⟩ s_i s_j - h Σ s, by multi-spin Metropolis or
 * heat bath on a checkerboard: about 14 spins per nanosecond and thread, and 8 with h ≠ 0 or K < 0; for relaxation and
 * growth of domains, films, and equilibrium far from K_c. (At K_c the autocorrelation time of single-spin updates grows
 * as L^2.17; `Ising` gives independent samples.) Coupling and field may be changed between sweeps, and a picture of the
 * lattice, or of a window of it, is quick: `blockSums` and `bits`.
 *
 * The lattice is divided into 16 × 8 blocks; the 128 spins at the same position of each block share a vector. A block
 * must have even sides, so the lattice has rows in multiples of 32 and columns in multiples of 16.
 * @example
 * const film = new MultiSpin({ lattice: square(64), coupling: 0.6 });
 * film.advance(10);
 * film.measure().energies[0]; // per site in units of J
 * film.coupling = 0.3; // from the next sweep on
 * film.blockSums(4).length; // 256: Σ s of 16 × 16 blocks
 */
export class MultiSpin extends PlaneSampler {
  readonly threads: number;
  readonly #planes: Planes;
  /** What the spins feel, shared with the plan. */
  readonly #felt: { coupling: number; field: number };

  /**
   * @throws TypeError or RangeError for an option out of range, and for invalid sides, naming the nearest valid ones
   */
  constructor(options: MultiSpinOptions) {
    const known = ['lattice', 'coupling', 'field', 'method', 'seed', 'start', 'threads', 'independence'];
    knownOptions('MultiSpin', options, known);
    const lattice = checkLattice(options.lattice);
    const [rows, columns] = lattice.shape;
    checkSide('rows', rows, 2 * DOWN);
    checkSide('columns', columns, 2 * ACROSS);
    const felt = { coupling: finite('coupling', options.coupling), field: finite('field', options.field ?? 0) };
    const method = oneOf('method', options.method ?? 'metropolis', ['metropolis', 'heatBath']);
    const start = checkStart(options.start ?? 'random', lattice);
    const fitting = lattice.sites >= THREADED_SITES ? defaultThreads() : 1;
    const asked = options.threads !== undefined;
    const threads = integer('threads', options.threads ?? fitting, 1, 64);
    const words = columns / ACROSS / 2;
    let made: Planes | undefined;
    super(options, (seed) => {
      const planes = new Planes({
        ...{ rows: rows / DOWN, words, strips: true, method, couplings: felt, bandRows: Math.ceil(BAND_WORDS / words) },
        ...{ threads: threadsAvailable() ? threads : 1, asked, start, seed, label: 'multi-spin' },
      });
      made = planes;
      return {
        source: 'blockspin MultiSpin',
        lattice,
        method,
        planes,
        chains: 1,
        start: typeof start === 'string' ? start : `configuration ${fingerprint(start)}`,
        couplings: () => (felt.field === 0 ? { coupling: felt.coupling } : { ...felt }),
        sums: () => sumsOf(planes),
        snapshot: () => ({ ...planes.snapshot(), ...felt }),
        restore: (snapshot) => {
          const coupling = finite('snapshot.coupling', numberOf(snapshot, 'coupling'));
          const field = finite('snapshot.field', numberOf(snapshot, 'field'));
          planes.restore(snapshot);
          planes.setCouplings(Object.assign(felt, { coupling, field }));
        },
      };
    });
    this.#planes = made as Planes;
    this.#felt = felt;
    this.threads = this.#planes.threads;
  }

  /** K = J/kT. A change holds from the next sweep on; the next `sample` then begins with burn-in and pilot run. */
  get coupling(): number {
    return this.#felt.coupling;
  }
  /** @throws TypeError or RangeError for what is no finite number; Error while another call is at work */
  set coupling(coupling: number) {
    this.#change({ coupling: finite('coupling', coupling) });
  }

  /** h = field/kT, changed as the coupling. */
  get field(): number {
    return this.#felt.field;
  }
  /** @throws TypeError or RangeError for what is no finite number; Error while another call is at work */
  set field(field: number) {
    this.#change({ field: finite('field', field) });
  }

  /**
   * Σ s over the b × b blocks of the lattice or of a window of it, row-major, for pictures: a millisecond or two for
   * 4096 × 4096 spins.
   * @param b side of a block, a power of two up to 32 that divides the sides of the lattice; 1 gives the spins as ±1
   * @returns `out`
   * @throws TypeError or RangeError for another b, a window that does not begin on the lattice or is larger, an array of
   *   another type or length; Error while another call is at work
   */
  blockSums<Out extends Int8Array | Int16Array = Int8Array | Int16Array>(
    b: number,
    options: BlockSumsOptions<Out> = {},
  ): Out {
    knownOptions('blockSums', options, ['window', 'out']);
    const [rows, columns] = this.lattice.shape;
    integer('b', b);
    if (!BLOCKS.includes(b) || rows % b || columns % b) {
      refuse('b', `power of two up to 32 that divides the sides ${rows} × ${columns}`, b);
    }
    const window = checkWindow(options.window, rows / b, columns / b);
    const length = window.rows * window.columns;
    const out: Int8Array | Int16Array = options.out ?? new (b > BYTE_BLOCK ? Int16Array : Int8Array)(length);
    const fits = out instanceof Int16Array || (out instanceof Int8Array && b <= BYTE_BLOCK);
    if (!fits) refuse('out', b > BYTE_BLOCK ? 'Int16Array' : 'Int8Array or Int16Array', out, 'type');
    lengthOf('out', out, length);
    this.#planes.blockSums(b, window, out);
    return out as Out;
  }

  /**
   * The spins of the lattice or of a window of it as rows of bits, 1 for +1: spin c of a row is bit c mod 8 of its byte
   * ⌊c/8⌋, and bits behind the last column are 0 (see `BitRows`). `blockSums(1)` has a byte per spin.
   * @returns `out`
   * @throws TypeError or RangeError for a window that does not begin on the lattice or is larger, an array of another type
   *   or length; Error while another call is at work
   */
  bits(options: WindowBitsOptions = {}): Uint8Array {
    knownOptions('bits', options, ['window', 'out']);
    const window = checkWindow(options.window, ...this.lattice.shape);
    const length = window.rows * Math.ceil(window.columns / 8);
    const out = options.out ?? new Uint8Array(length);
    if (!(out instanceof Uint8Array)) refuse('out', 'Uint8Array', out, 'type');
    lengthOf('out', out, length);
    this.#planes.windowBits(window, out);
    return out;
  }

  #change(change: { coupling?: number; field?: number }): void {
    const next = { ...this.#felt, ...change };
    if (next.coupling === this.#felt.coupling && next.field === this.#felt.field) return;
    this.#planes.setCouplings(next);
    Object.assign(this.#felt, change);
    this.forgetSchedule();
  }
}

/** Sums over all blocks of the lattice. */
function sumsOf(planes: Planes): { bondSums: number[]; spinSums: number[] } {
  const { bondSums, spinSums } = planes.sums();
  const total = (sums: Int32Array) => [sums.reduce((all, sum) => all + sum, 0)];
  return { bondSums: total(bondSums), spinSums: total(spinSums) };
}

/** The start by name, or packed spins. @throws TypeError or RangeError for another, or for data that do not fit */
function checkStart(start: 'random' | 'up' | SpinData, lattice: SquareLattice): 'random' | 'up' | Uint8Array {
  if (typeof start === 'string') return oneOf<'random' | 'up'>('start', start, ['random', 'up']);
  return startSpins(start, lattice, 'random, up, or ');
}

/** @throws TypeError or RangeError unless it begins on the lattice and is no larger */
function checkWindow(window: LatticeWindow | undefined, rows: number, columns: number): LatticeWindow {
  if (window === undefined) return { row: 0, column: 0, rows, columns };
  knownOptions('window', window, ['row', 'column', 'rows', 'columns'], 'window');
  return {
    row: integer('window.row', window.row, 0, rows - 1),
    column: integer('window.column', window.column, 0, columns - 1),
    rows: integer('window.rows', window.rows, 1, rows),
    columns: integer('window.columns', window.columns, 1, columns),
  };
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
