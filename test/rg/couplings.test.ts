import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import {
  bitCouplings,
  exactCouplings,
  fromBitTerms,
  quadratureCouplings,
  sampledCouplings,
  toBitTerms,
} from '../../src/rg/couplings/couplings.js';
import { bondRbm } from '../../src/rg/couplings/decoration.js';
import { SpinRbm } from '../../src/rg/map/spinRbm.js';
import { near, refuses } from '../assert.js';
import { Draws } from '../reference/draws.js';
import { allSpins, plainCoupling } from '../reference/jointSpins.js';
import { scoresOf } from '../reference/statistics.js';
import { randomHamiltonian, randomRbm } from './draws.js';

const test = suite('rg/couplings');

/** F(v) = -E₀ + c·v + Σ ln 2cosh, by its definition. */
function plainTable(rbm: SpinRbm): number[] {
  return allSpins(rbm.visible).map((v) => {
    let sum = v.reduce((all, s, i) => all + s * rbm.visibleBias[i], -rbm.constant);
    for (let j = 0; j < rbm.hidden; j++) {
      sum += Math.log(2 * Math.cosh(v.reduce((x, s, i) => x + s * rbm.weights[i * rbm.hidden + j], rbm.hiddenBias[j])));
    }
    return sum;
  });
}

const subsets = (n: number, order: number): number[][] =>
  Array.from({ length: 2 ** n }, (_, set) =>
    Array.from({ length: n }, (_x, i) => i).filter((i) => (set >> i) & 1),
  ).filter(({ length }) => length <= order);

/** An RBM on the torus in which each unit sees random spins near a place: what it does is known from its own few spins. */
function localRbm(draws: Draws, side: number, units: number, seen: number, scale: number): SpinRbm {
  const visible = side * side;
  const weights = new Float64Array(visible * units);
  for (let j = 0; j < units; j++) {
    const [y, x] = [draws.integer(0, side - 1), draws.integer(0, side - 1)];
    for (let k = 0; k < seen; k++) {
      const site = ((y + draws.integer(0, 3)) % side) * side + ((x + draws.integer(0, 3)) % side);
      weights[site * units + j] = draws.uniform(-scale, scale);
    }
  }
  const numbers = (n: number) => Array.from({ length: n }, () => draws.uniform(-0.3, 0.3));
  return new SpinRbm({ visible, hidden: units, weights, visibleBias: numbers(visible), hiddenBias: numbers(units) });
}

test('exact couplings are those of the definition', () => {
  const draws = new Draws(1);
  for (let k = 0; k < 20; k++) {
    const rbm = randomRbm(draws, 5, 4, 1, 0.2);
    const values = plainTable(rbm);
    const { hamiltonian, dropped } = exactCouplings(rbm, { cut: 0 });
    assert.is(dropped.count, 0);
    const found = new Map(hamiltonian.terms.map(({ sites, coupling }) => [sites.join(), coupling]));
    for (const sites of subsets(5, 5)) {
      near(found.get(sites.join()) ?? 0, plainCoupling(values, 5, sites), 1e-13, `K(${sites})`);
    }
  }
});

test('unit by unit as by the whole table', () => {
  const draws = new Draws(2);
  const weights = new Float64Array(21 * 3);
  for (let j = 0; j < 3; j++) for (let k = 0; k < 6; k++) weights[draws.integer(0, 9) * 3 + j] = draws.uniform(-1, 1);
  const large = new SpinRbm({ visible: 21, hidden: 3, weights, hiddenBias: [0.1, -0.5, 2], constant: 1 });
  const small = new SpinRbm({
    ...large,
    visible: 10,
    weights: weights.subarray(0, 30),
    visibleBias: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  });
  const [a, b] = [large, small].map((rbm) => exactCouplings(rbm, { cut: 1e-12 }).hamiltonian.terms);
  const byName = new Map(b.map(({ sites, coupling }) => [sites.join(), coupling]));
  assert.is(a.length, b.length);
  for (const { sites, coupling } of a) near(coupling, byName.get(sites.join()) as number, 1e-12, `K(${sites})`);
});

