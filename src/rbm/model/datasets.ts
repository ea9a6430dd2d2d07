/** Small data sets with a known max likelihood: each row has the probability 1/rows; images that are in it twice have twice that. */

import { BitRows } from '../../util/bits.js';
import { integer } from '../../util/check.js';

/**
 * Bars and stripes (MacKay 2003, section 43.2): all n×n images with rows, or with columns, of one colour each; 2^(n+1)
 * rows of n² bits, the blank and the full image twice. First the stripes (row y is bit y of the number), then the bars.
 * @throws TypeError or RangeError if n is not an integer from 1 to 16
 */
export function barsAndStripes(n: number): BitRows {
  integer('n', n, 1, 16);
  const count = 2 ** n;
  const rows = new BitRows(2 * count, n * n);
  for (let code = 0; code < count; code++) {
    for (let y = 0; y < n; y++) {
      for (let x = 0; x < n; x++) {
        const site = y * n + x;
        if ((code >> y) & 1) set(rows, code, site);
        if ((code >> x) & 1) set(rows, count + code, site);
      }
    }
  }
  return rows;
}

/**
 * The labelled shifter (Hinton & Sejnowski 1986): a pattern of n bits, the same pattern shifted cyclically by one bit
 * to the left, not at all, or to the right, and a one-hot code of the shift in three bits; 3·2^n rows of 2n + 3 bits.
 * @throws TypeError or RangeError if n is not an integer from 1 to 16
 */
export function labelledShifter(n: number): BitRows {
  integer('n', n, 1, 16);
  const count = 2 ** n;
  const rows = new BitRows(3 * count, 2 * n + 3);
  for (let shift = 0; shift < 3; shift++) {
    for (let code = 0; code < count; code++) {
      const row = shift * count + code;
      for (let i = 0; i < n; i++) {
        if (!((code >> i) & 1)) continue;
        set(rows, row, i);
        set(rows, row, n + ((i + shift - 1 + n) % n));
      }
      set(rows, row, 2 * n + shift);
    }
  }
  return rows;
}

function set(rows: BitRows, row: number, i: number): void {
  rows.bytes[row * rows.stride + (i >> 3)] |= 1 << (i & 7);
}
