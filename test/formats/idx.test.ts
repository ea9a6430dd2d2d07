/** IDX files, plain and gzipped: bytes by hand, every type, and every way to lie. */

import { gzipSync } from 'fflate';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gunzip } from '../../src/formats/gzip.js';
import { decodeIdx, encodeIdx } from '../../src/formats/idx.js';
import type { NpyArray, NumericArray } from '../../src/formats/npy.js';
import { refuses } from '../assert.js';
import { bitsOf, damaged, decodeOrRefuse, largestAllocation, refused, seeded } from '../io/damage.js';

const test = suite('io/idx');

/** Type, bytes an entry, what the entries -2, 1 are in big-endian bytes, or 254, 1 for unsigned bytes. */
const samples: [type: number, data: NumericArray, bytes: number[]][] = [
  [0x08, Uint8Array.of(254, 1), [254, 1]],
  [0x09, Int8Array.of(-2, 1), [254, 1]],
  [0x0b, Int16Array.of(-2, 258), [255, 254, 1, 2]],
  [0x0c, Int32Array.of(-2, 16909060), [255, 255, 255, 254, 1, 2, 3, 4]],
  [0x0d, Float32Array.of(-2, 1), [0xc0, 0, 0, 0, 0x3f, 0x80, 0, 0]],
  [0x0e, Float64Array.of(-2, 1), [0xc0, 0, 0, 0, 0, 0, 0, 0, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0]],
];

test('every type is the bytes that the format prescribes, both ways', () => {
  for (const [type, data, entries] of samples) {
    const expected = [0, 0, type, 2, 0, 0, 0, 2, 0, 0, 0, 1, ...entries];
    assert.equal([...encodeIdx({ shape: [2, 1], data })], expected);
    const read = decodeIdx(Uint8Array.from(expected));
    assert.equal(read.shape, [2, 1]);
    assert.is(read.data.constructor, data.constructor);
    assert.equal(bitsOf(read.data), bitsOf(data));
  }
  // no dimension is one entry; a side of 0 none
  assert.equal(decodeIdx(Uint8Array.of(0, 0, 8, 0, 7)), { shape: [], data: Uint8Array.of(7) });
  assert.equal(decodeIdx(encodeIdx({ shape: [0, 3], data: new Int16Array(0) })).shape, [0, 3]);
});

test('a gzipped file is read as the plain one, header fields or not, from within a larger buffer', () => {
  const below = seeded(4);
  const images: NpyArray = { shape: [50, 28, 28], data: Uint8Array.from({ length: 39200 }, () => below(3) * 100) };
  const plain = encodeIdx(images);
  for (const options of [{}, { filename: 'train-images-idx3-ubyte', comment: 'µ' }, { level: 0 as const }]) {
    const packed = gzipSync(plain, options);
    const buffer = new Uint8Array(packed.length + 3);
    buffer.set(packed, 3);
    assert.equal(decodeIdx(buffer.subarray(3)), images);
  }
  assert.equal(gunzip(gzipSync(new Uint8Array(0))), new Uint8Array(0));
});

test('arrays that the format cannot hold are refused', () => {
  refuses(
    () => encodeIdx({ shape: [1], data: Uint16Array.of(1) }),
    RangeError,
    /^"data" expected entries of type u1, .* got "u2"$/,
  );
  refuses(() => encodeIdx({ shape: [1], data: BigInt64Array.of(1n) }), RangeError, /^"data" .* got "i8"$/);
  refuses(() => encodeIdx({ shape: [2], data: Uint8Array.of(1) }), RangeError, /^"shape" expected 1 entries/);
  const many = Array<number>(256).fill(1);
  refuses(
    () => encodeIdx({ shape: many, data: Uint8Array.of(1) }),
    RangeError,
    /^"shape" expected at most 255 dimensions/,
  );
  refuses(() => decodeIdx([0, 0, 8, 0] as never), TypeError, /^"bytes" expected Uint8Array/);
});

test('every violation is refused, with the place', () => {
  const cases: [number[], number, RegExp][] = [
    [[], 0, /ends inside its header/],
    [[0, 0, 8], 3, /ends inside its header/],
    [[1, 0, 8, 0, 1], 0, /not an IDX file/],
    [[0, 0, 10, 0, 1], 2, /entries of type 10 are not supported/],
    [[0, 0, 8, 2, 0, 0, 0, 1], 8, /ends inside the 2 sides/],
    [[0, 0, 8, 1, 0, 0, 0, 3, 1, 2], 8, /shape \[3\] of u1 needs 3 bytes, 2 are present/],
    [[0, 0, 11, 1, 0, 0, 0, 1, 1, 2, 3], 10, /1 bytes after the data/],
  ];
  for (const [bytes, offset, words] of cases) {
    assert.is(refused(() => decodeIdx(Uint8Array.from(bytes), 'x.idx'), words).offset, offset, String(words));
  }
  const inside = refused(
    () => decodeIdx(gzipSync(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 1)), 'x.gz'),
    /at byte 8 once inflated/,
  );
  assert.is(inside.offset, 0);
  assert.match(inside.message, /^x\.gz: /);
});

test('a header that claims 10^12 entries, or a gzip trailer that claims much, allocates nothing', () => {
  const header = Uint8Array.of(0, 0, 14, 3, 0, 0, 39, 16, 0, 0, 39, 16, 0, 0, 39, 16, 1, 2, 3);
  assert.ok(
    largestAllocation(() => refused(() => decodeIdx(header), /needs 8000000000000 bytes, 3 are present/)) < 100,
  );
  const absurd = Uint8Array.of(0, 0, 14, 255, ...Array<number>(1020).fill(255));
  refused(() => decodeIdx(absurd), /needs Infinity bytes/);
  const lying = gzipSync(encodeIdx({ shape: [3], data: Uint8Array.of(1, 2, 3) }));
  lying.set([255, 255, 255, 63], lying.length - 4);
  assert.ok(largestAllocation(() => refused(() => decodeIdx(lying), /no such size and CRC-32/)) < 2 ** 18);
});

test('damaged files are read as sound arrays, or refused', () => {
  const plain = encodeIdx({ shape: [3, 4], data: Int32Array.from({ length: 12 }, (_, k) => k - 6) });
  let refusals = 0;
  for (const file of [plain, gzipSync(plain)]) {
    for (const bytes of damaged(file, 500, file.length)) {
      let value: NpyArray | undefined;
      const error = decodeOrRefuse(
        () => {
          value = decodeIdx(bytes);
        },
        bytes.length,
        1032 * bytes.length,
      );
      if (error) refusals++;
      else
        assert.is(
          value?.data.length,
          value?.shape.reduce((product, side) => product * side, 1),
        );
    }
  }
  assert.ok(refusals > 300, `${refusals}`);
});

test.run();
