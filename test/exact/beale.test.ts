import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { torusDensityOfStates } from '../../src/exact/beale.js';
import { canonicalEnsemble } from '../../src/exact/canonical.js';
import { kaufman } from '../../src/exact/kaufman.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { densities } from '../fixtures/exact/lattices.js';

const test = suite('exact/beale');

test('counts what counting all states one by one gives, sides of 2 and odd sides included', () => {
  assert.ok(densities.length > 10);
  for (const [rows, columns, levels] of densities) {
    const expected = levels.map(([energy, count]): [number, bigint] => [energy, BigInt(count)]);
    assert.equal([...torusDensityOfStates(rows, columns)], expected, `${rows}×${columns}`);
  }
});

test('its counts add up to 2^N, and the first ones are those of one and of two overturned spins and of stripes', () => {
  for (const [rows, columns] of [
    [7, 9],
    [8, 8],
    [16, 16],
    [12, 17],
    [2, 101],
    [32, 32],
  ]) {
    const states = torusDensityOfStates(rows, columns);
    const sites = rows * columns;
    const sum = [...states.values()].reduce((total, count) => total + count, 0n);
    assert.is(sum, 2n ** BigInt(sites), `${rows}×${columns}`);
    const energies = [...states.keys()];
    assert.equal(
      energies,
      energies.slice().sort((a, b) => a - b),
    );
    if (rows < 7) continue;
    // Two ground states; one spin; a pair of neighbours; then any two others, three in a row or an elbow, four in a square.
    const n = BigInt(sites);
    assert.is(states.get(-2 * sites), 2n);
    assert.is(states.get(-2 * sites + 4), undefined);
    assert.is(states.get(-2 * sites + 8), 2n * n);
    assert.is(states.get(-2 * sites + 12), 4n * n);
    const fourth = n * (n - 5n) + 2n * n * 6n + 2n * n;
    if (rows > 8) assert.is(states.get(-2 * sites + 16), fourth);
  }
});

test('is symmetric in the sides, and in E when both are even; frustrated antiferromagnets are not', () => {
  assert.equal(torusDensityOfStates(5, 8), torusDensityOfStates(8, 5));
  for (const [rows, columns] of [
    [6, 8],
    [2, 10],
  ]) {
    const states = torusDensityOfStates(rows, columns);
    for (const [energy, count] of states) assert.is(states.get(-energy), count);
  }
  const odd = torusDensityOfStates(5, 4);
  assert.is(odd.get(40), undefined);
});

test('gives ln Z, energy and specific heat of Kaufman at every coupling to 1e-12', () => {
  for (const [rows, columns] of [
    [2, 2],
    [2, 5],
    [3, 3],
    [4, 4],
    [9, 6],
    [16, 16],
    [32, 32],
  ]) {
    const states = torusDensityOfStates(rows, columns);
    for (const coupling of [1e-3, 0.1, 0.3, 0.43, criticalCoupling, 0.5, 0.7, 1, 2]) {
      const answer = canonicalEnsemble(states, coupling);
      const { logPartition, energy, specificHeat } = kaufman(rows, columns, coupling);
      const where = `${rows}×${columns} at ${coupling}`;
      const sites = rows * columns;
      assert.ok(Math.abs(answer.logPartition / logPartition - 1) < 1e-14, `ln Z of ${where}`);
      assert.ok(Math.abs(answer.energy / sites - energy) < 1e-12, `u of ${where}`);
      assert.ok(Math.abs(answer.heatCapacity / sites / specificHeat - 1) < 1e-12, `C of ${where}`);
    }
  }
});

test('refuses what is no torus, or one too large', () => {
  const range = (error: unknown): boolean => error instanceof RangeError;
  for (const bad of [1, 0, -2, 2.5, Number.NaN, 1e9]) {
    assert.throws(() => torusDensityOfStates(bad, 4), range);
    assert.throws(() => torusDensityOfStates(4, bad), range);
  }
  assert.throws(() => torusDensityOfStates(100, 100), /"rows \* columns" expected at most 8192 sites, got 10000/);
  assert.throws(
    () => torusDensityOfStates('4' as unknown as number, 4),
    (error: unknown) => error instanceof TypeError,
  );
});

test.run();
