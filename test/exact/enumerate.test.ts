import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Bond, densityOfStates, enumerate, type PairModel } from '../../src/exact/enumerate.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { close } from '../assert.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('exact/enumerate');

/** The averages again, from the definition, state by state. */
function plain({ sites, bonds, fields }: PairModel): number[] {
  const sums = new Float64Array(6);
  for (let state = 0; state < 2 ** sites; state++) {
    const s = (i: number): number => ((state >> i) & 1 ? 1 : -1);
    let h = 0;
    let m = 0;
    for (const { a, b, coupling } of bonds) h -= coupling * s(a) * s(b);
    for (let i = 0; i < sites; i++) {
      h -= (fields?.[i] ?? 0) * s(i);
      m += s(i) / sites;
    }
    const weight = Math.exp(-h);
    [1, h, h * h, Math.abs(m), m * m, m ** 4].forEach((x, k) => {
      sums[k] += weight * x;
    });
  }
  const [z, h, h2, m1, m2, m4] = sums;
  return [Math.log(z), h / z, h2 / z - (h / z) ** 2, m1 / z, m2 / z, m4 / z];
}

function torusBonds(size: number, coupling: number): Bond[] {
  const bonds: Bond[] = [];
  for (let r = 0; r < size; r++) {
    for (let c = 0; c < size; c++) {
      bonds.push({ a: r * size + c, b: r * size + ((c + 1) % size), coupling });
      bonds.push({ a: r * size + c, b: ((r + 1) % size) * size + c, coupling });
    }
  }
  return bonds;
}

test('agrees with the definition on random models, past the length of the inner sums', () => {
  const next = xoshiro128(seedWords(1));
  const gaussian = normal(next);
  for (const sites of [1, 2, 3, 7, 12, 14]) {
    const bonds: Bond[] = [];
    for (let k = 0; sites > 1 && k < 2 * sites; k++) {
      const a = next() % sites;
      bonds.push({ a, b: (a + 1 + (next() % (sites - 1))) % sites, coupling: 0.5 * gaussian() });
    }
    for (const fields of [undefined, Float64Array.from({ length: sites }, () => 0.3 * gaussian())]) {
      const model = { sites, bonds, fields };
      const answer = enumerate(model);
      const expected = plain(model);
      Object.entries(answer).forEach(([name, value], k) => {
        close(value, expected[k], 1e-12, `${name}, N = ${sites}`);
      });
    }
  }
});

test('gives the reference values of the 4×4 torus at K_c', () => {
  const answer = enumerate({ sites: 16, bonds: torusBonds(4, criticalCoupling) });
  close(answer.energy / 16 / criticalCoupling, -1.5656237876, 1e-10, 'u');
  close(answer.heatCapacity / 16, 0.7832668259, 1e-10, 'C');
  close(answer.meanAbsoluteMagnetisation, 0.8438604448, 1e-10, '⟨|m|⟩');
  close(1 - answer.magnetisation4 / (3 * answer.magnetisation2 ** 2), 0.6171993184, 1e-10, 'U4');
});

test('gives the density of states of the 4×4 torus', () => {
  const counts = [2, 32, 64, 424, 1728, 6688, 13568];
  const energies = [32, 24, 20, 16, 12, 8, 4];
  const expected = new Map<number, number>([[0, 20524]]);
  energies.forEach((energy, k) => {
    expected.set(energy, counts[k]);
    expected.set(-energy, counts[k]);
  });
  const found = densityOfStates({ sites: 16, bonds: torusBonds(4, 1) });
  assert.equal(
    [...found],
    [...expected].sort(([a], [b]) => a - b),
  );
});

test('a pair listed twice counts twice', () => {
  const double = enumerate({ sites: 4, bonds: torusBonds(2, 0.3) });
  const pairs = [
    [0, 1],
    [2, 3],
    [0, 2],
    [1, 3],
  ];
  const single = enumerate({ sites: 4, bonds: pairs.map(([a, b]) => ({ a, b, coupling: 0.6 })) });
  close(double.logPartition, single.logPartition, 1e-15, 'ln Z');
  assert.equal(
    [...densityOfStates({ sites: 4, bonds: torusBonds(2, 1) })],
    [
      [-8, 2],
      [0, 12],
      [8, 2],
    ],
  );
});

test('free spins in fields', () => {
  const fields = [0.3, -1.2, 0, 2];
  const { logPartition, energy } = enumerate({ sites: 4, bonds: [], fields });
  close(
    logPartition,
    fields.reduce((sum, b) => sum + Math.log(2 * Math.cosh(b)), 0),
    1e-15,
    'ln Z',
  );
  close(
    energy,
    fields.reduce((sum, b) => sum - b * Math.tanh(b), 0),
    1e-15,
    'energy',
  );
});

test('survives couplings whose weights overflow', () => {
  const { logPartition, energy, heatCapacity, meanAbsoluteMagnetisation } = enumerate({
    sites: 9,
    bonds: torusBonds(3, 500),
  });
  close(logPartition, 9000 + Math.LN2, 1e-15, 'ln Z');
  close(energy, -9000, 1e-15, 'energy');
  assert.is(heatCapacity, 0);
  assert.is(meanAbsoluteMagnetisation, 1);
});

test('refuses what is no model', () => {
  const range = (error: unknown): boolean => error instanceof RangeError;
  const type = (error: unknown): boolean => error instanceof TypeError;
  const bond = { a: 0, b: 1, coupling: 1 };
  for (const solve of [enumerate, densityOfStates]) {
    assert.throws(() => solve({ sites: 25, bonds: [] }), range);
    assert.throws(() => solve({ sites: 0, bonds: [] }), range);
    assert.throws(
      () => solve({ sites: 2, bonds: [{ ...bond, b: 2 }] }),
      /"bonds\[0\]\.b" expected integer in \[0, 1\], got 2/,
    );
    assert.throws(() => solve({ sites: 2, bonds: [{ ...bond, b: 0 }] }), /two different sites/);
    assert.throws(() => solve({ sites: 2, bonds: [{ ...bond, coupling: Number.NaN }] }), range);
    assert.throws(() => solve({ sites: 2, bonds: [bond], fields: [1] }), range);
    assert.throws(() => solve({ sites: 2, bonds: [bond], fields: [1, Number.NaN] }), range);
    assert.throws(() => solve({ sites: 2, bonds: {} as unknown as Bond[] }), type);
  }
  assert.throws(() => densityOfStates({ sites: 2, bonds: [{ ...bond, coupling: 0.5 }] }), range);
  assert.throws(() => densityOfStates({ sites: 2, bonds: [bond], fields: [0.5, 0] }), range);
});

test.run();
