import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Machine } from '../../src/wasm/machine.js';
import { COMMON } from '../../src/wasm/scalar.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { decimal, type Exact, exactExp, exactLog, exactSigmoid, exactSoftplus, ulps } from '../reference/exact.js';
import * as twin from '../reference/math.js';
import { exp32, sigmoid32 } from '../reference/units.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/math');

const { kernels } = new Machine(COMMON, { none: 1 });

/** The largest errors that assembly/math.ts states, in ulp: of f64 for the first four, of f32 for the last two. */
const STATED = { exp: 0.9, log: 1, softplus: 2.7, sigmoid: 2.2, exp4: 3.2, sigmoid4: 3.5 };

/** Equality that tells -0 from 0 and knows NaN. */
function is(actual: number, expected: number, message?: string): void {
  assert.ok(Object.is(actual, expected), `${message ?? 'value'}: ${actual} is not ${expected}`);
}

/** Asserts that the largest error is at most as stated, and that the statement is no idle one: the sweep comes near it. */
function measured(name: keyof typeof STATED, largest: number, at: number): void {
  assert.ok(largest <= STATED[name], `${name}(${at}) is wrong by ${largest} ulp, stated are ${STATED[name]}`);
  assert.ok(largest > 0.75 * STATED[name], `${name}: no error above ${largest} ulp seen, stated are ${STATED[name]}`);
}

function largestError(points: Iterable<number>, f: (x: number) => number, exact: (x: number) => Exact) {
  let largest = 0;
  let at = Number.NaN;
  for (const x of points) {
    const error = ulps(f(x), exact(x));
    // not `>`: a NaN must not slip through
    if (!(error <= largest)) {
      largest = error;
      at = x;
    }
  }
  return { largest, at };
}

/** `count` random points in [low, high), and the ends. */
function between(low: number, high: number, count: number): number[] {
  const draws = new Draws(count);
  return [low, high, ...Array.from({ length: count }, () => draws.uniform(low, high))];
}

/** ± 2^-k·u for many k. */
function tiny(count: number): number[] {
  const draws = new Draws(11);
  return Array.from({ length: count }, (_, k) => (k % 2 ? -1 : 1) * draws.uniform(1, 2) * 2 ** -draws.integer(1, 1074));
}

test('the measure itself: known digits, and errors of a known size', () => {
  // e, ln 10, ln 2, 1/(1 + 1/e) and log(1 + e^2.5), by Python's decimal
  assert.is(decimal(exactExp(1), 60), '2.718281828459045235360287471352662497757247093699959574966967');
  assert.is(decimal(exactLog(10), 60), '2.302585092994045684017991454684364207601101488628772976033327');
  assert.is(decimal(exactSoftplus(0), 60), '0.693147180559945309417232121458176568075500134360255254120680');
  assert.is(decimal(exactSigmoid(1), 60), '0.731058578630004879251159241821836274365144640165056519276365');
  assert.is(decimal(exactSigmoid(-1), 60), '0.268941421369995120748840758178163725634855359834943480723634');
  assert.is(decimal(exactSoftplus(2.5), 60), '2.578889734292549623344043916717550997259079421066961476183422');
  assert.is(decimal(exactSoftplus(-2.5), 60), '0.078889734292549623344043916717550997259079421066961476183422');
  assert.ok(ulps(Math.E, exactExp(1)) < 0.5);
  assert.ok(Math.abs(ulps(Math.E + 2 ** -51, exactExp(1)) - 1) < 0.5);
  // e^-745 is 0.57125 times the smallest double
  assert.ok(Math.abs(ulps(5e-324, exactExp(-745)) - 0.42875) < 1e-5);
  assert.ok(Math.abs(ulps(0, exactExp(-745)) - 0.57125) < 1e-5);
  is(ulps(Number.NaN, exactExp(0)), Number.POSITIVE_INFINITY);
});

test('exp is within its stated error, over all arguments with a normal result', () => {
  const halves = Array.from({ length: 2000 }, (_, k) => ((k % 400) - 200.5) * Math.LN2 * (1 + ((k % 7) - 3) * 2e-16));
  const points = [...between(-708.39, 709.782712893383, 4000), ...between(-13, 13, 8000), ...tiny(1000), ...halves];
  const { largest, at } = largestError(points, kernels.exp, exactExp);
  measured('exp', largest, at);
  for (const x of points) is(kernels.exp(x), twin.exp(x));
});

