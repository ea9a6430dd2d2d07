/** One Markov chain of single-spin updates: its state and kernel. The schedule is that of `SingleSpin`. */

import { type Seed, streamKey } from '../../util/random.js';
import type { Progress } from '../../util/work.js';
import { ISING_SCRATCH, STREAM } from '../../wasm/kernels.js';
import { Machine } from '../../wasm/machine.js';
import { type Call, makeCalls } from '../../wasm/pool.js';
import { SAMPLING } from '../../wasm/sampling.js';
import type { Hamiltonian } from '../models/hamiltonian.js';
import { InteractionTable, TermGroups } from '../models/interactionTable.js';
import { type ChainSnapshot, type ChainWork, rowsOfBits, type Schedule, type Slice, type SpinChain } from './chain.js';
import { pilot } from './pilot.js';
import { checkBits, partsOf, restoreParts, snapshotOf } from './snapshot.js';

/** Max rows of a series per kernel call. */
const SLICE = 256;
/** Attempted updates per kernel call: about ten milliseconds. */
const UPDATES = 4e5;
/** Sweeps before the pilot run, which continues the burn-in. */
const BURN_IN = 20;

/** The regions of a snapshot. */
const STATE = ['spins', 'stream'] as const;

/** The update of a spin, and the order of the sites. */
export interface SingleSpinUpdates {
  method: 'heatBath' | 'metropolis';
  order: 'sequential' | 'random';
}

/** A chain of heat-bath or Metropolis updates. */
export class SingleSpinChain implements SpinChain {
  readonly sites: number;
  readonly chains = 1;
  /**
   * If H is even in the spins, all of them are flipped with probability ½ before each measurement, so that the sign of
   * m is uncorrelated.
   */
  readonly symmetric: boolean;
  readonly longestStep = 1;
  readonly machine;
  readonly #groups: number;
  readonly #stride: number;
  readonly #metropolis: number;
  readonly #anyOrder: number;

  /**
   * @param start spins ±1; default independent random spins (infinite temperature)
   * @param index number of the chain among those of the seed
   */
  constructor(
    hamiltonian: Hamiltonian,
    { method, order }: SingleSpinUpdates,
    seed: Seed,
    start: ArrayLike<number> | undefined,
    index = 0,
    shared = false,
  ) {
    const { sites } = hamiltonian;
    const interactions = new InteractionTable(hamiltonian);
    const terms = new TermGroups(hamiltonian);
    this.sites = sites;
    this.symmetric = hamiltonian.even;
    this.#groups = terms.count;
    this.#stride = Math.ceil(sites / 8);
    this.#metropolis = method === 'metropolis' ? 1 : 0;
    this.#anyOrder = order === 'random' ? 1 : 0;
    const vectors = Math.ceil(sites / 128);
    this.machine = new Machine(
      SAMPLING,
      {
        spins: sites + 8,
        ...interactions.regions,
        ...terms.regions,
        stream: STREAM,
        scratch: Math.max(ISING_SCRATCH, vectors * 16),
        termSums: SLICE * 8,
        spinSums: SLICE * 4,
        bits: rowsOfBits(SLICE, this.#stride) * this.#stride,
      },
      shared,
    );
    const { kernels, at } = this.machine;
    interactions.write(this.machine);
    terms.write(this.machine);
    const spins = this.machine.u8('spins');
    if (start === undefined) {
      kernels.seedStreams(at.stream, 1, streamKey(seed, 'singleSpin start', index), 0);
      kernels.fillRandom(at.stream, at.scratch, vectors);
      const bits = this.machine.u8('scratch');
      for (let site = 0; site < sites; site++) spins[site] = (bits[site >> 3] >> (site & 7)) & 1;
    } else {
      for (let site = 0; site < sites; site++) spins[site] = start[site] === 1 ? 1 : 0;
    }
    kernels.seedStreams(at.stream, 1, streamKey(seed, 'singleSpin', index), 0);
  }

  /** Makes `sweeps` sweeps in calls of a few milliseconds; returns the number of spins flipped. */
  *advance(sweeps: number): ChainWork<never, number> {
    const { at } = this.machine;
    const most = Math.max(1, Math.floor(UPDATES / this.sites));
    let turned = 0;
    for (let left = sweeps; left > 0; left -= most) {
      const [more] = yield [['singleSpin', [...this.#updates(), at.stream, at.scratch, Math.min(most, left)]]];
      turned += more;
    }
    return turned;
  }

  /** The current state: Σ K Π s, Σ s and the packed spins. */
  present(): Slice {
    const [turned] = makeCalls(this.machine, [this.#measure(1, 0, true, 0)]);
    return this.#slice(1, true, turned);
  }

  /** Burn-in and pilot run: the sweeps between two samples, `independence` times τ. */
  *calibrate(independence: number): ChainWork<Progress, Schedule> {
    yield { stage: 'burn-in', done: 0, total: BURN_IN, unit: 'sweeps' };
    yield* this.advance(BURN_IN);
    return { interval: yield* pilot(this, 1, independence) };
  }

  *series(rows: number, interval: number, keepBits: boolean): ChainWork<Slice, void> {
    const even = this.symmetric ? 1 : 0;
    const room = keepBits ? rowsOfBits(SLICE, this.#stride) : SLICE;
    const most = Math.min(room, Math.floor(UPDATES / (interval * this.sites)));
    for (let done = 0; done < rows; ) {
      const count = Math.min(Math.max(1, most), rows - done);
      // for an interval that is too long for one call: sweep in parts, then measure
      const before = most < 1 ? yield* this.advance(interval) : 0;
      const [turned] = yield [this.#measure(count, most < 1 ? 0 : interval, keepBits, even)];
      yield this.#slice(count, keepBits, before + turned);
      done += count;
    }
  }

  snapshot(): ChainSnapshot {
    return snapshotOf(this.machine, STATE);
  }

  restore(snapshot: ChainSnapshot): void {
    const parts = partsOf(this.machine, snapshot, STATE);
    checkBits('snapshot.spins', parts.spins);
    restoreParts(this.machine, parts);
  }

  /** Arguments of the kernels for the spins and their interactions. */
  #updates(): number[] {
    const { at } = this.machine;
    return [at.spins, at.starts, at.table, this.sites, this.#metropolis, this.#anyOrder];
  }

  /** The call that measures `rows` times after `interval` sweeps each; it returns the number of spins flipped. */
  #measure(rows: number, interval: number, keepBits: boolean, even: number): Call {
    const { at } = this.machine;
    const terms = [at.groups, this.#groups, at.members, even];
    const sums = [at.termSums, at.spinSums, keepBits ? at.bits : 0];
    return ['singleSpinSeries', [...this.#updates(), at.stream, at.scratch, ...terms, interval, rows, ...sums]];
  }

  /** The measurements, copied. */
  #slice(rows: number, keepBits: boolean, turned: number): Slice {
    return {
      bondSums: this.machine.f64('termSums').slice(0, rows),
      spinSums: this.machine.i32('spinSums').slice(0, rows),
      bits: this.machine.u8('bits').slice(0, keepBits ? rows * this.#stride : 0),
      turned,
    };
  }
}
