/**
 * Whether `Tempering` draws from e^{-scale·H}/Z at each of its scales: the joint transition matrix of tiny ladders, exactly; counts of states; a glass
 * against the sum over all its states; error bars. Seeds are fixed; each bound states its p.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { enumerateTerms } from '../../src/exact/nBody.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { type Hamiltonian, hamiltonianFromTerms } from '../../src/ising/models/hamiltonian.js';
import { square } from '../../src/ising/models/lattice.js';
import { edwardsAnderson, isingHamiltonian } from '../../src/ising/models/models.js';
import { SingleSpin } from '../../src/ising/samplers/singleSpin.js';
import { Tempering } from '../../src/ising/samplers/tempering.js';
import { cases } from '../matrix.js';
import { Draws } from '../reference/draws.js';
import * as single from '../reference/singleSpin.js';
import type { Four } from '../reference/streams.js';
import { exchanges, ladderOf, temperingRound } from '../reference/tempering.js';
import { allStates, stateOf, unitsOf } from './enumeration.js';
import { agreeing, orbits } from './histogram.js';
import { standardNormal } from './statistics.js';

const test = suite('physics/tempering');

const UPDATES = [
  { method: 'heatBath', order: 'sequential' },
  { method: 'heatBath', order: 'random' },
  { method: 'metropolis', order: 'random' },
  { method: 'metropolis', order: 'sequential' },
] as const;

/** e^{-scale·H} of all states. */
function weightsOf(h: Hamiltonian, scale = 1): Float64Array {
  return h.energy(allStates(h.sites)).map((energy) => Math.exp(-scale * energy));
}

/** A four whose number is u·2^-53. */
const four = (u: number): Four => [(u % 2 ** 21) * 2 ** 11, Math.floor(u / 2 ** 21), 0, 0];

/** The probability that `decide` says yes, where it does so for the u below some threshold: the threshold, to the last of 53 bits. */
function probability(decide: (numbers: Four) => boolean): number {
  if (!decide(four(0))) return 0;
  let [yes, no] = [0, 2 ** 53];
  while (no - yes > 1) {
    const middle = yes + Math.floor((no - yes) / 2);
    if (decide(four(middle))) yes = middle;
    else no = middle;
  }
  return no / 2 ** 53;
}

/** p·P of a distribution over states and a matrix given by its rows. */
function moved(distribution: Float64Array, row: (state: number) => Map<number, number>): Float64Array {
  const next = new Float64Array(distribution.length);
  distribution.forEach((p, state) => {
    for (const [other, probabilityOf] of row(state)) next[other] += p * probabilityOf;
  });
  return next;
}

function close(actual: Float64Array, expected: Float64Array, what: string): void {
  const largest = actual.reduce((most, x, i) => Math.max(most, Math.abs(x - expected[i])), 0);
  assert.ok(largest < 1e-14, `${what}: largest difference ${largest}`);
}

/** Two and three spins with fields, pairs and a term of three; two scales. */
const tiny = [
  hamiltonianFromTerms({
    sites: 2,
    terms: [
      { sites: [0, 1], coupling: 0.7 },
      { sites: [0], coupling: -0.3 },
    ],
  }),
  hamiltonianFromTerms({
    sites: 3,
    terms: [
      { sites: [0, 1], coupling: 0.7 },
      { sites: [1, 2], coupling: -0.4 },
      { sites: [0, 1, 2], coupling: 0.6 },
      { sites: [2], coupling: 0.2 },
      { sites: [], coupling: 1 },
    ],
  }),
];

