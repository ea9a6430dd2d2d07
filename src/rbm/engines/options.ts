/**
 * The options of a training run, and their check: estimate of the gradient, steps, penalties, and length.
 *
 * The defaults were chosen on a collection of data sets (bench/defaults; docs/defaults.md lists the runs and the
 * weaknesses): a population of weighted persistent chains, centred steps, momentum 0.9, a rate that decreases to zero,
 * and the number of updates that this needs. Persistent chains without weights lose modes of the data if they mix
 * badly, for example below the critical temperature of an Ising model.
 */

import type { BitRows } from '../../util/bits.js';
import {
  checkList,
  integer,
  knownOptions,
  oneOf,
  positive,
  positiveIntegers,
  refuse,
  within,
} from '../../util/check.js';
import { checkSeed, type Seed } from '../../util/random.js';
import { defaultThreads, threadsAvailable } from '../../wasm/threads.js';
import { checkMonitor, type MonitorOptions } from '../diagnosis/monitor.js';
import { LAYER_KINDS, type LayerKind } from '../model/layers.js';
import type { AnyRbm } from '../model/rbm.js';

/**
 * The decrease of the learning rate r with the epoch e; `inverse` and `exponential` are the number of epochs after
 * which it is halved.
 */
export type Schedule =
  | 'constant'
  /** r·(1 - (e - 1)/epochs): to 0 after the last epoch. */
  | 'linear'
  /** r/(1 + (e - 1)/inverse). */
  | { inverse: number }
  /** r·2^{-(e - 1)/exponential}. */
  | { exponential: number };

