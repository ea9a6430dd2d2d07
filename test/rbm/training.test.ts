/** A training run as a machine: what it refuses, where it starts, that the same options give the same bits, and how it stops. The science: gradient.test.ts. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeTrainingState, encodeTrainingState } from '../../src/io/trainingState.js';
import { type CheckedOptions, checkTrainingOptions } from '../../src/rbm/engines/checkedOptions.js';
import type { TrainingOptions } from '../../src/rbm/engines/options.js';
import { independentLogLikelihood } from '../../src/rbm/likelihood/independent.js';
import { Training } from '../../src/rbm/training/training.js';
import { trainRbm } from '../../src/rbm/training/trainRbm.js';
import type { BitRows } from '../../src/util/bits.js';
import { DivergenceError } from '../../src/util/errors.js';
import type { Progress } from '../../src/util/work.js';
import { defaultThreads, threadsAvailable } from '../../src/wasm/threads.js';
import { bitRows, randomParameters, randomRows } from '../physics/enumeration.js';
import { standardNormal } from '../physics/statistics.js';
import { bitsOf, PLAIN, rejection, stateFrom, train } from './runs.js';

const test = suite('rbm/training');

/** Three panels of visible units, four of hidden ones, minibatches of 32 and at last of 2. */
const data = randomRows(130, 45, 1, (i) => 0.2 + 0.6 * (i / 45));
const options: TrainingOptions = { ...PLAIN, hidden: 65, epochs: 3, batchSize: 32, l1: 1e-3, seed: 5, threads: 1 };

