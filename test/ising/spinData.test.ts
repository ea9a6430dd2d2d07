import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SpinData } from '../../src/ising/data/spinData.js';
import { BitRows } from '../../src/util/bits.js';

const test = suite('ising/spinData');

const provenance = { source: 'this test' };

test('bits are spins, the lowest bit first, rows on whole bytes', () => {
  const data = new SpinData(2, [3, 3], Uint8Array.of(0b00000101, 1, 0b10000000, 0), provenance);
  assert.ok(data instanceof BitRows);
  assert.is(data.width, 9);
  assert.equal([...data.spins(0)], [1, -1, 1, -1, -1, -1, -1, -1, 1]);
  assert.equal([...data.spins(1)], [-1, -1, -1, -1, -1, -1, -1, 1, -1]);
  assert.equal(data.shape, [3, 3]);
  assert.equal(data.provenance, provenance);
});

test('each call gives a fresh array', () => {
  const data = new SpinData(1, [2, 2], Uint8Array.of(3), provenance);
  data.spins(0)[0] = 77;
  assert.equal([...data.spins(0)], [1, 1, -1, -1]);
});

test('refuses what does not fit', () => {
  const range = (work: () => unknown, pattern: RegExp) =>
    assert.throws(work, (error: Error) => error instanceof RangeError && pattern.test(error.message));
  range(
    () => new SpinData(2, [3, 3], new Uint8Array(3), provenance),
    /"bytes" expected 2 rows of 2 bytes, got 3 bytes/,
  );
  range(() => new SpinData(1, [0, 3], new Uint8Array(0), provenance), /"shape\[0\]"/);
  range(() => new SpinData(1, [3, Number.NaN], new Uint8Array(2), provenance), /"shape\[1\]"/);
  range(() => new SpinData(-1, [3, 3], new Uint8Array(0), provenance), /"count"/);
  range(() => new SpinData(1, [3, 3], Uint8Array.of(0, 2), provenance), /zero bits past width 9, row 0/);
  const data = new SpinData(1, [2, 2], Uint8Array.of(3), provenance);
  for (const row of [-1, 1, 0.5, Number.NaN]) range(() => data.spins(row), /"row" expected integer in \[0, 0\]/);
});

test('a slice has its own bytes, and the provenance without the report of the sampling', () => {
  const parameters = { coupling: 0.4 };
  const data = new SpinData(3, [2, 2], Uint8Array.of(3, 5, 9), { ...provenance, parameters, seed: 7 });
  const part = data.slice(1, 3);
  assert.equal([part.count, [...part.bytes], part.shape], [2, [5, 9], [2, 2]]);
  assert.equal(part.provenance, { source: provenance.source, parameters, seed: 7 });
  part.bytes[0] = 0;
  assert.is(data.bytes[1], 5);
  assert.is(data.slice(2, 2).count, 0);
  for (const [from, to] of [
    [-1, 2],
    [2, 1],
    [0, 4],
    [0.5, 2],
  ])
    assert.throws(() => data.slice(from, to), RangeError);
});

test.run();
