/**
 * Maximum likelihood on plain row-major arrays, equal bit for bit to assembly/rbm/binary.ts for the algorithms with chains:
 *   gradient = Σ_r a_r s(v_r) - S ⟨s⟩,  s(v) = v p(h|v)ᵀ, v, p(h|v),  a_r = weight_r/rows,  S = Σ a_r.
 */

import { type Descent, descendBiases, descendWeights, type Learned } from './descent.js';
import { exp } from './math.js';
import { minusFree, type Population, weigh } from './population.js';
import { product, repeatRows } from './products.js';
import { EVERY, moveChains, movedAtATime, type Proposals } from './proposals.js';
import type { Stream } from './streams.js';
import { type Trajectory, trajectorySteps } from './trajectory.js';
import { PANEL, roundUp, sampleUnits, sigmoid32, transpose } from './units.js';

const { fround } = Math;

const SLIDE = fround(0.01);

export interface Learner {
  visible: number;
  hidden: number;
  weights: Learned;
  hiddenBias: Learned;
  visibleBias: Learned;
  /** λ and μ. */
  hiddenOffset: Float32Array;
  visibleOffset: Float32Array;
  /** c₀, the visible biases at β = 0. */
  visibleBase: Float32Array;
  /** Chains, [replicas·(chains rounded up to 4), visible]. */
  chains: Uint8Array;
  /** Exchanges done, one a pair of neighbours. */
  swaps: number[];
  random: { hidden: Stream[]; visible: Stream[]; swaps: Stream };
  /** Hidden units of the chains, drawn with P⁻ and waiting for the next minibatch. */
  drawn?: Uint8Array;
  /** The weights of the chains, if they have any, and where they may move. */
  population?: Population;
  proposals?: Proposals;
  /** The models that this one has been, if they temper its chains. */
  trajectory?: Trajectory;
}

export interface LearnerSettings extends Descent {
  algorithm: 'contrastive' | 'persistent';
  batch: number;
  steps: number;
  chains: number;
  /** f32, the first 1; [1] without tempering. */
  betas: Float32Array;
  centred: boolean;
  target: number;
  cost: number;
  /** Weights of the rows of data. */
  importance?: Float32Array;
}

/** Inputs of the hidden units, b + vW. */
function up({ weights, hiddenBias, visible, hidden }: Learner, v: Uint8Array, rows: number): Float32Array {
  return product(v, weights.values, repeatRows(hiddenBias.values, rows), rows, visible, hidden);
}

/** Inputs of the visible units, c + Wh. */
function down({ weights, visibleBias, visible, hidden }: Learner, h: Uint8Array, rows: number): Float32Array {
  const mirror = transpose(weights.values, visible, hidden);
  return product(h, mirror, repeatRows(visibleBias.values, rows), rows, hidden, visible);
}

/** β_r·x_r + (1 - β_r)·base, rows of x in replicas of `apart` rows. */
function temper(x: Float32Array, units: number, base: Float32Array, betas: Float32Array, apart: number): Float32Array {
  return x.map((input, k) => {
    const beta = betas[Math.floor(k / units / apart)];
    return fround(beta * input) + fround(fround(1 - beta) * base[k % units]);
  });
}

/** -(E - E₀) = (c - c₀)·v + h·x of each row, panel by panel of 20 units: [panels][rows]. */
function overlaps(model: Learner, v: Uint8Array, h: Uint8Array, x: Float32Array, rows: number): number[][] {
  const { visible, hidden, visibleBias, visibleBase } = model;
  const difference = visibleBias.values.map((c, i) => c - visibleBase[i]);
  const sums = (units: number, held: (row: number, unit: number) => number) => {
    const panels: number[][] = [];
    for (let first = 0; first < units; first += PANEL) {
      const panel: number[] = [];
      for (let r = 0; r < rows; r++) {
        let sum = 0;
        for (let j = first; j < Math.min(first + PANEL, units); j++) sum += held(r, j);
        panel.push(sum);
      }
      panels.push(panel);
    }
    return panels;
  };
  return [
    ...sums(hidden, (r, j) => (h[r * hidden + j] ? x[r * hidden + j] : 0)),
    ...sums(visible, (r, i) => (v[r * visible + i] ? difference[i] : 0)),
  ];
}

