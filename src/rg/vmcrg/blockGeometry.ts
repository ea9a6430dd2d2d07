/** Blocks of a periodic lattice whose spins are signs of weighted sums: the coarse-graining of the biased walkers. */

import { type Chain, chain, checkAnyLattice, type SquareLattice, square } from '../../ising/models/lattice.js';
import { integer, oneOf, refuse } from '../../util/check.js';
import { type BlockFactor, checkFactor } from '../blocking/blocks.js';

/** How a block becomes a spin: as of `coarseGrain`, without random numbers. */
export interface BlockSpinRule {
  rule: 'majority' | 'decimation';
  /** b, or [rows, columns] of a block. */
  factor: BlockFactor;
  /** Needed for the majority of an even number of sites: a tie takes the block's first spin. */
  ties?: 'first';
  /** Decimation: the site [row, column] of a block that is kept; default [0, 0]. */
  site?: readonly [number, number];
}

export const BLOCK_SPIN_RULE = ['rule', 'factor', 'ties', 'site'] as const;

/** Sites of a block, at most: sums of weights are bytes with a sign. */
const MAX_BLOCK = 42;

/** A fine lattice, its blocks, and the coarse lattice. */
export interface BlockGeometry {
  fine: Chain | SquareLattice;
  coarse: Chain | SquareLattice;
  /** [rows, columns] of the coarse lattice; a chain is one row. */
  shape: readonly [number, number];
  /** Sites per length of a block, the factor by which lengths shrink. */
  factor: readonly [number, number];
  /** Sites of block 0, of block 1, …, [blocks, size]. */
  order: Uint32Array;
  /** Weights w of the sites of a block, row by row: s' = sign Σ w s. */
  weights: Uint8Array;
  /** Block of each site. */
  blockOf: Uint32Array;
}

/**
 * @throws TypeError or RangeError for another lattice than a ring or a torus of squares, sides that the blocks do not
 *   tile, fewer than two blocks, blocks of more than 42 sites, or a majority with ties that nothing decides
 */
export function blockGeometry(lattice: unknown, options: BlockSpinRule): BlockGeometry {
  const fine = checkAnyLattice(lattice);
  const torus = (fine.kind === 'chain' || fine.kind === 'square') && fine.boundary === 'periodic';
  if (!torus) refuse('lattice', 'a periodic chain or square lattice', fine.kind, 'range');
  const twist = (lattice as { twist?: number }).twist ?? 0;
  if (twist !== 0) refuse('lattice', 'a lattice without twist', twist);
  const { rule, ties, site } = options;
  oneOf('rule', rule, ['majority', 'decimation']);
  const blocks = checkFactor(options.factor);
  if (typeof blocks === 'string' || (typeof blocks !== 'number' && blocks.length !== 2)) {
    refuse('factor', 'a number or [rows, columns]', blocks);
  }
  const isChain = fine.kind === 'chain';
  const [rows, columns] = isChain ? [1, fine.shape[0]] : fine.shape;
  const [high, wide] = typeof blocks === 'number' ? [isChain ? 1 : blocks, blocks] : blocks;
  const size = high * wide;
  if (size > MAX_BLOCK) refuse('factor', `blocks of at most ${MAX_BLOCK} sites`, size);
  for (const [side, block] of [[rows, high] as const, [columns, wide] as const]) {
    if (side % block !== 0) refuse('lattice', `sides that are multiples of ${block}`, side);
  }
  const shape = [rows / high, columns / wide] as const;
  const least = isChain ? shape[1] : Math.min(...shape);
  if (least < 2) refuse('lattice', 'at least two blocks along each side', least);
  if (ties !== undefined) oneOf('ties', ties, ['first']);
  if (rule === 'majority' && site !== undefined) refuse('site', 'no site for the majority rule', site);
  if (rule === 'decimation' && ties !== undefined) refuse('ties', 'no rule of ties for decimation', ties);
  const tied = rule === 'majority' && size % 2 === 0;
  if (tied && ties !== 'first') refuse('ties', `"first" for blocks of ${size} sites, an even number`, ties);
  const kept = integer('site[0]', site?.[0] ?? 0, 0, high - 1) * wide + integer('site[1]', site?.[1] ?? 0, 0, wide - 1);
  const weights = Uint8Array.from({ length: size }, (_, k) => {
    if (rule === 'decimation') return k === kept ? 1 : 0;
    // with ties, 2 Σ s + s of the first site has the sign of Σ s, or of the first spin
    return tied ? (k === 0 ? 3 : 2) : 1;
  });
  const count = shape[0] * shape[1];
  const order = Uint32Array.from({ length: count * size }, (_, at) => {
    const [block, k] = [Math.floor(at / size), at % size];
    const row = Math.floor(block / shape[1]) * high + Math.floor(k / wide);
    return row * columns + (block % shape[1]) * wide + (k % wide);
  });
  const blockOf = new Uint32Array(fine.sites);
  order.forEach((of, at) => {
    blockOf[of] = Math.floor(at / size);
  });
  const coarse = isChain ? chain(shape[1]) : square(...shape);
  return { fine: fine as Chain | SquareLattice, coarse, shape, factor: [high, wide], order, weights, blockOf };
}
