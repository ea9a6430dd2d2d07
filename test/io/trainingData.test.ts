/** Rows of bits from arrays and files of all kinds. */

import { gzipSync } from 'fflate';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeIdx } from '../../src/formats/idx.js';
import { encodeNpy } from '../../src/formats/npy.js';
import { encodeNpz } from '../../src/formats/npz.js';
import { encodeSpinData } from '../../src/io/spinData.js';
import { encodeSpinFile } from '../../src/io/spinFile.js';
import {
  bitRowsFromArray,
  bitRowsFromImages,
  decodeTrainingData,
  realRowsFromArray,
} from '../../src/io/trainingData.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import type { BitRows } from '../../src/util/bits.js';
import { refuses } from '../assert.js';
import { refused } from './damage.js';

const test = suite('io/trainingData');

const rowsOf = (data: BitRows) => Array.from({ length: data.count }, (_, r) => [...data.row(r)].join(''));

test('0 and 1, or ±1, of any type and shape, are bits', () => {
  const bits = [1, 0, 1, 0, 1, 1];
  const spins = bits.map((bit) => 2 * bit - 1);
  for (const data of [Uint8Array.from(bits), Float64Array.from(spins), BigInt64Array.from(spins, BigInt)]) {
    const flat = bitRowsFromArray({ shape: [2, 3], data });
    assert.equal(
      [flat.shape, rowsOf(flat)],
      [
        [1, 3],
        ['101', '011'],
      ],
    );
  }
  const data = Uint8Array.from([...bits, ...bits]);
  const solid = bitRowsFromArray({ shape: [2, 3, 2], data });
  assert.equal(
    [solid.shape, rowsOf(solid)],
    [
      [3, 2],
      ['101011', '101011'],
    ],
  );
  const shaped = bitRowsFromArray({ shape: [2, 6], data }, { shape: [2, 3] });
  assert.equal([shaped.shape, shaped.bytes], [[2, 3], solid.bytes]);
});

test('what is no array of bits is refused with its first such entry', () => {
  const grey = { shape: [2, 2], data: Uint8Array.of(0, 1, 7, 0) };
  refuses(() => bitRowsFromArray(grey), RangeError, /^"array" expected only 0 and 1, got 7 at \[1, 0\]$/);
  refuses(
    () => bitRowsFromArray({ shape: [2, 2], data: Uint8Array.of(0, 1, 1, 0) }, { shape: 4 as never }),
    TypeError,
    /^"shape" expected non-empty array of positive integers, got 4$/,
  );
  refuses(
    () => bitRowsFromArray({ shape: [4], data: grey.data }),
    RangeError,
    /shape \(4,\) does not hold rows of units/,
  );
  refuses(
    () => bitRowsFromArray({ shape: [2, 2], data: grey.data }, { shape: [3] }),
    RangeError,
    /does not hold rows of 3 units/,
  );
  refuses(() => bitRowsFromArray({ shape: [2, 3], data: grey.data }), RangeError, /^"array.shape" expected 4 entries/);
});

test('greys become bits where they are larger than the threshold', () => {
  const bytes = { shape: [1, 2, 2], data: Uint8Array.of(0, 127, 128, 255) };
  assert.equal(rowsOf(bitRowsFromImages(bytes)), ['0011']);
  assert.equal(rowsOf(bitRowsFromImages(bytes, { threshold: 0.9 })), ['0001']);
  assert.equal(rowsOf(bitRowsFromImages(bytes, { threshold: 0 })), ['0111']);
  // ink on paper: 255 is black
  assert.equal(rowsOf(bitRowsFromImages(bytes, { range: [255, 0] })), ['1100']);
  const floats = { shape: [1, 3], data: Float32Array.of(0.2, 0.5, 0.7) };
  assert.equal(rowsOf(bitRowsFromImages(floats)), ['001']);
  const sixteen = { shape: [1, 2], data: Uint16Array.of(0, 16) };
  assert.equal(rowsOf(bitRowsFromImages(sixteen, { range: [0, 16] })), ['01']);
  refuses(() => bitRowsFromImages(sixteen), RangeError, /needs "range", the values of black and white/);
  refuses(
    () => bitRowsFromImages({ shape: [1, 1], data: Float64Array.of(1.5) }),
    RangeError,
    /expected greys in \[0, 1\], got 1.5 at \[0, 0\]/,
  );
  refuses(() => bitRowsFromImages({ shape: [1, 1], data: Float64Array.of(Number.NaN) }), RangeError, /got NaN/);
  refuses(() => bitRowsFromImages(floats, { threshold: 1.1 }), RangeError, /^"threshold" expected number in \[0, 1\]/);
  refuses(
    () => bitRowsFromImages(floats, { threshold: 0.1, stochastic: 1 }),
    RangeError,
    /^"stochastic" expected nothing beside/,
  );
  refuses(() => bitRowsFromImages(floats, { range: [1, 1] }), RangeError, /^"range" expected two different numbers/);
  refuses(() => bitRowsFromImages(floats, { stochastic: -1 }), RangeError, /^"stochastic"/);
});

