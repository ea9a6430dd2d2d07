/** log Z: exact against sums over all states, by either layer, for all kinds of units; and what annealing says of it. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { baseRates, bennett } from '../../src/rbm/likelihood/annealing.js';
import { logLikelihood } from '../../src/rbm/likelihood/likelihood.js';
import {
  annealedImportance,
  logPartition,
  logPartitionAsync,
  reverseAnnealing,
} from '../../src/rbm/likelihood/partition.js';
import { bitLayer, gaussianLayer, type Layer, reluLayer, type States, spinLayer } from '../../src/rbm/model/layers.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { BitRows } from '../../src/util/bits.js';
import { close, refuses } from '../assert.js';
import {
  bitRows,
  logProbabilities,
  logSumExp,
  randomParameters,
  rbmFreeEnergy,
  unitsOf,
} from '../physics/enumeration.js';
import { standardNormal } from '../physics/statistics.js';
import { type Kind, type PlainLayer, plainLogWeight, plainStates } from '../physics/units.js';
import { Draws } from '../reference/draws.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('rbm/partition');

const exact = (rbm: Rbm<never, never>, layer?: 'visible' | 'hidden') =>
  logPartition(rbm, { method: 'exact', layer }).estimate;

test('log Z is the sum over all states, by either layer: weights from tiny to absurd, units from one to many', () => {
  for (const [visible, hidden, size] of [
    [1, 1, 1],
    [2, 1, 3],
    [1, 7, 1],
    [9, 5, 1e-3],
    [8, 11, 1],
    [12, 3, 30],
    [5, 8, 400],
    [6, 6, 1e4],
  ]) {
    const parameters = randomParameters(visible, hidden, visible + hidden, size);
    const brute = logSumExp(
      Float64Array.from({ length: 2 ** visible }, (_, s) => -rbmFreeEnergy(parameters, unitsOf(s, visible))),
    );
    for (const layer of ['visible', 'hidden'] as const) {
      close(exact(new Rbm(parameters) as never, layer), brute, 1e-13, `${visible} × ${hidden}, ${size}, ${layer}`);
    }
  }
});

test('enumerating 13 units or 17 gives the same to 1e-12, over tables, batches and slices', () => {
  for (const size of [0.3, 2]) {
    const rbm = new Rbm(randomParameters(17, 13, 4, size)) as never;
    close(exact(rbm, 'visible'), exact(rbm, 'hidden'), 1e-12, `${size}`);
  }
});

function layerOf({ kind, bias, precision }: PlainLayer): Layer {
  const make = { bits: bitLayer, spins: spinLayer, gaussian: gaussianLayer, relu: reluLayer }[kind];
  return make(bias as Float32Array, precision as Float32Array) as Layer;
}

function machine(visible: Kind, hidden: Kind, n: number, m: number, seed: number) {
  const draws = new Draws(seed);
  const layer = (kind: Kind, units: number): PlainLayer => ({
    kind,
    bias: draws.floats(units, -1, 1),
    precision: kind === 'gaussian' || kind === 'relu' ? draws.floats(units, 1.5, 3) : undefined,
  });
  const v = layer(visible, n);
  const h = layer(hidden, m);
  const weights = draws.floats(n * m, -0.7, 0.7);
  const rbm = new Rbm<States, States>({ visibleLayer: layerOf(v), hiddenLayer: layerOf(h), weights });
  return { rbm, v, h };
}

for (const visible of ['bits', 'spins'] as const) {
  for (const hidden of ['bits', 'spins', 'gaussian', 'relu'] as const) {
    test(`${visible} and ${hidden}: log Z is the sum over visible states of sums or integrals over hidden ones`, () => {
      const { rbm, v, h } = machine(visible, hidden, 5, 3, 6);
      const brute = logSumExp(plainStates(v).map((state) => plainLogWeight(state, v, h, rbm.weights)));
      close(exact(rbm as never), brute, 1e-10, 'log Z');
      close(exact(rbm.mirror() as never), brute, 1e-10, 'of the mirror');
    });
  }
}

test('Gaussian units on one side of many spins: by blocks of states, as by the determinant', () => {
  // integrating h ~ N: Σ_v over 2^12 states in slices, against a direct double loop in closed form
  const { rbm, v, h } = machine('spins', 'gaussian', 12, 2, 3);
  const logs = plainStates(v).map((state) => {
    let log = 0;
    state.forEach((s, i) => {
      log += v.bias[i] * s;
    });
    for (let j = 0; j < 2; j++) {
      let a = h.bias[j];
      state.forEach((s, i) => {
        a += s * rbm.weights[i * 2 + j];
      });
      const gamma = h.precision![j];
      log += (a * a) / (2 * gamma) + 0.5 * Math.log((2 * Math.PI) / gamma);
    }
    return log;
  });
  close(exact(rbm as never), logSumExp(logs), 1e-12, 'log Z');
});

/** A machine small enough to be enumerated and rough enough that annealing has something to do; exact samples of it. */
function enumerable(seed: number) {
  const parameters = randomParameters(7, 5, seed, 1.2);
  const rbm = new Rbm(parameters);
  const logs = logProbabilities(parameters);
  const samples = (count: number, seed: number) => {
    const next = xoshiro128(seedWords(seed));
    return bitRows(
      Array.from({ length: count }, () => {
        let left = next() / 2 ** 32;
        let state = 0;
        while (state < logs.length - 1 && left >= Math.exp(logs[state])) left -= Math.exp(logs[state++]);
        return unitsOf(state, 7);
      }),
    );
  };
  return { rbm, logZ: exact(rbm as never), samples };
}

