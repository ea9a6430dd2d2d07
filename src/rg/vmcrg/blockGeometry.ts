/** Blocks of a periodic lattice whose spins are signs of weighted sums: the coarse-graining of the biased walkers. */

import { type Chain, chain, checkAnyLattice, type SquareLattice, square } from '../../ising/models/lattice.js';
import { objectWith, refuse } from '../../util/check.js';
import type { CoarseSpin } from '../blocking/conditional.js';
import type { BlockingRule } from '../blocking/rule.js';

/** Sites of a block, at most: sums of weights are bytes with a sign. */
const MAX_BLOCK = 42;
/** Largest sum of the weights of a block. */
const MAX_SUM = 127;

/** A fine lattice, its blocks, and the coarse lattice. */
export interface BlockGeometry {
  fine: Chain | SquareLattice;
  coarse: Chain | SquareLattice;
  /** [rows, columns] of the coarse lattice; a chain is one row. */
  shape: readonly [number, number];
  /** Sites per length of a block, the factor by which lengths shrink. */
  factor: readonly [number, number];
  /**
   * Sites of block 0, of block 1, …, [blocks, size]. Where ties are decided at random, each block has one site more, beyond those of the lattice: a free
   * spin, which decides them.
   */
  order: Uint32Array;
  /** Weights w of the sites of a block, row by row, and of the free spin: s' = sign Σ w s. */
  weights: Uint8Array;
  /** Whether there are free spins. */
  free: boolean;
  /** Block of each site. */
  blockOf: Uint32Array;
}

/**
 * The blocks of a rule, and the weights of their sites: s' = sign Σ w s, as `BlockingRule.spins` tells, in integers.
 * @throws TypeError or RangeError for another lattice than a ring or a torus of squares, sides that the blocks do not tile,
 *   fewer than two blocks along a side, blocks of more than 42 sites, or a rule with other random numbers than for ties
 */
export function blockGeometry(lattice: unknown, rule: BlockingRule): BlockGeometry {
  const fine = checkAnyLattice(lattice);
  if (!(fine.kind === 'chain' || fine.kind === 'square') || fine.boundary !== 'periodic') {
    refuse('lattice', 'a periodic chain or square lattice', fine.kind, 'range');
  }
  const { twist } = lattice as { twist?: number };
  if (twist) refuse('lattice', 'a lattice without twist', twist);
  objectWith('rule', rule, ['name', 'factor', 'apply'], 'BlockingRule');
  if (rule.spins === undefined) refuse('rule', 'a rule of one step', rule.name);
  const spins = rule.spins(fine);
  const isChain = fine.kind === 'chain';
  const [rows, columns] = isChain ? [1, fine.shape[0]] : fine.shape;
  const factor = typeof rule.factor === 'number' ? [rule.factor, rule.factor] : rule.factor;
  const [high, wide] = isChain ? [1, factor[factor.length - 1]] : factor;
  const size = high * wide;
  const shape = [rows / high, columns / wide] as const;
  const tiled = shape.every(Number.isInteger) && shape[0] * shape[1] === spins.length;
  if (!tiled) refuse('rule', 'a rule of blocks that tile the lattice', rule.name);
  if (size > MAX_BLOCK) refuse('rule', `blocks of at most ${MAX_BLOCK} sites`, `${rule.name}, ${size} sites`);
  const least = isChain ? shape[1] : Math.min(...shape);
  if (least < 2) refuse('lattice', 'at least two blocks along each side', least);
  const order = Uint32Array.from({ length: spins.length * size }, (_, at) => {
    const [block, k] = [Math.floor(at / size), at % size];
    const row = Math.floor(block / shape[1]) * high + Math.floor(k / wide);
    return row * columns + (block % shape[1]) * wide + (k % wide);
  });
  const blockOf = new Uint32Array(fine.sites);
  order.forEach((site, at) => {
    blockOf[site] = Math.floor(at / size);
  });
  const weights = weightsOf(spins[0], order.subarray(0, size));
  const same = spins.every((spin, block) => {
    const own = weightsOf(spin, order.subarray(block * size, (block + 1) * size));
    return own?.every((w, k) => w === weights?.[k]);
  });
  if (weights === undefined || !same) {
    refuse('rule', 'a rule whose spins are signs of sums over their blocks', rule.name);
  }
  const free = weights.length > size;
  const coarse = isChain ? chain(shape[1]) : square(...shape);
  return {
    ...{ fine, coarse, shape, factor: [high, wide], weights, blockOf, free },
    order: free ? withFree(order, size, fine.sites) : order,
  };
}

/** Weights of the sites of a block in small integers, of which no sum is 0, the last one of a free spin if there are ties; undefined where a rule has none. */
function weightsOf(spin: CoarseSpin, sites: Uint32Array): Uint8Array | undefined {
  if (spin.kind !== 'hard' || spin.bias !== 0) return undefined;
  const of = new Map(Array.from(spin.sites, (site, k) => [site, spin.weights[k]]));
  const known = Array.from(sites, (site) => of.get(site) ?? 0);
  if (known.filter((w) => w !== 0).length !== spin.sites.length || Math.min(...known) < 0) return undefined;
  // halves are the weights that decide ties
  const scale = known.every(Number.isInteger) ? 1 : 2;
  const weights = known.map((w) => w * scale);
  const sum = weights.reduce((all, w) => all + w, 0);
  if (!weights.every(Number.isInteger)) return undefined;
  const own = sum % 2 === 1 ? weights : [...weights.map((w) => 2 * w), 1];
  return own.reduce((all, w) => all + w, 0) <= MAX_SUM ? Uint8Array.from(own) : undefined;
}

/** The order with a site more for each block, numbered from `first` on. */
function withFree(order: Uint32Array, size: number, first: number): Uint32Array {
  return Uint32Array.from({ length: (order.length / size) * (size + 1) }, (_, at) => {
    const [block, k] = [Math.floor(at / (size + 1)), at % (size + 1)];
    return k < size ? order[block * size + k] : first + block;
  });
}
