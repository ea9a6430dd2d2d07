/** Least squares of functions that are not linear. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { descend, type LeastSquares, type LeastSquaresPoint, NormalEquations } from '../../src/linear/leastSquares.js';
import { allNear } from '../assert.js';

const test = suite('linear/leastSquares');

/** Of residuals and their derivatives. */
function problem(residuals: (x: Float64Array) => number[] | null, jacobian: (x: Float64Array) => number[][]) {
  return {
    point(parameters: Float64Array) {
      const r = residuals(parameters);
      return r && { parameters, loss: r.reduce((sum, value) => sum + value ** 2 / 2, 0) };
    },
    normal({ parameters }: LeastSquaresPoint) {
      const normal = new NormalEquations(parameters.length);
      const rows = jacobian(parameters);
      residuals(parameters)!.forEach((r, k) => {
        normal.add(Float64Array.from(rows[k]), r);
      });
      return normal;
    },
  } satisfies LeastSquares<LeastSquaresPoint>;
}

const begin = (own: LeastSquares<LeastSquaresPoint>, ...x: number[]) => ({
  at: own.point(Float64Array.from(x)) as LeastSquaresPoint,
  damping: 1,
});

test('a curved valley (Rosenbrock)', () => {
  const own = problem(
    ([x, y]) => [10 * (y - x * x), 1 - x],
    ([x]) => [
      [-20 * x, 10],
      [-1, 0],
    ],
  );
  const { at } = descend(own, begin(own, -1.2, 1), { iterations: 200, enough: 0 });
  allNear([...at.parameters], [1, 1], 1e-6, 'minimum');
});

test('it ends where the loss is small enough, where steps do not help, and at a border', () => {
  const line = problem(
    ([x]) => [x - 3],
    () => [[1]],
  );
  assert.is(descend(line, begin(line, 0), { iterations: 50, enough: 10 }).at.parameters[0], 0);
  assert.ok(descend(line, begin(line, 0), { iterations: 50, enough: 1e-20 }).at.loss < 1e-20);
  const flat = problem(
    () => [1],
    () => [[0]],
  );
  assert.is(descend(flat, begin(flat, 2), { iterations: 5, enough: 0 }).at.parameters[0], 2);
  // 3 is not allowed
  const walled = problem(
    ([x]) => (x > 1 ? null : [x - 3]),
    () => [[1]],
  );
  const { at } = descend(walled, begin(walled, 0), { iterations: 100, enough: 0 });
  assert.ok(at.parameters[0] > 0.9 && at.parameters[0] <= 1, `x = ${at.parameters[0]}`);
});

test.run();