/** Options of a training of two-valued units on bits. */
export interface TrainingOptions {
  /** Number of hidden units. */
  hidden: number;
  /**
   * Number of epochs, of `passes` passes over the data each. Default: 50, with the passes that give 10,000 updates, but
   * at least ten; fewer epochs if that is fewer than 50 passes. With a list of rates, its length.
   */
  epochs?: number;
  /**
   * The estimate of the model's term of the gradient ⟨v p(h|v)⟩_data - ⟨v p(h|v)⟩_model. Default 'population'; with
   * real units in both layers 'pcd', since weights of chains fluctuate strongly if such a model is nearly not
   * normalisable.
   * - `population`: persistent chains with weights that follow the changes of the model, also if the chains do not
   *   (Carbone et al. 2023; population annealing along the path of the training), and for {0,1} and ±1 units with moves
   *   to states near the data (independence Metropolis on h); the next steps are smaller if a step changes the model by
   *   too much
   * - `cd`: chains that start at the minibatch (contrastive divergence, Hinton 2002): fast at first, but it fits the
   *   model only near the data
   * - `pcd`: chains that continue from minibatch to minibatch (Tieleman 2008): valid only if chains mix; otherwise
   *   modes of the data lose their probability
   * - `tempering`: the same, with a ladder of inverse temperatures per chain and exchanges of neighbours (Desjardins et
   *   al. 2010; Cho et al. 2010)
   * - `trajectory`: the same, with a ladder of earlier models of the training (parallel trajectory tempering: Béreux et
   *   al. 2024)
   * - `exact`: all states of the smaller layer, max 20 units
   */
  algorithm?: Algorithm;
  /** Gibbs steps per minibatch, the k of CD-k and PCD-k. Default 1. */
  steps?: number;
  /**
   * Number of persistent chains, which determines the noise of the gradient and the smallest share of a mode. Default:
   * batchSize, but at least 100; for `population` twice that.
   */
  chains?: number;
  /**
   * Inverse temperatures of `tempering`, from 1 downwards, or their number, equally spaced from 1 to 0. Default 10. At
   * β the chain samples exp(β(c·v + b·h + vᵀWh) + (1 - β)c₀·v), c₀ the log odds of the data. For `trajectory`: max
   * number of models, including the current one. Default 20.
   */
  replicas?: number | readonly number[];
  /**
   * Whether the steps are centred, in v - ⟨v⟩ and h - ⟨h⟩ (Montavon & Müller 2012; Melchior et al. 2016): other steps
   * of the same model. Default true.
   */
  centred?: boolean;
  /** The optimiser of the steps. Default 'momentum'. */
  optimiser?: Optimiser;
  /**
   * Step size for gradients that are means over the minibatch; a list has one per epoch. Default 0.02, for adam 0.001;
   * for a `population` 0.05 up to 5000 weights, 0.01 above and for `tied` weights, 0.007 for real visible units; up to
   * twice that for fewer than 4000 updates.
   */
  learningRate?: number | readonly number[];
  /** The decrease of a single learningRate. Default 'linear'. */
  schedule?: Schedule;
  /** Momentum in [0, 1); for adam the decay of its mean gradient. Default 0.5; for `population` and for adam 0.9. */
  momentum?: number;
  /**
   * L1 penalty per weight: the stationary points are those of loss + l1·Σ|W|, and weights without support in the data
   * become exactly zero. A step shrinks each weight by learningRate·l1/(1 - momentum), since momentum multiplies the
   * effect of the gradient by 1/(1 - momentum). Default 0.
   */
  l1?: number;
  /** L2 penalty: loss + (l2/2)·Σ W². Default 0. */
  l2?: number;
  /** Max norm of the weights of a hidden unit. Default Infinity. */
  maxNorm?: number;
  /**
   * Penalty (cost/2)·Σ_j (q_j - target)² on the mean activation q_j of hidden unit j over the minibatch. Default: none.
   */
  sparsity?: { target: number; cost: number };
  /** Weights of the rows of data, > 0, as multiplicities of the rows; only their ratios matter. Default: all equal. */
  sampleWeights?: ArrayLike<number>;
  /** Rows per minibatch. Default 100. */
  batchSize?: number;
  /**
   * Number format of products. `fixed16`: weights rounded to 16 bits, with a scale per unit that follows its weights,
   * and stochastically rounded probabilities in the gradient; weights and velocities themselves are float32. The bits
   * differ from float32, and the time is about two thirds from a few thousand weights; docs/training.md lists the data
   * on which it learned as much. For two-valued units and bits, by `population`, `cd` or `pcd`, with momentum and no
   * penalty but l1; max 4095 chains and rows per minibatch, and for `pcd` not fewer chains than rows. `auto`, the
   * default: the fastest format that learned as much as any other on all tested data sets, at present float32. Records
   * of epochs name the format.
   */
  precision?: 'auto' | Precision;
  /**
   * Passes over the data per epoch; many for few rows, since each epoch ends with a record. Default 1 if `epochs` is
   * given.
   */
  passes?: number;
  /** Standard deviation of the initial weights. Default 0.01. */
  initialDeviation?: number;
  /** Initial RBM of two-valued units, in place of random weights. */
  initial?: AnyRbm;
  /**
   * The units of the resulting RBM: {0,1} or ±1. Training and penalties are in {0,1}; the conversion is exact. Default
   * 'bits'.
   */
  units?: 'bits' | 'spins';
  /** Seed of all random numbers. Default 1. */
  seed?: Seed;
  /**
   * Number of threads; the result does not depend on it. Default: at most the number of cores, and as many as are
   * useful for a minibatch; 1, with a note on the console, where threads cannot share a memory or cannot be started. A
   * given number above 1 is an error where threads cannot be started.
   */
  threads?: number;
  /**
   * Score of the RBM after each epoch, higher is better: held-out rows, for their pseudo-likelihood, or a function,
   * such as the exact log-likelihood. The best RBM is kept. Default: none, and the last RBM is the result.
   */
  validation?: BitRows | ((rbm: AnyRbm) => number | Promise<number>);
  /** Number of epochs without a better validation after which training stops. Default Infinity. */
  patience?: number;
  /** Further measurements after some of the epochs, for their records. Default: none. */
  monitor?: MonitorOptions;
}

