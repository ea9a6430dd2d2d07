/** Steps of V: the nearest weights. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { square } from '../../../src/ising/index.js';
import { filterPotential, type RbmPotential } from '../../../src/rg/index.js';
import { PotentialPath } from '../../../src/rg/vmcrg/potentialPath.js';
import { BitRows } from '../../../src/util/bits.js';
import { normalNumbers } from '../../../src/wasm/draws.js';

const test = suite('rg/vmcrg/potentialPath');

const SITES = 16;
const states = new BitRows(400, SITES);
normalNumbers(1n, states.bytes.length).forEach((x, k) => {
  states.bytes[k] = Math.floor(1e6 * Math.abs(x)) & 0xff;
});
const potential = filterPotential(square(4), { filters: 2, size: [2, 2], parameters: normalNumbers(2n, 8, 0.4) });

const variance = (values: Float64Array) => {
  const mean = values.reduce((sum, x) => sum + x / values.length, 0);
  return values.reduce((sum, x) => sum + (x - mean) ** 2 / values.length, 0);
};

/** Var(V' - V - length·Δ·∂V) over the states. */
function missed(next: RbmPotential, direction: ArrayLike<number>, length: number): number {
  const [before, after] = [potential.energies(states), next.energies(states)];
  const gradients = potential.gradients(states);
  const p = direction.length;
  return variance(
    after.map((v, row) => {
      let step = 0;
      for (let k = 0; k < p; k++) step += direction[k] * gradients[row * p + k];
      return v - before[row] - length * step;
    }),
  );
}

test('short steps are straight, long ones come nearer than straight ones', () => {
  const direction = Float64Array.from(normalNumbers(3n, 8, 0.3));
  const path = new PotentialPath(potential, direction, states);
  const whole = missed(potential, direction, 1);
  for (const length of [1, 0.5, 0.01]) {
    const straight = potential.with(potential.parameters.map((w, k) => w + length * direction[k])) as RbmPotential;
    const [own, other] = [path.nearest(length), straight].map((next) => missed(next, direction, length));
    assert.ok(own <= other * 1.001, `length ${length}: ${own}, straight ${other}`);
    assert.ok(own < 0.3 * length * length * whole, `length ${length}: ${own} of ${length * length * whole}`);
  }
  assert.equal(path.nearest(1).parameters, new PotentialPath(potential, direction, states).nearest(1).parameters);
});

test('no unit leaves its range', () => {
  const direction = new Float64Array(8).fill(30);
  const next = new PotentialPath(potential, direction, states).nearest(1);
  assert.ok(next.largestField() <= 10, `|b| + Σ|w| = ${next.largestField()}`);
});

test.run();
