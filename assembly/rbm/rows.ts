// Rows of a panel (panel.ts) with a factor each: weights of samples, inverse temperatures, and how much of a row's inputs its bits collect.
//
//   panel     f32 [rows, 20]
//   factors   f32 [rows]
//   index     u16 [rows, groups], 80·nibble

import { exp4, log4 } from '../math';
import { ENTRY, ROW } from './panel';

/** panel_r ← factors_r·panel_r. */
export function weighRows(panel: usize, rows: u32, factors: usize): void {
  const end = panel + <usize>rows * ROW;
  for (let at = panel; at < end; at += ROW) {
    const factor = v128.load32_splat(factors);
    for (let k: usize = 0; k < ROW; k += 16) v128.store(at + k, f32x4.mul(factor, v128.load(at + k)));
    factors += 4;
  }
}

/** out ← Σ_r factors_r·panel_r, 20 floats, rows in order. */
export function weightedSum(panel: usize, rows: u32, factors: usize, out: usize): void {
  for (let k: usize = 0; k < ROW; k += 16) {
    let sum = f32x4.splat(0);
    let factor = factors;
    for (let at = panel + k, end = panel + <usize>rows * ROW; at < end; at += ROW) {
      sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(factor), v128.load(at)));
      factor += 4;
    }
    v128.store(out + k, sum);
  }
}

/**
 * out_r ← β_r·panel_r + (1 - β_r)·base: the inputs at inverse temperature β on the way from the units of `base` (20 floats) alone.
 * Padded units have the input -∞ and the base -1e30: they stay dark at every β, β = 0 too.
 */
export function temperRows(panel: usize, rows: u32, betas: usize, base: usize, out: usize): void {
  const floor = f32x4.splat(-1e30);
  for (let r: u32 = 0; r < rows; r++) {
    const beta = v128.load32_splat(betas + ((<usize>r) << 2));
    const rest = f32x4.sub(f32x4.splat(1), beta);
    const at = <usize>r * ROW;
    for (let k: usize = 0; k < ROW; k += 16) {
      const own = f32x4.mul(beta, f32x4.max(v128.load(panel + at + k), floor));
      v128.store(out + at + k, f32x4.add(own, f32x4.mul(rest, v128.load(base + k))));
    }
  }
}

/** The four x, or 0 where the bit of the nibble is not set. */
// @ts-ignore: decorator
@inline function whereSet(x: usize, entry: usize): v128 {
  const bits = v128.and(i32x4.splat(<u32>load<u16>(entry) / ENTRY), i32x4(1, 2, 4, 8));
  return v128.and(v128.load(x), i32x4.ne(bits, i32x4.splat(0)));
}

/**
 * out_r ← Σ_j bit_rj·x_rj over the 20 units of a panel, in f64: units in order, those without a bit as zeros (a loop over the bits that are set takes three times as
 * long, as nobody can foretell them).
 * @param step bytes from row to row of x: 80, or 0 for the same numbers in every row
 * @param index entry of row 0 and the panel's first group; groups = entries a row
 */
export function overlapRows(x: usize, step: usize, rows: u32, index: usize, groups: u32, out: usize): void {
  const line = (<usize>groups) << 1;
  for (let r: u32 = 0; r < rows; r++) {
    let sum: f64 = 0;
    for (let g: usize = 0; g < 5; g++) {
      const four = whereSet(x + (g << 4), index + (g << 1));
      const low = f64x2.promote_low_f32x4(four);
      const high = f64x2.promote_low_f32x4(i32x4.shuffle(four, four, 2, 3, 2, 3));
      sum += f64x2.extract_lane(low, 0);
      sum += f64x2.extract_lane(low, 1);
      sum += f64x2.extract_lane(high, 0);
      sum += f64x2.extract_lane(high, 1);
    }
    store<f64>(out, sum);
    out += 8;
    index += line;
    x += step;
  }
}

/**
 * out_r ← Σ_j softplus(x_rj) over the 20 units of a panel: in each of four lanes the sum of five max(x, 0) and the logarithm of the product of five
 * 1 + e^-|x|, in f32; then f64, (lane 0 + lane 1) + (lane 2 + lane 3). A padded unit, x = -∞, adds 0.
 */
export function softplusRows(panel: usize, rows: u32, out: usize): void {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  for (let at = panel, end = panel + <usize>rows * ROW; at < end; at += ROW) {
    let sum = zero;
    let product = one;
    for (let k: usize = 0; k < ROW; k += 16) {
      const x = v128.load(at + k);
      sum = f32x4.add(sum, f32x4.pmax(x, zero));
      product = f32x4.mul(product, f32x4.add(one, exp4(f32x4.neg(f32x4.abs(x)))));
    }
    sum = f32x4.add(sum, log4(product));
    const low = <f64>f32x4.extract_lane(sum, 0) + <f64>f32x4.extract_lane(sum, 1);
    store<f64>(out, low + (<f64>f32x4.extract_lane(sum, 2) + <f64>f32x4.extract_lane(sum, 3)));
    out += 8;
  }
}

/** Groups whose tables of 16 floats fit the 25600 bytes of a thread's tables. */
const BLOCK: u32 = 400;

/**
 * out_i ← Σ_r factors_r·bit_ir for `units` units: bits × floats with one column, in groups of four rows, as in panel.ts.
 * @param transposed u16 [units, entries], the bits of a unit in four rows each
 */
export function weightedCounts(
  transposed: usize, entries: u32, units: u32, groups: u32, factors: usize, tables: usize, out: usize,
): void {
  for (let i: u32 = 0; i < units; i++) store<f32>(out + ((<usize>i) << 2), 0);
  for (let first: u32 = 0; first < groups; first += BLOCK) {
    const count = min(BLOCK, groups - first);
    for (let g: u32 = 0; g < count; g++) {
      const from = factors + ((<usize>(first + g)) << 4);
      const table = tables + ((<usize>g) << 6);
      store<f32>(table, 0);
      for (let bit: u32 = 0; bit < 4; bit++) {
        // the highest bit is added last: the lowest rows come first
        const factor = load<f32>(from + ((<usize>bit) << 2));
        const high = (<usize>1) << (bit + 2);
        for (let low: usize = 0; low < high; low += 4) {
          store<f32>(table + high + low, low ? load<f32>(table + low) + factor : factor);
        }
      }
    }
    for (let i: u32 = 0; i < units; i++) {
      const at = out + ((<usize>i) << 2);
      let sum = load<f32>(at);
      let entry = transposed + (<usize>i * <usize>entries + <usize>first) * 2;
      let table = tables;
      for (let g: u32 = 0; g < count; g++) {
        sum += load<f32>(table + <usize>(<u32>load<u16>(entry) / 20));
        entry += 2;
        table += 64;
      }
      store<f32>(at, sum);
    }
  }
}
