import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { largestEigenpair, type Operator, response } from '../../src/exact/lanczos.js';

const test = suite('exact/lanczos');

/** Neighbours on a path of n sites: eigenvalues 2 cos(πk/(n + 1)), vectors sin(πki/(n + 1)). */
const path: Operator = (x) => x.map((_, i) => (x[i - 1] ?? 0) + (x[i + 1] ?? 0));

/** A diagonal matrix. */
const diagonal =
  (values: readonly number[]): Operator =>
  (x) =>
    x.map((entry, i) => values[i] * entry);

function ones(n: number): Float64Array {
  return new Float64Array(n).fill(1);
}

test('finds the largest eigenvalue and its vector, of one site to many more than it keeps vectors', () => {
  for (const n of [1, 2, 3, 10, 61, 150]) {
    const { value, vector } = largestEigenpair(path, ones(n), 'path');
    const angle = Math.PI / (n + 1);
    assert.ok(Math.abs(value - 2 * Math.cos(angle)) < 1e-14, `n = ${n}: ${value}`);
    const sine = vector.map((_, i) => Math.sin(angle * (i + 1)) * Math.sqrt(2 / (n + 1)));
    sine.forEach((entry, i) => {
      assert.ok(Math.abs(entry - Math.abs(vector[i])) < 1e-10, `n = ${n}, site ${i}`);
    });
  }
});

test('keeps away from a given vector: then the next eigenvalue is the largest', () => {
  const first = largestEigenpair(path, ones(40), 'path');
  const start = Float64Array.from({ length: 40 }, (_, i) => ((i * 0.618034) % 1) - 0.5);
  const second = largestEigenpair(path, start, 'path', first.vector);
  assert.ok(Math.abs(second.value - 2 * Math.cos((2 * Math.PI) / 41)) < 1e-13);
  const overlap = first.vector.reduce((sum, entry, i) => sum + entry * second.vector[i], 0);
  assert.ok(Math.abs(overlap) < 1e-13);
});

test('responds as the sum over the other eigenvectors', () => {
  const values = Array.from({ length: 100 }, (_, i) => 5 - i / 10);
  const vector = Float64Array.from(values, (_, i) => (i === 0 ? 1 : 0));
  const force = Float64Array.from(values, (_, i) => (i === 0 ? 0 : Math.sin(i)));
  const change = response(diagonal(values), 5, vector, force, 'matrix');
  for (let i = 1; i < 100; i++) assert.ok(Math.abs(change[i] - force[i] / (5 - values[i])) < 1e-11);
  assert.is(change[0], 0);
  assert.equal(response(diagonal(values), 5, vector, new Float64Array(100), 'matrix'), new Float64Array(100));
});

test('says so when eigenvalues cannot be told apart', () => {
  const values = [1, 1 + 1e-14, 0.3, 0.2, 0.1];
  assert.throws(() => largestEigenpair(diagonal(values), ones(5), 'matrix'), /of this matrix .* too close/);
});

test.run();
