import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ensembleMean } from '../../src/stats/ensemble.js';
import { integratedAutocorrelation } from '../../src/stats/series.js';
import { sokalTime } from '../../src/stats/sokal.js';
import { standardNormal } from '../physics/statistics.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('stats/ensemble');

/** `chains` stationary autoregressions x' = a x + √(1 - a²) g of `length` entries, interleaved: ρ(t) = a^t, variance 1, mean 3. */
function autoregressions(chains: number, length: number, a: number, seed: number): Float64Array {
  const draw = normal(xoshiro128(seedWords(seed)));
  const values = new Float64Array(chains * length);
  for (let i = 0; i < values.length; i++) {
    values[i] = i < chains ? draw() : a * values[i - chains] + Math.sqrt(1 - a * a) * draw();
  }
  return values.map((x) => x + 3);
}

test('one entry a chain: the usual standard error, and no word about correlation', () => {
  const { mean, error, tau, effectiveSamples } = ensembleMean([1, 2, 3, 6], 128);
  assert.is(mean, 3);
  // Σ(x - 3)²/4 = 3.5, and 1 + 1/4 in place of 4/3
  assert.ok(Math.abs(error - Math.sqrt((3.5 * 1.25) / 4)) < 1e-14, `${error}`);
  assert.is(tau, null);
  assert.ok(Math.abs(effectiveSamples - 4 / 1.25) < 1e-14);
});

test('one long chain: as integratedAutocorrelation, to 2%', () => {
  const values = autoregressions(1, 20_000, 0.7, 3);
  const own = ensembleMean(values, 1);
  const single = integratedAutocorrelation(values);
  assert.is(own.mean, single.mean);
  assert.ok(Math.abs(own.error / single.error - 1) < 0.02, `${own.error}, ${single.error}`);
  assert.ok(Math.abs(own.tau! / single.tau - 1) < 0.02, `${own.tau}, ${single.tau}`);
});

// z of 400 ensembles are N(0, 1); two p each, above 1e-3
for (const [length, extra, a] of [
  [1, 0, 0],
  [2, 17, 0.5],
  [8, 0, 0.8],
  [8, 5, -0.4],
  [60, 3, 0.6],
]) {
  test(`error bars: 32 chains of ${length} entries (${extra} of them one more), ρ(1) = ${a}`, () => {
    const z: number[] = [];
    for (let seed = 0; seed < 400; seed++) {
      const values = autoregressions(32, length + 1, a, 1000 * length + seed).slice(0, 32 * length + extra);
      const { mean, error } = ensembleMean(values, 32);
      z.push((mean - 3) / error);
    }
    const { pMean, pVariance, variance } = standardNormal(z);
    assert.ok(pMean > 1e-3, `p = ${pMean}`);
    assert.ok(pVariance > 1e-3, `variance ${variance}, p = ${pVariance}`);
  });
}

test('τ of many short chains: no bias beyond 3%, null where the chains end before the correlation', () => {
  const exact = 0.5 + 0.6 / 0.4;
  let sum = 0;
  for (let seed = 0; seed < 50; seed++) sum += ensembleMean(autoregressions(128, 40, 0.6, seed), 128).tau! / 50;
  assert.ok(Math.abs(sum / exact - 1) < 0.03, `${sum}, expected ${exact}`);
  assert.is(ensembleMean(autoregressions(128, 4, 0.9, 1), 128).tau, null);
});

test('sokalTime of interleaved chains: the average of their autocovariances', () => {
  const values = autoregressions(128, 64, 0.6, 9);
  const tau = sokalTime(values, 5, 128);
  assert.ok(Math.abs(tau / 2 - 1) < 0.15, `${tau}`);
  // by the definition, written out
  const n = values.length;
  const mean = values.reduce((total, x) => total + x, 0) / n;
  const rho = (lag: number) => {
    let covariance = 0;
    for (let chain = 0; chain < 128; chain++) {
      for (let t = 0; t + lag < 64; t++) {
        covariance += (values[128 * t + chain] - mean) * (values[128 * (t + lag) + chain] - mean);
      }
    }
    return covariance / (128 * (64 - lag));
  };
  let expected = 0.5;
  for (let lag = 1; lag < 32; lag++) {
    expected += rho(lag) / rho(0);
    if (lag >= 5 * expected) break;
  }
  assert.ok(Math.abs(tau - expected) < 1e-12);
});

test('a constant ensemble, and what is none', () => {
  assert.equal(ensembleMean([2, 2, 2], 2), { mean: 2, error: 0, tau: 0.5, effectiveSamples: 3 });
  assert.equal(ensembleMean([2, 2, 2], 3), { mean: 2, error: 0, tau: null, effectiveSamples: 3 });
  assert.throws(() => ensembleMean([1], 1), /^.*"values" expected at least 2 entries/);
  assert.throws(() => ensembleMean([1, Number.NaN], 1), /"values\[1\]" expected finite number/);
  assert.throws(() => ensembleMean([1, 2], 0), /"chains"/);
});

test.run();
