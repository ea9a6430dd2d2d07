/** Layers of any kind on plain row-major arrays, equal bit for bit to assembly/rbm/realUnits.ts and numeric.ts. */

import { type Descent, descendBiases, descendPrecisions, descendWeights, type Learned } from './descent.js';
import { type Population, weigh } from './population.js';
import { repeatRows } from './products.js';
import { rectifiedLogIntegral, rectifiedMean, rectifiedNormals } from './rectified.js';
import { log4 } from './replicaClusters.js';
import { normal, type Stream, uniform } from './streams.js';
import { exp32, PANEL, roundUp, sigmoid32, transpose } from './units.js';

const { fround } = Math;

const SLIDE = fround(0.01);

export type Kind = 'bits' | 'spins' | 'gaussian' | 'relu';

/** start + x × weights in f32, inputs in order; x [rows, inputs], weights [inputs, outputs]. */
export function realProduct(
  x: Float32Array,
  weights: Float32Array,
  start: Float32Array,
  rows: number,
  inputs: number,
  outputs: number,
): Float32Array {
  const result = start.slice();
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < outputs; j++) {
      for (let i = 0; i < inputs; i++) result[r * outputs + j] += fround(x[r * inputs + i] * weights[i * outputs + j]);
    }
  }
  return result;
}

/** ⟨x⟩ of a unit given its input a; width = 1/√γ. */
export function meanOf(kind: Kind, a: number, width: number): number {
  if (kind === 'bits') return sigmoid32(a);
  if (kind === 'gaussian') return fround(width * fround(width * a));
  if (kind === 'relu') return fround(width * rectifiedMean(a * width));
  const p = sigmoid32(fround(a + a));
  return fround(fround(p + p) - 1);
}

/** Σ_j log Σ_x e^{a_j x} of the units of a panel: two-valued ones in four lanes of f32, then f64; real ones of precision 1 in f64. */
export function logSumOf(kind: Kind, inputs: ArrayLike<number>): number {
  const units = Array.from(inputs);
  if (kind === 'relu') return units.reduce((sum, a) => sum + rectifiedLogIntegral(a), 0);
  if (kind === 'gaussian') return units.reduce((sum, a) => sum + ((a * a) / 2 + 0.9189385332046727), 0);
  const lanes = [0, 1, 2, 3].map((lane) => {
    let sum = 0;
    let product = 1;
    for (let j = lane; j < units.length; j += 4) {
      const size = Math.abs(units[j]);
      sum = fround(sum + (kind === 'spins' ? size : Math.max(units[j], 0)));
      product = fround(product * fround(1 + exp32(-(kind === 'spins' ? fround(size + size) : size))));
    }
    return fround(sum + log4(product));
  });
  return lanes[0] + lanes[1] + (lanes[2] + lanes[3]);
}

/** Σ_i x_i(θ_i - γ_i x_i/2) in f64; no γ for two-valued units. */
export function ownSumOf(x: ArrayLike<number>, bias: ArrayLike<number>, precision?: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * (bias[i] - 0.5 * (precision?.[i] ?? 0) * x[i]);
  return sum;
}

/** -F(v) of each row, panel by panel: hidden ones first. @param inputs of the hidden units, [rows, hidden] */
function minusFree(
  { kinds, hidden, visible, visibleBias, precision }: LayeredLearner,
  v: Float32Array,
  inputs: Float32Array,
) {
  const gamma = real(kinds.visible) ? precision.values : undefined;
  return Array.from({ length: v.length / visible }, (_, r) => {
    let free = 0;
    for (let first = 0; first < hidden; first += PANEL) {
      const past = Math.min(first + PANEL, hidden);
      free += logSumOf(kinds.hidden, inputs.subarray(r * hidden + first, r * hidden + past));
    }
    for (let first = 0; first < visible; first += PANEL) {
      const past = Math.min(first + PANEL, visible);
      const own = v.subarray(r * visible + first, r * visible + past);
      free += ownSumOf(own, visibleBias.values.subarray(first, past), gamma?.subarray(first, past));
    }
    return free;
  });
}

