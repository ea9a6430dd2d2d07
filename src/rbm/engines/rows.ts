/** The rows of data for the engines: their weights, their values as numbers, and the moments of the visible units. */

import { BitRows } from '../../util/bits.js';
import { lengthOf, positive, refuse } from '../../util/check.js';
import { RealRows } from '../../util/reals.js';
import { LAYERS, type States } from '../model/layers.js';
import { isReal } from './checkedOptions.js';
import type { UnitKinds } from './options.js';

/** Range of the means of a kind of units. */
const RANGES: Record<string, readonly [number, number]> = { bits: [0, 1], spins: [-1, 1], relu: [0, Infinity] };

/** Weights of mean 1, or undefined. @throws TypeError or RangeError unless there is one number > 0 per row */
export function importanceOf(
  data: { readonly count: number },
  weights: ArrayLike<number> | undefined,
): Float32Array | undefined {
  if (weights === undefined) return undefined;
  if (weights === null || typeof weights !== 'object' || !('length' in weights)) {
    refuse('sampleWeights', 'array of numbers', weights, 'type');
  }
  lengthOf('sampleWeights', weights, data.count);
  let sum = 0;
  for (let r = 0; r < data.count; r++) sum += positive(`sampleWeights[${r}]`, weights[r]);
  return Float32Array.from(weights, (w) => (w * data.count) / sum);
}

/** Weighted means of the visible units over the rows. */
export function meansOf(data: BitRows, importance: Float32Array | undefined): Float64Array {
  if (!importance) return data.means();
  const sums = new Float64Array(data.width);
  let total = 0;
  for (let r = 0; r < data.count; r++) {
    total += importance[r];
    for (let i = 0; i < data.width; i++) if (data.bit(r, i)) sums[i] += importance[r];
  }
  return sums.map((sum) => sum / total);
}

/**
 * The data as numbers.
 * @throws RangeError, naming the first entry, for numbers outside of the range of means of such units; TypeError for
 *   bits as real units
 */
export function numbersOf(data: BitRows | RealRows, { visible }: UnitKinds): RealRows {
  if (data instanceof BitRows) {
    if (isReal(visible)) refuse('data', `RealRows for ${visible} visible units`, data, 'type');
    const values = LAYERS[visible](new Float32Array(data.width)).values(data as States);
    return new RealRows(data.count, data.width, values as Float32Array);
  }
  const range = RANGES[visible];
  if (!range) return data;
  const bad = data.values.findIndex((x) => !(x >= range[0] && x <= range[1]));
  if (bad >= 0) {
    const place = `${Math.floor(bad / data.width)}, ${bad % data.width}`;
    refuse(`data[${place}]`, `number in [${range.join(', ')}] for ${visible} visible units`, data.values[bad]);
  }
  return data;
}

/** Weighted moments of the visible units over the rows. */
export interface Moments {
  means: Float64Array;
  /** ⟨(v - mean)²⟩. */
  variances: Float64Array;
}

/** The moments of the data; `tied`: common to all units. */
export function momentsOf(data: RealRows, importance: Float32Array | undefined, tied = false): Moments {
  const { count, width, values } = data;
  const weight = (r: number) => (importance ? importance[r] : 1);
  // relative to the first row, so that a constant column has a variance of exactly 0 for any weights
  const origin = importance ? values.slice(0, width) : new Float32Array(width);
  let total = 0;
  for (let r = 0; r < count; r++) total += weight(r);
  const sum = (term: (x: number, i: number) => number) => {
    const sums = new Float64Array(width);
    values.forEach((x, k) => {
      sums[k % width] += weight(Math.floor(k / width)) * term(x, k % width);
    });
    return sums.map((all) => all / total);
  };
  // tied units have common moments
  const common = (all: Float64Array) => (tied ? all.fill(all.reduce((a, b) => a + b, 0) / width) : all);
  const means = common(sum((x, i) => x - origin[i]).map((mean, i) => origin[i] + mean));
  return { means, variances: common(sum((x, i) => (x - means[i]) * (x - means[i]))) };
}
