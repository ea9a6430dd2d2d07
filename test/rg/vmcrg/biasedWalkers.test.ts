/** Biased walkers against the exact distribution e^{-H - V}, state by state. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Hamiltonian } from '../../../src/ising/models/hamiltonian.js';
import { type Chain, chain, type SquareLattice, square } from '../../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../../src/ising/models/models.js';
import { type BlockingRule, decimationRule, majorityRule } from '../../../src/rg/blocking/rule.js';
import { operatorBasis } from '../../../src/rg/operators/basis.js';
import { latticeOperator } from '../../../src/rg/operators/latticeOperator.js';
import { type BiasedModel, BiasedWalkers, biasedTables, WALKERS } from '../../../src/rg/vmcrg/biasedWalkers.js';
import { OperatorPotential } from '../../../src/rg/vmcrg/biasPotential.js';
import { blockGeometry } from '../../../src/rg/vmcrg/blockGeometry.js';
import { makeCalls } from '../../../src/wasm/pool.js';
import { near } from '../../assert.js';
import { Draws } from '../../reference/draws.js';
import { countsScore } from '../../reference/statistics.js';
import { spinsOf, stateOf, weights } from './exact.js';

const test = suite('rg/vmcrg/biasedWalkers');

const ROWS = 1500;
const SWEEPS = 8;

/** A Hamiltonian of terms of one to four spins that no symmetry leaves alike. */
function manyBody(sites: number): Hamiltonian {
  const draws = new Draws(sites);
  const terms = Array.from({ length: 3 * sites }, (_, t) => ({
    sites: [...draws.permutation(sites).subarray(0, 1 + (t % 4))],
    coupling: draws.uniform(-0.3, 0.3),
  }));
  return new Hamiltonian({ sites, terms });
}

const ring = chain(9);
const torus = square(4, 2);
const wide = square(3, 4);
const CASES: [string, Chain | SquareLattice, BlockingRule, Hamiltonian, [string, number][]][] = [
  [
    'majority of three',
    ring,
    majorityRule({ factor: 3 }),
    manyBody(9),
    [
      ['field', 0.3],
      ['nn', 0.4],
    ],
  ],
  ['no bias', wide, decimationRule({ factor: [1, 2] }), isingHamiltonian({ lattice: wide, coupling: 0.3 }), []],
  [
    'decimation',
    ring,
    decimationRule({ factor: 3, site: [0, 1] }),
    manyBody(9),
    [
      ['nn', -0.5],
      ['row', 0.3],
    ],
  ],
  ['ties take the first spin', torus, majorityRule({ factor: [2, 1], ties: 'first' }), manyBody(8), [['nn', 0.25]]],
];

/** Largest score of 8 histograms: p = 1e-4 each. */
const LIMIT = 3.9;

for (const [name, lattice, rule, hamiltonian, bias] of CASES) {
  for (const heatBath of [false, true]) {
    test(`states come as often as they should: ${name}, ${heatBath ? 'heat bath' : 'Metropolis'}`, () => {
      const geometry = blockGeometry(lattice, rule);
      const basis =
        bias.length === 0
          ? undefined
          : operatorBasis(
              geometry.coarse,
              bias.map(([of]) => latticeOperator(lattice.kind, of)),
            );
      const parameters = bias.map(([, value]) => value);
      const model: BiasedModel = { geometry, hamiltonian, bias: basis, heatBath, measured: [] };
      const walkers = new BiasedWalkers(biasedTables(model), name, 0, false);
      walkers.setBias(parameters);
      const n = lattice.sites;
      const counts = new Float64Array(2 ** n);
      makeCalls(walkers.machine, [walkers.sweeps(100)]);
      for (let row = 0; row < ROWS; row++) {
        makeCalls(walkers.machine, [walkers.sweeps(SWEEPS)]);
        for (let walker = 0; walker < WALKERS; walker++) counts[stateOf(walkers.spinsOf(walker).fine)]++;
      }
      const potential = basis && new OperatorPotential(basis, parameters);
      const size = geometry.weights.length;
      const exact = weights(hamiltonian).map((weight, state) => {
        const fine = spinsOf(state, n);
        const coarse = Array.from({ length: geometry.coarse.sites }, (_, block) =>
          Math.sign(geometry.weights.reduce((sum, w, k) => sum + w * fine[geometry.order[block * size + k]], 0)),
        );
        return weight * Math.exp(-(potential?.energy(coarse) ?? 0));
      });
      const total = exact.reduce((sum, x) => sum + x, 0);
      const expected = exact.map((x) => (x * ROWS * WALKERS) / total);
      // states that are expected fewer than 20 times are one class
      const rare = (_: number, state: number) => expected[state] < 20;
      const kept = (_: number, state: number) => expected[state] >= 20;
      const sum = (values: Float64Array) => values.filter(rare).reduce((all, x) => all + x, 0);
      const classes = (values: Float64Array) => [...values.filter(kept), ...(sum(expected) > 20 ? [sum(values)] : [])];
      const score = countsScore(classes(counts), classes(expected));
      assert.ok(classes(expected).length > 20, `${classes(expected).length} classes`);
      assert.ok(score < LIMIT, `${name}: ${score}`);
    });
  }
}

test('block spins of walkers are the signs of their blocks', () => {
  const lattice = square(6);
  const geometry = blockGeometry(lattice, majorityRule({ factor: 3 }));
  const hamiltonian = isingHamiltonian({ lattice, coupling: 0.4 });
  const walkers = new BiasedWalkers(
    biasedTables({ geometry, hamiltonian, bias: undefined, heatBath: false, measured: [] }),
    1,
    0,
    false,
  );
  makeCalls(walkers.machine, [walkers.sweeps(3)]);
  for (let walker = 0; walker < WALKERS; walker++) {
    const { fine, coarse } = walkers.spinsOf(walker);
    const expected = [0, 3, 18, 21].map((corner) =>
      Math.sign([0, 1, 2, 6, 7, 8, 12, 13, 14].reduce((sum, k) => sum + fine[corner + k], 0)),
    );
    assert.equal([...coarse], expected);
  }
});

test('the potential of operators: energy, change and gradient agree', () => {
  const basis = operatorBasis(
    square(4),
    ['nn', 'plaquette', 'field', 'row'].map((name) => latticeOperator('square', name)),
  );
  const potential = new OperatorPotential(basis, [0.3, -0.2, 0.1, 0.05]);
  const draws = new Draws(3);
  for (let k = 0; k < 20; k++) {
    const coarse = Array.from(draws.bits(16), (bit) => 2 * bit - 1);
    const turned = coarse.map((spin, site) => (site === k % 16 ? -spin : spin));
    const step = potential.energy(turned) - potential.energy(coarse);
    near(potential.change(coarse, k % 16), step, 1e-12, 'change');
    const gradient = potential.gradient(coarse);
    near(
      gradient.reduce((sum, x, i) => sum + x * potential.parameters[i], 0),
      potential.energy(coarse),
      1e-12,
      'V',
    );
  }
  potential.parameters.fill(0);
  assert.is(potential.energy(new Array(16).fill(1)), 0);
});

test.run();
