/** The cluster kernels against their twins in test/reference, bit for bit. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sizeClasses } from '../../src/ising/chains/sizeClasses.js';
import { bondTable } from '../../src/ising/models/bondTable.js';
import { Hamiltonian } from '../../src/ising/models/hamiltonian.js';
import { TermGroups } from '../../src/ising/models/interactionTable.js';
import { chain, cubic, square, triangular } from '../../src/ising/models/lattice.js';
import { edwardsAnderson, isingHamiltonian } from '../../src/ising/models/models.js';
import { streamKey } from '../../src/util/random.js';
import * as twin from '../reference/clusters.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { termSum } from '../reference/singleSpin.js';
import { Stream } from '../reference/streams.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';
import { packSpins } from '../reference/wolff.js';

const test = suite('assembly/clusters');

const KEY = streamKey(1, 'clusters test');
const ROWS = 5;
const FRESH = 130;
const DRAWN = 4096;

/** Random fields, pairs and constants of either sign; some sites with none, some with many. */
function randomGraph(sites: number, count: number, seed: number): Hamiltonian {
  const draws = new Draws(seed);
  const terms = Array.from({ length: count }, () => ({
    sites: [...draws.permutation(sites).subarray(0, draws.integer(0, Math.min(2, sites)))],
    coupling: draws.uniform(-0.8, 0.8),
  }));
  return new Hamiltonian({ sites, terms });
}

const models: [name: string, h: Hamiltonian][] = [
  ['one free spin', new Hamiltonian({ sites: 1, terms: [] })],
  ['one spin in a field', new Hamiltonian({ sites: 1, terms: [{ sites: [0], coupling: -0.4 }] })],
  ['two spins', isingHamiltonian({ lattice: chain(2), coupling: 0.3 })],
  ['a 2 × 2 torus with double bonds, in a field', isingHamiltonian({ lattice: square(2), coupling: 0.2, field: 0.1 })],
  ['a ferromagnet on 3 × 5', isingHamiltonian({ lattice: square(3, 5), coupling: 0.4 })],
  ['an antiferromagnet on 4 × 6', isingHamiltonian({ lattice: square(4, 6), coupling: -0.6 })],
  [
    'a triangular antiferromagnet in a field',
    isingHamiltonian({ lattice: triangular(5, 7), coupling: -0.3, field: -0.15 }),
  ],
  ['a cube, 27 kinds of sites', isingHamiltonian({ lattice: cubic(4, 3, 5), coupling: 0.25 })],
  ['Gaussian couplings on 9 × 9', edwardsAnderson({ lattice: square(9), distribution: 'gaussian', field: 0.2 })],
  ['±J on 17 × 9', edwardsAnderson({ lattice: square(17, 9), distribution: 'bimodal', coupling: 0.4 })],
  ['a random graph of 13', randomGraph(13, 60, 3)],
  ['a random graph of 70, up to 20 bonds a site', randomGraph(70, 700, 4)],
  ['very strong bonds', isingHamiltonian({ lattice: square(4), coupling: 50 })],
  ['very weak bonds', isingHamiltonian({ lattice: square(4), coupling: 1e-12, field: -1e-12 })],
];

function prepare(h: Hamiltonian, seed: number) {
  const { sites } = h;
  const groups = new TermGroups(h);
  const { rows, table, kinds, fields } = bondTable(h);
  const classes = sizeClasses(sites).length;
  const machine = rubbishMachine({
    spins: sites + 8,
    rows: rows.byteLength,
    table: table.byteLength,
    fields: fields?.byteLength ?? 0,
    queue: (sites + 4) * 4,
    stream: 64,
    draws: DRAWN + 4,
    ...groups.regions,
    labels: sites * 4,
    sums: ROWS * 80,
    sizes: ROWS * classes * 4,
    termSums: ROWS * 8,
    spinSums: ROWS * 4,
    bits: ROWS * Math.ceil(sites / 8),
    guard: 64,
  });
  const { kernels, at } = machine;
  const spins = new Draws(seed).bits(sites);
  const bytesOf = (bits: Uint8Array) => bits.map((bit, site) => bit | FRESH | ((kinds?.[site] ?? 0) << 2));
  machine.u8('spins').set(bytesOf(spins));
  machine.u32('rows').set(rows);
  machine.u32('table').set(table);
  if (fields) machine.u32('fields').set(fields);
  groups.write(machine);
  machine.u32('draws')[DRAWN / 4] = DRAWN;
  kernels.seedStreams(at.stream, 1, KEY, 0);
  const ghost = fields ? at.fields : 0;
  const model = [at.spins, at.rows, at.table, sites, kinds ? 1 : 0, ghost, at.queue, at.stream, at.draws] as const;
  const terms = [at.groups, groups.count, at.members] as const;
  return { machine, model, terms, spins, bytesOf, classes };
}

