/** Renormalised couplings against exact ones of small systems. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Hamiltonian } from '../../../src/ising/models/hamiltonian.js';
import { type Chain, chain, type SquareLattice, square } from '../../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../../src/ising/models/models.js';
import {
  type BlockingRule,
  decimationRule,
  iteratedRule,
  majorityRule,
  softRule,
} from '../../../src/rg/blocking/rule.js';
import { operatorBasis } from '../../../src/rg/operators/basis.js';
import { latticeOperator, standardOperators } from '../../../src/rg/operators/latticeOperator.js';
import { operatorHamiltonian } from '../../../src/rg/vmcrg/operatorHamiltonian.js';
import {
  type VariationalMcrgOptions,
  variationalMcrg,
  variationalMcrgAsync,
} from '../../../src/rg/vmcrg/variationalMcrg.js';
import { allNear, refuses } from '../../assert.js';
import { exactCouplings, renormalised } from './exact.js';

const test = suite('rg/vmcrg/variationalMcrg');

/** Operators by their names. */
const named = (lattice: Chain | SquareLattice, names: readonly string[]) =>
  names.map((name) => latticeOperator(lattice.kind, name));

const CASES: [string, Chain | SquareLattice, BlockingRule, number, number, string[]][] = [
  ['ring of 12, majority of three', chain(12), majorityRule({ factor: 3 }), 0.7, 0, ['nn', 'nnn', 'four']],
  ['the same in a field', chain(9), majorityRule({ factor: 3 }), 0.5, 0.2, ['field', 'nn', 'row']],
  ['4 × 4, ties', square(4), majorityRule({ factor: 2, ties: 'first' }), 0.4, 0, ['nn', 'nnn', 'plaquette']],
  ['4 × 4, ties at random', square(4), majorityRule({ factor: 2 }), 0.4, 0, ['nn', 'nnn', 'plaquette']],
  ['4 × 4, decimation', square(4), decimationRule({ factor: 2 }), 0.45, 0, ['nn', 'nnn', 'plaquette']],
];

// 12 numbers; |z| < 4: p = 6e-5 each
for (const [name, lattice, rule, coupling, field, names] of CASES) {
  test(`a complete basis gives the exact couplings: ${name}`, () => {
    const hamiltonian = isingHamiltonian({ lattice, coupling, field });
    const operators = named(lattice, names);
    const { blocks, logs } = renormalised(lattice, rule, hamiltonian);
    const exact = exactCouplings(logs.map(Math.exp), operatorBasis(blocks, operators));
    const result = variationalMcrg({
      lattice,
      hamiltonian,
      rule,
      operators,
      steps: 100,
      rate: 0.1,
      sweeps: 10_000,
      interval: 2,
      seed: name,
    });
    assert.ok(result.converged, `χ² = ${result.chiSquared}`);
    result.couplings.forEach((estimate, k) => {
      assert.is(estimate.name, names[k]);
      assert.ok(estimate.error > 0 && estimate.error < 0.01, `${names[k]}: error ${estimate.error}`);
      const z = (estimate.value - exact[k]) / estimate.error;
      assert.ok(Math.abs(z) < 4, `${names[k]}: ${estimate.value} ± ${estimate.error}, exact ${exact[k]}`);
    });
  });
}

test('errors cover: χ² of 40 seeds, with their covariances', () => {
  const lattice = chain(12);
  const rule = decimationRule({ factor: 2 });
  const hamiltonian = isingHamiltonian({ lattice, coupling: 0.6 });
  const operators = named(lattice, ['nn', 'nnn']);
  // a ring of 6 left by decimation: K' = ½ ln cosh 2K, and nothing else
  const exact = [Math.log(Math.cosh(1.2)) / 2, 0];
  let sum = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const options = { steps: 50, rate: 0.1, stepSweeps: 10, sweeps: 800, interval: 2, seed };
    const { couplings, covariance } = variationalMcrg({ lattice, hamiltonian, rule, operators, ...options });
    const [x, y] = couplings.map(({ value }, k) => value - exact[k]);
    const [a, b, , d] = covariance;
    sum += (d * x * x - 2 * b * x * y + a * y * y) / (a * d - b * b);
  }
  // 80 degrees of freedom: 80 ± 12.6
  assert.ok(sum > 40 && sum < 130, `χ² = ${sum}`);
});

