import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chain } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { trainExactly } from '../../src/rg/map/exactTraining.js';
import { maximiseLikelihood, maximiseLikelihoodAsync } from '../../src/rg/map/maximumLikelihood.js';
import { SpinRbm } from '../../src/rg/map/spinRbm.js';
import { BitRows } from '../../src/util/bits.js';
import { refuses } from '../assert.js';
import { Draws } from '../reference/draws.js';
import { allSpins, plainRbmEnergy } from '../reference/jointSpins.js';
import { randomRbm } from './draws.js';

const test = suite('rg/maximumLikelihood');

/** Rows of ±1 as bits. */
function bitsOf(rows: readonly (readonly number[])[]): BitRows {
  const bits = new BitRows(rows.length, rows[0].length);
  rows.forEach((row, r) => {
    row.forEach((spin, i) => {
      if (spin > 0) bits.bytes[r * bits.stride + (i >> 3)] |= 1 << (i & 7);
    });
  });
  return bits;
}

const log = (rbm: SpinRbm, v: readonly number[]) =>
  Math.log(allSpins(rbm.hidden).reduce((sum, h) => sum + Math.exp(-plainRbmEnergy(rbm, v, h)), 0));

/** Mean log p of weighted rows by sums over all states of both layers. */
function plainLikelihood(rbm: SpinRbm, rows: readonly (readonly number[])[], weights: readonly number[]): number {
  const z = Math.log(allSpins(rbm.visible).reduce((sum, v) => sum + Math.exp(log(rbm, v)), 0));
  const total = weights.reduce((sum, w) => sum + w, 0);
  return rows.reduce((sum, v, r) => sum + (weights[r] / total) * (log(rbm, v) - z), 0);
}

/** The RBM with one parameter, of W, c and b in this order, moved. */
function moved(rbm: SpinRbm, k: number, by: number): SpinRbm {
  const all = [...rbm.weights, ...rbm.visibleBias, ...rbm.hiddenBias];
  all[k] += by;
  const [size, biases] = [rbm.weights.length, rbm.weights.length + rbm.visible];
  const parts = { weights: all.slice(0, size), visibleBias: all.slice(size, biases), hiddenBias: all.slice(biases) };
  return new SpinRbm({ ...rbm, ...parts });
}

test('likelihood and the largest component of its gradient, either layer the smaller one', () => {
  const draws = new Draws(1);
  for (const [visible, hidden] of [
    [1, 1],
    [3, 5],
    [5, 3],
    [9, 2],
    [9, 10],
  ]) {
    const start = randomRbm(draws, visible, hidden, 0.8);
    const rows = Array.from({ length: 7 }, () =>
      Array.from({ length: visible }, () => (draws.uniform() < 0.6 ? 1 : -1)),
    );
    const weights = rows.map(() => draws.uniform(0.5, 3));
    const { rbm, logLikelihood, gradient } = maximiseLikelihood(bitsOf(rows), {
      hidden,
      weights,
      start,
      iterations: 0,
    });
    const expected = plainLikelihood(start, rows, weights);
    assert.ok(Math.abs(logLikelihood - expected) < 1e-12, `${visible}, ${hidden}: ${logLikelihood}, ${expected}`);
    assert.equal(rbm.weights, start.weights);
    if (visible > 5) continue;
    const slopes = Array.from({ length: visible * hidden + visible + hidden }, (_, k) => {
      const [up, down] = [1e-5, -1e-5].map((by) => plainLikelihood(moved(start, k, by), rows, weights));
      return Math.abs(up - down) / 2e-5;
    });
    assert.ok(Math.abs(gradient - Math.max(...slopes)) < 1e-8, `${visible}, ${hidden}: ${gradient}`);
  }
});

test('at the end no parameter can be moved to a higher likelihood', () => {
  // what an RBM of two hidden units is: its own likelihood is the highest there is
  const given = new SpinRbm({ visible: 4, hidden: 2, weights: [0.5, -0.3, 0.2, 0.7, -0.6, 0.1, 0.4, 0.4] });
  const weights = allSpins(4).map((v) => Math.exp(log(given, v)));
  const found = maximiseLikelihood(bitsOf(allSpins(4)), { hidden: 2, weights, tolerance: 1e-9, seed: 2 });
  assert.ok(found.converged && found.gradient <= 1e-9);
  assert.ok(Math.abs(found.logLikelihood - plainLikelihood(given, allSpins(4), weights)) < 1e-9);
  for (let k = 0; k < 14; k++) {
    for (const by of [0.01, -0.01]) {
      assert.ok(plainLikelihood(moved(found.rbm, k, by), allSpins(4), weights) < found.logLikelihood + 1e-12);
    }
  }
});

