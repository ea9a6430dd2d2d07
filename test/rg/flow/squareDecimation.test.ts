import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { criticalCoupling, onsagerLogPartition } from '../../../src/exact/onsager.js';
import { fixedPoints } from '../../../src/rg/flow/fixedPoints.js';
import { separatrix } from '../../../src/rg/flow/flowLine.js';
import { flowLogPartition } from '../../../src/rg/flow/logPartition.js';
import { squareDecimation, squareDecimationStep } from '../../../src/rg/flow/squareDecimation.js';
import { near, refuses } from '../../assert.js';

const test = suite('rg/flow/squareDecimation');

test('the step is the exact sum over a removed spin, in all 16 states of its neighbours', () => {
  for (const coupling of [-0.7, 0, 1e-3, 0.44, 2, 30]) {
    const { nearest, diagonal, fourSpin, constant } = squareDecimationStep(coupling);
    for (let state = 0; state < 16; state++) {
      const [a, b, c, d] = [0, 1, 2, 3].map((k) => 2 * ((state >> k) & 1) - 1);
      const total = Math.abs(coupling * (a + b + c + d));
      // a nearest pair of the new lattice has two removed spins beside it
      const around = (nearest / 2) * (a * b + b * c + c * d + d * a);
      near(
        constant + around + diagonal * (a * c + b * d) + fourSpin * a * b * c * d,
        total + Math.log1p(Math.exp(-2 * total)),
        1e-14 * Math.max(1, total),
        `K = ${coupling}, state ${state}`,
      );
    }
  }
  const small = squareDecimationStep(1e-6);
  near(small.nearest / 1e-12, 2, 1e-9, 'K -> 0: nearest 2K²');
  near(small.fourSpin / 1e-24, -2, 1e-3, 'K -> 0: four spins -2K⁴');
});

test('K* = 0.5069810191 and ν = 0.9346', () => {
  const recursion = squareDecimation();
  const [point, ...others] = fixedPoints(recursion, { from: [0.01], to: [3] });
  assert.is(others.length, 0);
  near(point.couplings[0], 0.5069810191, 5e-11, 'K*');
  near(1 / point.exponents[0], 0.9346, 5e-5, 'ν');
  const { couplings } = separatrix(recursion, { from: [0.1], to: [1] });
  near(couplings[0], point.couplings[0], 1e-12, 'the flow is separated there');
});

test('ln Z: 0.032 too large at K_c, to leading order exact as K -> 0, 3K at strong coupling', () => {
  const gap = (k: number): number => flowLogPartition(squareDecimation(), [k]) - onsagerLogPartition(k);
  near(gap(0), 0, 1e-15, 'free spins');
  near(gap(0.02) / gap(0.01), 16, 0.5, 'an error of order K⁴');
  near(gap(criticalCoupling), 0.032, 5e-4, 'at K_c');
  near(flowLogPartition(squareDecimation(), [40]) / 40, 3, 0.02, 'strong coupling');
});

test('refuses by name', () => {
  refuses(() => squareDecimationStep(Number.NaN), RangeError, '"coupling" expected finite number, got NaN');
  refuses(() => squareDecimation().map([]), RangeError, '"couplings" expected length 1, got 0');
});

test.run();
