/**
 * Training by contrastive divergence (CD-1): stochastic gradient descent with momentum and a true L1 penalty on minibatches of bits.
 *
 * An epoch is a pure function of (parameters before it, data, options, epoch number): the order of the rows and all random streams are derived afresh
 * from (seed, epoch). So a run that stops between epochs and goes on later, on any number of threads, ends with the same bits.
 */

import { BitRows } from '../util/bits.js';
import { integer, positive, refuse, within } from '../util/check.js';
import { DivergenceError } from '../util/errors.js';
import { checkSeed, type Seed, streamKey } from '../util/random.js';
import type { Progress } from '../util/work.js';
import { PANEL } from '../wasm/kernels.js';
import { startTeam, type Team } from '../wasm/team.js';
import { defaultThreads, threadsAvailable } from '../wasm/threads.js';
import { type TrainingMachine, trainingMachine } from './layout.js';
import { pseudoLikelihood } from './likelihood.js';
import { fromPanels, padded, toPanels, transpose } from './panels.js';
import { finiteFloats, Rbm } from './rbm.js';

export interface TrainingOptions {
  /** Number of hidden units. */
  hidden: number;
  /** Passes over the data. */
  epochs: number;
  /** Step size for gradients that are means over the minibatch. Default 0.1. */
  learningRate?: number;
  /** In [0, 1). Default 0.5. */
  momentum?: number;
  /**
   * L1 penalty a weight: the stationary points are those of loss + l1·Σ|W|, and weights that the data do not hold up become exactly zero. A step shrinks
   * each weight by learningRate·l1/(1 - momentum), since momentum multiplies the pull of the gradient by 1/(1 - momentum). Default 0.
   */
  l1?: number;
  /** Rows of a minibatch. Default 100. */
  batchSize?: number;
  /** Standard deviation of the initial weights. Default 0.01. */
  initialDeviation?: number;
  seed?: Seed;
  /** Threads; the result does not depend on it. Default: the cores there are, 1 where threads cannot share a memory. */
  threads?: number;
}

/** What is known after each epoch. */
export interface EpochRecord {
  /** From 1. */
  epoch: number;
  /** Mean log p(v_i | rest) a unit, of 500 training rows: a proxy for the likelihood, not the likelihood. */
  pseudoLikelihood: number;
  pseudoLikelihoodError: number;
  /** Fraction of visible units that one Gibbs step v → h → v changes, in the epoch's last minibatch: not a likelihood at all. */
  reconstructionError: number;
  /** Fraction of weights that are exactly zero. */
  zeroWeights: number;
  largestWeight: number;
}

/** Everything that a training run needs to go on, at the end of an epoch. Arrays are row-major, unpadded, fresh. */
export interface TrainingState {
  /** Epochs done. */
  epoch: number;
  weights: Float32Array;
  visibleBias: Float32Array;
  hiddenBias: Float32Array;
  velocity: Float32Array;
  visibleVelocity: Float32Array;
  hiddenVelocity: Float32Array;
  history: EpochRecord[];
}

/** A weight of this size makes a conditional probability of e^-100: training has left its senses. */
const LARGEST_WEIGHT = 100;
/** Rows of training data on which the pseudo-likelihood is watched. */
const WATCHED = 500;
/** Milliseconds between two pauses of the event loop, about. */
const SLICE_MS = 50;

type Checked = Required<TrainingOptions>;
type Parameters = Omit<TrainingState, 'epoch' | 'history'>;

export function checkTrainingOptions(options: TrainingOptions): Checked {
  const threads = integer('threads', options.threads ?? defaultThreads(), 1, 64);
  return {
    hidden: integer('hidden', options.hidden),
    epochs: integer('epochs', options.epochs, 0),
    learningRate: positive('learningRate', options.learningRate ?? 0.1),
    momentum: below('momentum', options.momentum ?? 0.5, 1),
    l1: within('l1', options.l1 ?? 0, 0, 1e6),
    batchSize: integer('batchSize', options.batchSize ?? 100, 1, 1e6),
    initialDeviation: within('initialDeviation', options.initialDeviation ?? 0.01, 0, 1e3),
    seed: checkSeed('seed', options.seed ?? 1),
    threads: threadsAvailable() ? threads : 1,
  };
}

function below(name: string, value: unknown, limit: number): number {
  const number = within(name, value, 0, limit);
  if (number === limit) refuse(name, `number in [0, ${limit})`, value);
  return number;
}

/** A training run: parameters and momentum in a machine, moved on by whole epochs. */
export class Training {
  readonly options: Readonly<Checked>;
  readonly #data: BitRows;
  readonly #watched: BitRows;
  readonly #machine: TrainingMachine;
  readonly #team: Team;
  /** As it was at the end of the last epoch. */
  #state: TrainingState;
  /** Minibatches a call, so that a call takes SLICE_MS or so. */
  #slice = 1;
  /** Whether an epoch was begun and not ended: the machine then holds half an epoch. */
  #midway = false;

