/** The linearised flow and autocorrelation times against exact values of small systems. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chain, square } from '../../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../../src/ising/models/models.js';
import { solveLinear } from '../../../src/linear/solve.js';
import { probabilityUp } from '../../../src/rg/blocking/conditional.js';
import { decimationRule, majorityRule } from '../../../src/rg/blocking/rule.js';
import { operatorBasis } from '../../../src/rg/operators/basis.js';
import { latticeOperator, standardOperators } from '../../../src/rg/operators/latticeOperator.js';
import { blockGeometry } from '../../../src/rg/vmcrg/blockGeometry.js';
import {
  type LinearisedVmcrgOptions,
  linearisedVmcrg,
  linearisedVmcrgAsync,
} from '../../../src/rg/vmcrg/linearisedVmcrg.js';
import { operatorHamiltonian } from '../../../src/rg/vmcrg/operatorHamiltonian.js';
import {
  type VmcrgAutocorrelationOptions,
  vmcrgAutocorrelation,
  vmcrgAutocorrelationAsync,
} from '../../../src/rg/vmcrg/vmcrgAutocorrelation.js';
import { allNear, refuses } from '../../assert.js';
import { coarseStates, covariances, exactCouplings, operatorValues, spinsOf, weights } from './exact.js';

const test = suite('rg/vmcrg/linearisedVmcrg');

const lattice = chain(12);
const rule = majorityRule({ factor: 3 });
const hamiltonian = isingHamiltonian({ lattice, coupling: 0.5 });
const even = ['nn', 'nnn'].map((name) => latticeOperator('chain', name));
const odd = ['field', 'row'].map((name) => latticeOperator('chain', name));
const parameters = [0.2, -0.03];
const options: LinearisedVmcrgOptions = {
  lattice,
  hamiltonian,
  rule,
  bias: { operators: even, parameters },
  even,
  odd,
};

/** T by enumeration, row by row. */
function exactMatrix(operators: typeof even, withBias: boolean): number[] {
  const { coarse, order } = blockGeometry(lattice, rule);
  const coarseOf = coarseStates(
    12,
    (fine, block) => Math.sign([0, 1, 2].reduce((sum, k) => sum + fine[order[3 * block + k]], 0)),
    4,
  );
  const energies = operatorValues(operatorBasis(coarse, even)).map((values) =>
    values.reduce((sum, x, k) => sum + x * parameters[k], 0),
  );
  const { a, b } = covariances(
    weights(hamiltonian),
    coarseOf,
    (state) => (withBias ? energies[state] : 0),
    operatorValues(operatorBasis(coarse, operators)),
    operatorValues(operatorBasis(lattice, operators)),
  );
  const columns = operators.map(
    (_, beta) =>
      solveLinear(
        a.flat(),
        b.map((row) => row[beta]),
      ) as number[],
  );
  return operators.flatMap((_, alpha) => columns.map((column) => column[alpha]));
}

test('T is that of an enumeration, with a bias and without', () => {
  for (const withBias of [true, false]) {
    const { bias, ...rest } = options;
    const result = linearisedVmcrg({
      ...rest,
      ...(withBias && { bias }),
      radius: 'lattice',
      sweeps: 40_000,
      interval: 2,
      burnIn: 200,
    });
    for (const [sector, operators] of [
      [result.even, even],
      [result.odd, odd],
    ] as const) {
      assert.ok(sector);
      const exact = exactMatrix(operators, withBias);
      // 20 000 measurements of 16 walkers; entries of T have errors of some 0.01
      allNear(sector.matrix, exact, 0.04, `${withBias}, ${sector.operators}`);
      const [p, q, r, s] = exact;
      const largest = (p + s) / 2 + Math.sqrt(((p - s) / 2) ** 2 + q * r);
      const { value, error } = sector.leading;
      assert.ok(error > 0 && error < 0.02, `error ${error}`);
      assert.ok(Math.abs(value - largest) < 4 * error, `${value} ± ${error}, exact ${largest}`);
      assert.is(sector.eigenvalues[0].real, value);
      if (sector === result.odd) allNear(sector.means, [0, 0], 0.02, 'odd means');
      allNear([sector.exponent.value], [Math.log(value) / Math.log(3)], 1e-12, 'y');
    }
  }
});

