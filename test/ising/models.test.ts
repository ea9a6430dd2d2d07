import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bonds } from '../../src/ising/models/bonds.js';
import { chain, cubic, graph, square, triangular } from '../../src/ising/models/lattice.js';
import {
  type EdwardsAndersonOptions,
  edwardsAnderson,
  type IsingModelOptions,
  isingHamiltonian,
} from '../../src/ising/models/models.js';
import { streamKey } from '../../src/util/random.js';
import { refuses } from '../assert.js';
import { bondSum, torusBonds } from '../physics/enumeration.js';
import { chiSquareTail, normalTail } from '../physics/statistics.js';
import { Draws } from '../reference/draws.js';
import { kolmogorovSmirnov, normalDistribution } from '../reference/statistics.js';
import { normal, Stream } from '../reference/streams.js';

const test = suite('ising/models');

const randomSpins = (sites: number, seed: number) => Array.from(new Draws(seed).bits(sites), (bit) => 2 * bit - 1);

const close = (a: number, b: number, what: string) =>
  assert.ok(Math.abs(a - b) < 1e-12, `${what}: ${a}, expected ${b}`);

test("ising on the torus is -K Σ s s' - B Σ s, double bonds added", () => {
  for (const [rows, columns] of [
    [2, 2],
    [2, 3],
    [4, 5],
  ]) {
    const h = isingHamiltonian({ lattice: square(rows, columns), coupling: 0.4, field: -0.1 });
    assert.equal(h.shape, [rows, columns]);
    for (let seed = 0; seed < 10; seed++) {
      const spins = randomSpins(h.sites, seed);
      const m = spins.reduce((sum, s) => sum + s, 0);
      close(h.energy(spins), -0.4 * bondSum(spins, torusBonds(rows, columns)) + 0.1 * m, `${rows} × ${columns}`);
    }
  }
  assert.equal(isingHamiltonian({ lattice: chain(2), coupling: 0.25 }).terms, [{ sites: [0, 1], coupling: 0.5 }]);
});

test('one coupling per bond and one field per site, in their order', () => {
  for (const lattice of [
    triangular(3),
    cubic(2, 3, 2, { boundary: 'open' }),
    graph(4, [
      [3, 0],
      [1, 2],
    ]),
  ]) {
    const list = bonds(lattice);
    const coupling = Float64Array.from({ length: list.length / 2 }, (_, k) => Math.sin(k + 1));
    const field = Array.from({ length: lattice.sites }, (_, i) => Math.cos(i));
    const h = isingHamiltonian({ lattice, coupling, field });
    const spins = randomSpins(lattice.sites, 3);
    let expected = 0;
    coupling.forEach((k, b) => {
      expected -= k * spins[list[2 * b]] * spins[list[2 * b + 1]];
    });
    field.forEach((b, i) => {
      expected -= b * spins[i];
    });
    close(h.energy(spins), expected, lattice.kind);
  }
});

test('next-nearest neighbours and plaquettes of the square lattice', () => {
  const [rows, columns] = [3, 4];
  const at = (y: number, x: number) => ((y + rows) % rows) * columns + ((x + columns) % columns);
  const h = isingHamiltonian({ lattice: square(rows, columns), coupling: 0, nextNearest: 0.3, plaquette: -0.7 });
  assert.is(h.terms.length, 3 * 12);
  const spins = randomSpins(12, 8);
  let expected = 0;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const s = (dy: number, dx: number) => spins[at(y + dy, x + dx)];
      expected -= 0.3 * (s(0, 0) * s(1, 1) + s(0, 0) * s(1, -1)) - 0.7 * s(0, 0) * s(0, 1) * s(1, 0) * s(1, 1);
    }
  }
  close(h.energy(spins), expected, 'energy');
  const open = isingHamiltonian({
    lattice: square(2, 2, { boundary: 'open' }),
    coupling: 1,
    nextNearest: 2,
    plaquette: 3,
  });
  assert.is(open.energy([1, 1, 1, 1]), -4 - 4 - 3);
});

test('provenance is what the builder was told', () => {
  assert.equal(isingHamiltonian({ lattice: square(2, 3), coupling: 0.4, field: 0.1, plaquette: 2 }).parameters, {
    lattice: { kind: 'square', boundary: 'periodic' },
    shape: [2, 3],
    coupling: 0.4,
    field: 0.1,
    plaquette: 2,
  });
  assert.equal(isingHamiltonian({ lattice: graph(2, [[0, 1]]), coupling: Float32Array.of(0.5) }).parameters, {
    lattice: { kind: 'graph' },
    shape: [2],
    edges: [[0, 1]],
    coupling: [0.5],
  });
  assert.equal(edwardsAnderson({ lattice: chain(3), distribution: 'bimodal', seed: 'x' }).parameters, {
    model: 'Edwards-Anderson',
    lattice: { kind: 'chain', boundary: 'periodic' },
    shape: [3],
    distribution: 'bimodal',
    coupling: 1,
    field: 0,
    seed: 'x',
  });
});

const couplingsOf = (options: EdwardsAndersonOptions) => [...edwardsAnderson(options).couplings];

