import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SpinData } from '../../src/ising/data/spinData.js';
import { cubic, readLattice, square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { SingleSpin } from '../../src/ising/samplers/singleSpin.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { translationInvariant } from '../../src/rbm/model/symmetric.js';
import { probabilityUp } from '../../src/rg/blocking/conditional.js';
import { filterRule, tiedFilterOf } from '../../src/rg/blocking/filter.js';
import { layerRule } from '../../src/rg/blocking/layers.js';
import { placedLayerRule } from '../../src/rg/blocking/placed.js';
import { majorityRule } from '../../src/rg/blocking/rule.js';
import { historyOf } from '../../src/rg/blocking/step.js';
import { streamKey } from '../../src/util/random.js';
import { refuses } from '../assert.js';
import { Draws } from '../reference/draws.js';
import { chanceBits, filterMeans } from '../reference/filter.js';

const test = suite('rg/layers');

const draws = new Draws(11);
const floats = (n: number, size: number) => Float32Array.from({ length: n }, () => draws.uniform(-size, size));
const data = new Ising({ lattice: square(8), coupling: 0.42, seed: 3 }).sample(300);
const part = (all: SpinData, from: number, to: number) =>
  new SpinData(to - from, all.shape, all.bytes.slice(from * all.stride, to * all.stride), all.provenance);

test('a layer is drawn bit by bit with the means of the RBM, in one call or in batches', () => {
  const rbm = new Rbm({
    visible: 64,
    hidden: 16,
    weights: floats(1024, 1),
    visibleBias: floats(64, 1),
    hiddenBias: floats(16, 1),
  });
  for (const units of [undefined, [3, 15, 0, 7]]) {
    const rule = layerRule(rbm, { shape: units ? [2, 2] : [4, 4], ...(units && { units }) });
    const coarse = rule.apply(data, { seed: 9 });
    const chosen = units ?? [...new Array(16).keys()];
    const means = rbm.meanHidden(data);
    const p = Float64Array.from({ length: 300 * chosen.length }, (_, k) => {
      return means[Math.floor(k / chosen.length) * 16 + chosen[k % chosen.length]];
    });
    const bits = chanceBits(p, streamKey(9, 'block spins', 0), 0n);
    bits.forEach((bit, k) => {
      assert.is(coarse.bit(Math.floor(k / chosen.length), k % chosen.length), bit);
    });
    const batches = [0, 7, 200].flatMap((from, k) => [
      ...rule.apply(part(data, from, [7, 200, 300][k]), { seed: 9, firstRow: from }).bytes,
    ]);
    assert.equal(Uint8Array.from(batches), coarse.bytes);
    assert.equal(readLattice(coarse.provenance.parameters!), units ? square(2) : square(4));
  }
});

test('a layer on a cubic lattice names its lattice; without a shape, or on a twisted one, units have no places', () => {
  const fine = new SingleSpin({ hamiltonian: isingHamiltonian({ lattice: cubic(4), coupling: 0.2 }) }).sample(5);
  const rbm = new Rbm({
    visible: 64,
    hidden: 8,
    weights: floats(512, 1),
    visibleBias: floats(64, 1),
    hiddenBias: floats(8, 1),
  });
  const rule = layerRule(rbm, { shape: [2, 2, 2] });
  const coarse = rule.apply(fine);
  assert.equal(readLattice(coarse.provenance.parameters!), cubic(2));
  assert.equal([rule.scale, coarse.shape], [2, [4, 2]]);
  assert.equal(historyOf(coarse)[0].factor, [2, 2, 2]);
  refuses(
    () => layerRule(rbm, { shape: [2, 4] }).apply(fine),
    RangeError,
    '"data" expected a lattice of 2 dimensions, got 3',
  );
  assert.equal(layerRule(rbm).apply(fine).provenance.parameters?.lattice, { kind: 'units without places' });
});

test('a filter has the twin’s bits, in one call or in batches, and the coarse lattice its name', () => {
  const weights = [0.1, 0.4, -0.2, 0.9, 0.3, 0.2];
  const rule = filterRule({ weights, size: [2, 3], origin: [-1, -1], bias: 0.1, stride: 2 });
  const coarse = rule.apply(data, { seed: 'filter' });
  assert.equal(readLattice(coarse.provenance.parameters!), square(4));
  assert.equal(historyOf(coarse)[0], {
    rule: 'filter',
    name: 'filter of 2 × 3',
    seed: 'filter',
    factor: [2, 2],
    shape: [4, 4],
  });
  const sites = Array.from({ length: 16 }, (_, k) =>
    weights.map((_, i) => {
      const y = (2 * Math.floor(k / 4) - 1 + Math.floor(i / 3) + 8) % 8;
      return 8 * y + ((2 * (k % 4) - 1 + (i % 3) + 8) % 8);
    }),
  );
  const sum = weights.reduce((all, w) => all + w, 0);
  const p = Array.from({ length: 300 }, (_, r) =>
    filterMeans(
      data.row(r),
      sites,
      weights.map((w) => 4 * w),
      2 * (0.1 - sum),
    ),
  ).flat();
  const bits = chanceBits(p, streamKey('filter', 'block spins', 0), 0n);
  assert.equal(Array.from({ length: 300 }, (_, r) => [...coarse.row(r)]).flat(), bits);
  const batches = [0, 1, 200].flatMap((from, k) => [
    ...rule.apply(part(data, from, [1, 200, 300][k]), { seed: 'filter', firstRow: from }).bytes,
  ]);
  assert.equal(Uint8Array.from(batches), coarse.bytes);
});

for (const units of ['spins', 'bits'] as const) {
  test(`a filter read from a tied RBM of ${units} is its hidden layer at every second site`, () => {
    // two filters on 6 × 4; the second has a window that wraps around the torus
    const filters = new Float32Array(48);
    filters.fill(0.3, 0, 24);
    for (const [site, w] of [
      [0, 1],
      [1, 0.5],
      [3, -0.25],
      [20, 2],
      [23, 0.125],
    ]) {
      filters[24 + site] = w;
    }
    const rbm = translationInvariant({ shape: [6, 4], filters, hiddenBias: Float32Array.of(0.5, -0.75), units });
    const filter = tiedFilterOf(rbm, { shape: [6, 4], filter: 1 });
    assert.equal(filter, {
      weights: Float64Array.of(0.125, 2, 0, -0.25, 1, 0.5),
      size: [2, 3],
      origin: [-1, -1],
      bias: -0.75,
      units,
    });
    const lattice = square(6, 4);
    const rule = filterRule({ ...filter, stride: 2 });
    const layer = layerRule(rbm, { shape: [3, 2], units: [0, 2, 8, 10, 16, 18].map((site) => 24 + site) });
    const [ours, theirs] = [rule.spins!(lattice), layer.spins!(lattice)];
    for (let r = 0; r < 30; r++) {
      const v = Int8Array.from({ length: 24 }, () => 2 * draws.integer(0, 1) - 1);
      ours.forEach((spin, k) => {
        assert.ok(Math.abs(probabilityUp(spin, v) - probabilityUp(theirs[k], v)) < 1e-14);
      });
      const row = new SpinData(1, [6, 4], Uint8Array.of(0, 0, 0), { source: 'this test' });
      v.forEach((s, i) => {
        if (s > 0) row.bytes[i >> 3] |= 1 << (i & 7);
      });
      const means = rbm.meanHidden(row);
      theirs.forEach((spin, k) => {
        const mean = means[24 + [0, 2, 8, 10, 16, 18][k]];
        assert.ok(Math.abs(probabilityUp(spin, v) - (units === 'spins' ? (mean + 1) / 2 : mean)) < 1e-6);
      });
    }
    assert.equal(tiedFilterOf(rbm, { shape: [6, 4] }).size, [6, 4]);
    const broken = new Rbm({
      visibleLayer: rbm.visibleLayer,
      hiddenLayer: rbm.hiddenLayer,
      weights: rbm.weights.slice(),
    });
    broken.weights[5 * 48 + 30] += 0.5;
    refuses(() => tiedFilterOf(broken, { shape: [6, 4], filter: 1 }), RangeError, /^"rbm" expected weights tied over/);
    assert.ok(tiedFilterOf(broken, { shape: [6, 4], filter: 0 }));
  });
}

test('a filter read from a tied RBM with a stride is its hidden layer', () => {
  for (const [shape, stride] of [
    [[6, 4], 2],
    [[6, 9], 3],
  ] as [[number, number], number][]) {
    const sites = shape[0] * shape[1];
    const count = sites / stride ** 2;
    const rbm = translationInvariant({
      shape,
      stride,
      filters: floats(2 * sites, 1),
      hiddenBias: Float32Array.of(0, 0.5),
    });
    const rule = filterRule({ ...tiedFilterOf(rbm, { shape, stride, filter: 1 }), stride });
    const spins = rule.spins!(square(...shape));
    assert.is(spins.length, count);
    for (let r = 0; r < 20; r++) {
      const v = Int8Array.from({ length: sites }, () => 2 * draws.integer(0, 1) - 1);
      const row = new SpinData(1, shape, new Uint8Array(Math.ceil(sites / 8)), { source: 'this test' });
      v.forEach((s, i) => {
        if (s > 0) row.bytes[i >> 3] |= 1 << (i & 7);
      });
      const means = rbm.meanHidden(row);
      spins.forEach((spin, k) => {
        assert.ok(Math.abs(probabilityUp(spin, v) - (means[count + k] + 1) / 2) < 1e-6);
      });
    }
    refuses(() => tiedFilterOf(rbm, { shape }), RangeError, /and hidden units in multiples of its \d+ translations/);
    refuses(
      () => tiedFilterOf(rbm, { shape, stride: 5 }),
      RangeError,
      /^"stride" expected common divisor of the sides/,
    );
  }
});

/** Units at chosen sites of 8 × 8: a spot of weights around each; a field everywhere; one of zeros; two opposite spots. */
function spots(centres: [number, number][]): Rbm {
  const hidden = centres.length + 3;
  const weights = new Float32Array(64 * hidden);
  const put = (unit: number, row: number, column: number, w: number) => {
    weights[(8 * ((row + 8) % 8) + ((column + 8) % 8)) * hidden + unit] += w;
  };
  centres.forEach(([row, column], unit) => {
    put(unit, row, column, unit % 2 ? -2 : 2);
    for (const [dy, dx] of [
      [0, 1],
      [1, 0],
      [0, -1],
      [-1, 0],
    ]) {
      put(unit, row + dy, column + dx, 0.5);
    }
  });
  const last = centres.length;
  for (let i = 0; i < 64; i++) put(last, Math.floor(i / 8), i % 8, 0.3);
  put(last + 2, 1, 1, 1);
  put(last + 2, 1, 5, 1);
  return new Rbm({
    visible: 64,
    hidden,
    weights,
    visibleBias: new Float32Array(64),
    hiddenBias: new Float32Array(hidden),
  });
}

test('placed units are at the centres of their fields; units without a place are named and left out', () => {
  const centres: [number, number][] = [
    [0, 0],
    [7, 3],
    [2, 6],
    [5, 5],
  ];
  const rbm = spots(centres);
  const rule = placedLayerRule(rbm, { shape: [8, 8] });
  assert.equal(rule.units, [0, 1, 2, 3]);
  assert.equal(
    rule.leftOut.map(({ unit }) => unit),
    [4, 5, 6],
  );
  assert.match(rule.leftOut[0].reason, /^a field of radius 3\.\d, the limit is 2$/);
  assert.is(rule.leftOut[1].reason, 'all weights are 0');
  centres.flat().forEach((x, k) => {
    const off = Math.abs(rule.places[k] - x);
    assert.ok(Math.min(off, 8 - off) < 1e-12);
  });
  assert.is(rule.scale, 4);
  const coarse = rule.apply(data, { seed: 4 });
  const { parameters = {} } = coarse.provenance;
  assert.equal(coarse.shape, [1, 4]);
  assert.equal(parameters.lattice, { kind: 'places' });
  assert.equal((parameters.places as number[][]).flat(), [...rule.places]);
  assert.equal(parameters.torus, [8, 8]);
  assert.is(readLattice(parameters), null);
  assert.equal(coarse.bytes, layerRule(rbm, { units: [0, 1, 2, 3] }).apply(data, { seed: 4 }).bytes);
  assert.equal(rule.spins!(square(8)), layerRule(rbm, { units: [0, 1, 2, 3] }).spins!(square(8)));
  refuses(() => majorityRule({ factor: 2 }).apply(coarse), RangeError, /got "places"/);
  // a unit of negative weights is turned over, with its place where it was
  const weights = rbm.weights.map((w, k) => (k % rbm.hidden === 2 ? -w : w));
  const hiddenBias = Float32Array.from({ length: rbm.hidden }, (_, k) => (k === 2 ? 0.4 : 0));
  const negative = new Rbm({ visible: 64, hidden: rbm.hidden, weights, visibleBias: new Float32Array(64), hiddenBias });
  const turned = placedLayerRule(negative, { shape: [8, 8] });
  const kept = placedLayerRule(negative, { shape: [8, 8], aligned: false });
  assert.equal(turned.places, rule.places);
  const up = (own: typeof rule, unit: number) => probabilityUp(own.spins!(square(8))[unit], data.spins(0));
  assert.equal(
    [0, 1, 3].map((unit) => up(turned, unit)),
    [0, 1, 3].map((unit) => up(rule, unit)),
  );
  assert.ok(Math.abs(up(turned, 2) + up(kept, 2) - 1) < 1e-12);
  const spin = (own: typeof rule) => {
    const rows = own.apply(data, { seed: 4 });
    return Array.from({ length: 300 }, (_, row) => rows.bit(row, 2)).reduce((sum: number, bit) => sum + bit, 0) / 300;
  };
  const expected = (own: typeof rule) =>
    Array.from({ length: 300 }, (_, row) => probabilityUp(own.spins!(square(8))[2], data.spins(row))).reduce(
      (sum, p) => sum + p,
      0,
    ) / 300;
  for (const own of [turned, kept]) assert.ok(Math.abs(spin(own) - expected(own)) < 4 * Math.sqrt(0.25 / 300));
  assert.ok(Math.abs(expected(turned) - expected(kept)) > 0.02);
  // a wider limit takes all but the field of zeros; the opposite spots have a radius of 2 or more
  assert.equal(
    placedLayerRule(rbm, { shape: [8, 8], maxRadius: 9 }).leftOut.map(({ unit }) => unit),
    [5],
  );
});

test('refusals', () => {
  const filter = (options: object) => () =>
    filterRule({ weights: [1, 1, 1, 1], size: 2, stride: 2, ...options } as never);
  refuses(filter({ size: 3 }), RangeError, '"weights" expected as many as "size" says, got "4 for 3"');
  refuses(filter({ weights: [1, 1, 1, Number.NaN] }), RangeError, '"weights[3]" expected finite number, got NaN');
  refuses(filter({ weights: 3 }), TypeError, /^"weights"/);
  refuses(filter({ stride: 1 }), RangeError, '"stride" expected integer >= 2, got 1');
  refuses(filter({ stride: 'sqrt3' }), RangeError, /^"stride"/);
  refuses(filter({ units: 'gaussian' }), RangeError, /^"units"/);
  refuses(filter({ bias: '1' }), TypeError, /^"bias"/);
  refuses(() => filter({ origin: [0] })().apply(data), RangeError, /^"origin" expected 2 numbers/);
  refuses(() => filter({ stride: 3 })().apply(data), RangeError, /a multiple of 3 such as 6 or 9/);
  const large = filterRule({ weights: new Float64Array(81), size: 9, stride: 2 });
  refuses(() => large.apply(data), RangeError, '"size[0]" expected at most the 8 sites of this side, got 9');
  const parameters = { lattice: { kind: 'square', boundary: 'open' }, shape: [8, 8] };
  const open = new SpinData(1, [8, 8], new Uint8Array(8), { source: 'this test', parameters });
  refuses(() => filter({})().apply(open), RangeError, /^"data" expected data of a periodic lattice/);
  const rbm = spots([[0, 0]]);
  refuses(
    () => placedLayerRule(rbm, { shape: [8, 7] as never }),
    RangeError,
    /^"shape" expected \[rows, columns\] of 64 sites/,
  );
  refuses(() => placedLayerRule(rbm, { shape: [8, 8], maxRadius: 0 }), RangeError, /^"maxRadius"/);
  refuses(() => placedLayerRule(spots([]), { shape: [8, 8] }), RangeError, /^"rbm" expected a unit with a place/);
  refuses(() => placedLayerRule(rbm, { shape: [8, 8] }).apply(open), RangeError, /got "square, open"/);
  refuses(
    () => placedLayerRule(rbm, { shape: [4, 16], maxRadius: 9 }).apply(data),
    RangeError,
    '"data" expected spins of 4 × 16, got "8 × 8"',
  );
  refuses(() => tiedFilterOf(rbm, { shape: [8, 8] }), RangeError, /^"shape" expected sides of a torus of 64 sites/);
  refuses(() => layerRule(rbm, { shape: [4] }), RangeError, /^"shape"/);
});

test.run();
