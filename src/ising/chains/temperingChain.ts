/**
 * One configuration for each of several multiples of a Hamiltonian, and their exchanges (assembly/ising/tempering.ts).
 * The schedule is that of `Tempering`.
 */

import { integer, refuse } from '../../util/check.js';
import { type Seed, streamKey } from '../../util/random.js';
import { ISING_SCRATCH, STREAM } from '../../wasm/kernels.js';
import { Machine } from '../../wasm/machine.js';
import { SAMPLING } from '../../wasm/sampling.js';
import type { Hamiltonian } from '../models/hamiltonian.js';
import { InteractionTable, TermGroups } from '../models/interactionTable.js';
import type { ChainSnapshot, Slice } from './chain.js';
import type { SingleSpinUpdates } from './singleSpinChain.js';
import { checkBits, numberOf, partsOf, restoreParts, snapshotOf } from './snapshot.js';

/** Max rows of a series between two pauses. */
const SLICE = 256;
/** Attempted updates per kernel call: about ten milliseconds. */
const UPDATES = 4e5;
/** The regions of a snapshot, which also holds the number of the round. */
const STATE = ['ladder', 'spins', 'streams'] as const;

/** Layout of a rung in the kernel: eight numbers of 8 bytes, the sixth of which is two of 4 bytes. */
const RUNG = 8;
const [SCALE, SUM, TURNED, ACCEPTED, ATTEMPTED] = [0, 1, 2, 3, 4];
const [CONFIGURATION, END] = [10, 11];
const ROUND_TRIPS = 6;

/** Rows of all rungs. */
export interface LadderSlice {
  /** One slice per rung, without `turned`. */
  rungs: Slice[];
  /** Row by row, the rung at which each configuration was: u32 [rows, rungs]. */
  places: Uint32Array;
}

/** Sums since the start of the chain. */
export interface ExchangeCounts {
  rounds: number;
  /** Exchanges of rungs k and k + 1, [rungs - 1]. */
  accepted: Float64Array;
  attempted: Float64Array;
  /** Round trips of all configurations. */
  roundTrips: number;
  /** Number of spin flips at each rung. */
  turned: Float64Array;
}

/** The updates of a round. */
export interface TemperingUpdates extends SingleSpinUpdates {
  /** Sweeps of every rung per round, before its exchanges. */
  sweepsPerSwap: number;
}

/** Configurations at all scales, with sweeps and exchanges. */
export class TemperingChain {
  readonly sites: number;
  /**
   * Whether H is even in the spins: all spins of a configuration are then flipped with probability ½ before each
   * measurement, so that the sign of m is uncorrelated.
   */
  readonly symmetric: boolean;
  readonly scales: readonly number[];
  readonly #machine;
  readonly #groups: number;
  readonly #stride: number;
  readonly #bytes: number;
  readonly #metropolis: number;
  readonly #anyOrder: number;
  readonly #sweeps: number;
  #round = 0;

