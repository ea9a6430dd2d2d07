import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { streamKey } from '../../src/util/random.js';
import { bondSum, torusBonds } from '../physics/enumeration.js';
import { sameBits } from '../reference/compare.js';
import * as twin from '../reference/replicaClusters.js';
import { Shishua } from '../reference/shishua.js';
import { scoresOf } from '../reference/statistics.js';
import { Stream } from '../reference/streams.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/replicaClusters');

const KEY = streamKey(3, 'test replicas');

const COUPLINGS = [0, 1e-9, 0.02, 0.2, 0.408, criticalCoupling, 1.3, 5, 12, 25, 400];

/** A lattice of random spins in 128 replicas. */
function latticeMachine(rows: number, columns: number, key = KEY) {
  const sites = rows * columns;
  const machine = rubbishMachine({
    spins: sites * 16,
    bonds: sites * 32,
    reached: sites * 16,
    flags: rows,
    stream: 64,
    bondStream: 192,
    scratch: 960,
    bondSums: 512,
    spinSums: 512,
    bits: 128 * Math.ceil(sites / 8),
    guard: 64,
  });
  machine.kernels.seedStreams(machine.at.stream, 1, key, 0);
  machine.kernels.seedShishua(machine.at.bondStream, 1, key, 0, machine.at.scratch);
  machine.kernels.fillRandom(machine.at.stream, machine.at.spins, sites);
  machine.u8('reached').fill(0);
  machine.u8('flags').fill(0);
  const update = (coupling: number, seeds: number, steps: number) => {
    const { kernels, at } = machine;
    // biome-ignore format: one call
    return kernels.replicaClusters(at.spins, at.bonds, at.reached, at.flags, rows, columns, coupling, seeds, at.stream, at.bondStream, at.scratch, steps);
  };
  return { machine, update, sites };
}

for (const [rows, columns] of [
  [2, 2],
  [2, 3],
  [3, 2],
  [5, 7],
  [8, 16],
  [2, 131],
  [67, 2],
]) {
  test(`clusters of ${rows} × ${columns} are those of the twin`, () => {
    const { machine, update, sites } = latticeMachine(rows, columns);
    const stream = new Stream(KEY);
    const bondStream = Shishua.of(KEY);
    stream.fill(sites);
    const replicas = twin.fromWords(machine.u32('spins'));
    for (const [k, coupling] of COUPLINGS.entries()) {
      const seeds = [1, 2, 5, 8, sites][k % 5];
      let flipped = 0;
      writesOnly(
        machine,
        { spins: 'all', bonds: 'all', reached: 'all', flags: 'all', stream: 'all', bondStream: 'all', scratch: 512 },
        () => {
          flipped = update(coupling, seeds, 2);
        },
      );
      const expected = twin.replicaClusters(replicas, rows, columns, coupling, seeds, stream, bondStream, 2);
      const what = `K = ${coupling}, ${seeds} seeds`;
      assert.is(flipped, expected, `${what}: sites flipped`);
      twin.fromWords(machine.u32('spins')).forEach((spins, r) => {
        sameBits(spins, replicas[r], `${what}: replica ${r}`);
      });
      assert.ok(
        machine.u8('reached').every((byte) => byte === 0) && machine.u8('flags').every((byte) => byte === 0),
        `${what}: nothing is left over`,
      );
    }
  });

  test(`sums and rows of ${rows} × ${columns} are those of the twin`, () => {
    const { machine, update, sites } = latticeMachine(rows, columns);
    const stream = new Stream(KEY);
    const bondStream = Shishua.of(KEY);
    stream.fill(sites);
    const { kernels, at } = machine;
    for (const coupling of [0, 0.3, 0.7]) {
      const replicas = twin.fromWords(machine.u32('spins'));
      writesOnly(machine, { scratch: 960, bondSums: 'all', spinSums: 'all' }, () =>
        kernels.replicaSums(at.spins, rows, columns, at.scratch, at.bondSums, at.spinSums),
      );
      const signs = replicas.map((spins) => Int8Array.from(spins, (spin) => 2 * spin - 1));
      const bonds = torusBonds(rows, columns);
      sameBits(
        machine.i32('bondSums'),
        Int32Array.from(signs, (s) => bondSum(s, bonds)),
        'bonds',
      );
      sameBits(
        machine.i32('spinSums'),
        Int32Array.from(signs, (s) => s.reduce((sum, x) => sum + x, 0)),
        'spins',
      );
      writesOnly(machine, { scratch: 528, stream: 'all', bits: 'all' }, () =>
        kernels.replicaRows(at.spins, sites, at.stream, at.scratch, at.bits),
      );
      sameBits(machine.u8('bits'), twin.replicaRows(replicas, stream), 'rows');
      update(coupling, 3, 2);
      twin.replicaClusters(replicas, rows, columns, coupling, 3, stream, bondStream, 2);
    }
  });
}

test('p = (m/2^k)(1 - ε) to 1e-15, k a multiple of eight, and never more than 32 bits', () => {
  for (let k = 1; k <= 2000; k++) {
    const coupling = k / 400;
    const { bits, numerator, lambda } = twin.bondProbability(coupling);
    const p = (numerator / 2 ** bits) * Math.exp(-lambda);
    assert.ok(Math.abs(p - (1 - Math.exp(-2 * coupling))) < 1e-15, `K = ${coupling}: ${p}`);
    assert.ok(bits % 8 === 0 && bits <= 32 && numerator <= 2 ** bits && lambda >= 0, `K = ${coupling}`);
  }
});

