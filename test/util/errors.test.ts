import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DivergenceError, FormatError } from '../../src/util/errors.js';

const test = suite('util/errors');

test('a FormatError says where and why, and takes the path later', () => {
  const error = new FormatError('not an array', 12);
  assert.instance(error, Error);
  assert.is(error.name, 'FormatError');
  assert.is(error.message, 'data: not an array (at byte 12)');
  const placed = error.at('run/weights.npy');
  assert.instance(placed, FormatError);
  assert.is(placed.message, 'run/weights.npy: not an array (at byte 12)');
  assert.equal([placed.reason, placed.offset, placed.path], ['not an array', 12, 'run/weights.npy']);
  assert.is(error.path, undefined, 'the first one is as it was');
});

test('a DivergenceError knows its epoch', () => {
  const error = new DivergenceError('training diverged', 7);
  assert.instance(error, Error);
  assert.equal([error.name, error.message, error.epoch], ['DivergenceError', 'training diverged', 7]);
});

test.run();
