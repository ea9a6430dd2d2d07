/**
 * The options of a training run: estimate of the gradient, steps, penalties, and length.
 *
 * The defaults were chosen on a collection of data sets (bench/defaults; docs/defaults.md lists the runs and the
 * weaknesses): a population of weighted persistent chains, centred steps, momentum 0.9, a rate that decreases to zero,
 * and the number of updates that this needs. Persistent chains without weights lose modes of the data if they mix
 * badly, for example below the critical temperature of an Ising model.
 */

import type { BitRows } from '../../util/bits.js';
import type { Seed } from '../../util/random.js';
import type { MonitorOptions } from '../diagnosis/monitor.js';
import type { LayerKind } from '../model/layers.js';
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

/** Translations of a torus by multiples of a stride (`Translations`). */
export interface StridedTorus {
  /** Sides of the torus. */
  shape: readonly number[];
  /** Sites from one hidden unit of a filter to the next, in all directions; a divisor of all sides. */
  stride: number;
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
   * hidden unit for each translation of each filter (`Translations`), `hidden` in total, with shared parameters. With a
   * stride the translations are those by its multiples, and hidden units are those of block spins: on [40, 40] with
   * stride 2 a filter has 20·20. Biases and precisions of the visible units are shared by all sites, with any stride. A
   * step follows the mean of the gradient over all that share a parameter; with stride 1 this is also the gradient of the
   * translated rows. Restrictions as for real units, and no `maxNorm`. Default: none are shared.
   */
  tied?: readonly number[] | StridedTorus;
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

export const ALGORITHMS = ['population', 'cd', 'pcd', 'tempering', 'trajectory', 'exact'] as const;
/** Estimate of the model's term of the gradient, see `TrainingOptions`. */
export type Algorithm = (typeof ALGORITHMS)[number];
/** Number format of products. */
export type Precision = 'float32' | 'fixed16';
export const OPTIMISERS = ['momentum', 'nesterov', 'adam'] as const;
/** Steps: momentum, Nesterov's momentum, or Adam. */
export type Optimiser = (typeof OPTIMISERS)[number];
