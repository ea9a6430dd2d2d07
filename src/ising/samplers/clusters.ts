/** Cluster updates of any Hamiltonian of fields and pairs. */

import { integer, knownOptions, oneOf, refuse } from '../../util/check.js';
import { checkSeed } from '../../util/random.js';
import type { WorkOptions } from '../../util/work.js';
import { WORK_OPTIONS } from '../../util/work.js';
import { type ClusterMethod, PairClusterChain } from '../chains/clusterChain.js';
import { type ClusterSeries, SeriesOfClusters } from '../chains/clusterSeries.js';
import type { EnsembleWork } from '../chains/ensemble.js';
import { checkHamiltonian, checkSpins, type Hamiltonian } from '../models/hamiltonian.js';
import type { ChainOptions } from './chainSampler.js';
import { HamiltonianSampler } from './hamiltonianSampler.js';

/** Options of `Clusters`. */
export interface ClustersOptions extends ChainOptions {
  /** Fields and pairs, and constants. */
  hamiltonian: Hamiltonian;
  /**
   * One cluster per update, or all clusters. Default wolff, which takes less time near T_c; swendsenWang gives more in
   * `improved`.
   */
  method?: ClusterMethod;
  /** Initial spins ±1 of all chains; default independent random spins (infinite temperature). */
  start?: ArrayLike<number>;
}

/**
 * Cluster updates of any Hamiltonian of fields and pairs, on any lattice or graph, with couplings of either sign: far
 * faster than single-spin updates if clusters are as large as the correlated regions, as in ferromagnets and in
 * antiferromagnets on two sublattices.
 *
 * A satisfied bond, K s s' > 0, is active with probability 1 - e^{-2|K|}. Of the clusters of active bonds, that of a
 * random site is flipped (Wolff), or each with probability ½ (Swendsen & Wang).
 *
 * A field B is a bond to the ghost, a spin that is always up; its cluster is never flipped. This is valid, since
 *   e^{-H} = Π_bonds e^{|K|} (e^{-2|K|} + (1 - e^{-2|K|})[satisfied]), ghost included: given the active bonds, all ways
 *   to flip clusters have the same weight, so any choice among them that does not depend on the spins keeps e^{-H}/Z,
 *   also the one that never flips the ghost's cluster.
 * In strong fields nearly all sites are in the ghost's cluster, and single-spin updates are faster.
 *
 * With frustration (±J glasses, triangular antiferromagnets) clusters percolate far above the temperature where spins
 * order: they contain nearly the whole lattice, and flipping them changes little. The samples are correct but
 * decorrelate slowly; `SingleSpin` is no slower then. Two valleys that differ by more than a flip of all spins can pass
 * for equilibrium in the pilot run, as with `SingleSpin`.
 *
 * Probabilities are multiples of 2⁻³²: couplings below about 1e-9 have no effect.
 * @example
 * const hamiltonian = edwardsAnderson({ lattice: square(4), distribution: 'gaussian', coupling: 0.3 });
 * new Clusters({ hamiltonian }).sample(100);
 */
export class Clusters extends HamiltonianSampler<PairClusterChain> {
  readonly method: ClusterMethod;

  /** @throws TypeError or RangeError for an option out of range; RangeError for a term of more than two sites */
  constructor(options: ClustersOptions) {
    knownOptions('Clusters', options, ['hamiltonian', 'method', 'start', 'seed', 'independence', 'chains', 'threads']);
    const hamiltonian = checkHamiltonian(options.hamiltonian);
    const method = oneOf('method', options.method ?? 'wolff', ['wolff', 'swendsenWang']);
    const seed = checkSeed('seed', options.seed ?? 1);
    const { start } = options;
    if (start !== undefined) checkSpins('start', start, hamiltonian.sites);
    super(options, hamiltonian, {
      chain: (index, shared) => new PairClusterChain(hamiltonian, method, seed, start, index, shared),
      source: 'blockspin Clusters',
      parameters: { method },
      method,
    });
    this.method = method;
  }

  /**
   * Cluster sizes and improved estimators of `count` successive measurements of the first chain, after the burn-in of
   * `sample`: of every update of Swendsen and Wang, or of Wolff's clusters once per sweep. `improvedMeasurements` gives
   * estimates with error bars.
   * @throws TypeError or RangeError if `count` is not a positive integer; RangeError for Wolff clusters in a field:
   *   their growth stops at the ghost, so that their sizes have no simple meaning; Error if the pilot run finds the
   *   chain frozen or too slow
   */
  improved(count: number): ClusterSeries {
    return this.finish(this.#improving(this.#checkImproved(count)));
  }

  /**
   * As `improved`, with progress, pauses for the event loop, and a signal that stops it; the sampler then returns to
   * its state before the call.
   * @throws TypeError, RangeError or Error as `improved`; the reason of the signal if it stops
   */
  async improvedAsync(count: number, options: WorkOptions = {}): Promise<ClusterSeries> {
    knownOptions('Clusters.improvedAsync', options, WORK_OPTIONS);
    return this.finishWithPauses(this.#improving(this.#checkImproved(count)), options);
  }

  #checkImproved(count: unknown): number {
    const checked = integer('count', count);
    if (this.method === 'wolff' && this.first.ghost) {
      refuse('method', "'swendsenWang' for improved estimators in a field", this.method);
    }
    return checked;
  }

  *#improving(count: number): EnsembleWork<ClusterSeries> {
    yield* this.calibrated();
    const first = this.first;
    const series = new SeriesOfClusters(this.hamiltonian, this.method, first.ghost, count);
    yield* this.withFirst(first.clusterSeries(count, first.sweep()), (slice) => {
      series.add(slice);
      return { stage: 'improved', done: series.filled, total: count, unit: 'measurements' };
    });
    return series.series;
  }
}
