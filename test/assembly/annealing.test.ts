import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { annealLinear, annealUnits } from '../reference/annealing.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { indexOf } from '../reference/units.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/rbm/annealing');

const doubles = (draws: Draws, n: number, size: number) =>
  Float64Array.from({ length: n }, () => draws.uniform(-size, size));

test('annealUnits is the twin, to the last bit, with padded columns and with inputs of every size', () => {
  for (const [size, rows] of [
    [1, 1],
    [20, 7],
    [800, 3],
    [1e9, 4],
  ]) {
    for (const [from, to] of [
      [0, 1],
      [0, 0.001],
      [0.7, 0.701],
      [1, 0.25],
      [0.5, 0],
    ]) {
      const draws = new Draws(rows);
      const panel = draws.floats(rows * 20, -size, size);
      for (let r = 0; r < rows; r++) panel.fill(-Infinity, r * 20 + 20 - (rows % 5), r * 20 + 20);
      const logs = doubles(draws, rows, 10);
      const machine = rubbishMachine({ panel: rows * 80, logs: rows * 8, guard: 64 });
      machine.f32('panel').set(panel);
      machine.f64('logs').set(logs);
      const { kernels, at } = machine;
      writesOnly(machine, { logs: 'all' }, () => kernels.annealUnits(at.panel, rows, from, to, at.logs));
      const twin = annealUnits(panel, from, to, logs);
      sameBits(machine.f64('logs').slice(), twin, `inputs to ${size}, ${from} → ${to}`);
      // and the twin is the formula
      twin.forEach((value, r) => {
        let plain = logs[r];
        for (const x of panel.subarray(r * 20, r * 20 + 20)) {
          if (x === -Infinity) continue;
          const softplus = (y: number) => Math.max(y, 0) + Math.log1p(Math.exp(-Math.abs(y)));
          plain += softplus(to * x) - softplus(from * x);
        }
        const size = panel
          .subarray(r * 20, r * 20 + 20)
          .reduce((sum, x) => sum + (x === -Infinity ? 0 : Math.abs(x)), 0);
        assert.ok(
          Math.abs(value - plain) < 5e-7 * Math.abs(to - from) * size + 1e-12,
          `${value - logs[r]}, formula ${plain - logs[r]}`,
        );
      });
    }
  }
});

test('annealLinear is the twin, to the last bit', () => {
  for (const [units, rows] of [
    [1, 1],
    [7, 3],
    [20, 4],
    [45, 6],
  ]) {
    const draws = new Draws(units);
    const bits = draws.bits(rows * units);
    const groups = Math.ceil(units / 20) * 5;
    const d = doubles(draws, units, 3);
    const logs = doubles(draws, rows, 3);
    const machine = rubbishMachine({ index: rows * groups * 2, table: groups * 128, logs: rows * 8, guard: 64 });
    machine.u16('index').set(indexOf(bits, rows, units));
    const table = machine.f64('table').fill(0);
    for (let k = 0; k < groups * 16; k++) {
      for (let bit = 0; bit < 4; bit++) if ((k >> bit) & 1) table[k] += d[(k >> 4) * 4 + bit] ?? 0;
    }
    machine.f64('logs').set(logs);
    const { kernels, at } = machine;
    writesOnly(machine, { logs: 'all' }, () => kernels.annealLinear(at.index, rows, groups, at.table, -0.3, at.logs));
    sameBits(machine.f64('logs').slice(), annealLinear(bits, d, -0.3, logs), `${units} units`);
  }
});

test('scaleRows multiplies and adds in float32', () => {
  const draws = new Draws(3);
  const panel = draws.floats(60, -2, 2);
  const values = draws.floats(20, -1, 1);
  const factor = Math.fround(0.3);
  const machine = rubbishMachine({ panel: 240, values: 80, guard: 64 });
  const { kernels, at } = machine;
  machine.f32('values').set(values);
  for (const added of [true, false]) {
    machine.f32('panel').set(panel);
    writesOnly(machine, { panel: 'all' }, () => kernels.scaleRows(at.panel, 3, factor, added ? at.values : 0));
    const expected = panel.map((x, k) => Math.fround(factor * x) + (added ? values[k % 20] : 0));
    sameBits(machine.f32('panel').slice(), expected, added ? 'with values' : 'without');
  }
});

test.run();
