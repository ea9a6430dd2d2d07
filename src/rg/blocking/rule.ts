/** Blocking rules as values: conditional distributions P(S'|v) of coarse spins. */

import type { SpinData } from '../../ising/data/spinData.js';
import type { Lattice } from '../../ising/models/lattice.js';
import { checkList, integer, knownOptions, objectWith, oneOf, positive, refuse } from '../../util/check.js';
import { checkSeed, type Seed } from '../../util/random.js';
import {
  type BlockFactor,
  type Blocks,
  checkBlocks,
  checkBlocksOf,
  checkFactor,
  sitesOfBlocks,
  spinLattice,
} from './blocks.js';
import { blockLists, blockSpin, type CoarseSpin } from './conditional.js';
import { blockData, checkSoftSize, drawnBytes, keptSite, type LocalRule, localStep, type StepDraws } from './step.js';

/** The random numbers of a rule at work. */
export interface RuleDraws {
  /** Default 1. */
  seed?: Seed;
  /**
   * Number of the data's first row in a larger set, default 0. A random spin is a function of (seed, number of earlier
   * steps, number of the row, block): a set in batches gives the same bits as in one call.
   */
  firstRow?: number;
}

/**
 * A rule P(S'|v): one coarse configuration per row of data. Σ_{S'} P(S'|v) = 1 for every v, so each rule is an exact step
 * of the renormalization group: Z of the coarse spins is that of the fine ones.
 */
export interface BlockingRule {
  /** Such as `majority, b = 2`. */
  readonly name: string;
  /** Linear size of a block: of every side, or [rows, columns], or [layers, rows, columns]; all steps together. */
  readonly factor: number | readonly number[];
  /**
   * b, the factor of all lengths, for exponents y = ln λ/ln b: the factor, √3 for triangles; of a block whose sides differ
   * the geometric mean of those above 1.
   */
  readonly scale: number;
  /**
   * P(S'|v) on a lattice, as the independent distributions of the coarse spins; absent for rules of several steps, whose
   * coarse spins are not independent given v. `ruleOperator` takes it.
   * @throws TypeError or RangeError for a lattice that the blocks do not tile
   */
  readonly spins?: (lattice: Lattice) => CoarseSpin[];
  /**
   * @throws TypeError if not SpinData or a seed of a wrong kind; RangeError for sides that the blocks do not tile (the
   *   nearest ones are named), or data of a lattice that the rule does not know
   */
  apply(data: SpinData, draws?: RuleDraws): SpinData;
}

/** Largest w: beyond it P is 0 or 1 to the last bit, but for ties. */
const MAX_WEIGHT = 1e6;

/**
 * The majority of each block, sign(Σ s), on a chain, a square, triangular or cubic lattice. A tie of a block of an even
 * number of sites becomes ±1 by a random bit (`random`, the default, which keeps the symmetry of the spins) or the block's
 * first spin. With `factor: 'sqrt3'` blocks are the triangles of b = √3 of a periodic triangular lattice whose sides are
 * multiples of 3: one step leaves a twisted torus (`TriangularLattice.twist`), two a plain one of a third of the sides.
 * @throws TypeError or RangeError for an option out of range
 * @example
 * const data = new Ising({ lattice: square(8), coupling: 0.44 }).sample(16);
 * majorityRule({ factor: 2 }).apply(data, { seed: 7 }).shape; // [4, 4]
 */
export function majorityRule(options: { factor: BlockFactor; ties?: 'random' | 'first' }): BlockingRule {
  knownOptions('majorityRule', options, ['factor', 'ties']);
  const ties = oneOf('ties', options.ties ?? 'random', ['random', 'first']);
  return localRule('majority', checkFactor(options.factor), { rule: 'majority', ties });
}

/**
 * One spin of each block, that at [row, column] of it, or [layer, row, column], or [0], [1] or [2] of a triangle; by
 * default the first.
 * @throws TypeError or RangeError for an option out of range; `apply` also for a site of another dimension than the data
 */
export function decimationRule(options: { factor: BlockFactor; site?: readonly number[] }): BlockingRule {
  knownOptions('decimationRule', options, ['factor', 'site']);
  const factor = checkFactor(options.factor);
  const site = checkSite(options.site, factor);
  return localRule('decimation', factor, { rule: 'decimation', ...(site && { site }) });
}

