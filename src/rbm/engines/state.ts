/** The state of a training run at the end of an epoch, and its initial state. */

import { BitRows } from '../../util/bits.js';
import { checkList, finite, integer, lengthOf, objectWith, refuse } from '../../util/check.js';
import { streamKey } from '../../util/random.js';
import { normalNumbers } from '../../wasm/draws.js';
import { kernels } from '../../wasm/scalar.js';
import type { MonitorRecord } from '../diagnosis/monitor.js';
import { toBits } from '../model/convert.js';
import { Noise } from '../model/noise.js';
import { type AnyRbm, finiteFloats, Rbm } from '../model/rbm.js';
import { type CheckedOptions, isReal, persists } from './checkedOptions.js';
import type { Precision } from './options.js';

/** The record of an epoch. */
export interface EpochRecord extends MonitorRecord {
  /** Number of the epoch, from 1. */
  epoch: number;
  learningRate: number;
  /** Number format of products. */
  precision: Precision;
  /**
   * Mean log p(v_i | rest) per unit, of 500 training rows: a proxy for the likelihood, not the likelihood. Absent if
   * rows are real numbers.
   */
  pseudoLikelihood?: number;
  /** Its standard error over the rows; absent for one row. */
  pseudoLikelihoodError?: number;
  /** The pseudo-likelihood of independent units with the means of these rows: below it, only means are learned. */
  independent?: number;
  /**
   * If rows are real numbers: the share of the variance of 500 training rows that v → ⟨h⟩ → ⟨v⟩ does not explain; not a
   * likelihood.
   */
  unexplained?: number;
  /**
   * With algorithm `cd`: fraction of visible units that k Gibbs steps change, in the epoch's last minibatch; not a
   * likelihood.
   */
  reconstructionError?: number;
  /**
   * With `tempering` and `trajectory`: the smallest acceptance of exchanges between two neighbours of the ladder. Near
   * 0, the ladder is interrupted.
   */
  exchangeRate?: number;
  /** With `trajectory`: number of models on the ladder. */
  models?: number;
  /** With `population`: mean over the steps of the effective share (Σw)²/(M Σw²) of the M chains. */
  effectiveShare?: number;
  /**
   * With `population`: mean over the steps of the factor by which the rate was reduced for too large steps; 1 if there
   * were none.
   */
  pace?: number;
  /** With `population`, of bits: acceptance of the moves of chains to states near the data. */
  moveRate?: number;
  /** With persistent chains, of bits: mean over the visible units of ⟨v⟩ in the chains minus ⟨v⟩ in the data. */
  residue?: number;
  /** Standard error of the residue. */
  residueError?: number;
  /** Score of the validation. */
  validation?: number;
  /** Fraction of weights that are exactly zero. */
  zeroWeights: number;
  largestWeight: number;
  /**
   * Real units in both layers: the largest ρ = vᵀWh/(|v|·|h|) that a short search finds, |v|² = Σ γ_i v_i², a lower
   * bound. At 1 or more the energy is unbounded below and the model is not normalisable, even if its chains do not show
   * it.
   */
  largestCoupling?: number;
}

/** The parameters of an RBM: of {0,1} units, or of the kinds in the options. */
export interface Weights {
  weights: Float32Array;
  visibleBias: Float32Array;
  hiddenBias: Float32Array;
  /** γ of real visible units. */
  precision?: Float32Array;
}

/** Parameters and the other arrays of the steps. */
export interface Parameters extends Weights {
  velocity: Float32Array;
  visibleVelocity: Float32Array;
  hiddenVelocity: Float32Array;
  /** Adam's second moments. */
  square?: Float32Array;
  visibleSquare?: Float32Array;
  hiddenSquare?: Float32Array;
  /** The running means of the hidden units in centred steps. */
  hiddenOffset?: Float32Array;
  /** Velocity of log γ. */
  precisionVelocity?: Float32Array;
  precisionSquare?: Float32Array;
  /** Persistent chains: rows of bits, chain after chain, replica after replica. */
  chains?: Uint8Array;
  /** With `population`: log weights of the chains, the largest 0. */
  chainLogWeights?: Float64Array;
  /** With `population`: free energies of the chains with the parameters of their last update. */
  chainFreeEnergies?: Float64Array;
  /** With `population`: the factor of the rate, one number. */
  pace?: Float32Array;
  /** Persistent chains with layers of any kind: numbers, [chains, visible]. */
  chainValues?: Float32Array;
  /** The past models of a trajectory, the newest first, one after another. */
  pastWeights?: Float32Array;
  pastVisibleBias?: Float32Array;
  pastHiddenBias?: Float32Array;
}

