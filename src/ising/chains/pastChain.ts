/**
 * Samples by coupling from the past, each a function of the seed and its number only. The number of samples is up to
 * `CouplingFromThePast`.
 *
 * Time block 0 is the sweep from -1 to 0, block b > 0 the sweeps from -2^b to -2^(b-1). Each block of each sample has
 * its own random stream, so that a chain with an earlier start uses the same numbers again. The start is at -1, -2, -4,
 * …, until the high and the low chain agree at time 0.
 */

import { integer } from '../../util/check.js';
import { type Seed, streamKey } from '../../util/random.js';
import type { Progress } from '../../util/work.js';
import type { ChainSnapshot, ChainWork, Schedule, Slice, SpinChain } from './chain.js';
import type { CoupledUpdates } from './coupledUpdates.js';
import { numberOf } from './snapshot.js';

/** Updates between two pauses: about ten milliseconds. */
const UPDATES = 4e5;
/** The bit of the high chain. */
const HIGH = 1;

/** Samples by coupling from the past as a chain of independent rows. */
export class PastChain implements SpinChain {
  readonly longestStep = 1;
  /** Samples are independent, and count as one chain. */
  readonly chains = 1;
  readonly machine;
  /** Number of the next sample. */
  #next = 0;
  readonly #key: bigint;
  /** Cost of the last sweep, and of all sweeps since the last pause. */
  #cost: number;
  #spent = 0;

  /** Number of sweeps before time 0 at which each sample of the last series started. */
  depths: number[] = [];

  /** @param symmetric whether H is even in the spins */
  constructor(
    readonly sites: number,
    readonly symmetric: boolean,
    readonly updates: CoupledUpdates,
    seed: Seed,
    readonly longest: number,
  ) {
    this.machine = updates.machine;
    this.#key = streamKey(seed, 'couplingFromThePast');
    this.#cost = Math.max(1, 2 * updates.places);
  }

  get next(): number {
    return this.#next;
  }

  /** Nothing to calibrate: samples are independent. */
  // biome-ignore lint/correctness/useYield: a chain's work, though there is none
  *calibrate(): ChainWork<Progress, Schedule> {
    return { interval: 1 };
  }

  /**
   * The next `rows` samples, in slices with pauses. The number of the next sample changes only when all are done.
   * @throws Error if one does not coalesce within `longest` sweeps
   */
  *series(rows: number): ChainWork<Slice, void> {
    let pending: Slice[] = [];
    const first = this.#next;
    this.depths = [];
    for (let row = 0; row < rows; row++) {
      const work = this.#draw(first + row);
      let step = work.next();
      for (; !step.done; step = work.next()) {
        if (pending.length > 0) yield joined(pending);
        pending = [];
        yield []; // a turn for other work
      }
      this.depths.push(step.value);
      pending.push(this.#measure(first + row));
    }
    this.#next = first + rows;
    yield joined(pending);
  }

  /** Skips `samples` samples. */
  // biome-ignore lint/correctness/useYield: a chain's work, though there is none
  *advance(samples: number): ChainWork<never, void> {
    this.#next += samples;
  }

  /** The last sample, computed again. @throws Error if there is none */
  present(): Slice {
    if (this.#next === 0) throw new Error('no configuration yet: coupling from the past has no initial state');
    const work = this.#draw(this.#next - 1);
    while (!work.next().done);
    return this.#measure(this.#next - 1);
  }

  /** The number of the next sample, which is the whole state. */
  snapshot(): ChainSnapshot {
    return { sample: this.#next };
  }

  /** @throws TypeError or RangeError if the snapshot names no sample */
  restore(snapshot: ChainSnapshot): void {
    this.#next = integer('snapshot.sample', numberOf(snapshot, 'sample'), 0);
  }

  #keyOf(sample: number): bigint {
    return BigInt.asUintN(64, this.updates.machine.kernels.splitMix(this.#key, BigInt(sample)));
  }

  /** Computes sample number `sample` in the machine; returns the number of sweeps before time 0 at which it started. */
  *#draw(sample: number): Generator<void, number, void> {
    const { machine, places } = this.updates;
    const { kernels, at } = machine;
    const key = this.#keyOf(sample);
    for (let block = 0; 2 ** block <= this.longest; block++) {
      machine.u8('states').fill(HIGH, 0, places);
      for (let b = block; b >= 0; b--) {
        kernels.seedStreams(at.stream, 1, key, b);
        let left = b === 0 ? 1 : 2 ** (b - 1);
        while (left > 0) {
          const room = Math.floor((UPDATES - this.#spent) / this.#cost);
          const sweeps = Math.max(1, Math.min(left, room));
          const cost = this.updates.sweep(sweeps);
          this.#cost = Math.max(1, cost / sweeps);
          this.#spent += cost;
          left -= sweeps;
          if (this.#spent >= UPDATES) {
            this.#spent = 0;
            yield;
          }
        }
      }
      if (kernels.undecided(at.states, places) === 0) return 2 ** block;
    }
    throw new Error(
      `sample ${sample} did not coalesce within ${2 ** Math.floor(Math.log2(this.longest))} sweeps: no sample is returned, since those that did would be biased; use method 'randomCluster', or a larger "longest"`,
    );
  }

  /** The sample in the machine as a row. */
  #measure(sample: number): Slice {
    const { machine } = this.updates;
    const { kernels, at } = machine;
    const spins = this.updates.settle(this.#keyOf(sample));
    kernels.packSpins(spins, this.sites, at.bits);
    return {
      bondSums: Float64Array.of(kernels.termSum(spins, at.groups, this.updates.groups, at.members)),
      spinSums: Int32Array.of(kernels.spinSum(spins, this.sites)),
      bits: machine.u8('bits').slice(),
    };
  }
}

function joined(slices: readonly Slice[]): Slice {
  const bits = new Uint8Array(slices.reduce((sum, slice) => sum + slice.bits.length, 0));
  let filled = 0;
  for (const slice of slices) {
    bits.set(slice.bits, filled);
    filled += slice.bits.length;
  }
  return {
    bondSums: Float64Array.from(slices, ({ bondSums }) => bondSums[0]),
    spinSums: Int32Array.from(slices, ({ spinSums }) => spinSums[0]),
    bits,
  };
}
