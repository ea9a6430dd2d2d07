/** `ferromagneticGauge`: what it finds, and what it says stands against it. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ferromagneticGauge } from '../../src/ising/models/gauge.js';
import { hamiltonianFromTerms } from '../../src/ising/models/hamiltonian.js';
import { chain, square, triangular } from '../../src/ising/models/lattice.js';
import { edwardsAnderson, isingHamiltonian } from '../../src/ising/models/models.js';
import { Draws } from '../reference/draws.js';

const test = suite('ising/gauge');

test('a random gauge of a ferromagnet is found again, up to a turn of all spins', () => {
  const draws = new Draws(3);
  for (const fields of [true, false]) {
    for (const lattice of [square(4), triangular(3), chain(7), square(3, 5, { boundary: 'open' })]) {
      const { sites, terms } = isingHamiltonian({ lattice, coupling: 0.5, field: fields ? 0.1 : 0 });
      const turned = draws.bits(sites);
      const disguised = hamiltonianFromTerms({
        sites,
        terms: terms.map((term) => ({
          sites: term.sites,
          coupling: term.sites.reduce((k, site) => (turned[site] ? -k : k), term.coupling),
        })),
      });
      const gauge = ferromagneticGauge(disguised, { fields });
      if (typeof gauge === 'string') return assert.unreachable(gauge);
      const all = fields ? 0 : gauge.turned[0] ^ turned[0];
      assert.equal([...gauge.turned], [...turned.map((bit) => bit ^ all)]);
      assert.equal(
        [...gauge.couplings],
        terms.map(({ coupling }) => coupling),
      );
    }
  }
});

test('a ferromagnet needs no gauge; fields of one sign matter only if they are asked for', () => {
  const against = isingHamiltonian({ lattice: square(3), coupling: 0.5, field: -0.1 });
  for (const [fields, up] of [
    [false, 0],
    [true, 1],
  ] as const) {
    const gauge = ferromagneticGauge(against, { fields });
    if (typeof gauge === 'string') return assert.unreachable(gauge);
    assert.equal([...gauge.turned], Array(9).fill(up));
    assert.is(gauge.couplings[18], up ? 0.1 : -0.1, 'the field');
  }
});

test('frustration is named', () => {
  const against = (h: Parameters<typeof ferromagneticGauge>[0], fields: boolean) => {
    const gauge = ferromagneticGauge(h, { fields });
    return typeof gauge === 'string' ? gauge : 'nothing';
  };
  assert.match(
    against(isingHamiltonian({ lattice: triangular(3), coupling: -1 }), false),
    /^frustration: the bond of sites \d and \d$/,
  );
  assert.match(
    against(isingHamiltonian({ lattice: chain(5), coupling: -1 }), false),
    /^frustration: the bond of sites \d and \d$/,
  );
  assert.match(against(edwardsAnderson({ lattice: square(4), distribution: 'bimodal' }), false), /^frustration/);
  const mixed = isingHamiltonian({ lattice: chain(3), coupling: 1, field: [0, 1, -1] });
  assert.match(
    against(mixed, true),
    /^frustration: the (field at site [12]|bond of sites 0 and [12]|bond of sites 1 and 2)$/,
  );
  assert.is(against(mixed, false), 'nothing');
  const four = isingHamiltonian({ lattice: square(3), coupling: 1, plaquette: 0.1 });
  assert.is(against(four, false), 'an interaction of 4 spins');
  const three = hamiltonianFromTerms({ sites: 3, terms: [{ sites: [0, 1, 2], coupling: 1 }] });
  assert.is(against(three, true), 'an interaction of 3 spins');
});

test('without fields, their signs stay as they are in the gauge', () => {
  const h = isingHamiltonian({ lattice: chain(4), coupling: -1, field: 0.3 });
  const gauge = ferromagneticGauge(h, { fields: false });
  if (typeof gauge === 'string') return assert.unreachable(gauge);
  h.terms.forEach(({ sites }, t) => {
    assert.is(gauge.couplings[t], sites.length === 2 ? 1 : gauge.turned[sites[0]] ? -0.3 : 0.3);
  });
});

test.run();
