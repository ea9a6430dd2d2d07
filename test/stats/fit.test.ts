import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { straightLine } from '../../src/stats/fit.js';
import { chiSquareTail, standardNormal } from '../physics/statistics.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('stats/fit');

function close(actual: number, expected: number, what: string, bound = 1e-12): void {
  assert.ok(Math.abs(actual - expected) <= bound * Math.max(1, Math.abs(expected)), `${what}: ${actual}, ${expected}`);
}

test('three points by hand', () => {
  // weights 1, 1, 4, by the normal equations
  const line = straightLine([0, 1, 2], [1, 1, 2.5], [1, 1, 0.5]);
  const [s, sx, sxx, sy, sxy] = [6, 9, 17, 12, 21];
  const determinant = s * sxx - sx * sx;
  close(line.slope, (s * sxy - sx * sy) / determinant, 'slope');
  close(line.intercept, (sxx * sy - sx * sxy) / determinant, 'intercept');
  close(line.slopeError, Math.sqrt(s / determinant), 'slope error');
  close(line.interceptError, Math.sqrt(sxx / determinant), 'intercept error');
  close(line.covariance, -sx / determinant, 'covariance');
  const { value, error } = line.at(3);
  close(value, line.intercept + 3 * line.slope, 'at 3');
  close(error, Math.sqrt((sxx - 6 * sx + 9 * s) / determinant), 'error at 3');
  assert.is(line.freedom, 1);
});

test('an exact line is found, far from zero too', () => {
  const x = Float64Array.from({ length: 9 }, (_, i) => 1e6 + i);
  const line = straightLine(
    x,
    x.map((v) => 3 * (v - 1e6) - 2),
    new Float64Array(9).fill(0.1),
  );
  close(line.slope, 3, 'slope', 1e-9);
  close(line.at(1e6).value, -2, 'at 10^6', 1e-9);
  close(line.chiSquare, 0, 'χ²', 1e-12);
});

test('errors and χ² are honest: 400 seeds, p > 1e-3', () => {
  const x = [1, 2, 4, 5, 9];
  const errors = [0.1, 0.5, 0.2, 0.3, 1];
  const slopes: number[] = [];
  const places: number[] = [];
  let chi = 0;
  for (let seed = 0; seed < 400; seed++) {
    const gaussian = normal(xoshiro128(seedWords(seed)));
    const line = straightLine(
      x,
      x.map((v, i) => 0.7 - 0.2 * v + errors[i] * gaussian()),
      errors,
    );
    slopes.push((line.slope + 0.2) / line.slopeError);
    const { value, error } = line.at(7);
    places.push((value - 0.7 + 1.4) / error);
    chi += line.chiSquare;
  }
  for (const z of [slopes, places]) {
    const { pMean, pVariance } = standardNormal(z);
    assert.ok(pMean > 1e-3 && pVariance > 1e-3, `${pMean}, ${pVariance}`);
  }
  const p = chiSquareTail(chi, 400 * 3);
  assert.ok(p > 1e-3 && p < 0.999, `χ² of all: p = ${p}`);
});

test('refuses what has no line', () => {
  const range = (error: unknown): boolean => error instanceof RangeError;
  assert.throws(() => straightLine([1, 1], [1, 2], [1, 1]), /"x" expected at least two different entries/);
  assert.throws(() => straightLine([1], [1], [1]), range);
  assert.throws(() => straightLine([1, 2], [1, 2, 3], [1, 1]), /"y" expected length 2, got 3/);
  assert.throws(() => straightLine([1, 2], [1, 2], [1]), range);
  assert.throws(() => straightLine([1, 2], [1, Number.NaN], [1, 1]), range);
  assert.throws(() => straightLine([1, 2], [1, 2], [1, 0]), /"errors\[1\]" expected number > 0, got 0/);
  assert.throws(() => straightLine([1, 2], [1, 2], [1, 1]).at(Number.NaN), range);
});

test.run();
