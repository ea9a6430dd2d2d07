/** Data collapse: its quality by hand, and the fit on synthetic curves of known exponents; fixed seeds. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { magnetisationDistribution } from '../../src/exact/magnetisation.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { type CollapseFit, type CollapseOptions, fitCollapse } from '../../src/stats/collapse.js';
import { type CollapseParameters, collapseQuality, type ScalingPoint } from '../../src/stats/scaling.js';
import { cases } from '../matrix.js';
import { standardNormal } from '../physics/statistics.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('stats/scaling');

const truth: CollapseParameters = { criticalCoupling: 0.44, nu: 1.1, exponent: -0.3 };

/** Points on A = L^{ζ/ν} f((K - K_c) L^{1/ν}), with errors of a share of the value and that much noise. */
function synthetic(f: (x: number) => number, share: number, noise: () => number): ScalingPoint[] {
  return [8, 16, 32].flatMap((size) =>
    Array.from({ length: 9 }, (_, k) => {
      // each size its own couplings, so that no scaled points coincide
      const x = ((k - 4) / 4) * (1 + 0.003 * size);
      const coupling = truth.criticalCoupling + x * size ** (-1 / truth.nu);
      const value = size ** (truth.exponent / truth.nu) * f(x);
      const error = share * Math.abs(value);
      return { size, coupling, value: value + error * noise(), error };
    }),
  );
}

function close(actual: number | null, expected: number, what: string, bound = 1e-12): void {
  assert.ok(actual !== null && Math.abs(actual - expected) < bound, `${what}: ${actual}, expected ${expected}`);
}

test('the quality of five points by hand', () => {
  // ν = 1, ζ = 1, K_c = 0: x = K L, y = A/L. Size 1: (0, 0), (2, 4), (4, 5); size 2: (1, 3), (3, 4).
  const points = [
    { size: 1, coupling: 0, value: 0, error: 0.5 },
    { size: 1, coupling: 2, value: 4, error: 1 },
    { size: 1, coupling: 4, value: 5, error: 1 },
    { size: 2, coupling: 1.5, value: 8, error: 4 },
    { size: 2, coupling: 0.5, value: 6, error: 2 },
  ];
  const parameters = { criticalCoupling: 0, nu: 1, exponent: 1 };
  // (0, 0) and (4, 5) lie outside of the other curve. (2, 4) ± 1 against the middle of (1, 3) ± 1 and (3, 4) ± 2: 3.5, variance (1 + 4)/4.
  // (1, 3) ± 1 against the middle of (0, 0) ± 0.5 and (2, 4) ± 1: 2, (0.25 + 1)/4. (3, 4) ± 2 against (2, 4) ± 1 and (4, 5) ± 1: 4.5, 2/4.
  const expected = (0.5 ** 2 / (1 + 1.25) + 1 / (1 + 1.25 / 4) + 0.5 ** 2 / (4 + 0.5)) / 3;
  const { quality, overlapping } = collapseQuality(points, parameters);
  assert.is(overlapping, 3);
  close(quality, expected, 'S');
  // the two curves far apart have no quality
  assert.equal(collapseQuality(points, { ...parameters, criticalCoupling: -100 }), { quality: null, overlapping: 0 });
});

test('three sizes: the straight line goes through all pairs', () => {
  const line = (size: number, list: [number, number, number][]): ScalingPoint[] =>
    list.map(([coupling, value, error]) => ({ size, coupling, value, error }));
  // ζ = 0, ν = ∞ in effect: sizes differ by name only
  const points = [
    ...line(1, [[1, 7, 1]]),
    ...line(2, [
      [0, 1, 1],
      [2, 5, 1],
    ]),
    ...line(3, [
      [0.5, 2, 2],
      [1.5, 3, 2],
    ]),
  ];
  const parameters = { criticalCoupling: 0, nu: 1e12, exponent: 0 };
  // at x = 1 all pairs are centred there: the weighted mean of heights, (1 + 5 + 2/4 + 3/4)/2.5 = 2.9, variance 1/2.5
  const first = (7 - 2.9) ** 2 / (1 + 0.4);
  // (0.5, 2) and (1.5, 3) lie within size 2 only: 2 and 4, variances 1/2 + 0.25/2
  const third = (0 + 1) / (4 + 0.625);
  const { quality, overlapping } = collapseQuality(points, parameters);
  assert.is(overlapping, 3);
  close(quality, (first + third) / 3, 'S', 1e-9);
});

