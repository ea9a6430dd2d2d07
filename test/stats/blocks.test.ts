import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { blocksFor, blocksOf } from '../../src/stats/blocks.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('stats/blocks');

test('each block is 20 τ long or longer, 100 at most, and 8 at least or none', () => {
  for (const [n, tau, blocks] of [
    [1000, 0.5, 100],
    [100_000, 0.5, 100],
    [999, 0.5, 99],
    [1000, 1, 50],
    [80, 0.5, 8],
    [1000, 6.25, 8],
    [200, 0.1, 20],
  ]) {
    assert.is(blocksFor('x', n, tau), blocks, `n = ${n}, τ = ${tau}`);
  }
  assert.throws(
    () => blocksFor('x', 79, 0.5),
    /"x" expected at least 80 entries \(160 τ\) .*got 79 with τ about 0.500/,
  );
  assert.throws(() => blocksFor('x', 1000, 6.3), /at least 1008 entries/);
});

test('the slowest of several series decides', () => {
  const gaussian = normal(xoshiro128(seedWords(1)));
  const fast = Float64Array.from({ length: 4000 }, gaussian);
  let x = 0;
  const slow = fast.map((noise) => {
    x = 0.9 * x + noise;
    return x;
  });
  // τ = 9.5
  const both = blocksOf('x', [fast, slow]);
  assert.is(both, blocksOf('x', [slow]));
  assert.ok(both >= 15 && both <= 30, `${both}`);
  assert.is(blocksOf('x', [fast]), 100);
});

test.run();
