/** RBMs of all kinds of units: functions of the whole machine against sums and integrals over its states, and its samplers against its distribution. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bitLayer, gaussianLayer, type Layer, reluLayer, type States, spinLayer } from '../../src/rbm/model/layers.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { BitRows } from '../../src/util/bits.js';
import { refuses } from '../assert.js';
import { bitRows, logSumExp, stateOf } from '../physics/enumeration.js';
import { chiSquareTail, standardNormal } from '../physics/statistics.js';
import { type Kind, type PlainLayer, plainInputs, plainLogWeight, plainStates, unitMoments } from '../physics/units.js';
import { Draws } from '../reference/draws.js';

const test = suite('rbm/units');

interface Machine {
  rbm: Rbm<States, States>;
  visible: PlainLayer;
  hidden: PlainLayer;
}

function layerOf({ kind, bias, precision }: PlainLayer): Layer {
  const make = { bits: bitLayer, spins: spinLayer, gaussian: gaussianLayer, relu: reluLayer }[kind];
  return make(bias as Float32Array, precision as Float32Array) as Layer;
}

/** A random machine; few enough and weak enough weights for the integrals to be finite. */
function machine(visible: Kind, hidden: Kind, sizes: [number, number], seed: number, size = 0.6): Machine {
  const draws = new Draws(seed);
  const layer = (kind: Kind, n: number): PlainLayer => ({
    kind,
    bias: draws.floats(n, -1, 1),
    precision: kind === 'gaussian' || kind === 'relu' ? draws.floats(n, 1.5, 3) : undefined,
  });
  const [v, h] = [layer(visible, sizes[0]), layer(hidden, sizes[1])];
  const weights = draws.floats(sizes[0] * sizes[1], -size, size);
  return {
    rbm: new Rbm<States, States>({ visibleLayer: layerOf(v), hiddenLayer: layerOf(h), weights }),
    visible: v,
    hidden: h,
  };
}

const KINDS: Kind[] = ['bits', 'spins', 'gaussian', 'relu'];
const twoValued = (kind: Kind) => kind === 'bits' || kind === 'spins';

/** Random states of a layer, with their numbers. */
function someStates(kind: Kind, size: number, rows: number, seed: number): { states: States; numbers: Float32Array } {
  const draws = new Draws(seed);
  if (!twoValued(kind)) {
    const numbers = draws.floats(rows * size, kind === 'relu' ? 0 : -2, 2);
    return { states: numbers, numbers };
  }
  const bits = Array.from({ length: rows }, () => draws.bits(size));
  const numbers = Float32Array.from(
    bits.flatMap((row) => [...row].map((bit) => (kind === 'bits' ? bit : 2 * bit - 1))),
  );
  return { states: bitRows(bits, size), numbers };
}

for (const visible of KINDS) {
  for (const hidden of KINDS) {
    test(`${visible} and ${hidden}: energy, free energy, inputs, means, variances and their mirror`, () => {
      const [n, m, rows] = [5, 3, 6];
      const { rbm, visible: v, hidden: h } = machine(visible, hidden, [n, m], 3);
      const a = someStates(visible, n, rows, 1);
      const b = someStates(hidden, m, rows, 2);
      const energies = rbm.energy(a.states, b.states);
      const free = rbm.freeEnergy(a.states);
      const inputs = rbm.hiddenInputs(a.states);
      const mean = rbm.meanHidden(a.states);
      const variance = rbm.varianceHidden(a.states);
      for (let r = 0; r < rows; r++) {
        const x = a.numbers.subarray(r * n, r * n + n);
        const y = b.numbers.subarray(r * m, r * m + m);
        let energy = 0;
        x.forEach((value, i) => {
          energy += ((v.precision?.[i] ?? 0) * value ** 2) / 2 - v.bias[i] * value;
        });
        const fields = plainInputs(x, rbm.weights, h.bias);
        y.forEach((value, j) => {
          energy += ((h.precision?.[j] ?? 0) * value ** 2) / 2 - fields[j] * value;
        });
        assert.ok(Math.abs(energies[r] - energy) < 1e-13 * 20, `energy ${energies[r]}, ${energy}`);
        const expected = -plainLogWeight(x, v, h, rbm.weights);
        assert.ok(Math.abs(free[r] - expected) < 1e-10, `free energy ${free[r]}, ${expected}`);
        fields.forEach((field, j) => {
          const moments = unitMoments(h.kind, field, h.precision?.[j], 3000);
          assert.ok(Math.abs(inputs[r * m + j] - field) < 1e-5);
          assert.ok(Math.abs(mean[r * m + j] - moments.mean) < 1e-5, `mean ${mean[r * m + j]}, ${moments.mean}`);
          assert.ok(Math.abs(variance[r * m + j] - moments.variance) < 1e-5, 'variance');
        });
      }
      const mirror = rbm.mirror();
      assert.equal(
        mirror.energy(b.states, a.states).map((e) => Math.fround(e)),
        energies.map((e) => Math.fround(e)),
      );
      assert.equal(mirror.meanVisible(a.states), mean);
      assert.equal(mirror.varianceVisible(a.states), variance);
      assert.equal(mirror.visibleInputs(a.states), inputs);
      assert.equal(mirror.modeVisible(a.states), rbm.modeHidden(a.states));
      assert.equal(mirror.mirror().weights, rbm.weights);
    });
  }
}

