import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SpinData } from '../../src/ising/data/spinData.js';
import { chain, cubic, graph, type Lattice, square, triangular } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { latticeOf, OperatorBasis, operatorBasis, productsOn } from '../../src/rg/operators/basis.js';
import {
  imagesOf,
  latticeOperator,
  latticeOperators,
  type OperatorLattice,
  standardOperators,
} from '../../src/rg/operators/latticeOperator.js';
import { graphOperators, neighbourGraph } from '../../src/rg/operators/neighbourGraph.js';
import { near, refuses } from '../assert.js';
import { Draws } from '../reference/draws.js';
import { packed } from '../reference/planes.js';

const test = suite('rg/operators');

/** Random configurations of some sites. */
function rowsOf(sites: number, count: number): { data: SpinData; spins: number[][] } {
  const draws = new Draws(sites);
  const bits = Array.from({ length: count }, () => [...draws.bits(sites, 0.6)]);
  const data = new SpinData(count, [1, sites], packed(bits, Math.ceil(sites / 8)), { source: 'test' });
  return { data, spins: bits.map((row) => row.map((bit) => 2 * bit - 1)) };
}

const names = (kind: OperatorLattice, range: number, order: number, parity: 'even' | 'odd') =>
  latticeOperators(kind, { range, order, parity }).map(({ name }) => name);

test('generated operators: each orbit once, by diameter and order, with their names', () => {
  assert.equal(names('square', 1.5, 4, 'even'), ['nn', 'nnn', 'plaquette']);
  assert.equal(names('square', 2, 3, 'odd'), ['field', 'corner', 'row', 'wedge']);
  assert.equal(names('square', 2.9, 2, 'even'), ['nn', 'nnn', 'third', 'knight', 'fifth']);
  assert.equal(names('triangular', 2, 2, 'even'), ['nn', 'nnn', 'third']);
  assert.equal(names('triangular', 1, 3, 'odd'), ['field', 'triangle']);
  assert.equal(names('cubic', 1.8, 2, 'even'), ['nn', 'nnn', 'third']);
  assert.equal(names('chain', 3, 4, 'even'), ['nn', 'nnn', 'third', 'four']);
  // all subsets of a 2 × 2 square up to symmetry: field, corner
  assert.equal(names('square', Math.SQRT2, 4, 'odd'), ['field', 'corner']);
});

test('images: 2 nn, 2 nnn, 1 plaquette, 2 third, 4 knight per site of the square lattice; 3 and 6 on the others', () => {
  const images = (kind: OperatorLattice, name: string) => imagesOf(latticeOperator(kind, name)).length;
  assert.equal(
    ['nn', 'nnn', 'plaquette', 'third', 'knight', 'diamond', 'corner', 'star'].map((name) => images('square', name)),
    [2, 2, 1, 2, 4, 1, 4, 1],
  );
  assert.equal(
    ['nn', 'nnn', 'triangle', 'rhombus'].map((name) => images('triangular', name)),
    [3, 3, 2, 3],
  );
  assert.equal(
    ['nn', 'nnn', 'third', 'plaquette', 'tetrahedron'].map((name) => images('cubic', name)),
    [3, 6, 4, 3, 2],
  );
});

test('an operator by its sites is that of any image, and keeps the name', () => {
  assert.is(
    latticeOperator('square', [
      [5, 5],
      [4, 5],
      [5, 6],
    ]).name,
    'corner',
  );
  assert.is(
    latticeOperator('square', [
      [0, 0],
      [-2, 1],
    ]).name,
    'knight',
  );
  assert.is(
    latticeOperator('square', [
      [0, 0],
      [0, 3],
    ]).name,
    '(0,0) (0,3)',
  );
  assert.equal(
    latticeOperator('square', [
      [0, 0],
      [3, 0],
    ]),
    latticeOperator('square', [
      [0, 3],
      [0, 0],
    ]),
  );
});

/** Σ Π s over all sites and images, by coordinates. */
function summed(lattice: Lattice, spins: number[], images: readonly (readonly (readonly number[])[])[]): number {
  const shape: readonly number[] = lattice.shape;
  const periodic = 'boundary' in lattice && lattice.boundary === 'periodic';
  let sum = 0;
  for (let site = 0; site < lattice.sites; site++) {
    const x = shape.map((side, i) => Math.floor(site / shape.slice(i + 1).reduce((p, s) => p * s, 1)) % side);
    for (const image of images) {
      let product = 1;
      for (const d of image) {
        const at = x.map((c, i) => c + d[i]);
        if (!periodic && at.some((c, i) => c < 0 || c >= shape[i])) product = 0;
        else product *= spins[at.reduce((n, c, i) => n * shape[i] + (((c % shape[i]) + shape[i]) % shape[i]), 0)];
      }
      sum += product;
    }
  }
  return sum;
}

