// The turn of a population (populationTurn.ts) in 16-bit fixed point: weights of the chains and moves to where the data are, for the RBM as it is rounded.
//
// -F(v) = c·v + Σ_j softplus(x_j) is taken from the 16-bit inputs of the hidden units and summed in f64, before a step and after it. So what the rounding of
// W changes from step to step is part of the step, and the weights follow the model that chains are drawn from. Inputs of the chains wait in `means` until the
// weights are known; then they become w·P (fixedMeans).
// Rounding alone adds to the variance of a step's change of F 0.0008 in 256-100 units and 0.005 in 1600-400, where a step that is too long has 0.064 and 1.6.

import { exp4, log4 } from '../math';
import { COLUMNS, ENTRIES, FORTY, GROUPS, LINE, SCALES, BITS, fixedProduct } from './fixed16';
import { Fixed16Training } from './fixed16Cd1';
import { fixedSample } from './fixed16Units';
import { weighPopulation } from './population';
import { Proposals, chooseChains, decide } from './proposals';

// @ts-ignore: decorator
@external("env", "barrier") declare function barrier(): void;

/** Inputs of four units as floats, with their biases. @param factors of the units' scales: -log₂e·2^(3 - s) */
// @ts-ignore: decorator
@inline function four(inputs: v128, factors: usize, bias: usize): v128 {
  const t = f32x4.mul(f32x4.convert_i32x4_s(inputs), v128.load(factors));
  return f32x4.add(f32x4.mul(t, f32x4.splat(-0.6931471805599453)), v128.load(bias));
}

/**
 * out_r ← Σ_j softplus(x_rj) over the 40 units of a panel, f64: in each of four lanes the sum of ten max(x, 0) and the logarithm of the product of ten
 * 1 + e^-|x|, in f32; then (lane 0 + lane 1) + (lane 2 + lane 3). A padded unit, bias -∞, adds 0.
 */
function softplusSums(inputs: usize, bias: usize, scales: usize, rows: u32, out: usize): void {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  for (let r: u32 = 0; r < rows; r++) {
    let sum = zero;
    let product = one;
    for (let k: usize = 0; k < LINE; k += 16) {
      const eight = v128.load(inputs + k);
      const low = four(i32x4.extend_low_i16x8_s(eight), scales + 2 * k + 320, bias + 2 * k);
      const high = four(i32x4.extend_high_i16x8_s(eight), scales + 2 * k + 336, bias + 2 * k + 16);
      sum = f32x4.add(sum, f32x4.add(f32x4.pmax(low, zero), f32x4.pmax(high, zero)));
      product = f32x4.mul(product, f32x4.add(one, exp4(f32x4.neg(f32x4.abs(low)))));
      product = f32x4.mul(product, f32x4.add(one, exp4(f32x4.neg(f32x4.abs(high)))));
    }
    sum = f32x4.add(sum, log4(product));
    const low = <f64>f32x4.extract_lane(sum, 0) + <f64>f32x4.extract_lane(sum, 1);
    store<f64>(out, low + (<f64>f32x4.extract_lane(sum, 2) + <f64>f32x4.extract_lane(sum, 3)));
    inputs += LINE;
    out += 8;
  }
}

/**
 * out_r ← Σ_i bit_ri·values_i, f64: sums of the groups of five from tables, lowest bit first, then over the groups in order.
 * @param index entries [groups/8][rows, 8] of u16, `block` bytes from eight groups to the next; groups from `first` on are read
 * @param values f32 [5·groups]
 * @param tables 2048 bytes
 */
function bitSums(index: usize, block: usize, rows: u32, first: u32, groups: u32, values: usize, tables: usize, out: usize): void {
  memory.fill(out, 0, (<usize>rows) << 3);
  const past = first + groups;
  for (let q = first; q < past; ) {
    const place = q % GROUPS;
    const count = min(GROUPS - place, past - q);
    for (let g: u32 = 0; g < count; g++) {
      const table = tables + ((<usize>g) << 8);
      store<f64>(table, 0);
      for (let bit: usize = 0; bit < <usize>BITS; bit++) {
        const value = <f64>load<f32>(values);
        const high = (<usize>8) << bit;
        for (let low: usize = 0; low < high; low += 8) store<f64>(table + high + low, low ? load<f64>(table + low) + value : value);
        values += 4;
      }
    }
    const last = tables + ((<usize>count) << 8);
    let entry = index + <usize>(q / GROUPS) * block + ((<usize>place) << 1);
    for (let r: u32 = 0; r < rows; r++) {
      const at = out + ((<usize>r) << 3);
      let sum = load<f64>(at);
      let next = entry;
      for (let table = tables; table < last; table += 256) {
        sum += load<f64>(table + <usize>(<u32>load<u16>(next) / 10));
        next += 2;
      }
      store<f64>(at, sum);
      entry += ENTRIES;
    }
    q += count;
  }
}

/** Bytes of a panel's share of -F of all chains. */
// @ts-ignore: decorator
@inline function shares(chains: u32): usize {
  return (<usize>((chains + 3) & ~3)) << 3;
}

/** Inputs of a panel of hidden units given v of the chains into `inputs`, i16 [chains, 40], and the panel's share of -F: f64 [panels][chains rounded up to 4]. */
export function fixedFreeHidden(t: Fixed16Training, p: u32, lines: usize, inputs: usize, tables: usize, free: usize): void {
  const rows = ((t.chains + 4) / BITS) * BITS;
  fixedProduct(t.modelIndex, lines, rows, t.visible / BITS, t.forward + <usize>p * (<usize>t.visible * LINE), tables, inputs, 3);
  softplusSums(inputs, t.hiddenBias + <usize>p * FORTY, t.hiddenScales + <usize>p * SCALES, t.chains, free + <usize>p * shares(t.chains));
}

