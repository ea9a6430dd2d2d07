import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { criticalCoupling, onsagerLogPartition } from '../../../src/exact/onsager.js';
import { fixedPoints } from '../../../src/rg/flow/fixedPoints.js';
import { flowLine, separatrix } from '../../../src/rg/flow/flowLine.js';
import { kadanoffFreeEnergy, kadanoffOptimum, kadanoffVariational } from '../../../src/rg/flow/kadanoff.js';
import { exponents } from '../../../src/rg/flow/linearise.js';
import { flowLogPartition } from '../../../src/rg/flow/logPartition.js';
import type { Recursion } from '../../../src/rg/flow/recursion.js';
import { squareDecimationStep } from '../../../src/rg/flow/squareDecimation.js';
import { allNear, near, refuses } from '../../assert.js';

const test = suite('rg/flow/kadanoff');

const optimum = kadanoffOptimum();

/** The critical point with L = K/2 at a parameter. */
function criticalPoint(recursion: Recursion): number[] {
  const box = { from: [0.26, 0.13, -0.02], to: [0.3, 0.15, 0], starts: 4 };
  const found = fixedPoints(recursion, box).filter(({ couplings: [k, l] }) => Math.abs(l - k / 2) < 1e-9);
  assert.is(found.length, 1);
  return found[0].couplings;
}

test('p* = 0.7659830, y_T = 1.0008789, y_h = 1.8753158', () => {
  near(optimum.parameter, 0.765983, 5e-8, 'p*');
  const recursion = kadanoffVariational();
  allNear(criticalPoint(recursion), optimum.couplings, 1e-9, 'K*');
  near(optimum.couplings[1], optimum.couplings[0] / 2, 1e-12, 'all pairs of a plaquette are alike');
  near(exponents(recursion, optimum.couplings)[0], 1.0008789, 5e-8, 'y_T');
  const [odd, even] = exponents(kadanoffVariational({ field: true }), [...optimum.couplings, 0, 0]);
  near(odd, 1.8753158, 5e-8, 'y_h');
  near(even, 1.0008789, 5e-8, 'y_T with odd couplings');
});

test('∂f/∂p = 0 at fixed couplings, not along the line of fixed points, which gives 0.7612 and 0.983', () => {
  const lnZ = (p: number, at: number[]): number => flowLogPartition(kadanoffVariational({ parameter: p }), at);
  const slope = (p: number, at: number[], h: number): number => (lnZ(p + h, at) - lnZ(p - h, at)) / (2 * h);
  near(slope(optimum.parameter, optimum.couplings, 1e-5), 0, 1e-7, 'at p*');
  assert.ok(Math.abs(slope(0.7612, criticalPoint(kadanoffVariational({ parameter: 0.7612 })), 1e-5)) > 1e-3);

  // along the line
  const along = (p: number): number => lnZ(p, criticalPoint(kadanoffVariational({ parameter: p })));
  let [low, high] = [0.75, 0.78];
  while (high - low > 1e-5) {
    const [a, b] = [low + (high - low) / 3, high - (high - low) / 3];
    if (along(a) < along(b)) high = b;
    else low = a;
  }
  near(low, 0.7612, 5e-5, 'p of the trap');
  const trap = kadanoffVariational({ parameter: low });
  near(exponents(trap, criticalPoint(trap))[0], 0.983, 5e-4, 'y_T of the trap');
});

test('a step is the sum over four blocks, in a direct enumeration of the plaquette', () => {
  const p = 0.7;
  const couplings = [0.3, 0.11, -0.02, 0.05, 0.013];
  const [nearest, diagonal, fourSpin, field, triple] = couplings;
  const spins = (state: number): number[] => [0, 1, 2, 3].map((k) => 2 * ((state >> k) & 1) - 1);
  const potential = ([a, b, c, d]: number[], [k, l, q, h, t]: number[]): number =>
    (k / 2) * (a * b + b * c + c * d + d * a) +
    l * (a * c + b * d) +
    q * a * b * c * d +
    (h / 4) * (a + b + c + d) +
    t * (b * c * d + a * c * d + a * b * d + a * b * c);
  const recursion = kadanoffVariational({ parameter: p, field: true });
  assert.equal(recursion.couplings, ['nearest', 'diagonal', 'four-spin', 'field', 'three-spin']);
  const next = recursion.map(couplings);
  const constant = 4 * recursion.constant!(couplings);
  for (let up = 0; up < 16; up++) {
    let sum = 0;
    for (let state = 0; state < 16; state++) {
      const s = spins(state);
      const overlap = spins(up).reduce((total, mu, k) => total + mu * s[k], 0);
      const total = s[0] + s[1] + s[2] + s[3];
      const own = potential(s, [nearest, diagonal, fourSpin, field, triple]);
      sum += Math.exp(p * overlap - Math.log(2 * Math.cosh(p * total)) + 4 * own);
    }
    near(constant + potential(spins(up), next), Math.log(sum), 1e-13, `state ${up} of the block spins`);
  }
});

