/**
 * Cluster updates of any Hamiltonian of fields and pairs, on any lattice or graph, couplings of either sign: far faster than single spins where clusters are
 * as large as the correlated regions, as in ferromagnets and, turned on one sublattice, antiferromagnets.
 *
 * A satisfied bond, K s s' > 0, is active with probability 1 - e^{-2|K|}. What clusters the active bonds make is turned: one that holds a random site
 * (Wolff), or each with probability ½ (Swendsen & Wang).
 *
 * A field B is a bond to the ghost, a spin that is always up; its cluster is never turned. That is right, since
 *   e^{-H} = Π_bonds e^{|K|} (e^{-2|K|} + (1 - e^{-2|K|})[satisfied]), ghost included: given the active bonds all ways to turn clusters weigh the same,
 *   so any choice among them that does not look at the spins keeps e^{-H}/Z, also the one that leaves the ghost, and with it the gauge, as it is.
 * In strong fields nearly all is in the ghost's cluster, and single-spin updates are faster.
 *
 * With frustration (±J glasses, antiferromagnets on triangles) clusters percolate far above the temperature where spins order: they are nearly the whole
 * lattice, and turning them changes little. The samples are right, and slow to become independent; `SingleSpin` is no slower then. Two valleys that differ
 * by more than a turn of all spins can look like equilibrium to the pilot run, here as there.
 *
 * Probabilities are multiples of 2⁻³²: couplings below some 1e-9 are not told from 0.
 */

import { integer, oneOf, positive, refuse } from '../util/check.js';
import { checkSeed, type Seed } from '../util/random.js';
import { finish, finishWithPauses, type Work, type WorkOptions } from '../util/work.js';
import { sha256, version } from '../wasm/binary.js';
import { type ClusterMethod, PairClusterChain } from './clusterChain.js';
import { type ClusterSeries, SeriesOfClusters } from './clusterSeries.js';
import { checkHamiltonian, checkSpins, type Hamiltonian } from './hamiltonian.js';
import { type ChainSnapshot, collect } from './sampling.js';
import { type Provenance, planeOf, SpinData } from './spinData.js';

export interface ClustersOptions {
  /** Fields and pairs, and constants. */
  hamiltonian: Hamiltonian;
  /** One cluster an update, or all of them. Default wolff, which needs less time near T_c; all of them tell more (see `improved`). */
  method?: ClusterMethod;
  seed?: Seed;
  /** Spins ±1 to start from; independent random ones (infinite temperature) when left out. */
  start?: ArrayLike<number>;
  /** Distance of two samples in units of the integrated autocorrelation time (½ = uncorrelated). Default 5. */
  independence?: number;
}

interface Schedule {
  interval: number;
  clusterSize: number;
}

export class Clusters {
  readonly hamiltonian: Hamiltonian;
  readonly method: ClusterMethod;
  readonly seed: Seed;
  readonly #independence: number;
  readonly #chain: PairClusterChain;
  #schedule: Schedule | undefined;

  /** @throws TypeError or RangeError for an option out of range; RangeError for a term of more than two sites */
  constructor(options: ClustersOptions) {
    if (options === null || typeof options !== 'object') refuse('options', '{ hamiltonian }', options, 'type');
    this.hamiltonian = checkHamiltonian(options.hamiltonian);
    this.method = oneOf('method', options.method ?? 'wolff', ['wolff', 'swendsenWang']);
    this.seed = checkSeed('seed', options.seed ?? 1);
    this.#independence = positive('independence', options.independence ?? 5);
    const { start } = options;
    if (start !== undefined) checkSpins('start', start, this.hamiltonian.sites);
    this.#chain = new PairClusterChain(this.hamiltonian, this.method, this.seed, start);
  }

  /** `count` updates: Wolff clusters, or Swendsen and Wang's updates of all clusters. */
  step(count = 1): void {
    const work = this.#chain.advance(integer('count', count));
    while (!work.next().done);
  }

  /** Energy per site in units of kT, and magnetisation per site, of the present configuration. */
  measure(): { energy: number; magnetisation: number } {
    const { bondSums, spinSums } = this.#chain.state();
    const { sites } = this.hamiltonian;
    return { energy: (0 - bondSums[0]) / sites, magnetisation: spinSums[0] / sites };
  }

