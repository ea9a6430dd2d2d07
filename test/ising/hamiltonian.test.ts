import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SpinData } from '../../src/ising/data/spinData.js';
import { Hamiltonian, type HamiltonianOptions, hamiltonianFromTerms } from '../../src/ising/models/hamiltonian.js';
import { BitRows } from '../../src/util/bits.js';
import { refuses } from '../assert.js';
import { allStates, unitsOf } from '../physics/enumeration.js';
import { Draws } from '../reference/draws.js';

const test = suite('ising/hamiltonian');

const term = (sites: number[], coupling: number) => ({ sites, coupling });

test('terms over the same sites add up, in the order of their first one; those that cancel are left out', () => {
  const h = hamiltonianFromTerms({
    sites: 5,
    // biome-ignore format: one list
    terms: [term([3, 1], 0.5), term([], 1), term([4], -1), term([1, 3], 0.25), term([2, 0, 4, 1], 2), term([0, 1], 0.5), term([1, 0], -0.5), term([1, 4, 0, 2], 1), term([0], 0), term([], 2)],
  });
  assert.equal(h.terms, [term([1, 3], 0.75), term([], 3), term([4], -1), term([0, 1, 2, 4], 3)]);
  assert.equal([...h.couplings], [0.75, 3, -1, 3]);
  assert.equal([...h.starts], [0, 2, 2, 3, 7]);
  assert.equal([...h.members], [1, 3, 4, 0, 1, 2, 4]);
  assert.equal(h.shape, [5]);
  assert.not.ok(h.even);
  assert.ok(hamiltonianFromTerms({ sites: 3, terms: [term([0, 2], 1), term([], 2)] }).even);
  assert.ok(hamiltonianFromTerms({ sites: 3, terms: [] }).even);
});

test('no two sets of sites are taken for one another', () => {
  const sites = 13;
  const sets: number[][] = [];
  for (let state = 0; state < 2 ** sites; state++) {
    const members = [...unitsOf(state, sites)].flatMap((bit, site) => (bit ? [site] : []));
    if (members.length <= 4) sets.push(members);
  }
  const h = hamiltonianFromTerms({ sites, terms: sets.map((set, k) => term(set, k + 1)) });
  assert.equal(
    h.terms,
    sets.map((set, k) => term(set, k + 1)),
  );
});

test('the energy is -Σ K Π s, of a configuration and of rows of bits', () => {
  const draws = new Draws(1);
  for (const sites of [1, 3, 8, 11]) {
    const terms = Array.from({ length: 3 * sites }, () =>
      term([...draws.permutation(sites).subarray(0, draws.integer(0, Math.min(5, sites)))], draws.uniform(-2, 2)),
    );
    const h = hamiltonianFromTerms({ sites, terms });
    const rows = h.energy(allStates(sites));
    assert.is(rows.length, 2 ** sites);
    for (let state = 0; state < 2 ** sites; state += 5) {
      const spins = Array.from(unitsOf(state, sites), (bit) => 2 * bit - 1);
      const expected = -terms.reduce((sum, t) => sum + t.coupling * t.sites.reduce((all, i) => all * spins[i], 1), 0);
      assert.ok(Math.abs(rows[state] - expected) < 1e-12, `${rows[state]}, expected ${expected}`);
      assert.is(h.energy(spins), rows[state]);
      assert.is(h.energy(Int8Array.from(spins)), rows[state]);
      assert.is(h.energy(Float32Array.from(spins)), rows[state]);
    }
  }
});

test('the energy of nothing is 0, and no rows have no energies', () => {
  const h = hamiltonianFromTerms({ sites: 4, terms: [] });
  assert.ok(Object.is(h.energy([1, -1, 1, 1]), 0));
  assert.equal(h.energy(new BitRows(0, 4)), new Float64Array(0));
  const data = new SpinData(2, [2, 2], Uint8Array.of(3, 9), { source: 'this test' });
  const field = hamiltonianFromTerms({ sites: 4, terms: [term([0], 1), term([3], 10)], shape: [2, 2] });
  assert.equal([...field.energy(data)], [9, -11]);
});