/** The kinds of units of both layers. */
export interface UnitKinds {
  visible: LayerKind;
  hidden: LayerKind;
}

/**
 * Options of a training of layers of any kind, or on real numbers. If a layer has units other than {0,1} or ±1, or the
 * data are not bits: `algorithm` 'population', 'cd' or 'pcd'; no `sparsity`; `initial` of the same kinds of units, and
 * of hidden precision 1, which can be absorbed into W and b; `validation` by a function.
 */
export interface LayeredTrainingOptions extends Omit<TrainingOptions, 'units'> {
  /**
   * The units of both layers. Training is in these units. Default 'bits', for both. For real visible units, steps,
   * penalties, bounds and initial weights are in units of a power of two near the deviation of each in the data, so
   * that the result depends little on their units of measure; `RealRows.standardised` also shifts means to 0. With
   * Gaussian or rectified units in both layers, the model is not normalisable if weights are too large.
   */
  units?: 'bits' | 'spins' | UnitKinds;
  /**
   * Whether the precision 1/σ² of each real visible unit is learned; otherwise it is that of the data (or of
   * `initial`). Default true.
   */
  learnVariance?: boolean;
  /**
   * Sides of a torus with the visible units as its sites, row-major: the RBM is then translation invariant, with one
   * hidden unit for each translation of each filter (`Translations`), `hidden` in total, with shared parameters. A step
   * follows the mean of the gradient over all translations, which is also the gradient of the translated rows.
   * Restrictions as for real units, and no `maxNorm`. Default: none are shared.
   */
  tied?: readonly number[];
}

/** Names of the options. */
export const TRAINING_OPTIONS = [
  'hidden',
  'epochs',
  'algorithm',
  'steps',
  'chains',
  'replicas',
  'centred',
  'optimiser',
  'learningRate',
  'schedule',
  'momentum',
  'l1',
  'l2',
  'maxNorm',
  'sparsity',
  'sampleWeights',
  'batchSize',
  'precision',
  'passes',
  'initialDeviation',
  'initial',
  'units',
  'seed',
  'threads',
  'validation',
  'patience',
  'monitor',
] as const satisfies readonly (keyof TrainingOptions)[];
/** Names of the options for layers of any kind. */
export const LAYERED_TRAINING_OPTIONS = [...TRAINING_OPTIONS, 'learnVariance', 'tied'] as const;

const ALGORITHMS = ['population', 'cd', 'pcd', 'tempering', 'trajectory', 'exact'] as const;
/** Estimate of the model's term of the gradient, see `TrainingOptions`. */
export type Algorithm = (typeof ALGORITHMS)[number];
/** Number format of products. */
export type Precision = 'float32' | 'fixed16';
const OPTIMISERS = ['momentum', 'nesterov', 'adam'] as const;
/** Steps: momentum, Nesterov's momentum, or Adam. */
export type Optimiser = (typeof OPTIMISERS)[number];

/** Default updates, epochs and min passes of a run. */
const UPDATES = 10_000;
const EPOCHS = 50;
const MIN_PASSES = 10;
/** Number of weights above which the steps of a population are smaller. */
const LARGE = 5000;
/**
 * Min multiply-adds of a minibatch per thread, (rows + chains)·visible·hidden: about 50 µs, compared with 10 µs of the
 * barriers.
 */
const THREAD_WORK = 2e6;

/** Max rows of a minibatch, and chains, for three bits of their probabilities in fixed point. */
const MAX_FIXED_ROWS = 4095;
/** Max replicas of a chain. */
const MAX_REPLICAS = 256;
/** Max units of an enumerated layer. */
export const MAX_ENUMERATED = 20;

