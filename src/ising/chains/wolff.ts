/** One Markov chain of Wolff cluster updates: its state and kernel. The schedule is that of `Ising`. */

import { type Seed, streamKey } from '../../util/random.js';
import type { Progress } from '../../util/work.js';
import { ISING_SCRATCH, STREAM } from '../../wasm/kernels.js';
import { Machine } from '../../wasm/machine.js';
import type { Call } from '../../wasm/pool.js';
import { SAMPLING } from '../../wasm/sampling.js';
import type { SquareLattice } from '../models/lattice.js';
import { type ChainSnapshot, type ChainWork, rowsOfBits, type Schedule, type Slice, type SpinChain } from './chain.js';
import { pilot } from './pilot.js';
import { partsOf, restoreParts, snapshotOf } from './snapshot.js';

/** Max rows of a series per kernel call. */
const SLICE = 256;

/** A chain of Wolff updates of the periodic square lattice. */
export class WolffChain implements SpinChain {
  /** One chain. */
  readonly chains = 1;
  /** One cluster per update. */
  readonly seeds = 1;
  readonly sites: number;
  /** Clusters of either sign are flipped: the sign of m is uncorrelated. */
  readonly symmetric = true;
  readonly longestStep: number;
  readonly machine;
  readonly #rows: number;
  readonly #columns: number;
  readonly #stride: number;

  /**
   * The burn-in removes the influence of the beginning.
   * @param index number of the chain among those of the seed
   * @param start packed spins at the beginning; all up without them
   */
  constructor(
    lattice: SquareLattice,
    readonly coupling: number,
    seed: Seed,
    index = 0,
    shared = false,
    start?: Uint8Array,
  ) {
    const sites = lattice.sites;
    this.sites = sites;
    // a cluster has at least one site
    this.longestStep = Math.ceil(sites / 8);
    this.#stride = Math.ceil(sites / 8);
    [this.#rows, this.#columns] = lattice.shape;
    this.machine = new Machine(
      SAMPLING,
      {
        spins: sites + 8,
        queue: (sites + 4) * 4,
        stream: STREAM,
        scratch: ISING_SCRATCH,
        bondSums: SLICE * 4,
        spinSums: SLICE * 4,
        bits: rowsOfBits(SLICE, this.#stride) * this.#stride,
      },
      shared,
    );
    const spins = this.machine.u8('spins');
    if (start === undefined) spins.fill(1, 0, sites);
    else for (let site = 0; site < sites; site++) spins[site] = (start[site >> 3] >> (site & 7)) & 1;
    const { kernels, at } = this.machine;
    kernels.markEdges(at.spins, this.#rows, this.#columns);
    kernels.seedStreams(at.stream, 1, streamKey(seed, 'wolff', index), 0);
  }

  /** Makes `clusters` cluster updates; returns the number of sites flipped. */
  *advance(clusters: number): ChainWork<never, number> {
    const [flipped] = yield [this.#advance(clusters)];
    return flipped;
  }

  /** The current configuration: Σ s s' over bonds, Σ s and the packed spins. */
  present(): Slice {
    const { kernels, at } = this.machine;
    const bondSum = kernels.bondSum(at.spins, this.#rows, this.#columns);
    const spinSum = kernels.spinSum(at.spins, this.sites);
    kernels.packSpins(at.spins, this.sites, at.bits);
    const bits = this.machine.u8('bits').slice(0, this.#stride);
    return { bondSums: Int32Array.of(bondSum), spinSums: Int32Array.of(spinSum), bits };
  }

  /** The call that makes `clusters` cluster updates; it returns the number of sites flipped. */
  #advance(clusters: number): Call {
    return ['wolff', [...this.#updates(), clusters]];
  }

  /** Arguments of the kernels for the spins and their lattice. */
  #updates(): number[] {
    const { at } = this.machine;
    return [at.spins, at.queue, this.#rows, this.#columns, this.coupling, at.stream, at.scratch];
  }

  /** Burn-in and pilot run: the clusters between two samples, `independence` times τ. */
  *calibrate(independence: number): ChainWork<Progress, Schedule> {
    const { sites } = this;
    // The first clusters are those of the initial state, so the size is measured after flips of ten sweeps, and again
    // after the pilot run.
    let clusterSize = sites;
    for (let round = 0; round < 2; round++) {
      clusterSize = yield* this.#clusterSizeOver(10);
      yield { stage: 'burn-in', done: round + 1, total: 2, unit: 'rounds' };
    }

    // Measured every eighth of a sweep; the pilot run also completes the burn-in, hundreds of τ from the start.
    const step = Math.max(1, Math.round(sites / (8 * clusterSize)));
    const interval = yield* pilot(this, step, independence);
    return { interval, pilotClusterSize: yield* this.#clusterSizeOver(20) };
  }

  /** Mean number of sites per cluster, over clusters of `sweeps` times the number of sites. */
  *#clusterSizeOver(sweeps: number): ChainWork<never, number> {
    let flipped = 0;
    let clusters = 0;
    while (flipped < sweeps * this.sites) {
      const [more] = yield [this.#advance(16)];
      flipped += more;
      clusters += 16;
    }
    return flipped / clusters;
  }

  /**
   * Measures `rows` times, `interval` cluster updates apart (one more with probability ½), in slices short enough for a
   * responsive page.
   */
  *series(rows: number, interval: number, keepBits: boolean): ChainWork<Slice, void> {
    const { at } = this.machine;
    const { sites } = this;
    // a slice flips at most about SLICE·sites spins; fewer on large lattices
    const room = keepBits ? rowsOfBits(SLICE, this.#stride) : SLICE;
    const most = Math.max(1, Math.min(room, Math.floor(2e6 / (interval * Math.sqrt(sites)))));
    for (let done = 0; done < rows; ) {
      const count = Math.min(most, rows - done);
      yield [['wolffSeries', [...this.#updates(), interval, count, at.bondSums, at.spinSums, keepBits ? at.bits : 0]]];
      done += count;
      yield {
        bondSums: this.machine.i32('bondSums').slice(0, count),
        spinSums: this.machine.i32('spinSums').slice(0, count),
        bits: this.machine.u8('bits').slice(0, keepBits ? count * this.#stride : 0),
      };
    }
  }

  snapshot(): ChainSnapshot {
    return snapshotOf(this.machine, ['spins', 'stream']);
  }

  restore(snapshot: ChainSnapshot): void {
    restoreParts(this.machine, partsOf(this.machine, snapshot, ['spins', 'stream']));
    // the kernel trusts the marks at the edges, and the snapshot may come from anywhere
    const { kernels, at } = this.machine;
    kernels.markEdges(at.spins, this.#rows, this.#columns);
  }
}
