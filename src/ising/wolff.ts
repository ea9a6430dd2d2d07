/** One Markov chain of Wolff cluster updates: the state and its kernel. `Ising` decides how long and how often. */

import { sokalTime } from '../stats/sokal.js';
import { type Seed, streamKey } from '../util/random.js';
import type { Work } from '../util/work.js';
import { ISING_SCRATCH, STREAM } from '../wasm/kernels.js';
import { Machine } from '../wasm/machine.js';
import { neighbours, type SquareLattice } from './lattice.js';

/** Rows of a series that one kernel call may measure. */
const SLICE = 256;

/** Measurements of the pilot run, and how many there must be to a τ. */
const PILOT = 2000;
const PILOT_PER_TAU = 200;
const PILOT_LIMIT = 2 ** 20;

/** Measurements after each interval of cluster updates. */
export interface Slice {
  /** Σ s s' over bonds, one value a row: minus the energy in units of J. */
  bondSums: Int32Array;
  /** Σ s, one value a row. */
  spinSums: Int32Array;
  /** Packed configurations, ceil(sites/8) bytes a row; empty unless asked for. */
  bits: Uint8Array;
  /** Sites flipped in all. */
  flipped: number;
}

export class WolffChain {
  /** One chain, and one seed a cluster: what there are more of in other samplers. */
  readonly chains = 1;
  readonly seeds = 1;
  readonly #machine;
  readonly #sites: number;
  readonly #stride: number;

  /** Starts with all spins up: the burn-in has to forget that. */
  constructor(
    lattice: SquareLattice,
    readonly coupling: number,
    seed: Seed,
  ) {
    const sites = lattice.sites;
    this.#sites = sites;
    this.#stride = Math.ceil(sites / 8);
    this.#machine = new Machine({
      spins: sites + 8,
      neighbours: sites * 16,
      queue: (sites + 4) * 4,
      stream: STREAM,
      scratch: ISING_SCRATCH,
      bondSums: SLICE * 4,
      spinSums: SLICE * 4,
      bits: SLICE * this.#stride,
    });
    this.#machine.u8('spins').fill(1, 0, sites);
    this.#machine.u32('neighbours').set(neighbours(lattice));
    this.#machine.kernels.seedStreams(this.#machine.at.stream, 1, streamKey(seed, 'wolff'), 0);
  }

  /** Makes `clusters` cluster updates; returns the number of sites flipped. */
  advance(clusters: number): number {
    const { kernels, at } = this.#machine;
    // biome-ignore format: one call
    return kernels.wolff(at.spins, at.neighbours, at.queue, this.#sites, this.coupling, at.stream, at.scratch, clusters);
  }

  /** Burn-in and pilot run: the clusters between two samples, `independence` times τ. */
  *calibrate(independence: number): Work<{ interval: number; clusterSize: number }> {
    const sites = this.#sites;
    // Clusters are long all-up ones at first, so their size is measured after as many flips as make ten sweeps, and once more after another ten.
    let clusterSize = sites;
    for (let round = 0; round < 2; round++) {
      let flipped = 0;
      let clusters = 0;
      while (flipped < 10 * sites) {
        flipped += this.advance(16);
        clusters += 16;
      }
      clusterSize = flipped / clusters;
      yield { stage: 'burn-in', done: round + 1, total: 2, unit: 'rounds' };
    }

    // Measured every eighth of a sweep; the longer of the pilots also completes the burn-in, hundreds of τ from the start.
    const step = Math.max(1, Math.round(sites / (8 * clusterSize)));
    const energies: number[] = [];
    const magnetisations: number[] = [];
    let flipped = 0;
    for (let wanted = PILOT; ; wanted *= 2) {
      for (const slice of this.series(wanted - energies.length, step, false)) {
        for (const sum of slice.bondSums) energies.push(sum);
        for (const sum of slice.spinSums) magnetisations.push(Math.abs(sum));
        flipped += slice.flipped;
        yield { stage: 'pilot', done: energies.length, total: wanted, unit: 'measurements' };
      }
      // the first tenth still knows the start
      const skip = Math.floor(energies.length / 10);
      const tau = Math.max(sokalTime(energies.slice(skip)), sokalTime(magnetisations.slice(skip)));
      if (wanted >= PILOT_PER_TAU * tau) {
        clusterSize = flipped / (energies.length * step);
        return { interval: Math.max(1, Math.ceil(independence * tau * step)), clusterSize };
      }
      if (wanted >= PILOT_LIMIT) {
        throw new Error(`the chain is too slow: τ is more than ${Math.round(wanted / PILOT_PER_TAU)} measurements`);
      }
    }
  }

  /** Measures `rows` times, `interval` cluster updates apart, in slices short enough to keep a page alive. */
  *series(rows: number, interval: number, keepBits = true): Generator<Slice, void, void> {
    const { kernels, at } = this.#machine;
    // a slice flips about SLICE·sites spins at the most; smaller on large lattices
    const most = Math.max(1, Math.min(SLICE, Math.floor(2e6 / (interval * Math.sqrt(this.#sites)))));
    for (let done = 0; done < rows; ) {
      const count = Math.min(most, rows - done);
      // biome-ignore format: one call
      const flipped = kernels.wolffSeries(at.spins, at.neighbours, at.queue, this.#sites, this.coupling, at.stream, at.scratch, interval, count, at.bondSums, at.spinSums, keepBits ? at.bits : 0);
      done += count;
      yield {
        bondSums: this.#machine.i32('bondSums').slice(0, count),
        spinSums: this.#machine.i32('spinSums').slice(0, count),
        bits: this.#machine.u8('bits').slice(0, keepBits ? count * this.#stride : 0),
        flipped,
      };
    }
  }
}
