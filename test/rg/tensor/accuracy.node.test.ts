/** The numbers of the literature at larger bonds; in the matrix also the largest ones. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bondWeightedTrg, criticalCoupling, hotrg, isingTensor, loopTnr, trg } from '../../../src/all.js';
import { near } from '../../assert.js';
import { MATRIX } from '../../matrix.js';

const test = suite('rg/tensor/accuracy');

const CRITICAL = 0.92969539834161;
const critical = isingTensor({ coupling: criticalCoupling });

test('TRG, χ = 24: ln Z, and at step 8 c and the dimensions', () => {
  const steps = [...trg(critical, { bond: 24, steps: 26 })];
  assert.ok(Math.abs(steps[26].logPartition / CRITICAL - 1) < 1.2e-6);
  near(steps[8].centralCharge as number, 0.495, 2e-4, 'c of steps 7 and 8');
  near(steps[9].centralCharge as number, 0.5027, 2e-4, 'c of steps 8 and 9');
  const { dimensions } = steps[8].dimensions({ count: 3 });
  near(dimensions[1].dimension, 1 / 8, 5e-4, 'Δ of the spin');
  near(dimensions[2].dimension, 1, 5e-3, 'Δ of the energy');
  // the drift of plain TRG
  const drifted = steps[16].dimensions({ count: 3 }).dimensions;
  assert.ok(Math.abs(drifted[1].dimension - 1 / 8) > 2e-3, `Δ of the spin at step 16: ${drifted[1].dimension}`);
  assert.ok(Math.abs(drifted[2].dimension - 1) > 0.02, `Δ of the energy at step 16: ${drifted[2].dimension}`);
});

test('bond-weighted TRG and HOTRG at χ = 16', () => {
  const error = (method: typeof trg) => {
    const steps = [...method(critical, { bond: 16, steps: 28 })];
    return Math.abs(steps[28].logPartition / CRITICAL - 1);
  };
  assert.ok(error(bondWeightedTrg) < 4e-7);
  assert.ok(error(hotrg) < 1e-6);
});

test('four tensors in a row give spins modulo 4', () => {
  const step = [...loopTnr(critical, { bond: 8, steps: 6 })][6];
  const { dimensions, spinPeriod } = step.dimensions({ row: 4, count: 9 });
  near(spinPeriod as number, 4, 1e-9, 'period');
  const expected = [0, 1 / 8, 1, 9 / 8, 9 / 8, 2, 2, 2, 2];
  for (const [k, each] of dimensions.entries()) near(each.dimension, expected[k], 0.02, `Δ ${k}`);
  const spins = dimensions.map(({ spin }) => Math.abs(Math.round(spin as number)));
  assert.equal(spins.slice(0, 5), [0, 0, 0, 1, 1]);
  assert.equal(spins.slice(5).sort(), [1, 1, 2, 2]);
  for (const { spin } of dimensions)
    near(Math.abs(spin as number) % 1 > 0.5 ? 1 : 0, Math.abs(spin as number) % 1, 0.01, 'spin');
});

if (MATRIX) {
  test('bond-weighted TRG, χ = 24', () => {
    const steps = [...bondWeightedTrg(critical, { bond: 24, steps: 28 })];
    assert.ok(Math.abs(steps[28].logPartition / CRITICAL - 1) < 1e-7);
  });

  test('loop-TNR, χ = 8: ln Z', () => {
    const steps = [...loopTnr(critical, { bond: 8, steps: 28 })];
    assert.ok(Math.abs(steps[28].logPartition / CRITICAL - 1) < 2e-6);
  });

  test('loop-TNR, χ = 12: no drift from step 10 to 16', () => {
    const steps = [...loopTnr(critical, { bond: 12, steps: 16 })];
    for (const step of [steps[10], steps[16]]) {
      const { dimensions } = step.dimensions({ count: 3 });
      near(dimensions[1].dimension, 1 / 8, 5e-4, `Δ of the spin, step ${step.step}`);
      near(dimensions[2].dimension, 1, 5e-4, `Δ of the energy, step ${step.step}`);
      near(step.centralCharge as number, 0.5, 1e-3, `c, step ${step.step}`);
    }
  });
}

test.run();
