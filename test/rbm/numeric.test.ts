/** Training of layers of any kind, in science: steps are the likelihood's gradient, centring is a reparametrisation, a mixture of Gaussians is found. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeTrainingState, encodeTrainingState } from '../../src/io/trainingState.js';
import { numericRbm } from '../../src/rbm/engines/numericState.js';
import type { LayeredTrainingOptions } from '../../src/rbm/engines/options.js';
import { scalesOf } from '../../src/rbm/engines/scales.js';
import type { TrainingState } from '../../src/rbm/engines/state.js';
import { largestCoupling } from '../../src/rbm/likelihood/coupling.js';
import { independentLogProbabilities } from '../../src/rbm/likelihood/independent.js';
import { logLikelihood as exactLogLikelihood } from '../../src/rbm/likelihood/likelihood.js';
import { gaussianLayer, reluLayer, type States } from '../../src/rbm/model/layers.js';
import { type AnyRbm, Rbm } from '../../src/rbm/model/rbm.js';
import { Training } from '../../src/rbm/training/training.js';
import { trainRbm } from '../../src/rbm/training/trainRbm.js';
import type { BitRows } from '../../src/util/bits.js';
import { DivergenceError } from '../../src/util/errors.js';
import { RealRows } from '../../src/util/reals.js';
import { threadsAvailable } from '../../src/wasm/threads.js';
import { bitRows, logSumExp } from '../physics/enumeration.js';
import { type Kind, type PlainLayer, plainInputs, plainStates, unitMoments, unitNodes } from '../physics/units.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';
import { bitsOf, rejection } from './runs.js';

const test = suite('rbm/layered');

/** Parameters in float64; γ of the visible units 1 where they are not real. */
interface Model {
  visible: Kind;
  hidden: Kind;
  weights: Float64Array;
  visibleBias: Float64Array;
  hiddenBias: Float64Array;
  precision: Float64Array;
}

const real = (kind: Kind) => kind === 'gaussian' || kind === 'relu';

const layers = ({ visible, hidden, visibleBias, hiddenBias, precision }: Model): [PlainLayer, PlainLayer] => [
  { kind: visible, bias: visibleBias, ...(real(visible) ? { precision } : {}) },
  {
    kind: hidden,
    bias: hiddenBias,
    ...(real(hidden) ? { precision: new Float64Array(hiddenBias.length).fill(1) } : {}),
  },
];

/** log Σ_x e^{ax - γx²/2}; of rectified units by 300 intervals of Simpson's rule, whose error of 1e-6 is smooth. */
function logSum(kind: Kind, a: number, gamma: number): number {
  if (kind === 'relu') return unitMoments(kind, a, gamma, 300).logSum;
  if (kind === 'gaussian') return (a * a) / (2 * gamma) + Math.log((2 * Math.PI) / gamma) / 2;
  return kind === 'bits' ? Math.log1p(Math.exp(a)) : Math.log(2 * Math.cosh(a));
}

/** log Σ over the other layer of e^{-E}. */
function logWeight(x: ArrayLike<number>, own: PlainLayer, other: PlainLayer, weights: ArrayLike<number>): number {
  let log = 0;
  for (let i = 0; i < x.length; i++) log += own.bias[i] * x[i] - ((own.precision?.[i] ?? 0) * x[i] ** 2) / 2;
  plainInputs(x, weights, other.bias).forEach((a, j) => {
    log += logSum(other.kind, a, other.precision?.[j] ?? 1);
  });
  return log;
}

const transposed = ({ weights, visibleBias, hiddenBias }: Model) =>
  weights.map((_, k) => weights[(k % visibleBias.length) * hiddenBias.length + Math.floor(k / visibleBias.length)]);

/** The states of one layer, each with log Σ over the other: all of two-valued units, or the nodes of a single real one. */
function summed(model: Model, side: 'visible' | 'hidden'): { states: Float64Array[]; logs: Float64Array } {
  const [v, h] = layers(model);
  const [own, other, weights] = side === 'visible' ? [v, h, model.weights] : [h, v, transposed(model)];
  if (!real(own.kind)) {
    const states = plainStates(own);
    return { states, logs: Float64Array.from(states, (x) => logWeight(x, own, other, weights)) };
  }
  assert.is(own.bias.length, 1);
  // wide enough for what the other layer makes of it, too
  const { values, logWeights } = unitNodes(own.kind, own.bias[0], own.precision![0] / 4, 400);
  const states = Array.from(values, (x) => Float64Array.of(x));
  return { states, logs: Float64Array.from(states, (x, k) => logWeights[k] + logWeight(x, own, other, weights)) };
}

/** The layer that can be summed over. */
const side = ({ visible, visibleBias }: Model) => (real(visible) && visibleBias.length > 1 ? 'hidden' : 'visible');

/** Mean of log p(v) over rows. */
function logLikelihood(model: Model, rows: readonly ArrayLike<number>[]): number {
  const [v, h] = layers(model);
  const logZ = logSumExp(summed(model, side(model)).logs);
  return rows.reduce((sum, row) => sum + logWeight(row, v, h, model.weights) - logZ, 0) / rows.length;
}

