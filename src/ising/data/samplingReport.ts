/** How a set of configurations was sampled; and one report of a set that was drawn in batches, from theirs. */

import { refuse } from '../../util/check.js';
import type { Mean } from '../../util/estimate.js';

/** Cluster updates: one chain of Wolff clusters, or 128 chains moved together. */
export type SamplingMethod = 'wolff' | 'replicas';

/** How a set was sampled, and how independent its rows are. */
export interface SamplingReport {
  method: SamplingMethod | 'swendsenWang' | 'heatBath' | 'metropolis' | 'tempering' | 'couplingFromThePast';
  /**
   * Independent chains: rows r and r + chains are successive samples of one chain, rows between them are of others. 1 for coupling from the past, whose rows
   * have no memory at all and may be read as a series of any kind.
   */
  chains: number;
  /** Tempering and coupling from the past: what moves the configurations. */
  updates?: 'heatBath' | 'metropolis' | 'randomCluster';
  /** Order of the updates of single spins. */
  order?: 'sequential' | 'random';
  /** Updates between two samples of a chain: clusters (Wolff: one more with probability ½), sets of all clusters (Swendsen-Wang), sweeps of single-spin updates, or rounds (tempering). */
  interval: number;
  /** The set was drawn in so many calls, and what follows is put together from theirs; null then also where one of them was too short for that. */
  batches?: number;
  /** Distance of two samples of a chain in units of τ, as asked for. */
  independence: number;
  /** Tempering: how the configurations travelled along the scales. */
  exchanges?: ExchangeReport;
  /** Coupling from the past: sweeps back in time at which the samples were begun, a power of 2 each. */
  past?: { mean: number; longest: number };
  /**
   * Cluster updates: sites flipped by one, over the pilot run of the first chain. A short run (of single chains 20 sweeps), correlated in time: what the interval
   * was judged by, known to some percent, and no measurement of the cluster size; that is `improvedMeasurements`.
   */
  pilotClusterSize?: number;
  /** Cluster updates: sites from which clusters grow in one. */
  seeds?: number;
  /** Integrated autocorrelation times between successive samples of a chain, ½ = uncorrelated; null where the chains are too short to tell. */
  tauEnergy: number | null;
  /** Of |m|; where the Hamiltonian tells up from down, of m. */
  tauMagnetisation: number | null;
  /** The number of independent samples that tell as much of the slower of the two, at most count; null for fewer than 100 samples. */
  effectiveSamples: number | null;
  /** Unit of `energy`: J of samplers of one coupling (`Ising`), kT of samplers of a Hamiltonian. */
  energyUnit: 'J' | 'kT';
  /**
   * Energy per site, u = -Σ s s'/N in units of J or H/N in units of kT (tempering at scale s: sH/N); the error counts the correlation. Null for fewer than
   * 100 samples.
   */
  energy: Mean<number> | null;
  /** |Σ s|/N. */
  absoluteMagnetisation: Mean<number> | null;
}

/** Exchanges among the scales of parallel tempering while a set was sampled. */
export interface ExchangeReport {
  /** Factor s of H at which the rows of this set were sampled; energies are those of s·H. */
  scale: number;
  /** All factors, in order. */
  scales: readonly number[];
  /** Sweeps of every scale in a round, before its exchanges. */
  sweepsPerSwap: number;
  /** Accepted share of the exchanges between scales k and k + 1; null where none was tried. */
  acceptance: (number | null)[];
  rounds: number;
  /** Journeys from the first scale to the last and back, completed by any of the configurations. */
  roundTrips: number;
  /** roundTrips/rounds. */
  roundTripRate: number;
}

/** A batch this many τ long, chain for chain, is long enough that its correlation with the next one may be neglected: by 2τ/50, 2% of the error². */
const LENGTH_IN_TAU = 50;

/**
 * One report of several batches that follow each other. How the samples were made is the same for all, or it is refused. With n_b of n rows in batch b:
 *   mean = Σ (n_b/n) mean_b,  error² = Σ (n_b/n)² error_b²,  τ = Σ (n_b/n) τ_b,  effectiveSamples = Σ effectiveSamples_b,
 * each null where a batch does not tell it. The sum of squares takes batches for independent; so error and effectiveSamples are null, and the estimate
 * with them, unless each batch is 50 τ long in every chain.
 * @throws RangeError for no batch, or batches that were sampled in different ways
 */
export function mergeReports(batches: readonly { count: number; report: SamplingReport }[]): SamplingReport {
  if (batches.length === 0) refuse('batches', 'one or more', 'none');
  const [{ report: first }] = batches;
  if (batches.length === 1) return first;
  for (const { report } of batches) {
    for (const field of ['method', 'order', 'energyUnit', 'chains', 'interval', 'independence', 'seeds'] as const) {
      if (report[field] !== first[field]) {
        refuse(`batches: ${field}`, `the same in all, ${first[field]}`, report[field]);
      }
    }
  }
  const total = batches.reduce((sum, { count }) => sum + count, 0);
  const average = (value: (report: SamplingReport) => number | null): number | null => {
    const values = batches.map(({ report }) => value(report));
    if (values.includes(null)) return null;
    return batches.reduce((sum, { count }, b) => sum + (count / total) * (values[b] as number), 0);
  };
  const long = batches.every(({ count, report: { chains, tauEnergy, tauMagnetisation } }) => {
    const slowest = Math.max(tauEnergy ?? Number.POSITIVE_INFINITY, tauMagnetisation ?? Number.POSITIVE_INFINITY);
    return count / chains >= LENGTH_IN_TAU * slowest;
  });
  const estimate = (value: (report: SamplingReport) => Mean<number> | null): Mean<number> | null => {
    const mean = average((report) => value(report)?.mean ?? null);
    if (mean === null || !long) return null;
    const variance = batches.reduce((sum, { count, report }) => sum + ((count / total) * value(report)!.error) ** 2, 0);
    return { mean, error: Math.sqrt(variance) };
  };
  const effective = average(({ effectiveSamples }) => effectiveSamples);
  return {
    ...first,
    batches: batches.length,
    tauEnergy: average(({ tauEnergy }) => tauEnergy),
    tauMagnetisation: average(({ tauMagnetisation }) => tauMagnetisation),
    effectiveSamples:
      effective === null || !long
        ? null
        : batches.reduce((sum, { report }) => sum + (report.effectiveSamples as number), 0),
    energy: estimate(({ energy }) => energy),
    absoluteMagnetisation: estimate(({ absoluteMagnetisation }) => absoluteMagnetisation),
  };
}
