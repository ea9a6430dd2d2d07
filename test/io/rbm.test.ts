/** RBMs as files, and from the arrays of others. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeNpz } from '../../src/formats/npz.js';
import { decodeSafetensors, encodeSafetensors, type Tensor } from '../../src/formats/safetensors.js';
import { exportRbm } from '../../src/io/exportRbm.js';
import { rbmFromTensors } from '../../src/io/importRbm.js';
import { decodeRbm, encodeRbm } from '../../src/io/rbm.js';
import { pseudoLikelihood } from '../../src/rbm/likelihood/likelihood.js';
import { toSpins } from '../../src/rbm/model/convert.js';
import { bitLayer, gaussianLayer, reluLayer, spinLayer } from '../../src/rbm/model/layers.js';
import { type AnyRbm, Rbm } from '../../src/rbm/model/rbm.js';
import { BitRows } from '../../src/util/bits.js';
import { refuses } from '../assert.js';
import { randomParameters } from '../physics/enumeration.js';
import { damaged, decodeOrRefuse, refused } from './damage.js';

const test = suite('io/rbm');

const plain = new Rbm(randomParameters(5, 3, 1));
const rbms: AnyRbm[] = [
  plain,
  toSpins(plain).rbm,
  new Rbm({
    visibleLayer: gaussianLayer(plain.visibleBias, Float32Array.of(1, 2, 3, 0.5, 0.1)),
    hiddenLayer: reluLayer(Float64Array.of(0.1, 0.2, 0.3), Float32Array.of(1, 2, 3)),
    weights: plain.weights,
  }),
  new Rbm({
    visibleLayer: spinLayer(plain.visibleBias),
    hiddenLayer: bitLayer(plain.hiddenBias),
    weights: plain.weights,
  }),
];

/** Everything that an RBM is, as one value. */
const parts = ({ visibleLayer, hiddenLayer, weights }: AnyRbm) => [
  ...[visibleLayer, hiddenLayer].map(({ kind, bias, precision }) => [kind, bias, precision]),
  weights,
];

test('an RBM of any units comes back bit by bit, float64 biases too', () => {
  for (const rbm of rbms) assert.equal(parts(decodeRbm(encodeRbm(rbm))), parts(rbm));
  assert.ok(rbms[1].visibleLayer.bias instanceof Float64Array);
  const bytes = encodeRbm(plain, { shape: '[1,5]', note: 'é' });
  assert.equal(bytes, encodeRbm(decodeRbm(bytes), { shape: '[1,5]', note: 'é' }));
  const { metadata, tensors } = decodeSafetensors(bytes);
  assert.equal(metadata, { format: 'blockspin-rbm-1', visible: 'bits', hidden: 'bits', shape: '[1,5]', note: 'é' });
  assert.equal(tensors.weights.shape, [5, 3]);
  refuses(() => encodeRbm(plain, { visible: 'x' }), RangeError, /^"metadata" expected names other than format/);
});

test('files that are none are refused, and damage too', () => {
  const { metadata, tensors } = decodeSafetensors(encodeRbm(rbms[2]));
  const changed = (more: Record<string, Tensor | undefined>, others: Record<string, string> = {}) => {
    const all = Object.entries({ ...tensors, ...more }).filter(
      (entry): entry is [string, Tensor] => entry[1] !== undefined,
    );
    return () =>
      decodeRbm(encodeSafetensors({ metadata: { ...metadata, ...others }, tensors: Object.fromEntries(all) }), 'm');
  };
  const vector = (...values: number[]): Tensor => ({ shape: [values.length], data: Float32Array.from(values) });
  refused(changed({}, { format: 'x' }), /m: expected format blockspin-rbm-1/);
  refused(changed({}, { visible: 'potts' }), /expected "visible", one of bits, spins, gaussian, relu/);
  refused(changed({}, { visible: 'constructor' }), /expected "visible"/);
  refused(changed({ weights: undefined }), /expected "weights", a float tensor of 2 dimensions/);
  refused(changed({ weights: vector(1) }), /expected "weights"/);
  refused(
    changed({ weights: { ...tensors.weights, shape: [3, 5] } }),
    /expected weights of shape \[5, 3\], got \[3, 5\]/,
  );
  refused(changed({ visiblePrecision: vector(1, 1, 1, 1, -1) }), /"precision\[4\]" expected number > 0/);
  refused(changed({ hiddenBias: vector(1, 2, Number.NaN) }), /expected finite number, got NaN/);
  refused(changed({ hiddenBias: vector(1, 2) }), /expected length/);
  refused(changed({ more: vector(1) }), /tensor "more" belongs to no RBM/);
  refused(changed({}, { hidden: 'bits' }), /tensor "hiddenPrecision" belongs to no RBM/);
  let refusals = 0;
  const file = encodeRbm(rbms[2]);
  for (const bytes of damaged(file, 500, 3)) {
    let rbm: AnyRbm | undefined;
    const error = decodeOrRefuse(
      () => {
        rbm = decodeRbm(bytes);
      },
      bytes.length,
      bytes.length,
    );
    if (error) refusals++;
    else assert.is(rbm?.weights.length, rbm!.visible * rbm!.hidden);
  }
  assert.ok(refusals > 200, `${refusals}`);
});

