/**
 * Whether `CouplingFromThePast` draws independent rows from exactly e^{-H}/Z: counts of states against sums over all states, energies against Kaufman's, no
 * memory from row to row. And whether such tests would notice the three classical mistakes. Seeds are fixed; each bound states its p.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kaufman } from '../../src/exact/kaufman.js';
import { enumerateTerms } from '../../src/exact/nBody.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { type Hamiltonian, hamiltonianFromTerms } from '../../src/ising/models/hamiltonian.js';
import { chain, cubic, graph, readLatticeName, square, triangular } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { CouplingFromThePast } from '../../src/ising/samplers/couplingFromThePast.js';
import { streamKey } from '../../src/util/random.js';
import * as twin from '../reference/couplingFromThePast.js';
import { Draws } from '../reference/draws.js';
import { Stream, splitMix } from '../reference/streams.js';
import { allStates, stateOf } from './enumeration.js';
import { grouped, orbits, pearson } from './histogram.js';
import { standardNormal } from './statistics.js';

const test = suite('physics/couplingFromThePast');

const METHODS = ['heatBath', 'randomCluster'] as const;

/** e^{-H} of all states. */
function weightsOf(h: Hamiltonian): Float64Array {
  return h.energy(allStates(h.sites)).map((energy) => Math.exp(-energy));
}

function countsOf(h: Hamiltonian, method: (typeof METHODS)[number], count: number, seed: number): Float64Array {
  const data = new CouplingFromThePast({ hamiltonian: h, method, seed }).sample(count);
  const counts = new Float64Array(2 ** h.sites);
  for (let r = 0; r < count; r++) counts[stateOf(data, r)]++;
  return counts;
}

function fit(counts: Float64Array, weights: Float64Array, group: (state: number) => number) {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const z = weights.reduce((sum, w) => sum + w, 0);
  return pearson(grouped(counts, 1, group), grouped(weights, total / z, group), 8);
}

function agreeing(
  counts: Float64Array,
  weights: Float64Array,
  group: (state: number) => number,
  fewest: number,
  what: string,
): void {
  const { p, bins, text } = fit(counts, weights, group);
  assert.ok(bins >= fewest, `${what}: ${text}`);
  assert.ok(p > 1e-4 && p < 0.9999, `${what}: ${text}`);
}

const own = (state: number) => state;

// 4 × 4: p of each of 8 histograms, and of the 16 below, in (1e-4, 0.9999): a false alarm in one of 200 such files, for other seeds.
const symmetric = orbits();
const withField = orbits(false);

for (const method of METHODS) {
  test(`4 × 4: states up to symmetry come as often as they should; ${method}`, () => {
    [
      { coupling: 0.2, field: 0, count: 25_000, fewest: 150 },
      { coupling: 0.32, field: 0, count: 12_000, fewest: 70 },
      { coupling: criticalCoupling, field: 0, count: 6000, fewest: 15 },
      { coupling: 0.25, field: 0.15, count: 12_000, fewest: 70 },
    ].forEach(({ coupling, field, count, fewest }, k) => {
      const h = isingHamiltonian({ lattice: square(4), coupling, field });
      const orbit = field === 0 ? symmetric : withField;
      const what = `K = ${coupling}, B = ${field}`;
      agreeing(countsOf(h, method, count, 200 + k), weightsOf(h), (state) => orbit[state], fewest, what);
    });
  });
}

const draws = new Draws(12);
const strengths = (n: number, low: number, high: number) => Array.from({ length: n }, () => draws.uniform(low, high));
const staggered = (shape: [number, number], size: number) =>
  Array.from({ length: shape[0] * shape[1] }, (_, i) =>
    (Math.floor(i / shape[1]) + (i % shape[1])) % 2 ? -size : size,
  );

const small: [name: string, h: Hamiltonian, methods: readonly (typeof METHODS)[number][]][] = [
  [
    'a coupling a bond and a field up or none a site, triangular 3 × 3',
    isingHamiltonian({
      lattice: triangular(3),
      coupling: strengths(27, 0, 0.3),
      field: strengths(9, 0, 0.2).map((b, i) => (i % 3 ? b : 0)),
    }),
    METHODS,
  ],
  [
    'a field downwards, open square 3 × 3',
    isingHamiltonian({ lattice: square(3, 3, { boundary: 'open' }), coupling: 0.4, field: -0.2 }),
    METHODS,
  ],
  [
    'fields of both signs, square 3 × 3',
    isingHamiltonian({ lattice: square(3), coupling: 0.2, field: strengths(9, -0.5, 0.5) }),
    ['heatBath'],
  ],
  ['an antiferromagnet, square 2 × 4', isingHamiltonian({ lattice: square(2, 4), coupling: -0.3 }), METHODS],
  [
    'an antiferromagnet in a uniform field, chain of 8',
    isingHamiltonian({ lattice: chain(8), coupling: -0.5, field: 0.3 }),
    ['heatBath'],
  ],
  [
    'an antiferromagnet in a staggered field, open square 3 × 3',
    isingHamiltonian({ lattice: square(3, 3, { boundary: 'open' }), coupling: -0.4, field: staggered([3, 3], -0.2) }),
    METHODS,
  ],
  [
    'two parts, a lone site, a field on one part, a constant',
    hamiltonianFromTerms({
      sites: 7,
      terms: [
        { sites: [0, 1], coupling: 0.6 },
        { sites: [1, 2], coupling: -0.4 },
        { sites: [3, 4], coupling: 0.7 },
        { sites: [4, 5], coupling: 0.5 },
        { sites: [4], coupling: -0.3 },
        { sites: [], coupling: 2 },
      ],
    }),
    METHODS,
  ],
  ['no interaction at all', hamiltonianFromTerms({ sites: 6, terms: [] }), METHODS],
  ['layers: cubic 2 × 2 × 2', isingHamiltonian({ lattice: cubic(2), coupling: 0.12 }), METHODS],
];

