import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { bondRbm } from '../../src/rg/couplings/decoration.js';
import { trainExactly } from '../../src/rg/map/exactTraining.js';
import { functionOperator, kadanoffOperator, majorityOperator, rbmOperator } from '../../src/rg/map/operators.js';
import { logTauOf, sampledVariationalStep } from '../../src/rg/map/sampled.js';
import { SpinRbm } from '../../src/rg/map/spinRbm.js';
import { variationalStep } from '../../src/rg/map/variational.js';
import type { BitRows } from '../../src/util/bits.js';
import { near, refuses } from '../assert.js';
import { allStates, bitRows, unitsOf } from '../physics/enumeration.js';
import { Draws } from '../reference/draws.js';
import { allSpins, plainEnergy } from '../reference/jointSpins.js';
import { scoresOf } from '../reference/statistics.js';
import { QUARTERS, randomHamiltonian, randomRbm } from './draws.js';

const test = suite('rg/sampled');

/** Independent samples of e^{-H}/Z by inverting its cumulative sums. */
function sampler(terms: Parameters<typeof plainEnergy>[0], sites: number): (draws: Draws, count: number) => BitRows {
  const weights = allSpins(sites).map((v) => Math.exp(-plainEnergy(terms, v)));
  const z = weights.reduce((a, b) => a + b, 0);
  return (draws, count) =>
    bitRows(
      Array.from({ length: count }, () => {
        let rest = draws.uniform() * z;
        let state = 0;
        while (state < weights.length - 1 && rest >= weights[state]) rest -= weights[state++];
        return unitsOf(state, sites);
      }),
      sites,
    );
}

test('log τ of rows is that of the table', () => {
  const draws = new Draws(1);
  const h = randomHamiltonian(draws, 6, 9);
  const rbm = randomRbm(draws, 6, 3);
  const blocks = [
    [0, 1, 2],
    [3, 5],
  ];
  const operators = [
    rbmOperator(h, rbm),
    kadanoffOperator(6, blocks, 0.7, { normalised: false, constant: 1 }),
    majorityOperator(6, blocks),
    { ...rbmOperator(h, rbm), rbm: undefined },
  ];
  for (const operator of operators) {
    const { logTau } = variationalStep(h, operator);
    logTauOf(allStates(6), operator).forEach((log, state) => {
      near(log, logTau[state], 1e-12, `${operator.name}, state ${state}`);
    });
  }
});

test('ΔF, KL and ⟨log τ⟩ from 300 sets of 400 samples: scores are N(0,1), and the bias of the plain logarithm is taken away', () => {
  const draws = new Draws(2);
  const h = randomHamiltonian(draws, 5, 6, 3, 0.5);
  const operator = rbmOperator(h, randomRbm(draws, 5, 3, 0.5));
  const exact = variationalStep(h, operator);
  const sample = sampler(h.terms, 5);
  const scores: Record<string, number[]> = { deltaF: [], kl: [], mean: [] };
  let taken = 0;
  const sets = 300;
  for (let k = 0; k < sets; k++) {
    const { deltaF, kl, meanLogTau } = sampledVariationalStep(sample(draws, 400), operator);
    assert.ok(deltaF && kl);
    scores.deltaF.push((deltaF.corrected - exact.deltaF) / deltaF.error);
    scores.kl.push((kl.corrected - exact.kl) / kl.error);
    scores.mean.push((meanLogTau.value - exact.tau.mean) / meanLogTau.error);
    taken += (kl.value - kl.corrected) / sets;
  }
  // p = 1e-4 each for the largest (4.98 of 300) and the mean; the spread is widened by the error's own error, 1/√98, and by skewness
  for (const [name, list] of Object.entries(scores)) {
    const { largest, mean } = scoresOf(list);
    const spread = Math.sqrt(list.reduce((sum, score) => sum + score * score, 0) / sets);
    assert.ok(largest < 5 && Math.abs(mean) < 3.9, `${name}: ${largest} ${mean}`);
    assert.ok(spread > 0.85 && spread < 1.2, `${name}: ${spread}`);
  }
  // KL by the plain logarithm is too low, by Var(τ)/(2n⟨τ⟩²)
  const p = allSpins(5).map((v) => Math.exp(-plainEnergy(h.terms, v) + exact.visibleFreeEnergy));
  const second = p.reduce((sum, weight, s) => sum + weight * Math.exp(2 * (exact.logTau[s] + exact.deltaF)), 0);
  const expected = -(second - 1) / 800;
  assert.ok(taken / expected > 0.9 && taken / expected < 1.1, `${taken}, expected ${expected}`);
});

