// Learning by maximum likelihood for an RBM of any two layers (realUnits.ts), several minibatches a call, by one thread or several: what binary.ts
// is for bits, with numbers for states.
//
//   gradient = Σ_r a_r s(v_r) - S ⟨s⟩,   s(v) = v ⟨h|v⟩ᵀ, v, ⟨h|v⟩, and -(v - μ)²/2 for the precisions of real visible units
//
// with a_r = weight_r/rows, S = Σ a_r, and ⟨s⟩ from chains that start at the minibatch (CD-k) or go on from one to the next (PCD-k), with weights if there
// is a population of them (population.ts). Data may be any numbers that are means of the visible units, such as probabilities. Threads divide panels,
// with barriers, as in binary.ts.
//
// The free energy by which a population is weighed, of any two layers, units of v with precision γ if they are real:
//   -F(v) = Σ_i v_i(c_i - γ_i v_i/2) + Σ_j log Σ_h e^{h(b + vW)_j}
//
// Its ⟨s⟩ is the weighted mean over v as the step before left it, and its δ = F - F' after the step is that of the next v, which the step has not seen: a step
// lowers the probability of the very v that it is made of, by rate·Var(s)/chains, and more so in one mode than in another where Var(s) is large, as in sharp
// ones of real units. With the same v for both, a mode of 0.3 of the data ended at 0.98 (two Gaussians in 8 dimensions, 200 chains).
//
// With `sites` the weights are tied over translations of a torus (src/rbm/model/symmetric.ts): hidden unit k·translations + s is filter k shifted by s,
// gradients become their means over s before the step, and equal parameters take equal steps. What is summed in another order for each unit is made
// equal afterwards.
//
// Padded units have bias 0, and whatever they are asked for is 0 (realUnits.ts), so that they learn nothing.

import { Step, descendBias, descendPanel, descendPrecision } from './descent';
import { PANEL, ROW, fillRows } from './panel';
import { Population, weighPopulation } from './population';
import {
  GAUSSIAN, layerLogSums, layerMeans, layerOwnSums, layerSamples, realProduct, weightedMoments,
} from './realUnits';
import { weighRows, weightedSum } from './rows';
import { sumRows } from './update';

// @ts-ignore: decorator
@external("env", "barrier") declare function barrier(): void;

/** Share of the minibatch in the running mean λ of the hidden units. */
const SLIDE: f32 = 0.01;

/** Where everything lies; filled in by src/rbm/engines/memory/numericLayout.ts. Padded sizes. */
@unmanaged export class NumericTraining {
  visible: u32; // units, multiples of 20
  hidden: u32;
  visibleUnits: u32; // without padding
  hiddenUnits: u32;
  visibleKind: u32; // realUnits.ts
  hiddenKind: u32;
  batch: u32; // rows of a full minibatch
  samples: u32; // rows that an epoch visits
  data: usize; // f32 [rows, visible]
  order: usize; // u32 [samples]
  importance: usize; // f32 [rows], weights of mean 1; 0 for none
  weights: usize; // W, panels [visible, hidden]
  mirror: usize; // Wᵀ, panels [hidden, visible]
  velocity: usize; // as W
  square: usize; // as W, with Adam
  hiddenBias: usize; // b, f32 [hidden]
  hiddenVelocity: usize;
  hiddenSquare: usize;
  hiddenOffset: usize; // λ
  hiddenWidth: usize; // 1/√γ, f32 [hidden]
  visibleBias: usize; // c, f32 [visible]
  visibleVelocity: usize;
  visibleSquare: usize;
  visibleOffset: usize; // μ
  visibleWidth: usize; // 1/√γ, f32 [visible]
  precision: usize; // γ, f32 [visible]
  precisionVelocity: usize;
  precisionSquare: usize;
  mostPrecision: usize;
  hiddenStreams: usize; // 64 bytes a panel
  visibleStreams: usize;
  persistent: u32;
  population: Population | null; // weights of the chains (population.ts), 0 for none
  resampleStream: usize;
  resampleNumbers: usize; // 16 bytes
  centred: u32;
  learned: u32; // whether precisions are
  steps: u32; // k
  chains: u32;
  values: usize; // v, f32 [batch, visible]
  chainValues: usize; // v⁻, f32 [chains, visible]
  nextValues: usize; // with a population: v⁻ of the next step,
  chainInputs: usize; // and the inputs b + v⁻W, panels [chains, hidden]
  states: usize; // h, f32 [chains, hidden]
  factors: usize; // f32 [batch + chains rounded up to 4]: a_r, then the weights of the chains, minus
  differences: usize; // dc, f32 [visible]
  spreads: usize; // f32 [visible]: Σ a (v - μ)² - S ⟨(v - μ)²⟩
  partials: usize; // f32 [panels of hidden units][visible]: ΔW λ
  rows: u32; // of the longest minibatch and of the chains, rounded up to 4
  means: usize; // per thread: P⁺ then P⁻, [2·rows, 20]
  scratch: usize; // per thread: 16 bytes, then 240 a row
  sums: usize; // per thread: four rows of 20
  gradient: usize; // per thread: a panel [visible, 20]
  sites: u32; // of the torus, 0 for none
  translations: u32; // hidden units per filter
  shifts: usize; // u32 [translations, sites]: site d shifted by s
  whole: usize; // with sites: the gradient, as W
  hiddenSums: usize; // with sites: db, f32 [hidden]
  corrections: usize; // f32 [minibatches][2]: rate and second of each step (descent.ts)
}

