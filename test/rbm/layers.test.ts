/** Each kind of unit against sums over its states, or integrals over them, and its samples against its moments. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bitLayer, gaussianLayer, type Layer, reluLayer, spinLayer } from '../../src/rbm/model/layers.js';
import { BitRows } from '../../src/util/bits.js';
import { refuses } from '../assert.js';
import { bitRows } from '../physics/enumeration.js';
import { chiSquareTail, standardNormal } from '../physics/statistics.js';
import { type Kind, unitMoments } from '../physics/units.js';

const test = suite('rbm/layers');

const KINDS: Kind[] = ['bits', 'spins', 'gaussian', 'relu'];

function layerOf(kind: Kind, bias: Float32Array, precision?: Float32Array): Layer {
  const make = { bits: bitLayer, spins: spinLayer, gaussian: gaussianLayer, relu: reluLayer }[kind];
  return make(bias, precision) as Layer;
}

const INPUTS = [-40, -12, -3.1, -2, -1.9, -0.5, 0, 0.3, 1, 1.99, 2.01, 5, 17];
const PRECISIONS = [1, 0.25, 4, 7.3];

const near = (actual: number, expected: number, bound: number, what: string) =>
  assert.ok(
    Math.abs(actual - expected) <= bound * Math.max(1e-3, Math.abs(expected)),
    `${what}: ${actual}, ${expected}`,
  );

for (const kind of KINDS) {
  test(`${kind}: free energy, mean and variance are the sums over the states`, () => {
    for (const gamma of kind === 'gaussian' || kind === 'relu' ? PRECISIONS : [1]) {
      const layer = layerOf(kind, Float32Array.of(0.7), Float32Array.of(gamma));
      const inputs = Float64Array.from(INPUTS);
      const free = layer.freeEnergy(inputs);
      const mean = layer.mean(inputs);
      const variance = layer.variance(inputs);
      const rounded = Math.fround(gamma);
      INPUTS.forEach((a, k) => {
        const exact = unitMoments(kind, a, rounded);
        const what = `input ${a}, precision ${gamma}`;
        near(-free[k], exact.logSum, 1e-11, `log sum, ${what}`);
        near(mean[k], exact.mean, 1e-6, `mean, ${what}`);
        near(variance[k], exact.variance, 1e-6, `variance, ${what}`);
      });
    }
  });

  test(`${kind}: the mean is the slope of -F, the variance that of the mean`, () => {
    const layer = layerOf(kind, Float32Array.of(0), Float32Array.of(1.7));
    const step = 1e-4;
    for (const a of INPUTS) {
      const [low, middle, high] = layer.freeEnergy(Float64Array.of(a - step, a, a + step)).map((free) => -free);
      const [mean] = layer.mean(Float64Array.of(a));
      near((high - low) / (2 * step), mean, 1e-5, `slope at ${a}`);
      const [variance] = layer.variance(Float64Array.of(a));
      assert.ok(
        Math.abs((high - 2 * middle + low) / step ** 2 - variance) < 1e-4 * Math.max(1, Math.abs(middle)),
        `${a}`,
      );
    }
  });

  test(`${kind}: samples have the mean and the variance of the distribution, unit by unit`, () => {
    const inputs = [-6, -1, -0.3, 0.2, 2.5];
    const gammas = [1, 0.5, 2, 3, 0.8].map(Math.fround);
    const layer = layerOf(kind, new Float32Array(5), Float32Array.from(gammas));
    const rows = 20_000;
    const samples = layer.values(
      layer.sample(
        Float64Array.from({ length: 5 * rows }, (_, k) => inputs[k % 5]),
        'moments',
      ),
    );
    const z: number[] = [];
    let freedom = 0;
    let chi = 0;
    inputs.forEach((a, i) => {
      const { mean, variance } = unitMoments(kind, a, gammas[i]);
      let sum = 0;
      let squares = 0;
      let fourths = 0;
      for (let r = 0; r < rows; r++) {
        const x = samples[r * 5 + i] - mean;
        sum += x;
        squares += x * x;
        fourths += x ** 4;
      }
      z.push(sum / Math.sqrt(rows * variance));
      const spread = Math.sqrt(Math.max(0, fourths / rows - variance ** 2) / rows);
      if (spread > 1e-6) {
        chi += ((squares / rows - variance) / spread) ** 2;
        freedom++;
      }
    });
    const chiMean = z.reduce((total, x) => total + x * x, 0);
    const pMean = chiSquareTail(chiMean, 5);
    assert.ok(pMean > 1e-3 && pMean < 0.9999, `means: χ² = ${chiMean}, p = ${pMean}`);
    const pVariance = chiSquareTail(chi, freedom);
    assert.ok(pVariance > 1e-3 && pVariance < 0.9999, `variances: χ² = ${chi} of ${freedom}, p = ${pVariance}`);
  });
}

test('rectified samples fill their distribution evenly, on both sides of the change of method', () => {
  for (const a of [-5, -0.41, -0.39, 1.2]) {
    const layer = reluLayer(new Float32Array(1));
    const count = 20_000;
    const samples = layer.sample(new Float64Array(count).fill(a), `even ${a}`);
    // P(x > t) of N(a, 1) above 0, by the integral of the density on ten intervals
    const edges = Array.from({ length: 9 }, (_, k) => ((k + 1) / 4) * (a < -1 ? 1 / -a : 1));
    const steps = 2000;
    const density = (x: number) => Math.exp(-0.5 * (x - a) ** 2 + (a < 0 ? 0.5 * a * a : 0));
    const integral = (from: number, to: number) => {
      let sum = density(from) + density(to);
      for (let k = 1; k < steps; k++) sum += (k % 2 ? 4 : 2) * density(from + ((to - from) * k) / steps);
      return (sum * (to - from)) / steps / 3;
    };
    const parts = [0, ...edges].map((from, k) => integral(from, edges[k] ?? from + 12));
    const total = parts.reduce((sum, part) => sum + part, 0);
    const counts = new Float64Array(10);
    for (const x of samples) counts[edges.filter((edge) => x > edge).length]++;
    let chi = 0;
    parts.forEach((part, k) => {
      const expected = (count * part) / total;
      if (expected > 0) chi += (counts[k] - expected) ** 2 / expected;
    });
    const tail = chiSquareTail(chi, 9);
    assert.ok(tail > 1e-3 && tail < 0.999, `mean ${a}: χ² = ${chi} of 9, p = ${tail}`);
  }
});

test('Gaussian samples of different units, and of rows, are independent', () => {
  const layer = gaussianLayer(new Float32Array(6));
  const rows = 5000;
  const x = layer.sample(new Float64Array(6 * rows), 4);
  const z: number[] = [];
  for (let i = 0; i < 6; i++) {
    for (let step = 1; step < 14; step++) {
      let sum = 0;
      let n = 0;
      for (let k = i; k + step < x.length; k += 6, n++) sum += x[k] * x[k + step];
      z.push(sum / Math.sqrt(n));
    }
  }
  const { pMean, pVariance } = standardNormal(z);
  assert.ok(pMean > 1e-3 && pVariance > 1e-3, `p = ${pMean}, ${pVariance}`);
});

test('energies are those of the formulas, and Infinity for a negative rectified unit', () => {
  const bias = Float32Array.of(0.5, -2);
  const precision = Float32Array.of(2, 0.5);
  const rows = bitRows([
    [0, 1],
    [1, 1],
  ]);
  assert.equal([...bitLayer(bias).energy(rows)], [2, 1.5]);
  assert.equal([...spinLayer(bias).energy(rows)], [2.5, 1.5]);
  const x = Float32Array.of(1, 2, -1, 4);
  assert.equal([...gaussianLayer(bias, precision).energy(x)], [1 - 0.5 + 1 + 4, 1 + 0.5 + 4 + 8]);
  assert.equal([...reluLayer(bias, precision).energy(x)], [1 - 0.5 + 1 + 4, Infinity]);
});

test('the mode is the most probable state', () => {
  const inputs = Float64Array.of(-1, 0, 2);
  const zero = new Float32Array(3);
  assert.equal([...(bitLayer(zero).mode(inputs) as BitRows).row(0)], [0, 0, 1]);
  assert.equal([...spinLayer(zero).values(spinLayer(zero).mode(inputs))], [-1, -1, 1]);
  const precision = Float32Array.of(4, 4, 4);
  assert.equal([...gaussianLayer(zero, precision).mode(inputs)], [-0.25, 0, 0.5]);
  assert.equal([...reluLayer(zero, precision).mode(inputs)], [0, 0, 0.5]);
});

test('one seed, one sample; other seeds, others', () => {
  for (const kind of KINDS) {
    const layer = layerOf(kind, new Float32Array(40));
    const inputs = new Float64Array(400);
    const draw = (seed: number | string) => layer.values(layer.sample(inputs, seed));
    assert.equal(draw(1), draw(1));
    assert.not.equal(draw(1), draw('1'));
  }
});

test('refuses what is not a layer', () => {
  refuses(() => bitLayer([1, 2] as never), TypeError, '"bias" expected Float32Array or Float64Array, got [1, 2]');
  refuses(() => spinLayer(new Float32Array(0)), RangeError, '"bias" expected at least one unit, got none');
  refuses(() => bitLayer(Float32Array.of(1, Number.NaN)), RangeError, '"bias[1]" expected finite number, got NaN');
  const bias = new Float32Array(2);
  refuses(() => gaussianLayer(bias, Float32Array.of(1, 0)), RangeError, '"precision[1]" expected number > 0, got 0');
  refuses(() => reluLayer(bias, Float32Array.of(1)), RangeError, '"precision" expected length 2, got 1');
  refuses(() => reluLayer(bias, [1, 1] as never), TypeError, '"precision" expected Float32Array, got [1, 1]');
  refuses(() => bitLayer(bias).mean(new Float64Array(3)), RangeError, '"rows" expected a multiple of 2 numbers, got 3');
  refuses(() => bitLayer(bias).values(new BitRows(1, 3)), RangeError, '"states" expected 2 bits per row, got 3');
  refuses(() => gaussianLayer(bias).values(new BitRows(1, 2) as never), TypeError, /^"states" expected Float32Array/);
  refuses(() => bitLayer(bias).withBias(new Float32Array(3)), RangeError, '"bias" expected length 2, got 3');
  refuses(() => bitLayer(bias).sample(new Float64Array(2), -1), RangeError, /^"seed"/);
});

test.run();
