/**
 * Annealed importance sampling (Neal 2001; Salakhutdinov & Murray 2008) from independent units to an RBM and back,
 * through the distributions
 *   p_β(v) ∝ f_β(v) = e^{-(1-β) E_0(v) - β F(v)},
 * E_0 with the base's biases and no weights; f_β(v) is the sum over h of an RBM with visible bias (1-β)c_0 + βc and
 * hidden inputs β times those of the RBM. A chain starts with a sample of p_0; at each β its log weight grows by log
 * f_β'(v) - log f_β(v), then it makes one step of block Gibbs sampling at β'. Then Z_1/Z_0 = ⟨w⟩ exactly. A chain that
 * starts with a sample of p_1 and goes down has Z_0/Z_1 = ⟨w⟩. The steps are reversible, so the log weights in both
 * directions obey Crooks' relation, and Bennett's acceptance ratio (1976) is the optimal combination.
 *
 * Biases: the mean of w is unbiased, so by Jensen's inequality its logarithm is too low on average going up and, as an
 * estimate of log Z, too high going down; by Markov's inequality the former exceeds log Z by a with a probability below
 * e^{-a}. Both biases are about half the relative variance of the mean of w, error²/2, if that is small. Bennett's
 * estimate is consistent, its bias of higher order.
 */

import { BitRows } from '../../util/bits.js';
import { finite, integer, lengthOf, objectWith, refuse } from '../../util/check.js';
import { checkSeed, type Seed, streamKey } from '../../util/random.js';
import type { Work } from '../../util/work.js';
import { kernels } from '../../wasm/scalar.js';
import { checkBias, type Floats, type Layer, rowsOf, type States } from '../model/layers.js';
import { Noise } from '../model/noise.js';
import type { AnyRbm, Rbm } from '../model/rbm.js';
import { BitChains } from './bitChains.js';
import type { Chains } from './chains.js';

/** Options of annealed importance sampling. */
export interface AnnealingOptions<V extends States = States> {
  /** Independent chains. Default 256. */
  chains?: number;
  /**
   * Number of steps from β = 0 to 1, or the values of β themselves, from 0 up to 1. Default 1000. For a number, a pilot
   * run, which depends only on the RBM, the base and the seed, chooses the values such that each step contributes
   * equally to the spread of the log weights.
   */
  temperatures?: number | ArrayLike<number>;
  /**
   * Rows whose means define the base's biases (the base-rate model of Salakhutdinov & Murray): better than the default.
   */
  data?: V;
  /**
   * The base's biases themselves, [visible]. Default, without data: the visible biases if hidden units are replaced by
   * the mean of their levels, which are those of the ±1 convention.
   */
  base?: Floats;
  /** Seed of all random numbers. Default 1. */
  seed?: Seed;
}

/** The result of annealing. */
export interface Annealed<V extends States = States> {
  /** Estimate of log Z of the RBM. */
  logPartition: number;
  /**
   * Its standard error, from the spread of the weights: too small if few chains, or none, have the dominant weights.
   */
  error: number;
  /** (Σ w)²/Σ w²: the number of equal weights with the same error. Below 25 the error is not reliable. */
  effectiveSize: number;
  /** log Z of the base. */
  baseLogPartition: number;
  /** log w of each chain: ⟨w⟩ = Z/Z_base going up, Z_base/Z going down. */
  logWeights: Float64Array;
  /** The values of β, from 0 to 1. */
  temperatures: Float64Array;
  /** Final states of the chains. Going up, together with their weights, they are samples of the RBM. */
  states: V;
}

/** Bennett's estimate of log(Z_1/Z_0) from the log weights of both directions. */
export interface Bennett {
  logRatio: number;
  /** Its standard error; Infinity if the two sets of weights do not overlap. */
  error: number;
  /** (Σ f)²/Σ f² of the acceptances f, the smaller one of the two directions. */
  effectiveSize: number;
}

/** Chains of any units, through the functions of the layers. */
class LayerChains implements Chains<States> {
  readonly baseLogPartition: number;
  readonly constant = 0;
  readonly #rbm: AnyRbm;
  readonly #count: number;
  readonly #betas: Float64Array;
  readonly #base: Floats;
  readonly #noise: Noise;
  #logs = new Float64Array(0);
  #states: States = new Float32Array(0);

  constructor(rbm: AnyRbm, count: number, betas: Float64Array, base: Floats, seed: Seed) {
    this.#rbm = rbm;
    this.#count = count;
    this.#betas = betas;
    this.#base = base;
    this.#noise = new Noise(streamKey(seed, 'annealing'));
    const { visibleLayer, hiddenLayer } = rbm;
    this.baseLogPartition = -visibleLayer.freeEnergy(base)[0] - hiddenLayer.freeEnergy(new Float64Array(rbm.hidden))[0];
  }

