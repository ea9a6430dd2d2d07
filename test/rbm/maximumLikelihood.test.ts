/**
 * What each way of training does, in science, against brute force: its step is the slope of the exact log-likelihood and its penalties, or the mean over
 * all paths of its chains; its chains sample what they should; centring and the weights of rows are what they are said to be.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TrainingOptions } from '../../src/rbm/engines/options.js';
import type { TrainingState } from '../../src/rbm/engines/state.js';
import type { RbmParameters } from '../../src/rbm/model/rbm.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { Training } from '../../src/rbm/training/training.js';
import type { BitRows } from '../../src/util/bits.js';
import { EXACT_BLOCKS } from '../../src/wasm/kernels.js';
import { LEARNING } from '../../src/wasm/learning.js';
import { Machine } from '../../src/wasm/machine.js';
import { allNear } from '../assert.js';
import {
  bitRows,
  contrastiveGradient,
  downInputs,
  logProbabilities,
  logSumExp,
  randomParameters,
  randomRows,
  rbmEnergy,
  sigmoid,
  unitsOf,
  upInputs,
} from '../physics/enumeration.js';
import { type Offsets, objective, ordinary, type Penalties, slopes } from '../physics/objective.js';
import { chiSquareTail, mahalanobis } from '../physics/statistics.js';
import { PLAIN, train } from './runs.js';

const test = suite('rbm/maximumLikelihood');

/** One step at rate 1 without momentum: the change of the parameters is the gradient. */
const STEP = { epochs: 1, learningRate: 1, schedule: 'constant', momentum: 0, batchSize: 1e6, seed: 3 } as const;

type Flat = Float64Array;
const flat = ({
  weights,
  visibleBias,
  hiddenBias,
}: Pick<TrainingState, 'weights' | 'visibleBias' | 'hiddenBias'>): Flat =>
  Float64Array.from([...weights, ...visibleBias, ...hiddenBias]);

const moved = (state: TrainingState, from: RbmParameters) => flat(state).map((x, k) => x - flat(from)[k]);

const parametersOf = (visible: number, hidden: number, state: TrainingState): RbmParameters => ({
  visible,
  hidden,
  ...state,
});

const PENALTIES: [name: string, penalties: Penalties][] = [
  ['likelihood alone', {}],
  ['L2', { l2: 0.3 }],
  ['L1', { l1: 0.02 }],
  ['a sparsity target', { sparsity: { target: 0.1, cost: 2 } }],
  ['weights of the rows', { sampleWeights: Float64Array.from({ length: 23 }, (_, r) => 0.3 + (r % 5)) }],
  [
    'all of them',
    {
      l1: 0.01,
      l2: 0.2,
      sparsity: { target: 0.7, cost: 1 },
      sampleWeights: Array.from({ length: 23 }, (_, r) => 1 + r),
    },
  ],
];

// more visible units, and more hidden ones: either layer is enumerated; 25 hidden units are two panels
for (const [visible, hidden] of [
  [6, 4],
  [4, 7],
  [3, 25],
]) {
  for (const [name, penalties] of PENALTIES) {
    if (hidden > 10 && name !== 'all of them') continue;
    for (const centred of [false, true]) {
      test(`exact: one step is the slope of the log-likelihood, ${visible}-${hidden}, ${name}${centred ? ', centred' : ''}`, async () => {
        // no weight is so small that it changes its sign, and with it the slope of L1
        const parameters = randomParameters(visible, hidden, 11, 0.7);
        parameters.weights.forEach((w, k, all) => {
          all[k] = w + (hidden > 10 ? 1.5 : 0.8) * Math.sign(w);
        });
        const data = randomRows(23, visible, 5, (i) => 0.2 + 0.1 * i);
        const options = {
          ...STEP,
          ...penalties,
          hidden,
          algorithm: 'exact',
          centred,
          initial: new Rbm(parameters),
        } as const;
        const state = await train(data, options);
        const f = (at: RbmParameters) => (hidden > 10 ? swapped(at, data, penalties) : objective(at, data, penalties));
        if (!centred) {
          allNear(moved(state, parameters), slopes(parameters, f), 1e-6, 'change');
          return;
        }
        // in the words of the centred RBM, with λ as the step left it
        const offsets = { visible: meansOf(data, penalties.sampleWeights), hidden: state.hiddenOffset! };
        const start = ordinary(parameters, offsets, -1);
        const end = ordinary(parametersOf(visible, hidden, state), offsets, -1);
        const slope = slopes(start, (at) => f(ordinary(at, offsets)));
        allNear(
          flat(end).map((x, k) => x - flat(start)[k]),
          slope,
          2e-6,
          'change of the centred parameters',
        );
      });
    }
  }
}

