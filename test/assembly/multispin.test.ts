import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { streamKey } from '../../src/util/random.js';
import { MULTISPIN_SCRATCH } from '../../src/wasm/kernels.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { exp } from '../reference/math.js';
import * as twin from '../reference/multispin.js';
import { Shishua } from '../reference/shishua.js';
import { countsScore, scoresOf } from '../reference/statistics.js';
import { bitOf } from '../reference/streams.js';
import { bondSumDistribution, CRITICAL_COUPLING, FOUR_BY_FOUR, moments } from '../reference/torus.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/ising/multispin');

interface Setting {
  rows: number;
  words: number;
  strips?: boolean;
  method?: twin.Method;
  /** One for all, with a field or without, or 128. */
  couplings: number | twin.Felt | ArrayLike<number>;
  bandRows?: number;
  seed: number;
}

/** Planes of random words, streams and masks, and the kernel as a function of the number of sweeps. */
function multispinMachine({
  rows,
  words,
  strips = false,
  method = 'metropolis',
  couplings,
  bandRows = rows,
  seed,
}: Setting) {
  const bands = Math.ceil(rows / bandRows);
  const machine = rubbishMachine({
    planes: 32 * (rows + 2) * (words + 2),
    streams: 192 * bands,
    couplings: 1024,
    masks: 1056,
    scratch: MULTISPIN_SCRATCH,
    bondSums: 512,
    spinSums: 512,
    guard: 64,
  });
  const { kernels, at } = machine;
  const heatBath = Number(method === 'heatBath');
  const felt = typeof couplings === 'object' && 'field' in couplings ? couplings : undefined;
  if (felt) {
    writesOnly(machine, { masks: 34 }, () => {
      kernels.multispinFieldMasks(felt.coupling, felt.field, heatBath, at.masks);
    });
  } else {
    const own = typeof couplings === 'number' ? Array(128).fill(couplings) : Array.from(couplings as ArrayLike<number>);
    machine.f64('couplings').set(own);
    kernels.multispinMasks(at.couplings, heatBath, at.masks);
  }
  kernels.seedShishua(at.streams, bands, streamKey(seed, 'multispin'), 0, at.scratch);
  machine.u32('planes').set(new Draws(seed).words(8 * (rows + 2) * (words + 2)));
  kernels.multispinEdges(at.planes, rows, words, Number(strips));
  const kind = felt ? 2 : typeof couplings === 'number' ? 1 : 0;
  const sweep = (sweeps: number) =>
    // biome-ignore format: one call
    kernels.multispin(at.planes, rows, words, Number(strips), heatBath, kind, at.masks, at.streams, bandRows, at.scratch, sweeps, 0, 1);
  const sums = () => kernels.multispinSums(at.planes, rows, words, at.scratch, at.bondSums, at.spinSums);
  const streams = Array.from({ length: bands }, (_, band) => Shishua.of(streamKey(seed, 'multispin'), band));
  return { machine, sweep, sums, streams };
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

test('the heat bath goes against three or four neighbours with 1/(1 + e^4K), 1/(1 + e^8K)', () => {
  for (const coupling of [0, 0.1, 0.3, CRITICAL_COUPLING, 2]) {
    const p = [0, 1, 2, 3, 4].map((up) => twin.heatBath(2 * up - 4, coupling));
    assert.is(p[0], 1 / (1 + exp(8 * coupling)));
    assert.is(p[1], 1 / (1 + exp(4 * coupling)));
    assert.is(p[2], 0.5);
    // and that is e^{-E}/Z of one spin: detailed balance with both weights
    p.forEach((chance, up) => {
      const odds = exp(2 * coupling * (2 * up - 4));
      assert.ok(Math.abs(chance / (1 - chance) / odds - 1) < 1e-8 || chance > 1 - 1e-6);
    });
  }
});

/** 128 couplings, all different, with some at the edges. */
const MANY = Float64Array.from({ length: 128 }, (_, r) => (r === 0 ? 0 : r === 127 ? 40 : 0.2 + r / 300));

/** Fields of both signs, of a tie (h = 2K), weak, and stronger than all bonds; ferro- and antiferromagnets. */
const FELT: twin.Felt[] = [
  { coupling: CRITICAL_COUPLING, field: 0.1 },
  { coupling: 0.4, field: -0.8 },
  { coupling: 0.1, field: 3 },
  { coupling: -0.4, field: 0 },
  { coupling: -0.3, field: 1e-9 },
];

for (const [kind, packing, sizes] of [
  [
    'replicas',
    twin.replicaPacking,
    [
      [2, 2, 8, 2],
      [2, 4, 4, 2],
      [4, 2, 4, 3],
      [6, 10, 3, 4],
      [2, 276, 1, 2],
    ],
  ],
  [
    'strips',
    twin.stripPacking,
    [
      [32, 16, 5, 2],
      [64, 16, 3, 3],
      [96, 48, 2, 4],
      [32, 2 * 8 * 138, 1, 1],
    ],
  ],
] as const) {
  for (const [rows, columns, sweeps, bandRows] of sizes) {
    test(`sweeps of ${kind} ${rows} × ${columns} are those of the twin`, () => {
      const strips = kind === 'strips';
      for (const method of ['metropolis', 'heatBath'] as const) {
        for (const couplings of [0, CRITICAL_COUPLING, 40, MANY, ...FELT]) {
          const lattices = packing(rows, columns);
          const setting = { rows: lattices.rows, words: lattices.words, strips, method, couplings, bandRows, seed: 1 };
          const { machine, sweep, streams } = multispinMachine(setting);
          twin.readPlanes(machine.u32('planes'), lattices);
          for (const count of [sweeps, 1]) {
            writesOnly(machine, { planes: 'all', streams: 'all', scratch: 'all' }, () => sweep(count));
            twin.multispin(lattices, method, couplings, streams, bandRows, count);
            const expected = Uint8Array.from(lattices.lattices.flatMap((spins) => [...spins]));
            const after = packing(rows, columns);
            twin.readPlanes(machine.u32('planes'), after);
            const actual = Uint8Array.from(after.lattices.flatMap((spins) => [...spins]));
            sameBits(actual, expected, `${method}, K = ${couplings === MANY ? 'many' : JSON.stringify(couplings)}`);
          }
          streams.forEach((stream, band) => {
            machine.kernels.fillShishua(machine.at.streams + 192 * band, machine.at.scratch, 1);
            sameBits(machine.u32('scratch').slice(0, 32), stream.fill(1), `the state of stream ${band}`);
          });
        }
      }
    });
  }
}

test('sums over bonds and spins of each bit', () => {
  for (const [packing, rows, columns] of [
    [twin.replicaPacking, 2, 2],
    [twin.replicaPacking, 2, 4],
    [twin.replicaPacking, 4, 2],
    [twin.replicaPacking, 6, 10],
    [twin.replicaPacking, 2, 260],
    [twin.stripPacking, 32, 16],
    [twin.stripPacking, 96, 48],
  ] as const) {
    const lattices = packing(rows, columns);
    const strips = packing === twin.stripPacking;
    const setting = { rows: lattices.rows, words: lattices.words, strips, couplings: 0.3, seed: 2 };
    const { machine, sums } = multispinMachine(setting);
    writesOnly(machine, { scratch: 1920, bondSums: 'all', spinSums: 'all' }, sums);
    twin.readPlanes(machine.u32('planes'), lattices);
    const sites = lattices.rows * lattices.words * 2;
    const bonds = new Float64Array(128);
    const spins = new Float64Array(128);
    for (let lane = 0; lane < 128; lane++) {
      for (let y = 0; y < lattices.rows; y++) {
        for (let x = 0; x < 2 * lattices.words; x++) {
          const [lattice, site] = lattices.place(lane, y, x);
          const values = lattices.lattices[lattice];
          const up = twin.neighboursUp(values, lattices.shape, site);
          spins[lane] += 2 * values[site] - 1;
          // all bonds of the even sites of a bit
          if ((x + y) % 2 === 0) bonds[lane] += values[site] ? 2 * up - 4 : 4 - 2 * up;
        }
      }
      assert.ok(Math.abs(bonds[lane]) <= 2 * sites);
      assert.is(machine.i32('bondSums')[lane], bonds[lane]);
      assert.is(machine.i32('spinSums')[lane], spins[lane]);
    }
  }
});

/** Bond sums and spin sums of 128 replicas of the 4 × 4 torus, `count` times, `interval` sweeps apart: [count][128]. */
function measureFourByFour(coupling: number, count: number, interval: number, method: twin.Method = 'metropolis') {
  const { machine, sweep, sums } = multispinMachine({ rows: 4, words: 2, couplings: coupling, method, seed: 3 });
  sweep(200);
  const bondSums: Int32Array[] = [];
  const spinSums: Int32Array[] = [];
  for (let k = 0; k < count; k++) {
    sweep(interval);
    sums();
    bondSums.push(machine.i32('bondSums').slice());
    spinSums.push(machine.i32('spinSums').slice());
  }
  return { bondSums, spinSums };
}

test("in a field all 65,536 states of 4 × 4 have the weights e^{K Σ s s' + h Σ s}", () => {
  // bond sum and spin sum of every state
  const levels = new Map<string, { bonds: number; spins: number; states: number }>();
  for (let state = 0; state < 65536; state++) {
    let [bonds, spins] = [0, 0];
    for (let i = 0; i < 16; i++) {
      const s = (j: number) => 2 * ((state >> j) & 1) - 1;
      bonds += s(i) * (s((i & 12) | ((i + 1) & 3)) + s((i + 4) & 15));
      spins += s(i);
    }
    const level = levels.get(`${bonds},${spins}`) ?? { bonds, spins, states: 0 };
    level.states++;
    levels.set(`${bonds},${spins}`, level);
  }
  for (const method of ['metropolis', 'heatBath'] as const) {
    for (const felt of [
      { coupling: 0.3, field: 0.1 },
      { coupling: CRITICAL_COUPLING, field: -0.05 },
      { coupling: 0.2, field: 0.4 },
      { coupling: -0.35, field: 0.6 },
    ]) {
      const { machine, sweep, sums } = multispinMachine({ rows: 4, words: 2, couplings: felt, method, seed: 6 });
      sweep(300);
      const seen = new Map<string, number>();
      const times = 3000;
      for (let k = 0; k < times; k++) {
        sweep(20);
        sums();
        const [bondSums, spinSums] = [machine.i32('bondSums'), machine.i32('spinSums')];
        for (let r = 0; r < 128; r++) {
          const name = `${bondSums[r]},${spinSums[r]}`;
          seen.set(name, (seen.get(name) ?? 0) + 1);
        }
      }
      const weightOf = ({ bonds, spins, states }: { bonds: number; spins: number; states: number }) =>
        states * Math.exp(felt.coupling * bonds + felt.field * spins);
      const all = [...levels.entries()];
      const z = all.reduce((sum, [, level]) => sum + weightOf(level), 0);
      const n = 128 * times;
      const common = all.filter(([, level]) => (n * weightOf(level)) / z >= 10);
      assert.ok(common.length > 20, `${common.length} levels`);
      const score = countsScore(
        common.map(([name]) => seen.get(name) ?? 0),
        common.map(([, level]) => (n * weightOf(level)) / z),
      );
      // p = 1e-4 either way
      assert.ok(Math.abs(score) < 3.9, `${method}, ${JSON.stringify(felt)}: χ² score ${score}`);
    }
  }
});

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

for (const [method, coupling] of [
  ['metropolis', 0.3],
  ['metropolis', CRITICAL_COUPLING],
  ['heatBath', 0.3],
  ['heatBath', CRITICAL_COUPLING],
] as const) {
  test(`${method}: every replica alone is at equilibrium on 4 × 4 at K = ${coupling.toFixed(4)}`, () => {
    const count = 3000;
    const { bondSums, spinSums } = measureFourByFour(coupling, count, 12, method);
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
 * How often two spins flip together, against chance. From all spins up, with e^{-8K} = 2^-9, a spin of the first sublattice flips only if its eight private
 * bits say so (1 of 256) and then by the shared tail (1 of 2): spins that share tail bits flip together twice as often as others.
 */
function jointFlips(packing: twin.Packing, strips: boolean, rounds: number, partners: [number, number][]) {
  const { rows, words, lattices, shape, place } = packing;
  const [height, width] = shape;
  const { machine, sweep } = multispinMachine({ rows, words, strips, couplings: (9 * Math.LN2) / 8, seed: 5 });
  const together = partners.map(() => 0);
  for (let round = 0; round < rounds; round++) {
    machine.u8('planes').fill(0xff);
    sweep(1);
    const planes = machine.u32('planes');
    const flipped: [lattice: number, y: number, x: number][] = [];
    for (let y = 0; y < rows; y++) {
      // the first sublattice only
      for (let x = y & 1; x < 2 * words; x += 2) {
        const word = 4 * twin.wordOf(y, x, rows, words);
        for (let lane = 0; lane < 128; lane += 32) {
          for (let bits = ~planes[word + lane / 32]; bits !== 0; bits &= bits - 1) {
            const [lattice, site] = place(lane + 31 - Math.clz32(bits & -bits), y, x);
            flipped.push([lattice, Math.floor(site / width), site % width]);
            lattices[lattice][site] = 1;
          }
        }
      }
    }
    for (const [lattice, y, x] of flipped) {
      partners.forEach(([down, right], k) => {
        const other = ((y + down) % height) * width + ((x + right + width) % width);
        together[k] += lattices[lattice][other];
      });
    }
    for (const [lattice, y, x] of flipped) lattices[lattice][y * width + x] = 0;
  }
  const expected = (rounds * lattices.length * height * width) / 2 / 2 ** 18;
  return { expected, scores: together.map((count) => (count - expected) / Math.sqrt(expected)) };
}

/** Sites of one sublattice near each other. */
const NEAR: [number, number][] = [
  [0, 2],
  [1, 1],
  [1, -1],
  [2, 0],
  [0, 4],
  [1, 3],
  [2, 2],
  [3, 1],
  [4, 0],
];

for (const [name, packing, strips, shapes] of [
  [
    'a replica',
    twin.replicaPacking,
    false,
    [
      [32, 32],
      [16, 64],
      [32, 30],
      [32, 34],
      [32, 40],
      [16, 16],
    ],
  ],
  [
    'one lattice',
    twin.stripPacking,
    true,
    [
      [64, 64],
      [128, 64],
      [64, 240],
      [256, 256],
    ],
  ],
] as const) {
  for (const [rows, columns] of shapes) {
    test(`neighbours on ${rows} × ${columns}, ${name}, share no random bits`, () => {
      const lattices = packing(rows, columns);
      const sites = rows * columns * lattices.lattices.length;
      const { expected, scores } = jointFlips(lattices, strips, Math.ceil(2 ** 26 / sites), NEAR);
      assert.ok(expected > 100, `${expected} joint flips expected`);
      scores.forEach((score, k) => {
        // Poisson: 90 scores above 5 have p = 7e-5 in all; bits shared by one pair in two make +5, by all +11
        assert.ok(score < 5, `spins ${NEAR[k]} apart flip together too often: ${score} standard errors`);
      });
    });
  }
}

test('the bit of a replica stays its own: a sweep of one replica does not depend on the others', () => {
  for (const method of ['metropolis', 'heatBath'] as const) {
    const [rows, words] = [4, 3];
    const one = multispinMachine({ rows, words, method, couplings: 0.3, seed: 4 });
    const other = multispinMachine({ rows, words, method, couplings: 0.3, seed: 4 });
    const kept = new Set([0, 7, 8, 31, 32, 63, 64, 100, 127]);
    const planes = other.machine.u32('planes');
    for (let k = 0; k < planes.length; k++) {
      for (let bit = 0; bit < 32; bit++) if (!kept.has((k % 4) * 32 + bit)) planes[k] ^= 1 << bit;
    }
    one.sweep(50);
    other.sweep(50);
    for (let word = 0; word < 2 * (rows + 2) * (words + 2); word++) {
      for (const replica of kept) {
        const [a, b] = [one, other].map(({ machine }) =>
          bitOf(machine.u32('planes').subarray(4 * word, 4 * word + 4), replica),
        );
        // the corners behind the edges are never read nor written: they still differ, in other bits only
        assert.is(a, b, `word ${word}, replica ${replica}`);
      }
    }
  }
});

test.run();
