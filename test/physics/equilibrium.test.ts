/**
 * Whether `Ising.sample` draws from the Boltzmann distribution, and whether its error bars are honest. Exact values: Kaufman's energy of the finite
 * torus, |m| by transfer of rows, all 65,536 states of 4 × 4. Seeds are fixed; each bound states its p.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kaufman } from '../../src/exact/kaufman.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import type { SamplingMethod } from '../../src/ising/data/samplingReport.js';
import { square } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import type { Mean } from '../../src/util/estimate.js';
import { cases } from '../matrix.js';
import { bondSum, stateOf, torusBonds } from './enumeration.js';
import { grouped, orbits, pearson } from './histogram.js';
import { chiSquareTail, standardNormal } from './statistics.js';
import { magnetisationDistribution, meanAbsoluteMagnetisation } from './torus.js';

const test = suite('physics/equilibrium');

const methods: SamplingMethod[] = ['wolff', 'replicas'];

const couplings = cases([0.408, criticalCoupling], [0.2, 0.6]);

const exactMagnetisation = (size: number, coupling: number) =>
  meanAbsoluteMagnetisation(magnetisationDistribution(size, size, coupling).probabilities);

/** |z| < 4: p = 6e-5 for a normal number. */
function agrees({ mean, error }: Mean<number>, exact: number, what: string): void {
  assert.ok(error > 0, what);
  const z = (mean - exact) / error;
  assert.ok(Math.abs(z) < 4, `${what}: ${mean} ± ${error}, exact ${exact}, z = ${z}`);
}

for (const method of methods) {
  for (const coupling of couplings) {
    test(`${method}: energy and |m| at K = ${coupling}, L = 8 and 16`, () => {
      for (const size of [8, 16]) {
        const { energy, absoluteMagnetisation } = new Ising({
          lattice: square(size),
          coupling,
          seed: 11,
          method,
        }).sample(4000).provenance.sampling!;
        agrees(energy!, kaufman(size, size, coupling).energy, `energy, L = ${size}`);
        // error bars small enough for the comparison to mean something
        assert.ok(energy!.error < 0.01, `${energy!.error}`);
        if (size === 8) agrees(absoluteMagnetisation!, exactMagnetisation(size, coupling), '|m|, L = 8');
      }
    });
  }

  test(`${method}: on a rectangle, rows and columns are not mixed up`, () => {
    for (const [rows, columns] of [
      [2, 9],
      [9, 2],
      [3, 16],
      [12, 5],
    ]) {
      const { energy } = new Ising({ lattice: square(rows, columns), coupling: 0.4, seed: 3, method }).sample(4000)
        .provenance.sampling!;
      agrees(energy!, kaufman(rows, columns, 0.4).energy, `${rows} × ${columns}`);
    }
  });
}

/** What `seeds` runs report of one coupling. */
function runs(method: SamplingMethod, seeds: number, count: number, coupling: number, independence: number) {
  return Array.from({ length: seeds }, (_, k) => {
    const ising = new Ising({ lattice: square(8), coupling, seed: `run ${k}`, independence, method });
    const sampling = ising.sample(count).provenance.sampling!;
    return {
      energy: sampling.energy!,
      magnetisation: sampling.absoluteMagnetisation!,
      effective: sampling.effectiveSamples!,
    };
  });
}