function meansOf(data: BitRows, weights: ArrayLike<number> | undefined): Float64Array {
  const sums = new Float64Array(data.width);
  let total = 0;
  for (let r = 0; r < data.count; r++) {
    const w = weights?.[r] ?? 1;
    total += w;
    for (let i = 0; i < data.width; i++) sums[i] += w * data.bit(r, i);
  }
  return sums.map((sum) => sum / total);
}

/** As `objective`, for many hidden units: these are summed over in closed form. */
function swapped(at: RbmParameters, data: BitRows, penalties: Penalties): number {
  const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  const minusF = (v: ArrayLike<number>) => {
    let sum = 0;
    for (let i = 0; i < at.visible; i++) sum += at.visibleBias[i] * v[i];
    for (const x of upInputs(at, v)) sum += softplus(x);
    return sum;
  };
  const logZ = logSumExp(Array.from({ length: 2 ** at.visible }, (_, s) => minusF(unitsOf(s, at.visible))));
  const rest = objective({ ...at, hidden: 0, weights: new Float32Array(0), hiddenBias: new Float32Array(0) }, data, {});
  const { l1 = 0, l2 = 0, sparsity, sampleWeights } = penalties;
  const q = new Float64Array(at.hidden);
  let sum = 0;
  let total = 0;
  for (let r = 0; r < data.count; r++) {
    const w = sampleWeights?.[r] ?? 1;
    total += w;
    sum += w * (minusF(data.row(r)) - logZ);
    upInputs(at, data.row(r)).forEach((x, j) => {
      q[j] += w * sigmoid(x);
    });
  }
  assert.ok(Number.isFinite(rest));
  let penalty = 0;
  for (const w of at.weights) penalty += l1 * Math.abs(w) + (l2 / 2) * w * w;
  if (sparsity) for (const mean of q) penalty += (sparsity.cost / 2) * (mean / total - sparsity.target) ** 2;
  return sum / total - penalty;
}

test('centring is a reparametrisation: the energies differ by a constant, the distributions do not', () => {
  const centred = randomParameters(5, 4, 9);
  const offsets: Offsets = { visible: [0.1, 0.9, 0.4, 0.5, 0.7], hidden: [0.3, 0.6, 0.2, 0.8] };
  const plain = ordinary(centred, offsets);
  const differences: number[] = [];
  for (let s = 0; s < 2 ** 9; s++) {
    const v = unitsOf(s & 31, 5);
    const h = unitsOf(s >> 5, 4);
    const at = Array.from(v, (x, i) => x - offsets.visible[i]);
    const up = Array.from(h, (x, j) => x - offsets.hidden[j]);
    differences.push(rbmEnergy(centred, at, up) - rbmEnergy(plain, v, h));
  }
  allNear(
    differences,
    differences.map(() => differences[0]),
    1e-12,
    'difference of the energies',
  );
  allNear(flat(ordinary(plain, offsets, -1)), flat(centred), 1e-12, 'and back');
});

test('centred steps follow a flip of visible units: the same likelihood; others do not', async () => {
  const data = randomRows(40, 6, 8, (i) => 0.15 + 0.1 * i);
  const parameters = randomParameters(6, 4, 12, 0.4);
  const flip = [1, 0, 1, 1, 0, 0];
  const flippedData = bitRows(Array.from({ length: 40 }, (_, r) => data.row(r).map((x, i) => x ^ flip[i])));
  // v → 1 - v of unit i: W_i → -W_i, c_i → -c_i, b → b + W_i
  const flipped = structuredClone(parameters);
  flip.forEach((f, i) => {
    if (!f) return;
    flipped.visibleBias[i] *= -1;
    for (let j = 0; j < 4; j++) {
      flipped.hiddenBias[j] += parameters.weights[i * 4 + j];
      flipped.weights[i * 4 + j] *= -1;
    }
  });
  const likelihoods = async (centred: boolean) => {
    const options = { hidden: 4, algorithm: 'exact', epochs: 60, learningRate: 0.3, batchSize: 40, centred } as const;
    const one = await train(data, { ...options, initial: new Rbm(parameters) });
    const other = await train(flippedData, { ...options, initial: new Rbm(flipped) });
    return [objective(parametersOf(6, 4, one), data), objective(parametersOf(6, 4, other), flippedData)];
  };
  const [one, other] = await likelihoods(true);
  assert.ok(one > objective(parameters, data) + 0.1, `${one}`);
  assert.ok(Math.abs(one - other) < 1e-5, `centred: ${one}, flipped ${other}`);
  const [without, flippedWithout] = await likelihoods(false);
  assert.ok(Math.abs(without - flippedWithout) > 1e-3, `not centred: ${without}, flipped ${flippedWithout}`);
});

