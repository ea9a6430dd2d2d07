/**
 * Annealed importance sampling (Neal 2001; Salakhutdinov & Murray 2008) from independent units to an RBM and back. On the way stand the distributions
 *   p_β(v) ∝ f_β(v) = e^{-(1-β) E_0(v) - β F(v)},
 * E_0 with the base's biases and no weights; f_β(v) is the sum over h of an RBM whose visible bias is (1-β)c_0 + βc and whose hidden inputs are β
 * times those of the given one. A chain is drawn from p_0; at each β its log weight grows by log f_β'(v) - log f_β(v), and it takes one step of block
 * Gibbs sampling at β'. Then Z_1/Z_0 = ⟨w⟩ exactly. A chain that starts in a sample of p_1 and goes down has Z_0/Z_1 = ⟨w⟩. The steps are reversible, so the
 * log weights of both ways obey Crooks' relation, and Bennett's acceptance ratio (1976) makes the best of them.
 *
 * What is biased how: the mean of w is unbiased, so by Jensen's inequality its logarithm is low on average going up and, as an estimate of log Z, high
 * going down; by Markov's inequality the former exceeds log Z by a with a probability below e^{-a}. Both biases are about half the relative variance of
 * the mean of w, error²/2, where that is small. Bennett's estimate is consistent, its bias of higher order.
 */

import { BitRows } from '../util/bits.js';
import { integer, refuse } from '../util/check.js';
import { checkSeed, type Seed, streamKey } from '../util/random.js';
import type { Work } from '../util/work.js';
import { PANEL, STREAM, TABLES } from '../wasm/kernels.js';
import { Machine } from '../wasm/machine.js';
import { kernels } from '../wasm/scalar.js';
import { toBits } from './convert.js';
import { checkBias, type Floats, type Layer, rowsOf, type States } from './layers.js';
import { Noise } from './noise.js';
import { padded, toPanels, transpose } from './panels.js';
import type { AnyRbm, Rbm } from './rbm.js';

export interface AnnealingOptions<V extends States = States> {
  /** Independent chains. Default 256. */
  chains?: number;
  /** Steps from β = 0 to 1 in equal distances, or the values of β themselves, from 0 up to 1. Default 1000. */
  temperatures?: number | ArrayLike<number>;
  /** Rows from whose means the base's biases are taken (Salakhutdinov & Murray's base-rate model): better than none. */
  data?: V;
  /**
   * The base's biases themselves, [visible]. Without these and without data: the visible biases that are left when hidden units are replaced by the
   * middle of their levels, which are those of the ±1 convention.
   */
  base?: Floats;
  seed?: Seed;
}

/** What the weights of annealed chains say. */
export interface Annealed<V extends States = States> {
  /** Estimate of log Z of the RBM. */
  logPartition: number;
  /** Its standard error, from the spread of the weights: too small if no chain found the weights that matter. */
  error: number;
  /** (Σ w)²/Σ w²: of so many equal weights the error would be the same. */
  effectiveSize: number;
  /** log Z of the base. */
  baseLogPartition: number;
  /** log w of each chain: ⟨w⟩ = Z/Z_base going up, Z_base/Z going down. */
  logWeights: Float64Array;
  /** Where the chains ended. Going up, with their weights, they are samples of the RBM. */
  states: V;
}

/** Bennett's estimate of log(Z_1/Z_0) from the log weights of both ways. */
export interface Bennett {
  logRatio: number;
  /** Its standard error; Infinity where the two sets of weights do not overlap. */
  error: number;
  /** (Σ f)²/Σ f² of the acceptances f, the smaller one of the two ways. */
  effectiveSize: number;
}

/** Chains on their way between base and RBM. Log weights are gathered in `logWeights`. */
interface Chains<V extends States> {
  readonly baseLogPartition: number;
  /** What log Z of the RBM is more than that of the chains' own convention. */
  readonly constant: number;
  /** Fresh chains, weights 1: samples of the base, or the given states. */
  start(states?: V): void;
  /** From β to β': weights, then a step at β'. */
  move(from: number, to: number): void;
  logWeights(): Float64Array;
  states(): V;
}

/** Chains of bits, by the kernels: both layers two-valued. */
class BitChains implements Chains<BitRows> {
  readonly baseLogPartition: number;
  readonly constant: number;
  readonly #machine;
  readonly #count: number;
  readonly #visible: number;
  readonly #hidden: number;
  readonly #base: Float64Array;
  readonly #bias: Float64Array;

