import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Matrix, multiply, symmetricEigen } from '../../src/all.js';
import { allNear, near, refuses } from '../assert.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { composed, distance, fromOrthonormal, isOriented, orthonormalTwin, randomMatrix } from './matrices.js';

const test = suite('linear/symmetricEigen');

/** The mean of a matrix and its transpose. */
function symmetric({ rows: n, values }: Matrix): Matrix {
  const result = Float64Array.from(values, (x, k) => (x + values[(k % n) * n + Math.floor(k / n)]) / 2);
  return { rows: n, columns: n, values: result };
}

function isEigen(a: Matrix, what: string): ReturnType<typeof symmetricEigen> {
  const found = symmetricEigen(a);
  const scale = found.values.reduce((most, x) => Math.max(most, Math.abs(x)), 0) || 1;
  assert.ok(
    found.values.every((x, k) => k === 0 || x <= found.values[k - 1]),
    `${what}: order`,
  );
  const tilt = fromOrthonormal(found.vectors);
  assert.ok(tilt < 1e-14, `${what}: vectors ${tilt}`);
  const apart = distance(composed(found.vectors, found.values, found.vectors), a) / scale;
  assert.ok(apart < 1e-14, `${what}: V diag Vᵀ ${apart}`);
  assert.ok(isOriented(found.vectors), `${what}: signs`);
  return found;
}

test('random symmetric matrices', () => {
  for (const n of [1, 2, 3, 4, 17, 60]) isEigen(symmetric(randomMatrix(new Draws(n), n, n)), `${n}×${n}`);
});

test('known values: of both signs, repeated, zero, falling over 20 orders', () => {
  const draws = new Draws(7);
  for (const [name, values] of Object.entries({
    'both signs': [5, 3, 0.5, -1, -4],
    repeated: [2, 2, 2, 1, 1, -1, -1, -1, -1],
    zeros: [3, 1, 0, 0, 0, 0, -2],
    falling: Array.from({ length: 20 }, (_, k) => 10 ** -k),
    none: [0, 0, 0],
  })) {
    const v = orthonormalTwin(draws, values.length, values.length);
    const a = symmetric(composed(v, Float64Array.from(values), v));
    allNear(isEigen(a, name).values, values, 1e-14 * 5, name);
  }
});

test('entries that fall over hundreds of orders, as Boltzmann factors do', () => {
  const n = 9;
  const { values } = symmetric(randomMatrix(new Draws(8), n, n));
  for (const orders of [50, -50]) {
    const graded = values.map((x, k) => x * 2 ** (orders * ((k % n) + Math.floor(k / n))));
    isEigen({ rows: n, columns: n, values: graded }, `2^${orders}`);
  }
});

test('a chain of n sites with hopping 1 has the values 2 cos(πk/(n+1))', () => {
  const n = 50;
  const values = Float64Array.from({ length: n * n }, (_, k) => Number(Math.abs(Math.floor(k / n) - (k % n)) === 1));
  const expected = Array.from({ length: n }, (_, k) => 2 * Math.cos((Math.PI * (k + 1)) / (n + 1)));
  allNear(isEigen({ rows: n, columns: n, values }, 'chain').values, expected, 1e-14, 'chain');
});

test('a diagonal matrix, one that falls into blocks, and numbers near the ends of float64', () => {
  const diagonal = { rows: 3, columns: 3, values: Float64Array.of(1, 0, 0, 0, 4, 0, 0, 0, -2) };
  const found = symmetricEigen(diagonal);
  sameBits(found.values, Float64Array.of(4, 1, -2), 'values');
  sameBits(found.vectors.values, Float64Array.of(0, 1, 0, 1, 0, 0, 0, 0, 1), 'vectors');
  const blocks = { rows: 4, columns: 4, values: Float64Array.of(0, 0, 1, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 2, 0, 0) };
  allNear(isEigen(blocks, 'blocks').values, [2, 1, -1, -2], 4e-15, 'blocks');
  const a = symmetric(randomMatrix(new Draws(5), 9, 9));
  const { values } = symmetricEigen(a);
  for (const power of [-950, 950]) {
    const far = { ...a, values: a.values.map((x) => x * 2 ** power) };
    sameBits(
      symmetricEigen(far).values.map((x) => x / 2 ** power),
      values,
      `2^${power}`,
    );
  }
});

test('matrices of low rank, the rest of which are rounding errors of many sizes', () => {
  const draws = new Draws(7);
  for (const [n, rank] of [
    [12, 2],
    [32, 5],
    [64, 8],
  ]) {
    const factor = randomMatrix(draws, n, rank);
    // rows that fall by orders of magnitude, so that blocks of the tridiagonal matrix are far below its rounding
    const graded = { ...factor, values: factor.values.map((x, k) => x * 10 ** (-1.5 * (Math.floor(k / rank) % 12))) };
    const matrix = symmetric(multiply(graded, graded, { transposeB: true }));
    const { values } = symmetricEigen(matrix);
    const trace = values.reduce((sum, x) => sum + x, 0);
    let diagonal = 0;
    for (let i = 0; i < n; i++) diagonal += matrix.values[i * n + i];
    near(trace, diagonal, 1e-14 * n * diagonal, `${n}, rank ${rank}: trace`);
    near(Math.abs(values[rank]), 0, 1e-14 * n * values[0], `${n}, rank ${rank}: the next value`);
  }
});

test('what is refused', () => {
  const a = randomMatrix(new Draws(1), 3, 4);
  refuses(() => symmetricEigen(a), RangeError, '"a" expected square matrix, got "3×4"');
  const values = Float64Array.of(1, 2, 3, 4);
  refuses(
    () => symmetricEigen({ rows: 2, columns: 2, values }),
    RangeError,
    '"a(1, 0)" expected a(0, 1) = 2 of a symmetric matrix, got 3',
  );
  const infinite = { rows: 2, columns: 2, values: Float64Array.of(1, Infinity, Infinity, 4) };
  refuses(() => symmetricEigen(infinite), RangeError, '"a(0, 1)" expected finite number, got Infinity');
});

test.run();
