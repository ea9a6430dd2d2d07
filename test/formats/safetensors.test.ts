import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { NumericArray } from '../../src/formats/npy.js';
import { encodeNpz } from '../../src/formats/npz.js';
import {
  decodeSafetensors,
  encodeSafetensors,
  inspectSafetensors,
  type Tensor,
} from '../../src/formats/safetensors.js';
import { encodeCheckpoint } from '../../src/io/checkpoint.js';
import { rbmFromTensors } from '../../src/io/importRbm.js';
import { decodeRbm } from '../../src/io/rbm.js';
import { decodeSamplerState } from '../../src/io/samplerState.js';
import { decodeOwnSpinData } from '../../src/io/spinData.js';
import { decodeStack } from '../../src/io/stack.js';
import { decodeStackState, decodeTrainingState } from '../../src/io/trainingState.js';
import { ascii, bitsOf, damaged, decodeOrRefuse, largestAllocation, refused } from '../io/damage.js';

const test = suite('io/safetensors');

/** A file with this header, unpadded, and this data. */
function file(header: string | Uint8Array, data: number[] = []): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

function entry(name: string, dtype: string, shape: number[], begin: number, end: number): string {
  return `"${name}":{"dtype":"${dtype}","shape":${JSON.stringify(shape)},"data_offsets":[${begin},${end}]}`;
}

test('a small file is the bytes that the format prescribes', () => {
  const text = '{"__metadata__":{"k":"v"},"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},';
  const rest = '"b":{"dtype":"F32","shape":[1,1],"data_offsets":[3,7]}}';
  const header = [...ascii(text + rest)];
  assert.is(header.length, 133);
  const expected = [136, 0, 0, 0, 0, 0, 0, 0, ...header, 0x20, 0x20, 0x20, 1, 2, 3, 0, 0, 0xc0, 0x3f];
  const tensors = { a: { shape: [3], data: Uint8Array.of(1, 2, 3) }, b: { shape: [1, 1], data: Float32Array.of(1.5) } };
  assert.equal([...encodeSafetensors({ metadata: { k: 'v' }, tensors })], expected);
  assert.equal([...encodeSafetensors({ tensors: {} })], [8, 0, 0, 0, 0, 0, 0, 0, ...ascii('{}      ')]);
});

test('reads what it wrote: every type, empty and 0-d tensors, odd names, odd offsets', () => {
  const data: NumericArray[] = [
    Uint8Array.of(255),
    Int8Array.of(-128),
    Uint16Array.of(65535),
    Int16Array.of(-32768),
    Uint32Array.of(2 ** 32 - 1),
    Int32Array.of(-(2 ** 31)),
    BigUint64Array.of(2n ** 64n - 1n),
    BigInt64Array.of(-(2n ** 63n)),
    Float32Array.of(Number.NaN),
    Float64Array.of(Math.PI),
  ];
  const tensors: Record<string, Tensor> = {
    none: { shape: [0, 5], data: new Float64Array(0) },
    'layer 1.W "quoted" \\ τ\n\u{1f9f2}': { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    constructor: { shape: [1], data: Uint8Array.of(3) },
    '': { shape: [1, 1, 1], data: Uint8Array.of(4) },
  };
  for (const sample of data) {
    tensors[`${sample.constructor.name} of one`] = { shape: [], data: sample };
    tensors[`${sample.constructor.name} of none`] = { shape: [0], data: sample.slice(1) };
  }
  tensors.last = { shape: [0], data: new Uint8Array(0) };
  const metadata = { note: 'K_c = ½ ln(1+√2)', constructor: '', 'a"b': '\u0000\u001f\\' };
  const bytes = encodeSafetensors({ metadata, tensors });
  assert.is(new DataView(bytes.buffer).getUint32(0, true) % 8, 0);

  // Beginning at an odd place of a larger buffer, which is then overwritten: nothing read may be a view on it.
  const buffer = new Uint8Array(bytes.length + 5);
  buffer.set(bytes, 5);
  const read = decodeSafetensors(buffer.subarray(5));
  buffer.fill(0xaa);
  assert.equal(Object.keys(read.tensors), Object.keys(tensors));
  assert.equal(read.metadata, metadata);
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    assert.equal(read.tensors[name].shape, shape);
    assert.is(read.tensors[name].data.constructor, data.constructor);
    assert.equal(bitsOf(read.tensors[name].data), bitsOf(data));
  }
  assert.equal(encodeSafetensors(read), bytes);
});