  private constructor(data: BitRows, options: Checked, machine: TrainingMachine, team: Team, state: TrainingState) {
    this.options = options;
    this.#data = data;
    const count = Math.min(WATCHED, data.count);
    this.#watched = new BitRows(count, data.width, data.bytes.slice(0, count * data.stride));
    this.#machine = machine;
    this.#team = team;
    this.#state = state;
  }

  /**
   * @param data rows of visible units; kept
   * @param state goes on from there; left out, a fresh run: W ~ N(0, initialDeviation²), b = 0, c_i = log odds of unit i in the data
   * @throws TypeError or RangeError for bad options, before any work
   */
  static async start(data: BitRows, options: TrainingOptions, state?: TrainingState): Promise<Training> {
    const checked = checkTrainingOptions(options);
    if (!(data instanceof BitRows)) refuse('data', 'BitRows (such as SpinData)', data, 'type');
    if (data.count === 0) throw new RangeError('"data" expected at least one row, got none');
    const { hidden, learningRate, momentum, l1 } = checked;
    if (state !== undefined) checkState(state, data.width, hidden);
    const machine = trainingMachine({
      visible: data.width,
      hidden,
      batch: Math.min(checked.batchSize, data.count),
      samples: data.count,
      stride: data.stride,
      threads: checked.threads,
      rate: learningRate,
      momentum,
      lambda: (learningRate * l1) / (1 - momentum),
    });
    machine.u8('data').set(data.bytes);
    const first = state ?? initialState(machine, data, checked);
    loadState(machine, data.width, hidden, first);
    const team = await startTeam(machine as never, checked.threads);
    return new Training(data, checked, machine, team, first);
  }

  /** Epochs done. */
  get epoch(): number {
    return this.#state.epoch;
  }

