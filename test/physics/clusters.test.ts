/**
 * Whether `Clusters` draws from e^{-H}/Z, with both methods and for many kinds of fields and pairs, and whether its error bars are honest. Exact values:
 * sums over all states, the transfer matrix of the open chain, Kaufman's torus. Seeds are fixed; each bound states its p.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { solveOpenChain } from '../../src/exact/chain.js';
import { kaufman } from '../../src/exact/kaufman.js';
import { enumerateTerms } from '../../src/exact/nBody.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { type Hamiltonian, hamiltonianFromTerms } from '../../src/ising/models/hamiltonian.js';
import { chain, cubic, graph, square, triangular } from '../../src/ising/models/lattice.js';
import { edwardsAnderson, isingHamiltonian } from '../../src/ising/models/models.js';
import { Clusters } from '../../src/ising/samplers/clusters.js';
import { Draws } from '../reference/draws.js';
import { allStates, stateOf } from './enumeration.js';
import { agreeing, orbits } from './histogram.js';
import { standardNormal } from './statistics.js';

const test = suite('physics/clusters');

const METHODS = ['wolff', 'swendsenWang'] as const;
type Method = (typeof METHODS)[number];

/** e^{-H} of all states. */
function weightsOf(h: Hamiltonian): Float64Array {
  return h.energy(allStates(h.sites)).map((energy) => Math.exp(-energy));
}

/** Counts of states of samples ten τ apart: what correlation is left widens χ² by less than a hundredth of its own spread. */
function countsOf(h: Hamiltonian, method: Method, count: number, seed: number): Float64Array {
  const data = new Clusters({ hamiltonian: h, method, seed, independence: 10 }).sample(count);
  const counts = new Float64Array(2 ** h.sites);
  for (let r = 0; r < count; r++) counts[stateOf(data, r)]++;
  return counts;
}

const own = (state: number) => state;

// 4 × 4: p of each of 10 histograms in (1e-4, 0.9999): a false alarm in one of 500 such files, for other seeds.
const symmetric = orbits();
const withField = orbits(false);
const bySite = Float64Array.from({ length: 16 }, (_, site) => ((site * 7) % 5) / 10 - 0.15);
const fourByFour = [
  { coupling: 0.2, field: 0, count: 25_000, fewest: 150 },
  { coupling: 0.32, field: 0, count: 12_000, fewest: 70 },
  { coupling: criticalCoupling, field: 0, count: 6000, fewest: 15 },
  { coupling: 0.25, field: 0.15, count: 12_000, fewest: 70 },
  { coupling: 0.25, field: bySite, count: 30_000, fewest: 100 },
].map((model) => {
  const h = isingHamiltonian({ lattice: square(4), coupling: model.coupling, field: model.field });
  return { ...model, h, weights: weightsOf(h) };
});

for (const method of METHODS) {
  test(`4 × 4: states up to symmetry come as often as they should; ${method}`, () => {
    fourByFour.forEach(({ coupling, field, count, fewest, h, weights }, k) => {
      const orbit = field === 0 ? symmetric : withField;
      const group = typeof field === 'number' ? (state: number) => orbit[state] : own;
      agreeing(countsOf(h, method, count, 200 + k), weights, group, fewest, `K = ${coupling}, B = ${field}`);
    });
  });
}

/** Fields and pairs of any sign between any of ten spins, some twice, with a constant that must not matter. */
function randomGraph(seed: number): Hamiltonian {
  const draws = new Draws(seed);
  const terms = Array.from({ length: 30 }, (_, t) => ({
    sites: [...draws.permutation(10).subarray(0, t % 4 === 0 ? 1 : 2)],
    coupling: draws.uniform(-0.5, 0.5),
  }));
  return hamiltonianFromTerms({ sites: 10, terms: [...terms, { sites: [], coupling: 3 }] });
}

const small: [name: string, h: Hamiltonian, fewest: number][] = [
  ['a random graph with fields', randomGraph(5), 200],
  ['another', randomGraph(6), 200],
  ['±J, 3 × 4', edwardsAnderson({ lattice: square(3, 4), distribution: 'bimodal', coupling: 0.5, seed: 3 }), 60],
  [
    'Gaussian couplings in a field, 3 × 3 open',
    edwardsAnderson({
      lattice: square(3, 3, { boundary: 'open' }),
      distribution: 'gaussian',
      coupling: 0.4,
      field: 0.2,
      seed: 4,
    }),
    60,
  ],
  ['an antiferromagnetic triangular lattice, 3 × 3', isingHamiltonian({ lattice: triangular(3), coupling: -0.6 }), 60],
  [
    'a 2 × 2 torus, double bonds, staggered field',
    isingHamiltonian({ lattice: square(2), coupling: 0.2, field: [1, -1, 0.5, 0] }),
    14,
  ],
  ['a ring of two in fields', isingHamiltonian({ lattice: chain(2), coupling: -0.3, field: [0.3, 0.2] }), 4],
  ['free spins in a field', isingHamiltonian({ lattice: graph(5, []), coupling: 1, field: 0.4 }), 25],
  ['free spins', hamiltonianFromTerms({ sites: 6, terms: [] }), 64],
];

// 18 histograms of single states; p as above.
for (const [name, h, fewest] of small) {
  test(`every state comes as often as it should: ${name}`, () => {
    const expected = weightsOf(h);
    METHODS.forEach((method, k) => {
      agreeing(countsOf(h, method, 12_000, 40 + k), expected, own, fewest, method);
    });
  });
}

