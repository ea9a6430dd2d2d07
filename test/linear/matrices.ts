/** Matrices of which tests know the answer. */

import * as assert from 'uvu/assert';
import type { Matrix } from '../../src/all.js';
import type { Draws } from '../reference/draws.js';
import { multiplyPanels } from '../reference/matrices.js';

/** Uniform in [-1, 1). */
export function randomMatrix(draws: Draws, rows: number, columns: number): Matrix {
  return { rows, columns, values: Float64Array.from({ length: rows * columns }, () => draws.uniform(-1, 1)) };
}

export function transposedTwin({ rows, columns, values }: Matrix): Matrix {
  const result = Float64Array.from(values, (_, k) => values[(k % rows) * columns + Math.floor(k / rows)]);
  return { rows: columns, columns: rows, values: result };
}

/** a·b by three plain loops. */
export function productTwin(a: Matrix, b: Matrix): Matrix {
  const values = multiplyPanels(a.values, b.values, new Float64Array(a.rows * b.columns), a.rows, a.columns, b.columns);
  return { rows: a.rows, columns: b.columns, values };
}

/** Orthonormal columns by Gram and Schmidt of random numbers, done twice. */
export function orthonormalTwin(draws: Draws, rows: number, columns: number): Matrix {
  const vectors: number[][] = [];
  for (let k = 0; k < columns; k++) {
    let vector = Array.from({ length: rows }, () => draws.uniform(-1, 1));
    for (let pass = 0; pass < 2; pass++) {
      for (const other of vectors) {
        const overlap = vector.reduce((sum, x, i) => sum + x * other[i], 0);
        vector = vector.map((x, i) => x - overlap * other[i]);
      }
    }
    const norm = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
    vectors.push(vector.map((x) => x / norm));
  }
  return {
    rows,
    columns,
    values: Float64Array.from({ length: rows * columns }, (_, n) => vectors[n % columns][Math.floor(n / columns)]),
  };
}

/** U diag(s) Vᵀ with random U and V. */
export function withSingularValues(draws: Draws, rows: number, columns: number, s: readonly number[]): Matrix {
  const u = orthonormalTwin(draws, rows, s.length);
  const v = orthonormalTwin(draws, columns, s.length);
  const weighted = { ...u, values: u.values.map((x, k) => x * s[k % s.length]) };
  return productTwin(weighted, transposedTwin(v));
}

/** The largest |actual - expected|. */
export function distance(actual: Matrix, expected: Matrix): number {
  assert.equal([actual.rows, actual.columns], [expected.rows, expected.columns]);
  return actual.values.reduce((most, x, k) => {
    const apart = Math.abs(x - expected.values[k]);
    return Number.isNaN(apart) ? Infinity : Math.max(most, apart);
  }, 0);
}

/** The largest entry of |QᵀQ - 1|. */
export function fromOrthonormal(q: Matrix): number {
  const n = q.columns;
  const one = {
    rows: n,
    columns: n,
    values: Float64Array.from({ length: n * n }, (_, k) => Number(k % (n + 1) === 0)),
  };
  return distance(productTwin(transposedTwin(q), q), one);
}

/** U diag(s) Vᵀ. */
export function composed(u: Matrix, s: Float64Array, v: Matrix): Matrix {
  return productTwin({ ...u, values: u.values.map((x, k) => x * s[k % s.length]) }, transposedTwin(v));
}

/** Whether the first entry of largest modulus of each column is positive. */
export function isOriented({ rows, columns, values }: Matrix): boolean {
  return Array.from({ length: columns }, (_, j) => {
    let largest = 0;
    for (let i = 0; i < rows; i++) {
      const x = values[i * columns + j];
      if (Math.abs(x) > Math.abs(largest)) largest = x;
    }
    return largest;
  }).every((x) => x > 0);
}
