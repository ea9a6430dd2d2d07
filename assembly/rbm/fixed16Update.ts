// The step of update.ts where the products are in 16-bit fixed point: weights and velocities stay float32, and what the products read is made anew.
//
//   gradient    i16 [rows, 40]
//   velocity    f32 [rows, 40]      ← momentum·velocity + rate·gradient, for a centred step -μ dbᵀ - dc λᵀ as in descent.ts
//   weights     f32 [rows, 40]      ← shrink(weights + velocity)
//   forward     i16 [rows, 40]      ← 2^s·weights, to the nearest, s of the column
//   mirror      i16                 the panels of the transpose [hidden, visible]: entry (j, i) at panel i/40, row j, column i mod 40, ← 2^s·weights, s of i
//   scales      f32 [3][40]         of the panel's hidden units, and likewise of each panel of visible units (fixed16Scale.ts)
//
// Eight rows at a time: five 8×8 blocks are updated, rounded, stored, transposed in registers and stored again.

import { sumLanes } from '../lanes';
import { COLUMNS, FORTY, LINE, SCALES } from './fixed16';

/** Eight weights of a row as i16: stored by the scales of their columns, returned by that of their row. */
// @ts-ignore: decorator
@inline export function eight(low: v128, high: v128, row: usize, forward: usize, scales: usize, rowScales: usize): v128 {
  const a = i32x4.sub(f32x4.add(low, v128.load(scales)), v128.load(scales, FORTY));
  const b = i32x4.sub(f32x4.add(high, v128.load(scales, 16)), v128.load(scales, FORTY + 16));
  v128.store(forward, i16x8.narrow_i32x4_s(a, b));
  const magic = v128.load32_splat(rowScales + (row << 2));
  const bits = v128.load32_splat(rowScales + (row << 2), FORTY);
  return i16x8.narrow_i32x4_s(i32x4.sub(f32x4.add(low, magic), bits), i32x4.sub(f32x4.add(high, magic), bits));
}

