/**
 * Improved estimators: their means are exact averages over spins, and over clusters (sums over all sets of active bonds); they equal the plain ones in
 * expectation and are less noisy; their error bars are honest. Seeds are fixed; each bound states its p.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kaufman } from '../../src/exact/kaufman.js';
import { enumerateTerms } from '../../src/exact/nBody.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import type { ClusterSeries } from '../../src/ising/chains/clusterSeries.js';
import { improvedMeasurements } from '../../src/ising/measure/improved.js';
import { type Hamiltonian, hamiltonianFromTerms } from '../../src/ising/models/hamiltonian.js';
import { cubic, square, triangular } from '../../src/ising/models/lattice.js';
import { edwardsAnderson, isingHamiltonian } from '../../src/ising/models/models.js';
import { Clusters } from '../../src/ising/samplers/clusters.js';
import { meanEstimate } from '../../src/stats/estimate.js';
import { Draws } from '../reference/draws.js';
import { standardNormal } from './statistics.js';

const test = suite('physics/improved');

const METHODS = ['wolff', 'swendsenWang'] as const;

/** |z| < 4: p = 6e-5 for a normal number. */
function agrees(found: { mean: number; error: number | null } | null, exact: number, what: string): void {
  const { mean, error } = found!;
  assert.ok(error !== null && error > 0, `${what}: error ${error}`);
  const z = (mean - exact) / error;
  assert.ok(Math.abs(z) < 4, `${what}: ${mean} ± ${error}, exact ${exact}, z = ${z}`);
}

const models: [name: string, h: Hamiltonian][] = [
  ['a ferromagnet', isingHamiltonian({ lattice: square(4), coupling: 0.35 })],
  ['an antiferromagnet', isingHamiltonian({ lattice: square(4), coupling: -0.3 })],
  ['a ferromagnet in a field', isingHamiltonian({ lattice: square(3, 4), coupling: 0.25, field: 0.12 })],
  [
    'double bonds in fields of both signs',
    isingHamiltonian({ lattice: square(2), coupling: 0.2, field: [0.5, -0.3, 0.2, 0] }),
  ],
  ['a cube', isingHamiltonian({ lattice: cubic(2, 3, 2), coupling: 0.15 })],
  ['a triangular antiferromagnet in a field', isingHamiltonian({ lattice: triangular(3), coupling: -0.4, field: 0.2 })],
  ['±J', edwardsAnderson({ lattice: square(3, 4), distribution: 'bimodal', coupling: 0.5, seed: 3 })],
  ['Gaussian couplings in a field', edwardsAnderson({ lattice: square(3), distribution: 'gaussian', field: -0.3 })],
];

for (const [name, h] of models) {
  test(`means are the exact ones: ${name}`, () => {
    const exact = enumerateTerms(h);
    const n = h.sites;
    const { magnetisation2: m2, magnetisation4: m4, magnetisation: m } = exact;
    for (const method of METHODS) {
      if (method === 'wolff' && !h.even) continue;
      const found = improvedMeasurements(new Clusters({ hamiltonian: h, method, seed: 2 }).improved(12_000));
      agrees(found.magnetisation2, m2, `${method}: m²`);
      const chi = found.susceptibility!;
      agrees({ mean: chi.corrected, error: chi.error }, n * (m2 - m * m), `${method}: χ`);
      if (method === 'wolff') continue;
      agrees(found.energy, exact.energy / n, 'energy');
      agrees(found.magnetisation4, m4, 'm⁴');
      const u4 = found.binderCumulant!;
      agrees({ mean: u4.corrected, error: u4.error }, 1 - m4 / (3 * m2 * m2), 'U4');
      if (h.even) assert.is(found.magnetisation, null);
      else agrees(found.magnetisation, m, 'm');
      assert.is(found.disorderedSusceptibility === null, !h.even);
    }
  });
}

