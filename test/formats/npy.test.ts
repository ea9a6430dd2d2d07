import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeNpy, encodeNpy, type NpyArray, type NumericArray } from '../../src/formats/npy.js';
import { ascii, bitsOf, damaged, decodeOrRefuse, largestAllocation, refused } from '../io/damage.js';

const test = suite('io/npy');

const samples: NumericArray[] = [
  Int8Array.of(-128, 0, 127),
  Uint8Array.of(0, 1, 255),
  Int16Array.of(-32768, 5, 32767),
  Uint16Array.of(0, 258, 65535),
  Int32Array.of(-(2 ** 31), 7, 2 ** 31 - 1),
  Uint32Array.of(0, 9, 2 ** 32 - 1),
  BigInt64Array.of(-(2n ** 63n), 1n, 2n ** 63n - 1n),
  BigUint64Array.of(0n, 2n ** 53n + 1n, 2n ** 64n - 1n),
  Float32Array.of(-0, 1.5, Number.NaN),
  Float64Array.of(Math.PI, Number.NEGATIVE_INFINITY, 5e-324),
];

/** A file with the given header text, unpadded, in the given version. */
function file(header: string, data: number[] = [], major = 1): Uint8Array {
  const length = header.length;
  const size = major === 1 ? [length & 255, length >> 8] : [length & 255, (length >> 8) & 255, length >> 16, 0];
  return Uint8Array.from([0x93, ...ascii('NUMPY'), major, 0, ...size, ...ascii(header), ...data]);
}

