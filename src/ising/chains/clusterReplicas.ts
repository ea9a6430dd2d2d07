/**
 * 128 independent replicas of one periodic square lattice, one bit each in a vector, with cluster updates: their state
 * and kernels (assembly/ising/replicaClusters.ts). For many independent samples of a lattice that fits into the cache.
 * The schedule is that of `Ising`.
 */

import { sokalTime } from '../../stats/sokal.js';
import { integer, refuse } from '../../util/check.js';
import { type Seed, streamKey } from '../../util/random.js';
import type { Progress } from '../../util/work.js';
import { ISING_SCRATCH, SHISHUA_STREAM, STREAM } from '../../wasm/kernels.js';
import { Machine } from '../../wasm/machine.js';
import { type Call, makeCalls } from '../../wasm/pool.js';
import { SAMPLING } from '../../wasm/sampling.js';
import type { SquareLattice } from '../models/lattice.js';
import type { ChainSnapshot, ChainWork, Schedule, Slice, SpinChain } from './chain.js';
import { REPLICAS } from './planeRows.js';
import { numberOf, partsOf, restoreParts, snapshotOf } from './snapshot.js';

/** Max sites: the kernels count 256 bonds per site in 32 bits, and a site takes 64 bytes. */
const MAX_SITES = 2 ** 22;

/**
 * Seeds of an update per cluster that contains a typical site: τ is shortest at this number (measured for 16 × 16 to
 * 128 × 128).
 */
const SEEDS_PER_CLUSTER = 3;

/**
 * Steps that find the number of seeds; steps skipped before the pilot run; its measurements, and their min number per
 * τ.
 */
const SETTLING = 32;
const SKIPPED = 32;
const PILOT = 64;
const PILOT_PER_TAU = 16;
const PILOT_LIMIT = 2 ** 14;

/** 128 chains with cluster updates. */
/** @throws RangeError for more than 2^22 sites, whose replicas would not fit into one memory */
export function checkReplicaSites(sites: number): void {
  if (sites > MAX_SITES) refuse('lattice', 'at most 2^22 sites for the method "replicas"', sites);
}

export class ClusterReplicas implements SpinChain {
  readonly sites: number;
  /** Clusters of either sign are flipped: the sign of m is uncorrelated. */
  readonly symmetric = true;
  readonly longestStep = 1;
  readonly chains = REPLICAS;
  readonly machine;
  readonly #lattice: SquareLattice;
  #seeds: number;
  /** Rows of the current measurement, and the number of rows returned. */
  #rows: Slice = { bondSums: new Int32Array(0), spinSums: new Int32Array(0), bits: new Uint8Array(0) };
  #given = REPLICAS;

  /**
   * Starts from independent random spins; the burn-in removes their influence.
   * @param index number of these 128 replicas among those of the seed
   * @throws RangeError for more than 2^22 sites
   */
  constructor(
    lattice: SquareLattice,
    readonly coupling: number,
    seed: Seed,
    index = 0,
    shared = false,
  ) {
    const { sites, shape } = lattice;
    checkReplicaSites(sites);
    this.sites = sites;
    this.#lattice = lattice;
    this.#seeds = sites;
    this.machine = new Machine(
      SAMPLING,
      {
        spins: sites * 16,
        bonds: sites * 32,
        reached: sites * 16,
        flags: shape[0],
        stream: STREAM,
        bondStream: SHISHUA_STREAM,
        scratch: ISING_SCRATCH,
        bondSums: REPLICAS * 4,
        spinSums: REPLICAS * 4,
        bits: REPLICAS * Math.ceil(sites / 8),
      },
      shared,
    );
    const { kernels, at } = this.machine;
    kernels.seedStreams(at.stream, 1, streamKey(seed, 'cluster replicas', index), 0);
    kernels.seedShishua(at.bondStream, 1, streamKey(seed, 'cluster replicas, bonds', index), 0, at.scratch);
    kernels.fillRandom(at.stream, at.spins, sites);
  }

  /**
   * Number of sites per update from which clusters grow: the first in all replicas, the others in a random half of
   * them.
   */
  get seeds(): number {
    return this.#seeds;
  }

  /** Makes `steps` cluster updates of all replicas; returns the mean number of sites flipped per replica. */
  *advance(steps: number): ChainWork<never, number> {
    return this.#flippedBy(yield this.#steps(steps));
  }

