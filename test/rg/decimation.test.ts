import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decimateInField } from '../../src/exact/chain.js';
import {
  bondCoupling,
  decimationStack,
  undecimate,
  undecimateInField,
  visibleCouplings,
} from '../../src/rg/blocking/decimation.js';
import { close, refuses } from '../assert.js';

const test = suite('rg/decimation');

const spinsOf = (state: number, n: number) => Array.from({ length: n }, (_, i) => ((state >> i) & 1 ? 1 : -1));

/** ln p(v) of each state of a ring of n spins; two spins share two bonds, one has none but with itself. */
function ringLaw(n: number, coupling: number, field = 0): number[] {
  const logs = Array.from({ length: 2 ** n }, (_, state) => {
    const s = spinsOf(state, n);
    return s.reduce((sum, spin, i) => sum + coupling * spin * s[(i + 1) % n] + field * spin, 0);
  });
  return normalised(logs);
}

function normalised(logs: number[]): number[] {
  const most = Math.max(...logs);
  const total = most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
  return logs.map((log) => log - total);
}

/** ln p(v) of an RBM of ±1 units, all of one bias, by summing over every hidden state. */
function marginalByEnumeration(visible: number, hidden: number, weights: Float64Array, bias = 0): number[] {
  return normalised(
    Array.from({ length: 2 ** visible }, (_, state) => {
      const v = spinsOf(state, visible);
      let sum = 0;
      for (let other = 0; other < 2 ** hidden; other++) {
        const h = spinsOf(other, hidden);
        let exponent = bias * [...v, ...h].reduce((all, s) => all + s, 0);
        for (let i = 0; i < visible; i++) {
          for (let j = 0; j < hidden; j++) exponent += v[i] * weights[i * hidden + j] * h[j];
        }
        sum += Math.exp(exponent);
      }
      return Math.log(sum);
    }),
  );
}

test('J = 1 goes to 0.6625, 0.3501, 0.1137; and back', () => {
  const stack = decimationStack({ sites: 16, coupling: 1, coarser: 3 });
  const published = [1, 0.6625013736789, 0.3500611389, 0.1136720675];
  stack.forEach(({ coupling, level }, k) => {
    assert.is(level, k);
    close(coupling, published[k], 1e-9, `level ${k}`);
    if (k > 0) close(Math.tanh(coupling), Math.tanh(stack[k - 1].coupling) ** 2, 1e-14, 'tanh² of the level below');
  });
  for (const coupling of [0, 1e-9, 1e-3, 0.3, 1, 4, 30, 500]) {
    const finer = undecimate(coupling);
    const [fine] = decimationStack({ sites: 2, coupling: finer });
    close(fine.marginal, coupling, 1e-12, `K = ${coupling}`);
    if (coupling > 0 && coupling < 1)
      assert.ok(Math.abs(fine.marginal / coupling - 1) < 1e-12, `relative, ${coupling}`);
  }
});

test('every level: the joint is its ring, the visible marginal the next ring, KL = 0, by enumeration of 8 and 16 spins', () => {
  for (const [sites, coarser, finer] of [
    [8, 2, 1],
    [16, 3, 0],
    [4, 1, 2],
    [2, 0, 2],
  ]) {
    for (const coupling of [0, 0.2, 1, 2.5]) {
      const stack = decimationStack({ sites, coupling, coarser, finer });
      assert.is(stack.length, coarser + finer + 1);
      assert.is(stack[finer].level, 0);
      assert.is(stack[finer].coupling, coupling);
      stack.forEach((level, k) => {
        const where = `ring of ${level.sites}, J = ${level.coupling}`;
        assert.is(level.sites * 2 ** level.level, sites);
        const found = marginalByEnumeration(level.visible, level.hidden, level.weights);
        const expected = ringLaw(level.visible, level.marginal);
        let divergence = 0;
        found.forEach((log, state) => {
          close(log, expected[state], 1e-12, `${where}, state ${state}`);
          divergence += Math.exp(expected[state]) * (expected[state] - log);
        });
        assert.ok(Math.abs(divergence) < 1e-12, `${where}: KL ${divergence}`);
        for (const read of visibleCouplings(level)) close(read, level.marginal, 1e-12, `${where}, coupling read off`);
        const above = stack[k + 1];
        if (above) {
          close(above.coupling, level.marginal, 1e-12, `${where}, the next ring`);
          assert.is(above.sites, level.visible);
        }
        // the hidden marginal is a ring of the same coupling: exact, and no coarse-graining
        const transposed = new Float64Array(level.weights.length);
        for (let i = 0; i < level.visible; i++) {
          for (let j = 0; j < level.hidden; j++)
            transposed[j * level.visible + i] = level.weights[i * level.hidden + j];
        }
        marginalByEnumeration(level.hidden, level.visible, transposed).forEach((log, state) => {
          close(log, expected[state], 1e-12, `${where}, hidden state ${state}`);
        });
        // and all units together, in turn, are the ring of this level
        if (level.sites > 8) return;
        const joint: number[] = [];
        for (let state = 0; state < 2 ** level.sites; state++) {
          const s = spinsOf(state, level.sites);
          let exponent = 0;
          for (let i = 0; i < level.visible; i++) {
            for (let j = 0; j < level.hidden; j++)
              exponent += s[2 * i] * level.weights[i * level.hidden + j] * s[2 * j + 1];
          }
          joint.push(exponent);
        }
        const ring = ringLaw(level.sites, level.coupling);
        normalised(joint).forEach((log, state) => {
          close(log, ring[state], 1e-12, `${where}, joint`);
        });
      });
    }
  }
});

