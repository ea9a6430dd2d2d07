import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import * as twin from '../reference/multispin.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/ising/multispinRows');

/** Lattices of strips: one tile of words in a row and less, several, a number that is no multiple of a byte, odd numbers of rows. */
const SHAPES: [rows: number, columns: number][] = [
  [32, 16],
  [48, 48],
  [32, 240],
  [32, 1024],
  [16, 2096],
];

/** Planes of random words, their lattices, and memory for rows of them. */
function machineOf(rows: number, columns: number, strips: boolean) {
  const packing = (strips ? twin.stripPacking : twin.replicaPacking)(rows, columns);
  const { words } = packing;
  const turning = 4096 + 16 * Math.ceil((2 * words + 64) / 16) + 2048 * Math.ceil((2 * words) / 128);
  const machine = rubbishMachine({
    planes: 32 * (packing.rows + 2) * (words + 2),
    bits: strips
      ? 16 * packing.rows * Math.max(8 * Math.ceil((16 * words) / 8), 128 * Math.ceil(words / 8)) + 64
      : 2 ** 18,
    turning: strips ? turning : 6144,
    guard: 64,
  });
  machine.u32('planes').set(new Draws(rows + columns).words(8 * (packing.rows + 2) * (words + 2)));
  twin.readPlanes(machine.u32('planes'), packing);
  return { machine, packing };
}

const packed = (spins: Uint8Array) =>
  twin.windowOf(spins, [1, spins.length], { row: 0, column: 0, rows: 1, columns: spins.length });

for (const [rows, columns] of SHAPES) {
  const { machine, packing } = machineOf(rows, columns, true);
  const { kernels, at } = machine;
  const { lattices, shape, rows: height, words } = packing;
  const stride = columns / 8;
  const parts: [from: number, count: number][] =
    height > 1
      ? [
          [0, 1],
          [1, height - 1],
        ]
      : [[0, 1]];

  test(`rows of bits of ${rows} × ${columns}, and back`, () => {
    const expected = packed(lattices[0]);
    for (const [from, count] of parts) {
      writesOnly(machine, { bits: 16 * count * stride, turning: 'all' }, () => {
        kernels.multispinRows(at.planes, height, words, from, count, at.bits, at.turning);
      });
      for (let a = 0; a < 16; a++) {
        const own = machine.u8('bits').slice(a * count * stride, (a + 1) * count * stride);
        const first = (a * height + from) * stride;
        sameBits(own, expected.slice(first, first + count * stride), `strip ${a}, rows from ${from}`);
      }
      // the same bits into planes full of others
      const before = machine.u8('planes').slice();
      for (let y = from; y < from + count; y++) {
        for (let x = 0; x < 2 * words; x++) {
          const word = 16 * twin.wordOf(y, x, height, words);
          machine.u8('planes').fill(0x5a, word, word + 16);
        }
      }
      writesOnly(machine, { planes: 'all', turning: 'all' }, () => {
        kernels.multispinFromRows(at.planes, height, words, from, count, at.bits, at.turning);
      });
      sameBits(machine.u8('planes').slice(), before, 'planes');
    }
  });

  const windows = [
    { row: 0, column: 0, rows, columns },
    { row: rows - 1, column: columns - 1, rows, columns },
    { row: 3, column: 5, rows: 7, columns: 11 },
    { row: rows - 2, column: columns - 3, rows: 3, columns: 16 },
    { row: 1, column: columns / 8 - 1, rows: 1, columns: 1 },
  ];

  test(`windows of ${rows} × ${columns}, round the edges`, () => {
    for (const window of windows) {
      const bytes = window.rows * Math.ceil(window.columns / 8);
      writesOnly(machine, { bits: bytes, turning: 'all' }, () => {
        const { row, column } = window;
        const sides = [window.rows, window.columns] as const;
        kernels.multispinWindow(at.planes, height, words, row, column, ...sides, at.bits, at.turning);
      });
      sameBits(machine.u8('bits').slice(0, bytes), twin.windowOf(lattices[0], shape, window), JSON.stringify(window));
    }
  });

  test(`sums of blocks of ${rows} × ${columns}`, () => {
    for (const b of [1, 2, 4, 8, 16, 32]) {
      if (rows % b || columns % b) continue;
      const entry = b > 8 ? 2 : 1;
      const rowOf = (view: Int8Array | Int16Array, k: number, width: number) => {
        const length = (128 / b) * Math.ceil(width / 128);
        return [...view.slice(k * length, k * length + width / b)];
      };
      const view = () => {
        const { buffer, byteOffset, length } = machine.u8('bits');
        return b > 8 ? new Int16Array(buffer, byteOffset, length >> 1) : new Int8Array(buffer, byteOffset, length);
      };
      const bytesOf = (count: number, width: number) => (count / b) * (128 / b) * Math.ceil(width / 128) * entry;
      if (height % b === 0) {
        writesOnly(machine, { bits: bytesOf(16 * height, columns), turning: 'all' }, () => {
          kernels.multispinStripSums(at.planes, height, words, 0, height, b, at.bits, at.turning);
        });
        const all = twin.blockSumsOf(lattices[0], shape, b, { row: 0, column: 0, rows, columns });
        const own = Array.from({ length: rows / b }, (_, k) => rowOf(view(), k, columns)).flat();
        assert.equal(own, all, `all, b = ${b}`);
      }
      for (const window of [
        { row: 0, column: 0, rows, columns },
        { row: rows - b, column: columns - b, rows: Math.min(rows, 2 * b), columns: Math.min(columns, 3 * b) },
        { row: rows > b ? b : 0, column: 0, rows: b, columns: b },
      ]) {
        writesOnly(machine, { bits: bytesOf(window.rows, window.columns), turning: 'all' }, () => {
          const { row, column } = window;
          const sides = [window.rows, window.columns] as const;
          kernels.multispinWindowSums(at.planes, height, words, row, column, ...sides, b, at.bits, at.turning);
        });
        const own = Array.from({ length: window.rows / b }, (_, k) => rowOf(view(), k, window.columns)).flat();
        assert.equal(own, twin.blockSumsOf(lattices[0], shape, b, window), `b = ${b}, ${JSON.stringify(window)}`);
      }
    }
  });
}

