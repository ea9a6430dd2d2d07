import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Matrix, svd, type TruncatedSvdOptions, truncatedSvd } from '../../src/all.js';
import { allNear, refuses } from '../assert.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import {
  composed,
  distance,
  fromOrthonormal,
  isOriented,
  productTwin,
  randomMatrix,
  transposedTwin,
  withSingularValues,
} from './matrices.js';

const test = suite('linear/svd');

const powers = (ratio: number, n: number) => Array.from({ length: n }, (_, k) => ratio ** k);

const diagonal = (rows: number, columns: number, s: readonly number[]): Matrix => {
  const values = new Float64Array(rows * columns);
  s.forEach((x, k) => {
    values[k * columns + k] = x;
  });
  return { rows, columns, values };
};

/** What any decomposition must be. */
function isSvd(a: Matrix, what: string): ReturnType<typeof svd> {
  const found = svd(a);
  const scale = found.s[0] || 1;
  assert.ok(
    found.s.every((x, k) => x >= 0 && (k === 0 || x <= found.s[k - 1])),
    `${what}: order`,
  );
  assert.ok(fromOrthonormal(found.u) < 2e-14, `${what}: U ${fromOrthonormal(found.u)}`);
  assert.ok(fromOrthonormal(found.v) < 2e-14, `${what}: V ${fromOrthonormal(found.v)}`);
  const apart = distance(composed(found.u, found.s, found.v), a) / scale;
  assert.ok(apart < 2e-14, `${what}: U diag(s) Vᵀ ${apart}`);
  assert.ok(isOriented(found.u), `${what}: signs`);
  return found;
}

test('random matrices of all shapes', () => {
  for (const [rows, columns] of [
    [1, 1],
    [2, 2],
    [7, 1],
    [1, 9],
    [5, 3],
    [3, 5],
    [40, 40],
    [70, 31],
    [20, 65],
  ]) {
    isSvd(randomMatrix(new Draws(rows * 100 + columns), rows, columns), `${rows}×${columns}`);
  }
});

test('matrices of known singular values: falling slowly, repeated, some zero, all zero, diagonal', () => {
  const draws = new Draws(11);
  for (const [name, s] of Object.entries({
    slow: powers(0.8, 30),
    repeated: [3, 3, 3, 2, 2, 1, 1, 1, 1, 0.5],
    'some zero': [2, 1, 0.5, 0, 0, 0],
    fast: powers(0.1, 15),
  })) {
    for (const [rows, columns] of [
      [40, 32],
      [30, 45],
    ]) {
      const found = isSvd(withSingularValues(draws, rows, columns, s), name);
      const expected = [...s, ...new Array(Math.min(rows, columns) - s.length).fill(0)];
      allNear(found.s, expected, 1e-14 * s[0], name);
    }
  }
  const zero = isSvd(diagonal(4, 6, []), 'zero');
  sameBits(zero.s, new Float64Array(4), 'zero');
  sameBits(isSvd(diagonal(5, 3, [1, 4, 2]), 'diagonal').s, Float64Array.of(4, 2, 1), 'diagonal');
});

test('small singular values of rows in different scales keep their digits', () => {
  // the Hilbert matrix of order 8, of condition 1.5e10; its entries are rounded, too
  const n = 8;
  const hilbert = {
    rows: n,
    columns: n,
    values: Float64Array.from({ length: n * n }, (_, k) => 1 / (Math.floor(k / n) + (k % n) + 1)),
  };
  const { s } = isSvd(hilbert, 'Hilbert');
  allNear(s, HILBERT_8, 1e-15, 'Hilbert');
  // rows of scales 1 to 2⁻¹⁵⁰: the smallest value is what the inverse matrix says
  const graded = randomMatrix(new Draws(2), 6, 6);
  const scaledRows = { ...graded, values: graded.values.map((x, k) => x * 2 ** (-30 * Math.floor(k / 6))) };
  const smallest = svd(scaledRows).s[5];
  const inverse = svd(inverseOf(scaledRows)).s[0];
  assert.ok(Math.abs(smallest * inverse - 1) < 1e-10, `smallest ${smallest}, inverse ${1 / inverse}`);
});

/** By mpmath 1.3 with 40 digits. */
const HILBERT_8 = [
  1.6959389969219496, 0.2981252113169307, 0.02621284357811905, 0.0014676881177418672, 5.436943369749942e-5,
  1.2943320918728114e-6, 1.7988737458175767e-8, 1.1115389663724424e-10,
];