const CHANGED = { queue: 'all', stream: 'all', draws: 'all', sums: 'all' } as const;

const numbersOf = (sums: twin.ClusterSums) => Float64Array.from(Object.values(sums));

for (const [name, h] of models) {
  test(`Wolff clusters are those of the twin: ${name}`, () => {
    const { machine, model, spins, bytesOf } = prepare(h, 2);
    const { kernels, at } = machine;
    const stream = new Stream(KEY);
    const sums = { ...twin.NO_SUMS };
    machine.f64('sums').fill(0);
    // where calls end does not matter
    for (const clusters of [1, 0, 40, 3, 150]) {
      const expected = twin.wolffClusters(spins, h.terms, stream, clusters, sums);
      let visited = -1;
      writesOnly(machine, { ...CHANGED, spins: h.sites }, () => {
        visited = kernels.wolffClusters(...model, clusters, at.sums);
      });
      assert.is(visited, expected);
      sameBits(machine.u8('spins').slice(0, h.sites), bytesOf(spins), `spins after ${clusters}`);
      sameBits(machine.f64('sums').slice(0, 10), numbersOf(sums), 'sums');
    }
  });

  test(`all clusters are those of the twin: ${name}`, () => {
    const { machine, model, terms, spins, bytesOf, classes } = prepare(h, 3);
    const { kernels, at } = machine;
    const stream = new Stream(KEY);
    for (const steps of [1, 3, 0, 8, 1]) {
      const sizes = new Uint32Array(classes);
      let labels: Uint32Array | undefined;
      let sums: twin.ClusterSums | undefined;
      let turned = 0;
      for (let step = 0; step < steps; step++) {
        const update = twin.swendsenWang(spins, h.terms, stream);
        ({ labels, sums } = update);
        turned += sums.turned;
        if (step === steps - 1) for (const size of update.sizes) sizes[twin.sizeClass(size)]++;
      }
      machine.f64('sums').fill(0);
      machine.u32('sizes').fill(0);
      let visited = -1;
      // a group of four fields may go past the last site, where it changes nothing but what is spare
      writesOnly(machine, { ...CHANGED, spins: h.sites, labels: 'all', sizes: classes * 4 }, () => {
        visited = kernels.swendsenWang(...model, steps, at.labels, at.sums, at.sizes);
      });
      assert.is(visited, steps * h.sites);
      sameBits(machine.u8('spins').slice(0, h.sites), bytesOf(spins), `spins after ${steps}`);
      sameBits(machine.f64('sums').slice(0, 10), numbersOf({ ...(sums ?? twin.NO_SUMS), turned }), 'sums');
      sameBits(machine.u32('sizes').slice(0, classes), sizes, 'sizes');
      if (labels) sameBits(machine.u32('labels').slice(0, h.sites), labels, 'labels');
      const fixed = kernels.clusterTermSum(at.spins, at.labels, ...terms, at.termSums);
      if (labels) assert.is(fixed, twin.clusterTermSum(h.terms, spins, labels));
      assert.is(machine.f64('termSums')[0], termSum(h.terms, spins));
    }
  });

  test(`a series measures what the twin measures: ${name}`, () => {
    for (const steps of [0, 1]) {
      for (const clusters of [false, true]) {
        const { machine, model, terms, spins, classes } = prepare(h, 4);
        const { kernels, at } = machine;
        const stream = new Stream(KEY);
        const rows = Array.from({ length: ROWS }, () => {
          const sizes = new Uint32Array(classes);
          let sums = { ...twin.NO_SUMS };
          if (steps) {
            const before = twin.swendsenWang(spins, h.terms, stream).sums.turned;
            const update = twin.swendsenWang(spins, h.terms, stream);
            sums = { ...update.sums, turned: before + update.sums.turned };
            for (const size of update.sizes) sizes[twin.sizeClass(size)]++;
            // `turned` counts all updates of a row, the rest is of the last, and measured only if asked for
            if (!clusters) sums = { ...twin.NO_SUMS, turned: sums.turned };
            if (clusters) sums.termSum = twin.clusterTermSum(h.terms, spins, update.labels);
          } else {
            twin.wolffClusters(spins, h.terms, stream, 2, sums);
            twin.wolffClusters(spins, h.terms, stream, stream.next()[0] >>> 31, sums);
          }
          const spinSum = spins.reduce((sum, spin) => sum + 2 * spin - 1, 0);
          return { sums, sizes, termSum: termSum(h.terms, spins), spinSum, bits: [...packSpins(spins)] };
        });
        const written = { spins: h.sites, termSums: 'all', spinSums: 'all', bits: 'all' } as const;
        const measured = { ...CHANGED, ...written, labels: 'all', sizes: 'all' } as const;
        writesOnly(machine, clusters ? measured : { ...CHANGED, ...written }, () => {
          // biome-ignore format: one call
          kernels.clusterSeries(...model, steps, ...terms, 2, ROWS, at.termSums, at.spinSums, at.bits, clusters ? at.labels : 0, at.sums, at.sizes, classes);
        });
        const sums = machine.f64('sums').slice();
        rows.forEach((row, k) => {
          sameBits(sums.slice(10 * k, 10 * k + 10), numbersOf(row.sums), `sums of row ${k}`);
        });
        sameBits(
          machine.f64('termSums').slice(),
          Float64Array.from(rows, (row) => row.termSum),
          'energies',
        );
        sameBits(
          machine.i32('spinSums').slice(),
          Int32Array.from(rows, (row) => row.spinSum),
          'magnetisations',
        );
        sameBits(machine.u8('bits').slice(), Uint8Array.from(rows.flatMap((row) => row.bits)), 'packed spins');
        if (steps && clusters) {
          sameBits(machine.u32('sizes').slice(), Uint32Array.from(rows.flatMap((row) => [...row.sizes])), 'sizes');
        }
      }
    }
  });
}