/** Exact samples of v, row-major. */
function samples(model: Model, count: number, seed: number): Float32Array {
  const next = xoshiro128(seedWords(seed));
  const draw = normal(next);
  const uniform = () => (next() + 0.5) / 2 ** 32;
  const by = side(model);
  const { states, logs } = summed(model, by);
  const norm = logSumExp(logs);
  const ladder: number[] = [];
  let sum = 0;
  for (const log of logs) {
    sum += Math.exp(log - norm);
    ladder.push(sum);
  }
  const [visible] = layers(model);
  const units = visible.bias.length;
  const result = new Float32Array(count * units);
  for (let r = 0; r < count; r++) {
    const u = uniform();
    let [low, high] = [0, states.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ladder[middle] > u) high = middle;
      else low = middle + 1;
    }
    const state = states[low];
    if (by === 'visible') {
      result.set(state, r * units);
      continue;
    }
    plainInputs(state, transposed(model), visible.bias).forEach((a, i) => {
      const gamma = model.precision[i];
      let x = a / gamma + draw() / Math.sqrt(gamma);
      while (model.visible === 'relu' && x < 0) x = a / gamma + draw() / Math.sqrt(gamma);
      result[r * units + i] = x;
    });
  }
  return result;
}

/** log p as a function of W, c', b' and log γ, about μ and λ (0 without centring), in one list. */
function inWords(model: Model, mu: Float64Array, lambda: Float64Array) {
  const [n, m] = [model.visibleBias.length, model.hiddenBias.length];
  const { weights, visibleBias, hiddenBias, precision } = model;
  const gamma = real(model.visible) ? precision : new Float64Array(n);
  const point = Float64Array.of(
    ...weights,
    ...visibleBias.map((c, i) => c - gamma[i] * mu[i] + lambda.reduce((s, l, j) => s + weights[i * m + j] * l, 0)),
    ...hiddenBias.map((b, j) => b + mu.reduce((s, x, i) => s + weights[i * m + j] * x, 0)),
    ...precision.map(Math.log),
  );
  const modelAt = (x: Float64Array): Model => {
    const w = x.slice(0, n * m);
    const g = x.slice(n * m + n + m).map(Math.exp);
    const own = real(model.visible) ? g : new Float64Array(n);
    return {
      ...model,
      weights: w,
      visibleBias: x
        .slice(n * m, n * m + n)
        .map((c, i) => c + own[i] * mu[i] - lambda.reduce((s, l, j) => s + w[i * m + j] * l, 0)),
      hiddenBias: x.slice(n * m + n, n * m + n + m).map((b, j) => b - mu.reduce((s, y, i) => s + w[i * m + j] * y, 0)),
      precision: g,
    };
  };
  return { point, modelAt };
}

/** W, c, b and log γ as a state has them, in the order of `inWords`. */
const flat = (state: TrainingState): number[] => [
  ...state.velocity,
  ...state.visibleVelocity,
  ...state.hiddenVelocity,
  ...(state.precisionVelocity ?? []),
];

function modelOf(visible: Kind, hidden: Kind, n: number, m: number, seed: number): Model {
  const draw = normal(xoshiro128(seedWords(seed)));
  const floats = (length: number, deviation: number) =>
    Float64Array.from({ length }, () => Math.fround(deviation * draw()));
  return {
    visible,
    hidden,
    weights: floats(n * m, real(visible) && real(hidden) ? 0.35 : 0.7),
    visibleBias: floats(n, 0.5),
    hiddenBias: floats(m, 0.5),
    precision: Float64Array.from({ length: n }, (_, i) => (real(visible) ? Math.fround(1.3 + 0.5 * i) : 1)),
  };
}

function stateOf(model: Model, changed: Partial<TrainingState>): TrainingState {
  const { weights, visibleBias, hiddenBias, precision } = model;
  const f32 = (x: Float64Array) => Float32Array.from(x);
  return {
    epoch: 0,
    history: [],
    weights: f32(weights),
    visibleBias: f32(visibleBias),
    hiddenBias: f32(hiddenBias),
    velocity: new Float32Array(weights.length),
    visibleVelocity: new Float32Array(visibleBias.length),
    hiddenVelocity: new Float32Array(hiddenBias.length),
    ...(real(model.visible)
      ? { precision: f32(precision), precisionVelocity: new Float32Array(precision.length) }
      : {}),
    ...changed,
  };
}

async function run(data: RealRows, options: LayeredTrainingOptions, state?: TrainingState): Promise<TrainingState> {
  const training = await Training.start(data, { threads: 1, ...options }, state);
  try {
    while (!training.finished) await training.runEpoch();
    return training.state();
  } finally {
    await training.close();
  }
}

/** Units of measure in which steps of real visible units are taken. */
const unitsOf = (visible: Kind, data: RealRows) => {
  const means = data.means();
  return scalesOf(data.variances().map((variance, i) => variance + (visible === 'relu' ? means[i] ** 2 : 0)));
};

/** Data from another model of the same kind, so that there is a gradient. */
const dataOf = (model: Model, rows: number) => {
  const other = modelOf(model.visible, model.hidden, model.visibleBias.length, model.hiddenBias.length, 99);
  return new RealRows(rows, model.visibleBias.length, samples(other, rows, 7));
};

