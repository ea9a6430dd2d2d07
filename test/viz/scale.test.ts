import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { limitAt, roundUp, symmetricLimit, symmetricTicks } from '../../src/viz/frame/scale.js';

const test = suite('viz/scale');

test('round limits are never below and at most a quarter above', () => {
  for (let k = 0; k < 400; k++) {
    const value = 10 ** (k / 40 - 5);
    const limit = roundUp(value);
    assert.ok(limit >= value * (1 - 1e-6) && limit <= value * 1.25, `${value} → ${limit}`);
    assert.is(roundUp(limit), limit);
  }
  assert.equal([0.83, 1.3, 41, 0.00095].map(roundUp), [0.9, 1.4, 44, 0.001]);
});

test('the limit is the quantile of |value|, the same for a field and its negative', () => {
  const values = Float32Array.from({ length: 1001 }, (_, k) => (k % 2 ? -k : k) / 100);
  const limit = symmetricLimit('fields', values, 0.9);
  assert.equal(limit, { limit: 9, from: 'quantile', clipped: 100 / 1001, low: true, high: true });
  const mirrored = symmetricLimit(
    'fields',
    values.map((value) => -value),
    0.9,
  );
  assert.is(mirrored.limit, limit.limit);
  assert.equal(symmetricLimit('fields', values, 1), {
    limit: 10,
    from: 'largest',
    clipped: 0,
    low: false,
    high: false,
  });
});

test('a lone spike is clipped, at its own end only', () => {
  const values = new Float64Array(10_000).fill(0.5);
  values[17] = -900;
  assert.equal(symmetricLimit('fields', values, 0.999), {
    limit: 0.5,
    from: 'quantile',
    clipped: 1e-4,
    low: true,
    high: false,
  });
});

test('sparse fields take their largest value, and no value at all takes 1', () => {
  const sparse = new Float64Array(10_000);
  sparse[3] = 0.07;
  assert.equal(symmetricLimit('fields', sparse, 0.999).limit, 0.07);
  assert.is(symmetricLimit('fields', sparse, 0.999).from, 'largest');
  assert.equal(symmetricLimit('fields', new Float64Array(5), 0.999), {
    limit: 1,
    from: 'nothing',
    clipped: 0,
    low: false,
    high: false,
  });
});

test('a given limit counts what lies beyond it', () => {
  assert.equal(limitAt(1, [-2, -1, 0, 1, 3]), { limit: 1, from: 'given', clipped: 0.4, low: true, high: true });
});

test('ticks are symmetric', () => {
  assert.equal(symmetricTicks(0.9), ['−0.9', '−0.45', '0', '+0.45', '+0.9']);
});

test('refuses no values and values that are not finite', () => {
  assert.throws(() => symmetricLimit('fields', [], 0.99), /"fields" expected at least one value/);
  assert.throws(() => symmetricLimit('fields', [1, Number.NaN], 0.99), /"fields\[1\]" expected finite number, got NaN/);
  assert.throws(() => symmetricLimit('fields', [Number.POSITIVE_INFINITY], 0.99), /"fields\[0\]" expected finite/);
});

test.run();
