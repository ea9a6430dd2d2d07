/** How a set of configurations was sampled, and the report of a set in batches. */

import { refuse } from '../../util/check.js';
import type { Mean } from '../../util/estimate.js';

/** Cluster updates: single chains of Wolff clusters, or 128 chains in one vector. */
export type SamplingMethod = 'wolff' | 'replicas';

/** How a set was sampled, and the correlation of its rows. */
export interface SamplingReport {
  method: SamplingMethod | 'swendsenWang' | 'heatBath' | 'metropolis' | 'tempering' | 'couplingFromThePast';
  /**
   * Independent chains: rows r and r + chains are successive samples of one chain, rows between them are of other
   * chains. 1 for coupling from the past: its rows are independent, so that their order does not matter.
   */
  chains: number;
  /** Tempering and coupling from the past: the updates of the configurations. */
  updates?: 'heatBath' | 'metropolis' | 'randomCluster';
  /** Order of the updates of single spins. */
  order?: 'sequential' | 'random';
  /**
   * Updates between two samples of a chain: clusters (Wolff: one more with probability ½), sets of all clusters
   * (Swendsen-Wang), sweeps of single-spin updates, or rounds (tempering).
   */
  interval: number;
  /**
   * Number of calls in which the set was sampled; the fields below are merged from theirs, and are null also if a batch
   * was too short (see `mergeReports`).
   */
  batches?: number;
  /** Requested distance of two samples of a chain in units of τ. */
  independence: number;
  /** Tempering: the exchanges between the scales. */
  exchanges?: ExchangeReport;
  /** Coupling from the past: number of sweeps before time 0 at which the samples started, a power of 2 each. */
  past?: { mean: number; longest: number };
  /**
   * Cluster updates: mean number of sites flipped per update in the pilot run of the first chain, by which the interval
   * was chosen. The run is short (20 sweeps for single chains) and correlated in time, so this is known to some percent
   * only; `improvedMeasurements` measures the cluster size.
   */
  pilotClusterSize?: number;
  /** Cluster updates: number of sites per update from which clusters grow. */
  seeds?: number;
  /**
   * Integrated autocorrelation times between successive samples of a chain, ½ = uncorrelated; null if the chains are
   * too short for an estimate.
   */
  tauEnergy: number | null;
  /** The same of |m|; if the Hamiltonian is not even in the spins, of m. */
  tauMagnetisation: number | null;
  /**
   * Number of independent samples with the same error of the slower of the two, at most count; null for fewer than 100
   * samples.
   */
  effectiveSamples: number | null;
  /** Unit of `energy`: J of samplers of one coupling (`Ising`), kT of samplers of a Hamiltonian. */
  energyUnit: 'J' | 'kT';
  /**
   * Energy per site, u = -Σ s s'/N in units of J or H/N in units of kT (tempering at scale s: sH/N); the error includes
   * the correlation. Null for fewer than 100 samples.
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
  /** Sweeps of every scale per round, before its exchanges. */
  sweepsPerSwap: number;
  /** Accepted share of the exchanges between scales k and k + 1; null if none was attempted. */
  acceptance: (number | null)[];
  rounds: number;
  /** Number of round trips from the first scale to the last and back, over all configurations. */
  roundTrips: number;
  /** roundTrips/rounds. */
  roundTripRate: number;
}

/**
 * Min length of a batch per chain in units of τ, for which its correlation with the next batch is negligible: 2τ/50, 2%
 * of the error².
 */
const LENGTH_IN_TAU = 50;

/**
 * The report of successive batches, which must have been sampled in the same way. With n_b of n rows in batch b:
 *     mean = Σ (n_b/n) mean_b,  error² = Σ (n_b/n)² error_b²,
 *   τ = Σ (n_b/n) τ_b,  effectiveSamples = Σ effectiveSamples_b,
 * each null if it is null in some batch. The sum of squares assumes independent batches; so the estimates with their
 * errors and effectiveSamples are null unless each batch is 50 τ long in every chain.
 * @throws RangeError for no batch, or batches that were sampled in different ways
 */
export function mergeReports(batches: readonly { count: number; report: SamplingReport }[]): SamplingReport {
  if (batches.length === 0) refuse('batches', 'one batch or more', 'none');
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