/** A model near by. */
const nearTo = (model: Model): Model => ({
  ...model,
  weights: model.weights.map((w) => Math.fround(0.95 * w)),
  visibleBias: model.visibleBias.map((c) => Math.fround(c + 0.03)),
  hiddenBias: model.hiddenBias.map((b) => Math.fround(b - 0.05)),
  precision: model.precision.map((gamma) => (real(model.visible) ? Math.fround(1.04 * gamma) : 1)),
});

/** What a population carries whose chains are samples of a model. */
function populationOf(model: Model, chainValues: Float32Array): Partial<TrainingState> {
  const { visible, hidden } = model;
  const rbm = numericRbm({ visible, hidden }, stateOf(model, {}));
  const chainFreeEnergies = rbm.freeEnergy(chainValues);
  const chainLogWeights = new Float64Array(chainFreeEnergies.length);
  return { chainLogWeights, chainFreeEnergies, pace: Float32Array.of(1) };
}

// Chains that begin as exact samples stay so, and the step's velocity is rate·(data - model) with the model's side a mean over the chains: entry by entry
// N(exact, variance of s(v)/chains). |z| < 4.5: p = 7e-6 each, 2e-3 for all. A population's chains are exact samples of a model near by, by which their free
// energies are: their weights must make up for it, and without them |z| would reach ten and more.
for (const [visible, hidden, n, m, algorithm = 'pcd'] of [
  ['gaussian', 'bits', 3, 2, 'population'],
  ['gaussian', 'relu', 2, 1, 'population'],
  ['gaussian', 'gaussian', 2, 1, 'population'],
  ['spins', 'relu', 3, 2, 'population'],
  ['relu', 'bits', 2, 2, 'population'],
  ['gaussian', 'bits', 3, 2],
  ['gaussian', 'spins', 2, 3],
  ['gaussian', 'relu', 2, 1],
  ['gaussian', 'gaussian', 2, 1],
  ['bits', 'relu', 3, 2],
  ['spins', 'relu', 3, 2],
  ['bits', 'gaussian', 3, 2],
  ['spins', 'bits', 3, 2],
  ['bits', 'spins', 2, 2],
  ['relu', 'bits', 2, 2],
  ['bits', 'bits', 3, 2],
] as const) {
  test(`${visible} and ${hidden}, ${algorithm}: the step is the gradient of the exact log-likelihood, by central differences`, async () => {
    const model = modelOf(visible, hidden, n, m, 3);
    const data = dataOf(model, 40);
    const rows = Array.from({ length: data.count }, (_, r) => data.row(r));
    const chains = 30_000;
    const population = algorithm === 'population';
    const drawn = population ? nearTo(model) : model;
    const chainValues = samples(drawn, chains, 11);
    const weighed = population ? populationOf(drawn, chainValues) : {};
    for (const centred of [false, true]) {
      const rate = 1 / 64;
      const state = await run(
        data,
        {
          hidden: m,
          units: { visible, hidden },
          epochs: 1,
          algorithm,
          batchSize: 40,
          chains,
          centred,
          momentum: 0,
          learningRate: rate,
          seed: 5,
        },
        stateOf(model, {
          chainValues,
          ...weighed,
          ...(centred ? { hiddenOffset: new Float32Array(m).fill(0.3) } : {}),
        }),
      );
      const mu = centred ? data.means() : new Float64Array(n);
      const lambda = centred ? Float64Array.from(state.hiddenOffset!) : new Float64Array(m);
      const { point, modelAt } = inWords(model, mu, lambda);
      // steps of W and c are taken in units s of v: rate·∂/∂(sW) = rate/s·∂/∂W of sW
      const scaled = real(visible) ? unitsOf(visible, data).map((s) => s * s) : new Float64Array(n).fill(1);
      const inUnits = [...Array.from({ length: n * m }, (_, k) => scaled[Math.floor(k / m)]), ...scaled];
      const own = rate * (state.pace?.[0] ?? 1);
      const step = flat(state).map((x, k) => (x / own) * (inUnits[k] ?? 1));
      assert.is(step.length, n * m + n + m + (real(visible) ? n : 0));
      // s(v) of each chain
      const weights = Float64Array.from({ length: chains }, (_, r) => Math.exp(state.chainLogWeights?.[r] ?? 0));
      const whole = weights.reduce((a, b) => a + b);
      const effective = whole ** 2 / weights.reduce((sum, w) => sum + w * w, 0);
      assert.ok(effective > 0.9 * chains && (!population || effective < 0.999 * chains), `${effective} of ${chains}`);
      const sums = new Float64Array(step.length);
      const squares = new Float64Array(step.length);
      for (let r = 0; r < chains; r++) {
        const v = state.chainValues!.subarray(r * n, (r + 1) * n);
        const h = plainInputs(v, model.weights, model.hiddenBias).map((a) => meanOf(hidden, a));
        const s = [
          ...model.weights.map((_, k) => (v[Math.floor(k / m)] - mu[Math.floor(k / m)]) * (h[k % m] - lambda[k % m])),
          ...v,
          ...h,
          ...(real(visible) ? Array.from(v, (x, i) => -(model.precision[i] / 2) * (x - mu[i]) ** 2) : []),
        ];
        s.forEach((x, k) => {
          sums[k] += (weights[r] * x) / whole;
          squares[k] += (weights[r] * x * x) / whole;
        });
      }
      let power = 0;
      step.forEach((actual, k) => {
        const shifted = (by: number) => {
          const x = point.slice();
          x[k] += by;
          return logLikelihood(modelAt(x), rows);
        };
        const exact = (shifted(1e-3) - shifted(-1e-3)) / 2e-3;
        const error = Math.sqrt((squares[k] - sums[k] ** 2) / effective);
        const z = (actual - exact) / Math.hypot(error, 1e-5);
        assert.ok(Math.abs(z) < 4.5, `centred ${centred}, entry ${k}: ${actual}, exact ${exact}, z = ${z}`);
        power = Math.max(power, Math.abs((0.1 * exact) / error));
      });
      // a gradient wrong by a tenth would be seen
      assert.ok(power > 4, `${power}`);
    }
  });
}

