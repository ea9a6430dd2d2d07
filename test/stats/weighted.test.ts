import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { weightedMean } from '../../src/stats/weighted.js';
import { standardNormal } from '../physics/statistics.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('stats/weighted');

test('equal weights give the usual mean and error, whatever their size', () => {
  const values = [1, 4, 2, 2, 7];
  const { mean, error, effectiveSize } = weightedMean(values, [3, 3, 3, 3, 3]);
  assert.ok(Math.abs(mean - 3.2) < 1e-14);
  const variance = values.reduce((sum, x) => sum + (x - 3.2) ** 2, 0) / 4;
  assert.ok(Math.abs(error - Math.sqrt(variance / 5)) < 1e-14);
  assert.is(effectiveSize, 5);
  assert.equal(weightedMean([2], [5]), { mean: 2, error: Infinity, effectiveSize: 1 });
  assert.is(weightedMean([1, 9], [1, 0]).effectiveSize, 1);
});

test('importance weights take samples to another distribution, with errors that are N(0, 1) over 300 sets', () => {
  // from N(0, 1) to N(1/2, 1): w = e^{x/2}; two-sided p > 1e-3
  const z = Array.from({ length: 300 }, (_, seed) => {
    const draw = normal(xoshiro128(seedWords(seed)));
    const values = Float64Array.from({ length: 1000 }, () => draw());
    const { mean, error } = weightedMean(
      values,
      values.map((x) => Math.exp(x / 2)),
    );
    return (mean - 0.5) / error;
  });
  const { mean, variance, pMean, pVariance } = standardNormal(z);
  assert.ok(pMean > 1e-3, `mean of z ${mean}, p = ${pMean}`);
  assert.ok(pVariance > 1e-3, `variance of z ${variance}, p = ${pVariance}`);
});

test.run();
