/** Rows of real numbers: values of units that are not two-valued. */

import { integer, lengthOf, refuse } from './check.js';
import { INSPECT, shownAs } from './inspect.js';

/**
 * Rows of real numbers: the form of data for units that are not two-valued, or that are known by their means.
 * @example
 * const rows = new RealRows(2, 3, Float32Array.of(1, 2, 3, 4, 5, 6));
 * rows.means(); // [2.5, 3.5, 4.5]
 */
export class RealRows {
  /**
   * @param count number of rows
   * @param width numbers per row
   * @param values row-major [count, width]; kept, not copied
   * @throws TypeError if an argument is of the wrong kind; RangeError if `count` or `width` is out of range, for
   *   another length, or a number that is not finite
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

  /**
   * Row `row`, a view.
   * @throws TypeError if not a number; RangeError if there is no such row
   */
  row(row: number): Float32Array {
    integer('row', row, 0, this.count - 1);
    return this.values.subarray(row * this.width, (row + 1) * this.width);
  }

  /** Mean of each column, in a fresh array [width]; NaN without rows. */
  means(): Float64Array {
    return this.#columns((x) => x);
  }

  /** Variance of each column, (1/count) Σ (x - mean)², in a fresh array [width]; NaN without rows. */
  variances(): Float64Array {
    const means = this.means();
    return this.#columns((x, i) => (x - means[i]) ** 2);
  }

  /**
   * (x - mean)/deviation of each column, the scale on which Gaussian units learn best; columns that do not vary become
   * 0, with deviation 1.
   * @returns fresh rows, and the numbers that invert the map: x = mean + deviation·standardised
   * @throws RangeError if a result is not finite in float32
   */
  standardised(): { rows: RealRows; means: Float64Array; deviations: Float64Array } {
    const means = this.means();
    const deviations = this.variances().map((variance) => Math.sqrt(variance) || 1);
    const { count, width } = this;
    const values = this.values.map((x, k) => (x - means[k % width]) / deviations[k % width]);
    return { rows: new RealRows(count, width, values), means, deviations };
  }

  /** What `console.log` shows in Node. */
  [INSPECT](_depth: number, options: object, inspect: Parameters<typeof shownAs>[3]): string {
    return shownAs('RealRows', { count: this.count, width: this.width }, options, inspect);
  }

  #columns(term: (x: number, i: number) => number): Float64Array {
    const sums = new Float64Array(this.width);
    for (let k = 0; k < this.values.length; k++) sums[k % this.width] += term(this.values[k], k % this.width);
    return sums.map((sum) => sum / this.count);
  }
}
