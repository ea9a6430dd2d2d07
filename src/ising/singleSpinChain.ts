/** One Markov chain of single-spin updates: the state and its kernel. `SingleSpin` decides how long and how often. */

import { type Seed, streamKey } from '../util/random.js';
import { ISING_SCRATCH, STREAM } from '../wasm/kernels.js';
import { Machine } from '../wasm/machine.js';
import type { Hamiltonian } from './hamiltonian.js';
import { interactionTable } from './interactionTable.js';
import type { ChainSnapshot, Slice, SpinChain } from './sampling.js';
import { checkBits, partsOf, restoreParts, snapshotOf } from './snapshot.js';

/** Rows of a series that one kernel call may measure. */
const SLICE = 256;
/** What changes as the chain moves. */
const STATE = ['spins', 'stream'] as const;
/** Attempted updates in one kernel call: some ten milliseconds. */
const UPDATES = 4e5;

export interface SingleSpinUpdates {
  method: 'heatBath' | 'metropolis';
  order: 'sequential' | 'random';
}

export class SingleSpinChain implements SpinChain {
  readonly sites: number;
  readonly chains = 1;
  /** Where H is even in the spins, all of them are turned with probability ½ before each measurement: so the sign of m has no memory. */
  readonly symmetric: boolean;
  readonly #machine;
  readonly #terms: number;
  readonly #stride: number;
  readonly #metropolis: number;
  readonly #anyOrder: number;

  /** @param start spins ±1; independent random ones (infinite temperature) when left out */
  constructor(
    hamiltonian: Hamiltonian,
    { method, order }: SingleSpinUpdates,
    seed: Seed,
    start: ArrayLike<number> | undefined,
  ) {
    const { sites, couplings, members } = hamiltonian;
    const { starts, table, signedCouplings } = interactionTable(hamiltonian);
    this.sites = sites;
    this.symmetric = hamiltonian.even;
    this.#terms = couplings.length;
    this.#stride = Math.ceil(sites / 8);
    this.#metropolis = method === 'metropolis' ? 1 : 0;
    this.#anyOrder = order === 'random' ? 1 : 0;
    const vectors = Math.ceil(sites / 128);
    this.#machine = new Machine({
      spins: sites + 8,
      starts: starts.byteLength,
      table: table.byteLength,
      couplings: signedCouplings.byteLength,
      termStarts: hamiltonian.starts.byteLength,
      members: members.byteLength,
      stream: STREAM,
      scratch: Math.max(ISING_SCRATCH, vectors * 16),
      termSums: SLICE * 8,
      spinSums: SLICE * 4,
      bits: SLICE * this.#stride,
    });
    const { kernels, at } = this.#machine;
    this.#machine.u32('starts').set(starts);
    this.#machine.u8('table').set(table);
    this.#machine.f64('couplings').set(signedCouplings);
    this.#machine.u32('termStarts').set(hamiltonian.starts);
    this.#machine.u32('members').set(members);
    const spins = this.#machine.u8('spins');
    if (start === undefined) {
      kernels.seedStreams(at.stream, 1, streamKey(seed, 'singleSpin start'), 0);
      kernels.fillRandom(at.stream, at.scratch, vectors);
      const bits = this.#machine.u8('scratch');
      for (let site = 0; site < sites; site++) spins[site] = (bits[site >> 3] >> (site & 7)) & 1;
    } else {
      for (let site = 0; site < sites; site++) spins[site] = start[site] === 1 ? 1 : 0;
    }
    kernels.seedStreams(at.stream, 1, streamKey(seed, 'singleSpin'), 0);
  }

  /** Makes `sweeps` sweeps, with a pause for the caller every few milliseconds; returns the number of spins turned. */
  *advance(sweeps: number): Generator<void, number, void> {
    const most = Math.max(1, Math.floor(UPDATES / this.sites));
    let turned = 0;
    for (let left = sweeps; left > 0; left -= most) {
      turned += this.#sweep(Math.min(most, left));
      yield;
    }
    return turned;
  }

  /** The present state: Σ K Π s, Σ s and the packed spins. */
  state(): Slice {
    return this.#measure(1, 0, true, 0);
  }

  /** Spins and random stream, copied. */
  snapshot(): ChainSnapshot {
    return snapshotOf(this.#machine, STATE);
  }

  /**
   * Goes back, or on, to a snapshot of a chain of the same Hamiltonian: from there it makes the same bits.
   * @throws TypeError or RangeError if it is none of so many spins
   */
  restore(snapshot: ChainSnapshot): void {
    const parts = partsOf(this.#machine, snapshot, STATE);
    checkBits('snapshot.spins', parts.spins);
    restoreParts(this.#machine, parts);
  }

  *series(rows: number, interval: number, keepBits: boolean): Generator<Slice, void, void> {
    const even = this.symmetric ? 1 : 0;
    const most = Math.min(SLICE, Math.floor(UPDATES / (interval * this.sites)));
    for (let done = 0; done < rows; ) {
      const count = Math.min(Math.max(1, most), rows - done);
      if (most < 1) {
        // an interval that is too long for one call: sweep in parts, then measure where it has come to
        const work = this.advance(interval);
        for (;;) {
          const { done: swept, value } = work.next();
          if (swept) {
            yield this.#measure(1, 0, keepBits, even, value);
            break;
          }
          yield NOTHING;
        }
      } else {
        yield this.#measure(count, interval, keepBits, even);
      }
      done += count;
    }
  }

  #sweep(sweeps: number): number {
    const { kernels, at } = this.#machine;
    // biome-ignore format: one call
    return kernels.singleSpin(at.spins, at.starts, at.table, this.sites, this.#metropolis, this.#anyOrder, at.stream, at.scratch, sweeps);
  }

  /** Measures `rows` times after `interval` sweeps each; `turned` is what was turned before. */
  #measure(rows: number, interval: number, keepBits: boolean, even: number, turned = 0): Slice {
    const { kernels, at } = this.#machine;
    // biome-ignore format: one call
    const more = kernels.singleSpinSeries(at.spins, at.starts, at.table, this.sites, this.#metropolis, this.#anyOrder, at.stream, at.scratch, at.couplings, at.termStarts, at.members, this.#terms, even, interval, rows, at.termSums, at.spinSums, keepBits ? at.bits : 0);
    return {
      bondSums: this.#machine.f64('termSums').slice(0, rows),
      spinSums: this.#machine.i32('spinSums').slice(0, rows),
      bits: this.#machine.u8('bits').slice(0, keepBits ? rows * this.#stride : 0),
      turned: turned + more,
    };
  }
}

const NOTHING: Slice = {
  bondSums: new Float64Array(0),
  spinSums: new Int32Array(0),
  bits: new Uint8Array(0),
  turned: 0,
};