test('a straight scaling function collapses exactly, and the fit finds it from afar', () => {
  const points = synthetic(
    (x) => 2 + x,
    1e-3,
    () => 0,
  );
  close(collapseQuality(points, truth).quality, 0, 'S', 1e-18);
  assert.ok(collapseQuality(points, { ...truth, nu: 1 }).quality! > 1);
  const fit = fitCollapse(points, { criticalCoupling: 0.45, nu: 1, exponent: -0.2 });
  for (const name of ['criticalCoupling', 'nu', 'exponent'] as const) {
    close(fit[name].value, truth[name], name, 1e-5);
    assert.ok(fit[name].error! > 0 && fit[name].error! < 0.1);
  }
  const part = fitCollapse(points, { ...truth, criticalCoupling: 0.445 }, { fixed: ['nu', 'exponent'] });
  close(part.criticalCoupling.value, truth.criticalCoupling, 'K_c', 1e-6);
  assert.equal(
    [part.nu, part.exponent],
    [
      { value: 1.1, error: null, drift: null },
      { value: -0.3, error: null, drift: null },
    ],
  );
  assert.ok(part.criticalCoupling.error! < fit.criticalCoupling.error!);
});

test('fits of noisy curves: S is about 1, z over 48 seeds is N(0, 1), p > 1e-3', () => {
  const z: Record<string, number[]> = { criticalCoupling: [], nu: [], exponent: [] };
  let quality = 0;
  for (let seed = 0; seed < 48; seed++) {
    const noise = normal(xoshiro128(seedWords(500 + seed)));
    const fit = fitCollapse(
      synthetic((x) => 2 + x, 0.005, noise),
      truth,
    );
    quality += fit.quality! / 48;
    for (const [name, scores] of Object.entries(z)) {
      const { value, error } = fit[name as keyof CollapseParameters];
      scores.push((value - truth[name as keyof CollapseParameters]) / error!);
    }
  }
  // neighbouring points share their lines, so that S has no exact expectation
  assert.ok(quality > 0.6 && quality < 1.4, `S = ${quality}`);
  for (const [name, scores] of Object.entries(z)) {
    const { mean, variance, pMean, pVariance } = standardNormal(scores);
    assert.ok(pMean > 1e-3 && pVariance > 1e-3, `${name}: mean ${mean}, variance ${variance}`);
  }
});

/** z of K_c and the other free parameters over `seeds` sets of noise. */
function zScores(
  exact: readonly ScalingPoint[],
  known: CollapseParameters,
  start: CollapseParameters,
  options: CollapseOptions,
  seeds: number,
): { fits: CollapseFit[]; z: Record<string, number[]> } {
  const fits = Array.from({ length: seeds }, (_, seed) => {
    const noise = normal(xoshiro128(seedWords(900 + seed)));
    const points = exact.map((point) => ({ ...point, value: point.value + point.error * noise() }));
    return fitCollapse(points, start, options);
  });
  const names = (['criticalCoupling', 'nu', 'exponent'] as const).filter((name) => fits[0][name].error !== null);
  const z = Object.fromEntries(
    names.map((name) => [name, fits.map((fit) => (fit[name].value - known[name]) / fit[name].error!)]),
  );
  return { fits, z };
}

const within = (z: readonly number[], bound: number): number => z.filter((x) => Math.abs(x) < bound).length / z.length;

test('a bent curve on one grid of couplings that holds K_c: the answer is not the grid, from several starts', () => {
  const known = { criticalCoupling: 0.4437, nu: 1, exponent: -0.125 };
  // K_c is on the grid; then it is beside 0.44, which is
  for (const criticalCoupling of cases([0.44], [0.4437])) {
    const exact = [8, 16, 32].flatMap((size) =>
      Array.from({ length: 9 }, (_, k): ScalingPoint => {
        const coupling = 0.4 + 0.01 * k;
        const x = (coupling - criticalCoupling) * size;
        return { size, coupling, value: size ** -0.125 * (1 + Math.tanh(1.2 * x)), error: 0.005 };
      }),
    );
    const start = { criticalCoupling: 0.43, nu: 1.2, exponent: -0.2 };
    const { fits, z } = zScores(exact, { ...known, criticalCoupling }, start, {}, 16);
    for (const [name, scores] of Object.entries(z)) {
      assert.ok(within(scores, 1.96) > 0.75, `${name}: ${within(scores, 1.96)} within 1.96 errors`);
    }
    // the noise moves K_c: no two answers are alike
    const couplings = fits.map((fit) => fit.criticalCoupling.value);
    assert.ok(couplings.every((k) => Math.abs(k - 0.44) > 1e-7));
    assert.is(new Set(couplings.map((k) => k.toFixed(8))).size, fits.length);
    const chi = fits.reduce((sum, { chiSquare, freedom }) => sum + chiSquare / freedom / fits.length, 0);
    assert.ok(chi > 0.7 && chi < 1.4, `χ²/freedom = ${chi}`);
    assert.ok(fits.every(({ degree }) => degree >= 3));
  }
});

