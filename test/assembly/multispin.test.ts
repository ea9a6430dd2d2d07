import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { streamKey } from '../../src/util/random.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { exp } from '../reference/math.js';
import * as twin from '../reference/multispin.js';
import { countsScore, scoresOf } from '../reference/statistics.js';
import { bitOf, Stream } from '../reference/streams.js';
import { bondSumDistribution, CRITICAL_COUPLING, FOUR_BY_FOUR, moments } from '../reference/torus.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/ising/multispin');

function multispinMachine(rows: number, columns: number, seed: number) {
  const machine = rubbishMachine({
    planes: rows * columns * 16,
    stream: 64,
    scratch: 9216,
    bondSums: 512,
    spinSums: 512,
    guard: 64,
  });
  machine.kernels.seedStreams(machine.at.stream, 1, streamKey(seed, 'multispin'), 0);
  machine.u32('planes').set(new Draws(seed).words(4 * rows * columns));
  return machine;
}

test('the comparison bit by bit is the comparison of numbers', () => {
  const draws = new Draws(1);
  const edges = [0, 1, 2, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff];
  for (const t of [...edges, ...draws.words(50)]) {
    for (const bits of [...edges, t, t - 1, t + 1, ...draws.words(50)]) {
      const number = bits >>> 0;
      assert.is(twin.acceptedBitByBit(number, t), twin.accepted(number, t), `${number}, ${t}`);
    }
    assert.is(twin.accepted(~t >>> 0, t), t > 0, 'u = 0');
    assert.is(twin.accepted(0xffffffff, t), false, 'u = t');
  }
});

test('a threshold accepts as many of the 2^32 numbers as it says', () => {
  // complementing some of the bits maps the numbers onto themselves; here all 256 values of the eight leading bits, with thresholds that end in zeros
  for (const top of [0, 1, 100, 128, 255]) {
    const t = (top << 24) >>> 0;
    let count = 0;
    for (let u = 0; u < 256; u++) if (twin.accepted(((u << 24) | 0x5a5a5a) >>> 0, t)) count++;
    assert.is(count, top);
  }
});

test('two or more unhappy bonds flip always, one with e^-4K, none with e^-8K: that is Metropolis', () => {
  for (const coupling of [0, 0.1, 0.3, CRITICAL_COUPLING, 2]) {
    for (const spin of [-1, 1]) {
      for (let unhappy = 0; unhappy <= 4; unhappy++) {
        const neighbourSum = spin * (4 - 2 * unhappy);
        const expected = [exp(-8 * coupling), exp(-4 * coupling), 1, 1, 1][unhappy];
        assert.is(twin.metropolis(spin, neighbourSum, coupling), expected);
      }
    }
  }
});

for (const [rows, columns, sweeps] of [
  [2, 2, 40],
  [2, 4, 20],
  [4, 2, 20],
  [6, 10, 6],
  [4, 128, 1],
  [2, 260, 1],
]) {
  test(`sweeps of ${rows} × ${columns} are those of the twin`, () => {
    for (const coupling of [0, 0.3, CRITICAL_COUPLING, 40]) {
      const machine = multispinMachine(rows, columns, 1);
      const { kernels, at } = machine;
      const stream = new Stream(streamKey(1, 'multispin'));
      const replicas = twin.fromPlanes(machine.u32('planes'), rows, columns);
      // two calls: the second starts with a tail of its own
      for (const count of [sweeps, 1]) {
        writesOnly(machine, { planes: 'all', stream: 'all', scratch: 'all' }, () =>
          kernels.multispin(at.planes, rows, columns, coupling, at.stream, at.scratch, count),
        );
        twin.multispin(replicas, rows, columns, coupling, stream, count);
        const expected = replicas.flatMap((spins) => [...spins]);
        const actual = twin.fromPlanes(machine.u32('planes'), rows, columns).flatMap((spins) => [...spins]);
        sameBits(Uint8Array.from(actual), Uint8Array.from(expected), `K = ${coupling}`);
      }
      kernels.fillRandom(at.stream, at.scratch, 1);
      sameBits(machine.u32('scratch').slice(0, 4), stream.fill(1), 'the state of the stream');
    }
  });
}

test('sums over bonds and spins of each replica', () => {
  for (const [rows, columns] of [
    [2, 2],
    [2, 4],
    [4, 2],
    [6, 10],
    [2, 260],
  ]) {
    const machine = multispinMachine(rows, columns, 2);
    const { kernels, at } = machine;
    writesOnly(machine, { bondSums: 'all', spinSums: 'all' }, () =>
      kernels.multispinSums(at.planes, rows, columns, at.bondSums, at.spinSums),
    );
    twin.fromPlanes(machine.u32('planes'), rows, columns).forEach((spins, replica) => {
      let unhappy = 0;
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < columns; x++) unhappy += twin.unhappyBonds(spins, rows, columns, y, x);
      }
      const sites = rows * columns;
      // every bond was counted from both ends
      assert.is(machine.i32('bondSums')[replica], 2 * sites - unhappy);
      assert.is(machine.i32('spinSums')[replica], 2 * spins.reduce((sum, spin) => sum + spin, 0) - sites);
    });
  }
});

