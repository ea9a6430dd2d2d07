import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { binning } from '../../src/stats/binning.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('stats/binning');

/** First-order autoregression of variance 1, τ_int = ½ (1 + ρ)/(1 - ρ). */
function autoregression(n: number, rho: number, seed: number): Float64Array {
  const gaussian = normal(xoshiro128(seedWords(seed)));
  let x = gaussian();
  return Float64Array.from({ length: n }, () => {
    const now = x;
    x = rho * x + Math.sqrt(1 - rho * rho) * gaussian();
    return now;
  });
}

const meanOf = (values: number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

test('the plateau is the error of the mean, over 200 seeds', () => {
  const seeds = 200;
  const n = 16_384;
  for (const rho of [0, 0.5, 0.9]) {
    const tau = (0.5 * (1 + rho)) / (1 - rho);
    const answers = Array.from({ length: seeds }, (_, k) => binning(autoregression(n, rho, 100 + k)));
    const ratio = meanOf(answers.map(({ error }) => error ** 2)) / ((2 * tau) / n);
    // Bins of finite length miss a part of relative size τ/B.
    assert.ok(ratio > 0.9 && ratio < 1.05, `ρ = ${rho}: error² is ${ratio} of the truth`);
    assert.ok(Math.abs(meanOf(answers.map((answer) => answer.tau)) / tau - 1) < 0.1, `ρ = ${rho}: τ`);
    const z = answers.map(({ mean, error }) => mean / error);
    const variance = meanOf(z.map((x) => x * x));
    // 4 sigma of the mean square of 200 normals, and 10% for the errors of the errors.
    assert.ok(Math.abs(variance - 1) < 4 * Math.sqrt(2 / seeds) + 0.1, `ρ = ${rho}: mean square of z ${variance}`);
    assert.ok(Math.abs(meanOf(z)) < 4 / Math.sqrt(seeds), `ρ = ${rho}: mean of z ${meanOf(z)}`);
  }
});

test('levels double, and each is the plain error of its bins', () => {
  const series = autoregression(1003, 0.3, 1);
  const { levels, mean } = binning(series);
  assert.equal(
    levels.map(({ size, bins }) => [size, bins]),
    [1, 2, 4, 8, 16, 32, 64].map((size) => [size, Math.floor(1003 / size)]),
  );
  for (const { size, bins, error, errorError } of levels) {
    const means = Array.from({ length: bins }, (_, b) => meanOf([...series.slice(b * size, (b + 1) * size)]));
    const middle = meanOf(means);
    const expected = Math.sqrt(means.reduce((sum, x) => sum + (x - middle) ** 2, 0) / (bins - 1) / bins);
    assert.ok(Math.abs(error / expected - 1) < 1e-12, `bins of ${size}`);
    assert.ok(Math.abs(errorError / (expected / Math.sqrt(2 * (bins - 1))) - 1) < 1e-12, `bins of ${size}`);
  }
  assert.ok(Math.abs(mean - meanOf([...series])) < 1e-15);
});

test('a constant series has error 0 and τ = ½', () => {
  const { mean, error, tau } = binning(new Float64Array(100).fill(0.1));
  assert.equal([mean, error, tau], [0.1, 0, 0.5]);
});

test('refuses what is too short or no series', () => {
  const range = (error: unknown): boolean => error instanceof RangeError;
  const short = autoregression(200, 0.97, 3);
  assert.throws(() => binning(short), /no plateau/);
  assert.ok(binning(short, { allowShort: true }).error > 0);
  assert.throws(() => binning(new Float64Array(19)), range);
  assert.throws(() => binning(new Float64Array(7), { allowShort: true }), range);
  assert.throws(() => binning([...short, Number.NaN]), /"series\[200\]" expected finite number, got NaN/);
  assert.throws(
    () => binning(null as unknown as number[]),
    (error: unknown) => error instanceof TypeError,
  );
});

test.run();
