import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decimate } from '../../../src/exact/chain.js';
import { criticalCoupling, onsagerLogPartition } from '../../../src/exact/onsager.js';
import { fixedPoints } from '../../../src/rg/flow/fixedPoints.js';
import { separatrix } from '../../../src/rg/flow/flowLine.js';
import { exponents, linearise } from '../../../src/rg/flow/linearise.js';
import { flowLogPartition } from '../../../src/rg/flow/logPartition.js';
import { migdalKadanoff, migdalKadanoffFlow } from '../../../src/rg/flow/migdalKadanoff.js';
import type { FlowEquation, Recursion } from '../../../src/rg/flow/recursion.js';
import { allNear, near, refuses, relativelyClose } from '../../assert.js';

const test = suite('rg/flow/migdalKadanoff');

/** K* and y of the one unstable fixed point at finite coupling. */
function critical(scheme: Recursion | FlowEquation, high = 3): { coupling: number; y: number } {
  const found = fixedPoints(scheme, { from: [1e-3], to: [high] });
  assert.is(found.length, 1, scheme.name);
  assert.is(found[0].relevant, 1);
  return { coupling: found[0].couplings[0], y: found[0].exponents[0] };
}

test('b = 2, d = 2: K -> (1/2) ln cosh 4K, K* = 0.3046889317, y_T = 0.7472357189', () => {
  const recursion = migdalKadanoff({ dimension: 2 });
  for (const k of [-2, -0.1, 0, 1e-3, 0.3, 1, 50]) {
    near(recursion.map([k])[0], (Math.abs(4 * k) + Math.log((1 + Math.exp(-8 * Math.abs(k))) / 2)) / 2, 1e-13, `${k}`);
  }
  const { coupling, y } = critical(recursion);
  near(coupling, 0.3046889317, 5e-11, 'K*');
  near(y, 0.7472357189, 5e-11, 'y_T');
  const { couplings, tolerance } = separatrix(recursion, { from: [0.1], to: [1] });
  near(couplings[0], coupling, 2 * tolerance, 'the flow is separated at K*');
});

test('the other order has K* larger by b^(d-1) and the same y', () => {
  for (const [dimension, factor] of [
    [2, 2],
    [3, 2],
    [2.5, 3],
  ]) {
    const first = critical(migdalKadanoff({ dimension, factor }));
    const second = critical(migdalKadanoff({ dimension, factor, order: 'decimate' }));
    relativelyClose(second.coupling, first.coupling * factor ** (dimension - 1), 1e-13, 'K*');
    near(second.y, first.y, 1e-12, 'y');
  }
});

test('b -> 1 in d = 2: K* is exact for Ising and Potts, y_T = 0.7535495197', () => {
  const { coupling, y } = critical(migdalKadanoffFlow({ dimension: 2 }));
  relativelyClose(coupling, criticalCoupling, 1e-14, 'K_c');
  near(y, 0.7535495197, 5e-11, 'y_T');
  near(y, 2 - 2 * Math.SQRT2 * criticalCoupling, 1e-13, 'y_T in closed form');
  for (const states of [2, 3, 4, 10]) {
    const potts = critical(migdalKadanoffFlow({ dimension: 2, states }));
    relativelyClose(potts.coupling, Math.log(1 + Math.sqrt(states)), 1e-14, `K_c, q = ${states}`);
  }
  const { couplings } = separatrix(migdalKadanoffFlow({ dimension: 2 }), { from: [0.1], to: [1] });
  near(couplings[0], criticalCoupling, 1e-12, 'the flow is separated at K_c');
});

test('the gap of y from the limit b -> 1 grows with b; d = 1 + ε has K* = 1/(2ε), y = ε', () => {
  const limit = critical(migdalKadanoffFlow({ dimension: 2 })).y;
  const gaps = [2, 3, 4, 6].map((factor) => limit - critical(migdalKadanoff({ dimension: 2, factor })).y);
  for (let k = 0; k < gaps.length; k++) assert.ok(gaps[k] > (k === 0 ? 0 : gaps[k - 1]), `${gaps}`);
  const small = 0.01;
  const near1 = critical(migdalKadanoffFlow({ dimension: 1 + small }), 100);
  relativelyClose(near1.coupling, 1 / (2 * small), 0.02, 'K* = 1/(2ε) in d = 1 + ε');
  relativelyClose(near1.y, small, 0.02, 'y = ε in d = 1 + ε');
});

test('in d = 1 it is decimation, at any b, without a critical point', () => {
  for (const factor of [2, 3, 7]) {
    for (const order of ['move', 'decimate'] as const) {
      const recursion = migdalKadanoff({ dimension: 1, factor, order });
      for (const k of [-1.3, -0.2, 0, 1e-4, 0.3, 2, 40, 800]) {
        near(recursion.map([k])[0], decimate(k, factor), 1e-14 * Math.max(1, Math.abs(k)), `K = ${k}, b = ${factor}`);
      }
    }
    assert.is(fixedPoints(migdalKadanoff({ dimension: 1, factor }), { from: [0.01], to: [5] }).length, 0);
  }
});

