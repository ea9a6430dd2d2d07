/** First and second moments of many observables measured together, in blocks of time, for jackknife errors. */

import { lengthOf } from '../util/check.js';

/** Blocks are merged in pairs when there are as many. */
const MAX_BLOCKS = 128;

interface Block {
  count: number;
  /** Σ x, [n]. */
  sums: Float64Array;
  /** Σ x xᵀ, row-major [n, n]; entries above the diagonal are not used. */
  products: Float64Array;
}

/** Means and covariances of n observables, of all rows or of all but one block. */
export interface Moments {
  count: number;
  /** ⟨x_i⟩. */
  mean(i: number): number;
  /** ⟨x_i x_j⟩ - ⟨x_i⟩⟨x_j⟩. */
  covariance(i: number, j: number): number;
}

/**
 * Moments of rows of n observables that arrive in the order of time. The blocks, 64 to 127 of one length where there are as
 * many rows, grow with the number of rows: memory does not. Sums are of differences from the first row, so that a large mean
 * costs no digits.
 */
export class BlockMoments {
  #origin: Float64Array | undefined;
  #blocks: Block[] = [];
  /** Rows per block. */
  #length = 1;
  readonly #difference: Float64Array;

  constructor(
    /** Number of observables. */
    readonly size: number,
  ) {
    this.#difference = new Float64Array(size);
  }

  /** Number of rows. */
  get count(): number {
    return this.#blocks.reduce((sum, { count }) => sum + count, 0);
  }

  /** Number of blocks. */
  get blocks(): number {
    return this.#blocks.length;
  }

  /** Adds one row of observables. */
  add(row: ArrayLike<number>): void {
    lengthOf('row', row as Float64Array, this.size);
    this.#origin ??= Float64Array.from(row);
    const n = this.size;
    const block = this.#open();
    const { sums, products } = block;
    const difference = this.#difference;
    for (let i = 0; i < n; i++) difference[i] = row[i] - this.#origin[i];
    for (let i = 0; i < n; i++) {
      const own = difference[i];
      sums[i] += own;
      for (let j = 0, at = i * n; j <= i; j++, at++) products[at] += own * difference[j];
    }
    block.count++;
  }

  /** The block that the next row belongs to. */
  #open(): Block {
    const full = () => (this.#blocks.at(-1)?.count ?? this.#length) === this.#length;
    if (full() && this.#blocks.length === MAX_BLOCKS) this.#merge();
    if (full()) this.#blocks.push(emptyBlock(this.size));
    return this.#blocks[this.#blocks.length - 1];
  }

  #merge(): void {
    const merged: Block[] = [];
    for (let k = 0; k < this.#blocks.length; k += 2) {
      const [one, other] = [this.#blocks[k], this.#blocks[k + 1]];
      addTo(one, other, 1);
      merged.push(one);
    }
    this.#blocks = merged;
    this.#length *= 2;
  }

  /** Moments of all rows. */
  moments(): Moments {
    return this.#momentsOf(this.#total());
  }

  /**
   * A function of the moments with its jackknife errors: `statistic` gives several numbers, a NaN where one is not defined.
   * Blocks of unequal length as in `jackknife`.
   * @returns per number its value at all moments, and its error; NaN where it is not defined without one of the blocks
   */
  jackknife(statistic: (moments: Moments) => ArrayLike<number>): { value: number; error: number }[] {
    const total = this.#total();
    const values = Float64Array.from(statistic(this.#momentsOf(total)));
    const without = this.#blocks.map((block) => {
      addTo(total, block, -1);
      const theta = Float64Array.from(statistic(this.#momentsOf(total)));
      addTo(total, block, 1);
      return { h: this.count / block.count, theta };
    });
    return Array.from(values, (value, k) => {
      const parts = without.map(({ h, theta }) => ({ h, difference: value - theta[k] }));
      // corrected = value + Σ (1 - 1/h)(value - θ)
      const shift = parts.reduce((sum, { h, difference }) => sum + (1 - 1 / h) * difference, 0);
      const squares = parts.reduce((sum, { h, difference }) => sum + ((h - 1) * difference - shift) ** 2 / (h - 1), 0);
      return { value, error: Math.sqrt(squares / parts.length) };
    });
  }

  #total(): Block {
    const total = emptyBlock(this.size);
    for (const block of this.#blocks) addTo(total, block, 1);
    return total;
  }

  #momentsOf({ count, sums, products }: Block): Moments {
    const n = this.size;
    return {
      count,
      mean: (i) => (this.#origin as Float64Array)[i] + sums[i] / count,
      covariance: (i, j) => {
        const product = products[i >= j ? i * n + j : j * n + i];
        return product / count - (sums[i] / count) * (sums[j] / count);
      },
    };
  }
}

const emptyBlock = (n: number): Block => ({
  count: 0,
  sums: new Float64Array(n),
  products: new Float64Array(n * n),
});

function addTo(block: Block, other: Block, sign: 1 | -1): void {
  block.count += sign * other.count;
  for (let i = 0; i < block.sums.length; i++) block.sums[i] += sign * other.sums[i];
  for (let i = 0; i < block.products.length; i++) block.products[i] += sign * other.products[i];
}