/** Averages over all sets of active bonds of a small ferromagnet: weights Π p Π (1 - p) 2^clusters (Fortuin & Kasteleyn). */
function exactClusters(h: Hamiltonian) {
  const bonds = h.terms.map(({ sites: [a, b], coupling }) => ({ a, b, p: 1 - Math.exp(-2 * coupling) }));
  const sizes = new Float64Array(h.sites + 1);
  let [total, clusters, largest, active, squares] = [0, 0, 0, 0, 0];
  for (let set = 0; set < 2 ** bonds.length; set++) {
    const label = Int32Array.from({ length: h.sites }, (_, i) => i);
    let weight = 1;
    let on = 0;
    bonds.forEach(({ a, b, p }, k) => {
      const open = (set >> k) & 1;
      weight *= open ? p : 1 - p;
      on += open;
      const [from, to] = [label[a], label[b]];
      if (open) for (let i = 0; i < label.length; i++) if (label[i] === from) label[i] = to;
    });
    const counts = [...new Set(label)].map((one) => label.filter((other) => other === one).length);
    weight *= 2 ** counts.length;
    total += weight;
    clusters += weight * counts.length;
    largest += weight * Math.max(...counts);
    active += weight * on;
    for (const size of counts) {
      sizes[size] += weight;
      squares += weight * size * size;
    }
  }
  const mean = (sum: number) => sum / total;
  return {
    sizes: sizes.map(mean),
    clusters: mean(clusters),
    largest: mean(largest),
    active: mean(active),
    clusterSize: mean(squares) / h.sites,
  };
}

test('numbers and sizes of clusters are those of the sum over all sets of bonds', () => {
  const draws = new Draws(3);
  const random = hamiltonianFromTerms({
    sites: 7,
    terms: Array.from({ length: 11 }, () => ({
      sites: [...draws.permutation(7).subarray(0, 2)],
      coupling: draws.uniform(0.05, 0.6),
    })),
  });
  const lattice = isingHamiltonian({ lattice: square(3, 3, { boundary: 'open' }), coupling: 0.4 });
  for (const h of [random, lattice]) {
    const exact = exactClusters(h);
    const n = h.sites;
    const series = new Clusters({ hamiltonian: h, method: 'swendsenWang', seed: 3 }).improved(15_000);
    const found = improvedMeasurements(series);
    agrees(found.clusterDensity, exact.clusters / n, 'clusters');
    agrees(found.largestFraction, exact.largest / n, 'largest');
    agrees(found.clusterSize, exact.clusterSize, 'mean size');
    agrees(meanEstimate(series.all!.activeBonds), exact.active, 'active bonds');
    assert.is(found.sizes!.length, n);
    found.sizes!.forEach(({ smallest, largest, density, error }) => {
      assert.is(smallest, largest);
      agrees({ mean: density, error }, exact.sizes[smallest] / n, `n_${smallest}`);
    });
    const wolff = improvedMeasurements(new Clusters({ hamiltonian: h, seed: 3 }).improved(15_000));
    agrees(wolff.clusterSize, exact.clusterSize, 'size of Wolff clusters');
  }
});

test('active bonds tell the energy, with more noise than the spins', () => {
  const K = 0.35;
  const h = isingHamiltonian({ lattice: square(8), coupling: K });
  const { energies, all } = new Clusters({ hamiltonian: h, method: 'swendsenWang' }).improved(8000);
  // n of 128 bonds active, so n/p satisfied on average: H/N = -K (2n/p - 128)/64
  const p = 1 - Math.exp(-2 * K);
  const byBonds = meanEstimate(all!.activeBonds.map((active) => (-K * ((2 * active) / p - 128)) / 64));
  const exact = K * kaufman(8, 8, K).energy;
  agrees(byBonds, exact, 'by active bonds');
  agrees(meanEstimate(all!.energy), exact, 'by clusters');
  assert.ok(meanEstimate(all!.energy).error! < meanEstimate(energies).error!);
  assert.ok(meanEstimate(energies).error! < byBonds.error!);
});

