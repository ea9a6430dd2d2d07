import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  criticalCoupling,
  distanceToCritical,
  onsagerEnergy,
  onsagerLogPartition,
  onsagerMagnetisation,
  onsagerSpecificHeat,
} from '../../src/exact/onsager.js';
import { relativelyClose } from '../assert.js';
import { infinite, nearCritical } from '../fixtures/exact/values.js';

const test = suite('exact/onsager');

test('knows the critical point', () => {
  relativelyClose(criticalCoupling, Math.log(1 + Math.SQRT2) / 2, 3e-16, 'K_c');
  relativelyClose(onsagerEnergy(criticalCoupling), -Math.SQRT2, 1e-15, 'u(K_c)');
  relativelyClose(onsagerLogPartition(criticalCoupling), 0.92969539834161, 1e-14, 'ln Z(K_c)');
  const catalan = 0.915965594177219;
  relativelyClose(onsagerLogPartition(criticalCoupling), Math.LN2 / 2 + (2 * catalan) / Math.PI, 1e-15, 'ln Z(K_c)');
  assert.is(onsagerSpecificHeat(criticalCoupling), Number.POSITIVE_INFINITY);
  assert.is(onsagerSpecificHeat(-criticalCoupling), Number.POSITIVE_INFINITY);
  assert.is(onsagerMagnetisation(criticalCoupling), 0);
});

test('agrees with values of 120 digits, from K = 1e-6 to 5', () => {
  for (const [coupling, logPartition, energy, heat, magnetisation] of infinite) {
    relativelyClose(onsagerLogPartition(coupling), logPartition, 1e-15, `ln Z at ${coupling}`);
    relativelyClose(onsagerEnergy(coupling), energy, 1e-15, `u at ${coupling}`);
    relativelyClose(onsagerSpecificHeat(coupling), heat, 3e-15, `C at ${coupling}`);
    relativelyClose(onsagerMagnetisation(coupling), magnetisation, 1e-15, `m at ${coupling}`);
  }
});

test('keeps its digits beside the critical point', () => {
  for (const [coupling, energy, heat, magnetisation] of nearCritical) {
    relativelyClose(onsagerEnergy(coupling), energy, 1e-15, `u at ${coupling}`);
    relativelyClose(onsagerSpecificHeat(coupling), heat, 2e-15, `C at ${coupling}`);
    relativelyClose(onsagerMagnetisation(coupling), magnetisation, 1e-15, `m at ${coupling}`);
  }
});

test('the specific heat diverges as -(8/π) K_c² ln|K - K_c|', () => {
  for (const side of [-1, 1]) {
    const [far, near] = [1e-6, 1e-9].map((step) => {
      const coupling = criticalCoupling + side * step;
      return { heat: onsagerSpecificHeat(coupling), log: Math.log(Math.abs(distanceToCritical(coupling))) };
    });
    const amplitude = -(near.heat - far.heat) / (near.log - far.log);
    relativelyClose(amplitude, (8 / Math.PI) * criticalCoupling ** 2, 1e-4, `amplitude on side ${side}`);
  }
});

test('energy and specific heat are the derivatives of ln Z', () => {
  const step = 1e-3;
  // Five-point differences; their error is of order step⁴.
  const derivative = (f: (k: number) => number, k: number): number =>
    (f(k - 2 * step) - 8 * f(k - step) + 8 * f(k + step) - f(k + 2 * step)) / (12 * step);
  for (const coupling of [-0.7, -0.2, 0.1, 0.3, 0.6, 0.9]) {
    relativelyClose(-derivative(onsagerLogPartition, coupling), onsagerEnergy(coupling), 1e-8, `u at ${coupling}`);
    relativelyClose(
      -(coupling ** 2) * derivative(onsagerEnergy, coupling),
      onsagerSpecificHeat(coupling),
      1e-7,
      `C at ${coupling}`,
    );
  }
});

test('answers at K = 0 and for free spins nearly', () => {
  assert.is(onsagerLogPartition(0), Math.LN2);
  assert.is(onsagerEnergy(0), 0);
  assert.is(onsagerSpecificHeat(0), 0);
  assert.is(onsagerMagnetisation(0), 0);
  relativelyClose(onsagerEnergy(1e-200), -2e-200, 1e-15, 'u');
  // The series -2K and 2K² takes over at 1e-9 without a step.
  relativelyClose(onsagerEnergy(1.0001e-9), -2.0002e-9, 1e-15, 'u');
  relativelyClose(onsagerSpecificHeat(1.0001e-9), 2 * 1.0001e-9 ** 2, 1e-15, 'C');
});

test('answers at strong coupling', () => {
  for (const coupling of [50, 400, 1e6]) {
    relativelyClose(onsagerLogPartition(coupling), 2 * coupling, 1e-15, 'ln Z');
    assert.is(onsagerEnergy(coupling), -2);
    assert.is(onsagerMagnetisation(coupling), 1);
  }
  relativelyClose(onsagerSpecificHeat(20), 64 * 400 * Math.exp(-160), 1e-13, 'C(20)');
  assert.is(onsagerSpecificHeat(1000), 0);
});

test('an antiferromagnet is its ferromagnet with one sublattice turned over', () => {
  for (const coupling of [0.2, criticalCoupling, 0.8]) {
    assert.is(onsagerEnergy(-coupling), -onsagerEnergy(coupling));
    assert.is(onsagerLogPartition(-coupling), onsagerLogPartition(coupling));
    assert.is(onsagerSpecificHeat(-coupling), onsagerSpecificHeat(coupling));
    assert.is(onsagerMagnetisation(-coupling), 0);
  }
});

test('refuses what is no coupling', () => {
  for (const f of [onsagerEnergy, onsagerSpecificHeat, onsagerMagnetisation, onsagerLogPartition]) {
    assert.throws(() => f(Number.NaN), /"coupling" expected finite number, got NaN/);
    assert.throws(
      () => f(Number.POSITIVE_INFINITY),
      (error: unknown) => error instanceof RangeError,
    );
    assert.throws(
      () => f('0.4' as unknown as number),
      (error: unknown) => error instanceof TypeError,
    );
  }
});

test('far from K_c nothing fluctuates, and nothing is NaN', () => {
  for (const coupling of [100, 400, 1e300, -1e300]) {
    assert.is(onsagerSpecificHeat(coupling), 0, `C at K = ${coupling}`);
  }
  assert.ok(onsagerSpecificHeat(80) > 0);
});

test.run();
