import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fixedPoints } from '../../../src/rg/flow/fixedPoints.js';
import { separatrix } from '../../../src/rg/flow/flowLine.js';
import { flowLogPartition } from '../../../src/rg/flow/logPartition.js';
import { niemeijerVanLeeuwen } from '../../../src/rg/flow/niemeijerVanLeeuwen.js';
import { walsh } from '../../../src/rg/tables/walsh.js';
import { allNear, near, refuses } from '../../assert.js';

const test = suite('rg/flow/niemeijerVanLeeuwen');

/** Centres of blocks of the triangular lattice, in Cartesian coordinates: m a + n b with |a| = |b| = √3. */
const centre = (m: number, n: number): [number, number] => [1.5 * m, Math.sqrt(3) * (n + m / 2)];

/**
 * The exact block Hamiltonian of a few blocks with all their bonds of three kinds, by enumeration: ln Σ e^{-H} over the
 * spins of majority μ, as coefficients of products of μ.
 */
function exactCouplings(centres: [number, number][], couplings: number[], field = 0): Float64Array {
  const sites = centres.flatMap(([x, y]) =>
    [90, 210, 330].map((degrees) => {
      const angle = (degrees * Math.PI) / 180;
      return [x + Math.cos(angle) / Math.sqrt(3), y + Math.sin(angle) / Math.sqrt(3)];
    }),
  );
  const bonds: [number, number, number][] = [];
  sites.forEach(([x, y], i) => {
    sites.slice(0, i).forEach(([z, w], j) => {
      const kind = [1, 3, 4].indexOf(Math.round(((x - z) ** 2 + (y - w) ** 2) * 1e6) / 1e6);
      if (kind >= 0 && couplings[kind] !== undefined) bonds.push([i, j, couplings[kind]]);
    });
  });
  const sums = new Float64Array(2 ** centres.length);
  for (let state = 0; state < 2 ** sites.length; state++) {
    const spins = sites.map((_, k) => 2 * ((state >> k) & 1) - 1);
    let weight = field * spins.reduce((sum, s) => sum + s, 0);
    for (const [i, j, k] of bonds) weight += k * spins[i] * spins[j];
    let blocks = 0;
    for (let b = 0; b < centres.length; b++) {
      if (spins[3 * b] + spins[3 * b + 1] + spins[3 * b + 2] > 0) blocks |= 1 << b;
    }
    sums[blocks] += Math.exp(weight);
  }
  return walsh(sums.map(Math.log));
}

/** A nearest, a second and a third neighbour of the block at the origin, each with all common nearest neighbours. */
const CLUSTERS = [
  [centre(0, 0), centre(1, 0), centre(0, 1), centre(1, -1)],
  [centre(0, 0), centre(1, 1), centre(1, 0), centre(0, 1)],
  [centre(0, 0), centre(2, 0), centre(1, 0)],
];

test('first cumulant: K* = (1/4) ln(1 + 2√2), y_T = 0.8822026459, y_h = 1.3690702464', () => {
  const found = fixedPoints(niemeijerVanLeeuwen({ field: true }), { from: [0.1, -1], to: [1, 1] });
  assert.is(found.length, 1);
  near(found[0].couplings[0], Math.log(1 + 2 * Math.SQRT2) / 4, 1e-14, 'K*');
  near(found[0].exponents[0], 1.3690702464, 5e-11, 'y_h');
  near(found[0].exponents[1], 0.8822026459, 5e-11, 'y_T');
  const { couplings } = separatrix(niemeijerVanLeeuwen(), { from: [0.1], to: [0.6] });
  near(couplings[0], found[0].couplings[0], 1e-12, 'the flow is separated at K*');
});

test('second cumulant: the published fixed point 0.2789, -0.0143, -0.0152; its exponents and K_c', () => {
  const even = niemeijerVanLeeuwen({ order: 2 });
  const [trivial, point, ...others] = fixedPoints(even, { from: [0, -0.2, -0.2], to: [0.6, 0.2, 0.2] });
  assert.is(others.length, 0);
  assert.is(trivial.stability, 'stable');
  allNear(point.couplings, [0.2789, -0.0143, -0.0152], 6e-5, 'published K*');
  allNear(point.couplings, [0.278869055, -0.0142479725, -0.0152312307], 6e-11, 'K*');
  near(point.exponents[0], 1.0423781118, 5e-11, 'y_T');
  assert.is(point.relevant, 1);
  const withField = niemeijerVanLeeuwen({ order: 2, field: true });
  const box = { from: [0.2, -0.1, -0.1, -0.1], to: [0.4, 0.1, 0.1, 0.1] };
  near(fixedPoints(withField, box)[0].exponents[0], 1.8450134022, 5e-11, 'y_h');
  const { couplings } = separatrix(even, { from: [0.1, 0, 0], to: [0.5, 0, 0] });
  near(couplings[0], 0.2574842431, 6e-11, 'K_c');
});

