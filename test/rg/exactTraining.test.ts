import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chain, square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { bondRbm } from '../../src/rg/couplings/decoration.js';
import { exactTrainingSteps, trainExactly, trainExactlyAsync } from '../../src/rg/map/exactTraining.js';
import { checkMapping } from '../../src/rg/map/mapping.js';
import { SpinRbm } from '../../src/rg/map/spinRbm.js';
import { near, refuses } from '../assert.js';
import { Draws } from '../reference/draws.js';
import { plainEnergy, plainRbmEnergy, plainStep } from '../reference/jointSpins.js';
import { randomHamiltonian, randomRbm } from './draws.js';

const test = suite('rg/exactTraining');

const plain = (h: ReturnType<typeof randomHamiltonian>, rbm: SpinRbm) =>
  plainStep(
    h.sites,
    rbm.hidden,
    (v) => plainEnergy(h.terms, v),
    (v, s) => plainEnergy(h.terms, v) - plainRbmEnergy(rbm, v, s),
  );

test('KL, ΔF and the spread of log τ at the start are those of the sums over all states', () => {
  const draws = new Draws(1);
  for (let k = 0; k < 20; k++) {
    const h = randomHamiltonian(draws, draws.integer(1, 6), 6, 3);
    const start = randomRbm(draws, h.sites, draws.integer(1, 4));
    const { history, rbm } = trainExactly(h, { hidden: start.hidden, start, biases: 'both', iterations: 0 });
    const expected = plain(h, start.withConstant(start.hidden * Math.LN2));
    assert.is(history.length, 1);
    near(history[0].kl, expected.kl, 1e-12, 'KL');
    near(history[0].deltaF, expected.deltaF, 1e-12, 'ΔF');
    near(history[0].meanLogTau, expected.meanLogTau, 1e-12, '⟨log τ⟩');
    near(history[0].most, Math.max(...expected.logTau), 1e-12, 'largest log τ');
    near(history[0].least, Math.min(...expected.logTau), 1e-12, 'least log τ');
    near(plain(h, rbm).deltaF, 0, 1e-12, 'ΔF with the constant');
    assert.equal(rbm.weights, start.weights);
  }
});

test('the gradient is the central difference of KL, for every parameter', () => {
  const draws = new Draws(2);
  for (const biases of ['none', 'both'] as const) {
    const h = randomHamiltonian(draws, 4, 6, 3);
    const start =
      biases === 'both'
        ? randomRbm(draws, 4, 3)
        : new SpinRbm({ visible: 4, hidden: 3, weights: randomRbm(draws, 4, 3).weights });
    const step = 1e-5;
    let largest = 0;
    const names = biases === 'both' ? (['weights', 'visibleBias', 'hiddenBias'] as const) : (['weights'] as const);
    for (const name of names) {
      for (let k = 0; k < start[name].length; k++) {
        const moved = (by: number) =>
          plain(h, new SpinRbm({ ...start, [name]: start[name].map((x, i) => (i === k ? x + by : x)) })).kl;
        largest = Math.max(largest, Math.abs((moved(step) - moved(-step)) / (2 * step)));
      }
    }
    const { history } = trainExactly(h, { hidden: 3, start, biases, iterations: 0 });
    near(history[0].gradient, largest, 1e-9, 'largest component');
    // a step along each single parameter: the first step of the descent is along the gradient itself
    const after = trainExactly(h, { hidden: 3, start, biases, iterations: 1 });
    const [one] = names.map((name) => after.rbm[name].map((x, k) => x - start[name][k]));
    const gradient = start.weights.map((_, k) => {
      const moved = (by: number) =>
        plain(h, new SpinRbm({ ...start, weights: start.weights.map((x, i) => (i === k ? x + by : x)) })).kl;
      return (moved(step) - moved(-step)) / (2 * step);
    });
    const ratio = one[0] / gradient[0];
    assert.ok(ratio < 0);
    one.forEach((x, k) => {
      near(x / ratio, gradient[k], 1e-8, `∂KL/∂W[${k}]`);
    });
  }
});

test('an exact RBM stays where it is', () => {
  const h = isingHamiltonian({ lattice: square(3), coupling: 0.44 });
  const { history, rbm, converged } = trainExactly(h, { hidden: 18, start: bondRbm(h) });
  assert.ok(converged);
  assert.is(history.length, 1);
  assert.ok(history[0].kl < 1e-25, `${history[0].kl}`);
  near(rbm.constant, bondRbm(h).constant, 1e-11, 'E₀');
});

test('3×3 at K_c with 9 hidden spins: τ(v) → 1 as KL → 0, but ΔF → 0 only by the constant', () => {
  const h = isingHamiltonian({ lattice: square(3), coupling: 0.4407 });
  const { history, rbm, start } = trainExactly(h, { hidden: 9, iterations: 200 });
  const [first, last] = [history[0], history[history.length - 1]];
  assert.ok(first.kl > 1 && last.kl < 1e-4, `${first.kl} → ${last.kl}`);
  history.slice(1).forEach((record, k) => {
    assert.ok(record.kl < history[k].kl);
  });
  assert.ok(first.deviation > 1 && last.deviation < 0.02, `${first.deviation} → ${last.deviation}`);
  assert.ok(Math.abs(last.deltaF) > 0.1, `${last.deltaF}`);
  near(last.meanLogTau + last.deltaF, -last.kl, 1e-11, 'KL = -⟨log τ⟩ - ΔF');
  const [before, after] = [start, rbm].map((model) => checkMapping(h, model));
  assert.ok(before.identities && after.identities);
  near(after.deltaF, 0, 1e-11, 'ΔF');
  near(after.kl, last.kl, 1e-12, 'KL');
  near(after.tau.deviation, last.deviation, 1e-11, 'deviation');
  // nothing is exact before the end, and the least likely states are the last
  assert.not.ok(after.exact);
  assert.ok(checkMapping(h, rbm, { tolerance: 0.5 }).exact && !checkMapping(h, start, { tolerance: 0.5 }).exact);
});