/** |z| < 4: p = 6e-5 for a normal number. */
function agrees({ mean, error }: { mean: number; error: number }, exact: number, what: string): void {
  assert.ok(error > 0 && error < 0.05, `${what}: error ${error}`);
  const z = (mean - exact) / error;
  assert.ok(Math.abs(z) < 4, `${what}: ${mean} ± ${error}, exact ${exact}, z = ${z}`);
}

/** Mean and error of independent values. */
function estimate(values: ArrayLike<number>): { mean: number; error: number } {
  const list = Array.from(values);
  const mean = list.reduce((sum, x) => sum + x, 0) / list.length;
  const squares = list.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (list.length - 1) / list.length) };
}

test('open chains: energy, magnetisation and correlations are those of the transfer matrix', () => {
  for (const [coupling, field] of [
    [0.5, 0],
    [0.8, 0.1],
    [-0.7, 0.3],
  ]) {
    for (const method of METHODS) {
      const h = isingHamiltonian({ lattice: chain(33, { boundary: 'open' }), coupling, field });
      const exact = solveOpenChain({ sites: 33, coupling, field });
      const data = new Clusters({ hamiltonian: h, method, seed: 8, independence: 8 }).sample(1000);
      const spins = Array.from({ length: data.count }, (_, r) => data.spins(r));
      const what = `K = ${coupling}, B = ${field}, ${method}`;
      agrees(data.provenance.sampling!.energy!, exact.energy / 33, `${what}: energy`);
      for (const site of [0, 7, 16]) {
        agrees(estimate(spins.map((s) => s[site])), exact.magnetisation(site), `${what}: s${site}`);
      }
      for (const [a, b] of [
        [0, 1],
        [15, 18],
        [28, 32],
      ]) {
        agrees(estimate(spins.map((s) => s[a] * s[b])), exact.correlation(a, b), `${what}: s${a} s${b}`);
      }
    }
  }
});

test('triangular, cubic and other lattices agree with the sum over all states', () => {
  const star = graph(
    6,
    [1, 2, 3, 4, 5].map((leaf): [number, number] => [0, leaf]),
  );
  for (const lattice of [
    triangular(3, 4),
    triangular(4, 3, { boundary: 'open' }),
    cubic(2, 2, 3),
    cubic(3, 2, 2, { boundary: 'open' }),
    chain(9),
    star,
  ]) {
    for (const [coupling, field] of [
      [0.25, 0],
      [-0.3, 0.2],
    ]) {
      const h = isingHamiltonian({ lattice, coupling, field });
      const exact = enumerateTerms(h);
      for (const method of METHODS) {
        const data = new Clusters({ hamiltonian: h, method, seed: 5 }).sample(5000);
        const { energy, absoluteMagnetisation } = data.provenance.sampling!;
        const what = `${lattice.kind} ${lattice.shape}, K = ${coupling}, ${method}`;
        agrees(energy!, exact.energy / h.sites, `${what}: energy`);
        agrees(absoluteMagnetisation!, exact.meanAbsoluteMagnetisation, `${what}: |m|`);
        const m = Array.from({ length: data.count }, (_, r) => data.spins(r).reduce((sum, s) => sum + s, 0) / h.sites);
        agrees(estimate(m), exact.magnetisation, `${what}: m`);
      }
    }
  }
});

test('20 × 20 at K_c: the energy is Kaufman’s', () => {
  const exact = kaufman(20, 20, criticalCoupling).energy;
  for (const method of METHODS) {
    const h = isingHamiltonian({ lattice: square(20), coupling: criticalCoupling });
    const { energy } = new Clusters({ hamiltonian: h, method, seed: 4 }).sample(1000).provenance.sampling!;
    agrees(energy!, exact * criticalCoupling, method);
  }
});

test('an antiferromagnet on a bipartite lattice is as fast as the ferromagnet', () => {
  for (const method of METHODS) {
    const intervals = [criticalCoupling, -criticalCoupling].map((coupling) => {
      const sampler = new Clusters({ hamiltonian: isingHamiltonian({ lattice: square(16), coupling }), method });
      return sampler.sample(200).provenance.sampling!.interval;
    });
    assert.ok(intervals[1] < 1.5 * intervals[0], `${method}: ${intervals}`);
  }
});

// Four two-sided p for each method, each > 1e-3: by chance alone one in 60 such tests would fail, for other seeds.
for (const method of METHODS) {
  test(`error bars: z of 60 seeds are N(0, 1); ${method}`, () => {
    for (const field of [0, 0.1]) {
      const h = isingHamiltonian({ lattice: square(4), coupling: 0.35, field });
      const exact = enumerateTerms(h);
      // τ/2 between samples: their correlation must be counted
      const reports = Array.from(
        { length: 60 },
        (_, k) =>
          new Clusters({ hamiltonian: h, method, seed: `run ${k}`, independence: 0.5 }).sample(1000).provenance
            .sampling!,
      );
      for (const [name, z] of [
        ['energy', reports.map(({ energy }) => (energy!.mean - exact.energy / 16) / energy!.error)],
        ['|m|', reports.map(({ absoluteMagnetisation: m }) => (m!.mean - exact.meanAbsoluteMagnetisation) / m!.error)],
      ] as const) {
        const { mean, variance, pMean, pVariance } = standardNormal(z);
        assert.ok(pMean > 1e-3, `${name}, B = ${field}: mean of z ${mean}, p = ${pMean}`);
        assert.ok(pVariance > 1e-3, `${name}, B = ${field}: variance of z ${variance}, p = ${pVariance}`);
      }
    }
  });
}

test.run();