test('exactly: sweeps and exchanges keep the product of the two distributions, exchanges by detailed balance', () => {
  for (const h of tiny) {
    const { sites, terms } = h;
    const states = 2 ** sites;
    const joint = (a: number, b: number) => a * states + b;
    for (const scales of [
      [0.4, 1],
      [2, 0.5],
    ] as [number, number][]) {
      const product = new Float64Array(states * states);
      const weights = scales.map((scale) => weightsOf(h, scale));
      const z = weights.map((w) => w.reduce((sum, x) => sum + x, 0));
      for (let a = 0; a < states; a++) {
        for (let b = 0; b < states; b++) product[joint(a, b)] = (weights[0][a] / z[0]) * (weights[1][b] / z[1]);
      }

      for (const metropolis of [false, true]) {
        scales.forEach((scale, rung) => {
          for (let site = 0; site < sites; site++) {
            // one update of one site of one rung, by the sweep's own decision; the updates before it in the sweep have a vector each that changes nothing
            const row = (pair: number): Map<number, number> => {
              const parts = [Math.floor(pair / states), pair % states];
              const turns = (numbers: Four) => {
                const spins = unitsOf(parts[rung], sites);
                oneUpdate(spins, terms, metropolis, site, numbers, scale);
                return spins;
              };
              const first = turns(four(0));
              const p = probability((numbers) => turns(numbers)[site] === first[site]);
              const to = (spin: number) => {
                const changed = [...parts];
                changed[rung] = (parts[rung] & ~(1 << site)) | (spin << site);
                return joint(changed[0], changed[1]);
              };
              return new Map([
                [to(first[site]), p],
                [to(1 - first[site]), 1 - p],
              ]);
            };
            close(moved(product, row), product, `${sites} spins, rung ${rung}, site ${site}, Metropolis ${metropolis}`);
          }
        });
      }

      const sums = Array.from({ length: states }, (_, state) => single.termSum(terms, unitsOf(state, sites)));
      const accepted = (a: number, b: number) =>
        probability((numbers) => exchanges(scales, [sums[a], sums[b]], numbers));
      for (let a = 0; a < states; a++) {
        for (let b = 0; b < states; b++) {
          const [flow, back] = [product[joint(a, b)] * accepted(a, b), product[joint(b, a)] * accepted(b, a)];
          assert.ok(Math.abs(flow - back) < 1e-15, `${a}, ${b}: ${flow} there, ${back} back`);
        }
      }
      const row = (pair: number) => {
        const [a, b] = [Math.floor(pair / states), pair % states];
        return a === b
          ? new Map([[pair, 1]])
          : new Map([
              [joint(b, a), accepted(a, b)],
              [pair, 1 - accepted(a, b)],
            ]);
      };
      close(moved(product, row), product, 'exchange');
      // and the test has teeth: an exchange with the sign turned does not keep it
      const wrong = (pair: number) => {
        const [a, b] = [Math.floor(pair / states), pair % states];
        const p = probability((numbers) => exchanges(scales, [sums[b], sums[a]], numbers));
        return a === b
          ? new Map([[pair, 1]])
          : new Map([
              [joint(b, a), p],
              [pair, 1 - p],
            ]);
      };
      const off = moved(product, wrong).reduce((most, x, i) => Math.max(most, Math.abs(x - product[i])), 0);
      assert.ok(off > 1e-3, `${off}`);
    }
  }
});

/** One update of `site` with these random numbers, by the twin's sweep in random order, whose third number picks the site. */
function oneUpdate(
  spins: Uint8Array,
  terms: readonly single.Term[],
  metropolis: boolean,
  site: number,
  [low, high]: Four,
  scale: number,
): void {
  const [before, n] = [spins.slice(), spins.length];
  const pick = Math.floor(((site + 0.5) / n) * 2 ** 32);
  // the first update of a sweep of n; the others are undone
  let call = 0;
  let after: Uint8Array | undefined;
  const stream = {
    next: (): Four => {
      if (call++ === 1) after = spins.slice();
      return [low, high, pick, 0];
    },
  };
  single.singleSpin(spins, terms, { metropolis, anyOrder: true }, stream, 1, scale);
  spins.set(after ?? (n === 1 ? spins : before));
}

