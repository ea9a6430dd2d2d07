/**
 * The Ising model on a periodic square lattice, H/kT = -K Σ_⟨ij⟩ s_i s_j, s = ±1, and independent samples from it.
 *
 * One chain of Wolff clusters. After the burn-in a pilot run measures how long energy and |magnetisation| remember (τ_int, uncorrelated = ½); samples are
 * then taken `independence` such times apart, and what correlation is left among them is measured again (Γ-method) and reported.
 */

import { finite, integer, positive, refuse } from '../util/check.js';
import { checkSeed, type Seed } from '../util/random.js';
import { finish, finishWithPauses, type Work, type WorkOptions } from '../util/work.js';
import { sha256, version } from '../wasm/binary.js';
import { checkLattice, type SquareLattice } from './lattice.js';
import { collect, pilot } from './sampling.js';
import { SpinData } from './spinData.js';
import { WolffChain } from './wolff.js';

export interface IsingOptions {
  lattice: SquareLattice;
  /** K = J/kT >= 0; the critical value is ½ ln(1 + √2) = 0.4407. */
  coupling: number;
  seed?: Seed;
  /** Distance of two samples in units of the integrated autocorrelation time (½ = uncorrelated). Default 5. */
  independence?: number;
}

export class Ising {
  readonly lattice: SquareLattice;
  readonly coupling: number;
  readonly seed: Seed;
  readonly #independence: number;
  readonly #chain: WolffChain;
  #schedule: { interval: number; clusterSize: number } | undefined;

  /** @throws TypeError or RangeError for an option out of range: K < 0 is refused, since clusters of equal spins need a ferromagnet */
  constructor(options: IsingOptions) {
    this.lattice = checkLattice(options.lattice);
    this.coupling = finite('coupling', options.coupling);
    if (this.coupling < 0) refuse('coupling', 'number >= 0 (Wolff clusters need a ferromagnet)', this.coupling);
    this.seed = checkSeed('seed', options.seed ?? 1);
    this.#independence = positive('independence', options.independence ?? 5);
    this.#chain = new WolffChain(this.lattice, this.coupling, this.seed);
  }

  /** `count` configurations, at one go. A second call goes on from the first. */
  sample(count: number): SpinData {
    return finish(this.#sampling(integer('count', count)));
  }

  /** As `sample`, with progress, pauses for the event loop, and a signal that stops it. */
  async sampleAsync(count: number, options: WorkOptions = {}): Promise<SpinData> {
    return finishWithPauses(this.#sampling(integer('count', count)), options);
  }

  *#sampling(count: number): Work<SpinData> {
    this.#schedule ??= yield* this.#calibrate();
    const { interval, clusterSize } = this.#schedule;
    const { bytes, independence } = yield* collect(this.#chain, interval, count);
    return new SpinData(count, this.lattice.shape, bytes, {
      source: 'blockspin Ising',
      parameters: { lattice: 'square, periodic', shape: [...this.lattice.shape], coupling: this.coupling },
      seed: this.seed,
      version,
      wasm: sha256,
      sampling: { method: 'wolff', interval, clusterSize, ...independence },
    });
  }

  /** Burn-in and pilot run: the interval between samples. */
  *#calibrate(): Work<{ interval: number; clusterSize: number }> {
    const sites = this.lattice.sites;
    const chain = this.#chain;
    // The first clusters are those of the all-up start, so the size is measured after ten sweeps' worth of flips, and again after the pilot.
    let clusterSize = sites;
    for (let round = 0; round < 2; round++) {
      clusterSize = this.#clusterSizeOver(10);
      yield { stage: 'burn-in', done: round + 1, total: 2, unit: 'rounds' };
    }

    // Measured every eighth of a sweep; the longer of the pilots also completes the burn-in, hundreds of τ from the start.
    const step = Math.max(1, Math.round(sites / (8 * clusterSize)));
    const interval = yield* pilot(chain, step, this.#independence);
    return { interval, clusterSize: this.#clusterSizeOver(20) };
  }

  /** Mean sites a cluster while flips of `sweeps` times the lattice are made. */
  #clusterSizeOver(sweeps: number): number {
    let flipped = 0;
    let clusters = 0;
    while (flipped < sweeps * this.lattice.sites) {
      flipped += this.#chain.advance(16);
      clusters += 16;
    }
    return flipped / clusters;
  }
}
