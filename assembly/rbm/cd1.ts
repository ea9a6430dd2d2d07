// Contrastive divergence, CD-1, for an RBM of {0,1} units (Hinton 2002), several minibatches a call, by one thread or several.
//
//   h⁺ ~ p(h|v),  v⁻ ~ p(v|h⁺),  ΔW ∝ ⟨v p(h|v)⟩ - ⟨v⁻ p(h|v⁻)⟩,  Δb ∝ ⟨p(h|v)⟩ - ⟨p(h|v⁻)⟩,  Δc ∝ ⟨v⟩ - ⟨v⁻⟩
//
// All four products are bits × floats (panel.ts); in the gradient the bits are those of one visible unit over the batch, the floats are P⁺ and -P⁻.
//
// Threads divide panels: of hidden units in the two upward products, the gradient and the update, of visible units downward. A panel is computed whole
// by one thread, from its own random stream, so no number depends on how many threads there are. Two barriers a minibatch: after h⁺ and after v⁻. No
// other is needed: a thread that runs ahead into the next minibatch writes its own panels of P⁺ and W, and of what a slower one still reads only the
// transposed v, which for that has two buffers.

import { PANEL, ROW, TABLES, fillRows, product } from './panel';
import { gather, meanUnits, sampleUnits } from './units';
import { sumRows, updateBias, updateWeights } from './update';

// @ts-ignore: decorator
@external("env", "barrier") declare function barrier(): void;

/** Where everything lies; filled in by src/rbm/engines/memory/layout.ts. Sizes are padded ones. */
@unmanaged export class Cd1Training {
  visible: u32; // units, multiples of 20
  hidden: u32;
  batch: u32; // rows of a full minibatch
  samples: u32; // rows of the data
  stride: u32; // bytes of a row of the data
  data: usize; // u8 [samples, stride]
  order: usize; // u32 [samples]
  weights: usize; // W, panels [visible, hidden]
  mirror: usize; // Wᵀ, panels [hidden, visible]
  velocity: usize; // as W
  hiddenBias: usize; // b, f32 [hidden]
  hiddenVelocity: usize;
  visibleBias: usize; // c, f32 [visible]
  visibleVelocity: usize;
  hiddenStreams: usize; // 64 bytes a panel
  visibleStreams: usize;
  dataIndex: usize; // v, u16 [batch, visible/4]
  transposed: usize; // v beside v⁻, u16 [2][visible, 2·batch/4]: two buffers, used in turn
  dataSums: usize; // f32 [visible]
  modelIndex: usize; // v⁻, u16 [batch, visible/4]
  modelSums: usize; // f32 [visible]
  hiddenIndex: usize; // h⁺, u16 [batch, hidden/4]
  means: usize; // P⁺ then -P⁻, panels [2·batch, hidden]
  tables: usize; // per thread: 25600 bytes
  scratch: usize; // per thread: a panel [batch, 20] of random numbers, then two rows of 20 sums
  inputs: usize; // per thread: a panel [batch, 20]
  gradient: usize; // per thread: a panel [visible, 20]
  rate: f32; // learning rate / rows is applied here
  momentum: f32;
  lambda: f32; // L1 shrinkage a step
}