/** Exact p(v) of an RBM of two-valued visible units. */
function distribution({ rbm, visible, hidden }: Machine): Float64Array {
  const logs = Float64Array.from(plainStates(visible), (v) => plainLogWeight(v, visible, hidden, rbm.weights));
  const logZ = logSumExp(logs);
  return logs.map((x) => Math.exp(x - logZ));
}

for (const [visible, hidden] of [
  ['bits', 'bits'],
  ['spins', 'spins'],
  ['bits', 'gaussian'],
  ['spins', 'relu'],
] as const) {
  test(`Gibbs sampling of ${visible} and ${hidden} does not leave the exact distribution, nor with units clamped`, () => {
    const subject = machine(visible, hidden, [4, 3], 11, 0.8);
    const p = distribution(subject);
    // chains in the exact distribution to begin with: state s as often as p(s) says, up to rounding
    const chains = 16_000;
    let sum = 0;
    const start: number[] = [];
    p.forEach((value, s) => {
      sum += value;
      while (start.length < Math.round(sum * chains)) start.push(s);
    });
    const rows = bitRows(
      start.map((s) => [0, 1, 2, 3].map((i) => (s >> i) & 1)),
      4,
    );
    for (const clamp of [[], [0, 2]]) {
      const { visible: after, hidden: h } = subject.rbm.gibbs(rows, { steps: 7, seed: 5, clamp });
      const end = after as BitRows;
      const group = (s: number) => clamp.reduce((code, i) => code * 2 + ((s >> i) & 1), 0);
      for (let r = 0; r < end.count; r++) assert.is(group(stateOf(end, r)), group(start[r]), 'clamped units');
      const counts = new Float64Array(16);
      for (let r = 0; r < end.count; r++) counts[stateOf(end, r)]++;
      // clamped units keep the shares of their states exactly, so only the others are free; and since the chains began with exact shares, χ² is a
      // little smaller than it would be otherwise
      let chi = 0;
      let variation = 0;
      counts.forEach((count, s) => {
        chi += (count - p[s] * chains) ** 2 / (p[s] * chains);
        variation += Math.abs(count / chains - p[s]) / 2;
      });
      const freedom = clamp.length > 0 ? 12 : 15;
      const tail = chiSquareTail(chi, freedom);
      assert.ok(tail > 1e-3, `clamp ${clamp}: χ² = ${chi} of ${freedom}, p = ${tail}`);
      // total variation of a multinomial sample: Σ √(2p(1-p)/πn)/2 on average
      const floor = p.reduce((total, q) => total + Math.sqrt((2 * q * (1 - q)) / Math.PI / chains) / 2, 0);
      assert.ok(variation < 2 * floor, `total variation ${variation}, Monte Carlo floor ${floor}`);
      assert.is(h instanceof BitRows ? h.count : h.length / 3, end.count);
    }
  });
}

