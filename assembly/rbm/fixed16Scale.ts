// The scales of 16-bit fixed point. Column j of W is read by the upward product as multiples of 2^-s_j, column i of Wᵀ by the downward one as multiples of
// 2^-s_i: the largest s <= 12 for which neither a pass of 40 inputs, in 2^-s, nor all passes, in 2^(3 - s), can leave the range of 16 bits, whatever the bits are.
// Weights above 0 and those below 0 are summed apart, each with what it may gain until scales are chosen anew: `growth` times its velocity. Weights
// that grow faster still make sums saturate; they never wrap.
//
//   weights, velocity   f32 [rows, 40], one panel of W [visible, hidden]
//   scales              of a panel of 40 units: f32 [3][40]: 1.5·2^(23 - s), to which a weight is added to round it; the same as bits (i32); -log₂e·2^(3 - s),
//                       by which an input of the unit is multiplied
//   shares              f32 [2][rows]: for each row of the panel the sums above and below 0, a pass of the downward product

import { sumLanes } from '../lanes';
import { COLUMNS, FORTY, LINE, SCALES } from './fixed16';
import { eight, storeTransposed } from './fixed16Update';

/** What sums may reach, of 2^15. */
const MAX_SUM: f32 = 30000;
const MAX_SHIFT: i32 = 12;

/** A velocity v for which v + LEAST is LEAST becomes 0: |v| is 2^-84 at most, and no weight of LEAST and more would see it. */
const LEAST: f32 = 8.673617379884035e-19; // 2^-60

/** The scale for sums of a pass and of all passes up to so much. */
// @ts-ignore: decorator
@inline function storeScale(scales: usize, pass: f32, all: f32): void {
  const ratio = MAX_SUM / max<f32>(max<f32>(pass, all * <f32>0.125), <f32>1e-30);
  const s = min(MAX_SHIFT, (reinterpret<i32>(ratio) >> 23) - 127); // 2^s <= ratio
  const bits = 0x4b400000 - (s << 23);
  store<i32>(scales, bits);
  store<i32>(scales, bits, FORTY);
  store<f32>(scales, <f32>-1.4426950408889634 * reinterpret<f32>((130 - s) << 23), 2 * FORTY);
}

/**
 * The scales of the 40 hidden units of a panel, and its shares. Velocities next to nothing become 0 here: where P is 0 or 1 in all rows the gradient is exactly 0,
 * its velocity halves on to denormal numbers, and a processor takes a hundred times as long for a product of these (with many such units half of the time of `fixedUpdate`).
 * @param scratch 320 bytes: of each column the larger of the two sums over all rows, and the largest of a pass
 */
export function fixedHiddenScales(weights: usize, velocity: usize, rows: u32, growth: f32, scales: usize, shares: usize, scratch: usize): void {
  const zero = f32x4.splat(0);
  const factor = f32x4.splat(growth);
  const least = f32x4.splat(LEAST);
  for (let column: usize = 0; column < FORTY; column += 16) {
    let above = zero;
    let below = zero;
    let most = zero;
    for (let first: u32 = 0; first < rows; first += COLUMNS) {
      let up = zero;
      let down = zero;
      for (let i = first; i < first + COLUMNS; i++) {
        const at = <usize>i * FORTY + column;
        const w = v128.load(weights + at);
        const v = v128.load(velocity + at);
        const seen = v128.and(v, f32x4.ne(f32x4.add(v, least), least));
        v128.store(velocity + at, seen);
        const gain = f32x4.mul(factor, f32x4.abs(seen));
        up = f32x4.add(up, f32x4.add(f32x4.pmax(w, zero), gain));
        down = f32x4.add(down, f32x4.sub(gain, f32x4.pmin(w, zero)));
      }
      above = f32x4.add(above, up);
      below = f32x4.add(below, down);
      most = f32x4.pmax(most, f32x4.pmax(up, down));
    }
    v128.store(scratch + column, f32x4.pmax(above, below));
    v128.store(scratch + column, most, FORTY);
  }
  for (let column: usize = 0; column < FORTY; column += 4) storeScale(scales + column, load<f32>(scratch + column, FORTY), load<f32>(scratch + column));
  const half = shares + ((<usize>rows) << 2);
  for (let i: u32 = 0; i < rows; i++) {
    let up = zero;
    let down = zero;
    for (let column: usize = 0; column < FORTY; column += 16) {
      const at = <usize>i * FORTY + column;
      const w = v128.load(weights + at);
      const gain = f32x4.mul(factor, f32x4.abs(v128.load(velocity + at)));
      up = f32x4.add(up, f32x4.add(f32x4.pmax(w, zero), gain));
      down = f32x4.add(down, f32x4.sub(gain, f32x4.pmin(w, zero)));
    }
    store<f32>(shares + ((<usize>i) << 2), sumLanes(up));
    store<f32>(half + ((<usize>i) << 2), sumLanes(down));
  }
}

/**
 * The scales of the 40 visible units of a panel from the shares of all `panels` panels of hidden units.
 * @param shares of unit 0 of the panel of visible units; `rows` units a share
 */
export function fixedVisibleScales(shares: usize, rows: u32, panels: u32, scales: usize): void {
  const line = (<usize>rows) << 2;
  for (let i: usize = 0; i < FORTY; i += 4) {
    let above: f32 = 0;
    let below: f32 = 0;
    let most: f32 = 0;
    let at = shares + i;
    for (let p: u32 = 0; p < panels; p++) {
      const up = load<f32>(at);
      const down = load<f32>(at + line);
      above += up;
      below += down;
      most = max(most, max(up, down));
      at += 2 * line;
    }
    storeScale(scales + i, most, max(above, below));
  }
}

/** forward and mirror of one panel of W from its weights, by the scales (fixed16Update.ts). */
export function fixedRound(
  weights: usize, forward: usize, mirror: usize, rows: u32, hidden: u32, panel: u32, scales: usize, visibleScales: usize,
): void {
  for (let i: u32 = 0; i < rows; i += 8) {
    const block = mirror + <usize>(i / COLUMNS) * (<usize>hidden * LINE) + ((<usize>(i % COLUMNS)) << 1) + <usize>(panel * COLUMNS) * LINE;
    const row = visibleScales + <usize>(i / COLUMNS) * SCALES + ((<usize>(i % COLUMNS)) << 2);
    const w = weights + <usize>i * (2 * LINE);
    const f = forward + <usize>i * LINE;
    for (let k: usize = 0; k < LINE; k += 16) {
      const s = scales + 2 * k;
      const q0 = rounded(0, k, w, f, s, row);
      const q1 = rounded(1, k, w, f, s, row);
      const q2 = rounded(2, k, w, f, s, row);
      const q3 = rounded(3, k, w, f, s, row);
      const q4 = rounded(4, k, w, f, s, row);
      const q5 = rounded(5, k, w, f, s, row);
      const q6 = rounded(6, k, w, f, s, row);
      const q7 = rounded(7, k, w, f, s, row);
      storeTransposed(q0, q1, q2, q3, q4, q5, q6, q7, block + (k >> 1) * LINE);
    }
  }
}

// @ts-ignore: decorator
@inline function rounded(row: usize, column: usize, weights: usize, forward: usize, scales: usize, rowScales: usize): v128 {
  const at = weights + row * FORTY + 2 * column;
  return eight(v128.load(at), v128.load(at, 16), row, forward + row * LINE + column, scales, rowScales);
}