test('refuses options by name, before any work', async () => {
  const refused: [object, typeof RangeError | typeof TypeError, RegExp][] = [
    [{ hidden: 0 }, RangeError, /^"hidden" expected positive integer, got 0$/],
    [{ hidden: 2.5 }, RangeError, /^"hidden" expected positive integer, got 2.5$/],
    [{ hidden: '4' }, TypeError, /^"hidden" expected positive integer, got "4"$/],
    [{ hidden: undefined }, TypeError, /^"hidden"/],
    [{ epochs: -1 }, RangeError, /^"epochs" expected integer >= 0, got -1$/],
    [{ epochs: 1.5 }, RangeError, /^"epochs"/],
    [{ epochs: null }, TypeError, /^"epochs"/],
    [{ learningRate: 0 }, RangeError, /^"learningRate" expected number > 0, got 0$/],
    [{ learningRate: Number.POSITIVE_INFINITY }, RangeError, /^"learningRate"/],
    [{ momentum: 1 }, RangeError, /^"momentum" expected number in \[0, 1\), got 1$/],
    [{ momentum: -0.1 }, RangeError, /^"momentum"/],
    [{ l1: -1e-9 }, RangeError, /^"l1" expected number in \[0, /],
    [{ l1: Number.POSITIVE_INFINITY }, RangeError, /^"l1"/],
    [{ batchSize: 0 }, RangeError, /^"batchSize" expected integer in \[1, /],
    [{ batchSize: 2.5 }, RangeError, /^"batchSize"/],
    [{ initialDeviation: -1 }, RangeError, /^"initialDeviation"/],
    [{ seed: -1 }, RangeError, /^"seed"/],
    [{ seed: '' }, TypeError, /^"seed"/],
    [{ threads: 0 }, RangeError, /^"threads" expected integer in \[1, 64\], got 0$/],
    [{ threads: 65 }, RangeError, /^"threads"/],
    [{ threads: 1.5 }, RangeError, /^"threads"/],
  ];
  for (const name of [
    'hidden',
    'epochs',
    'learningRate',
    'momentum',
    'l1',
    'batchSize',
    'initialDeviation',
    'seed',
    'threads',
  ]) {
    refused.push([{ [name]: Number.NaN }, RangeError, new RegExp(`^"${name}" expected .*, got NaN$`)]);
    const list = name === 'learningRate'; // a list of rates, one an epoch, is allowed there
    refused.push([
      { [name]: [3] },
      list ? RangeError : TypeError,
      new RegExp(`^"${name}" expected .*, got ${list ? 1 : '\\[3\\]'}$`),
    ]);
  }
  for (const [changed, kind, pattern] of refused) {
    const error = await rejection(trainRbm(data, { ...options, ...changed }));
    assert.ok(error instanceof kind, `${JSON.stringify(changed)}: ${error}`);
    assert.match((error as Error).message, pattern);
  }
});

test('refuses data that are none', async () => {
  for (const bad of [
    undefined,
    null,
    [[0, 1]],
    new Uint8Array(8),
    { count: 1, width: 8, stride: 1, bytes: new Uint8Array(1) },
  ]) {
    const error = await rejection(Training.start(bad as never, options));
    assert.ok(error instanceof TypeError && /^"data" expected BitRows/.test(error.message), `${error}`);
  }
  const error = await rejection(Training.start(bitRows([], 9), options));
  assert.ok(error instanceof RangeError && /^"data" expected at least one row/.test(error.message), `${error}`);
});

test('fills in the defaults', async () => {
  const training = await Training.start(data, { hidden: 3, epochs: 1 });
  await training.close();
  const expected = {
    hidden: 3,
    epochs: 1,
    algorithm: 'population',
    steps: 1,
    chains: 200,
    betas: [1],
    models: 1,
    centred: true,
    optimiser: 'momentum',
    learningRate: 0.1,
    schedule: 'linear',
    momentum: 0.9,
    l1: 0,
    l2: 0,
    maxNorm: Infinity,
    sparsity: undefined,
    sampleWeights: undefined,
    batchSize: 100,
    precision: 'float32',
    passes: 1,
    initialDeviation: 0.01,
    initial: undefined,
    units: 'bits',
    seed: 1,
    validation: undefined,
    patience: Infinity,
  };
  assert.equal(training.options, { ...expected, threads: 1 }, 'one thread: a minibatch takes microseconds');
});

test('defaults that depend on the algorithm, on how many rows there are, and on how much a minibatch is', () => {
  const of = (options: object, count = 5000, width = 64) =>
    checkTrainingOptions({ hidden: 16, ...options }, { count, width });
  const length = (options: object, count: number) => {
    const { epochs, passes } = of(options, count);
    return [epochs, passes];
  };
  // 10,000 updates in 50 epochs, or ten passes
  assert.equal(length({}, 5000), [50, 4]);
  assert.equal(length({}, 20_000), [50, 1]);
  assert.equal(length({}, 60_000), [17, 1]);
  assert.equal(length({}, 1_000_000), [10, 1]);
  assert.equal(length({}, 9), [50, 200]);
  assert.equal(length({}, 1), [50, 200]);
  assert.equal(length({ batchSize: 10 }, 5000), [20, 1]);
  assert.equal(length({ passes: 2 }, 5000), [100, 2]);
  assert.equal(length({ epochs: 7 }, 5000), [7, 1]);
  assert.equal(length({ learningRate: [0.1, 0.05, 0.01] }, 5000), [3, 1]);
  assert.equal(length({ epochs: 7, passes: 3 }, 5000), [7, 3]);

  const steps = ({ learningRate, momentum, chains }: CheckedOptions) => [learningRate, momentum, chains];
  assert.equal(steps(of({})), [0.05, 0.9, 200]);
  assert.equal(steps(of({ epochs: 20 })), [0.1, 0.9, 200], 'a thousand updates');
  assert.equal(steps(of({ epochs: 32 })), [0.05 * Math.sqrt(2.5), 0.9, 200]);
  assert.equal(steps(of({ batchSize: 300 })), [0.05, 0.9, 600]);
  assert.equal(steps(of({ hidden: 400 }, 5000, 1600)), [0.01, 0.9, 200]);
  assert.equal(steps(of({ algorithm: 'pcd' })), [0.02, 0.5, 100]);
  assert.equal(steps(of({ algorithm: 'tempering' })), [0.02, 0.5, 100]);
  assert.equal(steps(of({ algorithm: 'cd', optimiser: 'adam' })), [0.001, 0.9, 100]);
  const precision = (options: object) => of({ hidden: 100, ...options }, 5000, 400).precision;
  assert.is(precision({}), 'float32');
  assert.is(precision({ precision: 'auto' }), 'float32');
  assert.is(precision({ precision: 'fixed16' }), 'fixed16');
  assert.is(of({ precision: 'fixed16' }).algorithm, 'population');
  // chains of a population may be fewer than the rows
  assert.is(precision({ precision: 'fixed16', units: 'spins', l1: 1e-3, steps: 2, chains: 40 }), 'fixed16');
  const layers = (visible: string, hidden: string) => of({ units: { visible, hidden } });
  assert.is(layers('gaussian', 'bits').algorithm, 'population');
  assert.is(layers('gaussian', 'relu').algorithm, 'pcd');
  assert.equal(steps(layers('gaussian', 'bits')), [0.007, 0.9, 200]);
  assert.equal(steps(layers('gaussian', 'relu')), [0.02, 0.5, 100]);
  assert.equal(steps(layers('spins', 'relu')), [0.05, 0.9, 200]);
  assert.equal(steps(of({ hidden: 64, tied: [8, 8] })), [0.01, 0.9, 200]);

  if (!threadsAvailable()) return;
  assert.is(of({}).threads, 1);
  assert.is(of({ batchSize: 10 }).threads, 1, 'digits: 64-16 at minibatches of ten');
  assert.is(of({ hidden: 400 }, 5000, 1600).threads, defaultThreads());
  assert.is(of({ threads: 3 }).threads, 3, 'what is asked for is done');
});

test('starts from N(0, deviation²) weights, no hidden bias, log odds as visible biases, at rest', async () => {
  const rows = bitRows([
    [0, 0, 0, 1, 1],
    [0, 1, 0, 1, 1],
    [0, 0, 1, 1, 1],
    [0, 0, 1, 1, 0],
  ]);
  const state = await train(rows, { ...PLAIN, hidden: 4, epochs: 0 });
  // (ones + ½)/(zeros + ½)
  [0.5 / 4.5, 1.5 / 3.5, 1, 4.5 / 0.5, 3.5 / 1.5].forEach((odds, i) => {
    assert.ok(Math.abs(state.visibleBias[i] - Math.log(odds)) < 1e-6, `bias ${i}: ${state.visibleBias[i]}`);
  });
  assert.ok(state.hiddenBias.every((b) => b === 0));
  for (const velocity of [state.velocity, state.visibleVelocity, state.hiddenVelocity])
    assert.ok(velocity.every((v) => v === 0));
  assert.equal([state.epoch, state.history], [0, []]);

  for (const deviation of [0.01, 0.7]) {
    const { weights } = await train(data, { ...options, epochs: 0, initialDeviation: deviation });
    const z = Array.from(weights, (w) => w / deviation);
    const { pMean, pVariance } = standardNormal(z);
    assert.ok(pMean > 1e-3 && pVariance > 1e-3, `p = ${pMean}, ${pVariance}`);
    // beyond one, two, three deviations: 0.3173, 0.0455, 0.0027 of 2925
    for (const [limit, share] of [
      [1, 0.3173],
      [2, 0.0455],
      [3, 0.0027],
    ]) {
      const count = z.filter((x) => Math.abs(x) > limit).length;
      const expected = share * z.length;
      assert.ok(Math.abs(count - expected) < 4 * Math.sqrt(expected), `${count} beyond ${limit}, expected ${expected}`);
    }
    // neighbours do not know of each other
    const products = z.slice(1).reduce((sum, x, k) => sum + x * z[k], 0) / Math.sqrt(z.length - 1);
    assert.ok(Math.abs(products) < 4, `${products}`);
  }
  const none = await train(data, { ...options, epochs: 0, initialDeviation: 0 });
  assert.ok(none.weights.every((w) => w === 0));
});

test('no unit is left out of the shuffle, the gather or the product: a lone bit reaches its bias', async () => {
  // unit i is on in row i alone: with tiny weights c moves by rate·(⟨v⟩ - p), the same for all
  const width = 41;
  const rows = bitRows(
    Array.from({ length: width }, (_, r) => Uint8Array.from({ length: width }, (_, i) => (i === r ? 1 : 0))),
  );
  const start = stateFrom({
    visible: width,
    hidden: 21,
    weights: new Float32Array(width * 21),
    visibleBias: new Float32Array(width).fill(-60),
    hiddenBias: new Float32Array(21),
  });
  // v⁻ = 0 for certain, so that each step is exact: Σ of 41 minibatches of one row
  const state = await train(
    rows,
    { ...PLAIN, hidden: 21, epochs: 1, batchSize: 1, learningRate: 1, momentum: 0 },
    start,
  );
  state.visibleBias.forEach((c, i) => {
    assert.ok(Math.abs(c + 59) < 1e-5, `unit ${i}: ${c}`);
  });
});

test('the last minibatch is smaller, and its gradient is the mean over its own rows', async () => {
  // five equal rows in minibatches of four and one; v⁻ is certain, so the step of c is rate·(v - v⁻) whatever the number of rows
  const rows = bitRows(Array.from({ length: 5 }, () => [1, 0, 1, 1]));
  const start = stateFrom({
    visible: 4,
    hidden: 2,
    weights: new Float32Array(8),
    visibleBias: Float32Array.of(-60, -60, 60, -60),
    hiddenBias: new Float32Array(2),
  });
  const rate = 1 / 64;
  for (const batchSize of [1, 2, 3, 4]) {
    const state = await train(
      rows,
      { ...PLAIN, hidden: 2, epochs: 1, batchSize, learningRate: rate, momentum: 0 },
      start,
    );
    const steps = Math.ceil(5 / batchSize);
    [1, 0, 0, 1].forEach((difference, i) => {
      const name = `batchSize ${batchSize}, unit ${i}`;
      assert.ok(Math.abs(state.visibleVelocity[i] - rate * difference) < 1e-8, name);
      assert.ok(Math.abs(state.visibleBias[i] - start.visibleBias[i] - rate * difference * steps) < 2e-5, name);
      // p(h|v⁻) = ½, but for the small steps before
      for (const v of state.velocity.subarray(2 * i, 2 * i + 2)) {
        assert.ok(Math.abs(v - (rate * difference) / 2) < 0.05 * rate, `${name}: ${v}`);
      }
    });
  }
});

test('batchSize beyond the data is the whole data; one row alone trains too', async () => {
  const whole = await train(data, { ...options, batchSize: 130 });
  assert.equal(bitsOf(await train(data, { ...options, batchSize: 131 })), bitsOf(whole));
  assert.equal(bitsOf(await train(data, { ...options, batchSize: 1e6 })), bitsOf(whole));
  assert.not.equal(bitsOf(await train(data, options)), bitsOf(whole));

  const single = bitRows([[1, 0, 1, 1, 0, 0, 1, 0, 1]]);
  const state = await train(single, { ...PLAIN, hidden: 5, epochs: 60, learningRate: 0.3 });
  assert.ok(state.history.at(-1)!.pseudoLikelihood! > -0.1, `${state.history.at(-1)!.pseudoLikelihood}`);
  assert.is(state.history.length, 60);
  // one row tells no error bar, and its state is a file as any other
  assert.not.ok(state.history.some((record) => 'pseudoLikelihoodError' in record));
  const back = decodeTrainingState(encodeTrainingState(state, { run: 'one row' }), { run: 'one row' });
  assert.equal(back, state);
});

test('trains on one, two and three visible units, and one hidden unit', async () => {
  for (const visible of [1, 2, 3]) {
    const state = await train(randomRows(30, visible, 3), { ...PLAIN, hidden: 1, epochs: 2 });
    assert.is(state.epoch, 2, `${visible} visible units`);
    assert.ok(state.weights.every(Number.isFinite));
  }
});

test('one seed, one run; another seed, another', async () => {
  const bits = async (changed: object) => bitsOf(await train(data, { ...options, ...changed }));
  const first = await bits({});
  assert.equal(await bits({}), first);
  assert.not.equal(await bits({ seed: 6 }), first);
  assert.not.equal(await bits({ seed: '5' }), first);
  const { rbm, history } = await trainRbm(data, options);
  const state = await train(data, options);
  const { weights, visibleBias, hiddenBias } = state;
  assert.is(bitsOf(rbm), bitsOf({ visible: 45, hidden: 65, weights, visibleBias, hiddenBias }));
  assert.equal(history, state.history);
});

test('the number of threads changes no bit', async () => {
  const one = bitsOf(await train(data, options));
  const teams = threadsAvailable() ? [2, 3] : [1];
  for (const threads of teams) {
    assert.equal(bitsOf(await train(data, { ...options, threads })), one, `${threads} threads`);
  }
  if (threadsAvailable()) {
    // more threads than panels, and a batch that ends within a block of four
    const small = randomRows(31, 7, 2);
    const few = { ...PLAIN, hidden: 5, epochs: 4, batchSize: 10, seed: 1 };
    assert.equal(bitsOf(await train(small, { ...few, threads: 3 })), bitsOf(await train(small, few)));
  }
});

test('stopped at any epoch and gone on from its state(), a run ends with the same bits', async () => {
  const whole = await train(data, options);
  for (const stop of [0, 1, 2, 3]) {
    const half = await train(data, { ...options, epochs: stop });
    assert.is(half.epoch, stop);
    // as it comes back from a file: other arrays
    const state = structuredClone(half);
    const threads = threadsAvailable() ? 2 : 1;
    const rest = await train(data, { ...options, threads }, state);
    assert.equal(bitsOf(rest), bitsOf(whole), `stopped after ${stop}`);
    assert.equal(rest.history, whole.history);
    assert.is(rest.epoch, 3);
  }
});

test('a state is not changed by later epochs', async () => {
  const training = await Training.start(data, options);
  try {
    await training.runEpoch();
    const state = training.state();
    const copy = structuredClone(state);
    const rbm = training.rbm();
    const bits = bitsOf(rbm);
    await training.runEpoch();
    assert.equal(bitsOf(state), bitsOf(copy));
    assert.equal(state.history, copy.history);
    assert.equal(bitsOf(rbm), bits);
    assert.not.equal(bitsOf(training.state()), bitsOf(copy));
    assert.is(training.epoch, 2);
  } finally {
    await training.close();
  }
});

test('how many minibatches go into one call changes no bit', async () => {
  /** Trains under a clock by which each call takes `milliseconds`: that decides how many minibatches the next one gets. */
  const under = async (milliseconds: number) => {
    const clock = performance.now;
    let time = 0;
    let pauses = 0;
    performance.now = () => {
      time += milliseconds;
      return time;
    };
    try {
      const training = await Training.start(data, { ...options, batchSize: 7, epochs: 2 });
      const onProgress = () => {
        pauses++;
      };
      while (training.epoch < 2) await training.runEpoch({ onProgress });
      await training.close();
      return { bits: bitsOf(training.state()), pauses };
    } finally {
      performance.now = clock;
    }
  };
  const slow = await under(1000);
  const medium = await under(20);
  const fast = await under(0);
  assert.is(slow.pauses, 2 * 19, 'one minibatch a call');
  assert.ok(medium.pauses < slow.pauses && medium.pauses > fast.pauses, `${medium.pauses} calls`);
  assert.is(fast.pauses, 3, 'one call for the first minibatch, one for the others, one for the second epoch');
  assert.equal(medium.bits, slow.bits);
  assert.equal(fast.bits, slow.bits);
});

test('progress counts epochs, and a signal stops the run within one', async () => {
  const steps: Progress[] = [];
  await trainRbm(data, { ...options, onProgress: (progress) => steps.push(progress) });
  assert.ok(steps.length >= 3);
  steps.forEach(({ stage, done, total, unit }, k) => {
    assert.equal([stage, total, unit], ['train', 3, 'epochs']);
    assert.ok(done > (steps[k - 1]?.done ?? 0) && done <= 3, `${steps[k - 1]?.done} → ${done}`);
  });
  assert.is(steps.at(-1)!.done, 3);

  const reason = new Error('enough');
  assert.is(await rejection(trainRbm(data, { ...options, signal: AbortSignal.abort(reason) })), reason);
  // a fresh run, whose first call is one minibatch of five
  const controller = new AbortController();
  const first = await train(data, { ...options, epochs: 1 });
  const training = await Training.start(data, options, first);
  const stopped = training.runEpoch({ signal: controller.signal, onProgress: () => controller.abort(reason) });
  assert.is(await rejection(stopped), reason);
  await training.close();
  // the state is that of the last whole epoch, and good to go on from
  assert.is(training.epoch, 1);
  assert.is(bitsOf(training.state()), bitsOf(first));
  assert.is(bitsOf(await train(data, options, training.state())), bitsOf(await train(data, options)));
});

test('a run that was stopped midway cannot go on as if nothing had happened', async () => {
  const controller = new AbortController();
  const training = await Training.start(data, options);
  const stopped = training.runEpoch({ signal: controller.signal, onProgress: () => controller.abort() });
  await rejection(stopped);
  const again = await training.runEpoch().then(
    () => bitsOf(training.state()),
    (error: unknown) => error,
  );
  await training.close();
  // either it says so, or it is as good as a fresh epoch
  if (!(again instanceof Error)) assert.equal(again, bitsOf(await train(data, { ...options, epochs: 1 })));
});

test('divergence is an error that names the epoch, and leaves the last good state', async () => {
  const rates = [1e4, 1e30, 3e38, 1e300];
  for (const learningRate of rates) {
    const training = await Training.start(data, { ...options, learningRate });
    const before = bitsOf(training.state());
    const error = await rejection(training.runEpoch());
    await training.close();
    assert.ok(error instanceof DivergenceError, `rate ${learningRate}: ${error}`);
    assert.is(error.epoch, 1);
    assert.match(error.message, /diverged in epoch 1: largest \|weight\| (\d|Infinity|NaN)/);
    assert.equal(bitsOf(training.state()), before);
    assert.is(training.epoch, 0);
    assert.ok(training.rbm().weights.every(Number.isFinite));
  }
  const huge = randomParameters(45, 65, 1, 1000);
  const training = await Training.start(data, options, stateFrom(huge, { epoch: 2 }));
  const error = await rejection(training.runEpoch());
  await training.close();
  assert.ok(error instanceof DivergenceError, `${error}`);
  assert.is(error.epoch, 3);
});

test('a state that does not fit, or is not finite, is refused by name', async () => {
  const good = await train(data, { ...options, epochs: 0 });
  const names = ['weights', 'visibleBias', 'hiddenBias', 'velocity', 'visibleVelocity', 'hiddenVelocity'] as const;
  for (const name of names) {
    const values = good[name];
    const broken = values.slice();
    broken[1] = Number.NaN;
    for (const bad of [values.slice(1), Float32Array.of(...values, 0), broken, [...values]]) {
      const error = await rejection(train(data, { ...options, epochs: 1 }, { ...good, [name]: bad }));
      assert.ok(error instanceof RangeError || error instanceof TypeError, `${name}, ${bad.length} numbers: ${error}`);
      assert.match(error.message, new RegExp(`^"(state\\.)?${name}(\\[1\\])?" expected `));
    }
  }
  for (const epoch of [-1, 0.5, Number.NaN]) {
    const error = await rejection(train(data, options, { ...good, epoch }));
    assert.ok(error instanceof RangeError && /epoch/.test(error.message), `epoch ${epoch}: ${error}`);
  }
});

test('what each epoch says of itself', async () => {
  const state = await train(data, { ...options, l1: 0.01, initialDeviation: 0.05 });
  assert.equal(
    state.history.map(({ epoch }) => epoch),
    [1, 2, 3],
  );
  const last = state.history[2];
  const zeros = state.weights.filter((w) => w === 0).length / state.weights.length;
  assert.is(last.zeroWeights, zeros);
  assert.ok(zeros > 0 && zeros < 1, `${zeros}`);
  assert.is(
    last.largestWeight,
    state.weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0),
  );
  // all rows are watched, there are fewer than 500
  const alone = independentLogLikelihood(data) / data.width;
  for (const { pseudoLikelihood, pseudoLikelihoodError, independent, reconstructionError } of state.history) {
    assert.is(independent, alone);
    assert.ok(pseudoLikelihood! < 0 && pseudoLikelihood! > -1);
    assert.ok(pseudoLikelihoodError! > 0 && pseudoLikelihoodError! < 0.1);
    assert.ok(reconstructionError! > 0 && reconstructionError! < 1);
  }
});

test('reconstructionError: 0 and 1 where v⁻ is certain, ½ where it is a toss, padded units not counted', async () => {
  const rows = bitRows(Array.from({ length: 50 }, () => new Uint8Array(23).fill(1)));
  const error = async (bias: number, set: BitRows = rows) => {
    const start = stateFrom({
      visible: 23,
      hidden: 3,
      weights: new Float32Array(69),
      visibleBias: new Float32Array(23).fill(bias),
      hiddenBias: new Float32Array(3),
    });
    const state = await train(set, { ...PLAIN, hidden: 3, epochs: 1, batchSize: 50, learningRate: 1e-6 }, start);
    return state.history[0].reconstructionError!;
  };
  assert.is(await error(60), 0);
  assert.is(await error(-60), 1);
  // 1150 tosses: ½ ± 0.015, 4 standard deviations
  assert.ok(Math.abs((await error(0)) - 0.5) < 0.059);
  assert.ok(Math.abs((await error(0, randomRows(50, 23, 4))) - 0.5) < 0.059);
});

test.run();
