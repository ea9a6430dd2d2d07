import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { integratedAutocorrelation } from '../../src/stats/series.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('stats/series');

/** x_{t+1} = ρ x_t + √(1 - ρ²) g, started in equilibrium: mean 0, variance 1, τ_int = ½ (1 + ρ)/(1 - ρ). */
function autoregression(n: number, rho: number, seed: number): Float64Array {
  const gaussian = normal(xoshiro128(seedWords(seed)));
  const series = new Float64Array(n);
  let x = gaussian();
  for (let t = 0; t < n; t++) {
    series[t] = x;
    x = rho * x + Math.sqrt(1 - rho * rho) * gaussian();
  }
  return series;
}

const meanOf = (values: number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
const varianceOf = (values: number[]): number => {
  const mean = meanOf(values);
  return values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
};

/** Normal distribution function, Abramowitz & Stegun 26.2.17, error below 1e-7. */
function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    ((((1.330274429 * t - 1.821255978) * t + 1.781477937) * t - 0.356563782) * t + 0.31938153) *
    t *
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI));
  return z > 0 ? 1 - tail : tail;
}

/** Kolmogorov's distance to N(0,1) times √n. */
function kolmogorov(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const distance = sorted.reduce((most, z, i) => {
    const below = normalBelow(z);
    return Math.max(most, Math.abs(below - i / n), Math.abs(below - (i + 1) / n));
  }, 0);
  return distance * Math.sqrt(n);
}

test('the generator of these tests gives the published stream of xoshiro128++', () => {
  const next = xoshiro128([1, 2, 3, 4]);
  const expected = [641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295];
  assert.equal(Array.from({ length: 8 }, next), expected);
  assert.throws(() => xoshiro128([0, 0, 0, 0]), /not all zero/);
});

test('error and τ of an autoregression over 300 seeds: z-scores are N(0,1)', () => {
  const seeds = 300;
  const n = 8000;
  for (const rho of [-0.4, 0, 0.5, 0.9]) {
    const exactTau = (0.5 * (1 + rho)) / (1 - rho);
    const answers = Array.from({ length: seeds }, (_, k) =>
      integratedAutocorrelation(autoregression(n, rho, 1000 + k)),
    );
    const z = answers.map(({ mean, error }) => mean / error);
    assert.ok(Math.abs(meanOf(z)) < 4 / Math.sqrt(seeds), `ρ = ${rho}: mean of z ${meanOf(z)}`);
    // 4 sigma of a variance of 300 normals, and 5% for the truncation of the sum.
    assert.ok(Math.abs(varianceOf(z) - 1) < 4 * Math.sqrt(2 / seeds) + 0.05, `ρ = ${rho}: variance ${varianceOf(z)}`);
    // p = 0.001
    assert.ok(kolmogorov(z) < 1.95, `ρ = ${rho}: Kolmogorov ${kolmogorov(z)}`);

    const taus = answers.map(({ tau }) => tau);
    const allowed = 0.03 * exactTau + (4 * Math.sqrt(varianceOf(taus))) / Math.sqrt(seeds);
    assert.ok(Math.abs(meanOf(taus) - exactTau) < allowed, `ρ = ${rho}: τ ${meanOf(taus)}, expected ${exactTau}`);
    const claimed = meanOf(answers.map(({ tauError }) => tauError));
    const spread = Math.sqrt(varianceOf(taus));
    assert.ok(Math.abs(claimed / spread - 1) < 0.25, `ρ = ${rho}: error of τ ${claimed}, spread ${spread}`);

    // The error squared estimates the exact variance of the mean of n entries.
    let variance = 1;
    for (let t = 1; t < 400; t++) variance += 2 * (1 - t / n) * rho ** t;
    const ratio = meanOf(answers.map(({ error }) => error * error)) / (variance / n);
    assert.ok(Math.abs(ratio - 1) < 0.05, `ρ = ${rho}: error² is ${ratio} of the truth`);
  }
});

test('the correction for the estimated mean shows in short series', () => {
  // 20,000 series of 200 entries without correlation, window 2: without it the variance would be 2.5% too small.
  const squares = Array.from({ length: 20_000 }, (_, k) => {
    const { error } = integratedAutocorrelation(autoregression(200, 0, 5000 + k), { window: 2 });
    return error * error * 200;
  });
  const bound = (4 * Math.sqrt(varianceOf(squares))) / Math.sqrt(squares.length) + 0.003;
  assert.ok(bound < 0.012);
  assert.ok(Math.abs(meanOf(squares) - 1) < bound, `variance ${meanOf(squares)}`);
});

