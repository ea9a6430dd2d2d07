/** Contraction of a torus of tensors that may all differ, by HOTRG with projectors of every pair's own. */

import { progress, type Work } from '../../util/work.js';
import { joined, projector } from './hotrg.js';
import { largestEntry } from './iteration.js';
import { DOWN, LEFT, RIGHT, trace, UP } from './network.js';
import { type BlockTensor, permute, scaled } from './tensor.js';

/** What a contraction gives. */
export interface Contraction {
  /** ln of it. */
  logValue: number;
  /** The largest share of a squared norm that a truncation left out. */
  discarded: number;
}

/**
 * The contraction of a torus of rows × columns tensors, row-major, the upper neighbours in the next row. The last one of an
 * odd number of rows waits for the next turn.
 * @param tensors one per site; or a single one, which is everywhere
 * @throws Error if the contraction is not positive
 */
export function* contractGrid(
  tensors: readonly BlockTensor[],
  rows: number,
  columns: number,
  bond: number,
): Work<Contraction> {
  let [tall, wide] = [rows, columns];
  let grid = cellOf(tensors, rows, columns);
  let logValue = 0;
  let discarded = 0;
  const all = rows * columns;
  while (tall * wide > 1) {
    if (tall > 1) {
      // a single row that repeats meets itself
      if (grid.length === 1) grid = [grid[0], grid[0]];
      const pairs: BlockTensor[][] = [];
      for (let y = 0; y + 1 < grid.length; y += 2) {
        const done = all - tall * wide + (y / 2) * wide;
        yield progress(`contract, χ = ${bond}`, done, all, 'sites');
        const joint = joinRows(grid[y], grid[y + 1], bond);
        discarded = Math.max(discarded, joint.discarded);
        pairs.push(joint.row);
      }
      if (grid.length % 2 === 1) pairs.push(grid[grid.length - 1]);
      tall = Math.ceil(tall / 2);
      const repeats = (tall * wide) / (pairs.length * pairs[0].length);
      grid = pairs.map((row) =>
        row.map((tensor) => {
          const factor = largestEntry(tensor);
          logValue += repeats * Math.log(factor);
          return scaled(tensor, 1 / factor);
        }),
      );
    }
    grid = turned(grid);
    [tall, wide] = [wide, tall];
  }
  const value = trace(grid[0][0]);
  if (!(value > 0)) throw new Error(`the contraction is ${value}: the bond dimension is too small for this model`);
  return { logValue: logValue + Math.log(value), discarded };
}

/** The rows of a torus; of one tensor that is everywhere on sides of powers of 2 a single one, which stays the only one. */
function cellOf(tensors: readonly BlockTensor[], rows: number, columns: number): BlockTensor[][] {
  if (tensors.length > 1) return Array.from({ length: rows }, (_, y) => tensors.slice(y * columns, (y + 1) * columns));
  const single = [rows, columns].every((side) => Number.isInteger(Math.log2(side)));
  const [height, width] = single ? [1, 1] : [rows, columns];
  return Array.from({ length: height }, () => new Array<BlockTensor>(width).fill(tensors[0]));
}

/** Two rows as one. */
function joinRows(
  lower: readonly BlockTensor[],
  upper: readonly BlockTensor[],
  bond: number,
): { row: BlockTensor[]; discarded: number } {
  const columns = lower.length;
  let discarded = 0;
  // the bond to the right of each pair is cut as one of the two pairs that it joins asks for: where less is lost
  const bonds = lower.map((_, x) => {
    const next = (x + 1) % columns;
    const here = projector(upper[x], lower[x], RIGHT, bond);
    const there = projector(upper[next], lower[next], LEFT, bond);
    const better = here.discarded <= there.discarded ? here : there;
    discarded = Math.max(discarded, better.discarded);
    const [onRight, onLeft] = better === here ? [here.own, here.other] : [there.other, there.own];
    return { onRight, onLeft };
  });
  const row = lower.map((tensor, x) =>
    joined(upper[x], tensor, bonds[(x + columns - 1) % columns].onLeft, bonds[x].onRight),
  );
  return { row, discarded };
}

/** The torus turned by 90°: its columns from right to left are the rows from below. */
function turned(grid: readonly BlockTensor[][]): BlockTensor[][] {
  const columns = grid[0].length;
  return Array.from({ length: columns }, (_, y) =>
    grid.map((row) => permute(row[columns - 1 - y], [DOWN, LEFT, UP, RIGHT])),
  );
}
