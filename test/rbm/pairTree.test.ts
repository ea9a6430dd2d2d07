/** Trees of pairs of data whose pairs are known. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { treeGain } from '../../src/rbm/diagnosis/pairTree.js';
import { BitRows } from '../../src/util/bits.js';
import { bitRows, randomRows } from '../physics/enumeration.js';
import { seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('rbm/pairTree');

/** Chains of bits, each the one before, flipped with probability p. */
function markov(rows: number, width: number, p: number, seed: number): BitRows {
  const next = xoshiro128(seedWords(seed));
  return bitRows(
    Array.from({ length: rows }, () => {
      let bit = next() >>> 31;
      return Uint8Array.from({ length: width }, () => {
        if (next() < p * 2 ** 32) bit = 1 - bit;
        return bit;
      });
    }),
  );
}

const entropy = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p);

test('a Markov chain is its own tree: (units - 1)·(ln 2 - H(p)), whatever the order of the units', () => {
  const [rows, width, p] = [2000, 33, 0.15];
  const expected = (width - 1) * (Math.LN2 - entropy(p));
  // the information of a pair scatters by p(1-p)·ln²((1-p)/p)/rows, of the whole by √32 of its root: 0.08
  for (const seed of [1, 2]) {
    const data = markov(rows, width, p, seed);
    const gain = treeGain(data);
    assert.ok(Math.abs(gain - expected) < 4 * 0.08, `${gain}, expected ${expected}`);
    const turned = bitRows(
      Array.from({ length: rows }, (_, r) =>
        Uint8Array.from({ length: width }, (_, i) => data.bit(r, (7 * i) % width)),
      ),
    );
    assert.ok(Math.abs(treeGain(turned) - gain) < 1e-9);
  }
});

test('independent units have none but once in a hundred sets of data', () => {
  let some = 0;
  for (let seed = 0; seed < 100; seed++) if (treeGain(randomRows(300, 40, seed, (i) => 0.1 + 0.02 * i)) > 0) some++;
  // p < 1e-3 for more than 5 of them
  assert.ok(some <= 5, `${some}`);
});

test('equal units tell each other everything; constant ones, single ones and single rows nothing', () => {
  const rows = bitRows(Array.from({ length: 100 }, (_, r) => [r % 2, r % 2, 1, r % 2]));
  assert.ok(Math.abs(treeGain(rows) - 2 * (Math.LN2 - 1 / 200)) < 1e-12);
  assert.is(treeGain(new BitRows(50, 8)), 0);
  assert.is(treeGain(randomRows(50, 1, 1)), 0);
  assert.is(treeGain(randomRows(1, 8, 1)), 0);
});

test.run();