/** By Gauss and Jordan with row pivots. */
function inverseOf({ rows: n, values }: Matrix): Matrix {
  const m = Array.from({ length: n }, (_, i) => [
    ...values.slice(i * n, (i + 1) * n),
    ...Array.from({ length: n }, (_, j) => Number(i === j)),
  ]);
  for (let k = 0; k < n; k++) {
    const pivot = m.reduce((best, row, i) => (i >= k && Math.abs(row[k]) > Math.abs(m[best][k]) ? i : best), k);
    [m[k], m[pivot]] = [m[pivot], m[k]];
    m[k] = m[k].map((x) => x / m[k][k]);
    for (let i = 0; i < n; i++) if (i !== k) m[i] = m[i].map((x, j) => x - m[i][k] * m[k][j]);
  }
  return { rows: n, columns: n, values: Float64Array.from(m.flatMap((row) => row.slice(n))) };
}

test('numbers near the ends of float64', () => {
  const a = withSingularValues(new Draws(12), 12, 10, powers(0.7, 10));
  const { s } = svd(a);
  for (const power of [-900, 900]) {
    const far = { ...a, values: a.values.map((x) => x * 2 ** power) };
    sameBits(
      svd(far).s.map((x) => x / 2 ** power),
      s,
      `2^${power}`,
    );
    allNear(
      truncatedSvd(far, 2, { oversample: 1 }).s.map((x) => x / 2 ** power),
      s.slice(0, 2),
      1e-13,
      `2^${power}`,
    );
  }
});

test('rows and columns that fall over hundreds of orders, as Boltzmann factors do', () => {
  const n = 9;
  for (const orders of [100, -100]) {
    const a = randomMatrix(new Draws(13), n, n);
    for (const [name, values] of Object.entries({
      rows: a.values.map((x, k) => x * 2 ** (orders * Math.floor(k / n))),
      columns: a.values.map((x, k) => x * 2 ** (orders * (k % n))),
      both: a.values.map((x, k) => x * 2 ** ((orders / 2) * ((k % n) + Math.floor(k / n)))),
      pair: a.values.map((x, k) => (k % n < n - 1 ? x : x * 2 ** (6 * orders))),
    })) {
      isSvd({ rows: n, columns: n, values }, `${name} by 2^${orders}`);
    }
  }
  isSvd({ rows: 2, columns: 2, values: Float64Array.of(1, 1, 1e-170, 2e-170) }, 'two rows');
  isSvd({ rows: 2, columns: 2, values: Float64Array.of(1, 1e-170, 0, 1e-170) }, 'two columns');
});

for (const ratio of [0.67, 0.8, 0.89]) {
  test(`the largest of singular values that fall by ${ratio}`, () => {
    for (const [rows, columns, rank] of [
      [70, 90, 8],
      [120, 90, 12],
    ]) {
      const s = powers(ratio, Math.min(rows, columns));
      const a = withSingularValues(new Draws(rows), rows, columns, s);
      const found = truncatedSvd(a, rank);
      assert.ok(found.iterations > 0, 'iterated');
      assert.ok(found.residual <= 1e-12, `residual ${found.residual}`);
      assert.equal([found.u.rows, found.u.columns, found.v.rows, found.v.columns], [rows, rank, columns, rank]);
      allNear(found.s, s.slice(0, rank), 1e-14, 'values');
      assert.ok(Math.abs(found.next / s[rank] - 1) < 1e-8, `next ${found.next}, ${s[rank]}`);
      assert.ok(fromOrthonormal(found.u) < 1e-14 && fromOrthonormal(found.v) < 1e-14, 'orthonormal');
      assert.ok(isOriented(found.u), 'signs');
      const { u, v } = svd(a);
      const first = (m: Matrix) => ({
        rows: m.rows,
        columns: rank,
        values: m.values.filter((_, k) => k % m.columns < rank),
      });
      // vectors are known to the residual over the gap to the next value
      const tolerance = (4 * 1e-12) / (s[rank - 1] - s[rank]);
      assert.ok(distance(found.u, first(u)) < tolerance, `U ${distance(found.u, first(u))} of ${tolerance}`);
      assert.ok(distance(found.v, first(v)) < tolerance, `V ${distance(found.v, first(v))} of ${tolerance}`);
    }
  });
}

test('the residual is what it says', () => {
  const a = withSingularValues(new Draws(21), 80, 70, powers(0.9, 70));
  for (const tolerance of [1e-3, 1e-8, 1e-13]) {
    const { u, s, v, residual } = truncatedSvd(a, 6, { tolerance });
    assert.ok(residual <= tolerance, `${residual} of ${tolerance}`);
    const image = productTwin(a, v);
    const norms = Array.from(s, (_, k) => {
      let sum = 0;
      for (let i = 0; i < 80; i++) sum += (image.values[i * 6 + k] - s[k] * u.values[i * 6 + k]) ** 2;
      return Math.sqrt(sum) / s[0];
    });
    assert.ok(Math.abs(Math.max(...norms) - residual) < 1e-14, `${residual}, measured ${Math.max(...norms)}`);
  }
});

