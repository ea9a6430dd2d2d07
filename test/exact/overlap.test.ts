/** P(q) of two replicas against the sum over all pairs of states. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { exactDistribution } from '../../src/exact/distribution.js';
import { exactOverlap } from '../../src/exact/overlap.js';
import { hamiltonianFromTerms } from '../../src/ising/models/hamiltonian.js';
import { cubic, square } from '../../src/ising/models/lattice.js';
import { edwardsAnderson, isingHamiltonian } from '../../src/ising/models/models.js';

const test = suite('exact/overlap');

function close(actual: number | null, expected: number, what: string, bound = 1e-12): void {
  assert.ok(actual !== null && Math.abs(actual - expected) < bound, `${what}: ${actual}, not ${expected}`);
}

for (const [name, model] of [
  ['±J glass', edwardsAnderson({ lattice: square(3), distribution: 'bimodal', coupling: 0.8, seed: 3 })],
  ['Gaussian glass in a field', edwardsAnderson({ lattice: square(3), distribution: 'gaussian', field: 0.2, seed: 4 })],
  ['cubic glass', edwardsAnderson({ lattice: cubic(2), distribution: 'gaussian', coupling: 0.7, seed: 5 })],
  ['ferromagnet', isingHamiltonian({ lattice: square(2, 4), coupling: 0.4 })],
] as const) {
  test(`${name}: all pairs of states`, () => {
    const { sites } = model;
    const { probabilities: p } = exactDistribution(model);
    const expected = new Float64Array(sites + 1);
    const bonds = model.terms.filter((term) => term.sites.length === 2);
    let links = 0;
    for (let s = 0; s < p.length; s++) {
      for (let t = 0; t < p.length; t++) {
        const same = (i: number) => (((s ^ t) >> i) & 1 ? -1 : 1);
        let sum = 0;
        for (let i = 0; i < sites; i++) sum += same(i);
        expected[(sum + sites) / 2] += p[s] * p[t];
        let bondSum = 0;
        for (const { sites: pair } of bonds) bondSum += same(pair[0]) * same(pair[1]);
        links += (p[s] * p[t] * bondSum) / bonds.length;
      }
    }
    const answer = exactOverlap(model);
    expected.forEach((probability, k) => {
      close(answer.probabilities[k], probability, `P(${answer.overlaps[k]})`);
    });
    const moment = (f: (q: number) => number) =>
      expected.reduce((sum, probability, k) => sum + probability * f((2 * k - sites) / sites), 0);
    close(
      answer.overlap,
      moment((q) => q),
      'q',
    );
    close(answer.absoluteOverlap, moment(Math.abs), '|q|');
    close(
      answer.overlap2,
      moment((q) => q * q),
      'q²',
    );
    close(
      answer.overlap4,
      moment((q) => q ** 4),
      'q⁴',
    );
    close(answer.linkOverlap, links, 'q_l');
  });
}

test('free spins, and spins without bonds', () => {
  const free = exactOverlap({ sites: 16, terms: [] });
  close(free.overlap2, 1 / 16, 'q²');
  close(free.overlap4, (3 - 2 / 16) / 256, 'q⁴');
  assert.is(free.linkOverlap, null);
  // each spin in its own field B: ⟨q⟩ = tanh² B
  const fields = hamiltonianFromTerms({
    sites: 5,
    terms: [0, 1, 2, 3, 4].map((site) => ({ sites: [site], coupling: 0.6 })),
  });
  close(exactOverlap(fields).overlap, Math.tanh(0.6) ** 2, 'q in a field');
  assert.throws(
    () => exactOverlap({ sites: 23, terms: [] }),
    (error: unknown) => error instanceof RangeError,
  );
});

test.run();
