/** The .bits format: its bytes, reading in parts from memory, a Blob and elsewhere, and every way to be broken. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  decodeAnyHeader,
  decodeSpinFile,
  encodeSpinFile,
  encodeSpinFileHeader,
  SpinFile,
} from '../../src/io/spinFile.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import { FormatError } from '../../src/util/errors.js';
import { ascii, largestAllocation, refused, seeded } from './damage.js';

const test = suite('io/spinFile');

const below = seeded(3);
const data = new SpinData(
  11,
  [3, 7],
  Uint8Array.from({ length: 33 }, (_, k) => (k % 3 === 2 ? below(32) : below(256))),
  { source: 'a test', seed: 'µ', parameters: { K: 0.44 } },
);

/** A file with this text as header. */
function file(text: string, rows: ArrayLike<number> = [], magic = [0x93, ...ascii('SPINS'), 1, 0]): Uint8Array {
  const header = new TextEncoder().encode(text);
  const bytes = new Uint8Array(16 + header.length + rows.length);
  bytes.set(magic);
  new DataView(bytes.buffer).setBigUint64(8, BigInt(header.length), true);
  bytes.set(header, 16);
  bytes.set(rows, 16 + header.length);
  return bytes;
}

test('the bytes are those that the format prescribes, and come back', () => {
  const bytes = encodeSpinFile(data);
  const text = '{"count":11,"shape":[3,7],"provenance":{"source":"a test","seed":"µ","parameters":{"K":0.44}}}';
  assert.equal([...bytes.slice(0, 16)], [0x93, ...ascii('SPINS'), 1, 0, 0xf0, 0x0f, 0, 0, 0, 0, 0, 0]);
  const header = new TextDecoder().decode(bytes.slice(16, 4096));
  assert.is(header.trimEnd(), text);
  assert.ok(header.endsWith(' \n'));
  assert.equal(bytes.slice(4096), data.bytes);
  assert.equal(decodeSpinFile(bytes), data);
  assert.equal(encodeSpinFile(decodeSpinFile(bytes)), bytes);
  bytes.fill(0);
  assert.equal(decodeSpinFile(encodeSpinFile(data)), data, 'rows must not be a view on the file');
  const none = new SpinData(0, [3, 7], new Uint8Array(0), { source: 'a test' });
  assert.equal(decodeSpinFile(encodeSpinFile(none)), none);
});

test('a long provenance moves the rows to the next multiple of 4096', () => {
  const long = new SpinData(1, [2, 2], Uint8Array.of(9), {
    source: 'x'.repeat(3000),
    parameters: { τ: 'ξ'.repeat(900) },
  });
  const bytes = encodeSpinFile(long);
  assert.is(bytes.length, 8193);
  assert.equal(decodeSpinFile(bytes), long);
});

test('an unfinished header changes in its first bytes alone, however many rows there are', () => {
  const { shape, provenance } = data;
  const first = encodeSpinFileHeader({ count: null, flushed: 0, shape, provenance }, 4096);
  for (const flushed of [9, 10, 123_456_789, Number.MAX_SAFE_INTEGER]) {
    const header = encodeSpinFileHeader({ count: null, flushed, shape, provenance }, 4096);
    assert.equal(header.slice(64), first.slice(64));
    assert.is(decodeAnyHeader(header, 4096).header.flushed, flushed);
  }
});

test('a header of other makers: any JSON with these keys, rows at any offset', () => {
  const text = '{ "provenance": {"source": "hand"},\n "shape": [3, 7], "count": 11 }';
  const read = decodeSpinFile(file(text, data.bytes));
  assert.equal([...read.bytes], [...data.bytes]);
  assert.equal(read.provenance, { source: 'hand' });
  const alike = `{"count":11,"shape":[3,7],"provenance":{"source":"x","a":"x","b":["x","x"],"c":{"a":"a"},"d" : {"a":"d"}}}`;
  assert.is(
    decodeSpinFile(file(alike, data.bytes)).count,
    11,
    'equal texts, and equal keys of two objects, are no repetition',
  );
  const newer = file(text, data.bytes);
  newer[7] = 3;
  assert.is(decodeSpinFile(newer).count, 11, 'a minor version adds what readers may pass over');
});

test('rows and batches, from memory, a Blob, and a source of ranges', async () => {
  const bytes = encodeSpinFile(data);
  const asked: number[] = [];
  const ranges = {
    size: bytes.length,
    read: async (from: number, to: number) => {
      asked.push(to - from);
      return bytes.slice(from, to);
    },
  };
  for (const source of [bytes, new Blob([bytes as BlobPart]), ranges]) {
    const spins = await SpinFile.open(source, 'a.bits');
    assert.equal([spins.count, [...spins.shape], spins.stride, spins.provenance], [11, [3, 7], 3, data.provenance]);
    for (const [from, to] of [
      [0, 11],
      [0, 0],
      [11, 11],
      [4, 9],
      [10, 11],
    ]) {
      const part = await spins.rows(from, to);
      assert.equal([part.count, [...part.bytes]], [to - from, [...data.bytes.slice(3 * from, 3 * to)]]);
      assert.equal(part.provenance, data.provenance);
    }
    for (const size of [1, 4, 11, 100, undefined]) {
      const counts: number[] = [];
      const all: number[] = [];
      for await (const part of spins.batches(size)) {
        counts.push(part.count);
        all.push(...part.bytes);
      }
      assert.equal(all, [...data.bytes]);
      assert.is(counts.length, Math.ceil(11 / (size ?? 11)));
    }
    spins.close();
  }
  // The header in two pieces, then only what was asked for.
  assert.equal(asked.slice(0, 3), [16, 4096, 33]);
});

