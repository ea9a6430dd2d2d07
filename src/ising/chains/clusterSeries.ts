/** Series of cluster measurements, the input of `improvedMeasurements`. */

import { withRoom } from '../../util/check.js';
import { CLUSTER_SUMS } from '../../wasm/kernels.js';
import type { Hamiltonian } from '../models/hamiltonian.js';
import { type ClusterMethod, type ClusterSlice, SUM } from './clusterChain.js';
import { type SizeClass, sizeClasses } from './sizeClasses.js';

/**
 * The result of `Clusters.improved`: one number per measurement in each array. Given the active bonds, clusters are up
 * or down independently, so that averages over their signs are exact: n is a cluster's number of sites, M the sum of
 * its spins (±n where all bonds are ferromagnetic), M₀ that of the ghost's cluster.
 */
export interface ClusterSeries {
  readonly method: ClusterMethod;
  readonly sites: number;
  /** Whether there are fields. */
  readonly field: boolean;
  readonly count: number;
  /** H/N of the configuration, in units of kT. */
  readonly energies: Float64Array;
  /** Σ s/N of the configuration. */
  readonly magnetisations: Float64Array;
  /** ⟨m²⟩ given the bonds: (M₀² + Σ M²)/N²; Wolff: the mean of M²/(nN) over clusters from random sites. */
  readonly magnetisation2: Float64Array;
  /** Mean size of the cluster of a random site: Σ n²/N; Wolff: the mean of n. */
  readonly clusterSize: Float64Array;
  /** Measurements that need all clusters; null for Wolff. */
  readonly all: AllClusters | null;
}

/** Measurements of the set of all clusters of Swendsen-Wang updates, one number per update in each array. */
export interface AllClusters {
  /** ⟨m⟩ given the bonds: M₀/N, 0 without a field. */
  readonly magnetisation: Float64Array;
  /** ⟨m⁴⟩ given the bonds: (M₀⁴ + 6 M₀² S₂ + 3 S₂² - 2 S₄)/N⁴, S₂ = Σ M², S₄ = Σ M⁴ over the other clusters. */
  readonly magnetisation4: Float64Array;
  /**
   * ⟨H⟩/N given the bonds, in units of kT: of pairs within one cluster, and fields on the ghost's; all others average
   * to 0.
   */
  readonly energy: Float64Array;
  /** Sites of the largest cluster. */
  readonly largest: Float64Array;
  /** Number of clusters. */
  readonly clusters: Float64Array;
  /**
   * Number of active bonds, those to the ghost included; its mean is Σ (1 - e^{-2|K|}) ⟨[satisfied]⟩, a noisier
   * estimate of the energy than `energies`.
   */
  readonly activeBonds: Float64Array;
  /** Clusters of each class of sizes, [count, classes.length]. */
  readonly sizes: Uint32Array;
  readonly classes: readonly SizeClass[];
}

/** Fills a series slice by slice. */
export class SeriesOfClusters {
  readonly series: ClusterSeries;
  filled = 0;

  constructor({ sites }: Hamiltonian, method: ClusterMethod, field: boolean, count: number) {
    const numbers = () => withRoom('count', count, () => new Float64Array(count));
    const classes = sizeClasses(sites);
    this.series = {
      method,
      sites,
      field,
      count,
      energies: numbers(),
      magnetisations: numbers(),
      magnetisation2: numbers(),
      clusterSize: numbers(),
      all:
        method === 'wolff'
          ? null
          : {
              magnetisation: numbers(),
              magnetisation4: numbers(),
              energy: numbers(),
              largest: numbers(),
              clusters: numbers(),
              activeBonds: numbers(),
              sizes: new Uint32Array(count * classes.length),
              classes,
            },
    };
  }

  add({ bondSums, spinSums, sums, sizes }: ClusterSlice): void {
    const { series } = this;
    const { sites: n, all } = series;
    all?.sizes.set(sizes, this.filled * all.classes.length);
    for (let k = 0; k < bondSums.length; k++, this.filled++) {
      const row = this.filled;
      const at = (place: number) => sums[k * CLUSTER_SUMS + place];
      series.energies[row] = (0 - bondSums[k]) / n;
      series.magnetisations[row] = spinSums[k] / n;
      const s2 = at(SUM.spinSquares);
      if (all === null) {
        series.magnetisation2[row] = s2 / (n * at(SUM.clusters));
        series.clusterSize[row] = at(SUM.sizeSquares) / at(SUM.clusters);
        continue;
      }
      const held = at(SUM.ghostSpins) ** 2;
      series.magnetisation2[row] = (held + s2) / n ** 2;
      series.clusterSize[row] = at(SUM.sizeSquares) / n;
      all.magnetisation[row] = at(SUM.ghostSpins) / n;
      all.magnetisation4[row] = (held * held + 6 * held * s2 + 3 * s2 * s2 - 2 * at(SUM.spinFourths)) / n ** 4;
      all.energy[row] = (0 - at(SUM.termSum)) / n;
      all.largest[row] = at(SUM.largest);
      all.clusters[row] = at(SUM.clusters);
      all.activeBonds[row] = at(SUM.active);
    }
  }
}