test('states its convention: τ = ½ for uncorrelated data, effectiveSamples = n/(2τ), error = √(2τΓ(0)/n)', () => {
  const series = autoregression(50_000, 0.8, 7);
  const { mean, error, tau, window, effectiveSamples } = integratedAutocorrelation(series);
  const variance = series.reduce((sum, x) => sum + (x - mean) ** 2, 0) / series.length;
  assert.ok(Math.abs(effectiveSamples / (series.length / (2 * tau)) - 1) < 1e-14);
  assert.ok(Math.abs(error / Math.sqrt((2 * tau * variance) / series.length) - 1) < 1e-12);
  assert.ok(Math.abs(tau - 4.5) < 0.5 && window > 10 && window < 80, `τ = ${tau}, W = ${window}`);
  const white = integratedAutocorrelation(autoregression(50_000, 0, 8));
  assert.ok(Math.abs(white.tau - 0.5) < 4 * white.tauError);
});

test('a window by hand sums what it says, with the correction', () => {
  const series = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6, 2];
  const n = series.length;
  const mean = meanOf(series);
  const covariance = (t: number): number =>
    meanOf(series.slice(0, n - t).map((x, i) => (x - mean) * (series[i + t] - mean)));
  for (const window of [0, 1, 4]) {
    let sum = 0.5;
    for (let t = 1; t <= window; t++) sum += covariance(t) / covariance(0);
    const answer = integratedAutocorrelation(series, { window, allowShort: true });
    assert.is(answer.window, window);
    assert.ok(Math.abs(answer.tau - sum * (1 + (2 * window + 1) / n)) < 1e-14);
    assert.ok(Math.abs(answer.mean - mean) < 1e-15);
    const tauError = 2 * answer.tau * Math.sqrt(Math.max(0, window + 0.5 - answer.tau) / n);
    assert.ok(Math.abs(answer.tauError - tauError) < 1e-14);
  }
});

test('shifting and scaling the data changes the mean and the error alone', () => {
  const series = autoregression(5000, 0.6, 9);
  const plain = integratedAutocorrelation(series);
  const moved = integratedAutocorrelation(series.map((x) => 1e6 - 3 * x));
  assert.is(moved.window, plain.window);
  assert.ok(Math.abs(moved.tau / plain.tau - 1) < 1e-7);
  assert.ok(Math.abs(moved.error / plain.error / 3 - 1) < 1e-7);
  assert.ok(Math.abs(moved.mean - (1e6 - 3 * plain.mean)) < 1e-8);
});

test('a constant series has τ = ½ and error 0', () => {
  const expected = { mean: 0.1, error: 0, tau: 0.5, tauError: 0, window: 0, effectiveSamples: 1000 };
  assert.equal(integratedAutocorrelation(new Float64Array(1000).fill(0.1)), expected);
});

test('refuses a series too short for its τ, unless told otherwise', () => {
  const short = autoregression(300, 0.95, 10);
  assert.throws(
    () => integratedAutocorrelation(short),
    (error: unknown) => error instanceof RangeError,
  );
  assert.ok(integratedAutocorrelation(short, { allowShort: true }).tau > 1);
  assert.throws(() => integratedAutocorrelation(new Float64Array(19)), /"series" expected at least 20 entries, got 19/);
  assert.is(integratedAutocorrelation(new Float64Array(19), { allowShort: true }).tau, 0.5);
  // A straight line never decorrelates.
  const line = Float64Array.from({ length: 1000 }, (_, i) => i);
  assert.throws(
    () => integratedAutocorrelation(line),
    (error: unknown) => error instanceof RangeError,
  );
});

test('refuses a series whose mean would have no positive variance', () => {
  const zigzag = Float64Array.from({ length: 1001 }, (_, i) => (i % 2 ? 1 : -1));
  assert.throws(() => integratedAutocorrelation(zigzag, { window: 1 }), /anticorrelated/);
  // The automatic window stops somewhere by noise alone; the memory it saw by then is what refuses, at odd and even windows.
  for (let n = 200; n < 1001; n += 37) {
    assert.throws(
      () => integratedAutocorrelation(zigzag.slice(0, n)),
      (error: unknown) => error instanceof RangeError,
    );
  }
});

test('refuses what is no series', () => {
  const series = autoregression(100, 0, 11);
  series[3] = Number.NaN;
  assert.throws(() => integratedAutocorrelation(series), /"series\[3\]" expected finite number, got NaN/);
  series[3] = Number.POSITIVE_INFINITY;
  const range = (error: unknown): boolean => error instanceof RangeError;
  const type = (error: unknown): boolean => error instanceof TypeError;
  assert.throws(() => integratedAutocorrelation(series), range);
  series[3] = 0;
  assert.throws(() => integratedAutocorrelation(series, { window: 100 }), range);
  assert.throws(() => integratedAutocorrelation(series, { window: 1.5 }), range);
  assert.throws(() => integratedAutocorrelation(series, { windowFactor: 0 }), range);
  assert.throws(() => integratedAutocorrelation([1], { allowShort: true }), range);
  assert.throws(() => integratedAutocorrelation('12' as unknown as number[]), type);
  assert.throws(() => integratedAutocorrelation(Array(30).fill('1') as number[]), type);
});

test.run();