  /** The present configuration, as data of one row. */
  configuration(): SpinData {
    return this.#data(1, this.#chain.state().bits);
  }

  /**
   * `count` configurations, at one go. A second call goes on from the first. Before the first one, a burn-in and a pilot run find the interval from the
   * autocorrelation of energy and magnetisation (of |m| if there is no field).
   * @throws Error if the pilot run finds the chain frozen or too slow
   */
  sample(count: number): SpinData {
    return finish(this.#sampling(integer('count', count)));
  }

  /** As `sample`, with progress, pauses for the event loop, and a signal that stops it. */
  async sampleAsync(count: number, options: WorkOptions = {}): Promise<SpinData> {
    return finishWithPauses(this.#sampling(integer('count', count)), options);
  }

  /**
   * What the clusters of `count` successive moments tell, after the burn-in of `sample`: every update of Swendsen and Wang, or Wolff's clusters a sweep at
   * a time. `improvedMeasurements` makes estimates with error bars of it.
   * @throws RangeError for Wolff clusters in a field: their growth stops at the ghost, so their sizes say nothing simple
   */
  improved(count: number): ClusterSeries {
    return finish(this.#improving(this.#checkImproved(count)));
  }

  /** As `improved`, with progress, pauses for the event loop, and a signal that stops it. */
  async improvedAsync(count: number, options: WorkOptions = {}): Promise<ClusterSeries> {
    return finishWithPauses(this.#improving(this.#checkImproved(count)), options);
  }

  /** All that changes as the sampler works, copied. */
  snapshot(): ChainSnapshot {
    const { interval, clusterSize } = this.#schedule ?? { interval: 0, clusterSize: 0 };
    return { ...this.#chain.snapshot(), interval, clusterSize };
  }

  /**
   * Goes on where a sampler of the same options was when it made the snapshot, with the same bits.
   * @throws TypeError or RangeError if the snapshot does not fit
   */
  restore(snapshot: ChainSnapshot): void {
    if (snapshot === null || typeof snapshot !== 'object') refuse('snapshot', 'snapshot of Clusters', snapshot, 'type');
    const interval = integer('snapshot.interval', snapshot.interval, 0);
    const clusterSize = snapshot.clusterSize;
    if (typeof clusterSize !== 'number') refuse('snapshot.clusterSize', 'number', clusterSize, 'type');
    this.#chain.restore(snapshot);
    this.#schedule = interval === 0 ? undefined : { interval, clusterSize };
  }

  #checkImproved(count: unknown): number {
    const checked = integer('count', count);
    if (this.method === 'wolff' && this.#chain.ghost) {
      refuse('method', "'swendsenWang' for improved estimators in a field", this.method);
    }
    return checked;
  }

  *#sampling(count: number): Work<SpinData> {
    const chain = this.#chain;
    this.#schedule ??= yield* chain.calibrate(this.#independence);
    const { interval, clusterSize } = this.#schedule;
    const collected = yield* collect(chain, interval, count);
    return this.#data(count, collected.bytes, {
      method: this.method,
      interval,
      independence: this.#independence,
      clusterSize,
      seeds: chain.seeds,
      ...collected.independence,
    });
  }

  *#improving(count: number): Work<ClusterSeries> {
    const chain = this.#chain;
    this.#schedule ??= yield* chain.calibrate(this.#independence);
    const series = new SeriesOfClusters(this.hamiltonian, this.method, chain.ghost, count);
    for (const slice of chain.clusterSeries(count, chain.sweep())) {
      series.add(slice);
      yield { stage: 'improved', done: series.filled, total: count, unit: 'measurements' };
    }
    return series.series;
  }

  #data(count: number, bytes: Uint8Array, sampling?: Provenance['sampling']): SpinData {
    return new SpinData(count, planeOf(this.hamiltonian.shape), bytes, {
      source: 'blockspin Clusters',
      parameters: { ...this.hamiltonian.parameters, method: this.method },
      seed: this.seed,
      version,
      wasm: sha256,
      ...(sampling && { sampling }),
    });
  }
}
