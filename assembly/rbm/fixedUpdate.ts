// The step of update.ts where the products are in 16-bit fixed point: weights and velocities stay float32, and what the products read is made anew.
//
//   gradient    i16 [rows, 40]
//   velocity    f32 [rows, 40]      ← momentum·velocity + rate·gradient
//   weights     f32 [rows, 40]      ← shrink(weights + velocity)
//   forward     i16 [rows, 40]      ← 2^10·weights, to the nearest
//   mirror      i16                 the panels of its transpose [hidden, visible]: entry (j, i) at panel i/40, row j, column i mod 40
//
// Eight rows at a time: five 8×8 blocks are updated, rounded, stored, transposed in registers and stored again.

import { COLUMNS, LINE } from './fixedPoint';

/** Bytes of a row of floats. */
const FLOATS: usize = 2 * LINE;
/** A float whose last bit is worth 2^-10: added to a weight, it leaves 2^10·weight, to the nearest, in the low bits; and its own bits. */
const MAGIC: f32 = 12288.0;
const MAGIC_BITS: i32 = 0x46400000;

// @ts-ignore: decorator
@inline function step(
  gradient: v128, at: usize, velocity: usize, weights: usize, rate: v128, momentum: v128, lambda: v128, minus: v128, magic: v128, bits: v128,
): v128 {
  const v = f32x4.add(f32x4.mul(momentum, v128.load(velocity + at)), f32x4.mul(rate, f32x4.convert_i32x4_s(gradient)));
  v128.store(velocity + at, v);
  const x = f32x4.add(v128.load(weights + at), v);
  const w = f32x4.sub(x, f32x4.pmin(f32x4.pmax(x, minus), lambda)); // shrink(x)
  v128.store(weights + at, w);
  return i32x4.sub(f32x4.add(w, magic), bits);
}

/** Eight weights of a row. */
// @ts-ignore: decorator
@inline function eight(
  row: usize, column: usize, gradient: usize, velocity: usize, weights: usize, forward: usize,
  rate: v128, momentum: v128, lambda: v128, minus: v128, magic: v128, bits: v128,
): v128 {
  const g = v128.load(gradient + row * LINE + column);
  const at = row * FLOATS + 2 * column;
  const low = step(i32x4.extend_low_i16x8_s(g), at, velocity, weights, rate, momentum, lambda, minus, magic, bits);
  const high = step(i32x4.extend_high_i16x8_s(g), at + 16, velocity, weights, rate, momentum, lambda, minus, magic, bits);
  const w = i16x8.narrow_i32x4_s(low, high);
  v128.store(forward + row * LINE + column, w);
  return w;
}

// @ts-ignore: decorator
@inline function low8(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

// @ts-ignore: decorator
@inline function high8(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

/**
 * Updates panel `panel` of W and the matching rows of its transpose.
 * @param rows visible units, padded to a multiple of 40
 * @param hidden hidden units, padded to a multiple of 40: rows of a panel of the transpose
 * @param scratch 8 bytes
 */
export function fixedUpdate(
  gradient: usize, velocity: usize, weights: usize, forward: usize, mirror: usize, rows: u32, hidden: u32, panel: u32,
  rate: f32, momentum: f32, lambda: f32, scratch: usize,
): void {
  const r = f32x4.splat(rate);
  const m = f32x4.splat(momentum);
  const l = f32x4.splat(lambda);
  const n = f32x4.splat(-lambda);
  // V8 makes a constant anew at every use, by three instructions; what comes from memory stays in its register
  store<f32>(scratch, MAGIC);
  store<i32>(scratch, MAGIC_BITS, 4);
  const a = v128.load32_splat(scratch);
  const b = v128.load32_splat(scratch, 4);
  for (let i: u32 = 0; i < rows; i += 8) {
    const block = mirror + <usize>(i / COLUMNS) * (<usize>hidden * LINE) + ((<usize>(i % COLUMNS)) << 1) + <usize>(panel * COLUMNS) * LINE;
    const g = gradient + <usize>i * LINE;
    const f = forward + <usize>i * LINE;
    const v = velocity + <usize>i * FLOATS;
    const w = weights + <usize>i * FLOATS;
    for (let k: usize = 0; k < LINE; k += 16) {
      const q0 = eight(0, k, g, v, w, f, r, m, l, n, a, b);
      const q4 = eight(4, k, g, v, w, f, r, m, l, n, a, b);
      const a0 = low8(q0, q4);
      const a1 = high8(q0, q4);
      const q1 = eight(1, k, g, v, w, f, r, m, l, n, a, b);
      const q5 = eight(5, k, g, v, w, f, r, m, l, n, a, b);
      const a2 = low8(q1, q5);
      const a3 = high8(q1, q5);
      const q2 = eight(2, k, g, v, w, f, r, m, l, n, a, b);
      const q6 = eight(6, k, g, v, w, f, r, m, l, n, a, b);
      const a4 = low8(q2, q6);
      const a5 = high8(q2, q6);
      const q3 = eight(3, k, g, v, w, f, r, m, l, n, a, b);
      const q7 = eight(7, k, g, v, w, f, r, m, l, n, a, b);
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
      const column = block + (k >> 1) * LINE;
      v128.store(column, low8(b0, b4));
      v128.store(column, high8(b0, b4), LINE);
      v128.store(column, low8(b1, b5), 2 * LINE);
      v128.store(column, high8(b1, b5), 3 * LINE);
      v128.store(column, low8(b2, b6), 4 * LINE);
      v128.store(column, high8(b2, b6), 5 * LINE);
      v128.store(column, low8(b3, b7), 6 * LINE);
      v128.store(column, high8(b3, b7), 7 * LINE);
    }
  }
}
