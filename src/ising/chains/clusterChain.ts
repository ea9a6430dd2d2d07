/**
 * One Markov chain of cluster updates of any fields and pairs: its state and kernels. The schedule is that of
 * `Clusters`.
 */

import { integer } from '../../util/check.js';
import { type Seed, streamKey } from '../../util/random.js';
import type { Progress } from '../../util/work.js';
import { CLUSTER_SUMS, DRAWN, DRAWS, STREAM } from '../../wasm/kernels.js';
import { Machine } from '../../wasm/machine.js';
import type { Call } from '../../wasm/pool.js';
import { SAMPLING } from '../../wasm/sampling.js';
import { bondTable } from '../models/bondTable.js';
import type { Hamiltonian } from '../models/hamiltonian.js';
import { TermGroups } from '../models/interactionTable.js';
import { type ChainSnapshot, type ChainWork, rowsOfBits, type Schedule, type Slice, type SpinChain } from './chain.js';
import { pilot } from './pilot.js';
import { sizeClasses } from './sizeClasses.js';
import { numberOf, partsOf, restoreParts, snapshotOf } from './snapshot.js';

/** Max rows of a series per kernel call. */
const SLICE = 256;
/** Sites visited per kernel call: about ten milliseconds. */
const VISITS = 5e5;
/** The regions of a snapshot. */
const STATE = ['spins', 'stream', 'draws'] as const;

/** The bits of a site's byte that are set between updates, and the first bit of its kind. */
const FRESH = 130;
const KIND = 2;

/** Cluster updates: wolff flips the cluster of a random site; swendsenWang flips each cluster with probability ½. */
export type ClusterMethod = 'wolff' | 'swendsenWang';

/** Indices of the measured sums in a row of `sums` (assembly/ising/clusters.ts). */
export const SUM = {
  sizeSquares: 0,
  spinSquares: 1,
  spinFourths: 2,
  largest: 3,
  clusters: 4,
  active: 5,
  ghostSpins: 6,
  termSum: 7,
  ghostSites: 8,
  turned: 9,
} as const;

/**
 * A slice with the clusters: CLUSTER_SUMS numbers per row, and (Swendsen-Wang) the number of clusters of each size
 * class.
 */
export interface ClusterSlice extends Slice {
  sums: Float64Array;
  sizes: Uint32Array;
}

/** A chain of Wolff or Swendsen-Wang updates. */
export class PairClusterChain implements SpinChain {
  readonly sites: number;
  readonly chains = 1;
  /** Wolff: 1. Swendsen-Wang: all sites. */
  readonly seeds: number;
  /** Without a field every cluster may be flipped, and the sign of m is uncorrelated. */
  readonly symmetric: boolean;
  readonly longestStep: number;
  /** Whether there are fields. */
  readonly ghost: boolean;
  readonly machine;
  readonly #steps: number;
  readonly #groups: number;
  readonly #kinds: number;
  readonly #stride: number;
  readonly #classes: number;
  /**
   * Updates made, and sites visited by them: for the length of slices, on which no bit depends, and that of a sweep.
   */
  #updates = 0;
  #visits = 0;

