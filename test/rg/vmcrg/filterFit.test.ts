/** Couplings written as filters: against the couplings of the RBM that comes out, and over all states. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chain, square } from '../../../src/ising/index.js';
import {
  densePotential,
  exactCouplings,
  type FitFiltersOptions,
  filterCouplings,
  filterPotential,
  fitFilters,
  type LatticeOperator,
  latticeOperator,
  latticeOperators,
  OperatorPotential,
  operatorBasis,
  quadratureCouplings,
  standardOperators,
} from '../../../src/rg/index.js';
import { normalNumbers } from '../../../src/wasm/draws.js';
import { near } from '../../assert.js';
import { spinsOf } from './exact.js';

const test = suite('rg/vmcrg/filterFit');

test('the couplings are those that were asked for', () => {
  const operators = standardOperators('square', 'even');
  const couplings = [0.389, 0.07, -0.014, -0.026, -0.011, -0.002, -0.0024];
  const { potential, distance, unreachable } = fitFilters(square(15), {
    operators,
    couplings,
    filters: 4,
    size: [3, 3],
  });
  assert.is(unreachable, 0);
  assert.ok(distance < 5e-4, `distance ${distance}`);
  // Σ of all squared differences is twice the distance: of one operator of 225 m products
  const found = quadratureCouplings(
    potential.rbm(),
    operators.map(({ sites }) => sites.map(([y, x]) => ((y + 15) % 15) * 15 + ((x + 15) % 15))),
  );
  const { products } = operatorBasis(square(15), operators);
  found.forEach(({ coupling }, k) => {
    near(coupling, couplings[k], Math.sqrt((2 * distance) / products[k]) + 1e-7, operators[k].name);
  });
});

const CASES: [string, Parameters<typeof fitFilters>[0], FitFiltersOptions][] = [
  ['4 × 4', square(4), of('square', ['nn', 'plaquette'], [0.3, 0.1], { filters: 1, size: [2, 2] })],
  ['3 × 4, one image', square(3, 4), of('square', ['nn'], [0.2], { filters: 2, size: [2, 2], images: false })],
  ['ring', chain(11), of('chain', ['nn', 'nnn', 'third'], [0.4, -0.1, 0.05], { filters: 1, size: [3] })],
];

function of(
  kind: LatticeOperator['kind'],
  names: string[],
  couplings: number[],
  rest: Pick<FitFiltersOptions, 'filters' | 'size' | 'images'>,
): FitFiltersOptions {
  return { operators: names.map((name) => latticeOperator(kind, name)), couplings, ...rest };
}

for (const [name, lattice, options] of CASES) {
  test(`the distance is half the variance over all states: ${name}`, () => {
    const { potential, distance, unreachable } = fitFilters(lattice, { ...options, iterations: 6, starts: 2 });
    const list = new OperatorPotential(operatorBasis(lattice, options.operators), options.couplings);
    const n = 2 ** lattice.sites;
    const differences = Float64Array.from({ length: n }, (_, state) => {
      const spins = spinsOf(state, lattice.sites);
      return potential.energy(spins) - list.energy(spins);
    });
    const mean = differences.reduce((sum, x) => sum + x / n, 0);
    const variance = differences.reduce((sum, x) => sum + (x - mean) ** 2 / n, 0);
    near(distance, variance / 2, 1e-6 * distance + 1e-12, 'distance');
    assert.is(unreachable > 0, name === 'ring', 'the third neighbours of the ring');
    assert.ok(unreachable <= distance);
  });
}

test('couplings of an RBM come back, and more filters are not farther', () => {
  const operators = latticeOperators('square', { range: 1.5, order: 4, parity: 'even' });
  const { potential } = fitFilters(square(5), { operators, couplings: [0.3, 0.1, -0.05], filters: 2, size: [2, 2] });
  const known = quadratureCouplings(potential.rbm(), [
    [0, 1],
    [0, 6],
    [0, 1, 5, 6],
  ]).map(({ coupling }) => coupling);
  const again = fitFilters(square(5), {
    operators,
    couplings: known,
    filters: 2,
    size: [2, 2],
    seed: 5,
    iterations: 200,
  });
  assert.ok(again.distance < 1e-5, `distance ${again.distance}`);
  const one = fitFilters(square(5), {
    operators,
    couplings: known,
    filters: 1,
    size: [2, 2],
    seed: 5,
    iterations: 200,
  });
  assert.ok(one.distance > again.distance, `${one.distance} with one filter`);
  // a ring can be summed: no other couplings
  const ring = fitFilters(chain(9), of('chain', ['nn', 'nnn'], [0.4, -0.1], { filters: 2, size: [3] }));
  const terms = exactCouplings(ring.potential.rbm(), { cut: 0.01 }).hamiltonian.terms.filter(
    ({ sites }) => sites.length > 0,
  );
  assert.is(terms.length, 18);
});

test('all couplings of filters, against those of their RBM', () => {
  const lattice = square(3, 5);
  const parameters = normalNumbers(3n, 8, 0.5);
  const potential = filterPotential(lattice, { filters: 2, size: [2, 2], parameters });
  const terms = exactCouplings(potential.rbm(), { cut: 1e-9 }).hamiltonian.terms.filter(
    ({ sites }) => sites.length > 0,
  );
  const found = filterCouplings(potential);
  assert.is(
    found.reduce((sum, { products }) => sum + 15 * products, 0),
    terms.length,
  );
  for (const { sites, coupling } of found) {
    const own = sites.map(([y, x]) => y * 5 + x).sort((a, b) => a - b);
    const term = terms.find((one) => String(one.sites) === String(own));
    near(coupling, term?.coupling ?? 0, 1e-10, String(own));
  }
  const parts = found.map(({ coupling, products }) => products * coupling ** 2);
  assert.equal(
    parts,
    [...parts].sort((a, b) => b - a),
  );
  // without images turned pairs are different ones
  const options = { filters: 1, size: [1, 3], images: false, parameters: [0.5, 0.2, 0.4] };
  assert.is(filterCouplings(filterPotential(square(5), options)).length, 2);
  const ring = filterPotential(chain(7), { filters: 1, size: [3], parameters: [0.3, -0.2, 0.5] });
  const pairs = exactCouplings(ring.rbm()).hamiltonian.terms;
  for (const { sites, coupling, products } of filterCouplings(ring)) {
    assert.is(products, 1);
    near(
      coupling,
      pairs.find((one) => String(one.sites) === String(sites.map(([, x]) => x)))?.coupling ?? 0,
      1e-10,
      String(sites),
    );
  }
  assert.throws(
    () => filterCouplings(densePotential(4, { hidden: 2 })),
    /^"potential" expected a potential of filters/,
  );
  assert.throws(() => filterCouplings(filterPotential(square(4), { filters: 1, size: [3, 3] })), /half the lattice/);
});

test('the same seed gives the same weights; wrong options are refused', () => {
  const options = of('square', ['nn', 'nnn'], [0.3, 0.1], { filters: 2, size: [2, 2] });
  const weights = (seed: number) => fitFilters(square(6), { ...options, seed, iterations: 8 }).potential.parameters;
  assert.equal(weights(1), weights(1));
  assert.not.equal(weights(1), weights(2));
  const wrong = (other: object, message: RegExp) =>
    assert.throws(() => fitFilters(square(6), { ...options, ...other }), message);
  wrong({ size: [4, 4] }, /^"size" expected filters of at most half the lattice/);
  wrong({ size: [3, 3], couplings: [1] }, /^"couplings" expected length 2/);
  wrong({ couplings: [Number.NaN, 0] }, /^"couplings\[0\]"/);
  wrong({ operators: standardOperators('square', 'odd').slice(0, 2) }, /^"operators\[0\]" expected an even operator/);
  wrong({ starts: 0 }, /^"starts"/);
  wrong({ step: 1 }, /step/);
  assert.throws(() => fitFilters(square(12), { ...options, size: [5, 5] }), /^"size" expected filters of at most 16/);
});

test.run();