test('T with ties at random is that of an enumeration of all spins and signs', () => {
  const torus = square(4);
  const ties = majorityRule({ factor: 2 });
  const nn = [latticeOperator('square', 'nn')];
  const h = isingHamiltonian({ lattice: torus, coupling: 0.35 });
  const spins = ties.spins!(torus);
  // each state of the fine spins with each of the block spins that it can have
  const pairs: { fine: number; coarse: number; weight: number }[] = [];
  weights(h).forEach((weight, fine) => {
    const up = spins.map((spin) => probabilityUp(spin, spinsOf(fine, 16)));
    for (let coarse = 0; coarse < 16; coarse++) {
      const share = up.reduce((product, p, block) => product * ((coarse >> block) & 1 ? p : 1 - p), 1);
      if (share > 0) pairs.push({ fine, coarse, weight: weight * share });
    }
  });
  const [small, large] = [square(2), torus].map((of) => operatorValues(operatorBasis(of, nn)));
  const { a, b } = covariances(
    Float64Array.from(pairs, ({ weight }) => weight),
    Uint32Array.from(pairs, ({ coarse }) => coarse),
    () => 0,
    small,
    pairs.map(({ fine }) => large[fine]),
  );
  const shared = { lattice: torus, hamiltonian: h, rule: ties, even: nn, radius: 'lattice', interval: 2 } as const;
  const { value, error } = linearisedVmcrg({ ...shared, sweeps: 20_000, burnIn: 200 }).even!.leading;
  const exact = b[0][0] / a[0][0];
  assert.ok(error > 0 && error < 0.05 && Math.abs(value - exact) < 4 * error, `${value} ± ${error}, exact ${exact}`);
});

test('of a complete basis T is the derivative of the exact couplings, whatever the bias', () => {
  const operators = [...even, latticeOperator('chain', 'four')];
  const { coarse, order } = blockGeometry(lattice, rule);
  const coarseOf = coarseStates(
    12,
    (fine, block) => Math.sign([0, 1, 2].reduce((sum, k) => sum + fine[order[3 * block + k]], 0)),
    4,
  );
  const couplings = (values: readonly number[]) => {
    const coarseWeights = new Float64Array(16);
    weights(operatorHamiltonian(lattice, operators, values)).forEach((weight, state) => {
      coarseWeights[coarseOf[state]] += weight;
    });
    return exactCouplings(coarseWeights, operatorBasis(coarse, operators));
  };
  const h = 1e-4;
  const columns = operators.map((_, beta) => {
    const at = (step: number) => couplings([0.5, 0, 0].map((value, k) => value + (k === beta ? step : 0)));
    const [up, down] = [at(h), at(-h)];
    return up.map((value, alpha) => (value - down[alpha]) / (2 * h));
  });
  const exact = operators.flatMap((_, alpha) => columns.map((column) => column[alpha]));
  for (const bias of [undefined, { operators, parameters: [0.2, -0.03, 0.1] }]) {
    const common = {
      lattice,
      hamiltonian,
      rule,
      even: operators,
      radius: 'lattice',
      interval: 2,
      burnIn: 200,
    } as const;
    const { even: sector } = linearisedVmcrg({ ...common, ...(bias && { bias }), sweeps: 40_000 });
    assert.ok(sector);
    // errors of entries are some 0.01
    allNear(sector.matrix, exact, 0.05, bias ? 'with a bias' : 'without');
  }
});

test('windows over the whole lattice give what sums over it give', () => {
  const some = { ...options, sweeps: 400, interval: 4 };
  const whole = linearisedVmcrg({ ...some, radius: 'lattice' });
  const windows = linearisedVmcrg({ ...some, radius: 2 });
  assert.ok(whole.even && windows.even && whole.odd && windows.odd);
  allNear(windows.even.matrix, whole.even.matrix, 1e-9, 'even');
  allNear(windows.odd.matrix, whole.odd.matrix, 1e-9, 'odd');
  // 32 parts in time and 16 walkers: errors are themselves known to a fifth
  const ratio = windows.even.leading.error / whole.even.leading.error;
  assert.ok(ratio > 0.4 && ratio < 2.5, `errors by parts in time and by walkers: ${ratio}`);
  allNear(windows.even.means, whole.even.means, 1e-12, 'means');
  const near = linearisedVmcrg({ ...some, radius: 0 });
  assert.ok(near.even && Math.abs(near.even.matrix[0] - whole.even.matrix[0]) > 1e-3);
});

test('independent block spins: A is the number of products', () => {
  // decimation of free spins: block spins are independent, and T is that of the products that the coarse lattice keeps
  const free = isingHamiltonian({ lattice, coupling: 0, field: 1e-9 });
  const zero = { operators: even, parameters: [0, 0] };
  const own = {
    lattice,
    hamiltonian: free,
    rule: decimationRule({ factor: 2 }),
    bias: zero,
    even: even.slice(0, 1),
  } as const;
  const second = ['nn', 'nnn'].map((name) => latticeOperator('chain', name));
  for (const covariance of ['measured', 'independent'] as const) {
    const { even: sector } = linearisedVmcrg({
      ...own,
      even: second,
      covariance,
      radius: 1,
      sweeps: 10_000,
      interval: 1,
    });
    assert.ok(sector);
    // ∂K'_nn/∂K_nnn = 1: the coarse neighbours are next-nearest fine ones
    allNear(sector.matrix, [0, 1, 0, 0], 0.03, covariance);
  }
});

