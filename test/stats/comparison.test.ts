/** Permutation tests, Holm's correction and Student's intervals, by their definitions and by tables. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { holm, meanInterval, permutationTest } from '../../src/stats/index.js';
import { normalNumbers } from '../../src/wasm/draws.js';
import { near } from '../assert.js';

const test = suite('stats/comparison');

test('all splits are counted', () => {
  assert.equal(permutationTest([1, 2, 3, 4], [11, 12, 13, 14]), { difference: -10, p: 2 / 70, exact: true });
  // of the six splits of 1, 2, 2, 3 into pairs, sums 3, 3, 4, 4, 5, 5: none, all, or the four outer ones
  assert.is(permutationTest([1, 3], [2, 2]).p, 1);
  assert.is(permutationTest([1, 2], [2, 3]).p, 4 / 6);
  assert.is(permutationTest([5], [5, 5, 5]).p, 1);
  assert.is(permutationTest([0.1, 0.2, 0.3], [0.3, 0.2, 0.1]).p, 1);
});

test('10 against 10 of one distribution: p is uniform; shifted by two deviations it is small', () => {
  const numbers = normalNumbers(7n, 400);
  const ps = Array.from({ length: 20 }, (_, k) => {
    const own = [...numbers.subarray(20 * k, 20 * k + 20)];
    return permutationTest(own.slice(0, 10), own.slice(10)).p;
  });
  const mean = ps.reduce((sum, p) => sum + p, 0) / ps.length;
  assert.ok(Math.abs(mean - 0.5) < 4 / Math.sqrt(12 * ps.length), String(mean));
  assert.ok(Math.min(...ps) > 0.001);
  const shifted = permutationTest(
    [...numbers.subarray(0, 10)],
    Array.from(numbers.subarray(10, 20), (x) => x + 2),
  );
  assert.ok(shifted.exact && shifted.p < 0.01, String(shifted.p));
});

test('more splits than can be counted are drawn: near the exact p, the same for the same seed', () => {
  const numbers = normalNumbers(8n, 40);
  const [a, b] = [[...numbers.subarray(0, 20)], Array.from(numbers.subarray(20), (x) => x + 0.5)];
  const one = permutationTest(a, b, { splits: 20_000 });
  assert.not.ok(one.exact);
  assert.equal(permutationTest(a, b, { splits: 20_000 }), one);
  const other = permutationTest(a, b, { splits: 20_000, seed: 2 });
  const error = Math.sqrt((2 * one.p * (1 - one.p)) / 20_000);
  assert.ok(Math.abs(one.p - other.p) < 5 * error, `${one.p} ${other.p}`);
});

test('Holm: the smallest times the number of tests, in order, never above 1', () => {
  assert.equal(holm([0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
  assert.equal(holm([0.5, 0.9]), [1, 1]);
  assert.equal(holm([]), []);
  assert.throws(() => holm([1.5]), /^"pValues\[0\]"/);
});

test('intervals of the mean by Student’s t of tables', () => {
  // t of 0.95: 6.314, 2.920, 2.353, 2.132, 1.833 (9), 1.729 (19); of 0.975: 2.262 (9)
  for (const [n, t] of [
    [2, 6.314],
    [3, 2.92],
    [4, 2.353],
    [5, 2.132],
    [10, 1.833],
    [20, 1.729],
  ]) {
    const values = Array.from({ length: n }, (_, k) => k);
    const { mean, error, low, high } = meanInterval(values);
    assert.is(mean, (n - 1) / 2);
    near((high - mean) / error, t, 6e-4, '(high - mean) / error');
    near(mean - low, high - mean, 1e-12, 'mean - low');
  }
  const { high, mean, error } = meanInterval([...Array(10).keys()], 0.95);
  near((high - mean) / error, 2.262, 6e-4, '(high - mean) / error');
  assert.equal(meanInterval([2, 2]), { mean: 2, error: 0, low: 2, high: 2 });
  assert.throws(() => meanInterval([1]), /^"values" expected two runs or more/);
  assert.throws(() => meanInterval([1, 2], 1), /^"level"/);
});

test.run();
