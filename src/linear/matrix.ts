/** Dense matrices of real numbers, row-major. */

import { integer, objectWith, refuse } from '../util/check.js';

/** A dense matrix, row-major: element (i, j) is `values[i * columns + j]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** The same in single precision; in products its elements count as the float64 numbers that they are exactly. */
export interface FloatMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** @throws TypeError for a wrong kind; RangeError for no rows or columns, or another number of values */
function checkShape({ rows, columns, values }: Matrix | FloatMatrix, name: string): void {
  integer(`${name}.rows`, rows);
  integer(`${name}.columns`, columns);
  if (values.length !== rows * columns) {
    refuse(`${name}.values`, `${rows}×${columns} values`, `${values.length} values`);
  }
}

/** @throws TypeError if it is not a matrix; RangeError if its values are not as many as its rows and columns say */
export function checkMatrix(name: string, matrix: Matrix): Matrix {
  objectWith(name, matrix, ['rows', 'columns', 'values'], 'matrix { rows, columns, values }');
  if (!(matrix.values instanceof Float64Array)) refuse(`${name}.values`, 'Float64Array', matrix.values, 'type');
  checkShape(matrix, name);
  return matrix;
}

/** @throws TypeError or RangeError as `checkMatrix`, for either precision */
export function checkFactor<M extends Matrix | FloatMatrix>(name: string, matrix: M): M {
  objectWith(name, matrix, ['rows', 'columns', 'values'], 'matrix { rows, columns, values }');
  if (!(matrix.values instanceof Float64Array || matrix.values instanceof Float32Array)) {
    refuse(`${name}.values`, 'Float64Array or Float32Array', matrix.values, 'type');
  }
  checkShape(matrix, name);
  return matrix;
}

/** @throws TypeError or RangeError as `checkMatrix`; RangeError naming the first value that is not finite */
export function checkFinite(name: string, matrix: Matrix): Matrix {
  checkMatrix(name, matrix);
  const { values, columns } = matrix;
  for (let k = 0; k < values.length; k++) {
    if (Number.isFinite(values[k])) continue;
    refuse(`${name}(${Math.floor(k / columns)}, ${k % columns})`, 'finite number', values[k]);
  }
  return matrix;
}

/** Aᵀ, in a fresh array. */
export function transposed({ rows, columns, values }: Matrix): Matrix {
  const result = new Float64Array(values.length);
  // in squares, so that neither side jumps through more lines than a cache holds
  const side = 16;
  for (let top = 0; top < rows; top += side) {
    const bottom = Math.min(rows, top + side);
    for (let left = 0; left < columns; left += side) {
      const right = Math.min(columns, left + side);
      for (let i = top; i < bottom; i++) {
        for (let j = left; j < right; j++) result[j * rows + i] = values[i * columns + j];
      }
    }
  }
  return { rows: columns, columns: rows, values: result };
}