// mean and variance of z over 200 seeds, two-sided p > 1e-3 each
test('annealing up, down and Bennett’s ratio: errors are N(0, 1), Jensen’s bias aside', () => {
  const { rbm, logZ, samples } = enumerable(3);
  const z: Record<'up' | 'down' | 'bennett', number[]> = { up: [], down: [], bennett: [] };
  for (let seed = 0; seed < 200; seed++) {
    const up = annealedImportance(rbm, { chains: 200, temperatures: 15, seed });
    const down = reverseAnnealing(rbm, samples(200, seed), { temperatures: 15, seed });
    const both = bennett(up.logWeights, down.logWeights);
    // the mean of log w̄ is low, or high, by half the relative variance of w̄
    z.up.push((up.logPartition + up.error ** 2 / 2 - logZ) / up.error);
    z.down.push((down.logPartition - down.error ** 2 / 2 - logZ) / down.error);
    z.bennett.push((up.baseLogPartition + both.logRatio - logZ) / both.error);
  }
  for (const [name, values] of Object.entries(z)) {
    const { mean, variance, pMean, pVariance } = standardNormal(values);
    assert.ok(pMean > 1e-3, `${name}: mean of z ${mean}, p = ${pMean}`);
    assert.ok(pVariance > 1e-3, `${name}: variance of z ${variance}, p = ${pVariance}`);
  }
});

test('⟨w⟩ = Z₁/Z₀ and ⟨w⟩ = Z₀/Z₁ without bias: 20,000 chains along a path of three steps, |z| < 3.3 each', () => {
  const { rbm, logZ, samples } = enumerable(5);
  for (const temperatures of [3, [0, 0.1, 0.6, 1]]) {
    const up = annealedImportance(rbm, { chains: 20_000, temperatures });
    assert.ok(Math.abs(up.logPartition - logZ) < 3.3 * up.error, `${up.logPartition} ± ${up.error}, exact ${logZ}`);
    const down = reverseAnnealing(rbm, samples(20_000, 1), { temperatures });
    assert.ok(Math.abs(down.logPartition - logZ) < 3.3 * down.error, `${down.logPartition} ± ${down.error}, ${logZ}`);
    assert.ok(up.error < 0.05 && up.effectiveSize > 100 && up.effectiveSize < 20_000);
  }
});

test('three chains on a path of one step: up is low on average, down is high, and nearly all brackets hold the truth', () => {
  const { rbm, logZ, samples } = enumerable(8);
  let low = 0;
  let high = 0;
  let held = 0;
  for (let seed = 0; seed < 400; seed++) {
    const answer = logPartition(rbm, {
      method: 'annealing',
      chains: 3,
      temperatures: 1,
      seed,
      samples: samples(3, seed),
    });
    low += (answer.up!.logPartition - logZ) / 400;
    high += (answer.down!.logPartition - logZ) / 400;
    if (answer.lower <= logZ && logZ <= answer.upper) held++;
    assert.ok(answer.lower <= answer.estimate && answer.estimate <= answer.upper);
  }
  assert.ok(low < -0.02 && low > -1.5, `up: ${low} on average`);
  assert.ok(high > 0.02 && high < 1.5, `down: ${high} on average`);
  assert.ok(held >= 340, `${held} of 400 brackets`);
});