test('a weight of a row is so many rows; minibatches give the same on average', async () => {
  const rows = [...randomRows(5, 6, 3).bytes].map((byte) => unitsOf(byte, 6));
  const counts = [1, 2, 1, 4, 3];
  const copies = bitRows(rows.flatMap((row, r) => Array.from({ length: counts[r] }, () => row)));
  const initial = new Rbm(randomParameters(6, 4, 13, 0.3));
  const options = { hidden: 4, algorithm: 'exact', initial, learningRate: 0.2, epochs: 20 } as const;
  for (const changed of [
    {},
    { centred: false },
    { optimiser: 'adam', learningRate: 0.01 },
    { sparsity: { target: 0.2, cost: 1 } },
  ] as const) {
    const whole = { ...options, ...changed, batchSize: 100 };
    const weighted = await train(bitRows(rows), { ...whole, sampleWeights: counts });
    allNear(flat(weighted), flat(await train(copies, whole)), 2e-5, JSON.stringify(changed));
    // only ratios matter
    const larger = await train(bitRows(rows), { ...whole, sampleWeights: counts.map((c) => 1000 * c) });
    allNear(flat(larger), flat(weighted), 2e-5, 'larger weights');
  }
  // an epoch of single rows at a small rate is five times the step of all
  const rate = 2 ** -12;
  const small = { ...options, epochs: 1, momentum: 0, centred: false, learningRate: rate, sampleWeights: counts };
  const all = await train(bitRows(rows), { ...small, batchSize: 5 });
  const single = await train(bitRows(rows), { ...small, batchSize: 1 });
  const step = moved(all, initial).map((x) => (5 * x) / rate);
  allNear(
    moved(single, initial).map((x) => x / rate),
    step,
    0.01,
    'minibatches of one',
  );
  assert.ok(step.some((x) => Math.abs(x) > 0.5));
});

/** Steps of many seeds, against a mean and a covariance. */
async function meanStep(data: BitRows, options: TrainingOptions, seeds: number): Promise<Flat> {
  const sums = new Float64Array(data.width * options.hidden + data.width + options.hidden);
  for (let seed = 0; seed < seeds; seed++) {
    const state = await train(data, { ...options, seed });
    flat({ weights: state.velocity, visibleBias: state.visibleVelocity, hiddenBias: state.hiddenVelocity }).forEach(
      (x, k) => {
        sums[k] += x / seeds;
      },
    );
  }
  return sums;
}

// χ² of the mean over 200 seeds with the exact covariance, p in (1e-3, 0.999)
for (const steps of [1, 2, 5]) {
  test(`CD-${steps}: one step is the mean over all paths of the chain`, async () => {
    const parameters = randomParameters(5, 4, 21, 1);
    const data = randomRows(101, 5, 5, (i) => 0.2 + 0.1 * i);
    const { mean, covariance } = contrastiveGradient(parameters, data, steps);
    const seeds = 200;
    const options = {
      ...STEP,
      hidden: 4,
      algorithm: 'cd',
      steps,
      centred: false,
      initial: new Rbm(parameters),
    } as const;
    // an L2 of nothing still takes the general kernel, of which CD-1 must be a part
    const step = await meanStep(data, { ...options, l2: 1e-30 }, seeds);
    const off = step.map((x, k) => x - mean[k]);
    const ofMean = covariance().map((c) => c / seeds);
    const p = chiSquareTail(mahalanobis(off, ofMean), mean.length);
    assert.ok(p > 1e-3 && p < 0.999, `p = ${p}`);
    const other = contrastiveGradient(parameters, data, steps === 1 ? 2 : steps - 1).mean;
    const wrong = mahalanobis(
      step.map((x, k) => x - other[k]),
      ofMean,
    );
    if (steps < 5) assert.ok(chiSquareTail(wrong, mean.length) < 1e-4, `another k would be seen: ${wrong}`);
  });
}

