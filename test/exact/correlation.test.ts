import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type LatticeDirection, onsagerCorrelation, onsagerCorrelationLength } from '../../src/exact/correlation.js';
import { criticalCoupling, onsagerEnergy, onsagerMagnetisation } from '../../src/exact/onsager.js';
import { relativelyClose } from '../assert.js';
import { correlations } from '../fixtures/exact/lattices.js';

const test = suite('exact/correlation');

function g(coupling: number, direction: LatticeDirection, distance: number): number {
  return onsagerCorrelation({ coupling, direction, distance });
}

test('agrees with Toeplitz determinants in 80 digits, below, at and above K_c, however small the answer', () => {
  assert.ok(correlations.length > 100);
  assert.ok(Math.min(...correlations.map(([, , , value]) => value)) < 1e-20);
  for (const [coupling, direction, distance, value] of correlations) {
    relativelyClose(g(coupling, direction, distance), value, 3e-13, `${direction} ${distance} at ${coupling}`);
  }
});

test('gives 1/√2, 2/π and 1 - 4/π² at K_c, and the product along the diagonal', () => {
  relativelyClose(g(criticalCoupling, 'row', 1), Math.SQRT1_2, 1e-13, 'row 1');
  relativelyClose(g(criticalCoupling, 'row', 2), 1 - 4 / Math.PI ** 2, 1e-13, 'row 2');
  // Π_{k<n} (2/π) Π_{l≤k} 1/(1 - 1/4l²) (Stephenson 1964).
  let value = 1;
  let factor = 2 / Math.PI;
  for (let n = 1; n <= 200; n++) {
    value *= factor;
    factor /= 1 - 1 / (4 * n * n);
    if (n < 4 || n % 50 === 0) relativelyClose(g(criticalCoupling, 'diagonal', n), value, 1e-12, `diagonal ${n}`);
  }
  // A = 2^{1/12} e^{3ζ'(-1)} in G(n) ≈ A n^{-1/4} (1 - 1/64n²) (Wu 1966; Au-Yang & Perk).
  const amplitude = 0.6450024485;
  for (const n of [1e3, 1e6])
    relativelyClose(g(criticalCoupling, 'diagonal', n) * n ** 0.25, amplitude, 1e-7, `amplitude at ${n}`);
  // The lattice is isotropic at K_c: a step along the diagonal is √2.
  relativelyClose(g(criticalCoupling, 'row', 1e6) * 1e6 ** 0.25, amplitude * 2 ** 0.125, 1e-7, 'row amplitude');
});

test('one step along a row is minus half the energy', () => {
  for (const coupling of [1e-30, 1e-6, 0.01, 0.2, 0.4, 0.4406867, 0.44068679, 0.441, 0.6, 2, 8, 30, 200]) {
    relativelyClose(g(coupling, 'row', 1), -onsagerEnergy(coupling) / 2, 1e-13, `at ${coupling}`);
  }
});

test('below T_c it tends to m² from above, at the rate of the correlation length', () => {
  for (const coupling of [0.445, 0.5, 0.8]) {
    const m2 = onsagerMagnetisation(coupling) ** 2;
    for (const direction of ['row', 'diagonal'] as const) {
      const step = direction === 'row' ? 1 : Math.SQRT2;
      relativelyClose(g(coupling, direction, 10_000), m2, 1e-12, 'long order');
      const xi = onsagerCorrelationLength(coupling, direction);
      // Ornstein-Zernike below T_c, r^{-2} e^{-r/ξ}: the rate of two distances n and 2n less what the power makes.
      const n = Math.max(2, Math.round((4 * xi) / step));
      const [near, far] = [g(coupling, direction, n) - m2, g(coupling, direction, 2 * n) - m2];
      assert.ok(near > far && far > 0);
      relativelyClose(
        (Math.log(near / far) - 2 * Math.LN2) / (n * step),
        1 / xi,
        0.1,
        `rate, ${direction} at ${coupling}`,
      );
    }
  }
});