/** Samples given the inputs, [rows, units]; each panel of 20 units draws for whole rows of 20 from its own stream, padding for inputs 0 and widths 1. */
export function samplesOf(
  kind: Kind,
  inputs: Float32Array,
  rows: number,
  units: number,
  widths: Float32Array,
  streams: Stream[],
): Float32Array {
  const result = new Float32Array(rows * units);
  streams.forEach((stream, panel) => {
    const at = (k: number) => {
      const unit = panel * PANEL + (k % PANEL);
      return unit < units
        ? { a: inputs[Math.floor(k / PANEL) * units + unit], width: widths[unit] }
        : { a: 0, width: 1 };
    };
    const count = rows * PANEL;
    const random =
      kind === 'relu'
        ? rectifiedNormals(
            stream,
            Float64Array.from({ length: count }, (_, k) => at(k).a * at(k).width),
          )
        : kind === 'gaussian'
          ? normal(stream, count, 1)
          : Float32Array.from(stream.fill(count / 4), uniform);
    random.forEach((x, k) => {
      const unit = panel * PANEL + (k % PANEL);
      if (unit >= units) return;
      const { a, width } = at(k);
      const place = Math.floor(k / PANEL) * units + unit;
      if (kind === 'relu') result[place] = width * x;
      else if (kind === 'gaussian') result[place] = width * fround(fround(width * a) + x);
      else if (kind === 'spins') result[place] = x < sigmoid32(fround(a + a)) ? 1 : -1;
      else result[place] = x < sigmoid32(a) ? 1 : 0;
    });
  });
  return result;
}

/** Adds Σ_r factors_r x_r and Σ_r factors_r (x_r - μ)² to `sums` and `squares`; x [rows, units]. */
export function addMoments(
  x: Float32Array,
  factors: ArrayLike<number>,
  mus: Float32Array | undefined,
  sums: Float32Array,
  squares: Float32Array,
): void {
  const units = sums.length;
  x.forEach((value, k) => {
    const i = k % units;
    const factor = factors[Math.floor(k / units)];
    const apart = fround(value - (mus ? mus[i] : 0));
    sums[i] += fround(factor * value);
    squares[i] += fround(factor * fround(apart * apart));
  });
}

export interface LayeredLearner {
  visible: number;
  hidden: number;
  kinds: { visible: Kind; hidden: Kind };
  weights: Learned;
  hiddenBias: Learned;
  visibleBias: Learned;
  /** γ of the visible units, with the velocities of log γ; ones where they are two-valued. */
  precision: Learned;
  most: Float32Array;
  /** λ and μ. */
  hiddenOffset: Float32Array;
  visibleOffset: Float32Array;
  /** Chains, [chains, visible]. */
  chains: Float32Array;
  /** Their weights, if they have any. */
  population?: Population;
  /** Of each site d of a torus, shifted by s: [translations, sites]; hidden unit k·translations + s is filter k shifted by s. */
  shifts?: Uint32Array;
  random: { hidden: Stream[]; visible: Stream[]; resample: Stream };
}

export interface LayeredSettings extends Descent {
  persistent: boolean;
  steps: number;
  chains: number;
  centred: boolean;
  learned: boolean;
  /** Weights of the rows of data. */
  importance?: Float32Array;
}

const real = (kind: Kind) => kind === 'gaussian' || kind === 'relu';

/** W or its gradient: each entry of a filter becomes the mean over its translations. */
function tieWeights(x: Float32Array, shifts: Uint32Array, visible: number, hidden: number): void {
  const translations = shifts.length / visible;
  for (let first = 0; first < hidden; first += translations) {
    for (let d = 0; d < visible; d++) {
      const places = Array.from({ length: translations }, (_, s) => shifts[s * visible + d] * hidden + first + s);
      const mean = places.reduce((sum, k) => sum + x[k], 0) / translations;
      for (const k of places) x[k] = mean;
    }
  }
}

/** Each stretch of so many numbers becomes its mean. */
function tie(x: Float32Array, length: number): void {
  for (let first = 0; first < x.length; first += length) {
    const part = x.subarray(first, first + length);
    part.fill(part.reduce((sum, value) => sum + value, 0) / length);
  }
}

const widthsOf = (precision: Float32Array) => precision.map((gamma) => 1 / fround(Math.sqrt(gamma)));

