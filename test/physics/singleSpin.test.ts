/**
 * Whether `SingleSpin` draws from e^{-H}/Z, for each of its four ways to update and for many kinds of H, and whether its error bars are honest. Exact
 * values: sums over all states, the transfer matrix of the open chain. Seeds are fixed; each bound states its p.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { solveOpenChain } from '../../src/exact/chain.js';
import { enumerateTerms } from '../../src/exact/nBody.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { type Hamiltonian, hamiltonianFromTerms } from '../../src/ising/models/hamiltonian.js';
import { chain, cubic, graph, square, triangular } from '../../src/ising/models/lattice.js';
import { edwardsAnderson, isingHamiltonian } from '../../src/ising/models/models.js';
import { SingleSpin, type SingleSpinOptions } from '../../src/ising/samplers/singleSpin.js';
import { Draws } from '../reference/draws.js';
import { allStates, stateOf } from './enumeration.js';
import { agreeing, orbits } from './histogram.js';
import { standardNormal } from './statistics.js';

const test = suite('physics/singleSpin');

type Updates = Pick<SingleSpinOptions, 'method' | 'order'>;

const UPDATES: Updates[] = [
  { method: 'heatBath', order: 'sequential' },
  { method: 'heatBath', order: 'random' },
  { method: 'metropolis', order: 'random' },
  { method: 'metropolis', order: 'sequential' },
];

const nameOf = ({ method, order }: Updates) => `${method}, ${order}`;

/** e^{-H} of all states. */
function weightsOf(h: Hamiltonian): Float64Array {
  return h.energy(allStates(h.sites)).map((energy) => Math.exp(-energy));
}

/** Counts of states of samples ten τ apart: what correlation is left widens χ² by less than a hundredth of its own spread. */
function countsOf(h: Hamiltonian, updates: Updates, count: number, seed: number): Float64Array {
  const data = new SingleSpin({ hamiltonian: h, ...updates, seed, independence: 10 }).sample(count);
  const counts = new Float64Array(2 ** h.sites);
  for (let r = 0; r < count; r++) counts[stateOf(data, r)]++;
  return counts;
}

const own = (state: number) => state;

// 4 × 4: p of each of 16 histograms in (1e-4, 0.9999): a false alarm in one of 300 such files, for other seeds.
const models = [
  { coupling: 0.2, field: 0, count: 25_000, fewest: 150 },
  { coupling: 0.32, field: 0, count: 12_000, fewest: 70 },
  { coupling: criticalCoupling, field: 0, count: 5000, fewest: 15 },
  { coupling: 0.25, field: 0.15, count: 12_000, fewest: 70 },
].map((model) => {
  const h = isingHamiltonian({ lattice: square(4), coupling: model.coupling, field: model.field });
  return { ...model, h, weights: weightsOf(h) };
});
const symmetric = orbits();
const withField = orbits(false);

for (const updates of UPDATES) {
  test(`4 × 4: states up to symmetry come as often as they should; ${nameOf(updates)}`, () => {
    models.forEach(({ coupling, field, count, fewest, h, weights }, k) => {
      const orbit = field === 0 ? symmetric : withField;
      const counts = countsOf(h, updates, count, 100 + k);
      agreeing(counts, weights, (state) => orbit[state], fewest, `K = ${coupling}, B = ${field}`);
    });
  });
}

/** Fields, pairs, and interactions of up to six of ten spins, with a constant that must not matter. */
function manyBody(seed: number): Hamiltonian {
  const draws = new Draws(seed);
  const terms = Array.from({ length: 40 }, (_, t) => ({
    sites: [...draws.permutation(10).subarray(0, 1 + (t % 6))],
    coupling: draws.uniform(-0.3, 0.3),
  }));
  return hamiltonianFromTerms({ sites: 10, terms: [...terms, { sites: [], coupling: 3 }] });
}

const small: [name: string, h: Hamiltonian, fewest: number][] = [
  ['random interactions of one to six spins', manyBody(5), 300],
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
    'nearest, next-nearest and plaquette terms, 3 × 3',
    isingHamiltonian({ lattice: square(3), coupling: 0.2, nextNearest: -0.15, plaquette: 0.3 }),
    100,
  ],
];

// 20 histograms of single states; p as above.
for (const [name, h, fewest] of small) {
  test(`every state comes as often as it should: ${name}`, () => {
    const expected = weightsOf(h);
    UPDATES.forEach((updates, k) => {
      agreeing(countsOf(h, updates, 12_000, 40 + k), expected, own, fewest, nameOf(updates));
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
    for (const updates of UPDATES) {
      const h = isingHamiltonian({ lattice: chain(33, { boundary: 'open' }), coupling, field });
      const exact = solveOpenChain({ sites: 33, coupling, field });
      const data = new SingleSpin({ hamiltonian: h, ...updates, seed: 8, independence: 8 }).sample(1000);
      const spins = Array.from({ length: data.count }, (_, r) => data.spins(r));
      const what = `K = ${coupling}, B = ${field}, ${nameOf(updates)}`;
      agrees(data.provenance.sampling!.energy!, exact.energy / 33, `${what}: energy`);
      agrees(estimate(h.energy(data).map((energy) => energy / 33)), exact.energy / 33, `${what}: energy of the rows`);
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
      const data = new SingleSpin({ hamiltonian: h, seed: 5 }).sample(5000);
      const { energy, absoluteMagnetisation } = data.provenance.sampling!;
      const what = `${lattice.kind} ${lattice.shape}, K = ${coupling}`;
      agrees(energy!, exact.energy / h.sites, `${what}: energy`);
      agrees(absoluteMagnetisation!, exact.meanAbsoluteMagnetisation, `${what}: |m|`);
      const m = Float64Array.from(
        { length: data.count },
        (_, r) => data.spins(r).reduce((sum, s) => sum + s, 0) / h.sites,
      );
      agrees(estimate(m), exact.magnetisation, `${what}: m`);
    }
  }
});

// Four two-sided p for each model and way to update, each > 1e-3: by chance alone one in 40 such tests would fail, for other seeds.
for (const updates of UPDATES.slice(0, 3)) {
  test(`error bars: z of 60 seeds are N(0, 1); ${nameOf(updates)}`, () => {
    for (const field of [0, 0.1]) {
      const h = isingHamiltonian({ lattice: square(4), coupling: 0.35, field });
      const exact = enumerateTerms(h);
      // τ/2 between samples: their correlation must be counted
      const reports = Array.from(
        { length: 60 },
        (_, k) =>
          new SingleSpin({ hamiltonian: h, ...updates, seed: `run ${k}`, independence: 0.5 }).sample(1000).provenance
            .sampling!,
      );
      assert.ok(reports[0].effectiveSamples! < 800, `${reports[0].effectiveSamples}`);
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

test('a cold ferromagnet, whose chain never crosses to the other side, still has ⟨m⟩ = 0', () => {
  const h = isingHamiltonian({ lattice: square(4), coupling: 0.8 });
  const data = new SingleSpin({ hamiltonian: h, seed: 6, start: new Int8Array(16).fill(1) }).sample(2000);
  const m = Float64Array.from({ length: data.count }, (_, r) => data.spins(r).reduce((sum, s) => sum + s, 0) / 16);
  agrees(estimate(m), 0, 'm');
  agrees(data.provenance.sampling!.absoluteMagnetisation!, enumerateTerms(h).meanAbsoluteMagnetisation, '|m|');
});

test.run();
