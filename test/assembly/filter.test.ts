import { suite } from 'uvu';
import { streamKey } from '../../src/util/random.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { chanceBits, filterMeans } from '../reference/filter.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/rg/filter');

for (const [rows, sites, units, size] of [
  [1, 9, 1, 9],
  [5, 64, 16, 4],
  [3, 100, 25, 9],
  [7, 30, 11, 1],
] as const) {
  test(`${units} units of ${size} sites in ${rows} rows of ${sites} have the twin's probabilities and bits`, () => {
    const draws = new Draws(units * size);
    const [stride, outStride] = [Math.ceil(sites / 8), Math.ceil(units / 8)];
    const configurations = Array.from({ length: rows }, () => draws.bits(sites, 0.5));
    const lists = Array.from({ length: units }, () => Array.from({ length: size }, () => draws.integer(0, sites - 1)));
    const weights = Float64Array.from({ length: size }, () => draws.uniform(-2, 2));
    const base = draws.uniform(-1, 1);
    const machine = rubbishMachine({
      bits: rows * stride,
      sites: units * size * 4,
      weights: size * 8,
      table: 2 ** 9 * 8,
      p: rows * units * 8,
      out: rows * outStride,
      guard: 64,
    });
    const { kernels, at } = machine;
    configurations.forEach((row, r) => {
      const bytes = machine
        .u8('bits')
        .subarray(r * stride, (r + 1) * stride)
        .fill(0);
      for (let i = 0; i < sites; i++) bytes[i >> 3] |= row[i] << (i & 7);
    });
    machine.u32('sites').set(lists.flat());
    machine.f64('weights').set(weights);
    const key = streamKey('bits', 'twin');
    // numbers past 2^32
    const first = 2n ** 40n + 3n;
    const means = Float64Array.from(configurations.flatMap((row) => filterMeans(row, lists, weights, base)));
    const drawnBy = (p: Float64Array) => {
      const bytes = new Uint8Array(rows * outStride);
      for (let r = 0; r < rows; r++) {
        const own = p.subarray(r * units, (r + 1) * units);
        chanceBits(own, key, first + BigInt(r * units)).forEach((bit, k) => {
          bytes[r * outStride + (k >> 3)] |= bit << (k & 7);
        });
      }
      return bytes;
    };
    const patterns = Array.from({ length: 2 ** size }, (_, pattern) =>
      Array.from({ length: size }, (_, i) => (pattern >> i) & 1),
    );
    const all = Array.from({ length: size }, (_, i) => i);
    machine.f64('table').set(patterns.map((bits) => filterMeans(bits, [all], weights, base)[0]));
    for (const table of [0, at.table]) {
      machine.u8('out').fill(0xa5);
      writesOnly(machine, { out: 'all' }, () =>
        // biome-ignore format: one call
        kernels.filterSpins(at.bits, stride, rows, units, size, at.sites, at.weights, base, table, key, first, at.out, outStride),
      );
      sameBits(machine.u8('out').slice(), drawnBy(means), table ? 'by a table' : 'by a sum');
    }

    // 0 and 1 are certain
    const p = means.map((value, k) => (k % 5 === 0 ? 0 : k % 5 === 1 ? 1 : value));
    machine.f64('p').set(p);
    writesOnly(machine, { out: 'all' }, () => kernels.chanceBits(at.p, rows, units, key, first, at.out, outStride));
    sameBits(machine.u8('out').slice(), drawnBy(p), 'bits of given probabilities');
  });
}

test.run();
