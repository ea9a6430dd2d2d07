import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { neighbours, square } from '../../src/ising/models/lattice.js';
import { streamKey } from '../../src/util/random.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { countsScore } from '../reference/statistics.js';
import { Stream } from '../reference/streams.js';
import { bondSumDistribution, CRITICAL_COUPLING, densityOfStates, FOUR_BY_FOUR } from '../reference/torus.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';
import * as twin from '../reference/wolff.js';

const test = suite('assembly/ising/wolff');

const SHAPES: [number, number][] = [
  [2, 2],
  [2, 4],
  [4, 2],
  [3, 5],
  [6, 10],
  [17, 9],
  // rows of more than 16 · 255 bytes fill a sum of bytes
  [3, 4099],
];

function wolffMachine(rows: number, columns: number, seed: number, measured = 0) {
  const sites = rows * columns;
  const machine = rubbishMachine({
    spins: sites + 8,
    queue: (sites + 4) * 4,
    stream: 64,
    scratch: 4096,
    bondSums: measured * 4,
    spinSums: measured * 4,
    bits: measured * Math.ceil(sites / 8),
    guard: 64,
  });
  const table = neighbours(square(rows, columns));
  machine.kernels.seedStreams(machine.at.stream, 1, streamKey(seed, 'wolff'), 0);
  const spins = new Draws(seed).bits(sites);
  machine.u8('spins').set(spins);
  machine.kernels.markEdges(machine.at.spins, rows, columns);
  return { machine, sites, table, spins, stream: new Stream(streamKey(seed, 'wolff')) };
}

/** Spins as the kernel keeps them: bit 1 set where a neighbour is over an edge. */
function marked(spins: Uint8Array, rows: number, columns: number): Uint8Array {
  return spins.map((spin, site) => {
    const [y, x] = [Math.floor(site / columns), site % columns];
    return y % (rows - 1) === 0 || x % (columns - 1) === 0 ? spin | 2 : spin;
  });
}

test('marks the sites at the edges, and keeps their spins', () => {
  for (const [rows, columns] of SHAPES) {
    const { machine, sites, spins } = wolffMachine(rows, columns, 6);
    const { kernels, at } = machine;
    machine.u8('spins').set(spins.map((spin, site) => spin + 2 * (site % 3)));
    writesOnly(machine, { spins: sites }, () => kernels.markEdges(at.spins, rows, columns));
    sameBits(machine.u8('spins').slice(0, sites), marked(spins, rows, columns), `${rows} × ${columns}`);
  }
});

for (const [rows, columns] of SHAPES) {
  test(`clusters on ${rows} × ${columns} are those of the twin`, () => {
    for (const coupling of rows * columns > 1000 ? [0.3] : [0, 0.1, 0.3, CRITICAL_COUPLING, 1, 30]) {
      const { machine, sites, table, spins, stream } = wolffMachine(rows, columns, 1);
      const { kernels, at } = machine;
      // 300 clusters need more random numbers than are drawn at once; several calls, since each begins with a fresh draw
      for (const clusters of [1, 2, 300, 7]) {
        let flipped = 0;
        writesOnly(machine, { spins: sites, queue: 'all', stream: 'all', scratch: 'all' }, () => {
          flipped = kernels.wolff(at.spins, at.queue, rows, columns, coupling, at.stream, at.scratch, clusters);
        });
        assert.is(flipped, twin.wolff(spins, table, coupling, stream, clusters), `K = ${coupling}`);
        sameBits(machine.u8('spins').slice(0, sites), marked(spins, rows, columns), `spins at K = ${coupling}`);
      }
      kernels.fillRandom(at.stream, at.scratch, 1);
      sameBits(machine.u32('scratch').slice(0, 4), stream.fill(1), 'the state of the stream');
    }
  });

  test(`a series on ${rows} × ${columns} is that of the twin`, () => {
    for (const keep of [true, false]) {
      const measured = 20;
      const { machine, sites, table, spins, stream } = wolffMachine(rows, columns, 2, measured);
      const { kernels, at } = machine;
      const bits: number[] = [];
      const bondSums = new Int32Array(measured);
      const spinSums = new Int32Array(measured);
      let expected = 0;
      for (let row = 0; row < measured; row++) {
        const clusters = 3 + (stream.next()[0] >>> 31);
        expected += twin.wolff(spins, table, 0.4, stream, clusters);
        bondSums[row] = twin.bondSum(spins, table);
        spinSums[row] = twin.spinSum(spins);
        bits.push(...twin.packSpins(spins));
      }
      let flipped = 0;
      const series = { spins: sites, queue: 'all', stream: 'all', scratch: 'all' } as const;
      const measurements = { bondSums: 'all', spinSums: 'all', bits: keep ? 'all' : 0 } as const;
      writesOnly(machine, { ...series, ...measurements }, () => {
        // biome-ignore format: one call
        flipped = kernels.wolffSeries(at.spins, at.queue, rows, columns, 0.4, at.stream, at.scratch, 3, measured, at.bondSums, at.spinSums, keep ? at.bits : 0);
      });
      assert.is(flipped, expected);
      sameBits(machine.i32('bondSums').slice(), bondSums, 'bond sums');
      sameBits(machine.i32('spinSums').slice(), spinSums, 'spin sums');
      if (keep) sameBits(machine.u8('bits').slice(), Uint8Array.from(bits), 'packed spins');
    }
  });
}