test('classes of sizes: each size is in the class that the kernel counts it in', () => {
  for (const sites of [1, 15, 16, 17, 40, 1000]) {
    const classes = sizeClasses(sites);
    for (let size = 1; size <= sites; size++) {
      const { smallest, largest } = classes[twin.sizeClass(size)];
      assert.ok(smallest <= size && size <= largest, `${size} of ${sites}`);
    }
    assert.is(classes.at(-1)!.largest, sites);
    classes.forEach(({ smallest, largest }, k) => {
      assert.ok(smallest <= largest);
      if (k > 0) assert.is(smallest, classes[k - 1].largest + 1);
    });
  }
});

test('rows of bonds: sites that are alike share one', () => {
  const rowsOf = (h: Hamiltonian) => bondTable(h);
  const torus = rowsOf(isingHamiltonian({ lattice: square(20), coupling: 0.3, field: 0.1 }));
  assert.is(torus.rows.length, 9);
  assert.is(torus.table.length, 9 * 12);
  assert.equal(
    [...torus.kinds!.subarray(0, 20)].map((kind) => kind === torus.kinds![1]),
    [false, ...new Array(18).fill(true), false],
  );
  assert.is(rowsOf(isingHamiltonian({ lattice: cubic(5), coupling: 0.3 })).rows.length, 27);
  // 16 signs of bonds in 9 places
  const glass = rowsOf(edwardsAnderson({ lattice: square(40), distribution: 'bimodal' }));
  assert.is(glass.kinds, null);
  assert.is(glass.rows.length, 1600);
  assert.ok(glass.table.length <= 144 * 12);
  assert.is(rowsOf(edwardsAnderson({ lattice: square(10), distribution: 'gaussian' })).table.length, 100 * 12);
});

test.run();
