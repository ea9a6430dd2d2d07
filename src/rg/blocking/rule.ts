/** Blocking rules as values: conditional distributions P(S'|v) of coarse spins. */

import { SpinData } from '../../ising/data/spinData.js';
import type { LatticeName } from '../../ising/models/lattice.js';
import type { States } from '../../rbm/model/layers.js';
import { Rbm } from '../../rbm/model/rbm.js';
import type { BitRows } from '../../util/bits.js';
import { checkList, instanceOf, integer, knownOptions, objectWith, oneOf, positive, refuse } from '../../util/check.js';
import { checkSeed, type Seed } from '../../util/random.js';
import { kernels } from '../../wasm/scalar.js';
import {
  type BlockFactor,
  type BlockStep,
  checkBlocks,
  checkFactor,
  coarseData,
  keyOfStep,
  type LocalRule,
  localStep,
} from './step.js';

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
  /** Such as `majority of 2 × 2`. */
  readonly name: string;
  /**
   * [rows, columns] of fine sites per coarse spin, all steps together; an exponent is y = ln λ/ln b. Of a number b on a
   * chain only the one along the chain counts.
   */
  readonly factor: readonly [number, number];
  /**
   * @throws TypeError if not SpinData or a seed of a wrong kind; RangeError for sides that the blocks do not tile (the
   *   nearest ones are named), or data of a lattice that the rule does not know
   */
  apply(data: SpinData, draws?: RuleDraws): SpinData;
}

/** Sites of a block of the soft rule, at most. */
const MAX_SOFT_SITES = 127;

/** Largest w: beyond it P is 0 or 1 to the last bit, but for ties. */
const MAX_WEIGHT = 1e6;

/**
 * The majority of each block, sign(Σ s). A tie of a block of an even number of sites becomes ±1 by a random bit
 * (`random`, the default, which keeps the symmetry of the spins) or the block's first spin.
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
 * One spin of each block, that at [row, column] of it; default [0, 0].
 * @throws TypeError or RangeError for an option out of range
 */
export function decimationRule(options: { factor: BlockFactor; site?: readonly [number, number] }): BlockingRule {
  knownOptions('decimationRule', options, ['factor', 'site']);
  const factor = checkFactor(options.factor);
  const [high, wide] = pairOf(factor);
  const site: [number, number] = [
    integer('site[0]', options.site?.[0] ?? 0, 0, high - 1),
    integer('site[1]', options.site?.[1] ?? 0, 0, wide - 1),
  ];
  return localRule('decimation', factor, { rule: 'decimation', site });
}

/**
 * Kadanoff's soft rule: S' = ±1 with probability ∝ e^{±wΣs}, w > 0. It is one hidden unit of weight w per block, and for
 * w → ∞ the majority with random ties. Probabilities are multiples of 2^-32.
 * @throws TypeError or RangeError for w that is not positive, or a block of more than 127 sites
 */
export function softRule(options: { factor: BlockFactor; weight: number }): BlockingRule {
  knownOptions('softRule', options, ['factor', 'weight']);
  const factor = checkFactor(options.factor);
  const [high, wide] = pairOf(factor);
  if (high * wide > MAX_SOFT_SITES) refuse('factor', `blocks of at most ${MAX_SOFT_SITES} sites`, high * wide);
  const weight = positive('weight', options.weight);
  if (weight > MAX_WEIGHT) refuse('weight', `number up to ${MAX_WEIGHT} (majorityRule is the limit)`, weight);
  return localRule(`soft rule, w = ${weight}`, factor, { rule: 'soft', weight });
}

/**
 * Rules one after the other, the first one first. A majority of majorities is not the majority of the larger block.
 * @throws TypeError for an empty list, or one of something else than rules
 */