// @ts-ignore: decorator
@inline function low8(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

// @ts-ignore: decorator
@inline function high8(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

/** Eight rows of eight i16 become the first eight of eight rows at `out`. */
// @ts-ignore: decorator
@inline export function storeTransposed(q0: v128, q1: v128, q2: v128, q3: v128, q4: v128, q5: v128, q6: v128, q7: v128, out: usize): void {
  const a0 = low8(q0, q4);
  const a1 = high8(q0, q4);
  const a2 = low8(q1, q5);
  const a3 = high8(q1, q5);
  const a4 = low8(q2, q6);
  const a5 = high8(q2, q6);
  const a6 = low8(q3, q7);
  const a7 = high8(q3, q7);
  const b0 = low8(a0, a4);
  const b1 = high8(a0, a4);
  const b2 = low8(a1, a5);
  const b3 = high8(a1, a5);
  const b4 = low8(a2, a6);
  const b5 = high8(a2, a6);
  const b6 = low8(a3, a7);
  const b7 = high8(a3, a7);
  v128.store(out, low8(b0, b4));
  v128.store(out, high8(b0, b4), LINE);
  v128.store(out, low8(b1, b5), 2 * LINE);
  v128.store(out, high8(b1, b5), 3 * LINE);
  v128.store(out, low8(b2, b6), 4 * LINE);
  v128.store(out, high8(b2, b6), 5 * LINE);
  v128.store(out, low8(b3, b7), 6 * LINE);
  v128.store(out, high8(b3, b7), 7 * LINE);
}

// @ts-ignore: decorator
@inline function step(gradient: v128, velocity: usize, weights: usize, rate: v128, momentum: v128, lambda: v128, minus: v128): v128 {
  const v = f32x4.add(f32x4.mul(momentum, v128.load(velocity)), f32x4.mul(rate, f32x4.convert_i32x4_s(gradient)));
  v128.store(velocity, v);
  const x = f32x4.add(v128.load(weights), v);
  const w = f32x4.sub(x, f32x4.pmin(f32x4.pmax(x, minus), lambda)); // shrink(x)
  v128.store(weights, w);
  return w;
}

// @ts-ignore: decorator
@inline function updated(
  row: usize, column: usize, gradient: usize, velocity: usize, weights: usize, forward: usize,
  rate: v128, momentum: v128, lambda: v128, minus: v128, scales: usize, rowScales: usize,
): v128 {
  const g = v128.load(gradient + row * LINE + column);
  const at = row * FORTY + 2 * column;
  const low = step(i32x4.extend_low_i16x8_s(g), velocity + at, weights + at, rate, momentum, lambda, minus);
  const high = step(i32x4.extend_high_i16x8_s(g), velocity + at + 16, weights + at + 16, rate, momentum, lambda, minus);
  return eight(low, high, row, forward + row * LINE + column, scales, rowScales);
}

/**
 * Updates panel `panel` of W and the matching rows of its transpose.
 * @param rows visible units, padded to a multiple of 40
 * @param hidden hidden units, padded to a multiple of 40: rows of a panel of the transpose
 */
export function fixedUpdate(
  gradient: usize, velocity: usize, weights: usize, forward: usize, mirror: usize, rows: u32, hidden: u32, panel: u32,
  rate: f32, momentum: f32, lambda: f32, scales: usize, visibleScales: usize,
): void {
  const r = f32x4.splat(rate);
  const m = f32x4.splat(momentum);
  const l = f32x4.splat(lambda);
  const n = f32x4.splat(-lambda);
  for (let i: u32 = 0; i < rows; i += 8) {
    const block = mirror + <usize>(i / COLUMNS) * (<usize>hidden * LINE) + ((<usize>(i % COLUMNS)) << 1) + <usize>(panel * COLUMNS) * LINE;
    const row = visibleScales + <usize>(i / COLUMNS) * SCALES + ((<usize>(i % COLUMNS)) << 2);
    const g = gradient + <usize>i * LINE;
    const f = forward + <usize>i * LINE;
    const v = velocity + <usize>i * FORTY;
    const w = weights + <usize>i * FORTY;
    for (let k: usize = 0; k < LINE; k += 16) {
      const s = scales + 2 * k;
      const q0 = updated(0, k, g, v, w, f, r, m, l, n, s, row);
      const q1 = updated(1, k, g, v, w, f, r, m, l, n, s, row);
      const q2 = updated(2, k, g, v, w, f, r, m, l, n, s, row);
      const q3 = updated(3, k, g, v, w, f, r, m, l, n, s, row);
      const q4 = updated(4, k, g, v, w, f, r, m, l, n, s, row);
      const q5 = updated(5, k, g, v, w, f, r, m, l, n, s, row);
      const q6 = updated(6, k, g, v, w, f, r, m, l, n, s, row);
      const q7 = updated(7, k, g, v, w, f, r, m, l, n, s, row);
      storeTransposed(q0, q1, q2, q3, q4, q5, q6, q7, block + (k >> 1) * LINE);
    }
  }
}

/** Eight weights of a row, centred: the change of W is left in `partial` (times λ, four sums side by side) and `correction` (times μ). */
// @ts-ignore: decorator
@inline function centredStep(
  row: usize, column: usize, gradient: usize, velocity: usize, weights: usize, forward: usize,
  rate: v128, momentum: v128, lambda: v128, minus: v128, scales: usize, rowScales: usize, db: usize, dc: usize, lambdas: usize, mus: usize,
  partial: usize, correction: usize,
): v128 {
  const g = v128.load(gradient + row * LINE + column);
  const at = row * FORTY + 2 * column;
  const d = v128.load32_splat(dc + (row << 2));
  const mu = v128.load32_splat(mus + (row << 2));
  let sum = v128.load(partial + (row << 4));
  let low = f32x4.splat(0);
  let high = f32x4.splat(0);
  for (let half: usize = 0; half < 32; half += 16) {
    const four = f32x4.convert_i32x4_s(half ? i32x4.extend_high_i16x8_s(g) : i32x4.extend_low_i16x8_s(g));
    const l = v128.load(lambdas + 2 * column + half);
    const pull = f32x4.sub(f32x4.sub(f32x4.mul(rate, four), f32x4.mul(mu, v128.load(db + 2 * column + half))), f32x4.mul(l, d));
    const v = f32x4.add(f32x4.mul(momentum, v128.load(velocity + at + half)), pull);
    v128.store(velocity + at + half, v);
    const before = v128.load(weights + at + half);
    const x = f32x4.add(before, v);
    const w = f32x4.sub(x, f32x4.pmin(f32x4.pmax(x, minus), lambda)); // shrink(x)
    v128.store(weights + at + half, w);
    const change = f32x4.sub(w, before);
    sum = f32x4.add(sum, f32x4.mul(change, l));
    const c = correction + 2 * column + half;
    v128.store(c, f32x4.add(v128.load(c), f32x4.mul(mu, change)));
    if (half) high = w;
    else low = w;
  }
  v128.store(partial + (row << 4), sum);
  return eight(low, high, row, forward + row * LINE + column, scales, rowScales);
}

/**
 * fixedUpdate for a step in v - μ and h - λ.
 * @param db dc f32 [40] and [rows]: rate times the gradients of the biases
 * @param lambdas mus f32 [40] and [rows]: the offsets λ and μ
 * @param partial f32 [rows]: ΔW λ of this panel; correction f32 [40]: ΔWᵀμ
 * @param scratch 128 bytes
 */
export function fixedCentredUpdate(
  gradient: usize, velocity: usize, weights: usize, forward: usize, mirror: usize, rows: u32, hidden: u32, panel: u32,
  rate: f32, momentum: f32, lambda: f32, scales: usize, visibleScales: usize,
  db: usize, dc: usize, lambdas: usize, mus: usize, partial: usize, correction: usize, scratch: usize,
): void {
  const r = f32x4.splat(rate);
  const m = f32x4.splat(momentum);
  const l = f32x4.splat(lambda);
  const n = f32x4.splat(-lambda);
  memory.fill(correction, 0, FORTY);
  for (let i: u32 = 0; i < rows; i += 8) {
    const block = mirror + <usize>(i / COLUMNS) * (<usize>hidden * LINE) + ((<usize>(i % COLUMNS)) << 1) + <usize>(panel * COLUMNS) * LINE;
    const row = visibleScales + <usize>(i / COLUMNS) * SCALES + ((<usize>(i % COLUMNS)) << 2);
    const g = gradient + <usize>i * LINE;
    const f = forward + <usize>i * LINE;
    const v = velocity + <usize>i * FORTY;
    const w = weights + <usize>i * FORTY;
    const d = dc + ((<usize>i) << 2);
    const u = mus + ((<usize>i) << 2);
    memory.fill(scratch, 0, 128);
    for (let k: usize = 0; k < LINE; k += 16) {
      const s = scales + 2 * k;
      const q0 = centredStep(0, k, g, v, w, f, r, m, l, n, s, row, db, d, lambdas, u, scratch, correction);
      const q1 = centredStep(1, k, g, v, w, f, r, m, l, n, s, row, db, d, lambdas, u, scratch, correction);
      const q2 = centredStep(2, k, g, v, w, f, r, m, l, n, s, row, db, d, lambdas, u, scratch, correction);
      const q3 = centredStep(3, k, g, v, w, f, r, m, l, n, s, row, db, d, lambdas, u, scratch, correction);
      const q4 = centredStep(4, k, g, v, w, f, r, m, l, n, s, row, db, d, lambdas, u, scratch, correction);
      const q5 = centredStep(5, k, g, v, w, f, r, m, l, n, s, row, db, d, lambdas, u, scratch, correction);
      const q6 = centredStep(6, k, g, v, w, f, r, m, l, n, s, row, db, d, lambdas, u, scratch, correction);
      const q7 = centredStep(7, k, g, v, w, f, r, m, l, n, s, row, db, d, lambdas, u, scratch, correction);
      storeTransposed(q0, q1, q2, q3, q4, q5, q6, q7, block + (k >> 1) * LINE);
    }
    for (let k: usize = 0; k < 8; k++) {
      const sum = v128.load(scratch + (k << 4));
      store<f32>(partial + ((<usize>i + k) << 2), sumLanes(sum));
    }
  }
}