const small: VariationalMcrgOptions = {
  lattice: square(6),
  hamiltonian: isingHamiltonian({ lattice: square(6), coupling: 0.3 }),
  rule: majorityRule({ factor: 3 }),
  operators: standardOperators('square', 'even').slice(0, 2),
  walkers: 32,
  steps: 20,
  sweeps: 400,
};

test('the asynchronous form gives the same bits on any number of threads, and stops at a signal', async () => {
  const expected = variationalMcrg(small);
  const stages = new Set<string>();
  const options = { ...small, onProgress: ({ stage }: { stage: string }) => stages.add(stage) };
  assert.equal(await variationalMcrgAsync({ ...options, threads: 1 }), expected);
  assert.equal(await variationalMcrgAsync({ ...small, threads: 2 }), expected);
  const other = variationalMcrg({ ...small, seed: 2 });
  assert.is.not(other.couplings[0].value, expected.couplings[0].value);
  const stop = AbortSignal.abort(new Error('enough'));
  await variationalMcrgAsync({ ...small, signal: stop }).then(
    () => assert.unreachable(),
    (error) => assert.is(error.message, 'enough'),
  );
});

test('a start near the couplings and no gradient steps give them too', () => {
  const first = variationalMcrg({ ...small, sweeps: 2000, steps: 200, rate: 0.05 });
  const second = variationalMcrg({ ...small, sweeps: 2000, steps: 0, start: first.bias, seed: 7 });
  const values = (result: typeof first) => result.couplings.map(({ value }) => value);
  const errors = first.couplings.map(({ error }, k) => Math.hypot(error, second.couplings[k].error));
  assert.is(second.path.length, 0);
  first.couplings.forEach(({ value }, k) => {
    assert.ok(Math.abs(value - values(second)[k]) < 4 * errors[k], `${value} and ${values(second)[k]}`);
  });
});

test('how far above the least Ω a sample was is what is known of a ring', () => {
  // decimation of a ring of 24: 12 block spins of coupling K' = atanh tanh² K; with J, V leaves u = K' - J
  const lattice = chain(24);
  const renormalizedCoupling = Math.atanh(Math.tanh(0.6) ** 2);
  const left = 0.1;
  const { samples, sweeps } = variationalMcrg({
    lattice,
    hamiltonian: isingHamiltonian({ lattice, coupling: 0.6 }),
    rule: decimationRule({ factor: 2 }),
    operators: [latticeOperator('chain', 'nn')],
    start: [renormalizedCoupling - left],
    steps: 0,
    sweeps: 20_000,
    interval: 2,
  });
  assert.is(samples.length, 4);
  assert.is(samples[3].sweeps, sweeps);
  for (let k = 1; k < 4; k++) {
    assert.ok(samples[k].sweeps > samples[k - 1].sweeps && samples[k].rows > samples[k - 1].rows);
    assert.ok(samples[k].noise < samples[k - 1].noise, 'noise falls with the sample');
  }
  // KL(uniform ‖ p_u) = 12 ln cosh u + ln(1 + tanh¹² u), here 0.0599; the second order is 0.0602
  const exact = 12 * Math.log(Math.cosh(left)) + Math.log1p(Math.tanh(left) ** 12);
  const [first] = samples;
  assert.ok(Math.abs(first.above / exact - 1) < 0.05, `${first.above} and ${exact}`);
  // χ² of one degree of freedom over 2 × noise, of this sample and of the one before: p < 1e-4
  assert.ok(samples[3].above < 15 * (samples[3].noise + samples[2].noise), `${samples[3].above}`);
  // n independent rows of all: noise = 1/(2 n), n not above their number, at least a tenth of it without slowing down
  assert.ok(samples[3].noise > 0.4 / samples[3].rows && samples[3].noise < 10 / samples[3].rows);
});

