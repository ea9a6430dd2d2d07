import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromPanels, padded, toPanels } from '../../src/rbm/model/panels.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { product, repeatRows, sumInOrder } from '../reference/products.js';
import { indexOf } from '../reference/units.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/rbm/panel');

// inputs on both sides of one and of several blocks of 20 groups of 4
for (const inputs of [1, 7, 13, 20, 21, 40, 61, 80, 81, 164, 205]) {
  test(`bits × weights from ${inputs} inputs is the twin, to the last bit`, () => {
    for (const outputs of [1, 19, 20, 21, 43]) {
      for (const rows of [1, 3, 4, 7, 10]) {
        const draws = new Draws(inputs * 10_000 + outputs * 100 + rows);
        const bits = draws.bits(rows * inputs, 0.6);
        const weights = draws.floats(inputs * outputs, -1, 1);
        const bias = draws.floats(outputs, -1, 1);
        const groups = padded(inputs) / 4;
        const machine = rubbishMachine({
          index: rows * groups * 2,
          weights: padded(inputs) * padded(outputs) * 4,
          bias: padded(outputs) * 4,
          tables: 25_600,
          out: rows * padded(outputs) * 4,
          guard: 64,
        });
        const { kernels, at } = machine;
        machine.u16('index').set(indexOf(bits, rows, inputs));
        machine.f32('weights').fill(0);
        toPanels(weights, inputs, outputs, machine.f32('weights'));
        machine.f32('bias').fill(0).set(bias);
        const out = new Float32Array(rows * outputs);
        for (let panel = 0; panel < padded(outputs) / 20; panel++) {
          // panels of `rows` rows here, not of padded ones
          const start = panel * rows * 80;
          writesOnly(machine, { out: 'all', tables: 'all' }, () => {
            kernels.fillRows(at.out + start, rows, at.bias + panel * 80);
            // biome-ignore format: one call
            kernels.product(at.index, groups, rows, groups, at.weights + panel * padded(inputs) * 80, at.tables, at.out + start);
          });
          const values = machine.f32('out').subarray(start / 4);
          for (let r = 0; r < rows; r++) {
            for (let j = panel * 20; j < Math.min(outputs, (panel + 1) * 20); j++) {
              out[r * outputs + j] = values[r * 20 + (j % 20)];
            }
          }
        }
        sameBits(out, product(bits, weights, repeatRows(bias, rows), rows, inputs, outputs), `${rows} × ${outputs}`);
      }
    }
  });
}

test('every one of the 16 sums of a group is the sum of its rows, lowest first', () => {
  // weights of very different sizes: another order of additions gives other bits
  const weights = Float32Array.of(1, 3e-8, -1, 5e-8).map((w) => w * 1.2345678);
  const machine = rubbishMachine({ index: 32, panel: 5 * 4 * 80, tables: 25_600, out: 16 * 80 });
  const { kernels, at } = machine;
  machine.f32('panel').fill(0);
  weights.forEach((w, i) => {
    machine.f32('panel').fill(w, i * 20, (i + 1) * 20);
  });
  machine.u16('index').set(Array.from({ length: 16 }, (_, nibble) => 80 * nibble));
  writesOnly(machine, { out: 'all' }, () => kernels.fillRows(at.out, 16, 0));
  kernels.product(at.index, 1, 16, 1, at.panel, at.tables, at.out);
  for (let nibble = 0; nibble < 16; nibble++) {
    const sum = sumInOrder([...weights].filter((_, i) => (nibble >> i) & 1));
    sameBits(
      machine.f32('out').slice(nibble * 20, nibble * 20 + 20),
      new Float32Array(20).fill(sum),
      `nibble ${nibble}`,
    );
  }
  assert.is.not(sumInOrder([...weights]), sumInOrder([...weights].reverse()));
});

test('rows of an index may lie further apart than they are long', () => {
  const draws = new Draws(7);
  const [rows, groups, apart] = [9, 25, 31];
  const machine = rubbishMachine({ index: rows * apart * 2, panel: groups * 320, tables: 25_600, out: rows * 80 });
  const { kernels, at } = machine;
  const bits = draws.bits(rows * groups * 4);
  const weights = draws.floats(groups * 4 * 20, -2, 2);
  const index = indexOf(bits, rows, groups * 4, groups);
  machine.u16('index').fill(80 * 15);
  for (let r = 0; r < rows; r++) {
    machine.u16('index').set(index.subarray(r * groups, (r + 1) * groups), r * apart);
  }
  machine.f32('panel').set(weights);
  const start = draws.floats(rows * 20, -1, 1);
  machine.f32('out').set(start);
  writesOnly(machine, { out: 'all', tables: 'all' }, () =>
    kernels.product(at.index, apart, rows, groups, at.panel, at.tables, at.out),
  );
  sameBits(machine.f32('out').slice(), product(bits, weights, start, rows, groups * 4, 20), 'product');
});

test('fillRows: the same values in each row, or zeros', () => {
  const machine = rubbishMachine({ panel: 7 * 80, values: 80, guard: 64 });
  const { kernels, at } = machine;
  const values = new Draws(8).floats(20, -1, 1);
  machine.f32('values').set(values);
  for (const rows of [1, 2, 7]) {
    writesOnly(machine, { panel: rows * 80 }, () => kernels.fillRows(at.panel, rows, at.values));
    sameBits(machine.f32('panel').slice(0, rows * 20), repeatRows(values, rows), 'values');
    writesOnly(machine, { panel: rows * 80 }, () => kernels.fillRows(at.panel, rows, 0));
    sameBits(machine.f32('panel').slice(0, rows * 20), new Float32Array(rows * 20), 'zeros');
  }
});

test('toPanels and fromPanels are inverse, and put entry (i, j) at row i, column j mod 20 of panel ⌊j/20⌋', () => {
  for (const [rows, columns] of [
    [1, 1],
    [7, 43],
    [20, 20],
    [61, 21],
  ]) {
    const matrix = new Draws(9).floats(rows * columns, -1, 1);
    const panels = new Float32Array(padded(rows) * padded(columns)).fill(Number.NaN);
    toPanels(matrix, rows, columns, panels);
    for (let k = 0; k < panels.length; k++) {
      const panel = Math.floor(k / (padded(rows) * 20));
      const i = Math.floor(k / 20) % padded(rows);
      const j = panel * 20 + (k % 20);
      assert.ok(Object.is(panels[k], i < rows && j < columns ? matrix[i * columns + j] : Number.NaN));
    }
    sameBits(fromPanels(panels, rows, columns), matrix, 'and back');
  }
});

test.run();