/** ⟨h⟩ given its input, of precision 1; rectified units from a table of 0.002 with parabolas between. */
function meanOf(kind: Kind, a: number): number {
  if (kind === 'bits') return 1 / (1 + Math.exp(-a));
  if (kind === 'spins') return Math.tanh(a);
  if (kind === 'gaussian') return a;
  const at = Math.round(a * 20);
  const [low, middle, high] = [at - 1, at, at + 1].map((k) => {
    if (!RECTIFIED.has(k)) RECTIFIED.set(k, unitMoments('relu', k / 20, 1, 3000).mean);
    return RECTIFIED.get(k)!;
  });
  const t = a * 20 - at;
  return middle + (t * (high - low)) / 2 + ((high - 2 * middle + low) * t * t) / 2;
}
const RECTIFIED = new Map<number, number>();

for (const [visible, hidden] of [
  ['gaussian', 'bits'],
  ['spins', 'relu'],
  ['bits', 'gaussian'],
] as const) {
  test(`${visible} and ${hidden}: with equal weights a population steps by the plain mean of its chains, and moves them as PCD does`, async () => {
    const model = modelOf(visible, hidden, 3, 2, 6);
    const chains = 301;
    const chainValues = samples(model, chains, 12);
    const data = dataOf(model, 40);
    const units = { visible, hidden };
    const options = {
      hidden: 2,
      units,
      epochs: 1,
      batchSize: 40,
      chains,
      momentum: 0,
      learningRate: 1,
      centred: false,
    };
    const state = stateOf(model, { chainValues });
    const plain = await run(data, { ...options, algorithm: 'pcd' }, state);
    const weighed = await run(
      data,
      { ...options, algorithm: 'population' },
      { ...state, ...populationOf(model, chainValues) },
    );
    assert.equal(weighed.chainValues, plain.chainValues);
    assert.is(weighed.pace![0], 1);
    const rbm = numericRbm(units, stateOf(model, {}));
    /** ⟨v_i h_j⟩ over rows, then ⟨v_i⟩ and ⟨h_j⟩. */
    const statistics = (v: Float32Array) => {
      const h = rbm.meanHidden(v);
      const rows = v.length / 3;
      const mean = (term: (r: number) => number) =>
        Array.from({ length: rows }, (_, r) => term(r)).reduce((a, b) => a + b, 0) / rows;
      return [
        ...Array.from({ length: 6 }, (_, k) => mean((r) => v[3 * r + Math.floor(k / 2)] * h[2 * r + (k % 2)])),
        ...[0, 1, 2].map((i) => mean((r) => v[3 * r + i])),
        ...[0, 1].map((j) => mean((r) => h[2 * r + j])),
      ];
    };
    const scales = real(visible) ? unitsOf(visible, data) : new Float64Array(3).fill(1);
    const unit = [...Array.from({ length: 6 }, (_, k) => scales[k >> 1]), ...scales, 1, 1];
    const [own, others] = [statistics(data.values), statistics(chainValues)];
    own.forEach((x, k) => {
      const step = flat(weighed)[k] * unit[k] ** 2;
      assert.ok(Math.abs(step - (x - others[k])) < 1e-5, `entry ${k}: ${step}, ${x - others[k]}`);
    });
  });
}

test('a centred step is a reparametrisation: the energies are those of its own words, but for a constant', async () => {
  for (const [visible, hidden] of [
    ['gaussian', 'relu'],
    ['gaussian', 'bits'],
    ['spins', 'relu'],
  ] as const) {
    const [n, m] = [3, 2];
    const model = modelOf(visible, hidden, n, m, 4);
    const data = new RealRows(20, n, samples(modelOf(visible, 'bits', n, m, 8), 20, 1));
    const options = { hidden: m, units: { visible, hidden }, epochs: 1, batchSize: 20, momentum: 0, learningRate: 0.2 };
    const state = await run(
      data,
      { ...options, algorithm: 'cd' },
      stateOf(model, { hiddenOffset: Float32Array.of(0.4, 0.7) }),
    );
    const { point, modelAt } = inWords(model, data.means(), Float64Array.from(state.hiddenOffset!));
    const expected = modelAt(point.map((x, k) => x + (flat(state)[k] ?? 0)));
    const near = (actual: Float32Array, exact: Float64Array, what: string) =>
      actual.forEach((x, k) => {
        assert.ok(Math.abs(x - exact[k]) < 2e-6, `${visible}-${hidden} ${what} ${k}: ${x}, ${exact[k]}`);
      });
    near(state.weights, expected.weights, 'weight');
    near(state.visibleBias, expected.visibleBias, 'visible bias');
    near(state.hiddenBias, expected.hiddenBias, 'hidden bias');
    if (state.precision) near(state.precision, expected.precision, 'precision');
    assert.ok(state.visibleVelocity.some((x) => Math.abs(x) > 1e-3));
  }
});