/** The options with their defaults; `betas` in place of `replicas`, and the precision in use. */
export type CheckedOptions = Readonly<
  Required<
    Omit<
      TrainingOptions,
      'replicas' | 'precision' | 'sparsity' | 'sampleWeights' | 'initial' | 'validation' | 'monitor'
    > & {
      precision: Precision;
      /** [1] without tempering. */
      betas: readonly number[];
      /** Max models of a trajectory; 1 without one. */
      models: number;
    }
  > &
    Pick<TrainingOptions, 'sparsity' | 'sampleWeights' | 'initial' | 'validation' | 'monitor'> & {
      /** Absent for the engines of {0,1} units. */
      kinds?: UnitKinds;
      learnVariance?: boolean;
      tied?: readonly number[];
    }
>;

/** Properties of the data, on which some defaults depend. */
export interface RowsAsked {
  /** Whether they are numbers. Default false. */
  real?: boolean;
  count?: number;
  width?: number;
}

/**
 * The options, checked, with their defaults.
 * @throws TypeError or RangeError naming the option
 */
export function checkTrainingOptions(
  options: TrainingOptions | LayeredTrainingOptions,
  { real = false, count, width = 1 }: RowsAsked = {},
): CheckedOptions {
  if (options === null || typeof options !== 'object') refuse('options', '{ hidden, … }', options, 'type');
  const kinds = checkUnits(options.units ?? 'bits');
  const tied = tiedOf(options);
  const layered = real || tied !== undefined || kinds.visible !== kinds.hidden || isReal(kinds.visible);
  const precision = oneOf('precision', options.precision ?? 'auto', ['auto', 'float32', 'fixed16']);
  const usual = isReal(kinds.visible) && isReal(kinds.hidden) ? 'pcd' : 'population';
  const algorithm = oneOf('algorithm', options.algorithm ?? usual, ALGORITHMS);
  const population = algorithm === 'population';
  const hidden = integer('hidden', options.hidden);
  const optimiser = oneOf('optimiser', options.optimiser ?? 'momentum', OPTIMISERS);
  const adam = optimiser === 'adam';
  const batchSize = integer('batchSize', options.batchSize ?? 100, 1, 1e6);
  const rates = options.learningRate;
  // the length of a list of rates is the number of epochs
  const asked = options.epochs === undefined && Array.isArray(rates) ? rates.length : options.epochs;
  const length = lengthOfRun({ epochs: asked, passes: options.passes }, count ?? UPDATES * batchSize, batchSize);
  const epochs = integer('epochs', length.epochs, 0);
  const usualChains = Math.max(100, batchSize) * (population ? 2 : 1);
  const chains = integer('chains', options.chains ?? usualChains, 1, 1e6);
  const rows = Math.max(1, count ?? 1);
  const updates = epochs * Math.ceil((rows * Number(length.passes)) / Math.min(batchSize, rows));
  const careful = width * hidden > LARGE || tied !== undefined;
  const base = isReal(kinds.visible) ? 0.007 : careful ? 0.01 : 0.05;
  const usualRate = adam ? 0.001 : population ? populationRate(base, updates) : 0.02;
  const work = (batchSize + chains) * width * hidden;
  const usualThreads = Math.min(defaultThreads(), Math.max(1, Math.floor(work / THREAD_WORK)));
  const threads = integer('threads', options.threads ?? usualThreads, 1, 64);
  const checked = {
    hidden,
    epochs,
    algorithm,
    steps: integer('steps', options.steps ?? 1, 1, 1e6),
    chains,
    betas: algorithm === 'tempering' ? checkReplicas(options.replicas ?? 10) : [1],
    models: algorithm === 'trajectory' ? integer('replicas', options.replicas ?? 20, 3, MAX_REPLICAS) : 1,
    centred: boolean('centred', options.centred ?? true),
    optimiser,
    learningRate: checkRate(options.learningRate ?? usualRate, epochs),
    schedule: checkSchedule(options.schedule ?? 'linear'),
    momentum: below('momentum', options.momentum ?? (adam || population ? 0.9 : 0.5), 1),
    l1: within('l1', options.l1 ?? 0, 0, 1e6),
    l2: within('l2', options.l2 ?? 0, 0, 1e6),
    maxNorm: unbounded(options.maxNorm) ? Infinity : positive('maxNorm', options.maxNorm),
    sparsity: checkSparsity(options.sparsity),
    batchSize,
    precision: 'float32' as Precision,
    passes: integer('passes', length.passes, 1, 1e9),
    initialDeviation: within('initialDeviation', options.initialDeviation ?? 0.01, 0, 1e3),
    units: kinds.visible === 'spins' && kinds.hidden === 'spins' ? ('spins' as const) : ('bits' as const),
    ...(tied ? { tied } : {}),
    ...(layered
      ? { kinds, learnVariance: boolean('learnVariance', (options as LayeredTrainingOptions).learnVariance ?? true) }
      : {}),
    seed: checkSeed('seed', options.seed ?? 1),
    threads: threadsAvailable() ? threads : 1,
    patience: unbounded(options.patience) ? Infinity : integer('patience', options.patience),
    sampleWeights: options.sampleWeights,
    initial: options.initial,
    validation: options.validation,
    ...(options.monitor === undefined ? {} : { monitor: checkMonitor(options.monitor) }),
  };
  meant(options, 'chains', ['population', 'pcd', 'tempering', 'trajectory'], algorithm);
  meant(options, 'replicas', ['tempering', 'trajectory'], algorithm);
  meant(options, 'steps', ['population', 'cd', 'pcd', 'tempering', 'trajectory'], algorithm);
  checked.precision = precisionOf(precision, checked);
  if (layered) checkLayered(checked, kinds);
  if (tied) checkTied(tied, checked);
  if (Array.isArray(checked.learningRate) && options.schedule !== undefined) {
    throw new RangeError('"schedule" expected nothing if learningRate lists the rate of each epoch');
  }
  if (options.patience !== undefined && options.validation === undefined) {
    throw new RangeError('"patience" expected a validation, got none');
  }
  return checked;
}