test('Potts with q = 2 is the Ising model at half of the coupling', () => {
  for (const [dimension, factor] of [
    [2, 2],
    [3, 3],
  ]) {
    const [ising, potts] = [migdalKadanoff({ dimension, factor }), migdalKadanoff({ dimension, factor, states: 2 })];
    const bonds = dimension;
    for (const k of [-0.4, 0, 0.05, 0.3, 2]) {
      near(potts.map([2 * k])[0], 2 * ising.map([k])[0], 1e-13, `K' at ${k}`);
      const shifted = flowLogPartition(potts, [2 * k]) - bonds * k;
      near(shifted, flowLogPartition(ising, [k]), 1e-13, `ln Z at ${k}`);
    }
    near(critical(potts).y, critical(ising).y, 1e-12, 'y');
  }
  for (const k of [0.05, 0.44, 2]) {
    const rate = 2 * migdalKadanoffFlow({ dimension: 2 }).rate([k])[0];
    near(migdalKadanoffFlow({ dimension: 2, states: 2 }).rate([2 * k])[0], rate, 1e-14, `rate at ${k}`);
    near(rate / 2, k + (Math.sinh(2 * k) * Math.log(Math.tanh(k))) / 2, 1e-14, `rate in closed form at ${k}`);
  }
});

test('a chain of Potts spins is summed correctly', () => {
  for (const states of [2, 3, 5]) {
    for (const k of [-1, 0.4, 2]) {
      const [x] = migdalKadanoff({ dimension: 1, states, factor: 3 }).map([k]);
      // Σ over two inner spins of a chain of three bonds, between equal and between different ends
      const sum = (last: number): number => {
        let total = 0;
        for (let a = 0; a < states; a++) {
          for (let b = 0; b < states; b++) {
            total += Math.exp(k * (Number(a === 0) + Number(a === b) + Number(b === last)));
          }
        }
        return total;
      };
      near(x, Math.log(sum(0) / sum(1)), 1e-14, `K', q = ${states}, K = ${k}`);
      near(
        3 * migdalKadanoff({ dimension: 1, states, factor: 3 }).constant!([k]),
        Math.log(sum(1)),
        1e-13,
        `constant, q = ${states}, K = ${k}`,
      );
    }
  }
});

test('derivatives in closed form are the numerical ones', () => {
  const schemes = [
    migdalKadanoff({ dimension: 2 }),
    migdalKadanoff({ dimension: 3, factor: 3, states: 3 }),
    migdalKadanoff({ dimension: 2, order: 'decimate' }),
    migdalKadanoffFlow({ dimension: 2 }),
    migdalKadanoffFlow({ dimension: 2.5, states: 4 }),
  ];
  for (const scheme of schemes) {
    for (const k of [0.2, 0.4, 1.5]) {
      const numerical = linearise({ ...scheme, jacobian: undefined }, [k]).matrix;
      allNear(linearise(scheme, [k]).matrix, numerical, 1e-9, `${scheme.name} at ${k}`);
    }
  }
  assert.is(exponents(migdalKadanoffFlow({ dimension: 2 }), [0])[0], Number.NEGATIVE_INFINITY);
});

test('ln Z is exact in d = 1, and an upper bound in d = 2, a lower one on the free energy', () => {
  for (const k of [-1, 0, 0.1, 0.4, 0.44, 0.5, 1, 3]) {
    const chain = Math.abs(k) + Math.log1p(Math.exp(-2 * Math.abs(k)));
    relativelyClose(flowLogPartition(migdalKadanoff({ dimension: 1, factor: 3 }), [k]), chain, 1e-14, `chain at ${k}`);
    for (const factor of [2, 3]) {
      const gap = flowLogPartition(migdalKadanoff({ dimension: 2, factor }), [k]) - onsagerLogPartition(k);
      if (k === 0) near(gap, 0, 1e-15, 'free spins');
      else assert.ok(gap > 0, `b = ${factor}, K = ${k}: ${gap}`);
      assert.ok(gap < 0.4, `not far from it: ${gap}`);
    }
  }
});

test('refuses by name', () => {
  refuses(() => migdalKadanoff({ dimension: 0.5 }), RangeError, '"dimension" expected number >= 1, got 0.5');
  refuses(() => migdalKadanoff({ dimension: 2, factor: 1 }), RangeError, '"factor" expected integer >= 2, got 1');
  refuses(() => migdalKadanoff({ dimension: 2, states: 1.5 }), RangeError, '"states" expected number >= 2, got 1.5');
  refuses(
    () => migdalKadanoff({ dimension: 2, order: 'both' as never }),
    RangeError,
    '"order" expected one of move, decimate, got "both"',
  );
  refuses(
    () => migdalKadanoffFlow({ dimension: Number.NaN }),
    RangeError,
    '"dimension" expected finite number, got NaN',
  );
  refuses(
    () => migdalKadanoff({ dimension: 2 }).map([Number.NaN]),
    RangeError,
    '"couplings[0]" expected finite number, got NaN',
  );
});

test.run();
