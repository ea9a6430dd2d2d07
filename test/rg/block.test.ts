import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeOwnSpinData, encodeSpinData } from '../../src/io/spinData.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import { measure } from '../../src/ising/measure/measure.js';
import { energySeries } from '../../src/ising/measure/series.js';
import { blocks, chain, cubic, readLattice, square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { SingleSpin } from '../../src/ising/samplers/singleSpin.js';
import { blockMeans, type CoarseGrainOptions, coarseGrain } from '../../src/rg/blocking/block.js';
import type { BlockFactor } from '../../src/rg/blocking/blocks.js';
import { type BlockObservable, blockObservables, blockSeries } from '../../src/rg/blocking/observables.js';
import { historyOf, softThresholds } from '../../src/rg/blocking/step.js';
import { streamKey } from '../../src/util/random.js';
import { sha256, version } from '../../src/wasm/binary.js';
import { refuses } from '../assert.js';
import { randomRows } from '../physics/enumeration.js';
import { blockRows, boxes } from '../reference/block.js';
import { scoresOf } from '../reference/statistics.js';
import { Stream } from '../reference/streams.js';

const test = suite('rg/block');

function randomSpins(shape: [number, number], count: number, parameters?: Record<string, unknown>): SpinData {
  const { bytes } = randomRows(count, shape[0] * shape[1], 17 * shape[0] + shape[1]);
  return new SpinData(count, shape, bytes, { source: 'this test', ...(parameters && { parameters }) });
}

const rowsOf = (data: SpinData) => Array.from({ length: data.count }, (_, r) => data.row(r));

/**
 * The twin of a whole set. A configuration is cut into the largest number of strips, a power of two up to 128, that leaves each whole block rows, whole bytes before
 * and after, and 128 blocks or more; strips, in the order of rows, are what stands in the 128 lanes of group 0, 1, …
 */
function twin(
  data: SpinData,
  block: number[],
  options: CoarseGrainOptions,
  step = 0,
  sides = [...data.shape],
): Uint8Array[] {
  const coarseSides = sides.map((side, k) => side / block[k]);
  const layer = (of: number[]) => of.slice(1).reduce((product, side) => product * side, 1);
  const [high, wide] = [coarseSides[0], layer(coarseSides)];
  let strips = 1;
  for (const n of [2, 4, 8, 16, 32, 64, 128]) {
    const whole = high % n === 0 && ((sides[0] / n) * layer(sides)) % 8 === 0 && ((high / n) * wide) % 8 === 0;
    if (whole && (high / n) * wide >= 128) strips = n;
  }
  const size = data.width / strips;
  const cut = rowsOf(data).flatMap((row) =>
    Array.from({ length: strips }, (_, k) => row.slice(k * size, (k + 1) * size)),
  );
  const cells = boxes([sides[0] / strips, ...sides.slice(1)], block);
  const site = (options.site ?? []).reduce((number, x, k) => number * block[k] + x, 0);
  const coarse: Uint8Array[] = [];
  for (let group = 0; group * 128 < cut.length; group++) {
    const drawn = options.rule === 'majority' && options.ties !== 'first';
    coarse.push(
      ...blockRows(cut.slice(group * 128, group * 128 + 128), 0, cells, {
        rule: options.rule === 'soft' ? 'chance' : options.rule,
        site,
        ...(options.rule === 'soft' && {
          chance: {
            thresholds: softThresholds(options.weight as number, cells[0].length),
            first: new Stream(streamKey(options.seed ?? 1, 'block spins', step), group),
            key: streamKey(options.seed ?? 1, 'block spins, further digits', step),
            firstBlock: group * cells.length,
          },
        }),
        ties: drawn ? new Stream(streamKey(options.seed ?? 1, 'block spins', step), group) : undefined,
      }),
    );
  }
  return Array.from({ length: data.count }, (_, r) =>
    Uint8Array.from(coarse.slice(r * strips, (r + 1) * strips).flatMap((strip) => [...strip])),
  );
}

for (const [shape, factor, block] of [
  [[8, 12], 2, [2, 2]],
  [[9, 6], 3, [3, 3]],
  [[1, 30], 2, [1, 2]],
  [[24, 1], 4, [4, 1]],
  [
    [6, 20],
    [3, 4],
    [3, 4],
  ],
  [
    [4, 4],
    [1, 2],
    [1, 2],
  ],
] as [[number, number], number | [number, number], [number, number]][]) {
  test(`${shape.join(' × ')} by ${factor}: the twin, whatever the rule, in one call or in batches`, () => {
    const data = randomSpins(shape, 300);
    const { bytes, stride } = data;
    const rules: CoarseGrainOptions[] = [
      { rule: 'majority', factor, seed: 5 },
      { rule: 'majority', factor, ties: 'first' },
      { rule: 'decimation', factor, site: [block[0] - 1, block[1] - 1] },
      { rule: 'decimation', factor },
      { rule: 'soft', factor, weight: 0.4, seed: 'soft' },
      { rule: 'soft', factor, weight: 30 },
    ];
    for (const options of rules) {
      const coarse = coarseGrain(data, options);
      assert.equal(coarse.shape, [shape[0] / block[0], shape[1] / block[1]]);
      const expected = twin(data, block, options);
      assert.equal(rowsOf(coarse), expected);
      const batches = [0, 37, 128, 200, 300].slice(0, -1).map((first, k) => {
        const past = [37, 128, 200, 300][k];
        const rows = new SpinData(past - first, shape, bytes.slice(first * stride, past * stride), data.provenance);
        return rowsOf(coarseGrain(rows, { ...options, firstRow: first }));
      });
      assert.equal(batches.flat(), expected, 'in batches');
    }
  });
}

for (const [shape, factor, block] of [
  [[4, 6, 8], 2, [2, 2, 2]],
  [[6, 3, 9], 3, [3, 3, 3]],
  [
    [4, 6, 10],
    [1, 2, 5],
    [1, 2, 5],
  ],
  [[16, 16, 16], 2, [2, 2, 2]],
] as [number[], BlockFactor, number[]][]) {
  test(`cubic ${shape.join(' × ')} by ${factor}: the twin, whatever the rule, in one call or in batches`, () => {
    const parameters = { lattice: { kind: 'cubic', boundary: 'periodic' }, shape };
    // two groups of 128 lanes
    const count = shape[0] === 16 ? 40 : 140;
    const data = randomSpins([shape[0] * shape[1], shape[2]], count, parameters);
    const { bytes, stride } = data;
    const rules: CoarseGrainOptions[] = [
      { rule: 'majority', factor, seed: 5 },
      { rule: 'majority', factor, ties: 'first' },
      { rule: 'decimation', factor, site: block.map((b) => b - 1) },
      { rule: 'decimation', factor },
      { rule: 'soft', factor, weight: 0.4, seed: 'soft' },
    ];
    for (const options of rules) {
      const coarse = coarseGrain(data, options);
      const sides = shape.map((side, k) => side / block[k]);
      assert.equal(coarse.shape, [sides[0] * sides[1], sides[2]]);
      assert.equal(coarse.provenance.parameters?.shape, sides);
      assert.equal(coarse.provenance.parameters?.lattice, parameters.lattice);
      const expected = twin(data, block, options, 0, shape);
      assert.equal(rowsOf(coarse), expected);
      const ends = [0, 37, count];
      const batches = [0, 1].map((k) => {
        const rows = bytes.slice(ends[k] * stride, ends[k + 1] * stride);
        const part = new SpinData(ends[k + 1] - ends[k], data.shape, rows, data.provenance);
        return rowsOf(coarseGrain(part, { ...options, firstRow: ends[k] }));
      });
      assert.equal(batches.flat(), expected, 'in batches');
    }
  });
}

test('cubic lattices: a second step, its lattice, averages and blocks', () => {
  const lattice = cubic(8, 4, 12);
  const hamiltonian = isingHamiltonian({ lattice, coupling: 0.2 });
  const data = new SingleSpin({ hamiltonian, seed: 2 }).sample(60);
  const once = coarseGrain(data, { rule: 'majority', factor: 2, ties: 'first' });
  assert.equal(readLattice(once.provenance.parameters!), cubic(4, 2, 6));
  const twice = coarseGrain(data, { rule: 'majority', factor: 2, ties: 'first', steps: 2 });
  assert.equal(twice.bytes, coarseGrain(once, { rule: 'majority', factor: 2, ties: 'first' }).bytes);
  // a side of one site is no lattice
  assert.is(readLattice(twice.provenance.parameters!), null);
  assert.equal(twice.shape, [2, 3]);
  const means = blockMeans(data, { factor: 2 });
  for (const [k, sites] of blocks(lattice, 2).entries()) {
    for (let r = 0; r < data.count; r++) {
      const mean = sites.reduce((sum, site) => sum + 2 * data.bit(r, site) - 1, 0) / 8;
      assert.is(means[r * 48 + k], mean);
      if (mean !== 0) assert.is(once.bit(r, k), mean > 0 ? 1 : 0);
    }
  }
  const large = blockMeans(data, { factor: 2, steps: 2 });
  assert.is(large.length, 60 * 6);
  assert.is(large[0], blocks(lattice, 4)[0].reduce((sum, site) => sum + 2 * data.bit(0, site) - 1, 0) / 64);
  refuses(
    () => coarseGrain(data, { rule: 'majority', factor: [2, 2] }),
    RangeError,
    /^"factor" expected a number or \[layers/,
  );
  refuses(
    () => coarseGrain(data, { rule: 'majority', factor: 3 }),
    RangeError,
    '"data.provenance.parameters.shape[0]" expected a multiple of 3 such as 6 or 9, got 8',
  );
  const site = { rule: 'decimation', factor: 2, site: [0, 0] } as const;
  refuses(() => coarseGrain(data, site), RangeError, /^"site" expected 3 numbers/);
  const wrong = new SpinData(1, [4, 4], new Uint8Array(2), {
    source: 'this test',
    parameters: { lattice: { kind: 'cubic', boundary: 'periodic' }, shape: [2, 2, 2] },
  });
  refuses(() => coarseGrain(wrong, { rule: 'majority', factor: 2 }), RangeError, /^"data.provenance.parameters.shape"/);
});

test('chains name their lattice after a step', () => {
  const data = new SingleSpin({ hamiltonian: isingHamiltonian({ lattice: chain(12), coupling: 0.3 }) }).sample(3);
  const coarse = coarseGrain(data, { rule: 'decimation', factor: 2 });
  assert.equal(coarse.shape, [1, 6]);
  assert.equal(readLattice(coarse.provenance.parameters!), chain(6));
});

test('large lattices, whose strips fill the lanes, are those of the twin', () => {
  const data = randomSpins([128, 128], 3);
  const expected = twin(data, [2, 2], { rule: 'majority', factor: 2 });
  assert.equal(rowsOf(coarseGrain(data, { rule: 'majority', factor: 2 })), expected);
});

test('long chains, which cannot be cut and lie padded in the machine, are those of the twin', () => {
  const data = randomSpins([1, 8448], 130);
  assert.equal(
    rowsOf(coarseGrain(data, { rule: 'majority', factor: 2, seed: 2 })),
    twin(data, [1, 2], { rule: 'majority', factor: 2, seed: 2 }),
  );
});

test('several steps are one after another, with ties of their own', () => {
  const data = randomSpins([16, 24], 140);
  const options: CoarseGrainOptions = { rule: 'majority', factor: 2, seed: 'ties' };
  const whole = coarseGrain(data, { ...options, steps: 3 });
  const parts = [1, 2, 3].reduce((rows) => coarseGrain(rows, options), data);
  assert.equal(whole.bytes, parts.bytes);
  assert.equal(whole.provenance, parts.provenance);
  assert.equal(whole.shape, [2, 3]);
  // the same block in the same place at another step has another tie
  const once = coarseGrain(data, options);
  const later = new SpinData(data.count, data.shape, data.bytes, {
    source: 'this test',
    parameters: { model: 'block spins', steps: historyOf(once), origin: {} },
  });
  assert.not.equal(coarseGrain(later, options).bytes, once.bytes);
});

test('ties are unbiased and independent of each other', () => {
  // columns of + and - in turn: every block is a tie
  const rows = 4096;
  const data = new SpinData(rows, [4, 8], new Uint8Array(rows * 4).fill(0b01010101), { source: 'this test' });
  const coarse = coarseGrain(data, { rule: 'majority', factor: 2, seed: 3 });
  const spins = rowsOf(coarse).map((row) => Array.from(row, (bit) => 2 * bit - 1));
  const score = (of: (s: number[], r: number) => number) =>
    spins.reduce((sum, s, r) => sum + of(s, r), 0) / Math.sqrt(rows);
  const scores: number[] = [];
  for (let k = 0; k < 8; k++) {
    scores.push(score((s) => s[k]));
    scores.push(score((s, r) => s[k] * spins[(r + 1) % rows][k]));
    scores.push(score((s, r) => s[k] * spins[(r + 128) % rows][k]));
    for (let j = 0; j < k; j++) scores.push(score((s) => s[k] * s[j]));
  }
  // 52 scores: one above 4.5 has p = 4e-4
  assert.ok(scoresOf(scores).largest < 4.5, `${scoresOf(scores).largest}`);
  assert.ok(Math.abs(scoresOf(scores).spread) < 4);
  const first = coarseGrain(data, { rule: 'majority', factor: 2, ties: 'first' });
  assert.ok(rowsOf(first).every((row) => row.every((bit) => bit === 1)));
});

test('averages: their sign is the majority, and averages of averages are averages', () => {
  const data = randomSpins([12, 18], 20);
  const means = blockMeans(data, { factor: 3 });
  const majority = rowsOf(coarseGrain(data, { rule: 'majority', factor: 3 })).flatMap((row) => [...row]);
  assert.is(means.length, 20 * 24);
  means.forEach((mean, k) => {
    assert.is(mean > 0 ? 1 : 0, majority[k]);
  });
  const spins = data.spins(4);
  let sum = 0;
  for (let y = 6; y < 12; y++) for (let x = 6; x < 12; x++) sum += spins[y * 18 + x];
  assert.is(blockMeans(data, { factor: [6, 6] })[4 * 6 + 4], Math.fround(sum / 36));
  const eight = randomSpins([16, 16], 3);
  const twice = blockMeans(eight, { factor: 2, steps: 2 });
  const fine = blockMeans(eight, { factor: 2 });
  // sums of sixteen spins over 16 are exact in float32
  for (let r = 0; r < 3; r++) {
    for (let y = 0; y < 4; y++) {
      for (let x = 0; x < 4; x++) {
        const at = (dy: number, dx: number) => fine[r * 64 + (2 * y + dy) * 8 + 2 * x + dx];
        assert.is(twice[r * 16 + y * 4 + x], (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4);
      }
    }
  }
});

test('the provenance tells the origin and every step, survives a file, and keeps wrong couplings away', () => {
  const data = new Ising({ lattice: square(12), coupling: 0.3, seed: 7 }).sample(400);
  const once = coarseGrain(data, { rule: 'majority', factor: 2, seed: 9 });
  const twice = coarseGrain(once, { rule: 'decimation', factor: 3, site: [1, 2] });
  const { parameters, sampling, seed } = twice.provenance;
  assert.equal(parameters, {
    lattice: { kind: 'square', boundary: 'periodic' },
    shape: [2, 2],
    model: 'block spins',
    steps: [
      { rule: 'majority', factor: [2, 2], ties: 'random', seed: 9, shape: [6, 6] },
      { rule: 'decimation', factor: [3, 3], site: [1, 2], shape: [2, 2] },
    ],
    origin: { source: 'blockspin Ising', seed: 7, parameters: data.provenance.parameters, version, wasm: sha256 },
  });
  assert.is(seed, 7);
  assert.is(sampling?.chains, 128);
  assert.is(sampling?.energy, null);
  assert.equal(decodeOwnSpinData(encodeSpinData(twice)).provenance, twice.provenance);
  const wrong = '"data" expected data of one nearest-neighbour coupling, got "model"';
  refuses(() => measure(once, { coupling: 0.3 }), RangeError, wrong);
  refuses(() => energySeries(twice), RangeError, wrong);
  assert.is(blockObservables(twice).step, 2);
});

test('refusals name what fits', () => {
  const of = (shape: [number, number], options: object, parameters?: Record<string, unknown>) => () =>
    coarseGrain(randomSpins(shape, 2, parameters), { rule: 'majority', factor: 2, ...options } as CoarseGrainOptions);
  refuses(
    of([8, 42], { steps: 3 }),
    RangeError,
    '"data.shape[1]" expected a multiple of 8 (2^3) such as 40 or 48, got 42',
  );
  refuses(of([2, 3], { factor: 5 }), RangeError, '"data.shape[0]" expected a multiple of 5 such as 5, got 2');
  refuses(of([8, 8], { factor: 1 }), RangeError, '"factor" expected integer >= 2, got 1');
  refuses(of([8, 8], { factor: [1, 1] }), RangeError, '"factor" expected a block of more than one site, got [1, 1]');
  refuses(of([8, 8], { factor: [2, 0] }), RangeError, '"factor[1]" expected positive integer, got 0');
  refuses(of([8, 8], { factor: '2' }), TypeError, '"factor" expected integer >= 2, got "2"');
  refuses(
    of([8, 8], { rule: 'average' }),
    RangeError,
    '"rule" expected one of majority, decimation, soft, got "average"',
  );
  refuses(of([8, 8], { ties: 'up' }), RangeError, '"ties" expected one of random, first, got "up"');
  refuses(of([8, 8], { site: [0, 0] }), RangeError, /"site" expected nothing for the rule majority/);
  refuses(of([8, 8], { rule: 'decimation', ties: 'first' }), RangeError, /"ties" expected nothing/);
  refuses(of([8, 8], { rule: 'decimation', site: [0, 2] }), RangeError, '"site[1]" expected integer in [0, 1], got 2');
  refuses(of([8, 8], { firstRow: -1 }), RangeError, '"firstRow" expected integer >= 0, got -1');
  refuses(
    of([8, 8], {}, { lattice: { kind: 'graph' } }),
    RangeError,
    '"data" expected data of a chain, a square, triangular or cubic lattice, got "graph"',
  );
  refuses(() => coarseGrain([] as never, { rule: 'majority', factor: 2 }), TypeError, /"data" expected SpinData/);
  const none = new SpinData(0, [4, 4], new Uint8Array(0), { source: 'this test' });
  assert.is(coarseGrain(none, { rule: 'majority', factor: 2 }).count, 0);
  refuses(() => blockObservables(none), RangeError, '"data" expected at least one row, got none');
});

test('observables are their definitions', () => {
  const groups: Record<string, number[][][]> = {
    nearest: [
      [
        [0, 0],
        [0, 1],
      ],
      [
        [0, 0],
        [1, 0],
      ],
    ],
    nextNearest: [
      [
        [0, 0],
        [1, 1],
      ],
      [
        [0, 0],
        [1, -1],
      ],
    ],
    thirdNearest: [
      [
        [0, 0],
        [0, 2],
      ],
      [
        [0, 0],
        [2, 0],
      ],
    ],
    plaquette: [
      [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ],
    ],
    diamond: [
      [
        [0, 1],
        [1, 0],
        [0, -1],
        [-1, 0],
      ],
    ],
  } as never;
  const inARow: Record<string, number[][][]> = {
    nearest: [
      [
        [0, 0],
        [0, 1],
      ],
    ],
    nextNearest: [
      [
        [0, 0],
        [0, 2],
      ],
    ],
    thirdNearest: [
      [
        [0, 0],
        [0, 3],
      ],
    ],
    plaquette: [
      [
        [0, 0],
        [0, 1],
        [0, 2],
        [0, 3],
      ],
    ],
  } as never;
  for (const shape of [
    [2, 2],
    [3, 5],
    [4, 4],
    [2, 7],
    [1, 9],
    [6, 1],
  ] as [number, number][]) {
    const data = randomSpins(shape, 6);
    const [rows, columns] = shape;
    const isChain = rows === 1 || columns === 1;
    const series = blockSeries(data);
    for (let r = 0; r < data.count; r++) {
      const s = data.spins(r);
      const m = s.reduce((sum, spin) => sum + spin, 0) / s.length;
      assert.is(series.absoluteMagnetisation![r], Math.abs(m));
      assert.is(series.magnetisation2![r], m ** 2);
      assert.is(series.magnetisation4![r], m ** 4);
      for (const [name, orientations] of Object.entries(isChain ? inARow : groups)) {
        let sum = 0;
        for (let y = 0; y < rows; y++) {
          for (let x = 0; x < columns; x++) {
            for (const sites of orientations as unknown as [number, number][][]) {
              sum += sites.reduce((product, site) => {
                const [dy, dx] = columns === 1 ? [site[1], site[0]] : site;
                return product * s[((y + dy + 4 * rows) % rows) * columns + ((x + dx + 4 * columns) % columns)];
              }, 1);
            }
          }
        }
        const mean = sum / orientations.length / s.length;
        assert.ok(Math.abs(series[name as BlockObservable]![r] - mean) < 1e-14, `${name} of ${shape}`);
      }
      assert.is(series.diamond === undefined, isChain);
    }
  }
});

/** ⟨s_0 s_r⟩ of the 4 × 4 torus for r = (0, 2) and (2, 2), by its 65,536 states. */
function fourByFour(coupling: number): { along: number; across: number } {
  let [z, along, across] = [0, 0, 0];
  for (let state = 0; state < 65536; state++) {
    const s = (y: number, x: number) => ((state >> (4 * (y & 3) + (x & 3))) & 1 ? 1 : -1);
    let bonds = 0;
    for (let y = 0; y < 4; y++) for (let x = 0; x < 4; x++) bonds += s(y, x) * (s(y, x + 1) + s(y + 1, x));
    const weight = Math.exp(coupling * bonds);
    z += weight;
    along += weight * s(0, 0) * s(0, 2);
    across += weight * s(0, 0) * s(2, 2);
  }
  return { along: along / z, across: across / z };
}

test('decimated squares have the correlations of the same spins before; error bars are right: z-scores over 60 seeds', () => {
  const coupling = 0.4;
  const exact = fourByFour(coupling);
  const scores: { [name: string]: number[] } = { nearest: [], nextNearest: [] };
  for (let seed = 0; seed < 60; seed++) {
    const data = new Ising({ lattice: square(4), coupling, seed }).sample(1500);
    const { observables } = blockObservables(coarseGrain(data, { rule: 'decimation', factor: 2, site: [1, 0] }));
    scores.nearest.push((observables.nearest!.mean - exact.along) / observables.nearest!.error!);
    scores.nextNearest.push((observables.nextNearest!.mean - exact.across) / observables.nextNearest!.error!);
  }
  for (const [name, all] of Object.entries(scores)) {
    const { mean, spread, largest } = scoresOf(all);
    // |mean| and |spread| above 3.5 have p = 5e-4 each, a largest of 60 above 4.4 has 6e-4
    assert.ok(
      Math.abs(mean) < 3.5 && Math.abs(spread) < 3.5 && largest < 4.4,
      `${name}: ${mean}, ${spread}, ${largest}`,
    );
  }
});

test('a decimated ring has the coupling artanh tanh^b K: z-scores over 40 seeds', () => {
  for (const [b, steps] of [
    [2, 2],
    [3, 1],
  ]) {
    const coupling = 0.8;
    const sites = 72;
    const left = sites / b ** steps;
    // ⟨s s'⟩ of neighbours on the ring that is left, by its transfer matrix
    const t = Math.tanh(coupling) ** (b ** steps);
    const exact = (t + t ** (left - 1)) / (1 + t ** left);
    const scores: number[] = [];
    for (let seed = 0; seed < 40; seed++) {
      const data = new SingleSpin({ hamiltonian: isingHamiltonian({ lattice: chain(sites), coupling }), seed }).sample(
        400,
      );
      const coarse = coarseGrain(data, { rule: 'decimation', factor: b, steps });
      assert.equal(coarse.shape, [1, left]);
      const { nearest } = blockObservables(coarse).observables;
      scores.push((nearest!.mean - exact) / nearest!.error!);
    }
    const { mean, spread, largest } = scoresOf(scores);
    assert.ok(
      Math.abs(mean) < 3.5 && Math.abs(spread) < 3.5 && largest < 4.4,
      `b = ${b}: ${mean}, ${spread}, ${largest}`,
    );
  }
});

test('one configuration, or all alike, have no error bar', () => {
  assert.is(blockObservables(randomSpins([4, 4], 1)).observables.nearest!.error, null);
  const up = new SpinData(5, [2, 2], new Uint8Array(5).fill(15), { source: 'this test' });
  assert.equal(blockObservables(up).observables.plaquette, { mean: 1, error: null });
});

test('blocks of a lattice are those of coarseGrain, in its order', () => {
  for (const lattice of [square(6, 12), chain(18)]) {
    const [rows, columns] = lattice.shape.length === 1 ? [1, lattice.shape[0]] : lattice.shape;
    const data = randomSpins([rows, columns], 40, { lattice: `${lattice.kind}, periodic` });
    const coarse = coarseGrain(data, { rule: 'majority', factor: 3 });
    for (const [k, sites] of blocks(lattice, 3).entries()) {
      for (let r = 0; r < data.count; r++) {
        const up = sites.reduce((sum, site) => sum + data.bit(r, site), 0);
        assert.is(coarse.bit(r, k), up > sites.length / 2 ? 1 : 0, `row ${r}, block ${k}`);
      }
    }
  }
});

test.run();
