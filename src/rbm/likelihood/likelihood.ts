/** Measures of how well an RBM describes data. */

import { BitRows } from '../../util/bits.js';
import { finite, instanceOf, integer, knownOptions, lengthOf, refuse } from '../../util/check.js';
import { type Mean, sampleMean } from '../../util/estimate.js';
import { type Seed, streamKey } from '../../util/random.js';
import { kernels } from '../../wasm/scalar.js';
import { type Layer, rowsOf, type States } from '../model/layers.js';
import { Rbm } from '../model/rbm.js';
import { independentLogLikelihood, independentOf } from './independent.js';
import { type LogPartition, logPartition, PARTITION_OPTIONS, type PartitionOptions } from './partition.js';

/** The mean of log p(v) over rows of data. */
export interface LogLikelihood {
  /** Mean per row, in nats, with the estimate of log Z. */
  mean: number;
  /** The mean with the upper end of the bracket of log Z; equal to `mean` if log Z is exact. */
  lower: number;
  /** The mean with the lower end of the bracket of log Z; equal to `mean` if log Z is exact. */
  upper: number;
  /** Standard error of the mean over the rows only, as samples of a larger population; Infinity for one row. */
  error: number;
  /** The estimate of log Z. */
  logPartition: number;
  /**
   * The same mean of the best model of independent units for these rows (`independentLogLikelihood`): an RBM below it
   * has learned less than the means. Absent for rectified visible units, and if a column of real numbers is constant.
   */
  independent?: number;
  /** Why log Z may be outside of its bracket, if there is a reason. */
  doubt?: string;
}

/**
 * Mean log-likelihood of the rows, log p(v) = -F(v) - log Z, in nats.
 * @param partition log Z: a result of `logPartition`, a number, or options for it; by default `logPartition` chooses
 *   the method
 * @throws TypeError for a wrong kind; RangeError for no rows, another width, or an option out of range
 * @example
 * const data = barsAndStripes(2);
 * const { rbm } = await trainRbm(data, { hidden: 4, epochs: 10, learningRate: 0.1, outcome: false });
 * logLikelihood(rbm, data).mean; // nats per row
 */
export function logLikelihood<V extends States>(
  rbm: Rbm<V, States>,
  data: V,
  partition: LogPartition<V> | number | PartitionOptions<V> = {},
): LogLikelihood {
  const known = knownPartition(partition);
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  const free = rbm.freeEnergy(data);
  if (free.length === 0) throw new RangeError('"data" expected at least one row, got none');
  const found = known ?? logPartition(rbm, partition as PartitionOptions<V>);
  return likelihoodOf(free, found, independentOf(rbm.visibleLayer as Layer, data));
}

/** log Z if it is given; undefined for options, which are checked. */
function knownPartition(partition: LogPartition | number | PartitionOptions): Known | undefined {
  if (typeof partition === 'number') return exactly(partition);
  if (partition !== null && typeof partition === 'object' && 'estimate' in partition) return partition;
  knownOptions('logLikelihood', partition, PARTITION_OPTIONS, 'partition');
  return undefined;
}

/** `logLikelihood` from the free energies of the rows and the likelihood of independent units. */
export function likelihoodOf(
  freeEnergies: Float64Array,
  { lower, estimate, upper, doubt }: Known,
  independent: number | undefined,
): LogLikelihood {
  const free = meanOf('data', freeEnergies);
  return {
    mean: -free.mean - estimate,
    lower: -free.mean - upper,
    upper: -free.mean - lower,
    error: free.error,
    logPartition: estimate,
    ...(independent !== undefined && { independent }),
    ...(doubt !== undefined && { doubt }),
  };
}

/** The fields of log Z in use. */
type Known = Pick<LogPartition, 'lower' | 'estimate' | 'upper' | 'doubt'>;

function exactly(value: number): Known {
  finite('partition', value);
  return { lower: value, estimate: value, upper: value };
}

/** Mean and standard error, which is Infinity for one number. @throws RangeError for none */
function meanOf(name: string, values: Float64Array): Mean<number> {
  if (values.length === 0) throw new RangeError(`"${name}" expected at least one row, got none`);
  return sampleMean(values);
}