  start(states?: States): void {
    const { visible, visibleLayer } = this.#rbm;
    this.#logs = new Float64Array(this.#count);
    const inputs = Float64Array.from({ length: this.#count * visible }, (_, k) => this.#base[k % visible]);
    this.#states = states ?? visibleLayer.sample(inputs, this.#noise);
  }

  move(start: number): number {
    const [from, to] = this.#betas.subarray(start, start + 2);
    const { visible, visibleLayer, hiddenLayer } = this.#rbm;
    const { bias } = visibleLayer;
    const values = visibleLayer.values(this.#states);
    const inputs = this.#rbm.hiddenInputs(this.#states);
    const before = hiddenLayer.freeEnergy(inputs.map((x) => from * x));
    const scaled = inputs.map((x) => to * x);
    const after = hiddenLayer.freeEnergy(scaled);
    this.#logs = this.#logs.map((log, r) => {
      let linear = 0;
      for (let i = 0; i < visible; i++) linear += (bias[i] - this.#base[i]) * values[r * visible + i];
      return log + (to - from) * linear + before[r] - after[r];
    });
    const down = this.#rbm.visibleInputs(hiddenLayer.sample(scaled, this.#noise));
    this.#states = visibleLayer.sample(
      down.map((x, k) => to * x + (1 - to) * this.#base[k % visible]),
      this.#noise,
    );
    return start + 1;
  }

  logWeights(): Float64Array {
    return this.#logs.slice();
  }

  states(): States {
    return this.#states;
  }
}

/** Number of states. */
function countOf(states: States, width: number): number {
  return states instanceof BitRows ? states.count : rowsOf('states', states, width);
}

/** Visible biases of independent units with the means of the data; rectified units keep their bias. */
export function baseRates(layer: Layer, data: States): Float64Array {
  const values = layer.values(data);
  const rows = countOf(data, layer.size);
  if (rows === 0) throw new RangeError('"data" expected at least one row, got none');
  const sums = new Float64Array(layer.size);
  values.forEach((x, k) => {
    sums[k % layer.size] += x;
  });
  const { log } = kernels();
  return sums.map((sum, i) => {
    if (layer.levels) {
      const [low, high] = layer.levels;
      const ones = (sum - rows * low) / (high - low);
      return log((ones + 0.5) / (rows - ones + 0.5)) / (high - low);
    }
    return layer.kind === 'gaussian' ? (layer.precision![i] * sum) / rows : layer.bias[i];
  });
}

/** Visible biases with the hidden units at the mean of their levels. */
function middleBias(rbm: AnyRbm): Float64Array {
  const middle = rbm.hiddenLayer.levels ? (rbm.hiddenLayer.levels[0] + rbm.hiddenLayer.levels[1]) / 2 : 0;
  const bias = Float64Array.from(rbm.visibleLayer.bias);
  rbm.weights.forEach((w, k) => {
    bias[Math.floor(k / rbm.hidden)] += middle * w;
  });
  return bias;
}

/** 0 = β_0 < β_1 < … < β_K = 1. */
function checkTemperatures(temperatures: number | ArrayLike<number>): number | Float64Array {
  if (typeof temperatures === 'number') return integer('temperatures', temperatures, 1, 1e7);
  if (typeof temperatures?.length !== 'number')
    refuse('temperatures', 'number or list of numbers', temperatures, 'type');
  const betas = Float64Array.from(temperatures);
  const rising = betas.every((beta, k) => k === 0 || beta > betas[k - 1]);
  if (betas.length < 2 || !rising || betas[0] !== 0 || betas[betas.length - 1] !== 1) {
    refuse('temperatures', 'values of β rising from 0 to 1', [...betas]);
  }
  return betas;
}

/** RBM, base and seed of a path. */
interface Setting<V extends States> {
  rbm: Rbm<V, States>;
  base: Floats;
  seed: Seed;
}

/**
 * Chains on the path. Values of β are rounded to float32, as in the kernels, so that differences of neighbours are
 * exact.
 */
function chainsOf<V extends States>({ rbm, base, seed }: Setting<V>, betas: Float64Array, count: number, way: string) {
  const own = JSON.stringify([seed, way]);
  const path = betas.map(Math.fround);
  if (way === 'down') path.reverse();
  const twoValued = rbm.visibleLayer.levels && rbm.hiddenLayer.levels;
  const chains = twoValued
    ? new BitChains(rbm as unknown as Rbm, count, path, base, own)
    : new LayerChains(rbm as AnyRbm, count, path, base, own);
  return chains as unknown as Chains<V>;
}

function settingOf<V extends States>(rbm: Rbm<V, States>, options: AnnealingOptions<V>): Setting<V> {
  const seed = checkSeed('seed', options.seed ?? 1);
  const base =
    options.base !== undefined
      ? checkBias('base', options.base, rbm.visible)
      : options.data !== undefined
        ? baseRates(rbm.visibleLayer as Layer, options.data)
        : middleBias(rbm as AnyRbm);
  return { rbm, base, seed };
}

/** Chains of a pilot run; its number of steps for that of the run itself. */
const PILOT_CHAINS = 32;
const pilotSteps = (steps: number) => Math.min(200, Math.max(20, Math.ceil(steps / 5)));
/** Share of the steps that is distributed uniformly, independent of the pilot run. */
const EVEN = 0.1;

/**
 * Values of β in `steps` steps of equal thermodynamic length: for independent increments of the log weights, the sum of
 * their variances is minimal if the step is inversely proportional to their standard deviation at equal steps, which a
 * pilot run measures.
 */
function* laidOut<V extends States>(setting: Setting<V>, steps: number): Work<Float64Array> {
  const pilot = pilotSteps(steps);
  if (steps === 1) return Float64Array.of(0, 1);
  const even = Float64Array.from({ length: pilot + 1 }, (_, k) => k / pilot);
  const chains = chainsOf(setting, even, PILOT_CHAINS, 'pilot');
  chains.start();
  const deviations = new Float64Array(pilot);
  let before = chains.logWeights();
  for (let k = 0; k < pilot; k++) {
    chains.move(k, 1);
    const after = chains.logWeights();
    deviations[k] = deviationOf(after.map((log, r) => log - before[r]));
    before = after;
    yield { stage: 'pilot', done: k + 1, total: pilot, unit: 'temperatures' };
  }
  const mean = deviations.reduce((a, b) => a + b, 0) / pilot;
  const lengths = deviations.map((x) => (mean > 0 ? (1 - EVEN) * x + EVEN * mean : 1));
  const whole = lengths.reduce((a, b) => a + b, 0);
  const betas = new Float64Array(steps + 1);
  let place = 0;
  let passed = 0;
  for (let s = 1; s < steps; s++) {
    const wanted = (whole * s) / steps;
    while (place < pilot - 1 && passed + lengths[place] < wanted) passed += lengths[place++];
    betas[s] = (place + (wanted - passed) / lengths[place]) / pilot;
  }
  betas[steps] = 1;
  return betas;
}

function deviationOf(x: Float64Array): number {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  return Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (x.length - 1));
}

/** log Σ e^x. */
function logSum(logs: Float64Array): number {
  const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (const x of logs) sum += Math.exp(x - most);
  return most + Math.log(sum);
}

/**
 * log of the mean of e^x, its standard error and the effective number of weights. Weights of one family may depend on
 * each other; the families are independent, and the error is that of a ratio of sums over them.
 */
function logMean(logs: Float64Array, families?: ArrayLike<number>) {
  const n = logs.length;
  const whole = logSum(logs);
  const weights = new Map<number, number>();
  const members = new Map<number, number>();
  logs.forEach((x, k) => {
    const family = families ? families[k] : k;
    weights.set(family, (weights.get(family) ?? 0) + Math.exp(x - whole));
    members.set(family, (members.get(family) ?? 0) + 1);
  });
  let spread = 0;
  let squares = 0;
  for (const [family, weight] of weights) {
    spread += (weight - members.get(family)! / n) ** 2;
    squares += weight * weight;
  }
  const independent = weights.size;
  return {
    value: whole - Math.log(n),
    error: independent === 1 ? Infinity : Math.sqrt((spread * independent) / (independent - 1)),
    effectiveSize: 1 / squares,
  };
}

/** The work of `annealedImportance`. */
export function* annealUp<V extends States>(rbm: Rbm<V, States>, options: AnnealingOptions<V>): Work<Annealed<V>> {
  const count = integer('chains', options.chains ?? 256, 1, 1e6);
  return yield* annealed(rbm, options, count);
}

/** The work of `reverseAnnealing`; samples of one family may depend on each other. */
export function* annealDown<V extends States>(
  rbm: Rbm<V, States>,
  samples: V,
  options: Omit<AnnealingOptions<V>, 'chains'>,
  families?: ArrayLike<number>,
): Work<Annealed<V>> {
  const count = countOf(samples, rbm.visible);
  if (count === 0) throw new RangeError('"samples" expected at least one row, got none');
  rbm.freeEnergy(rowsUpTo(samples, rbm.visible, 1)); // throws for states of another RBM
  return yield* annealed(rbm, options, count, samples, families);
}

/** Down if samples are given, otherwise up. */
function* annealed<V extends States>(
  rbm: Rbm<V, States>,
  options: AnnealingOptions<V>,
  count: number,
  samples?: V,
  families?: ArrayLike<number>,
): Work<Annealed<V>> {
  const asked = checkTemperatures(options.temperatures ?? 1000);
  const setting = settingOf(rbm, options);
  const temperatures = typeof asked === 'number' ? yield* laidOut(setting, asked) : asked;
  const way = samples ? 'down' : 'up';
  const chains = chainsOf(setting, temperatures, count, way);
  const total = temperatures.length - 1;
  chains.start(samples);
  for (let done = 0; done < total; ) {
    done = chains.move(done);
    yield { stage: `annealing ${way}`, done, total, unit: 'temperatures' };
  }
  const logWeights = chains.logWeights();
  const { value, error, effectiveSize } = logMean(logWeights, families);
  return {
    logPartition: chains.baseLogPartition + (samples ? -value : value) + chains.constant,
    error,
    effectiveSize,
    baseLogPartition: chains.baseLogPartition + chains.constant,
    logWeights,
    temperatures,
    states: chains.states(),
  };
}

/** The first `count` rows. */
function rowsUpTo<V extends States>(states: V, width: number, count: number): V {
  if (!(states instanceof BitRows)) return (states as Float32Array).slice(0, width * count) as V;
  return new BitRows(count, states.width, states.bytes.slice(0, count * states.stride)) as States as V;
}

/** The rows with these numbers, in that order. */
export function takeRows<V extends States>(states: V, width: number, places: ArrayLike<number>): V {
  const count = places.length;
  const size = states instanceof BitRows ? states.stride : width;
  const from = states instanceof BitRows ? states.bytes : (states as Float32Array);
  const to = states instanceof BitRows ? new Uint8Array(count * size) : new Float32Array(count * size);
  for (let r = 0; r < count; r++) to.set(from.subarray(places[r] * size, (places[r] + 1) * size), r * size);
  return (states instanceof BitRows ? new BitRows(count, states.width, to as Uint8Array) : to) as States as V;
}

/**
 * Bennett's acceptance ratio (doi:10.1016/0021-9991(76)90078-4): log(Z_1/Z_0) from the log weights x of chains that
 * went up, ⟨e^x⟩ = Z_1/Z_0, and of others that went down, ⟨e^x⟩ = Z_0/Z_1, along the same path. The estimate F solves
 * Σ_up f(M - x + F) = Σ_down f(-M - x - F), f(y) = 1/(1 + e^y), M = log(n_up/n_down); it has minimal variance, and
 * maximal likelihood (Shirts et al. 2003).
 * @param families a number for each chain that went down, equal for chains with dependent initial states; default: all
 *   independent
 * @throws TypeError for a wrong kind; RangeError for no weights, a weight that is not finite, or families of another
 *   length
 */
export function bennett(up: ArrayLike<number>, down: ArrayLike<number>, families?: ArrayLike<number>): Bennett {
  objectWith('up', up, ['length'], 'array of numbers');
  objectWith('down', down, ['length'], 'array of numbers');
  integer('up.length', up.length);
  integer('down.length', down.length);
  for (const [name, values] of Object.entries({ up, down })) {
    for (let k = 0; k < values.length; k++) finite(`${name}[${k}]`, values[k]);
  }
  if (families !== undefined) lengthOf('families', objectWith('families', families, ['length'], 'array'), down.length);
  const offset = Math.log(up.length / down.length);
  const accepted = (x: ArrayLike<number>, shift: number) =>
    Float64Array.from(x, (value) => {
      const y = shift - value;
      return y > 0 ? -y - Math.log1p(Math.exp(-y)) : -Math.log1p(Math.exp(y)); // log f
    });
  const excess = (f: number) => logSum(accepted(up, offset + f)) - logSum(accepted(down, -offset - f));
  // the excess decreases with F; single weights bound F up to the offset
  let low = -1;
  let high = 1;
  for (let k = 0; k < up.length; k++) high = Math.max(high, up[k] + Math.abs(offset) + 50);
  for (let k = 0; k < up.length; k++) low = Math.min(low, up[k] - Math.abs(offset) - 50);
  for (let k = 0; k < down.length; k++) high = Math.max(high, -down[k] + Math.abs(offset) + 50);
  for (let k = 0; k < down.length; k++) low = Math.min(low, -down[k] - Math.abs(offset) - 50);
  for (let k = 0; k < 200 && high - low > 1e-14 * Math.max(1, Math.abs(low)); k++) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  const logRatio = (low + high) / 2;
  // Bennett's error: the relative variances of the two sums, the mean of f over n chains each
  let variance = 0;
  let effectiveSize = Infinity;
  for (const { error, effectiveSize: size } of [
    logMean(accepted(up, offset + logRatio)),
    logMean(accepted(down, -offset - logRatio), families),
  ]) {
    variance += error ** 2;
    effectiveSize = Math.min(effectiveSize, size);
  }
  return { logRatio, error: Math.sqrt(variance), effectiveSize };
}