test('operators with couplings as a Hamiltonian', () => {
  const lattice = square(6);
  const [nn, , plaquette] = standardOperators('square', 'even');
  const hamiltonian = operatorHamiltonian(lattice, [nn, plaquette], [0.4, -0.1]);
  const expected = isingHamiltonian({ lattice, coupling: 0.4, plaquette: -0.1 });
  const spins = Array.from({ length: 36 }, (_, k) => (k % 5 < 2 ? 1 : -1));
  allNear([hamiltonian.energy(spins)], [expected.energy(spins)], 1e-12, 'H');
  refuses(() => operatorHamiltonian(lattice, [nn], [1, 2]), RangeError, /"couplings" expected length 1/);
  refuses(() => operatorHamiltonian(lattice, [nn], [NaN]), RangeError, /"couplings\[0\]" expected finite number/);
});

test('wrong options are refused by name', () => {
  const wrong = (options: object, message: RegExp, kind: new (...args: never[]) => Error = RangeError) =>
    refuses(() => variationalMcrg({ ...small, ...options } as VariationalMcrgOptions), kind, message);
  wrong({ lattice: square(7) }, /a multiple of 3/);
  wrong({ lattice: square(3) }, /"lattice" expected at least two blocks/);
  wrong({ lattice: square(6, 6, { boundary: 'open' }) }, /"lattice" expected a periodic chain or square lattice/);
  wrong({ lattice: { ...square(6), twist: 1 } }, /"lattice" expected a lattice without twist/);
  wrong({ rule: majorityRule({ factor: 2 }), update: 'metropolis' }, /"update" expected heatBath where ties/);
  wrong({ rule: softRule({ factor: 3, weight: 1 }) }, /"rule" expected a rule whose spins are signs/);
  wrong(
    { rule: iteratedRule(decimationRule({ factor: 2 }), 2), lattice: square(8) },
    /"rule" expected a rule of one step/,
  );
  wrong({ rule: 'majority' }, /"rule"/, TypeError);
  wrong({ factor: 3 }, /"factor" expected an option of variationalMcrg/);
  wrong({ hamiltonian: isingHamiltonian({ lattice: square(4), coupling: 1 }) }, /"hamiltonian" expected 36 sites/);
  wrong({ hamiltonian: 0.4 }, /"hamiltonian"/, TypeError);
  wrong({ operators: [] }, /"operators"/);
  wrong({ walkers: 8 }, /"walkers"/);
  wrong({ walkers: 24 }, /"walkers" expected multiple of 16/);
  wrong({ start: [1] }, /"start" expected length 2/);
  wrong({ start: [1, NaN] }, /"start\[1\]"/);
  wrong({ rate: 0 }, /"rate"/);
  wrong({ sweeps: 10 }, /"sweeps"/);
  wrong({ interval: 100 }, /"interval"/);
  wrong(
    { hamiltonian: new Hamiltonian({ sites: 36, terms: [] }) },
    /"hamiltonian" expected an interaction at every site/,
  );
  const ring = chain(6);
  const onRing = { lattice: ring, hamiltonian: isingHamiltonian({ lattice: ring, coupling: 1 }), update: 'metropolis' };
  wrong({ ...onRing, operators: named(ring, ['nn']) }, /"update" expected heatBath on a chain/);
  wrong({ update: 'wolff' }, /"update"/);
  wrong({ burnin: 10 }, /"burnin" expected an option of variationalMcrg, got an unknown name: did you mean burnIn\?/);
  refuses(() => variationalMcrg({ ...small, rate: 1e6 }), Error, /the coupling of nn diverges/);
});

test.run();