// Of 4000 rows: the standard error of a mean is 0.02 at most, of a deviation 0.007, of a share 0.008; what is left is the noise of the chains
// and the last of the way to the maximum.
test('an RBM of Gaussian and {0,1} units finds a mixture of four Gaussians: means, variances, shares', async () => {
  const deviations = [0.6, 0.5];
  // orthogonal in units of the deviations, so that the hidden units of the mixture are independent
  const steps = [
    [2.4, 1.6],
    [-1.5, 1.5625],
  ];
  const base = [-1, 0.5];
  const shares = [0.35, 0.5];
  const next = xoshiro128(seedWords(8));
  const draw = normal(next);
  const values = new Float32Array(8000);
  for (let r = 0; r < 4000; r++) {
    const on = shares.map((share) => (next() / 2 ** 32 < share ? 1 : 0));
    for (const i of [0, 1]) {
      values[2 * r + i] = base[i] + on[0] * steps[0][i] + on[1] * steps[1][i] + deviations[i] * draw();
    }
  }
  const { rbm } = await trainRbm<Float32Array, BitRows>(new RealRows(4000, 2, values), {
    hidden: 2,
    units: { visible: 'gaussian', hidden: 'bits' },
    epochs: 200,
    algorithm: 'pcd',
    optimiser: 'adam',
    learningRate: 0.03,
    initialDeviation: 0.1,
    batchSize: 200,
    chains: 200,
    seed: 1,
    threads: 1,
    outcome: false,
  });
  const precision = rbm.visibleLayer.precision!;
  deviations.forEach((deviation, i) => {
    const found = 1 / Math.sqrt(precision[i]);
    assert.ok(Math.abs(found - deviation) < 0.025, `deviation ${i}: ${found}, true ${deviation}`);
  });
  // the four components: means of v given h, and p(h) ∝ e^{-F(h)}
  const states = bitRows([0, 1, 2, 3].map((s) => [s & 1, s >> 1]));
  const means = rbm.meanVisible(states);
  const logs = rbm
    .mirror()
    .freeEnergy(states)
    .map((free) => -free);
  const norm = logSumExp(logs);
  const expected = [0, 1, 2, 3].map((s) => ({
    mean: base.map((x, i) => x + (s & 1) * steps[0][i] + (s >> 1) * steps[1][i]),
    share: (s & 1 ? shares[0] : 1 - shares[0]) * (s >> 1 ? shares[1] : 1 - shares[1]),
  }));
  const taken = new Set<number>();
  expected.forEach(({ mean, share }) => {
    const distance = (k: number) => Math.hypot(means[2 * k] - mean[0], means[2 * k + 1] - mean[1]);
    const nearest = [0, 1, 2, 3].reduce((best, k) => (distance(k) < distance(best) ? k : best));
    taken.add(nearest);
    assert.ok(distance(nearest) < 0.12, `mean ${mean}: found ${means.subarray(2 * nearest, 2 * nearest + 2)}`);
    const found = Math.exp(logs[nearest] - norm);
    assert.ok(Math.abs(found - share) < 0.04, `share of ${mean}: ${found}, true ${share}`);
  });
  assert.is(taken.size, 4);
  const judged = exactLogLikelihood(rbm, values).mean;
  // the entropy of the mixture, from its own density
  const truth = densityOf(values, expected, deviations);
  assert.ok(judged < truth + 0.01 && judged > truth - 0.03, `log-likelihood ${judged}, of the mixture itself ${truth}`);
});

// Gibbs steps never pass between the two. Which mode PCD loses, and when, is chance: by this seed it is most of the larger one.
test('of two Gaussians far apart a population keeps both, where PCD loses one', async () => {
  const next = xoshiro128(seedWords(4));
  const draw = normal(next);
  const values = Float32Array.from({ length: 2000 }, (_, k) => (Math.floor(k / 2) % 10 < 3 ? 12 : 0) + draw());
  const { rows } = new RealRows(1000, 2, values).standardised();
  const trainedBy = async (changed: Partial<LayeredTrainingOptions>) => {
    const units = { visible: 'gaussian', hidden: 'bits' } as const;
    const length = { epochs: 50, passes: 4, seed: 2, threads: 1, outcome: false };
    const { rbm, history } = await trainRbm<Float32Array, BitRows>(rows, { hidden: 4, units, ...length, ...changed });
    const states = bitRows(Array.from({ length: 16 }, (_, s) => [0, 1, 2, 3].map((j) => (s >> j) & 1)));
    const means = rbm.meanVisible(states);
    const logs = rbm
      .mirror()
      .freeEnergy(states)
      .map((free) => -free);
    const norm = logSumExp(logs);
    const share = logs.reduce((sum, log, s) => sum + (means[2 * s] > 0.3 ? Math.exp(log - norm) : 0), 0);
    return { share, judged: exactLogLikelihood(rbm, rows.values), last: history.at(-1) };
  };
  const lost = await trainedBy({ algorithm: 'pcd', learningRate: 0.02, momentum: 0.9 });
  assert.ok(lost.share > 0.9, `PCD: ${lost.share}`);
  const same = await trainedBy({ algorithm: 'population', learningRate: 0.02 });
  assert.ok(same.share > 0.1 && same.share < 0.5, `a population: ${same.share}`);
  assert.ok(same.judged.mean > lost.judged.mean + 1, `${same.judged.mean}, PCD ${lost.judged.mean}`);
  const usual = await trainedBy({});
  assert.ok(Math.abs(usual.share - 0.3) < 0.06, `as usual: ${usual.share}, true 0.3`);
  assert.ok(usual.judged.mean > (usual.judged.independent as number) + 1);
  assert.ok(usual.last!.effectiveShare! > 0.8 && usual.last!.pace! > 0.9);
});