/** Epochs, and passes of each, by default: UPDATES updates, in max EPOCHS epochs, and min MIN_PASSES passes. */
function lengthOfRun({ epochs, passes }: Pick<TrainingOptions, 'epochs' | 'passes'>, rows: number, batchSize: number) {
  if (epochs !== undefined) return { epochs, passes: passes ?? 1 };
  const each = Math.ceil(rows / Math.min(rows, batchSize));
  const all = Math.max(MIN_PASSES, Math.ceil(UPDATES / each));
  if (passes !== undefined) return { epochs: Math.ceil(all / integer('passes', passes, 1, 1e9)), passes };
  const own = Math.ceil(all / EPOCHS);
  return { epochs: Math.ceil(all / own), passes: own };
}

/**
 * The default rate of a population. Base: 0.05 up to 5000 weights, 0.01 above, where the gradient from a few hundred
 * chains is noisy. 0.01 also for shared weights, which have a larger effect: twice that learns more of Ising spins at
 * K_c, and loses the shares of the modes of 8×8 at K = 0.6. 0.007 for real visible units, whose modes are narrow: among
 * 0.005 … 0.02 it has the smallest worst-case loss, over a mixture of Gaussians, a Gaussian chain and grey strokes
 * (docs/defaults.md). Twice the base up to 1000 updates, then decreasing as 1/√updates until 4000.
 */
function populationRate(base: number, updates: number): number {
  return base * Math.min(2, Math.max(1, Math.sqrt(4000 / Math.max(1, updates))));
}

/** Whether the fast engine (cd1.ts) supports these options. */
export function isPlain({ algorithm, steps, centred, ...others }: CheckedOptions): boolean {
  return algorithm === 'cd' && steps === 1 && !centred && unpenalised(others);
}