test('wrong ranges and sources', async () => {
  const spins = await SpinFile.open(encodeSpinFile(data));
  const fails = async (work: Promise<unknown>, words: RegExp) => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    );
    assert.match(`${error}`, words);
  };
  await fails(spins.rows(-1, 2), /RangeError: "from"/);
  await fails(spins.rows(3, 2), /RangeError: "to" expected integer in \[3, 11\]/);
  await fails(spins.rows(0, 12), /RangeError: "to"/);
  await fails(spins.rows(0, 1.5), /RangeError: "to"/);
  await fails(spins.batches(0).next(), /RangeError: "rows"/);
  await fails(SpinFile.open('a.bits' as never), /TypeError: "source" expected Blob/);
  const bytes = encodeSpinFile(data);
  const short = { size: bytes.length, read: (from: number, to: number) => bytes.slice(from, Math.min(to, 4100)) };
  await fails((await SpinFile.open(short, 'net')).rows(0, 11), /FormatError: net: became shorter .* 4 of 33 bytes/);
  bytes[4096 + 3 * 5 - 1] = 0xff;
  await fails((await SpinFile.open(bytes, 'x')).rows(3, 6), /FormatError: x: .* row 1 has others \(at byte 4105\)/);
});

test('every broken header is refused with its place, before anything of its size is allocated', () => {
  const sound = (more: string) => `{"count":11,"shape":[3,7],"provenance":{"source":"x"}${more}}`;
  const source = '"provenance":{"source":"x"}';
  const cases: [Uint8Array, RegExp][] = [
    [new Uint8Array(0), /ends before the magic/],
    [Uint8Array.of(0x93, 0x53), /ends before the magic/],
    [file('{}', [], [0x93, ...ascii('NUMPY'), 1, 0]), /not a .bits file/],
    [file(sound(''), data.bytes, [0x93, ...ascii('SPINS'), 2, 0]), /format 2.0/],
    [file('{}').slice(0, 12), /ends inside its header/],
    [file('{}').slice(0, 17), /header of 2 bytes, 1 are left/],
    [file('', []), /not JSON/],
    [file('{"count":1', []), /not JSON/],
    [file('null', []), /"count"/],
    [file('[]', []), /"count"/],
    [file(sound(',"more":1'), data.bytes), /header key "more" is unknown/],
    [file(sound(',"count":11'), data.bytes), /"count" occurs twice/],
    [
      file(`{"count":11,"shape":[3,7],"provenance":{"source":"x","a":[{"b":1,"\\u0062":2}]}}`, data.bytes),
      /"b" occurs twice/,
    ],
    [file(sound(''), data.bytes.slice(1)), /11 configurations of shape \[3, 7\] need 33 bytes, 32 are present/],
    [file(sound(''), [...data.bytes, 0]), /33 bytes, 34 are present/],
    [file(`{"count":1e12,"shape":[40,40],${source}}`, [1, 2, 3]), /need 200000000000000 bytes, 3 are present/],
    [file(`{"count":9007199254740991,"shape":[40,40],${source}}`, []), /need 18014\d+ bytes/],
    [file(`{"count":1,"shape":[9007199254740991,3],${source}}`, []), /"shape"/],
    [file(`{"count":1,"shape":[0,3],${source}}`, []), /"shape"/],
    [file(`{"count":1,"shape":[-3,-3],${source}}`, []), /"shape"/],
    [file(`{"count":1,"shape":[1.5,3],${source}}`, []), /"shape"/],
    [file(`{"count":1,"shape":[9],${source}}`, []), /"shape"/],
    [file(`{"count":1,"shape":"33",${source}}`, []), /"shape"/],
    [file(`{"count":-1,"shape":[3,3],${source}}`, []), /"count"/],
    [file(`{"count":"1","shape":[3,3],${source}}`, []), /"count"/],
    [file(`{"count":null,"shape":[3,3],${source}}`, []), /"flushed"/],
    [file(`{"count":1,"flushed":1,"shape":[3,3],${source}}`, [1, 1]), /"count"/],
    [file(`{"count":null,"flushed":1,"shape":[3,3],${source}}`, [1, 1]), /is unfinished/],
    [file('{"count":1,"shape":[3,3]}', [1, 1]), /"provenance"/],
    [file('{"count":1,"shape":[3,3],"provenance":null}', [1, 1]), /"provenance"/],
    [file('{"count":1,"shape":[3,3],"provenance":{"source":1}}', [1, 1]), /"source"/],
    [file(`{"count":1,"shape":[3,3],${source}}`, [1, 2]), /zero bits past width 9/],
    [file(`${'['.repeat(100_000)}`, []), /nested/],
  ];
  const notText = file('{"é":1}');
  notText[18] = 0xff;
  cases.push([notText, /not UTF-8/]);
  const vast = file('{}');
  new DataView(vast.buffer).setBigUint64(8, 2n ** 63n, true);
  cases.push([vast, /header of 9223372036854775808 bytes, 2 are left/]);
  for (const [bytes, words] of cases) {
    const largest = largestAllocation(() => {
      const error = refused(() => decodeSpinFile(bytes, 'a.bits'), words);
      assert.ok(error.offset >= 0 && error.offset <= bytes.length, error.message);
      assert.match(error.message, /^a\.bits: /);
    });
    assert.ok(largest <= bytes.length, `${words}: ${largest}`);
  }
});

test('a header of more than 64 MiB is refused by its length', async () => {
  const head = file('');
  new DataView(head.buffer).setBigUint64(8, 2n ** 26n + 1n, true);
  const source = { size: 2 ** 40, read: (from: number, to: number) => head.slice(from, to) };
  const error = await SpinFile.open(source).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.instance(error, FormatError);
  assert.match(`${error}`, /header of 67108865 bytes, more than 67108864/);
});

test.run();
