import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eigenvalues } from '../../src/linear/eigen.js';
import { near, refuses } from '../assert.js';

const test = suite('linear/eigen');

/** Row-major, without symmetry: ((7i² + 13j + 5ij) mod 11) - 5, and i more on the diagonal. */
function matrixOf(n: number): number[] {
  return Array.from({ length: n * n }, (_, entry) => {
    const [i, j] = [Math.floor(entry / n), entry % n];
    return ((7 * i * i + 13 * j + 5 * i * j) % 11) - 5 + (i === j ? i : 0);
  });
}

/** Their eigenvalues (real, imaginary) by mpmath 1.3 with 40 digits; numpy 2.4 agrees to 14. */
const KNOWN: Record<number, readonly (readonly [number, number])[]> = {
  3: [
    [6.0108452603328475, 0],
    [-3.5054226301664237, 1.3612928369442843],
    [-3.5054226301664237, -1.3612928369442843],
  ],
  6: [
    [4.43221820763593, 7.426358370907458],
    [4.43221820763593, -7.426358370907458],
    [-7.625658521292985, 0],
    [-4.117071052544019, 0],
    [3.439146579282571, 1.3681958004157553],
    [3.439146579282571, -1.3681958004157553],
  ],
  30: [
    [41.62919807414235, 0],
    [24.56295293357459, 25.591068279032434],
    [24.56295293357459, -25.591068279032434],
    [32.64730617530951, 0.4494969145428053],
    [32.64730617530951, -0.4494969145428053],
    [23.187349409075527, 0],
    [22.353622313217514, 0],
    [21.94204727313162, 0],
    [21.064611504597636, 1.7146173663635509],
    [21.064611504597636, -1.7146173663635509],
    [20.797915942522987, 0],
    [5.714676904076136, 18.66377159395669],
    [5.714676904076136, -18.66377159395669],
    [17.75419224830926, 0],
    [17.255901960598045, 0],
    [16.106539370043603, 0],
    [-14.664569411346202, 0],
    [14.128854261445197, 0.48599151811072383],
    [14.128854261445197, -0.48599151811072383],
    [-9.312584790818489, 9.643370321315981],
    [-9.312584790818489, -9.643370321315981],
    [10.362147382505784, 0],
    [9.537726705827417, 0],
    [9.355677780578095, 0],
    [8.617266756745437, 1.5552466543155496],
    [8.617266756745437, -1.5552466543155496],
    [8.34424226700335, 0],
    [5.32119735674791, 0],
    [-5.070917427553607, 0],
    [4.9415612653363254, 0],
  ],
};

test('finds the eigenvalues that mpmath and numpy find, at 3, 6 and 30 rows', () => {
  for (const [n, known] of Object.entries(KNOWN)) {
    const found = eigenvalues(matrixOf(Number(n)), Number(n));
    assert.is(found.length, known.length);
    const rest = found.slice();
    for (const [real, imaginary] of known) {
      rest.sort(
        (a, b) =>
          Math.hypot(a.real - real, a.imaginary - imaginary) - Math.hypot(b.real - real, b.imaginary - imaginary),
      );
      const { real: x, imaginary: y } = rest.shift()!;
      near(x, real, 2e-12, `${n} rows, real part`);
      near(y, imaginary, 2e-12, `${n} rows, imaginary part`);
    }
  }
});

test('a complex pair is exactly conjugate, real eigenvalues are exactly real, the largest modulus is first', () => {
  const found = eigenvalues(matrixOf(30), 30);
  const moduli = found.map(({ real, imaginary }) => Math.hypot(real, imaginary));
  for (let k = 1; k < found.length; k++) assert.ok(moduli[k] <= moduli[k - 1] * (1 + 1e-15));
  const complex = found.filter(({ imaginary }) => imaginary !== 0);
  assert.is(complex.length, 14);
  for (let k = 0; k < complex.length; k += 2) {
    assert.is(complex[k].real, complex[k + 1].real);
    assert.is(complex[k].imaginary, -complex[k + 1].imaginary);
    assert.ok(complex[k].imaginary > 0);
  }
});

test('handles diagonal, triangular, badly scaled and defective matrices, and cycles, which need another shift', () => {
  assert.equal(eigenvalues([-3], 1), [{ real: -3, imaginary: 0 }]);
  assert.equal(
    eigenvalues([1, 0, 0, 0, 5, 0, 0, 0, -2], 3).map(({ real }) => real),
    [5, -2, 1],
  );
  assert.equal(
    eigenvalues([2, 7, 9, 0, 3, 8, 0, 0, 5], 3).map(({ real }) => real),
    [5, 3, 2],
  );
  assert.equal(eigenvalues([0, 0, 0, 0], 2), [
    { real: 0, imaginary: 0 },
    { real: 0, imaginary: 0 },
  ]);
  const scaled = eigenvalues([1, 1e10, 1e-10, 3], 2);
  near(scaled[0].real, 2 + Math.SQRT2, 1e-15, 'scaled by 1e10');
  near(scaled[1].real, 2 - Math.SQRT2, 1e-15, 'scaled by 1e10');
  for (const { real, imaginary } of eigenvalues([2, 1, 0, 0, 2, 1, 0, 0, 2], 3)) {
    assert.ok(Math.hypot(real - 2, imaginary) < 1e-4, 'a Jordan block has the third root of the precision');
  }
  for (const n of [3, 4, 7]) {
    const cycle = Array.from({ length: n * n }, (_, entry) => (entry % n === (Math.floor(entry / n) + 1) % n ? 1 : 0));
    const angles = eigenvalues(cycle, n).map(({ real, imaginary }) => {
      near(Math.hypot(real, imaginary), 1, 1e-14, `root of unity of order ${n}`);
      return Math.round((((Math.atan2(imaginary, real) / (2 * Math.PI)) * n + n) % n) * 1e9) / 1e9;
    });
    assert.equal(
      angles.map((angle) => angle % n).sort((a, b) => a - b),
      Array.from({ length: n }, (_, k) => k),
    );
  }
});

test('trace, determinant and similarity agree', () => {
  const n = 9;
  const found = eigenvalues(matrixOf(n), n);
  near(
    found.reduce((sum, { real }) => sum + real, 0),
    matrixOf(n).reduce((sum, x, entry) => (entry % (n + 1) === 0 ? sum + x : sum), 0),
    1e-12,
    'trace',
  );
  const transposed = matrixOf(n).map((_, entry, all) => all[(entry % n) * n + Math.floor(entry / n)]);
  eigenvalues(transposed, n).forEach(({ real, imaginary }, k) => {
    near(Math.hypot(real, imaginary), Math.hypot(found[k].real, found[k].imaginary), 1e-12, `of the transpose, ${k}`);
  });
});

test('refuses what is no square matrix of numbers', () => {
  refuses(() => eigenvalues([1, 2, 3], 2), RangeError, '"matrix" expected 4 entries, got "3 entries"');
  refuses(() => eigenvalues([1, 2, 3, Number.NaN], 2), RangeError, '"matrix[3]" expected finite number, got NaN');
  refuses(() => eigenvalues([], 0), RangeError, '"size" expected integer in [1, 100], got 0');
  refuses(() => eigenvalues(3 as never, 1), TypeError, '"matrix" expected array of numbers, got 3');
});

test.run();
