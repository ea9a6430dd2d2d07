import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LEARNING } from '../../src/wasm/learning.js';
import { Machine } from '../../src/wasm/machine.js';
import { kernels } from '../../src/wasm/scalar.js';
import { Draws } from '../reference/draws.js';

const test = suite('assembly/spinUnits');

test('sums, products and tanh of each state, bit for bit as one by one', () => {
  const { exp } = kernels();
  const draws = new Draws(1);
  for (const states of [2, 6, 64, 130]) {
    const machine = new Machine(LEARNING, { inputs: 8 * states, sums: 8 * states, products: 8 * states, after: 64 });
    const inputs = Float64Array.from({ length: states }, (_, k) =>
      k === 0 ? 0 : k === 1 ? -0.0 : draws.uniform(-40, 40),
    );
    const sums = Float64Array.from({ length: states }, () => draws.uniform(0, 9));
    const products = Float64Array.from({ length: states }, () => draws.uniform(1, 9));
    machine.f64('inputs').set(inputs);
    machine.f64('sums').set(sums);
    machine.f64('products').set(products);
    machine.u8('after').fill(7);
    machine.kernels.spinUnits(machine.at.inputs, states, machine.at.sums, machine.at.products);
    for (let s = 0; s < states; s++) {
      const e = exp(-2 * Math.abs(inputs[s]));
      assert.is(machine.f64('sums')[s], sums[s] + Math.abs(inputs[s]));
      assert.is(machine.f64('products')[s], products[s] * (1 + e));
      const tanh = (1 - e) / (1 + e);
      assert.is(machine.f64('inputs')[s], inputs[s] < 0 || Object.is(inputs[s], -0) ? -tanh : tanh);
      assert.ok(Math.abs(machine.f64('inputs')[s] - Math.tanh(inputs[s])) < 4e-16);
    }
    assert.ok(machine.u8('after').every((byte) => byte === 7));
  }
});

test('inputs so large that e^{-2|x|} vanishes', () => {
  const machine = new Machine(LEARNING, { inputs: 32, sums: 32, products: 32 });
  machine.f64('inputs').set([1e300, -800, 354, -354]);
  machine.f64('products').fill(1);
  machine.kernels.spinUnits(machine.at.inputs, 4, machine.at.sums, machine.at.products);
  assert.equal([...machine.f64('inputs')], [1, -1, 1, -1]);
  assert.equal([...machine.f64('sums')], [1e300, 800, 354, 354]);
  assert.equal([...machine.f64('products')], [1, 1, 1, 1]);
});

test.run();
