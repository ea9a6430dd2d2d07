/**
 * An epoch of CD-1 (Hinton 2002) on plain row-major arrays, equal bit for bit to assembly/rbm/cd1.ts:
 *   h⁺ ~ p(h|v),  v⁻ ~ p(v|h⁺),  ΔW ∝ ⟨v p(h|v)⟩ - ⟨v⁻ p(h|v⁻)⟩,  Δb ∝ ⟨p(h|v)⟩ - ⟨p(h|v⁻)⟩,  Δc ∝ ⟨v⟩ - ⟨v⁻⟩.
 */

import { product, repeatRows } from './products.js';
import { type Stream, streams } from './streams.js';
import { countUnits, PANEL, roundUp, sampleUnits, sigmoid32, transpose } from './units.js';
import { sumRows, updateBias, updateWeights } from './update.js';

const { fround } = Math;

/** Parameters and their velocities; changed in place. */
export interface Model {
  visible: number;
  hidden: number;
  /** W and its velocity, [visible, hidden]. */
  weights: Float32Array;
  velocity: Float32Array;
  hiddenBias: Float32Array;
  hiddenVelocity: Float32Array;
  visibleBias: Float32Array;
  visibleVelocity: Float32Array;
}

export interface Settings {
  /** Rows of a minibatch. */
  batch: number;
  rate: number;
  momentum: number;
  /** L1 shrinkage a step. */
  lambda: number;
}

/** The streams of an epoch: one for every 20 units. */
export interface UnitStreams {
  hidden: Stream[];
  visible: Stream[];
}

export function unitStreams(model: Model, hiddenKey: bigint, visibleKey: bigint): UnitStreams {
  return {
    hidden: streams(hiddenKey, roundUp(model.hidden, PANEL) / PANEL),
    visible: streams(visibleKey, roundUp(model.visible, PANEL) / PANEL),
  };
}

/**
 * One pass over the data.
 * @param data [samples, visible], entries 0 or 1
 * @param order the order in which the rows are taken
 */
export function epoch(
  model: Model,
  data: Uint8Array,
  order: Uint32Array,
  settings: Settings,
  random: UnitStreams,
): void {
  for (let start = 0; start < order.length; start += settings.batch) {
    const chosen = order.subarray(start, start + settings.batch);
    const v = new Uint8Array(chosen.length * model.visible);
    chosen.forEach((row, r) => {
      v.set(data.subarray(row * model.visible, (row + 1) * model.visible), r * model.visible);
    });
    minibatch(model, v, chosen.length, settings, random);
  }
}

/** One step: v is [rows, visible]. */
function minibatch(model: Model, v: Uint8Array, rows: number, settings: Settings, random: UnitStreams): void {
  const { visible, hidden, weights } = model;
  const rate = fround(fround(settings.rate) / rows);
  const momentum = fround(settings.momentum);

  const meansOfHidden = (bits: Uint8Array) =>
    product(bits, weights, repeatRows(model.hiddenBias, rows), rows, visible, hidden).map(sigmoid32);

  const plus = meansOfHidden(v);
  const h = sampleUnits(plus, rows, hidden, random.hidden);
  const mirror = transpose(weights, visible, hidden);
  const inputs = product(h, mirror, repeatRows(model.visibleBias, rows), rows, hidden, visible);
  const fantasy = sampleUnits(inputs.map(sigmoid32), rows, visible, random.visible);
  const minus = meansOfHidden(fantasy).map((p) => -p);

  // vᵀP⁺ - v⁻ᵀP⁻ is one product: for each visible unit, its bits in v, then those in v⁻, times P⁺ above -P⁻
  const padded = roundUp(rows, 4);
  const bits = new Uint8Array(visible * 2 * padded);
  for (let i = 0; i < visible; i++) {
    for (let r = 0; r < rows; r++) {
      bits[i * 2 * padded + r] = v[r * visible + i];
      bits[i * 2 * padded + padded + r] = fantasy[r * visible + i];
    }
  }
  const means = new Float32Array(2 * padded * hidden);
  means.set(plus);
  means.set(minus, padded * hidden);
  const gradient = product(bits, means, new Float32Array(visible * hidden), visible, 2 * padded, hidden);

  updateWeights(gradient, model.velocity, weights, rate, momentum, fround(settings.lambda));
  const zero = new Float32Array(hidden);
  const sums = sumRows(means, 2 * padded, hidden);
  updateBias(sums, zero, model.hiddenVelocity, model.hiddenBias, rate, momentum);
  const seen = countUnits(v, rows, visible);
  const dreamt = countUnits(fantasy, rows, visible);
  updateBias(seen, dreamt, model.visibleVelocity, model.visibleBias, rate, momentum);
}