/** One minibatch: v is [rows, visible], `chosen` the places of its rows in the data. */
export function layeredMinibatch(
  model: LayeredLearner,
  v: Float32Array,
  chosen: Uint32Array,
  settings: LayeredSettings,
  rate: number,
  second: number,
): void {
  const { visible, hidden, kinds, weights, hiddenBias, visibleBias, precision, random, population, shifts } = model;
  const { importance, centred, persistent } = settings;
  const rows = chosen.length;
  const chains = persistent ? settings.chains : rows;
  const visibleWidths = widthsOf(precision.values);
  const hiddenWidths = new Float32Array(hidden).fill(1);

  const share = fround(1 / rows);
  const factors = Float32Array.from(chosen, (row) => (importance ? importance[row] * share : share));
  let total = 0;
  for (const a of factors) total = fround(total + a);
  if (!importance) total = 1;
  let negative = Float32Array.from({ length: chains }, (_, m) => (persistent ? -total / chains : -factors[m]));

  const up = (x: Float32Array, count: number) =>
    realProduct(x, weights.values, repeatRows(hiddenBias.values, count), count, visible, hidden);
  let next = persistent ? model.chains : v;
  let descent: Descent = settings;
  let pace = 1;
  for (let s = 0; s < settings.steps; s++) {
    const x = up(next, chains);
    const h = samplesOf(kinds.hidden, x, chains, hidden, hiddenWidths, random.hidden);
    if (population && s === 0) {
      const { shares, brake } = weigh(population, minusFree(model, next, x), h, hidden, random.resample);
      negative = Float32Array.from(shares(total), (share) => -share);
      pace = population.pace;
      descent = {
        ...settings,
        momentum: fround(fround(settings.momentum) * brake),
        lambda: fround(fround(settings.lambda) * pace),
      };
    }
    const mirror = transpose(weights.values, visible, hidden);
    const inputs = realProduct(h, mirror, repeatRows(visibleBias.values, chains), chains, hidden, visible);
    next = samplesOf(kinds.visible, inputs, chains, visible, visibleWidths, random.visible);
  }
  // a population steps by the chains that it has weighed, and will weigh those that the step has not seen
  const fantasy = population ? model.chains : next;
  model.chains = next;
  const own = fround(pace * rate);
  if (population) population.before = minusFree(model, next, up(next, chains));

  const mus = centred ? model.visibleOffset : undefined;
  const dc = new Float32Array(visible);
  const spread = new Float32Array(visible);
  addMoments(v, factors, mus, dc, spread);
  addMoments(fantasy, negative, mus, dc, spread);

  const plus = up(v, rows).map((a) => meanOf(kinds.hidden, a, 1));
  const minus = up(fantasy, chains).map((a) => meanOf(kinds.hidden, a, 1));
  if (centred) {
    const q = new Float32Array(hidden);
    addMoments(plus, factors, undefined, q, new Float32Array(hidden));
    model.hiddenOffset.forEach((before, j) => {
      model.hiddenOffset[j] = before + fround(SLIDE * fround(fround(q[j] / total) - before));
    });
  }
  const weighted = [plus, minus].map((means, half) =>
    means.map((x, k) => (half ? negative : factors)[Math.floor(k / hidden)] * x),
  );
  const db = new Float32Array(hidden);
  for (const half of weighted) {
    half.forEach((x, k) => {
      db[k % hidden] += x;
    });
  }
  const data = realProduct(
    transpose(v, rows, visible),
    weighted[0],
    new Float32Array(visible * hidden),
    visible,
    rows,
    hidden,
  );
  const gradient = realProduct(transpose(fantasy, chains, visible), weighted[1], data, visible, chains, hidden);

  const { hiddenOffset, visibleOffset } = model;
  if (shifts) {
    tieWeights(gradient, shifts, visible, hidden);
    for (const all of [db, hiddenOffset]) tie(all, shifts.length / visible);
    for (const all of [dc, spread]) tie(all, visible);
  }
  const centre = centred ? { hiddenOffset, visibleOffset, db, dc } : undefined;
  const lost = descendWeights(weights, gradient, visible, hidden, centre, descent, own, second);
  descendBiases(hiddenBias, db, lost.hidden, descent, own, second);
  if (settings.learned && real(kinds.visible)) {
    descendPrecisions(precision, spread, model.most, mus, lost.visible, descent, own, second);
  }
  descendBiases(visibleBias, dc, lost.visible, descent, own, second);
  if (shifts) {
    tie(hiddenBias.values, shifts.length / visible);
    tie(visibleBias.values, visible);
  }
}

/** Panels of so many units. */
export const panelsOf = (units: number) => roundUp(units, PANEL) / PANEL;
