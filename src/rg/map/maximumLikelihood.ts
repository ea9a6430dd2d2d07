/**
 * RBMs of spins trained to the maximum likelihood of weighted rows: a quasi-Newton method with the exact gradient of
 * all rows, by sums over the smaller layer, in double precision. Nothing is sampled and there is no learning rate; the
 * result depends on the seed only by which local maximum is found.
 *
 *   ∂⟨log p⟩/∂W_ij = ⟨v_i tanh x_j⟩_rows - ⟨v_i tanh x_j⟩_p,  x_j = b_j + Σ_i W_ij v_i,
 *   ∂⟨log p⟩/∂c_i = ⟨v_i⟩_rows - ⟨v_i⟩_p,  ∂⟨log p⟩/∂b_j = ⟨tanh x_j⟩_rows - ⟨tanh x_j⟩_p.
 *
 * The rows can be all 2^N states, weighted by P(v) = e^{-H}/Z: this minimises KL(P‖p), as `trainExactly` does, also for
 * larger RBMs.
 */

import { descent, type Iterate } from '../../stats/lbfgs.js';
import { BitRows } from '../../util/bits.js';
import { integer, knownOptions, lengthOf, positive, refuse, within } from '../../util/check.js';
import { checkSeed, type Seed, streamKey } from '../../util/random.js';
import { finish, finishWithPauses, WORK_OPTIONS, type Work, type WorkOptions } from '../../util/work.js';
import { normalNumbers } from '../../wasm/draws.js';
import { AllStates, Marginal, normalise, Rows, sumOf } from './marginal.js';
import { checkRbm } from './operators.js';
import { SpinRbm } from './spinRbm.js';

/** Options of `maximiseLikelihood`. */
export interface MaximumLikelihoodOptions {
  /** Number of hidden spins. */
  hidden: number;
  /** Weights of the rows, > 0, such as multiplicities; only their ratios matter. Default: all equal. */
  weights?: ArrayLike<number>;
  /** Largest number of steps. Default 500. */
  iterations?: number;
  /** Training ends when no component of the gradient is larger. Default 1e-6. */
  tolerance?: number;
  /**
   * Initial weights are N(0, scale²), initial biases 0. Default 0.3: wide enough that hidden spins differ, narrow
   * enough that none is saturated.
   */
  scale?: number;
  /** Initial parameters, in place of random ones. */
  start?: SpinRbm;
  /** Seed of the initial weights. Default 1. */
  seed?: Seed;
}

/** Result of `maximiseLikelihood`. */
export interface MaximumLikelihood {
  rbm: SpinRbm;
  /** Mean log p per row, in nats. */
  logLikelihood: number;
  /** Largest component of its gradient. */
  gradient: number;
  /** Steps taken, and gradients computed. */
  iterations: number;
  evaluations: number;
  /**
   * Whether the gradient fell below the tolerance; if not, the limit of steps was reached, or no step increased the
   * likelihood.
   */
  converged: boolean;
}

/** Largest number of spins of a layer that is summed over. */
const SUMMED = 16;
/** Largest number of units of the other layer: a product of more could overflow. */
const MAX_UNITS = 1000;
/**
 * Number of last steps whose curvature is used: the gradient costs far more than they do, and with 100 instead of 30
 * half as many gradients are needed.
 */
const MEMORY = 100;
/** Rows (or states) times units: 256 MiB of numbers. */
const MAX_ENTRIES = 2 ** 25;

const MAXIMUM_LIKELIHOOD_OPTIONS = ['hidden', 'weights', 'iterations', 'tolerance', 'scale', 'start', 'seed'] as const;

/**
 * Trains an RBM of spins to the maximum likelihood of rows. A gradient costs about 25 ns per row and hidden unit, and
 * as much per state of the smaller layer and unit of the larger one; if the smaller layer is the visible one, only the
 * latter, for any number of rows. The same seed gives the same bits on every engine.
 * @param rows configurations of the visible spins; it is faster to pass equal rows once, with their weight
 * @throws TypeError for a wrong kind; RangeError for an option out of range, if neither layer has at most 16 spins, or
 *   for rows·units above 2^25
 */
export function maximiseLikelihood(rows: BitRows, options: MaximumLikelihoodOptions): MaximumLikelihood {
  knownOptions('maximiseLikelihood', options, MAXIMUM_LIKELIHOOD_OPTIONS);
  return finish(maximisation(rows, options));
}

/**
 * `maximiseLikelihood` with pauses: stops at the signal, reports progress.
 * @throws TypeError or RangeError as `maximiseLikelihood`; the signal's reason
 */
export async function maximiseLikelihoodAsync(
  rows: BitRows,
  options: MaximumLikelihoodOptions & WorkOptions,
): Promise<MaximumLikelihood> {
  knownOptions('maximiseLikelihoodAsync', options, [...MAXIMUM_LIKELIHOOD_OPTIONS, ...WORK_OPTIONS]);
  return finishWithPauses(maximisation(rows, options), options);
}

