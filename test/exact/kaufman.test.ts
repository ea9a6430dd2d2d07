import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Bond, enumerate } from '../../src/exact/enumerate.js';
import { kaufman } from '../../src/exact/kaufman.js';
import { criticalCoupling, onsagerEnergy, onsagerLogPartition, onsagerSpecificHeat } from '../../src/exact/onsager.js';
import { relativelyClose } from '../assert.js';
import { torus } from '../fixtures/exact/values.js';

const test = suite('exact/kaufman');

/** Every site with its right and its lower neighbour; a side of 2 gives double bonds. */
function torusBonds(rows: number, columns: number, coupling: number): Bond[] {
  const bonds: Bond[] = [];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const a = r * columns + c;
      bonds.push({ a, b: r * columns + ((c + 1) % columns), coupling });
      bonds.push({ a, b: ((r + 1) % rows) * columns + c, coupling });
    }
  }
  return bonds;
}

test('agrees with the textbook formula in 120 digits, 2×2 to 1024×1024, K from 1e-6 to 10', () => {
  assert.ok(torus.length > 150);
  for (const [rows, columns, coupling, logPartition, energy, heat] of torus) {
    const answer = kaufman(rows, columns, coupling);
    const where = `${rows}×${columns} at K = ${coupling}`;
    relativelyClose(answer.logPartition, logPartition, 5e-16, `ln Z, ${where}`);
    relativelyClose(answer.energy, energy, 4e-15, `u, ${where}`); // engines differ in the last bits of Math.exp and Math.log
    relativelyClose(answer.specificHeat, heat, 1e-12, `C, ${where}`);
  }
});

test('gives the reference values of the 40×40 and the 4×4 torus', () => {
  const { logPartition, energy } = kaufman(40, 40, 0.408);
  assert.ok(Math.abs(logPartition - 1421.43257347009) < 1e-11);
  assert.ok(Math.abs(energy + 1.1518211508) < 1e-10);
  const critical = kaufman(4, 4, criticalCoupling);
  assert.ok(Math.abs(critical.energy + 1.5656237876) < 1e-10);
  assert.ok(Math.abs(critical.specificHeat - 0.7832668259) < 1e-10);
});

test('agrees with enumeration, double bonds included', () => {
  const sizes = [
    [2, 2],
    [2, 3],
    [4, 2],
    [3, 3],
    [3, 4],
    [3, 5],
    [4, 4],
  ];
  for (const [rows, columns] of sizes) {
    const sites = rows * columns;
    for (const coupling of [0.01, 0.25, criticalCoupling, 0.5, 1.2]) {
      const exact = enumerate({ sites, bonds: torusBonds(rows, columns, coupling) });
      const answer = kaufman(rows, columns, coupling);
      const where = `${rows}×${columns} at K = ${coupling}`;
      relativelyClose(answer.logPartition, exact.logPartition, 1e-13, `ln Z, ${where}`);
      relativelyClose(answer.energy, exact.energy / coupling / sites, 1e-11, `u, ${where}`);
      relativelyClose(answer.specificHeat, exact.heatCapacity / sites, 1e-11, `C, ${where}`);
    }
  }
});

test('tends to the infinite lattice away from K_c', () => {
  for (const coupling of [0.05, 0.2, 0.36, 0.53, 0.8, 2]) {
    const { logPartition, energy, specificHeat } = kaufman(256, 256, coupling);
    const phases = coupling > criticalCoupling ? Math.LN2 : 0;
    relativelyClose((logPartition - phases) / 65536, onsagerLogPartition(coupling), 1e-14, `ln Z at ${coupling}`);
    relativelyClose(energy, onsagerEnergy(coupling), 1e-13, `u at ${coupling}`);
    relativelyClose(specificHeat, onsagerSpecificHeat(coupling), 1e-12, `C at ${coupling}`);
  }
});

test('at K_c the specific heat grows as (8/π) K_c² ln L + constant + O(1/L)', () => {
  const slope = (8 / Math.PI) * criticalCoupling ** 2;
  const rest = (size: number): number => kaufman(size, size, criticalCoupling).specificHeat - slope * Math.log(size);
  // Two sizes cancel the term in 1/L; what is left must not depend on L.
  const constants = [64, 128, 256, 512].map((size) => 2 * rest(2 * size) - rest(size));
  for (const constant of constants) assert.ok(Math.abs(constant - constants[3]) < 3e-6, constants.join(' '));
});

test('energy and specific heat are the derivatives of ln Z', () => {
  const step = 1e-3;
  for (const [rows, columns] of [
    [2, 2],
    [3, 7],
    [12, 5],
    [16, 16],
  ]) {
    const log = (k: number): number => kaufman(rows, columns, k).logPartition / (rows * columns);
    for (const coupling of [0.1, 0.3, criticalCoupling, 0.44, 0.47, 0.9]) {
      const [a, b, c, d, e] = [-2, -1, 0, 1, 2].map((j) => log(coupling + j * step));
      const first = (a - 8 * b + 8 * d - e) / (12 * step);
      const second = (-a + 16 * b - 30 * c + 16 * d - e) / (12 * step * step);
      const { energy, specificHeat } = kaufman(rows, columns, coupling);
      const where = `${rows}×${columns} at K = ${coupling}`;
      relativelyClose(energy, -first, 1e-7, `u, ${where}`);
      relativelyClose(specificHeat, coupling ** 2 * second, 1e-5, `C, ${where}`);
    }
  }
});