test('exact U4 of small tori: corrections to scaling are fitted, or seen in the drift and counted in the error', () => {
  const known = { criticalCoupling, nu: 1, exponent: 0 };
  const exact = [4, 6, 8].flatMap((size) =>
    Array.from({ length: 9 }, (_, k): ScalingPoint => {
      const coupling = 0.42 + 0.005 * k;
      const { magnetisation2, magnetisation4 } = magnetisationDistribution({ rows: size, columns: size, coupling });
      return { size, coupling, value: 1 - magnetisation4 / (3 * magnetisation2 ** 2), error: 0.0005 };
    }),
  );
  const start = { criticalCoupling: 0.44, nu: 1, exponent: 0 };
  const plain = zScores(exact, known, start, { fixed: ['exponent'] }, 12);
  const drifts = plain.fits.map((fit) => fit.criticalCoupling.drift!);
  const bias = plain.fits.reduce((sum, fit) => sum + fit.criticalCoupling.value - criticalCoupling, 0) / 12;
  // the answer is off by more than ten of its purely statistical errors, 0.0006, and drifts back
  assert.ok(bias > 0.005 && drifts.reduce((sum, drift) => sum + drift, 0) / 12 < -0.001, `${bias}`);
  assert.ok(within(plain.z.criticalCoupling, 1.96) > 0.6, `${plain.z.criticalCoupling}`);
  const corrected = zScores(exact, known, start, { fixed: ['exponent'], correction: 1.75 }, 12);
  assert.ok(within(corrected.z.criticalCoupling, 1.96) > 0.75, `${corrected.z.criticalCoupling}`);
  const left = corrected.fits.reduce((sum, fit) => sum + fit.criticalCoupling.value - criticalCoupling, 0) / 12;
  assert.ok(Math.abs(left) < bias / 3, `${left}`);
});

test('refuses what cannot collapse', () => {
  const range = (error: unknown): boolean => error instanceof RangeError;
  const type = (error: unknown): boolean => error instanceof TypeError;
  const points = synthetic(
    (x) => 2 + x,
    0.01,
    () => 0,
  );
  assert.throws(() => collapseQuality(points.slice(0, 9), truth), /"points" expected at least two sizes, got 1/);
  for (const changed of [{ size: 0 }, { coupling: Number.NaN }, { value: Infinity }, { error: 0 }]) {
    assert.throws(() => collapseQuality([{ ...points[0], ...changed }, ...points.slice(1)], truth), range);
  }
  assert.throws(() => collapseQuality(null as never, truth), type);
  assert.throws(() => collapseQuality([null as never], truth), type);
  assert.throws(() => collapseQuality(points, { ...truth, nu: 0 }), /"nu" expected number > 0/);
  assert.throws(() => collapseQuality(points, { ...truth, exponent: Number.NaN }), range);
  assert.throws(() => fitCollapse(points, { ...truth, nu: -1 }), range);
  assert.throws(() => fitCollapse(points, truth, { correction: 0 }), /"correction" expected number > 0/);
  const few = [points[2], points[4], points[11], points[13]];
  assert.throws(() => fitCollapse(few, truth), /"points" expected more than parameters and coefficients/);
  assert.throws(() => fitCollapse(points, { ...truth, criticalCoupling: 5 }), /"start" expected parameters at which/);
  assert.throws(() => fitCollapse(points, truth, { fixed: ['beta' as never] }), /"fixed" expected names of/);
  assert.throws(
    () => fitCollapse(points, truth, { fixed: ['criticalCoupling', 'nu', 'exponent'] }),
    /at least one parameter left free/,
  );
});

test.run();
