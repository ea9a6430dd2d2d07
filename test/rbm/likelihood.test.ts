import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { freeEnergyGap, klDivergence, logLikelihood, pseudoLikelihood } from '../../src/rbm/likelihood/likelihood.js';
import { logPartition } from '../../src/rbm/likelihood/partition.js';
import { toSpins } from '../../src/rbm/model/convert.js';
import { barsAndStripes } from '../../src/rbm/model/datasets.js';
import { gaussianLayer, spinLayer } from '../../src/rbm/model/layers.js';
import { Rbm, type RbmParameters } from '../../src/rbm/model/rbm.js';
import type { BitRows } from '../../src/util/bits.js';
import { refuses } from '../assert.js';
import {
  allStates,
  bitRows,
  logLikelihood as exactLogLikelihood,
  logProbabilities,
  randomParameters,
  randomRows,
  stateOf,
  unitsOf,
} from '../physics/enumeration.js';
import { standardNormal } from '../physics/statistics.js';
import { seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('rbm/likelihood');

/** log p(v_i | rest) from the normalised probabilities of all states. */
function conditional(logs: Float64Array, state: number, i: number): number {
  return -Math.log1p(Math.exp(logs[state ^ (1 << i)] - logs[state]));
}

/** Mean over rows and all units, exactly. */
function exact(parameters: RbmParameters, data: BitRows): number {
  const logs = logProbabilities(parameters);
  let sum = 0;
  for (let r = 0; r < data.count; r++) {
    for (let i = 0; i < data.width; i++) sum += conditional(logs, stateOf(data, r), i);
  }
  return sum / data.count / data.width;
}

/** Rows drawn from the model's own distribution, by its table. */
function draws(logs: Float64Array, width: number, count: number, seed: number): BitRows {
  const next = xoshiro128(seedWords(seed));
  return bitRows(
    Array.from({ length: count }, () => {
      let left = next() / 2 ** 32;
      let state = 0;
      while (state < logs.length - 1 && left >= Math.exp(logs[state])) left -= Math.exp(logs[state++]);
      return unitsOf(state, width);
    }),
  );
}

test('is -log 2 where every unit is a fair coin, and the log odds of a bias', () => {
  for (const [visible, hidden] of [
    [4, 3],
    [37, 25],
  ]) {
    const zero = {
      visible,
      hidden,
      weights: new Float32Array(visible * hidden),
      hiddenBias: new Float32Array(hidden).fill(0.3),
    };
    const coins = new Rbm({ ...zero, visibleBias: new Float32Array(visible) });
    const { mean, error } = pseudoLikelihood(coins, randomRows(50, visible, 1));
    assert.ok(Math.abs(mean + Math.LN2) < 1e-14, `${mean}`);
    assert.ok(error < 1e-8, `${error}`);
    const biased = new Rbm({ ...zero, visibleBias: new Float32Array(visible).fill(1.5) });
    const ones = bitRows([new Uint8Array(visible).fill(1)]);
    assert.ok(Math.abs(pseudoLikelihood(biased, ones).mean + Math.log1p(Math.exp(-1.5))) < 1e-12);
    const zeros = bitRows([new Uint8Array(visible)]);
    assert.ok(Math.abs(pseudoLikelihood(biased, zeros).mean + Math.log1p(Math.exp(1.5))) < 1e-12);
  }
});

test('one unit at a time, it is log p(v_i | rest) of some unit, and each unit has its turn', () => {
  const parameters = randomParameters(6, 4, 3, 1);
  const rbm = new Rbm(parameters);
  const logs = logProbabilities(parameters);
  const state = 0b101100;
  const values = Array.from({ length: 6 }, (_, i) => conditional(logs, state, i));
  const seen = new Float64Array(6);
  for (let seed = 0; seed < 1200; seed++) {
    const { mean } = pseudoLikelihood(rbm, bitRows([unitsOf(state, 6)]), { units: 1, seed });
    const i = values.findIndex((value) => Math.abs(value - mean) < 1e-5);
    assert.ok(i >= 0, `seed ${seed}: ${mean} is none of ${values}`);
    seen[i]++;
  }
  // 200 times each, ± 13: within 4 standard deviations
  seen.forEach((count, i) => {
    assert.ok(Math.abs(count - 200) < 52, `unit ${i}: ${count} times`);
  });
});

// Mean and variance of z over 100 data sets, two-sided p > 1e-3 each; first for data of another distribution, then for the model's own.
for (const own of [false, true]) {
  test(`agrees with all units by enumeration, error bars included: ${own ? 'the model’s own data' : 'other data'}`, () => {
    const parameters = randomParameters(6, 4, 5, 1);
    const rbm = new Rbm(parameters);
    const logs = logProbabilities(parameters);
    const bias = (i: number) => 0.3 + 0.05 * i;
    let population = 0;
    logs.forEach((log, state) => {
      const other = unitsOf(state, 6).reduce((p, bit, i) => p * (bit ? bias(i) : 1 - bias(i)), 1);
      for (let i = 0; i < 6; i++) population += ((own ? Math.exp(log) : other) * conditional(logs, state, i)) / 6;
    });
    const z = Array.from({ length: 100 }, (_, seed) => {
      const data = own ? draws(logs, 6, 400, seed) : randomRows(400, 6, seed, bias);
      const { mean, error } = pseudoLikelihood(rbm, data, { units: 3, seed });
      return (mean - population) / error;
    });
    const { mean, variance, pMean, pVariance } = standardNormal(z);
    assert.ok(pMean > 1e-3, `mean of z ${mean}, p = ${pMean}`);
    assert.ok(pVariance > 1e-3, `variance of z ${variance}, p = ${pVariance}`);
  });
}

test('with many units a row it comes close to all of them', () => {
  const parameters = randomParameters(8, 5, 7, 0.8);
  const data = randomRows(2000, 8, 4);
  const { mean } = pseudoLikelihood(new Rbm(parameters), data, { units: 8 });
  const all = exact(parameters, data);
  // 16,000 terms of standard deviation about 0.7: 0.006
  assert.ok(Math.abs(mean - all) < 4 * 0.006, `${mean}, all units ${all}`);
});

test('the default works for every width, the smallest too', () => {
  for (const visible of [1, 2, 3, 4]) {
    const rbm = new Rbm(randomParameters(visible, 2, 1));
    const { mean, error } = pseudoLikelihood(rbm, randomRows(40, visible, 2));
    assert.ok(mean < 0 && mean > -5 && error >= 0, `${visible} units: ${mean} ± ${error}`);
  }
});

test('one seed, one answer', () => {
  const rbm = new Rbm(randomParameters(9, 3, 1));
  const data = randomRows(30, 9, 2);
  assert.equal(pseudoLikelihood(rbm, data), pseudoLikelihood(rbm, data, { seed: 1, units: 4 }));
  assert.not.equal(pseudoLikelihood(rbm, data), pseudoLikelihood(rbm, data, { seed: 2 }));
});

test('refuses other widths and numbers of units', () => {
  const rbm = new Rbm(randomParameters(9, 3, 1));
  const data = randomRows(30, 9, 2);
  const range = (work: () => unknown, pattern: RegExp) =>
    assert.throws(work, (error: Error) => error instanceof RangeError && pattern.test(error.message));
  range(() => pseudoLikelihood(rbm, randomRows(3, 8, 1)), /expected 9 bits per row, got 8/);
  for (const units of [0, -1, 1.5, 10, Number.NaN])
    range(() => pseudoLikelihood(rbm, data, { units }), /^"units" expected/);
});

test('all units, each once: exactly the sum over units by enumeration, a unit and in total, in both conventions', () => {
  const parameters = randomParameters(8, 5, 7, 0.8);
  const data = randomRows(60, 8, 4);
  const expected = exact(parameters, data);
  const rbm = new Rbm(parameters);
  for (const machine of [rbm, toSpins(rbm).rbm]) {
    const { mean, error, total, totalError } = pseudoLikelihood(machine, data, { units: 'all' });
    assert.ok(Math.abs(mean - expected) < 2e-6, `${mean}, enumerated ${expected}`);
    assert.is(total, 8 * mean);
    assert.is(totalError, 8 * error);
    assert.not.equal(pseudoLikelihood(machine, data, { units: 8 }).mean, mean);
  }
});

test('log-likelihood: exact by enumeration, in both conventions, with log Z given or not', () => {
  const parameters = randomParameters(7, 5, 2, 1.3);
  const data = randomRows(90, 7, 4);
  const rbm = new Rbm(parameters);
  const expected = exactLogLikelihood(parameters, data);
  for (const machine of [rbm, toSpins(rbm).rbm]) {
    const { mean, lower, upper, error } = logLikelihood(machine, data);
    assert.ok(Math.abs(mean - expected) < 1e-12, `${mean}, enumerated ${expected}`);
    assert.is(lower, mean);
    assert.is(upper, mean);
    assert.ok(error > 0 && error < 1);
  }
  const logZ = logPartition(rbm);
  assert.is(logLikelihood(rbm, data, logZ).mean, logLikelihood(rbm, data).mean);
  assert.is(logLikelihood(rbm, data, logZ.estimate).mean, logLikelihood(rbm, data).mean);
  const annealed = logLikelihood(rbm, data, { method: 'annealing', chains: 500, temperatures: 30 });
  assert.ok(annealed.lower < expected && annealed.upper > expected && annealed.upper - annealed.lower < 0.5);
  assert.is(logLikelihood(rbm, bitRows([data.row(0)])).error, Infinity);
});

test('the error of the mean log-likelihood over rows is N(0, 1) over 200 data sets', () => {
  const parameters = randomParameters(6, 4, 9, 1);
  const rbm = new Rbm(parameters);
  const logs = logProbabilities(parameters);
  const logZ = logPartition(rbm).estimate;
  const population = logs.reduce((sum, log) => sum + Math.exp(log) * log, 0);
  const z = Array.from({ length: 200 }, (_, seed) => {
    const { mean, error } = logLikelihood(rbm, draws(logs, 6, 150, seed), logZ);
    return (mean - population) / error;
  });
  const { mean, variance, pMean, pVariance } = standardNormal(z);
  assert.ok(pMean > 1e-3, `mean of z ${mean}, p = ${pMean}`);
  assert.ok(pVariance > 1e-3, `variance of z ${variance}, p = ${pVariance}`);
});

test('a machine that is uniform over bars and stripes would reach their bound; a free one is at -n² ln 2', () => {
  const data = barsAndStripes(3);
  const free = new Rbm({
    visible: 9,
    hidden: 2,
    weights: new Float32Array(18),
    visibleBias: new Float32Array(9),
    hiddenBias: Float32Array.of(3, -1),
  });
  assert.ok(Math.abs(logLikelihood(free, data).mean + 9 * Math.LN2) < 1e-13);
  assert.ok(logLikelihood(free, data).mean < -41.5888 / 16);
});

test('KL(P‖p) is the sum over states: 0 for the machine’s own distribution, the formula for another', () => {
  const parameters = randomParameters(11, 4, 3, 0.9);
  const rbm = new Rbm(parameters);
  const logs = logProbabilities(parameters);
  assert.ok(Math.abs(klDivergence(rbm, logs.map(Math.exp))) < 1e-12);
  const other = logProbabilities(randomParameters(11, 3, 8, 0.6)).map(Math.exp);
  const expected = other.reduce((sum, p, s) => sum + p * (Math.log(p) - logs[s]), 0);
  assert.ok(Math.abs(klDivergence(rbm, other) - expected) < 1e-11, `${klDivergence(rbm, other)}, ${expected}`);
  assert.ok(Math.abs(klDivergence(toSpins(rbm).rbm, other) - expected) < 1e-11);
  // states of no probability count nothing
  const point = new Float64Array(2048);
  point[77] = 1;
  assert.ok(Math.abs(klDivergence(rbm, point) + logs[77]) < 1e-11);
});

test('the free-energy gap is the difference of means, with the error of both', () => {
  const rbm = new Rbm(randomParameters(10, 6, 3));
  const a = randomRows(50, 10, 1);
  const b = randomRows(70, 10, 2, () => 0.8);
  const mean = (x: Float64Array) => x.reduce((sum, value) => sum + value, 0) / x.length;
  const error = (x: Float64Array) =>
    x.reduce((sum, value) => sum + (value - mean(x)) ** 2, 0) / (x.length - 1) / x.length;
  const [fa, fb] = [rbm.freeEnergy(a), rbm.freeEnergy(b)];
  const answer = freeEnergyGap(rbm, a, b);
  assert.ok(Math.abs(answer.gap - (mean(fb) - mean(fa))) < 1e-13);
  assert.ok(Math.abs(answer.error - Math.sqrt(error(fa) + error(fb))) < 1e-13);
  assert.is(answer.training, mean(fa));
  assert.is(answer.heldOut, mean(fb));
});

test('refuses data and distributions that do not fit', () => {
  const rbm = new Rbm(randomParameters(9, 3, 1));
  const none = bitRows([], 9);
  refuses(() => logLikelihood(rbm, none), RangeError, '"data" expected at least one row, got none');
  refuses(() => logLikelihood(rbm, allStates(8)), RangeError, '"v" expected 9 bits per row, got 8');
  refuses(
    () => logLikelihood(rbm, allStates(9), Number.NaN),
    RangeError,
    '"partition" expected finite number, got NaN',
  );
  refuses(() => freeEnergyGap(rbm, allStates(9), none), RangeError, '"heldOut" expected at least one row, got none');
  refuses(() => klDivergence(rbm, new Float64Array(500)), RangeError, '"target" expected length 512, got 500');
  refuses(
    () => klDivergence(rbm, new Float64Array(512)),
    RangeError,
    '"target" expected probabilities of sum 1, got 0',
  );
  const negative = new Float64Array(512);
  negative[3] = -1;
  refuses(() => klDivergence(rbm, negative), RangeError, '"target[3]" expected probability, got -1');
  const real = new Rbm<never, BitRows>({
    visibleLayer: gaussianLayer(new Float32Array(2)) as never,
    hiddenLayer: spinLayer(new Float32Array(2)),
    weights: new Float32Array(4),
  });
  refuses(
    () => pseudoLikelihood(real, new Float32Array(2) as never),
    RangeError,
    /^"rbm" expected visible units of two/,
  );
});

test.run();
