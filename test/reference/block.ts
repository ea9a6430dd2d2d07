/** Block spins one site at a time: what assembly/rg/block.ts does to 128 configurations at once. */

import { bitOf, type Four, Stream } from './streams.js';

export interface BlockRule {
  rule: 'majority' | 'decimation' | 'chance';
  /** Majority: the tie of block number k of the row in lane l is bit l of vector k of this stream; without one, a tie is the spin of `site`. */
  ties?: Stream;
  /** [row, column] in the block. */
  site: readonly [number, number];
  /** Chance: 2^32·P(+1) by the number of spins up in the block; 2^32 - 1 stands for 1. */
  chance?: { thresholds: ArrayLike<number>; first: Stream; key: bigint; firstBlock: number };
}

/** Digits of a random number that every block draws; the others are of a stream of its own. */
const FIRST_DIGITS = 12;

/** A random number of 32 binary digits, highest first, digit i being bit `lane` of vector i. */
function numberOf(vectors: readonly Four[], lane: number): number {
  return vectors.reduce((sum, vector, i) => sum + bitOf(vector, lane) * 2 ** (31 - i), 0);
}

/** A row of spins 0 or 1, [rows, columns] → [rows/b, columns/b]; `ties` are the vectors for its group of 128 rows. */
export function blockRow(
  spins: ArrayLike<number>,
  [rows, columns]: readonly [number, number],
  [high, wide]: readonly [number, number],
  { rule, site }: BlockRule,
  tie?: (block: number) => 0 | 1,
  chance?: (block: number, up: number) => 0 | 1,
): Uint8Array {
  const coarse: number[] = [];
  for (let y = 0; y < rows; y += high) {
    for (let x = 0; x < columns; x += wide) {
      const chosen = spins[(y + site[0]) * columns + x + site[1]];
      let sum = 0;
      for (let dy = 0; dy < high; dy++) {
        for (let dx = 0; dx < wide; dx++) sum += 2 * spins[(y + dy) * columns + x + dx] - 1;
      }
      if (chance) coarse.push(chance(coarse.length, (sum + high * wide) / 2));
      else if (rule === 'decimation') coarse.push(chosen);
      else if (sum !== 0) coarse.push(sum > 0 ? 1 : 0);
      else coarse.push(tie ? tie(coarse.length) : chosen);
    }
  }
  return Uint8Array.from(coarse);
}

/** Rows that are in lanes lane, lane + 1, … of one group. */
export function blockRows(
  configurations: ArrayLike<number>[],
  lane: number,
  shape: readonly [number, number],
  factor: readonly [number, number],
  options: BlockRule,
): Uint8Array[] {
  const blocks = (shape[0] / factor[0]) * (shape[1] / factor[1]);
  const draws = options.ties && (factor[0] * factor[1]) % 2 === 0;
  const vectors = draws ? Array.from({ length: blocks }, () => options.ties!.next()) : [];
  const { chance } = options;
  const digits = chance
    ? Array.from({ length: blocks }, (_, block) => {
        const own = new Stream(chance.key, chance.firstBlock + block);
        const first = Array.from({ length: FIRST_DIGITS }, () => chance.first.next());
        return [...first, ...Array.from({ length: 32 - FIRST_DIGITS }, () => own.next())];
      })
    : [];
  return configurations.map((spins, r) =>
    blockRow(
      spins,
      shape,
      factor,
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
