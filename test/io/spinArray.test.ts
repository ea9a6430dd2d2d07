/** Configurations made elsewhere: every type, order and shape, both conventions, and what is refused. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeNpy, type NpyArray, type NumericArray } from '../../src/formats/npy.js';
import { encodeNpz } from '../../src/formats/npz.js';
import { type SpinArrayOptions, spinDataFromArray, spinDataToArray } from '../../src/io/spinArray.js';
import { decodeSpinData, encodeSpinData } from '../../src/io/spinData.js';
import { encodeSpinFile } from '../../src/io/spinFile.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import { energySeries } from '../../src/ising/measure/series.js';
import { FormatError } from '../../src/util/errors.js';
import { refuses } from '../assert.js';
import { ascii, refused, seeded } from './damage.js';

const test = suite('io/spinArray');

const [COUNT, ROWS, COLUMNS] = [5, 3, 7];
const SITES = ROWS * COLUMNS;
const below = seeded(7);
/** Spins of 5 configurations of 3 × 7, in order. */
const spins = Array.from({ length: COUNT * SITES }, () => 2 * below(2) - 1);
const bits = spins.map((spin) => (spin + 1) / 2);

const signed = [Int8Array, Int16Array, Int32Array, Float32Array, Float64Array];
const all = [...signed, Uint8Array, Uint16Array, Uint32Array];

function array(data: NumericArray, ...shape: number[]): NpyArray {
  return { shape, data };
}

function isTheData(data: SpinData, shape = [ROWS, COLUMNS]): void {
  assert.is(data.count, COUNT);
  assert.equal([...data.shape], shape);
  for (let row = 0; row < COUNT; row++) {
    assert.equal([...data.spins(row)], spins.slice(row * SITES, (row + 1) * SITES));
  }
}

test('±1 and 0/1 of every type', () => {
  const arrays: NumericArray[] = [
    ...signed.map((Kind) => Kind.from(spins)),
    BigInt64Array.from(spins, BigInt),
    ...all.map((Kind) => Kind.from(bits)),
    BigInt64Array.from(bits, BigInt),
    BigUint64Array.from(bits, BigInt),
  ];
  for (const data of arrays) {
    isTheData(spinDataFromArray(array(data, COUNT, ROWS, COLUMNS)));
    const values = data.some((value) => Number(value) < 0) ? 'spins' : 'bits';
    isTheData(spinDataFromArray(array(data, COUNT, ROWS, COLUMNS), { values }));
    const other = values === 'spins' ? 'bits' : 'spins';
    refuses(
      () => spinDataFromArray(array(data, COUNT, ROWS, COLUMNS), { values: other }),
      RangeError,
      /^"array" expected only (0 and 1|±1), got (0|-1) at \[\d, \d, \d\]$/,
    );
  }
});

