/** Contraction of a torus of tensors that may all differ, by HOTRG with projectors of every pair's own. */

import { joined, projector } from './hotrg.js';
import { largestEntry } from './iteration.js';
import { DOWN, LEFT, RIGHT, trace, UP } from './network.js';
import { type BlockTensor, permute, scaled } from './tensor.js';

/**
 * ln of the contraction of a torus of rows × columns tensors, row-major, the upper neighbours in the next row.
 * @param rows a power of 2, as columns
 * @returns `discarded`, the largest share of a squared norm that a truncation left out
 * @throws Error if the contraction is not positive
 */
export function contractGrid(
  tensors: readonly BlockTensor[],
  rows: number,
  columns: number,
  bond: number,
): { logValue: number; discarded: number } {
  let grid = Array.from({ length: rows }, (_, y) => tensors.slice(y * columns, (y + 1) * columns));
  let logValue = 0;
  let discarded = 0;
  while (grid.length * grid[0].length > 1) {
    if (grid.length > 1) {
      const halved = joinRows(grid, bond);
      discarded = Math.max(discarded, halved.discarded);
      grid = halved.grid.map((row) =>
        row.map((tensor) => {
          const factor = largestEntry(tensor);
          logValue += Math.log(factor);
          return scaled(tensor, 1 / factor);
        }),
      );
    }
    grid = turned(grid);
  }
  const value = trace(grid[0][0]);
  if (!(value > 0)) throw new Error(`the contraction is ${value}: the bond dimension is too small for this model`);
  return { logValue: logValue + Math.log(value), discarded };
}

/** Every two rows as one. */
function joinRows(grid: readonly BlockTensor[][], bond: number): { grid: BlockTensor[][]; discarded: number } {
  let discarded = 0;
  const half = Array.from({ length: grid.length / 2 }, (_, k) => {
    const [lower, upper] = [grid[2 * k], grid[2 * k + 1]];
    const columns = lower.length;
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
    return lower.map((tensor, x) =>
      joined(upper[x], tensor, bonds[(x + columns - 1) % columns].onLeft, bonds[x].onRight),
    );
  });
  return { grid: half, discarded };
}

/** The torus turned by 90°: its columns from right to left are the rows from below. */
function turned(grid: readonly BlockTensor[][]): BlockTensor[][] {
  const columns = grid[0].length;
  return Array.from({ length: columns }, (_, y) =>
    grid.map((row) => permute(row[columns - 1 - y], [DOWN, LEFT, UP, RIGHT])),
  );
}
