/** Layers of any kind on plain row-major arrays, equal bit for bit to assembly/rbm/realUnits.ts and layered.ts. */

import { type Descent, descendBiases, descendPrecisions, descendWeights, type Learned } from './descent.js';
import { repeatRows } from './products.js';
import { rectifiedMean, rectifiedNormals } from './rectified.js';
import { normal, type Stream, uniform } from './streams.js';
import { PANEL, roundUp, sigmoid32, transpose } from './units.js';

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
  random: { hidden: Stream[]; visible: Stream[] };
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
  const { visible, hidden, kinds, weights, hiddenBias, visibleBias, precision, random } = model;
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
  const negative = Float32Array.from({ length: chains }, (_, m) => (persistent ? -total / chains : -factors[m]));

  const up = (x: Float32Array, count: number) =>
    realProduct(x, weights.values, repeatRows(hiddenBias.values, count), count, visible, hidden);
  let fantasy = persistent ? model.chains : v;
  for (let s = 0; s < settings.steps; s++) {
    const h = samplesOf(kinds.hidden, up(fantasy, chains), chains, hidden, hiddenWidths, random.hidden);
    const mirror = transpose(weights.values, visible, hidden);
    const inputs = realProduct(h, mirror, repeatRows(visibleBias.values, chains), chains, hidden, visible);
    fantasy = samplesOf(kinds.visible, inputs, chains, visible, visibleWidths, random.visible);
  }
  model.chains = fantasy;

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
  const centre = centred ? { hiddenOffset, visibleOffset, db, dc } : undefined;
  const lost = descendWeights(weights, gradient, visible, hidden, centre, settings, rate, second);
  descendBiases(hiddenBias, db, lost.hidden, settings, rate, second);
  if (settings.learned && real(kinds.visible)) {
    descendPrecisions(precision, spread, model.most, mus, lost.visible, settings, rate, second);
  }
  descendBiases(visibleBias, dc, lost.visible, settings, rate, second);
}

/** Panels of so many units. */
export const panelsOf = (units: number) => roundUp(units, PANEL) / PANEL;