for (const [name, lattice, kind] of [
  ['ring', chain(11), 'chain'],
  ['open chain', chain(9, { boundary: 'open' }), 'chain'],
  ['torus', square(6, 7), 'square'],
  ['open square', square(5, 6, { boundary: 'open' }), 'square'],
  ['triangular', triangular(6), 'triangular'],
  ['cubic', cubic(4, 5, 6), 'cubic'],
] as const) {
  test(`${name}: sums of 130 rows are those of a loop over sites`, () => {
    const { data, spins } = rowsOf(lattice.sites, 130);
    const operators = [...standardOperators(kind, 'even'), ...standardOperators(kind, 'odd')];
    const basis = operatorBasis(lattice, operators);
    const sums = basis.measure(data);
    operators.forEach((operator, k) => {
      const images = imagesOf(operator);
      for (const row of [0, 1, 77, 128, 129]) {
        assert.is(
          sums[row * operators.length + k],
          summed(lattice, spins[row], images),
          `${operator.name}, row ${row}`,
        );
      }
    });
  });
}

test('nn of a sample is minus its energy', () => {
  const sampler = new Ising({ lattice: square(12), coupling: 0.4, seed: 2 });
  const data = sampler.sample(300);
  const [nn] = [operatorBasis(square(12), [latticeOperator('square', 'nn')]).measure(data)];
  const mean = nn.reduce((sum, x) => sum + x, 0) / 300 / 144;
  near(-mean, data.provenance.sampling?.energy?.mean as number, 1e-12, 'energy');
});

test('a twisted torus: going round the rows moves along the columns', () => {
  const twisted = { ...triangular(2, 6), twist: 2 } as Lattice;
  const { sites } = productsOn(twisted, latticeOperator('triangular', 'nn'));
  // site (1, 0) has below it (2, 0) = (0, 2), and at (1, 1) from it (0, 3)
  const pairs = Array.from({ length: sites.length / 2 }, (_, k) => [...sites.subarray(2 * k, 2 * k + 2)].join());
  assert.equal(pairs.filter((pair) => pair.startsWith('6,')).sort(), ['6,2', '6,3', '6,7']);
});

test('refused by name: what does not fit, is dependent, or belongs elsewhere', () => {
  const nn = latticeOperator('square', 'nn');
  refuses(() => latticeOperator('square', 'nnnn'), RangeError, /sites/);
  refuses(() => latticeOperator('cube' as never, 'nn'), RangeError, /kind/);
  refuses(
    () =>
      latticeOperator('square', [
        [0, 0],
        [0, 0],
      ]),
    RangeError,
    /different sites/,
  );
  refuses(() => latticeOperator('square', [[0], [1]]), RangeError, /2 coordinates/);
  refuses(() => latticeOperators('square', { range: 6, order: 8, parity: 'even' }), RangeError, /smaller range/);
  refuses(() => operatorBasis(square(2), [latticeOperator('square', 'third')]), RangeError, /third, with a site twice/);
  refuses(() => operatorBasis(square(8), [nn, nn]), RangeError, /different names/);
  refuses(() => operatorBasis(square(8), [nn, { ...nn, name: 'again' }]), RangeError, /again, a combination/);
  // (0, 2) and (2, 0) are nn of a 3 × 3 torus
  refuses(() => operatorBasis(square(3), [nn, latticeOperator('square', 'third')]), RangeError, /third, a combination/);
  refuses(() => operatorBasis(square(8), [latticeOperator('cubic', 'nn')]), RangeError, /square lattice/);
  refuses(
    () => operatorBasis(square(1, 8, { boundary: 'open' }), [latticeOperator('square', 'nnn')]),
    RangeError,
    /fit/,
  );
  refuses(() => operatorBasis(graph(2, [[0, 1]]), [nn]), RangeError, /graph/);
  refuses(() => new OperatorBasis(4, [{ name: 'a', order: 2, sites: Uint32Array.of(0, 4) }]), RangeError, /below 4/);
  refuses(() => new OperatorBasis(4, [{ name: 'a', order: 2, sites: Uint32Array.of(0, 1, 2) }]), RangeError, /2 sites/);
  refuses(() => operatorBasis(square(8), [nn]).measure(rowsOf(63, 1).data), RangeError, /64 spins/);
});