test('Gaussian and rectified visible units: long chains have the exact moments of v', () => {
  for (const visible of ['gaussian', 'relu'] as const) {
    const { rbm, visible: v, hidden: h } = machine(visible, 'spins', [3, 4], 5, 0.8);
    // p(h) by enumeration, then moments of v given h by integrals
    const states = plainStates(h);
    const mirrored = rbm.mirror();
    const logs = Float64Array.from(states, (s) => plainLogWeight(s, h, v, mirrored.weights));
    const logZ = logSumExp(logs);
    const mean = new Float64Array(3);
    const second = new Float64Array(3);
    states.forEach((s, k) => {
      plainInputs(s, mirrored.weights, v.bias).forEach((a, i) => {
        const moments = unitMoments(v.kind, a, v.precision?.[i], 3000);
        mean[i] += Math.exp(logs[k] - logZ) * moments.mean;
        second[i] += Math.exp(logs[k] - logZ) * (moments.variance + moments.mean ** 2);
      });
    });
    const chains = 20_000;
    const end = rbm.gibbs(new Float32Array(3 * chains), { steps: 30, seed: 'moments' }).visible as Float32Array;
    const z: number[] = [];
    for (let i = 0; i < 3; i++) {
      for (const [power, exact] of [
        [1, mean[i]],
        [2, second[i]],
      ]) {
        let sum = 0;
        let squares = 0;
        for (let r = 0; r < chains; r++) {
          const x = end[r * 3 + i] ** power;
          sum += x;
          squares += x * x;
        }
        const average = sum / chains;
        z.push((average - exact) / Math.sqrt((squares / chains - average ** 2) / chains));
      }
    }
    // correlated, so each by itself: p > 1e-3 with six of them
    for (const x of z) assert.ok(Math.abs(x) < 3.9, `${visible}: z = ${z.map((value) => value.toFixed(2))}`);
  }
});

test('clamped Gaussian units keep their values, and the others follow them', () => {
  const { rbm } = machine('gaussian', 'bits', [3, 2], 8);
  const v = Float32Array.from({ length: 30 }, (_, k) => k / 10);
  const { visible } = rbm.gibbs(v, { steps: 3, seed: 1, clamp: [1] });
  const end = visible as Float32Array;
  for (let r = 0; r < 10; r++) {
    assert.is(end[3 * r + 1], v[3 * r + 1]);
    assert.is.not(end[3 * r], v[3 * r]);
  }
});

test('Gibbs chains: one seed, one sample; other seeds, rows and steps, others', () => {
  const { rbm } = machine('spins', 'spins', [30, 20], 2, 0.2);
  const v = someStates('spins', 30, 300, 1).states;
  const draw = (seed: number, steps: number) => (rbm.gibbs(v, { seed, steps }).visible as BitRows).bytes;
  assert.equal(draw(1, 3), draw(1, 3));
  assert.not.equal(draw(1, 3), draw(2, 3));
  assert.not.equal(draw(1, 3), draw(1, 4));
  // steps draw afresh: successive differences of a free machine are fair coins
  const free = new Rbm<States, States>({
    visibleLayer: spinLayer(new Float32Array(30)),
    hiddenLayer: spinLayer(new Float32Array(20)),
    weights: new Float32Array(600),
  });
  const z: number[] = [];
  for (let steps = 1; steps < 40; steps++) {
    const [a, b] = [steps, steps + 1].map((n) => free.gibbs(v, { seed: 9, steps: n }).visible as BitRows);
    let differ = 0;
    for (let r = 0; r < 300; r++) for (let i = 0; i < 30; i++) differ += a.bit(r, i) ^ b.bit(r, i);
    z.push((differ - 4500) / Math.sqrt(2250));
  }
  const { pMean, pVariance } = standardNormal(z);
  assert.ok(pMean > 1e-3 && pVariance > 1e-3, `p = ${pMean}, ${pVariance}`);
});

test('refuses layers and options that do not fit', () => {
  const layers = { visibleLayer: spinLayer(new Float32Array(3)), hiddenLayer: bitLayer(new Float32Array(2)) };
  const build = (changed: object) => () => new Rbm({ ...layers, weights: new Float32Array(6), ...changed } as never);
  refuses(build({ weights: new Float32Array(5) }), RangeError, '"weights" expected length 6, got 5');
  refuses(build({ visibleLayer: {} }), TypeError, /^"visibleLayer" expected a layer/);
  refuses(build({ hiddenLayer: undefined }), TypeError, /^"hiddenLayer" expected a layer/);
  const rbm = build({})();
  const v = new BitRows(1, 3);
  refuses(() => rbm.gibbs(v, { steps: 0, seed: 1 }), RangeError, /^"steps" expected/);
  refuses(
    () => rbm.gibbs(v, { steps: 1, seed: 1, clamp: [3] }),
    RangeError,
    '"clamp[0]" expected integer in [0, 2], got 3',
  );
  refuses(() => rbm.gibbs(v, { steps: 1, seed: -1 }), RangeError, /^"seed"/);
  refuses(() => rbm.gibbs(new BitRows(1, 4), { steps: 1, seed: 1 }), RangeError, '"v" expected 3 bits per row, got 4');
  refuses(() => rbm.freeEnergy([1, 1, 1] as never), TypeError, '"v" expected BitRows or Float32Array, got [1, 1, 1]');
});

test.run();
