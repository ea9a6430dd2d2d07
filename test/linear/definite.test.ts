import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { conditionOf, solveDefinite } from '../../src/linear/definite.js';
import { allNear } from '../assert.js';

const test = suite('linear/definite');

test('A⁻¹B solves A X = B, whatever the scales, and a singular A is told with its row', () => {
  const a = Float64Array.of(4e12, 2e6, 1e6, 2e6, 3, 0.5, 1e6, 0.5, 2);
  const b = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 10);
  const x = solveDefinite(a, b, 3);
  const product = Array.from({ length: 9 }, (_, k) =>
    [0, 1, 2].reduce((sum, j) => sum + a[Math.floor(k / 3) * 3 + j] * x[j * 3 + (k % 3)], 0),
  );
  allNear(product, b, 1e-8, 'A X');
  assert.ok(conditionOf(a, 3).condition < 50);
  const singular = Float64Array.of(1, 2, 3, 2, 5, 7, 3, 7, 10);
  assert.equal(conditionOf(singular, 3), { condition: Infinity, dependent: 2 });
  assert.ok(solveDefinite(singular, b, 3).every(Number.isNaN));
});

test.run();
