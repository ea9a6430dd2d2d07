import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hamiltonianFromTerms } from '../../src/ising/models/hamiltonian.js';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { describeHamiltonian, termGroups } from '../../src/rg/couplings/describe.js';
import { logAdd, logSum, logTwoCosh } from '../../src/rg/tables/logs.js';
import { energyTable, hamiltonianOf, inverseWalsh, membersOf, walsh } from '../../src/rg/tables/walsh.js';
import { near, refuses } from '../assert.js';
import { Draws } from '../reference/draws.js';
import { allSpins, plainCoupling, plainEnergy } from '../reference/jointSpins.js';
import { randomHamiltonian } from './draws.js';

const test = suite('rg/walsh');

test('the transform is its definition, and the inverse undoes it', () => {
  const draws = new Draws(1);
  for (let spins = 1; spins <= 7; spins++) {
    const values = Float64Array.from({ length: 2 ** spins }, () => draws.uniform(-1, 1));
    const couplings = walsh(values.slice());
    couplings.forEach((coupling, set) => {
      near(coupling, plainCoupling(values, spins, membersOf(set)), 1e-15, `K of set ${set}`);
    });
    inverseWalsh(couplings).forEach((value, state) => {
      near(value, values[state], 1e-14, `state ${state}`);
    });
  }
});

test('energies of every state; and the Hamiltonian of the energies is the one they came from', () => {
  const draws = new Draws(2);
  for (let k = 0; k < 20; k++) {
    const h = randomHamiltonian(draws, draws.integer(1, 8), 12, 5);
    const energies = energyTable(h);
    allSpins(h.sites).forEach((spins, state) => {
      near(energies[state], plainEnergy(h.terms, spins), 1e-13, `state ${state}`);
    });
    const { hamiltonian: back, dropped } = hamiltonianOf(energies);
    const key = ({ sites }: { sites: number[] }) => sites.join();
    const expected = new Map(h.terms.map((term) => [key(term), term.coupling]));
    assert.is(back.terms.length, h.terms.length);
    for (const term of back.terms) near(term.coupling, expected.get(key(term)) as number, 1e-14, `K(${term.sites})`);
    assert.ok(dropped.largest < 1e-14);
  }
});

test('terms come by size and place; a cut says what it drops', () => {
  const h = hamiltonianFromTerms({
    sites: 3,
    terms: [
      { sites: [0, 1, 2], coupling: 0.01 },
      { sites: [1, 2], coupling: -1 },
      { sites: [2], coupling: 0.5 },
      { sites: [0, 2], coupling: 0.02 },
      { sites: [], coupling: 3 },
    ],
    shape: [1, 3],
  });
  const { hamiltonian: cut, dropped } = hamiltonianOf(energyTable(h), { cut: 0.05, shape: [3, 1] });
  assert.equal(
    cut.terms.map(({ sites }) => sites),
    [[], [2], [1, 2]],
  );
  assert.equal(cut.shape, [3, 1]);
  // the two terms, and what rounding made of zeros
  assert.ok(dropped.count >= 2);
  near(dropped.largest, 0.02, 1e-15, 'largest');
  near(dropped.sum, 0.03, 1e-14, 'sum');
});

test('a Hamiltonian in words', () => {
  const h = isingHamiltonian({ lattice: square(3), coupling: 0.35, field: 0.1 });
  assert.is(
    describeHamiltonian(h),
    'K(0) = K(1) = K(2) = K(3) = K(4) = K(5) = … = 0.1000 (9 terms)\nK(0,1) = K(0,2) = K(0,3) = K(0,6) = K(1,2) = K(1,4) = … = 0.3500 (18 terms)',
  );
  const other = hamiltonianFromTerms({
    sites: 4,
    terms: [
      { sites: [0, 1, 2, 3], coupling: -0.25 },
      { sites: [1, 0], coupling: 0.1 },
      { sites: [2, 3], coupling: 0.100001 },
      { sites: [0, 3], coupling: -0.5 },
      { sites: [], coupling: 2 },
    ],
  });
  assert.is(
    describeHamiltonian(other, { digits: 2 }),
    'K() = 2.00\nK(0,3) = -0.50\nK(0,1) = K(2,3) = 0.10\nK(0,1,2,3) = -0.25',
  );
  assert.equal(
    termGroups(other).map(({ order, sets }) => [order, sets.length]),
    [
      [0, 1],
      [2, 1],
      [2, 1],
      [2, 1],
      [4, 1],
    ],
  );
  assert.is(describeHamiltonian(hamiltonianFromTerms({ sites: 2, terms: [] })), 'no terms');
});

test('logarithms of sums, at the ends', () => {
  assert.is(logAdd(-Infinity, -Infinity), -Infinity);
  assert.is(logAdd(-Infinity, 3), 3);
  near(logAdd(1000, 1000), 1000 + Math.LN2, 1e-12, 'logAdd');
  assert.is(logSum([]), -Infinity);
  assert.is(logSum([-Infinity, -Infinity]), -Infinity);
  near(logSum(new Float64Array(5000).fill(-2000)), Math.log(5000) - 2000, 1e-12, 'logSum');
  assert.is(logTwoCosh(-1e9), 1e9);
  near(logTwoCosh(0.3), Math.log(2 * Math.cosh(0.3)), 1e-15, 'ln 2cosh');
});

test('refuses what is no table', () => {
  refuses(
    () => hamiltonianOf(new Float64Array(6)),
    RangeError,
    '"energies" expected 2^1 to 2^24 entries, a power of two, got "6 entries"',
  );
  refuses(() => hamiltonianOf([1, 2] as never), TypeError, '"energies" expected Float64Array, got [1, 2]');
  refuses(() => hamiltonianOf(Float64Array.of(1, NaN)), RangeError, '"energies[1]" expected finite number, got NaN');
  refuses(() => hamiltonianOf(new Float64Array(2), { cut: -1 }), RangeError, /^"cut" expected number in/);
  refuses(
    () => energyTable(isingHamiltonian({ lattice: square(5), coupling: 1 })),
    RangeError,
    '"hamiltonian.sites" expected integer in [1, 24], got 25',
  );
  refuses(() => describeHamiltonian(null as never), TypeError, /^"hamiltonian" expected/);
});

test.run();