test('a round of the ladder is made of these steps: joint states of two rungs come as often as they should', () => {
  const h = tiny[0];
  const scales = [0.5, 1.5];
  const draws = new Draws(8);
  const stream = { next: () => [draws.word(), draws.word(), draws.word(), draws.word()] as Four };
  const ladder = ladderOf(scales, [new Uint8Array(2), new Uint8Array(2)]);
  const counts = new Float64Array(16);
  const count = 4000;
  for (let k = 0; k < 5 * count; k++) {
    temperingRound(ladder, h.terms, { metropolis: false, anyOrder: false }, [stream, stream, stream], 1);
    const [a, b] = ladder.at.map((c) => ladder.configurations[c][0] + 2 * ladder.configurations[c][1]);
    if (k % 5 === 4) counts[4 * a + b]++;
  }
  const [hot, cold] = scales.map((scale) => weightsOf(h, scale));
  const weights = Float64Array.from({ length: 16 }, (_, pair) => hot[pair >> 2] * cold[pair & 3]);
  agreeing(counts, weights, own, 12, 'joint states');
});

function countsOf(data: { count: number; width: number } & Parameters<typeof stateOf>[0]): Float64Array {
  const counts = new Float64Array(2 ** data.width);
  for (let r = 0; r < data.count; r++) counts[stateOf(data, r)]++;
  return counts;
}

const own = (state: number) => state;
const symmetric = orbits();
const withField = orbits(false);

// 4 × 4: p of each of 20 histograms, and of 10 below, in (1e-4, 0.9999): a false alarm in one of 150 such files, for other seeds.
for (const updates of cases([UPDATES[0], UPDATES[2]], [UPDATES[1], UPDATES[3]])) {
  test(`4 × 4: at each scale states up to symmetry come as often as they should; ${updates.method}, ${updates.order}`, () => {
    const critical = isingHamiltonian({ lattice: square(4), coupling: criticalCoupling });
    const field = isingHamiltonian({ lattice: square(4), coupling: 0.25, field: 0.15 });
    for (const [h, couplings, count, orbit] of [
      [critical, [0.2, 0.32, criticalCoupling], 3000, symmetric],
      [field, [0.25, 0.125], 4000, withField],
    ] as const) {
      const largest = Math.max(...couplings);
      const scales = couplings.map((coupling) => coupling / largest);
      const sets = new Tempering({ hamiltonian: h, ...updates, scales, seed: 11, independence: 8 }).sample(count);
      sets.forEach((data, k) => {
        const what = `K = ${couplings[k]}, field ${h === field}`;
        agreeing(countsOf(data), weightsOf(h, scales[k]), (state) => orbit[state], 15, what);
      });
    }
  });
}

test('every state comes as often as it should with interactions of one to six spins, at scales 0 to 2', () => {
  const draws = new Draws(5);
  const h = hamiltonianFromTerms({
    sites: 8,
    terms: Array.from({ length: 40 }, (_, t) => ({
      sites: [...draws.permutation(8).subarray(0, 1 + (t % 6))],
      coupling: draws.uniform(-0.25, 0.25),
    })),
  });
  for (const updates of UPDATES.slice(0, 3)) {
    const scales = updates.method === 'heatBath' ? [0, 0.5, 1, 2] : [2, 1];
    const sets = new Tempering({
      hamiltonian: h,
      ...updates,
      scales,
      seed: 3,
      independence: 10,
      sweepsPerSwap: 2,
    }).sample(3000);
    sets.forEach((data, k) => {
      agreeing(
        countsOf(data),
        weightsOf(h, scales[k]),
        own,
        30,
        `${updates.method}, ${updates.order}, scale ${scales[k]}`,
      );
    });
  }
});

/** |z| < 4: p = 6e-5 for a normal number. */
function agrees({ mean, error }: { mean: number; error: number }, exact: number, what: string): void {
  assert.ok(error > 0 && error < 0.05, `${what}: error ${error}`);
  const z = (mean - exact) / error;
  assert.ok(Math.abs(z) < 4, `${what}: ${mean} ± ${error}, exact ${exact}, z = ${z}`);
}

