/** The renormalised Hamiltonian as an RBM, against exact ones of small systems. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kaufman } from '../../../src/exact/kaufman.js';
import { type Chain, chain, type SquareLattice, square } from '../../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../../src/ising/models/models.js';
import { type BlockingRule, decimationRule, majorityRule } from '../../../src/rg/blocking/rule.js';
import { exactCouplings as couplingsOf } from '../../../src/rg/couplings/couplings.js';
import { operatorBasis } from '../../../src/rg/operators/basis.js';
import { latticeOperator } from '../../../src/rg/operators/latticeOperator.js';
import { logSum } from '../../../src/rg/tables/logs.js';
import { walsh } from '../../../src/rg/tables/walsh.js';
import { OperatorPotential } from '../../../src/rg/vmcrg/biasPotential.js';
import { linearisedVmcrg } from '../../../src/rg/vmcrg/linearisedVmcrg.js';
import { omegaDifference } from '../../../src/rg/vmcrg/omegaDifference.js';
import { densePotential, filterPotential, type RbmPotential } from '../../../src/rg/vmcrg/rbmPotential.js';
import {
  type VariationalRbmOptions,
  variationalRbm,
  variationalRbmAsync,
} from '../../../src/rg/vmcrg/variationalRbm.js';
import { normalNumbers } from '../../../src/wasm/draws.js';
import { near } from '../../assert.js';
import { distance, renormalised, sixBySixMajority, spinsOf } from './exact.js';

const test = suite('rg/vmcrg/variationalRbm');

/** V of every state. */
const tableOf = (potential: RbmPotential) =>
  potential
    .rbm()
    .visibleEnergyTable()
    .map((energy) => -energy);

const random = (seed: bigint, count: number) => normalNumbers(seed, count, 0.3);

const CASES: [string, Chain | SquareLattice, BlockingRule, number, number, (sites: number) => RbmPotential][] = [
  [
    'ring of 12, majority of three, dense',
    chain(12),
    majorityRule({ factor: 3 }),
    ...([0.7, 0] as const),
    (sites) => densePotential(sites, { hidden: 6, parameters: random(1n, 24) }),
  ],
  [
    'ring of 9 in a field, biases',
    chain(9),
    majorityRule({ factor: 3 }),
    ...([0.5, 0.2] as const),
    (sites) => densePotential(sites, { hidden: 4, biases: true, parameters: random(2n, 16) }),
  ],
  [
    'ring of 16, decimation, filters',
    chain(16),
    decimationRule({ factor: 2 }),
    ...([0.6, 0] as const),
    () => filterPotential(chain(8), { filters: 2, size: [3], parameters: [0.3, 0.4, 0.05, 0.2, -0.1, 0.3] }),
  ],
  [
    '4×4 to 2×2, ties',
    square(4),
    majorityRule({ factor: 2, ties: 'first' }),
    ...([0.4, 0] as const),
    (sites) => densePotential(sites, { hidden: 8, parameters: random(3n, 32) }),
  ],
  [
    '4×4 to 2×2, ties at random',
    square(4),
    majorityRule({ factor: 2 }),
    ...([0.4, 0] as const),
    (sites) => densePotential(sites, { hidden: 8, parameters: random(6n, 32) }),
  ],
  [
    '6×6 to 2×2',
    square(6),
    majorityRule({ factor: 3 }),
    ...([0.44, 0] as const),
    (sites) => densePotential(sites, { hidden: 8, parameters: random(5n, 32) }),
  ],
];

for (const [name, lattice, rule, coupling, field, start] of CASES) {
  test(`H' of all couplings: ${name}`, () => {
    const hamiltonian = isingHamiltonian({ lattice, coupling, field });
    // 2^36 states: by columns
    const logs = lattice.sites === 36 ? sixBySixMajority(coupling) : renormalised(lattice, rule, hamiltonian).logs;
    const potential = start(Math.log2(logs.length));
    const before = distance(logs, tableOf(potential));
    const { potential: found, steps } = variationalRbm({
      lattice,
      hamiltonian,
      rule,
      potential,
      sweeps: 10_000,
      seed: 3,
    });
    const kl = distance(logs, tableOf(found));
    const { noise } = steps[steps.length - 1];
    // what is left is the noise of the last step, p/(2 n) on average
    assert.ok(kl < 8 * noise && kl < before / 100, `KL ${kl}, before ${before}, noise ${noise}`);
    // coupling by coupling: Σ of the squared differences is twice KL, to second order
    const [own, exact] = [walsh(tableOf(found)), walsh(logs.slice())];
    own.forEach((k, set) => {
      if (set > 0) near(k, exact[set], 4 * Math.sqrt(2 * kl), `coupling of ${set.toString(2)}`);
    });
    const terms = couplingsOf(found.rbm(), { cut: 0.05 }).hamiltonian.terms;
    assert.ok(terms.length > 1, 'couplings');
  });
}

