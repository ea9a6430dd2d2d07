import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { streamKey } from '../../src/util/random.js';
import { Machine } from '../../src/wasm/machine.js';
import { SAMPLING } from '../../src/wasm/sampling.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { countsScore, kolmogorovSmirnov, normalDistribution, scoresOf } from '../reference/statistics.js';
import * as twin from '../reference/streams.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/random');

const KEY = streamKey(1, 'test');

/** A machine with one stream, seeded as stream 0 of `key`, and an output region. */
function streamMachine(bytes: number, key = KEY) {
  const machine = rubbishMachine({ stream: 64, scratch: 512, out: bytes, guard: 64 });
  machine.kernels.seedStreams(machine.at.stream, 1, key, 0);
  return machine;
}

/** The state of lane k is column k of four vectors: word w of generator k at 4w + k. */
function setLane(state: Uint32Array, lane: number, words: number[]): void {
  words.forEach((word, w) => {
    state[4 * w + lane] = word;
  });
}

// Known answers of the authors' C code, https://prng.di.unimi.it/xoshiro128plusplus.c, from the state 1, 2, 3, 4.
// biome-ignore format: ten numbers
const XOSHIRO = [641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011, 621204420];

for (const lane of [0, 1, 2, 3]) {
  test(`xoshiro128++ gives the published numbers in lane ${lane}, whatever the other lanes hold`, () => {
    const machine = new Machine(SAMPLING, { stream: 64, out: 102_400 * 16 });
    const { kernels, at } = machine;
    kernels.seedStreams(at.stream, 1, 7n, 0);
    setLane(machine.u32('stream'), lane, [1, 2, 3, 4]);
    kernels.fillRandom(at.stream, at.out, 102_400);
    const numbers = machine.u32('out');
    assert.equal(
      XOSHIRO.map((_, q) => numbers[4 * q + lane]),
      XOSHIRO,
    );
    kernels.fillRandom(at.stream, at.out, 1);
    assert.is(machine.u32('out')[lane], 0x2c873cfa, 'number 102401');
  });
}

test('SplitMix64 gives the published numbers', () => {
  const { kernels } = new Machine(SAMPLING, { none: 1 });
  // Rosetta Code, "Pseudo-random numbers/Splitmix64"
  // biome-ignore format: five numbers
  const published = [6457827717110365317n, 3203168211198807973n, 9817491932198370423n, 4593380528125082431n, 16408922859458223821n];
  published.forEach((number, n) => {
    assert.is(BigInt.asUintN(64, kernels.splitMix(1234567n, BigInt(n))), number);
    assert.is(twin.splitMix(1234567n, BigInt(n)), number);
  });
  assert.is(BigInt.asUintN(64, kernels.splitMix(2n ** 64n - 1n, 5n)), twin.splitMix(2n ** 64n - 1n, 5n));
});

test('streams and their numbers are those of the twin', () => {
  const machine = rubbishMachine({ streams: 5 * 64, out: 1000 * 16, guard: 64 });
  const { kernels, at } = machine;
  for (const first of [0, 3, 100_000]) {
    writesOnly(machine, { streams: 'all' }, () => kernels.seedStreams(at.streams, 5, KEY, first));
    twin.streams(KEY, 5, first).forEach((stream, t) => {
      for (const count of [1, 2, 997]) {
        writesOnly(machine, { streams: 'all', out: count * 16 }, () =>
          kernels.fillRandom(at.streams + 64 * t, at.out, count),
        );
        sameBits(machine.u32('out').slice(0, 4 * count), stream.fill(count), `stream ${first + t}`);
      }
    });
  }
});

test('fillRandom(a + b) is fillRandom(a), then fillRandom(b)', () => {
  for (const [a, b] of [
    [1, 1],
    [3, 5],
    [64, 191],
  ]) {
    const whole = streamMachine((a + b) * 16);
    whole.kernels.fillRandom(whole.at.stream, whole.at.out, a + b);
    const parts = streamMachine((a + b) * 16);
    parts.kernels.fillRandom(parts.at.stream, parts.at.out, a);
    parts.kernels.fillRandom(parts.at.stream, parts.at.out + a * 16, b);
    sameBits(parts.u32('out'), whole.u32('out'), 'numbers');
    sameBits(parts.u32('stream'), whole.u32('stream'), 'state');
  }
});

