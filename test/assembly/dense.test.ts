import { suite } from 'uvu';
import { sameBits } from '../reference/compare.js';
import { denseProduct } from '../reference/dense.js';
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

test.run();