test('4×4 torus from the sampler, against the exact step', () => {
  const h = isingHamiltonian({ lattice: square(4), coupling: 0.4 });
  const operator = rbmOperator(h, trainExactly(h, { hidden: 4, iterations: 30 }).rbm);
  const exact = variationalStep(h, operator);
  const data = new Ising({ lattice: square(4), coupling: 0.4, seed: 5 }).sample(4000);
  const { deltaF, kl, effectiveSamples } = sampledVariationalStep(data, operator);
  assert.ok(deltaF && kl && effectiveSamples > 300);
  // p = 1e-4
  assert.ok(
    Math.abs(deltaF.corrected - exact.deltaF) < 3.9 * deltaF.error,
    `${deltaF.corrected} ± ${deltaF.error}, ${exact.deltaF}`,
  );
  assert.ok(Math.abs(kl.corrected - exact.kl) < 3.9 * kl.error, `${kl.corrected} ± ${kl.error}, ${exact.kl}`);
});

test('the bond RBM of a 16×16 torus: τ ≡ 1 in every sample, ΔF = 0 and KL = 0 without error', () => {
  const h = isingHamiltonian({ lattice: square(16), coupling: 0.44 });
  const data = new Ising({ lattice: square(16), coupling: 0.44, seed: 1 }).sample(60);
  const { deltaF, kl, meanLogTau, deviation, effectiveSamples } = sampledVariationalStep(
    data,
    rbmOperator(h, bondRbm(h)),
  );
  for (const [name, x] of Object.entries({ deltaF, kl, meanLogTau })) near(x?.corrected as number, 0, 1e-10, name);
  assert.ok(deviation < 1e-10);
  near(effectiveSamples, 60, 1e-6, 'effective samples');
  const exact = sampledVariationalStep(data, majorityOperator(256, [[0, 1, 16, 17]]));
  assert.is(exact.deltaF?.value, -0);
  assert.is(exact.kl?.value, 0);
});

test('where few samples carry ⟨τ⟩ there is no ΔF and no KL, only the bound', () => {
  const h = isingHamiltonian({ lattice: square(4), coupling: 0.4 });
  const data = new Ising({ lattice: square(4), coupling: 0.4, seed: 1 }).sample(500);
  const wrong = rbmOperator(
    h,
    new SpinRbm({ visible: 16, hidden: 4, weights: new Float64Array(64).map((_, k) => Math.sin(k) * 2) }),
  );
  const step = sampledVariationalStep(data, wrong);
  assert.ok(step.effectiveSamples < 50, `${step.effectiveSamples}`);
  assert.is(step.deltaF, null);
  assert.is(step.kl, null);
  assert.ok(-step.meanLogTau.value > variationalStep(h, wrong).deltaF);
});

test('refuses what it cannot do, by name', () => {
  const data = allStates(4);
  refuses(
    () => sampledVariationalStep({} as never, majorityOperator(4, [[0]])),
    TypeError,
    '"data" expected BitRows, got Object',
  );
  refuses(
    () => sampledVariationalStep(data, majorityOperator(16, QUARTERS)),
    RangeError,
    '"data" expected rows of 16 spins, got "rows of 4"',
  );
  refuses(
    () =>
      sampledVariationalStep(
        data,
        functionOperator(4, 1, () => 0),
      ),
    TypeError,
    '"operator" expected operator of independent hidden spins, got "user function"',
  );
  refuses(
    () => sampledVariationalStep(data, majorityOperator(4, [[0]]), { blocks: 17 }),
    RangeError,
    '"blocks" expected integer in [2, 16], got 17',
  );
});

test.run();
