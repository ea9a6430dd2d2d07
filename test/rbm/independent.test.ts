/**
 * Likelihoods of independent units: by the formula, by machines that are independent units, and by what no such machine
 * can pass.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { independentLogLikelihood, independentLogProbabilities } from '../../src/rbm/likelihood/independent.js';
import { logLikelihood, pseudoLikelihood } from '../../src/rbm/likelihood/likelihood.js';
import { toSpins } from '../../src/rbm/model/convert.js';
import { bitLayer, gaussianLayer, reluLayer, type States, spinLayer } from '../../src/rbm/model/layers.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { BitRows } from '../../src/util/bits.js';
import { RealRows } from '../../src/util/reals.js';
import { refuses } from '../assert.js';
import { allStates, bitRows, randomRows } from '../physics/enumeration.js';

const test = suite('rbm/independent');

/** A machine without weights whose visible units have the log odds of the data. */
function independentRbm(data: BitRows, hidden = 3): Rbm {
  return new Rbm({
    visible: data.width,
    hidden,
    weights: new Float32Array(data.width * hidden),
    visibleBias: Float32Array.from(data.means(), (p) => Math.log(p / (1 - p))),
    hiddenBias: new Float32Array(hidden).fill(0.4),
  });
}

test('is 0 where all rows are alike, -width ln 2 for all states, and -Σ H(p) for others', () => {
  assert.is(independentLogLikelihood(bitRows([[1, 0, 1]])), 0);
  assert.is(independentLogLikelihood(new BitRows(40, 9)), 0);
  assert.ok(Math.abs(independentLogLikelihood(allStates(7)) + 7 * Math.LN2) < 1e-14);
  const data = bitRows([
    [1, 1],
    [1, 0],
    [1, 0],
    [0, 0],
  ]);
  const entropy = -(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75));
  assert.ok(Math.abs(independentLogLikelihood(data) + 2 * entropy) < 1e-15);
});

test('is the likelihood of a machine without weights at the log odds, and its pseudo-likelihood, in both conventions', () => {
  const data = randomRows(300, 21, 4, (i) => 0.1 + 0.04 * i);
  const rbm = independentRbm(data);
  const expected = independentLogLikelihood(data);
  for (const machine of [rbm, toSpins(rbm).rbm]) {
    const likelihood = logLikelihood(machine, data);
    assert.is(likelihood.independent, expected);
    // biases are rounded to float32
    assert.ok(Math.abs(likelihood.mean - expected) < 1e-5, `${likelihood.mean}, ${expected}`);
    const pseudo = pseudoLikelihood(machine, data, { units: 'all' });
    assert.is(pseudo.independent, expected / 21);
    assert.ok(Math.abs(pseudo.mean - expected / 21) < 1e-6, `${pseudo.mean}`);
  }
  // no other independent units are better
  const visibleBias = rbm.visibleBias.map((c, i) => c + 0.05 * Math.sin(i + 1));
  assert.ok(logLikelihood(new Rbm({ ...rbm, visibleBias }), data).mean < expected - 1e-3);
});

test('row by row: log p of the units at (ones + ½)/(rows + 1), rows of weight 2 being there twice', () => {
  const data = randomRows(50, 6, 7, (i) => 0.15 * i);
  const layer = bitLayer(new Float32Array(6));
  const equal = new Float64Array(50).fill(1);
  const logs = independentLogProbabilities(layer, layer.values(data), equal) as Float64Array;
  const p = data.means().map((mean) => (50 * mean + 0.5) / 51);
  logs.forEach((log, r) => {
    const expected = p.reduce((sum, of, i) => sum + Math.log(data.bit(r, i) ? of : 1 - of), 0);
    assert.ok(Math.abs(log - expected) < 1e-12, `row ${r}: ${log}, ${expected}`);
  });
  const spins = spinLayer(new Float32Array(6));
  const same = independentLogProbabilities(spins, spins.values(data), equal) as Float64Array;
  same.forEach((log, r) => {
    assert.ok(Math.abs(log - logs[r]) < 1e-12);
  });
  const real = gaussianLayer(new Float32Array(1));
  const twice = independentLogProbabilities(real, Float32Array.of(1, 2, 4), Float64Array.of(0.75, 0.75, 1.5));
  const thrice = independentLogProbabilities(real, Float32Array.of(1, 2, 4, 4), new Float64Array(4).fill(1));
  assert.ok(twice && thrice && twice.every((log, r) => Math.abs(log - thrice[r]) < 1e-12));
  const relu = reluLayer(new Float32Array(1));
  assert.is(independentLogProbabilities(relu, Float32Array.of(1, 2), new Float64Array(2).fill(1)), undefined);
});

test('real units: the Gaussian of mean and variance; no bound for a constant column; nothing for rectified units', () => {
  const values = Float32Array.from({ length: 400 }, (_, k) => (1 + (k % 2)) * Math.sin(k * k) + 3);
  const data = new RealRows(200, 2, values);
  const variances = data.variances();
  const expected = -0.5 * variances.reduce((sum, x) => sum + Math.log(2 * Math.PI * Math.E * x), 0);
  assert.ok(Math.abs(independentLogLikelihood(data) - expected) < 1e-12);
  const precision = Float32Array.from(variances, (x) => 1 / x);
  const machine = (bias: Float32Array) =>
    new Rbm<Float32Array, States>({
      visibleLayer: gaussianLayer(bias, precision),
      hiddenLayer: reluLayer(new Float32Array(1)),
      weights: new Float32Array(2),
    });
  const rbm = machine(Float32Array.from(data.means(), (mean, i) => mean * precision[i]));
  const options = { method: 'annealing', chains: 20, temperatures: 2 } as const;
  const likelihood = logLikelihood(rbm, values, options);
  assert.ok(Math.abs(likelihood.mean - expected) < 1e-4, `${likelihood.mean}, ${expected}`);
  assert.is(likelihood.independent, independentLogLikelihood(data));
  assert.is(independentLogLikelihood(new RealRows(3, 2, Float32Array.of(1, 2, 1, 3, 1, 4))), Infinity);
  assert.not.ok('independent' in logLikelihood(rbm, values.slice(0, 2), options));
  const relu = new Rbm<Float32Array, States>({
    visibleLayer: reluLayer(new Float32Array(2)),
    hiddenLayer: reluLayer(new Float32Array(1)),
    weights: new Float32Array(2),
  });
  assert.not.ok('independent' in logLikelihood(relu, values, 3));
});

test('refuses what is no data', () => {
  refuses(() => independentLogLikelihood(new BitRows(0, 3)), RangeError, '"data" expected at least one row, got none');
  refuses(
    () => independentLogLikelihood(new Float32Array(4) as never),
    TypeError,
    '"data" expected BitRows (such as SpinData) or RealRows, got Float32Array',
  );
});

test.run();
