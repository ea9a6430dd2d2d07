import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sameBits } from '../reference/compare.js';
import { denseProduct, freeSums } from '../reference/dense.js';
import { Draws } from '../reference/draws.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/rbm/dense');

for (const inputs of [1, 2, 7, 20, 83]) {
  test(`float32 rows × float64 weights from ${inputs} inputs is the twin, to the last bit`, () => {
    for (const rows of [1, 2, 5]) {
      const draws = new Draws(inputs * 100 + rows);
      const x = draws.floats(rows * inputs, -3, 3);
      const weights = Float64Array.from({ length: inputs * 8 }, () => draws.uniform(-1, 1));
      const start = Float64Array.from({ length: rows * 8 }, () => draws.uniform(-1, 1));
      const machine = rubbishMachine({
        rows: x.byteLength,
        panel: weights.byteLength,
        out: start.byteLength,
        guard: 64,
      });
      machine.f32('rows').set(x);
      machine.f64('panel').set(weights);
      machine.f64('out').set(start);
      const { kernels, at } = machine;
      writesOnly(machine, { out: 'all' }, () => kernels.denseProduct(at.rows, rows, inputs, at.panel, at.out));
      sameBits(machine.f64('out').slice(), denseProduct(x, weights, start, inputs, 8), `${rows} rows`);
    }
  });
}

for (const size of [1, 2, 3, 40, 999, 1000, 1001, 2503]) {
  test(`freeSums: ${size} units are the twin to the last bit, and softplus summed`, () => {
    const rows = 3;
    for (const [low, step] of [
      [0, 1],
      [-1, 2],
      [0, 0.5],
    ]) {
      const draws = new Draws(size);
      const inputs = Float64Array.from({ length: rows * size }, (_, k) =>
        k % 17 === 5 ? 0 : draws.uniform(-1, 1) * [0.01, 1, 30, 2000][k % 4],
      );
      const machine = rubbishMachine({ inputs: inputs.byteLength, out: 8 * rows, guard: 64 });
      const { kernels, at } = machine;
      machine.f64('inputs').set(inputs);
      writesOnly(machine, { out: 8 * rows }, () => kernels.freeSums(at.inputs, rows, size, low, step, at.out));
      const out = machine.f64('out').slice(0, rows);
      sameBits(out, freeSums(inputs, size, low, step), `${size} units`);
      for (let r = 0; r < rows; r++) {
        const terms = [...inputs.subarray(r * size, (r + 1) * size)].map((a) => low * a + kernels.softplus(step * a));
        const exact = terms.reduce((sum, term) => sum + term, 0);
        const large = terms.reduce((sum, term) => sum + Math.abs(term), size);
        assert.ok(Math.abs(out[r] - exact) < 1e-14 * large, `${out[r]} is not ${exact}`);
      }
    }
  });
}

test('freeSums: no product of factors 2 becomes infinite, and inputs far out are exact', () => {
  const size = 2503;
  const machine = rubbishMachine({ inputs: 8 * size, out: 8, guard: 64 });
  const { kernels, at } = machine;
  for (const [input, one] of [
    [0, Math.LN2],
    [1e300, 1e300],
    [-1e300, 0],
  ]) {
    machine.f64('inputs').fill(input, 0, size);
    kernels.freeSums(at.inputs, 1, size, 0, 1, at.out);
    const [sum] = machine.f64('out');
    assert.ok(Math.abs(sum - size * one) <= 1e-13 * size * one, `${sum} for inputs ${input}`);
  }
});

test.run();
