/** Single-histogram reweighting. Exact where all states of a small torus stand for samples at K = 0, statistical on `Ising.sample`; fixed seeds. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { enumerate } from '../../src/exact/enumerate.js';
import { kaufman } from '../../src/exact/kaufman.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import { canonicalSeries } from '../../src/ising/measure/series.js';
import { square } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { type CanonicalSeries, reweight, type Statistic } from '../../src/stats/reweight.js';
import { allStates, torusBonds } from '../physics/enumeration.js';
import { standardNormal } from '../physics/statistics.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('stats/reweight');

const binderCumulant: Statistic = ({ magnetisation2, magnetisation4 }) =>
  1 - magnetisation4 / (3 * magnetisation2 * magnetisation2);

/** Every state once: exactly the samples of K = 0. */
function freeStates(rows: number, columns: number): CanonicalSeries {
  const states = allStates(rows * columns);
  const data = new SpinData(states.count, [rows, columns], states.bytes, { source: 'this test' });
  return { ...canonicalSeries(data, { coupling: 0 }), tau: 0.5 };
}

function close(actual: number, expected: number, what: string, bound = 1e-12): void {
  assert.ok(
    Math.abs(actual - expected) < bound * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, expected ${expected}`,
  );
}

test('from all states, any coupling is exact: sides of 3 and 4', () => {
  for (const side of [3, 4]) {
    const series = freeStates(side, side);
    for (const coupling of [-0.2, 0, 0.2, criticalCoupling, 1]) {
      const sites = side * side;
      const bonds = torusBonds(side).map(([a, b]) => ({ a, b, coupling }));
      const exact = enumerate({ sites, bonds });
      const at = (statistic: Statistic): number =>
        reweight(series, coupling, statistic, { blocks: 2, fewestEffective: 1 }).value;
      const where = `L = ${side}, K = ${coupling}`;
      if (coupling >= 0) {
        close(at(({ energy }) => energy) / sites, kaufman(side, side, coupling).energy, `u, ${where}`);
        const heat = at(({ energyVariance }) => coupling ** 2 * energyVariance) / sites;
        close(heat, kaufman(side, side, coupling).specificHeat, `C, ${where}`);
      }
      close(coupling * at(({ energy }) => energy), exact.energy, `⟨H⟩, ${where}`);
      close(
        at((mean) => mean.absoluteMagnetisation),
        exact.meanAbsoluteMagnetisation,
        `|m|, ${where}`,
      );
      const { magnetisation2: m2, magnetisation4: m4 } = exact;
      close(at(binderCumulant), 1 - m4 / (3 * m2 * m2), `U4, ${where}`);
    }
  }
});

test('effective samples of Gaussian energies fall as e^{-(ΔK σ)²}, and by 2τ', () => {
  const gaussian = normal(xoshiro128(seedWords(3)));
  const energies = Float64Array.from({ length: 100_000 }, () => 5000 + 4 * gaussian());
  const at = (to: number, tau: number) => reweight({ coupling: 0.3, energies, tau }, to, ({ energy }) => energy);
  for (const step of [0, 0.05, -0.1, 0.2]) {
    const { effectiveSamples, value, error } = at(0.3 + step, 0.5);
    const share = Math.exp(-((4 * step) ** 2));
    assert.ok(Math.abs(effectiveSamples / (1e5 * share) - 1) < 0.03, `step ${step}: ${effectiveSamples}`);
    // a Gaussian is shifted by -ΔK σ²; 4 sigma
    assert.ok(Math.abs(value - 5000 + 16 * step) < 4 * error, `step ${step}: ${value} ± ${error}`);
    assert.ok(Math.abs(at(0.3 + step, 5).effectiveSamples / effectiveSamples - 0.1) < 1e-12);
  }
});

test('to its own coupling nothing is changed, at energies of any size', () => {
  const energies = Float64Array.from({ length: 400 }, (_, i) => -1e6 + ((i * 37) % 100));
  const { value, effectiveSamples } = reweight({ coupling: 5, energies, tau: 0.5 }, 5, ({ energy }) => energy);
  close(value, -1e6 + 49.5, 'mean', 1e-14);
  assert.is(effectiveSamples, 400);
  const { value: variance } = reweight({ coupling: 5, energies, tau: 0.5 }, 5, (mean) => mean.energyVariance);
  close(variance, (100 ** 2 - 1) / 12, 'variance');
});

test('8 × 8 from K = 0.42 to 0.44: u and C of Kaufman, z over 60 seeds is N(0, 1), p > 1e-3', () => {
  const exact = kaufman(8, 8, 0.44);
  const z: Record<string, number[]> = { energy: [], heat: [] };
  for (let seed = 0; seed < 60; seed++) {
    const data = new Ising({ lattice: square(8), coupling: 0.42, seed: 1000 + seed }).sample(1000);
    const series = canonicalSeries(data, { coupling: 0.42 });
    const energy = reweight(series, 0.44, (mean) => mean.energy / 64);
    const heat = reweight(series, 0.44, (mean) => (0.44 ** 2 * mean.energyVariance) / 64);
    assert.ok(energy.effectiveSamples > 500 && energy.effectiveSamples < 1000);
    z.energy.push((energy.corrected - exact.energy) / energy.error);
    z.heat.push((heat.corrected - exact.specificHeat) / heat.error);
  }
  for (const [name, scores] of Object.entries(z)) {
    const { mean, variance, pMean, pVariance } = standardNormal(scores);
    assert.ok(pMean > 1e-3 && pVariance > 1e-3, `${name}: mean ${mean}, variance ${variance}`);
  }
});

test('out of reach is refused, not answered', () => {
  const data = new Ising({ lattice: square(16), coupling: 0.35, seed: 2 }).sample(2000);
  const series = canonicalSeries(data, { coupling: 0.35 });
  const energy: Statistic = (mean) => mean.energy;
  assert.ok(reweight(series, 0.37, energy).effectiveSamples > 100);
  assert.throws(() => reweight(series, 0.5, energy), /"to" expected coupling within reach of the data \(100 eff.*0.5/);
  assert.throws(() => reweight(series, 0.2, energy), RangeError);
  // infinitely far: weights underflow, and still there is no NaN
  assert.throws(() => reweight(series, 1e6, energy), /within reach/);
});

test('refuses what is no series', () => {
  const range = (error: unknown): boolean => error instanceof RangeError;
  const type = (error: unknown): boolean => error instanceof TypeError;
  const energies = Float64Array.from({ length: 300 }, (_, i) => (i * 7919) % 31);
  const good = { coupling: 0.3, energies, tau: 0.5 };
  const energy: Statistic = (mean) => mean.energy;
  const refused: [CanonicalSeries, RegExp][] = [
    [{ ...good, coupling: Number.NaN }, /"series.coupling" expected finite number/],
    [{ ...good, energies: [1, Number.NaN] }, /"series.energies\[1\]"/],
    [{ ...good, energies: [1] }, /"series.energies" expected at least 2/],
    [{ ...good, observables: { m: [1, 2] } }, /"series.observables.m" expected length 300, got 2/],
    [{ ...good, observables: { energy: energies } }, /"series.observables.energy" expected another name/],
    [{ ...good, tau: 0.4 }, /"series.tau" expected number in \[0.5/],
    [{ ...good, tau: Number.NaN }, /"series.tau"/],
    [{ ...good, tau: 5 }, /160 τ/],
  ];
  for (const [series, pattern] of refused) {
    assert.throws(
      () => reweight(series, 0.3, energy),
      (error: Error) => error instanceof RangeError && pattern.test(error.message),
      String(pattern),
    );
  }
  assert.throws(() => reweight(null as never, 0.3, energy), type);
  assert.throws(() => reweight(good, 0.3, 1 as never), type);
  assert.throws(() => reweight(good, Number.NaN, energy), range);
  assert.throws(() => reweight(good, 0.3, energy, { blocks: 1 }), range);
  assert.throws(() => reweight(good, 0.3, energy, { fewestEffective: 0 }), range);
  assert.throws(() => reweight(good, 0.3, (mean) => mean.nothing), type);
});

test.run();
