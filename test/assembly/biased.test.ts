/** The kernels of biased walkers against their twins in test/reference, bit for bit. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fieldTable, signedCouplings } from '../../src/rg/vmcrg/fieldTable.js';
import { streamKey } from '../../src/util/random.js';
import * as twin from '../reference/biased.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { Stream } from '../reference/streams.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/biased');

const KEY = streamKey(1, 'biased test');
const WALKERS = 16;

/** Random products of one order in each group, some around no site. */
function randomGroups(sites: number, draws: Draws, orders: readonly number[], count: number): twin.Products[] {
  return orders.map((order) => ({
    coupling: Math.fround(draws.uniform(-0.6, 0.6)),
    products: Array.from({ length: count }, () => [...draws.permutation(sites).subarray(0, order)]),
  }));
}

const flat = (groups: readonly twin.Products[]) =>
  groups.map(({ products }) => ({ order: products[0].length, sites: Uint32Array.from(products.flat()) }));

function prepare(blocks: twin.Blocks, fine: twin.Products[], coarse: twin.Products[], draws: Draws) {
  const order = Uint32Array.from(blocks.sites.flat());
  const [sites, count, size] = [order.length, blocks.sites.length, blocks.weights.length];
  const fineTable = fieldTable(sites, order, flat(fine));
  const coarseTable = fieldTable(count, Uint32Array.from(blocks.sites.keys()), flat(coarse));
  const machine = rubbishMachine({
    spins: 16 * sites,
    coarse: 16 * count,
    sums: 16 * count,
    order: 4 * sites,
    weights: size,
    fineTable: fineTable.byteLength,
    fineCouplings: 4 * fine.length,
    coarseTable: coarseTable.byteLength,
    coarseCouplings: 4 * coarse.length,
    stream: 64,
    scratch: 144 + 64 * size,
    guard: 64,
  });
  machine.u32('order').set(order.map((site) => 16 * site));
  machine.u8('weights').set(blocks.weights);
  machine.u32('fineTable').set(fineTable);
  machine.u32('coarseTable').set(coarseTable);
  const signed = (groups: twin.Products[]) =>
    signedCouplings(
      flat(groups),
      groups.map(({ coupling }) => coupling),
    );
  machine.f32('fineCouplings').set(signed(fine));
  machine.f32('coarseCouplings').set(signed(coarse));
  const walkers = Array.from({ length: WALKERS }, () => draws.bits(sites));
  const planes = (rows: readonly Uint8Array[]) =>
    Uint8Array.from({ length: WALKERS * rows[0].length }, (_, k) => rows[k % WALKERS][Math.floor(k / WALKERS)]);
  machine.u8('spins').set(planes(walkers));
  const { kernels, at } = machine;
  kernels.seedStreams(at.stream, 1, KEY, 0);
  const base = [at.spins, at.coarse, at.sums, at.order, at.weights, count, size] as const;
  return { machine, walkers, planes, base };
}

/** Blocks of consecutive sites in random order. */
function randomBlocks(count: number, weights: number[], draws: Draws): twin.Blocks {
  const order = [...draws.permutation(count * weights.length)];
  return {
    sites: Array.from({ length: count }, (_, b) => order.slice(b * weights.length, (b + 1) * weights.length)),
    weights,
  };
}

const RULES: [string, number[]][] = [
  ['majority of three', [1, 1, 1]],
  ['one site', [1]],
  ['one of four', [0, 1, 0, 0]],
  ['four with ties', [3, 2, 2, 2]],
  ['nine', [1, 1, 1, 1, 1, 1, 1, 1, 1]],
];

for (const heatBath of [false, true]) {
  test(`${heatBath ? 'heat bath' : 'Metropolis'}: spins, block spins, sums and count are the twin’s`, () => {
    RULES.forEach(([rule, weights], k) => {
      const draws = new Draws(7 + k);
      const blocks = randomBlocks(5, weights, draws);
      const sites = 5 * weights.length;
      const fine = randomGroups(
        sites,
        draws,
        [2, 1, 3].filter((order) => order <= sites),
        2 * sites,
      );
      const coarse = randomGroups(5, draws, [2, 4, 1, 3], 7);
      const { machine, walkers, planes, base } = prepare(blocks, fine, coarse, draws);
      const { kernels, at } = machine;
      kernels.blockSums(...base);
      const stream = new Stream(KEY);
      for (const sweeps of [1, 3, 0, 2]) {
        const expected = twin.biasedSweeps(walkers, blocks, fine, coarse, heatBath, stream, sweeps);
        let turned = -1;
        const written = { spins: 'all', coarse: 'all', sums: 'all', stream: 'all', scratch: 'all' } as const;
        writesOnly(machine, written, () => {
          // biome-ignore format: one call
          turned = kernels.biasedSweeps(...base, at.fineTable, at.fineCouplings, at.coarseTable, at.coarseCouplings, heatBath ? 1 : 0, at.stream, at.scratch, sweeps);
        });
        assert.is(turned, expected, `${rule}, ${sweeps} sweeps`);
        sameBits(machine.u8('spins').slice(), planes(walkers), rule);
        sameBits(machine.u8('coarse').slice(), planes(walkers.map((spins) => twin.blockSpins(spins, blocks))), rule);
        const sums = machine.u8('sums').slice();
        kernels.blockSums(...base);
        sameBits(machine.u8('sums').slice(), sums, `${rule}: sums kept up to date`);
      }
    });
  });
}