/** Neighbours on the ladder exchange h: pairs (k, k + 1) with k odd, or even. */
function exchange(
  model: Learner,
  settings: LearnerSettings,
  v: Uint8Array,
  h: Uint8Array,
  x: Float32Array,
  odd: number,
) {
  const { hidden } = model;
  const { betas, chains } = settings;
  const apart = roundUp(chains, 4);
  const overlap = overlaps(model, v, h, x, apart * betas.length);
  for (let k = odd; k + 1 < betas.length; k += 2) {
    const numbers = model.random.swaps.fill(apart / 4);
    for (let m = 0; m < chains; m++) {
      const [low, high] = [k * apart + m, (k + 1) * apart + m];
      const gain = overlap.reduce((sum, panel) => sum + (panel[high] - panel[low]), 0);
      if (!(numbers[m] / 2 ** 32 < exp((betas[k] - betas[k + 1]) * gain))) continue;
      model.swaps[k]++;
      for (let j = 0; j < hidden; j++) {
        [h[low * hidden + j], h[high * hidden + j]] = [h[high * hidden + j], h[low * hidden + j]];
      }
    }
  }
}

/** v after the Gibbs steps of `rows` chains; `first` is h of the first step, where it is known. `turn` counts the steps of the epoch. */
function gibbsSteps(
  model: Learner,
  settings: LearnerSettings,
  rows: number,
  turn: number,
  first: Uint8Array | undefined,
): Uint8Array {
  const { visible, hidden, random } = model;
  const { algorithm, betas, steps } = settings;
  const persistent = algorithm === 'persistent';
  const tempered = betas.length > 1;
  const apart = roundUp(rows, 4);
  const all = tempered ? apart * betas.length : rows;
  let v = persistent ? model.chains.slice(0, all * visible) : new Uint8Array(0);
  for (let s = 0; s < steps; s++) {
    let h: Uint8Array;
    if (s === 0 && first) h = first;
    else {
      const x = up(model, v, all);
      const inputs = tempered ? temper(x, hidden, new Float32Array(hidden), betas, apart) : x;
      h = sampleUnits(inputs.map(sigmoid32), all, hidden, random.hidden);
      if (tempered) exchange(model, settings, v, h, x, (turn + s) % 2);
    }
    const x = down(model, h, all);
    const means = (tempered ? temper(x, visible, model.visibleBase, betas, apart) : x).map(sigmoid32);
    v = new Uint8Array(all * visible);
    v.set(sampleUnits(means.slice(0, rows * visible), rows, visible, random.visible));
    if (tempered)
      v.set(sampleUnits(means.slice(apart * visible), all - apart, visible, random.visible), apart * visible);
  }
  if (persistent) model.chains.set(v);
  return v.slice(0, rows * visible);
}

/** v of the model's side; `inputs` are those of the hidden units given the minibatch, the b-th of the epoch. */
function modelSide(
  model: Learner,
  settings: LearnerSettings,
  inputs: Float32Array,
  rows: number,
  b: number,
): { v: Uint8Array; weighed?: ReturnType<typeof weigh> } {
  const { hidden, visible, random, trajectory, population, proposals } = model;
  const turn = b * settings.steps;
  if (trajectory) return { v: trajectorySteps(model, trajectory, rows, settings.steps, turn) };
  if (settings.algorithm === 'contrastive') {
    const first = sampleUnits(inputs.map(sigmoid32), rows, hidden, random.hidden);
    return { v: gibbsSteps(model, settings, rows, turn, first) };
  }
  if (!population) return { v: gibbsSteps(model, settings, rows, turn, turn > 0 ? model.drawn : undefined) };

  // the chains as they are, weighed for the step before; then they move
  const moved = b % EVERY === 0 ? Math.min(movedAtATime(rows), rows, inputs.length / hidden) : 0;
  const proposed = sampleUnits(inputs.slice(0, moved * hidden).map(sigmoid32), moved, hidden, random.hidden);
  const free = (x: Float32Array, v: Uint8Array) => minusFree(x, v, model.visibleBias.values, rows, hidden, visible);
  const v = model.chains.slice(0, rows * visible);
  const x = up(model, v, rows);
  const h = sampleUnits(x.map(sigmoid32), rows, hidden, random.hidden);
  const weighed = weigh(population, free(x, v), h, hidden, random.swaps);
  if (proposals && moved > 0) {
    const inputsDown = (states: Uint8Array, count: number) => down(model, states, count);
    moveChains(proposals, h, proposed, inputs, model.hiddenBias.values, visible, inputsDown, random.swaps);
  }
  const next = gibbsSteps(model, settings, rows, turn, h);
  population.before = free(up(model, next, rows), next);
  return { v, weighed };
}

