import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { meanEstimate } from '../../src/stats/estimate.js';
import { integratedAutocorrelation } from '../../src/stats/series.js';

const test = suite('stats/estimate');

test('is the Γ-method in short', () => {
  const series = Array.from({ length: 500 }, (_, i) => (i * 7919) % 101);
  const { mean, error, tau, effectiveSamples } = integratedAutocorrelation(series);
  assert.equal(meanEstimate(series), { mean, error, tau, effectiveSamples });
});

test('of a constant series only the mean is known', () => {
  assert.equal(meanEstimate(new Float64Array(50).fill(-2)), {
    mean: -2,
    error: null,
    tau: null,
    effectiveSamples: null,
  });
});

test('refuses a series too short to tell', () => {
  assert.throws(() => meanEstimate([1, 2, 3]), /expected at least 20 entries/);
  assert.throws(() => meanEstimate([...new Float64Array(30), Number.NaN]), RangeError);
});

test.run();
