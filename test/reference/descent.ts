/** A step along a gradient (assembly/rbm/descent.ts) in f32, one number at a time: momentum, Nesterov or Adam; centring, L2, L1, a bound on norms. */

import { exp32, PANEL } from './units.js';
import { shrink } from './update.js';

const { fround } = Math;

const BETA = fround(0.999);
const EPSILON = fround(1e-8);

export interface Descent {
  optimiser: 'momentum' | 'nesterov' | 'adam';
  momentum: number;
  /** L1 shrinkage a step. */
  lambda: number;
  /** L2. */
  decay: number;
  /** Of the norm of a column, 0 for none. */
  limit: number;
}

/** Numbers that are learned, with their momentum and second moments; changed in place. */
export interface Learned {
  values: Float32Array;
  velocity: Float32Array;
  square: Float32Array;
}

/** What number k becomes along its gradient g; with Adam `rate` is rate/(1 - mᵗ) and `second` 1/(1 - βᵗ). */
function moved(at: Learned, k: number, g: number, step: Descent, rate: number, second: number, lambda: number): number {
  const { values, velocity, square } = at;
  const m = fround(step.momentum);
  const before = fround(m * velocity[k]);
  if (step.optimiser === 'adam') {
    velocity[k] = before + fround(fround(1 - m) * g);
    square[k] = fround(BETA * square[k]) + fround(fround(1 - BETA) * fround(g * g));
    const d = fround(fround(Math.sqrt(fround(fround(second) * square[k]))) + EPSILON);
    const by = fround(fround(fround(rate) * velocity[k]) / d);
    return shrink(fround(values[k] + by), fround(fround(lambda) / d));
  }
  const pull = fround(fround(rate) * g);
  velocity[k] = before + pull;
  const by = step.optimiser === 'nesterov' ? fround(fround(m * velocity[k]) + pull) : velocity[k];
  return shrink(fround(values[k] + by), fround(lambda));
}

/** The offsets about which a centred step is taken, and the gradients of the biases. */
export interface Centre {
  hiddenOffset: Float32Array;
  visibleOffset: Float32Array;
  db: Float32Array;
  dc: Float32Array;
}

/**
 * Moves W, row-major [visible, hidden]; with a centre the answer is what the biases lose by it, ΔWᵀμ and ΔWλ.
 */
export function descendWeights(
  weights: Learned,
  gradient: Float32Array,
  visible: number,
  hidden: number,
  centre: Centre | undefined,
  step: Descent,
  rate: number,
  second: number,
): { hidden: Float32Array; visible: Float32Array } {
  const before = weights.values.slice();
  const after = before.map((w, k) => {
    const [i, j] = [Math.floor(k / hidden), k % hidden];
    let g = gradient[k];
    if (centre) {
      g = fround(g - fround(centre.visibleOffset[i] * centre.db[j]));
      g = fround(g - fround(centre.hiddenOffset[j] * centre.dc[i]));
    }
    g = fround(g - fround(fround(step.decay) * w));
    return moved(weights, k, g, step, rate, second, step.lambda);
  });
  if (step.limit > 0) boundNorms(after, visible, hidden, fround(step.limit));
  weights.values.set(after);
  const lost = { hidden: new Float32Array(hidden), visible: new Float32Array(visible) };
  if (!centre) return lost;
  const change = after.map((w, k) => w - before[k]);
  change.forEach((d, k) => {
    lost.hidden[k % hidden] += fround(centre.visibleOffset[Math.floor(k / hidden)] * d);
  });
  for (let i = 0; i < visible; i++) {
    for (let first = 0; first < hidden; first += PANEL) {
      // four running sums over a panel of 20 units
      const lanes = new Float32Array(4);
      for (let j = first; j < Math.min(first + PANEL, hidden); j++) {
        lanes[j % 4] += fround(change[i * hidden + j] * centre.hiddenOffset[j]);
      }
      lost.visible[i] += fround(fround(lanes[0] + lanes[1]) + fround(lanes[2] + lanes[3]));
    }
  }
  return lost;
}

/** Columns longer than `limit` are shortened to it, in place. */
function boundNorms(weights: Float32Array, visible: number, hidden: number, limit: number): void {
  for (let j = 0; j < hidden; j++) {
    let sum = 0;
    for (let i = 0; i < visible; i++) sum = fround(sum + fround(weights[i * hidden + j] ** 2));
    const norm = fround(Math.sqrt(sum));
    if (!(norm > limit)) continue;
    const factor = fround(limit / norm);
    for (let i = 0; i < visible; i++) weights[i * hidden + j] *= factor;
  }
}

/** Moves biases, then by -lost; no penalty. */
export function descendBiases(
  biases: Learned,
  gradient: Float32Array,
  lost: Float32Array,
  step: Descent,
  rate: number,
  second: number,
): void {
  biases.values.forEach((_, k) => {
    biases.values[k] = moved(biases, k, gradient[k], step, rate, second, 0) - lost[k];
  });
}

/**
 * Moves precisions along -(γ/2)·spread, the gradient of log γ, up to `most`; what the biases lose is lessened by Δγ·μ if there are offsets μ.
 * @param gamma its values are γ, its velocities those of log γ
 */
export function descendPrecisions(
  gamma: Learned,
  spread: Float32Array,
  most: Float32Array,
  mus: Float32Array | undefined,
  lost: Float32Array,
  step: Descent,
  rate: number,
  second: number,
): void {
  const { values, velocity, square } = gamma;
  const rest = { values: new Float32Array(values.length), velocity, square };
  values.forEach((before, i) => {
    const g = fround(fround(-0.5 * before) * spread[i]);
    const by = moved(rest, i, g, step, rate, second, 0);
    values[i] = Math.min(fround(before * exp32(by)), most[i]);
    if (mus) lost[i] -= fround(fround(values[i] - before) * mus[i]);
  });
}
