import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runPoint } from '../../src/experiments/rbm-thermodynamics/point.js';
import { allowed, closeOnTheWhole, distance, pointAt } from './publishedEnergy.js';

const test = suite('experiments/rbm-thermodynamics-limits');

test('4×4, T = 2.269, 64 hidden units: the mean of three seeds as close to the exact energy as Torlai and Melko', () =>
  closeOnTheWhole({ hidden: 64, iterations: 30 }, 3, 0.03));

test('the nearest that four hidden units can be: E -1.5193 at KL 0.1539, nearer the exact energy than the published -1.514', async () => {
  const point = pointAt({ hidden: 4, target: 'boltzmann', restarts: 2, samples: 1000 });
  const { model, divergence } = await runPoint(point, { threads: 1 });
  assert.ok(Math.abs(model.energy.value + 1.5193) < 2e-4, `${model.energy.value}`);
  assert.ok(Math.abs(divergence.value - 0.1539) < 2e-4, `${divergence.value}`);
  assert.ok(distance(model.energy.value) < allowed(4));
});

test.run();
