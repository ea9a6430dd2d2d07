import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { difference, formatEstimate, sampleMean } from '../../src/util/estimate.js';

const test = suite('util/estimate');

test('errors have two digits, and the value ends where they do', () => {
  const cases: [value: number, error: number | null, text: string][] = [
    [0.78342, 0.00123, '0.7834(12)'],
    [15.34, 1.23, '15.3(1.2)'],
    [-25.4, 0.099, '-25.400(99)'],
    [71.7874, 0.0996, '71.79(10)'],
    [71.7874, 0.996, '71.8(1.0)'],
    [1534.2, 123, '1534(120)'],
    [1534.2, 99.7, '1534(100)'],
    [153.4, 12.3, '153(12)'],
    [0.5, 0, '0.500000'],
    [0.5, null, '0.500000'],
    [0.5, Number.POSITIVE_INFINITY, '0.500000'],
    [0.5, Number.NaN, '0.500000'],
    [1, 1e-14, '1.00000000000'],
    [2e-7, 3e-8, '0.000000200(30)'],
  ];
  for (const [value, error, text] of cases) {
    assert.is(formatEstimate({ value, error }), text);
    assert.is(formatEstimate({ mean: value, error }), text);
  }
  assert.is(formatEstimate(null), '–');
});

test('refuses what is no estimate', () => {
  for (const wrong of [undefined, 5, {}, { value: 1 }, { error: 1 }, { value: '1', error: 1 }]) {
    assert.throws(
      () => formatEstimate(wrong as never),
      (error: Error) => error instanceof TypeError,
    );
  }
});

test('means of independent values', () => {
  assert.equal(sampleMean([1, 2, 3]), { mean: 2, error: Math.sqrt(1 / 3) });
  assert.equal(sampleMean(Float64Array.of(4)), { mean: 4, error: Number.POSITIVE_INFINITY });
  assert.throws(() => sampleMean([]), /^"values" expected at least one number, got none$/);
});

test('the difference of two means has the errors of both, and none where one is unknown', () => {
  assert.equal(difference({ mean: 1, error: 0.3 }, { mean: 3, error: 0.4 }), { value: 2, error: 0.5 });
  assert.ok(Number.isNaN(difference({ mean: 1, error: null }, { mean: 3, error: 0.4 }).error));
});

test.run();
