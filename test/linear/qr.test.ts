import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Matrix, qr } from '../../src/all.js';
import { refuses } from '../assert.js';
import { Draws } from '../reference/draws.js';
import { distance, fromOrthonormal, productTwin, randomMatrix, withSingularValues } from './matrices.js';

const test = suite('linear/qr');

function isQr(a: Matrix, what: string): ReturnType<typeof qr> {
  const found = qr(a);
  const largest = a.values.reduce((most, x) => Math.max(most, Math.abs(x)), 0) || 1;
  const tilt = fromOrthonormal(found.q);
  assert.ok(tilt < 1e-14, `${what}: Q ${tilt}`);
  const apart = distance(productTwin(found.q, found.r), a) / largest;
  assert.ok(apart < 1e-14, `${what}: QR ${apart}`);
  const n = a.columns;
  found.r.values.forEach((x, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    assert.ok(i > j ? x === 0 : i < j || x >= 0, `${what}: R(${i}, ${j}) = ${x}`);
  });
  return found;
}

test('random matrices', () => {
  for (const [rows, columns] of [
    [1, 1],
    [6, 1],
    [5, 5],
    [40, 13],
  ]) {
    isQr(randomMatrix(new Draws(rows), rows, columns), `${rows}×${columns}`);
  }
});

test('columns that depend on each other, or are zero: Q is orthonormal all the same', () => {
  isQr(withSingularValues(new Draws(2), 20, 10, [3, 2, 1]), 'rank 3');
  isQr({ rows: 6, columns: 4, values: new Float64Array(24) }, 'zero');
  const twice = { rows: 3, columns: 2, values: Float64Array.of(1, 1, 2, 2, 2, 2) };
  const { r } = isQr(twice, 'twice');
  assert.ok(Math.abs(r.values[0] - 3) < 1e-15 && Math.abs(r.values[3]) < 1e-15, `${r.values}`);
});

test('numbers near the ends of float64', () => {
  for (const power of [-1000, 1000]) {
    const a = randomMatrix(new Draws(3), 7, 3);
    const { q, r } = qr(a);
    const far = qr({ ...a, values: a.values.map((x) => x * 2 ** power) });
    assert.is(distance(far.q, q), 0);
    assert.is(distance({ ...far.r, values: far.r.values.map((x) => x / 2 ** power) }, r), 0);
  }
});

test('what is refused', () => {
  refuses(
    () => qr(randomMatrix(new Draws(1), 2, 3)),
    RangeError,
    '"a" expected matrix with no more columns than rows, got "2×3"',
  );
  refuses(
    () => qr({ rows: 1, columns: 1, values: Float64Array.of(Number.NaN) }),
    RangeError,
    '"a(0, 0)" expected finite number, got NaN',
  );
});

test.run();