test('bond and spin sums of all-up, chequered and random spins', () => {
  for (const [rows, columns] of SHAPES) {
    const { machine, sites, table, spins } = wolffMachine(rows, columns, 3);
    const { kernels, at } = machine;
    // marks at the edges count for nothing
    const set = (values: Uint8Array) => machine.u8('spins').set(marked(values, rows, columns));
    writesOnly(machine, { spins: sites }, () => {
      set(spins);
      assert.is(kernels.bondSum(at.spins, rows, columns), twin.bondSum(spins, table));
      assert.is(kernels.spinSum(at.spins, sites), twin.spinSum(spins));
      set(new Uint8Array(sites).fill(1));
      assert.is(kernels.bondSum(at.spins, rows, columns), 2 * sites);
      assert.is(kernels.spinSum(at.spins, sites), sites);
      if (rows % 2 === 0 && columns % 2 === 0) {
        set(Uint8Array.from({ length: sites }, (_, i) => (i + Math.floor(i / columns)) & 1));
        assert.is(kernels.bondSum(at.spins, rows, columns), -2 * sites);
        assert.is(kernels.spinSum(at.spins, sites), 0);
      }
    });
  }
});

test('packed spins: any number of sites, and not a byte past the last', () => {
  const draws = new Draws(4);
  const machine = rubbishMachine({ spins: 80, bits: 10 });
  for (let sites = 1; sites <= 72; sites++) {
    const spins = draws.bits(sites);
    // what stands above bit 0 counts for nothing
    machine
      .u8('spins')
      .fill(0xa5)
      .set(spins.map((spin, site) => spin + 2 * (site % 3)));
    writesOnly(machine, { bits: Math.ceil(sites / 8) }, () =>
      machine.kernels.packSpins(machine.at.spins, sites, machine.at.bits),
    );
    sameBits(machine.u8('bits').slice(0, Math.ceil(sites / 8)), twin.packSpins(spins), `${sites} sites`);
  }
});

test('the density of states of the 4 × 4 torus is the published one', () => {
  assert.equal(new Map([...densityOfStates(4, 4)].sort(([a], [b]) => b - a)), FOUR_BY_FOUR);
});

for (const [rows, columns, coupling, interval] of [
  [4, 4, 0.3, 30],
  [4, 4, CRITICAL_COUPLING, 15],
  [3, 5, 0.35, 30],
  [2, 4, 0.25, 20],
]) {
  test(`energies on ${rows} × ${columns} at K = ${coupling.toFixed(4)} have the exact distribution`, () => {
    const n = 40_000;
    const { machine } = wolffMachine(rows, columns, 5, n);
    const { kernels, at } = machine;
    // biome-ignore format: one call
    kernels.wolffSeries(at.spins, at.queue, rows, columns, coupling, at.stream, at.scratch, interval, n, at.bondSums, at.spinSums, 0);
    const seen = new Map<number, number>();
    for (const sum of machine.i32('bondSums')) seen.set(sum, (seen.get(sum) ?? 0) + 1);
    const exact = bondSumDistribution(rows === 4 ? FOUR_BY_FOUR : densityOfStates(rows, columns), coupling);
    // levels expected fewer than ten times make one class
    const common = [...exact].filter(([, p]) => n * p >= 10);
    const counts = common.map(([sum]) => seen.get(sum) ?? 0);
    const expected = common.map(([, p]) => n * p);
    const rest = n - expected.reduce((sum, count) => sum + count, 0);
    if (rest > 1) {
      counts.push(n - counts.reduce((sum, count) => sum + count, 0));
      expected.push(rest);
    }
    assert.ok([...seen.keys()].every((sum) => exact.has(sum)));
    const score = countsScore(counts, expected);
    assert.ok(Math.abs(score) < 3.9, `χ² score ${score}`); // p = 1e-4, four times
    // up and down alike: Σ s has mean zero, and |Σ s| <= sites
    const sums = machine.i32('spinSums');
    const mean = sums.reduce((sum, m) => sum + m, 0) / n;
    const square = sums.reduce((sum, m) => sum + m * m, 0) / n;
    assert.ok(Math.abs(mean) < 4 * Math.sqrt(square / n), `Σ s has mean ${mean}`);
  });
}

test.run();
