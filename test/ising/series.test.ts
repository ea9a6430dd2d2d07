import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SpinData } from '../../src/ising/data/spinData.js';
import {
  canonicalSeries,
  energySeries,
  magnetisationSeries,
  structureFactorSeries,
  twoPointSeries,
} from '../../src/ising/measure/series.js';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { refuses } from '../assert.js';
import { bondSum, randomRows, torusBonds } from '../physics/enumeration.js';

const test = suite('ising/series');

const shapes: [number, number][] = [
  [2, 2],
  [2, 5],
  [3, 2],
  [3, 3],
  [4, 4],
  [5, 7],
  [6, 4],
];

function randomSpins(rows: number, columns: number, count = 12): SpinData {
  return new SpinData(count, [rows, columns], randomRows(count, rows * columns, 31 * rows + columns).bytes, {
    source: 'this test',
  });
}

function close(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) < 1e-12, `${what}: ${actual}, expected ${expected}`);
}

test('energy is the sum over all bonds, magnetisation that over all spins', () => {
  for (const [rows, columns] of shapes) {
    const data = randomSpins(rows, columns);
    const energies = energySeries(data);
    const magnetisations = magnetisationSeries(data);
    const { energies: whole, observables, coupling } = canonicalSeries(data, { coupling: 0.3 });
    assert.is(coupling, 0.3);
    for (let r = 0; r < data.count; r++) {
      const spins = data.spins(r);
      const bonds = bondSum(spins, torusBonds(rows, columns));
      const m = spins.reduce((sum, s) => sum + s, 0) / data.width;
      const where = `${rows} × ${columns}, row ${r}`;
      assert.is(energies[r] + 0, -bonds / data.width + 0, where);
      assert.is(magnetisations[r], m, where);
      assert.is(whole[r] + 0, -bonds + 0, where);
      assert.is(observables!.absoluteMagnetisation[r], Math.abs(m));
      assert.is(observables!.magnetisation2[r], m ** 2);
      assert.is(observables!.magnetisation4[r], m ** 4);
    }
  }
});

test('a canonical series takes the coupling from the provenance, and asks for it where there is none', () => {
  const data = new Ising({ lattice: square(4), coupling: 0.3, seed: 2 }).sample(8);
  assert.equal(canonicalSeries(data), canonicalSeries(data, { coupling: 0.3 }));
  const unknown = randomSpins(4, 4);
  refuses(
    () => canonicalSeries(unknown),
    TypeError,
    /^"coupling" expected K of the rows, which their provenance does not/,
  );
  refuses(() => canonicalSeries(data, { coupling: 0.31 }), RangeError, /^"coupling"/);
});

test('two-point function and structure factor are their definitions, any shape and any r and k', () => {
  for (const [rows, columns] of [...shapes, [1, 6] as const, [5, 1] as const]) {
    const data = randomSpins(rows, columns, 3);
    for (let a = -1; a <= rows; a++) {
      for (let b = -2; b <= columns; b++) {
        const g = twoPointSeries(data, [a, b]);
        const s = structureFactorSeries(data, [a, b]);
        for (let r = 0; r < data.count; r++) {
          const spins = data.spins(r);
          let [sum, real, imaginary] = [0, 0, 0];
          for (let y = 0; y < rows; y++) {
            for (let x = 0; x < columns; x++) {
              const spin = spins[y * columns + x];
              sum += spin * spins[((y + a + rows) % rows) * columns + ((x + b + 2 * columns) % columns)];
              const phase = 2 * Math.PI * ((a * y) / rows + (b * x) / columns);
              real += spin * Math.cos(phase);
              imaginary += spin * Math.sin(phase);
            }
          }
          const where = `${rows} × ${columns}, [${a}, ${b}], row ${r}`;
          close(g[r], sum / data.width, `g ${where}`);
          close(s[r], (real ** 2 + imaginary ** 2) / data.width, `s ${where}`);
        }
      }
    }
  }
});

test('refuses what is no configuration, no displacement, and bonds across a side of 1', () => {
  const range = (error: unknown): boolean => error instanceof RangeError;
  const type = (error: unknown): boolean => error instanceof TypeError;
  const data = randomSpins(3, 3);
  assert.throws(() => energySeries(randomSpins(1, 6)), /"rows" expected integer >= 2, got 1/);
  for (const work of [energySeries, magnetisationSeries]) {
    assert.throws(() => work([1, -1] as never), /"data" expected SpinData/);
    assert.throws(() => work(null as never), type);
  }
  assert.throws(() => canonicalSeries(data, { coupling: Number.NaN }), range);
  assert.throws(() => canonicalSeries(data, {}), /"coupling" expected K of the rows/);
  const other = isingHamiltonian({ lattice: square(4), coupling: 0.3 });
  assert.throws(() => canonicalSeries(data, { hamiltonian: other }), /"data" expected configurations of 16 spins, got/);
  assert.throws(() => canonicalSeries(data, { hamiltonian: {} as never }), /"hamiltonian" expected Hamiltonian/);
  for (const work of [twoPointSeries, structureFactorSeries]) {
    assert.throws(() => work(data, [0, 0.5]), range);
    assert.throws(() => work(data, [Number.NaN, 0]), range);
    assert.throws(() => work(data, ['1', 0] as never), type);
    assert.throws(() => work(null as never, [0, 0]), type);
  }
});

test('refuses data of another lattice or Hamiltonian, and correlated rows of several chains', () => {
  const bytes = new Uint8Array(40 * 2);
  const data = (parameters: Record<string, unknown>, sampling?: object) =>
    new SpinData(40, [4, 4], bytes, { source: 'a test', parameters, ...(sampling && { sampling: sampling as never }) });
  const lattice = 'square, periodic';
  energySeries(data({}));
  energySeries(data({ lattice, coupling: 0.4, field: 0 }));
  const refused = (told: SpinData, pattern: RegExp) =>
    assert.throws(
      () => energySeries(told),
      (error: Error) => error instanceof RangeError && pattern.test(error.message),
    );
  refused(data({ lattice: { kind: 'triangular', boundary: 'periodic' } }), /"data" expected data of the lattice/);
  refused(data({ lattice, coupling: [0.1, 0.2] }), /one coupling per bond/);
  refused(data({ lattice, coupling: 0.4, field: 0.1 }), /a field/);
  refused(data({ lattice, coupling: 0.4, plaquette: 0.1 }), /plaquette/);
  refused(data({ lattice }, { chains: 128, independence: 2 }), /128 chains, samples 2 τ apart/);
  energySeries(data({ lattice }, { chains: 1, independence: 0.5 }));
});

test.run();
