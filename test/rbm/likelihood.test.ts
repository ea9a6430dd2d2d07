import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pseudoLikelihood } from '../../src/rbm/likelihood.js';
import { Rbm, type RbmParameters } from '../../src/rbm/rbm.js';
import type { BitRows } from '../../src/util/bits.js';
import { bitRows, logProbabilities, randomParameters, randomRows, stateOf, unitsOf } from '../physics/enumeration.js';
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
  range(() => pseudoLikelihood(rbm, randomRows(3, 8, 1)), /expected 9 bits a row, got 8/);
  for (const units of [0, -1, 1.5, 10, Number.NaN])
    range(() => pseudoLikelihood(rbm, data, { units }), /^"units" expected/);
});

test.run();
