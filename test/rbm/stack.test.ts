import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeStackState, encodeStackState } from '../../src/io/trainingState.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import { square } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { Stack, type StackOptions, type StackState, trainStack } from '../../src/rbm/stack/stack.js';
import { Training } from '../../src/rbm/training/training.js';
import type { BitRows } from '../../src/util/bits.js';
import { RealRows } from '../../src/util/reals.js';
import { allNear, refuses } from '../assert.js';
import { downInputs, randomParameters, randomRows, sigmoid, upInputs } from '../physics/enumeration.js';
import { bitsOf, PLAIN, rejection } from './runs.js';

const test = suite('rbm/stack');

/** 12 spins, layers of 9, 5 and 2 units. */
function smallStack(): Stack {
  const sizes = [12, 9, 5, 2];
  return new Stack(
    [0, 1, 2].map((k) => new Rbm(randomParameters(sizes[k], sizes[k + 1], k + 1, 0.8))),
    [3, 4],
  );
}

test('sizes, the data’s first', () => {
  assert.equal(smallStack().sizes, [12, 9, 5, 2]);
});

test('refuses layers that do not fit', () => {
  const rbm = (visible: number, hidden: number) => new Rbm(randomParameters(visible, hidden, 1));
  refuses(() => new Stack([], [3, 4]), RangeError, /^"rbms" expected at least one RBM, got none$/);
  refuses(() => new Stack([rbm(12, 5)], [3, 5]), RangeError, /^"rbms\[0\]" expected 15 visible units .*, got 12$/);
  refuses(
    () => new Stack([rbm(12, 5), rbm(6, 2)], [3, 4]),
    RangeError,
    /^"rbms\[1\]" expected 5 visible units .*, got 6$/,
  );
  const stack = smallStack();
  const data = randomRows(2, 12, 1);
  for (const layer of [0, -1, 4, 1.5, Number.NaN]) {
    for (const work of [
      () => stack.receptiveFields(layer),
      () => stack.meansAt(layer, data),
      () => stack.reconstruct(data, layer),
    ]) {
      refuses(work, RangeError, /^"layer" expected integer in \[1, 3\], got /);
    }
  }
  refuses(() => stack.receptiveFields('1' as never), TypeError, /^"layer"/);
  refuses(() => stack.reconstruct(randomRows(2, 13, 1)), RangeError, /expected 12 bits per row, got 13/);
});

test('receptive fields are the products of the weights, one field a unit', () => {
  const stack = smallStack();
  // products[i][k], plain matrix products
  let products: number[][] = Array.from({ length: 12 }, (_, i) =>
    Array.from({ length: 12 }, (_, k) => (i === k ? 1 : 0)),
  );
  stack.rbms.forEach((rbm, l) => {
    products = products.map((row) =>
      Array.from({ length: rbm.hidden }, (_, k) =>
        row.reduce((sum, x, j) => sum + x * rbm.weights[j * rbm.hidden + k], 0),
      ),
    );
    const fields = stack.receptiveFields(l + 1);
    const expected = Array.from({ length: rbm.hidden }, (_, k) => products.map((row) => row[k])).flat();
    allNear(fields, expected, 1e-5, `layer ${l + 1}`);
  });
});

test('means go up and come down by mean field', () => {
  const stack = smallStack();
  const data = randomRows(7, 12, 3);
  for (let layer = 1; layer <= 3; layer++) {
    const up: number[] = [];
    const down: number[] = [];
    for (let r = 0; r < 7; r++) {
      let means = Float64Array.from(data.row(r));
      for (const rbm of stack.rbms.slice(0, layer)) means = upInputs(rbm, means).map(sigmoid);
      up.push(...means);
      for (const rbm of stack.rbms.slice(0, layer).reverse()) means = downInputs(rbm, means).map(sigmoid);
      down.push(...means);
    }
    allNear(stack.meansAt(layer, data), up, 2e-6, `up to ${layer}`);
    allNear(stack.reconstruct(data, layer), down, 2e-6, `down from ${layer}`);
  }
  assert.equal(stack.reconstruct(data), stack.reconstruct(data, 3), 'from the top by default');
});

const data = new Ising({ lattice: square(3, 4), coupling: 0.4, seed: 2 }).sample(60);
const layerOptions = {
  ...PLAIN,
  epochs: 2,
  batchSize: 16,
  seed: 9,
  threads: 1,
  learningRate: 0.2,
};
const options: StackOptions = { ...layerOptions, hidden: [6, 5, 4], outcome: false };

const bits = (stack: Stack) => stack.rbms.map(bitsOf);