test('streams of other seeds, labels and indices have nothing in common', () => {
  const machine = new Machine(SAMPLING, { streams: 50 * 64 });
  const { kernels, at } = machine;
  const states = new Set<string>();
  let made = 0;
  for (const seed of [0, 1, '0', '1', 'one', 2 ** 53 - 1]) {
    for (const label of ['wolff', 'hidden', 'visible', '']) {
      for (const index of [0, 1, 2, 1000]) {
        kernels.seedStreams(at.streams, 50, streamKey(seed, label, index), 0);
        const words = machine.u32('streams');
        for (let t = 0; t < 50; t++) {
          for (let lane = 0; lane < 4; lane++) {
            states.add([0, 4, 8, 12].map((w) => words[16 * t + w + lane]).join());
            made++;
          }
        }
      }
    }
  }
  assert.is(states.size, made);
});

test('Bernoulli bits are those of the twin', () => {
  const machine = streamMachine(8 * 16);
  const { kernels, at } = machine;
  const stream = new twin.Stream(KEY);
  for (const threshold of [
    0,
    1,
    2,
    3,
    0x12345678,
    2 ** 31 - 1,
    2 ** 31,
    0x80000001,
    0xaaaaaaaa,
    2 ** 32 - 2,
    2 ** 32 - 1,
  ]) {
    writesOnly(machine, { stream: 'all', scratch: 'all', out: 8 * 16 }, () =>
      kernels.bernoulliBits(at.stream, at.scratch, at.out, 8, threshold),
    );
    sameBits(machine.u32('out'), twin.bernoulliBits(stream, 8, threshold), `threshold ${threshold}`);
  }
});

test('a Bernoulli bit compares all 32 bits: at the threshold that its number just reaches, and at the next', () => {
  const machine = streamMachine(16);
  const { kernels, at } = machine;
  const state = machine.u32('stream').slice();
  const stream = new twin.Stream(KEY);
  const fours = Array.from({ length: 32 }, () => stream.next());
  for (let b = 0; b < 128; b++) {
    let number = 0;
    fours.forEach((four, i) => {
      number += (1 - twin.bitOf(four, b)) * 2 ** i;
    });
    for (const [threshold, expected] of [
      [number, 0],
      [number + 1, 1],
    ]) {
      machine.u32('stream').set(state);
      kernels.bernoulliBits(at.stream, at.scratch, at.out, 1, threshold);
      assert.is(twin.bitOf(machine.u32('out'), b), expected, `bit ${b}: ${number} < ${threshold}`);
    }
  }
});

test('a Bernoulli bit is set for `threshold` of the 2^32 numbers: the twin at the borders', () => {
  // of a real stream these numbers cannot be asked for; that the kernel is the twin has been shown above
  for (const threshold of [0, 1, 2, 0x80000000, 0xfffffffe, 0xffffffff]) {
    for (const number of [0, 1, 2, threshold - 1, threshold, threshold + 1, 2 ** 32 - 1]) {
      if (number < 0 || number >= 2 ** 32) continue;
      const fours = Array.from({ length: 32 }, (_, i): twin.Four => [(~number >>> i) & 1, 0, 0, 0]);
      const stream = { next: () => fours.shift() } as unknown as twin.Stream;
      assert.is(
        twin.bernoulliBits(stream, 1, threshold)[0] & 1,
        number < threshold ? 1 : 0,
        `${number} < ${threshold}`,
      );
    }
  }
});

/** Draws n vectors of Bernoulli bits and returns bit b of all of them as packed words, [128][n/32]. */
function bernoulliLanes(n: number, threshold: number, label: string): Uint32Array[] {
  const machine = streamMachine(n * 16, streamKey(1, label));
  const { kernels, at } = machine;
  kernels.bernoulliBits(at.stream, at.scratch, at.out, n, threshold);
  const words = machine.u32('out');
  return Array.from({ length: 128 }, (_, b) => {
    const packed = new Uint32Array(n / 32);
    for (let q = 0; q < n; q++) packed[q >> 5] |= ((words[4 * q + (b >> 5)] >>> (b & 31)) & 1) << (q & 31);
    return packed;
  });
}