test('stochastic bits have their greys as means, and their seed’s bits', () => {
  const greys = [0, 51, 102, 255];
  const count = 4000;
  const data = Uint8Array.from({ length: 4 * count }, (_, k) => greys[k % 4]);
  const drawn = bitRowsFromImages({ shape: [count, 4], data }, { stochastic: 3 });
  drawn.means().forEach((mean, i) => {
    const p = greys[i] / 255;
    // |z| < 4.4 for two of the four, the others exact: p = 2e-5
    assert.ok(Math.abs(mean - p) <= 4.4 * Math.sqrt((p * (1 - p)) / count), `${mean} for ${p}`);
  });
  assert.equal(bitRowsFromImages({ shape: [count, 4], data }, { stochastic: 3 }).bytes, drawn.bytes);
  assert.not.equal(bitRowsFromImages({ shape: [count, 4], data }, { stochastic: 4 }).bytes, drawn.bytes);
});

test('files of every format give the same rows, gzipped or not', () => {
  const spins = new SpinData(3, [2, 3], Uint8Array.of(0b101, 0b111000, 0b1), { source: 'a test' });
  const bits = Uint8Array.from([0, 1, 2].flatMap((r) => [...spins.row(r)]));
  const array = { shape: [3, 2, 3], data: bits };
  const files = [
    encodeNpy(array),
    encodeNpz({ array, label: 'text' }),
    encodeNpz({ array, labels: { shape: [3], data: Uint8Array.of(1, 2, 3) } }),
    encodeSpinData(spins),
    encodeSpinFile(spins),
    encodeIdx(array),
    encodeIdx({ shape: [3, 2, 3], data: bits.map((bit) => 200 * bit + 20) }),
  ];
  for (const file of files) {
    for (const bytes of [file, gzipSync(file)]) {
      const read = decodeTrainingData(bytes, {}, 'x');
      assert.equal([read.count, read.shape, read.bytes], [3, [2, 3], spins.bytes]);
    }
  }
  const both = encodeNpz({ a: array, b: array });
  assert.equal(decodeTrainingData(both, { array: 'b' }).bytes, spins.bytes);
  refused(() => decodeTrainingData(both), /its name in "array"/);
  const flat = encodeNpy({ shape: [3, 6], data: bits });
  assert.equal(decodeTrainingData(flat, { shape: [2, 3] }).shape, [2, 3]);
  assert.equal(decodeTrainingData(flat, {}, 'x').shape, [1, 6]);
});

test('greys of other files need to be told how, labels are no rows, and a file gzipped twice is refused', () => {
  const greys = encodeNpy({ shape: [2, 2], data: Float32Array.of(0, 0.4, 0.6, 1) });
  refused(
    () => decodeTrainingData(greys, {}, 'x.npy'),
    /array expected only .*; greys need "threshold" or "stochastic"/,
  );
  assert.equal(rowsOf(decodeTrainingData(greys, { threshold: 0.3 })), ['01', '11']);
  assert.equal(
    rowsOf(decodeTrainingData(encodeIdx({ shape: [1, 2], data: Uint8Array.of(0, 1) }), { threshold: 0.3 })),
    ['00'],
  );
  refused(
    () => decodeTrainingData(encodeIdx({ shape: [4], data: Uint8Array.of(5, 0, 4, 1) })),
    /shape \(4,\) does not hold rows/,
  );
  refused(() => decodeTrainingData(encodeIdx({ shape: [1, 1], data: Int32Array.of(5) })), /expected only ±1/);
  refused(() => decodeTrainingData(encodeNpy('text')), /is a text/);
  refused(() => decodeTrainingData(gzipSync(gzipSync(greys))), /gzipped twice/);
  refused(() => decodeTrainingData(Uint8Array.of(1, 2, 3)), /a file of no such form: its first bytes are 01 02 03 /);
});

test('real rows from arrays of any type, as they are or as shares of a range', () => {
  const rows = realRowsFromArray({ shape: [2, 1, 2], data: Float64Array.of(0.5, -1.25, 3, 1e-3) });
  assert.equal([rows.count, rows.width, [...rows.values]], [2, 2, [0.5, -1.25, 3, Math.fround(1e-3)]]);
  const greys = realRowsFromArray({ shape: [1, 3], data: Uint8Array.of(0, 51, 255) }, { range: [0, 255] });
  assert.equal([...greys.values], [0, Math.fround(0.2), 1]);
  assert.equal([...realRowsFromArray({ shape: [2, 1], data: BigInt64Array.of(3n, -2n) }).values], [3, -2]);
  assert.throws(() => realRowsFromArray({ shape: [2], data: new Float32Array(2) }), /does not hold rows of units/);
  assert.throws(
    () => realRowsFromArray({ shape: [1, 2], data: Float32Array.of(1, Number.NaN) }),
    /"values\[1\]" expected finite number, got NaN/,
  );
});

test.run();