test('samples made by the way up serve as well, with both conventions of units and any base', () => {
  const { rbm, logZ } = enumerable(3);
  const data = rbm.gibbs(new BitRows(500, 7), { steps: 50, seed: 1 }).visible;
  const many = { method: 'annealing', chains: 1000, temperatures: 60 } as const;
  for (const options of [{}, { data }, { base: Float32Array.of(2, -1, 0, 0, 1, 0, 3) }]) {
    const { estimate, error, effectiveSize } = logPartition(rbm, { ...many, ...options });
    assert.ok(Math.abs(estimate - logZ) < 3.5 * error && error < 0.05, `${estimate} ± ${error}, exact ${logZ}`);
    assert.ok(effectiveSize > 100, `${effectiveSize}`);
  }
});

test('{0,1}, ±1 and real units take the same path, by kernels or by the functions of their layers', () => {
  for (const [visible, hidden] of [
    ['spins', 'spins'],
    ['bits', 'spins'],
    ['spins', 'gaussian'],
    ['gaussian', 'bits'],
    ['relu', 'spins'],
  ] as const) {
    const { rbm } = machine(visible, hidden, 5, 4, 12);
    const logZ = exact(rbm as never);
    const answer = logPartition(rbm, { method: 'annealing', chains: 400, temperatures: 25, seed: 2 });
    const { estimate, error, lower, upper } = answer;
    assert.ok(Math.abs(estimate - logZ) < 3.5 * error, `${visible}, ${hidden}: ${estimate} ± ${error}, exact ${logZ}`);
    assert.ok(error < 0.1 && lower < logZ + error && upper > logZ - error);
  }
});

test('the base-rate model has the means of the data', () => {
  const data = bitRows([
    [1, 0, 1],
    [1, 0, 0],
    [1, 1, 0],
  ]);
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  // (ones + ½)/(rows + 1)
  const expected = [3.5 / 4, 1.5 / 4, 1.5 / 4];
  const zero = new Float32Array(3);
  for (const [layer, step] of [
    [bitLayer(zero), 1],
    [spinLayer(zero), 2],
  ] as const) {
    const base = baseRates(layer as Layer, data);
    for (let i = 0; i < 3; i++) close(sigmoid(step * base[i]), expected[i], 1e-14, `${i}`);
  }
  const gaussian = gaussianLayer(Float32Array.of(0, 0), Float32Array.of(2, 4));
  assert.equal([...baseRates(gaussian as Layer, Float32Array.of(1, 2, 3, 4))], [4, 12]);
});

test('Bennett’s ratio of Gaussian work: its error is N(0, 1) over 300 draws, also with unequal numbers', () => {
  // log weights up ~ N(F + s²/2 - s², s²) obey Crooks' relation with those down ~ N(-F - s²/2, s²)
  const draw = normal(xoshiro128(seedWords(4)));
  const [f, s] = [13.7, 1.5];
  const z: number[] = [];
  for (let k = 0; k < 300; k++) {
    const up = Float64Array.from({ length: 400 }, () => f - (s * s) / 2 + s * draw());
    const down = Float64Array.from({ length: 150 }, () => -f - (s * s) / 2 + s * draw());
    const { logRatio, error } = bennett(up, down);
    z.push((logRatio - f) / error);
  }
  const { pMean, pVariance, mean, variance } = standardNormal(z);
  assert.ok(pMean > 1e-3, `mean of z ${mean}, p = ${pMean}`);
  assert.ok(pVariance > 1e-3, `variance of z ${variance}, p = ${pVariance}`);
  // exact where all weights are equal
  close(bennett(Float64Array.of(2, 2), Float64Array.of(-2, -2, -2)).logRatio, 2, 1e-12, 'equal weights');
  assert.ok(bennett(Float64Array.of(0), Float64Array.of(0)).error === Infinity);
});