const { weights, visibleBias, hiddenBias } = plain;
const tensor = (data: Float32Array | Float64Array, ...shape: number[]): Tensor => ({ shape, data });
const lying = (values: Float32Array, v: number, h: number) =>
  Float64Array.from({ length: v * h }, (_, k) => values[(k % v) * h + Math.floor(k / v)]);

test('what is read is an RBM of two-valued units for the compiler, unless said otherwise', () => {
  const data = new BitRows(2, 5);
  // no cast: that this compiles is half of the test
  const rbm = decodeRbm(encodeRbm(plain));
  assert.is(pseudoLikelihood(rbm, data).mean, pseudoLikelihood(decodeRbm(encodeRbm(plain)), data).mean);
  const any: AnyRbm = decodeRbm(encodeRbm(plain));
  assert.is(any.visible, 5);
});

test('arrays of others are imported by the names and shapes that they have', () => {
  const upright = tensor(weights, 5, 3);
  const across = tensor(lying(weights, 5, 3), 3, 5);
  const files: Record<string, Tensor>[] = [
    { components_: across, intercept_hidden_: tensor(hiddenBias, 3), intercept_visible_: tensor(visibleBias, 5) },
    { W: upright, vb: tensor(visibleBias, 1, 5), hb: tensor(hiddenBias, 3, 1) },
    { 'rbm.weight': across, 'rbm.v_bias': tensor(visibleBias, 5), 'rbm.h_bias': tensor(hiddenBias, 3) },
    {
      weights: upright,
      visible_bias: tensor(visibleBias, 5),
      hidden_bias: tensor(hiddenBias, 3),
      epoch: tensor(new Float32Array(1)),
    },
  ];
  for (const file of files) assert.equal(parts(rbmFromTensors(file)), parts(plain));
  const named = { T: upright, x: tensor(visibleBias, 5), y: tensor(Float64Array.of(0.1, 0.2, 0.3), 3) };
  const rbm = rbmFromTensors(named, {
    weights: 'T',
    visibleBias: 'x',
    hiddenBias: 'y',
    visible: 'spins',
    hidden: 'relu',
  });
  assert.equal([rbm.visibleLayer.kind, rbm.hiddenLayer.kind], ['spins', 'relu']);
  assert.equal(rbm.hiddenLayer.bias, Float64Array.of(0.1, 0.2, 0.3));
});

test('a square matrix is imported only when it is told what its rows are', () => {
  const square = new Rbm(randomParameters(4, 4, 2));
  const biases = { vb: tensor(square.visibleBias, 4), hb: tensor(square.hiddenBias, 4) };
  const file = { W: tensor(square.weights, 4, 4), ...biases };
  refuses(
    () => rbmFromTensors(file),
    RangeError,
    /^"rows" expected visible or hidden, since "W" of shape \[4, 4\] could be either$/,
  );
  assert.equal(parts(rbmFromTensors(file, { rows: 'visible' })), parts(square));
  const turned = { W: tensor(lying(square.weights, 4, 4), 4, 4), ...biases };
  assert.equal(parts(rbmFromTensors(turned, { rows: 'hidden' })), parts(square));
  // scikit-learn's are known to be [hidden, visible]
  const theirs = { components_: turned.W, intercept_visible_: biases.vb, intercept_hidden_: biases.hb };
  assert.equal(parts(rbmFromTensors(theirs)), parts(square));
});

