/**
 * A population of weighted chains on plain arrays, equal bit for bit to assembly/rbm/population.ts: how chains that are distributed by one model stand for
 * the next one, log w_m ← log w_m + δ_m, δ_m = F_θ(v_m) - F_θ'(v_m).
 */

import { exp } from './math.js';
import { log4 } from './replicaClusters.js';
import type { Stream } from './streams.js';
import { exp32, PANEL } from './units.js';

const { fround } = Math;

const KEEP = 0.9;
const MAX_SPREAD = 0.1;
const RECOVERY = fround(1.1);
const CUT = 0.1;

export interface Population {
  /** log w, one per chain. */
  logWeights: Float64Array;
  /** -F of each chain by the model by which it was drawn last. */
  before: number[];
  /** Var δ beyond which the next steps are slower, f32; 0 for none. */
  limit: number;
  /** Share of the rate, f32. */
  pace: number;
  /** Steps, and how many of them resampled; sums of the effective share and of the pace, f32. */
  turns: number;
  resampled: number;
  effective: number;
  paces: number;
}

/** Σ_j softplus(x_j) over a panel of 20 units: lanes of f32, then f64. Units past the last have x = -∞. */
export function softplusSum(x: ArrayLike<number>): number {
  const lanes = [0, 1, 2, 3].map((lane) => {
    let sum = 0;
    let product = 1;
    for (let j = lane; j < PANEL; j += 4) {
      const input = j < x.length ? x[j] : -Infinity;
      sum = fround(sum + Math.max(input, 0));
      product = fround(product * fround(1 + exp32(-Math.abs(input))));
    }
    return fround(sum + log4(product));
  });
  return lanes[0] + lanes[1] + (lanes[2] + lanes[3]);
}

/** The same over a panel of 40 units whose inputs come eight at a time, as in assembly/rbm/fixed16Population.ts. */
export function softplusSumOfForty(x: ArrayLike<number>): number {
  const lanes = [0, 1, 2, 3].map((lane) => {
    let sum = 0;
    let product = 1;
    for (let j = lane; j < 40; j += 8) {
      const two = [j, j + 4].map((k) => (k < x.length ? x[k] : -Infinity));
      sum = fround(sum + fround(Math.max(two[0], 0) + Math.max(two[1], 0)));
      for (const input of two) product = fround(product * fround(1 + exp32(-Math.abs(input))));
    }
    return fround(sum + log4(product));
  });
  return lanes[0] + lanes[1] + (lanes[2] + lanes[3]);
}

/** Units of a panel, and how their softplus are summed. */
export interface PanelSum {
  units: number;
  softplus: (x: ArrayLike<number>) => number;
}

export const TWENTY: PanelSum = { units: PANEL, softplus: softplusSum };
export const FORTY: PanelSum = { units: 40, softplus: softplusSumOfForty };

/** -F(v) = Σ_j softplus(x_j) + c·v of each row, panel by panel. */
export function minusFree(
  x: Float32Array,
  v: Uint8Array,
  visibleBias: Float32Array,
  rows: number,
  hidden: number,
  visible: number,
): number[] {
  return Array.from({ length: rows }, (_, r) => {
    let free = 0;
    for (let first = 0; first < hidden; first += PANEL) {
      free += softplusSum(x.subarray(r * hidden + first, r * hidden + Math.min(first + PANEL, hidden)));
    }
    for (let first = 0; first < visible; first += PANEL) {
      let sum = 0;
      for (let i = first; i < Math.min(first + PANEL, visible); i++) if (v[r * visible + i]) sum += visibleBias[i];
      free += sum;
    }
    return free;
  });
}

/** The weights after a step, total·w/Σw, of v as it is now; h of the chains, [chains, hidden], is resampled where they have become too uneven. `brake` is the factor of the velocities. */
export function weigh(
  population: Population,
  after: number[],
  h: Uint8Array | Float32Array,
  hidden: number,
  stream: Stream,
): { shares: (total: number) => number[]; brake: number } {
  const { logWeights, before, limit } = population;
  const chains = after.length;
  const deltas = after.map((free, m) => free - before[m]);
  let [sum, mean, square] = [0, 0, 0];
  deltas.forEach((delta, m) => {
    const w = exp(logWeights[m]);
    sum += w;
    mean += w * delta;
    square += w * (delta * delta);
  });
  mean /= sum;
  const spread = square / sum - mean * mean;
  const gain = spread > MAX_SPREAD ? Math.sqrt(MAX_SPREAD / spread) : 1;

  deltas.forEach((delta, m) => {
    logWeights[m] += gain * delta;
  });
  const most = logWeights.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = Array.from(logWeights, (log, m) => {
    logWeights[m] = log - most;
    return exp(log - most);
  });
  const all = weights.reduce((a, w) => a + w, 0);
  const effective = (all * all) / (weights.reduce((a, w) => a + w * w, 0) * chains);
  const again = effective < KEEP;
  if (again) {
    resample(weights, all, h, hidden, stream);
    logWeights.fill(0);
  }

  let brake = 1;
  if (limit > 0 && spread > limit) {
    brake = fround(Math.max(CUT, Math.sqrt(limit / spread)));
    population.pace = fround(population.pace * brake);
  } else population.pace = Math.min(1, fround(population.pace * RECOVERY));
  population.turns++;
  if (again) population.resampled++;
  population.effective = fround(population.effective + fround(effective));
  population.paces = fround(population.paces + population.pace);
  const shares = (total: number) => weights.map((w) => fround(total * (w / all)));
  return { shares, brake };
}

/** Systematic resampling in place: chains that are given up take the h of those that count more than once. */
function resample(weights: number[], all: number, h: Uint8Array | Float32Array, hidden: number, stream: Stream): void {
  const chains = weights.length;
  const u = stream.fill(1)[0] / 2 ** 32;
  let [cumulated, taken] = [0, 0];
  const counts = weights.map((w, m) => {
    cumulated += w / all;
    let count = 0;
    for (; taken < chains && taken + u < cumulated * chains; taken++) count++;
    return m + 1 < chains ? count : count + chains - taken;
  });
  const free = counts.flatMap((count, m) => (count === 0 ? [m] : []));
  counts.forEach((count, m) => {
    for (let more = count; more > 1; more--) {
      h.copyWithin((free.shift() as number) * hidden, m * hidden, (m + 1) * hidden);
    }
  });
}