test('the bound is never above the exact free energy, and near it', () => {
  const couplings = [
    0,
    0.01,
    0.05,
    0.1,
    0.15,
    0.2,
    0.25,
    0.3,
    0.35,
    0.38,
    0.42,
    criticalCoupling,
    0.46,
    0.5,
    0.6,
    0.7,
    0.8,
    1,
  ];
  for (const k of [...couplings, 1.5, 2, 3, -0.3]) {
    const { freeEnergy } = kadanoffFreeEnergy(k);
    const gap = -onsagerLogPartition(k) - freeEnergy;
    assert.ok(gap >= -1e-14 * Math.max(1, Math.abs(freeEnergy)), `K = ${k}: ${gap}`);
    assert.ok(gap < 0.007, `K = ${k}: ${gap}`);
    if (Math.abs(k) >= 0.8) assert.ok(gap < 1e-5, `K = ${k}: ${gap}`);
  }
  near(kadanoffFreeEnergy(0).freeEnergy, -Math.LN2, 1e-15, 'free spins');
  assert.is(kadanoffFreeEnergy(0).parameter, 0);
  near(
    -onsagerLogPartition(criticalCoupling) - kadanoffFreeEnergy(criticalCoupling).freeEnergy,
    0.0046,
    5e-5,
    'at K_c',
  );
});

test('at any p the bound holds, from either start, and the best p is the best', () => {
  for (const k of [0.2, criticalCoupling, 0.7]) {
    const { nearest, diagonal, fourSpin, constant } = squareDecimationStep(k);
    const { freeEnergy, parameter } = kadanoffFreeEnergy(k);
    for (const p of [0, 0.1, 0.4, 0.7, 1, 2, 9, parameter * 0.999, parameter * 1.001]) {
      const recursion = kadanoffVariational({ parameter: p });
      const decimated = (constant + flowLogPartition(recursion, [nearest, diagonal, fourSpin])) / 2;
      assert.ok(decimated >= -freeEnergy - 1e-15, `p = ${p} at ${k}`);
      assert.ok(flowLogPartition(recursion, [k, 0, 0]) >= onsagerLogPartition(k), `without decimation, p = ${p}`);
    }
  }
});

test('the critical surface separates the flows, and L = K/2 is kept', () => {
  const recursion = kadanoffVariational();
  for (const line of [
    [0.4, 0.2, -0.01],
    [0.15, 0.075, 0],
  ]) {
    for (const [k, l] of flowLine(recursion, line, 200)) assert.is(l, k / 2, 'L = K/2');
  }
  const { couplings } = separatrix(recursion, { from: [0.15, 0.075, 0], to: [0.5, 0.25, 0] });
  allNear(flowLine(recursion, couplings, 12)[12], optimum.couplings, 1e-4, 'the critical flow ends at K*');
  // the other critical point, to which the nearest-neighbour model flows
  const found = fixedPoints(recursion, { from: [0.3, 0.08, -0.05], to: [0.35, 0.12, 0.05], starts: 8 });
  assert.is(found.length, 1);
  allNear(found[0].couplings.slice(0, 2), [0.32656, 0.10049], 5e-6, 'K*, L*');
  near(found[0].exponents[0], 1.0506, 5e-5, 'y_T');
  assert.is(found[0].relevant, 1);
  const nearest = separatrix(recursion, { from: [0.3, 0, 0], to: [0.6, 0, 0] }).couplings;
  near(nearest[0], 0.4848, 5e-5, 'K_c');
  allNear(flowLine(recursion, nearest, 20)[20], found[0].couplings, 0.01, 'the critical flow from (K_c, 0, 0)');
});

test('refuses by name', () => {
  refuses(() => kadanoffVariational({ parameter: -1 }), RangeError, '"parameter" expected number in [0, 1000], got -1');
  refuses(() => kadanoffVariational({ field: 0 as never }), TypeError, '"field" expected true or false, got 0');
  refuses(() => kadanoffFreeEnergy(Infinity), RangeError, '"coupling" expected finite number, got Infinity');
  refuses(() => kadanoffVariational().map([0.1]), RangeError, '"couplings" expected length 3, got 1');
});

test.run();