test('is smooth through K_c, where the formula changes sides', () => {
  for (const size of [2, 5, 64, 1024]) {
    const step = 1e-10;
    const [low, middle, high] = [-step, 0, step].map((shift) => kaufman(size, size, criticalCoupling + shift));
    const slope = middle.specificHeat / criticalCoupling ** 2;
    relativelyClose(low.energy - middle.energy, slope * step, 1e-4, `u below, ${size}`);
    relativelyClose(middle.energy - high.energy, slope * step, 1e-4, `u above, ${size}`);
    relativelyClose(low.specificHeat, high.specificHeat, 1e-6, `C, ${size}`);
  }
});

test('does not care which side is which', () => {
  assert.equal(kaufman(3, 11, 0.4), kaufman(11, 3, 0.4));
});

test('answers at K = 0, for free spins nearly, and at very strong coupling', () => {
  assert.equal(kaufman(5, 7, 0), { logPartition: 35 * Math.LN2, energy: 0, specificHeat: 0 });
  // The leading order takes over at 1e-20 without a step, double bonds included.
  for (const [rows, columns] of [
    [2, 2],
    [2, 9],
    [5, 2],
    [3, 3],
  ]) {
    const below = kaufman(rows, columns, 0.999e-20);
    const above = kaufman(rows, columns, 1.001e-20);
    relativelyClose(below.energy / 0.999e-20, above.energy / 1.001e-20, 1e-14, 'u');
    relativelyClose(below.specificHeat / 0.999e-20 ** 2, above.specificHeat / 1.001e-20 ** 2, 1e-14, 'C');
  }
  for (const coupling of [60, 99, 101, 1e5]) {
    const { logPartition, energy, specificHeat } = kaufman(6, 4, coupling);
    relativelyClose(logPartition, 48 * coupling + Math.LN2, 1e-15, 'ln Z');
    assert.is(energy, -2);
    assert.ok(specificHeat >= 0 && specificHeat <= 65 * coupling ** 2 * Math.exp(-8 * coupling));
  }
});

test('does not overflow on long strips', () => {
  const { logPartition, energy, specificHeat } = kaufman(2, 100_000, criticalCoupling);
  // A long ladder with double rungs has ln Z = length · ln λ; λ is the larger eigenvalue of [[x(x + y), 2], [2, y(x + y)]], the transfer
  // matrix between rungs of equal and of opposite spins, x = e^{2K} and y = 1/x.
  const x = Math.exp(2 * criticalCoupling);
  const y = 1 / x;
  const trace = (x + y) ** 2;
  const root = Math.sqrt(((x - y) * (x + y)) ** 2 + 16);
  relativelyClose(logPartition, 100_000 * Math.log((trace + root) / 2), 1e-13, 'ln Z');
  assert.ok(Number.isFinite(energy) && Number.isFinite(specificHeat) && specificHeat > 0);
});

test('refuses what is no torus', () => {
  for (const bad of [1, 0, -3, 2.5, Number.NaN, 2 ** 25]) {
    assert.throws(
      () => kaufman(bad, 4, 0.4),
      (error: unknown) => error instanceof RangeError,
    );
    assert.throws(
      () => kaufman(4, bad, 0.4),
      (error: unknown) => error instanceof RangeError,
    );
  }
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(
      () => kaufman(4, 4, bad),
      (error: unknown) => error instanceof RangeError,
    );
  }
  assert.throws(
    () => kaufman(4, 4, '1' as unknown as number),
    (error: unknown) => error instanceof TypeError,
  );
  for (const [rows, columns] of [
    [3, 4],
    [4, 3],
    [5, 5],
  ]) {
    assert.throws(() => kaufman(rows, columns, -0.1), /"coupling" expected number >= 0 with an odd side.*, got -0.1/);
  }
});

test('antiferromagnets on even tori are the ferromagnets with every second spin turned, by the sum over all states', () => {
  for (const [rows, columns] of [
    [2, 2],
    [2, 6],
    [4, 4],
  ]) {
    for (const coupling of [-1e-2, -0.2, -0.44, -1, -3]) {
      const bonds = [];
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < columns; x++) {
          bonds.push({ a: y * columns + x, b: y * columns + ((x + 1) % columns), coupling });
          bonds.push({ a: y * columns + x, b: ((y + 1) % rows) * columns + x, coupling });
        }
      }
      const exact = enumerate({ sites: rows * columns, bonds });
      const { logPartition, energy, specificHeat } = kaufman(rows, columns, coupling);
      const where = `${rows}×${columns} at ${coupling}`;
      relativelyClose(logPartition, exact.logPartition, 1e-13, `ln Z, ${where}`);
      relativelyClose(coupling * energy * rows * columns, exact.energy, 1e-11, `energy, ${where}`);
      relativelyClose(specificHeat * rows * columns, exact.heatCapacity, 1e-11, `C, ${where}`);
      assert.ok(energy > 0, `${where}: u = ${energy}`);
    }
  }
  assert.is(kaufman(40, 64, -0.3).energy, -kaufman(40, 64, 0.3).energy);
});

test.run();