/** A place in a block, as far as the factor tells the sides of a block. */
function checkSite(site: unknown, factor: BlockFactor): number[] | undefined {
  if (site === undefined) return undefined;
  checkList('site', site, '[row, column]');
  const given = site as number[];
  const sides = factor === 'sqrt3' ? [3] : typeof factor === 'number' ? given.map(() => factor) : factor;
  if (given.length !== sides.length || given.length === 0) {
    refuse('site', factor === 'sqrt3' ? '[0], [1] or [2]' : 'as many numbers as a block has sides', site);
  }
  return given.map((x, k) => integer(`site[${k}]`, x, 0, sides[k] - 1));
}

/**
 * Kadanoff's soft rule: S' = ±1 with probability ∝ e^{±wΣs}, w > 0. It is one hidden unit of weight w per block, and for
 * w → ∞ the majority with random ties. Probabilities are multiples of 2^-32.
 * @throws TypeError or RangeError for w that is not positive, or a block of more than 127 sites (for a number b in
 *   `apply`, which knows the lattice)
 */
export function softRule(options: { factor: BlockFactor; weight: number }): BlockingRule {
  knownOptions('softRule', options, ['factor', 'weight']);
  const factor = checkFactor(options.factor);
  checkSoftSize(fewestSites(factor));
  const weight = positive('weight', options.weight);
  if (weight > MAX_WEIGHT) refuse('weight', `number up to ${MAX_WEIGHT} (majorityRule is the limit)`, weight);
  return localRule(`soft rule, w = ${weight}`, factor, { rule: 'soft', weight });
}

/** Sites of a block; for a number those of a chain, since the lattice is not known. */
function fewestSites(factor: BlockFactor): number {
  if (factor === 'sqrt3') return 3;
  return typeof factor === 'number' ? factor : factor.reduce((product: number, b) => product * b, 1);
}

/**
 * Rules one after the other, the first one first. A majority of majorities is not the majority of the larger block.
 * @throws TypeError for an empty list, or one of something else than rules
 */
export function productRule(rules: readonly BlockingRule[]): BlockingRule {
  checkList('rules', rules, 'list of rules');
  if (rules.length === 0) refuse('rules', 'one rule or more', rules);
  rules.forEach((rule, k) => {
    objectWith(`rules[${k}]`, rule, ['name', 'factor', 'scale', 'apply'], 'BlockingRule');
  });
  return {
    name: rules.map(({ name }) => name).join(', then '),
    factor: rules.map(({ factor }) => factor).reduce(productOf),
    scale: root(rules.reduce((product, { scale }) => product * scale, 1)),
    apply: (data, draws) => rules.reduce((rows, rule) => rule.apply(rows, draws), data),
  };
}

/** The linear size of blocks of blocks. @throws RangeError for blocks of different dimensions */
function productOf(a: number | readonly number[], b: number | readonly number[]): number | readonly number[] {
  if (typeof a === 'number') return typeof b === 'number' ? root(a * b) : b.map((side) => root(a * side));
  if (typeof b === 'number') return a.map((side) => root(side * b));
  if (a.length !== b.length) refuse('rules', 'blocks of one number of dimensions', `${a.length} and ${b.length}`);
  return a.map((side, k) => root(side * b[k]));
}

/** √n where x is that but for rounding, so that √3 · √3 is 3. */
function root(x: number): number {
  const square = Math.round(x * x);
  return Math.abs(x * x - square) < 1e-12 * square ? Math.sqrt(square) : x;
}

/**
 * A rule `steps` times.
 * @throws TypeError if it is none; RangeError for a number of steps that is not a positive integer
 */
export function iteratedRule(rule: BlockingRule, steps: number): BlockingRule {
  integer('steps', steps);
  const product = productRule(new Array<BlockingRule>(steps).fill(rule));
  return steps === 1 ? rule : { ...product, name: `${steps} × ${rule.name}` };
}

