/** The thin QR decomposition. */

import { refuse } from '../util/check.js';
import { checkFinite, type Matrix, transposed } from './matrix.js';
import { orthonormalRows } from './orthonormal.js';
import { exactScale, scaled } from './scale.js';

/** A = QR. */
export interface Qr {
  /** [rows, columns], with orthonormal columns. */
  q: Matrix;
  /** [columns, columns], upper triangular; its diagonal is not negative. */
  r: Matrix;
}

/**
 * The thin QR decomposition A = QR by Householder's reflections. Q is orthonormal to rounding also where columns of A
 * depend on each other: R then has zeros, to rounding, on its diagonal. The same matrix gives the same bits.
 * @param a [rows, columns] with rows >= columns; read, not kept
 * @throws TypeError if it is not a matrix; RangeError if it has more columns than rows, or an entry that is not finite
 */
export function qr(a: Matrix): Qr {
  checkFinite('a', a);
  const { rows, columns } = a;
  if (columns > rows) refuse('a', 'matrix with no more columns than rows', `${rows}×${columns}`);
  const scale = exactScale(a.values);
  const vectors = transposed({ rows, columns, values: scaled(a.values, scale) }).values;
  const { basis, triangle } = orthonormalRows(vectors, columns, rows);
  for (let k = 0; k < columns; k++) {
    const flip = triangle[k * columns + k] < 0 ? -1 : 1;
    for (let i = 0; i < rows; i++) basis[k * rows + i] *= flip;
    for (let j = k; j < columns; j++) triangle[k * columns + j] = (flip * triangle[k * columns + j]) / scale;
  }
  return {
    q: transposed({ rows: columns, columns: rows, values: basis }),
    r: { rows: columns, columns, values: triangle },
  };
}
