/**
 * Whether the error bars of `measure` are honest: samples of `Ising` against Kaufman's energy and specific heat and against the exact distribution of the
 * magnetisation. Seeds are fixed; each bound states its p.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kaufman } from '../../src/exact/kaufman.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import { correlationLength, structureFactor, twoPointFunction } from '../../src/ising/measure/correlations.js';
import { type Measurements, measure } from '../../src/ising/measure/measure.js';
import { energySeries, structureFactorSeries, twoPointSeries } from '../../src/ising/measure/series.js';
import { square } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { cases } from '../matrix.js';
import { allStates } from './enumeration.js';
import { chiSquareTail, standardNormal } from './statistics.js';
import { binderCumulant, magnetisationDistribution, magnetisationMoment, meanAbsoluteMagnetisation } from './torus.js';

const test = suite('physics/observables');

type Quantity = Exclude<keyof Measurements, 'coupling' | 'energyUnit' | 'shape' | 'count' | 'blocks' | 'ordered'>;

/** (estimate - exact)/error. */
function score(answer: Measurements, name: Quantity, exact: number): number {
  const quantity = answer[name];
  assert.ok(quantity !== null && quantity.error !== null && quantity.error > 0, name);
  return (('corrected' in quantity ? quantity.corrected : quantity.mean) - exact) / quantity.error;
}

/** 64 seeds of 8 × 8; `independence` below 5 leaves the samples correlated. */
function scores(coupling: number, independence: number, count: number): Map<Quantity, number[]> {
  const { probabilities } = magnetisationDistribution(8, 8, coupling);
  const { energy, specificHeat } = kaufman(8, 8, coupling);
  const m1 = meanAbsoluteMagnetisation(probabilities);
  const [m2, m4] = [2, 4].map((power) => magnetisationMoment(probabilities, power));
  const exact: Partial<Record<Quantity, number>> = {
    energy,
    specificHeat,
    absoluteMagnetisation: m1,
    magnetisation2: m2,
    magnetisation4: m4,
    connectedSusceptibility: 64 * (m2 - m1 * m1),
    disorderedSusceptibility: 64 * m2,
    binderCumulant: binderCumulant(probabilities),
    binderRatio: m4 / m2 ** 2,
    inverseBinderRatio: m2 ** 2 / m4,
  };
  const z = new Map(Object.keys(exact).map((name) => [name as Quantity, [] as number[]]));
  for (let seed = 0; seed < 64; seed++) {
    const method = independence < 3 ? 'wolff' : 'replicas'; // correlated samples make sense as one chain only
    const data = new Ising({ lattice: square(8), coupling, seed: `measure ${seed}`, independence, method }).sample(
      count,
    );
    const answer = measure(data, { coupling });
    for (const [name, list] of z) list.push(score(answer, name, exact[name]!));
  }
  return z;
}

for (const [coupling, independence, count] of cases([[criticalCoupling, 5, 800]], [[0.36, 0.7, 3000]])) {
  test(`8 × 8, K = ${coupling.toFixed(3)}: z over 64 seeds is N(0, 1), p > 1e-3 each`, () => {
    let inside = 0;
    let all = 0;
    for (const [name, z] of scores(coupling, independence, count)) {
      const { mean, variance, pMean, pVariance } = standardNormal(z);
      assert.ok(pMean > 1e-3 && pVariance > 1e-3, `${name}: mean ${mean}, variance ${variance}`);
      const covered = z.filter((x) => Math.abs(x) < 1).length;
      // 68.3% of 64 is 43.7 ± 3.7: 3.3 sigma, p = 1e-3
      assert.ok(Math.abs(covered - 43.7) < 12.3, `${name}: ${covered} of 64 within their error`);
      inside += covered;
      all += z.length;
    }
    // quantities are correlated, so the sum over them is known little better than one of them
    assert.ok(Math.abs(inside / all - 0.683) < 0.15, `${inside} of ${all} within their error`);
  });
}

test('16 × 16 and 32 × 32: u and C of Kaufman, χ² of 16 seeds, p in (1e-3, 0.999)', () => {
  for (const side of [16, 32]) {
    for (const coupling of [0.4, criticalCoupling]) {
      const exact = kaufman(side, side, coupling);
      const chi = { energy: 0, specificHeat: 0 };
      for (let seed = 0; seed < 16; seed++) {
        const data = new Ising({ lattice: square(side), coupling, seed: `size ${seed}` }).sample(500);
        const answer = measure(data, { coupling });
        for (const name of ['energy', 'specificHeat'] as const) chi[name] += score(answer, name, exact[name]) ** 2;
      }
      for (const [name, sum] of Object.entries(chi)) {
        const p = chiSquareTail(sum, 16);
        assert.ok(p > 1e-3 && p < 0.999, `${name} of ${side} × ${side}, K = ${coupling}: χ² = ${sum}, p = ${p}`);
      }
    }
  }
});

test('4 × 4: ξ, S(k) and G(r) against all 65,536 states, z over 64 seeds, p > 1e-3 each', () => {
  const coupling = 0.4;
  const states = new SpinData(65536, [4, 4], allStates(16).bytes, { source: 'this test' });
  const weights = energySeries(states).map((energy) => Math.exp(-16 * coupling * energy));
  const total = weights.reduce((sum, w) => sum + w, 0);
  const thermal = (series: Float64Array) => series.reduce((sum, x, k) => sum + (x * weights[k]) / total, 0);
  const powers = [0, 1, 2].map((k) => thermal(structureFactorSeries(states, [k, 1])));
  const ratio = thermal(structureFactorSeries(states, [0, 0])) / powers[0];
  const exact = {
    length: Math.sqrt(ratio - 1) / Math.SQRT2,
    power: powers[2],
    correlation: thermal(twoPointSeries(states, [2, 0])),
  };
  const z = { length: [] as number[], power: [] as number[], correlation: [] as number[] };
  for (let seed = 0; seed < 64; seed++) {
    const data = new Ising({ lattice: square(4), coupling, seed: `space ${seed}` }).sample(1500);
    const length = correlationLength(data)!;
    z.length.push((length.corrected - exact.length) / length.error);
    const { values, errors } = structureFactor(data);
    z.power.push((values[2 * 4 + 1] - exact.power) / errors[2 * 4 + 1]!);
    const { mean, error } = twoPointFunction(data).alongRows[2];
    z.correlation.push((mean - exact.correlation) / error!);
  }
  for (const [name, list] of Object.entries(z)) {
    const { mean, variance, pMean, pVariance } = standardNormal(list);
    assert.ok(pMean > 1e-3 && pVariance > 1e-3, `${name}: mean ${mean}, variance ${variance}`);
  }
});

test('the correlation length is that of the infinite lattice where the torus is many of it wide', () => {
  // 1/ξ along an axis is ln coth K - 2K (Onsager 1944), ξ = 2.91 and L = 5.5 ξ; the second-moment ξ differs from it by less than 2%
  const coupling = 0.36;
  const exact = 1 / (Math.log(1 / Math.tanh(coupling)) - 2 * coupling);
  const data = new Ising({ lattice: square(16), coupling, seed: 1 }).sample(8000);
  const answer = correlationLength(data)!;
  assert.ok(answer.error < 0.03 * exact, `± ${answer.error}`);
  const off = Math.abs(answer.corrected - exact);
  assert.ok(off < 4 * answer.error + 0.02 * exact, `${answer.corrected} ± ${answer.error}, ${exact}`);
});

test.run();