/** a_r into `factors`, and then the weights of the chains, minus; returns S. */
function weigh(t: NumericTraining, order: usize, rows: u32, chains: u32): f32 {
  const share = <f32>1 / <f32>rows;
  let total: f32 = 0;
  for (let r: u32 = 0; r < rows; r++) {
    const row = <usize>load<u32>(order + ((<usize>r) << 2));
    const a = t.importance ? load<f32>(t.importance + (row << 2)) * share : share;
    total += a;
    store<f32>(t.factors + ((<usize>r) << 2), a);
  }
  const all = t.importance ? total : <f32>1;
  if (t.population) return all; // thread 0 writes those of the chains when it knows them
  for (let m: u32 = 0; m < chains; m++) {
    const own = t.persistent ? all / <f32>chains : load<f32>(t.factors + ((<usize>m) << 2));
    store<f32>(t.factors + ((<usize>(rows + m)) << 2), -own);
  }
  return all;
}

/** Real units of panel `p`. */
// @ts-ignore: decorator
@inline function unitsIn(p: u32, units: u32): u32 {
  return min(PANEL, units - p * PANEL);
}

/** Inputs b + vW of a panel of hidden units into `inputs`. */
function inputsUp(t: NumericTraining, p: u32, v: usize, rows: u32, inputs: usize): void {
  fillRows(inputs, rows, t.hiddenBias + <usize>p * ROW);
  realProduct(v, (<usize>t.visible) << 2, 4, rows, t.visibleUnits, t.weights + <usize>p * <usize>t.visible * ROW, inputs);
}

/** h of all chains given the inputs of a panel. */
function sampleHidden(t: NumericTraining, p: u32, rows: u32, inputs: usize, scratch: usize): void {
  layerSamples(
    t.hiddenKind, inputs, rows, unitsIn(p, t.hiddenUnits), t.hiddenWidth + <usize>p * ROW, t.hiddenStreams + ((<usize>p) << 6), scratch,
    t.states + <usize>p * ROW, (<usize>t.hidden) << 2,
  );
}

/** Bytes of the shares of a panel in -F of the chains. */
// @ts-ignore: decorator
@inline function lineOfChains(t: NumericTraining): usize {
  return (<usize>((t.chains + 3) & ~3)) << 3;
}

/** Where a population keeps the inputs of a panel of hidden units. */
// @ts-ignore: decorator
@inline function inputsOf(t: NumericTraining, p: u32): usize {
  return t.chainInputs + <usize>p * (<usize>t.chains * ROW);
}

/** The share of a panel of hidden units in -F of the chains, by their inputs. */
function freeHidden(t: NumericTraining, p: u32, inputs: usize, free: usize): void {
  layerLogSums(t.hiddenKind, inputs, t.chains, unitsIn(p, t.hiddenUnits), free + <usize>p * lineOfChains(t));
}

