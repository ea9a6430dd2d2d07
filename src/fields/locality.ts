/** Position and extent of a receptive field on the torus. */

import { finite, integer, lengthOf, objectWith, refuse } from '../util/check.js';

/** Position and extent of a field r on a torus, in sites; with the weights w_i = r_i²/Σ r². */
export interface Locality {
  /**
   * 1/Σ w_i², the number of sites that carry the field (participation ratio): 1 for a single site, N/3 on average for
   * uncorrelated normal noise on N sites.
   */
  area: number;
  /** The circular mean of the sites in each direction, in [0, rows) and [0, columns). */
  centre: [row: number, column: number];
  /**
   * √Σ w_i d_i², d_i the shortest distance to the centre: √(L²/6) = 0.41 L for a field that is spread evenly over an
   * L×L torus.
   */
  radius: number;
}

/** Throws naming the entry for which the sum of the squares is not finite. */
function refuseField(field: ArrayLike<number>): never {
  for (let i = 0; i < field.length; i++) finite(`field[${i}]`, field[i]);
  return refuse('field', 'numbers whose squares have a finite sum', field);
}

/**
 * Position and extent of a receptive field, such as a column of W, on the torus of visible units.
 * @param field one field, row-major [rows, columns]; read, not kept
 * @param shape sides of the torus, [rows, columns]
 * @returns null for a field of zeros, which has no position
 * @throws TypeError if an argument is of the wrong kind; RangeError if the length is not that of the shape, or a number
 *   is not finite
 * @example
 * locality([0, 0, 0, 0, 1, 0, 0, 0, 0], [3, 3]); // { area: 1, centre: [1, 1], radius: 0 }
 */
export function locality(field: ArrayLike<number>, shape: readonly [number, number]): Locality | null {
  objectWith('field', field, ['length'], 'array of numbers');
  const [rows, columns] = checkShape(shape);
  lengthOf('field', field, rows * columns);
  let total = 0;
  for (let i = 0; i < field.length; i++) total += field[i] ** 2;
  if (!Number.isFinite(total)) refuseField(field);
  if (total === 0) return null;

  const phase = { row: [0, 0], column: [0, 0] };
  let squares = 0;
  for (let i = 0; i < field.length; i++) {
    const weight = field[i] ** 2 / total;
    squares += weight ** 2;
    const row = (2 * Math.PI * Math.floor(i / columns)) / rows;
    const column = (2 * Math.PI * (i % columns)) / columns;
    phase.row[0] += weight * Math.cos(row);
    phase.row[1] += weight * Math.sin(row);
    phase.column[0] += weight * Math.cos(column);
    phase.column[1] += weight * Math.sin(column);
  }
  const centre: [number, number] = [angle(phase.row, rows), angle(phase.column, columns)];

  let spread = 0;
  for (let i = 0; i < field.length; i++) {
    const dy = shortest(Math.floor(i / columns) - centre[0], rows);
    const dx = shortest((i % columns) - centre[1], columns);
    spread += (field[i] ** 2 / total) * (dy * dy + dx * dx);
  }
  return { area: 1 / squares, centre, radius: Math.sqrt(spread) };
}

/** Sides of a torus or of a grid on it. @throws TypeError or RangeError if they are none */
export function checkShape(shape: unknown, name = 'shape'): readonly [number, number] {
  if (!Array.isArray(shape) || shape.length !== 2) refuse(name, '[rows, columns]', shape, 'type');
  return [integer('rows', shape[0]), integer('columns', shape[1])];
}

/** The direction of a sum of unit vectors, as a position in [0, length). */
function angle([x, y]: number[], length: number): number {
  return ((((Math.atan2(y, x) / (2 * Math.PI)) * length) % length) + length) % length;
}

/** The representative of a difference on a ring of this length that is nearest to 0. */
export function shortest(difference: number, length: number): number {
  return difference - length * Math.round(difference / length);
}