/** ±J on 4 × 4: four valleys of 3, 6, 3 and 6 ground states, which turns of single spins do not join. */
const GLASS = edwardsAnderson({ lattice: square(4), distribution: 'bimodal', coupling: 3, seed: 20 });
const LADDER = [0.07, 0.12, 0.17, 0.24, 0.34, 0.5, 1];

test('a glass that one chain does not cross in 2000 sweeps: energy, |m| and all ground states are right', () => {
  const exact = enumerateTerms(GLASS);
  const data = new Tempering({ hamiltonian: GLASS, scales: LADDER, seed: 2 }).sample(4000, { at: [1] })[0];
  const { energy, absoluteMagnetisation, exchanges } = data.provenance.sampling!;
  assert.ok(exchanges!.roundTripRate > 0.01, `${exchanges!.roundTripRate}`);
  // few rows are excited: by the spread that they should have, not the one that they show
  agrees({ mean: energy!.mean, error: Math.sqrt(exact.heatCapacity / 4000) / 16 }, exact.energy / 16, 'energy');
  agrees(absoluteMagnetisation!, exact.meanAbsoluteMagnetisation, '|m|');
  agreeing(countsOf(data), weightsOf(GLASS), own, 6, 'states');

  // the valleys: a chain from one of two far ground states stays there
  const energies = GLASS.energy(allStates(16));
  const lowest = Math.min(...energies);
  const ground = Array.from(energies.keys()).filter((state) => energies[state] < lowest + 1e-9);
  const overlap = (a: number, b: number) => unitsOf(a ^ b, 16).reduce((sum, bit) => sum + 1 - 2 * bit, 0) / 16;
  const far = ground.filter((state) => Math.abs(overlap(ground[0], state)) < 0.5);
  assert.ok(far.length > 0, `${ground.length} ground states`);
  const ends = [ground[0], far[0]].map((state) => {
    const start = Int8Array.from(unitsOf(state, 16), (bit) => 2 * bit - 1);
    const chain = new SingleSpin({ hamiltonian: GLASS, start, seed: 1 });
    let sum = 0;
    for (let k = 0; k < 200; k++) {
      chain.advance(10);
      sum += Math.abs(overlap(ground[0], stateOf(chain.configurations(), 0))) / 200;
    }
    return sum;
  });
  assert.ok(ends[0] > ends[1] + 0.2, `overlap with the first ground state: ${ends}`);
});

// Four two-sided p for each of 2 scales, each > 1e-3: by chance alone one in 120 such files would fail, for other seeds.
test('error bars: z of 60 seeds are N(0, 1) at every scale', () => {
  const h = isingHamiltonian({ lattice: square(4), coupling: 0.45 });
  const scales = [0.5, 0.75, 1];
  const exact = scales.map((scale) =>
    enumerateTerms({ sites: 16, terms: h.terms.map(({ sites, coupling }) => ({ sites, coupling: scale * coupling })) }),
  );
  const reports = Array.from({ length: 60 }, (_, k) =>
    new Tempering({ hamiltonian: h, scales, seed: `run ${k}`, independence: 0.5 })
      .sample(1000)
      .map((data) => data.provenance.sampling!),
  );
  assert.ok(reports[0][2].effectiveSamples! < 900, `${reports[0][2].effectiveSamples}`);
  for (const k of [0, 2]) {
    for (const [name, z] of [
      ['energy', reports.map((r) => (r[k].energy!.mean - exact[k].energy / 16) / r[k].energy!.error)],
      [
        '|m|',
        reports.map(
          (r) =>
            (r[k].absoluteMagnetisation!.mean - exact[k].meanAbsoluteMagnetisation) / r[k].absoluteMagnetisation!.error,
        ),
      ],
    ] as const) {
      const { mean, variance, pMean, pVariance } = standardNormal(z);
      assert.ok(pMean > 1e-3, `${name}, scale ${scales[k]}: mean of z ${mean}, p = ${pMean}`);
      assert.ok(pVariance > 1e-3, `${name}, scale ${scales[k]}: variance of z ${variance}, p = ${pVariance}`);
    }
  }
});

test.run();
