import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BOUND, equivalence, type Pair, SEEDS, studentLimit } from '../../bench/defaults/precision.js';

const test = suite('bench/precision');

/** Pairs whose differences alternate about a mean; 10 nats are learned. */
const pairs = (seeds: number, mean: number, deviation: number): Pair[] =>
  Array.from({ length: seeds }, (_, k) => ({
    set: 'x',
    seed: k + 1,
    float32: -20,
    fixed16: -20 + mean + (k % 2 ? deviation : -deviation),
    independent: -30,
  }));

test('Student’s limits are those of the tables', () => {
  for (const [degrees, limit] of [
    [10, 1.8125],
    [19, 1.7291],
    [30, 1.6973],
    [1e6, 1.6449],
  ]) {
    assert.ok(Math.abs(studentLimit(degrees) - limit) < 2e-3, `${degrees}: ${studentLimit(degrees)}`);
  }
});

test('equivalence wants the whole interval inside the bound, and enough seeds', () => {
  const bound = 10 * BOUND;
  const { learned, mean, low, high, ...found } = equivalence(pairs(20, 0.005, 0.01));
  assert.is(learned, 10);
  assert.ok(Math.abs(mean - 0.005) < 1e-9 && Math.abs(found.bound - bound) < 1e-9);
  const half = (1.7291 * 0.01 * Math.sqrt(20 / 19)) / Math.sqrt(20);
  assert.ok(Math.abs(high - mean - half) < 1e-5 && Math.abs(mean - low - half) < 1e-5);
  assert.ok(found.shown);
  assert.not(equivalence(pairs(SEEDS - 2, 0.005, 0.01)).shown, 'too few seeds');
  assert.not(equivalence(pairs(20, 0.019, 0.01)).shown, 'too near the upper end');
  assert.not(equivalence(pairs(20, -0.019, 0.01)).shown, 'and the lower one');
  assert.not(equivalence(pairs(20, 0, 0.1)).shown, 'too wide');
  assert.not(equivalence(pairs(1, 0, 0)).shown);
});

test.run();
