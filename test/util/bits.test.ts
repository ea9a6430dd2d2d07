import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BitRows } from '../../src/util/bits.js';
import { refuses } from '../assert.js';
import { Draws } from '../reference/draws.js';
import { packRows } from '../reference/units.js';

const test = suite('util/bits');

test('bit i of a row is bit i mod 8 of its byte ⌊i/8⌋', () => {
  const rows = new BitRows(2, 10, Uint8Array.of(0b10000001, 0b10, 0b01100000, 0b01));
  assert.is(rows.stride, 2);
  assert.equal([...rows.row(0)], [1, 0, 0, 0, 0, 0, 0, 1, 0, 1]);
  assert.equal([...rows.row(1)], [0, 0, 0, 0, 0, 1, 1, 0, 1, 0]);
  assert.is(rows.bit(0, 9), 1);
  assert.is(rows.bit(1, 9), 0);
});

test('rows and means of random bits, of any width', () => {
  for (const width of [1, 7, 8, 9, 16, 17, 61]) {
    for (const count of [1, 2, 13]) {
      const bits = new Draws(width * 100 + count).bits(count * width);
      const rows = new BitRows(count, width, packRows(bits, count, width));
      const sums = new Float64Array(width);
      for (let r = 0; r < count; r++) {
        const row = bits.slice(r * width, (r + 1) * width);
        assert.equal(rows.row(r), row);
        row.forEach((bit, i) => {
          assert.is(rows.bit(r, i), bit);
          sums[i] += bit;
        });
      }
      assert.equal(
        rows.means(),
        sums.map((sum) => sum / count),
      );
    }
  }
});

test('rows are fresh, bytes are kept', () => {
  const bytes = Uint8Array.of(1, 2);
  const rows = new BitRows(2, 8, bytes);
  assert.is(rows.bytes, bytes);
  rows.row(0).fill(0);
  assert.is(rows.bit(0, 0), 1);
});

test('without bytes, all is zero; no rows are allowed', () => {
  const rows = new BitRows(3, 9);
  assert.equal(rows.bytes, new Uint8Array(6));
  assert.equal(rows.means(), new Float64Array(9));
  assert.is(new BitRows(0, 9).bytes.length, 0);
  assert.ok(new BitRows(0, 2).means().every(Number.isNaN), 'the mean of nothing is not a number');
});

test('a length that does not fit is refused', () => {
  refuses(() => new BitRows(2, 9, new Uint8Array(3)), RangeError, '"bytes" expected 2 rows of 2 bytes, got 3 bytes');
  refuses(() => new BitRows(2, 9, new Uint8Array(5)), RangeError, /got 5 bytes/);
  refuses(() => new BitRows(0, 9, new Uint8Array(1)), RangeError, /expected 0 rows/);
});

test('set bits past the width are refused, in any row, at any spare place', () => {
  for (let width = 1; width <= 16; width++) {
    const stride = Math.ceil(width / 8);
    for (let bit = 0; bit < 8 * stride; bit++) {
      for (const row of [0, 1, 2]) {
        const bytes = new Uint8Array(3 * stride);
        bytes[row * stride + (bit >> 3)] = 1 << (bit & 7);
        if (bit < width) assert.is(new BitRows(3, width, bytes).bit(row, bit), 1);
        else
          refuses(
            () => new BitRows(3, width, bytes),
            RangeError,
            `"bytes" expected zero bits past width ${width}, row ${row} has others`,
          );
      }
    }
  }
});

test('counts, widths and rows that are none are refused', () => {
  refuses(() => new BitRows(-1, 8), RangeError, '"count" expected integer >= 0, got -1');
  refuses(() => new BitRows(1.5, 8), RangeError, '"count" expected integer >= 0, got 1.5');
  refuses(() => new BitRows(1, 0), RangeError, '"width" expected positive integer, got 0');
  refuses(() => new BitRows('1' as never, 8), TypeError, '"count" expected integer >= 0, got "1"');
  refuses(() => new BitRows(2, 8).row(2), RangeError, '"row" expected integer in [0, 1], got 2');
  refuses(() => new BitRows(2, 8).row(-1), RangeError, /got -1$/);
  refuses(() => new BitRows(2, 8).row(0.5), RangeError, /got 0.5$/);
});

test.run();
