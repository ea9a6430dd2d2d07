import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { solveLinear } from '../../src/linear/solve.js';
import { allNear } from '../assert.js';

const test = suite('linear/solve');

test('solves systems that need row pivots', () => {
  allNear(solveLinear([0, 2, 1, 0], [4, 3])!, [3, 2], 0, 'a permutation');
  const matrix = [1e-20, 1, 1, 1, 1, 0, 2, 5, -3];
  const x = [0.5, -2, 7];
  const b = [0, 1, 2].map((i) => x.reduce((sum, entry, j) => sum + matrix[3 * i + j] * entry, 0));
  allNear(solveLinear(matrix, b)!, x, 1e-14, 'a small leading entry');
});

test('says that a matrix is singular', () => {
  assert.is(solveLinear([1, 2, 2, 4], [1, 1]), undefined);
  assert.is(solveLinear([0], [1]), undefined);
});

test.run();
