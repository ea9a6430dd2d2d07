// Contrastive divergence (CD-k) and persistent chains (PCD-k) in 16-bit fixed point: cd1.ts and binary.ts with the products of fixed16.ts, which take
// half the time. Mixed precision: weights, biases and velocities are float32, as there; what the products read are weights rounded to 16 bits, by a scale for
// each unit, and probabilities rounded, for the gradient, to multiples of 2^(shift - 15) above or below them at random, so that the gradient's mean is what it was.
// The h of chains that persist is drawn together with P⁻ and waits for the next minibatch, as in binary.ts. A population of them has weights and its own turn
// (fixed16Population.ts), and its v⁻ of a minibatch are those drawn in the one before.
//
// Threads divide panels as there. A barrier stands between any two stages of which one reads what another thread wrote in the other: after each h, after each v,
// for a centred step before the visible biases move, in a population's turn before thread 0 weighs and around its moves; and two more where scales are chosen anew: at minibatches 0, 1, 2, 4, 8, 16 of an epoch and then at
// every sixteenth.

import { BITS, COLUMNS, ENTRIES, FIXED_TABLES, FORTY, GROUPS, LINE, SCALES, fixedProduct } from './fixed16';
import { fixedFreeHidden, fixedFreeVisible, fixedPropose, fixedTurn, fixedWeightedCounts } from './fixed16Population';
import { fixedHiddenScales, fixedRound, fixedVisibleScales } from './fixed16Scale';
import { fixedGather, fixedMeans, fixedSample, fixedSums, fixedTranspose } from './fixed16Units';
import { fixedCentredUpdate, fixedUpdate } from './fixed16Update';
import { Population } from './population';
import { EVERY, Proposals } from './proposals';
import { updateBias } from './update';

// @ts-ignore: decorator
@external("env", "barrier") declare function barrier(): void;

/** Where everything lies; filled in by src/rbm/engines/memory/fixed16Layout.ts. Sizes are padded ones. */
@unmanaged export class Fixed16Training {
  visible: u32; // units, multiples of 40
  hidden: u32;
  batch: u32; // rows of a full minibatch
  samples: u32; // rows of the data
  stride: u32; // bytes of a row of the data
  steps: u32; // Gibbs steps a minibatch
  chains: u32; // chains that persist, not fewer than batch; 0: chains start at the rows
  data: usize; // u8 [samples, stride]
  order: usize; // u32 [samples]
  weights: usize; // W, f32 panels of 40 [visible, hidden]
  velocity: usize; // as W
  forward: usize; // W, i16 panels [visible, hidden]
  mirror: usize; // Wᵀ, i16 panels [hidden, visible]
  hiddenScales: usize; // 480 bytes a panel (fixed16Scale.ts)
  visibleScales: usize;
  shares: usize; // f32 [hidden/40][2][visible]
  hiddenBias: usize; // b, f32 [hidden]
  hiddenVelocity: usize;
  hiddenOffset: usize; // λ, f32 [hidden]; 0: steps are not centred
  visibleBias: usize; // c, f32 [visible]
  visibleVelocity: usize;
  visibleOffset: usize; // μ, f32 [visible]
  partials: usize; // f32 [hidden/40][visible]
  hiddenStreams: usize; // 64 bytes a panel
  visibleStreams: usize;
  dataIndex: usize; // v, u16 [visible/40][batch, 8]
  transposed: usize; // v beside v⁻, u16 [2][(batch + chains)/40][visible, 8]: two buffers, used in turn
  dataSums: usize; // f32 [visible]
  modelIndex: usize; // v⁻, u16 [visible/40][chains, 8]
  modelSums: usize; // f32 [visible]
  hiddenIndex: usize; // h, u16 [hidden/40][chains, 8]
  means: usize; // P⁺ then -P⁻, i16 panels [batch + chains + 5, hidden]
  tables: usize; // per thread: 20480 bytes
  scratch: usize; // per thread: 1824 bytes
  inputs: usize; // per thread: i16 panel [chains, 40]
  gradient: usize; // per thread: i16 panel [visible, 40]
  differences: usize; // per thread: f32 [visible]
  population: Population; // weights of the chains (population.ts), 0 for none,
  proposals: Proposals; // where they may move (proposals.ts),
  factors: usize; // f32 [chains]: minus rows·weight,
  swapStream: usize;
  swapNumbers: usize; // u32 [chains rounded up to 4]
  rate: f32;
  momentum: f32; // both change from step to step with a population
  lambda: f32; // L1 shrinkage a step
}

/** Bytes of a thread's scratch memory: what fixedSample needs, then four times 40 floats. */
export const FIXED_SCRATCH: usize = 1824;
/** Share of the minibatch in the running mean λ of the hidden units. */
const SLIDE: f32 = 0.01;