export function productRule(rules: readonly BlockingRule[]): BlockingRule {
  checkList('rules', rules, 'list of rules');
  if (rules.length === 0) refuse('rules', 'one rule or more', rules);
  rules.forEach((rule, k) => {
    objectWith(`rules[${k}]`, rule, ['name', 'factor', 'apply'], 'BlockingRule');
  });
  return {
    name: rules.map(({ name }) => name).join(', then '),
    factor: [
      rules.reduce((product, { factor }) => product * factor[0], 1),
      rules.reduce((product, { factor }) => product * factor[1], 1),
    ],
    apply: (data, draws) => rules.reduce((rows, rule) => rule.apply(rows, draws), data),
  };
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
 * A rule of your own on blocks: `probability(block)` is P(S' = +1 | s), s = ±1 of the block, row by row, in an array that
 * is used again. It must be a function of the block alone.
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
  const blocks = checkFactor(options.factor);
  return {
    name,
    factor: pairOf(blocks),
    apply: (data, draws) => {
      const { seed, firstRow } = checkDraws(draws);
      const { factor } = checkBlocks(data, { factor: blocks });
      const [high, wide] = factor;
      const columns = data.shape[1];
      const shape: [number, number] = [data.shape[0] / high, columns / wide];
      const block = new Int8Array(high * wide);
      const ofBlock = (row: number, k: number): number => {
        const corner = Math.floor(k / shape[1]) * high * columns + (k % shape[1]) * wide;
        for (let i = 0; i < block.length; i++) {
          block[i] = 2 * data.bit(row, corner + Math.floor(i / wide) * columns + (i % wide)) - 1;
        }
        return probability(block);
      };
      return drawn(data, { rule: 'function', name, factor, seed, firstRow, shape }, ofBlock);
    },
  };
}

/**
 * The hidden layer of an RBM as a rule: S'_j = ±1 with probability p(h_j|v). Visible units are the sites of the fine
 * lattice, row-major; hidden units those of a coarse lattice, row-major, in the order of `units` where only some of them
 * are wanted (those of one filter at the sites of a sublattice, say: a tied filter with a stride).
 * @param options.shape [rows, columns] of the coarse lattice. Without it the units have no places: they are one row of no
 *   lattice, which `blockObservables` and further blocks refuse
 * @throws TypeError if not an Rbm of two-valued units; RangeError for a unit that the layer does not have, or a shape with
 *   another number of units; `apply` also RangeError for data of another width
 */
export function layerRule(
  rbm: Rbm<BitRows, BitRows>,
  options: { shape?: readonly [number, number]; units?: readonly number[]; name?: string } = {},
): BlockingRule {
  knownOptions('layerRule', options, ['shape', 'units', 'name']);
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  const { visibleLayer, hiddenLayer } = rbm as unknown as Rbm<States, States>;
  if (!visibleLayer.levels || !hiddenLayer.levels) {
    refuse('rbm', 'two-valued units', `${visibleLayer.kind}-${hiddenLayer.kind}`);
  }
  const units = options.units ?? Array.from({ length: rbm.hidden }, (_, unit) => unit);
  checkList('units', units, 'list of hidden units');
  units.forEach((unit, k) => {
    integer(`units[${k}]`, unit, 0, rbm.hidden - 1);
  });
  const shape: [number, number] = [
    integer('shape[0]', options.shape?.[0] ?? 1),
    integer('shape[1]', options.shape?.[1] ?? units.length),
  ];
  if (shape[0] * shape[1] !== units.length) refuse('shape', `${units.length} units`, `${shape[0]} × ${shape[1]}`);
  const name = options.name ?? `hidden layer of ${units.length} units`;
  const [low, high] = hiddenLayer.levels;
  // sites per coarse spin: b² of a square lattice
  const linear = Math.sqrt(rbm.visible / units.length);
  return {
    name,
    factor: [linear, linear],
    apply: (data, draws) => {
      instanceOf('data', data, SpinData, 'SpinData');
      const { seed, firstRow } = checkDraws(draws);
      if (data.width !== rbm.visible) refuse('data', `${rbm.visible} spins per row`, data.width);
      const means = rbm.meanHidden(data);
      const probability = (row: number, k: number) => (means[row * rbm.hidden + units[k]] - low) / (high - low);
      const factor: [number, number] = [data.shape[0] / shape[0], data.shape[1] / shape[1]];
      const step: BlockStep = { rule: 'layer', name, factor, seed, firstRow, shape };
      return drawn(data, step, probability, options.shape ? undefined : { kind: 'units without places' });
    },
  };
}

/** Coarse spins that are 1 with probability p(row, spin), by a number that depends on (seed, step, row, spin) alone. */
function drawn(
  data: SpinData,
  step: BlockStep,
  probability: (row: number, spin: number) => number,
  lattice?: LatticeName,
): SpinData {
  const { firstRow = 0, ...told } = step;
  const { seed = 1, shape } = told;
  const spins = shape[0] * shape[1];
  const stride = Math.ceil(spins / 8);
  const key = keyOfStep(data, seed);
  const { splitMix } = kernels();
  const bytes = new Uint8Array(data.count * stride);
  for (let row = 0; row < data.count; row++) {
    for (let k = 0; k < spins; k++) {
      const p = probability(row, k);
      if (!(p >= 0 && p <= 1)) refuse('probability', 'number in [0, 1]', p);
      const number = Number(
        BigInt.asUintN(64, splitMix(key, BigInt(firstRow + row) * BigInt(spins) + BigInt(k))) >> 11n,
      );
      if (number < p * 2 ** 53) bytes[row * stride + (k >> 3)] |= 1 << (k & 7);
    }
  }
  return coarseData(data, bytes, { ...told, ...(firstRow > 0 && { firstRow }) }, lattice);
}

function localRule(name: string, blocks: BlockFactor, rule: LocalRule): BlockingRule {
  const factor = pairOf(blocks);
  return {
    name: `${name} of ${factor.join(' × ')}`,
    factor,
    apply: (data, draws) => localStep(data, blocks, rule, checkDraws(draws)),
  };
}

function checkDraws(draws: RuleDraws = {}): { seed: Seed; firstRow: number } {
  knownOptions('BlockingRule.apply', draws, ['seed', 'firstRow']);
  return { seed: checkSeed('seed', draws.seed ?? 1), firstRow: integer('firstRow', draws.firstRow ?? 0, 0) };
}

function pairOf(factor: BlockFactor): [number, number] {
  return typeof factor === 'number' ? [factor, factor] : [factor[0], factor[1]];
}