  constructor(rbm: Rbm, count: number, base: Floats, seed: Seed) {
    const { rbm: bits, constant } = toBits(rbm);
    const [low, high] = rbm.visibleLayer.levels!;
    this.#count = count;
    this.#visible = bits.visible;
    this.#hidden = bits.hidden;
    this.#base = Float64Array.from(base, (c) => c * (high - low));
    this.#bias = Float64Array.from(bits.visibleLayer.bias);
    this.constant = -constant;
    const { log, softplus } = kernels();
    this.baseLogPartition = this.#base.reduce((sum, c) => sum + softplus(c), this.#hidden * log(2));

    const visible = padded(this.#visible);
    const hidden = padded(this.#hidden);
    const rows = Math.ceil(count / 4) * 4;
    this.#machine = new Machine({
      weights: visible * hidden * 4,
      mirror: visible * hidden * 4,
      hiddenBias: hidden * 4,
      visibleBias: visible * 4,
      added: visible * 4,
      linear: (visible / 4) * 128,
      visibleIndex: (rows * visible) / 2,
      hiddenIndex: (rows * hidden) / 2,
      streams: ((visible + hidden) / PANEL) * STREAM,
      tables: TABLES,
      panel: rows * PANEL * 4,
      random: rows * PANEL * 4,
      logs: rows * 8,
      bits: rows * Math.ceil(this.#visible / 8),
    });
    const machine = this.#machine;
    toPanels(bits.weights, this.#visible, this.#hidden, machine.f32('weights'));
    const mirrored = transpose(bits.weights, this.#visible, this.#hidden);
    toPanels(mirrored, this.#hidden, this.#visible, machine.f32('mirror'));
    // padded units must stay at 0: hidden ones by an input of -∞ at every β > 0, visible ones by what is added to theirs
    machine.f32('hiddenBias').fill(-Infinity).set(bits.hiddenLayer.bias);
    machine.f32('visibleBias').set(this.#bias);
    machine.f32('added').fill(-Infinity);
    const linear = machine.f64('linear');
    for (let k = 0; k < linear.length; k++) {
      for (let bit = 0; bit < 4; bit++) {
        const i = (k >> 4) * 4 + bit;
        if ((k >> bit) & 1 && i < this.#visible) linear[k] += this.#bias[i] - this.#base[i];
      }
    }
    const panels = (visible + hidden) / PANEL;
    machine.kernels.seedStreams(machine.at.streams, panels, streamKey(seed, 'annealing'), 0);
  }

  start(states?: BitRows): void {
    const { kernels, at } = this.#machine;
    const count = this.#count;
    const groups = padded(this.#visible) / 4;
    this.#machine.f64('logs').fill(0);
    if (states) {
      this.#machine.u8('bits').set(states.bytes);
      kernels.gather(at.bits, states.stride, 0, count, at.visibleIndex, groups, 0, groups, 0, 0, 0);
    } else {
      this.#drawVisible(0);
    }
  }

  move(from: number, to: number): void {
    const { kernels, at } = this.#machine;
    const rows = this.#count;
    const fours = Math.ceil(rows / 4) * 4;
    const visible = padded(this.#visible);
    const groups = padded(this.#hidden) / 4;
    kernels.annealLinear(at.visibleIndex, rows, visible / 4, at.linear, to - from, at.logs);
    for (let panel = 0; panel < padded(this.#hidden) / PANEL; panel++) {
      const weights = at.weights + panel * visible * PANEL * 4;
      kernels.fillRows(at.panel, fours, at.hiddenBias + panel * PANEL * 4);
      kernels.product(at.visibleIndex, visible / 4, fours, visible / 4, weights, at.tables, at.panel);
      kernels.annealUnits(at.panel, rows, from, to, at.logs);
      if (to > 0) {
        kernels.scaleRows(at.panel, fours, to, 0);
        const stream = at.streams + panel * STREAM;
        kernels.sampleUnits(at.panel, rows, stream, at.random, at.hiddenIndex + panel * 10, groups, 0, 0, 0);
      }
    }
    this.#drawVisible(to);
  }

  logWeights(): Float64Array {
    return this.#machine.f64('logs').slice(0, this.#count);
  }

  states(): BitRows {
    const { kernels, at } = this.#machine;
    const result = new BitRows(this.#count, this.#visible);
    kernels.packIndex(at.visibleIndex, this.#count, padded(this.#visible) / 4, at.bits, result.stride);
    result.bytes.set(this.#machine.u8('bits').subarray(0, result.bytes.length));
    return result;
  }

  /** v given h at β; at β = 0, where h does not matter, from the base. */
  #drawVisible(beta: number): void {
    const { kernels, at } = this.#machine;
    const rows = this.#count;
    const fours = Math.ceil(rows / 4) * 4;
    const hidden = padded(this.#hidden);
    const groups = padded(this.#visible) / 4;
    const added = this.#machine.f32('added');
    for (let i = 0; i < this.#visible; i++) added[i] = (1 - beta) * this.#base[i];
    for (let panel = 0; panel < padded(this.#visible) / PANEL; panel++) {
      kernels.fillRows(at.panel, fours, at.visibleBias + panel * PANEL * 4);
      if (beta > 0) {
        const weights = at.mirror + panel * hidden * PANEL * 4;
        kernels.product(at.hiddenIndex, hidden / 4, fours, hidden / 4, weights, at.tables, at.panel);
      }
      kernels.scaleRows(at.panel, fours, beta, at.added + panel * PANEL * 4);
      const stream = at.streams + (hidden / PANEL + panel) * STREAM;
      kernels.sampleUnits(at.panel, rows, stream, at.random, at.visibleIndex + panel * 10, groups, 0, 0, 0);
    }
  }
}

/** Chains of any units, through the functions of the layers. */
class LayerChains implements Chains<States> {
  readonly baseLogPartition: number;
  readonly constant = 0;
  readonly #rbm: AnyRbm;
  readonly #count: number;
  readonly #base: Floats;
  readonly #noise: Noise;
  #logs = new Float64Array(0);
  #states: States = new Float32Array(0);

  constructor(rbm: AnyRbm, count: number, base: Floats, seed: Seed) {
    this.#rbm = rbm;
    this.#count = count;
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

  move(from: number, to: number): void {
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
  }

  logWeights(): Float64Array {
    return this.#logs.slice();
  }

  states(): States {
    return this.#states;
  }
}

/** Numbers of states. */
function countOf(states: States, width: number): number {
  return states instanceof BitRows ? states.count : rowsOf('states', states, width);
}

/** Visible biases of independent units with the means of the data; rectified units keep their own. */
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

/** Visible biases with the hidden units in the middle of their levels. */
function middleBias(rbm: AnyRbm): Float64Array {
  const middle = rbm.hiddenLayer.levels ? (rbm.hiddenLayer.levels[0] + rbm.hiddenLayer.levels[1]) / 2 : 0;
  const bias = Float64Array.from(rbm.visibleLayer.bias);
  rbm.weights.forEach((w, k) => {
    bias[Math.floor(k / rbm.hidden)] += middle * w;
  });
  return bias;
}

/** 0 = β_0 < β_1 < … < β_K = 1. */
function checkTemperatures(temperatures: number | ArrayLike<number>): Float64Array {
  if (typeof temperatures === 'number') {
    const steps = integer('temperatures', temperatures, 1, 1e7);
    return Float64Array.from({ length: steps + 1 }, (_, k) => k / steps);
  }
  if (typeof temperatures?.length !== 'number')
    refuse('temperatures', 'number or list of numbers', temperatures, 'type');
  const betas = Float64Array.from(temperatures);
  const rising = betas.every((beta, k) => k === 0 || beta > betas[k - 1]);
  if (betas.length < 2 || !rising || betas[0] !== 0 || betas[betas.length - 1] !== 1) {
    refuse('temperatures', 'values of β rising from 0 to 1', [...betas]);
  }
  return betas;
}

interface Path<V extends States> {
  chains: Chains<V>;
  betas: Float64Array;
}

function pathOf<V extends States>(
  rbm: Rbm<V, States>,
  options: AnnealingOptions<V>,
  count: number,
  way: string,
): Path<V> {
  const betas = checkTemperatures(options.temperatures ?? 1000);
  const seed = JSON.stringify([checkSeed('seed', options.seed ?? 1), way]);
  const base =
    options.base !== undefined
      ? checkBias('base', options.base, rbm.visible)
      : options.data !== undefined
        ? baseRates(rbm.visibleLayer as Layer, options.data)
        : middleBias(rbm as AnyRbm);
  const twoValued = rbm.visibleLayer.levels && rbm.hiddenLayer.levels;
  const chains = twoValued
    ? new BitChains(rbm as unknown as Rbm, count, base, seed)
    : new LayerChains(rbm as AnyRbm, count, base, seed);
  return { chains: chains as unknown as Chains<V>, betas };
}

/** log of the mean of e^x, its standard error and the effective number of weights. */
function logMean(logs: Float64Array): { value: number; error: number; effectiveSize: number } {
  const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  let squares = 0;
  for (const x of logs) {
    const w = Math.exp(x - most);
    sum += w;
    squares += w * w;
  }
  const n = logs.length;
  // relative variance of the mean: Σ(w - w̄)²/(n(n-1)w̄²)
  const variance = n === 1 ? Infinity : Math.max(0, (n * squares) / (sum * sum) - 1) / (n - 1);
  return { value: most + Math.log(sum / n), error: Math.sqrt(variance), effectiveSize: (sum * sum) / squares };
}

/** The work of `annealedImportance`. */
export function* annealUp<V extends States>(rbm: Rbm<V, States>, options: AnnealingOptions<V>): Work<Annealed<V>> {
  const count = integer('chains', options.chains ?? 256, 1, 1e6);
  const { chains, betas } = pathOf(rbm, options, count, 'up');
  chains.start();
  for (let k = 1; k < betas.length; k++) {
    chains.move(betas[k - 1], betas[k]);
    yield { stage: 'annealing up', done: k, total: betas.length - 1, unit: 'temperatures' };
  }
  return result(chains, 1);
}

/** The work of `reverseAnnealing`. */
export function* annealDown<V extends States>(
  rbm: Rbm<V, States>,
  samples: V,
  options: Omit<AnnealingOptions<V>, 'chains'>,
): Work<Annealed<V>> {
  const count = countOf(samples, rbm.visible);
  if (count === 0) throw new RangeError('"samples" expected at least one row, got none');
  rbm.freeEnergy(rowsUpTo(samples, rbm.visible, 1)); // refuses what is not of this RBM
  const { chains, betas } = pathOf(rbm, options, count, 'down');
  chains.start(samples);
  for (let k = betas.length - 1; k > 0; k--) {
    chains.move(betas[k], betas[k - 1]);
    yield { stage: 'annealing down', done: betas.length - k, total: betas.length - 1, unit: 'temperatures' };
  }
  return result(chains, -1);
}

function result<V extends States>(chains: Chains<V>, sign: 1 | -1): Annealed<V> {
  const logWeights = chains.logWeights();
  const { value, error, effectiveSize } = logMean(logWeights);
  return {
    logPartition: chains.baseLogPartition + sign * value + chains.constant,
    error,
    effectiveSize,
    baseLogPartition: chains.baseLogPartition + chains.constant,
    logWeights,
    states: chains.states(),
  };
}

/** The first rows. */
function rowsUpTo<V extends States>(states: V, width: number, count: number): V {
  if (!(states instanceof BitRows)) return (states as Float32Array).slice(0, width * count) as V;
  return new BitRows(count, states.width, states.bytes.slice(0, count * states.stride)) as States as V;
}

/** Rows number `places` of the states, in that order. */
export function takeRows<V extends States>(states: V, width: number, places: ArrayLike<number>): V {
  const count = places.length;
  const size = states instanceof BitRows ? states.stride : width;
  const from = states instanceof BitRows ? states.bytes : (states as Float32Array);
  const to = states instanceof BitRows ? new Uint8Array(count * size) : new Float32Array(count * size);
  for (let r = 0; r < count; r++) to.set(from.subarray(places[r] * size, (places[r] + 1) * size), r * size);
  return (states instanceof BitRows ? new BitRows(count, states.width, to as Uint8Array) : to) as States as V;
}

/**
 * Bennett's acceptance ratio (doi:10.1016/0021-9991(76)90078-4): log(Z_1/Z_0) from chains that went up, ⟨e^x⟩ = Z_1/Z_0, and others that went down,
 * ⟨e^x⟩ = Z_0/Z_1, along the same path. The estimate F solves Σ_up f(M - x + F) = Σ_down f(-M - x - F), f(y) = 1/(1 + e^y), M = log(n_up/n_down), which is
 * the estimate of least variance, and of maximum likelihood (Shirts et al. 2003).
 */
export function bennett(up: ArrayLike<number>, down: ArrayLike<number>): Bennett {
  integer('up.length', up.length);
  integer('down.length', down.length);
  const offset = Math.log(up.length / down.length);
  const accepted = (x: ArrayLike<number>, shift: number) =>
    Float64Array.from(x, (value) => {
      const y = shift - value;
      return y > 0 ? -y - Math.log1p(Math.exp(-y)) : -Math.log1p(Math.exp(y)); // log f
    });
  const logSum = (x: Float64Array) => logMean(x).value + Math.log(x.length);
  const excess = (f: number) => logSum(accepted(up, offset + f)) - logSum(accepted(down, -offset - f));
  // the excess falls as F grows; single weights bound F but for the offset
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
  for (const logs of [accepted(up, offset + logRatio), accepted(down, -offset - logRatio)]) {
    const { error, effectiveSize: size } = logMean(logs);
    variance += error ** 2;
    effectiveSize = Math.min(effectiveSize, size);
  }
  return { logRatio, error: Math.sqrt(variance), effectiveSize };
}