test('ranks, multiplets and zeros at the cut', () => {
  const draws = new Draws(31);
  // of 3 equal values one is kept: next says so
  const multiplet = withSingularValues(draws, 60, 60, [4, 2, 2, 2, ...powers(0.7, 40)]);
  const cut = truncatedSvd(multiplet, 2);
  allNear([...cut.s, cut.next], [4, 2, 2], 1e-13, 'multiplet');
  assert.ok(cut.residual < 1e-12);
  // rank 5, of which 9 are asked for
  const low = withSingularValues(draws, 90, 70, [5, 4, 3, 2, 1]);
  const found = truncatedSvd(low, 9);
  assert.ok(found.iterations > 0, 'iterated');
  allNear(found.s, [5, 4, 3, 2, 1, 0, 0, 0, 0], 1e-13, 'rank 5');
  assert.ok(fromOrthonormal(found.u) < 1e-14 && fromOrthonormal(found.v) < 1e-14, 'orthonormal');
  assert.ok(distance(composed(found.u, found.s, found.v), low) < 1e-13, 'rank 5');
  const zero = truncatedSvd(diagonal(60, 60, []), 3);
  sameBits(zero.s, new Float64Array(3), 'zero');
  assert.equal([zero.residual, zero.next], [0, 0]);
  assert.ok(fromOrthonormal(zero.u) < 1e-14 && fromOrthonormal(zero.v) < 1e-14, 'orthonormal');
});

test('all of a small matrix, and where steps do not suffice', () => {
  const draws = new Draws(41);
  const small = randomMatrix(draws, 12, 9);
  for (const rank of [1, 5, 9]) {
    const found = truncatedSvd(small, rank);
    assert.is(found.iterations, 0);
    const whole = svd(small);
    sameBits(found.s, whole.s.slice(0, rank), 'values');
    assert.is(found.next, rank === 9 ? 0 : whole.s[rank]);
    assert.ok(found.residual < 1e-14, `residual ${found.residual}`);
  }
  const flat = randomMatrix(draws, 60, 60);
  const given = truncatedSvd(flat, 4, { maxIterations: 3 });
  assert.is(given.iterations, 3);
  sameBits(given.s, svd(flat).s.slice(0, 4), 'all of it');
});

test('a start near the answer saves steps', () => {
  const a = withSingularValues(new Draws(51), 90, 90, powers(0.89, 90));
  const cold = truncatedSvd(a, 10);
  const warm = truncatedSvd(a, 10, { start: cold.v });
  assert.ok(warm.iterations < cold.iterations, `${warm.iterations} of ${cold.iterations}`);
  allNear(warm.s, cold.s, 1e-14, 'values');
});

test('the same bits every time, of the transpose the transpose', () => {
  const a = withSingularValues(new Draws(61), 80, 60, powers(0.8, 60));
  const [one, two] = [truncatedSvd(a, 7), truncatedSvd(a, 7)];
  sameBits(one.u.values, two.u.values, 'U');
  sameBits(one.s, two.s, 's');
  sameBits(one.v.values, two.v.values, 'V');
  allNear(truncatedSvd(transposedTwin(a), 7).s, one.s, 1e-14, 'transposed');
});

test('what is refused', () => {
  const a = randomMatrix(new Draws(1), 6, 4);
  const cut = (rank: unknown, options?: TruncatedSvdOptions) => truncatedSvd(a, rank as number, options);
  refuses(() => cut(0), RangeError, '"rank" expected integer in [1, 4], got 0');
  refuses(() => cut(5), RangeError, '"rank" expected integer in [1, 4], got 5');
  refuses(() => cut('2'), TypeError, '"rank" expected integer in [1, 4], got "2"');
  refuses(() => cut(2, { tolerance: 0 }), RangeError, '"tolerance" expected number > 0, got 0');
  refuses(() => cut(2, { tolerance: 1e-17 }), RangeError, '"tolerance" expected number >= 1e-13, got 1e-17');
  refuses(() => cut(2, { oversample: 0 }), RangeError, '"oversample" expected positive integer, got 0');
  refuses(() => cut(2, { maxIterations: 0 }), RangeError, '"maxIterations" expected positive integer, got 0');
  refuses(() => cut(2, { start: a }), RangeError, '"start" expected matrix of 4 rows and at most 4 columns, got "6×4"');
  refuses(() => cut(2, { tol: 1 } as never), RangeError, /^"tol" expected an option of truncatedSvd/);
  const bad = { ...a, values: a.values.slice() };
  bad.values[9] = Number.NaN;
  for (const work of [() => svd(bad), () => truncatedSvd(bad, 1)]) {
    refuses(work, RangeError, '"a(2, 1)" expected finite number, got NaN');
  }
});

test.run();