/** The visible units' share of -F, c·v, panels [first, last): behind that of the hidden ones. */
export function fixedFreeVisible(t: Fixed16Training, lines: usize, first: u32, last: u32, tables: usize, free: usize): void {
  for (let p = first; p < last; p++) {
    const out = free + <usize>(t.hidden / COLUMNS + p) * shares(t.chains);
    bitSums(t.modelIndex + <usize>p * lines, 0, t.chains, 0, GROUPS, t.visibleBias + <usize>p * FORTY, tables, out);
  }
}

/**
 * Σ_m rows·w_m v_m of the units [first, past) into `modelSums`, by the weights in `factors`.
 * @param group of the chains in `transposed`, @param scratch f64 [past - first]
 */
export function fixedWeightedCounts(
  t: Fixed16Training, transposed: usize, block: usize, group: u32, first: u32, past: u32, tables: usize, scratch: usize,
): void {
  bitSums(transposed + <usize>first * ENTRIES, block, past - first, group, (t.chains + 4) / BITS, t.factors, tables, scratch);
  for (let i = first; i < past; i++) store<f32>(t.modelSums + ((<usize>i) << 2), -(<f32>load<f64>(scratch + ((<usize>(i - first)) << 3))));
}

/** As propose in proposals.ts, from 16-bit inputs. @param bias scales of the panel */
export function fixedPropose(
  t: Proposals, p: u32, inputs: usize, bias: usize, scales: usize, rows: u32, n: u32, stream: usize, scratch: usize,
): void {
  const padded = (rows + 3) & ~3;
  softplusSums(inputs, bias, scales, rows, t.norms + ((<usize>(p * padded)) << 3));
  const line = (<usize>padded) << 2;
  for (let j: usize = 0; j < <usize>COLUMNS; j++) {
    const to = t.inputs + (<usize>(p * COLUMNS) + j) * line;
    const factor = load<f32>(scales + (j << 2), 320) * <f32>-0.6931471805599453;
    const b = load<f32>(bias + (j << 2));
    for (let r: usize = 0; r < <usize>rows; r++) store<f32>(to + (r << 2), <f32>load<i16>(inputs + r * LINE + (j << 1)) * factor + b);
    for (let r = <usize>rows; r < <usize>padded; r++) store<f32>(to + (r << 2), 0);
  }
  fixedSample(inputs, bias, scales, n, stream, scratch, t.index + <usize>(2 * t.count * p) * ENTRIES, 0, 0, 0, 0, 0, 0);
}

/** As freeOfStates in proposals.ts. @param x i16 [count + n, 40] */
function freeOfStates(t: Fixed16Training, p: u32, n: u32, tables: usize, x: usize): void {
  const proposals = t.proposals;
  const rows = proposals.count + n;
  const weights = t.mirror + <usize>p * (<usize>t.hidden * LINE);
  fixedProduct(proposals.index, <usize>(2 * proposals.count) * ENTRIES, rows, t.hidden / BITS, weights, tables, x, 3);
  softplusSums(x, t.visibleBias + <usize>p * FORTY, t.visibleScales + <usize>p * SCALES, rows, proposals.free + ((<usize>(p * 2 * proposals.count)) << 3));
}

/**
 * Inputs of the chains into `means`, from row `negative` on, and their h into `hiddenIndex`; weights into `factors`; then `moved` chains are offered
 * another h. Ends without a barrier: thread 0 may still write h.
 * @param lines bytes of eight groups of the chains, @param panelOfMeans of a panel of `means`
 */
export function fixedTurn(
  t: Fixed16Training, rows: u32, moved: u32, lines: usize, negative: u32, panelOfMeans: usize, rank: u32,
  firstHidden: u32, lastHidden: u32, firstVisible: u32, lastVisible: u32, tables: usize, inputs: usize, scratch: usize,
): void {
  const population = t.population;
  const proposals = t.proposals;
  const hiddenPanels = t.hidden / COLUMNS;
  const visiblePanels = t.visible / COLUMNS;
  for (let p = firstHidden; p < lastHidden; p++) {
    const own = t.means + <usize>p * panelOfMeans + <usize>negative * LINE;
    fixedFreeHidden(t, p, lines, own, tables, population.after);
    fixedSample(
      own, t.hiddenBias + <usize>p * FORTY, t.hiddenScales + <usize>p * SCALES, t.chains, t.hiddenStreams + ((<usize>p) << 6), scratch,
      t.hiddenIndex + <usize>p * lines, 0, 0, 0, 0, 0, 0,
    );
  }
  fixedFreeVisible(t, lines, firstVisible, lastVisible, tables, population.after);
  barrier();
  if (rank == 0) {
    const brake = weighPopulation(
      population, t.chains, hiddenPanels + visiblePanels, t.hiddenIndex, ENTRIES, hiddenPanels, lines, t.swapStream, t.swapNumbers,
      t.factors, <f32>rows,
    );
    t.momentum = population.momentum * brake;
    t.lambda = population.lambda * population.pace;
    if (moved) chooseChains(proposals, t.chains, moved, t.hiddenIndex, ENTRIES, hiddenPanels, lines, t.swapStream, t.swapNumbers);
  }
  if (!moved) return;
  barrier();
  for (let p = firstVisible; p < lastVisible; p++) freeOfStates(t, p, moved, tables, inputs);
  barrier();
  if (rank == 0) {
    decide(
      proposals, rows, t.chains, moved, t.hiddenIndex, ENTRIES, hiddenPanels, lines, BITS, t.hiddenBias, hiddenPanels, visiblePanels,
      t.swapStream, t.swapNumbers,
    );
  }
}
