import { suite } from 'uvu';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { packed } from '../reference/planes.js';
import { refineSpins } from '../reference/refine.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/rg/refine');

for (const [rows, columns] of [
  [1, 1],
  [3, 5],
  [8, 8],
  [9, 13],
  [5, 64],
  [4, 130],
  [64, 3],
]) {
  test(`${rows} × ${columns} spins become blocks, and what lies behind them is forgotten`, () => {
    for (const b of [2, 3, 4, 7, 8, 57, 61, 120]) {
      const draws = new Draws(b);
      const width = columns * b;
      const fine = Math.ceil((rows * b * width) / 8);
      const machine = rubbishMachine({
        bits: Math.ceil((rows * columns) / 8) + 32,
        row: Math.ceil(width / 8) + 32,
        fine: fine + 32,
        guard: 64,
      });
      const spins = draws.words(rows * columns).map((word) => word >>> 31);
      machine.u8('bits').set(draws.words(machine.u8('bits').length).map((word) => word & 0xff));
      const own = packed([spins], Math.ceil(spins.length / 8));
      machine.u8('bits').set(own);
      // the spins of another row in the same byte
      if (spins.length % 8) machine.u8('bits')[own.length - 1] |= 0xff << (spins.length % 8);
      const { kernels, at } = machine;
      writesOnly(machine, { row: 'all', fine: 'all' }, () => {
        kernels.refineSpins(at.bits, rows, columns, b, at.row, at.fine);
      });
      sameBits(machine.u8('fine').slice(0, fine), packed([refineSpins(spins, rows, columns, b)], fine), `b = ${b}`);
    }
  });
}

test.run();
