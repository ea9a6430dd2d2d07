/**
 * What training does to the weights, in science: one step is the CD-1 gradient (by enumeration of all h⁺ and v⁻), the momentum and the L1 penalty are
 * what they are said to be, and the likelihood (by enumeration) rises.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { square } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import type { RbmParameters } from '../../src/rbm/model/rbm.js';
import { Training } from '../../src/rbm/training/training.js';
import { bitRows, contrastiveGradient, logLikelihood, randomParameters, randomRows } from '../physics/enumeration.js';
import { chiSquareTail, mahalanobis } from '../physics/statistics.js';
import { PLAIN, stateFrom, train } from './runs.js';

const test = suite('rbm/gradient');

/** The velocity of a state in the order of `contrastiveGradient`: W, c, b. */
const flat = (w: ArrayLike<number>, c: ArrayLike<number>, b: ArrayLike<number>) =>
  Float64Array.from([...Array.from(w), ...Array.from(c), ...Array.from(b)]);

// χ² of the mean over 300 seeds with the exact covariance, p in (1e-3, 0.999); z of each entry |z| < 4.5 (34 entries: p = 2e-4).
// 203 rows: the last block of four is not full.
for (const [name, deviation, seed] of [
  ['moderate weights', 1, 21],
  ['small weights', 0.1, 22],
] as const) {
  test(`one step is the expected CD-1 gradient, ${name}`, async () => {
    const parameters = randomParameters(6, 4, seed, deviation);
    const data = randomRows(203, 6, 5, (i) => 0.2 + 0.1 * i);
    const rate = 0.1;
    const { mean, ...exact } = contrastiveGradient(parameters, data);
    const covariance = exact.covariance();
    const sums = new Float64Array(mean.length);
    const seeds = 300;
    for (let k = 0; k < seeds; k++) {
      const options = {
        ...PLAIN,
        hidden: 4,
        epochs: 1,
        learningRate: rate,
        momentum: 0,
        l1: 0,
        batchSize: 203,
        seed: k,
      };
      const state = await train(data, options, stateFrom(parameters));
      const step = flat(state.velocity, state.visibleVelocity, state.hiddenVelocity);
      step.forEach((x, at) => {
        sums[at] += x / rate;
      });
    }
    const difference = sums.map((sum, k) => sum / seeds - mean[k]);
    const size = mean.length;
    const ofMean = covariance.map((c) => c / seeds);
    difference.forEach((d, k) => {
      const z = d / Math.sqrt(ofMean[k * size + k]);
      assert.ok(Math.abs(z) < 4.5, `entry ${k}: ${d} off, z = ${z}`);
    });
    const chi = mahalanobis(difference, ofMean);
    const p = chiSquareTail(chi, size);
    assert.ok(p > 1e-3 && p < 0.999, `χ² = ${chi} of ${size}, p = ${p}`);
    // the sample was large enough to see a gradient that is wrong by a tenth
    const wrong = mahalanobis(
      difference.map((d, k) => d - 0.1 * mean[k]),
      ofMean,
    );
    assert.ok(chiSquareTail(wrong, size) < 1e-6, `χ² of a gradient off by a tenth: ${wrong}`);
  });
}

test('rows of a minibatch, and seeds, are independent: the spread of steps is the exact one', async () => {
  const parameters = randomParameters(6, 4, 21, 1);
  const data = randomRows(203, 6, 5, (i) => 0.2 + 0.1 * i);
  const { mean, ...exact } = contrastiveGradient(parameters, data);
  const covariance = exact.covariance();
  const options = { ...PLAIN, hidden: 4, epochs: 1, learningRate: 0.1, momentum: 0, batchSize: 203 };
  let chi = 0;
  for (let k = 0; k < 60; k++) {
    const state = await train(data, { ...options, seed: `spread ${k}` }, stateFrom(parameters));
    const step = flat(state.velocity, state.visibleVelocity, state.hiddenVelocity);
    chi += mahalanobis(
      step.map((x, at) => x / 0.1 - mean[at]),
      covariance,
    );
  }
  // a step of 203 rows is nearly Gaussian
  const p = chiSquareTail(chi, 60 * mean.length);
  assert.ok(p > 1e-3 && p < 0.999, `χ² = ${chi} of ${60 * mean.length}, p = ${p}`);
});