/** A model whose two halves are rarely exchanged by Gibbs steps. */
function wells(): RbmParameters {
  const weights = Float32Array.from({ length: 15 }, (_, k) => (k % 3 < 2 ? 2.5 : -0.7));
  return {
    visible: 5,
    hidden: 3,
    weights,
    visibleBias: new Float32Array(5).fill(-2.2),
    hiddenBias: Float32Array.of(-6.2, -6, 1),
  };
}

/** p_β(v) ∝ Σ_h exp(β(c·v + b·h + vᵀWh) + (1 - β)c₀·v). */
function tempered(parameters: RbmParameters, base: ArrayLike<number>, beta: number): Float64Array {
  const logs = Array.from({ length: 2 ** parameters.visible }, (_, s) => {
    const v = unitsOf(s, parameters.visible);
    let own = 0;
    for (let i = 0; i < parameters.visible; i++) own += (1 - beta) * base[i] * v[i];
    return (
      own +
      logSumExp(
        Array.from(
          { length: 2 ** parameters.hidden },
          (_, h) => -beta * rbmEnergy(parameters, v, unitsOf(h, parameters.hidden)),
        ),
      )
    );
  });
  const z = logSumExp(logs);
  return Float64Array.from(logs, (x) => Math.exp(x - z));
}

test('tempering: the chains of every replica sample its distribution, which the others’ exchanges leave as it is', async () => {
  const parameters = wells();
  const data = randomRows(50, 5, 4, (i) => 0.3 + 0.1 * i);
  const betas = [1, 0.75, 0.5, 0.2, 0];
  const chains = 40;
  const options = {
    hidden: 3,
    algorithm: 'tempering',
    replicas: betas,
    chains,
    steps: 10,
    learningRate: 1e-30,
    schedule: 'constant',
    epochs: 300,
    batchSize: 50,
    threads: 1,
    initial: new Rbm(parameters),
  } as const;
  const training = await Training.start(data, options);
  const counts = betas.map(() => new Float64Array(32));
  while (!training.finished) {
    const record = await training.runEpoch();
    assert.ok(record.exchangeRate! > 0 && record.exchangeRate! < 1);
    if (training.epoch <= 20) continue;
    training.state().chains!.forEach((state, k) => {
      counts[Math.floor(k / chains)][state]++;
    });
  }
  await training.close();
  const ones = data.means().map((mean) => mean * 50);
  const base = ones.map((n) => Math.log((n + 0.5) / (50 - n + 0.5)));
  const exact = betas.map((beta) => tempered(parameters, base, beta));
  exact.forEach((p, k) => {
    let chi = 0;
    p.forEach((share, s) => {
      const expected = share * chains * 280;
      chi += (counts[k][s] - expected) ** 2 / expected;
    });
    const tail = chiSquareTail(chi, 31);
    // successive epochs are ten steps apart and not quite independent: only a gross excess is an error
    assert.ok(tail > 1e-4, `β = ${betas[k]}: χ² = ${chi} of 31, p = ${tail}`);
  });
  // and they are different distributions
  assert.ok(exact[0].some((p, s) => Math.abs(p - exact[2][s]) > 0.05));
});

test('trajectory: the chains of every model sample it, which the others’ exchanges leave as it is', async () => {
  const now = wells();
  const data = randomRows(50, 5, 4, (i) => 0.3 + 0.1 * i);
  // past models: weaker ones, and one of independent units
  const past = [0.8, 0.55, 0.3, 0].map((factor) => {
    const by = (values: Float32Array) => values.map((x) => factor * x);
    return { ...now, weights: by(now.weights), visibleBias: by(now.visibleBias), hiddenBias: by(now.hiddenBias) };
  });
  const chains = 40;
  const options = {
    hidden: 3,
    algorithm: 'trajectory',
    replicas: 5,
    chains,
    steps: 10,
    learningRate: 1e-30,
    schedule: 'constant',
    epochs: 300,
    batchSize: 50,
    threads: 1,
    initial: new Rbm(now),
  } as const;
  const fresh = await train(data, { ...options, epochs: 0 });
  const all = (name: 'weights' | 'visibleBias' | 'hiddenBias') =>
    Float32Array.from(past.flatMap((model) => Array.from(model[name])));
  const start = {
    ...fresh,
    pastWeights: all('weights'),
    pastVisibleBias: all('visibleBias'),
    pastHiddenBias: all('hiddenBias'),
    chains: new Uint8Array(5 * chains),
  };
  const training = await Training.start(data, options, start);
  const counts = Array.from({ length: 5 }, () => new Float64Array(32));
  while (!training.finished) {
    const record = await training.runEpoch();
    assert.is(record.models, 5);
    assert.ok(record.exchangeRate! > 0 && record.exchangeRate! < 1);
    if (training.epoch <= 20) continue;
    training.state().chains!.forEach((state, k) => {
      counts[Math.floor(k / chains)][state]++;
    });
  }
  const end = training.state();
  await training.close();
  assert.equal(end.pastWeights, start.pastWeights, 'no model was kept: exchanges are frequent');
  [now, ...past].forEach((model, k) => {
    let chi = 0;
    logProbabilities(model).forEach((logP, s) => {
      const expected = Math.exp(logP) * chains * 280;
      chi += (counts[k][s] - expected) ** 2 / expected;
    });
    const tail = chiSquareTail(chi, 31);
    assert.ok(tail > 1e-4, `model ${k}: χ² = ${chi} of 31, p = ${tail}`);
  });
});

