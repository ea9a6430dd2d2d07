/** Stacks of RBMs, and their training. */

import type { FloatMatrix, Matrix } from '../../linear/matrix.js';
import { multiply, multiplyToFloats } from '../../linear/products.js';
import { BitRows } from '../../util/bits.js';
import { checkList, instanceOf, integer, knownOptions, oneOf, positiveIntegers, refuse } from '../../util/check.js';
import type { Seed } from '../../util/random.js';
import { RealRows } from '../../util/reals.js';
import { WORK_OPTIONS, type WorkOptions } from '../../util/work.js';
import { type Outcome, trainingOutcomeAsync } from '../diagnosis/outcome.js';
import { checkTrainingOptions } from '../engines/checkedOptions.js';
import { TRAINING_OPTIONS, type TrainingOptions } from '../engines/options.js';
import type { EpochRecord, TrainingState } from '../engines/state.js';
import { transpose } from '../model/panels.js';
import { type AnyRbm, Rbm, type RbmParameters } from '../model/rbm.js';
import { Training } from '../training/training.js';

/**
 * A stack of RBMs (a deep belief network, Hinton & Salakhutdinov 2006), trained greedily: each RBM on sampled hidden
 * states of the one below it, or on their probabilities. Layers are counted from 1, as in W¹, W², …; layer 0 is the
 * data.
 * @example
 * const rbm = (visible, hidden) =>
 *   new Rbm({
 *     visible,
 *     hidden,
 *     weights: new Float32Array(visible * hidden).fill(0.1),
 *     visibleBias: new Float32Array(visible),
 *     hiddenBias: new Float32Array(hidden),
 *   });
 * const stack = new Stack([rbm(16, 4), rbm(4, 2)], [4, 4]);
 * stack.receptiveFields(2).length; // 32
 */
export class Stack {
  /**
   * @throws TypeError for a wrong kind; RangeError for no RBM, or if the number of hidden units of one is not that of
   *   visible units of the next
   */
  constructor(
    readonly rbms: readonly Rbm[],
    /** [rows, columns] of the data. */
    readonly shape: readonly [number, number],
  ) {
    checkList('rbms', rbms, 'array of RBMs');
    if (!Array.isArray(shape) || shape.length !== 2) refuse('shape', '[rows, columns]', shape, 'type');
    if (rbms.length === 0) throw new RangeError('"rbms" expected at least one RBM, got none');
    let below = shape[0] * shape[1];
    rbms.forEach((rbm, k) => {
      instanceOf(`rbms[${k}]`, rbm, Rbm, 'Rbm');
      if (rbm.visible !== below) {
        throw new RangeError(`"rbms[${k}]" expected ${below} visible units (those below it), got ${rbm.visible}`);
      }
      below = rbm.hidden;
    });
  }

  /** Units of each layer, from the data upwards. */
  get sizes(): number[] {
    return [this.rbms[0].visible, ...this.rbms.map((rbm) => rbm.hidden)];
  }

  /**
   * Effective receptive fields of a layer, r¹ = W¹, r^l = r^{l-1} W^l: the response of each unit to the data if the
   * units between were linear (Mehta & Schwab 2014). Row-major [units, rows·columns]: one field per unit.
   * @throws TypeError or RangeError if `layer` is not an integer from 1 to the number of RBMs
   */
  receptiveFields(layer: number): Float32Array {
    integer('layer', layer, 1, this.rbms.length);
    // from the top, since the product of the two highest layers is the smallest; in float64, rounded once
    const [top, ...below] = this.rbms.slice(0, layer).reverse();
    const ownFields = transpose(top.weights, top.visible, top.hidden);
    let fields: Matrix | FloatMatrix = { rows: top.hidden, columns: top.visible, values: ownFields };
    for (const { visible, hidden, weights } of below.slice(0, -1)) {
      fields = multiply(fields, { rows: visible, columns: hidden, values: weights }, { transposeB: true });
    }
    const first = below.at(-1);
    if (first === undefined) return ownFields;
    const weights = { rows: first.visible, columns: first.hidden, values: first.weights };
    return multiplyToFloats(fields, weights, { transposeB: true }).values;
  }