function header(descr: string, shape: string, fortran = 'False'): string {
  return `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;
}

function array(bytes: Uint8Array): NpyArray {
  const value = decodeNpy(bytes);
  if (typeof value === 'string') throw new Error('expected an array');
  return value;
}

test('a small file is the bytes that the format prescribes', () => {
  const text = "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }";
  const expected = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0x76, 0, ...ascii(text)];
  while (expected.length < 127) expected.push(0x20);
  expected.push(0x0a, 0x01, 0x00, 0xfe, 0xff);
  assert.equal([...encodeNpy({ shape: [2], data: Int16Array.of(1, -2) })], expected);
});

test('reads what it wrote, for every type and for odd shapes', () => {
  for (const sample of samples) {
    const long = sample.constructor as unknown as { new (length: number): NumericArray };
    const cases: NpyArray[] = [
      { shape: [3], data: sample },
      { shape: [1, 3, 1], data: sample },
      { shape: [], data: sample.slice(2) },
      { shape: [0], data: sample.slice(3) },
      { shape: [7, 0, 5], data: sample.slice(3) },
      { shape: [3, 5, 7], data: new long(105).fill(sample[1] as never) as NumericArray },
    ];
    for (const given of cases) {
      const bytes = encodeNpy(given);
      assert.is((bytes.length - given.data.byteLength) % 64, 0);
      const read = array(bytes);
      assert.equal(read.shape, given.shape);
      assert.is(read.data.constructor, sample.constructor);
      assert.equal(bitsOf(read.data), bitsOf(given.data));
    }
  }
});

test('views that do not begin at their buffer, and files at odd places of a buffer', () => {
  const data = new Float64Array(new Float64Array([9, 1, 2, 3, 9]).buffer, 8, 3);
  const bytes = encodeNpy({ shape: [3], data });
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  const read = array(shifted.subarray(3));
  assert.equal(read.data, Float64Array.of(1, 2, 3));
  shifted.fill(0);
  assert.equal(read.data, Float64Array.of(1, 2, 3), 'the array must not be a view on the file');
});

test('a header past 65,535 bytes makes format 2.0', () => {
  const shape = new Array(40_000).fill(1);
  const bytes = encodeNpy({ shape, data: Uint8Array.of(7) });
  assert.equal([...bytes.slice(6, 8)], [2, 0]);
  assert.is((bytes.length - 1) % 64, 0);
  assert.equal(array(bytes), { shape, data: Uint8Array.of(7) });
  assert.throws(() => encodeNpy({ shape: new Array(400_000).fill(1), data: Uint8Array.of(7) }), /fewer dimensions/);
});

test('formats 1.0, 2.0, 3.0, with and without padding, keys in any order, either quote', () => {
  for (const major of [1, 2, 3]) {
    assert.equal(array(file(header('|u1', '(2,)'), [4, 5], major)), { shape: [2], data: Uint8Array.of(4, 5) });
  }
  const loose = `{"shape":(1 , 2),"fortran_order":False,"descr":"|i1"}`;
  assert.equal(array(file(loose, [255, 2])), { shape: [1, 2], data: Int8Array.of(-1, 2) });
  // as NumPy under Python 2 wrote them
  assert.equal(array(file(header('|i1', '(1L, 2L)'), [255, 2])), { shape: [1, 2], data: Int8Array.of(-1, 2) });
});

test('big-endian entries of every size', () => {
  assert.equal(array(file(header('>i2', '(2,)'), [0x12, 0x34, 0xff, 0xfe])).data, Int16Array.of(0x1234, -2));
  assert.equal(array(file(header('>u4', '()'), [1, 2, 3, 4])).data, Uint32Array.of(0x01020304));
  assert.equal(array(file(header('>f4', '(1,)'), [0x3f, 0xc0, 0, 0])).data, Float32Array.of(1.5));
  assert.equal(array(file(header('>f8', '(1,)'), [0xc0, 0, 0, 0, 0, 0, 0, 0])).data, Float64Array.of(-2));
  assert.equal(
    array(file(header('>i8', '(1,)'), [255, 255, 255, 255, 255, 255, 255, 254])).data,
    BigInt64Array.of(-2n),
  );
});

/** The value of a half-precision float, from its definition: (-1)^s 2^(e-15) (1 + f/1024), 2^-14 f/1024 for e = 0; e = 31 is infinity or NaN. */
function half(bits: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  let value = sign * (exponent === 0 ? fraction : 1 + fraction);
  for (let e = Math.max(exponent, 1); e > 15; e--) value *= 2;
  for (let e = Math.max(exponent, 1); e < 15; e++) value /= 2;
  return value;
}

test('all 65,536 half-precision floats, in both byte orders, become single ones of the same value', () => {
  const words = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
  const expected = [...words].map(half);
  for (const order of ['<', '>']) {
    const bytes = [...words].flatMap((word) => (order === '<' ? [word & 255, word >> 8] : [word >> 8, word & 255]));
    const { data } = array(file(header(`${order}f2`, '(256, 256)'), bytes));
    assert.instance(data, Float32Array);
    assert.ok(expected.every((value, k) => Object.is(data[k], value)));
  }
  assert.equal([...array(file(header('<f2', '(3,)'), [0, 0x3c, 0, 0xbc, 1, 0])).data], [1, -1, 2 ** -24]);
});

test('Fortran order comes back as C order, in any number of dimensions', () => {
  const plain = array(file(header('|u1', '(2, 3)', 'True'), [0, 3, 1, 4, 2, 5]));
  assert.equal(plain, { shape: [2, 3], data: Uint8Array.of(0, 1, 2, 3, 4, 5) });
  // Entry (a, b, c, d) of shape (2, 1, 3, 4) lies at a + 2(b + c + 3d) in the file and holds its place in C order.
  const data = new Array(24);
  for (let a = 0; a < 2; a++) {
    for (let c = 0; c < 3; c++) for (let d = 0; d < 4; d++) data[a + 2 * (c + 3 * d)] = (a * 3 + c) * 4 + d;
  }
  assert.equal(
    [...array(file(header('|u1', '(2, 1, 3, 4)', 'True'), data)).data],
    Array.from({ length: 24 }, (_, k) => k),
  );
  assert.equal(array(file(header('|u1', '(3, 0)', 'True'))).data, new Uint8Array(0));
  assert.equal(array(file(header('|u1', '()', 'True'), [5])).data, Uint8Array.of(5));
  // Dimensions of length 1, however many, between two that count.
  const ones = `(${'1,'.repeat(20_000)}2,${'1,'.repeat(8_000)}2,)`;
  assert.equal([...array(file(header('|u1', ones, 'True'), [0, 2, 1, 3])).data], [0, 1, 2, 3]);
});

test('bool is Uint8Array of 0 and 1, and nothing else', () => {
  assert.equal(array(file(header('|b1', '(3,)'), [1, 0, 1])).data, Uint8Array.of(1, 0, 1));
  const bad = file(header('|b1', '(3,)'), [1, 0, 2]);
  assert.is(refused(() => decodeNpy(bad), /bool expected 0 or 1, got 2/).offset, bad.length - 1);
});

test('text, with characters outside the basic plane, in both byte orders', () => {
  for (const text of ['', 'a', 'τ(v) = 1', 'spin \u{1f9f2}', 'a\0b', 'x'.repeat(200_000)]) {
    assert.is(decodeNpy(encodeNpy(text)), text);
  }
  assert.is(decodeNpy(file(header('>U3', '()'), [0, 0, 3, 0xa4, 0, 1, 0xf9, 0xf2, 0, 0, 0, 0])), 'Τ\u{1f9f2}');
  assert.throws(
    () => encodeNpy('a\0'),
    (error: unknown) => error instanceof RangeError,
  );
  assert.throws(
    () => encodeNpy('\ud800'),
    (error: unknown) => error instanceof RangeError,
  );
  refused(() => decodeNpy(file(header('<U1', '(1,)'), [65, 0, 0, 0])), /text of shape \(1,\)/);
  refused(() => decodeNpy(file(header('<U1', '()'), [0, 0, 0x11, 0])), /not a Unicode character/);
  refused(() => decodeNpy(file(header('<U1', '()'), [0, 0xd8, 0, 0])), /not a Unicode character/);
});

test('a header that claims what is not there is refused before anything is allocated', () => {
  const huge = [
    '(1000000000000,)',
    '(1000000, 1000000)',
    '(9007199254740991, 9007199254740991, 9007199254740991)',
    `(${'9007199254740991, '.repeat(30)})`,
    '(500000000,)',
  ];
  for (const shape of huge) {
    for (const fortran of ['True', 'False']) {
      const bytes = file(header('<f8', shape, fortran), [0, 0, 0, 0, 0, 0, 0, 0]);
      const largest = largestAllocation(() => {
        const { offset } = refused(() => decodeNpy(bytes), /needs .* bytes of data, 8 are present/);
        assert.is(offset, bytes.length - 8);
      });
      assert.ok(largest < 1000);
    }
  }
  refused(() => decodeNpy(file(header('<U99999999999999', '()'), [0, 0, 0, 0])), /needs 399999999999996 bytes/);
  refused(() => decodeNpy(file(header('<f8', '(9007199254740993,)'))), /too large/);
  // A shape with a zero holds nothing, whatever its other lengths.
  assert.is(array(file(header('<f8', '(0, 9007199254740991, 9007199254740991)'))).data.length, 0);
});

test('truncation and trailing bytes', () => {
  const bytes = encodeNpy({ shape: [3], data: Float32Array.of(1, 2, 3) });
  for (let length = 0; length < bytes.length; length++) refused(() => decodeNpy(bytes.slice(0, length)), /./);
  assert.is(refused(() => decodeNpy(Uint8Array.from([...bytes, 0])), /1 bytes after the data/).offset, bytes.length);
  assert.is(refused(() => decodeNpy(new Uint8Array(0)), /magic/).offset, 0);
  assert.is(refused(() => decodeNpy(Uint8Array.of(0x93, 0x4e, 0x56)), /not a .npy file/).offset, 2);
  const long = Uint8Array.from(bytes);
  long[9] = 0xff;
  assert.is(refused(() => decodeNpy(long), /header of 65398 bytes, 130 are left/).offset, 8);
  const vast = new Uint8Array(2 ** 20 + 100);
  vast.set(file('', [], 2));
  vast[10] = 0x10;
  vast[8] = 1;
  refused(() => decodeNpy(vast), /header of 1048577 bytes, more than 1048576/);
});

test('every other header is refused, with the place', () => {
  const cases: [string, RegExp][] = [
    ['', /expected \{/],
    ['[]', /expected \{/],
    ['{', /quoted key/],
    ['{}', /lacks/],
    ["{'descr': '<f8', 'shape': (1,)}", /lacks/],
    [header('<f8', '(-1,)'), /integer >= 0/],
    [header('<f8', '(1.0,)'), /integer >= 0/],
    [header('<f8', '(1e3,)'), /integer >= 0/],
    [header('<f8', '(01,)'), /integer >= 0/],
    [header('<f8', '(1)'), /tuple/],
    [header('<f8', '(,)'), /integer >= 0/],
    [header('<f8', '(1 2)'), /, or \)/],
    [header('<f8', '[1]'), /tuple/],
    [header('<f8', '(1,)', '0'), /True or False/],
    [header('<f8', '(1,)', 'Falsehood'), /, or \}/],
    [header('<f16', '(1,)'), /"<f16" are not supported/],
    [header('|f2', '(1,)'), /"\|f2" are not supported/],
    [header('<f1', '(1,)'), /not supported/],
    [header('|f8', '(1,)'), /"\|f8" are not supported/],
    [header('=f8', '(1,)'), /"=f8" are not supported/],
    [header('f8', '(1,)'), /"f8" are not supported/],
    [header('|O', '(1,)'), /not supported/],
    [header('<c16', '(1,)'), /not supported/],
    [header('|S3', '()'), /not supported/],
    [header('<b1', '(2,)').replace("'shape'", "'form'"), /"form" is unknown/],
    ["{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (1,), }", /plain type|records/],
    ["{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", /"descr" occurs twice/],
    ["{'fortran_order': False, 'fortran_order': False, 'descr': '<f8', 'shape': (1,), }", /twice/],
    ["{'shape': (1,), 'shape': (1,), 'fortran_order': False, 'descr': '<f8'}", /twice/],
    [`${header('<f8', '(1,)')}x`, /nothing after/],
    ["{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,)}", /plain type|records/],
    [header('<f\u00e9', '(1,)'), /not supported/],
    [header("<f8'", '(1,)'), /, or \}/],
  ];
  for (const [text, words] of cases) {
    const error = refused(() => decodeNpy(file(text, [0, 0, 0, 0, 0, 0, 0, 0]), 'field.npy'), words);
    assert.ok(error.offset >= 10 && error.offset <= 10 + text.length, `${text}: ${error.message}`);
    assert.match(error.message, /^field\.npy: .* \(at byte \d+\)$/);
    assert.is(error.path, 'field.npy');
  }
  const version = file(header('|u1', '()'), [1]);
  version[6] = 4;
  assert.is(refused(() => decodeNpy(version), /format 4.0/).offset, 6);
  const negative = file(header('<f8', '(2, -1)'));
  assert.is(refused(() => decodeNpy(negative), /integer/).offset, 10 + header('<f8', '(2, -1)').indexOf(' -1'));
});

test('wrong arguments', () => {
  const type = (error: unknown) => error instanceof TypeError;
  const range = (error: unknown) => error instanceof RangeError;
  assert.throws(() => decodeNpy([1, 2] as never), type);
  assert.throws(() => decodeNpy(new ArrayBuffer(8) as never), type);
  assert.throws(() => encodeNpy({ shape: [2], data: [1, 2] as never }), type);
  assert.throws(() => encodeNpy({ shape: [2], data: new Uint8ClampedArray(2) as never }), type);
  assert.throws(() => encodeNpy({ shape: [2], data: new DataView(new ArrayBuffer(2)) as never }), type);
  assert.throws(() => encodeNpy({ shape: [2], data: undefined as never }), type);
  assert.throws(() => encodeNpy({ shape: 2 as never, data: new Uint8Array(2) }), type);
  assert.throws(() => encodeNpy({ shape: ['2'] as never, data: new Uint8Array(2) }), type);
  assert.throws(() => encodeNpy({ shape: [3], data: new Uint8Array(2) }), range);
  assert.throws(() => encodeNpy({ shape: [-2, -1], data: new Uint8Array(2) }), range);
  assert.throws(() => encodeNpy({ shape: [0.5, 4], data: new Uint8Array(2) }), range);
  assert.throws(() => encodeNpy({ shape: [], data: new Uint8Array(0) }), range);
});

test('6000 damaged files are read or refused, never worse', () => {
  const files = [
    encodeNpy({ shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) }),
    file(header('>i4', '(2, 2)', 'True'), new Array(16).fill(1), 2),
    encodeNpy('layer 1'),
  ];
  let refusals = 0;
  files.forEach((bytes, k) => {
    for (const broken of damaged(bytes, 2000, k + 1)) {
      if (decodeOrRefuse(() => decodeNpy(broken), broken.length, broken.length)) refusals++;
    }
  });
  // Cut and lengthened files (2 in 5) are always refused; damaged data of a good header are values like others.
  assert.ok(refusals >= 2400 && refusals < 6000, `${refusals}`);
});

test.run();
