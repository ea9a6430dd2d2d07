/** Multiple-histogram reweighting. The equations are checked on the exact density of states, the errors on `Ising.sample`; fixed seeds. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { densityOfStates } from '../../src/exact/enumerate.js';
import { kaufman } from '../../src/exact/kaufman.js';
import { canonicalSeries } from '../../src/ising/measure/series.js';
import { square } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { MultiHistogram, solveFreeEnergies } from '../../src/stats/multiHistogram.js';
import { type CanonicalSeries, reweight } from '../../src/stats/reweight.js';
import { torusBonds } from '../physics/enumeration.js';
import { standardNormal } from '../physics/statistics.js';
import { magnetisationDistribution, meanAbsoluteMagnetisation } from '../physics/torus.js';

const test = suite('stats/multiHistogram');

function sampled(side: number, coupling: number, seed: number, count: number, independence = 5): CanonicalSeries {
  const data = new Ising({ lattice: square(side), coupling, seed, independence, method: 'wolff' }).sample(count);
  return canonicalSeries(data, { coupling });
}

function close(actual: number, expected: number, what: string, bound = 1e-10): void {
  assert.ok(Math.abs(actual - expected) < bound, `${what}: ${actual}, expected ${expected}`);
}

const difference = (side: number, a: number, b: number): number =>
  kaufman(side, side, b).logPartition - kaufman(side, side, a).logPartition;

test('from exact histograms come exact free energies, to 1e-10: 3 × 3 and 4 × 4', () => {
  for (const side of [3, 4]) {
    const bonds = torusBonds(side).map(([a, b]) => ({ a, b, coupling: 1 }));
    const states = densityOfStates({ sites: side * side, bonds });
    const energies = Float64Array.from(states.keys());
    for (const list of [[0.1, 0.4, 0.5], [0.44], [0, 0.15, 0.3, 0.45, 0.6, 0.9], [-0.1, 0.4]]) {
      const couplings = Float64Array.from(list);
      const sizes = couplings.map((_, j) => 1000 * (1 + j));
      const logZ = couplings.map((k) => Math.log([...states].reduce((z, [e, g]) => z + g * Math.exp(-k * e), 0)));
      const counts = Float64Array.from(states, ([e, g]) =>
        couplings.reduce((sum, k, j) => sum + sizes[j] * g * Math.exp(-k * e - logZ[j]), 0),
      );
      // from a guess that is far off
      const f = solveFreeEnergies(couplings, sizes, energies, counts, new Float64Array(couplings.length));
      f.forEach((value, j) => {
        close(value, logZ[0] - logZ[j], `L = ${side}, K = ${couplings[j]} of ${list}`);
      });
    }
  }
});

test('one run is single-histogram reweighting', () => {
  const series = sampled(6, 0.4, 1, 2000);
  const joined = new MultiHistogram([series], { blocks: 25 });
  for (const coupling of [0.38, 0.4, 0.43]) {
    for (const statistic of [
      (mean: { energy: number }) => mean.energy,
      (mean: { energyVariance: number }) => mean.energyVariance,
      (mean: Record<string, number>) => mean.magnetisation4 / mean.magnetisation2 ** 2,
    ]) {
      const one = reweight(series, coupling, statistic, { blocks: 25 });
      const other = joined.at(coupling, statistic);
      for (const key of ['value', 'corrected', 'error', 'effectiveSamples'] as const) {
        close(other[key] / one[key], 1, `${key} at ${coupling}`, 1e-9);
      }
    }
  }
  close(joined.logPartition(0.4).value, 0, 'ln Z at its own coupling', 1e-12);
});

test('the solution is self-consistent to 1e-10, and does not depend on the order of the runs', () => {
  const runs = [0.36, 0.4, 0.44, 0.48].map((coupling, k) => sampled(12, coupling, k, 600));
  const joined = new MultiHistogram(runs, { blocks: 8 });
  const f = joined.couplings.map((coupling) => -joined.logPartition(coupling).value);
  // Z_i = Σ_samples (1/g) e^{-K_i E} / Σ_j (n_j/g_j) e^{f_j - K_j E}, written out
  const plain = new MultiHistogram(
    runs.map((run) => ({ ...run, tau: 0.5 })),
    { blocks: 8 },
  );
  const g = plain.couplings.map((coupling) => -plain.logPartition(coupling).value);
  for (const target of plain.couplings) {
    let z = 0;
    for (const { energies } of runs) {
      for (const energy of Array.from(energies)) {
        z += 1 / plain.couplings.reduce((sum, k, j) => sum + 600 * Math.exp(g[j] - (k - target) * energy), 0);
      }
    }
    close(-Math.log(z), g[plain.couplings.indexOf(target)], `f at ${target}`);
  }
  const turned = new MultiHistogram([...runs].reverse(), { blocks: 8 });
  turned.couplings.forEach((coupling, k) => {
    close(-turned.logPartition(coupling).value, f[k], `f at ${coupling}, other order`);
  });
});

test('three couplings: u, C, ln Z and |m| between them, z over 48 seeds is N(0, 1), p > 1e-3', () => {
  const couplings = [0.38, 0.43, 0.48];
  const targets = [0.4, 0.46];
  const exact = targets.map((coupling) => ({
    ...kaufman(8, 8, coupling),
    difference: difference(8, 0.38, coupling),
    magnetisation: meanAbsoluteMagnetisation(magnetisationDistribution(8, 8, coupling).probabilities),
  }));
  const z: Record<string, number[]> = {};
  for (let seed = 0; seed < 48; seed++) {
    // the middle run is correlated, τ about 2, and of another length: g must weigh it down
    const runs = couplings.map((coupling, k) =>
      sampled(8, coupling, 100 + 3 * seed + k, k === 1 ? 2400 : 800, k === 1 ? 0.5 : 5),
    );
    const joined = new MultiHistogram(runs);
    targets.forEach((coupling, k) => {
      const energy = joined.energy(coupling);
      const heat = joined.heatCapacity(coupling);
      const magnetisation = joined.mean('absoluteMagnetisation', coupling);
      const logPartition = joined.logPartition(coupling);
      const scores: Record<string, number> = {
        energy: (energy.corrected / 64 - exact[k].energy) / (energy.error / 64),
        heat: (heat.corrected / 64 - exact[k].specificHeat) / (heat.error / 64),
        magnetisation: (magnetisation.corrected - exact[k].magnetisation) / magnetisation.error,
        logPartition: (logPartition.corrected - exact[k].difference) / logPartition.error,
      };
      for (const [name, score] of Object.entries(scores)) {
        const key = `${name} at ${coupling}`;
        z[key] = [...(z[key] ?? []), score];
      }
    });
  }
  for (const [name, scores] of Object.entries(z)) {
    const { mean, variance, pMean, pVariance } = standardNormal(scores);
    assert.ok(pMean > 1e-3 && pVariance > 1e-3, `${name}: mean ${mean}, variance ${variance}`);
  }
});

test('joined runs know more than each of them', () => {
  const runs = [0.42, 0.44, 0.46].map((coupling, k) => sampled(16, coupling, 50 + k, 1000));
  const joined = new MultiHistogram(runs);
  const alone = reweight(runs[1], 0.45, (mean) => mean.energyVariance);
  const together = joined.at(0.45, (mean) => mean.energyVariance);
  assert.ok(together.effectiveSamples > 1.5 * alone.effectiveSamples);
  assert.ok(together.error < 0.9 * alone.error, `${together.error}, alone ${alone.error}`);
});

test('runs that cannot be joined, and couplings out of reach, are refused', () => {
  const range = (error: unknown): boolean => error instanceof RangeError;
  const type = (error: unknown): boolean => error instanceof TypeError;
  const far = [0.2, 0.7].map((coupling, k) => sampled(16, coupling, k, 400));
  assert.throws(() => new MultiHistogram(far), /"series" expected runs whose energies overlap/);
  const runs = [0.42, 0.44].map((coupling, k) => sampled(8, coupling, k, 400));
  const joined = new MultiHistogram(runs);
  assert.throws(() => joined.energy(0.9), /"coupling" expected coupling within reach of the data/);
  assert.throws(() => joined.energy(1e5), range);
  assert.throws(() => joined.logPartition(-3), range);
  assert.throws(() => joined.energy(Number.NaN), range);
  assert.throws(() => joined.mean('x', 0.43), /"name" expected one of absoluteMagnetisation/);
  assert.throws(() => joined.at(0.43, null as never), type);
  assert.throws(() => joined.at(0.43, () => Number.NaN), /"statistic" expected finite number/);
  assert.throws(() => joined.evaluate(0.43, (mean) => mean.energy, joined.blocks), range);
  assert.throws(() => new MultiHistogram([]), /"series" expected at least one run/);
  assert.throws(() => new MultiHistogram(runs[0] as never), type);
  assert.throws(() => new MultiHistogram([runs[0], runs[0]]), /different couplings, got 0.42 twice/);
  assert.throws(
    () => new MultiHistogram([runs[0], { coupling: 0.43, energies: runs[1].energies }]),
    /the same observables/,
  );
  assert.throws(() => new MultiHistogram(runs, { blocks: 401 }), range);
  assert.throws(() => new MultiHistogram(runs, { fewestEffective: Number.NaN }), range);
  const brief = { coupling: 0.41, energies: Array.from(runs[0].energies).slice(0, 60), tau: 0.5 };
  assert.throws(() => new MultiHistogram([brief]), /160 τ/);
});

test.run();
