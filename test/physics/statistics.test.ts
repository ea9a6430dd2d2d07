/** The yardsticks of the statistical tests, against closed forms. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chiSquareTail, mahalanobis, normalTail, standardNormal } from './statistics.js';

const test = suite('physics/statistics');

function close(actual: number, expected: number, bound: number): void {
  assert.ok(Math.abs(actual - expected) <= bound * Math.abs(expected), `${actual}, expected ${expected}`);
}

test('χ² with an even number of degrees is a Poisson sum', () => {
  for (const freedom of [2, 4, 10, 60, 400]) {
    for (const x of [0.1, 1, freedom / 2, freedom, 1.3 * freedom, 2 * freedom]) {
      let term = Math.exp(-x / 2);
      let sum = term;
      for (let k = 1; k < freedom / 2; k++) {
        term *= x / 2 / k;
        sum += term;
      }
      close(chiSquareTail(x, freedom), sum, 1e-9);
    }
  }
});

test('the normal distribution at its well-known places', () => {
  close(normalTail(1), 0.31731050786291404, 1e-10);
  close(normalTail(1.959963984540054), 0.05, 1e-10);
  close(normalTail(-3.290526731491926), 0.001, 1e-9);
});

test('numbers that are too narrow, too wide or off centre are seen', () => {
  const z = Array.from({ length: 40 }, (_, k) => Math.SQRT2 * Math.cos(k * 2.39996));
  const good = standardNormal(z);
  assert.ok(good.pMean > 0.5 && good.pVariance > 0.5);
  assert.ok(standardNormal(z.map((x) => 2 * x)).pVariance < 1e-6);
  assert.ok(standardNormal(z.map((x) => x / 2)).pVariance < 1e-4);
  assert.ok(standardNormal(z.map((x) => x + 1)).pMean < 1e-6);
});

test('mahalanobis on 2 × 2', () => {
  // [[4, 2], [2, 3]]⁻¹ = [[3, -2], [-2, 4]] / 8
  close(mahalanobis([1, 2], Float64Array.of(4, 2, 2, 3)), (3 - 8 + 16) / 8, 1e-14);
  assert.throws(() => mahalanobis([1, 2], Float64Array.of(1, 2, 2, 1)), /positive definite/);
});

test.run();