test('what is listed is copied, and enough is kept to make it again', () => {
  const options = { sites: 3, terms: [term([0, 1], 1)] };
  const h = hamiltonianFromTerms(options);
  options.terms[0].sites[1] = 2;
  assert.equal(h.terms, [term([0, 1], 1)]);
  h.terms[0].sites[0] = 2;
  assert.equal(h.terms, [term([0, 1], 1)]);
  assert.equal(new Hamiltonian(h.parameters as unknown as HamiltonianOptions).terms, h.terms);
});

test('refuses what is no Hamiltonian', () => {
  const good = { sites: 4, terms: [term([0, 1], 1)] };
  const bad = (changed: object) => () => hamiltonianFromTerms({ ...good, ...changed });
  const badTerm = (changed: object) => bad({ terms: [good.terms[0], { ...good.terms[0], ...changed }] });
  refuses(() => hamiltonianFromTerms(null as never), TypeError, /^"options" expected/);
  for (const sites of [0, 2.5, Number.NaN, 2 ** 24 + 1])
    refuses(bad({ sites }), RangeError, /^"sites" expected integer/);
  refuses(bad({ sites: '4' }), TypeError, /^"sites"/);
  refuses(bad({ terms: {} }), TypeError, /^"terms" expected array of \{ sites, coupling \}/);
  refuses(bad({ terms: [3] }), TypeError, /^"terms\[0\]" expected/);
  refuses(badTerm({ sites: undefined }), TypeError, /^"terms\[1\]\.sites" expected array of sites/);
  refuses(badTerm({ sites: [0, 4] }), RangeError, /^"terms\[1\]\.sites\[1\]" expected integer in \[0, 3\], got 4$/);
  refuses(badTerm({ sites: [-1] }), RangeError, /^"terms\[1\]\.sites\[0\]"/);
  refuses(badTerm({ sites: [0.5] }), RangeError, /^"terms\[1\]\.sites\[0\]"/);
  refuses(badTerm({ sites: ['0'] }), TypeError, /^"terms\[1\]\.sites\[0\]"/);
  refuses(badTerm({ sites: [2, 0, 2] }), RangeError, /^"terms\[1\]\.sites" expected different sites, got \[2, 0, 2\]$/);
  for (const coupling of [Number.NaN, Number.POSITIVE_INFINITY]) {
    refuses(badTerm({ coupling }), RangeError, /^"terms\[1\]\.coupling" expected finite number/);
  }
  refuses(badTerm({ coupling: '1' }), TypeError, /^"terms\[1\]\.coupling"/);
  refuses(badTerm({ coupling: 1e308 }), RangeError, /^"terms" expected couplings whose sizes add up to at most 1e100/);
  refuses(bad({ terms: [term([0], 1e308), term([0], 1e308)] }), RangeError, /^"terms" expected couplings whose sizes/);
  refuses(bad({ shape: [2, 3] }), RangeError, /^"shape" expected sides whose product is 4, got \[2, 3\]$/);
  refuses(bad({ shape: [] }), TypeError, /^"shape" expected array of sides/);
  refuses(bad({ shape: [4, 1.5] }), RangeError, /^"shape\[1\]"/);
});

test('refuses spins that are none', () => {
  const h = hamiltonianFromTerms({ sites: 3, terms: [term([0, 1], 1)] });
  refuses(() => h.energy([1, -1]), RangeError, /^"spins" expected length 3, got 2$/);
  refuses(() => h.energy([1, -1, 0]), RangeError, /^"spins\[2\]" expected 1 or -1, got 0$/);
  refuses(() => h.energy([1, -1, Number.NaN]), RangeError, /^"spins\[2\]"/);
  refuses(() => h.energy([1, '1' as never, 1]), TypeError, /^"spins\[1\]"/);
  refuses(() => h.energy('+-+' as never), TypeError, /^"spins" expected array of 3 spins/);
  refuses(() => h.energy(undefined as never), TypeError, /^"spins"/);
  refuses(() => h.energy(new BitRows(2, 4)), RangeError, /^"spins" expected rows of 3 spins, got "rows of 4"$/);
});

test.run();