test('in a field: every level is the next one summed over, the biases are the field, and finer rings come back', () => {
  for (const [sites, coarser, finer] of [
    [8, 2, 1],
    [4, 1, 2],
    [2, 0, 2],
  ]) {
    for (const coupling of [0, 0.2, 1, 2.5]) {
      for (const field of [-2, -0.3, 1e-4, 0.7]) {
        const stack = decimationStack({ sites, coupling, field, coarser, finer });
        assert.equal([stack[finer].coupling, stack[finer].field], [coupling, field]);
        stack.forEach((level, k) => {
          const where = `ring of ${level.sites}, J = ${level.coupling}, B = ${level.field}`;
          const found = marginalByEnumeration(level.visible, level.hidden, level.weights, level.field);
          ringLaw(level.visible, level.marginal, level.marginalField).forEach((log, state) => {
            close(found[state], log, 1e-12, `${where}, state ${state}`);
          });
          for (const read of visibleCouplings(level)) close(read, level.marginal, 1e-12, `${where}, coupling read off`);
          if (!stack[k + 1]) return;
          close(stack[k + 1].coupling, level.marginal, 1e-12, `${where}, the next coupling`);
          close(stack[k + 1].field, level.marginalField, 1e-12, `${where}, the next field`);
        });
      }
    }
  }
  assert.equal(decimationStack({ sites: 8, coupling: 1 })[0].marginalField, 0);
});

test('a finer ring in a field, at weak and strong couplings and fields, is the one that decimates to it', () => {
  for (const coupling of [0, 1e-9, 1e-3, 0.4, 3, 40]) {
    for (const field of [0, 1e-9, -1e-3, 0.9, -1.1, 5, 60, -900]) {
      const finer = undecimateInField(coupling, field);
      const back = decimateInField(finer.coupling, finer.field);
      const where = `K = ${coupling}, B = ${field}: ${finer.coupling}, ${finer.field}`;
      close(back.coupling, coupling, 1e-12, `coupling, ${where}`);
      close(back.field, field, 1e-12, `field, ${where}`);
      if (Math.abs(field) < 1) assert.ok(Math.abs(back.field - field) <= 1e-12 * Math.abs(field), `relative, ${where}`);
      if (field === 0) assert.is(finer.coupling, undecimate(coupling));
    }
  }
  assert.throws(() => undecimateInField(-0.1, 1), /"coupling" expected number >= 0, got -0.1/);
  assert.throws(() => undecimateInField(0.1, Number.NaN), /"field" expected finite number, got NaN/);
  assert.throws(() => decimationStack({ sites: 8, coupling: 1, field: Infinity }), /"field" expected finite number/);
});

test('the coupling that a hidden unit leaves, any two weights', () => {
  for (const [first, second] of [
    [1, 1],
    [0.3, -2],
    [-4, -0.5],
    [0, 3],
    [400, 500],
  ]) {
    const free = (v: number, u: number) => {
      const x = Math.abs(first * v + second * u);
      return x + Math.log1p(Math.exp(-2 * x));
    };
    close(bondCoupling(first, second), (free(1, 1) - free(1, -1)) / 2, 1e-13, `${first}, ${second}`);
  }
  assert.is(bondCoupling(0, 3), 0);
});

test('refusals', () => {
  const stack = (options: object) => () => decimationStack({ sites: 16, coupling: 1, ...options });
  refuses(stack({ sites: 12, coarser: 2 }), RangeError, '"sites" expected a multiple of 8, got 12');
  refuses(stack({ coupling: -1 }), RangeError, '"coupling" expected number >= 0, got -1');
  refuses(stack({ coupling: Number.NaN }), RangeError, '"coupling" expected finite number, got NaN');
  refuses(stack({ finer: 20 }), RangeError, /"sites" expected at most 2\^14/);
  refuses(() => undecimate(-0.1), RangeError, '"coupling" expected number >= 0, got -0.1');
  const [level] = decimationStack({ sites: 8, coupling: 1 });
  level.weights[3] = 1;
  level.weights[2] = 1;
  refuses(() => visibleCouplings(level), RangeError, /two neighbours/);
  refuses(() => visibleCouplings({ ...level, visible: Infinity }), RangeError, /"level.weights"/);
});

test.run();