test('momentum: v ← momentum·v + rate·gradient, W ← W + v; biases too', async () => {
  const parameters = randomParameters(6, 4, 30, 0.5);
  const before = randomParameters(6, 4, 31, 0.05);
  const data = randomRows(50, 6, 6);
  const options = { ...PLAIN, hidden: 4, epochs: 1, learningRate: 0.2, batchSize: 50 };
  const plain = await train(data, { ...options, momentum: 0 }, stateFrom(parameters));
  const moving = stateFrom(parameters, {
    velocity: before.weights,
    visibleVelocity: before.visibleBias,
    hiddenVelocity: before.hiddenBias,
  });
  const after = await train(data, { ...options, momentum: 0.8 }, moving);
  // same seed and epoch, same weights: the same gradient
  const gradient = flat(plain.velocity, plain.visibleVelocity, plain.hiddenVelocity);
  const v = flat(after.velocity, after.visibleVelocity, after.hiddenVelocity);
  const v0 = flat(before.weights, before.visibleBias, before.hiddenBias);
  const w = flat(after.weights, after.visibleBias, after.hiddenBias);
  const w0 = flat(parameters.weights, parameters.visibleBias, parameters.hiddenBias);
  for (let k = 0; k < v.length; k++) {
    assert.ok(Math.abs(v[k] - (0.8 * v0[k] + gradient[k])) < 1e-7, `velocity ${k}`);
    assert.ok(Math.abs(w[k] - (w0[k] + v[k])) < 3e-7, `parameter ${k}`);
  }
  assert.ok(
    gradient.subarray(0, 24).every((g) => Math.abs(g) > 1e-5),
    'there is a gradient',
  );
});

test('L1: a step shrinks each weight by learningRate·l1/(1 - momentum), to exactly zero at most; biases are left alone', async () => {
  const parameters = randomParameters(6, 4, 32, 0.1);
  const data = randomRows(50, 6, 6);
  const options = { ...PLAIN, hidden: 4, epochs: 1, learningRate: 0.2, momentum: 0.75, batchSize: 50 };
  const plain = await train(data, options, stateFrom(parameters));
  const l1 = 0.08;
  const threshold = (0.2 * l1) / 0.25;
  const shrunk = await train(data, { ...options, l1 }, stateFrom(parameters));
  let zeros = 0;
  plain.weights.forEach((w, k) => {
    const expected = Math.sign(w) * Math.max(0, Math.abs(w) - threshold);
    assert.ok(
      Math.abs(shrunk.weights[k] - expected) < 1e-7,
      `weight ${k}: ${w} → ${shrunk.weights[k]}, expected ${expected}`,
    );
    if (Math.abs(w) < threshold - 1e-6) {
      assert.ok(shrunk.weights[k] === 0, `weight ${k} = ${shrunk.weights[k]}`);
      zeros++;
    }
  });
  assert.ok(zeros > 3 && zeros < 21, `${zeros} of 24 zero`);
  assert.is(shrunk.history[0].zeroWeights, zeros / 24);
  assert.equal(shrunk.visibleBias, plain.visibleBias);
  assert.equal(shrunk.hiddenBias, plain.hiddenBias);
});

/** Units 0 and 1 agree in 19 rows of 20, units 2 and 3 in 9 of 10, units 4 and 5 are noise. */
function pairs(count: number) {
  const noise = randomRows(count, 6, 77);
  return bitRows(
    Array.from({ length: count }, (_, r) => {
      const row = noise.row(r);
      if (r % 10 !== 0) row[1] = row[0];
      if (r % 5 !== 0) row[3] = row[2];
      return row;
    }),
  );
}

// At the end the expected gradient is l1·sign(w) for a weight that is not zero, and at most l1 in size for one that is. A threshold without the factor
// 1/(1 - momentum) would be ten times too weak at momentum 0.9. The exact gradient is averaged over the last epochs; what is left is the noise of half a
// million rows, 1e-3 at the most, and what the weights still have to go.
for (const momentum of [0, 0.9]) {
  test(`L1: the stationary point is where the gradient is l1·sign(w), momentum ${momentum}`, async () => {
    const data = pairs(4000);
    const l1 = 0.04;
    const start = randomParameters(6, 4, 40, 0.3);
    for (const i of [0, 1]) start.weights[i * 4] += 3;
    for (const i of [2, 3]) start.weights[i * 4 + 1] += 3;
    start.hiddenBias.set([-3, -3]);
    start.visibleBias.fill(-1.5, 0, 4);
    const options = {
      ...PLAIN,
      hidden: 4,
      epochs: 250,
      learningRate: 0.3 * (1 - momentum),
      momentum,
      l1,
      batchSize: 400,
      seed: 3,
    };
    const training = await Training.start(data, { ...options, threads: 1 }, stateFrom(start));
    const last = 125;
    const gradients = new Float64Array(34);
    const positive = new Float64Array(24);
    const zero = new Float64Array(24);
    try {
      while (training.epoch < options.epochs) {
        await training.runEpoch();
        if (training.epoch <= options.epochs - last) continue;
        const state = training.state();
        contrastiveGradient({ visible: 6, hidden: 4, ...state }, data).mean.forEach((g, k) => {
          gradients[k] += g / last;
        });
        state.weights.forEach((w, k) => {
          if (w > 0) positive[k]++;
          if (w === 0) zero[k]++;
        });
      }
    } finally {
      await training.close();
    }
    let alive = 0;
    for (let k = 0; k < 24; k++) {
      const report = `weight ${k}, positive in ${positive[k]} of ${last} epochs, zero in ${zero[k]}: gradient ${gradients[k]}`;
      if (positive[k] === last) {
        alive++;
        assert.ok(Math.abs(gradients[k] - l1) < 0.1 * l1, report);
      } else {
        assert.ok(zero[k] > last / 2, report);
        assert.ok(Math.abs(gradients[k]) < l1, report);
      }
    }
    assert.is(alive, 4, 'two hidden units, two visible ones each');
    for (let k = 24; k < 34; k++)
      assert.ok(Math.abs(gradients[k]) < 0.1 * l1, `bias ${k - 24}: gradient ${gradients[k]}`);
  });
}

