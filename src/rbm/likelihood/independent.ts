/** The best model of independent units, the baseline of all likelihoods. */

import { BitRows } from '../../util/bits.js';
import { refuse } from '../../util/check.js';
import { RealRows } from '../../util/reals.js';
import { type Layer, rowsOf, type States } from '../model/layers.js';

/**
 * Mean log-likelihood per row, in nats, of the best model of independent units for these rows.
 * - bits, whatever their levels: -Σ_i H(p_i), H(p) = -p log p - (1-p) log(1-p), p_i the fraction of set bits; 0 if all
 *   rows are equal
 * - real numbers: -½ Σ_i log(2πe σ_i²), Gaussian units with the mean and the variance σ_i² of each column; Infinity if
 *   a column is constant, since its density is unbounded
 *
 * It is fitted to the rows on which it is evaluated, so for independent units it is too large by about units/(2 rows).
 * @throws TypeError for other data, RangeError for no rows
 */
export function independentLogLikelihood(data: BitRows | RealRows): number {
  if (!(data instanceof BitRows || data instanceof RealRows)) {
    refuse('data', 'BitRows (such as SpinData) or RealRows', data, 'type');
  }
  if (data.count === 0) throw new RangeError('"data" expected at least one row, got none');
  return data instanceof BitRows ? ofBits(data.means()) : ofNumbers(data.variances());
}

/**
 * The same for rows of the visible units of an RBM, as its functions take them; two-valued units may also be given by
 * their means. Undefined for rectified units, for which there is no formula, and for an unbounded density.
 * @throws RangeError for no rows
 */
export function independentOf(layer: Layer, data: States | Float32Array): number | undefined {
  if (layer.kind === 'relu') return undefined;
  if (data instanceof BitRows) return independentLogLikelihood(data);
  const rows = new RealRows(rowsOf('data', data, layer.size), layer.size, data);
  if (!layer.levels) {
    const density = independentLogLikelihood(rows);
    return density === Infinity ? undefined : density;
  }
  if (rows.count === 0) throw new RangeError('"data" expected at least one row, got none');
  const [low, high] = layer.levels;
  return ofBits(rows.means().map((mean) => (mean - low) / (high - low)));
}

/**
 * log p of each row for independent units with the moments of these rows: two-valued units with p_i = (ones + ½)/(rows
 * + 1), as at the start of a training; Gaussian units with mean and variance of the column. Undefined if
 * `independentOf` is.
 * @param values of the rows, [rows, size], in the levels of the units
 * @param weights multiplicity of each row
 */
export function independentLogProbabilities(
  layer: Layer,
  values: Float32Array,
  weights: Float64Array,
): Float64Array | undefined {
  if (layer.kind === 'relu') return undefined;
  const { size } = layer;
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const columns = (term: (x: number, i: number) => number) => {
    const sums = new Float64Array(size);
    values.forEach((x, k) => {
      sums[k % size] += weights[Math.floor(k / size)] * term(x, k % size);
    });
    return sums.map((sum) => sum / whole);
  };
  // relative to the first row, so that a constant column has a variance of exactly 0 for any weights
  const means = columns((x, i) => x - values[i]).map((mean, i) => values[i] + mean);
  if (layer.levels) {
    const [low, high] = layer.levels;
    const ones = means.map((mean) => ((mean - low) / (high - low)) * weights.length);
    const odds = ones.map((sum) => Math.log((sum + 0.5) / (weights.length - sum + 0.5)));
    const none = ones.reduce((sum, one) => sum + Math.log((weights.length - one + 0.5) / (weights.length + 1)), 0);
    return sums(values, size, (x, i) => ((x - low) / (high - low)) * odds[i]).map((sum) => sum + none);
  }
  const variances = columns((x, i) => (x - means[i]) ** 2);
  if (variances.includes(0)) return undefined;
  const norm = variances.reduce((sum, variance) => sum - Math.log(2 * Math.PI * variance) / 2, 0);
  return sums(values, size, (x, i) => -((x - means[i]) ** 2) / variances[i] / 2).map((sum) => sum + norm);
}

/** Σ_i term(x_i, i), one number per row. */
function sums(values: Float32Array, size: number, term: (x: number, i: number) => number): Float64Array {
  const result = new Float64Array(values.length / size);
  values.forEach((x, k) => {
    result[Math.floor(k / size)] += term(x, k % size);
  });
  return result;
}

/** -Σ H(p). */
function ofBits(means: Float64Array): number {
  return means.reduce((sum, p) => sum + logTimes(p) + logTimes(1 - p), 0);
}

/** p log p, 0 for 0. */
function logTimes(p: number): number {
  return p > 0 ? p * Math.log(p) : 0;
}

/** -½ Σ log(2πe σ²). */
function ofNumbers(variances: Float64Array): number {
  return variances.reduce((sum, variance) => sum - (Math.log(2 * Math.PI * variance) + 1) / 2, 0);
}