test('dependence is found beyond the products of site 0', () => {
  const pairs = (...sites: number[]) => Uint32Array.from(sites);
  const a = { name: 'a', order: 2, sites: pairs(1, 2, 2, 3) };
  const b = { name: 'b', order: 2, sites: pairs(1, 2) };
  const c = { name: 'c', order: 2, sites: pairs(3, 2) };
  assert.is(new OperatorBasis(4, [a, b]).sites, 4);
  refuses(() => new OperatorBasis(4, [a, b, c]), RangeError, /c, a combination/);
});

test('neighbours by places: 4 on the square lattice, 6 on the triangular one, also where places are moved a little', () => {
  const draws = new Draws(5);
  for (const noise of [0, 0.15]) {
    const moved = () => noise * (2 * draws.uniform() - 1);
    const squares = Float64Array.from({ length: 2 * 64 }, (_, k) => 2 * (k % 2 ? (k >> 1) % 8 : k >> 4) + 2 * moved());
    const edges = neighbourGraph(squares, [16, 16]);
    const key = ([a, b]: readonly [number, number]) => `${Math.min(a, b)},${Math.max(a, b)}`;
    const own = operatorBasis(square(8), [latticeOperator('square', 'nn')]).operators[0].sites;
    const expected = Array.from({ length: 128 }, (_, k) => key([own[2 * k], own[2 * k + 1]]));
    assert.equal(edges.map(key).sort(), expected.sort(), `square, noise ${noise}`);
    // rows √3/2 apart, every other one moved by half a spacing
    const triangles = Float64Array.from({ length: 2 * 48 }, (_, k) => {
      const row = Math.floor((k >> 1) / 8);
      return (k % 2 ? ((k >> 1) % 8) + (row % 2) / 2 : (row * Math.sqrt(3)) / 2) + moved() / 5;
    });
    const six = neighbourGraph(triangles, [3 * Math.sqrt(3), 8]);
    assert.is(six.length, 3 * 48, `triangular, noise ${noise}`);
  }
  refuses(() => neighbourGraph(Float64Array.of(1, Number.NaN), [4, 4]), RangeError, /finite/);
  refuses(() => neighbourGraph(Float64Array.of(1, 2, 3), [4, 4]), RangeError, /two numbers/);
  refuses(() => neighbourGraph(Float64Array.of(1, 2), [4, 0]), RangeError, /period/);
});

test('operators of a graph are those of the square lattice: second is nnn and third, square the plaquette', () => {
  const { data } = rowsOf(36, 40);
  const { sites } = operatorBasis(square(6), [latticeOperator('square', 'nn')]).operators[0];
  const edges = Array.from({ length: sites.length / 2 }, (_, k): [number, number] => [sites[2 * k], sites[2 * k + 1]]);
  const graph = new OperatorBasis(36, graphOperators(36, edges));
  const own = graph.measure(data);
  const names = ['nn', 'nnn', 'third', 'plaquette', 'field', 'row', 'corner'];
  const lattice = operatorBasis(
    square(6),
    names.map((name) => latticeOperator('square', name)),
  ).measure(data);
  for (let row = 0; row < 40; row++) {
    const of = (name: string) => own[row * graph.names.length + graph.names.indexOf(name)];
    const [nn, nnn, third, plaquette, field, line, corner] = lattice.subarray(row * 7, row * 7 + 7);
    assert.equal(
      [of('nn'), of('second'), of('square'), of('field'), of('path')],
      [nn, nnn + third, plaquette, field, line + corner],
    );
  }
  refuses(() => graphOperators(3, [[0, 3]]), RangeError, /edges/);
  refuses(() => graphOperators(3, [[1, 1]]), RangeError, /different/);
});

test('the lattice of data: provenance, or a torus of their shape', () => {
  const data = new Ising({ lattice: square(4), coupling: 0.4 }).sample(2);
  assert.equal(latticeOf(data), square(4));
  const bare = (rows: number, columns: number) =>
    latticeOf(new SpinData(0, [rows, columns], new Uint8Array(0), { source: 'test' }));
  assert.equal(bare(3, 5), square(3, 5));
  assert.equal(bare(1, 6), chain(6));
  assert.equal(bare(6, 1), chain(6));
  const foreign = new SpinData(0, [1, 4], new Uint8Array(0), {
    source: 'test',
    parameters: { lattice: { kind: 'graph' }, shape: [4], edges: [[0, 1]] },
  });
  refuses(() => latticeOf(foreign), RangeError, /graph/);
});

test.run();