test('an exported RBM has the arrays of the other program, and comes back the same', () => {
  for (const rbm of [plain, new Rbm(randomParameters(4, 4, 2))]) {
    const { visible, hidden } = rbm;
    const torch = decodeSafetensors(exportRbm(rbm, 'torch')).tensors;
    assert.equal(
      { ...torch },
      {
        W: tensor(Float32Array.from(lying(rbm.weights, visible, hidden)), hidden, visible),
        v_bias: tensor(rbm.visibleBias, visible),
        h_bias: tensor(rbm.hiddenBias, hidden),
      },
    );
    assert.equal(parts(rbmFromTensors(torch, { rows: 'hidden' })), parts(rbm));
    const sklearn = decodeNpz(exportRbm(rbm, 'sklearn')) as Record<string, Tensor>;
    assert.equal(
      { ...sklearn },
      {
        components_: tensor(lying(rbm.weights, visible, hidden), hidden, visible),
        intercept_visible_: tensor(Float64Array.from(rbm.visibleBias), visible),
        intercept_hidden_: tensor(Float64Array.from(rbm.hiddenBias), hidden),
      },
    );
    assert.equal(rbmFromTensors(sklearn).weights, rbm.weights);
  }
});

test('only {0,1} units are exported, with biases that the other program holds', () => {
  const refusal = (rbm: AnyRbm, pattern: RegExp) =>
    refuses(
      () => exportRbm(rbm, 'sklearn'),
      RangeError,
      new RegExp(`^"rbm" expected bits in both layers, got ${pattern.source}`),
    );
  refusal(toSpins(plain).rbm, /spins and spins: toBits\(rbm\)\.rbm is the same RBM/);
  refusal(rbms[2], /gaussian and relu: encodeRbm keeps/);
  refuses(() => exportRbm(plain, 'keras' as never), RangeError, /^"to" expected one of torch, sklearn, got "keras"$/);
  const far = new Rbm({
    visibleLayer: bitLayer(Float64Array.of(1, 1e39)),
    hiddenLayer: bitLayer(Float64Array.of(0.1)),
    weights: new Float32Array(2),
  });
  refuses(
    () => exportRbm(far, 'torch'),
    RangeError,
    /^"rbm.visibleBias\[1\]" expected number that float32 holds, got 1e\+39$/,
  );
  const same = decodeNpz(exportRbm(far, 'sklearn')) as Record<string, Tensor>;
  assert.equal(same.intercept_visible_.data, Float64Array.of(1, 1e39));
});

test('what is missing, double, of another shape or not finite is refused by name', () => {
  const file = { W: tensor(weights, 5, 3), vb: tensor(visibleBias, 5), hb: tensor(hiddenBias, 3) };
  const cases: [Record<string, unknown>, object, RegExp][] = [
    [{ W: undefined }, { weights: 'V' }, /^"weights" expected an array "V", got vb, hb$/],
    [
      { vb: undefined, x: file.vb },
      {},
      /^"visibleBias" expected one array such as intercept_visible_, .*, got W, hb, x$/,
    ],
    [{ 'a.W': file.W }, {}, /^"weights" expected one array such as .*, got W and a\.W$/],
    [{ W: tensor(weights, 15) }, {}, /^"W" expected 5 visible by 3 hidden units.* got \[15\]$/],
    [{ hb: tensor(weights.slice(0, 2), 2) }, {}, /^"W" expected 5 visible by 2 hidden/],
    [{ hb: tensor(weights.slice(0, 6), 2, 3) }, {}, /^"hb" expected one number per unit, got shape \[2, 3\]$/],
    [{ hb: tensor(Float64Array.of(1, Number.NaN, 3), 3) }, {}, /^"hb\[1\]" expected finite number, got NaN$/],
    [
      { W: tensor(Float64Array.from(weights).fill(1e300, 4, 5), 5, 3) },
      {},
      /^"W\[4\]" expected finite number, got 1e\+300$/,
    ],
    [{}, { rows: 'hidden' }, /^"rows" hidden, but "W" of shape \[5, 3\] has 5 visible and 3 hidden units$/],
    [{}, { rows: 'both' }, /^"rows" expected one of visible, hidden/],
    [{}, { visible: 'potts' }, /^"visible" expected one of bits/],
  ];
  for (const [more, options, message] of cases) {
    const entries = Object.entries({ ...file, ...more }).filter(([, value]) => value !== undefined);
    refuses(() => rbmFromTensors(Object.fromEntries(entries) as never, options), RangeError, message);
  }
  refuses(() => rbmFromTensors({ ...file, W: 'text' }), TypeError, /^"W" expected array, got "text"$/);
});

test.run();
