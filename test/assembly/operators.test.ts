import { suite } from 'uvu';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { oddProducts, packed, planesOf } from '../reference/planes.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/rg/operators');

for (const [sites, from, count, lane] of [
  [1, 0, 1, 0],
  [9, 0, 128, 0],
  [64, 8, 37, 91],
  [128, 0, 128, 0],
  [200, 136, 5, 3],
  [1000, 256, 100, 28],
] as const) {
  test(`planes of sites ${from} … ${sites - 1} of ${count} rows from lane ${lane} are those of the twin`, () => {
    const draws = new Draws(sites + from);
    const rows = Array.from({ length: count }, () => draws.bits(sites, 0.4));
    const planes = 128 * Math.ceil((sites - from) / 128);
    for (const stride of [Math.ceil(sites / 8), Math.ceil(sites / 8) + 3]) {
      const bytes = new Uint8Array(count * stride + 32);
      bytes.set(packed(rows, stride));
      const machine = rubbishMachine({ bits: bytes.length, tile: 2048, spare: 2048, planes: planes * 16, guard: 64 });
      const { kernels, at } = machine;
      machine.u8('bits').set(bytes);
      writesOnly(machine, { tile: 'all', spare: 'all', planes: 'all' }, () =>
        kernels.rowsToPlanes(at.bits, stride, count, lane, from, sites - from, at.tile, at.spare, at.planes),
      );
      const expected = planesOf(rows, lane, from, sites - from);
      sameBits(machine.u8('planes').slice(0, expected.length), expected, `stride ${stride}`);
    }
  });
}

for (const [products, order] of [
  [1, 1],
  [7, 2],
  [8, 3],
  [9, 4],
  [255, 1],
  [256, 2],
  [1003, 5],
  [4096, 2],
] as const) {
  test(`odd products among ${products} of ${order} spins are those of the twin`, () => {
    const draws = new Draws(products * 10 + order);
    const sites = 100;
    const rows = Array.from({ length: 128 }, (_, r) => draws.bits(sites, [0.5, 0, 1, 0.9][r % 4]));
    const table = Uint32Array.from({ length: products * order }, () => draws.integer(0, sites - 1));
    const machine = rubbishMachine({
      planes: 128 * 16,
      table: table.byteLength,
      counters: 2048,
      spare: 2048,
      counts: 2048,
      guard: 64,
    });
    const { kernels, at } = machine;
    machine.u8('planes').set(planesOf(rows, 0, 0, 128));
    machine.u32('table').set(table.map((site) => 16 * site));
    machine.u8('counters').fill(0);
    for (const place of [0, 3]) {
      writesOnly(machine, { counters: 'all' }, () =>
        kernels.countOddProducts(at.planes, at.table, products, order, at.counters + 512 * place),
      );
    }
    writesOnly(machine, { spare: 'all', counts: 'all' }, () => kernels.turn(at.counters, at.spare, at.counts));
    const expected = rows.flatMap((spins) => {
      const odd = oddProducts(spins, table, order);
      return [odd, 0, 0, odd];
    });
    sameBits(machine.u32('counts').slice(), Uint32Array.from(expected), 'counts');
  });
}

test.run();
