// Contrastive divergence, CD-1, in 16-bit fixed point: training.ts with the products of fixedPoint.ts, which take half the time. Mixed precision: weights,
// biases and velocities are float32, as there; what the products read are weights rounded to 16 bits, by a scale for each unit, and probabilities rounded, for
// the gradient, to multiples of 2^(shift - 15) above or below them at random, so that the gradient's mean is what it was. Threads divide panels as there, with
// the same two barriers, and two more where scales are chosen anew: at minibatches 0, 1, 2, 4, 8, 16 of an epoch and then at every sixteenth.

import { BITS, COLUMNS, ENTRIES, FIXED_TABLES, GROUPS, LINE, fixedProduct } from './fixedPoint';
import { SCALES, fixedHiddenScales, fixedRound, fixedVisibleScales } from './fixedScale';
import { fixedGather, fixedMeans, fixedSample, fixedSums } from './fixedUnits';
import { fixedUpdate } from './fixedUpdate';
import { updateBias } from './update';

// @ts-ignore: decorator
@external("env", "barrier") declare function barrier(): void;

/** Where everything lies; filled in by src/rbm/layout.ts, which lists the same fields in the same order (a test compares). Sizes are padded ones. */
@unmanaged export class FixedTraining {
  visible: u32; // units, multiples of 40
  hidden: u32;
  batch: u32; // rows of a full minibatch
  samples: u32; // rows of the data
  stride: u32; // bytes of a row of the data
  data: usize; // u8 [samples, stride]
  order: usize; // u32 [samples]
  weights: usize; // W, f32 panels of 40 [visible, hidden]
  velocity: usize; // as W
  forward: usize; // W, i16 panels [visible, hidden]
  mirror: usize; // Wᵀ, i16 panels [hidden, visible]
  hiddenScales: usize; // 480 bytes a panel (fixedScale.ts)
  visibleScales: usize;
  shares: usize; // f32 [hidden/40][2][visible]
  hiddenBias: usize; // b, f32 [hidden]
  hiddenVelocity: usize;
  visibleBias: usize; // c, f32 [visible]
  visibleVelocity: usize;
  hiddenStreams: usize; // 64 bytes a panel
  visibleStreams: usize;
  dataIndex: usize; // v, u16 [visible/40][batch, 8]
  transposed: usize; // v beside v⁻, u16 [2][2·batch/40][visible, 8]: two buffers, used in turn
  dataSums: usize; // f32 [visible]
  modelIndex: usize; // v⁻, u16 [visible/40][batch, 8]
  modelSums: usize; // f32 [visible]
  hiddenIndex: usize; // h⁺, u16 [hidden/40][batch, 8]
  means: usize; // P⁺ then -P⁻, i16 panels [2·batch, hidden]
  tables: usize; // per thread: 20480 bytes
  scratch: usize; // per thread: 1344 bytes
  inputs: usize; // per thread: i16 panel [batch, 40]
  gradient: usize; // per thread: i16 panel [visible, 40]
  rate: f32; // learning rate / rows is applied here
  momentum: f32;
  lambda: f32; // L1 shrinkage a step
}

/** Bytes of a thread's scratch memory: what fixedSample needs, then 40 sums. */
const FIXED_SCRATCH: usize = 1344;

/** Bytes of FixedTraining. */
export function fixedTrainingSize(): u32 {
  return offsetof<FixedTraining>();
}

/** Bits to drop from 15-bit probabilities so that the sum over `rows` rows lies in i16. */
// @ts-ignore: decorator
@inline function shiftOf(rows: u32): i32 {
  return 32 - <i32>clz(rows);
}

// @ts-ignore: decorator
@inline function clear(panel: usize, rows: u32): void {
  memory.fill(panel, 0, <usize>rows * LINE);
}

/** Minibatches from b, where scales are chosen, to where they are chosen next. */
// @ts-ignore: decorator
@inline function stretch(b: u32): u32 {
  return b < 2 ? 1 : min<u32>(b, 16);
}