test('exp where the result is subnormal is within 1 unit of the smallest double', () => {
  const points = between(-745.133219101941, -708.4, 4000);
  const { largest, at } = largestError(points, kernels.exp, exactExp);
  assert.ok(largest < 1, `exp(${at}) is wrong by ${largest}`);
  for (const x of points) is(kernels.exp(x), twin.exp(x));
});

test('exp at the edges', () => {
  const { exp } = kernels;
  is(exp(0), 1);
  is(exp(-0), 1);
  is(exp(5e-324), 1);
  is(exp(-5e-324), 1);
  assert.ok(
    ulps(exp(709.782712893384), exactExp(709.782712893384)) <= 1,
    'the largest argument that does not overflow',
  );
  is(exp(709.7827128933841), Infinity);
  is(exp(1e30), Infinity);
  is(exp(Infinity), Infinity);
  is(exp(-745.1332191019411), 5e-324);
  is(exp(-745.1332191019412), 0, 'just below half of the smallest double');
  is(exp(-1e30), 0);
  is(exp(-Infinity), 0);
  is(exp(Number.NaN), Number.NaN);
});

test('log is within its stated error, over all arguments', () => {
  const draws = new Draws(12);
  const powers = Array.from({ length: 4000 }, () => draws.uniform(1, 2) * 2 ** draws.integer(-1074, 1023));
  const points = [
    ...between(0.5, 2, 8000),
    ...between(Math.SQRT1_2 * 0.999, Math.SQRT1_2 * 1.001, 4000),
    ...between(Math.SQRT2 * 0.999, Math.SQRT2 * 1.001, 4000),
    ...tiny(2000).map((x) => 1 + x / 2),
    ...powers,
    1 + 2 ** -52,
    1 - 2 ** -53,
    5e-324,
    2.2250738585072014e-308,
    2.225073858507201e-308,
    Number.MAX_VALUE,
  ].filter((x) => x !== 1);
  const { largest, at } = largestError(points, kernels.log, exactLog);
  measured('log', largest, at);
  for (const x of points) is(kernels.log(x), twin.log(x));
});

test('log at the edges', () => {
  const { log } = kernels;
  is(log(1), 0);
  is(log(0), -Infinity);
  is(log(-0), -Infinity);
  is(log(Infinity), Infinity);
  is(log(-5e-324), Number.NaN);
  is(log(-Infinity), Number.NaN);
  is(log(Number.NaN), Number.NaN);
});

test('softplus is within its stated error, over all arguments with a normal result', () => {
  const points = [
    ...between(-1, -0.4, 8000),
    ...between(-3, 3, 4000),
    ...between(-40, 40, 2000),
    ...between(-708.39, -40, 2000),
    ...tiny(500),
  ];
  const { largest, at } = largestError(points, kernels.softplus, exactSoftplus);
  measured('softplus', largest, at);
  const least = largestError(between(-745.133, -708.4, 1000), kernels.softplus, exactSoftplus);
  assert.ok(least.largest < 1, `softplus(${least.at}) is wrong by ${least.largest} smallest doubles`);
});

test('softplus at the edges', () => {
  const { softplus } = kernels;
  is(softplus(-Infinity), 0);
  is(softplus(-1e30), 0);
  is(softplus(-745), 5e-324);
  is(softplus(-746), 0);
  is(softplus(0), softplus(-0));
  is(softplus(709.78), 709.78);
  is(softplus(745), 745);
  is(softplus(1e30), 1e30);
  is(softplus(Infinity), Infinity);
  is(softplus(Number.NaN), Number.NaN);
});

test('sigmoid is within its stated error, down to where it is subnormal', () => {
  const points = [
    ...between(-3, 3, 4000),
    ...between(-40, 40, 4000),
    ...between(-37.5, -35.5, 8000),
    ...between(-708.39, -40, 2000),
    ...tiny(500),
  ];
  const { largest, at } = largestError(points, kernels.sigmoid, exactSigmoid);
  measured('sigmoid', largest, at);
});

test('sigmoid at the edges', () => {
  const { sigmoid } = kernels;
  is(sigmoid(0), 0.5);
  is(sigmoid(-0), 0.5);
  is(sigmoid(5e-324), 0.5);
  is(sigmoid(37), 1);
  is(sigmoid(1e30), 1);
  is(sigmoid(Infinity), 1);
  assert.ok(sigmoid(-709.78) > 0);
  is(sigmoid(-709.79), 0, 'e^709.79 overflows; the true value, 5e-309, is subnormal');
  is(sigmoid(-1e30), 0);
  is(sigmoid(-Infinity), 0);
  is(sigmoid(Number.NaN), Number.NaN);
});

