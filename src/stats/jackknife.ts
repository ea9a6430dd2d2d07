/**
 * Jackknife errors of nonlinear functions of means: a ratio, a cumulant, a susceptibility. Each block of consecutive
 * entries is left out in turn; the spread of the function is its error, correlations between the means included.
 * Source: Busing, Meijer & van der Leeden, Stat. Comput. 9, 3 (1999) for blocks of unequal length; Efron 1982 for equal
 * ones.
 */

import { checkList, finite, integer, knownOptions, lengthOf, refuse } from '../util/check.js';
import { finiteSeries, isConstant } from './series.js';

/** A function of means, with its error. */
export interface Jackknife {
  /** The statistic at the means of all entries. Biased by O(1/n) where the statistic is not linear. */
  value: number;
  /** The statistic with that bias removed to leading order. */
  corrected: number;
  /** Standard error of `value` and of `corrected`. */
  error: number;
}

/**
 * Block jackknife of a function of the means of several series measured together.
 *
 * Entries are divided into blocks whose lengths differ by at most one; with hⱼ = n/(length of block j) and θⱼ the
 * statistic without block j,
 *   corrected = Σⱼ [θ - (1 - 1/hⱼ) θⱼ],  error² = (1/B) Σⱼ (hⱼθ - (hⱼ - 1)θⱼ - corrected)²/(hⱼ - 1).
 * Blocks must be much longer than the autocorrelation time, or the error is too small; this is not checked here, see
 * series.ts. The error itself has a relative error of about 1/√(2(B - 1)).
 * @param samples one series per observable, all of one length n, entry i of each from the same moment; read, not kept
 * @param statistic the function, called with the means in the order of `samples`
 * @param options blocks: their number B, 2 to n; default 20
 * @throws TypeError for a wrong kind of argument; RangeError for no series, unequal lengths, entries that are not
 *   finite, B out of range, or a statistic that is not finite
 */
export function jackknife(
  samples: readonly Float64Array[],
  statistic: (means: Float64Array) => number,
  options: { blocks?: number } = {},
): Jackknife {
  knownOptions('jackknife', options, ['blocks']);
  checkList('samples', samples, 'array of series');
  if (samples.length === 0) refuse('samples', 'at least one series', samples);
  if (typeof statistic !== 'function') refuse('statistic', 'function', statistic, 'type');
  const n = finiteSeries('samples[0]', samples[0], 2);
  samples.forEach((series, k) => {
    finiteSeries(`samples[${k}]`, series, 0);
    lengthOf(`samples[${k}]`, series, n);
  });
  const blocks = integer('blocks', options.blocks ?? 20, 2, n);

  const edge = (j: number): number => Math.floor((j * n) / blocks);
  const sums = samples.map((series) =>
    Float64Array.from({ length: blocks }, (_, j) => sumOf(series, edge(j), edge(j + 1))),
  );
  const totals = sums.map((block) => sumOf(block, 0, blocks));
  const at = (means: Float64Array): number => finite('statistic', statistic(means));

  const value = at(Float64Array.from(totals, (total) => total / n));
  const parts = Array.from({ length: blocks }, (_, j) => {
    const length = edge(j + 1) - edge(j);
    return { h: n / length, theta: at(Float64Array.from(totals, (total, k) => (total - sums[k][j]) / (n - length))) };
  });
  // Σ (1 - 1/h) = B - 1, so corrected = θ + Σ (1 - 1/h)(θ - θⱼ): only differences of nearly equal values.
  const corrected = value + parts.reduce((sum, { h, theta }) => sum + (1 - 1 / h) * (value - theta), 0);
  const squares = parts.reduce(
    (sum, { h, theta }) => sum + (value - corrected + (h - 1) * (value - theta)) ** 2 / (h - 1),
    0,
  );
  return { value, corrected, error: Math.sqrt(squares / blocks) };
}

/**
 * As `jackknife`, but null where the statistic is not finite for all entries or without one of the blocks, and where
 * all series are constant, so that the error is unknown.
 * @throws TypeError or RangeError as `jackknife`, except for the statistic
 */
export function jackknifeWhereDefined(
  samples: readonly Float64Array[],
  statistic: (means: Float64Array) => number,
  options: { blocks?: number } = {},
): Jackknife | null {
  if (Array.isArray(samples) && samples.length > 0 && samples.every(isConstant)) return null;
  let defined = true;
  const answer = jackknife(
    samples,
    (means) => {
      const value = statistic(means);
      defined &&= Number.isFinite(value);
      return defined ? value : 0;
    },
    options,
  );
  return defined ? answer : null;
}

function sumOf(series: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += series[i];
  return sum;
}
