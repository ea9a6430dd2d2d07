import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decimate, decimateInField, solveRing } from '../../../src/exact/chain.js';
import { chainDecimation } from '../../../src/rg/flow/decimation.js';
import { fixedPoints } from '../../../src/rg/flow/fixedPoints.js';
import { exponents } from '../../../src/rg/flow/linearise.js';
import { flowLogPartition } from '../../../src/rg/flow/logPartition.js';
import { allNear, near, refuses, relativelyClose } from '../../assert.js';

const test = suite('rg/flow/decimation');

const POINTS = [
  [0.7, 0],
  [0.7, 0.3],
  [-0.4, 0.2],
  [3, -5],
  [0.01, 40],
  [1.2, 1e-6],
];

test('is tanh K -> tanh^b K without field, and decimateInField with one', () => {
  for (const b of [2, 3, 5]) {
    const recursion = chainDecimation({ factor: b });
    for (const [coupling, field] of POINTS) {
      const [x, next] = recursion.map([Math.exp(-4 * coupling), field]);
      const known = decimateInField(coupling, field, b);
      near(-Math.log(x) / 4, known.coupling, 1e-14, `K' at ${coupling}, ${field}, b = ${b}`);
      near(next, known.field, 1e-14 * Math.max(1, Math.abs(field)), `B' at ${coupling}, ${field}, b = ${b}`);
    }
    const [x] = recursion.map([Math.exp(-4 * 0.9), 0]);
    near(-Math.log(x) / 4, Math.atanh(Math.tanh(0.9) ** b), 1e-15, `tanh^${b} K`);
    near(-Math.log(x) / 4, decimate(0.9, b), 1e-15, 'decimate');
  }
});

test('has only the fixed points K = infinity, y_T = 2 and y_h = 1, and K = 0', () => {
  for (const b of [2, 3]) {
    const recursion = chainDecimation({ factor: b });
    const found = fixedPoints(recursion, { from: [0, -0.5], to: [1, 0.5], starts: 40 });
    allNear(found[0].couplings, [0, 0], 1e-12, 'zero temperature');
    assert.is(found[0].stability, 'unstable');
    for (const { couplings, stability } of found.slice(1)) {
      near(couplings[0], 1, 1e-9, 'K = 0');
      assert.is(stability, 'marginal');
    }
    allNear(exponents(recursion, [0, 0]), [2, 1], 1e-10, 'y');
  }
});

test('ln Z along the flow is that of the chain: decimation leaves it unchanged', () => {
  for (const b of [2, 3, 4]) {
    const recursion = chainDecimation({ factor: b });
    for (const [coupling, field] of POINTS) {
      const sites = 2 ** 40;
      const known = solveRing({ sites, coupling, field }).logPartition / sites;
      const at = [Math.exp(-4 * coupling), field];
      relativelyClose(flowLogPartition(recursion, at), known, 3e-14, `ln Z at ${coupling}, ${field}, b = ${b}`);
      const step = recursion.constant!(at) + flowLogPartition(recursion, recursion.map(at)) / b;
      relativelyClose(step, known, 3e-14, 'after one step');
    }
  }
});

test('refuses by name', () => {
  refuses(() => chainDecimation({ factor: 1 }), RangeError, '"factor" expected integer >= 2, got 1');
  refuses(() => chainDecimation().map([0.5]), RangeError, '"couplings" expected length 2, got 1');
  refuses(
    () => chainDecimation().map([0.5, Infinity]),
    RangeError,
    '"couplings[1]" expected finite number, got Infinity',
  );
});

test.run();