for (const [name, h, methods] of small) {
  test(`every state comes as often as it should: ${name}`, () => {
    const weights = weightsOf(h);
    methods.forEach((method, k) => {
      agreeing(countsOf(h, method, 8000, 60 + k), weights, own, 40, method);
    });
  });
}

test('strong couplings: random clusters take them where the heat bath would take for ever', () => {
  const h = isingHamiltonian({ lattice: square(4), coupling: 1.5 });
  const data = new CouplingFromThePast({ hamiltonian: h, method: 'randomCluster' }).sample(4000);
  const m = Float64Array.from({ length: data.count }, (_, r) => data.spins(r).reduce((sum, s) => sum + s, 0) / 16);
  // N(0, 1/4000): 4 σ
  assert.ok(Math.abs(m.reduce((sum, x) => sum + x, 0)) < 4 * Math.sqrt(4000));
  assert.ok(
    Math.abs(data.provenance.sampling!.absoluteMagnetisation!.mean - enumerateTerms(h).meanAbsoluteMagnetisation) <
      1e-3,
  );
});

// Two two-sided p for each of 5 cases, each > 1e-3: by chance alone one in 100 such files would fail, for other seeds.
test('energies have Kaufman’s mean and spread: z of 64 seeds are N(0, 1)', () => {
  for (const [side, coupling, method, count] of [
    [8, criticalCoupling, 'randomCluster', 100],
    [8, 0.6, 'randomCluster', 100],
    [8, 0.3, 'heatBath', 100],
    [16, criticalCoupling, 'randomCluster', 16],
    [16, 0.25, 'heatBath', 16],
  ] as const) {
    const sites = side * side;
    const exact = kaufman(side, side, coupling);
    // C = K² ⟨δE²⟩/N
    const spread = Math.sqrt((exact.specificHeat * sites) / coupling ** 2 / count);
    const h = isingHamiltonian({ lattice: square(side), coupling });
    const z = Array.from({ length: 64 }, (_, k) => {
      const data = new CouplingFromThePast({ hamiltonian: h, method, seed: `run ${k}` }).sample(count);
      const mean = h.energy(data).reduce((sum, energy) => sum + energy / coupling / count, 0);
      return (mean - exact.energy * sites) / spread;
    });
    const { mean, variance, pMean, pVariance } = standardNormal(z);
    const what = `${side} × ${side}, K = ${coupling}, ${method}`;
    assert.ok(pMean > 1e-3, `${what}: mean of z ${mean}, p = ${pMean}`);
    assert.ok(pVariance > 1e-3, `${what}: variance of z ${variance}, p = ${pVariance}`);
  }
});

/** ρ(lag)·√n, N(0, 1) for independent values. */
function correlationScore(values: ArrayLike<number>, lag: number): number {
  const n = values.length;
  let [mean, variance, covariance] = [0, 0, 0];
  for (let i = 0; i < n; i++) mean += values[i] / n;
  for (let i = 0; i < n; i++) variance += (values[i] - mean) ** 2;
  for (let i = lag; i < n; i++) covariance += (values[i] - mean) * (values[i - lag] - mean);
  return (covariance / variance) * Math.sqrt(n);
}

// 12 scores within 4: p = 8e-4 in all.
test('a sample knows nothing of the one before', () => {
  for (const method of METHODS) {
    const h = isingHamiltonian({ lattice: square(4), coupling: 0.44, field: method === 'heatBath' ? 0.02 : 0 });
    const data = new CouplingFromThePast({ hamiltonian: h, method, seed: 9 }).sample(10_000);
    const spins = Array.from({ length: data.count }, (_, r) => data.spins(r));
    for (const lag of [1, 2]) {
      for (const [name, values] of [
        ['energy', h.energy(data)],
        ['m', spins.map((s) => s.reduce((sum, x) => sum + x, 0))],
        ['one spin', spins.map((s) => s[5])],
      ] as const) {
        const score = correlationScore(values, lag);
        assert.ok(Math.abs(score) < 4, `${method}, ${name}, lag ${lag}: ${score}`);
      }
    }
  }
});