test('bit couplings: J_S of the definition, at any size; both ways between J and K', () => {
  const draws = new Draws(3);
  const rbm = randomRbm(draws, 5, 3);
  const values = plainTable(rbm);
  const sets = subsets(5, 5);
  const couplings = bitCouplings(rbm, sets);
  // F(x) = Σ_S J_S Π x for every x
  values.forEach((value, state) => {
    const sum = couplings.reduce(
      (all, { sites, coupling }) => (sites.every((i) => (state >> i) & 1) ? all + coupling : all),
      0,
    );
    near(sum, value, 1e-12, 'F');
  });
  const { hamiltonian } = exactCouplings(rbm, { cut: 0 });
  const back = fromBitTerms(5, couplings);
  const found = new Map(back.terms.map(({ sites, coupling }) => [sites.join(), coupling]));
  for (const { sites, coupling } of hamiltonian.terms)
    near(found.get(sites.join()) as number, coupling, 1e-12, `K(${sites})`);
  const bits = new Map(toBitTerms(hamiltonian).map(({ sites, coupling }) => [sites.join(), coupling]));
  for (const { sites, coupling } of couplings) near(bits.get(sites.join()) ?? 0, coupling, 1e-11, `J(${sites})`);
  // the pair J is not 4K where there are higher terms
  const pair = couplings.find(({ sites }) => sites.join() === '0,1')?.coupling as number;
  const spin = hamiltonian.terms.find(({ sites }) => sites.join() === '0,1')?.coupling as number;
  assert.ok(Math.abs(pair - 4 * spin) > 0.01);
});

test('J and K of random Hamiltonians: the same energies', () => {
  const draws = new Draws(4);
  for (let k = 0; k < 20; k++) {
    const h = randomHamiltonian(draws, 6, 10, 5);
    const bits = toBitTerms(h);
    const back = fromBitTerms(6, bits);
    for (const v of allSpins(6)) {
      const sum = bits.reduce((all, { sites, coupling }) => (sites.every((i) => v[i] === 1) ? all + coupling : all), 0);
      near(-sum, h.energy(v), 1e-11, 'H in bits');
      near(back.energy(v), h.energy(v), 1e-11, 'H there and back');
    }
  }
});

test('quadrature: exact where no spin is left to the Gaussian, else within its error; summing more spins helps', () => {
  const draws = new Draws(5);
  const sets = [[0], [3], [0, 1], [4, 9], [2, 3, 5], [0, 1, 2, 3]];
  let worse = 0;
  const worst = [0, 4, 8].map(() => 0);
  for (let k = 0; k < 6; k++) {
    const rbm = randomRbm(draws, 14, 6, 0.5);
    const values = plainTable(rbm);
    const expected = sets.map((sites) => plainCoupling(values, 14, sites));
    quadratureCouplings(rbm, sets, { summed: 12 }).forEach(({ coupling, error }, n) => {
      near(coupling, expected[n], error + 1e-12, `K(${sets[n]}), nearly all summed`);
    });
    [0, 4, 8].forEach((summed, m) => {
      quadratureCouplings(rbm, sets, { summed }).forEach(({ coupling, error }, n) => {
        const gap = Math.abs(coupling - expected[n]);
        worst[m] = Math.max(worst[m], gap);
        if (gap > error) worse++;
      });
    });
  }
  assert.ok(worse <= 2, `${worse} of 108 beyond their error`);
  assert.ok(worst[0] < 0.02 && worst[1] < worst[0] && worst[2] < worst[1] / 2, `${worst}`);
  const few = randomRbm(draws, 5, 4);
  const values = plainTable(few);
  for (const { sites, coupling, error } of quadratureCouplings(few, subsets(5, 4).slice(1), { summed: 5 })) {
    assert.is(error, 0);
    near(coupling, plainCoupling(values, 5, sites), 1e-13, `K(${sites})`);
  }
});

test('quadrature of a unit with strong and with weak weights: the nodes suffice', () => {
  // many equal weights: the field is binomial, and the sum over it can be done
  for (const w of [0.01, 0.1, 1]) {
    const n = 60;
    const rbm = new SpinRbm({ visible: n, hidden: 1, weights: new Float64Array(n).fill(w), hiddenBias: [0.2] });
    let expected = 0;
    let probability = 2 ** -(n - 2);
    for (let up = 0; up <= n - 2; up++) {
      const z = 0.2 + w * (2 * up - (n - 2));
      const f = (x: number) => Math.log(2 * Math.cosh(x));
      expected += (probability * (f(z + 2 * w) - 2 * f(z) + f(z - 2 * w))) / 4;
      probability *= (n - 2 - up) / (up + 1);
    }
    const [{ coupling, error }] = quadratureCouplings(rbm, [[0, 1]], { summed: 0 });
    near(coupling, expected, error + 1e-13, `w = ${w}`);
    assert.ok(w === 1 || error < 0.06 * Math.abs(expected), `w = ${w}: ${error} of ${expected}`);
  }
});

