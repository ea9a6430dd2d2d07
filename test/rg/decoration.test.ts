import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kaufman } from '../../src/exact/kaufman.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { type Hamiltonian, hamiltonianFromTerms } from '../../src/ising/models/hamiltonian.js';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { exactCouplings } from '../../src/rg/couplings/couplings.js';
import { bondRbm, bondWeight, equalCoupling, rbmOf } from '../../src/rg/couplings/decoration.js';
import type { SpinRbm } from '../../src/rg/map/spinRbm.js';
import { near, refuses } from '../assert.js';
import { Draws } from '../reference/draws.js';
import { allSpins, plainCoupling, plainEnergy, plainRbmEnergy } from '../reference/jointSpins.js';
import { randomHamiltonian } from './draws.js';

const test = suite('rg/decoration');

/** -log Σ_h e^{-E} of every v by the definition, hidden spins one by one: they are independent given v. */
function plainVisible(rbm: SpinRbm): number[] {
  return allSpins(rbm.visible).map((v) => {
    let energy = plainRbmEnergy({ ...rbm, hidden: 0, hiddenBias: [], weights: [] }, v, []);
    for (let j = 0; j < rbm.hidden; j++) {
      const x = v.reduce((sum, s, i) => sum + s * rbm.weights[i * rbm.hidden + j], rbm.hiddenBias[j]);
      energy -= Math.log(Math.exp(x) + Math.exp(-x));
    }
    return energy;
  });
}

function isExact(h: Hamiltonian, rbm: SpinRbm, tolerance = 1e-11) {
  const states = allSpins(h.sites);
  plainVisible(rbm).forEach((energy, state) => {
    near(energy, plainEnergy(h.terms, states[state]), tolerance, 'H(v)');
  });
}

/** Couplings of the RBM, compared with those it was made of, none more. */
function roundTrip(h: Hamiltonian, rbm: SpinRbm, tolerance: number) {
  const { hamiltonian: back } = exactCouplings(rbm, { cut: tolerance });
  const key = ({ sites }: { sites: number[] }) => sites.join();
  const expected = new Map(h.terms.map((term) => [key(term), term.coupling]));
  for (const term of back.terms) {
    near(term.coupling, expected.get(key(term)) ?? 0, tolerance, `K(${term.sites})`);
    expected.delete(key(term));
  }
  for (const [sites, coupling] of expected) near(coupling, 0, tolerance, `K(${sites}) is missing`);
}

test('pairs and fields of any sign: the visible marginal is the model, constant included', () => {
  const draws = new Draws(1);
  for (let k = 0; k < 30; k++) {
    const h = randomHamiltonian(draws, 6, 12, 2, 1.5);
    if (!h.terms.some(({ sites }) => sites.length === 2)) continue;
    const rbm = bondRbm(h);
    assert.is(rbm.hidden, h.terms.filter(({ sites }) => sites.length === 2).length);
    assert.ok(rbm.hiddenBias.every((b) => b === 0));
    isExact(h, rbm);
    roundTrip(h, rbm, 1e-12);
  }
});

test('the 4×4 torus: couplings come back to 1e-9 by the transform of the table, and 32 bonds only; ln Z is Kaufman’s', () => {
  for (const coupling of [criticalCoupling, 0.1, -0.7]) {
    const h = isingHamiltonian({ lattice: square(4), coupling });
    const rbm = bondRbm(h);
    assert.is(rbm.hidden, 32);
    const { hamiltonian: back } = exactCouplings(rbm, { cut: 1e-9 });
    const pairs = back.terms.filter(({ sites }) => sites.length > 0);
    assert.is(pairs.length, 32);
    roundTrip(h, rbm, 1e-9);
    if (coupling < 0) continue;
    const { logPartition } = kaufman(4, 4, coupling);
    near(rbm.logPartition(), logPartition, 1e-11, 'ln Z');
    near(rbm.withConstant(0).logPartition(), logPartition + 32 * (Math.LN2 + coupling), 1e-11, 'ln Z without E₀');
  }
});

