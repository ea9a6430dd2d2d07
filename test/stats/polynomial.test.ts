import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { straightLine } from '../../src/stats/fit.js';
import { polynomialFit } from '../../src/stats/polynomial.js';
import { allClose, close, refuses } from '../assert.js';
import { chiSquareTail } from '../physics/statistics.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('stats/polynomial');

const X = [-4, -2, -1, 0, 1, 2, 4];
const CUBIC = [-0.3, 0.5, 0.02, 0.01];
const cubicAt = (x: number) => CUBIC.reduce((sum, c, k) => sum + c * x ** k, 0);

test('of degree 1 it is the straight line', () => {
  const [y, errors] = [
    [1, 1, 2.5, 3],
    [1, 1, 0.5, 2],
  ];
  const line = straightLine([0, 1, 2, 4], y, errors);
  const fit = polynomialFit([0, 1, 2, 4], y, errors, 1);
  allClose(fit.coefficients, [line.intercept, line.slope], 1e-12, 'coefficients');
  const { interceptError, slopeError, covariance } = line;
  allClose(fit.covariance, [interceptError ** 2, covariance, covariance, slopeError ** 2], 1e-12, 'covariance');
  close(fit.chiSquare, line.chiSquare, 1e-12, 'χ²');
  assert.is(fit.freedom, line.freedom);
  allClose([fit.at(3).value, fit.at(3).error], [line.at(3).value, line.at(3).error], 1e-12, 'at 3');
  allClose([fit.slope(3).value, fit.slope(3).error], [line.slope, slopeError], 1e-12, 'slope');
});

test('an exact cubic is found, with its slope and its zero; a constant too', () => {
  const fit = polynomialFit(X, X.map(cubicAt), new Array(7).fill(0.1), 3);
  allClose(fit.coefficients, CUBIC, 1e-10, 'coefficients');
  assert.ok(fit.chiSquare < 1e-18 && fit.freedom === 3);
  close(fit.slope(2).value, 0.5 + 0.04 * 2 + 0.03 * 4, 1e-10, 'slope');
  const zero = fit.rise(-4, 4)!;
  assert.ok(Math.abs(cubicAt(zero.value)) < 1e-10);
  close(zero.error, fit.at(zero.value).error / fit.slope(zero.value).value, 1e-12, 'error of the zero');
  assert.is(fit.rise(1, 4), null, 'nowhere below 0');
  assert.is(
    polynomialFit(
      X,
      X.map((x) => -cubicAt(x)),
      new Array(7).fill(0.1),
      3,
    ).rise(-4, 4), // it falls
    null,
  );
  const constant = polynomialFit([0, 1], [1, 3], [1, 1], 0);
  allClose([constant.at(9).value, constant.at(9).error], [2, Math.SQRT1_2], 1e-12, 'mean of two');
  assert.equal(constant.slope(9), { value: 0, error: 0 });
});

test('errors are those of 2000 draws: z-scores of value, slope and zero are N(0, 1), χ² has its distribution', () => {
  const draw = normal(xoshiro128(seedWords(1)));
  const errors = X.map((_, k) => 0.01 * (1 + k / 3));
  const sure = polynomialFit(X, X.map(cubicAt), errors, 3);
  const expected = [sure.at(3).value, sure.slope(-1).value, sure.rise(-4, 4)!.value];
  const scores: number[][] = [[], [], []];
  let high = 0;
  for (let k = 0; k < 2000; k++) {
    const fit = polynomialFit(
      X,
      X.map((x, i) => cubicAt(x) + errors[i] * draw()),
      errors,
      3,
    );
    [fit.at(3), fit.slope(-1), fit.rise(-4, 4)!].forEach(({ value, error }, j) => {
      scores[j].push((value - expected[j]) / error);
    });
    if (chiSquareTail(fit.chiSquare, fit.freedom) < 0.1) high++;
  }
  for (const own of scores) {
    // mean 0 ± 0.022, mean square 1 ± 0.032: four times that, p about 1e-4 each
    const mean = own.reduce((sum, z) => sum + z, 0) / 2000;
    const square = own.reduce((sum, z) => sum + z * z, 0) / 2000;
    assert.ok(Math.abs(mean) < 0.09 && Math.abs(square - 1) < 0.13, `${mean} ${square}`);
  }
  // 200 ± 13
  assert.ok(Math.abs(high - 200) < 54, `${high}`);
});

test('refuses what does not fit', () => {
  const ones = [1, 1, 1, 1];
  refuses(() => polynomialFit([0, 1, 2, 3], ones, ones, 4), RangeError, /"degree" expected integer in \[0, 3\], got 4/);
  refuses(() => polynomialFit([0, 1, 1, 1], ones, ones, 2), RangeError, /"x" expected at least 3 different entries/);
  refuses(() => polynomialFit([0, 1, 2, 3], ones, [1, 1, 0, 1], 1), RangeError, /"errors\[2\]" expected/);
  refuses(() => polynomialFit([0, 1, 2, 3], [1, 1], ones, 1), RangeError, /"y"/);
  refuses(() => polynomialFit([0, 1], [1, 1], [1, 1], 1).at(Number.NaN), RangeError, /"x" expected finite number/);
});

test.run();