/** Minibatches [from, to) of an epoch, as thread `rank` of `threads`. */
export function trainCd1(t: Cd1Training, from: u32, to: u32, rank: u32, threads: u32): void {
  const hiddenPanels = t.hidden / PANEL;
  const visiblePanels = t.visible / PANEL;
  const firstHidden = (hiddenPanels * rank) / threads;
  const lastHidden = (hiddenPanels * (rank + 1)) / threads;
  const firstVisible = (visiblePanels * rank) / threads;
  const lastVisible = (visiblePanels * (rank + 1)) / threads;
  const visibleGroups = t.visible >> 2;
  const hiddenGroups = t.hidden >> 2;
  const full = (t.batch + 3) & ~3;
  const across = full >> 1; // transposed entries a unit: v and v⁻
  const panelOfBatch = <usize>full * ROW;
  const tables = t.tables + <usize>rank * TABLES;
  const scratch = t.scratch + <usize>rank * (panelOfBatch + 2 * ROW);
  const plus = scratch + panelOfBatch;
  const minus = plus + ROW;
  const inputs = t.inputs + <usize>rank * panelOfBatch;
  const gradient = t.gradient + <usize>rank * (<usize>t.visible * ROW);

  for (let b = from; b < to; b++) {
    const start = b * t.batch;
    const rows = min(t.batch, t.samples - start);
    const padded = (rows + 3) & ~3;
    const rate = t.rate / <f32>rows;
    // Every thread gathers the whole batch for its own upward product (sharing it would cost a third barrier; all write the same values), but
    // transposes its own units only.
    const transposed = t.transposed + <usize>(b & 1) * <usize>t.visible * ((<usize>across) << 1);
    const order = t.order + ((<usize>start) << 2);
    const own = firstVisible * 5;
    const past = lastVisible * 5;
    gather(t.data, t.stride, order, rows, t.dataIndex, visibleGroups, 0, own, 0, 0, 0);
    gather(t.data, t.stride, order, rows, t.dataIndex, visibleGroups, own, past, transposed, across, t.dataSums);
    gather(t.data, t.stride, order, rows, t.dataIndex, visibleGroups, past, visibleGroups, 0, 0, 0);

    // up: P⁺ and h⁺
    for (let p = firstHidden; p < lastHidden; p++) {
      const means = t.means + <usize>p * (2 * panelOfBatch);
      fillRows(means, padded, t.hiddenBias + <usize>p * ROW);
      product(t.dataIndex, visibleGroups, padded, visibleGroups, t.weights + <usize>p * <usize>t.visible * ROW, tables, means);
      sampleUnits(means, rows, t.hiddenStreams + ((<usize>p) << 6), scratch, t.hiddenIndex + <usize>p * 10, hiddenGroups, 0, 0, 0);
    }
    barrier();

    // down: v⁻
    for (let p = firstVisible; p < lastVisible; p++) {
      fillRows(inputs, padded, t.visibleBias + <usize>p * ROW);
      product(t.hiddenIndex, hiddenGroups, padded, hiddenGroups, t.mirror + <usize>p * <usize>t.hidden * ROW, tables, inputs);
      const columns = transposed + <usize>(p * PANEL) * ((<usize>across) << 1) + ((<usize>padded) >> 1);
      sampleUnits(
        inputs, rows, t.visibleStreams + ((<usize>p) << 6), scratch, t.modelIndex + <usize>p * 10, visibleGroups,
        columns, across, t.modelSums + <usize>p * ROW,
      );
    }
    barrier();

    // up again: -P⁻; then the gradient and the step
    for (let p = firstHidden; p < lastHidden; p++) {
      const means = t.means + <usize>p * (2 * panelOfBatch);
      const negative = means + <usize>padded * ROW;
      const weights = t.weights + <usize>p * <usize>t.visible * ROW;
      fillRows(negative, padded, t.hiddenBias + <usize>p * ROW);
      product(t.modelIndex, visibleGroups, padded, visibleGroups, weights, tables, negative);
      meanUnits(negative, rows, -1.0);
      fillRows(gradient, t.visible, 0);
      product(transposed, across, t.visible, padded >> 1, means, tables, gradient);
      updateWeights(
        gradient, t.velocity + <usize>p * <usize>t.visible * ROW, weights, t.mirror, t.visible, t.hidden, p, rate, t.momentum, t.lambda,
      );
      sumRows(means, 2 * padded, plus);
      fillRows(minus, 1, 0);
      updateBias(plus, minus, t.hiddenVelocity + <usize>p * ROW, t.hiddenBias + <usize>p * ROW, rate, t.momentum);
    }
    for (let p = firstVisible; p < lastVisible; p++) {
      updateBias(
        t.dataSums + <usize>p * ROW, t.modelSums + <usize>p * ROW, t.visibleVelocity + <usize>p * ROW, t.visibleBias + <usize>p * ROW, rate, t.momentum,
      );
    }
  }
}
