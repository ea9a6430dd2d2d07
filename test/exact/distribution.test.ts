import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { solveOpenChain, solveRing } from '../../src/exact/chain.js';
import { exactDistribution } from '../../src/exact/distribution.js';
import { enumerateTerms, type NBodyModel } from '../../src/exact/nBody.js';

const test = suite('exact/distribution');

/** Fields, pairs, a triple, a quadruple, a repeated term and a constant. */
const model: NBodyModel = {
  sites: 5,
  terms: [
    { sites: [0], coupling: 0.3 },
    { sites: [4], coupling: -0.7 },
    { sites: [0, 1], coupling: 0.5 },
    { sites: [3, 1], coupling: -1.1 },
    { sites: [0, 1], coupling: 0.2 },
    { sites: [2, 3, 4], coupling: 0.9 },
    { sites: [0, 2, 3, 1], coupling: -0.4 },
    { sites: [], coupling: 1.5 },
  ],
};

function product(state: number, sites: readonly number[]): number {
  return sites.reduce((value, i) => value * ((state >>> i) & 1 ? 1 : -1), 1);
}

test('energies, probabilities and all correlations are their definitions, state by state', () => {
  const { energies, probabilities, logPartition, correlation } = exactDistribution(model);
  const states = Array.from({ length: 32 }, (_, state) => state);
  const h = states.map((s) => -model.terms.reduce((sum, term) => sum + term.coupling * product(s, term.sites), 0));
  const z = h.reduce((sum, energy) => sum + Math.exp(-energy), 0);
  assert.ok(Math.abs(logPartition - Math.log(z)) < 1e-14);
  for (const s of states) {
    assert.ok(Math.abs(energies[s] - h[s]) < 1e-14);
    assert.ok(Math.abs(probabilities[s] - Math.exp(-h[s]) / z) < 1e-15);
  }
  for (const mask of states) {
    const sites = [4, 3, 2, 1, 0].filter((i) => (mask >>> i) & 1);
    const expected = states.reduce((sum, s) => sum + (Math.exp(-h[s]) / z) * product(s, sites), 0);
    assert.ok(Math.abs(correlation(sites) - expected) < 1e-14, `⟨${sites}⟩`);
  }
});

test('agrees with the chain and the ring, and with sums over the states', () => {
  const [coupling, field, sites] = [0.8, -0.2, 14];
  const fields = Array.from({ length: sites }, (_, i) => ({ sites: [i], coupling: field }));
  const pairs = Array.from({ length: sites - 1 }, (_, i) => ({ sites: [i, i + 1], coupling }));
  const open = exactDistribution({ sites, terms: [...fields, ...pairs] });
  const line = solveOpenChain({ sites, coupling, field });
  assert.ok(Math.abs(open.logPartition - line.logPartition) < 1e-13);
  const closed = exactDistribution({ sites, terms: [...fields, ...pairs, { sites: [0, sites - 1], coupling }] });
  const loop = solveRing({ sites, coupling, field });
  for (let a = 0; a < sites; a++) {
    assert.ok(Math.abs(open.correlation([a]) - line.magnetisation(a)) < 1e-13);
    for (let b = a + 1; b < sites; b++) {
      assert.ok(Math.abs(open.correlation([b, a]) - line.correlation(a, b)) < 1e-13);
      assert.ok(Math.abs(closed.correlation([a, b]) - loop.correlation(b - a)) < 1e-13);
    }
  }
  const { energy, magnetisation, heatCapacity } = enumerateTerms(model);
  const { energies, probabilities, correlation } = exactDistribution(model);
  const mean = probabilities.reduce((sum, p, s) => sum + p * energies[s], 0);
  assert.ok(Math.abs(mean - energy) < 1e-13);
  assert.ok(
    Math.abs(probabilities.reduce((sum, p, s) => sum + p * (energies[s] - mean) ** 2, 0) - heatCapacity) < 1e-12,
  );
  assert.ok(Math.abs([0, 1, 2, 3, 4].reduce((sum, i) => sum + correlation([i]) / 5, 0) - magnetisation) < 1e-14);
});

test('does not overflow', () => {
  const { logPartition, probabilities, correlation } = exactDistribution({
    sites: 2,
    terms: [
      { sites: [0, 1], coupling: 5000 },
      { sites: [0], coupling: 3000 },
    ],
  });
  assert.is(logPartition, 8000);
  assert.equal([...probabilities], [0, 0, 0, 1]);
  assert.is(correlation([]), 1);
});

test('refuses what is no model and what is no set of sites', () => {
  const range = (error: unknown): boolean => error instanceof RangeError;
  assert.throws(() => exactDistribution({ sites: 23, terms: [] }), /"sites" expected at most 22 .*, got 23/);
  assert.throws(() => exactDistribution({ sites: 0, terms: [] }), range);
  assert.throws(() => exactDistribution({ sites: 2, terms: [{ sites: [0, 1], coupling: Number.NaN }] }), range);
  assert.throws(() => exactDistribution({ sites: 2, terms: [{ sites: [2], coupling: 1 }] }), range);
  const { correlation } = exactDistribution({ sites: 2, terms: [] });
  assert.throws(() => correlation([0, 0]), /"sites" expected different sites/);
  assert.throws(() => correlation([2]), range);
  assert.throws(() => correlation([0.5]), range);
  assert.throws(
    () => correlation(1 as unknown as number[]),
    (error: unknown) => error instanceof TypeError,
  );
});

test.run();
