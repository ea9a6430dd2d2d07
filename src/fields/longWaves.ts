/** How much of the long waves of configurations the numbers of a layer hold, without places or signs of its units. */

import type { SpinData } from '../ising/data/spinData.js';
import { checkSquareData, eachConfiguration, wave } from '../ising/measure/series.js';
import { solveDefinite } from '../linear/definite.js';
import type { Matrix } from '../linear/matrix.js';
import { multiply } from '../linear/products.js';
import { BitRows } from '../util/bits.js';
import { instanceOf, integer, refuse } from '../util/check.js';

/** Shares of the rows to learn from, to choose the penalty by, and to judge by. */
const SPLIT = { learn: 0.6, choose: 0.15 };
/** Ridge penalties that are tried, in units of the mean diagonal of the kernel. */
const PENALTIES = [1e-3, 0.03, 1, 30];
const MIN_ROWS = 200;

/** Share of the variance of long waves that can be told from the numbers of a layer, R² on rows that were not learned from. */
export interface LongWaveShare {
  /**
   * Of m(k) = Σ_x s_x e^{ikx}, linear in the numbers; the mean over k = 0 and the two longest waves, cosine and sine.
   */
  magnetisation: number;
  /**
   * Of e(k) = Σ_x s_x (s_{x+right} + s_{x+down}) e^{ikx}, linear in the products of any two of the numbers (all pairs, by
   * kernel ridge regression); the same waves.
   */
  energy: number;
}

/**
 * How much of the long waves of configurations can be told from a layer: ridge regression, its penalty chosen on rows of its
 * own, R² on others again (60, 15 and 25 % of the rows). It does not ask where the units are, nor for their signs, so that it
 * is defined for every layer: of block spins it is near 1, of units that see noise near 0 (or below, where nothing was
 * learned). 1200 rows to learn from tell less of many products than all would: compare layers of as many units and rows.
 * @param data configurations on a periodic square lattice
 * @param layer two-valued numbers of the same rows, such as `rbm.sampleHidden(data, seed)`
 * @throws TypeError or RangeError for data of another lattice, fewer than 200 rows, or layers with another number of rows
 */
export function longWaveShare(data: SpinData, layer: BitRows): LongWaveShare {
  checkSquareData('data', data);
  instanceOf('layer', layer, BitRows, 'BitRows');
  integer('data.count', data.count, MIN_ROWS);
  if (layer.count !== data.count) refuse('layer', `${data.count} rows, as the data`, layer.count);
  const { magnetisation, energy } = wavesOf(data);
  const spins = spinMatrix(layer);
  const gram = multiply(spins, spins, { transposeB: true }).values;
  const scale = 1 / layer.width;
  const linear = gram.map((x) => x * scale);
  const squared = linear.map((x) => x * x);
  return {
    magnetisation: shareTold(linear, magnetisation, data.count),
    energy: shareTold(squared, energy, data.count),
  };
}

/** Rows of ±1. */
function spinMatrix(rows: BitRows): Matrix {
  const values = new Float64Array(rows.count * rows.width);
  for (let row = 0; row < rows.count; row++) {
    for (let i = 0; i < rows.width; i++) values[row * rows.width + i] = 2 * rows.bit(row, i) - 1;
  }
  return { rows: rows.count, columns: rows.width, values };
}

/** m(k) and e(k) of each row, real parts and, for k ≠ 0, imaginary ones: [rows, 5] each. */
function wavesOf(data: SpinData): { magnetisation: Float64Array; energy: Float64Array } {
  const [height, width] = data.shape;
  const sites = data.width;
  const along = wave(1, width).map((part) => Float64Array.from({ length: sites }, (_, i) => part[i % width]));
  const down = wave(1, height).map((part) =>
    Float64Array.from({ length: sites }, (_, i) => part[Math.floor(i / width)]),
  );
  const waves = [new Float64Array(sites).fill(1), ...along, ...down];
  const magnetisation = new Float64Array(data.count * waves.length);
  const energy = new Float64Array(data.count * waves.length);
  const bonds = new Int8Array(sites);
  eachConfiguration(data, (s, row) => {
    for (let i = 0; i < sites; i++) {
      const right = i - (i % width) + ((i + 1) % width);
      bonds[i] = s[i] * (s[right] + s[(i + width) % sites]);
    }
    waves.forEach((part, k) => {
      for (let i = 0; i < sites; i++) {
        magnetisation[row * waves.length + k] += part[i] * s[i];
        energy[row * waves.length + k] += part[i] * bonds[i];
      }
    });
  });
  return { magnetisation, energy };
}

/**
 * Mean over the targets of R² = 1 - Σ(y - ŷ)²/Σ(y - ȳ)² on the last rows, of kernel ridge regression with an intercept.
 * @param kernel [rows, rows]
 * @param targets [rows, number of targets]
 */
function shareTold(kernel: Float64Array, targets: Float64Array, rows: number): number {
  const count = targets.length / rows;
  const learn = Math.floor(SPLIT.learn * rows);
  const chosen = learn + Math.floor(SPLIT.choose * rows);
  // the intercept: kernel and targets less their means over the rows that are learned from
  const means = Float64Array.from({ length: rows }, (_, a) => {
    let sum = 0;
    for (let b = 0; b < learn; b++) sum += kernel[a * rows + b];
    return sum / learn;
  });
  let all = 0;
  for (let a = 0; a < learn; a++) all += means[a] / learn;
  const at = (a: number, b: number) => kernel[a * rows + b] - means[a] - means[b] + all;
  const middle = Float64Array.from({ length: count }, (_, t) => {
    let sum = 0;
    for (let a = 0; a < learn; a++) sum += targets[a * count + t];
    return sum / learn;
  });
  const known = Float64Array.from({ length: learn * count }, (_, k) => targets[k] - middle[k % count]);
  const own = Float64Array.from({ length: learn * learn }, (_, k) => at(Math.floor(k / learn), k % learn));
  let diagonal = 0;
  for (let a = 0; a < learn; a++) diagonal += own[a * learn + a] / learn;
  if (!(diagonal > 0)) return 0; // numbers that never change tell nothing

  /** Mean R² over rows [from, to). */
  const share = (weights: Float64Array, from: number, to: number): number => {
    const [errors, squares] = [new Float64Array(count), new Float64Array(count)];
    const mean = Float64Array.from({ length: count }, (_, t) => {
      let sum = 0;
      for (let a = from; a < to; a++) sum += targets[a * count + t];
      return sum / (to - from);
    });
    for (let a = from; a < to; a++) {
      const told = middle.slice();
      for (let b = 0; b < learn; b++) {
        const x = at(a, b);
        for (let t = 0; t < count; t++) told[t] += x * weights[b * count + t];
      }
      for (let t = 0; t < count; t++) {
        errors[t] += (targets[a * count + t] - told[t]) ** 2;
        squares[t] += (targets[a * count + t] - mean[t]) ** 2;
      }
    }
    return errors.reduce((sum, error, t) => sum + 1 - error / squares[t], 0) / count;
  };

  let best = { chosen: Number.NEGATIVE_INFINITY, judged: 0 };
  for (const penalty of PENALTIES) {
    const shifted = own.slice();
    for (let a = 0; a < learn; a++) shifted[a * learn + a] += penalty * diagonal;
    const weights = solveDefinite(shifted, known, learn, count);
    const quality = share(weights, learn, chosen);
    if (quality > best.chosen) best = { chosen: quality, judged: share(weights, chosen, rows) };
  }
  return best.judged;
}