test('above T_c it decays as e^{-r/ξ}/√r, to 1e-100 and further', () => {
  for (const coupling of [0.05, 0.3, 0.43]) {
    for (const direction of ['row', 'diagonal'] as const) {
      const step = direction === 'row' ? 1 : Math.SQRT2;
      const xi = onsagerCorrelationLength(coupling, direction);
      const n = Math.round((200 * xi) / step) + 10;
      const ratio = g(coupling, direction, 2 * n) / g(coupling, direction, n);
      relativelyClose((-Math.log(ratio) - Math.LN2 / 2) / (n * step), 1 / xi, 1e-4, `${direction} at ${coupling}`);
    }
  }
  assert.is(g(0.1, 'row', 1e6), 0);
});

test('correlation lengths are the closed forms', () => {
  const coth = (x: number): number => 1 / Math.tanh(x);
  for (const coupling of [1e-3, 0.1, 0.3, 0.43]) {
    relativelyClose(
      1 / onsagerCorrelationLength(coupling, 'row'),
      Math.log(coth(coupling)) - 2 * coupling,
      1e-12,
      'row above',
    );
    const rate = -Math.SQRT2 * Math.log(Math.sinh(2 * coupling));
    relativelyClose(1 / onsagerCorrelationLength(coupling, 'diagonal'), rate, 1e-12, 'diagonal above');
  }
  for (const coupling of [0.45, 0.6, 1.5]) {
    relativelyClose(
      1 / onsagerCorrelationLength(coupling, 'row'),
      4 * coupling - 2 * Math.log(coth(coupling)),
      1e-12,
      'row below',
    );
    const rate = 2 * Math.SQRT2 * Math.log(Math.sinh(2 * coupling));
    relativelyClose(1 / onsagerCorrelationLength(coupling, 'diagonal'), rate, 1e-12, 'diagonal below');
  }
  for (const direction of ['row', 'diagonal'] as const) {
    const xi = (coupling: number): number => onsagerCorrelationLength(coupling, direction);
    assert.is(xi(criticalCoupling), Number.POSITIVE_INFINITY);
    assert.is(xi(0), 0);
    assert.is(xi(-0.3), xi(0.3));
    relativelyClose(xi(criticalCoupling - 1e-9) / xi(criticalCoupling + 1e-9), 2, 1e-6, 'ratio of amplitudes');
    relativelyClose(xi(criticalCoupling - 1e-9), 1 / 4e-9, 1e-6, 'ξ = 1/(4 |K - K_c|)');
    for (const k of [100, 1e-60]) relativelyClose(xi(k * 0.999999), xi(k * 1.000001), 1e-5, `no step at ${k}`);
  }
});

test('antiferromagnets alternate along a row, and do not along the diagonal', () => {
  assert.is(g(-0.4, 'row', 3), -g(0.4, 'row', 3));
  assert.is(g(-0.4, 'row', 4), g(0.4, 'row', 4));
  assert.is(g(-0.4, 'diagonal', 3), g(0.4, 'diagonal', 3));
  assert.is(g(0, 'row', 1), 0);
  assert.is(g(0, 'diagonal', 0), 1);
  assert.is(g(1e-200, 'row', 1), 1e-200);
  assert.is(g(1e-100, 'diagonal', 1), 2 * 1e-100 * 1e-100);
  assert.is(g(1e3, 'row', 10), 1);
});

test('refuses what is no correlation', () => {
  const range = (error: unknown): boolean => error instanceof RangeError;
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => g(bad, 'row', 1), range);
    assert.throws(() => onsagerCorrelationLength(bad, 'row'), range);
  }
  for (const bad of [-1, 1.5, Number.NaN, 1e10]) assert.throws(() => g(0.4, 'row', bad), range);
  assert.throws(
    () => g(0.4, 'column' as LatticeDirection, 1),
    /"direction" expected one of row, diagonal, got "column"/,
  );
  assert.throws(
    () => g('0.4' as unknown as number, 'row', 1),
    (error: unknown) => error instanceof TypeError,
  );
});

test.run();
