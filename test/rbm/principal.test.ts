/** Principal components that are known beforehand. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { principalDivision, upperSide } from '../../src/rbm/diagnosis/principal.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('rbm/principal');

test('finds the direction in which rows were drawn apart, their mean, and the sides', () => {
  const draw = normal(xoshiro128(seedWords(2)));
  const [rows, width] = [400, 12];
  const axis = Float64Array.from({ length: width }, () => draw());
  const norm = Math.sqrt(axis.reduce((sum, x) => sum + x * x, 0));
  const values = new Float32Array(rows * width);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < width; i++) values[r * width + i] = 3 + (r % 4 ? -1 : 3) * axis[i] + 0.1 * draw();
  }
  const division = principalDivision(values, new Float64Array(rows).fill(1));
  assert.ok(division);
  const along = division.direction.reduce((sum, x, i) => sum + (x * axis[i]) / norm, 0);
  assert.ok(Math.abs(Math.abs(along) - 1) < 1e-3, `${along}`);
  for (const mean of division.mean) assert.ok(Math.abs(mean - 3) < 0.05);
  const sides = upperSide(division, values);
  for (let r = 0; r < rows; r++) assert.is(sides[r], (r % 4 === 0) === along > 0);
  // a row of weight 2 is there twice: weights that make both sides equal move the mean between them
  const weights = Float64Array.from({ length: rows }, (_, r) => (r % 4 ? 0.5 : 1.5));
  principalDivision(values, weights)?.mean.forEach((mean, i) => {
    assert.ok(Math.abs(mean - 3 - axis[i]) < 0.05);
  });
});

test('rows that are alike, or one alone, have none', () => {
  assert.is(principalDivision(new Float32Array(12).fill(0.3), new Float64Array(4).fill(1)), undefined);
  assert.is(principalDivision(Float32Array.of(1, 2, 3), Float64Array.of(1)), undefined);
  const two = principalDivision(Float32Array.of(0, 0, 1, 0), Float64Array.of(1, 1));
  assert.ok(two && Math.abs(two.direction[0]) === 1 && two.direction[1] === 0);
});

test.run();
