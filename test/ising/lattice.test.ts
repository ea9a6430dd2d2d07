import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  blocks,
  chain,
  checkLattice,
  cubic,
  graph,
  neighbours,
  square,
  triangular,
} from '../../src/ising/models/lattice.js';
import { refuses } from '../assert.js';
import { torusBonds } from '../physics/enumeration.js';

const test = suite('ising/lattice');

test('square says what it is', () => {
  assert.equal(square(3, 5), { kind: 'square', boundary: 'periodic', shape: [3, 5], sites: 15 });
  assert.equal(square(4), square(4, 4));
});

test('square refuses sides that are none', () => {
  for (const side of [0, 1, -4, 3.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    refuses(() => square(side), RangeError, /^"rows" expected integer >= 2, got /);
    refuses(() => square(4, side), RangeError, /^"columns" expected integer >= 2, got /);
  }
  for (const side of ['4', null, undefined, [4], 4n]) {
    refuses(() => square(side as never), TypeError, /^"rows" expected integer >= 2, got /);
  }
  for (const side of ['4', null, [4]]) refuses(() => square(4, side as never), TypeError, /^"columns" expected/);
  refuses(() => square(2 ** 15), RangeError, /at most 2\^28 sites, got 32768 × 32768/);
  refuses(() => square(2 ** 52), RangeError, /at most 2\^28 sites/);
  assert.is(square(2 ** 14).sites, 2 ** 28);
});

test('a lattice that square did not make is refused, its equal is taken', () => {
  for (const lattice of [
    undefined,
    null,
    40,
    'square',
    {},
    { kind: 'cubic', shape: [4, 4] },
    { kind: 'square', shape: 4 },
  ]) {
    refuses(() => checkLattice(lattice), TypeError, /^"lattice" expected a lattice such as square\(40\), got /);
  }
  refuses(() => checkLattice({ kind: 'square', shape: [4, 0] }), RangeError, /"columns"/);
  refuses(() => checkLattice({ kind: 'square', shape: [Number.NaN, 4] }), RangeError, /"rows"/);
  assert.equal(checkLattice({ kind: 'square', shape: [4, 6], sites: 1 }), square(4, 6));
});

test('a site is its neighbours’ neighbour, in the opposite direction', () => {
  for (const [rows, columns] of [
    [2, 2],
    [2, 5],
    [3, 3],
    [5, 2],
    [7, 4],
  ]) {
    const table = neighbours(square(rows, columns));
    assert.is(table.length, rows * columns * 4);
    for (let site = 0; site < rows * columns; site++) {
      for (let direction = 0; direction < 4; direction++) {
        const other = table[4 * site + direction];
        assert.is(table[4 * other + ((direction + 2) % 4)], site, `${rows} × ${columns}, site ${site}, ${direction}`);
      }
    }
  }
});

test('right, down, left, up of a corner and of the middle', () => {
  const table = neighbours(square(3, 4));
  assert.equal([...table.subarray(0, 4)], [1, 4, 3, 8]);
  assert.equal([...table.subarray(4 * 6, 4 * 7)], [7, 10, 5, 2]);
  assert.equal([...table.subarray(4 * 11, 4 * 12)], [8, 3, 10, 7]);
});

test('right and down of all sites are all bonds, once each', () => {
  const name = (a: number, b: number) => `${Math.min(a, b)}-${Math.max(a, b)}`;
  for (const [rows, columns] of [
    [2, 2],
    [2, 5],
    [3, 3],
    [7, 4],
  ]) {
    const table = neighbours(square(rows, columns));
    const bonds: string[] = [];
    for (let site = 0; site < rows * columns; site++) {
      bonds.push(name(site, table[4 * site]), name(site, table[4 * site + 1]));
    }
    assert.equal(
      bonds.sort(),
      torusBonds(rows, columns)
        .map(([a, b]) => name(a, b))
        .sort(),
    );
    const double = (rows === 2 ? columns : 0) + (columns === 2 ? rows : 0);
    assert.is(new Set(bonds).size, 2 * rows * columns - double, 'a side of 2 has double bonds, others have none');
  }
});

test('blocks are in the order of their corners, and so are their sites', () => {
  assert.equal(blocks(chain(6, { boundary: 'open' }), 3), [
    [0, 1, 2],
    [3, 4, 5],
  ]);
  assert.equal(blocks(square(4, 6), 2), [
    [0, 1, 6, 7],
    [2, 3, 8, 9],
    [4, 5, 10, 11],
    [12, 13, 18, 19],
    [14, 15, 20, 21],
    [16, 17, 22, 23],
  ]);
  assert.equal(blocks(triangular(2, 4), 2), blocks(square(2, 4), 2));
  // [layers, rows, columns] = [2, 4, 2]
  assert.equal(blocks(cubic(2, 4, 2), 2), [
    [0, 1, 2, 3, 8, 9, 10, 11],
    [4, 5, 6, 7, 12, 13, 14, 15],
  ]);
  assert.equal(
    blocks(square(3), 1),
    Array.from({ length: 9 }, (_, site) => [site]),
  );
});

test('blocks that do not divide the lattice are refused', () => {
  refuses(() => blocks(square(4, 6), 4), RangeError, /^"lattice.shape\[1\]" expected a multiple of 4, got 6$/);
  refuses(() => blocks(cubic(4, 4, 6), 4), RangeError, /^"lattice.shape\[2\]" expected a multiple of 4, got 6$/);
  refuses(() => blocks(square(4), 0), RangeError, /^"b" expected positive integer, got 0$/);
  refuses(() => blocks(square(4), '2' as never), TypeError, /^"b" expected positive integer/);
  refuses(() => blocks(graph(4, [[0, 1]]) as never, 2), RangeError, /^"lattice" expected a lattice with sides/);
  refuses(() => blocks(4 as never, 2), TypeError, /^"lattice" expected a lattice such as/);
});

test.run();
