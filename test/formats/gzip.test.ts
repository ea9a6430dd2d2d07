/** Gzip files as other programs write them: several members, padding; and what is cut short, damaged, too large or something else. */

import { gzipSync, zlibSync } from 'fflate';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gunzip } from '../../src/formats/gzip.js';
import { encodeNpy } from '../../src/formats/npy.js';
import { decodeSpinData } from '../../src/io/spinData.js';
import { refuseStranger } from '../../src/io/stranger.js';
import { decodeTrainingData } from '../../src/io/trainingData.js';
import { largestAllocation, refused, seeded } from '../io/damage.js';

const test = suite('io/gzip');

function joined(...parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}
const text = (words: string) => new TextEncoder().encode(words);

test('any number of members is one content; empty ones and zeros between and after them add nothing', () => {
  const below = seeded(3);
  const content = Uint8Array.from({ length: 3000 }, () => below(7));
  const empty = gzipSync(new Uint8Array(0));
  const level = 0 as const;
  for (const cuts of [[], [1500], [0, 1, 2, 2999, 3000], Array.from({ length: 29 }, (_, k) => 100 * k)]) {
    const ends = [...cuts, content.length];
    const members = ends.map((end, k) => gzipSync(content.subarray(k === 0 ? 0 : ends[k - 1], end)));
    assert.equal(gunzip(joined(...members)), content);
    for (const zeros of [1, 3, 8, 9, 512]) {
      const padding = new Uint8Array(zeros);
      assert.equal(gunzip(joined(...members, padding)), content);
      assert.equal(gunzip(joined(empty, padding, ...members, empty, padding)), content);
    }
  }
  // stored blocks, of which nothing comes before their end
  const large = Uint8Array.from({ length: 200_000 }, () => below(256));
  assert.equal(gunzip(joined(gzipSync(large, { level }), gzipSync(large, { level }))), joined(large, large));
  // stored blocks and header fields; content that itself holds the trailer of what precedes it, or a member
  assert.equal(gunzip(joined(gzipSync(content, { level }), gzipSync(content, { filename: 'a' }))).length, 6000);
  const inner = joined(gzipSync(content), new Uint8Array(8), gzipSync(content));
  assert.equal(gunzip(joined(gzipSync(inner, { level }), gzipSync(inner, { level }))), joined(inner, inner));
  assert.equal(gunzip(empty), new Uint8Array(0));
});

test('members larger than one step, whose ends fall on every place of a step', () => {
  const below = seeded(5);
  const noise = Uint8Array.from({ length: 2 ** 15 + 40 }, () => below(256));
  for (let length = 2 ** 15 - 45; length < 2 ** 15 + 20; length++) {
    const content = noise.subarray(0, length);
    assert.equal(gunzip(joined(gzipSync(content), gzipSync(content.subarray(7)))).length, 2 * length - 7);
  }
});

test('a file that is cut short says so, wherever the cut is', () => {
  const content = Uint8Array.from({ length: 500 }, (_, k) => (k * k) % 11);
  const packed = gzipSync(content);
  const two = joined(packed, gzipSync(content.subarray(9)));
  for (const file of [packed, two]) {
    for (let length = 2; length < file.length; length++) {
      if (length === packed.length) continue;
      const { message } = refused(() => gunzip(file.subarray(0, length), 'x.gz'), /^x\.gz: .*/);
      assert.match(message, length === packed.length + 1 ? /neither another member nor zeros/ : /cut short/);
    }
  }
  refused(() => gunzip(packed.subarray(0, packed.length - 5)), /lacks its last 5 bytes/);
  refused(() => gunzip(packed.subarray(0, packed.length - 9)), /ends inside its compressed data/);
});

