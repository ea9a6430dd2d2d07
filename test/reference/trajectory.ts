/**
 * Parallel trajectory tempering (Béreux et al. 2024) on plain arrays, equal bit for bit to assembly/rbm/trajectory.ts: the chains of a model and of models
 * that it has been, the newest first, exchange h where that keeps the product of their distributions.
 */

import type { Learner } from './binary.js';
import { exp } from './math.js';
import { product, repeatRows } from './products.js';
import { PANEL, roundUp, sampleUnits, sigmoid32, transpose } from './units.js';

/** A model that stands still. */
export interface PastModel {
  weights: Float32Array;
  hiddenBias: Float32Array;
  visibleBias: Float32Array;
}

export interface Trajectory {
  past: PastModel[];
  /** Most models, the one that learns among them. */
  most: number;
  /** Exchanges of k with k + 1 that succeeded and were tried. */
  swaps: [done: number, tries: number][];
  /** The same of 0 with 1, since the last look at them. */
  window: [done: number, tries: number];
}

/** Σ over panels of 20 units of Σ_j bit_j·x_j, apart: one number a panel. */
function overlap(bits: ArrayLike<number>, x: ArrayLike<number>): number[] {
  const sums: number[] = [];
  for (let first = 0; first < bits.length; first += PANEL) {
    let sum = 0;
    for (let j = first; j < Math.min(first + PANEL, bits.length); j++) if (bits[j]) sum += x[j];
    sums.push(sum);
  }
  return sums;
}

/**
 * `steps` Gibbs steps of all chains; `turn` counts those of the epoch. model.chains is [models·apart, visible], apart = chains rounded up to 4.
 * @returns v of the model that learns, [chains, visible]
 */
export function trajectorySteps(
  model: Learner,
  trajectory: Trajectory,
  chains: number,
  steps: number,
  turn: number,
): Uint8Array {
  const { visible, hidden, random } = model;
  const apart = roundUp(chains, 4);
  const now: PastModel = {
    weights: model.weights.values,
    hiddenBias: model.hiddenBias.values,
    visibleBias: model.visibleBias.values,
  };
  const rowsOf = (bits: Uint8Array, k: number, units: number) => bits.slice(k * apart * units, (k + 1) * apart * units);
  for (let s = 0; s < steps; s++) {
    const odd = (turn + s) % 2;
    let models = [now, ...trajectory.past];
    const inputsBy = (m: PastModel, v: Uint8Array) =>
      product(v, m.weights, repeatRows(m.hiddenBias, apart), apart, visible, hidden);
    const v = models.map((_, k) => rowsOf(model.chains, k, visible));
    const x = models.map((m, k) => inputsBy(m, v[k]));
    // a panel's stream serves one model after another
    let h = x.map((inputs) => inputs.map(sigmoid32)).map((means) => sampleUnits(means, apart, hidden, random.hidden));

    /** -E of chain m of replica k by a model, panel by panel. */
    const minusEnergy = (by: PastModel, inputs: Float32Array, k: number, m: number) => [
      ...overlap(h[k].subarray(m * hidden, (m + 1) * hidden), inputs.subarray(m * hidden, (m + 1) * hidden)),
      ...overlap(v[k].subarray(m * visible, (m + 1) * visible), by.visibleBias),
    ];
    for (let k = odd; k + 1 < models.length; k += 2) {
      const numbers = random.swaps.fill(apart / 4);
      const low = inputsBy(models[k + 1], v[k]);
      const high = inputsBy(models[k], v[k + 1]);
      for (let m = 0; m < chains; m++) {
        const own = [minusEnergy(models[k], x[k], k, m), minusEnergy(models[k + 1], x[k + 1], k + 1, m)];
        const cross = [minusEnergy(models[k + 1], low, k, m), minusEnergy(models[k], high, k + 1, m)];
        let gain = 0;
        own[0].forEach((_, p) => {
          gain += cross[0][p] + cross[1][p] - (own[0][p] + own[1][p]);
        });
        const accepted = numbers[m] / 2 ** 32 < exp(gain);
        trajectory.swaps[k][1]++;
        if (k === 0) trajectory.window[1]++;
        if (!accepted) continue;
        trajectory.swaps[k][0]++;
        if (k === 0) trajectory.window[0]++;
        const kept = h[k].slice(m * hidden, (m + 1) * hidden);
        h[k].set(h[k + 1].subarray(m * hidden, (m + 1) * hidden), m * hidden);
        h[k + 1].set(kept, m * hidden);
      }
    }
    h = watched(trajectory, now, h, chains);
    models = [now, ...trajectory.past];

    const all = new Uint8Array(trajectory.most * apart * visible);
    models.forEach((m, k) => {
      const mirror = transpose(m.weights, visible, hidden);
      const means = product(h[k], mirror, repeatRows(m.visibleBias, apart), apart, hidden, visible).map(sigmoid32);
      const rows = k === 0 ? chains : apart;
      all.set(sampleUnits(means.slice(0, rows * visible), rows, visible, random.visible), k * apart * visible);
    });
    model.chains = all;
  }
  return model.chains.slice(0, chains * visible);
}

/** After a turn with fewer than half of its exchanges, the model now is kept as the newest past one; h of all models, then. */
function watched(trajectory: Trajectory, now: PastModel, h: Uint8Array[], chains: number): Uint8Array[] {
  const [done, tries] = trajectory.window;
  if (tries < chains) return h;
  trajectory.window = [0, 0];
  if (2 * done >= tries) return h;
  const rate = ([succeeded, tried]: [number, number]) => (tried === 0 ? 0 : succeeded / tried);
  const { past, swaps, most } = trajectory;
  const rows = [...h];
  if (past.length + 1 === most) {
    // of all but the oldest, the one that exchanges best with both neighbours goes
    let out = 1;
    for (let j = 1; j + 1 < most; j++) {
      if (rate(swaps[j - 1]) * rate(swaps[j]) > rate(swaps[out - 1]) * rate(swaps[out])) out = j;
    }
    past.splice(out - 1, 1);
    rows.splice(out, 1);
    swaps.splice(out - 1, 2, [0, 0]);
  }
  past.unshift({
    weights: now.weights.slice(),
    hiddenBias: now.hiddenBias.slice(),
    visibleBias: now.visibleBias.slice(),
  });
  rows.unshift(h[0].slice());
  swaps.unshift([0, 0]);
  while (swaps.length < most) swaps.push([0, 0]);
  return rows;
}