test('the transfer matrix of 6×6 has the partition function', () => {
  near(logSum(sixBySixMajority(0.2)), kaufman(6, 6, 0.2).logPartition, 1e-10, 'ln Z');
});

test('Ω of an RBM against that of a list of couplings, and of two lists', () => {
  const lattice = chain(12);
  const rule = majorityRule({ factor: 3 });
  const hamiltonian = isingHamiltonian({ lattice, coupling: 0.7 });
  const { blocks, logs } = renormalised(lattice, rule, hamiltonian);
  const basis = operatorBasis(blocks, [latticeOperator('chain', 'nn'), latticeOperator('chain', 'nnn')]);
  const [near1, far] = [new OperatorPotential(basis, [0.3, 0.05]), new OperatorPotential(basis, [0.1, -0.1])];
  const rbm = densePotential(4, { hidden: 3, parameters: random(9n, 12) });
  const tables = new Map<unknown, Float64Array>([[rbm, tableOf(rbm)]]);
  for (const list of [near1, far]) {
    tables.set(
      list,
      Float64Array.from({ length: 16 }, (_, state) => list.energy(spinsOf(state, 4))),
    );
  }
  for (const potentials of [[near1, rbm] as const, [rbm, far] as const, [far, near1] as const]) {
    const [a, b] = potentials.map((one) => distance(logs, tables.get(one)!));
    const options = { lattice, rule, hamiltonian, potentials, sweeps: 4000, seed: 5 };
    const { value, error, effectiveSize, states } = omegaDifference(options);
    assert.ok(error! < 0.02 && effectiveSize < states, `error ${error}`);
    assert.ok(Math.abs(value - (b - a)) < 4 * error!, `${value}(${error}), exact ${b - a}`);
  }
  const options = { lattice, rule, hamiltonian, potentials: [near1, rbm] as const };
  assert.throws(() => omegaDifference({ ...options, potentials: [near1, {}] as never }), /^"potentials\[1\]"/);
  assert.throws(() => omegaDifference({ ...options, sweep: 3 } as never), /sweep/);
});

test('λ with a bias that is written as an RBM, as a list, and as a potential', () => {
  const lattice = square(12);
  const rule = majorityRule({ factor: 3 });
  // four images of a pair of neighbours: 4·½ ln cosh 2w per pair
  const w = 0.3;
  const coupling = 2 * Math.log(Math.cosh(2 * w));
  const nn = [latticeOperator('square', 'nn')];
  const coarse = square(4);
  const shared = { lattice, rule, hamiltonian: isingHamiltonian({ lattice, coupling: 0.44 }), even: nn, sweeps: 4000 };
  const parameters = [coupling];
  const [rbm, list, potential] = [
    filterPotential(coarse, { filters: 1, size: [2, 2], parameters: [w, w, 0, 0] }),
    { operators: nn, parameters },
    new OperatorPotential(operatorBasis(coarse, nn), parameters),
  ].map((bias) => linearisedVmcrg({ ...shared, bias, seed: bias instanceof OperatorPotential ? 1 : 2 }).even!.leading);
  assert.ok(Math.abs(rbm.value - list.value) < 4 * Math.hypot(rbm.error, list.error), `${rbm.value}, ${list.value}`);
  assert.ok(Math.abs(potential.value - list.value) < 4 * Math.hypot(potential.error, list.error));
  const wrong = filterPotential(square(3), { filters: 1, size: [2, 2] });
  assert.throws(() => linearisedVmcrg({ ...shared, bias: wrong }), /^"bias" expected a potential of 16 block spins/);
});

test('the same bits with threads; wrong options are refused', async () => {
  const lattice = chain(12);
  const options: VariationalRbmOptions = {
    ...{ lattice, hamiltonian: isingHamiltonian({ lattice, coupling: 0.7 }), rule: majorityRule({ factor: 3 }) },
    ...{ potential: densePotential(4, { hidden: 2, parameters: random(4n, 8) }), steps: 3, sweeps: 400, walkers: 32 },
  };
  const alone = variationalRbm(options);
  const together = await variationalRbmAsync({ ...options, threads: 2 });
  assert.equal(together.potential.parameters, alone.potential.parameters);
  assert.equal(together.steps, alone.steps);
  assert.throws(
    () => variationalRbm({ ...options, potential: densePotential(5, { hidden: 2 }) }),
    /^"potential" expected 4 block spins/,
  );
  assert.throws(() => variationalRbm({ ...options, rate: 1 } as never), /rate/);
  assert.throws(() => variationalRbm({ ...options, damping: 0 }), /^"damping"/);
});

test.run();
