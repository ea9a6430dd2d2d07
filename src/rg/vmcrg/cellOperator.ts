/** Operators divided among cells, so that they can be correlated at short distance. */

import type { SpinOperator } from '../operators/productSums.js';

/** An operator whose products each belong to one cell, in the order of the cells. */
export interface CellOperator {
  order: number;
  /** First product of each cell, and their number: [cells + 1]. */
  starts: Uint32Array;
  /** Site numbers, [products, order]. */
  sites: Uint32Array;
}

/**
 * Each product belongs to the cell of its most central site, that whose farthest other site is nearest.
 * @param shape [rows, columns] of the periodic lattice
 * @param cellOf cell of each site; default the site itself
 */
export function cellOperator(
  { order, sites }: SpinOperator,
  [rows, columns]: readonly [number, number],
  cells: number,
  cellOf: ArrayLike<number> | undefined,
): CellOperator {
  const squared = (a: number, b: number): number => {
    const across = Math.abs((a % columns) - (b % columns));
    const down = Math.abs(Math.floor(a / columns) - Math.floor(b / columns));
    return Math.min(across, columns - across) ** 2 + Math.min(down, rows - down) ** 2;
  };
  const products = sites.length / order;
  const cell = new Uint32Array(products);
  for (let p = 0; p < products; p++) {
    const own = sites.subarray(p * order, (p + 1) * order);
    let best = Infinity;
    for (const site of own) {
      let reach = 0;
      for (const other of own) reach = Math.max(reach, squared(site, other));
      if (reach >= best) continue;
      best = reach;
      cell[p] = cellOf === undefined ? site : cellOf[site];
    }
  }
  const starts = new Uint32Array(cells + 1);
  for (const c of cell) starts[c + 1]++;
  for (let c = 0; c < cells; c++) starts[c + 1] += starts[c];
  const next = starts.slice();
  const sorted = new Uint32Array(sites.length);
  cell.forEach((c, p) => {
    sorted.set(sites.subarray(p * order, (p + 1) * order), order * next[c]++);
  });
  return { order, starts, sites: sorted };
}

/** Largest number of products of a cell. */
export function mostProducts({ starts }: CellOperator): number {
  let most = 0;
  for (let c = 0; c + 1 < starts.length; c++) most = Math.max(most, starts[c + 1] - starts[c]);
  return most;
}
