import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { locality } from '../../src/fields/locality.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('fields/locality');
const near = (actual: number, expected: number, bound: number) =>
  assert.ok(Math.abs(actual - expected) <= bound, `${actual} is not within ${bound} of ${expected}`);

/** A k×k square of ones with its corner at (row, column) of a rows×columns torus. */
function patch(rows: number, columns: number, row: number, column: number, k: number): Float32Array {
  const field = new Float32Array(rows * columns);
  for (let y = 0; y < k; y++) {
    for (let x = 0; x < k; x++) field[((row + y) % rows) * columns + ((column + x) % columns)] = -2;
  }
  return field;
}

test('one site: area 1, radius 0, the site itself', () => {
  const found = locality(patch(6, 10, 5, 7, 1), [6, 10]);
  assert.ok(found);
  near(found.area, 1, 1e-12);
  near(found.radius, 0, 1e-6);
  near(found.centre[0], 5, 1e-9);
  near(found.centre[1], 7, 1e-9);
});

test('a block has its own area and rms radius wherever it lies, across the edges too', () => {
  const expected = Math.sqrt(2 * ((4 ** 2 - 1) / 12)); // of k = 4: variance (k² - 1)/12 in each direction
  for (const [row, column] of [
    [3, 3],
    [18, 19],
    [0, 17],
  ]) {
    const found = locality(patch(20, 20, row, column, 4), [20, 20]);
    assert.ok(found);
    near(found.area, 16, 1e-9);
    near(found.radius, expected, 1e-9);
    near(found.centre[0], (row + 1.5) % 20, 1e-9);
    near(found.centre[1], (column + 1.5) % 20, 1e-9);
  }
});

test('a constant field covers the torus and has radius L/√6', () => {
  const found = locality(new Float32Array(1600).fill(0.5), [40, 40]);
  assert.ok(found);
  near(found.area, 1600, 1e-6);
  near(found.radius, 40 / Math.sqrt(6), 0.02);
});

test('normal noise has area N/3 and radius L/√6 on average', () => {
  const next = normal(xoshiro128(seedWords(5)));
  let area = 0;
  let radius = 0;
  for (let k = 0; k < 50; k++) {
    const found = locality(
      Float32Array.from({ length: 1600 }, () => next()),
      [40, 40],
    );
    assert.ok(found);
    area += found.area / 50;
    radius += found.radius / 50;
  }
  near(area, 1600 / 3, 12);
  near(radius, 40 / Math.sqrt(6), 0.35);
});

test('a field of zeros is nowhere; a wrong length is refused', () => {
  assert.is(locality(new Float32Array(12), [3, 4]), null);
  assert.throws(() => locality(new Float32Array(11), [3, 4]), /"field" expected length 12, got 11/);
});

test.run();
