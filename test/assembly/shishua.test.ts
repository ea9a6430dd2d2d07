/** SHISHUA: the published numbers, the twin, and its bits as multi-spin coding uses them, in space and in time. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { streamKey } from '../../src/util/random.js';
import { Machine } from '../../src/wasm/machine.js';
import { SAMPLING } from '../../src/wasm/sampling.js';
import { sameBits } from '../reference/compare.js';
import { Shishua } from '../reference/shishua.js';
import { countsScore, scoresOf } from '../reference/statistics.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/shishua');

// Bytes 128 … 159 and 480 … 511 of the author's test-vectors.h (version of 2023), for two seeds.
const published: [name: string, seed: [bigint, bigint, bigint, bigint], first: string, last: string][] = [
  [
    'zero',
    [0n, 0n, 0n, 0n],
    '0ea27a7fcb038c71e2c7057d8fef24945197a6dd608098f9f4cc275dd19751ad',
    'fae08c9a334a253719110db59d150900e4aaef3d1a853ac3b05403a750ec938f',
  ],
  [
    'pi',
    [0x243f6a8885a308d3n, 0x13198a2e03707344n, 0xa409382229f31d00n, 0x82efa98ec4e6c894n],
    'f1d6978988a77dcd12e8faa27899c92f8fd59e337c42c6e98b734873fefcef3a',
    'f8d7920d4f7a08b7bf546e092939f253aa4981b214eed252684be3c04e1b75ed',
  ],
];

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

for (const [name, seed, first, last] of published) {
  test(`gives the published numbers of the seed ${name}`, () => {
    const machine = rubbishMachine({ stream: 192, scratch: 128, out: 384, guard: 64 });
    const { kernels, at } = machine;
    writesOnly(machine, { stream: 'all', scratch: 'all' }, () => kernels.startShishua(at.stream, at.scratch, ...seed));
    kernels.fillShishua(at.stream, at.out, 3);
    // the published sequence has one round more before these
    assert.is(hex(machine.u8('out').subarray(0, 32)), first);
    assert.is(hex(machine.u8('out').subarray(352)), last);
    sameBits(machine.u32('out'), new Shishua(seed).fill(3), 'twin');
  });
}

test('streams and their numbers are those of the twin, however the calls are divided', () => {
  const machine = rubbishMachine({ streams: 5 * 192, scratch: 128, out: 100 * 128, guard: 64 });
  const { kernels, at } = machine;
  const key = streamKey(1, 'test');
  for (const first of [0, 3, 100_000]) {
    writesOnly(machine, { streams: 'all', scratch: 'all' }, () =>
      kernels.seedShishua(at.streams, 5, key, first, at.scratch),
    );
    for (let t = 0; t < 5; t++) {
      const twin = Shishua.of(key, first + t);
      for (const rounds of [1, 2, 97]) {
        writesOnly(machine, { streams: 'all', out: rounds * 128 }, () =>
          kernels.fillShishua(at.streams + 192 * t, at.out, rounds),
        );
        sameBits(machine.u32('out').slice(0, 32 * rounds), twin.fill(rounds), `stream ${first + t}`);
      }
    }
  }
});

const ROUNDS = 40_000;

/** Bit `lane` of vector `vector` of each round, for all 1024 of them: one row a bit, packed in words of 32 rounds. */
function bitSeries(seed: number): Uint32Array[] {
  const machine = new Machine(SAMPLING, { stream: 192, scratch: 128, out: 128 * 1000 });
  const { kernels, at } = machine;
  kernels.seedShishua(at.stream, 1, streamKey(seed, 'bits'), 0, at.scratch);
  const series = Array.from({ length: 1024 }, () => new Uint32Array(ROUNDS / 32));
  for (let start = 0; start < ROUNDS; start += 1000) {
    kernels.fillShishua(at.stream, at.out, 1000);
    const words = machine.u32('out');
    for (let round = 0; round < 1000; round++) {
      const n = start + round;
      for (let k = 0; k < 32; k++) {
        const word = words[32 * round + k];
        for (let bit = 0; bit < 32; bit++) series[32 * k + bit][n >> 5] |= ((word >>> bit) & 1) << (n & 31);
      }
    }
  }
  return series;
}

function ones(word: number): number {
  let count = 0;
  for (let left = word; left !== 0; left &= left - 1) count++;
  return count;
}
const BYTE_ONES = Uint8Array.from({ length: 65536 }, (_, word) => ones(word));
const weight = (word: number) => BYTE_ONES[word & 65535] + BYTE_ONES[word >>> 16];

/** N(0, 1) for two series that have nothing to do with each other, the second `lag` words of 32 rounds, or bits below 32, later. */
function score(a: Uint32Array, b: Uint32Array, bits: number): number {
  let differ = 0;
  const words = a.length - 1;
  for (let k = 0; k < words; k++) {
    const later = bits === 0 ? b[k] : (b[k] >>> bits) | (b[k + 1] << (32 - bits));
    differ += weight(a[k] ^ later);
  }
  return (differ - 16 * words) / Math.sqrt(8 * words);
}

const series = bitSeries(1);

test('each of the 1024 bits of a round is 1 as often as 0, over time', () => {
  const zero = new Uint32Array(ROUNDS / 32);
  const { largest, mean, spread } = scoresOf(series.map((bits) => score(bits, zero, 0)));
  // 1024 scores: the largest passes 5 with p = 6e-4; mean and spread pass 4 with p = 6e-5 each
  assert.ok(largest < 5 && Math.abs(mean) < 4 && Math.abs(spread) < 4, `${largest}, ${mean}, ${spread}`);
});

test('no bit repeats itself or its complement one to five rounds later', () => {
  for (const bits of [1, 2, 3, 4, 5]) {
    const { largest, mean, spread } = scoresOf(series.map((one) => score(one, one, bits)));
    assert.ok(largest < 5 && Math.abs(mean) < 4 && Math.abs(spread) < 4, `lag ${bits}: ${largest}, ${mean}, ${spread}`);
  }
});

test('bits of a round, and of one round and the next, have nothing to do with each other: what one spin and its neighbours see', () => {
  for (const bits of [0, 1]) {
    const scores: number[] = [];
    // every fourth bit against all that come after it
    for (let a = 0; a < 1024; a += 4) {
      for (let b = bits === 0 ? a + 1 : 0; b < 1024; b += 3) scores.push(score(series[a], series[b], bits));
    }
    const { largest, mean, spread } = scoresOf(scores);
    // 44,000 and 87,000 scores: the largest passes 6 with p = 2e-4
    assert.ok(largest < 6 && Math.abs(mean) < 4 && Math.abs(spread) < 4, `lag ${bits}: ${largest}, ${mean}, ${spread}`);
  }
});

test('the eight bits that one spin draws make all 256 bytes equally often, in every lane', () => {
  const scores = Array.from({ length: 128 }, (_, lane) => {
    const counts = new Float64Array(256);
    for (let n = 0; n < ROUNDS; n++) {
      let byte = 0;
      for (let vector = 0; vector < 8; vector++) {
        byte |= ((series[128 * vector + lane][n >> 5] >>> (n & 31)) & 1) << vector;
      }
      counts[byte]++;
    }
    return countsScore([...counts], Array(256).fill(ROUNDS / 256));
  });
  const { largest, mean, spread } = scoresOf(scores);
  // χ² scores of 128 lanes, nearly normal
  assert.ok(largest < 4.8 && Math.abs(mean) < 4 && Math.abs(spread) < 4, `${largest}, ${mean}, ${spread}`);
});

test.run();
