import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fixedPoints } from '../../../src/rg/flow/fixedPoints.js';
import { flowLine, separatrix } from '../../../src/rg/flow/flowLine.js';
import { exponents, linearise } from '../../../src/rg/flow/linearise.js';
import { flowLogPartition } from '../../../src/rg/flow/logPartition.js';
import type { FlowEquation, Recursion } from '../../../src/rg/flow/recursion.js';
import { allNear, near, refuses } from '../../assert.js';

const test = suite('rg/flow/recursion');

const about = { name: 'a map', source: 'this file', dimension: 2 };

/** x' = x³ + x/2: fixed points 0, stable, and ±1/√2, unstable, λ = 2. */
const cubic: Recursion = {
  ...about,
  couplings: ['x'],
  factor: 2,
  map: ([x]: ArrayLike<number> & number[]) => [x ** 3 + x / 2],
};

/** A spiral about (1, 2): eigenvalues r e^{±iθ}. */
const [radius, angle] = [1.5, 0.7];
const spiral: Recursion = {
  ...about,
  couplings: ['x', 'y'],
  factor: 3,
  map: (at) => {
    const [x, y] = [at[0] - 1, at[1] - 2];
    const [c, s] = [radius * Math.cos(angle), radius * Math.sin(angle)];
    return [1 + c * x - s * y + x * x, 2 + s * x + c * y];
  },
};

/** dx/dl = x - x³, dy/dl = -y: a saddle at 0, sinks at (±1, 0). */
const flow: FlowEquation = {
  ...about,
  couplings: ['x', 'y'],
  rate: ([x, y]: ArrayLike<number> & number[]) => [x - x ** 3, -y],
};

test('fixed points: all, distinct, with their stability', () => {
  const found = fixedPoints(cubic, { from: [-2], to: [2] });
  allNear(
    found.map(({ couplings }) => couplings[0]),
    [-Math.SQRT1_2, 0, Math.SQRT1_2],
    1e-14,
    'x*',
  );
  assert.equal(
    found.map(({ stability }) => stability),
    ['unstable', 'stable', 'unstable'],
  );
  assert.equal(
    found.map(({ relevant }) => relevant),
    [1, 0, 1],
  );
  near(found[2].eigenvalues[0].real, 2, 1e-11, 'λ');
  near(found[2].exponents[0], 1, 1e-11, 'y');
  assert.is(fixedPoints(cubic, { from: [0.1], to: [0.5] }).length, 0, 'none in this box');

  const saddles = fixedPoints(flow, { from: [-2, -1], to: [2, 1] });
  assert.equal(
    saddles.map(({ stability }) => stability),
    ['stable', 'saddle', 'stable'],
  );
  allNear(saddles[1].exponents, [1, -1], 1e-11, 'y of a flow equation are its eigenvalues');
  allNear(saddles[0].exponents, [-1, -2], 1e-10, 'y at a sink');
});

test('a line of fixed points is marked', () => {
  const line: Recursion = { ...about, couplings: ['x', 'y'], factor: 2, map: (at) => [at[0] / 2, at[1]] };
  const found = fixedPoints(line, { from: [-1, -1], to: [1, 1], starts: 5 });
  assert.is(found.length, 5);
  for (const { couplings, stability } of found) {
    near(couplings[0], 0, 1e-9, 'x*');
    assert.is(stability, 'marginal');
  }
});

test('complex eigenvalues come in pairs, and y is of the modulus', () => {
  const [point] = fixedPoints(spiral, { from: [0.9, 1.9], to: [1.1, 2.1], starts: 3 });
  allNear(point.couplings, [1, 2], 1e-13, 'fixed point');
  near(point.eigenvalues[0].real, radius * Math.cos(angle), 1e-11, 'Re λ');
  near(point.eigenvalues[0].imaginary, radius * Math.sin(angle), 1e-11, 'Im λ');
  near(point.eigenvalues[1].imaginary, -radius * Math.sin(angle), 1e-11, 'Im λ of the other');
  allNear(exponents(spiral, [1, 2]), [Math.log(radius) / Math.log(3), Math.log(radius) / Math.log(3)], 1e-11, 'y');
});