  /**
   * Means of a layer given the data, each layer's means as input of the next (mean field); [rows, units].
   * @throws TypeError or RangeError if `layer` is not an integer from 1 to the number of RBMs, or for data of another
   *   kind or width
   */
  meansAt(layer: number, data: BitRows): Float32Array {
    integer('layer', layer, 1, this.rbms.length);
    let means = this.rbms[0].meanHidden(data);
    for (const rbm of this.rbms.slice(1, layer)) means = rbm.meanHidden(means);
    return means;
  }

  /**
   * Reconstruction by means up to a layer and down again: the probability of +1 of each spin, [rows, rows·columns].
   * @throws TypeError or RangeError as `meansAt`
   */
  reconstruct(data: BitRows, layer: number = this.rbms.length): Float32Array {
    let means = this.meansAt(layer, data);
    for (const rbm of this.rbms.slice(0, layer).reverse()) means = rbm.meanVisible(means);
    return means;
  }
}

/** Options of one RBM that do not apply to a stack. */
const OF_ONE = ['initial', 'units', 'validation', 'patience'] as const;

/** Options of `trainStack`. */
export interface StackOptions extends Omit<TrainingOptions, 'hidden' | (typeof OF_ONE)[number]>, WorkOptions {
  /** Hidden units of each layer, from the data upwards. */
  hidden: number[];
  /**
   * The data of each layer above the first. Default 'samples'.
   * - `samples`: one sample of the hidden units below for each row, bits, by the fast kernels
   * - `probabilities`: the means of the hidden units below, each layer's means as input of the next, as real numbers in
   *   place of bits (Hinton & Salakhutdinov 2006): less noise, but with the kernel for numbers, which is several times
   *   slower, with `algorithm` 'cd' or 'pcd' and no `sparsity`. Their history has `unexplained` in place of a
   *   pseudo-likelihood
   */
  feed?: 'samples' | 'probabilities';
  /** Whether each layer's RBM is judged at the end, which takes a second or two per layer. Default true. */
  outcome?: boolean;
  /** Continues from this state; the other options must be those of its run. */
  resume?: StackState;
  /**
   * Called after each epoch; `state()` is the input of `resume`, at the end of this layer's last complete epoch at the
   * time of the call.
   */
  onEpoch?: (layer: number, record: EpochRecord, state: () => StackState) => void | Promise<void>;
}

const STACK_OPTIONS = [...TRAINING_OPTIONS, ...WORK_OPTIONS, 'feed', 'outcome', 'resume', 'onEpoch'] as const;

/** A training run of a stack, at the end of an epoch. */
export interface StackState {
  /** Finished layers. */
  finished: { parameters: RbmParameters; history: EpochRecord[] }[];
  /** The layer in training, if it has done an epoch. */
  current?: TrainingState;
}

/** The result of `trainStack`. */
export interface TrainedStack {
  stack: Stack;
  /** One list of epochs per layer. */
  history: EpochRecord[][];
  /** The outcome of each layer's RBM on its data; empty if `outcome` is false. */
  outcomes: Outcome[];
  /** Possible problems, in sentences that begin with `Layer 1: `; an empty list is no proof. */
  doubts: string[];
}

/**
 * Trains a stack on spin configurations, layer by layer.
 * @param data rows of spins with their shape (SpinData)
 * @throws TypeError or RangeError for data or options before any work; DivergenceError if a training diverges; the
 *   reason of the signal if it stops
 * @example
 * const data = new Ising({ lattice: square(4), coupling: 0.4 }).sample(200);
 * const { stack } = await trainStack(data, { hidden: [8, 4], epochs: 2, outcome: false });
 * stack.sizes; // [16, 8, 4]
 */
