import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { minimise } from '../../src/stats/minimise.js';

const test = suite('stats/minimise');

function near(actual: ArrayLike<number>, expected: number[], bound: number): void {
  expected.forEach((x, k) => {
    assert.ok(Math.abs(actual[k] - x) < bound, `${Array.from(actual)}, expected ${expected}`);
  });
}

test('finds the bottom of a bowl in one, two and three dimensions', () => {
  for (const target of [[3], [-1, 0.5], [0.1, 20, -3]]) {
    const { at, value, converged } = minimise(
      (x) => x.reduce((sum, v, k) => sum + (k + 1) * (v - target[k]) ** 2, 7),
      target.map(() => 0),
      target.map(() => 0.5),
    );
    assert.ok(converged);
    near(at, target, 1e-5);
    assert.ok(Math.abs(value - 7) < 1e-9);
  }
});

test('follows the bent valley of Rosenbrock', () => {
  const { at, converged } = minimise(([x, y]) => 100 * (y - x * x) ** 2 + (1 - x) ** 2, [-1.2, 1], [0.5, 0.5], 1e-7);
  assert.ok(converged);
  near(at, [1, 1], 1e-5);
});

test('scales of very different size, a kink, and a wall of Infinity', () => {
  const { at, converged } = minimise(
    ([x, y]) => (x < 0 ? Infinity : Math.abs(x - 1e-4) * 1e4 + ((y - 3e3) / 1e3) ** 2),
    [5e-4, 1e3],
    [1e-4, 1e3],
  );
  assert.ok(converged);
  near([at[0] * 1e4, at[1] / 1e3], [1, 3], 1e-4);
});

test('a function without a minimum does not converge', () => {
  assert.not(minimise(([x, y]) => x + y, [0, 0], [1, 1]).converged);
});

test.run();
