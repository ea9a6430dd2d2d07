/** Which block spins the units of a layer are most like. */

import type { SpinData } from '../ising/data/spinData.js';
import { checkSquareData, eachConfiguration } from '../ising/measure/series.js';
import { multiply } from '../linear/products.js';
import { BitRows } from '../util/bits.js';
import { instanceOf, integer, refuse } from '../util/check.js';

/** The best block of each unit. */
export interface BlockMatch {
  /** |corr(h_j, sign Σ_block s)|, [units]. */
  correlations: Float64Array;
  /** The upper left site of the block, [units]; the first of equals. */
  sites: Int32Array;
}

/**
 * The largest correlation |corr(h_j, sign Σ_block s)| of each unit with the majority of a b×b block, over all places of the
 * block on the torus, and where that block is; ties of a block count as 0. 1 - 1/(number of ties) or so for a true block spin, 0 for a unit that never
 * changes. Among L² places the largest of as many correlations of noise is about √(2 ln L²/rows).
 * @param layer two-valued numbers of the same rows
 * @throws TypeError or RangeError for data of another lattice, b larger than its sides, or another number of rows
 */
export function blockMatch(data: SpinData, layer: BitRows, b: number): BlockMatch {
  checkSquareData('data', data);
  instanceOf('layer', layer, BitRows, 'BitRows');
  const [height, width] = data.shape;
  integer('b', b, 1, Math.min(height, width));
  if (layer.count !== data.count) refuse('layer', `${data.count} rows, as the data`, layer.count);
  const rows = data.count;
  const units = new Float64Array(rows * layer.width);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < layer.width; j++) units[row * layer.width + j] = layer.bit(row, j);
  }
  const blocks = new Float64Array(rows * data.width);
  const along = new Int32Array(data.width);
  eachConfiguration(data, (s, row) => {
    // sums over b sites along rows, then down columns
    for (let i = 0; i < s.length; i++) {
      along[i] = 0;
      for (let k = 0; k < b; k++) along[i] += s[i - (i % width) + ((i + k) % width)];
    }
    for (let i = 0; i < s.length; i++) {
      let sum = 0;
      for (let k = 0; k < b; k++) sum += along[(i + k * width) % s.length];
      blocks[row * data.width + i] = Math.sign(sum);
    }
  });
  const { values } = multiply(
    { rows, columns: layer.width, values: standardised(units, rows) },
    { rows, columns: data.width, values: standardised(blocks, rows) },
    { transposeA: true },
  );
  const correlations = new Float64Array(layer.width);
  const sites = new Int32Array(layer.width);
  for (let j = 0; j < layer.width; j++) {
    for (let i = 0; i < data.width; i++) {
      const size = Math.abs(values[j * data.width + i]);
      if (size <= correlations[j]) continue;
      correlations[j] = size;
      sites[j] = i;
    }
  }
  return { correlations, sites };
}

/** Columns of mean 0 and Σ² = 1, [rows, columns], in place; zeros for a constant one. */
function standardised(values: Float64Array, rows: number): Float64Array {
  const columns = values.length / rows;
  for (let j = 0; j < columns; j++) {
    let sum = 0;
    for (let k = j; k < values.length; k += columns) sum += values[k];
    const mean = sum / rows;
    let squares = 0;
    for (let k = j; k < values.length; k += columns) squares += (values[k] - mean) ** 2;
    const scale = squares > 1e-9 ? 1 / Math.sqrt(squares) : 0;
    for (let k = j; k < values.length; k += columns) values[k] = (values[k] - mean) * scale;
  }
  return values;
}