export async function trainStack(
  data: BitRows & { shape: readonly [number, number] },
  options: StackOptions,
): Promise<TrainedStack> {
  knownOptions('trainStack', options, STACK_OPTIONS);
  const sizes = positiveIntegers('hidden', options.hidden);
  for (const name of OF_ONE) {
    if (name in options && options[name as never] !== undefined)
      refuse(name, 'nothing for a stack', options[name as never]);
  }
  if (options.monitor?.heldOut) refuse('monitor.heldOut', 'nothing for a stack', options.monitor.heldOut);
  const feed = oneOf('feed', options.feed ?? 'samples', ['samples', 'probabilities']);
  sizes.forEach((hidden, k) => {
    checkTrainingOptions({ ...options, hidden }, { real: feed === 'probabilities' && k > 0 });
  });
  if (!(data instanceof BitRows)) refuse('data', 'SpinData', data, 'type');
  if (!Array.isArray(data.shape) || data.shape.length !== 2)
    refuse('data.shape', '[rows, columns]', data.shape, 'type');
  if (data.shape[0] * data.shape[1] !== data.width) {
    refuse('data.shape', `[rows, columns] of ${data.width} spins`, data.shape);
  }

  const finished = [...(options.resume?.finished ?? [])];
  const rbms: Rbm[] = [];
  const outcomes: Outcome[] = [];
  let rows: BitRows | RealRows = data;
  for (let layer = 1; layer <= sizes.length; layer++) {
    const done = finished[layer - 1];
    const rbm = done ? new Rbm(done.parameters) : await trainLayer(layer, rows);
    rbms.push(rbm);
    if (options.outcome !== false) outcomes.push(await judge(rbm, rows, finished[layer - 1].history));
    if (layer < sizes.length) rows = above(rbm, rows, layer);
  }
  return {
    stack: new Stack(rbms, data.shape),
    history: finished.map(({ history }) => history),
    outcomes,
    doubts: outcomes.flatMap(({ doubts }, k) => doubts.map((doubt) => `Layer ${k + 1}: ${doubt}`)),
  };

  /** By the rows and the records only, since chains are not available after a stop. */
  async function judge(rbm: Rbm, input: BitRows | RealRows, history: EpochRecord[]): Promise<Outcome> {
    const { signal, seed = 1, initialDeviation = 0.01, sampleWeights } = options;
    return trainingOutcomeAsync(rbm as AnyRbm, input, {
      history,
      initialDeviation,
      seed,
      ...(sampleWeights && { sampleWeights }),
      ...(signal && { signal }),
    });
  }

  /** The data of the layer above. */
  function above(rbm: Rbm, input: BitRows | RealRows, layer: number): BitRows | RealRows {
    if (feed === 'samples') return rbm.sampleHidden(input as BitRows, layerSeed(options.seed ?? 1, layer, 'states'));
    return new RealRows(input.count, rbm.hidden, rbm.meanHidden(input instanceof BitRows ? input : input.values));
  }

  async function trainLayer(layer: number, input: BitRows | RealRows): Promise<Rbm> {
    const seed = layerSeed(options.seed ?? 1, layer, 'training');
    const interrupted = layer === (options.resume?.finished.length ?? 0) + 1;
    const state = interrupted ? options.resume?.current : undefined;
    const { feed: _, outcome, resume, onEpoch, signal, onProgress, ...shared } = options;
    const own = { ...shared, hidden: sizes[layer - 1], seed };
    const training = await Training.start<BitRows, BitRows>(input, own, state);
    const below = [...finished];
    try {
      while (!training.finished) {
        const record = await training.runEpoch({
          signal: options.signal,
          onProgress: (progress) => options.onProgress?.({ ...progress, stage: `layer ${layer}` }),
        });
        await options.onEpoch?.(layer, record, () => ({ finished: below, current: training.state() }));
      }
      const rbm = training.rbm();
      finished.push({ parameters: rbm, history: training.state().history });
      return rbm;
    } finally {
      await training.close();
    }
  }
}

/** The seed of a layer for a purpose. */
function layerSeed(seed: Seed, layer: number, purpose: string): string {
  return JSON.stringify([seed, 'layer', layer, purpose]);
}
