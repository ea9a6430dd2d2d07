/** Optimal assignments, by all permutations. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assignment } from '../../src/linear/index.js';
import { generator } from '../../src/wasm/draws.js';

const test = suite('linear/assignment');

function* permutations(items: number[]): Generator<number[]> {
  if (items.length === 0) yield [];
  for (const [k, item] of items.entries()) {
    for (const rest of permutations(items.toSpliced(k, 1))) yield [item, ...rest];
  }
}

test('the least sum of all permutations', () => {
  const below = generator(1, 'costs');
  for (let n = 1; n <= 7; n++) {
    for (let round = 0; round < 8; round++) {
      // few values, so that there are ties, and negative ones
      const cost = Array.from({ length: n * n }, () => below(round < 4 ? 5 : 1000) - 3);
      const sum = (p: ArrayLike<number>) => Array.from(p).reduce((total, j, i) => total + cost[i * n + j], 0);
      const least = Math.min(...[...permutations([...Array(n).keys()])].map(sum));
      const found = assignment(cost, n);
      assert.equal(
        [...found].sort((a, b) => a - b),
        [...Array(n).keys()],
      );
      assert.is(sum(found), least);
    }
  }
});

test('a hidden permutation of 300 is found', () => {
  const n = 300;
  const below = generator(2, 'hidden');
  const order = [...Array(n).keys()].sort((a, b) => ((a * 7919) % n) - ((b * 7919) % n));
  const cost = Float64Array.from({ length: n * n }, () => 1 + below(100));
  order.forEach((j, i) => {
    cost[i * n + j] = 0;
  });
  assert.equal([...assignment(cost, n)], order);
});

test('wrong lengths and numbers are refused', () => {
  assert.throws(() => assignment([1, 2, 3], 2), /^"cost" expected 4 numbers|"cost"/);
  assert.throws(() => assignment([1, 2, Number.NaN, 3], 2), /^"cost\[2\]"/);
  assert.throws(() => assignment([], 0), /^"n"/);
});

test.run();
