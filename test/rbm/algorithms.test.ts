/** Every way of training as a machine: what is refused, threads and pauses that change no bit, going on from a checkpoint, when it stops, what comes out. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeTrainingState, encodeTrainingState } from '../../src/io/trainingState.js';
import { checkTrainingOptions } from '../../src/rbm/engines/checkedOptions.js';
import type { TrainingOptions } from '../../src/rbm/engines/options.js';
import { rateOf } from '../../src/rbm/engines/rate.js';
import type { TrainingState } from '../../src/rbm/engines/state.js';
import { pseudoLikelihood } from '../../src/rbm/likelihood/likelihood.js';
import { toBits, toSpins } from '../../src/rbm/model/convert.js';
import { gaussianLayer, spinLayer } from '../../src/rbm/model/layers.js';
import { type AnyRbm, Rbm } from '../../src/rbm/model/rbm.js';
import { Training } from '../../src/rbm/training/training.js';
import { trainRbm } from '../../src/rbm/training/trainRbm.js';
import { BitRows } from '../../src/util/bits.js';
import { threadsAvailable } from '../../src/wasm/threads.js';
import { cases } from '../matrix.js';
import { bitRows, logLikelihood, logProbabilities, randomParameters, randomRows } from '../physics/enumeration.js';
import { rejection, train } from './runs.js';

const test = suite('rbm/algorithms');

const data = randomRows(70, 45, 1, (i) => 0.2 + 0.6 * (i / 45));
const common = { hidden: 43, epochs: 3, batchSize: 32, seed: 5, threads: 1 } as const;
const sampleWeights = Array.from({ length: 70 }, (_, r) => 1 + (r % 3));

const RUNS: [name: string, options: TrainingOptions][] = [
  ['the defaults', common],
  [
    'a population, large steps, L1, weighted rows',
    { ...common, learningRate: 0.3, chains: 17, steps: 2, passes: 9, l1: 1e-3, sampleWeights },
  ],
  ['a population that is drawn anew before epochs 2 and 3', { ...common, hidden: 23, passes: 340, chains: 64 }],
  ['PCD-1', { ...common, algorithm: 'pcd' }],
  ['CD-3, Nesterov, L2', { ...common, algorithm: 'cd', steps: 3, optimiser: 'nesterov', l2: 1e-3 }],
  [
    'PCD-2, Adam, L1, weighted rows',
    { ...common, algorithm: 'pcd', steps: 2, chains: 13, optimiser: 'adam', l1: 1e-3, sampleWeights },
  ],
  [
    'tempering, max-norm, sparsity',
    { ...common, algorithm: 'tempering', replicas: 5, chains: 10, maxNorm: 0.1, sparsity: { target: 0.1, cost: 1 } },
  ],
  [
    'a trajectory',
    { ...common, algorithm: 'trajectory', replicas: 4, chains: 10, learningRate: 1, passes: 20, initialDeviation: 0.3 },
  ],
  ['exact, Adam', { ...common, hidden: 6, algorithm: 'exact', optimiser: 'adam' }],
  ['exact by the visible layer, two passes an epoch', { ...common, hidden: 23, algorithm: 'exact', passes: 2 }],
];

/** The runs' data: few visible units where these are enumerated. */
const dataOf = (options: TrainingOptions) => (options.hidden === 23 ? randomRows(70, 7, 2) : data);

/** Equal in every number, whatever the order of the properties. */
function same(a: TrainingState, b: TrainingState, what: string): void {
  assert.equal(Object.keys(a).sort(), Object.keys(b).sort(), what);
  for (const name of Object.keys(a) as (keyof TrainingState)[]) {
    assert.ok(plain(a[name]) === plain(b[name]), `${what}: ${name}`);
  }
}

/** As text, arrays as lists of numbers, so that a copy is equal. */
const plain = (part: unknown) =>
  JSON.stringify(part, (_, value) => (ArrayBuffer.isView(value) ? Array.from(value as Uint8Array) : value));

