/**
 * The Ising model on a periodic square lattice, H/kT = -K Σ_⟨ij⟩ s_i s_j, s = ±1, and independent samples from it.
 *
 * One chain of Wolff clusters, or 128 replicas moved together by cluster updates. After the burn-in a pilot run measures how long energy and
 * |magnetisation| remember (τ_int, uncorrelated = ½); samples of a chain are then taken `independence` such times apart, and what correlation is left
 * among them is measured again (Γ-method) and reported.
 */

import { finite, integer, oneOf, positive, refuse } from '../util/check.js';
import { checkSeed, type Seed } from '../util/random.js';
import { finish, finishWithPauses, type Work, type WorkOptions } from '../util/work.js';
import { sha256, version } from '../wasm/binary.js';
import { ClusterReplicas } from './clusterReplicas.js';
import { checkLattice, type SquareLattice } from './lattice.js';
import { type ClusterChain, collect, type SamplingMethod } from './sampling.js';
import { SpinData } from './spinData.js';
import { WolffChain } from './wolff.js';

export interface IsingOptions {
  lattice: SquareLattice;
  /** K = J/kT >= 0; the critical value is ½ ln(1 + √2) = 0.4407. */
  coupling: number;
  seed?: Seed;
  /** Distance of two samples in units of the integrated autocorrelation time (½ = uncorrelated). Default 5. */
  independence?: number;
  /**
   * How samples are made; both have the same distribution. Default: 'replicas' up to 2^14 sites (128 × 128), 'wolff' beyond. It does not ask how many samples
   * are wanted, since a set must not depend on how it is divided among calls.
   */
  method?: SamplingMethod;
}

/**
 * Up to this many sites 128 replicas are the faster method. Time of Wolff in units of theirs, pilot run included: 20,000 samples of 16 × 16 and of 40 × 40
 * 10 to 17; 2000 of 64 × 64 8 to 11; 1280 of 128 × 128 6 to 10, 128 of them 2 to 3.5. They need 64 bytes a site, Wolff 21.
 */
const REPLICA_SITES = 2 ** 14;

export class Ising {
  readonly lattice: SquareLattice;
  readonly coupling: number;
  readonly seed: Seed;
  readonly method: SamplingMethod;
  readonly #independence: number;
  readonly #chain: ClusterChain;
  #schedule: { interval: number; clusterSize: number } | undefined;

  /** @throws TypeError or RangeError for an option out of range: K < 0 is refused, since clusters of equal spins need a ferromagnet */
  constructor(options: IsingOptions) {
    this.lattice = checkLattice(options.lattice);
    this.coupling = finite('coupling', options.coupling);
    if (this.coupling < 0) refuse('coupling', 'number >= 0 (Wolff clusters need a ferromagnet)', this.coupling);
    this.seed = checkSeed('seed', options.seed ?? 1);
    this.#independence = positive('independence', options.independence ?? 5);
    const fitting = this.lattice.sites <= REPLICA_SITES ? 'replicas' : 'wolff';
    this.method = oneOf('method', options.method ?? fitting, ['wolff', 'replicas']);
    const Chain = this.method === 'wolff' ? WolffChain : ClusterReplicas;
    this.#chain = new Chain(this.lattice, this.coupling, this.seed);
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
    const chain = this.#chain;
    this.#schedule ??= yield* chain.calibrate(this.#independence);
    const { interval, clusterSize } = this.#schedule;
    const collected = yield* collect(chain, interval, count);
    return new SpinData(count, this.lattice.shape, collected.bytes, {
      source: 'blockspin Ising',
      parameters: { lattice: 'square, periodic', shape: [...this.lattice.shape], coupling: this.coupling },
      seed: this.seed,
      version,
      wasm: sha256,
      sampling: {
        method: this.method,
        interval,
        independence: this.#independence,
        clusterSize,
        seeds: chain.seeds,
        ...collected.independence,
      },
    });
  }
}
