import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { neighbourCorrelation, ringField, templateOverlap, unevenness } from '../../src/fields/ring.js';
import { BitRows } from '../../src/util/bits.js';

const test = suite('fields/ring');

test('overlaps with templates: a copy, a pair and a block are found as such, across the seam of the ring', () => {
  for (const k of [1, 2, 5]) {
    const field = new Float32Array(20);
    for (let j = 0; j < k; j++) field[(18 + j) % 20] = -0.7;
    const { width, overlaps, locality, shuffled } = ringField(
      field,
      Uint32Array.from({ length: 20 }, (_, i) => (7 * i) % 20),
    );
    assert.is(width, k);
    overlaps.forEach((overlap, at) => {
      const expected = Math.min(k, at + 1) / Math.sqrt(k * (at + 1));
      assert.ok(Math.abs(overlap - expected) < 1e-6, `${k} sites, template ${at + 1}: ${overlap}, ${expected}`);
    });
    assert.ok(Math.abs(locality!.area - k) < 1e-6);
    // sites seven apart are nobody's neighbours: a single one of them fits a pair
    assert.ok(Math.abs(shuffled.pair - 1 / Math.sqrt(2 * k)) < 1e-6);
  }
  assert.is(templateOverlap(new Float32Array(8), 2), 0);
});

test('unevenness: 0 of equal gaps, also across the seam; 1 of two units at one place on a ring', () => {
  assert.is(unevenness([1, 5, 9], 12), 0);
  assert.is(unevenness([3, 3], 10), 1);
  assert.is(unevenness([4], 10), 0);
});

test('neighbours: units that are equal correlate fully, with the sign of their fields; those that never change are left out', () => {
  const rows = new BitRows(4, 3, Uint8Array.of(0b111, 0b100, 0b111, 0b100));
  const [one, two, constant] = [0, 1, 2].map((unit) => ({ unit, sign: 1 }));
  assert.equal(neighbourCorrelation(rows, [one, two, constant]), { mean: 1, error: 0 });
  assert.equal(neighbourCorrelation(rows, [one, { ...two, sign: -1 }]), { mean: -1, error: 0 });
  assert.equal(neighbourCorrelation(rows, [one, constant]), { mean: 0, error: 0 });
});

test.run();
