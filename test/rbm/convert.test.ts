import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toBits, toSpins } from '../../src/rbm/model/convert.js';
import { bitLayer, gaussianLayer, spinLayer } from '../../src/rbm/model/layers.js';
import { type AnyRbm, Rbm } from '../../src/rbm/model/rbm.js';
import type { BitRows } from '../../src/util/bits.js';
import { allClose } from '../assert.js';
import { allStates, bitRows, randomParameters, randomRows, unitsOf } from '../physics/enumeration.js';
import { Draws } from '../reference/draws.js';

const test = suite('rbm/convert');

/** Every pair of states of both layers. */
function allPairs(visible: number, hidden: number): [v: BitRows, h: BitRows] {
  const states = Array.from({ length: 2 ** (visible + hidden) }, (_, s) => s);
  return [
    bitRows(
      states.map((s) => unitsOf(s, visible)),
      visible,
    ),
    bitRows(
      states.map((s) => unitsOf(s >> visible, hidden)),
      hidden,
    ),
  ];
}

/** The same parameters, read in either convention. */
const spinsOf = ({ visibleBias, hiddenBias, weights }: ReturnType<typeof randomParameters>) =>
  new Rbm<BitRows, BitRows>({ visibleLayer: spinLayer(visibleBias), hiddenLayer: spinLayer(hiddenBias), weights });

test('E is the same for each pair of configurations, but for the constant, both ways', () => {
  const parameters = randomParameters(5, 4, 3, 1.5);
  const [v, h] = allPairs(5, 4);
  for (const [name, rbm, convert] of [
    ['{0,1} → ±1', new Rbm(parameters), toSpins],
    ['±1 → {0,1}', spinsOf(parameters), toBits],
  ] as const) {
    const { rbm: other, constant } = convert(rbm);
    assert.not.equal(other.visibleLayer.kind, rbm.visibleLayer.kind);
    assert.not.equal(other.hiddenLayer.kind, rbm.hiddenLayer.kind);
    allClose(
      other.energy(v, h).map((e) => e + constant),
      rbm.energy(v, h),
      1e-14,
      `energy, ${name}`,
    );
    const rows = allStates(5);
    allClose(
      other.freeEnergy(rows).map((f) => f + constant),
      rbm.freeEnergy(rows),
      1e-14,
      `free energy, ${name}`,
    );
  }
});

test('they are the formulas: W′ = 4W, c′ = 2c - 2ΣW, b′ = 2b - 2ΣW, and the constant is Σc + Σb - ΣW', () => {
  const parameters = randomParameters(7, 3, 5);
  const { weights, visibleBias, hiddenBias } = parameters;
  const { rbm, constant } = toBits(spinsOf(parameters));
  const row = (i: number) => [0, 1, 2].reduce((sum, j) => sum + weights[i * 3 + j], 0);
  const column = (j: number) => [0, 1, 2, 3, 4, 5, 6].reduce((sum, i) => sum + weights[i * 3 + j], 0);
  allClose(
    rbm.weights,
    weights.map((w) => 4 * w),
    0,
    'W',
  );
  allClose(
    rbm.visibleLayer.bias,
    Array.from(visibleBias, (c, i) => 2 * c - 2 * row(i)),
    1e-15,
    'c',
  );
  allClose(
    rbm.hiddenLayer.bias,
    Array.from(hiddenBias, (b, j) => 2 * b - 2 * column(j)),
    1e-15,
    'b',
  );
  const sum = (values: Float32Array) => values.reduce((total, x) => total + x, 0);
  allClose(
    [constant],
    [[0, 1, 2, 3, 4, 5, 6].reduce((total, i) => total - row(i), sum(visibleBias) + sum(hiddenBias))],
    1e-6,
    '',
  );
});

test('there and back again is the same machine', () => {
  const rbm = new Rbm(randomParameters(6, 5, 2));
  const there = toSpins(rbm);
  const back = toBits(there.rbm);
  assert.equal(back.rbm.weights, rbm.weights);
  allClose(back.rbm.visibleLayer.bias, rbm.visibleBias, 1e-14, 'c');
  allClose(back.rbm.hiddenLayer.bias, rbm.hiddenBias, 1e-14, 'b');
  assert.ok(Math.abs(there.constant + back.constant) < 1e-13);
  assert.is(toBits(rbm).constant, 0);
});

test('conditional means are the same bits in other units, and so are the samples', () => {
  const rbm = new Rbm(randomParameters(30, 23, 4, 0.5));
  const { rbm: spins } = toSpins(rbm);
  const v = randomRows(300, 30, 1);
  const h = randomRows(300, 23, 2);
  allClose(
    spins.meanHidden(v),
    rbm.meanHidden(v).map((p) => 2 * p - 1),
    3e-6,
    'hidden',
  );
  allClose(
    spins.meanVisible(h),
    rbm.meanVisible(h).map((p) => 2 * p - 1),
    3e-6,
    'visible',
  );
  allClose(
    spins.varianceHidden(v),
    rbm.varianceHidden(v).map((p) => 4 * p),
    2e-5,
    'variance',
  );
  // the same random numbers against the same probabilities: they may part where a number is within rounding of one
  const a = rbm.sampleHidden(v, 5);
  const b = spins.sampleHidden(v, 5);
  let differ = 0;
  for (let r = 0; r < 300; r++) for (let j = 0; j < 23; j++) differ += a.bit(r, j) ^ b.bit(r, j);
  assert.ok(differ <= 2, `${differ} of 6900 bits differ`);
});

test('real layers stay as they are, next to layers that change', () => {
  const draws = new Draws(5);
  const rbm = new Rbm<Float32Array, BitRows>({
    visibleLayer: gaussianLayer(draws.floats(3, -1, 1), draws.floats(3, 0.5, 2)),
    hiddenLayer: bitLayer(draws.floats(4, -1, 1)),
    weights: draws.floats(12, -1, 1),
  });
  const { rbm: spins, constant } = toSpins(rbm);
  assert.is(spins.visibleLayer.kind, 'gaussian');
  assert.is(spins.hiddenLayer.kind, 'spins');
  const v = draws.floats(48, -2, 2);
  const h = allStates(4);
  allClose(
    spins.energy(v, h).map((e) => e + constant),
    rbm.energy(v, h),
    1e-14,
    'energy',
  );
  allClose(
    spins.freeEnergy(v).map((f) => f + constant),
    rbm.freeEnergy(v),
    1e-14,
    'free energy',
  );
});

test('an RBM without layers of the other kind is returned as it is', () => {
  const real = new Rbm<Float32Array, Float32Array>({
    visibleLayer: gaussianLayer(new Float32Array(2)),
    hiddenLayer: gaussianLayer(new Float32Array(2)),
    weights: new Float32Array(4),
  }) as AnyRbm;
  assert.is(toSpins(real).constant, 0);
  assert.is(toBits(real).rbm.visibleLayer.kind, 'gaussian');
});

test.run();