test('refuses options by name, before any work', async () => {
  const refused: [object, typeof RangeError | typeof TypeError, RegExp][] = [
    [{ hidden: [] }, TypeError, /^"hidden" expected non-empty array/],
    [{ hidden: 4 }, TypeError, /^"hidden" expected non-empty array of positive integers, got 4$/],
    [{ hidden: undefined }, TypeError, /^"hidden"/],
    [{ hidden: [4, 0] }, RangeError, /^"hidden\[1\]" expected positive integer, got 0$/],
    [{ hidden: [4, 2.5] }, RangeError, /^"hidden\[1\]" expected positive integer, got 2.5$/],
    [{ hidden: [4, Number.NaN] }, RangeError, /^"hidden\[1\]"/],
    [{ hidden: ['4'] }, TypeError, /^"hidden\[0\]"/],
    [{ epochs: -1 }, RangeError, /^"epochs"/],
    [{ momentum: 1 }, RangeError, /^"momentum"/],
    [{ units: 'spins' }, RangeError, /^"units" expected nothing for a stack, got "spins"$/],
    [{ patience: 3 }, RangeError, /^"patience" expected nothing for a stack, got 3$/],
    [{ validation: () => 0 }, RangeError, /^"validation" expected nothing for a stack/],
    [{ l1: Number.NaN }, RangeError, /^"l1"/],
    [{ feed: 'means' }, RangeError, /^"feed" expected one of samples, probabilities, got "means"$/],
    [
      { feed: 'probabilities', algorithm: 'exact' },
      RangeError,
      /^"algorithm" expected population, cd or pcd for bits-bits units/,
    ],
    [{ feed: 'probabilities', sparsity: { target: 0.1, cost: 1 } }, RangeError, /^"sparsity" expected nothing for/],
    [{ seed: 0.5 }, RangeError, /^"seed"/],
  ];
  let steps = 0;
  const onProgress = () => {
    steps++;
  };
  for (const [changed, kind, pattern] of refused) {
    const error = await rejection(trainStack(data, { ...options, onProgress, ...changed }));
    assert.ok(error instanceof kind, `${JSON.stringify(changed)}: ${error}`);
    assert.match((error as Error).message, pattern);
  }
  for (const bad of [null, undefined, [[1, 0]], { shape: [1, 2] }]) {
    const error = await rejection(trainStack(bad as never, { ...options, onProgress }));
    assert.ok(error instanceof TypeError && /^"data" expected SpinData/.test(error.message), `${error}`);
  }
  const empty = new SpinData(0, [3, 4], new Uint8Array(0), { source: 'this test' });
  const error = await rejection(trainStack(empty, { ...options, onProgress }));
  assert.ok(error instanceof RangeError && /^"data" expected at least one row/.test(error.message), `${error}`);
  assert.is(steps, 0, 'no work');
});

test('refuses data without a shape, or with one that does not fit, before any work', async () => {
  for (const shape of [undefined, [3, 5], [12], [3, Number.NaN]]) {
    let steps = 0;
    const onProgress = () => {
      steps++;
    };
    const rows = Object.assign(randomRows(20, 12, 1), { shape });
    const error = await rejection(trainStack(rows as never, { ...options, onProgress }));
    assert.ok(error instanceof TypeError || error instanceof RangeError, `${error}`);
    assert.is(steps, 0, `shape ${shape}: ${error} came only after ${steps} steps of work`);
  }
});

test('onEpoch and progress: layer by layer, epoch by epoch', async () => {
  const calls: string[] = [];
  const stages: string[] = [];
  const { stack, history } = await trainStack(data, {
    ...options,
    outcome: true,
    onEpoch: async (layer, record, state) => {
      const { finished, current } = state();
      calls.push(`${layer}.${record.epoch}: ${finished.length} finished, ${current!.epoch} of this one`);
    },
    onProgress: ({ stage }) => stages.push(stage),
  });
  assert.equal(calls, [
    '1.1: 0 finished, 1 of this one',
    '1.2: 0 finished, 2 of this one',
    '2.1: 1 finished, 1 of this one',
    '2.2: 1 finished, 2 of this one',
    '3.1: 2 finished, 1 of this one',
    '3.2: 2 finished, 2 of this one',
  ]);
  assert.equal([...new Set(stages)], ['layer 1', 'layer 2', 'layer 3']);
  assert.equal(stack.sizes, [12, 6, 5, 4]);
  assert.equal(stack.shape, [3, 4]);
  assert.equal(
    history.map((records) => records.map(({ epoch }) => epoch)),
    [
      [1, 2],
      [1, 2],
      [1, 2],
    ],
  );
});

test('each layer is an RBM trained on samples of the one below it', async () => {
  const { stack } = await trainStack(data, { ...options, hidden: [6, 5] });
  const seed = (layer: number, purpose: string) => JSON.stringify([9, 'layer', layer, purpose]);
  const first = await Training.start(data, { ...layerOptions, hidden: 6, seed: seed(1, 'training') });
  while (first.epoch < 2) await first.runEpoch();
  assert.equal(bitsOf(stack.rbms[0]), bitsOf(first.rbm()));
  const rows = first.rbm().sampleHidden(data, seed(1, 'states'));
  const second = await Training.start(rows, { ...layerOptions, hidden: 5, seed: seed(2, 'training') });
  while (second.epoch < 2) await second.runEpoch();
  assert.equal(bitsOf(stack.rbms[1]), bitsOf(second.rbm()));
});