test('a place is taken out with probability ε, however far the last one is: to 1e-6 of 1, and p to 1e-8', () => {
  // the distance falls with the random number, so P(distance >= j) is found exactly by bisection
  const atLeast = (j: number, scale: number): number => {
    let [low, high] = [0, 2 ** 30];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (twin.distance(4 * middle, scale) >= j) low = middle + 1;
      else high = middle;
    }
    return low / 2 ** 30;
  };
  let worst = 0;
  for (const coupling of [0.05, 0.2, 0.3, 0.408, 0.42, criticalCoupling, 0.6, 1.3, 3]) {
    const { lambda, bits, numerator } = twin.bondProbability(coupling);
    const epsilon = -Math.expm1(-lambda);
    const scale = Math.fround(1 / lambda);
    for (const j of [1, 2, 3, 5, 10, 30, 100, 300, 1000].filter((j) => j * lambda < 8)) {
      const exact = Math.exp(-lambda * j);
      const share = atLeast(j, scale);
      worst = Math.max(worst, Math.abs(share / exact - 1));
      // the chance at place j, given that no place before it was taken out
      const chance = 1 - atLeast(j + 1, scale) / share;
      const error = Math.abs(chance - epsilon) * (numerator / 2 ** bits);
      assert.ok(error < 1e-6, `K = ${coupling}, place ${j}: p is off by ${error}`);
    }
    // over all distances: mean distance + 1 = 1/ε, from sums of P(distance >= j)
    if (lambda > 0.001) {
      let mean = 1;
      for (let j = 1; j * lambda < 22; j++) mean += atLeast(j, scale);
      const error = Math.abs(1 / mean - epsilon) * (numerator / 2 ** bits);
      assert.ok(error < 1e-8, `K = ${coupling}: p is off by ${error} on average`);
    }
  }
  assert.ok(worst < 1e-6, `P(distance >= j) is off by ${worst} of itself`);
});

function ones(x: number): number {
  let v = x - ((x >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

const countBoth = (a: Uint32Array, b: Uint32Array) => a.reduce((sum, word, w) => sum + ones(word & b[w]), 0);

// Eight bits and thinning, twice; sixteen bits and thinning; thinning alone.
for (const coupling of [0.408, criticalCoupling, 0.01, 3]) {
  test(`bonds between equal spins, K = ${coupling.toFixed(4)}: the mean of each replica, no two replicas and no two near bonds alike`, () => {
    const [rows, columns] = [32, 32];
    const words = 2 * rows * columns;
    const steps = 32;
    const { machine, update } = latticeMachine(rows, columns, streamKey(5, 'bonds'));
    // bit n of lane r, n = words·step + bond
    const lanes = Array.from({ length: 128 }, () => new Uint32Array((words * steps) / 32));
    for (let step = 0; step < steps; step++) {
      machine.u8('spins').fill(0);
      update(coupling, 1, 1);
      const bonds = machine.u32('bonds');
      for (let word = 0; word < words; word++) {
        const n = words * step + word;
        for (let r = 0; r < 128; r++) {
          lanes[r][n >> 5] |= ((bonds[4 * word + (r >> 5)] >>> (r & 31)) & 1) << (n & 31);
        }
      }
    }
    const n = words * steps;
    const p = 1 - Math.exp(-2 * coupling);
    const variance = p * (1 - p);
    const counts = lanes.map((lane) => countBoth(lane, lane));
    const check = (what: string, scores: number[], bound: number) => {
      const { largest, mean, spread } = scoresOf(scores);
      assert.ok(largest < bound, `${what}: largest score ${largest}`);
      assert.ok(Math.abs(mean) < 4 && Math.abs(spread) < 4, `${what}: mean ${mean}, spread ${spread}`);
    };
    // scores N(0, 1); 128 of them pass 5 with p = 7e-5, 8128 pass 6 with p = 2e-5, mean and spread pass 4 with p = 6e-5 each
    check(
      'means',
      counts.map((count) => (count - n * p) / Math.sqrt(n * variance)),
      5,
    );
    const product = (a: number, b: number, both: number) =>
      (both - p * (counts[a] + counts[b]) + n * p * p) / (variance * Math.sqrt(n));
    const pairs: number[] = [];
    for (let a = 0; a < 128; a++) {
      for (let b = 0; b < a; b++) pairs.push(product(a, b, countBoth(lanes[a], lanes[b])));
    }
    check('pairs of replicas', pairs, 6);
    // bonds of one replica: right and down of a site; both of neighbours; those of the rows above and below
    for (const lag of [1, 2, 3, 2 * columns - 1, 2 * columns, words]) {
      const later = lanes.map((lane) => {
        const moved = new Uint32Array(lane.length);
        const shift = lag & 31;
        for (let w = 0; w < lane.length; w++) {
          // around the end: one term more, nothing to correct
          const a = lane[(w + (lag >> 5)) % lane.length];
          const b = lane[(w + (lag >> 5) + 1) % lane.length];
          moved[w] = shift ? (a >>> shift) | (b << (32 - shift)) : a;
        }
        return moved;
      });
      check(
        `bonds ${lag} apart`,
        lanes.map((lane, r) => product(r, r, countBoth(lane, later[r]))),
        5,
      );
      // and of the next replica
      check(
        `bonds ${lag} apart, next replica`,
        lanes.map((lane, r) => product(r, (r + 1) % 128, countBoth(lane, later[(r + 1) % 128]))),
        5,
      );
    }
  });
}

test.run();
