/**
 * Whether multi-spin coding draws from the Boltzmann distribution: all 65,536 states of 4 × 4, every replica alone, replicas at couplings of their own, and
 * one lattice of many words against Kaufman's energies. Seeds are fixed; each bound states its p.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kaufman } from '../../src/exact/kaufman.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { solveInfiniteStrip } from '../../src/exact/strip.js';
import { REPLICAS } from '../../src/ising/chains/planeRows.js';
import { square } from '../../src/ising/models/lattice.js';
import { MultiSpin } from '../../src/ising/samplers/multiSpin.js';
import { IsingReplicas } from '../../src/ising/samplers/replicas.js';
import { integratedAutocorrelation } from '../../src/stats/series.js';
import { cases } from '../matrix.js';
import { scoresOf } from '../reference/statistics.js';
import { bondSum, stateOf, torusBonds } from './enumeration.js';
import { grouped, orbits, pearson } from './histogram.js';
import { standardNormal } from './statistics.js';

const test = suite('physics/multiSpin');

const methods = ['metropolis', 'heatBath'] as const;

const spinsOf = (state: number) => Int8Array.from({ length: 16 }, (_, i) => 2 * ((state >> i) & 1) - 1);

/** States of 4 × 4 in which every site has two unhappy bonds: Metropolis on a checkerboard never leaves them, nor comes to them. */
function closedStates(): Set<number> {
  const bonds = torusBonds(4);
  const closed = new Set<number>();
  for (let state = 0; state < 65536; state++) {
    const spins = spinsOf(state);
    const fields = new Int8Array(16);
    for (const [a, b] of bonds) {
      fields[a] += spins[b];
      fields[b] += spins[a];
    }
    if (fields.every((field) => field === 0)) closed.add(state);
  }
  return closed;
}

const closed = closedStates();

test('36 states of 4 × 4 have two unhappy bonds at every site', () => {
  assert.is(closed.size, 36);
});

// Two p for each method at each coupling, all in (1e-3, 0.999): by chance one in 40 such tests would fail, for other seeds.
for (const method of methods) {
  for (const [coupling, interval] of [
    [0.2, 20],
    [0.408, 60],
    [criticalCoupling, 80],
  ]) {
    test(`${method}: 4 × 4, all 65,536 states come as often as they should, K = ${coupling.toFixed(4)}`, () => {
      const bonds = torusBonds(4);
      const weights = Float64Array.from({ length: 65536 }, (_, state) =>
        method === 'metropolis' && closed.has(state) ? 0 : Math.exp(coupling * bondSum(spinsOf(state), bonds)),
      );
      const z = weights.reduce((sum, w) => sum + w, 0);
      const replicas = new IsingReplicas({ lattice: square(4), coupling, method, seed: 3 });
      replicas.advance(1000);
      const counts = new Float64Array(65536);
      const times = 2000;
      for (let t = 0; t < times; t++) {
        replicas.advance(interval);
        const data = replicas.configurations();
        for (let r = 0; r < REPLICAS; r++) counts[stateOf(data, r)]++;
      }
      const count = times * REPLICAS;
      if (method === 'metropolis') {
        // one start in 1820 is among them, and this seed has none
        for (const state of closed) assert.is(counts[state], 0);
      }
      const orbit = orbits();
      const byOrbit = (state: number) => orbit[state];
      const symmetric = pearson(grouped(counts, 1, byOrbit), grouped(weights, count / z, byOrbit), 8);
      assert.ok(symmetric.bins > 150, symmetric.text);
      assert.ok(symmetric.p > 1e-3 && symmetric.p < 0.999, `states up to symmetry: ${symmetric.text}`);

      // single states, so that a preference among symmetric ones is seen too
      const own = (state: number) => state;
      const single = pearson(grouped(counts, 1, own), grouped(weights, count / z, own), 8);
      assert.ok(single.bins > 500, single.text);
      assert.ok(single.p > 1e-3 && single.p < 0.999, `single states: ${single.text}`);
    });
  }
}

/** Whether 128 scores are N(0, 1): the largest passes 4.5 with p = 9e-4, mean and spread pass 3.5 with p = 5e-4 each. */
function normal(scores: ArrayLike<number>, what: string): void {
  const { largest, mean, spread } = scoresOf(scores);
  assert.ok(largest < 4.5, `${what}: the worst replica is off by ${largest} standard errors`);
  assert.ok(Math.abs(mean) < 3.5 && Math.abs(spread) < 3.5, `${what}: mean ${mean}, spread ${spread}`);
}

