import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { meanOf, meansOf, median, spreadOf } from '../../src/stats/sample.js';

const test = suite('stats/sample');

test('the mean of one value has no error, its spread is 0', () => {
  assert.equal(meanOf([3]), { value: 3, error: null });
  assert.equal(meanOf([1, 3]), { value: 2, error: 1 });
  assert.equal(spreadOf([3]), { value: 3, error: 0 });
  assert.equal(spreadOf([1, 3]), { value: 2, error: Math.SQRT2 });
  assert.equal([[], [2], [3, 1], [5, 1, 2]].map(median), [null, 2, 2, 2]);
  assert.equal(
    meansOf(
      [
        [1, 5],
        [3, 5],
      ],
      { a: ([a]) => a, b: ([, b]) => b },
    ),
    {
      a: { value: 2, error: 1 },
      b: { value: 5, error: 0 },
    },
  );
});

test.run();