/** The share of panels [first, last) of visible units, behind that of the hidden ones. */
function freeVisible(t: NumericTraining, v: usize, first: u32, last: u32, free: usize): void {
  for (let p = first; p < last; p++) {
    const unit = <usize>p * ROW;
    layerOwnSums(
      v + unit, (<usize>t.visible) << 2, t.chains, unitsIn(p, t.visibleUnits), t.visibleBias + unit,
      t.visibleKind >= GAUSSIAN ? t.precision + unit : 0, free + <usize>(t.hidden / PANEL + p) * lineOfChains(t),
    );
  }
}

/** v of all chains given h, a panel of visible units. */
function sampleVisible(t: NumericTraining, p: u32, rows: u32, inputs: usize, scratch: usize, v: usize): void {
  const bias = <usize>p * ROW;
  fillRows(inputs, rows, t.visibleBias + bias);
  realProduct(t.states, (<usize>t.hidden) << 2, 4, rows, t.hiddenUnits, t.mirror + <usize>p * <usize>t.hidden * ROW, inputs);
  layerSamples(
    t.visibleKind, inputs, rows, unitsIn(p, t.visibleUnits), t.visibleWidth + bias, t.visibleStreams + ((<usize>p) << 6), scratch,
    v + bias, (<usize>t.visible) << 2,
  );
}

/** λ ← λ + SLIDE(q - λ), q = Σ a ⟨h⟩ / S. */
function slide(means: usize, rows: u32, factors: usize, total: f32, offset: usize, q: usize): void {
  weightedSum(means, rows, factors, q);
  for (let k: usize = 0; k < ROW; k += 16) {
    const lambda = v128.load(offset + k);
    const mean = f32x4.div(v128.load(q + k), f32x4.splat(total));
    v128.store(offset + k, f32x4.add(lambda, f32x4.mul(f32x4.splat(SLIDE), f32x4.sub(mean, lambda))));
  }
}

/** W of filter k, each entry the mean over its translations; x as W. */
function tieWeights(t: NumericTraining, x: usize, filter: u32): void {
  const panel = <usize>t.visible * ROW;
  for (let d: u32 = 0; d < t.sites; d++) {
    let sum: f64 = 0;
    for (let turn = 0; turn < 2; turn++) {
      const mean = <f32>(sum / <f64>t.translations);
      for (let s: u32 = 0; s < t.translations; s++) {
        const i = <usize>load<u32>(t.shifts + ((<usize>(s * t.sites + d)) << 2));
        const j = filter * t.translations + s;
        const at = x + <usize>(j / PANEL) * panel + i * ROW + ((<usize>(j % PANEL)) << 2);
        if (turn == 0) sum += <f64>load<f32>(at);
        else store<f32>(at, mean);
      }
    }
  }
}

/** n numbers become their mean. */
function tie(x: usize, n: u32): void {
  let sum: f64 = 0;
  for (let i: u32 = 0; i < n; i++) sum += <f64>load<f32>(x + ((<usize>i) << 2));
  const mean = <f32>(sum / <f64>n);
  for (let i: u32 = 0; i < n; i++) store<f32>(x + ((<usize>i) << 2), mean);
}

/** Numbers of hidden units, those of each filter in [first, last). */
function tieHidden(t: NumericTraining, x: usize, first: u32, last: u32): void {
  for (let k = first; k < last; k++) tie(x + ((<usize>(k * t.translations)) << 2), t.translations);
}

/** ⟨h⟩ of both sides for a panel of hidden units, λ, the gradient of their weights, and that of their biases into `sums`. */
function gradientOf(
  t: NumericTraining, p: u32, rows: u32, chains: u32, total: f32, means: usize, q: usize, gradient: usize, sums: usize,
): void {
  const minus = means + <usize>rows * ROW;
  const bias = <usize>p * ROW;
  const line = (<usize>t.visible) << 2;
  inputsUp(t, p, t.values, rows, means);
  const population = t.population;
  if (population) {
    inputsUp(t, p, t.nextValues, chains, minus);
    freeHidden(t, p, minus, population.before);
    memory.copy(minus, inputsOf(t, p), <usize>chains * ROW);
  } else inputsUp(t, p, t.chainValues, chains, minus);
  layerMeans(t.hiddenKind, means, rows + chains, unitsIn(p, t.hiddenUnits), t.hiddenWidth + bias);
  if (t.centred) slide(means, rows, t.factors, total, t.hiddenOffset + bias, q);
  weighRows(means, rows + chains, t.factors);
  fillRows(gradient, t.visible, 0);
  realProduct(t.values, 4, line, t.visible, rows, means, gradient);
  realProduct(t.chainValues, 4, line, t.visible, chains, minus, gradient);
  sumRows(means, rows + chains, sums);
}