/** One minibatch: v is [rows, visible], `chosen` the places of its rows in the data, b its number in the epoch. */
export function minibatch(
  model: Learner,
  v: Uint8Array,
  chosen: Uint32Array,
  settings: LearnerSettings,
  b: number,
  rate: number,
  second: number,
): void {
  const { visible, hidden } = model;
  const { algorithm, importance, centred } = settings;
  const rows = chosen.length;
  const padded = roundUp(rows, 4);
  const chains = algorithm === 'contrastive' ? rows : settings.chains;
  const both = padded + roundUp(chains, 4);

  const share = fround(1 / rows);
  const factors = new Float32Array(both);
  let total = 0;
  chosen.forEach((row, r) => {
    factors[r] = importance ? importance[row] * share : share;
    total = fround(total + factors[r]);
  });
  if (!importance) total = 1;
  for (let m = 0; m < chains; m++) factors[padded + m] = algorithm === 'contrastive' ? -factors[m] : -total / chains;

  const inputs = up(model, v, rows);
  const plus = inputs.map(sigmoid32);
  const { v: fantasy, weighed } = modelSide(model, settings, inputs, chains, b);
  weighed?.shares(total).forEach((share, m) => {
    factors[padded + m] = -share;
  });
  const bits = new Uint8Array(visible * both);
  for (let i = 0; i < visible; i++) {
    for (let r = 0; r < rows; r++) bits[i * both + r] = v[r * visible + i];
    for (let m = 0; m < chains; m++) bits[i * both + padded + m] = fantasy[m * visible + i];
  }
  const dc = product(bits, factors, new Float32Array(visible), visible, both, 1);

  const means = new Float32Array(both * hidden);
  means.set(plus);
  const minus = up(model, fantasy, chains).map(sigmoid32);
  means.set(minus, padded * hidden);
  const { population } = model;
  if (algorithm === 'persistent' && settings.betas.length === 1 && !model.trajectory && !population) {
    model.drawn = sampleUnits(minus, chains, hidden, model.random.hidden);
  }
  for (let j = 0; j < hidden; j++) {
    let q = 0;
    for (let r = 0; r < rows; r++) q = fround(q + fround(factors[r] * plus[r * hidden + j]));
    q = fround(q / total);
    const before = model.hiddenOffset[j];
    if (centred) model.hiddenOffset[j] = before + fround(SLIDE * fround(q - before));
    if (!(settings.cost > 0)) continue;
    const strength = fround(fround(settings.cost) * fround(q - fround(settings.target)));
    for (let r = 0; r < rows; r++) {
      const p = plus[r * hidden + j];
      means[r * hidden + j] = p - fround(strength * fround(p * fround(1 - p)));
    }
  }
  const weighted = means.map((p, k) => factors[Math.floor(k / hidden)] * p);
  const gradient = product(bits, weighted, new Float32Array(visible * hidden), visible, both, hidden);
  const db = new Float32Array(hidden);
  weighted.forEach((p, k) => {
    db[k % hidden] += p;
  });

  const { hiddenOffset, visibleOffset } = model;
  const centre = centred ? { hiddenOffset, visibleOffset, db, dc } : undefined;
  // a step too long slows down this one
  const pace = population ? population.pace : 1;
  const descent = weighed
    ? {
        ...settings,
        momentum: fround(fround(settings.momentum) * weighed.brake),
        lambda: fround(fround(settings.lambda) * pace),
      }
    : settings;
  const own = fround(pace * rate);
  const lost = descendWeights(model.weights, gradient, visible, hidden, centre, descent, own, second);
  descendBiases(model.hiddenBias, db, lost.hidden, descent, own, second);
  descendBiases(model.visibleBias, dc, lost.visible, descent, own, second);
}
