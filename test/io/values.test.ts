/** Files of this package's own values: spin data and stacks. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeNpz } from '../../src/formats/npz.js';
import { encodeSafetensors } from '../../src/formats/safetensors.js';
import { decodeOwnSpinData, encodeSpinData } from '../../src/io/spinData.js';
import { decodeStack, encodeStack } from '../../src/io/stack.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import { toSpins } from '../../src/rbm/model/convert.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { Stack } from '../../src/rbm/stack/stack.js';
import { refuses } from '../assert.js';

const test = suite('io/values');
const data = new SpinData(3, [3, 5], Uint8Array.of(1, 2, 255, 127, 0, 64), {
  source: 'a test',
  seed: 'µ',
  parameters: { K: 0.4 },
});
const rbm = (visible: number, hidden: number) =>
  new Rbm({
    visible,
    hidden,
    weights: Float32Array.from({ length: visible * hidden }, (_, k) => k / 7),
    visibleBias: new Float32Array(visible).fill(0.25),
    hiddenBias: new Float32Array(hidden).fill(-0.5),
  });

test('spin data come back whole', () => {
  const back = decodeOwnSpinData(encodeSpinData(data));
  assert.equal([back.count, [...back.shape], [...back.bytes]], [3, [3, 5], [...data.bytes]]);
  assert.equal(back.provenance, data.provenance);
});

test('spin data that are not are refused as FormatError with the path', () => {
  const bits = { shape: [3, 2], data: data.bytes };
  const shape = { shape: [2], data: Int32Array.of(3, 5) };
  const cases: Record<string, Parameters<typeof encodeNpz>[0]> = {
    '"bits"': { shape, provenance: '{"source":"a test"}' },
    '"shape"': { bits, provenance: '{"source":"a test"}' },
    '"provenance"': { bits, shape },
    rows: { bits: { shape: [2, 3], data: data.bytes }, shape, provenance: '{"source":"a test"}' },
    JSON: { bits, shape, provenance: '{' },
    '"source"': { bits, shape, provenance: '{}' },
    'an object': { bits, shape, provenance: 'null' },
    'occurs twice': { bits, shape, provenance: '{"source":"a","parameters":{"K":1,"K":2}}' },
    'zero bits': {
      bits: { shape: [3, 2], data: new Uint8Array(6).fill(255) },
      shape,
      provenance: '{"source":"a test"}',
    },
  };
  for (const [word, entries] of Object.entries(cases)) {
    assert.throws(
      () => decodeOwnSpinData(encodeNpz(entries), 'some/file.npz'),
      (error: Error) =>
        error.name === 'FormatError' && error.message.startsWith('some/file.npz') && error.message.includes(word),
      word,
    );
  }
});

test('a stack comes back whole', () => {
  const stack = new Stack([rbm(15, 4), rbm(4, 2)], [3, 5]);
  const back = decodeStack(encodeStack(stack, { note: 'kept' }));
  assert.equal(back.sizes, [15, 4, 2]);
  assert.equal([...back.shape], [3, 5]);
  back.rbms.forEach((one, k) => {
    for (const name of ['weights', 'visibleBias', 'hiddenBias'] as const) assert.equal(one[name], stack.rbms[k][name]);
  });
});

test('a file that is no stack is refused as FormatError', () => {
  const format = 'blockspin-stack-1';
  const weights = { shape: [15, 4], data: new Float32Array(60) };
  const cases = [
    encodeSafetensors({ tensors: {} }),
    encodeSafetensors({ metadata: { format }, tensors: {} }),
    encodeSafetensors({ metadata: { format, shape: '[3,5]' }, tensors: {} }),
    encodeSafetensors({ metadata: { format, shape: '[3,5]' }, tensors: { 'layer1.weights': weights } }),
  ];
  for (const bytes of cases) {
    assert.throws(
      () => decodeStack(bytes, 'x'),
      (error: Error) => error.name === 'FormatError',
    );
  }
});

test('a stack with layers of other units is refused by name', () => {
  const stack = new Stack([rbm(15, 4), toSpins(rbm(4, 2)).rbm], [3, 5]);
  refuses(() => encodeStack(stack), RangeError, '"stack.rbms[1]" expected layers of bits, got spins');
});

test.run();