/** The step of a panel of hidden units. */
function descend(
  t: NumericTraining, step: Step, p: u32, gradient: usize, sums: usize, correction: usize, norms: usize, rate: f32, second: f32,
): void {
  const bias = <usize>p * ROW;
  const panel = <usize>p * (<usize>t.visible * ROW);
  const lambdas = t.centred ? t.hiddenOffset + bias : 0;
  memory.fill(correction, 0, ROW);
  descendPanel(
    gradient, t.velocity + panel, t.square + panel, t.weights + panel, t.mirror, t.visible, t.hidden, p, sums, t.differences, lambdas,
    t.visibleOffset, t.partials + ((<usize>(p * t.visible)) << 2), correction, norms, step, rate, second,
  );
  descendBias(sums, t.hiddenVelocity + bias, t.hiddenSquare + bias, t.hiddenBias + bias, correction, step, rate, second);
}

/** Minibatches [from, to) of an epoch, as thread `rank` of `threads`. */
export function trainNumeric(t: NumericTraining, step: Step, from: u32, to: u32, rank: u32, threads: u32): void {
  const hiddenPanels = t.hidden / PANEL;
  const visiblePanels = t.visible / PANEL;
  const firstHidden = (hiddenPanels * rank) / threads;
  const lastHidden = (hiddenPanels * (rank + 1)) / threads;
  const firstVisible = (visiblePanels * rank) / threads;
  const lastVisible = (visiblePanels * (rank + 1)) / threads;
  const line = (<usize>t.visible) << 2;
  const panelOfWeights = <usize>t.visible * ROW;
  const means = t.means + <usize>rank * (2 * <usize>t.rows * ROW);
  const scratch = t.scratch + <usize>rank * (16 + 240 * <usize>t.rows);
  const sums = t.sums + <usize>rank * (4 * ROW);
  const correction = sums + ROW;
  const norms = sums + 2 * ROW;
  const q = sums + 3 * ROW;
  const gradient = t.gradient + <usize>rank * panelOfWeights;
  const filters = t.sites ? t.hiddenUnits / t.translations : 0;
  const firstFilter = (filters * rank) / threads;
  const lastFilter = (filters * (rank + 1)) / threads;
  const learned = t.learned && t.visibleKind >= GAUSSIAN;
  const population = t.population;

  for (let b = from; b < to; b++) {
    const start = b * t.batch;
    const rows = min(t.batch, t.samples - start);
    const chains = t.persistent ? t.chains : rows;
    const order = t.order + ((<usize>start) << 2);
    const whole = load<f32>(t.corrections + ((<usize>b) << 3));
    const second = load<f32>(t.corrections + ((<usize>b) << 3), 4);
    const negative = t.factors + ((<usize>rows) << 2);
    // every thread gathers the whole minibatch: all write the same
    const total = weigh(t, order, rows, chains);
    for (let r: u32 = 0; r < rows; r++) {
      const row = <usize>load<u32>(order + ((<usize>r) << 2));
      memory.copy(t.values + <usize>r * line, t.data + row * line, line);
    }

    // the model's side: v⁻
    const moved = population ? t.nextValues : t.chainValues;
    for (let s: u32 = 0; s < t.steps; s++) {
      const v = s > 0 ? moved : t.persistent ? t.chainValues : t.values;
      const weighed = s == 0 ? population : null;
      for (let p = firstHidden; p < lastHidden; p++) {
        const inputs = weighed ? inputsOf(t, p) : means;
        inputsUp(t, p, v, chains, inputs);
        if (weighed) freeHidden(t, p, inputs, weighed.after);
        sampleHidden(t, p, chains, inputs, scratch);
      }
      if (weighed) {
        freeVisible(t, t.chainValues, firstVisible, lastVisible, weighed.after);
        barrier();
        if (rank == 0) {
          const brake = weighPopulation(
            weighed, chains, hiddenPanels + visiblePanels, t.states, (<usize>t.hidden) << 2, 1, 0, t.resampleStream,
            t.resampleNumbers, negative, total,
          );
          step.momentum = weighed.momentum * brake;
          step.lambda = weighed.lambda * weighed.pace;
        }
      }
      barrier();
      for (let p = firstVisible; p < lastVisible; p++) sampleVisible(t, p, chains, means, scratch, moved);
      if (s + 1 < t.steps) barrier();
    }
    for (let p = firstVisible; p < lastVisible; p++) {
      const unit = <usize>p * ROW;
      const mus = t.centred ? t.visibleOffset + unit : 0;
      const squares = learned ? t.spreads + unit : 0;
      memory.fill(t.differences + unit, 0, ROW);
      if (learned) memory.fill(squares, 0, ROW);
      weightedMoments(t.values + unit, line, rows, t.factors, mus, t.differences + unit, squares);
      weightedMoments(t.chainValues + unit, line, chains, negative, mus, t.differences + unit, squares);
    }
    const rate = population ? population.pace * whole : whole; // a step too long slows down this one
    if (population) freeVisible(t, t.nextValues, firstVisible, lastVisible, population.before);
    barrier();

    // the gradient and the step
    for (let p = firstHidden; p < lastHidden; p++) {
      if (t.sites) {
        const db = t.hiddenSums + <usize>p * ROW;
        gradientOf(t, p, rows, chains, total, means, q, t.whole + <usize>p * panelOfWeights, db);
      } else {
        gradientOf(t, p, rows, chains, total, means, q, gradient, sums);
        descend(t, step, p, gradient, sums, correction, norms, rate, second);
      }
    }
    barrier();
    if (t.sites) {
      for (let k = firstFilter; k < lastFilter; k++) tieWeights(t, t.whole, k);
      tieHidden(t, t.hiddenSums, firstFilter, lastFilter);
      tieHidden(t, t.hiddenOffset, firstFilter, lastFilter);
      if (rank == 0) {
        tie(t.differences, t.visibleUnits);
        tie(t.spreads, t.visibleUnits);
      }
      barrier();
      for (let p = firstHidden; p < lastHidden; p++) {
        const db = t.hiddenSums + <usize>p * ROW;
        descend(t, step, p, t.whole + <usize>p * panelOfWeights, db, correction, norms, rate, second);
      }
      barrier();
    }

    for (let p = firstVisible; p < lastVisible; p++) {
      const unit = <usize>p * ROW;
      memory.fill(correction, 0, ROW);
      if (t.centred) {
        for (let h: u32 = 0; h < hiddenPanels; h++) {
          const partial = t.partials + ((<usize>(h * t.visible)) << 2) + unit;
          for (let k: usize = 0; k < ROW; k += 16) {
            v128.store(correction + k, f32x4.add(v128.load(correction + k), v128.load(partial + k)));
          }
        }
      }
      if (learned) {
        descendPrecision(
          t.spreads + unit, t.precisionVelocity + unit, t.precisionSquare + unit, t.precision + unit, t.mostPrecision + unit,
          t.visibleWidth + unit, t.centred ? t.visibleOffset + unit : 0, correction, step, rate, second,
        );
      }
      descendBias(
        t.differences + unit, t.visibleVelocity + unit, t.visibleSquare + unit, t.visibleBias + unit, correction, step, rate, second,
      );
    }
    if (population) {
      const own = <usize>firstVisible * ROW;
      for (let m: u32 = 0; m < chains; m++) {
        const at = <usize>m * line + own;
        memory.copy(t.chainValues + at, t.nextValues + at, <usize>lastVisible * ROW - own);
      }
      if (!t.sites) barrier();
    }
    if (t.sites) {
      barrier();
      tieHidden(t, t.hiddenBias, firstFilter, lastFilter);
      if (rank == 0) tie(t.visibleBias, t.visibleUnits);
      barrier();
    }
  }
}
