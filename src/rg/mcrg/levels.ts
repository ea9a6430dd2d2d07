/** Configurations on all levels of coarse-graining, and the operators measured there. */

import { SpinData } from '../../ising/data/spinData.js';
import { checkSpinData } from '../../ising/measure/series.js';
import { readLatticeName } from '../../ising/models/lattice.js';
import { BlockMoments } from '../../stats/blockMoments.js';
import { checkList, integer, objectWith, refuse } from '../../util/check.js';
import { checkSeed, type Seed } from '../../util/random.js';
import type { BlockingRule } from '../blocking/rule.js';
import { fittingOperators, latticeOf, OperatorBasis, operatorBasis, productsOn } from '../operators/basis.js';
import { type LatticeOperator, latticeOperator, standardOperators } from '../operators/latticeOperator.js';
import { GRAPH_OPERATORS, graphOperators, neighbourGraph } from '../operators/neighbourGraph.js';
import type { SpinOperator } from '../operators/productSums.js';

/** The operators of each parity, in the order in which a truncated set takes them. */
export interface Sectors<T> {
  even: T;
  odd: T;
}

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

/** Rows per operator that a result needs at least. */
const MIN_ROWS = 20;

/** One level: 0 are the spins themselves. */
interface Level {
  bases: Sectors<OperatorBasis>;
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
    const graphs = samples.some((level) => placesOf(level) !== null);
    const chosen = graphs ? graphBases(samples, options) : latticeBases(samples, options);
    this.operators = chosen.operators;
    this.dimension = chosen.dimension;
    this.names = { even: chosen.bases[0].even.names, odd: chosen.bases[0].odd.names };
    this.levels = chosen.bases.map((bases, k) => ({
      bases,
      shape: graphs ? samples[k].shape : latticeOf(samples[k]).shape,
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
        if (k > 0 && error instanceof RangeError) error.message = `in step ${k + 1}: ${error.message}`;
        throw error;
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

/** The bases on each level, and what they are made of. */
interface Chosen {
  bases: Sectors<OperatorBasis>[];
  operators: Sectors<readonly LatticeOperator[]> | null;
  dimension: number;
}

function latticeBases(samples: readonly SpinData[], options: LevelOptions): Chosen {
  const lattices = samples.map(latticeOf);
  const kinds = [...new Set(lattices.map(({ kind }) => kind))];
  if (kinds.length > 1) refuse('rule', 'a rule that keeps the kind of lattice', kinds.join(', then '));
  const [kind] = kinds;
  const choose = (parity: 'even' | 'odd'): readonly LatticeOperator[] => {
    const given = options.operators?.[parity];
    if (given === undefined) return fittingOperators(lattices[lattices.length - 1], standardOperators(kind, parity));
    checkList(`operators.${parity}`, given, 'list of operators');
    given.forEach((operator, k) => {
      const name = `operators.${parity}[${k}]`;
      const { sites } = objectWith(name, operator, ['name', 'kind', 'sites'], 'LatticeOperator');
      if (sites.length % 2 !== (parity === 'even' ? 0 : 1)) {
        refuse(name, `an ${parity} number of spins`, `${operator.name}, ${sites.length} spins`);
      }
    });
    return given;
  };
  const operators = { even: choose('even'), odd: choose('odd') };
  return {
    bases: lattices.map((lattice) => ({
      even: operatorBasis(lattice, operators.even),
      odd: operatorBasis(lattice, operators.odd),
    })),
    operators,
    dimension: { chain: 1, square: 2, triangular: 2, cubic: 3 }[kind],
  };
}

/** Bases of graphs of neighbours on all levels, of the operators that every graph has. */
function graphBases(samples: readonly SpinData[], options: LevelOptions): Chosen {
  if (options.operators !== undefined) {
    refuse('operators', 'nothing for spins with places, which have the operators of their graph', options.operators);
  }
  const graphs = samples.map((level) => graphOperators(level.width, edgesOf(level)));
  const names = (parity: 'even' | 'odd') =>
    GRAPH_OPERATORS[parity].filter((name) => graphs.every((own) => own.some((operator) => operator.name === name)));
  const basis = (own: readonly SpinOperator[], sites: number, parity: 'even' | 'odd') =>
    new OperatorBasis(
      sites,
      names(parity).map((name) => own.find((operator) => operator.name === name) as SpinOperator),
    );
  return {
    bases: graphs.map((own, k) => ({
      even: basis(own, samples[k].width, 'even'),
      odd: basis(own, samples[k].width, 'odd'),
    })),
    operators: null,
    dimension: 2,
  };
}

/** Neighbours of spins on a lattice, or by their places. */
function edgesOf(data: SpinData): [number, number][] {
  const told = placesOf(data);
  if (told !== null) return neighbourGraph(told.places, told.torus);
  const lattice = latticeOf(data);
  const { sites } = productsOn(lattice, latticeOperator(lattice.kind, 'nn'));
  return Array.from({ length: sites.length / 2 }, (_, k) => [sites[2 * k], sites[2 * k + 1]]);
}

/** The places of coarse spins that have no lattice (`placedLayerRule`); null for others. */
function placesOf({
  provenance: { parameters = {} },
}: SpinData): { places: Float64Array; torus: [number, number] } | null {
  if (readLatticeName(parameters.lattice)?.kind !== 'places') return null;
  const { places, torus } = parameters as { places: [number, number][]; torus: [number, number] };
  return { places: Float64Array.from(places.flat()), torus };
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

/** Moments of the operators on all levels, of batches of configurations. */
export class LevelMoments {
  readonly #options: LevelOptions;
  #levels: Levels | undefined;
  #moments: Sectors<BlockMoments> | undefined;

  /** @throws TypeError or RangeError for a rule or a number of steps that is none */
  constructor(options: LevelOptions) {
    rulesOf(options);
    this.#options = { ...options };
  }

  /** @throws as `add`; does not use up the data */
  check(data: SpinData): void {
    this.#levels ??= new Levels(data, this.#options);
  }

  /** @throws TypeError or RangeError as `Levels` and its `measure` */
  add(data: SpinData): void {
    this.#levels ??= new Levels(data, this.#options);
    const { names, levels } = this.#levels;
    const count = levels.length;
    this.#moments ??= {
      even: new BlockMoments(count * names.even.length),
      odd: new BlockMoments(count * names.odd.length),
    };
    const sums = this.#levels.measure(data);
    for (const parity of ['even', 'odd'] as const) {
      const n = names[parity].length;
      const row = new Float64Array(count * n);
      for (let r = 0; r < data.count; r++) {
        sums[parity].forEach((own, level) => {
          row.set(own.subarray(r * n, (r + 1) * n), level * n);
        });
        this.#moments[parity].add(row);
      }
    }
  }

  /**
   * The levels and the moments: observable level·n + α is operator α of n on that level.
   * @throws RangeError for fewer than 20 rows per operator
   */
  result(name: string): { levels: Levels; moments: Sectors<BlockMoments> } {
    if (!this.#levels || !this.#moments) throw new RangeError(`"${name}" expected some configurations, got none`);
    const { even, odd } = this.#levels.names;
    const least = MIN_ROWS * Math.max(even.length, odd.length);
    const { count } = this.#moments.even;
    if (count < least) refuse(name, `${least} rows or more for ${least / MIN_ROWS} operators`, count);
    return { levels: this.#levels, moments: this.#moments };
  }
}