/**
 * KL(P‖p) = Σ_v P(v) [log P(v) - log p(v)] in nats, over all 2^visible states: 0 only if the RBM has the distribution
 * P.
 * @param target P of each state; in state s unit i is bit i of s
 * @param partition log Z; by default computed by enumeration
 * @throws TypeError if not an Rbm; RangeError unless the visible units are two-valued and at most 24, and P is a
 *   distribution (its sum 1 within 1e-9)
 */
export function klDivergence(
  rbm: Rbm<BitRows, States>,
  target: ArrayLike<number>,
  partition: number = logPartition(rbm, { method: 'exact' }).estimate,
): number {
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  twoValued(rbm);
  const units = integer('visible', rbm.visible, 1, 24);
  lengthOf('target', target, 2 ** units);
  let total = 0;
  for (let s = 0; s < target.length; s++) {
    if (!(target[s] >= 0)) refuse(`target[${s}]`, 'probability', target[s]);
    total += target[s];
  }
  if (!(Math.abs(total - 1) < 1e-9)) refuse('target', 'probabilities of sum 1', total);
  finite('partition', partition);
  let divergence = 0;
  const slice = Math.min(target.length, 1024);
  const rows = new BitRows(slice, units);
  for (let first = 0; first < target.length; first += slice) {
    for (let r = 0; r < slice; r++) {
      for (let byte = 0; byte < rows.stride; byte++) rows.bytes[r * rows.stride + byte] = (first + r) >>> (8 * byte);
    }
    rbm.freeEnergy(rows).forEach((free, r) => {
      const p = target[first + r];
      if (p > 0) divergence += p * (Math.log(p) + free + partition);
    });
  }
  return divergence;
}

/**
 * ⟨F⟩ of held-out data minus ⟨F⟩ of training data: near 0 while the RBM describes both equally well, growing with
 * overfitting; log Z is not needed (Hinton 2012, section 6). The error is that of two independent sets of rows.
 * @throws TypeError if not an Rbm or states; RangeError for no rows, or another width
 */
export function freeEnergyGap<V extends States>(
  rbm: Rbm<V, States>,
  training: V,
  heldOut: V,
): { gap: number; error: number; training: number; heldOut: number } {
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  const a = meanOf('training', rbm.freeEnergy(training));
  const b = meanOf('heldOut', rbm.freeEnergy(heldOut));
  return { gap: b.mean - a.mean, error: Math.hypot(a.error, b.error), training: a.mean, heldOut: b.mean };
}

/** Inputs of hidden units that `pseudoLikelihood` has at a time. */
const NUMBERS = 2 ** 15;

/** The result of `pseudoLikelihood`, in nats. */
export interface PseudoLikelihood {
  /** Per unit: mean of log p(v_i | rest) over rows and units. */
  mean: number;
  /** Standard error of `mean` over the rows; Infinity for one row. */
  error: number;
  /** In total: mean over rows of Σ_i log p(v_i | rest), `visible` times the mean per unit. */
  total: number;
  /** Standard error of `total`. */
  totalError: number;
  /**
   * Per unit, that of the best model of independent units for these rows, which is its log-likelihood divided by
   * `visible`.
   */
  independent: number;
}

/**
 * Pseudo-log-likelihood (Besag 1975), log p(v_i | all other v): of a few random units of each row, or of all units.
 * References are `independent`, that of independent units, and -log 2 = -0.693 per unit for unbiased random bits. A
 * proxy for the likelihood, not a bound; its maximum is at the true parameters. With random units it is an unbiased
 * estimate of that of all units.
 * @param data at least one row; with one row the error is Infinity
 * @param options units: random units per row, with replacement, default 4; or 'all': each unit once, exactly
 * @throws TypeError for a wrong kind; RangeError for no rows, another width, visible units that are not two-valued, or
 *   more units than `visible`
 * @example
 * const data = barsAndStripes(2);
 * const { rbm } = await trainRbm(data, { hidden: 4, epochs: 10, learningRate: 0.1, outcome: false });
 * pseudoLikelihood(rbm, data, { units: 'all' }).mean; // nats per unit
 */