test('shapes: series and single configurations, of sites or with sides, in one to four dimensions', () => {
  const data = Int8Array.from(spins);
  const shape = [ROWS, COLUMNS];
  isTheData(spinDataFromArray(array(data, COUNT, SITES), { shape }));
  isTheData(spinDataFromArray(array(data, COUNT, ROWS, COLUMNS), { shape }));
  isTheData(spinDataFromArray(array(data, COUNT, SITES), { shape: [SITES] }), [1, SITES]);
  for (const one of [array(data.slice(0, SITES), SITES), array(data.slice(0, SITES), ROWS, COLUMNS)]) {
    const single = spinDataFromArray(one, { shape });
    assert.equal([single.count, [...single.spins(0)]], [1, spins.slice(0, SITES)]);
  }
  // The layers of a cube lie below each other, and the provenance knows what it was.
  const cubes = Int8Array.from({ length: 2 * 27 }, (_, k) => (k % 5 ? 1 : -1));
  for (const read of [
    spinDataFromArray(array(cubes, 2, 3, 3, 3)),
    spinDataFromArray(array(cubes, 2, 27), { shape: [3, 3, 3] }),
  ]) {
    assert.equal([read.count, [...read.shape]], [2, [9, 3]]);
    assert.equal(read.provenance.parameters, { lattice: { kind: 'unknown, 3 dimensions' }, shape: [3, 3, 3] });
    assert.equal([...read.spins(1)], [...cubes.slice(27)]);
    assert.throws(() => energySeries(read), /expected data of the lattice "square, periodic", got "unknown, 3 dim/);
  }
  assert.is(spinDataFromArray(array(new Int8Array(0), 0, 4, 4)).count, 0);
});

test('what can be read in two ways, or in none, is refused', () => {
  const data = Int8Array.from(spins);
  const cases: [NpyArray, SpinArrayOptions, RegExp][] = [
    [array(data, COUNT, SITES), {}, /of shape \(5, 21\) does not tell what one configuration is: give "shape"/],
    [array(data, COUNT * SITES), {}, /of shape \(105,\) does not tell/],
    [
      array(data, COUNT, ROWS, COLUMNS),
      { shape: [COLUMNS, ROWS] },
      /\(5, 3, 7\) is neither one configuration of shape \(7, 3\)/,
    ],
    [array(data, COUNT, SITES), { shape: [4, 5] }, /neither one configuration of shape \(4, 5\) nor a series/],
    [array(new Int8Array(0), 3, 0, 4), {}, /configurations of 0 sites/],
    [array(new Int8Array(0), 0, 2 ** 40, 2 ** 40), {}, /configurations of 1.2\d+e\+24 sites/],
    [array(Int8Array.of(1, -1, 0, 1), 1, 2, 2), {}, /expected only ±1, got 0 at \[0, 1, 0\]/],
    [array(Int8Array.of(1, 0, 1, -1), 1, 2, 2), {}, /expected only 0 and 1, got -1 at \[0, 1, 1\]/],
    [array(Uint8Array.of(1, 255, 1, 1), 1, 2, 2), {}, /expected only ±1, or only 0 and 1, got 255 at \[0, 0, 1\]/],
    [array(Float64Array.of(1, 1, 1 + 2 ** -52, 1), 1, 2, 2), {}, /got 1.0000000000000002 at \[0, 1, 0\]/],
    [array(Float32Array.of(Number.NaN, 1, 1, 1), 1, 2, 2), {}, /got NaN at \[0, 0, 0\]/],
    [array(Float64Array.of(1, 1, 1, 0.5), 1, 2, 2), {}, /got 0.5 at \[0, 1, 1\]/],
    // 2^53 + 1 and 2^64 - 1 would be other numbers as doubles
    [array(BigInt64Array.of(1n, 2n ** 53n + 1n, 1n, 1n), 1, 2, 2), {}, /got 9007199254740993 at \[0, 0, 1\]/],
    [array(BigUint64Array.of(1n, 2n ** 64n - 1n, 1n, 1n), 1, 2, 2), {}, /got 18446744073709551615 at/],
  ];
  for (const [given, options, words] of cases) refuses(() => spinDataFromArray(given, options), RangeError, words);
});

test('nothing but ones is the same in both conventions; -0 is 0', () => {
  for (const values of ['auto', 'spins', 'bits'] as const) {
    const up = spinDataFromArray(array(new Uint8Array(12).fill(1), 3, 2, 2), { values });
    assert.equal([...up.bytes], [15, 15, 15]);
  }
  assert.equal([...spinDataFromArray(array(Float32Array.of(-0, 1, 0, 1), 1, 2, 2)).spins(0)], [-1, 1, -1, 1]);
  assert.equal([...spinDataFromArray(array(new Uint8Array(4), 1, 2, 2)).spins(0)], [-1, -1, -1, -1]);
});

test('packed bits in both orders', () => {
  const pack = (order: 'big' | 'little'): Uint8Array => {
    const bytes = new Uint8Array(COUNT * 3);
    bits.forEach((bit, k) => {
      const [row, i] = [Math.floor(k / SITES), k % SITES];
      bytes[row * 3 + (i >> 3)] |= bit << (order === 'big' ? 7 - (i & 7) : i & 7);
    });
    return bytes;
  };
  const shape = [ROWS, COLUMNS];
  for (const packed of ['big', 'little'] as const) {
    isTheData(spinDataFromArray(array(pack(packed), COUNT, 3), { shape, packed }));
    assert.is(spinDataFromArray(array(pack(packed).slice(0, 3), 3), { shape, packed }).count, 1);
    for (let row = 0; row < COUNT; row++) {
      const wrong = pack(packed).fill(255, 3 * row, 3 * row + 3);
      refuses(
        () => spinDataFromArray(array(wrong, COUNT, 3), { shape, packed }),
        RangeError,
        new RegExp(`expected zero bits past site 20, configuration ${row} has others; is it bitorder "${packed}"`),
      );
    }
  }
  const whole = Uint8Array.from({ length: 6 }, (_, k) => 1 << k);
  assert.equal(
    [...spinDataFromArray(array(whole, 6), { shape: [4, 4], packed: 'big' }).bytes],
    [128, 64, 32, 16, 8, 4],
  );
  const cases: [NpyArray, RegExp][] = [
    [array(pack('big'), 15), /\(15,\) does not hold packed rows of 21 sites, 3 bytes each/],
    [array(pack('big'), 3, COUNT), /does not hold packed rows/],
    [array(Int8Array.from(pack('big')), COUNT, 3), /type uint8/],
  ];
  for (const [given, words] of cases)
    refuses(() => spinDataFromArray(given, { shape, packed: 'big' }), RangeError, words);
});

test('wrong options', () => {
  const good = array(Int8Array.from(spins), COUNT, ROWS, COLUMNS);
  refuses(() => spinDataFromArray(good, { shape: [] }), TypeError, /"shape"/);
  refuses(() => spinDataFromArray(good, { shape: [0, 3] }), RangeError, /"shape\[0\]" expected positive integer/);
  refuses(() => spinDataFromArray(good, { shape: [2 ** 30, 2 ** 30] }), RangeError, /"product of shape"/);
  refuses(
    () => spinDataFromArray(good, { values: 'ising' as never }),
    RangeError,
    /"values" expected one of auto, spins, bits/,
  );
  refuses(() => spinDataFromArray(good, { packed: 'middle' as never }), RangeError, /"packed"/);
  refuses(() => spinDataFromArray(good, { packed: 'big' }), RangeError, /"shape" expected the sides/);
  refuses(() => spinDataFromArray(good, { provenance: {} as never }), TypeError, /"provenance"/);
  refuses(() => spinDataFromArray(good, null as never), TypeError, /"options"/);
  refuses(() => spinDataFromArray({ shape: [2], data: [1, 1] as never }), TypeError, /"array.data"/);
  refuses(() => spinDataFromArray({ shape: [2], data: Int8Array.of(1) }), RangeError, /"array.shape"/);
});

test('configurations become an array of ±1, and come back', () => {
  const data = spinDataFromArray(array(Int8Array.from(spins), COUNT, ROWS, COLUMNS));
  const back = spinDataToArray(data);
  assert.equal(back, { shape: [COUNT, ROWS, COLUMNS], data: Int8Array.from(spins) });
  isTheData(spinDataFromArray(back, { provenance: { source: 'here' } }));
});

test('files: npy in C and Fortran order, the only or the named array of an npz, own files by what they are', () => {
  const series = array(Int8Array.from(spins), COUNT, ROWS, COLUMNS);
  isTheData(decodeSpinData(encodeNpy(series)));
  const note = 'by hand';
  const temperature = array(Float64Array.of(2.27, 1, 1), 3);
  isTheData(decodeSpinData(encodeNpz({ series, note, temperature })));
  isTheData(decodeSpinData(encodeNpz({ series, other: series }), { array: 'other' }));
  const own = new SpinData(2, [3, 3], Uint8Array.of(1, 1, 255, 0), { source: 'a test' });
  for (const bytes of [encodeSpinData(own), encodeSpinFile(own)]) {
    assert.equal(decodeSpinData(bytes, { shape: [3, 3] }), own);
    refused(() => decodeSpinData(bytes, { shape: [9] }, 'own'), /holds configurations of shape \(3, 3\), not \(9,\)/);
  }
  assert.is(decodeSpinData(encodeNpy(series), { provenance: { source: 'J. Doe' } }).provenance.source, 'J. Doe');
});

test('what is wrong with a file is told with its name, the array, the entry and its place', () => {
  const series = array(Int8Array.of(1, -1, 1, 1, 1, 3), 1, 2, 3);
  const npy = encodeNpy(series);
  const error = refused(
    () => decodeSpinData(npy, {}, 'a.npy'),
    /^a\.npy: array expected only ±1, got 3 at \[0, 1, 2\]/,
  );
  assert.is(error.offset, npy.length - 1);
  // The same array with the first index fastest: entry [0, 1, 0] is the second of the file.
  const fortran = Uint8Array.from([
    ...[0x93, ...ascii('NUMPY'), 1, 0, 65, 0],
    ...ascii("{'descr': '|i1', 'fortran_order': True, 'shape': (1, 2, 3)}".padEnd(65)),
    ...[1, 7, 1, 1, 1, 1],
  ]);
  assert.is(refused(() => decodeSpinData(fortran), /got 7 at \[0, 1, 0\]/).offset, 10 + 65 + 1);
  refused(() => decodeSpinData(encodeNpz({ series }), {}, 'a.npz'), /^a\.npz: "series" expected only ±1, got 3/);
  refused(() => decodeSpinData(encodeNpz({ a: series, b: series })), /its name in "array": got "a" \(1, 2, 3\), "b"/);
  refused(() => decodeSpinData(encodeNpz({ note: 'x' })), /got none/);
  refused(() => decodeSpinData(encodeNpz({ note: 'x' }), { array: 'note' }), /"note" is a text/);
  refused(() => decodeSpinData(encodeNpz({ a: series }), { array: 'A' }), /expected an array "A", got "a"/);
  refused(() => decodeSpinData(encodeNpy('x')), /is a text/);
  refused(() => decodeSpinData(encodeNpy(array(new Int8Array(4), 2, 2))), /give "shape"/);
  refused(() => decodeSpinData(new Uint8Array(0)), /is empty/);
  refuses(() => decodeSpinData([0x93] as never), TypeError, '"bytes" expected Uint8Array, got [147]');
  assert.throws(
    () => decodeSpinData(encodeNpy(series), { shape: [0] }),
    (thrown: unknown) => !(thrown instanceof FormatError),
  );
});

test.run();