function unpenalised({
  optimiser,
  l2,
  maxNorm,
  sparsity,
  sampleWeights,
}: Pick<CheckedOptions, 'optimiser' | 'l2' | 'maxNorm' | 'sparsity' | 'sampleWeights'>) {
  return optimiser === 'momentum' && l2 === 0 && maxNorm === Infinity && !sparsity && !sampleWeights;
}

/** Whether the engine in fixed point supports these options. */
function fitsFixed(checked: CheckedOptions): boolean {
  const { algorithm, batchSize, chains, kinds } = checked;
  if (kinds || !unpenalised(checked) || batchSize > MAX_FIXED_ROWS) return false;
  if (algorithm === 'cd') return true;
  return chains <= MAX_FIXED_ROWS && (algorithm === 'population' || (algorithm === 'pcd' && chains >= batchSize));
}

/** @throws RangeError for fixed16 if its engine does not support these options */
function precisionOf(asked: 'auto' | Precision, checked: CheckedOptions): Precision {
  if (asked !== 'fixed16') return 'float32'; // also for auto, until 16 bits are shown to learn as much on all data
  if (fitsFixed(checked)) return asked;
  const what =
    'two-valued units learning from bits, algorithm population, cd or pcd, momentum, no l2, maxNorm, sparsity or sampleWeights, ' +
    `at most ${MAX_FIXED_ROWS} chains and rows of a minibatch, for pcd not fewer chains than rows`;
  throw new RangeError(`"precision" fixed16 expected ${what}`);
}

/** @throws RangeError for an option that does not apply to the algorithm */
function meant(options: object, name: keyof TrainingOptions, those: Algorithm[], algorithm: Algorithm): void {
  if ((options as TrainingOptions)[name] === undefined || those.includes(algorithm)) return;
  throw new RangeError(`"${name}" expected algorithm ${those.join(' or ')}, got ${algorithm}`);
}

/** Whether units of this kind are real numbers. */
export const isReal = (kind: LayerKind) => kind === 'gaussian' || kind === 'relu';

function checkUnits(units: 'bits' | 'spins' | UnitKinds): UnitKinds {
  if (units === null || typeof units !== 'object') {
    const kind = oneOf('units', units, ['bits', 'spins']);
    return { visible: kind, hidden: kind };
  }
  knownOptions('units', units, ['visible', 'hidden'], 'units');
  return {
    visible: oneOf('units.visible', units.visible, LAYER_KINDS),
    hidden: oneOf('units.hidden', units.hidden, LAYER_KINDS),
  };
}

/** @throws RangeError for options that the engine for layers of any kind does not support */
function checkLayered(
  { algorithm, sparsity, validation }: Pick<CheckedOptions, 'algorithm' | 'sparsity' | 'validation'>,
  { visible, hidden }: UnitKinds,
): void {
  const what = `${visible}-${hidden} units learning from numbers`;
  if (algorithm !== 'population' && algorithm !== 'cd' && algorithm !== 'pcd') {
    refuse('algorithm', `population, cd or pcd for ${what}`, algorithm);
  }
  if (sparsity !== undefined) refuse('sparsity', `nothing for ${what}`, sparsity);
  if (validation !== undefined && typeof validation !== 'function') {
    refuse('validation', `a function for ${what}`, validation, 'type');
  }
}

/** Sides of the torus, if any. */
function tiedOf({ tied }: LayeredTrainingOptions): number[] | undefined {
  return tied === undefined ? undefined : positiveIntegers('tied', tied);
}

/** @throws RangeError for hidden units that are not whole filters, or a bound on norms */
function checkTied(tied: readonly number[], { hidden, maxNorm }: Pick<CheckedOptions, 'hidden' | 'maxNorm'>): void {
  const sites = tied.reduce((product, side) => product * side, 1);
  if (hidden % sites) refuse('hidden', `multiple of the ${sites} sites of "tied"`, hidden);
  if (maxNorm !== Infinity) refuse('maxNorm', 'nothing for tied weights', maxNorm);
}

const unbounded = (value: unknown) => value === undefined || value === Infinity;