test('on probabilities, each layer learns from the means of the one below it, each layer’s means fed to the next', async () => {
  const pcd = { ...options, algorithm: 'pcd' } as const;
  const feed = { ...pcd, feed: 'probabilities' } as const;
  const copies: StackState[] = [];
  const { stack, history } = await trainStack(data, {
    ...feed,
    onEpoch: (_layer, _record, state) => {
      copies.push(decodeStackState(encodeStackState(state(), { run: 'x' }), { run: 'x' }));
    },
  });
  const samples = await trainStack(data, { ...feed, feed: 'samples' });
  assert.equal(bitsOf(stack.rbms[0]), bitsOf(samples.stack.rbms[0]), 'the first layer has the data');
  let rows: BitRows | RealRows = data;
  for (const [k, hidden] of [6, 5, 4].entries()) {
    const training: Training = await Training.start<BitRows, BitRows>(rows, {
      ...layerOptions,
      algorithm: 'pcd',
      hidden,
      seed: JSON.stringify([9, 'layer', k + 1, 'training']),
    });
    while (training.epoch < 2) await training.runEpoch();
    assert.equal(bitsOf(stack.rbms[k]), bitsOf(training.rbm()), `layer ${k + 1}`);
    rows = new RealRows(60, hidden, stack.meansAt(k + 1, data));
  }
  assert.equal(
    history.map(([{ pseudoLikelihood, unexplained }]) => [pseudoLikelihood === undefined, unexplained === undefined]),
    [
      [false, true],
      [true, false],
      [true, false],
    ],
  );
  assert.equal(stack.rbms[1].hiddenLayer.kind, 'bits');
  for (const resume of copies) {
    assert.equal(bits((await trainStack(data, { ...feed, resume })).stack), bits(stack));
  }
});

test('one seed, one stack; another seed, another', async () => {
  const first = bits((await trainStack(data, options)).stack);
  assert.equal(bits((await trainStack(data, options)).stack), first);
  assert.not.equal(bits((await trainStack(data, { ...options, seed: 10 })).stack), first);
});

test('gone on from the state after any epoch, a run ends with the same bits', async () => {
  const states: (() => StackState)[] = [];
  const copies: StackState[] = [];
  const whole = await trainStack(data, {
    ...options,
    onEpoch: (_layer, _record, state) => {
      states.push(state);
      // as it comes back from a file
      copies.push(structuredClone(state()));
    },
  });
  assert.is(copies.length, 6);
  for (const [k, resume] of copies.entries()) {
    const calls: string[] = [];
    const onEpoch = (layer: number, { epoch }: { epoch: number }) => {
      calls.push(`${layer}.${epoch}`);
    };
    const rest = await trainStack(data, { ...options, resume, onEpoch });
    assert.equal(bits(rest.stack), bits(whole.stack), `after epoch ${k + 1} of 6`);
    assert.equal(rest.history, whole.history);
    assert.equal(calls, ['1.1', '1.2', '2.1', '2.2', '3.1', '3.2'].slice(k + 1));
  }
  // a state that is asked for only later is still good to go on from
  for (const state of states) {
    const rest = await trainStack(data, { ...options, resume: state() });
    assert.equal(bits(rest.stack), bits(whole.stack));
  }
  // layers that are done, and none at work
  const between = { finished: copies[4].finished };
  assert.equal(bits((await trainStack(data, { ...options, resume: between })).stack), bits(whole.stack));
});

test('stopped midway by a signal, and gone on', async () => {
  const whole = bits((await trainStack(data, options)).stack);
  const reason = new Error('enough');
  for (const at of ['1.1', '2.1', '3.2']) {
    for (const within of ['epoch', 'minibatches']) {
      const controller = new AbortController();
      let latest: StackState | undefined;
      let reached = false;
      const stopped = trainStack(data, {
        ...options,
        outcome: at === '3.2',
        signal: controller.signal,
        onEpoch: (layer, { epoch }, state) => {
          latest = state();
          reached = `${layer}.${epoch}` === at;
          if (reached && within === 'epoch') controller.abort(reason);
        },
        onProgress: () => {
          if (reached) controller.abort(reason);
        },
      });
      const error = await stopped.then(
        () => undefined,
        (rejected: unknown) => rejected,
      );
      // after the very last epoch there is nothing left to stop
      if (at !== '3.2') assert.is(error, reason, `${at}, ${within}`);
      const rest = await trainStack(data, { ...options, resume: latest });
      assert.equal(bits(rest.stack), whole, `${at}, ${within}`);
    }
  }
  const none = await rejection(trainStack(data, { ...options, signal: AbortSignal.abort(reason) }));
  assert.is(none, reason);
});

test('an error in onEpoch stops the run and comes through', async () => {
  const reason = new Error('disk full');
  let calls = 0;
  const error = await rejection(
    trainStack(data, {
      ...options,
      onEpoch: async () => {
        calls++;
        throw reason;
      },
    }),
  );
  assert.is(error, reason);
  assert.is(calls, 1);
});

test.run();