for (const [name, options] of RUNS) {
  test(`${name}: no number of threads, and no stop, changes a bit`, async () => {
    const rows = dataOf(options);
    const whole = await train(rows, { ...options, validation: rows });
    assert.is(whole.epoch, 3);
    assert.ok(whole.weights.every(Number.isFinite));
    // three share the work unevenly; two are in test/golden, too
    for (const threads of threadsAvailable() ? cases([3], [2]) : []) {
      same(await train(rows, { ...options, validation: rows, threads }), whole, `${threads} threads`);
    }
    for (const stop of [0, 1, 2]) {
      const training = await Training.start(rows, { ...options, validation: rows });
      for (let e = 0; e < stop; e++) await training.runEpoch();
      const bytes = encodeTrainingState(training.state(), { run: name });
      await training.close();
      const state = decodeTrainingState(bytes, { run: name });
      same(state, training.state(), `${stop} epochs as bytes`);
      same(await train(rows, { ...options, validation: rows }, state), whole, `stopped after ${stop}`);
    }
  });
}

test('a state of another kind of run is refused by name', async () => {
  const state = await train(data, { ...common, epochs: 1 });
  const { chains, hiddenOffset, ...bare } = state;
  const refused: [TrainingState, object, RegExp][] = [
    [bare, {}, /^"state.hiddenOffset" expected Float32Array, got undefined$/],
    [{ ...bare, hiddenOffset }, {}, /^"state.chains" expected Uint8Array, got undefined$/],
    [{ ...state, chains: chains!.slice(6) }, {}, /^"state.chains" expected length 1200, got 1194$/],
    [{ ...state, chainLogWeights: undefined }, {}, /^"state.chainLogWeights" expected Float64Array, got undefined$/],
    [
      { ...state, chainFreeEnergies: state.chainFreeEnergies!.map(() => Number.NaN) },
      {},
      /^"state.chainFreeEnergies\[0\]" expected finite number, got NaN$/,
    ],
    [state, { optimiser: 'adam' }, /^"state.square" expected Float32Array, got undefined$/],
    [state, { chains: 7 }, /^"state.chains" expected length 42, got 1200$/],
    [
      { ...state, hiddenOffset: hiddenOffset!.map(() => Number.NaN) },
      {},
      /^"state.hiddenOffset\[0\]" expected finite number/,
    ],
    [
      { ...state, best: { ...bare, epoch: 1, score: 0, weights: bare.weights.slice(1) } },
      {},
      /^"state.best.weights" expected length/,
    ],
  ];
  for (const [bad, changed, pattern] of refused) {
    const error = await rejection(Training.start(data, { ...common, ...changed }, bad));
    assert.match((error as Error).message, pattern);
  }
});