/** Minibatches [from, to) of an epoch, as thread `rank` of `threads`. */
export function fixedDivergence(t: FixedTraining, from: u32, to: u32, rank: u32, threads: u32): void {
  const hiddenPanels = t.hidden / COLUMNS;
  const visiblePanels = t.visible / COLUMNS;
  const firstHidden = (hiddenPanels * rank) / threads;
  const lastHidden = (hiddenPanels * (rank + 1)) / threads;
  const firstVisible = (visiblePanels * rank) / threads;
  const lastVisible = (visiblePanels * (rank + 1)) / threads;
  const visibleGroups = t.visible / BITS;
  const hiddenGroups = t.hidden / BITS;
  const full = ((t.batch + 4) / BITS) * BITS;
  const lines = <usize>full * ENTRIES; // bytes of eight groups of an index
  const block = <usize>t.visible * ENTRIES; // and of `transposed`
  const buffer = block * <usize>(((2 * full) / BITS + GROUPS - 1) / GROUPS);
  const panelOfBatch = <usize>full * LINE;
  const panelOfWeights = <usize>t.visible * LINE;
  const tables = t.tables + <usize>rank * FIXED_TABLES;
  const scratch = t.scratch + <usize>rank * FIXED_SCRATCH;
  const plus = scratch + 1184;
  const inputs = t.inputs + <usize>rank * panelOfBatch;
  const gradient = t.gradient + <usize>rank * panelOfWeights;

  for (let b = from; b < to; b++) {
    const start = b * t.batch;
    const rows = min(t.batch, t.samples - start);
    const groups = (rows + 4) / BITS;
    const padded = groups * BITS;
    const shift = shiftOf(rows);
    const unit: f32 = <f32>(1 << shift) * <f32>0.000030517578125; // 2^(shift - 15)
    const rate = t.rate / <f32>rows;
    const transposed = t.transposed + <usize>(b & 1) * buffer;
    const order = t.order + ((<usize>start) << 2);
    // every thread gathers the whole batch for its own upward product, but transposes its own units only (training.ts says why)
    fixedGather(t.data, t.stride, order, rows, t.dataIndex, full, 0, firstVisible, 0, 0, 0, scratch);
    fixedGather(t.data, t.stride, order, rows, t.dataIndex, full, firstVisible, lastVisible, transposed, block, t.dataSums, scratch);
    fixedGather(t.data, t.stride, order, rows, t.dataIndex, full, lastVisible, visiblePanels, 0, 0, 0, scratch);

    if ((b & (b - 1)) == 0 || b % 16 == 0) {
      const growth = <f32>stretch(b);
      for (let p = firstHidden; p < lastHidden; p++) {
        const at = <usize>p * (2 * panelOfWeights);
        const shares = t.shares + <usize>p * ((<usize>t.visible) << 3);
        fixedHiddenScales(t.weights + at, t.velocity + at, t.visible, growth, t.hiddenScales + <usize>p * SCALES, shares, scratch);
      }
      barrier();
      for (let p = firstVisible; p < lastVisible; p++) {
        fixedVisibleScales(t.shares + <usize>(p * COLUMNS) * 4, t.visible, hiddenPanels, t.visibleScales + <usize>p * SCALES);
      }
      barrier();
      for (let p = firstHidden; p < lastHidden; p++) {
        const weights = t.weights + <usize>p * (2 * panelOfWeights);
        fixedRound(weights, t.forward + <usize>p * panelOfWeights, t.mirror, t.visible, t.hidden, p, t.hiddenScales + <usize>p * SCALES, t.visibleScales);
      }
    }

    // up: P⁺ and h⁺
    for (let p = firstHidden; p < lastHidden; p++) {
      clear(inputs, padded);
      fixedProduct(t.dataIndex, lines, padded, visibleGroups, t.forward + <usize>p * panelOfWeights, tables, inputs, 3);
      fixedSample(
        inputs, t.hiddenBias + <usize>(p * COLUMNS) * 4, t.hiddenScales + <usize>p * SCALES, rows, t.hiddenStreams + ((<usize>p) << 6), scratch,
        t.hiddenIndex + <usize>p * lines, 0, 0, 0, 0, t.means + <usize>p * (2 * panelOfBatch), shift,
      );
    }
    barrier();

    // down: v⁻
    for (let p = firstVisible; p < lastVisible; p++) {
      clear(inputs, padded);
      fixedProduct(t.hiddenIndex, lines, padded, hiddenGroups, t.mirror + <usize>p * <usize>t.hidden * LINE, tables, inputs, 3);
      fixedSample(
        inputs, t.visibleBias + <usize>(p * COLUMNS) * 4, t.visibleScales + <usize>p * SCALES, rows, t.visibleStreams + ((<usize>p) << 6), scratch,
        t.modelIndex + <usize>p * lines, transposed + <usize>(p * COLUMNS) * ENTRIES, block, groups, t.modelSums + <usize>(p * COLUMNS) * 4, 0, shift,
      );
    }
    barrier();

    // up again: -P⁻; then the gradient and the step
    for (let p = firstHidden; p < lastHidden; p++) {
      const means = t.means + <usize>p * (2 * panelOfBatch);
      const forward = t.forward + <usize>p * panelOfWeights;
      const bias = t.hiddenBias + <usize>(p * COLUMNS) * 4;
      const scales = t.hiddenScales + <usize>p * SCALES;
      clear(inputs, padded);
      fixedProduct(t.modelIndex, lines, padded, visibleGroups, forward, tables, inputs, 3);
      fixedMeans(inputs, bias, scales, rows, t.hiddenStreams + ((<usize>p) << 6), scratch, means + <usize>padded * LINE, shift);
      clear(gradient, t.visible);
      fixedProduct(transposed, block, t.visible, 2 * groups, means, tables, gradient, 0);
      fixedUpdate(
        gradient, t.velocity + <usize>p * (2 * panelOfWeights), t.weights + <usize>p * (2 * panelOfWeights), forward, t.mirror,
        t.visible, t.hidden, p, rate * unit, t.momentum, t.lambda, scales, t.visibleScales,
      );
      fixedSums(means, 2 * padded, unit, scratch, plus);
      memory.fill(scratch, 0, 160);
      const velocity = t.hiddenVelocity + <usize>(p * COLUMNS) * 4;
      updateBias(plus, scratch, velocity, bias, rate, t.momentum);
      updateBias(plus + 80, scratch + 80, velocity + 80, bias + 80, rate, t.momentum);
    }
    for (let p = firstVisible * 2; p < lastVisible * 2; p++) {
      const at = <usize>p * 80;
      updateBias(t.dataSums + at, t.modelSums + at, t.visibleVelocity + at, t.visibleBias + at, rate, t.momentum);
    }
  }
}
