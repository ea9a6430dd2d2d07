import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { streamKey } from '../../src/util/random.js';
import { generator, normalNumbers, randomSubset, shuffled } from '../../src/wasm/draws.js';

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

test('normal numbers are of the variance that is asked for, and of the key and the stream alone', () => {
  const key = streamKey(1, 'normal numbers');
  const numbers = normalNumbers(key, 20_000, 3);
  const square = numbers.reduce((sum, x) => sum + x * x, 0) / numbers.length;
  // the error of the mean square is 9√(2/20000) = 0.09
  assert.ok(Math.abs(square - 9) < 0.36, `${square}`);
  assert.equal([...normalNumbers(key, 5, 3)], [...numbers.slice(0, 5)]);
  assert.is(normalNumbers(key, 0).length, 0);
  assert.not.equal([...normalNumbers(key, 5, 3, 1)], [...numbers.slice(0, 5)]);
});

test.run();
