/** Two layers of real units have a distribution only while their coupling is below 1: singular values, and cases worked out by hand. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { largestCoupling } from '../../src/rbm/likelihood/coupling.js';
import { logLikelihood } from '../../src/rbm/likelihood/likelihood.js';
import { logPartition } from '../../src/rbm/likelihood/partition.js';
import { bitLayer, gaussianLayer, type Layer, reluLayer, type States } from '../../src/rbm/model/layers.js';
import { type AnyRbm, Rbm } from '../../src/rbm/model/rbm.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('rbm/coupling');

const machine = (visibleLayer: unknown, hiddenLayer: unknown, weights: number[]) =>
  new Rbm<States, States>({
    visibleLayer: visibleLayer as Layer,
    hiddenLayer: hiddenLayer as Layer,
    weights: Float32Array.from(weights),
  }) as AnyRbm;

const two = (precision = 1) => gaussianLayer(new Float32Array(2), new Float32Array(2).fill(precision));
const rectified = (units = 2, precision = 1) =>
  reluLayer(new Float32Array(units), new Float32Array(units).fill(precision));

test('by hand: rectified units that pull the same way add up, others do not; precisions are the units of length', () => {
  for (const [visible, hidden, weights, expected] of [
    [two(), two(), [0.3, 0, 0, 0.8], 0.8],
    [two(4), two(9), [0.3, 0, 0, 0.8], 0.8 / 6],
    // each column of length 0.8, the same one twice: √2·0.8 in their sum
    [two(), rectified(), [0.8, 0.8, 0, 0], 0.8 * Math.SQRT2],
    // opposite ones: the sum of Gaussian units may be taken with a minus, that of rectified ones not
    [two(), rectified(), [0.8, -0.8, 0, 0], 0.8],
    [two(), two(), [0.8, -0.8, 0, 0], 0.8 * Math.SQRT2],
    [rectified(), rectified(), [0.8, -0.9, -0.9, 0.8], 0.8],
    [rectified(2, 4), rectified(), [0.8, 0, 0, 0.5], 0.4],
  ] as const) {
    const found = largestCoupling(machine(visible, hidden, [...weights]));
    assert.ok(Math.abs(found - expected) < 1e-6, `${visible.kind}-${hidden.kind}: ${found}, expected ${expected}`);
  }
  assert.is(largestCoupling(machine(two(), bitLayer(new Float32Array(2)), [9, 9, 9, 9])), 0);
  assert.is(largestCoupling(machine(two(), rectified(), [0, 0, 0, 0])), 0);
});

test('of Gaussian units it is the largest singular value: no direction at random has more', () => {
  const draw = normal(xoshiro128(seedWords(4)));
  const weights = Array.from({ length: 12 }, () => Math.fround(0.3 * draw()));
  const layers = [gaussianLayer(new Float32Array(4)), gaussianLayer(new Float32Array(3))] as const;
  const found = largestCoupling(machine(...layers, weights));
  const at = (h: number[]) => {
    const v = [0, 1, 2, 3].map((i) => h.reduce((sum, x, j) => sum + weights[3 * i + j] * x, 0));
    return Math.hypot(...v) / Math.hypot(...h);
  };
  const tried = Array.from({ length: 20_000 }, () => at([draw(), draw(), draw()]));
  const most = Math.max(...tried);
  assert.ok(most <= found + 1e-9 && found - most < 1e-3 * found, `${found}, tried ${most}`);
});

test('where it is 1 or more log Z is infinite, though annealing would give a number', () => {
  const data = new Float32Array(20).map((_, k) => Math.sin(k));
  const sound = machine(two(), rectified(), [0.9, -0.9, 0, 0]);
  assert.is(logPartition(sound, { chains: 50, temperatures: 50 }).method, 'annealing');
  const lost = machine(two(), rectified(), [1.01, -0.9, 0, 0]);
  const { estimate, lower, upper } = logPartition(lost, { chains: 50, temperatures: 50 });
  assert.equal([lower, estimate, upper], [Infinity, Infinity, Infinity]);
  assert.is(logLikelihood(lost, data).mean, -Infinity);
});

test.run();