test('exchange of replicas: detailed balance for every pair of states', () => {
  const parameters = randomParameters(2, 2, 15, 1.5);
  const base = [0.4, -0.8];
  const [hot, cold] = [0.25, 0.875];
  const chains = 4000;
  const machine = new Machine(LEARNING, {
    index: 2 * chains * 10,
    overlaps: 2 * chains * 8,
    betas: 2 * chains * 4,
    stream: 64,
    numbers: chains * 4,
    swaps: 4,
  });
  const { kernels, at } = machine;
  machine.f32('betas').fill(cold).fill(hot, chains);
  kernels.seedStreams(at.stream, 1, 5n, 0);
  // O = -(E - E₀), and log p_β up to a constant
  const states = Array.from({ length: 16 }, (_, s) => {
    const v = unitsOf(s & 3, 2);
    const energy = rbmEnergy(parameters, v, unitsOf(s >> 2, 2));
    const own = base[0] * v[0] + base[1] * v[1];
    return { overlap: -energy - own, logP: (beta: number) => -beta * energy + (1 - beta) * own };
  });
  const accepted = (x: number, y: number) => {
    machine.f64('overlaps').fill(states[x].overlap, 0, chains).fill(states[y].overlap, chains);
    machine
      .u16('index')
      .fill(1, 0, chains * 5)
      .fill(2, chains * 5);
    machine.u32('swaps').fill(0);
    kernels.exchangeReplicas(at.index, 5, at.overlaps, 1, at.betas, chains, 2, 0, at.stream, at.numbers, at.swaps);
    const moved = machine.u16('index').filter((entry, k) => k < chains * 5 === (entry === 2)).length;
    assert.is(moved, 2 * 5 * machine.u32('swaps')[0], 'both rows of an exchange, all of them');
    return machine.u32('swaps')[0] / chains;
  };
  for (let x = 0; x < 16; x++) {
    for (let y = 0; y < 16; y++) {
      const forth = states[x].logP(cold) + states[y].logP(hot);
      const back = states[y].logP(cold) + states[x].logP(hot);
      const expected = Math.min(1, Math.exp(back - forth));
      const deviation = Math.sqrt((expected * (1 - expected)) / chains);
      const share = accepted(x, y);
      assert.ok(Math.abs(share - expected) <= 4.5 * deviation + 1e-12, `${x} ↔ ${y}: ${share}, expected ${expected}`);
    }
  }
});

// With many steps between, persistent chains are independent samples of the model: the mean step is the exact one. z of each entry below 4.5.
for (const [name, options] of [
  ['PCD-30', { algorithm: 'pcd', steps: 30, chains: 400 }],
  ['tempering', { algorithm: 'tempering', steps: 15, chains: 100, replicas: 4 }],
  ['a trajectory', { algorithm: 'trajectory', steps: 15, chains: 100 }],
] as const) {
  test(`${name}: the mean step is the slope of the exact log-likelihood`, async () => {
    const parameters = randomParameters(5, 4, 23, 0.8);
    const data = randomRows(64, 5, 7, (i) => 0.2 + 0.1 * i);
    const expected = slopes(parameters, (at) => objective(at, data));
    const rate = 2 ** -60; // the model stands still
    const run = {
      ...options,
      hidden: 4,
      centred: false,
      momentum: 0,
      learningRate: rate,
      schedule: 'constant',
      epochs: 130,
      batchSize: 64,
      threads: 1,
      initial: new Rbm(parameters),
    } as const;
    const training = await Training.start(data, run);
    const steps: Flat[] = [];
    while (!training.finished) {
      await training.runEpoch();
      const { velocity, visibleVelocity, hiddenVelocity } = training.state();
      const step = flat({ weights: velocity, visibleBias: visibleVelocity, hiddenBias: hiddenVelocity });
      if (training.epoch > 10) steps.push(step.map((x) => x / rate));
    }
    await training.close();
    expected.forEach((slope, k) => {
      const mean = steps.reduce((sum, step) => sum + step[k], 0) / steps.length;
      const variance = steps.reduce((sum, step) => sum + (step[k] - mean) ** 2, 0) / (steps.length - 1);
      const z = (mean - slope) / Math.sqrt(variance / steps.length);
      assert.ok(Math.abs(z) < 4.5, `entry ${k}: ${mean}, expected ${slope}, z = ${z}`);
      assert.ok(variance < 0.02, `entry ${k}: variance ${variance}`);
    });
  });
}

