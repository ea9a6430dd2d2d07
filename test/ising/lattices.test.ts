/** Lattices other than the periodic square one, and the bonds of all. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bonds, diagonals, plaquettes } from '../../src/ising/models/bonds.js';
import {
  chain,
  checkAnyLattice,
  checkLattice,
  cubic,
  graph,
  type Lattice,
  square,
  triangular,
} from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { IsingReplicas } from '../../src/ising/samplers/replicas.js';
import { refuses } from '../assert.js';
import { torusBonds } from '../physics/enumeration.js';

const test = suite('ising/lattices');

const rowsOf = (groups: Uint32Array, size: number) =>
  Array.from({ length: groups.length / size }, (_, k) => [...groups.subarray(k * size, (k + 1) * size)]);

const named = (pairs: number[][]) => pairs.map((group) => [...group].sort((a, b) => a - b).join('-')).sort();

/** Positions of all sites of a box, in their order. */
function positions(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, side) => all.flatMap((p) => Array.from({ length: side }, (_, x) => [...p, x])),
    [[]],
  );
}

/** Bonds from the definition: for every two sites, how many of the steps ± lead from one to the other. */
function bondsByDistance(shape: readonly number[], steps: number[][], periodic: boolean): number[][] {
  const all = positions(shape);
  const found: number[][] = [];
  all.forEach((p, a) => {
    for (const step of steps) {
      const q = p.map((x, k) => x + step[k]);
      const target = periodic ? q.map((x, k) => ((x % shape[k]) + shape[k]) % shape[k]) : q;
      const b = all.findIndex((r) => r.every((x, k) => x === target[k]));
      if (b >= 0) found.push([a, b]);
    }
  });
  return found;
}

test('each lattice says what it is', () => {
  assert.equal(chain(5), { kind: 'chain', boundary: 'periodic', shape: [5], sites: 5 });
  assert.equal(square(3, 5, { boundary: 'open' }), { kind: 'square', boundary: 'open', shape: [3, 5], sites: 15 });
  assert.equal(square(3, 5, { boundary: 'periodic' }), square(3, 5));
  assert.equal(triangular(4), { kind: 'triangular', boundary: 'periodic', shape: [4, 4], sites: 16 });
  assert.equal(cubic(2, 3, 4, { boundary: 'open' }), {
    kind: 'cubic',
    boundary: 'open',
    shape: [2, 3, 4],
    sites: 24,
  });
  assert.equal(cubic(3).shape, [3, 3, 3]);
  assert.equal(graph(3, [[2, 0]]), { kind: 'graph', shape: [3], sites: 3, edges: [[2, 0]] });
});

test('a graph keeps a copy of its edges', () => {
  const edges: [number, number][] = [[0, 1]];
  const made = graph(2, edges);
  edges[0][1] = 7;
  assert.equal(rowsOf(bonds(made), 2), [[0, 1]]);
});

test('bonds of the torus are those of the square lattice’s neighbour table', () => {
  for (const [rows, columns] of [
    [2, 2],
    [2, 5],
    [3, 3],
    [7, 4],
  ]) {
    assert.equal(rowsOf(bonds(square(rows, columns)), 2), torusBonds(rows, columns));
  }
});

test('bonds of every lattice, periodic and open, sides of 1 and 2 too', () => {
  const cases: [make: (boundary: 'periodic' | 'open') => Lattice, steps: number[][], smallest: number][] = [];
  for (const n of [1, 2, 3, 6]) cases.push([(boundary) => chain(n, { boundary }), [[1]], n]);
  for (const [rows, columns] of [
    [1, 4],
    [2, 2],
    [2, 3],
    [4, 3],
  ]) {
    const smallest = Math.min(rows, columns);
    // biome-ignore format: one case a line
    cases.push([(boundary) => square(rows, columns, { boundary } as { boundary: 'open' }), [[0, 1], [1, 0]], smallest]);
    // biome-ignore format: one case a line
    cases.push([(boundary) => triangular(rows, columns, { boundary }), [[0, 1], [1, 0], [1, 1]], smallest]);
  }
  for (const [layers, rows, columns] of [
    [1, 1, 3],
    [2, 2, 2],
    [2, 3, 4],
    [3, 3, 3],
  ]) {
    const smallest = Math.min(layers, rows, columns);
    // biome-ignore format: one case a line
    cases.push([(boundary) => cubic(layers, rows, columns, { boundary }), [[1, 0, 0], [0, 1, 0], [0, 0, 1]], smallest]);
  }
  for (const [make, steps, smallest] of cases) {
    for (const boundary of ['periodic', 'open'] as const) {
      if (boundary === 'periodic' && smallest < 2) continue;
      const lattice = make(boundary);
      const what = `${lattice.kind} ${lattice.shape} ${boundary}`;
      const found = rowsOf(bonds(lattice), 2);
      assert.equal(named(found), named(bondsByDistance(lattice.shape, steps, boundary === 'periodic')), what);
      if (boundary === 'periodic') assert.is(found.length, steps.length * lattice.sites, what);
      if (smallest > 2 || boundary === 'open') assert.is(new Set(named(found)).size, found.length, what);
    }
  }
  assert.equal(rowsOf(bonds(chain(2)), 2), [
    [0, 1],
    [1, 0],
  ]);
});

