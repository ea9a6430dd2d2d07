import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jackknife, jackknifeWhereDefined } from '../../src/stats/jackknife.js';
import { near } from '../assert.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('stats/jackknife');

const meanOf = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, x) => sum + x, 0) / values.length;

function gaussians(n: number, seed: number): Float64Array {
  const gaussian = normal(xoshiro128(seedWords(seed)));
  return Float64Array.from({ length: n }, gaussian);
}

test('of the mean itself, with one entry a block, is the standard error', () => {
  const series = gaussians(57, 1);
  const { value, corrected, error } = jackknife([series], ([mean]) => mean, { blocks: 57 });
  const mean = meanOf(series);
  const variance = series.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 56;
  near(value, mean, 1e-15, 'value');
  near(corrected, mean, 1e-14, 'corrected');
  near(error, Math.sqrt(variance / 57), 1e-14, 'error');
});

test('a linear statistic has no bias, with blocks of unequal length too', () => {
  const [x, y] = [gaussians(101, 2), gaussians(101, 3)];
  for (const blocks of [2, 7, 20, 101]) {
    const { value, corrected } = jackknife([x, y], ([a, b]) => 3 * a - 2 * b + 1, { blocks });
    near(value, 3 * meanOf(x) - 2 * meanOf(y) + 1, 1e-14, 'value');
    near(corrected, value, 1e-12, `corrected, ${blocks} blocks`);
  }
});

test('takes the bias of a squared mean away exactly', () => {
  const series = gaussians(40, 4).map((x) => x + 2);
  const { value, corrected } = jackknife([series], ([mean]) => mean * mean, { blocks: 40 });
  const mean = meanOf(series);
  const variance = series.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 39;
  near(value, mean * mean, 1e-14, 'value');
  near(corrected, mean * mean - variance / 40, 1e-13, 'corrected');
});

test('errors of a cumulant are honest: z-scores over 400 seeds are of variance 1', () => {
  const seeds = 400;
  for (const n of [2000, 2013]) {
    // U4 = 1 - ⟨m⁴⟩/3⟨m²⟩² is 0 for Gaussian m.
    const z = Array.from({ length: seeds }, (_, k) => {
      const m = gaussians(n, 100 + k);
      const answer = jackknife([m.map((x) => x ** 2), m.map((x) => x ** 4)], ([m2, m4]) => 1 - m4 / (3 * m2 * m2), {
        blocks: 50,
      });
      return answer.corrected / answer.error;
    });
    // 4 sigma of 400; the 49 degrees of freedom make the variance 49/47, and ⟨m⁴⟩ is not quite Gaussian.
    near(meanOf(z), 0, 4 / Math.sqrt(seeds) + 0.05, `mean of z, n = ${n}`);
    near(meanOf(z.map((x) => x * x)), 49 / 47, 4 * Math.sqrt(2 / seeds) + 0.05, `mean square of z, n = ${n}`);
  }
});

test('sees the correlation between its means', () => {
  const x = gaussians(1000, 5).map((g) => 10 + g);
  const { error } = jackknife([x, x.map((v) => 2 * v)], ([a, b]) => b / a);
  near(error, 0, 1e-13, 'error of a ratio that never moves');
});

test('blocks longer than the correlation find the error of a correlated series', () => {
  const g = gaussians(40_000, 6);
  let x = 0;
  const series = g.map((noise) => {
    x = 0.8 * x + 0.6 * noise;
    return x;
  });
  // Variance 1 and 2τ = 9; 64 blocks know their error to 9%, three sigma.
  const { error } = jackknife([series], ([mean]) => mean, { blocks: 64 });
  near(error / Math.sqrt(9 / 40_000), 1, 0.27, 'error');
});

test('a statistic that does not exist everywhere is null, and so is one of constants', () => {
  const series = gaussians(40, 9);
  const mean = ([a]: Float64Array): number => a;
  assert.equal(jackknifeWhereDefined([series], mean), jackknife([series], mean));
  assert.is(
    jackknifeWhereDefined([series], () => Number.NaN),
    null,
  );
  // all entries but one are 0, and 0/0 without the block of that one
  const single = new Float64Array(40);
  single[7] = 1;
  assert.is(
    jackknifeWhereDefined([single, single.map((x) => 2 * x)], ([a, b]) => b / a),
    null,
  );
  assert.is(jackknifeWhereDefined([new Float64Array(40).fill(3)], mean), null);
  assert.throws(() => jackknifeWhereDefined([series], mean, { blocks: 1 }), RangeError);
  assert.throws(() => jackknifeWhereDefined([], mean), RangeError);
});

test('refuses what it cannot resample', () => {
  const range = (error: unknown): boolean => error instanceof RangeError;
  const type = (error: unknown): boolean => error instanceof TypeError;
  const series = gaussians(30, 7);
  const mean = ([a]: Float64Array): number => a;
  assert.throws(() => jackknife([], mean), range);
  assert.throws(() => jackknife([series, gaussians(29, 8)], mean), /"samples\[1\]" expected length 30, got 29/);
  assert.throws(() => jackknife([series], mean, { blocks: 1 }), range);
  assert.throws(() => jackknife([series], mean, { blocks: 31 }), range);
  assert.throws(() => jackknife([series], mean, { blocks: Number.NaN }), range);
  assert.throws(() => jackknife([series], () => Number.NaN), /"statistic" expected finite number, got NaN/);
  assert.throws(() => jackknife([series.map((x, i) => (i === 4 ? Number.NaN : x))], mean), /"samples\[0\]\[4\]"/);
  assert.throws(() => jackknife(series as unknown as Float64Array[], mean), type);
  assert.throws(() => jackknife([series], 3 as unknown as typeof mean), type);
});

test.run();
