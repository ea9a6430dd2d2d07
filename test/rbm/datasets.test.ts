import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { barsAndStripes, labelledShifter } from '../../src/rbm/model/datasets.js';
import type { BitRows } from '../../src/util/bits.js';
import { refuses } from '../assert.js';

const test = suite('rbm/datasets');

/** The best mean log-likelihood that any model can have: Σ_rows log(multiplicity/rows) / rows. */
function bound(data: BitRows): number {
  const counts = new Map<string, number>();
  for (let r = 0; r < data.count; r++) counts.set(data.row(r).join(''), (counts.get(data.row(r).join('')) ?? 0) + 1);
  let sum = 0;
  for (const count of counts.values()) sum += count * Math.log(count / data.count);
  return sum / data.count;
}

test('bars and stripes are all images of whole rows or whole columns, no others', () => {
  for (const n of [1, 2, 3, 4]) {
    const data = barsAndStripes(n);
    assert.is(data.count, 2 ** (n + 1));
    assert.is(data.width, n * n);
    const images = new Set(Array.from({ length: data.count }, (_, r) => data.row(r).join('')));
    let expected = 0;
    for (let code = 0; code < 2 ** (n * n); code++) {
      const bit = (y: number, x: number) => (code >> (y * n + x)) & 1;
      const sides = Array.from({ length: n }, (_, k) => k);
      const stripes = sides.every((y) => sides.every((x) => bit(y, x) === bit(y, 0)));
      const bars = sides.every((x) => sides.every((y) => bit(y, x) === bit(0, x)));
      if (!stripes && !bars) continue;
      expected++;
      assert.ok(images.has(Array.from({ length: n * n }, (_, i) => (code >> i) & 1).join('')), `${n}: image ${code}`);
    }
    assert.is(images.size, expected);
  }
});

test('the best likelihoods are those of the literature', () => {
  assert.is(bound(barsAndStripes(2)).toFixed(6), '-1.732868');
  assert.is((16 * bound(barsAndStripes(3))).toFixed(4), '-41.5888');
  assert.is((32 * bound(barsAndStripes(4))).toFixed(4), '-108.1310');
  assert.is((48 * bound(labelledShifter(4))).toFixed(4), '-185.8176');
});

test('the labelled shifter shifts as its label says', () => {
  const data = labelledShifter(5);
  assert.is(data.count, 96);
  assert.is(data.width, 13);
  const seen = new Set<string>();
  for (let r = 0; r < data.count; r++) {
    const row = [...data.row(r)];
    seen.add(row.join(''));
    const label = row.slice(10);
    assert.is(
      label.reduce((sum, bit) => sum + bit, 0),
      1,
    );
    const shift = label.indexOf(1) - 1;
    for (let i = 0; i < 5; i++) assert.is(row[5 + ((i + shift + 5) % 5)], row[i]);
  }
  assert.is(seen.size, 96);
});

test('refuses sizes that are none', () => {
  for (const work of [barsAndStripes, labelledShifter]) {
    for (const n of [0, 1.5, 17]) refuses(() => work(n), RangeError, /^"n" expected integer in \[1, 16\], got/);
  }
});

test.run();