test('block spins and sums are those of the twin', () => {
  RULES.forEach(([rule, weights], k) => {
    const draws = new Draws(20 + k);
    const blocks = randomBlocks(6, weights, draws);
    const { machine, walkers, planes, base } = prepare(blocks, [], [], draws);
    writesOnly(machine, { coarse: 'all', sums: 'all' }, () => machine.kernels.blockSums(...base));
    sameBits(machine.u8('coarse').slice(), planes(walkers.map((spins) => twin.blockSpins(spins, blocks))), rule);
  });
});

/** Random operators on sites that belong to cells, and the machine that measures them. */
function prepareOperators(rows: number, columns: number, own: number, others: number, most: number, seed: number) {
  const draws = new Draws(seed);
  const cells = rows * columns;
  const sites = 3 * cells;
  const operators = Array.from({ length: own + others }, () => {
    const order = draws.integer(1, 4);
    const products = Array.from({ length: cells }, (_, cell) =>
      Array.from({ length: draws.integer(0, most) }, () => ({
        cell,
        sites: [...draws.permutation(sites).subarray(0, order)],
      })),
    ).flat();
    return { order, products };
  });
  const machine = rubbishMachine({
    spins: 16 * sites,
    operators: 16 * operators.length,
    starts: operators.length * 4 * (cells + 1),
    offsets: operators.reduce((sum, { order, products }) => sum + 4 * order * products.length, 0),
    fields: (own + 2) * cells * 32,
    totals: 64 * operators.length,
    products: 8 * own * (own + others),
    means: 8 * (own + others),
    guard: 64,
  });
  const walkers = Array.from({ length: WALKERS }, () => draws.bits(sites));
  walkers.forEach((spins, w) => {
    spins.forEach((spin, site) => {
      machine.u8('spins')[16 * site + w] = spin;
    });
  });
  const { at } = machine;
  let offset = at.offsets;
  operators.forEach(({ order, products }, k) => {
    const starts = at.starts + k * 4 * (cells + 1);
    machine.u32('operators').set([at.spins, starts, offset, order], 4 * k);
    const first = Array.from({ length: cells + 1 }, (_, cell) => products.filter((one) => one.cell < cell).length);
    machine.u32('starts').set(first, k * (cells + 1));
    machine.u32('offsets').set(
      products.flatMap((one) => one.sites.map((site) => 16 * site)),
      (offset - at.offsets) / 4,
    );
    offset += 4 * order * products.length;
  });
  return { machine, walkers, operators, cells };
}

test('totals of operators are those of the twin, with more products per cell than a byte counts', () => {
  for (const most of [3, 300]) {
    const { machine, walkers, operators, cells } = prepareOperators(2, 2, 2, 1, most, most);
    const { kernels, at } = machine;
    writesOnly(machine, { fields: cells * 32, totals: 'all' }, () =>
      kernels.operatorTotals(at.operators, 3, cells, at.fields, at.totals),
    );
    const expected = operators.flatMap((operator) =>
      walkers.map((spins) => twin.cellSums(operator, spins, cells).reduce((sum, x) => sum + x, 0)),
    );
    sameBits(machine.i32('totals').slice(), Int32Array.from(expected), `${most} products`);
  }
});

test('correlations in windows are those of the twin', () => {
  for (const [rows, columns, radius] of [
    [5, 4, 0],
    [5, 4, 1],
    [1, 7, 2],
    [3, 8, 1],
    [4, 3, 2],
    [2, 5, 9],
  ]) {
    const [own, others] = [2, 3];
    const { machine, walkers, operators, cells } = prepareOperators(rows, columns, own, others, 4, 31 + radius);
    const { kernels, at } = machine;
    machine.f64('products').fill(1000);
    machine.f64('means').fill(-7);
    writesOnly(machine, { fields: 'all', totals: 64, products: 'all', means: 'all' }, () =>
      // biome-ignore format: one call
      kernels.windowProducts(at.operators, own, others, rows, columns, radius, at.fields, at.totals, at.products, at.means),
    );
    const fields = operators.map((operator) => walkers.map((spins) => twin.cellSums(operator, spins, cells)));
    const windows = fields.map((each) => each.map((field) => twin.windowSums(field, rows, columns, radius)));
    const sum = (values: readonly number[]) => values.reduce((all, x) => all + x, 0);
    const products = [0, 1].flatMap((j) =>
      windows.map((window) => 1000 + sum(window.map((w, k) => sum(w.map((x, cell) => x * fields[j][k][cell]))))),
    );
    const what = `${rows} × ${columns}, radius ${radius}`;
    sameBits(machine.f64('products').slice(), Float64Array.from(products), what);
    sameBits(
      machine.f64('means').slice(),
      Float64Array.from(fields, (each) => -7 + sum(each.map(sum))),
      what,
    );
  }
});

test.run();
