import { suite } from 'uvu';
import { closeOnTheWhole } from './publishedEnergy.js';

const test = suite('experiments/rbm-thermodynamics-published');

test('4×4, T = 2.269, 4 hidden units: the mean of five seeds as close to the exact energy as Torlai and Melko', () =>
  closeOnTheWhole({ hidden: 4, restarts: 1 }, 5, 0.17));

// the configurations of one seed know E to ±0.0008, the paper is off by 0.0018
test('4×4, T = 2.269, 16 hidden units: the mean of five seeds as close to the exact energy as Torlai and Melko', () =>
  closeOnTheWhole({ hidden: 16, samples: 400_000, iterations: 40 }, 5, 0.005));

test.run();
