/** `TermTable`: sets of sites found again in any order, against a Map. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hamiltonianFromTerms } from '../../src/ising/models/hamiltonian.js';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { TermTable } from '../../src/ising/models/termTable.js';
import { Draws } from '../reference/draws.js';

const test = suite('ising/termTable');

test('random sets of 0 to 20 sites, from tables that are too small at first', () => {
  for (const expected of [0, 10, 5000]) {
    const draws = new Draws(expected + 1);
    const table = new TermTable(expected, expected);
    const known = new Map<string, { sites: number[]; coupling: number }>();
    for (let k = 0; k < 5000; k++) {
      const size = draws.words(1)[0] % 21;
      // few sites in small sets, so that they come again
      const range = size < 4 ? 12 : size + 2;
      const sites = [...new Set([...draws.words(size)].map((word) => word % range))];
      const coupling = (draws.words(1)[0] % 5) - 2;
      const sorted = [...sites].sort((a, b) => a - b);
      const own = known.get(sorted.join());
      if (own) own.coupling += coupling;
      else known.set(sorted.join(), { sites: sorted, coupling });
      // somewhere within a longer list
      assert.is(table.add([99, ...sites, 98], 1, 1 + sites.length, coupling), -1);
    }
    const terms = [...known.values()];
    assert.is(table.count, terms.length);
    for (const { sites, coupling } of terms) assert.is(table.couplingOf(sites, 0, sites.length), coupling);
    assert.is(table.couplingOf([1000], 0, 1), undefined);
    const kept = terms.filter(({ coupling }) => coupling !== 0);
    assert.ok(kept.length < terms.length);
    const { couplings, starts, members } = table.terms();
    let end = 0;
    assert.equal(
      [...couplings],
      kept.map(({ coupling }) => coupling),
    );
    assert.is(starts.length, kept.length + 1);
    assert.equal(
      [...members],
      kept.flatMap(({ sites }) => sites),
    );
    assert.equal([...starts], [0, ...kept.map(({ sites }) => (end += sites.length))]);
  }
});

test('a site that is listed twice is named, and nothing is added', () => {
  const table = new TermTable(1, 1);
  assert.is(table.add([4, 2, 4], 0, 3, 1), 4);
  assert.is(table.count, 0);
});

test('a lattice as a table is the lattice as a list of terms', () => {
  for (const field of [0, 0.1]) {
    for (const lattice of [square(2), square(2, 5), square(7, 4), square(3, 3, { boundary: 'open' })]) {
      const own = isingHamiltonian({ lattice, coupling: 0.4, field, nextNearest: 0.1, plaquette: -0.2 });
      const { sites, terms } = own;
      // every term twice at half strength, its sites the other way round
      const halves = terms.map((term) => ({ sites: term.sites.toReversed(), coupling: term.coupling / 2 }));
      const other = hamiltonianFromTerms({ sites, terms: [...halves, ...halves] });
      assert.equal(other.couplings, own.couplings);
      assert.equal(other.starts, own.starts);
      assert.equal(other.members, own.members);
    }
  }
});

test.run();
