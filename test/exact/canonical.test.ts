import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { torusDensityOfStates } from '../../src/exact/beale.js';
import { canonicalEnsemble } from '../../src/exact/canonical.js';
import { densityOfStates, enumerate } from '../../src/exact/enumerate.js';

const test = suite('exact/canonical');

const bonds = [
  { a: 0, b: 1, coupling: 2 },
  { a: 1, b: 2, coupling: -1 },
  { a: 2, b: 3, coupling: 1 },
  { a: 0, b: 3, coupling: 3 },
  { a: 0, b: 2, coupling: 1 },
];
const fields = [1, 0, -2, 1];

test('agrees with enumeration at couplings of either sign', () => {
  const states = densityOfStates({ sites: 4, bonds, fields });
  for (const coupling of [-1.5, -0.2, 0, 1e-4, 0.3, 1, 4]) {
    const scaled = bonds.map((bond) => ({ ...bond, coupling: bond.coupling * coupling }));
    const exact = enumerate({ sites: 4, bonds: scaled, fields: fields.map((field) => field * coupling) });
    const { logPartition, energy, heatCapacity, histogram } = canonicalEnsemble(states, coupling);
    assert.ok(Math.abs(logPartition - exact.logPartition) < 1e-14 * (1 + Math.abs(logPartition)));
    assert.ok(Math.abs(coupling * energy - exact.energy) < 1e-13 * (1 + Math.abs(exact.energy)));
    assert.ok(Math.abs(heatCapacity - exact.heatCapacity) < 1e-12 * (1 + exact.heatCapacity));
    let total = 0;
    for (const [level, p] of histogram) {
      total += p;
      const expected = ((states.get(level) ?? 0) * Math.exp(-coupling * level)) / Math.exp(exact.logPartition);
      assert.ok(Math.abs(p - expected) < 1e-13);
    }
    assert.ok(Math.abs(total - 1) < 1e-14);
    assert.equal([...histogram.keys()], [...states.keys()]);
  }
});

test('takes counts beyond any double, at any coupling', () => {
  const states = new Map([
    [0, 2n ** 5000n],
    [1, 3n * 2n ** 5000n],
  ]);
  const { logPartition, energy } = canonicalEnsemble(states, 0);
  assert.ok(Math.abs(logPartition - 5002 * Math.LN2) < 1e-11);
  assert.ok(Math.abs(energy - 0.75) < 1e-12);
  const cold = canonicalEnsemble(torusDensityOfStates(16, 16), 1e5);
  assert.is(cold.energy, -512);
  assert.is(cold.heatCapacity, 0);
  assert.is(canonicalEnsemble(torusDensityOfStates(16, 16), -1e5).energy, 512);
});

test('is exact for a count that is a power of two, and right to the last digit around 2^53', () => {
  for (const count of [1n, 2n ** 52n, 2n ** 53n + 1n, 2n ** 64n - 1n, 2n ** 64n + 1n, 10n ** 30n]) {
    const { logPartition } = canonicalEnsemble(new Map([[0, count]]), 1);
    assert.ok(Math.abs(logPartition - Math.log(Number(count))) <= 1e-15 * Math.max(1, logPartition), `${count}`);
  }
});

test('refuses what is no density of states', () => {
  const range = (error: unknown): boolean => error instanceof RangeError;
  const type = (error: unknown): boolean => error instanceof TypeError;
  assert.throws(() => canonicalEnsemble(new Map(), 1), range);
  assert.throws(() => canonicalEnsemble([[0, 1]] as unknown as Map<number, number>, 1), type);
  assert.throws(() => canonicalEnsemble(new Map([[Number.NaN, 1]]), 1), range);
  assert.throws(() => canonicalEnsemble(new Map([[0, '1' as unknown as number]]), 1), type);
  for (const count of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 0n, -3n]) {
    assert.throws(() => canonicalEnsemble(new Map([[0, count]]), 1), range);
  }
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => canonicalEnsemble(new Map([[0, 1]]), bad), range);
});

test('a coupling of any size leaves the ground state, which has no heat capacity', () => {
  const { energy, heatCapacity } = canonicalEnsemble(
    new Map([
      [-8, 2],
      [0, 6],
    ]),
    1e300,
  );
  assert.equal([energy, heatCapacity], [-8, 0]);
});

test.run();