test('options are refused by name', async () => {
  const gaussian = new Rbm<Float32Array, BitRows>({
    visibleLayer: gaussianLayer(new Float32Array(45)),
    hiddenLayer: spinLayer(new Float32Array(43)),
    weights: new Float32Array(45 * 43),
  });
  const refused: [object, RegExp][] = [
    [
      { algorithm: 'PCD' },
      /^"algorithm" expected one of population, cd, pcd, tempering, trajectory, exact, got "PCD"$/,
    ],
    [
      { algorithm: 'exact' },
      /^"algorithm" exact expected one layer of at most 20 units, got 45 visible and 43 hidden ones$/,
    ],
    [{ steps: 0 }, /^"steps" expected integer in \[1, /],
    [
      { algorithm: 'exact', hidden: 5, steps: 2 },
      /^"steps" expected algorithm population or cd or pcd or tempering or trajectory, got exact$/,
    ],
    [
      { algorithm: 'cd', chains: 10 },
      /^"chains" expected algorithm population or pcd or tempering or trajectory, got cd$/,
    ],
    [{ chains: 0 }, /^"chains" expected integer in /],
    [{ replicas: 4 }, /^"replicas" expected algorithm tempering or trajectory, got population$/],
    [{ algorithm: 'tempering', replicas: 1 }, /^"replicas" expected integer in \[2, 256\], got 1$/],
    [{ algorithm: 'tempering', replicas: [0.9, 0] }, /^"replicas\[0\]" expected 1, got 0.9$/],
    [{ algorithm: 'tempering', replicas: [1, 0.5, 0.5] }, /^"replicas\[2\]" expected number below 0.5, got 0.5$/],
    [{ algorithm: 'tempering', replicas: [1, -0.5] }, /^"replicas\[1\]" expected number in \[0, 1\]/],
    [{ algorithm: 'trajectory', replicas: 2 }, /^"replicas" expected integer in \[3, 256\], got 2$/],
    [{ algorithm: 'trajectory', replicas: [1, 0] }, /^"replicas" expected integer in \[3, 256\], got \[1, 0\]$/],
    [{ centred: 1 }, /^"centred" expected true or false, got 1$/],
    [{ optimiser: 'sgd' }, /^"optimiser" expected one of momentum, nesterov, adam, got "sgd"$/],
    [{ learningRate: [0.1, 0.1] }, /^"learningRate" expected a rate for each of 3 epochs, got 2$/],
    [{ learningRate: [0.1, 0, 0.1] }, /^"learningRate\[1\]" expected number > 0, got 0$/],
    [{ learningRate: [1, 1, 1], schedule: 'linear' }, /^"schedule" expected nothing if learningRate lists/],
    [
      { schedule: 'cosine' },
      /^"schedule" expected constant, linear, \{ inverse \} or \{ exponential \}, got "cosine"$/,
    ],
    [{ schedule: { inverse: 0 } }, /^"schedule.inverse" expected number > 0, got 0$/],
    [{ schedule: {} }, /^"schedule" expected /],
    [{ schedule: { inverse: 1, exponential: 2 } }, /^"schedule" expected /],
    [{ l2: -1 }, /^"l2" expected number in /],
    [{ maxNorm: 0 }, /^"maxNorm" expected number > 0, got 0$/],
    [{ sparsity: 0.1 }, /^"sparsity" expected \{ target, cost \}, got 0.1$/],
    [{ sparsity: { target: 2, cost: 1 } }, /^"sparsity.target" expected number in \[0, 1\], got 2$/],
    [{ sparsity: { target: 0.1 } }, /^"sparsity.cost" expected /],
    [{ sampleWeights: [1, 2] }, /^"sampleWeights" expected length 70, got 2$/],
    [
      { sampleWeights: sampleWeights.map((w, r) => (r === 3 ? 0 : w)) },
      /^"sampleWeights\[3\]" expected number > 0, got 0$/,
    ],
    [{ sampleWeights: 1 }, /^"sampleWeights" expected array of numbers, got 1$/],
    [{ passes: 0 }, /^"passes" expected integer in /],
    [{ units: 'gaussian' }, /^"units" expected one of bits, spins, got "gaussian"$/],
    [{ initial: gaussian }, /^"initial" expected two-valued units, got "gaussian visible units"$/],
    [{ initial: new Rbm(randomParameters(45, 42, 1)) }, /^"initial" expected 45-43 units, got 45-42$/],
    [{ validation: 3 }, /^"validation" expected BitRows or a function, got 3$/],
    [{ validation: new BitRows(0, 45) }, /^"validation" expected at least one row of 45 bits, got 0 of 45$/],
    [{ validation: randomRows(3, 44, 1) }, /^"validation" expected at least one row of 45 bits, got 3 of 44$/],
    [{ patience: 3 }, /^"patience" expected a validation, got none$/],
    [{ patience: 0, validation: data }, /^"patience" expected positive integer, got 0$/],
  ];
  for (const [changed, pattern] of refused) {
    const error = await rejection(trainRbm(data, { ...common, ...changed }));
    assert.ok(error instanceof RangeError || error instanceof TypeError, `${JSON.stringify(changed)}: ${error}`);
    assert.match((error as Error).message, pattern);
  }
});

test('schedules: the rate of each epoch', () => {
  const rates = (changed: object) => {
    const options = checkTrainingOptions({ hidden: 1, epochs: 5, learningRate: 0.8, ...changed });
    return [1, 2, 3, 4, 5].map((epoch) => rateOf(options, epoch));
  };
  const near = (found: number[], expected: number[]) =>
    found.forEach((rate, k) => {
      assert.ok(Math.abs(rate - expected[k]) < 1e-15, `epoch ${k + 1}: ${rate}, expected ${expected[k]}`);
    });
  near(rates({ schedule: 'constant' }), [0.8, 0.8, 0.8, 0.8, 0.8]);
  near(rates({}), [0.8, 0.64, 0.48, 0.32, 0.16]);
  near(rates({ schedule: { inverse: 2 } }), [0.8, 0.8 / 1.5, 0.4, 0.8 / 2.5, 0.8 / 3]);
  near(rates({ schedule: { exponential: 2 } }), [0.8, 0.8 * Math.SQRT1_2, 0.4, 0.4 * Math.SQRT1_2, 0.2]);
  near(rates({ learningRate: [5, 4, 3, 2, 1, 0.5] }), [5, 4, 3, 2, 1]);
});

test('each epoch is taken with its rate', async () => {
  const start = await train(data, { ...common, epochs: 0 });
  const run = { ...common, algorithm: 'cd', momentum: 0, centred: false } as const;
  // the same state and epoch, so the same gradient: velocities are as the rates
  const one = await train(data, { ...run, batchSize: 70, epochs: 1, learningRate: [0.25] }, start);
  const other = await train(data, { ...run, batchSize: 70, epochs: 1, learningRate: [0.5] }, start);
  assert.equal(
    other.velocity,
    one.velocity.map((v) => 2 * v),
  );
  assert.is(one.history[0].learningRate, 0.25);
});

test('the best epoch by validation is kept, and patience ends the run', async () => {
  const scores = [1, 3, 2, 3, 2.5, 9];
  const seen: string[] = [];
  const rbms: AnyRbm[] = [];
  const validation = (rbm: AnyRbm) => {
    rbms.push(rbm);
    return scores[rbms.length - 1];
  };
  const { rbm, best, history } = await trainRbm(data, {
    ...common,
    epochs: 6,
    patience: 3,
    outcome: false,
    validation,
    onEpoch: ({ epoch }) => void seen.push(`${epoch}`),
  });
  assert.equal(best, { epoch: 2, score: 3 });
  assert.equal(
    history.map((record) => record.validation),
    [1, 3, 2, 3, 2.5],
  );
  assert.equal(seen, ['1', '2', '3', '4', '5'], 'three epochs without a better one');
  assert.equal(rbm.weights, rbms[1].weights);
  assert.equal(rbm.hiddenBias, rbms[1].hiddenBias);

  const bad = await rejection(trainRbm(data, { ...common, validation: () => Number.NaN }));
  assert.match((bad as Error).message, /^"validation" expected finite number, got NaN$/);

  // held-out rows: their pseudo-likelihood, which overtraining on three rows lowers
  const held = randomRows(60, 12, 8);
  const few = randomRows(3, 12, 9);
  const run = {
    hidden: 30,
    epochs: 40,
    algorithm: 'cd',
    learningRate: 0.5,
    schedule: 'constant',
    validation: held,
    patience: 5,
  } as const;
  const stopped = await trainRbm(few, { ...run, threads: 1, outcome: false });
  assert.ok(stopped.history.length < 40, `${stopped.history.length} epochs`);
  assert.is(stopped.history.length, stopped.best!.epoch + 5);
  assert.is(pseudoLikelihood(stopped.rbm, held).mean, stopped.best!.score);
});

test('max-norm, sparsity and L2 do what they say', async () => {
  const run = { ...common, epochs: 30, algorithm: 'cd', learningRate: 0.2 } as const;
  const norms = ({ weights }: TrainingState) =>
    Array.from({ length: 43 }, (_, j) => Math.hypot(...Array.from({ length: 45 }, (_, i) => weights[i * 43 + j])));
  const free = Math.max(...norms(await train(data, run)));
  const bound = Math.max(...norms(await train(data, { ...run, maxNorm: free / 2 })));
  assert.ok(bound < 0.5001 * free && bound > 0.49 * free, `${bound} of ${free}`);
  const decayed = norms(await train(data, { ...run, l2: 0.1 }));
  assert.ok(Math.max(...decayed) < 0.8 * free);
  const sparse = await trainRbm(data, { ...run, sparsity: { target: 0.05, cost: 20 }, outcome: false });
  const p = sparse.rbm.meanHidden(data);
  const means = Array.from({ length: 43 }, (_, j) => p.reduce((sum, x, k) => sum + (k % 43 === j ? x / 70 : 0), 0));
  assert.ok(
    means.every((mean) => Math.abs(mean - 0.05) < 0.03),
    `${means}`,
  );
});

test('±1 units: the same distribution, and a run can start from them', async () => {
  const rows = randomRows(60, 6, 4, (i) => 0.2 + 0.1 * i);
  const run = { hidden: 4, epochs: 5, algorithm: 'exact', learningRate: 0.2, batchSize: 60, threads: 1 } as const;
  const { rbm: bits } = await trainRbm(rows, run);
  const { rbm: spins } = await trainRbm(rows, { ...run, units: 'spins' });
  assert.equal([spins.visibleLayer.kind, spins.hiddenLayer.kind], ['spins', 'spins']);
  const back = toBits(spins).rbm;
  logProbabilities(back).forEach((logP, s, all) => {
    assert.ok(Math.abs(logP - logProbabilities(bits)[s]) < 1e-5, `state ${s} of ${all.length}`);
  });
  const again = await train(rows, { ...run, epochs: 0, initial: toSpins(bits).rbm });
  again.weights.forEach((w, k) => {
    assert.ok(Math.abs(w - bits.weights[k]) < 1e-6);
  });
  const kinds: string[] = [];
  const validation = (rbm: AnyRbm) => {
    kinds.push(rbm.visibleLayer.kind);
    return 0;
  };
  await trainRbm(rows, { ...run, epochs: 1, units: 'spins', validation });
  assert.equal(kinds, ['spins'], 'the validation sees what comes out');
});

/** Bars and stripes n×n, the blank and the full image twice. */
function barsAndStripes(n: number, flipped = false): BitRows {
  const images: number[][] = [];
  for (let code = 0; code < 2 ** n; code++) {
    for (const bars of [false, true]) {
      images.push(
        Array.from(
          { length: n * n },
          (_, site) => ((code >> (bars ? site % n : Math.floor(site / n))) & 1) ^ (flipped ? 1 : 0),
        ),
      );
    }
  }
  return bitRows(images);
}

// Sums over the 16 rows; the best possible is -41.5888. The means of ten seeds, and the 4×4 images, are in bench/cases/barsAndStripes.ts.
for (const [name, options, least] of [
  ['exact', { algorithm: 'exact', learningRate: 0.5, passes: 60 }, -42.6],
  ['tempering', { algorithm: 'tempering', learningRate: 0.1, passes: 120, chains: 32, replicas: 5 }, -44],
  ['a trajectory', { algorithm: 'trajectory', learningRate: 0.05, passes: 240, chains: 32 }, -44],
  ['the defaults', { passes: 400 }, -46],
] as const) {
  test(`bars and stripes 3×3 by ${name}`, async () => {
    for (const flipped of [false, true]) {
      const rows = barsAndStripes(3, flipped);
      const state = await train(rows, { hidden: 8, epochs: 50, seed: 2, ...options });
      const sum = 16 * logLikelihood({ visible: 9, hidden: 8, ...state }, rows);
      assert.ok(sum > least && sum < -41.5888, `${sum}${flipped ? ', flipped' : ''}`);
    }
  });
}

test.run();
