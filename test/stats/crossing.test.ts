/** The crossing of Binder's cumulants. For L = 4 and 8 it is known exactly; for 8 and 16 it lies near K_c. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { canonicalSeries } from '../../src/ising/measure/series.js';
import { square } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { binderCrossing, findCrossing } from '../../src/stats/crossing.js';
import { MultiHistogram } from '../../src/stats/multiHistogram.js';
import { standardNormal } from '../physics/statistics.js';
import { binderCumulant, magnetisationDistribution } from '../physics/torus.js';

const test = suite('stats/crossing');

function runs(side: number, couplings: number[], seed: number, count: number): MultiHistogram {
  return new MultiHistogram(
    couplings.map((coupling, k) => {
      const data = new Ising({ lattice: square(side), coupling, seed: 10 * seed + k }).sample(count);
      return canonicalSeries(data, { coupling });
    }),
  );
}

const exactCumulant = (side: number, coupling: number): number =>
  binderCumulant(magnetisationDistribution(side, side, coupling).probabilities);

/** The exact crossing of L = 4 and 8, by secants. */
function exactCrossing(): { coupling: number; value: number } {
  const gap = (coupling: number): number => exactCumulant(4, coupling) - exactCumulant(8, coupling);
  let [a, b] = [0.43, 0.46];
  let [atA, atB] = [gap(a), gap(b)];
  for (let round = 0; round < 8 && Math.abs(b - a) > 1e-9; round++) {
    const next = b - (atB * (b - a)) / (atB - atA);
    [a, atA, b] = [b, atB, next];
    atB = gap(b);
  }
  return { coupling: b, value: exactCumulant(4, b) };
}

test('L = 4 and 8 cross where they should: z over 40 seeds is N(0, 1), p > 1e-3', () => {
  const exact = exactCrossing();
  assert.ok(Math.abs(exact.coupling - criticalCoupling) < 0.02, `${exact.coupling}`);
  const z: Record<string, number[]> = { coupling: [], value: [] };
  for (let seed = 0; seed < 40; seed++) {
    const small = runs(4, [0.44], 300 + seed, 1500);
    const large = runs(8, [0.44], 700 + seed, 1500);
    const answer = binderCrossing(small, large, [exact.coupling - 0.03, exact.coupling + 0.03]);
    for (const name of ['coupling', 'value'] as const) {
      z[name].push((answer[name].corrected - exact[name]) / answer[name].error);
    }
  }
  for (const [name, scores] of Object.entries(z)) {
    const { mean, variance, pMean, pVariance } = standardNormal(scores);
    assert.ok(pMean > 1e-3 && pVariance > 1e-3, `${name}: mean ${mean}, variance ${variance}`);
  }
});

test('L = 8 and 16 cross near K_c and near the universal 0.61069', () => {
  const { coupling, value } = binderCrossing(
    runs(8, [0.43, 0.45], 1, 4000),
    runs(16, [0.43, 0.45], 2, 4000),
    [0.43, 0.455],
  );
  // what sizes of 8 and 16 lack to infinity is about 0.001 in K; 4 sigma
  assert.ok(coupling.error > 1e-4 && coupling.error < 3e-3, `${coupling.error}`);
  assert.ok(Math.abs(coupling.corrected - criticalCoupling) < 4 * coupling.error + 1e-3, `${coupling.corrected}`);
  assert.ok(Math.abs(value.corrected - 0.61069) < 4 * value.error + 5e-3, `${value.corrected} ± ${value.error}`);
});

test('where nothing crosses, or the data do not reach, that is said', () => {
  const range = (error: unknown): boolean => error instanceof RangeError;
  const type = (error: unknown): boolean => error instanceof TypeError;
  const [small, large] = [runs(4, [0.4], 5, 1000), runs(8, [0.4], 6, 1000)];
  assert.throws(
    () => binderCrossing(small, large, [0.37, 0.39]),
    /"range" expected couplings between which the curves/,
  );
  assert.throws(() => binderCrossing(small, large, [0.39, 0.9]), /"range\[1\]" expected coupling within reach/);
  assert.throws(() => binderCrossing(small, large, [0.4, 0.39]), /"range" expected two rising couplings/);
  assert.throws(() => binderCrossing(small, large, [Number.NaN, 0.4]), range);
  assert.throws(() => binderCrossing(null as never, large, [0.39, 0.4]), type);
  const bare = new MultiHistogram([
    { coupling: 0.4, energies: Array.from({ length: 400 }, (_, i) => (i * 7919) % 31), tau: 0.5 },
  ]);
  assert.throws(() => binderCrossing(bare, bare, [0.399, 0.401]), /"statistic" expected finite number/);
  assert.throws(() => findCrossing(small, large, (mean) => mean.energy, [0.39, 0.4]), range);
});

test.run();