/** Bits to drop from 15-bit probabilities so that the sum over `rows` rows lies in i16. */
// @ts-ignore: decorator
@inline function shiftOf(rows: u32): i32 {
  return 32 - <i32>clz(rows);
}

// @ts-ignore: decorator
@inline function clear(panel: usize, rows: u32): void {
  memory.fill(panel, 0, <usize>rows * LINE);
}

// @ts-ignore: decorator
@inline function fives(rows: u32): u32 {
  return ((rows + 4) / BITS) * BITS;
}

/** Minibatches from b, where scales are chosen, to where they are chosen next. */
// @ts-ignore: decorator
@inline function stretch(b: u32): u32 {
  return b < 2 ? 1 : min<u32>(b, 16);
}

/** The scales of all units and the roundings of W, panels [firstHidden, lastHidden) and [firstVisible, lastVisible); ends without a barrier. */
function rescale(t: Fixed16Training, growth: f32, firstHidden: u32, lastHidden: u32, firstVisible: u32, lastVisible: u32, scratch: usize): void {
  const panelOfWeights = <usize>t.visible * LINE;
  for (let p = firstHidden; p < lastHidden; p++) {
    const at = <usize>p * (2 * panelOfWeights);
    const shares = t.shares + <usize>p * ((<usize>t.visible) << 3);
    fixedHiddenScales(t.weights + at, t.velocity + at, t.visible, growth, t.hiddenScales + <usize>p * SCALES, shares, scratch);
  }
  barrier();
  for (let p = firstVisible; p < lastVisible; p++) {
    fixedVisibleScales(t.shares + <usize>(p * COLUMNS) * 4, t.visible, t.hidden / COLUMNS, t.visibleScales + <usize>p * SCALES);
  }
  barrier();
  for (let p = firstHidden; p < lastHidden; p++) {
    const weights = t.weights + <usize>p * (2 * panelOfWeights);
    fixedRound(weights, t.forward + <usize>p * panelOfWeights, t.mirror, t.visible, t.hidden, p, t.hiddenScales + <usize>p * SCALES, t.visibleScales);
  }
}

/** velocity ← momentum·velocity + pull, bias ← bias + velocity - correction; 40 biases. */
function moveBias(pull: usize, velocity: usize, bias: usize, momentum: f32, zero: usize, correction: usize): void {
  updateBias(pull, zero, velocity, bias, 1, momentum);
  updateBias(pull + 80, zero, velocity + 80, bias + 80, 1, momentum);
  if (!correction) return;
  for (let k: usize = 0; k < FORTY; k += 16) v128.store(bias + k, f32x4.sub(v128.load(bias + k), v128.load(correction + k)));
}