test('damage, other bytes behind it, and contents larger than the limit are refused', () => {
  const content = Uint8Array.from({ length: 5000 }, (_, k) => k & 3);
  const packed = gzipSync(content);
  const changed = (at: number, value: number) => {
    const copy = packed.slice();
    copy[at < 0 ? copy.length + at : at] = value;
    return copy;
  };
  refused(() => gunzip(packed, 'x', 4999), /^x: inflates to 5000 bytes, as its end says .* the limit is 4999/);
  assert.is(gunzip(packed, 'x', 5000).length, 5000);
  refused(() => gunzip(joined(packed, packed), 'x', 9999), /more than 9999 bytes/);
  refused(() => gunzip(zlibSync(content)), /is not a gzip file/);
  refused(() => gunzip(changed(2, 7)), /compression 7 is unknown/);
  refused(() => gunzip(changed(3, 0x20)), /flags are unknown/);
  refused(() => gunzip(changed(3, 8).fill(1, 10)), /cut short/);
  refused(() => gunzip(changed(-8, packed[packed.length - 8] ^ 1)), /damaged or cut short: the 5000 bytes .* CRC-32/);
  for (const size of [0x87, 0x89]) refused(() => gunzip(changed(-4, size)), /no such size and CRC-32 follow/);
  const behind = refused(() => gunzip(joined(packed, text('rest'))), /bytes after the gzip content are neither/);
  assert.is(behind.offset, packed.length);
  refused(() => gunzip(joined(packed, changed(2, 7))), /compression 7 is unknown/);
});

test('a small file that inflates to much stops at the limit', () => {
  const packed = gzipSync(new Uint8Array(2 ** 25), { level: 9 });
  const stop = (file: Uint8Array, words: RegExp) => {
    const largest = largestAllocation(() => refused(() => gunzip(file, 'x', 2 ** 20), words));
    assert.ok(largest <= 2 ** 21, `${largest}`);
  };
  stop(packed, /inflates to 33554432 bytes, as its end says/);
  stop(joined(packed, gzipSync(text('small'))), /inflates to more than 1048576 bytes/);
});

test('bytes behind the end of a stream cost no more than their number', () => {
  const start = performance.now();
  const packed = gzipSync(Uint8Array.of(1, 2, 3));
  refused(() => gunzip(joined(packed.subarray(0, -4), new Uint8Array(2 ** 22).fill(7))), /damaged/);
  const members = new Uint8Array(2000 * packed.length);
  for (let k = 0; k < 2000; k++) members.set(packed, k * packed.length);
  assert.is(gunzip(members).length, 6000);
  assert.ok(performance.now() - start < 20_000);
});

test('what is no such file at all is called by its name', () => {
  const cases: [Uint8Array, RegExp][] = [
    [new Uint8Array(0), /^mnist\.gz: is empty, expected \.npz/],
    [text('<!DOCTYPE html><html><body>403 Forbidden</body></html>'), /expected \.npz.*got a web page \(HTML\)/],
    [text('\ufeff\n <html lang="en">'), /a web page/],
    [text('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'), /an XML text/],
    [text('version https://git-lfs.github.com/spec/v1\noid sha256:0'), /a pointer of Git LFS/],
    [Uint8Array.of(0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10), /an HDF5 file/],
    [Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4), /compressed by xz/],
    [text('0,1,1,0\n1,0,0,1\n'), /got a text: save its numbers by np\.save\("data\.npy", np\.loadtxt/],
    [text('1 -1 1\r\n'), /got a text/],
    [text('PAR1\0\0'), /a Parquet file/],
    [Uint8Array.of(0x80, 4, 0x95, 0, 0, 0, 0, 0, 0x7d, 0x2e), /a Python pickle, which is a program/],
    [new Uint8Array(100).fill(0xc8), /got a file of no such form: its first bytes are c8 c8 c8 c8 c8 c8 c8 c8 /],
    [text('PK\x03\x04 cut short'), /not a zip archive, or cut short/],
  ];
  for (const [bytes, words] of cases) {
    refused(() => decodeTrainingData(bytes, {}, 'mnist.gz'), words);
    if (bytes.length > 0) refused(() => decodeTrainingData(gzipSync(bytes), {}, 'mnist.gz'), words);
    refused(() => decodeSpinData(bytes, {}, 'mnist.gz'), words);
  }
  refused(() => decodeSpinData(gzipSync(text('x')), {}, 'x.npy'), /got a gzip file: decompress it first/);
  // the length of a header may begin like a pickle
  const header = new Uint8Array(650).fill(0x20);
  header.set([0x80, 2, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d]);
  assert.not.throws(() => refuseStranger(header, 'safetensors'));
});

test('training data in several members are read as in one', () => {
  const file = encodeNpy({ shape: [4, 8], data: Uint8Array.from({ length: 32 }, (_, k) => (k * k) & 1) });
  const expected = decodeTrainingData(file, {}, 'x');
  const members = joined(gzipSync(file.subarray(0, 70)), gzipSync(file.subarray(70)), new Uint8Array(100));
  assert.equal(decodeTrainingData(members, {}, 'x').bytes, expected.bytes);
});

test.run();