/** Every `stride`-th float from 2^-30 to 87 and its negative, both borders included. */
function floatsUpTo87(stride: number): Float32Array {
  const [low, high] = new Int32Array(Float32Array.of(2 ** -30, 87).buffer);
  const count = Math.floor((high - low) / stride);
  const bits = Int32Array.from(
    { length: 2 * count },
    (_, k) => (k < count ? 0 : 1 << 31) | (high - (k % count) * stride),
  );
  return new Float32Array(bits.buffer);
}

function largestError32(kernel: 'expArray' | 'sigmoidArray', f: (x: number) => number) {
  const points = floatsUpTo87(401);
  const n = Math.ceil(points.length / 4) * 4;
  const machine = new Machine(COMMON, { x: 4 * n });
  machine.f32('x').set(points);
  machine.kernels[kernel](machine.at.x, n);
  const values = machine.f32('x');
  let [largest, at, relative] = [0, Number.NaN, 0];
  points.forEach((x, k) => {
    const truth = f(x);
    const error = Math.abs(values[k] - truth);
    const place = 2 ** (Math.max(Math.floor(Math.log2(truth)), -126) - 23);
    // not `>`: a NaN must not slip through
    if (!(error / place <= largest)) [largest, at] = [error / place, x];
    relative = Math.max(relative, error / truth);
  });
  return { largest, at, relative };
}

test('the exponential of floats is within its stated error', () => {
  const { largest, at, relative } = largestError32('expArray', kernels.exp);
  measured('exp4', largest, at);
  assert.ok(relative < 2.7e-7, `relative error ${relative}`);
});

test('the sigmoid of floats is within its stated error', () => {
  const { largest, at, relative } = largestError32('sigmoidArray', kernels.sigmoid);
  measured('sigmoid4', largest, at);
  assert.ok(relative < 3e-7, `relative error ${relative}`);
});

// biome-ignore format: pairs
const EDGES = [0, -0, 1e-45, -1e-45, 1e-38, -1e-38, 16.7, 17, -16.7, -17, 86.99, 87, 87.00001, 88, 89, 745, 1e30, Infinity,
  -86.99, -87, -87.00001, -88, -89, -745, -1e30, -Infinity, Number.NaN, 0.34657359, -0.34657359, 1.0397208, 20.5, -20.5];

test('both array functions equal their twins, to the last bit, and touch nothing past the end', () => {
  const draws = new Draws(13);
  const values = Float32Array.from([...EDGES, ...draws.floats(2000, -90, 90), ...draws.floats(2000, -2, 2)]);
  const machine = rubbishMachine({ x: 4 * values.length, guard: 64 });
  for (const [kernel, f] of [
    ['expArray', exp32],
    ['sigmoidArray', sigmoid32],
  ] as const) {
    machine.f32('x').set(values);
    writesOnly(machine, { x: 'all' }, () => machine.kernels[kernel](machine.at.x, values.length));
    sameBits(machine.f32('x').slice(), values.map(f), kernel);
  }
});

test('both array functions at the edges', () => {
  const machine = new Machine(COMMON, { x: 4 * EDGES.length });
  const run = (kernel: 'expArray' | 'sigmoidArray') => {
    machine.f32('x').set(EDGES);
    machine.kernels[kernel](machine.at.x, EDGES.length);
    return (x: number) => machine.f32('x')[EDGES.findIndex((edge) => Object.is(edge, x))];
  };
  const exp = run('expArray');
  const edge = exp(87);
  for (const x of [0, -0, 1e-45, -1e-45, 1e-38]) is(exp(x), 1);
  for (const x of [87.00001, 88, 745, 1e30, Infinity]) is(exp(x), edge, 'no more than e^87');
  for (const x of [-87.00001, -88, -745, -1e30, -Infinity]) is(exp(x), exp(-87), 'no less than e^-87');
  assert.ok(Math.abs(edge / kernels.exp(87) - 1) < 3e-7 && Math.abs(exp(-87) / kernels.exp(-87) - 1) < 3e-7);
  is(exp(Number.NaN), Number.NaN);

  const sigmoid = run('sigmoidArray');
  for (const x of [0, -0, 1e-45, -1e-45]) is(sigmoid(x), 0.5);
  for (const x of [17, 20.5, 87, 88, 745, 1e30, Infinity]) is(sigmoid(x), 1);
  assert.ok(sigmoid(-87) > 1e-38, 'the last one that is not zero');
  for (const x of [-87.00001, -88, -745, -1e30, -Infinity]) is(sigmoid(x), 0, 'exactly zero, and +0');
  is(sigmoid(Number.NaN), Number.NaN);
});

test.run();