/** Bond sums and spin sums of 128 replicas of the 4 × 4 torus, `count` times, `interval` sweeps apart: [count][128]. */
function measureFourByFour(coupling: number, count: number, interval: number) {
  const machine = multispinMachine(4, 4, 3);
  const { kernels, at } = machine;
  kernels.multispin(at.planes, 4, 4, coupling, at.stream, at.scratch, 200);
  const bondSums: Int32Array[] = [];
  const spinSums: Int32Array[] = [];
  for (let k = 0; k < count; k++) {
    kernels.multispin(at.planes, 4, 4, coupling, at.stream, at.scratch, interval);
    kernels.multispinSums(at.planes, 4, 4, at.bondSums, at.spinSums);
    bondSums.push(machine.i32('bondSums').slice());
    spinSums.push(machine.i32('spinSums').slice());
  }
  return { bondSums, spinSums };
}

/** ⟨|m|⟩ of the 4 × 4 torus, exact at K_c; at K = 0.3 from the sum over its 65536 states. */
function meanAbsoluteSpinSum(coupling: number): { mean: number; variance: number } {
  let [z, first, second] = [0, 0, 0];
  for (let state = 0; state < 65536; state++) {
    let bonds = 0;
    let spins = 0;
    for (let i = 0; i < 16; i++) {
      const right = (i & 12) | ((i + 1) & 3);
      const down = (i + 4) & 15;
      const spin = (state >> i) & 1;
      spins += 2 * spin - 1;
      bonds += (spin === ((state >> right) & 1) ? 1 : -1) + (spin === ((state >> down) & 1) ? 1 : -1);
    }
    const weight = Math.exp(coupling * bonds);
    z += weight;
    first += weight * Math.abs(spins);
    second += weight * spins * spins;
  }
  return { mean: first / z, variance: second / z - (first / z) ** 2 };
}

for (const coupling of [0.3, CRITICAL_COUPLING]) {
  test(`every replica alone is at equilibrium on 4 × 4 at K = ${coupling.toFixed(4)}`, () => {
    const count = 3000;
    const { bondSums, spinSums } = measureFourByFour(coupling, count, 12);
    const exact = bondSumDistribution(FOUR_BY_FOUR, coupling);
    const absolute = meanAbsoluteSpinSum(coupling);
    if (coupling === CRITICAL_COUPLING) assert.ok(Math.abs(absolute.mean / 16 - 0.8438604448) < 1e-10);
    const energy = moments(exact);

    // per replica: the mean, and its variance over bins of 50 measurements (several τ; pooled over replicas, which share the distribution)
    for (const [name, series, { mean }] of [
      ['bond sum', bondSums, energy],
      ['|spin sum|', spinSums.map((sums) => sums.map(Math.abs)), absolute],
    ] as const) {
      const bin = 50;
      const bins = count / bin;
      let scatter = 0;
      const deviations = Array.from({ length: 128 }, (_, replica) => {
        let total = 0;
        const sums: number[] = [];
        for (let b = 0; b < bins; b++) {
          let sum = 0;
          for (let k = 0; k < bin; k++) sum += series[b * bin + k][replica] - mean;
          sums.push(sum / bin);
          total += sum / bin;
        }
        scatter += sums.reduce((squares, sum) => squares + (sum - total / bins) ** 2, 0) / (bins - 1);
        return total / bins;
      });
      const error = Math.sqrt(scatter / 128 / bins);
      const scores = scoresOf(deviations.map((deviation) => deviation / error));
      // 128 scores: |mean| and |spread| above 4 have p = 6e-5 each, a score above 5 has 7e-5
      assert.ok(scores.largest < 5, `${name}: the worst replica is off by ${scores.largest} standard errors`);
      assert.ok(Math.abs(scores.mean) < 4, `${name}: all replicas together are off by ${scores.mean}`);
      assert.ok(Math.abs(scores.spread) < 4, `${name}: the spread over replicas has score ${scores.spread}`);
    }

    // the whole distribution of energies, every fourth measurement (48 sweeps), all replicas
    const levels = [...exact];
    const seen = new Map<number, number>();
    let n = 0;
    for (let k = 0; k < count; k += 4) {
      for (const sum of bondSums[k]) seen.set(sum, (seen.get(sum) ?? 0) + 1);
      n += 128;
    }
    const common = levels.filter(([, p]) => n * p >= 10);
    const score = countsScore(
      common.map(([sum]) => seen.get(sum) ?? 0),
      common.map(([, p]) => n * p),
    );
    assert.ok(Math.abs(score) < 3.9, `χ² score of the energies ${score}`); // p = 1e-4
  });
}

