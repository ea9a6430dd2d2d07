/** Rows of bits: configurations of two-valued units. */

import { integer, refuse, withRoom } from './check.js';
import { INSPECT, shownAs } from './inspect.js';

function emptyRows(count: number, width: number): Uint8Array {
  const size = integer('count', count, 0) * Math.ceil(integer('width', width) / 8);
  return withRoom('count', count, () => new Uint8Array(size));
}

/**
 * Rows of bits: the form in which configurations of two-valued units are kept everywhere in this package.
 * Row r starts at byte r·stride, stride = ceil(width/8); bit i of a row is bit i mod 8 of its byte ⌊i/8⌋ (NumPy's
 * `bitorder='little'`). A set bit is spin +1 or unit value 1; bits past `width` are zero.
 * @example
 * const rows = new BitRows(2, 3); // two rows of three bits, all 0
 * rows.bytes[1] = 0b101;
 * rows.row(1); // [1, 0, 1]
 */
export class BitRows {
  /** Bytes per row. */
  readonly stride: number;

  /**
   * @param count number of rows
   * @param width bits per row
   * @param bytes count·ceil(width/8) bytes, kept, not copied; all zero by default
   * @throws TypeError if an argument is of the wrong kind; RangeError if `count` or `width` is out of range, the
   *   length does not fit, a bit past `width` is set, or there is no memory for `count` rows
   */
  constructor(
    readonly count: number,
    readonly width: number,
    readonly bytes: Uint8Array = emptyRows(count, width),
  ) {
    integer('count', count, 0);
    integer('width', width);
    if (!(bytes instanceof Uint8Array)) refuse('bytes', 'Uint8Array', bytes, 'type');
    this.stride = Math.ceil(width / 8);
    if (bytes.length !== count * this.stride) {
      throw new RangeError(`"bytes" expected ${count} rows of ${this.stride} bytes, got ${bytes.length} bytes`);
    }
    const spare = this.stride * 8 - width;
    if (spare > 0) {
      const mask = 0xff & ~(0xff >> spare);
      for (let r = 0; r < count; r++) {
        if (bytes[(r + 1) * this.stride - 1] & mask) {
          throw new RangeError(`"bytes" expected zero bits past width ${width}, row ${r} has others`);
        }
      }
    }
  }

  /** Bit `i` of row `row`, 0 or 1; the arguments are not checked. */
  bit(row: number, i: number): 0 | 1 {
    return ((this.bytes[row * this.stride + (i >> 3)] >> (i & 7)) & 1) as 0 | 1;
  }

  /**
   * Row `row` as a fresh array of 0 and 1.
   * @throws TypeError if not a number; RangeError if there is no such row
   */
  row(row: number): Uint8Array {
    integer('row', row, 0, this.count - 1);
    return Uint8Array.from({ length: this.width }, (_, i) => this.bit(row, i));
  }

  /** Fraction of set bits in each column, in a fresh array [width]; NaN without rows. */
  means(): Float64Array {
    const { bytes, stride } = this;
    const sums = new Float64Array(stride * 8);
    const counts = new Uint32Array(256); // of each value of a byte
    for (let place = 0; place < stride; place++) {
      counts.fill(0);
      for (let at = place; at < bytes.length; at += stride) counts[bytes[at]]++;
      for (let value = 1; value < 256; value++) {
        const count = counts[value];
        for (let rest = value, i = 8 * place; count > 0 && rest > 0; rest >>= 1, i++) sums[i] += count * (rest & 1);
      }
    }
    return sums.subarray(0, this.width).map((sum) => sum / this.count);
  }

  /** What `console.log` shows in Node. */
  [INSPECT](_depth: number, options: object, inspect: Parameters<typeof shownAs>[3]): string {
    return shownAs('BitRows', { count: this.count, width: this.width }, options, inspect);
  }
}
