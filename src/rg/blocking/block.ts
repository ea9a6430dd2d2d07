/** Block spins: the renormalization group in real space on configurations. */

import type { SpinData } from '../../ising/data/spinData.js';
import { knownOptions, oneOf, refuse } from '../../util/check.js';
import type { Seed } from '../../util/random.js';
import { type BlockShape, checkBlocks, sitesOfBlocks } from './blocks.js';
import { type BlockingRule, decimationRule, iteratedRule, majorityRule, softRule } from './rule.js';

/** Options of `coarseGrain`. */
export interface CoarseGrainOptions extends BlockShape {
  /** The rule by which a block becomes one spin, see `coarseGrain`. */
  rule: 'majority' | 'decimation' | 'soft';
  /**
   * Majority, blocks of an even number of sites: a tie becomes ±1 by a random bit (default), or the spin of the block's
   * first site (its upper left one).
   */
  ties?: 'random' | 'first';
  /**
   * Decimation: the site of a block that is kept, [row, column], [layer, row, column] or [corner] of a triangle; default
   * the first.
   */
  site?: readonly number[];
  /** Soft rule: w > 0 of P(±1) ∝ e^{±wΣs}. */
  weight?: number;
  /** Seed of ties and of the soft rule. Default 1. */
  seed?: Seed;
  /**
   * Number of the data's first row in a larger set, default 0. A random spin is a function of (seed, number of
   * earlier steps, number of the row, block): a set in batches gives the same bits as in one call.
   */
  firstRow?: number;
}

/**
 * Block spins: each block of b × b sites of a configuration (b on a chain, b × b × b on a cubic lattice, a triangle for
 * `sqrt3`) becomes one spin of a coarser lattice, by
 *   majority    the sign of Σ s over the block; ties are random, or take the block's first spin
 *   decimation  one spin of the block; the others are summed over
 *   soft        ±1 with probability ∝ e^{±wΣs} (Kadanoff); w → ∞ is the majority with random ties
 * The coarse spins have a Hamiltonian with couplings of every range and order; only a decimated chain keeps a single
 * one (`decimate`). So `measure`, which assumes one nearest-neighbour coupling, throws for them; `blockObservables`
 * takes them. A majority of majorities is not the majority of the larger block: three steps with b = 2 differ from one
 * with b = 8.
 *
 * There is one coarse configuration per row. The provenance names the origin of the data and all steps; of the sampling
 * it keeps which rows are of one chain.
 * Rules as values, products of them and rules of your own: `majorityRule`, `softRule`, `iteratedRule`, ….
 * @throws TypeError if not SpinData or an option of a wrong kind; RangeError for an option out of range, a side that is
 *   not a multiple of b^steps (the nearest sizes are named), or data of no lattice with sides
 * @example
 * const data = new Ising({ lattice: square(8), coupling: 0.44 }).sample(16);
 * coarseGrain(data, { rule: 'majority', factor: 2 }).shape; // [4, 4]
 */
export function coarseGrain(data: SpinData, options: CoarseGrainOptions): SpinData {
  knownOptions('coarseGrain', options, ['rule', 'ties', 'site', 'weight', 'seed', 'firstRow', 'factor', 'steps']);
  const { steps } = checkBlocks(data, options);
  const { seed, firstRow } = options;
  const draws = { ...(seed !== undefined && { seed }), ...(firstRow !== undefined && { firstRow }) };
  return iteratedRule(ruleOf(options), steps).apply(data, draws);
}

function ruleOf({ rule, ties, site, weight, factor }: CoarseGrainOptions): BlockingRule {
  const kind = oneOf('rule', rule, ['majority', 'decimation', 'soft']);
  const own = { majority: 'ties', decimation: 'site', soft: 'weight' }[kind];
  for (const [name, value] of Object.entries({ ties, site, weight })) {
    if (value !== undefined && name !== own) refuse(name, `nothing for the rule ${kind}`, value);
  }
  if (kind === 'majority') return majorityRule({ factor, ...(ties !== undefined && { ties }) });
  if (kind === 'decimation') return decimationRule({ factor, ...(site !== undefined && { site }) });
  return softRule({ factor, weight: weight as number });
}

/**
 * Block averages, (1/b^d)Σ s over blocks of b^steps, in [-1, 1]: real numbers, [count, blocks] in a fresh array, blocks in
 * the order of the coarse lattice. Averages of averages are averages; their sign is the majority of the large block.
 * Triangles take one step.
 * @throws TypeError or RangeError as `coarseGrain`, or for triangles in several steps
 */
export function blockMeans(data: SpinData, options: BlockShape): Float32Array {
  knownOptions('blockMeans', options, ['factor', 'steps']);
  const { steps, ...one } = checkBlocks(data, options);
  if (one.factor === 'sqrt3' && steps > 1) refuse('steps', '1 for triangles', steps);
  const blocks = steps === 1 ? one : checkBlocks(data, { factor: powers(one.factor as number[], steps) });
  const { size } = blocks;
  const sites = sitesOfBlocks(blocks);
  const count = sites.length / size;
  const means = new Float32Array(data.count * count);
  for (let r = 0; r < data.count; r++) {
    for (let k = 0; k < count; k++) {
      let up = 0;
      for (let i = k * size; i < (k + 1) * size; i++) up += data.bit(r, sites[i]);
      means[r * count + k] = (2 * up - size) / size;
    }
  }
  return means;
}

function powers(factor: readonly number[], steps: number): [number, number] {
  return factor.map((b) => b ** steps) as [number, number];
}