test('weights of one family are not independent: the error over families is N(0, 1) where that of the chains is too small', () => {
  // each chain that goes down is there four times; over 300 draws, as above
  const draw = normal(xoshiro128(seedWords(6)));
  const [f, s] = [-4.2, 1.2];
  const families = Int32Array.from({ length: 400 }, (_, k) => k % 100);
  const z: number[] = [];
  let ratio = 0;
  for (let k = 0; k < 300; k++) {
    const up = Float64Array.from({ length: 400 }, () => f - (s * s) / 2 + s * draw());
    const own = Float64Array.from({ length: 100 }, () => -f - (s * s) / 2 + s * draw());
    const down = Float64Array.from(families, (family) => own[family]);
    const { logRatio, error } = bennett(up, down, families);
    z.push((logRatio - f) / error);
    ratio += bennett(up, down).error / error / 300;
  }
  const { pMean, pVariance, mean, variance } = standardNormal(z);
  assert.ok(pMean > 1e-3, `mean of z ${mean}, p = ${pMean}`);
  assert.ok(pVariance > 1e-3, `variance of z ${variance}, p = ${pVariance}`);
  assert.ok(ratio < 0.8, `${ratio}`);
  // families of one chain each are no families
  const [up, down] = [Float64Array.of(1, 2, 4), Float64Array.of(-2, -1, -3)];
  close(bennett(up, down, [7, 3, 5]).error, bennett(up, down).error, 1e-14, 'families of one');
  assert.is(bennett(up, down, [1, 1, 1]).error, Infinity);
  refuses(() => bennett(up, down, [1, 1]), RangeError, '"families" expected length 3, got 2');
});

test('a number of temperatures is laid out where the log weights spread, and their spread is less than in equal steps', () => {
  // an infinite-range ferromagnet: nothing happens until it orders, near β = 1/(0.05·√(60·12)) = 0.75
  const rbm = new Rbm<BitRows, BitRows>({
    visibleLayer: spinLayer(new Float32Array(60)),
    hiddenLayer: spinLayer(new Float32Array(12)),
    weights: new Float32Array(720).fill(0.05),
  });
  const logZ = exact(rbm as never);
  const even = Float64Array.from({ length: 21 }, (_, k) => k / 20);
  let [laid, equal] = [0, 0];
  for (let seed = 0; seed < 20; seed++) {
    const own = annealedImportance(rbm, { chains: 100, temperatures: 20, seed });
    const { temperatures } = own;
    assert.is(temperatures.length, 21);
    assert.is(temperatures[0], 0);
    assert.is(temperatures[20], 1);
    assert.ok(temperatures[10] > 0.65, `half the steps below ${temperatures[10]}`);
    for (let k = 0; k < 20; k++) assert.ok(temperatures[k + 1] > temperatures[k]);
    laid += own.effectiveSize;
    equal += annealedImportance(rbm, { chains: 100, temperatures: even, seed }).effectiveSize;
    assert.ok(Math.abs(own.logPartition - logZ) < 5 * own.error, `${own.logPartition} ± ${own.error}, ${logZ}`);
    // the way down, and other numbers of chains, have the same path
    const down = reverseAnnealing(rbm, own.states, { temperatures: 20, seed });
    assert.equal(down.temperatures, temperatures);
  }
  assert.ok(laid > 1.1 * equal, `effective size ${laid / 20} laid out, ${equal / 20} in equal steps`);
});

test('says where it is not to be trusted: too few effective chains, or ways that do not meet', () => {
  const { rbm, samples } = enumerable(3);
  const options = { method: 'annealing', chains: 300, temperatures: 60 } as const;
  assert.is(logPartition(rbm, options).doubt, undefined);
  assert.not('doubt' in logPartition(rbm));
  assert.match(
    logPartition(rbm, { ...options, chains: 10 }).doubt!,
    /^since errors need 25 effective chains, and there are \d+$/,
  );
  // samples of the smaller one of two modes alone: it has 5 % of the weight
  const double = new Rbm<BitRows, BitRows>({
    visibleLayer: spinLayer(new Float32Array(10).fill(0.2)),
    hiddenLayer: spinLayer(new Float32Array(1)),
    weights: new Float32Array(10).fill(1),
  });
  const lower = double.gibbs(new BitRows(300, 10), { steps: 20, seed: 1 }).visible;
  assert.match(
    logPartition(double, { ...options, samples: lower }).doubt!,
    /^since the estimates up and down are .* apart$/,
  );
  assert.is(logPartition(rbm, { ...options, samples: samples(300, 4) }).doubt, undefined);
  const likelihood = logLikelihood(rbm, samples(50, 1), { ...options, chains: 10 });
  assert.match(likelihood.doubt!, /^since errors/);
  assert.not('doubt' in logLikelihood(rbm, samples(50, 1), options));
});

