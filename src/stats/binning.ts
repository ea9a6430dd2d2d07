/**
 * Binning analysis: the error of the mean of a correlated series from averages over bins of 1, 2, 4, … entries. It
 * grows with the bin until bins are longer than the correlation, and stays there. An independent check of the Γ-method
 * (series.ts). Source: Flyvbjerg & Petersen, J. Chem. Phys. 91, 461 (1989).
 */

import { knownOptions } from '../util/check.js';
import { finiteSeries, isConstant, meanOf } from './series.js';

/** The error from bins of one size. */
export interface BinningLevel {
  /** Entries per bin, a power of two. */
  size: number;
  /** Whole bins; entries past the last whole bin are left out at this level. */
  bins: number;
  /** Standard error of the mean if bins were independent, √(variance of bins / bins). */
  error: number;
  /** Standard error of `error` for Gaussian bins, error/√(2(bins - 1)). */
  errorError: number;
}

/** The error of a mean by binning. */
export interface Binning {
  /** Arithmetic mean of all entries. */
  mean: number;
  /** Standard error of the mean, at the plateau. */
  error: number;
  /** Standard error of `error`. */
  errorError: number;
  /** Bin size at which the plateau is read. */
  size: number;
  /** τ_int = ½ (error/error of single entries)²; ½ = uncorrelated. */
  tau: number;
  /** All bin sizes with at least 8 bins. */
  levels: BinningLevel[];
}

/** Fewer bins do not determine their variance. */
const MIN_BINS = 8;

/**
 * Fewer bins are no plateau: their error is known to 18% only, and whether it were accepted would depend on its noise.
 */
const MIN_PLATEAU_BINS = 16;

/**
 * Error of the mean of one stationary series, at the smallest bin size B with B³ > 2n (error_B/error_1)⁴, which
 * balances the remaining correlation, of relative size τ/B, against the noise of few bins (Lee et al., Phys. Rev. E 83,
 * 066706 (2011)), and that has at least 16 bins. For anticorrelated series, where the ratio is below 1, its inverse is
 * used. A constant series has error 0 and τ = ½.
 *
 * Coverage of mean ± error and of mean ± 1.96 error over 1000 Gaussian autoregressions x' = φx + noise: 67 to 72% and
 * 93 to 96% where at least a third of all series is accepted (φ = 0 from n = 128 on, |φ| = ½ from 1000, ±0.9 from
 * 8000). At shorter lengths a few percent are accepted, those whose error happens to be small: 44% and 75% at φ = ½, n
 * = 128.
 * @param series finite numbers in the order of time, burn-in removed; read, not kept
 * @param options allowShort: where no bin size qualifies (n below about 200 τ), use the largest bins instead of
 *   throwing; the error is then a lower bound at best. Default false.
 * @throws TypeError if not an array of numbers; RangeError for an entry that is not finite, for fewer than 20 entries
 *   (8 with `allowShort`), or for a series too short to reach its plateau unless `allowShort`
 */
export function binning(series: ArrayLike<number>, options: { allowShort?: boolean } = {}): Binning {
  knownOptions('binning', options, ['allowShort']);
  const { allowShort = false } = options;
  const n = finiteSeries('series', series, allowShort ? MIN_BINS : 20);
  const mean = isConstant(series) ? series[0] : meanOf(series);
  const levels = binningLevels(Float64Array.from(series, (entry) => entry - mean));
  const single = levels[0].error;
  const ratio = (error: number): number => (error === 0 ? 0 : Math.max(error / single, single / error));
  const plateau = levels.find(
    ({ size, bins, error }) => bins >= MIN_PLATEAU_BINS && size ** 3 > 2 * n * ratio(error) ** 4,
  );
  if (plateau === undefined && !allowShort) {
    throw new RangeError(
      `"series" expected many autocorrelation times, the error of its ${n} entries reaches no plateau`,
    );
  }
  const { size, error, errorError } = plateau ?? levels[levels.length - 1];
  return { mean, error, errorError, size, tau: single === 0 ? 0.5 : 0.5 * (error / single) ** 2, levels };
}

/** Levels of growing bins, each the pairwise means of the one before. */
function binningLevels(entries: Float64Array): BinningLevel[] {
  const levels: BinningLevel[] = [];
  let bins = entries;
  for (let size = 1; bins.length >= MIN_BINS; size *= 2) {
    const mean = meanOf(bins);
    let squares = 0;
    for (const bin of bins) squares += (bin - mean) ** 2;
    const count = bins.length;
    const error = Math.sqrt(squares / (count - 1) / count);
    levels.push({ size, bins: count, error, errorError: error / Math.sqrt(2 * (count - 1)) });
    const finer = bins;
    bins = Float64Array.from({ length: count >> 1 }, (_, i) => (finer[2 * i] + finer[2 * i + 1]) / 2);
  }
  return levels;
}
