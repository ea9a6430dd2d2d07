import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromPanels, padded, toPanels, transpose } from '../../src/rbm/model/panels.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import * as twin from '../reference/update.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/rbm/update');

for (const [visible, hidden] of [
  [1, 1],
  [7, 5],
  [13, 19],
  [21, 20],
  [40, 21],
  [61, 43],
]) {
  test(`a step of ${visible} × ${hidden} weights is the twin's, in both layouts`, () => {
    for (const lambda of [0, 0.05]) {
      const draws = new Draws(visible * 100 + hidden);
      const n = visible * hidden;
      const weights = draws.floats(n, -0.2, 0.2);
      const velocity = draws.floats(n, -0.05, 0.05);
      const size = padded(visible) * padded(hidden) * 4;
      const regions = { weights: size, mirror: size, velocity: size, gradient: padded(visible) * 80, guard: 64 };
      const machine = rubbishMachine(regions);
      const { kernels, at } = machine;
      for (const name of ['weights', 'mirror', 'velocity'] as const) machine.f32(name).fill(0);
      toPanels(weights, visible, hidden, machine.f32('weights'));
      toPanels(velocity, visible, hidden, machine.f32('velocity'));
      const [rate, momentum] = [0.03, 0.7];
      for (let step = 0; step < 3; step++) {
        const gradient = draws.floats(n, -1, 1);
        for (let panel = 0; panel < padded(hidden) / 20; panel++) {
          const panels = new Float32Array(size / 4);
          toPanels(gradient, visible, hidden, panels);
          machine
            .f32('gradient')
            .set(panels.subarray(panel * padded(visible) * 20, (panel + 1) * padded(visible) * 20));
          const offset = panel * padded(visible) * 80;
          writesOnly(machine, { weights: 'all', mirror: 'all', velocity: 'all' }, () => {
            // biome-ignore format: one call
            kernels.updateWeights(at.gradient, at.velocity + offset, at.weights + offset, at.mirror, padded(visible), padded(hidden), panel, rate, momentum, lambda);
          });
        }
        const floats = [rate, momentum, lambda].map(Math.fround) as [number, number, number];
        twin.updateWeights(gradient, velocity, weights, ...floats);
        sameBits(fromPanels(machine.f32('weights'), visible, hidden), weights, `weights after step ${step}`);
        sameBits(fromPanels(machine.f32('velocity'), visible, hidden), velocity, `velocity after step ${step}`);
        const mirror = fromPanels(machine.f32('mirror'), hidden, visible);
        sameBits(mirror, transpose(weights, visible, hidden), `mirror after step ${step}`);
      }
      const zeros = weights.filter((w) => w === 0).length;
      if (lambda === 0) assert.is(zeros, 0);
      else if (n > 100) assert.ok(zeros > n / 10 && zeros < n, `${zeros} of ${n} weights are exactly zero`);
      // the padding stays zero
      const used = machine.f32('weights').filter((w) => w !== 0).length;
      assert.is(used, n - zeros);
    }
  });
}

test('shrink: towards zero by λ, and exactly zero where that would pass it', () => {
  const lambda = 0.25;
  const cases: [number, number][] = [
    [1, 0.75],
    [-1, -0.75],
    [0.25, 0],
    [-0.25, -0],
    [0.2, 0],
    [-0.2, -0],
    [0, 0],
    [-0, -0],
  ];
  const machine = rubbishMachine({ weights: 20 * 80, mirror: 20 * 80, velocity: 20 * 80, gradient: 20 * 80 });
  for (const name of ['weights', 'mirror', 'velocity', 'gradient'] as const) machine.f32(name).fill(0);
  cases.forEach(([weight], k) => {
    machine.f32('weights')[k] = weight;
    machine.f32('velocity')[k] = -0; // a weight of -0 must meet no +0
  });
  const { kernels, at } = machine;
  machine.f32('gradient').fill(-0);
  kernels.updateWeights(at.gradient, at.velocity, at.weights, at.mirror, 20, 20, 0, 0.1, 0.5, lambda);
  cases.forEach(([weight, expected], k) => {
    assert.ok(Object.is(machine.f32('weights')[k], expected), `${weight} became ${machine.f32('weights')[k]}`);
    assert.ok(Object.is(twin.shrink(weight, lambda), expected), `twin: ${weight}`);
  });
});

test('updateBias: the twin, and a unit that is not there stays at -∞', () => {
  const draws = new Draws(3);
  const machine = rubbishMachine({ plus: 80, minus: 80, velocity: 80, bias: 80, guard: 64 });
  const { kernels, at } = machine;
  const [plus, minus, velocity, bias] = Array.from({ length: 4 }, () => draws.floats(20, -3, 3));
  [plus[19], minus[19], velocity[19], bias[19]] = [0, 0, 0, -Infinity];
  for (const [name, values] of Object.entries({ plus, minus, velocity, bias })) machine.f32(name as never).set(values);
  for (let step = 0; step < 3; step++) {
    writesOnly(machine, { velocity: 'all', bias: 'all' }, () =>
      kernels.updateBias(at.plus, at.minus, at.velocity, at.bias, 0.03, 0.7),
    );
    twin.updateBias(plus, minus, velocity, bias, Math.fround(0.03), Math.fround(0.7));
    sameBits(machine.f32('velocity').slice(), velocity, 'velocity');
    sameBits(machine.f32('bias').slice(), bias, 'bias');
  }
  assert.is(machine.f32('bias')[19], -Infinity);
});

test('sumRows: column sums, in the order of the rows', () => {
  for (const rows of [1, 2, 3, 7, 100]) {
    const machine = rubbishMachine({ panel: rows * 80, out: 80, guard: 64 });
    const values = new Draws(rows).floats(rows * 20, -1, 1).map((x, k) => x * 10 ** (k % 5));
    machine.f32('panel').set(values);
    writesOnly(machine, { out: 80 }, () => machine.kernels.sumRows(machine.at.panel, rows, machine.at.out));
    sameBits(machine.f32('out').slice(), twin.sumRows(values, rows, 20), `${rows} rows`);
  }
});

test.run();