test('below K_c they are far less noisy than the plain estimators', () => {
  // variance by this factor smaller, on 16 × 16 (measured: see the comment at each)
  for (const [coupling, m2, energy] of [
    [0.2, 30, 3], // 51, 4.6
    [0.35, 2, 1.5], // 3.3, 2.2
  ]) {
    const h = isingHamiltonian({ lattice: square(16), coupling });
    const series = new Clusters({ hamiltonian: h, method: 'swendsenWang' }).improved(5000);
    const gain = (improved: Float64Array, plain: Float64Array) =>
      (meanEstimate(plain).error! / meanEstimate(improved).error!) ** 2;
    const squares = series.magnetisations.map((m) => m * m);
    const gains = [gain(series.magnetisation2, squares), gain(series.all!.energy, series.energies)];
    assert.ok(gains[0] > m2 && gains[1] > energy, `K = ${coupling}: ${gains}`);
  }
});

test('16 × 16 at K_c: the energy is Kaufman’s', () => {
  const h = isingHamiltonian({ lattice: square(16), coupling: criticalCoupling });
  const found = improvedMeasurements(new Clusters({ hamiltonian: h, method: 'swendsenWang', seed: 5 }).improved(6000));
  agrees(found.energy, criticalCoupling * kaufman(16, 16, criticalCoupling).energy, 'energy');
});

// For each of two models and each quantity two-sided p of mean and variance, each > 1e-3: by chance alone one in 25 such files would fail, for other seeds.
test('error bars: z of 60 seeds are N(0, 1), against exact values and against the plain estimators', () => {
  for (const field of [0, 0.1]) {
    const h = isingHamiltonian({ lattice: square(4), coupling: 0.35, field });
    const exact = enumerateTerms(h);
    const runs = Array.from({ length: 60 }, (_, k) =>
      new Clusters({ hamiltonian: h, method: 'swendsenWang', seed: `run ${k}` }).improved(3000),
    );
    const z = ({ mean, error }: { mean: number; error: number | null }, value: number) => (mean - value) / error!;
    /** Improved minus plain, entry by entry: its mean is 0. */
    const difference = (improved: (s: ClusterSeries) => Float64Array, plain: (s: ClusterSeries) => Float64Array) =>
      runs.map((series) => {
        const other = plain(series);
        return z(meanEstimate(improved(series).map((value, k) => value - other[k])), 0);
      });
    const found = runs.map((series) => improvedMeasurements(series));
    const { magnetisation2: m2, magnetisation4: m4, magnetisation: m } = exact;
    const scores: [string, number[]][] = [
      ['energy', found.map(({ energy }) => z(energy!, exact.energy / 16))],
      ['m²', found.map((one) => z(one.magnetisation2, m2))],
      ['m⁴', found.map((one) => z(one.magnetisation4!, m4))],
      [
        'U4',
        found.map(({ binderCumulant }) => (binderCumulant!.corrected - 1 + m4 / (3 * m2 * m2)) / binderCumulant!.error),
      ],
      ['χ', found.map(({ susceptibility }) => (susceptibility!.corrected - 16 * (m2 - m * m)) / susceptibility!.error)],
      [
        'energy - plain',
        difference(
          (s) => s.all!.energy,
          (s) => s.energies,
        ),
      ],
      [
        'm² - plain',
        difference(
          (s) => s.magnetisation2,
          (s) => s.magnetisations.map((value) => value ** 2),
        ),
      ],
      [
        'm⁴ - plain',
        difference(
          (s) => s.all!.magnetisation4,
          (s) => s.magnetisations.map((value) => value ** 4),
        ),
      ],
    ];
    if (field !== 0) {
      scores.push(['m', found.map(({ magnetisation }) => z(magnetisation!, m))]);
      scores.push([
        'm - plain',
        difference(
          (s) => s.all!.magnetisation,
          (s) => s.magnetisations,
        ),
      ]);
    }
    for (const [name, values] of scores) {
      const { mean, variance, pMean, pVariance } = standardNormal(values);
      assert.ok(pMean > 1e-3, `${name}, B = ${field}: mean of z ${mean}, p = ${pMean}`);
      assert.ok(pVariance > 1e-3, `${name}, B = ${field}: variance of z ${variance}, p = ${pVariance}`);
    }
  }
});

test.run();
