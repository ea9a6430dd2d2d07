/** Block spins one site at a time: what assembly/rg/block.ts does to 128 configurations at once. */

import { bitOf, type Four, Stream } from './streams.js';

export interface BlockRule {
  rule: 'majority' | 'decimation' | 'chance';
  /** Majority: the tie of block number k of the row in lane l is bit l of vector k of this stream; without one, a tie is the spin of `site`. */
  ties?: Stream;
  /** Number of a site in the block. */
  site: number;
  /** Chance: 2^32·P(+1) by the number of spins up in the block; 2^32 - 1 stands for 1. */
  chance?: { thresholds: ArrayLike<number>; first: Stream; key: bigint; firstBlock: number };
}

/** Digits of a random number that every block draws; the others are of a stream of its own. */
const FIRST_DIGITS = 12;

/** A random number of 32 binary digits, highest first, digit i being bit `lane` of vector i. */
function numberOf(vectors: readonly Four[], lane: number): number {
  return vectors.reduce((sum, vector, i) => sum + bitOf(vector, lane) * 2 ** (31 - i), 0);
}

/** The sites of each box of a lattice of any dimension, both row by row. */
export function boxes(shape: readonly number[], factor: readonly number[]): number[][] {
  const cells: number[][] = [];
  const sites = shape.reduce((product, side) => product * side, 1);
  for (let site = 0; site < sites; site++) {
    let [rest, cell, stride] = [site, 0, 1];
    for (let k = shape.length - 1; k >= 0; k--) {
      cell += Math.floor((rest % shape[k]) / factor[k]) * stride;
      rest = Math.floor(rest / shape[k]);
      stride *= shape[k] / factor[k];
    }
    cells[cell] ??= [];
    cells[cell].push(site);
  }
  return cells;
}

/** A row of spins 0 or 1, one for each cell of sites; `tie` and `chance` are the random numbers of its lane. */
export function blockRow(
  spins: ArrayLike<number>,
  cells: readonly (readonly number[])[],
  { rule, site }: BlockRule,
  tie?: (block: number) => 0 | 1,
  chance?: (block: number, up: number) => 0 | 1,
): Uint8Array {
  return Uint8Array.from(cells, (sites, block) => {
    const chosen = spins[sites[site]];
    const up = sites.reduce((count, i) => count + spins[i], 0);
    if (chance) return chance(block, up);
    if (rule === 'decimation') return chosen;
    if (2 * up !== sites.length) return 2 * up > sites.length ? 1 : 0;
    return tie ? tie(block) : chosen;
  });
}

/** Rows that are in lanes lane, lane + 1, … of one group. */
export function blockRows(
  configurations: ArrayLike<number>[],
  lane: number,
  cells: readonly (readonly number[])[],
  options: BlockRule,
): Uint8Array[] {
  const draws = options.ties && cells[0].length % 2 === 0;
  const vectors = draws ? cells.map(() => options.ties!.next()) : [];
  const { chance } = options;
  const digits = chance
    ? cells.map((_, block) => {
        const own = new Stream(chance.key, chance.firstBlock + block);
        const first = Array.from({ length: FIRST_DIGITS }, () => chance.first.next());
        return [...first, ...Array.from({ length: 32 - FIRST_DIGITS }, () => own.next())];
      })
    : [];
  return configurations.map((spins, r) =>
    blockRow(
      spins,
      cells,
      options,
      draws ? (block) => bitOf(vectors[block], lane + r) : undefined,
      chance &&
        ((block, up) => {
          const threshold = chance.thresholds[up];
          return threshold === 2 ** 32 - 1 || numberOf(digits[block], lane + r) < threshold ? 1 : 0;
        }),
    ),
  );
}