  /**
   * @param start spins ±1; default independent random spins (infinite temperature)
   * @param index number of the chain among those of the seed
   * @throws RangeError for a term of more than two sites
   */
  constructor(
    hamiltonian: Hamiltonian,
    method: ClusterMethod,
    seed: Seed,
    start: ArrayLike<number> | undefined,
    index = 0,
    shared = false,
  ) {
    const { sites } = hamiltonian;
    const { rows, table, kinds, fields } = bondTable(hamiltonian);
    const terms = new TermGroups(hamiltonian);
    this.sites = sites;
    this.ghost = fields !== null;
    this.symmetric = !this.ghost;
    this.#steps = method === 'swendsenWang' ? 1 : 0;
    this.seeds = this.#steps ? sites : 1;
    // a Wolff cluster has at least one site
    this.longestStep = this.#steps ? 1 : Math.ceil(sites / 8);
    this.#groups = terms.count;
    this.#kinds = kinds ? 1 : 0;
    this.#stride = Math.ceil(sites / 8);
    this.#classes = sizeClasses(sites).length;
    const vectors = Math.ceil(sites / 128);
    this.machine = new Machine(
      SAMPLING,
      {
        spins: sites + 8,
        rows: rows.byteLength,
        table: table.byteLength,
        fields: fields?.byteLength ?? 0,
        ...terms.regions,
        // at the start used for random bits
        queue: Math.max((sites + 4) * 4, vectors * 16),
        labels: this.#steps * sites * 4,
        stream: STREAM,
        draws: DRAWS,
        termSums: SLICE * 8,
        spinSums: SLICE * 4,
        sums: SLICE * CLUSTER_SUMS * 8,
        sizes: this.#steps * SLICE * this.#classes * 4,
        bits: rowsOfBits(SLICE, this.#stride) * this.#stride,
      },
      shared,
    );
    const machine = this.machine;
    const { kernels, at } = machine;
    machine.u32('rows').set(rows);
    if (fields) machine.u32('fields').set(fields);
    machine.u32('table').set(table);
    terms.write(machine);
    const spins = machine.u8('spins');
    if (start === undefined) {
      kernels.seedStreams(at.stream, 1, streamKey(seed, 'clusters start', index), 0);
      kernels.fillRandom(at.stream, at.queue, vectors);
      const bits = machine.u8('queue');
      for (let site = 0; site < sites; site++) spins[site] = (bits[site >> 3] >> (site & 7)) & 1;
    } else {
      for (let site = 0; site < sites; site++) spins[site] = start[site] === 1 ? 1 : 0;
    }
    for (let site = 0; site < sites; site++) spins[site] |= FRESH | ((kinds?.[site] ?? 0) << KIND);
    kernels.seedStreams(at.stream, 1, streamKey(seed, `clusters ${method}`, index), 0);
    machine.u32('draws')[DRAWN / 4] = DRAWN;
  }

  /** Makes `updates` updates in calls of a few milliseconds; returns the number of sites flipped. */
  *advance(updates: number): ChainWork<never, number> {
    let turned = 0;
    for (let left = updates; left > 0; ) {
      const count = Math.min(left, this.#updatesAtOnce());
      this.machine.f64('sums').fill(0, 0, CLUSTER_SUMS);
      const [visits] = yield [this.#advance(count)];
      this.#visits += visits;
      this.#updates += count;
      turned += this.machine.f64('sums')[SUM.turned];
      left -= count;
    }
    return turned;
  }

  /** The current state: Σ K Π s, Σ s and the packed spins. */
  present(): Slice {
    const { kernels, at } = this.machine;
    kernels.packSpins(at.spins, this.sites, at.bits);
    return {
      bondSums: Float64Array.of(kernels.termSum(at.spins, at.groups, this.#groups, at.members)),
      spinSums: Int32Array.of(kernels.spinSum(at.spins, this.sites)),
      bits: this.machine.u8('bits').slice(0, this.#stride),
    };
  }

  /** The state of the chain, copied: a restored chain continues with the same bits. */
  snapshot(): ChainSnapshot {
    return { ...snapshotOf(this.machine, STATE), updates: this.#updates, visits: this.#visits };
  }

  /** @throws TypeError or RangeError if the snapshot is not of a chain like this one */
  restore(snapshot: ChainSnapshot): void {
    const updates = integer('snapshot.updates', numberOf(snapshot, 'updates'), 0);
    const visits = integer('snapshot.visits', numberOf(snapshot, 'visits'), 0);
    // the kind of a site does not change
    const kinds = this.machine.u8('spins').map((byte) => byte & (31 << KIND));
    restoreParts(this.machine, partsOf(this.machine, snapshot, STATE));
    this.#updates = updates;
    this.#visits = visits;
    // the kernels trust the other bits of a spin's byte, and the snapshot may come from anywhere
    const spins = this.machine.u8('spins');
    for (let site = 0; site < this.sites; site++) spins[site] = kinds[site] | FRESH | (spins[site] & 1);
    const draws = this.machine.u32('draws');
    draws[DRAWN / 4] = Math.min(DRAWN, draws[DRAWN / 4] & ~15);
  }

  /**
   * Burn-in and pilot run: the updates between two samples, `independence` times τ, and the mean number of sites
   * flipped per update. Wolff clusters are measured every eighth of a sweep of visits; sites of clusters that reached
   * the ghost are visited, not flipped.
   */
  *calibrate(independence: number): ChainWork<Progress, Schedule> {
    // the first clusters are those of the initial state
    for (let round = 0; round < 2; round++) {
      yield* this.#sweeps(10);
      yield { stage: 'burn-in', done: round + 1, total: 2, unit: 'rounds' };
    }
    const interval = yield* pilot(this, this.sweep(8), independence);
    return { interval, pilotClusterSize: yield* this.#sweeps(20) };
  }

  /** Number of updates that visit 1/parts of all sites, by the mean number of visits so far. */
  sweep(parts = 1): number {
    if (this.#steps || this.#updates === 0) return 1;
    return Math.max(1, Math.round((this.sites * this.#updates) / (parts * this.#visits)));
  }

  series(rows: number, interval: number, keepBits: boolean): ChainWork<ClusterSlice, void> {
    return this.#series(rows, interval, keepBits, false);
  }

  /**
   * As `series`, with the energy given the bonds, and the sizes of clusters (Swendsen-Wang); without configurations.
   */
  clusterSeries(rows: number, interval: number): ChainWork<ClusterSlice, void> {
    return this.#series(rows, interval, false, true);
  }

  /**
   * Updates until `count` times the number of sites have been visited; returns the mean number of sites flipped per
   * update.
   */
  *#sweeps(count: number): ChainWork<never, number> {
    const updates = this.#steps ? count : 16;
    let turned = 0;
    let made = 0;
    for (const start = this.#visits; this.#visits - start < count * this.sites; made += updates) {
      turned += yield* this.advance(updates);
    }
    return turned / made;
  }

  #updatesAtOnce(): number {
    const visits = this.#updates === 0 ? this.sites : this.#visits / this.#updates;
    return Math.max(1, Math.floor(VISITS / visits));
  }

  *#series(rows: number, interval: number, keepBits: boolean, clusters: boolean): ChainWork<ClusterSlice, void> {
    const room = keepBits ? rowsOfBits(SLICE, this.#stride) : SLICE;
    for (let done = 0; done < rows; ) {
      // a measurement costs about as much as a sweep
      const most = Math.floor(VISITS / (this.sites + (interval * VISITS) / this.#updatesAtOnce()));
      const count = Math.min(Math.max(1, most), room, rows - done);
      // Wolff's clusters are measured over the whole interval, Swendsen and Wang's at its end
      const split = most < 1 && interval > 1 && !(clusters && this.#steps === 0);
      // for an interval that is too long for one call: advance in parts, the last update with the measurement
      const turned = split ? yield* this.advance(interval - 1) : 0;
      const last = split ? 1 : interval;
      const labelled = clusters && this.#steps === 1;
      const [visits] = yield [this.#measuring(count, last, keepBits, labelled)];
      this.#visits += visits;
      yield this.#slice(count, last, keepBits, labelled, turned);
      done += count;
    }
  }

  /** Arguments of the kernels for the spins and their bonds. */
  #bonds(): number[] {
    const { at } = this.machine;
    return [
      at.spins,
      at.rows,
      at.table,
      this.sites,
      this.#kinds,
      this.ghost ? at.fields : 0,
      at.queue,
      at.stream,
      at.draws,
    ];
  }

  /** The call that makes `updates` updates and adds to the sums; it returns the number of sites visited. */
  #advance(updates: number): Call {
    const { at } = this.machine;
    if (this.#steps) return ['swendsenWang', [...this.#bonds(), updates, 0, at.sums, 0]];
    return ['wolffClusters', [...this.#bonds(), updates, at.sums]];
  }

  /** The call that measures `rows` times after `interval` updates each; it returns the number of sites visited. */
  #measuring(rows: number, interval: number, keepBits: boolean, labelled: boolean): Call {
    const { at } = this.machine;
    const terms = [at.groups, this.#groups, at.members];
    const sums = [at.termSums, at.spinSums, keepBits ? at.bits : 0, labelled ? at.labels : 0, at.sums, at.sizes];
    return ['clusterSeries', [...this.#bonds(), this.#steps, ...terms, interval, rows, ...sums, this.#classes]];
  }

  /** The measurements, copied; `turned` is the number of sites flipped before. */
  #slice(rows: number, interval: number, keepBits: boolean, labelled: boolean, turned: number): ClusterSlice {
    const sums = this.machine.f64('sums').slice(0, rows * CLUSTER_SUMS);
    let more = 0;
    for (let row = 0; row < rows; row++) {
      more += sums[row * CLUSTER_SUMS + SUM.turned];
      this.#updates += this.#steps ? interval : sums[row * CLUSTER_SUMS + SUM.clusters];
    }
    return {
      bondSums: this.machine.f64('termSums').slice(0, rows),
      spinSums: this.machine.i32('spinSums').slice(0, rows),
      bits: this.machine.u8('bits').slice(0, keepBits ? rows * this.#stride : 0),
      turned: turned + more,
      sums,
      sizes: this.machine.u32('sizes').slice(0, labelled ? rows * this.#classes : 0),
    };
  }
}