test('replicas know nothing of each other', () => {
  const count = 1500;
  const { bondSums, spinSums } = measureFourByFour(0.3, count, 20);
  for (const [name, series] of [
    ['bond sums', bondSums],
    ['spin sums', spinSums],
  ] as const) {
    const standard = Array.from({ length: 128 }, (_, replica) => {
      const values = series.map((sums) => sums[replica]);
      const mean = values.reduce((sum, value) => sum + value, 0) / count;
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count);
      return Float64Array.from(values, (value) => (value - mean) / deviation);
    });
    const scores: number[] = [];
    for (let a = 0; a < 128; a++) {
      for (let b = 0; b < a; b++) {
        let sum = 0;
        for (let k = 0; k < count; k++) sum += standard[a][k] * standard[b][k];
        scores.push(sum / Math.sqrt(count));
      }
    }
    const all = scoresOf(scores);
    // 8128 pairs: the largest passes 5.5 with p = 3e-4; |mean| and |spread| pass 4 with p = 6e-5 each
    assert.ok(all.largest < 5.5, `${name}: a pair correlates with score ${all.largest}`);
    assert.ok(Math.abs(all.mean) < 4 && Math.abs(all.spread) < 4, `${name}: ${JSON.stringify(all)}`);
  }
});

/**
 * How often two spins of one replica flip together, against chance. From all spins up, with e^{-8K} = 2^-9, a spin of the first sublattice flips only if
 * its eight private bits say so (1 of 256) and then by the shared tail (1 of 2): spins that share tail bits flip together twice as often as others.
 */
function jointFlips(
  rows: number,
  columns: number,
  rounds: number,
  partner: (y: number, j: number) => [number, number],
) {
  const machine = multispinMachine(rows, columns, 5);
  const { kernels, at } = machine;
  const words = columns / 2;
  let together = 0;
  for (let round = 0; round < rounds; round++) {
    machine.u8('planes').fill(0xff);
    kernels.multispin(at.planes, rows, columns, (9 * Math.LN2) / 8, at.stream, at.scratch, 1);
    const planes = machine.u32('planes');
    for (let y = 0; y < rows; y++) {
      for (let j = 0; j < words; j++) {
        const [v, i] = partner(y, j);
        for (let k = 0; k < 4; k++) {
          let both = ~(planes[4 * (y * words + j) + k] | planes[4 * (v * words + i) + k]);
          for (; both !== 0; both &= both - 1) together++;
        }
      }
    }
  }
  const expected = (rounds * rows * words * 128) / 2 ** 18;
  return { expected, score: (together - expected) / Math.sqrt(expected) };
}

for (const [rows, columns] of [
  [32, 32],
  [16, 64],
  [32, 30],
  [32, 34],
  [32, 40],
  [16, 16],
]) {
  test(`neighbours on ${rows} × ${columns} share no random bits`, () => {
    const words = columns / 2;
    const rounds = Math.round(2 ** 18 / (rows * words));
    for (const [down, right] of [
      [0, 1],
      [1, 0],
      [1, 1],
      [1, words - 1],
      [2, 0],
    ]) {
      const { expected, score } = jointFlips(rows, columns, rounds, (y, j) => [(y + down) % rows, (j + right) % words]);
      assert.ok(expected > 100, `${expected} joint flips expected`);
      // Poisson: 30 scores above 5 have p = 2e-5 in all; bits shared by one pair in four make +3, by all +11
      assert.ok(score < 5, `words (${down}, ${right}) apart flip together too often: ${score} standard errors`);
    }
  });
}

test('the bit of a replica stays its own: a sweep of one replica does not depend on the others', () => {
  const [rows, columns] = [4, 6];
  const one = multispinMachine(rows, columns, 4);
  const other = multispinMachine(rows, columns, 4);
  const kept = new Set([0, 7, 8, 31, 32, 63, 64, 100, 127]);
  const words = other.u32('planes');
  for (let k = 0; k < words.length; k++) {
    for (let bit = 0; bit < 32; bit++) if (!kept.has((k % 4) * 32 + bit)) words[k] ^= 1 << bit;
  }
  for (const { kernels, at } of [one, other]) {
    kernels.multispin(at.planes, rows, columns, 0.3, at.stream, at.scratch, 50);
  }
  for (let word = 0; word < rows * columns; word++) {
    for (const replica of kept) {
      const [a, b] = [one, other].map((machine) =>
        bitOf(machine.u32('planes').subarray(4 * word, 4 * word + 4), replica),
      );
      assert.is(a, b, `word ${word}, replica ${replica}`);
    }
  }
});

test.run();