// Bins of many τ, whose means are independent: each replica's error from its own bins is Student's t, nearly normal for 60 of them; the errors are pooled
// where the replicas are alike.
for (const method of methods) {
  test(`${method}: every replica alone has the energy of 16 × 12, one coupling for all or one for each`, () => {
    const lattice = square(16, 12);
    const same: number[] = Array(REPLICAS).fill(0.38);
    const each = Array.from({ length: REPLICAS }, (_, r) => 0.1 + 0.002 * r);
    for (const couplings of [same, each]) {
      const coupling = couplings === same ? 0.38 : each;
      const replicas = new IsingReplicas({ lattice, coupling, method, seed: 5 });
      replicas.advance(1000);
      const bins = 60;
      const times = 40;
      const means = Array.from({ length: bins }, () => new Float64Array(REPLICAS));
      for (const bin of means) {
        for (let t = 0; t < times; t++) {
          replicas.advance(5);
          replicas.measure().energies.forEach((energy, r) => {
            bin[r] += energy / times;
          });
        }
      }
      const exact = couplings.map((K) => kaufman(16, 12, K).energy);
      const stats = exact.map((energy, r) => {
        const mean = means.reduce((sum, bin) => sum + bin[r], 0) / bins;
        const variance = means.reduce((sum, bin) => sum + (bin[r] - mean) ** 2, 0) / (bins - 1) / bins;
        return { off: mean - energy, variance };
      });
      const pooled = stats.reduce((sum, { variance }) => sum + variance, 0) / REPLICAS;
      normal(
        stats.map(({ off, variance }) => off / Math.sqrt(couplings === same ? pooled : variance)),
        couplings === same ? 'one coupling' : 'own couplings',
      );
      // the couplings are told apart: errors are far smaller than what they span
      assert.ok(Math.sqrt(pooled) < 0.01);
    }
  });
}

// Two p for each case, each > 1e-3.
for (const [method, rows, columns, coupling] of cases(
  [
    ['metropolis', 32, 16, 0.38],
    ['metropolis', 96, 64, 0.2],
    ['heatBath', 32, 32, 0.38],
  ],
  [
    ['metropolis', 64, 48, 0.408],
    ['heatBath', 64, 64, 0.3],
  ],
)) {
  test(`${method}: energies of ${rows} × ${columns} against Kaufman's, K = ${coupling}: z of 60 seeds are N(0, 1)`, () => {
    const exact = kaufman(rows, columns, coupling).energy;
    const z = Array.from({ length: 60 }, (_, seed) => {
      const spins = new MultiSpin({ lattice: square(rows, columns), coupling, method, seed });
      spins.advance(500);
      const energies = Float64Array.from({ length: 1500 }, () => {
        spins.advance(8);
        return spins.measure().energies[0];
      });
      const { mean, error } = integratedAutocorrelation(energies);
      return (mean - exact) / error;
    });
    const { mean, variance, pMean, pVariance } = standardNormal(z);
    assert.ok(pMean > 1e-3, `mean of z ${mean}, p = ${pMean}`);
    assert.ok(pVariance > 1e-3, `variance of z ${variance}, p = ${pVariance}`);
  });
}

// Four p for each case, each > 1e-3. A torus 32 long is as a strip without end: the correlation length is below 3 sites in these fields.
for (const [method, coupling, field] of cases(
  [
    ['metropolis', 0.3, 0.15],
    ['heatBath', 0.4, -0.2],
    ['metropolis', -0.3, 0.5],
  ],
  [
    ['heatBath', -0.4, 1],
    ['metropolis', 0.25, -0.5],
    ['metropolis', 0, 0.3],
  ],
)) {
  test(`${method}: energy and m of 32 × 16 in a field, K = ${coupling}, h = ${field}: z of 60 seeds are N(0, 1)`, () => {
    const exact = solveInfiniteStrip({ width: 16, coupling, field });
    const z = Array.from({ length: 60 }, (_, seed) => {
      const spins = new MultiSpin({ lattice: square(32, 16), coupling, field, method, seed });
      spins.advance(200);
      const moments = Array.from({ length: 1500 }, () => {
        spins.advance(4);
        const { energies, magnetisations } = spins.measure();
        return { energy: coupling * energies[0] - field * magnetisations[0], m: magnetisations[0] };
      });
      const energy = integratedAutocorrelation(Float64Array.from(moments, (moment) => moment.energy));
      const m = integratedAutocorrelation(Float64Array.from(moments, (moment) => moment.m));
      return [(energy.mean - exact.energy) / energy.error, (m.mean - exact.magnetisation) / m.error];
    });
    for (const [k, name] of ['energy', 'm'].entries()) {
      const { mean, variance, pMean, pVariance } = standardNormal(z.map((scores) => scores[k]));
      assert.ok(pMean > 1e-3, `${name}: mean of z ${mean}, p = ${pMean}`);
      assert.ok(pVariance > 1e-3, `${name}: variance of z ${variance}, p = ${pVariance}`);
    }
  });
}

test.run();
