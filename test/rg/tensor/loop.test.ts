import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { criticalCoupling, isingTensor, kaufman, loopTnr, pottsTensor } from '../../../src/all.js';
import { near, refuses } from '../../assert.js';

const test = suite('rg/tensor/loop');

test('tori without truncation are exact', () => {
  // the smallest torus of A and B at step 3: 2·8 sites, the 4×4 torus
  for (const K of [criticalCoupling, 0.3, -0.25]) {
    const steps = [...loopTnr(isingTensor({ coupling: K }), { bond: 16, steps: 3 })];
    near(steps[1].logPartition * 4, kaufman(2, 2, K).logPartition, 1e-11, `2×2, K = ${K}`);
    near(steps[3].logPartition * 16, kaufman(4, 4, K).logPartition, 1e-10, `4×4, K = ${K}`);
  }
});

test('Potts charges go round the ring', () => {
  let sum = 0;
  for (let state = 0; state < 81; state++) {
    const s = [0, 1, 2, 3].map((k) => Math.floor(state / 3 ** k) % 3);
    const bond = (i: number, j: number) => (s[i] === s[j] ? 2 : 0);
    sum += Math.exp(0.5 * (bond(0, 1) + bond(2, 3) + bond(0, 2) + bond(1, 3)));
  }
  const steps = [...loopTnr(pottsTensor({ states: 3, coupling: 0.5 }), { bond: 9, steps: 1 })];
  near(steps[1].logPartition * 4, Math.log(sum), 1e-11, 'ln Z');
});

test('at K_c with χ = 6: ln Z, c, dimensions and spins of two tensors in a row', () => {
  const steps = [...loopTnr(isingTensor({ coupling: criticalCoupling }), { bond: 6, steps: 8 })];
  const { dimensions, spinPeriod } = steps[8].dimensions({ count: 5 });
  assert.is(spinPeriod, 2);
  for (const [k, expected] of [0, 1 / 8, 1, 9 / 8, 9 / 8].entries()) {
    near(dimensions[k].dimension, expected, k < 2 ? 5e-4 : 0.03, `Δ ${k}`);
    near(Math.abs(dimensions[k].spin as number), k < 3 ? 0 : 1, 0.01, `spin ${k}`);
  }
  near(steps[8].centralCharge as number, 0.5, 0.006, 'c');
  assert.is(steps[8].x2, null);
  assert.ok(steps[8].discarded < 1e-4, `distance ${steps[8].discarded}`);
});

test('phases on both sides of K_c', () => {
  for (const [K, phases] of [
    [criticalCoupling - 0.03, 1],
    [criticalCoupling + 0.03, 2],
  ]) {
    const last = [...loopTnr(isingTensor({ coupling: K }), { bond: 4, steps: 16 })][16];
    near(last.x1, phases, 1e-4, `X1 at ${K}`);
  }
});

test('an odd row of alternating tensors is refused', () => {
  const [, step] = loopTnr(isingTensor({ coupling: 0.4 }), { bond: 4, steps: 1 });
  refuses(() => step.dimensions({ row: 3 }), RangeError, '"row" expected 2 or 4 where tensors alternate, got 3');
});

test.run();