/**
 * All that a training run needs to continue, at the end of an epoch. Arrays are row-major, unpadded, fresh. Random
 * streams are not included: each epoch derives its own from (seed, epoch).
 */
export interface TrainingState extends Parameters {
  /** Number of epochs done. */
  epoch: number;
  history: EpochRecord[];
  /** The epoch with the best validation. */
  best?: { epoch: number; score: number } & Weights;
}

/** Lengths of the arrays of a state, by name, for a run with these options and `past` models of a trajectory. */
function lengths(visible: number, options: CheckedOptions, past: number) {
  const { hidden, optimiser, centred, algorithm, chains, betas, models, kinds, learnVariance } = options;
  const replicas = models > 1 ? 1 + past : betas.length;
  const real = kinds && isReal(kinds.visible);
  const learned = real && learnVariance;
  return {
    weights: visible * hidden,
    visibleBias: visible,
    hiddenBias: hidden,
    velocity: visible * hidden,
    visibleVelocity: visible,
    hiddenVelocity: hidden,
    ...(optimiser === 'adam' ? { square: visible * hidden, visibleSquare: visible, hiddenSquare: hidden } : {}),
    ...(centred ? { hiddenOffset: hidden } : {}),
    ...(real ? { precision: visible } : {}),
    ...(learned ? { precisionVelocity: visible } : {}),
    ...(learned && optimiser === 'adam' ? { precisionSquare: visible } : {}),
    ...(persists(options)
      ? kinds
        ? { chainValues: chains * visible }
        : { chains: chains * replicas * Math.ceil(visible / 8) }
      : {}),
    ...(algorithm === 'population' ? { chainLogWeights: chains, chainFreeEnergies: chains, pace: 1 } : {}),
    ...(models > 1
      ? { pastWeights: past * visible * hidden, pastVisibleBias: past * visible, pastHiddenBias: past * hidden }
      : {}),
  };
}

/** Names of the arrays that are float64. */
const DOUBLES: ReadonlySet<string> = new Set(['chainLogWeights', 'chainFreeEnergies']);

function finiteDoubles(name: string, values: unknown, length: number): void {
  if (!(values instanceof Float64Array)) refuse(name, 'Float64Array', values, 'type');
  lengthOf(name, values, length);
  values.forEach((value, k) => {
    finite(`${name}[${k}]`, value);
  });
}

/** @throws TypeError or RangeError for a state that does not belong to such a run, or is not finite */
export function checkState(state: TrainingState, visible: number, options: CheckedOptions): void {
  objectWith('state', state, ['epoch', 'history', 'weights'], 'state of a training');
  checkList('state.history', state.history, 'list of epochs');
  integer('state.epoch', state.epoch, 0);
  const past = Math.floor((state.pastHiddenBias?.length ?? 0) / options.hidden);
  if (options.models > 1) integer('state: past models', past, 1, options.models - 1);
  for (const [name, length] of Object.entries(lengths(visible, options, past))) {
    const values = state[name as keyof Parameters];
    if (DOUBLES.has(name)) finiteDoubles(`state.${name}`, values, length);
    else if (name !== 'chains') finiteFloats(`state.${name}`, values, length);
    else if (!(values instanceof Uint8Array)) refuse('state.chains', 'Uint8Array', values, 'type');
    else lengthOf('state.chains', values, length);
  }
  if (state.best) {
    finiteFloats('state.best.weights', state.best.weights, visible * options.hidden);
    finiteFloats('state.best.visibleBias', state.best.visibleBias, visible);
    finiteFloats('state.best.hiddenBias', state.best.hiddenBias, options.hidden);
    if (options.kinds && isReal(options.kinds.visible)) {
      finiteFloats('state.best.precision', state.best.precision, visible);
    }
  }
}

