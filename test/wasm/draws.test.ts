import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { generator, randomSubset, shuffled } from '../../src/wasm/draws.js';

const test = suite('wasm/draws');

test('every order of three items is as likely as another: χ² of 6000 draws, p = 1e-4', () => {
  const below = generator(1, 'orders');
  const counts = new Map<string, number>();
  for (let k = 0; k < 6000; k++) {
    const order = shuffled([0, 1, 2], below).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  assert.is(counts.size, 6);
  assert.ok(chiSquare < 25.7, `${chiSquare}`);
});

test('every pair of four items is as likely as another: χ² of 6000 draws, p = 1e-4', () => {
  const below = generator(1, 'pairs');
  const counts = new Map<string, number>();
  for (let k = 0; k < 6000; k++) {
    const pair = randomSubset([0, 1, 2, 3], 2, below).sort().join('');
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  assert.is(counts.size, 6);
  assert.ok(chiSquare < 25.7, `${chiSquare}`);
  assert.equal(randomSubset([1, 2], 5, below), [1, 2]);
});

test.run();