test('tensors may be views into a larger buffer', () => {
  const data = new Float32Array(Float32Array.of(9, 1, 2, 9).buffer, 4, 2);
  assert.equal(
    decodeSafetensors(encodeSafetensors({ tensors: { a: { shape: [2], data } } })).tensors.a.data,
    Float32Array.of(1, 2),
  );
});

test('says where tensors lie without reading them', () => {
  const bytes = encodeSafetensors({
    tensors: { a: { shape: [3], data: Uint8Array.of(7, 8, 9) }, b: { shape: [2, 1], data: Int16Array.of(1, 2) } },
  });
  const { places } = inspectSafetensors(bytes);
  assert.equal(places.a, { dtype: 'U8', shape: [3], begin: bytes.length - 7, end: bytes.length - 4 });
  assert.equal(places.b, { dtype: 'I16', shape: [2, 1], begin: bytes.length - 4, end: bytes.length });
});

test('the order of names is free, and so are spaces between tokens', () => {
  const header = `{ ${entry('late', 'U8', [2], 1, 3)} ,\n\t${entry('early', 'U8', [1], 0, 1)} }   `;
  const { tensors } = decodeSafetensors(file(header, [1, 2, 3]));
  assert.equal(Object.keys(tensors), ['late', 'early']);
  assert.equal(tensors.late.data, Uint8Array.of(2, 3));
  const escaped = file(`{${entry('\\u0061', 'U8', [1], 0, 1)}}`, [1]);
  assert.equal(Object.keys(decodeSafetensors(escaped).tensors), ['a']);
});

test('a tensor called __proto__ is a tensor like others', () => {
  const bytes = file(`{"__metadata__":{"__proto__":"x"},${entry('__proto__', 'U8', [1], 0, 1)}}`, [1]);
  const { tensors, metadata } = decodeSafetensors(bytes);
  assert.ok(Object.hasOwn(tensors, '__proto__') && Object.hasOwn(metadata, '__proto__'));
  assert.is(Object.getPrototypeOf(tensors), Object.prototype);
});