test('diagonals and plaquettes of the square lattice', () => {
  // biome-ignore format: pairs
  const cross = [[1, 1], [1, -1]];
  for (const boundary of ['periodic', 'open'] as const) {
    for (const [rows, columns] of [
      [2, 2],
      [3, 4],
    ]) {
      const lattice = square(rows, columns, { boundary } as { boundary: 'open' });
      const periodic = boundary === 'periodic';
      assert.equal(named(rowsOf(diagonals(lattice), 2)), named(bondsByDistance([rows, columns], cross, periodic)));
      const expected = positions([rows, columns])
        .filter(([y, x]) => periodic || (y + 1 < rows && x + 1 < columns))
        .map(([y, x]) => {
          const [below, right] = [(y + 1) % rows, (x + 1) % columns];
          return [y * columns + x, y * columns + right, below * columns + x, below * columns + right];
        });
      assert.equal(rowsOf(plaquettes(lattice), 4), expected);
    }
  }
  refuses(
    () => diagonals(triangular(3)),
    RangeError,
    /^"lattice" expected a square lattice for "nextNearest", got "triangular, periodic"$/,
  );
  refuses(
    () => plaquettes(chain(3)),
    RangeError,
    /^"lattice" expected a square lattice for "plaquette", got "chain, periodic"$/,
  );
});

test('refuses sides, boundaries and edges that are none', () => {
  for (const side of [0, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    refuses(() => chain(side), RangeError, /^"sites" expected integer >= 2, got /);
    refuses(() => chain(side, { boundary: 'open' }), RangeError, /^"sites" expected positive integer, got /);
    refuses(() => triangular(3, side), RangeError, /^"columns" expected integer >= 2/);
    refuses(() => cubic(3, side), RangeError, /^"rows" expected integer >= 2/);
    refuses(() => cubic(side), RangeError, /^"layers" expected integer >= 2/);
    refuses(() => square(3, side, { boundary: 'open' }), RangeError, /^"columns" expected positive integer/);
    refuses(() => graph(side, []), RangeError, /^"sites" expected integer in \[1, /);
  }
  refuses(() => chain(1), RangeError, /^"sites" expected integer >= 2, got 1$/);
  refuses(() => chain('3' as never), TypeError, /^"sites"/);
  refuses(() => chain(3, { boundary: 'twisted' as never }), RangeError, /^"boundary" expected one of periodic, open/);
  refuses(() => square(3, 3, 'open' as never), TypeError, /^"options" expected \{ boundary \}/);
  refuses(() => square(3, 3, null as never), TypeError, /^"options"/);
  refuses(() => cubic(2 ** 10), RangeError, /at most 2\^28 sites, got 1024 × 1024 × 1024/);
  refuses(() => graph(3, {} as never), TypeError, /^"edges" expected array of \[site, site\]/);
  refuses(() => graph(3, [[0, 1], [0] as never]), TypeError, /^"edges\[1\]" expected \[site, site\]/);
  refuses(() => graph(3, [[0, 3]]), RangeError, /^"edges\[0\]\[1\]" expected integer in \[0, 2\], got 3$/);
  refuses(() => graph(3, [[-1, 0]]), RangeError, /^"edges\[0\]\[0\]"/);
  refuses(() => graph(3, [[0.5, 0]]), RangeError, /^"edges\[0\]\[0\]"/);
  refuses(() => graph(3, [[0, Number.NaN]]), RangeError, /^"edges\[0\]\[1\]"/);
  refuses(() => graph(3, [['0' as never, 1]]), TypeError, /^"edges\[0\]\[0\]"/);
  refuses(() => graph(3, [[1, 1]]), RangeError, /^"edges\[0\]" expected two different sites, got 1 twice$/);
});

test('the fast kernels refuse other lattices by their name', () => {
  for (const lattice of [
    chain(8),
    triangular(4),
    cubic(4),
    graph(2, [[0, 1]]),
    square(4, 4, { boundary: 'open' }),
  ] as Lattice[]) {
    const name = lattice.kind === 'graph' ? 'graph' : `${lattice.kind}, ${lattice.boundary}`;
    const pattern = new RegExp(
      `^"lattice" expected a lattice such as square\\(40\\), got .*kind ${name}: .*SingleSpin`,
    );
    refuses(() => checkLattice(lattice), TypeError, pattern);
    refuses(() => new Ising({ lattice: lattice as never, coupling: 0.4 }), TypeError, pattern);
    refuses(() => new IsingReplicas({ lattice: lattice as never, coupling: 0.4 }), TypeError, pattern);
  }
});

test('checkAnyLattice takes each kind and its equals, and refuses what is none', () => {
  for (const lattice of [
    chain(4),
    square(2, 3),
    square(1, 3, { boundary: 'open' }),
    triangular(3),
    cubic(2, 3),
    graph(2, [[1, 0]]),
  ]) {
    assert.equal(checkAnyLattice({ ...lattice }), lattice);
  }
  for (const lattice of [
    undefined,
    null,
    3,
    'square',
    {},
    { kind: 'hexagonal', shape: [3] },
    { kind: 'cubic', shape: [3, 3] },
  ]) {
    refuses(() => checkAnyLattice(lattice), TypeError, /^"lattice" expected a lattice such as square\(40\), chain, /);
  }
  refuses(() => checkAnyLattice({ kind: 'cubic', shape: [3, 3, 0] }), RangeError, /^"columns"/);
  refuses(() => checkAnyLattice({ kind: 'graph', shape: [3], edges: [[0, 3]] }), RangeError, /^"edges\[0\]/);
});

test.run();