/**
 * A rule of your own on blocks: `probability(block)` is P(S' = +1 | s), s = ±1 of the block, row by row (of a triangle its
 * corners (0, 0), (0, 1), (1, 1)), in an array that is used again. It must be a function of the block alone.
 * @throws TypeError or RangeError for an option out of range; `apply` also RangeError for a probability outside of [0, 1]
 * @example
 * // a weighted majority: the upper left spin counts twice
 * functionRule({ name: 'weighted', factor: 2, probability: ([a, b, c, d]) => (2 * a + b + c + d > 0 ? 1 : 0) });
 */
export function functionRule(options: {
  name: string;
  factor: BlockFactor;
  probability: (block: Int8Array) => number;
}): BlockingRule {
  knownOptions('functionRule', options, ['name', 'factor', 'probability']);
  const { name, probability } = options;
  if (typeof name !== 'string' || name === '') refuse('name', 'text', name, 'type');
  if (typeof probability !== 'function') refuse('probability', 'function of a block', probability, 'type');
  const factor = checkFactor(options.factor);
  return {
    name,
    ...sizesOf(factor),
    spins: (lattice) =>
      blockLists(checkBlocksOf(spinLattice(lattice), { factor })).map((sites) => ({
        kind: 'function',
        sites,
        probability,
      })),
    apply: (data, draws) => {
      const { seed, firstRow } = checkDraws(draws);
      const blocks = checkBlocks(data, { factor });
      const { size } = blocks;
      const sites = sitesOfBlocks(blocks);
      const block = new Int8Array(size);
      const count = sites.length / size;
      const bytes = drawnBytes(data, count, { seed, firstRow }, (from, to, p) => {
        for (let row = from, out = 0; row < to; row++) {
          for (let k = 0; k < count; k++) {
            for (let i = 0; i < size; i++) block[i] = 2 * data.bit(row, sites[k * size + i]) - 1;
            p[out++] = checkProbability(probability(block));
          }
        }
      });
      return blockData(data, bytes, blocks, { rule: 'function', name, seed, ...(firstRow > 0 && { firstRow }) });
    },
  };
}

function checkProbability(p: number): number {
  return p >= 0 && p <= 1 ? p : refuse('probability', 'number in [0, 1]', p);
}

function localRule(name: string, factor: BlockFactor, rule: LocalRule): BlockingRule {
  return {
    name: `${name}, ${describeFactor(factor)}`,
    ...sizesOf(factor),
    spins: (lattice) => {
      const blocks = checkBlocksOf(spinLattice(lattice), { factor });
      return blockLists(blocks).map((sites) => localSpin(rule, sites, blocks));
    },
    apply: (data, draws) => localStep(data, factor, rule, checkDraws(draws)),
  };
}

function localSpin(rule: LocalRule, sites: Uint32Array, blocks: Blocks): CoarseSpin {
  if (rule.rule === 'soft') return blockSpin(sites, rule.weight);
  if (rule.rule === 'decimation') return blockSpin([sites[keptSite(rule, blocks)]], Infinity);
  const spin = blockSpin(sites, Infinity);
  // the first spin of the block counts a half more: the others' sum is 0 or at least 2
  if (rule.ties === 'first') spin.weights[spin.sites.indexOf(sites[0])] = 1.5;
  return spin;
}

function describeFactor(factor: BlockFactor): string {
  if (factor === 'sqrt3') return 'triangles';
  return typeof factor === 'number' ? `b = ${factor}` : `blocks of ${factor.join(' × ')}`;
}

/** Factor and scale of a rule. */
export function sizesOf(factor: BlockFactor): Pick<BlockingRule, 'factor' | 'scale'> {
  if (factor === 'sqrt3') return { factor: Math.sqrt(3), scale: Math.sqrt(3) };
  if (typeof factor === 'number') return { factor, scale: factor };
  const long = factor.filter((b) => b > 1);
  return { factor: [...factor], scale: long.reduce((product, b) => product * b, 1) ** (1 / long.length) };
}

/** @throws TypeError or RangeError for a seed or a number of a row that are none */
export function checkDraws(draws: RuleDraws = {}): StepDraws {
  knownOptions('BlockingRule.apply', draws, ['seed', 'firstRow']);
  return { seed: checkSeed('seed', draws.seed ?? 1), firstRow: integer('firstRow', draws.firstRow ?? 0, 0) };
}
