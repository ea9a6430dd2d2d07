/** Lattices: how many sites, in which shape, and who is whose neighbour. */

import { integer } from '../util/check.js';

export interface SquareLattice {
  readonly kind: 'square';
  readonly boundary: 'periodic';
  /** [rows, columns]; site (row, column) has number row·columns + column. */
  readonly shape: readonly [number, number];
  readonly sites: number;
}

/**
 * The square lattice on a torus. A side of 2 has the double bonds that a torus of that size has.
 * @throws RangeError if a side is not an integer >= 2
 */
export function square(rows: number, columns: number = rows): SquareLattice {
  integer('rows', rows, 2);
  integer('columns', columns, 2);
  if (!(rows * columns <= 2 ** 28)) {
    throw new RangeError(`"rows" × "columns" expected at most 2^28 sites, got ${rows} × ${columns}`);
  }
  return { kind: 'square', boundary: 'periodic', shape: [rows, columns], sites: rows * columns };
}

/** Neighbours of each site, u32 [sites, 4]: right, down, left, up. The first two of all sites are all bonds, each once. */
export function neighbours({ shape: [rows, columns] }: SquareLattice): Uint32Array {
  const table = new Uint32Array(rows * columns * 4);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const right = y * columns + ((x + 1) % columns);
      const down = ((y + 1) % rows) * columns + x;
      const left = y * columns + ((x + columns - 1) % columns);
      const up = ((y + rows - 1) % rows) * columns + x;
      table.set([right, down, left, up], (y * columns + x) * 4);
    }
  }
  return table;
}

/** @throws TypeError if `lattice` did not come from `square` (or is not its equal). */
export function checkLattice(lattice: unknown): SquareLattice {
  const { kind, shape } = (lattice ?? {}) as Partial<SquareLattice>;
  if (kind !== 'square' || !Array.isArray(shape) || shape.length !== 2) {
    throw new TypeError(
      `"lattice" expected a lattice such as square(40), got ${lattice === null ? 'null' : typeof lattice}`,
    );
  }
  return square(shape[0], shape[1]);
}
