import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { type LogSum, type PartitionInput, partitionStates } from '../reference/partition.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/rbm/partition');

/** Runs the kernel in two calls, so that the second one starts within the Gray code. */
function fast(input: PartitionInput, count: number, split: number): Float64Array {
  const { table, linear, units, stretch, weights, bias, fields } = input;
  const machine = rubbishMachine({
    table: table.byteLength,
    linear: linear.length * 16,
    weights: weights.byteLength,
    bias: bias.byteLength,
    fields: fields.byteLength,
    scratch: 17 * units * 8 + 320,
    sums: 16,
    guard: 64,
  });
  machine.f64('table').set(table);
  machine.f64('linear').set(linear.flat());
  machine.f64('weights').set(weights);
  machine.f64('bias').set(bias);
  machine.f64('fields').set(fields);
  machine.f64('sums').fill(0);
  const { kernels, at } = machine;
  for (const [first, past] of [
    [0, split],
    [split, count],
  ]) {
    writesOnly(machine, { scratch: 17 * units * 8 + 320, sums: 16 }, () => {
      // biome-ignore format: one call
      kernels.partitionStates(at.table, at.linear, linear.length, units, stretch, at.weights, at.bias, at.fields, fields.length, first, past - first, at.scratch, at.sums);
    });
  }
  return machine.f64('sums').slice(0, 2);
}

for (const [units, high, stretch, size, split] of [
  [2, 0, 1, 1, 1],
  [2, 3, 1, 1, 5],
  [14, 4, 3, 2, 9],
  [40, 5, 50, 0.3, 16],
  [30, 3, 4, 60, 3], // products far out of the range of doubles
  [6, 4, 2, 900, 11], // and exponentials that vanish
]) {
  test(`${units} units, ${high} high ones, inputs of about ${size}: the twin to the last bit`, () => {
    const draws = new Draws(units * 10 + high);
    const doubles = (n: number, size: number) => Float64Array.from({ length: n }, () => draws.uniform(-size, size));
    const states = 8;
    const input: PartitionInput = {
      table: doubles(states * units, 2).map(Math.exp),
      linear: Array.from({ length: states }, (_, k) => [1 + k / 10, draws.integer(-1500, 1500) * (k % 2)]),
      units,
      stretch,
      weights: doubles(high * units, size),
      bias: doubles(units, size),
      fields: doubles(high, size),
    };
    // a padded unit
    input.bias[units - 1] = -Infinity;
    for (let state = 0; state < states; state++) input.table[state * units + units - 1] = 1;
    for (let j = 0; j < high; j++) input.weights[j * units + units - 1] = 0;
    const count = 2 ** high;
    let sums: LogSum = [0, 0];
    for (const [first, past] of [
      [0, split],
      [split, count],
    ]) {
      if (past > first) sums = partitionStates(input, first, past - first, sums);
    }
    const actual = fast(input, count, Math.min(split, count));
    sameBits(actual, Float64Array.from(sums), 'reference and sum');

    // and the twin is the formula: log Σ e^{…}, all states one by one
    const logs: number[] = [];
    for (let high = 0; high < count; high++) {
      for (let low = 0; low < states; low++) {
        const spin = (j: number) => ((high >> j) & 1 ? 1 : -1);
        let log = Math.log(input.linear[low][0]) + input.linear[low][1] * Math.LN2;
        input.fields.forEach((field, j) => {
          log += spin(j) * field;
        });
        for (let i = 0; i < units - 1; i++) {
          let x = input.bias[i] + Math.log(input.table[low * units + i]);
          input.fields.forEach((_, j) => {
            x += spin(j) * input.weights[j * units + i];
          });
          log += Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
        }
        logs.push(log);
      }
    }
    const most = Math.max(...logs);
    const expected = most + Math.log(logs.reduce((sum, x) => sum + Math.exp(x - most), 0));
    const value = actual[0] + Math.log(actual[1]);
    assert.ok(Math.abs(value - expected) <= 1e-13 * Math.max(1, Math.abs(expected)), `${value}, plain ${expected}`);
  });
}

test.run();