test('real units learn the same whatever they are measured in: by powers of two to the last bit, greys as standardised ones do', async () => {
  const model = modelOf('gaussian', 'bits', 3, 2, 3);
  const data = dataOf(model, 200);
  const options = { hidden: 2, units: { visible: 'gaussian', hidden: 'bits' }, epochs: 20, batchSize: 20 } as const;
  const times = [256, 1 / 8, 4];
  const wide = new RealRows(
    200,
    3,
    data.values.map((x, k) => x * times[k % 3]),
  );
  for (const changed of [
    { algorithm: 'pcd' },
    { algorithm: 'population', l2: 0.01 },
    { algorithm: 'population', optimiser: 'adam' },
  ] as const) {
    const [own, other] = [await run(data, { ...options, ...changed }), await run(wide, { ...options, ...changed })];
    assert.equal(
      other.weights.map((w, k) => w * times[Math.floor(k / 2)]),
      own.weights,
    );
    assert.equal(
      other.precision!.map((gamma, i) => gamma * times[i] * times[i]),
      own.precision,
    );
    assert.equal(
      other.chainValues!.map((x, k) => x / times[k % 3]),
      own.chainValues,
    );
    assert.equal([other.hiddenBias, other.chainLogWeights], [own.hiddenBias, own.chainLogWeights]);
  }
});

/** Mean log density of rows under a mixture. */
function densityOf(values: Float32Array, parts: { mean: number[]; share: number }[], deviations: number[]): number {
  let sum = 0;
  for (let r = 0; 2 * r < values.length; r++) {
    sum += Math.log(
      parts.reduce((p, { mean, share }) => {
        const z = deviations.map((deviation, i) => (values[2 * r + i] - mean[i]) / deviation);
        return p + (share * Math.exp(-(z[0] ** 2 + z[1] ** 2) / 2)) / (2 * Math.PI * deviations[0] * deviations[1]);
      }, 0),
    );
  }
  return (2 * sum) / values.length;
}

test('precisions are left alone when asked, and are never more than a thousand times those of the data', async () => {
  const data = dataOf(modelOf('gaussian', 'bits', 3, 2, 3), 100);
  const options = { hidden: 2, units: { visible: 'gaussian', hidden: 'bits' }, epochs: 3 } as const;
  const state = await run(data, { ...options, learnVariance: false });
  const own = data.variances().map((variance) => Math.fround(1 / variance));
  assert.equal([...state.precision!], [...own]);
  assert.is(state.precisionVelocity, undefined);
  // one row, repeated: a likelihood without bound
  const constant = new RealRows(50, 3, new Float32Array(150).fill(0.25));
  const narrow = await run(constant, { ...options, epochs: 400, optimiser: 'adam', learningRate: 0.1 });
  for (const gamma of narrow.precision!) assert.ok(gamma > 500 && gamma <= 1000, `${gamma}`);
  assert.equal(Object.hasOwn(narrow.history[0], 'unexplained'), false, 'nothing varies');
});

test('units of integers, bits as numbers and weights of rows are what they are said to be', async () => {
  const bits = bitRows([
    [0, 1, 1],
    [1, 1, 0],
    [1, 0, 0],
  ]);
  const options = { hidden: 4, epochs: 4, seed: 2, units: { visible: 'spins', hidden: 'relu' } } as const;
  const signs = new RealRows(3, 3, Float32Array.of(-1, 1, 1, 1, 1, -1, 1, -1, -1));
  const [a, b] = [await trained(bits, options), await trained(signs, options)];
  assert.is(bitsOf(a), bitsOf(b));
  assert.ok(Object.hasOwn(a.history[0], 'pseudoLikelihood') && !Object.hasOwn(b.history[0], 'pseudoLikelihood'));
  assert.ok(b.history[0].unexplained! > 0);
  // a row of weight 2 and one of weight 1: data means are those of three rows
  const weighted = await trained(signs, { ...options, sampleWeights: [2, 1, 1] });
  assert.not.equal(bitsOf(weighted), bitsOf(b));
  const twice = new RealRows(4, 3, Float32Array.of(-1, 1, 1, -1, 1, 1, 1, 1, -1, 1, -1, -1));
  const [heavy, repeated] = [
    await trained(signs, { ...options, epochs: 0, sampleWeights: [2, 1, 1] }),
    await trained(twice, { ...options, epochs: 0 }),
  ];
  assert.ok(Math.abs(heavy.visibleBias[0] - repeated.visibleBias[0]) < 0.2, 'the same log odds, but for the half rows');
});