test('±J: the signs are the leading bits of the stream, half of them positive', () => {
  const lattice = square(5, 7);
  const options = { lattice, distribution: 'bimodal', seed: 4 } as const;
  const words = new Stream(streamKey(4, 'edwardsAnderson')).fill(18);
  assert.equal(
    couplingsOf({ ...options, coupling: 0.3 }),
    Array.from({ length: 70 }, (_, k) => (words[k] >>> 31 ? 0.3 : -0.3)),
  );
  // 2·128² signs, p > 1e-3
  const many = couplingsOf({ ...options, lattice: square(128) });
  const sum = many.reduce((all, k) => all + k, 0);
  assert.ok(many.every((k) => Math.abs(k) === 1));
  assert.ok(normalTail(sum / Math.sqrt(many.length)) > 1e-3, `${sum}`);
});

test('Gaussian couplings are N(0, K²), the same shapes at every K', () => {
  const lattice = square(64);
  const options = { lattice, distribution: 'gaussian', seed: 9 } as const;
  const unit = couplingsOf(options);
  assert.equal(unit, [...normal(new Stream(streamKey(9, 'edwardsAnderson')), unit.length, 1)]);
  assert.equal(
    couplingsOf({ ...options, coupling: 0.25 }),
    unit.map((k) => 0.25 * k),
  );
  // Kolmogorov & Smirnov, p = 1e-3; and Σ K² is χ²
  assert.ok(kolmogorovSmirnov(unit, normalDistribution) < 1.95);
  const p = chiSquareTail(
    unit.reduce((sum, k) => sum + k * k, 0),
    unit.length,
  );
  assert.ok(p > 1e-3 && p < 0.999, `p = ${p}`);
});

test('a seed is a sample of disorder', () => {
  for (const distribution of ['bimodal', 'gaussian'] as const) {
    const of = (seed: number | string) => couplingsOf({ lattice: square(6), distribution, seed });
    assert.equal(of(1), of(1));
    assert.equal(of(1), couplingsOf({ lattice: square(6), distribution }));
    assert.not.equal(of(1), of(2));
    assert.not.equal(of(1), of('1'));
  }
  const field = edwardsAnderson({ lattice: chain(3), distribution: 'gaussian', field: 0.5 });
  assert.is(field.terms.filter(({ sites, coupling }) => sites.length === 1 && coupling === 0.5).length, 3);
});

test('a graph without edges has no couplings', () => {
  const lattice = graph(3, []);
  for (const distribution of ['bimodal', 'gaussian'] as const) assert.equal(couplingsOf({ lattice, distribution }), []);
  assert.equal(isingHamiltonian({ lattice, coupling: 1 }).terms, []);
});

test('refuses by name', () => {
  const good: IsingModelOptions = { lattice: square(3), coupling: 1 };
  const bad = (changed: object) => () => isingHamiltonian({ ...good, ...changed });
  refuses(() => isingHamiltonian(undefined as never), TypeError, /^"options"/);
  refuses(bad({ lattice: 3 }), TypeError, /^"lattice" expected a lattice such as/);
  refuses(bad({ coupling: undefined }), TypeError, /^"coupling" expected finite number, or one per bond/);
  refuses(bad({ coupling: Number.NaN }), RangeError, /^"coupling" expected finite number, got NaN$/);
  refuses(bad({ coupling: [1, 2] }), RangeError, /^"coupling" expected length 18, got 2$/);
  refuses(bad({ coupling: new Float64Array(18).fill(Infinity) }), RangeError, /^"coupling\[0\]"/);
  for (const field of ['1', null])
    refuses(bad({ field }), TypeError, /^"field" expected finite number, or one per site/);
  refuses(bad({ field: new Float64Array(8) }), RangeError, /^"field" expected length 9, got 8$/);
  refuses(bad({ field: [0, 0, 0, 0, 0, 0, 0, 0, Number.NaN] }), RangeError, /^"field\[8\]"/);
  refuses(bad({ nextNearest: Number.NaN }), RangeError, /^"nextNearest"/);
  refuses(bad({ plaquette: '2' }), TypeError, /^"plaquette"/);
  refuses(
    bad({ lattice: triangular(3), plaquette: 1 }),
    RangeError,
    /^"lattice" expected a square lattice for "plaquette"/,
  );
  refuses(
    bad({ lattice: chain(3), nextNearest: 1 }),
    RangeError,
    /^"lattice" expected a square lattice for "nextNearest"/,
  );

  const glass: EdwardsAndersonOptions = { lattice: square(3), distribution: 'bimodal' };
  const badGlass = (changed: object) => () => edwardsAnderson({ ...glass, ...changed });
  refuses(() => edwardsAnderson(null as never), TypeError, /^"options"/);
  refuses(badGlass({ lattice: null }), TypeError, /^"lattice"/);
  refuses(
    badGlass({ distribution: 'normal' }),
    RangeError,
    /^"distribution" expected one of bimodal, gaussian, got "normal"$/,
  );
  refuses(badGlass({ coupling: Number.NaN }), RangeError, /^"coupling"/);
  refuses(badGlass({ field: Number.POSITIVE_INFINITY }), RangeError, /^"field"/);
  refuses(badGlass({ seed: -1 }), RangeError, /^"seed"/);
});

test.run();
