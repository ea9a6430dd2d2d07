/** Rows of real numbers: the form of data for units that are not two-valued, or that are known by their means. */

import { integer, lengthOf, refuse } from './check.js';
import { INSPECT, shownAs } from './inspect.js';

export class RealRows {
  /**
   * @param count number of rows
   * @param width numbers a row
   * @param values row-major [count, width]; kept, not copied
   * @throws TypeError if they are no Float32Array, RangeError for another length or a number that is not finite
   */
  constructor(
    readonly count: number,
    readonly width: number,
    readonly values: Float32Array,
  ) {
    integer('count', count, 0);
    integer('width', width);
    if (!(values instanceof Float32Array)) refuse('values', 'Float32Array', values, 'type');
    lengthOf('values', values, count * width);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) refuse(`values[${bad}]`, 'finite number', values[bad]);
  }

  /** Row `row`, a view. */
  row(row: number): Float32Array {
    integer('row', row, 0, this.count - 1);
    return this.values.subarray(row * this.width, (row + 1) * this.width);
  }

  /** Mean of each column. */
  means(): Float64Array {
    return this.#columns((x) => x);
  }

  /** Mean square distance of each column from its mean. */
  variances(): Float64Array {
    const means = this.means();
    return this.#columns((x, i) => (x - means[i]) ** 2);
  }

  /**
   * (x - mean)/deviation of each column, which is what Gaussian units learn from best; columns that do not vary become
   * 0, with deviation 1.
   * @returns fresh rows, and what takes them back: x = mean + deviation·standardised
   */
  standardised(): { rows: RealRows; means: Float64Array; deviations: Float64Array } {
    const means = this.means();
    const deviations = this.variances().map((variance) => Math.sqrt(variance) || 1);
    const { count, width } = this;
    const values = this.values.map((x, k) => (x - means[k % width]) / deviations[k % width]);
    return { rows: new RealRows(count, width, values), means, deviations };
  }

  [INSPECT](_depth: number, options: object, inspect: Parameters<typeof shownAs>[3]): string {
    return shownAs('RealRows', { count: this.count, width: this.width }, options, inspect);
  }

  #columns(term: (x: number, i: number) => number): Float64Array {
    const sums = new Float64Array(this.width);
    for (let k = 0; k < this.values.length; k++) sums[k % this.width] += term(this.values[k], k % this.width);
    return sums.map((sum) => sum / this.count);
  }
}
