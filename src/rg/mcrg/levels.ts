/** Configurations on all levels of coarse-graining, and the operators measured there. */

import { SpinData } from '../../ising/data/spinData.js';
import { checkSpinData } from '../../ising/measure/series.js';
import type { Lattice } from '../../ising/models/lattice.js';
import { integer, objectWith, refuse } from '../../util/check.js';
import { checkSeed, type Seed } from '../../util/random.js';
import type { BlockingRule } from '../blocking/rule.js';
import type { OperatorBasis } from '../operators/basis.js';
import type { LatticeOperator } from '../operators/latticeOperator.js';
import { basesOfLevels, type Sectors } from './bases.js';

/** How configurations are coarse-grained and what is measured of them. */
export interface LevelOptions {
  /** The rule of every step, or one per step. */
  rule: BlockingRule | readonly BlockingRule[];
  /** Number of steps of a single rule; default 1. */
  steps?: number;
  /**
   * The operators on every level, the most important ones first. Default: the standard ones of the lattice that fit on the
   * coarsest level. Spins with places instead of a lattice have the operators of their graph of neighbours, on all levels
   * (`graphOperators`), and take none here.
   */
  operators?: Partial<Sectors<readonly LatticeOperator[]>>;
  /** Seed of the rule; default 1. */
  seed?: Seed;
}

export const LEVEL_OPTIONS = ['rule', 'steps', 'operators', 'seed'] as const;

/** One level: 0 are the spins themselves. */
interface Level {
  bases: Sectors<OperatorBasis>;
  /** Null where spins have places instead. */
  lattice: Lattice | null;
  shape: readonly number[];
  sites: number;
}

/** Coarse-grains batches of configurations of one kind, and measures the operators on all levels. */
export class Levels {
  readonly rules: readonly BlockingRule[];
  readonly seed: Seed;
  /** Names of the operators, the same on every level. */
  readonly names: Sectors<readonly string[]>;
  /** The operators on lattices; null if some spins have places instead of one. */
  readonly operators: Sectors<readonly LatticeOperator[]> | null;
  readonly levels: readonly Level[];
  /** Dimension of the lattice. */
  readonly dimension: number;
  /** Of the data. */
  readonly #shape: readonly [number, number];
  readonly #model: string;
  #rows = 0;

  /**
   * Applies the rules to one row of `data`, so that what does not fit is refused before any work.
   * @throws TypeError or RangeError for options out of range, sides that the blocks do not tile, or operators that do not
   *   fit on a level
   */
  constructor(data: SpinData, options: LevelOptions) {
    checkSpinData('data', data);
    if (data.count === 0) throw new RangeError('"data" expected at least one row, got none');
    this.#shape = data.shape;
    this.#model = modelOf(data);
    this.rules = rulesOf(options);
    this.seed = checkSeed('seed', options.seed ?? 1);
    const one = new SpinData(1, data.shape, data.bytes.slice(0, data.stride), data.provenance);
    const samples = [...this.#coarse(one)];
    const single = samples.findIndex((level) => level.width < 2);
    if (single >= 0) refuse('steps', `${single - 1} or fewer, which leave more than one spin`, this.rules.length);
    const chosen = basesOfLevels(samples, options.operators);
    this.operators = chosen.operators;
    this.dimension = chosen.dimension;
    this.names = { even: chosen.bases[0].even.names, odd: chosen.bases[0].odd.names };
    this.levels = chosen.bases.map((bases, k) => ({
      bases,
      lattice: chosen.lattices[k],
      shape: chosen.shapes[k],
      sites: samples[k].width,
    }));
  }

  /** Sites along a block of step k = 1, 2, …: b = (fine sites per coarse site)^(1/d). */
  scale(step: number): number {
    return (this.levels[step - 1].sites / this.levels[step].sites) ** (1 / this.dimension);
  }

  /**
   * The operators of the next rows, [level] of [rows, operators].
   * @throws RangeError for rows of another shape than those before
   */
  measure(data: SpinData): Sectors<Float64Array[]> {
    checkSpinData('data', data);
    if (String(data.shape) !== String(this.#shape)) {
      refuse('data', `spins of ${this.#shape.join(' × ')}`, data.shape.join(' × '));
    }
    if (modelOf(data) !== this.#model) refuse('data', `data of the same model, ${this.#model}`, modelOf(data));
    const sums: Sectors<Float64Array[]> = { even: [], odd: [] };
    let level = 0;
    for (const rows of this.#coarse(data)) {
      const { bases } = this.levels[level++];
      sums.even.push(bases.even.measure(rows));
      sums.odd.push(bases.odd.measure(rows));
    }
    this.#rows += data.count;
    return sums;
  }

  *#coarse(data: SpinData): Generator<SpinData> {
    let rows = data;
    yield rows;
    for (const [k, rule] of this.rules.entries()) {
      try {
        rows = rule.apply(rows, { seed: this.seed, firstRow: this.#rows });
      } catch (error) {
        if (k === 0 || !(error instanceof RangeError)) throw error;
        throw new RangeError(`in step ${k + 1}: ${error.message}`, { cause: error });
      }
      yield rows;
    }
  }
}

/** Coupling and field that the provenance tells. */
function modelOf({ provenance: { parameters = {} } }: SpinData): string {
  const { coupling, field } = parameters;
  return `coupling ${JSON.stringify(coupling) ?? 'unknown'}${field ? `, field ${JSON.stringify(field)}` : ''}`;
}

/** The rules of the steps. @throws TypeError or RangeError if they are none, or of another number than the steps */
export function rulesOf({ rule, steps }: LevelOptions): BlockingRule[] {
  const rules = Array.isArray(rule) ? (rule as readonly BlockingRule[]) : undefined;
  const count = integer('steps', steps ?? rules?.length ?? 1);
  if (rules && rules.length !== count) refuse('steps', `${rules.length}, the number of rules`, count);
  const list = rules ? [...rules] : new Array<BlockingRule>(count).fill(rule as BlockingRule);
  list.forEach((own, k) => {
    objectWith(rules ? `rule[${k}]` : 'rule', own, ['name', 'factor', 'apply'], 'BlockingRule');
  });
  return list;
}