  /**
   * @param label name of the random streams
   * @param start spins 0 or 1 of each rung; default independent random spins (infinite temperature)
   */
  constructor(
    hamiltonian: Hamiltonian,
    scales: readonly number[],
    { method, order, sweepsPerSwap }: TemperingUpdates,
    seed: Seed,
    label = 'tempering',
    start?: readonly Uint8Array[],
  ) {
    const { sites } = hamiltonian;
    const interactions = new InteractionTable(hamiltonian);
    const terms = new TermGroups(hamiltonian);
    const rungs = scales.length;
    this.sites = sites;
    this.symmetric = hamiltonian.even;
    this.scales = [...scales];
    this.#groups = terms.count;
    this.#stride = Math.ceil((sites + 8) / 16) * 16;
    this.#bytes = Math.ceil(sites / 8);
    this.#metropolis = method === 'metropolis' ? 1 : 0;
    this.#anyOrder = order === 'random' ? 1 : 0;
    this.#sweeps = sweepsPerSwap;
    const vectors = Math.ceil(sites / 128);
    this.#machine = new Machine(SAMPLING, {
      ladder: rungs * RUNG * 8,
      spins: rungs * this.#stride,
      ...interactions.regions,
      ...terms.regions,
      streams: (rungs + 1) * STREAM,
      scratch: Math.max(ISING_SCRATCH, vectors * 16),
      spinSums: rungs * 4,
      bits: rungs * this.#bytes,
    });
    const { kernels, at } = this.#machine;
    interactions.write(this.#machine);
    terms.write(this.#machine);
    const spins = this.#machine.u8('spins');
    const bits = this.#machine.u8('scratch');
    for (let k = 0; k < rungs; k++) {
      const own = spins.subarray(k * this.#stride, k * this.#stride + sites);
      if (start === undefined) {
        kernels.seedStreams(at.streams, 1, streamKey(seed, `${label} start`), k);
        kernels.fillRandom(at.streams, at.scratch, vectors);
        for (let site = 0; site < sites; site++) own[site] = (bits[site >> 3] >> (site & 7)) & 1;
      } else {
        own.set(start[k]);
      }
      this.#machine.f64('ladder')[k * RUNG + SCALE] = scales[k];
      this.#machine.u32('ladder')[2 * k * RUNG + CONFIGURATION] = k;
      // biome-ignore format: one call
      this.#machine.f64('ladder')[k * RUNG + SUM] = kernels.termSum(at.spins + k * this.#stride, at.groups, this.#groups, at.members);
    }
    kernels.seedStreams(at.streams, rungs + 1, streamKey(seed, label), 0);
  }

  /** Makes `rounds` rounds, with a pause for the caller every few milliseconds. */
  *advance(rounds: number): Generator<void, void, void> {
    const cost = this.sites * this.scales.length * this.#sweeps;
    const most = Math.max(1, Math.floor(UPDATES / cost));
    for (let left = rounds; left > 0; left -= most) {
      if (cost > UPDATES) {
        yield* this.#sweepAlone();
        this.#rounds(0, 1);
      } else {
        this.#rounds(this.#sweeps, Math.min(most, left));
      }
      yield;
    }
  }

  /**
   * Measures every rung `rows` times, `interval` rounds apart, in slices short enough for a responsive page; some may
   * be empty.
   */
  *series(rows: number, interval: number, keepBits: boolean): Generator<LadderSlice, void, void> {
    const even = this.symmetric ? 1 : 0;
    const cost = interval * this.sites * this.scales.length * this.#sweeps;
    const most = Math.max(1, Math.min(SLICE, Math.floor(UPDATES / cost)));
    for (let done = 0; done < rows; ) {
      const count = Math.min(most, rows - done);
      const slice = this.#emptySlice(count, keepBits);
      for (let row = 0; row < count; row++) {
        if (cost > UPDATES) {
          for (const _ of this.advance(interval)) yield this.#emptySlice(0, false);
        } else {
          this.#rounds(this.#sweeps, interval);
        }
        this.#measure(slice, row, keepBits, even);
      }
      yield slice;
      done += count;
    }
  }

  /** The current state of every rung, with packed spins. */
  state(): LadderSlice {
    const slice = this.#emptySlice(1, true);
    this.#measure(slice, 0, true, 0);
    return slice;
  }

  /** The spins at rung k, 0 or 1, in a fresh array. */
  spinsAt(k: number): Uint8Array {
    const from = this.#machine.u32('ladder')[2 * k * RUNG + CONFIGURATION] * this.#stride;
    return this.#machine.u8('spins').slice(from, from + this.sites);
  }

  counts(): ExchangeCounts {
    const ladder = this.#machine.f64('ladder');
    const column = (place: number) => Float64Array.from(this.scales, (_, k) => ladder[k * RUNG + place]);
    return {
      rounds: this.#round,
      accepted: column(ACCEPTED).slice(0, -1),
      attempted: column(ATTEMPTED).slice(0, -1),
      roundTrips: column(ROUND_TRIPS).reduce((sum, trips) => sum + trips, 0),
      turned: column(TURNED),
    };
  }

  /** Spins, random streams, positions on the ladder, and the counts, copied. */
  snapshot(): ChainSnapshot {
    return { ...snapshotOf(this.#machine, STATE), round: this.#round };
  }

  /**
   * Continues from a snapshot of a chain of the same Hamiltonian and scales, with the same bits.
   * @throws TypeError or RangeError if it is not such a snapshot
   */
  restore(snapshot: ChainSnapshot): void {
    const parts = partsOf(this.#machine, snapshot, STATE);
    checkBits('snapshot.spins', parts.spins);
    const round = integer('snapshot.round', numberOf(snapshot, 'round'), 0);
    const ladder = parts.ladder.slice();
    const [doubles, words] = [new Float64Array(ladder.buffer), new Uint32Array(ladder.buffer)];
    const seen = new Set<number>();
    this.scales.forEach((scale, k) => {
      const configuration = words[2 * k * RUNG + CONFIGURATION];
      if (doubles[k * RUNG + SCALE] !== scale) {
        refuse('snapshot.ladder', `scale ${scale} at rung ${k}`, doubles[k * RUNG + SCALE]);
      }
      if (configuration >= this.scales.length || seen.has(configuration)) {
        refuse('snapshot.ladder', 'each configuration at one rung', configuration);
      }
      if (words[2 * k * RUNG + END] > 2) refuse('snapshot.ladder', 'an end of the ladder', words[2 * k * RUNG + END]);
      seen.add(configuration);
    });
    restoreParts(this.#machine, parts);
    this.#round = round;
  }

  /** The sweeps of one round, in calls of a few milliseconds. */
  *#sweepAlone(): Generator<void, void, void> {
    const { kernels, at } = this.#machine;
    const most = Math.max(1, Math.floor(UPDATES / this.sites));
    for (let k = 0; k < this.scales.length; k++) {
      for (let left = this.#sweeps; left > 0; left -= most) {
        const spins = at.spins + this.#machine.u32('ladder')[2 * k * RUNG + CONFIGURATION] * this.#stride;
        const stream = at.streams + k * STREAM;
        // biome-ignore format: one call
        const turned = kernels.scaledSpin(spins, at.starts, at.table, this.sites, this.scales[k], this.#metropolis, this.#anyOrder, stream, at.scratch, Math.min(most, left));
        this.#machine.f64('ladder')[k * RUNG + TURNED] += turned;
        yield;
      }
    }
  }

  #rounds(sweeps: number, rounds: number): void {
    const { kernels, at } = this.#machine;
    // biome-ignore format: one call
    kernels.tempering(at.ladder, this.scales.length, at.spins, this.#stride, this.sites, at.starts, at.table, this.#metropolis, this.#anyOrder, at.groups, this.#groups, at.members, at.streams, at.scratch, sweeps, this.#round % 2, rounds);
    this.#round += rounds;
  }

  #emptySlice(rows: number, keepBits: boolean): LadderSlice {
    return {
      rungs: this.scales.map(() => ({
        bondSums: new Float64Array(rows),
        spinSums: new Int32Array(rows),
        bits: new Uint8Array(keepBits ? rows * this.#bytes : 0),
      })),
      places: new Uint32Array(rows * this.scales.length),
    };
  }

  /** Writes the current state of every rung to row `row`. */
  #measure({ rungs, places }: LadderSlice, row: number, keepBits: boolean, even: number): void {
    const { kernels, at } = this.#machine;
    // biome-ignore format: one call
    kernels.temperingRow(at.ladder, rungs.length, at.spins, this.#stride, this.sites, even, at.streams, at.scratch, at.spinSums, keepBits ? at.bits : 0);
    const doubles = this.#machine.f64('ladder');
    const words = this.#machine.u32('ladder');
    const spinSums = this.#machine.i32('spinSums');
    const bits = this.#machine.u8('bits');
    rungs.forEach((slice, k) => {
      slice.bondSums[row] = doubles[k * RUNG + SUM];
      slice.spinSums[row] = spinSums[k];
      if (keepBits) slice.bits.set(bits.subarray(k * this.#bytes, (k + 1) * this.#bytes), row * this.#bytes);
      places[row * rungs.length + words[2 * k * RUNG + CONFIGURATION]] = k;
    });
  }
}