test('the asynchronous forms give the same bits on any number of threads', async () => {
  const some = { ...options, walkers: 32, sweeps: 200, bins: 4, radius: 1 };
  assert.equal(await linearisedVmcrgAsync({ ...some, threads: 2 }), linearisedVmcrg(some));
  const { even: _, odd: __, ...rest } = options;
  const watched = { ...rest, operators: even, walkers: 32, sweeps: 1000 };
  assert.equal(await vmcrgAutocorrelationAsync({ ...watched, threads: 2 }), vmcrgAutocorrelation(watched));
});

test('means and autocorrelation times: exact means; longer without a bias', () => {
  const torus = square(18);
  const operators = standardOperators('square', 'even').slice(0, 2);
  const model = isingHamiltonian({ lattice: torus, coupling: 0.44 });
  const common = { lattice: torus, hamiltonian: model, rule, operators, sweeps: 4000, burnIn: 1000 };
  const biased = vmcrgAutocorrelation({ ...common, bias: { operators, parameters: [0.39, 0.07] } });
  const plain = vmcrgAutocorrelation(common);
  assert.equal(
    plain.map(({ spins, name }) => `${spins} ${name}`),
    ['coarse nn', 'coarse nnn', 'fine nn', 'fine nnn'],
  );
  plain.forEach(({ tau }, k) => {
    assert.ok(tau.value > 3 * biased[k].tau.value, `${tau.value} and ${biased[k].tau.value} sweeps`);
  });
  refuses(() => vmcrgAutocorrelation({ ...common, sweeps: 200 }), RangeError, /"sweeps" expected at least 50 τ of nn/);
  // ring of 12 without a bias: ⟨s s⟩ = (t + t¹¹)/(1 + t¹²), t = tanh K
  const ring = vmcrgAutocorrelation({ lattice, hamiltonian, rule, operators: even, sweeps: 3000 });
  const t = Math.tanh(0.5);
  const { value, error } = ring[2].mean;
  const exact = (t + t ** 11) / (1 + t ** 12);
  assert.is(ring[2].name, 'nn');
  assert.ok(error < 0.01 && Math.abs(value - exact) < 4 * error, `${value} ± ${error}, exact ${exact}`);
});

test('an operator that does not fluctuate is named', () => {
  const frozen = isingHamiltonian({ lattice, coupling: 20 });
  const { bias, ...rest } = options;
  assert.throws(
    () => linearisedVmcrg({ ...rest, hamiltonian: frozen, burnIn: 2000, sweeps: 100 }),
    (error: Error) =>
      error.message === "the covariance of the block spins' operators is singular: nn does not fluctuate by itself",
  );
});

test('wrong options are refused by name', () => {
  const wrong = (change: object, message: RegExp, kind: new (...args: never[]) => Error = RangeError) =>
    refuses(() => linearisedVmcrg({ ...options, ...change } as LinearisedVmcrgOptions), kind, message);
  wrong({ even: undefined, odd: undefined }, /"even" expected a list/, TypeError);
  wrong({ even: odd }, /"even" expected operators that are even in the spins, got "field"/);
  wrong({ odd: even }, /"odd" expected operators that are odd in the spins, got "nn"/);
  wrong({ bias: { operators: even, parameters: [1] } }, /"bias.parameters" expected length 2/);
  wrong({ bias: { operators: even, parameters: [1, Infinity] } }, /"bias.parameters\[1\]"/);
  wrong({ bias: { operators: even, parameters, extra: 1 } }, /"extra" expected an option of bias/);
  wrong({ bias: 3 }, /"bias"/, TypeError);
  wrong({ radius: -1 }, /"radius"/);
  wrong({ radius: 'all' }, /"radius"/, TypeError);
  wrong({ covariance: 'none' }, /"covariance"/);
  wrong({ bias: undefined, covariance: 'independent' }, /"covariance" expected "measured" without a bias/);
  wrong({ bins: 2 }, /"bins"/);
  wrong({ bins: 8, radius: 'lattice' }, /"bins" expected none for sums over the whole lattice/);
  wrong({ sweeps: 5 }, /"sweeps"/);
  wrong({ interval: 1e6 }, /"interval"/);
  refuses(
    () => vmcrgAutocorrelation({ ...options, operators: even } as VmcrgAutocorrelationOptions),
    RangeError,
    /"even" expected an option of vmcrgAutocorrelation/,
  );
});

test.run();