for (const [visible, hidden, algorithm, optimiser] of [
  ['gaussian', 'relu', 'pcd', 'adam'],
  ['gaussian', 'bits', 'population', 'momentum'],
  ['bits', 'relu', 'population', 'adam'],
  ['gaussian', 'spins', 'population', 'nesterov'],
  ['gaussian', 'bits', 'cd', 'momentum'],
  ['bits', 'relu', 'pcd', 'nesterov'],
] as const) {
  test(`${visible} and ${hidden}, ${algorithm}, ${optimiser}: stopped, written and gone on with, or on threads, the same bytes`, async () => {
    const draw = normal(xoshiro128(seedWords(6)));
    const values = Float32Array.from({ length: 37 * 45 }, () =>
      visible === 'bits' ? (draw() > 0 ? 1 : 0) : 20 * draw(),
    );
    const data = new RealRows(37, 45, values);
    const options = {
      hidden: 23,
      units: { visible, hidden },
      algorithm,
      optimiser,
      epochs: 4,
      batchSize: 10,
      learningRate: 0.01,
      l1: 1e-4,
      l2: 1e-3,
      maxNorm: 2,
      seed: 'a',
      validation: (rbm: AnyRbm) => -Math.abs(rbm.weights[3]),
    };
    const whole = await trained(data, options);
    const half = await trained(data, options, undefined, 2);
    const file = encodeTrainingState(half, { run: 'x' });
    const threads = threadsAvailable() ? 2 : 1;
    const rest = await trained(data, { ...options, threads }, decodeTrainingState(file, { run: 'x' }));
    assert.equal(encodeTrainingState(rest, { run: 'x' }), encodeTrainingState(whole, { run: 'x' }));
    assert.ok(whole.best && whole.best.epoch >= 1);
    assert.is(whole.best!.precision?.length, visible === 'gaussian' ? 45 : undefined);
  });
}

test('early stop by a function, the best RBM is kept, and comes back with its layers', async () => {
  const data = dataOf(modelOf('gaussian', 'bits', 3, 2, 3), 200);
  const seen: number[] = [];
  const { rbm, best, history } = await trainRbm<Float32Array, BitRows>(data, {
    hidden: 2,
    units: { visible: 'gaussian', hidden: 'bits' },
    epochs: 30,
    learningRate: 0.3,
    schedule: 'constant',
    patience: 3,
    threads: 1,
    outcome: false,
    validation: (one) => {
      const score = exactLogLikelihood(one as unknown as Rbm<Float32Array, BitRows>, data.values).mean;
      seen.push(score);
      return score;
    },
  });
  assert.is(best!.score, Math.max(...seen));
  assert.equal(
    history.map(({ validation }) => validation),
    seen,
  );
  assert.is(exactLogLikelihood(rbm, data.values).mean, best!.score);
  assert.ok(history.length < 30 || best!.epoch > 26);
  assert.equal([rbm.visibleLayer.kind, rbm.hiddenLayer.kind], ['gaussian', 'bits']);
});

test('what is not there is refused by name, before any work', async () => {
  const data = new RealRows(4, 2, Float32Array.of(0, 1, 0.5, 0.25, 1, 1, 0, 0));
  const mixed = { hidden: 2, epochs: 1, units: { visible: 'gaussian', hidden: 'bits' } } as const;
  const other = new Rbm<States, States>({
    visibleLayer: gaussianLayer(new Float32Array(2)),
    hiddenLayer: reluLayer(new Float32Array(2), Float32Array.of(1, 2)),
    weights: new Float32Array(4),
  });
  const cases: [LayeredTrainingOptions, RegExp, (BitRows | RealRows)?][] = [
    [{ ...mixed, units: 'relu' as never }, /^"units" expected one of bits, spins, got "relu"$/],
    [
      { ...mixed, units: { visible: 'gaussian', hidden: 'x' as never } },
      /^"units.hidden" expected one of bits, spins, g/,
    ],
    [
      { ...mixed, algorithm: 'exact' },
      /^"algorithm" expected population, cd or pcd for gaussian-bits units .*, got "exact"$/,
    ],
    [{ ...mixed, algorithm: 'tempering' }, /^"algorithm" expected population, cd or pcd/],
    [{ ...mixed, sparsity: { target: 0.1, cost: 1 } }, /^"sparsity" expected nothing for gaussian-bits units/],
    [{ ...mixed, validation: bitRows([[0, 1]]) }, /^"validation" expected a function for gaussian-bits units/],
    [{ ...mixed, learnVariance: 1 as never }, /^"learnVariance" expected true or false/],
    [{ ...mixed, initial: other }, /^"initial" expected gaussian-bits units, got "gaussian-relu"$/],
    [
      { ...mixed, units: { visible: 'gaussian', hidden: 'relu' }, initial: other },
      /^"initial" expected hidden units of p/,
    ],
    [mixed, /^"data" expected RealRows for gaussian visible units, got BitRows$/, bitRows([[0, 1]])],
    [
      { hidden: 2, epochs: 1 },
      /^"data\[1, 0\]" expected number in \[0, 1\] for bits visible units, got -3$/,
      new RealRows(2, 1, Float32Array.of(1, -3)),
    ],
    [mixed, /^"data" expected at least one row, got none$/, new RealRows(0, 2, new Float32Array(0))],
  ];
  for (const [options, message, rows] of cases) {
    const error = await rejection(Training.start(rows ?? data, options));
    assert.ok(error instanceof RangeError || error instanceof TypeError, `${error}`);
    assert.match((error as Error).message, message);
  }
  assert.throws(
    () => new RealRows(1, 2, Float32Array.of(1, Number.NaN)),
    /"values\[1\]" expected finite number, got NaN/,
  );
  assert.throws(() => new RealRows(2, 2, new Float32Array(3)), /"values" expected length 4, got 3/);
});