/** A state of such a run with all arrays 0, and one past model if it has any. */
export function emptyState(visible: number, options: CheckedOptions): TrainingState {
  const state = { epoch: 0, history: [] } as unknown as TrainingState;
  const arrays = state as unknown as Record<string, Float32Array | Float64Array | Uint8Array>;
  for (const [name, length] of Object.entries(lengths(visible, options, 1))) {
    arrays[name] = new (name === 'chains' ? Uint8Array : DOUBLES.has(name) ? Float64Array : Float32Array)(length);
  }
  return state;
}

/**
 * The initial state: W ~ N(0, initialDeviation²), b = 0, c_i = log odds of unit i in the data, and chains as
 * independent units with the data's means, which are samples of this model. Or the parameters of `initial`, and chains
 * at rows of the data, which should be nearly samples of it. Velocities are 0.
 * @param means of the visible units, [visible]
 */
export function initialState(data: BitRows, means: Float64Array, options: CheckedOptions): TrainingState {
  const visible = means.length;
  const rows = data.count;
  const { hidden, initial, seed } = options;
  const state = emptyState(visible, options);
  if (initial) {
    const { weights, visibleBias, hiddenBias } = asBits(initial, visible, hidden);
    Object.assign(state, {
      weights: weights.slice(),
      visibleBias: visibleBias.slice(),
      hiddenBias: hiddenBias.slice(),
    });
  } else {
    Object.assign(state, { weights: initialWeights(options, visible), visibleBias: logOdds(means, rows) });
  }
  state.hiddenOffset?.fill(0.5);
  state.pastVisibleBias?.set(logOdds(means, rows)); // a trajectory starts with independent units
  if (state.chains) {
    const noise = new Noise(streamKey(seed, 'chains'));
    const chains = new BitRows(state.chains.length / data.stride, visible, state.chains);
    if (initial) startAtRows(chains, data, noise);
    else startIndependent(chains, means, rows, noise);
    if (state.chainFreeEnergies) {
      const { weights, visibleBias, hiddenBias } = state;
      const rbm = new Rbm({ visible, hidden, weights, visibleBias, hiddenBias });
      state.chainFreeEnergies.set(rbm.freeEnergy(chains));
      state.pace?.fill(1);
    }
  }
  return state;
}

/** Initial W, N(0, initialDeviation²). */
export function initialWeights({ seed, hidden, initialDeviation }: CheckedOptions, visible: number): Float32Array {
  return normalNumbers(streamKey(seed, 'weights'), visible * hidden, initialDeviation);
}

/** @throws RangeError for units that are not two-valued, or other numbers of units */
function asBits(initial: AnyRbm, visible: number, hidden: number): Weights {
  for (const [name, layer] of [
    ['visible', initial.visibleLayer],
    ['hidden', initial.hiddenLayer],
  ] as const) {
    if (!layer.levels) refuse('initial', 'two-valued units', `${layer.kind} ${name} units`);
  }
  if (initial.visible !== visible || initial.hidden !== hidden) {
    throw new RangeError(`"initial" expected ${visible}-${hidden} units, got ${initial.visible}-${initial.hidden}`);
  }
  return toBits(initial).rbm;
}

/** log(p/(1-p)) of each unit; p = (ones + ½)/(rows + 1), so that a constant unit stays finite. */
export function logOdds(means: Float64Array, rows: number): Float32Array {
  const { log } = kernels();
  return Float32Array.from(means, (mean) => {
    const ones = mean * rows;
    return log((ones + 0.5) / (rows - ones + 0.5));
  });
}

/** Rows of independent units, 1 with probability (ones + ½)/(rows + 1). */
function startIndependent(chains: BitRows, means: Float64Array, rows: number, noise: Noise): void {
  for (let r = 0; r < chains.count; r++) {
    const u = noise.uniform(chains.width);
    means.forEach((mean, i) => {
      if (u[i] < (mean * rows + 0.5) / (rows + 1)) chains.bytes[r * chains.stride + (i >> 3)] |= 1 << (i & 7);
    });
  }
}

/** Random rows of the data, with replacement. */
function startAtRows(chains: BitRows, data: BitRows, noise: Noise): void {
  noise.uniform(chains.count).forEach((u, r) => {
    const from = Math.floor(u * data.count) * data.stride;
    chains.bytes.set(data.bytes.subarray(from, from + data.stride), r * chains.stride);
  });
}