/** A ring of six in a field, by the twin's updates. */
const ring = isingHamiltonian({ lattice: chain(6), coupling: 0.6, field: 0.1 });
/**
 * A chain pinned up at one end and down at the other: the wall between them wanders over seven places, and two walls meet in the middle more often than they
 * should be there. (Where a state is up or down as a whole, the mistakes below can hardly be seen: two states that meet have met anywhere.)
 */
const wall = isingHamiltonian({
  lattice: chain(8, { boundary: 'open' }),
  coupling: 1.5,
  field: [3, 0, 0, 0, 0, 0, 0, -3],
});
const KEY = streamKey(1, 'mistakes');
const numberOf = (spins: Uint8Array) => spins.reduce((state, spin, i) => state | (spin << i), 0);
const agreed = ([high, low]: Uint8Array[]) => high.every((spin, i) => spin === low[i]);

function twinCounts(count: number, draw: (sample: number) => Uint8Array | undefined): Float64Array {
  const counts = new Float64Array(256);
  for (let sample = 0; sample < count; sample++) {
    const spins = draw(sample);
    if (spins) counts[numberOf(spins)]++;
  }
  return counts;
}

test('the right way passes where each of three mistakes is seen', () => {
  const weights = weightsOf(wall);
  const { terms } = wall;
  const count = 2000;
  const start = () => [new Uint8Array(8).fill(1), new Uint8Array(8)];
  const keyOf = (sample: number) => splitMix(KEY, BigInt(sample));

  const exact = Array.from({ length: count }, (_, sample) => twin.exactSpins(8, terms, KEY, sample));
  agreeing(
    twinCounts(count, (sample) => exact[sample].state),
    weights,
    own,
    8,
    'the right way',
  );

  // stopping forward in time at the moment of coalescence
  const forward = twinCounts(count, (sample) => {
    const chains = start();
    const stream = new Stream(keyOf(sample));
    while (!agreed(chains)) twin.spinSweeps(chains, terms, stream, 1);
    return chains[0];
  });
  // new random numbers for each earlier beginning
  const fresh = twinCounts(count, (sample) => {
    for (let block = 0; ; block++) {
      const chains = start();
      twin.spinSweeps(chains, terms, new Stream(keyOf(sample), block), 2 ** block);
      if (agreed(chains)) return chains[0];
    }
  });
  // leaving out the samples that took long
  const hasty = twinCounts(count, (sample) => (exact[sample].sweeps <= 8 ? exact[sample].state : undefined));
  for (const [what, counts] of [
    ['forward', forward],
    ['fresh numbers', fresh],
    ['only the quick', hasty],
  ] as const) {
    const { p, text } = fit(counts, weights, own);
    assert.ok(p < 1e-6, `${what}: ${text}`);
  }
});

test('the class draws the twin’s samples, bit for bit', () => {
  const star = graph(5, [
    [0, 1],
    [0, 2],
    [0, 3],
    [0, 4],
  ]);
  for (const h of [
    ring,
    isingHamiltonian({ lattice: square(3), coupling: 0.3 }),
    isingHamiltonian({ lattice: square(3), coupling: 0.3, field: -0.1 }),
    isingHamiltonian({ lattice: star, coupling: -0.5 }),
  ]) {
    const { sites, terms } = h;
    const key = streamKey(4, 'couplingFromThePast');
    // the gauge: leaves of the antiferromagnetic star are turned, and what lies in a field downwards
    const ghost = terms.some((term) => term.sites.length === 1);
    const down = terms.some((term) => term.sites.length === 1 && term.coupling < 0);
    const turned = (site: number, clusters: boolean) => {
      if (readLatticeName(h.parameters.lattice)?.kind === 'graph')
        return ghost === false && site === 4 ? 0 : Number(site === 0);
      return clusters && down ? 1 : 0;
    };
    for (const method of METHODS) {
      const data = new CouplingFromThePast({ hamiltonian: h, method, seed: 4 }).sample(40);
      const flips = Uint8Array.from({ length: sites }, (_, site) => turned(site, method === 'randomCluster'));
      const gauged = terms.map((term) => ({
        sites: term.sites,
        coupling: term.sites.reduce((k, site) => (flips[site] ? -k : k), term.coupling),
      }));
      const bonds = gauged.map((term) => ({
        ends: [term.sites[0], term.sites[1] ?? sites] as const,
        coupling: term.coupling,
      }));
      let [mean, longest] = [0, 0];
      for (let r = 0; r < 40; r++) {
        const { state, sweeps } =
          method === 'heatBath' ? twin.exactSpins(sites, gauged, key, r) : twin.exactClusters(sites, bonds, key, r);
        assert.equal([...data.row(r)], [...state.map((spin, i) => spin ^ flips[i])], `${method}, row ${r}`);
        mean += sweeps;
        longest = Math.max(longest, sweeps);
      }
      assert.equal(data.provenance.sampling!.past, { mean: mean / 40, longest });
    }
  }
});

test.run();
