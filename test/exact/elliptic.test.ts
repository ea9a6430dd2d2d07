import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ellipticE, ellipticK } from '../../src/exact/elliptic.js';
import { elliptic } from '../fixtures/exact/values.js';

const test = suite('exact/elliptic');

test('agrees with values of 120 digits', () => {
  for (const [complement, first, second] of elliptic) {
    assert.ok(Math.abs(ellipticK(complement) / first - 1) < 1e-15, `K at k' = ${complement}`);
    assert.ok(Math.abs(ellipticE(complement) / second - 1) < 1e-14, `E at k' = ${complement}`);
  }
});

test('obeys the relation of Legendre, E K1 + E1 K - K K1 = π/2', () => {
  for (const complement of [0.05, 0.3, Math.SQRT1_2, 0.9, 0.99]) {
    const other = Math.sqrt(1 - complement * complement);
    const [k, e, k1, e1] = [ellipticK(complement), ellipticE(complement), ellipticK(other), ellipticE(other)];
    assert.ok(Math.abs(e * k1 + e1 * k - k * k1 - Math.PI / 2) < 1e-14, `k' = ${complement}`);
  }
});

test("has the limits K = ∞ and E = 1 at k' = 0", () => {
  assert.is(ellipticK(0), Number.POSITIVE_INFINITY);
  assert.is(ellipticE(0), 1);
});

test('refuses what is no modulus', () => {
  for (const bad of [-0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(
      () => ellipticK(bad),
      (error: unknown) => error instanceof RangeError,
    );
    assert.throws(
      () => ellipticE(bad),
      (error: unknown) => error instanceof RangeError,
    );
  }
  assert.throws(
    () => ellipticK('1' as unknown as number),
    (error: unknown) => error instanceof TypeError,
  );
});

test.run();