test('L = 16: sampled couplings have the right error bars, N(0,1) over sets and seeds; the quadrature is within its error', () => {
  const draws = new Draws(6);
  const rbm = localRbm(draws, 16, 24, 18, 0.6);
  const exact = new Map(exactCouplings(rbm).hamiltonian.terms.map(({ sites, coupling }) => [sites.join(), coupling]));
  // one set a unit and call, far from one another, so that their errors are independent
  const sets = Array.from({ length: 24 }, (_, j) => {
    const seen = Array.from({ length: 256 }, (_x, i) => i).filter((i) => rbm.weights[i * 24 + j] !== 0);
    return seen.slice(0, 1 + (j % 3));
  });
  const scores: number[] = [];
  for (let seed = 0; seed < 10; seed++) {
    for (const { sites, coupling, error } of sampledCouplings(rbm, sets, { samples: 200, seed })) {
      assert.ok(error > 0, `K(${sites})`);
      scores.push((coupling - (exact.get(sites.join()) as number)) / error);
    }
  }
  // p = 1e-4 each: of 240 scores the largest is below 4.9, mean and spread below 3.9 (correlated sets widen the spread a little)
  const { largest, mean, spread } = scoresOf(scores);
  assert.ok(largest < 4.9 && Math.abs(mean) < 3.9 && Math.abs(spread) < 3.9, `${largest} ${mean} ${spread}`);
  let beyond = 0;
  for (const { sites, coupling, error } of quadratureCouplings(rbm, sets, { summed: 3 })) {
    if (Math.abs(coupling - (exact.get(sites.join()) as number)) > error + 1e-12) beyond++;
  }
  // no standard error: here it bounds most, not all
  assert.ok(beyond <= 2, `${beyond} of 24 beyond their error`);
});

test('L = 16, bond RBM: quadrature and sampling return the couplings, and 0 for pairs that are no bonds', () => {
  const draws = new Draws(7);
  const coupling = Array.from({ length: 512 }, () => draws.uniform(-0.8, 0.8));
  const h = isingHamiltonian({ lattice: square(16), coupling });
  const rbm = bondRbm(h);
  const sets = [...h.terms.slice(0, 100).map(({ sites }) => sites), [0, 2], [7, 100], [0, 1, 16, 17]];
  const expected = [...h.terms.slice(0, 100).map((term) => term.coupling), 0, 0, 0];
  quadratureCouplings(rbm, sets).forEach((found, k) => {
    near(found.coupling, expected[k], 1e-12, `K(${sets[k]})`);
  });
  sampledCouplings(rbm, sets, { samples: 3 }).forEach((found, k) => {
    near(found.coupling, expected[k], 1e-12, `K(${sets[k]})`);
    assert.ok(found.error < 1e-12);
  });
});

test('the same seed gives the same estimate', () => {
  const rbm = randomRbm(new Draws(8), 30, 5);
  const [a, b, c] = [1, 1, 2].map((seed) => sampledCouplings(rbm, [[0, 1]], { samples: 50, seed })[0]);
  assert.equal(a, b);
  assert.is.not(a.coupling, c.coupling);
});

test('refuses what it cannot do, by name', () => {
  const rbm = randomRbm(new Draws(9), 24, 2);
  refuses(
    () => exactCouplings(rbm),
    RangeError,
    '"rbm" expected hidden units that see at most 20 of more than 20 spins, got 24',
  );
  refuses(() => exactCouplings({} as never), TypeError, '"rbm" expected SpinRbm, got Object');
  refuses(() => quadratureCouplings(rbm, [[24]]), RangeError, '"sets[0][0]" expected integer in [0, 23], got 24');
  refuses(() => quadratureCouplings(rbm, [[]]), RangeError, /^"sets\[0\]" expected 1 to 8 sites/);
  refuses(() => quadratureCouplings(rbm, [[1]], { summed: 13 }), RangeError, /^"summed" expected integer in \[0, 12\]/);
  refuses(() => sampledCouplings(rbm, [[1, 1]]), RangeError, '"sets[0]" expected different sites, got [1, 1]');
  refuses(() => sampledCouplings(rbm, [[1]], { samples: 1 }), RangeError, /^"samples" expected integer >= 2/);
  refuses(() => bitCouplings(rbm, 3 as never), TypeError, /^"sets" expected array of sets of sites/);
});

test.run();