test('every violation is refused, with the place', () => {
  const cases: [string, number, RegExp][] = [
    [`{${entry('a', 'U8', [2], 0, 2)}}`, 1, /ends at byte 2 of the data, the file has 1/],
    [`{${entry('a', 'U8', [2], 0, 2)}}`, 3, /1 bytes of data belong to no tensor/],
    ['{}', 1, /1 bytes of data belong to no tensor/],
    [`{${entry('a', 'U8', [2], 0, 2)},${entry('b', 'U8', [2], 1, 3)}}`, 3, /"b" begins at 1, inside another/],
    [`{${entry('a', 'U8', [2], 0, 2)},${entry('b', 'U8', [2], 0, 2)}}`, 2, /"b" begins at 0, inside another/],
    [`{${entry('a', 'U8', [1], 0, 1)},${entry('b', 'U8', [1], 2, 3)}}`, 3, /"b" begins at 2, after a hole from 1/],
    [`{${entry('a', 'U8', [1], 1, 2)}}`, 2, /after a hole from 0/],
    [`{${entry('a', 'U8', [2], 2, 0)}}`, 2, /ends at 0, before it begins at 2/],
    [`{${entry('a', 'F32', [2], 0, 4)}}`, 4, /shape \[2\] and type F32 needs 8 bytes, has 4/],
    [`{${entry('a', 'F32', [], 0, 8)}}`, 8, /needs 4 bytes, has 8/],
    [`{${entry('a', 'F32', [1e6, 1e6, 1e6, 1e6], 0, 8)}}`, 8, /needs .* bytes, has 8/],
    [`{${entry('a', 'U8', [9007199254740991], 0, 9007199254740991)}}`, 8, /the file has 8/],
    [`{${entry('a', 'U8', [0], 5, 5)}}`, 0, /the file has 0/],
    [`{${entry('a', 'U8', [1], 0, 1)},${entry('a', 'U8', [1], 1, 2)}}`, 2, /"a" occurs twice/],
    [`{${entry('a', 'U8', [1], 0, 1)},${entry('\\u0061', 'U8', [1], 1, 2)}}`, 2, /"a" occurs twice/],
    ['{"__metadata__":{},"__metadata__":{}}', 0, /"__metadata__" occurs twice/],
    ['{"__metadata__":{"k":"1","k":"2"}}', 0, /metadata "k" occurs twice/],
    ['{"__metadata__":{"k":1}}', 0, /a string for metadata "k"/],
    ['{"__metadata__":{"k":null}}', 0, /a string for metadata "k"/],
    ['{"__metadata__":{"k":{"l":"m"}}}', 0, /a string for metadata "k"/],
    ['{"__metadata__":[]}', 0, /expected \{/],
    [`{${entry('a', 'F4', [4], 0, 2)}}`, 2, /dtype "F4" is not supported/],
    [`{${entry('a', 'F16', [1], 0, 1)}}`, 1, /type F16 needs 2 bytes, has 1/],
    [`{${entry('a', 'C64', [1], 0, 4)}}`, 4, /type C64 needs 8 bytes, has 4/],
    [`{${entry('a', 'constructor', [1], 0, 2)}}`, 2, /dtype "constructor" is not supported/],
    ['{"a":{"dtype":"U8","shape":[1]}}', 1, /"a" lacks/],
    ['{"a":{"dtype":"U8","data_offsets":[0,1]}}', 1, /"a" lacks/],
    ['{"a":{"shape":[1],"data_offsets":[0,1]}}', 1, /"a" lacks/],
    ['{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1, /"dtype" occurs twice/],
    ['{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":1}}', 1, /"more" is unknown/],
    ['{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}}', 1, /expected two integers, got 3/],
    ['{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}', 1, /integer >= 0/],
    ['{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}', 1, /integer >= 0/],
    ['{"a":{"dtype":"U8","shape":[1e0],"data_offsets":[0,1]}}', 1, /integer >= 0/],
    ['{"a":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}}', 1, /integer >= 0/],
    ['{"a":{"dtype":"U8","shape":[1,],"data_offsets":[0,1]}}', 1, /integer >= 0/],
    ['{"a":{"dtype":"U8","shape":[9007199254740993],"data_offsets":[0,1]}}', 1, /too large/],
    ['{"a":{"dtype":"U8","shape":1,"data_offsets":[0,1]}}', 1, /expected \[/],
    ['{"a":[]}', 0, /expected \{/],
    ['{"a":{"dtype":U8}}', 0, /string for dtype/],
    [`{${entry('a', 'U8', [1], 0, 1)},}`, 1, /quoted name/],
    [`{${entry('a', 'U8', [1], 0, 1)}`, 1, /, or \}/],
    [`{${entry('a', 'U8', [1], 0, 1)}}}`, 1, /nothing after/],
    ['{"a', 0, /ends inside a string/],
    ['{"a\\', 0, /ends inside a string/],
    ['{"a\\x":{}}', 0, /string that is not JSON/],
    ['{"a\n":{}}', 0, /string that is not JSON/],
    ['{"\\ud800":{}}', 0, /half a surrogate pair/],
    [' {}', 0, /expected \{ as its first byte/],
    ['', 0, /expected \{ as its first byte/],
    ['\ufeff{}', 0, /expected \{ as its first byte/],
  ];
  for (const [header, length, words] of cases) {
    const bytes = file(header, new Array(length).fill(1));
    const error = refused(() => decodeSafetensors(bytes, 'model.safetensors'), words);
    assert.match(error.message, /^model\.safetensors: .* \(at byte \d+\)$/);
    assert.ok(error.offset >= 8 && error.offset <= bytes.length, error.message);
  }
  refused(() => decodeSafetensors(file(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d))), /not valid UTF-8/);
});

test('halves and bfloat16 become single floats, every value kept; BOOL becomes 0 and 1', () => {
  // 1, -2, largest, smallest, infinity, of each kind
  const half = [0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00];
  const brain = [0x3f80, 0xc000, 0x7f7f, 0x0001, 0x7f80];
  const bytes = (patterns: number[]) => patterns.flatMap((pattern) => [pattern & 255, pattern >> 8]);
  const header = `{${entry('b', 'BOOL', [3], 0, 3)},${entry('h', 'F16', [5], 3, 13)},${entry('f', 'BF16', [5, 1], 13, 23)}}`;
  const data = [1, 0, 1, ...bytes(half), ...bytes(brain)];
  const { tensors } = decodeSafetensors(file(header, data));
  assert.equal(tensors.b, { shape: [3], data: Uint8Array.of(1, 0, 1) });
  assert.equal(tensors.h, { shape: [5], data: Float32Array.of(1, -2, 65504, 2 ** -24, Number.POSITIVE_INFINITY) });
  const largest = (2 - 2 ** -7) * 2 ** 127;
  assert.equal(tensors.f, {
    shape: [5, 1],
    data: Float32Array.of(1, -2, largest, 2 ** -133, Number.POSITIVE_INFINITY),
  });
  const wrong = refused(
    () => decodeSafetensors(file(header, [1, 2, ...data.slice(2)])),
    /"b" of BOOL expected 0 or 1, got 2/,
  );
  assert.is(wrong.offset, 8 + header.length + 1);
});

test('an RBM in halves or bfloat16 is imported, whatever types stand beside it', () => {
  const exact = {
    W: Float32Array.of(0.5, -1.25, 2, 3, -0.75, 1),
    vb: Float32Array.of(1, -0.5, 0.25),
    hb: Float32Array.of(0.125, 4),
  };
  const brain = (values: Float32Array) => {
    return [...new Uint32Array(values.slice().buffer)].flatMap((pattern) => [(pattern >>> 16) & 255, pattern >>> 24]);
  };
  const header =
    `{${entry('W', 'BF16', [3, 2], 0, 12)},${entry('vb', 'BF16', [3], 12, 18)},${entry('hb', 'BF16', [2], 18, 22)},` +
    `${entry('chains', 'BOOL', [2, 3], 22, 28)},${entry('z', 'C64', [1], 28, 36)},${entry('q', 'F8_E4M3', [4], 36, 40)}}`;
  const data = [...brain(exact.W), ...brain(exact.vb), ...brain(exact.hb), ...new Array(18).fill(1)];
  const { tensors } = decodeSafetensors(file(header, data));
  assert.equal(Object.keys(tensors), ['W', 'vb', 'hb', 'chains']);
  const rbm = rbmFromTensors(tensors);
  assert.equal([rbm.weights, rbm.visibleLayer.bias, rbm.hiddenLayer.bias], [exact.W, exact.vb, exact.hb]);
});

test('fifty thousand empty tensors are read, and imported from, in no more time than they need', () => {
  const start = performance.now();
  const header = `{${Array.from({ length: 50_000 }, (_, k) => entry(`t${k}`, 'F32', [0], 0, 0)).join(',')}}`;
  const { tensors } = decodeSafetensors(file(header));
  assert.is(Object.keys(tensors).length, 50_000);
  assert.throws(
    () => rbmFromTensors(tensors),
    (error: Error) => /"weights" expected/.test(error.message) && error.message.length < 1000,
  );
  for (const read of [decodeRbm, decodeStack]) refused(() => read(file(header)), /expected format/);
  assert.ok(performance.now() - start < 60_000);
});

test('brackets nested a million deep are refused, in headers and in the JSON of metadata', () => {
  const deep = '['.repeat(1_000_000);
  for (const header of [`{"a":${deep}`, `{"a":{"dtype":${deep}`, `{"a":${'{"a":'.repeat(300_000)}`]) {
    refused(() => decodeSafetensors(file(header)), /expected|is unknown/);
  }
  const shape = deep + ']'.repeat(1_000_000);
  refused(
    () => decodeStack(encodeSafetensors({ metadata: { format: 'blockspin-stack-1', shape }, tensors: stack })),
    /nested more than/,
  );
  const provenance = `{"source":"x","parameters":${shape}}`;
  const bits = { shape: [1, 1], data: Uint8Array.of(5) };
  const own = encodeNpz({ bits, shape: { shape: [2], data: Int32Array.of(2, 2) }, provenance });
  refused(() => decodeOwnSpinData(own), /nested more than/);
});

const stack: Record<string, Tensor> = {
  'layer1.weights': { shape: [4, 2], data: new Float32Array(8) },
  'layer1.visibleBias': { shape: [4], data: new Float32Array(4) },
  'layer1.hiddenBias': { shape: [2], data: new Float32Array(2) },
};

test('a stack with other tensors, other dimensions, or a shape that is none, is refused', () => {
  const read = (shape: string, more: Record<string, Tensor | undefined> = {}) => {
    const tensors = Object.fromEntries(
      Object.entries({ ...stack, ...more }).filter(([, tensor]) => tensor),
    ) as typeof stack;
    return decodeStack(encodeSafetensors({ metadata: { format: 'blockspin-stack-1', shape }, tensors }));
  };
  assert.equal(read('[2,2]').shape, [2, 2]);
  for (const shape of ['[-1,-4]', '[2,2,9]', '[4]', '"2,2"', '[0,4]', '[1.5,2]', '{}', 'null']) {
    refused(() => read(shape), /expected "shape", two integers > 0/);
  }
  refused(() => read('nonsense'), /shape is not JSON/);
  refused(() => read('[2,3]'), /expected 6 visible units/);
  const one = { shape: [1], data: new Float32Array(1) };
  refused(() => read('[2,2]', { junk: one }), /"junk" belongs to no stack of 1 layers/);
  refused(() => read('[2,2]', { 'layer3.weights': { shape: [2, 2], data: new Float32Array(4) } }), /"layer3\.weights"/);
  refused(
    () => read('[2,2]', { 'layer1.weights': { shape: [4, 2, 1], data: new Float32Array(8) } }),
    /of 2 dimensions/,
  );
  refused(() => read('[2,2]', { 'layer1.hiddenBias': { shape: [2, 1], data: new Float32Array(2) } }), /of 1 dimension/);
  refused(() => read('[2,2]', { 'layer1.weights': undefined }), /expected "layer1\.weights"/);
});

test('checkpoints of another kind, or whose progress lacks something, are refused as such', () => {
  const weights = { shape: [4, 2], data: new Float32Array(8) };
  const checkpoint = (progress: Record<string, unknown>) =>
    encodeCheckpoint({ identity: {}, progress, tensors: { weights } });
  const lacking: [Record<string, unknown>, RegExp][] = [
    [{}, /"epoch"/],
    [{ epoch: 1 }, /"history"/],
    [{ epoch: -1, history: [] }, /"epoch"/],
    [{ epoch: 1, history: [null] }, /"history"/],
    [{ epoch: 1, history: [], best: { epoch: 1 } }, /"best"/],
    [{ epoch: 1, history: [] }, /"visibleBias"/],
  ];
  for (const [progress, words] of lacking) refused(() => decodeTrainingState(checkpoint(progress), {}), words);
  const layer = { visible: 4, hidden: 2, history: [] };
  for (const [progress, words] of [
    [{ epoch: 1, history: [] }, /not that of a stack/],
    [{ finished: [null], current: null }, /not that of a stack/],
    [{ finished: [{ ...layer, history: 1 }], current: null }, /"history"/],
    [{ finished: [layer], current: null }, /"finished0\.weights", a float32 tensor of 8 entries/],
    [{ finished: [], current: { epoch: 'x' } }, /"epoch"/],
  ] as const) {
    refused(() => decodeStackState(checkpoint(progress), {}), words);
  }
  const sampler = (progress: Record<string, unknown>) =>
    encodeCheckpoint({ identity: { sampler: 'a' }, progress, tensors: {} });
  const sound = { schedule: null, given: 0, numbers: [], notes: {} };
  assert.is(decodeSamplerState(sampler(sound), 'a').given, 0);
  for (const more of [
    { given: 0.5 },
    { numbers: [null] },
    { numbers: [{ a: 'x' }] },
    { schedule: 7 },
    { notes: null },
  ]) {
    refused(() => decodeSamplerState(sampler({ ...sound, ...more }), 'a'), /not that of a sampler/);
  }
});

test('the place of an error counts bytes, not characters', () => {
  const first = `{${entry('ττ', 'U8', [1], 0, 1)},`;
  const error = refused(() => decodeSafetensors(file(`${first}${entry('b', 'U9', [1], 1, 2)}}`, [1, 2])), /"U9"/);
  assert.is(error.offset, 8 + new TextEncoder().encode(`${first}"b":{`).length);
});

test('header lengths that lie, and files cut anywhere', () => {
  const bytes = encodeSafetensors({
    metadata: { k: 'v' },
    tensors: { a: { shape: [3], data: Float64Array.of(1, 2, 3) } },
  });
  for (let length = 0; length < bytes.length; length++) refused(() => decodeSafetensors(bytes.slice(0, length)), /./);
  assert.is(refused(() => decodeSafetensors(new Uint8Array(7)), /inside its header length/).offset, 7);
  const longer = Uint8Array.from(bytes);
  longer[2] = 1;
  assert.is(refused(() => decodeSafetensors(longer), /header of \d+ bytes, \d+ are left/).offset, 0);
  for (const k of [3, 4, 7]) {
    const absurd = Uint8Array.from(bytes);
    absurd[k] = 0xff;
    const largest = largestAllocation(() => refused(() => decodeSafetensors(absurd), /more than 100000000/));
    assert.ok(largest < 1000);
  }
});

test('metadata of megabytes', () => {
  const note = '\\"x'.repeat(1_000_000);
  assert.is(decodeSafetensors(encodeSafetensors({ metadata: { note }, tensors: {} })).metadata.note, note);
});

test('writing takes one allocation of the size of the file', () => {
  const tensors = {
    a: { shape: [100_000], data: new Float64Array(100_000) },
    b: { shape: [5], data: new Uint8Array(5) },
  };
  let length = 0;
  const largest = largestAllocation(() => {
    length = encodeSafetensors({ tensors }).length;
  });
  assert.is(largest, length);
});

test('wrong arguments', () => {
  const type = (error: unknown) => error instanceof TypeError;
  const range = (error: unknown) => error instanceof RangeError;
  const one = { shape: [1], data: Uint8Array.of(1) };
  assert.throws(() => decodeSafetensors('{}' as never), type);
  assert.throws(() => encodeSafetensors({ metadata: { k: 1 as never }, tensors: {} }), type);
  assert.throws(() => encodeSafetensors({ tensors: { a: { shape: [1], data: [1] as never } } }), type);
  assert.throws(() => encodeSafetensors({ tensors: { a: { shape: 1 as never, data: one.data } } }), type);
  assert.throws(() => encodeSafetensors({ tensors: { a: { shape: [2], data: one.data } } }), range);
  assert.throws(() => encodeSafetensors({ tensors: { __metadata__: one } }), range);
  assert.throws(() => encodeSafetensors({ tensors: { '\udc00': one } }), range);
  assert.throws(() => encodeSafetensors({ metadata: { k: '\udc00' }, tensors: {} }), range);
});

test('5000 damaged files are read or refused, never worse', () => {
  const bytes = encodeSafetensors({
    metadata: { format: 'x', note: 'τ' },
    tensors: {
      W: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
      bits: { shape: [3], data: Uint8Array.of(1, 2, 3) },
      n: { shape: [], data: Float64Array.of(5) },
    },
  });
  let refusals = 0;
  for (const broken of damaged(bytes, 5000, 11)) {
    if (decodeOrRefuse(() => decodeSafetensors(broken), broken.length, broken.length)) refusals++;
  }
  assert.ok(refusals >= 2000 && refusals < 5000, `${refusals}`);
});

test.run();
