/** The sampling report of a set that was drawn in batches, from the reports of these, without the rows. */

import type { Estimate, SamplingReport } from '../ising/sampling.js';
import { refuse } from '../util/check.js';

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
    for (const field of ['method', 'order', 'chains', 'interval', 'independence', 'seeds'] as const) {
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
  const estimate = (value: (report: SamplingReport) => Estimate | null): Estimate | null => {
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
