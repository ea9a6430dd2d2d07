/** The check of the options of a training run, and their defaults. */

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
import { checkSeed } from '../../util/random.js';
import { defaultThreads, threadsAvailable } from '../../wasm/threads.js';
import { checkMonitor } from '../diagnosis/monitor.js';
import { LAYER_KINDS, type LayerKind } from '../model/layers.js';
import { checkStride } from '../model/symmetric.js';
import {
  ALGORITHMS,
  type Algorithm,
  type LayeredTrainingOptions,
  OPTIMISERS,
  type Precision,
  type StridedTorus,
  type TrainingOptions,
  type UnitKinds,
} from './options.js';
import { checkRate, checkSchedule, populationRate } from './rate.js';

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
      tied?: StridedTorus;
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

/** The torus, if any; sides alone mean stride 1. */
function tiedOf({ tied }: LayeredTrainingOptions): StridedTorus | undefined {
  if (tied === undefined) return undefined;
  if (tied === null || typeof tied !== 'object' || 'length' in tied) {
    return { shape: positiveIntegers('tied', tied), stride: 1 };
  }
  knownOptions('tied', tied, ['shape', 'stride'], 'tied');
  const shape = positiveIntegers('tied.shape', tied.shape);
  return { shape, stride: checkStride('tied.stride', tied.stride, shape) };
}

/** @throws RangeError for hidden units that are not whole filters, or a bound on norms */
function checkTied(
  { shape, stride }: StridedTorus,
  { hidden, maxNorm }: Pick<CheckedOptions, 'hidden' | 'maxNorm'>,
): void {
  const count = shape.reduce((product, side) => product * (side / stride), 1);
  if (hidden % count) refuse('hidden', `multiple of the ${count} translations of "tied"`, hidden);
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