test('L1 on pure noise: nearly all weights become exactly zero; without it none does', async () => {
  const data = randomRows(1000, 30, 9);
  const options = { ...PLAIN, hidden: 24, epochs: 40, seed: 2, initialDeviation: 0.1, batchSize: 500 };
  const sparse = await train(data, { ...options, l1: 0.02 });
  const zeros = sparse.weights.reduce((sum, w) => sum + (w === 0 ? 1 : 0), 0) / sparse.weights.length;
  assert.ok(zeros > 0.95, `${zeros} zero`);
  assert.is(sparse.history.at(-1)!.zeroWeights, zeros);
  const dense = await train(data, options);
  assert.ok(dense.weights.every((w) => w !== 0));
  assert.is(dense.history.at(-1)!.zeroWeights, 0);
});

const logLikelihoodOf = (
  visible: number,
  hidden: number,
  state: Omit<RbmParameters, 'visible' | 'hidden'>,
  data: ReturnType<typeof bitRows>,
) => logLikelihood({ ...state, visible, hidden }, data);

test('bars and stripes 2 × 2: the exact log-likelihood comes near to -ln 6', async () => {
  // 00/00 and 11/11 are both bars and stripes: six patterns, equally likely here
  const patterns = [
    [0, 0, 0, 0],
    [1, 1, 1, 1],
    [1, 0, 1, 0],
    [0, 1, 0, 1],
    [1, 1, 0, 0],
    [0, 0, 1, 1],
  ];
  const data = bitRows(Array.from({ length: 1200 }, (_, r) => patterns[r % 6]));
  for (const [learningRate, momentum] of [
    [0.2, 0],
    [0.1, 0.5],
  ]) {
    const options = { ...PLAIN, hidden: 8, momentum, learningRate, batchSize: 20, seed: 4 };
    const before = logLikelihoodOf(4, 8, await train(data, { ...options, epochs: 0 }), data);
    // independent fair coins: -4 ln 2 = -2.77
    assert.ok(Math.abs(before + 4 * Math.LN2) < 0.02, `${before}`);
    const after = logLikelihoodOf(4, 8, await train(data, { ...options, epochs: 100 }), data);
    assert.ok(after > -1.95 && after <= -Math.log(6), `momentum ${momentum}: ${before} → ${after}, best -1.792`);
  }
});

test('samples of the 3 × 3 Ising model: the exact log-likelihood rises most of the way to the data’s own', async () => {
  const coupling = 0.408;
  const data = new Ising({ lattice: square(3), coupling, seed: 6 }).sample(1000);
  const options = { ...PLAIN, hidden: 9, learningRate: 0.1, momentum: 0.5, batchSize: 50, seed: 5 };
  const before = logLikelihoodOf(9, 9, await train(data, { ...options, epochs: 0 }), data);
  const after = logLikelihoodOf(9, 9, await train(data, { ...options, epochs: 150 }), data);
  // the true model's: -F = K Σ s s' - ln Z
  const bonds = [...Array(9).keys()].flatMap((i) => [
    [i, 3 * Math.floor(i / 3) + ((i + 1) % 3)],
    [i, (i + 3) % 9],
  ]);
  const bondSumOf = (spin: (i: number) => number) => bonds.reduce((sum, [a, b]) => sum + spin(a) * spin(b), 0);
  let z = 0;
  for (let s = 0; s < 512; s++) z += Math.exp(coupling * bondSumOf((i) => 2 * ((s >> i) & 1) - 1));
  let truth = 0;
  for (let r = 0; r < data.count; r++) {
    const spins = data.spins(r);
    truth += (coupling * bondSumOf((i) => spins[i]) - Math.log(z)) / data.count;
  }
  assert.ok(before < truth - 1, `there is something to learn: ${before}, true model ${truth}`);
  assert.ok(after - before > 0.8 * (truth - before), `${before} → ${after}, true model ${truth}`);
});

test.run();