  /** The current configuration of each replica: Σ s s' over bonds, Σ s and the packed spins. */
  present(): Slice {
    const { machine, sites } = this;
    // the sums of the current sample are put back, since `series` and `snapshot` need them
    const sampled = this.#sums();
    makeCalls(machine, [this.#measuring()]);
    const sums = this.#sums();
    machine.i32('bondSums').set(sampled.bondSums);
    machine.i32('spinSums').set(sampled.spinSums);
    const stride = Math.ceil(sites / 8);
    const bits = new Uint8Array(REPLICAS * stride);
    const spins = machine.u8('spins');
    for (let site = 0; site < sites; site++) {
      for (let replica = 0; replica < REPLICAS; replica++) {
        const bit = (spins[16 * site + (replica >> 3)] >> (replica & 7)) & 1;
        bits[replica * stride + (site >> 3)] |= bit << (site & 7);
      }
    }
    return { ...sums, bits };
  }

  /**
   * The calls that make `steps` cluster updates, a few milliseconds each: engines compile better code after the first
   * call.
   */
  #steps(steps: number): Call[] {
    const { at } = this.machine;
    const [rows, columns] = this.#lattice.shape;
    const most = Math.max(1, Math.floor(1e5 / this.#lattice.sites));
    const replicas = [at.spins, at.bonds, at.reached, at.flags, rows, columns, this.coupling];
    return Array.from({ length: Math.ceil(steps / most) }, (_, k) => [
      'replicaClusters',
      [...replicas, this.#seeds, at.stream, at.bondStream, at.scratch, Math.min(most, steps - k * most)],
    ]);
  }

  #measuring(): Call {
    const { at } = this.machine;
    return ['replicaSums', [at.spins, ...this.#lattice.shape, at.scratch, at.bondSums, at.spinSums]];
  }

  #sums(): { bondSums: Int32Array; spinSums: Int32Array } {
    return { bondSums: this.machine.i32('bondSums').slice(), spinSums: this.machine.i32('spinSums').slice() };
  }

  /** Mean number of sites flipped per replica, from the results of the calls of #steps. */
  #flippedBy(results: readonly number[]): number {
    return results.reduce((sum, flipped) => sum + flipped, 0) / REPLICAS;
  }

  /**
   * Burn-in and pilot run: the number of seeds and the steps between two rows of one replica, `independence` times τ.
   *
   * The cluster of a random site has N⟨m²⟩ sites on average (Fortuin & Kasteleyn); the number of seeds is chosen such
   * that it contains SEEDS_PER_CLUSTER of them. τ is that of energy or |Σ s|, whichever is longer, from the
   * autocovariances about the common mean, averaged over the replicas, which are independent and equally distributed;
   * the run is short, since there are 128 of them.
   */
  *calibrate(independence: number): ChainWork<Progress, Schedule> {
    const { sites } = this.#lattice;
    const rounds = 8;
    for (let round = 0; round < rounds; round++) {
      yield [...this.#steps(SETTLING / rounds), this.#measuring()];
      const squares = this.#sums().spinSums.reduce((sum, spinSum) => sum + spinSum * spinSum, 0);
      // at most one seed per site, also if Σ s = 0
      const wanted = (SEEDS_PER_CLUSTER * REPLICAS * sites * sites) / Math.max(1, squares);
      this.#seeds = Math.max(1, Math.min(sites, Math.round(wanted)));
      yield { stage: 'burn-in', done: round + 1, total: rounds, unit: 'rounds' };
    }
    yield this.#steps(SKIPPED);

    const energies: number[] = [];
    const magnetisations: number[] = [];
    let flipped = 0;
    for (let steps = 0, wanted = PILOT; ; wanted *= 2) {
      while (steps < wanted) {
        const [more] = yield [...this.#steps(1), this.#measuring()];
        flipped += more / REPLICAS;
        steps++;
        const { bondSums, spinSums } = this.#sums();
        for (const sum of bondSums) energies.push(sum);
        for (const sum of spinSums) magnetisations.push(Math.abs(sum));
        if (steps % 16 === 0) yield { stage: 'pilot', done: steps, total: wanted, unit: 'measurements' };
      }
      // a longer pilot run also completes the burn-in: its first half is skipped
      const skip = wanted > PILOT ? (wanted / 2) * REPLICAS : 0;
      const tau = Math.max(
        sokalTime(energies.slice(skip), 5, REPLICAS),
        sokalTime(magnetisations.slice(skip), 5, REPLICAS),
      );
      if (wanted >= PILOT_PER_TAU * tau) {
        return { interval: Math.max(1, Math.ceil(independence * tau)), pilotClusterSize: flipped / steps };
      }
      if (wanted >= PILOT_LIMIT) {
        throw new Error(`the chains are too slow: τ is more than ${Math.round(wanted / PILOT_PER_TAU)} steps`);
      }
    }
  }

  /**
   * The next `rows` samples: 128 of one measurement, then, `interval` steps later, 128 more in the same order of
   * replicas. The remaining rows of a measurement are kept for the next call. Every sample is flipped as a whole with
   * probability ½.
   */
  *series(rows: number, interval: number): ChainWork<Slice, void> {
    const { at } = this.machine;
    const { sites } = this;
    const stride = Math.ceil(sites / 8);
    for (let left = rows; left > 0; ) {
      if (this.#given === REPLICAS) {
        const toRows: Call = ['replicaRows', [at.spins, sites, at.stream, at.scratch, at.bits]];
        yield [...this.#steps(interval), toRows, this.#measuring()];
        this.#rows = { ...this.#sums(), bits: this.machine.u8('bits').slice() };
        this.#given = 0;
      }
      const from = this.#given;
      const to = Math.min(REPLICAS, from + left);
      this.#given = to;
      left -= to - from;
      yield {
        bondSums: this.#rows.bondSums.subarray(from, to),
        spinSums: this.#rows.spinSums.subarray(from, to),
        bits: this.#rows.bits.subarray(from * stride, to * stride),
      };
    }
  }

  /**
   * The state, which includes the rows of the current measurement in the regions `bits`, `bondSums` and `spinSums`.
   */
  snapshot(): ChainSnapshot {
    return { ...snapshotOf(this.machine, MOVING), seeds: this.#seeds, given: this.#given };
  }

  restore(snapshot: ChainSnapshot): void {
    const seeds = integer('snapshot.seeds', numberOf(snapshot, 'seeds'), 1, this.sites);
    const given = integer('snapshot.given', numberOf(snapshot, 'given'), 0, REPLICAS);
    restoreParts(this.machine, partsOf(this.machine, snapshot, MOVING));
    this.#seeds = seeds;
    this.#given = given;
    this.#rows = { ...this.#sums(), bits: this.machine.u8('bits').slice() };
  }
}

const MOVING = ['spins', 'stream', 'bondStream', 'bits', 'bondSums', 'spinSums'] as const;