test('a model in a field, with biases', () => {
  const h = isingHamiltonian({ lattice: chain(6), coupling: 0.5, field: 0.2 });
  const { history, rbm } = trainExactly(h, { hidden: 6, iterations: 300 });
  assert.ok(history[history.length - 1].kl < 1e-6, `${history[history.length - 1].kl}`);
  assert.ok(rbm.visibleBias.some((c) => c !== 0));
  assert.ok(
    trainExactly(isingHamiltonian({ lattice: chain(4), coupling: 1 }), {
      hidden: 2,
      iterations: 5,
    }).rbm.visibleBias.every((c) => c === 0),
  );
});

test('the same seed gives the same bits, with pauses or without; another seed another start', async () => {
  const h = isingHamiltonian({ lattice: square(3), coupling: 0.4 });
  const options = { hidden: 4, iterations: 20, seed: 'a' };
  const stages = new Set<string>();
  const [one, two] = [
    trainExactly(h, options),
    await trainExactlyAsync(h, { ...options, onProgress: ({ stage }) => stages.add(stage) }),
  ];
  assert.equal(one.rbm.weights, two.rbm.weights);
  assert.equal(one.history, two.history);
  assert.equal([...stages], ['train']);
  assert.not.equal(trainExactly(h, { ...options, seed: 'b' }).rbm.weights, one.rbm.weights);
  const controller = new AbortController();
  const stopped = trainExactlyAsync(h, {
    ...options,
    signal: controller.signal,
    onProgress: () => controller.abort(new Error('enough')),
  });
  let reason: unknown;
  await stopped.catch((error) => {
    reason = error;
  });
  assert.is((reason as Error)?.message, 'enough');
});

test('step by step it is the same training, and every RBM on the way is that of as many iterations', () => {
  const h = isingHamiltonian({ lattice: chain(6), coupling: 0.5 });
  const options = { hidden: 3, seed: 3, scale: 0.5, iterations: 40 };
  const steps = [...exactTrainingSteps(h, options)];
  const whole = trainExactly(h, options);
  assert.equal(
    steps.map(({ record }) => record),
    whole.history,
  );
  assert.equal(steps.at(-1)!.rbm, whole.rbm);
  assert.is(steps.at(-1)!.converged, whole.converged);
  for (const k of [0, 1, 7])
    assert.equal(steps[k].rbm, trainExactly(h, { ...options, iterations: k }).rbm, `step ${k}`);
  // refused when called, not when first asked for a step
  refuses(() => exactTrainingSteps(h, { hidden: 0 }), RangeError, '"hidden" expected integer in [1, 1000], got 0');
});

test('weights, to the last bit', () => {
  const { rbm } = trainExactly(isingHamiltonian({ lattice: square(3), coupling: 0.4407 }), {
    hidden: 3,
    iterations: 30,
    seed: 1,
  });
  // all engines agree; a change of the descent or of the kernels' bits shows here
  const bits = new Uint32Array(rbm.weights.slice().buffer).reduce(
    (hash, word) => Math.imul(hash ^ word, 0x01000193) >>> 0,
    0x811c9dc5,
  );
  assert.is(bits, 922106309);
});

test('refuses what it cannot do, by name', () => {
  const h = isingHamiltonian({ lattice: square(3), coupling: 0.4 });
  refuses(() => trainExactly(null as never, { hidden: 1 }), TypeError, /^"hamiltonian" expected/);
  refuses(
    () => trainExactly(h, null as never),
    TypeError,
    '"options" expected { hidden, biases, iterations, tolerance, … }, got null',
  );
  refuses(() => trainExactly(h, { hidden: 0 }), RangeError, '"hidden" expected integer in [1, 1000], got 0');
  refuses(
    () => trainExactly(isingHamiltonian({ lattice: square(5), coupling: 0.4 }), { hidden: 1 }),
    RangeError,
    /^"hamiltonian.sites" expected integer in \[1, 20\]/,
  );
  refuses(
    () => trainExactly(isingHamiltonian({ lattice: square(4, 5), coupling: 0.4 }), { hidden: 17 }),
    RangeError,
    '"hidden" expected integer in [1, 16], got 17',
  );
  refuses(
    () => trainExactly(h, { hidden: 2, biases: 'hidden' as never }),
    RangeError,
    '"biases" expected one of none, both, got "hidden"',
  );
  refuses(
    () => trainExactly(h, { hidden: 2, start: randomRbm(new Draws(1), 9, 3) }),
    RangeError,
    '"start" expected 9 visible and 2 hidden units, got "9 and 3"',
  );
  refuses(() => trainExactly(h, { hidden: 2, scale: 0 }), RangeError, '"scale" expected number > 0, got 0');
});

test.run();
