import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { multiply, qr, svd, symmetricEigen, truncatedSvd } from '../../src/all.js';
import { hash64 } from '../../src/util/random.js';
import { Draws } from '../reference/draws.js';
import { randomMatrix } from './matrices.js';

const test = suite('linear/bits');

/** Of the bits of all numbers. */
function hashOf(...parts: Float64Array[]): string {
  const words = parts.flatMap((part) => Array.from(new Uint32Array(part.buffer, part.byteOffset, 2 * part.length)));
  return hash64(words.join()).toString(16);
}

/** Singular values that fall as those of a transfer matrix. */
function falling(draws: Draws, n: number) {
  const a = randomMatrix(draws, n, n);
  const b = randomMatrix(draws, n, n);
  // not by **, of which engines have different last bits
  const powers = [1];
  while (powers.length < n) powers.push(0.8 * powers[powers.length - 1]);
  const weighted = { ...a, values: a.values.map((x, k) => x * powers[k % n]) };
  return multiply(weighted, b, { transposeB: true });
}

test('every decomposition has these bits, in Node and in Chromium', () => {
  const draws = new Draws(77);
  const a = randomMatrix(draws, 30, 21);
  const gram = multiply(a, a, { transposeA: true });
  const { q, r } = qr(a);
  const whole = svd(a);
  const part = truncatedSvd(falling(draws, 70), 6);
  const eigen = symmetricEigen(gram);
  assert.is(part.iterations, ITERATIONS);
  assert.equal(
    {
      product: hashOf(gram.values),
      qr: hashOf(q.values, r.values),
      svd: hashOf(whole.u.values, whole.s, whole.v.values),
      truncated: hashOf(part.u.values, part.s, part.v.values),
      eigen: hashOf(eigen.values, eigen.vectors.values),
    },
    HASHES,
  );
});

const ITERATIONS = 7;
const HASHES = {
  product: '7be82360fcda5ce2',
  qr: '724af30ea4cd6b33',
  svd: '96fead8d47e09cfa',
  truncated: 'acafa9c0b918b0d3',
  eigen: '7e2bcfe214f0eb1c',
};

test.run();