test('sums of blocks of equal spins: the greatest numbers', () => {
  const { machine, packing } = machineOf(64, 64, true);
  const { kernels, at } = machine;
  for (const [fill, sign] of [
    [0xff, 1],
    [0, -1],
  ]) {
    machine.u8('planes').fill(fill);
    for (const b of [1, 2, 4, 8, 16, 32]) {
      kernels.multispinWindowSums(at.planes, packing.rows, packing.words, 0, 0, 64, 64, b, at.bits, at.turning);
      const { buffer, byteOffset } = machine.u8('bits');
      const first = b > 8 ? new Int16Array(buffer, byteOffset, 1)[0] : new Int8Array(buffer, byteOffset, 1)[0];
      assert.is(first, sign * b * b);
    }
  }
});

for (const [rows, columns] of [
  [2, 2],
  [6, 10],
  [4, 32],
  [12, 22],
  [2, 260],
]) {
  test(`rows of bits of 128 replicas of ${rows} × ${columns}`, () => {
    const { machine, packing } = machineOf(rows, columns, false);
    const { kernels, at } = machine;
    const tiles = Math.ceil((rows * columns) / 128);
    const stride = Math.ceil((rows * columns) / 8);
    for (const [from, count] of [
      [0, tiles],
      [tiles - 1, 1],
    ]) {
      writesOnly(machine, { bits: 2048 * count, turning: 'all' }, () => {
        kernels.multispinReplicas(at.planes, packing.rows, packing.words, from, count, at.bits, at.turning);
      });
      packing.lattices.forEach((spins, r) => {
        const padded = new Uint8Array(16 * tiles);
        padded.set(packed(spins));
        assert.is(packed(spins).length, stride);
        const own = machine.u8('bits').slice(16 * r * count, 16 * (r + 1) * count);
        sameBits(own, padded.slice(16 * from, 16 * (from + count)), `replica ${r}`);
      });
    }
  });
}

test.run();