test('both orders have the coefficients that an enumeration of clusters of blocks gives', () => {
  CLUSTERS.forEach((centres, kind) => {
    // K₁² and below: the difference falls by 8 at least when K is halved
    const difference = (k: number): number =>
      exactCouplings(centres, [k])[0b11] - niemeijerVanLeeuwen({ order: 2 }).map([k, 0, 0])[kind];
    const ratio = difference(0.01) / difference(0.005);
    assert.ok(Math.abs(difference(0.01)) < 2e-5, `kind ${kind}: ${difference(0.01)}`);
    assert.ok(ratio > 7.5, `kind ${kind}: order of the difference, ${ratio}`);
    for (const bond of [1, 2]) {
      const couplings = [0, 0, 0].map((_, k) => (k === bond ? 1e-4 : 0));
      const exact = exactCouplings(centres.slice(0, 2), couplings)[0b11];
      near(exact, niemeijerVanLeeuwen({ order: 2 }).map(couplings)[kind], 5e-8, `K${bond + 1} into kind ${kind}`);
    }
  });
  const difference = (k: number): number =>
    exactCouplings(CLUSTERS[0].slice(0, 2), [k])[0b11] - niemeijerVanLeeuwen().map([k])[0];
  near(difference(0.02) / difference(0.01), 8, 0.8, 'two blocks alone have no second cumulant');
});

test('the field has the coefficients of an enumeration, to first order in it', () => {
  const b = 1e-4;
  const difference = (k: number): number => {
    const alone = exactCouplings([centre(0, 0)], [k], b)[1];
    const pair = exactCouplings([centre(0, 0), centre(1, 0)], [k], b)[1];
    const whole = niemeijerVanLeeuwen({ order: 2, field: true }).map([k, 0, 0, b])[3];
    near(alone, niemeijerVanLeeuwen({ field: true }).map([k, b])[1], 1e-10, 'a block alone');
    // each of six neighbours adds the same at this order
    return (alone + 6 * (pair - alone) - whole) / b;
  };
  near(difference(0.02) / difference(0.01), 4, 0.5, 'order of the difference');
});

/** ln Z per site of the triangular lattice (Houtappel 1950), by the trapezoidal rule. */
function triangularLogPartition(k: number): number {
  const n = 120;
  const [c, s] = [Math.cosh(2 * k), Math.sinh(2 * k)];
  let sum = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const [x, y] = [(2 * Math.PI * (i + 0.5)) / n, (2 * Math.PI * (j + 0.5)) / n];
      sum += Math.log(c ** 3 + s ** 3 - s * (Math.cos(x) + Math.cos(y) + Math.cos(x + y)));
    }
  }
  return Math.LN2 + sum / (2 * n * n);
}

test('ln Z: the first order is a lower bound, the second has the exact series to K²', () => {
  for (const k of [-0.5, -0.1, 0.05, 0.2, 0.27, 0.4, 1, 3]) {
    const gap = flowLogPartition(niemeijerVanLeeuwen(), [k]) - triangularLogPartition(k);
    assert.ok(gap < 0, `K = ${k}: ${gap}`);
  }
  const difference = (k: number): number =>
    flowLogPartition(niemeijerVanLeeuwen({ order: 2 }), [k, 0, 0]) - triangularLogPartition(k);
  near(difference(0.02) / difference(0.01), 8, 0.4, 'order of the difference');
  assert.ok(Math.abs(difference(0.01)) < 1e-6);
  near(flowLogPartition(niemeijerVanLeeuwen({ order: 2 }), [0, 0, 0]), Math.LN2, 1e-15, 'free spins');
  const [k, b] = [0, 0.01];
  const inField = flowLogPartition(niemeijerVanLeeuwen({ order: 2, field: true }), [k, 0, 0, b]);
  near(inField, Math.log(2 * Math.cosh(b)), b ** 4, 'free spins in a field, to B²');
});

test('refuses by name', () => {
  refuses(() => niemeijerVanLeeuwen({ order: 3 as never }), RangeError, '"order" expected 1 or 2, got 3');
  refuses(() => niemeijerVanLeeuwen({ field: 1 as never }), TypeError, '"field" expected true or false, got 1');
  refuses(() => niemeijerVanLeeuwen().map([1, 2]), RangeError, '"couplings" expected length 1, got 2');
});

test.run();
