/**
 * How often error bars hold the truth: mean ± error, mean ± 1.96 error, and the same of τ and of Binder's cumulant, over Gaussian autoregressions
 * x' = φx + √(1 - φ²) g, of which everything is known. Bounds are 4 standard errors of a share of so many series around the 68.3% and 95% of exact normal
 * errors, and what the documentation of each function admits beside them.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { binderCumulant, binderRatio, inverseBinderRatio } from '../../src/ising/measure/thermodynamics.js';
import { binning } from '../../src/stats/binning.js';
import { ensembleMean } from '../../src/stats/ensemble.js';
import { integratedAutocorrelation } from '../../src/stats/series.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('stats/coverage');

const SERIES = 400;

/** `chains` interleaved chains in equilibrium, n entries in all: mean 0, variance 1, τ_int = ½ (1 + φ)/(1 - φ). */
function autoregression(n: number, phi: number, seed: number, chains = 1): Float64Array {
  const gaussian = normal(xoshiro128(seedWords(seed)));
  const noise = Math.sqrt(1 - phi * phi);
  const series = new Float64Array(n);
  for (let i = 0; i < n; i++) series[i] = i < chains ? gaussian() : phi * series[i - chains] + noise * gaussian();
  return series;
}

/** The share of answers within one and within 1.96 standard errors of the truth; series that are refused are not counted. */
function coverage(
  answers: readonly ({ value: number; error: number } | null)[],
  truth: number,
): [number, number, number] {
  const given = answers.filter((answer) => answer !== null);
  const within = (errors: number) =>
    given.filter(({ value, error }) => Math.abs(value - truth) < errors * error).length / given.length;
  return [within(1), within(1.96), given.length / answers.length];
}

/** @param admitted how far below (first) and above (second) the nominal share may lie, beside the noise of SERIES series */
function check(what: string, [one, two]: readonly number[], admitted: [number, number] = [0.03, 0.03]): void {
  for (const [share, nominal] of [
    [one, 0.683],
    [two, 0.95],
  ]) {
    const noise = 4 * Math.sqrt((nominal * (1 - nominal)) / SERIES);
    const allowed = share < nominal ? admitted[0] : admitted[1];
    assert.ok(Math.abs(share - nominal) < noise + allowed, `${what}: ${share}, nominal ${nominal}`);
  }
}

function refusable<T>(answer: () => T): T | null {
  try {
    return answer();
  } catch (error) {
    assert.instance(error, RangeError);
    return null;
  }
}

const seeds = Array.from({ length: SERIES }, (_, k) => 3000 + k);

for (const [phi, n] of [
  [-0.9, 1000],
  [-0.9, 8000],
  [-0.5, 200],
  [0, 200],
  [0.5, 200],
  [0.9, 1000],
  [0.99, 12_000],
]) {
  test(`Γ-method: the mean and τ of ${n} entries, φ = ${phi}`, () => {
    const answers = seeds.map((seed) => refusable(() => integratedAutocorrelation(autoregression(n, phi, seed))));
    const mean = answers.map((answer) => answer && { value: answer.mean, error: answer.error });
    const tau = answers.map((answer) => answer && { value: answer.tau, error: answer.tauError });
    const found = coverage(mean, 0);
    assert.ok(found[2] > 0.9, `answered ${found[2]}`);
    check('mean', found);
    check('τ', coverage(tau, (0.5 * (1 + phi)) / (1 - phi)), [0.06, 0.12]);
  });
}

for (const [chains, length, phi] of [
  [1, 1000, -0.9],
  [8, 200, -0.9],
  [32, 60, -0.5],
  [8, 200, 0.5],
]) {
  test(`${chains} chains of ${length} entries, φ = ${phi}`, () => {
    const answers = seeds.map((seed) => {
      const { mean, error } = ensembleMean(autoregression(chains * length, phi, seed, chains), chains);
      return { value: mean, error };
    });
    check('mean', coverage(answers, 0));
  });
}

for (const [phi, n] of [
  [-0.9, 8000],
  [-0.5, 1000],
  [0, 128],
  [0, 200],
  [0.5, 1000],
  [0.9, 8000],
]) {
  test(`binning: the mean of ${n} entries, φ = ${phi}`, () => {
    const answers = seeds.map((seed) => refusable(() => binning(autoregression(n, phi, seed))));
    const found = coverage(
      answers.map((answer) => answer && { value: answer.mean, error: answer.error }),
      0,
    );
    assert.ok(found[2] > 0.3, `answered ${found[2]}`);
    check('mean', found, [0.04, 0.05]);
  });
}

for (const [phi, n] of [
  [0, 160],
  [0, 1000],
  [0.9, 3000],
]) {
  test(`Binder's cumulant of a Gaussian m, ${n} entries, φ = ${phi}`, () => {
    const answers = seeds.map((seed) => refusable(() => binderCumulant(autoregression(n, phi, seed))));
    check(
      'U4',
      coverage(
        answers.map((answer) => answer && { value: answer.corrected, error: answer.error }),
        0,
      ),
      [0.01, 0.06],
    );
  });
}

test('the three conventions of one series have errors of one size', () => {
  const series = autoregression(1000, 0, 5);
  const cumulant = binderCumulant(series)!;
  assert.ok(Math.abs(binderRatio(series)!.error / (3 * cumulant.error) - 1) < 1e-9);
  const inverse = inverseBinderRatio(series)!;
  const expected = cumulant.error * 3 * inverse.value ** 2;
  assert.ok(Math.abs(inverse.error / expected - 1) < 0.05, `${inverse.error}, ${expected}`);
  // far from a Gaussian the error is the jackknife's own, far below that of one
  const ordered = series.map((x) => 1 + 0.01 * x);
  assert.ok(binderCumulant(ordered)!.error < 1e-4);
});

test.run();
