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

export interface ClustersOptions extends ChainOptions {
  /** Fields and pairs, and constants. */
  hamiltonian: Hamiltonian;
  /** One cluster an update, or all of them. Default wolff, which needs less time near T_c; all of them tell more (see `improved`). */
  method?: ClusterMethod;
  /** Spins ±1 to start from, all chains alike; independent random ones (infinite temperature) when left out. */
  start?: ArrayLike<number>;
}

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
   * What the clusters of `count` successive moments of the first chain tell, after the burn-in of `sample`: every update of Swendsen and Wang, or Wolff's
   * clusters a sweep at a time. `improvedMeasurements` makes estimates with error bars of it.
   * @throws RangeError for Wolff clusters in a field: their growth stops at the ghost, so their sizes say nothing simple
   */
  improved(count: number): ClusterSeries {
    return this.finish(this.#improving(this.#checkImproved(count)));
  }

  /** As `improved`, with progress, pauses for the event loop, and a signal that stops it: the sampler is then as it was before the call. */
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