/** Minibatches [from, to) of an epoch, as thread `rank` of `threads`. */
export function trainFixed16(t: Fixed16Training, from: u32, to: u32, rank: u32, threads: u32): void {
  const hiddenPanels = t.hidden / COLUMNS;
  const visiblePanels = t.visible / COLUMNS;
  const firstHidden = (hiddenPanels * rank) / threads;
  const lastHidden = (hiddenPanels * (rank + 1)) / threads;
  const firstVisible = (visiblePanels * rank) / threads;
  const lastVisible = (visiblePanels * (rank + 1)) / threads;
  const visibleGroups = t.visible / BITS;
  const hiddenGroups = t.hidden / BITS;
  const persistent = t.chains > 0;
  const population = t.population;
  const proposals = t.proposals;
  const fullRows = fives(t.batch);
  const fullChains = persistent ? fives(t.chains) : fullRows;
  const lines = <usize>fullChains * ENTRIES; // bytes of eight groups of the chains
  const block = <usize>t.visible * ENTRIES; // and of `transposed`
  const buffer = block * <usize>(((fullRows + fullChains) / BITS + GROUPS) / GROUPS);
  const panelOfMeans = <usize>(fullRows + fullChains + BITS) * LINE; // products take an even number of groups
  const panelOfWeights = <usize>t.visible * LINE;
  const tables = t.tables + <usize>rank * FIXED_TABLES;
  const scratch = t.scratch + <usize>rank * FIXED_SCRATCH;
  const db = scratch + 1184;
  const correction = db + FORTY;
  const zero = correction + FORTY;
  const sums = zero + FORTY;
  const inputs = t.inputs + <usize>rank * (<usize>fullChains * LINE);
  const gradient = t.gradient + <usize>rank * panelOfWeights;
  const differences = t.differences + <usize>rank * ((<usize>t.visible) << 2);
  memory.fill(zero, 0, FORTY);

  for (let b = from; b < to; b++) {
    const start = b * t.batch;
    const rows = min(t.batch, t.samples - start);
    const chains = persistent ? t.chains : rows;
    const rowGroups = (rows + 4) / BITS;
    const chainGroups = (chains + 4) / BITS;
    const groups = (rowGroups + chainGroups + 1) & ~1;
    const padded = rowGroups * BITS;
    const shift = shiftOf(rows);
    const unit: f32 = <f32>(1 << shift) * <f32>0.000030517578125; // 2^(shift - 15)
    const inverse: f32 = <f32>1.0 / <f32>rows;
    const weight: f32 = <f32>rows / <f32>chains;
    const moved = population && b % EVERY == 0 ? min(proposals.count, min(rows, chains)) : 0; // how many chains
    const transposed = t.transposed + <usize>(b & 1) * buffer;
    const order = t.order + ((<usize>start) << 2);
    // every thread gathers the whole batch for its own upward product, but transposes its own units only (cd1.ts says why)
    fixedGather(t.data, t.stride, order, rows, t.dataIndex, fullRows, 0, firstVisible, 0, 0, 0, scratch);
    fixedGather(t.data, t.stride, order, rows, t.dataIndex, fullRows, firstVisible, lastVisible, transposed, block, t.dataSums, scratch);
    fixedGather(t.data, t.stride, order, rows, t.dataIndex, fullRows, lastVisible, visiblePanels, 0, 0, 0, scratch);
    if (groups > rowGroups + chainGroups) {
      const extra = transposed + <usize>((groups - 1) / GROUPS) * block + ((<usize>((groups - 1) % GROUPS)) << 1);
      for (let i = firstVisible * COLUMNS; i < lastVisible * COLUMNS; i++) store<u16>(extra + <usize>i * ENTRIES, 0);
    }
    if ((b & (b - 1)) == 0 || b % 16 == 0) rescale(t, <f32>stretch(b), firstHidden, lastHidden, firstVisible, lastVisible, scratch);

    // the data's side: P⁺, and h where the chains start from it
    for (let p = firstHidden; p < lastHidden; p++) {
      const means = t.means + <usize>p * panelOfMeans;
      const bias = t.hiddenBias + <usize>p * FORTY;
      const scales = t.hiddenScales + <usize>p * SCALES;
      const stream = t.hiddenStreams + ((<usize>p) << 6);
      fixedProduct(t.dataIndex, <usize>fullRows * ENTRIES, padded, visibleGroups, t.forward + <usize>p * panelOfWeights, tables, inputs, 3);
      if (moved) fixedPropose(proposals, p, inputs, bias, scales, rows, moved, stream, scratch);
      if (persistent) fixedMeans(inputs, bias, scales, rows, stream, scratch, means, shift, 1, 1, 0);
      else fixedSample(inputs, bias, scales, rows, stream, scratch, t.hiddenIndex + <usize>p * lines, 0, 0, 0, 0, means, shift);
    }

    // the model's side: v⁻
    if (population) {
      fixedTranspose(t.modelIndex, fullChains, chains, firstVisible, lastVisible, transposed, block, rowGroups, scratch);
      fixedTurn(
        t, rows, moved, lines, padded, panelOfMeans, rank, firstHidden, lastHidden, firstVisible, lastVisible, tables, inputs, scratch,
      );
    }
    for (let s: u32 = 0; s < t.steps; s++) {
      const columns = !population && s + 1 == t.steps; // whether v⁻ belongs into `transposed`
      if (s > 0 || (persistent && !population && b == 0)) {
        for (let p = firstHidden; p < lastHidden; p++) {
          fixedProduct(t.modelIndex, lines, chainGroups * BITS, visibleGroups, t.forward + <usize>p * panelOfWeights, tables, inputs, 3);
          fixedSample(
            inputs, t.hiddenBias + <usize>p * FORTY, t.hiddenScales + <usize>p * SCALES, chains, t.hiddenStreams + ((<usize>p) << 6), scratch,
            t.hiddenIndex + <usize>p * lines, 0, 0, 0, 0, 0, shift,
          );
        }
      }
      barrier();
      for (let p = firstVisible; p < lastVisible; p++) {
        fixedProduct(t.hiddenIndex, lines, chainGroups * BITS, hiddenGroups, t.mirror + <usize>p * <usize>t.hidden * LINE, tables, inputs, 3);
        fixedSample(
          inputs, t.visibleBias + <usize>p * FORTY, t.visibleScales + <usize>p * SCALES, chains, t.visibleStreams + ((<usize>p) << 6), scratch,
          t.modelIndex + <usize>p * lines, columns ? transposed + <usize>(p * COLUMNS) * ENTRIES : 0, block, rowGroups,
          t.modelSums + <usize>p * FORTY, 0, shift,
        );
      }
      if (population && s + 1 == t.steps) {
        fixedFreeVisible(t, lines, firstVisible, lastVisible, tables, population.before);
        fixedWeightedCounts(t, transposed, block, rowGroups, firstVisible * COLUMNS, lastVisible * COLUMNS, tables, gradient);
      }
      barrier();
    }
    const rate: f32 = population ? t.rate * population.pace : t.rate; // a step too long slows down this one
    const dreams: f32 = population ? inverse : <f32>1.0 / <f32>chains; // of which modelSums is a sum
    // rate·dc: of all units for a centred step; no thread can be in the next minibatch then, as a barrier is to come
    const units = t.hiddenOffset ? t.visible : lastVisible * COLUMNS;
    for (let i: u32 = t.hiddenOffset ? 0 : firstVisible * COLUMNS; i < units; i += 4) {
      const at = (<usize>i) << 2;
      const seen = f32x4.mul(v128.load(t.dataSums + at), f32x4.splat(inverse));
      const dreamt = f32x4.mul(v128.load(t.modelSums + at), f32x4.splat(dreams));
      v128.store(differences + at, f32x4.mul(f32x4.splat(rate), f32x4.sub(seen, dreamt)));
    }

    // P⁻; then the gradient and the step
    for (let p = firstHidden; p < lastHidden; p++) {
      const means = t.means + <usize>p * panelOfMeans;
      const forward = t.forward + <usize>p * panelOfWeights;
      const weights = t.weights + <usize>p * (2 * panelOfWeights);
      const velocity = t.velocity + <usize>p * (2 * panelOfWeights);
      const bias = t.hiddenBias + <usize>p * FORTY;
      const scales = t.hiddenScales + <usize>p * SCALES;
      const negative = means + <usize>padded * LINE;
      const stream = t.hiddenStreams + ((<usize>p) << 6);
      if (population) {
        fixedFreeHidden(t, p, lines, inputs, tables, population.before);
        fixedMeans(negative, bias, scales, chains, stream, scratch, negative, shift, -1, 1, t.factors);
      } else {
        fixedProduct(t.modelIndex, lines, chainGroups * BITS, visibleGroups, forward, tables, inputs, 3);
        if (persistent) fixedSample(inputs, bias, scales, chains, stream, scratch, t.hiddenIndex + <usize>p * lines, 0, 0, 0, 0, 0, shift);
        fixedMeans(inputs, bias, scales, chains, stream, scratch, negative, shift, -1, weight, 0);
      }
      clear(means + <usize>(padded + chainGroups * BITS) * LINE, (groups - rowGroups - chainGroups) * BITS);
      fixedProduct(transposed, block, t.visible, groups, means, tables, gradient, 0);
      fixedSums(means, padded + chainGroups * BITS, rate * inverse * unit, scratch, db);
      if (t.hiddenOffset) {
        const offset = t.hiddenOffset + <usize>p * FORTY;
        const partial = t.partials + ((<usize>(p * t.visible)) << 2);
        fixedSums(means, padded, unit * inverse, scratch, sums);
        for (let k: usize = 0; k < FORTY; k += 16) {
          const l = v128.load(offset + k);
          v128.store(offset + k, f32x4.add(l, f32x4.mul(f32x4.splat(SLIDE), f32x4.sub(v128.load(sums + k), l))));
        }
        fixedCentredUpdate(
          gradient, velocity, weights, forward, t.mirror, t.visible, t.hidden, p, rate * inverse * unit, t.momentum, t.lambda,
          scales, t.visibleScales, db, differences, offset, t.visibleOffset, partial, correction, scratch,
        );
      } else {
        fixedUpdate(
          gradient, velocity, weights, forward, t.mirror, t.visible, t.hidden, p, rate * inverse * unit, t.momentum, t.lambda,
          scales, t.visibleScales,
        );
      }
      moveBias(db, t.hiddenVelocity + <usize>p * FORTY, bias, t.momentum, zero, t.hiddenOffset ? correction : 0);
    }
    if (t.hiddenOffset) barrier();
    for (let p = firstVisible; p < lastVisible; p++) {
      const at = <usize>p * FORTY;
      if (t.hiddenOffset) {
        memory.fill(correction, 0, FORTY);
        for (let q: u32 = 0; q < hiddenPanels; q++) {
          const partial = t.partials + ((<usize>(q * t.visible)) << 2) + at;
          for (let k: usize = 0; k < FORTY; k += 16) v128.store(correction + k, f32x4.add(v128.load(correction + k), v128.load(partial + k)));
        }
      }
      moveBias(
        differences + at, t.visibleVelocity + at, t.visibleBias + at, t.momentum, zero, t.hiddenOffset ? correction : 0,
      );
    }
  }
}