test('the 16×16 torus with fields and signs: unit by unit, all 512 bonds and no more', () => {
  const draws = new Draws(2);
  const h = isingHamiltonian({
    lattice: square(16),
    coupling: Array.from({ length: 512 }, () => draws.uniform(-1, 1)),
    field: Array.from({ length: 256 }, () => draws.uniform(-0.2, 0.2)),
  });
  roundTrip(h, bondRbm(h), 1e-12);
});

test('one term of n spins, n = 2 … 6, of either sign, weak and strong', () => {
  for (let n = 2; n <= 6; n++) {
    for (const coupling of [0.3, -0.3, 1e-3, -2.5]) {
      const sites = Array.from({ length: n }, (_, i) => i);
      const h = hamiltonianFromTerms({ sites: n, terms: [{ sites, coupling }] });
      isExact(h, rbmOf(h), 1e-10);
      roundTrip(h, rbmOf(h), 1e-10);
    }
  }
  const plaquette = hamiltonianFromTerms({ sites: 4, terms: [{ sites: [0, 1, 2, 3], coupling: 0.5 }] });
  assert.is(rbmOf(plaquette).hidden, 7);
  assert.is(rbmOf(hamiltonianFromTerms({ sites: 3, terms: [{ sites: [0, 1, 2], coupling: 0.5 }] })).hidden, 4);
});

test('random Hamiltonians of up to six-spin terms', () => {
  const draws = new Draws(3);
  for (let k = 0; k < 15; k++) {
    const h = randomHamiltonian(draws, 7, 8, 6);
    isExact(h, rbmOf(h), 1e-10);
    roundTrip(h, rbmOf(h), 1e-10);
  }
});

test('plaquettes of the square lattice', () => {
  const h = isingHamiltonian({ lattice: square(3), coupling: 0.4, plaquette: -0.2, nextNearest: 0.1, field: 0.05 });
  isExact(h, rbmOf(h));
  roundTrip(h, rbmOf(h), 1e-11);
});

test('weights at extreme couplings: 2cosh 2w/2 = e^{2|K|} where that can be computed, no loss of a small K, no overflow', () => {
  for (const coupling of [1e-12, 1e-4, 0.5, 3, -40, 170]) {
    const w = bondWeight(coupling);
    // ln cosh 2w, by a series where it is small
    const x = 2 * w;
    const logCosh =
      x < 0.05
        ? (x * x) / 2 - x ** 4 / 12 + x ** 6 / 45 - (17 * x ** 8) / 2520
        : x + Math.log1p(Math.exp(-2 * x)) - Math.LN2;
    near(logCosh / (2 * Math.abs(coupling)), 1, 1e-13, `K = ${coupling}`);
  }
  assert.is(bondWeight(0), 0);
  assert.is(bondWeight(1000), 1000 + Math.LN2 / 2);
  for (const coupling of [1e-9, 60, -60]) {
    const h = hamiltonianFromTerms({ sites: 4, terms: [{ sites: [0, 1, 2, 3], coupling }] });
    roundTrip(h, rbmOf(h), 1e-12 * (1 + Math.abs(coupling)));
  }
});

test('couplings of equal weights are those of the definition', () => {
  for (const n of [2, 3, 4, 6]) {
    for (const w of [0.2, 1.3]) {
      const values = allSpins(n).map((s) => Math.log(2 * Math.cosh(w * s.reduce((sum, x) => sum + x, 0))));
      for (let k = 0; k <= n; k++) {
        const sites = Array.from({ length: k }, (_, i) => i);
        near(equalCoupling(n, k, w), plainCoupling(values, n, sites), 1e-14, `n = ${n}, k = ${k}`);
      }
    }
  }
});

test('refuses what has no such RBM, by name', () => {
  const one = (sites: number[]) => hamiltonianFromTerms({ sites: 16, terms: [{ sites, coupling: 1 }] });
  refuses(
    () => bondRbm(one([0, 1, 2])),
    RangeError,
    '"hamiltonian" expected terms of at most two spins, got "a term of 3"',
  );
  refuses(() => bondRbm(one([3])), RangeError, '"hamiltonian" expected a term of two spins or more, got "none"');
  refuses(
    () => rbmOf(one([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])),
    RangeError,
    /^"hamiltonian" expected terms of at most 12 spins, got 13/,
  );
  refuses(() => rbmOf(null as never), TypeError, /^"hamiltonian" expected Hamiltonian/);
});

test.run();