export function pseudoLikelihood(
  rbm: Rbm<BitRows, States>,
  data: BitRows,
  options: { units?: number | 'all'; seed?: Seed } = {},
): PseudoLikelihood {
  knownOptions('pseudoLikelihood', options, ['units', 'seed']);
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  twoValued(rbm);
  instanceOf('data', data, BitRows, 'BitRows');
  if (data.count === 0) throw new RangeError('"data" expected at least one row, got none');
  const { visible, hidden, weights, visibleBias, hiddenLayer } = rbm;
  const all = options.units === 'all';
  const units = all ? visible : integer('units', options.units ?? Math.min(4, visible), 1, visible);
  const { softplus, splitMix } = kernels();
  const key = streamKey(options.seed ?? 1, 'pseudoLikelihood');
  const inputs = rbm.hiddenInputs(data);
  const [low, high] = rbm.visibleLayer.levels as readonly [number, number];
  const most = Math.max(1, Math.floor(NUMBERS / hidden) - 1); // flips at a time
  const states = new Float64Array((Math.min(units, most) + 1) * hidden); // inputs as they are, then with a unit flipped
  const odds = new Float64Array(Math.min(units, most));
  let sum = 0;
  let squares = 0;
  for (let r = 0; r < data.count; r++) {
    const own = inputs.subarray(r * hidden, (r + 1) * hidden);
    states.set(own);
    let row = 0;
    for (let first = 0; first < units; first += most) {
      const count = Math.min(most, units - first);
      for (let k = 0; k < count; k++) {
        const place = first + k;
        const i = all ? place : unitNumber(splitMix(key, BigInt(r * units + place)), visible);
        const change = data.bit(r, i) ? low - high : high - low; // of v_i when flipped
        const at = (k + 1) * hidden;
        for (let j = 0; j < hidden; j++) states[at + j] = own[j] + change * weights[i * hidden + j];
        odds[k] = change * visibleBias[i];
      }
      const free = hiddenLayer.freeEnergy(states.subarray(0, (count + 1) * hidden));
      // log p(v_i | rest) = -softplus(F(v) - F(v flipped))
      for (let k = 0; k < count; k++) row -= softplus(free[0] - free[k + 1] + odds[k]);
    }
    sum += row / units;
    squares += (row / units) ** 2;
  }
  const mean = sum / data.count;
  const variance = Math.max(0, squares - data.count * mean * mean) / (data.count - 1);
  const error = data.count === 1 ? Infinity : Math.sqrt(variance / data.count);
  const independent = independentLogLikelihood(data) / visible;
  return { mean, error, total: visible * mean, totalError: visible * error, independent };
}

/** The number of a unit in [0, units) from 64 random bits. */
function unitNumber(bits: bigint, units: number): number {
  return Number((BigInt.asUintN(64, bits) * BigInt(units)) >> 64n);
}

/**
 * The share of the variance of rows that v → ⟨h⟩ → ⟨v⟩ does not explain, Σ (v - ⟨v⟩)² / Σ (v - mean)² over rows and
 * units; undefined if all columns are constant. It measures how much of a row the hidden units reproduce, not how
 * probable the row is.
 * @param data row-major [rows, visible], at least one row
 * @throws TypeError or RangeError for another length, or an entry that is not finite
 */
export function unexplainedVariance(rbm: Rbm<States, States>, data: Float32Array): number | undefined {
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  const { visible } = rbm;
  const rows = rowsOf('data', instanceOf('data', data, Float32Array, 'Float32Array'), visible);
  const sums = new Float64Array(visible);
  data.forEach((x, k) => {
    sums[k % visible] += finite(`data[${k}]`, x);
  });
  const back = rbm.meanVisible(rbm.meanHidden(data));
  let left = 0;
  let all = 0;
  data.forEach((x, k) => {
    left += (x - back[k]) ** 2;
    all += (x - sums[k % visible] / rows) ** 2;
  });
  return all === 0 ? undefined : left / all;
}

function twoValued(rbm: Rbm<BitRows, States>): void {
  const { kind, levels } = rbm.visibleLayer;
  if (!levels) refuse('rbm', 'visible units of two values', kind);
}