function ones(x: number): number {
  let v = x - ((x >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

const countOnes = (words: Uint32Array) => words.reduce((sum, word) => sum + ones(word), 0);

for (const p of [0.01, 0.1956, 0.5, 0.9]) {
  test(`Bernoulli bits, p = ${p}: each of 128 lanes has the mean, no memory, and no other lane's bits`, () => {
    const n = 65_536;
    const threshold = Math.floor(p * 2 ** 32);
    const chance = threshold / 2 ** 32;
    const variance = chance * (1 - chance);
    const lanes = bernoulliLanes(n, threshold, 'lanes');
    const counts = lanes.map(countOnes);

    const means = scoresOf(counts.map((count) => (count - n * chance) / Math.sqrt(n * variance)));
    // 128 scores, four p: the largest |score| passes 5 with p = 3e-4 in all, |mean| and |spread| pass 4 with p = 5e-4 in all
    assert.ok(means.largest < 5, `largest score of a lane's mean ${means.largest}`);
    assert.ok(Math.abs(means.mean) < 4 && Math.abs(means.spread) < 4, `scores ${JSON.stringify(means)}`);

    // lag 1: Σ (x_q - p)(x_{q+1} - p) / √n p(1-p); ones followed by ones, counted by words
    const followed = lanes.map((lane, b) => {
      let both = 0;
      for (let w = 0; w < lane.length; w++) {
        const carried = w + 1 < lane.length ? lane[w + 1] << 31 : 0;
        both += ones(lane[w] & ((lane[w] >>> 1) | carried));
      }
      const first = lane[0] & 1;
      const last = lane[lane.length - 1] >>> 31;
      const sum = both - chance * (2 * counts[b] - first - last) + (n - 1) * chance ** 2;
      return sum / (variance * Math.sqrt(n - 1));
    });
    const memory = scoresOf(followed);
    assert.ok(memory.largest < 5, `largest score of a lane's lag-1 correlation ${memory.largest}`);
    assert.ok(Math.abs(memory.mean) < 4 && Math.abs(memory.spread) < 4, `lag 1 ${JSON.stringify(memory)}`);

    const pairs: number[] = [];
    for (let a = 0; a < 128; a++) {
      for (let b = 0; b < a; b++) {
        let both = 0;
        for (let w = 0; w < n / 32; w++) both += ones(lanes[a][w] & lanes[b][w]);
        pairs.push((both - chance * (counts[a] + counts[b]) + n * chance ** 2) / (variance * Math.sqrt(n)));
      }
    }
    const between = scoresOf(pairs);
    // 8128 pairs, four p: the largest passes 6 with p = 6e-5 in all
    assert.ok(between.largest < 6, `largest score of a pair ${between.largest}`);
    assert.ok(Math.abs(between.mean) < 4 && Math.abs(between.spread) < 4, `pairs ${JSON.stringify(between)}`);
  });
}

test('Bernoulli bits at the extreme thresholds: never, and as good as never or always', () => {
  assert.is(Math.max(...bernoulliLanes(4096, 0, 'never').map(countOnes)), 0);
  // 524,288 bits of probability 2^-32: more than one set has p = 1e-8
  assert.ok(bernoulliLanes(4096, 1, 'rare').reduce((sum, lane) => sum + countOnes(lane), 0) <= 1);
  assert.ok(
    bernoulliLanes(4096, 2 ** 32 - 1, 'sure').reduce((sum, lane) => sum + countOnes(lane), 0) >= 128 * 4096 - 1,
  );
});

test('u < p for ⌈2^24 p⌉ of the 2^24 values of u', () => {
  const draws = new Draws(5);
  const chances = [0, 2 ** -30, 2 ** -24, 0.5, Math.fround(0.3), Math.fround(1 - 2 ** -24), 1];
  for (let k = 0; k < 1000; k++) chances.push(Math.fround(draws.uniform()));
  for (const p of chances) {
    const values = Math.ceil(2 ** 24 * p);
    // values are 0, 1, …, 2^24 - 1 times 2^-24: the last one below p is number `values` - 1
    if (values > 0) assert.ok(twin.uniform((values - 1) * 256 + 255) < p, `${p}`);
    if (values < 2 ** 24) assert.not.ok(twin.uniform(values * 256) < p, `${p}`);
  }
  assert.is(twin.uniform(0xffffffff), 1 - 2 ** -24);
});

test('shuffle is the twin, and gives a permutation', () => {
  for (const n of [1, 2, 3, 4, 5, 8, 100, 1001]) {
    const machine = rubbishMachine({ stream: 64, scratch: 16, order: 4 * n, guard: 64 });
    const { kernels, at } = machine;
    kernels.seedStreams(at.stream, 1, KEY, 0);
    const stream = new twin.Stream(KEY);
    for (let round = 0; round < 3; round++) {
      writesOnly(machine, { stream: 'all', scratch: 'all', order: 'all' }, () =>
        kernels.shuffle(at.stream, at.scratch, at.order, n),
      );
      const order = machine.u32('order').slice();
      sameBits(order, twin.shuffle(stream, n), `n = ${n}`);
      sameBits(
        order.sort(),
        Uint32Array.from({ length: n }, (_, i) => i),
        'sorted',
      );
    }
  }
});

test('all 24 orders of four things come equally often', () => {
  const machine = streamMachine(16, streamKey(1, 'orders'));
  const { kernels, at } = machine;
  const counts = new Map<string, number>();
  const n = 48_000;
  for (let k = 0; k < n; k++) {
    kernels.shuffle(at.stream, at.scratch, at.out, 4);
    const order = machine.u32('out').join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.is(counts.size, 24);
  const score = countsScore([...counts.values()], Array(24).fill(n / 24));
  assert.ok(Math.abs(score) < 3.9, `χ² score ${score}`); // p = 1e-4
});

test('normal numbers are those of the twin, and not one more than asked for', () => {
  const machine = rubbishMachine({ stream: 64, scratch: 16, out: 4004 });
  const { kernels, at } = machine;
  kernels.seedStreams(at.stream, 1, KEY, 0);
  const stream = new twin.Stream(KEY);
  for (const n of [1, 2, 3, 7, 8, 1000, 1001]) {
    for (const deviation of [1, 0.01]) {
      writesOnly(machine, { stream: 'all', scratch: 'all', out: 4 * n }, () =>
        kernels.fillNormal(at.stream, at.scratch, at.out, n, deviation),
      );
      sameBits(machine.f32('out').slice(0, n), twin.normal(stream, n, deviation), `n = ${n}`);
    }
  }
  writesOnly(machine, { stream: 'all', scratch: 'all' }, () => kernels.fillNormal(at.stream, at.scratch, at.out, 0, 1));
});

test('normal numbers have the moments and the distribution of N(0, σ²)', () => {
  const n = 200_001;
  const deviation = 0.25;
  const machine = streamMachine(n * 4, streamKey(1, 'normal'));
  const { kernels, at } = machine;
  kernels.fillNormal(at.stream, at.scratch, at.out, n, deviation);
  const x = Float64Array.from(machine.f32('out'), (value) => value / deviation);
  const moment = (power: number) => x.reduce((sum, value) => sum + value ** power, 0) / n;
  // moments 1..4 of N(0, 1) are 0, 1, 0, 3, those 2..8 are 1, 3, 15, 105 at even powers
  const scores = [
    moment(1) / Math.sqrt(1 / n),
    (moment(2) - 1) / Math.sqrt(2 / n),
    moment(3) / Math.sqrt(15 / n),
    (moment(4) - 3) / Math.sqrt(96 / n),
  ];
  let neighbours = 0;
  for (let k = 0; k + 1 < n; k++) neighbours += x[k] * x[k + 1];
  scores.push(neighbours / Math.sqrt(n - 1));
  let pairsOfSquares = 0; // the two of a pair share a radius: their squares must be uncorrelated too
  for (let k = 0; k + 1 < n; k += 2) pairsOfSquares += (x[k] ** 2 - 1) * (x[k + 1] ** 2 - 1);
  scores.push(pairsOfSquares / Math.sqrt(4 * Math.floor(n / 2)));
  scores.forEach((score, k) => {
    assert.ok(Math.abs(score) < 4, `score ${k} is ${score}`); // p = 4e-4 for the six
  });
  const distance = kolmogorovSmirnov(x, normalDistribution);
  assert.ok(distance < 1.95, `Kolmogorov-Smirnov ${distance}`); // p = 0.001
});

test.run();