test('one seed, one answer; with pauses, too', async () => {
  const { rbm } = enumerable(3);
  const options = { method: 'annealing', chains: 30, temperatures: 10, seed: 'a' } as const;
  const { estimate, up } = logPartition(rbm, options);
  assert.is(logPartition(rbm, options).estimate, estimate);
  assert.is.not(logPartition(rbm, { ...options, seed: 'b' }).estimate, estimate);
  const stages = new Set<string>();
  const paused = await logPartitionAsync(rbm, { ...options, onProgress: ({ stage }) => stages.add(stage) });
  assert.is(paused.estimate, estimate);
  assert.equal(paused.up!.states.bytes, up!.states.bytes);
  assert.equal([...stages], ['pilot', 'annealing up', 'annealing down']);
  assert.equal(paused.down!.temperatures, up!.temperatures);
  const signal = AbortSignal.abort(new Error('enough'));
  await logPartitionAsync(rbm, { ...options, signal }).then(
    () => assert.unreachable(),
    (error) => assert.is(error.message, 'enough'),
  );
});

test('chooses by itself, and refuses what cannot be', () => {
  const small = new Rbm(randomParameters(40, 6, 1));
  const answer = logPartition(small);
  assert.is(answer.method, 'exact');
  assert.is(answer.error, 0);
  assert.is(answer.lower, answer.upper);
  const large = new Rbm(randomParameters(40, 35, 1, 0.1));
  assert.is(logPartition(large, { chains: 20, temperatures: 20 }).method, 'annealing');
  refuses(
    () => logPartition(large, { method: 'exact' }),
    RangeError,
    'exact log Z expected at most 30 units to enumerate, got 35',
  );
  const { rbm: real } = machine('gaussian', 'relu', 3, 2, 1);
  refuses(() => logPartition(real, { method: 'exact' }), RangeError, /needs a layer of two-valued units/);
  const { rbm: mixed } = machine('gaussian', 'bits', 3, 2, 1);
  refuses(
    () => logPartition(mixed, { method: 'exact', layer: 'visible' }),
    RangeError,
    '"layer" expected a layer of two-valued units, got "visible"',
  );
  refuses(() => logPartition(small, { method: 'guess' as never }), RangeError, /^"method" expected one of/);
  const annealing = (options: object) => () => logPartition(small, { method: 'annealing', ...options });
  refuses(annealing({ chains: 0 }), RangeError, /^"chains" expected/);
  refuses(
    annealing({ temperatures: [0, 0.5, 0.4, 1] }),
    RangeError,
    /^"temperatures" expected values of β rising from 0/,
  );
  refuses(annealing({ temperatures: [0.1, 1] }), RangeError, /^"temperatures" expected values/);
  refuses(annealing({ base: new Float32Array(3) }), RangeError, '"base" expected length 40, got 3');
  refuses(annealing({ data: new BitRows(0, 40) }), RangeError, '"data" expected at least one row, got none');
  refuses(() => reverseAnnealing(small, new BitRows(2, 39)), RangeError, '"v" expected 40 bits per row, got 39');
  refuses(
    () => reverseAnnealing(small, new BitRows(0, 40)),
    RangeError,
    '"samples" expected at least one row, got none',
  );
});

test('exact log Z of biases of any size: where they rule, each unit has its sign', () => {
  const waves = (n: number, size: number) => Float64Array.from({ length: n }, (_, i) => size * Math.sin(i + 0.3));
  for (const size of [1e13, 1e16, 1e19, 1e22, 1e30]) {
    for (const [make, best] of [
      [bitLayer, (b: number) => Math.max(0, b)],
      [spinLayer, Math.abs],
    ] as const) {
      for (const sign of [1, -1]) {
        const [c, b] = [waves(9, sign * size), waves(6, size)];
        const rbm = new Rbm({ visibleLayer: make(c), hiddenLayer: make(b), weights: Float32Array.from(waves(54, 1)) });
        const expected = [...c, ...b].reduce((sum, bias) => sum + best(bias), 0);
        for (const layer of ['visible', 'hidden'] as const)
          close(exact(rbm as never, layer), expected, 1e-11, `${size}, ${layer}`);
      }
    }
  }
});

test.run();