test('divergence is an error that names the epoch, also of layers that have no distribution', async () => {
  const data = dataOf(modelOf('gaussian', 'relu', 2, 1, 3), 50);
  const units = { visible: 'gaussian', hidden: 'gaussian' } as const;
  const error = await rejection(
    run(data, {
      hidden: 8,
      epochs: 200,
      units,
      learningRate: 0.5,
      schedule: 'constant',
      learnVariance: false,
      initialDeviation: 2,
    }),
  );
  assert.ok(error instanceof DivergenceError, `${error}`);
  assert.match(error.message, /^training diverged in epoch \d+: /);
});

test('real units in both layers: every epoch tells how near the model is to having no distribution, and a doubt when it had none', async () => {
  const data = dataOf(modelOf('gaussian', 'relu', 2, 1, 3), 50);
  const units = { visible: 'gaussian', hidden: 'gaussian' } as const;
  const options = { hidden: 3, epochs: 3, units, threads: 1, seed: 2, learningRate: 1e-4 } as const;
  const sound = await trainRbm(data, { ...options, initialDeviation: 0.05, outcome: false });
  const { history } = sound;
  assert.is(history.length, 3);
  assert.ok(
    history.every(({ largestCoupling: found }) => found! > 0 && found! < 1),
    JSON.stringify(history),
  );
  assert.ok(Math.abs(history[2].largestCoupling! - largestCoupling(sound.rbm as never)) < 0.05);
  const lost = await trainRbm(data, { ...options, initialDeviation: 2, algorithm: 'cd' });
  assert.ok(lost.history[0].largestCoupling! >= 1);
  assert.match(
    lost.outcome!.doubts.join(' '),
    /log Z is not finite: .*there is no distribution from epoch 1 on, even if/,
  );
  const bits = await trainRbm(data, {
    ...options,
    units: { visible: 'gaussian', hidden: 'bits' },
    outcome: false,
  });
  assert.is(bits.history[0].largestCoupling, undefined);
});

test('a column that does not vary has precision 1 whatever the weights of the rows, and no density of its own', async () => {
  for (const [rows, constant] of [
    [12, 0.7],
    [11, 0.1],
    [9, 14.62],
    [300, 1e-30],
  ]) {
    const data = new RealRows(rows, 1, new Float32Array(rows).fill(constant));
    const options = {
      hidden: 1,
      epochs: 0,
      seed: 1,
      threads: 1,
      outcome: false,
      units: { visible: 'gaussian', hidden: 'bits' },
    } as const;
    const sampleWeights = Array.from({ length: rows }, (_, r) => r + 1);
    const plain = (await trainRbm(data, options)).rbm.visibleLayer as { precision: Float32Array; bias: Float32Array };
    const other = (await trainRbm(data, { ...options, sampleWeights })).rbm.visibleLayer as typeof plain;
    assert.equal([plain.precision[0], other.precision[0]], [1, 1], `${rows} rows of ${constant}`);
    assert.equal([...other.bias], [...plain.bias]);
    const law = independentLogProbabilities(
      gaussianLayer(new Float32Array(1)) as never,
      data.values,
      Float64Array.from(sampleWeights),
    );
    assert.is(law, undefined);
  }
});

test('standardised rows have mean 0 and variance 1, and go back', () => {
  const rows = new RealRows(4, 2, Float32Array.of(1, 5, 2, 5, 3, 5, 6, 5));
  const { rows: own, means, deviations } = rows.standardised();
  assert.equal([...means], [3, 5]);
  assert.equal(
    [...own.variances()].map((x) => Math.round(x * 1e6) / 1e6),
    [1, 0],
  );
  assert.is(deviations[1], 1);
  own.values.forEach((x, k) => {
    assert.ok(Math.abs(means[k % 2] + deviations[k % 2] * x - rows.values[k]) < 1e-6);
  });
});

async function trained(
  data: BitRows | RealRows,
  options: LayeredTrainingOptions,
  state?: TrainingState,
  until = options.epochs as number,
): Promise<TrainingState> {
  const training = await Training.start(
    data,
    { threads: 1, ...options, epochs: Math.max(options.epochs as number, until) },
    state,
  );
  try {
    while (training.epoch < until) await training.runEpoch();
    return training.state();
  } finally {
    await training.close();
  }
}

test.run();