function below(name: string, value: unknown, limit: number): number {
  const number = within(name, value, 0, limit);
  if (number === limit) refuse(name, `number in [0, ${limit})`, value);
  return number;
}

function boolean(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') refuse(name, 'true or false', value, 'type');
  return value;
}

function checkReplicas(replicas: number | readonly number[]): readonly number[] {
  if (!Array.isArray(replicas)) {
    const count = integer('replicas', replicas, 2, MAX_REPLICAS);
    return Array.from({ length: count }, (_, k) => 1 - k / (count - 1));
  }
  checkList('replicas', replicas, 'number, or list of numbers');
  integer('replicas.length', replicas.length, 2, MAX_REPLICAS);
  replicas.forEach((beta, k) => {
    within(`replicas[${k}]`, beta, 0, 1);
    if (k === 0 ? beta !== 1 : !(beta < replicas[k - 1])) {
      refuse(`replicas[${k}]`, k === 0 ? '1' : `number below ${replicas[k - 1]}`, beta);
    }
  });
  return [...replicas];
}

function checkRate(rate: number | readonly number[], epochs: number): number | readonly number[] {
  if (!Array.isArray(rate)) return positive('learningRate', rate);
  if (rate.length < epochs) {
    throw new RangeError(`"learningRate" expected a rate for each of ${epochs} epochs, got ${rate.length}`);
  }
  checkList('learningRate', rate, 'number, or list of numbers');
  return rate.map((value, k) => positive(`learningRate[${k}]`, value));
}

function checkSchedule(schedule: Schedule): Schedule {
  if (schedule !== null && typeof schedule === 'object') {
    const [[name, epochs], ...more] = Object.entries(schedule).length ? Object.entries(schedule) : [['', 0]];
    if (more.length === 0 && (name === 'inverse' || name === 'exponential')) {
      positive(`schedule.${name}`, epochs);
      return { ...schedule };
    }
  } else if (schedule === 'constant' || schedule === 'linear') return schedule;
  return refuse('schedule', 'constant, linear, { inverse } or { exponential }', schedule);
}

function checkSparsity(sparsity: TrainingOptions['sparsity']): TrainingOptions['sparsity'] {
  if (sparsity === undefined) return undefined;
  if (sparsity === null || typeof sparsity !== 'object') refuse('sparsity', '{ target, cost }', sparsity, 'type');
  knownOptions('sparsity', sparsity, ['target', 'cost'], 'sparsity');
  return {
    target: within('sparsity.target', sparsity.target, 0, 1),
    cost: within('sparsity.cost', sparsity.cost, 0, 1e6),
  };
}

/** Whether chains continue from minibatch to minibatch. */
export function persists({ algorithm }: Pick<CheckedOptions, 'algorithm'>): boolean {
  return algorithm !== 'cd' && algorithm !== 'exact';
}

/** The learning rate of epoch e, from 1. */
export function rateOf({ learningRate, schedule, epochs }: CheckedOptions, epoch: number): number {
  if (typeof learningRate !== 'number') return learningRate[epoch - 1];
  const done = epoch - 1;
  if (schedule === 'constant') return learningRate;
  if (schedule === 'linear') return learningRate * (1 - done / epochs);
  if ('inverse' in schedule) return learningRate / (1 + done / schedule.inverse);
  return learningRate * halved(done / schedule.exponential);
}

/** 2^-x for x >= 0, by sums and products only: the same bits on all engines. */
function halved(x: number): number {
  const whole = Math.floor(x);
  const t = (x - whole) * -Math.LN2;
  let sum = 0;
  for (let n = 20; n > 0; n--) sum = ((1 + sum) * t) / n;
  let result = 1 + sum;
  for (let k = Math.min(whole, 1100); k > 0; k--) result /= 2;
  return result;
}

/** baseⁿ by squaring: the same bits on all engines. */
export function power(base: number, n: number): number {
  let result = 1;
  let square = base;
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