test('all states weighted by P: the end of the exact training from the same start', () => {
  const hamiltonian = isingHamiltonian({ lattice: chain(6), coupling: 0.5, field: 0.2 });
  const weights = allSpins(6).map((v) =>
    Math.exp(v.reduce((sum, s, i) => sum + 0.5 * s * v[(i + 1) % 6] + 0.2 * s, 0)),
  );
  const z = weights.reduce((sum, w) => sum + w, 0);
  const entropy = -weights.reduce((sum, w) => sum + (w / z) * Math.log(w / z), 0);
  const exact = trainExactly(hamiltonian, { hidden: 2, biases: 'both', iterations: 400, tolerance: 1e-8 });
  for (const hidden of [2, 7]) {
    const start = hidden === 2 ? exact.start : undefined;
    const found = maximiseLikelihood(bitsOf(allSpins(6)), { hidden, weights, start, tolerance: 1e-8 });
    const kl = -entropy - found.logLikelihood;
    if (hidden === 2) assert.ok(Math.abs(kl - exact.history[exact.history.length - 1].kl) < 1e-9, `${kl}`);
    else assert.ok(kl > -1e-12 && kl < 1e-6, `${kl}`);
  }
});

test('a weight is as many equal rows, and pauses change nothing', async () => {
  const rows = [
    [1, 1, -1],
    [1, -1, -1],
    [-1, -1, 1],
  ];
  const options = { hidden: 2, iterations: 6, seed: 'a' };
  const [rare, often] = [rows, [...rows, rows[0], rows[0]]].map(bitsOf);
  const weighted = maximiseLikelihood(rare, { ...options, weights: [3, 1, 1] });
  const repeated = maximiseLikelihood(often, options);
  assert.ok(weighted.rbm.weights.every((w, k) => Math.abs(w - repeated.rbm.weights[k]) < 1e-9));
  const paused = await maximiseLikelihoodAsync(often, options);
  assert.equal(paused, repeated);
  assert.not.equal(maximiseLikelihood(often, { ...options, seed: 'b' }).rbm.weights, repeated.rbm.weights);
});

test('refuses what it cannot do, by name', () => {
  const rows = new BitRows(2, 3);
  refuses(() => maximiseLikelihood([] as never, { hidden: 1 }), TypeError, /^"rows" expected BitRows/);
  refuses(() => maximiseLikelihood(new BitRows(0, 3), { hidden: 1 }), RangeError, /at least one row, got none$/);
  refuses(
    () => maximiseLikelihood(rows, null as never),
    TypeError,
    '"options" expected { hidden, weights, iterations, tolerance, … }, got null',
  );
  refuses(() => maximiseLikelihood(rows, { hidden: 0 }), RangeError, '"hidden" expected integer in [1, 1000], got 0');
  refuses(
    () => maximiseLikelihood(new BitRows(2, 17), { hidden: 17 }),
    RangeError,
    '"hidden" expected integer in [1, 16], got 17',
  );
  refuses(() => maximiseLikelihood(rows, { hidden: 1, weights: [1] }), RangeError, /^"weights" expected/);
  refuses(() => maximiseLikelihood(rows, { hidden: 1, weights: [1, 0] }), RangeError, /^"weights\[1\]" expected/);
  refuses(
    () =>
      maximiseLikelihood(rows, {
        hidden: 1,
        start: new SpinRbm({ visible: 3, hidden: 2, weights: [1, 1, 1, 1, 1, 1] }),
      }),
    RangeError,
    '"start" expected 3 visible and 1 hidden units, got "3 and 2"',
  );
  refuses(
    () => maximiseLikelihood(new BitRows(2, 16), { hidden: 600 }),
    RangeError,
    /^"hidden" expected at most 2\^25/,
  );
});

test.run();