test('numerical derivatives are those of the function', () => {
  const map: Recursion = {
    ...about,
    couplings: ['x', 'y'],
    factor: 2,
    map: (at) => [Math.exp(at[0]) * Math.sin(at[1]), Math.log(Math.cosh(3 * at[0] * at[1]))],
  };
  for (const [x, y] of [
    [0, 0],
    [0.3, -1.2],
    [2, 0.01],
  ]) {
    const tanh = Math.tanh(3 * x * y);
    const known = [Math.exp(x) * Math.sin(y), Math.exp(x) * Math.cos(y), 3 * y * tanh, 3 * x * tanh];
    allNear(linearise(map, [x, y]).matrix, known, 1e-9, `at ${x}, ${y}`);
  }
  refuses(() => linearise({ ...cubic, map: () => [Number.NaN] }, [1]), Error, 'a map has no derivatives at 1');
});

test('flow lines iterate a recursion and integrate a flow equation', () => {
  assert.equal(flowLine(cubic, [0.5], 2), [[0.5], [0.375], [0.375 ** 3 + 0.1875]]);
  assert.is(flowLine(cubic, [3], 50).length, 3, 'ends where it has gone to infinity');
  const line = flowLine(flow, [0.5, 1], 10);
  assert.is(line.length, 11);
  near(line[10][1], Math.exp(-1), 1e-9, 'y at l = 1');
  near(line[10][0], 1 / Math.sqrt(1 + 3 * Math.exp(-2)), 1e-9, 'x at l = 1');
});

test('the separatrix lies between two sinks, finite or infinite', () => {
  const between = separatrix(flow, { from: [-0.3, 0.2], to: [0.9, 0.2] });
  near(between.couplings[0], 0, 2e-12, 'x of the separatrix');
  const beyond = separatrix(cubic, { from: [0.1], to: [3], tolerance: 1e-9 });
  near(beyond.couplings[0], Math.SQRT1_2, beyond.tolerance, 'to infinity');
  near(beyond.tolerance, 1.45e-9, 0.8e-9, 'half of an interval, in the units of x');
  const onIt = separatrix(flow, { from: [-0.5, 0.2], to: [0.5, 0.2] });
  assert.equal(onIt, { couplings: [0, 0.2], tolerance: 0 }, 'bisection meets it exactly');
  const three: FlowEquation = {
    ...about,
    couplings: ['x'],
    rate: ([x]: ArrayLike<number> & number[]) => [-Math.sin(x)],
  };
  refuses(
    () => separatrix(three, { from: [-6], to: [6] }),
    Error,
    'the flow of a map from 0 reaches the sink of neither end',
  );
  refuses(
    () => separatrix(cubic, { from: [0.1], to: [0.2] }),
    RangeError,
    '"to" expected couplings that flow to another sink than "from", got [0.2]',
  );
});

test('ln Z is the sum of what the steps sum up', () => {
  const constant: Recursion = { ...cubic, map: ([x]: ArrayLike<number> & number[]) => [x / 2], constant: () => 3 };
  near(flowLogPartition(constant, [1]), 4, 1e-14, '3 (1 + 1/4 + 1/16 + …)');
  refuses(() => flowLogPartition(cubic, [1]), TypeError, '"recursion" expected recursion with a constant, got Object');
});

test('refuses by name before any work', () => {
  refuses(() => exponents(cubic, [1, 2]), RangeError, '"couplings" expected length 1, got 2');
  refuses(() => exponents(cubic, [Number.NaN]), RangeError, '"couplings[0]" expected finite number, got NaN');
  refuses(() => exponents({} as never, [1]), TypeError, '"scheme" expected Recursion or FlowEquation, got Object');
  refuses(() => exponents({ ...cubic, factor: 1 }, [1]), RangeError, '"scheme.factor" expected number > 1, got 1');
  refuses(
    () => fixedPoints(cubic, { from: [1], to: [0] }),
    RangeError,
    '"to[0]" expected number >= from[0] = 1, got 0',
  );
  refuses(() => fixedPoints(cubic, { from: [0], to: [1], starts: 0 }), RangeError, /"starts" expected/);
  refuses(() => flowLine(cubic, [1], -1), RangeError, /"steps" expected/);
  refuses(() => separatrix(cubic, { from: [0], to: [1], tolerance: 2 }), RangeError, /"tolerance" expected/);
  refuses(
    () => flowLogPartition(flow as never, [0, 0]),
    TypeError,
    '"recursion" expected Recursion, got "FlowEquation"',
  );
});

test.run();