test('exact means by the kernel: either layer, 1 to 9 units, weights from nothing to saturation', () => {
  for (const [n, m, deviation] of [
    [1, 1, 1],
    [3, 5, 1],
    [9, 4, 0.1],
    [6, 8, 3],
    [5, 7, 60],
  ]) {
    const parameters = randomParameters(n, m, n * m, deviation);
    const even = 2 * Math.ceil(m / 2);
    const blocks = Math.min(EXACT_BLOCKS, 2 ** n);
    const size = (2 + even + 2 * Math.ceil(n / 2) + n * even) * 8;
    const machine = new Machine(LEARNING, {
      own: n * 8,
      other: even * 8,
      weights: n * even * 8,
      joint: n * even * 8,
      sums: blocks * size,
      work: 2 * even * 8,
    });
    const { kernels, at } = machine;
    machine.f64('own').set(parameters.visibleBias);
    machine.f64('other').fill(-Infinity).set(parameters.hiddenBias);
    for (let i = 0; i < n; i++) machine.f64('weights').set(parameters.weights.slice(i * m, (i + 1) * m), i * even);
    // in any order
    for (let block = blocks - 1; block >= 0; block--) {
      kernels.exactBlock(at.own, at.other, at.weights, n, even, block, at.sums + block * size, at.work);
    }
    const logZ = kernels.exactMeans(at.own, at.other, n, even, at.joint, at.sums);
    const logs = Array.from({ length: 2 ** m }, (_, h) => {
      const units = unitsOf(h, m);
      let sum = 0;
      for (let j = 0; j < m; j++) sum += parameters.hiddenBias[j] * units[j];
      return (
        sum +
        downInputs(parameters, units).reduce(
          (total, x) => total + Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
          0,
        )
      );
    });
    const expected = logSumExp(logs);
    assert.ok(
      Math.abs(logZ - expected) < 1e-11 * Math.max(1, Math.abs(expected)),
      `${n}-${m}: ${logZ}, expected ${expected}`,
    );
    const v = new Float64Array(n);
    const h = new Float64Array(m);
    const joint = new Float64Array(n * m);
    logProbabilities(parameters).forEach((logP, s) => {
      const units = unitsOf(s, n);
      const means = upInputs(parameters, units).map(sigmoid);
      for (let i = 0; i < n; i++) {
        v[i] += Math.exp(logP) * units[i];
        for (let j = 0; j < m; j++) joint[i * m + j] += Math.exp(logP) * units[i] * means[j];
      }
      for (let j = 0; j < m; j++) h[j] += Math.exp(logP) * means[j];
    });
    allNear(machine.f64('own'), v, 1e-11, `${n}-${m}: ⟨v⟩`);
    allNear(machine.f64('other').slice(0, m), h, 1e-11, `${n}-${m}: ⟨h⟩`);
    const found = Array.from({ length: n }, (_, i) => [...machine.f64('joint').slice(i * even, i * even + m)]).flat();
    allNear(found, joint, 1e-11, `${n}-${m}: ⟨vh⟩`);
  }
});

test('PLAIN is the fast kernel, and the general one gives the same likelihood', async () => {
  const data = randomRows(60, 6, 9, (i) => 0.2 + 0.1 * i);
  const run = { ...PLAIN, hidden: 4, epochs: 150, batchSize: 20, initialDeviation: 0.1 } as const;
  const fast = await train(data, run);
  const general = await train(data, { ...run, l2: 1e-30 });
  const [one, other] = [fast, general].map((state) => objective(parametersOf(6, 4, state), data));
  assert.ok(Math.abs(one - other) < 0.05, `${one}, ${other}`);
  // the same gradient from the same draws, but for the order of a sum
  allNear(flat(general), flat(fast), 0.05, 'parameters');
});

test.run();