function* maximisation(rows: BitRows, options: MaximumLikelihoodOptions): Work<MaximumLikelihood> {
  if (!(rows instanceof BitRows)) refuse('rows', 'BitRows (such as SpinData)', rows, 'type');
  if (rows.count === 0) throw new RangeError('"rows" expected at least one row, got none');
  const visible = rows.width;
  const hidden = integer('hidden', options.hidden, 1, visible <= SUMMED ? MAX_UNITS : SUMMED);
  const weights = sharesOf(rows.count, options.weights);
  const iterations = integer('iterations', options.iterations ?? 500, 0);
  const tolerance = within('tolerance', options.tolerance ?? 1e-6, 0, Number.MAX_VALUE);
  const scale = positive('scale', options.scale ?? 0.3);
  const seed = checkSeed('seed', options.seed ?? 1);
  const { start } = options;
  if (start !== undefined) checkStart(start, visible, hidden);

  const negative = negativeLikelihood(rows, weights, hidden);
  const first = start ? packParameters(start) : randomStart(visible, hidden, scale, seed);
  let last: Iterate | undefined;
  for (const iterate of descent(negative, first, { tolerance, memory: MEMORY })) {
    last = iterate;
    if (iterate.iteration >= iterations) break;
    const figures = { logLikelihood: -iterate.value };
    yield { stage: 'train', done: iterate.iteration, total: iterations, unit: 'steps', figures };
  }
  const { at, value, gradient, iteration, evaluations } = last as Iterate;
  const [size, biases] = [visible * hidden, visible * hidden + visible];
  return {
    rbm: new SpinRbm({
      visible,
      hidden,
      weights: at.subarray(0, size),
      visibleBias: at.subarray(size, biases),
      hiddenBias: at.subarray(biases),
    }),
    logLikelihood: -value,
    gradient,
    iterations: iteration,
    evaluations,
    converged: gradient <= tolerance,
  };
}

function checkStart(start: SpinRbm, visible: number, hidden: number): void {
  checkRbm(start);
  if (start.visible === visible && start.hidden === hidden) return;
  refuse('start', `${visible} visible and ${hidden} hidden units`, `${start.visible} and ${start.hidden}`);
}

function sharesOf(count: number, weights: ArrayLike<number> | undefined): Float64Array {
  if (weights === undefined) return new Float64Array(count).fill(1 / count);
  lengthOf('weights', weights, count);
  const checked = Float64Array.from(weights, (weight, r) => positive(`weights[${r}]`, weight));
  const total = sumOf(checked);
  return checked.map((weight) => weight / total);
}

function randomStart(visible: number, hidden: number, scale: number, seed: Seed): Float64Array {
  const n = visible * hidden;
  const start = new Float64Array(n + visible + hidden);
  start.set(normalNumbers(streamKey(seed, 'maximiseLikelihood'), n, scale));
  return start;
}

/** W row-major, c, b. */
function packParameters({ weights, visibleBias, hiddenBias }: SpinRbm): Float64Array {
  return Float64Array.of(...weights, ...visibleBias, ...hiddenBias);
}

/** -Σ w log p as a function of the parameters, its gradient written into the second argument. */
function negativeLikelihood(rows: BitRows, weights: Float64Array, hidden: number) {
  const visible = rows.width;
  if (visible <= Math.min(hidden, SUMMED)) {
    // the rows are among the states: one sum serves both
    checkEntries('hidden', 2 ** visible, hidden);
    const states = new Marginal(new AllStates(visible), 'visible', hidden);
    const shares = new Float64Array(2 ** visible);
    for (let r = 0; r < rows.count; r++) shares[stateOf(rows, r)] += weights[r];
    return (x: Float64Array, gradient: Float64Array) => {
      const logs = states.logWeights(x);
      const { logZ, p } = normalise(logs);
      for (let s = 0; s < p.length; s++) p[s] -= shares[s];
      states.addMoments(p, gradient.fill(0));
      return logZ - sumOf(logs.map((log, s) => shares[s] * log));
    };
  }
  checkEntries('rows', rows.count, hidden);
  checkEntries('hidden', 2 ** hidden, visible);
  const data = new Marginal(new Rows(rows), 'visible', hidden);
  const states = new Marginal(new AllStates(hidden), 'hidden', visible);
  const taken = weights.map((weight) => -weight);
  return (x: Float64Array, gradient: Float64Array) => {
    const { logZ, p } = normalise(states.logWeights(x));
    const logs = data.logWeights(x);
    states.addMoments(p, gradient.fill(0));
    data.addMoments(taken, gradient);
    return logZ + sumOf(logs.map((log, r) => taken[r] * log));
  };
}

function checkEntries(name: string, count: number, units: number): void {
  if (count * units > MAX_ENTRIES) refuse(name, 'at most 2^25 configurations times units', `${count} times ${units}`);
}

/** The state whose bits are the row. */
function stateOf({ bytes, stride }: BitRows, r: number): number {
  let state = 0;
  for (let k = stride - 1; k >= 0; k--) state = 256 * state + bytes[r * stride + k];
  return state;
}