  /**
   * One pass over the data.
   * @throws DivergenceError if a weight is then not finite or larger than 100; the signal's reason if it stops the epoch midway. In both cases this run
   * cannot go on, and `state()` is still that of the last whole epoch: a new one can start there.
   */
  async runEpoch(
    options: { signal?: AbortSignal; onProgress?: (progress: Progress) => void } = {},
  ): Promise<EpochRecord> {
    if (this.#midway)
      throw new Error('this run stopped within an epoch and cannot go on: start another one from its state()');
    this.#midway = true;
    const { kernels, at } = this.#machine;
    const { seed } = this.options;
    const epoch = this.epoch + 1;
    const batch = Math.min(this.options.batchSize, this.#data.count);
    const batches = Math.ceil(this.#data.count / batch);

    kernels.seedStreams(at.one, 1, streamKey(seed, 'order', epoch), 0);
    kernels.shuffle(at.one, at.draw, at.order, this.#data.count);
    kernels.seedStreams(at.hiddenStreams, padded(this.options.hidden) / PANEL, streamKey(seed, 'hidden', epoch), 0);
    kernels.seedStreams(at.visibleStreams, padded(this.#data.width) / PANEL, streamKey(seed, 'visible', epoch), 0);

    for (let first = 0; first < batches; ) {
      options.signal?.throwIfAborted();
      const past = Math.min(batches, first + this.#slice);
      const start = performance.now();
      await this.#team.run('contrastiveDivergence', at.training, first, past);
      const each = (performance.now() - start) / (past - first);
      this.#slice = Math.max(1, Math.round(SLICE_MS / Math.max(each, 0.01)));
      first = past;
      options.onProgress?.({
        stage: 'train',
        done: epoch - 1 + first / batches,
        total: this.options.epochs,
        unit: 'epochs',
      });
    }
    const parameters = this.#parameters();
    const record = this.#observe(parameters, epoch, batches);
    this.#state = { ...parameters, epoch, history: [...this.#state.history, record] };
    this.#midway = false;
    return record;
  }

  /** The machine at the end of the last epoch. */
  rbm(): Rbm {
    const { weights, visibleBias, hiddenBias } = this.#state;
    return new Rbm({ visible: this.#data.width, hidden: this.options.hidden, weights, visibleBias, hiddenBias });
  }

  /** All that `start` needs to go on from the end of the last epoch; not changed by later ones. */
  state(): TrainingState {
    return this.#state;
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await this.#team.close();
  }

  #parameters(): Parameters {
    const visible = this.#data.width;
    const { hidden } = this.options;
    const machine = this.#machine;
    return {
      weights: fromPanels(machine.f32('weights'), visible, hidden),
      visibleBias: machine.f32('visibleBias').slice(0, visible),
      hiddenBias: machine.f32('hiddenBias').slice(0, hidden),
      velocity: fromPanels(machine.f32('velocity'), visible, hidden),
      visibleVelocity: machine.f32('visibleVelocity').slice(0, visible),
      hiddenVelocity: machine.f32('hiddenVelocity').slice(0, hidden),
    };
  }

  #observe(parameters: Parameters, epoch: number, batches: number): EpochRecord {
    const { weights, visibleBias, hiddenBias } = parameters;
    let zero = 0;
    let largest = 0;
    for (const w of weights) {
      if (w === 0) zero++;
      // not `>`: Math.max keeps a NaN
      largest = Math.max(largest, Math.abs(w));
    }
    if (!(largest <= LARGEST_WEIGHT) || !visibleBias.every(Number.isFinite) || !hiddenBias.every(Number.isFinite)) {
      throw new DivergenceError(
        `training diverged in epoch ${epoch}: largest |weight| ${largest} (limit ${LARGEST_WEIGHT}); a smaller learningRate may help`,
        epoch,
      );
    }
    const rbm = new Rbm({ visible: this.#data.width, hidden: this.options.hidden, weights, visibleBias, hiddenBias });
    const proxy = pseudoLikelihood(rbm, this.#watched);
    return {
      epoch,
      pseudoLikelihood: proxy.mean,
      pseudoLikelihoodError: proxy.error,
      reconstructionError: this.#reconstructionError(batches),
      zeroWeights: zero / weights.length,
      largestWeight: largest,
    };
  }

  /** Bits that differ between v and v⁻ in the last minibatch, which its index arrays still hold. */
  #reconstructionError(batches: number): number {
    const visible = this.#data.width;
    const batch = Math.min(this.options.batchSize, this.#data.count);
    const rows = this.#data.count - (batches - 1) * batch;
    const entries = rows * (padded(visible) / 4);
    const before = this.#machine.u16('dataIndex').subarray(0, entries);
    const after = this.#machine.u16('modelIndex');
    let differ = 0;
    before.forEach((entry, k) => {
      for (let bits = (entry / 80) ^ (after[k] / 80); bits; bits &= bits - 1) differ++;
    });
    return differ / (rows * visible);
  }
}

/** @throws TypeError or RangeError for a state that is not one of `visible` and `hidden` units, or not finite */
function checkState(state: TrainingState, visible: number, hidden: number): void {
  integer('state.epoch', state.epoch, 0);
  finiteFloats('state.weights', state.weights, visible * hidden);
  finiteFloats('state.visibleBias', state.visibleBias, visible);
  finiteFloats('state.hiddenBias', state.hiddenBias, hidden);
  finiteFloats('state.velocity', state.velocity, visible * hidden);
  finiteFloats('state.visibleVelocity', state.visibleVelocity, visible);
  finiteFloats('state.hiddenVelocity', state.hiddenVelocity, hidden);
}

/** Trains one RBM from start to end. */
export async function trainRbm(
  data: BitRows,
  options: TrainingOptions & { signal?: AbortSignal; onProgress?: (progress: Progress) => void },
): Promise<{ rbm: Rbm; history: EpochRecord[] }> {
  const training = await Training.start(data, options);
  try {
    while (training.epoch < training.options.epochs) await training.runEpoch(options);
    return { rbm: training.rbm(), history: training.state().history };
  } finally {
    await training.close();
  }
}

function initialState(machine: TrainingMachine, data: BitRows, options: Checked): TrainingState {
  const { kernels, at } = machine;
  const { hidden, initialDeviation, seed } = options;
  kernels.seedStreams(at.one, 1, streamKey(seed, 'weights'), 0);
  // drawn into the region of the weights row by row, read back, and only then laid out in panels
  kernels.fillNormal(at.one, at.draw, at.weights, data.width * hidden, initialDeviation);
  const weights = machine.f32('weights').slice(0, data.width * hidden);
  machine.f32('weights').fill(0);
  return {
    epoch: 0,
    weights,
    visibleBias: logOdds(data, kernels.log),
    hiddenBias: new Float32Array(hidden),
    velocity: new Float32Array(data.width * hidden),
    visibleVelocity: new Float32Array(data.width),
    hiddenVelocity: new Float32Array(hidden),
    history: [],
  };
}

/** log(p/(1-p)) of each unit; p = (ones + ½)/(rows + 1), so that a constant unit stays finite. */
function logOdds(data: BitRows, log: (x: number) => number): Float32Array {
  return Float32Array.from(data.means(), (mean) => {
    const ones = mean * data.count;
    return log((ones + 0.5) / (data.count - ones + 0.5));
  });
}

function loadState(machine: TrainingMachine, visible: number, hidden: number, state: TrainingState): void {
  toPanels(state.weights, visible, hidden, machine.f32('weights'));
  toPanels(transpose(state.weights, visible, hidden), hidden, visible, machine.f32('mirror'));
  toPanels(state.velocity, visible, hidden, machine.f32('velocity'));
  // a padded unit has bias -∞: it never fires, and learns nothing
  machine.f32('visibleBias').fill(-Infinity).set(state.visibleBias);
  machine.f32('hiddenBias').fill(-Infinity).set(state.hiddenBias);
  machine.f32('visibleVelocity').set(state.visibleVelocity);
  machine.f32('hiddenVelocity').set(state.hiddenVelocity);
}