// Eight two-sided p for each method, each > 1e-3: by chance alone one in 60 such tests would fail, for other seeds. 1000 samples of 128 replicas are
// eight to a replica at most: far fewer than the correlation of samples τ/2 apart asks for by itself.
for (const method of methods) {
  for (const [coupling, independence] of [
    [0.408, 5],
    [criticalCoupling, 0.5],
  ]) {
    test(`${method}: z of 60 seeds are N(0, 1), K = ${coupling.toFixed(4)}, ${independence} τ between samples`, () => {
      const reports = runs(method, 60, 1000, coupling, independence);
      const exact = { energy: kaufman(8, 8, coupling).energy, magnetisation: exactMagnetisation(8, coupling) };
      for (const name of ['energy', 'magnetisation'] as const) {
        const z = reports.map((report) => (report[name].mean - exact[name]) / report[name].error);
        const { mean, variance, pMean, pVariance } = standardNormal(z);
        assert.ok(pMean > 1e-3, `${name}: mean of z ${mean}, p = ${pMean}`);
        assert.ok(pVariance > 1e-3, `${name}: variance of z ${variance}, p = ${pVariance}`);
      }
    });
  }

  test(`${method}: with samples τ/2 apart, the variance of the mean is that of effectiveSamples independent ones`, () => {
    const coupling = criticalCoupling;
    const reports = runs(method, 80, 1000, coupling, 0.5);
    const average = (value: (report: (typeof reports)[number]) => number) =>
      reports.reduce((sum, report) => sum + value(report), 0) / reports.length;
    const effective = average((report) => report.effective);
    assert.ok(effective < 700, `${effective} of 1000: the correlation must matter, or this tests nothing`);

    const { energy, specificHeat } = kaufman(8, 8, coupling);
    const { probabilities } = magnetisationDistribution(8, 8, coupling);
    const magnetisation = meanAbsoluteMagnetisation(probabilities);
    const square = probabilities.reduce((sum, p, up) => sum + p * ((2 * up - 64) / 64) ** 2, 0);
    const both = [
      ['energy', energy, specificHeat / coupling ** 2 / 64],
      ['magnetisation', magnetisation, square - magnetisation ** 2],
    ] as const;
    // effectiveSamples speaks of the slower of the two
    const inflation = both.map(([name, , variance]) => average((report) => report[name].error ** 2) / variance);
    const [name, mean, variance] = both[inflation[0] > inflation[1] ? 0 : 1];
    // Σ (mean - exact)² / (variance / effective) is χ² of 80
    const chi = reports.reduce((sum, report) => sum + (report[name].mean - mean) ** 2, 0) / (variance / effective);
    const p = chiSquareTail(chi, reports.length);
    assert.ok(p > 1e-3 && p < 0.999, `${name}: χ² = ${chi} of ${reports.length}, p = ${p}`);
  });
}

// Two p for each method at each coupling, all in (1e-3, 0.999).
for (const [method, coupling] of methods.flatMap((m) =>
  cases([criticalCoupling], [0.408]).map((k) => [m, k] as const),
)) {
  test(`${method}: 4 × 4, all 65,536 states come as often as they should, K = ${coupling.toFixed(4)}`, () => {
    const count = 400_000;
    const bonds = torusBonds(4);
    const weights = Float64Array.from({ length: 65536 }, (_, state) =>
      Math.exp(
        coupling *
          bondSum(
            Int8Array.from({ length: 16 }, (_, i) => 2 * ((state >> i) & 1) - 1),
            bonds,
          ),
      ),
    );
    const z = weights.reduce((sum, w) => sum + w, 0);
    const counts = new Float64Array(65536);
    // 10 τ apart: what correlation is left widens χ² by less than a hundredth of its own spread
    const data = new Ising({ lattice: square(4), coupling, seed: 2, independence: 10, method }).sample(count);
    for (let r = 0; r < count; r++) counts[stateOf(data, r)]++;

    const orbit = orbits();
    const byOrbit = (state: number) => orbit[state];
    const symmetric = pearson(grouped(counts, 1, byOrbit), grouped(weights, count / z, byOrbit), 8);
    assert.ok(symmetric.bins > 200, symmetric.text);
    assert.ok(symmetric.p > 1e-3 && symmetric.p < 0.999, `states up to symmetry: ${symmetric.text}`);

    // single states, so that a preference among symmetric ones is seen too
    const own = (state: number) => state;
    const single = pearson(grouped(counts, 1, own), grouped(weights, count / z, own), 8);
    assert.ok(single.bins > 1000, single.text);
    assert.ok(single.p > 1e-3 && single.p < 0.999, `single states: ${single.text}`);
  });
}

test.run();
