import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { descent, type Iterate } from '../../src/stats/lbfgs.js';
import { Draws } from '../reference/draws.js';

const test = suite('stats/lbfgs');

const run = (f: Parameters<typeof descent>[0], start: number[], tolerance = 1e-10, most = 1000): Iterate[] => {
  const points: Iterate[] = [];
  for (const point of descent(f, Float64Array.from(start), { tolerance })) {
    points.push(point);
    if (point.iteration === most) break;
  }
  return points;
};

test('a quadratic form with eigenvalues over four decades: its minimum, never uphill', () => {
  const draws = new Draws(1);
  const n = 20;
  const centre = Array.from({ length: n }, () => draws.uniform(-3, 3));
  const points = run(
    (x, gradient) =>
      x.reduce((sum, value, k) => {
        const curvature = 10 ** ((4 * k) / (n - 1));
        gradient[k] = curvature * (value - centre[k]);
        return sum + (curvature * (value - centre[k]) ** 2) / 2;
      }, 0),
    new Array(n).fill(0),
  );
  const last = points[points.length - 1];
  assert.ok(last.gradient <= 1e-10, `${last.gradient}`);
  last.at.forEach((value, k) => {
    assert.ok(Math.abs(value - centre[k]) < 1e-9);
  });
  points.slice(1).forEach((point, k) => {
    assert.ok(point.value < points[k].value);
    assert.is(point.iteration, k + 1);
    assert.ok(point.evaluations > points[k].evaluations);
  });
  assert.ok(points.length < 250, `${points.length}`);
});

test("Rosenbrock's valley", () => {
  const points = run(
    ([x, y], gradient) => {
      gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
      gradient[1] = 200 * (y - x * x);
      return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
    },
    [-1.2, 1],
  );
  const { at } = points[points.length - 1];
  assert.ok(Math.abs(at[0] - 1) < 1e-9 && Math.abs(at[1] - 1) < 1e-9, `${at}`);
  assert.ok(points.length < 100, `${points.length}`);
});

test('ends at once at a minimum, and where nothing goes lower: a kink', () => {
  const square = (x: Float64Array, gradient: Float64Array) => {
    gradient[0] = 2 * x[0];
    return x[0] ** 2;
  };
  assert.is(run(square, [0]).length, 1);
  const kink = run(
    (x, gradient) => {
      gradient[0] = x[0] < 0 ? -1 : 1;
      return Math.abs(x[0]);
    },
    [3],
  );
  assert.ok(kink[kink.length - 1].value < 1e-6);
});

test('steps back from where the function is not a number', () => {
  const points = run(
    (x, gradient) => {
      gradient[0] = 1 - 1 / x[0];
      return x[0] > 0 ? x[0] - Math.log(x[0]) : NaN;
    },
    [30],
  );
  assert.ok(Math.abs(points[points.length - 1].at[0] - 1) < 1e-8);
});

test.run();
