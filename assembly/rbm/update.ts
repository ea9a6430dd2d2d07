// One step of gradient descent on a panel of weights, in both layouts.
//
//   velocity ← momentum·velocity + rate·gradient
//   weight   ← shrink(weight + velocity),  shrink(w) = sign(w)·max(|w| - λ, 0)    (the proximal step of L1: small weights become exactly zero)
//
//   gradient, velocity, weights   f32 [rows, 20], one panel of W [visible, hidden]
//   mirror                        the panels of Wᵀ [hidden, visible]: entry (j, i) at panel i/20, row j, column i mod 20
//
// Four rows at a time: five 4×4 blocks are updated, stored, transposed in registers and stored again.

import { highPairs, lowPairs } from '../lanes';
import { PANEL, ROW } from './panel';

/** |x| - λ where positive, with the sign of x; λ >= 0. */
// @ts-ignore: decorator
@inline export function shrink(x: v128, lambda: v128): v128 {
  const sign = f32x4.splat(-0.0);
  const size = f32x4.pmax(f32x4.sub(f32x4.abs(x), lambda), f32x4.splat(0));
  return v128.or(size, v128.and(x, sign));
}

// @ts-ignore: decorator
@inline function step(gradient: usize, velocity: usize, weights: usize, rate: v128, momentum: v128, lambda: v128): v128 {
  const v = f32x4.add(f32x4.mul(momentum, v128.load(velocity)), f32x4.mul(rate, v128.load(gradient)));
  v128.store(velocity, v);
  const w = shrink(f32x4.add(v128.load(weights), v), lambda);
  v128.store(weights, w);
  return w;
}

/** Four rows of four numbers become the first four numbers of four rows at `column`. */
// @ts-ignore: decorator
@inline export function storeBlock(w0: v128, w1: v128, w2: v128, w3: v128, column: usize): void {
  const a = lowPairs(w0, w2);
  const b = lowPairs(w1, w3);
  const c = highPairs(w0, w2);
  const d = highPairs(w1, w3);
  v128.store(column, lowPairs(a, b));
  v128.store(column, highPairs(a, b), ROW);
  v128.store(column, lowPairs(c, d), 2 * ROW);
  v128.store(column, highPairs(c, d), 3 * ROW);
}

/**
 * Updates panel `panel` of W and the matching rows of Wᵀ.
 * @param rows visible units, padded to a multiple of 20
 * @param hidden hidden units, padded to a multiple of 20: rows of a panel of Wᵀ
 */
export function updateWeights(
  gradient: usize, velocity: usize, weights: usize, mirror: usize, rows: u32, hidden: u32, panel: u32,
  rate: f32, momentum: f32, lambda: f32,
): void {
  const rates = f32x4.splat(rate);
  const momenta = f32x4.splat(momentum);
  const lambdas = f32x4.splat(lambda);
  const size = <usize>hidden * ROW;
  for (let i: u32 = 0; i < rows; i += 4) {
    const block = mirror + <usize>(i / PANEL) * size + ((<usize>(i % PANEL)) << 2) + <usize>(panel * PANEL) * ROW;
    for (let k: usize = 0; k < 5; k++) {
      const at = <usize>i * ROW + (k << 4);
      const w0 = step(gradient + at, velocity + at, weights + at, rates, momenta, lambdas);
      const w1 = step(gradient + at + ROW, velocity + at + ROW, weights + at + ROW, rates, momenta, lambdas);
      const w2 = step(gradient + at + 2 * ROW, velocity + at + 2 * ROW, weights + at + 2 * ROW, rates, momenta, lambdas);
      const w3 = step(gradient + at + 3 * ROW, velocity + at + 3 * ROW, weights + at + 3 * ROW, rates, momenta, lambdas);
      storeBlock(w0, w1, w2, w3, block + (k << 2) * ROW);
    }
  }
}

/** velocity ← momentum·velocity + rate·(plus - minus), bias ← bias + velocity; 20 floats each. */
export function updateBias(plus: usize, minus: usize, velocity: usize, bias: usize, rate: f32, momentum: f32): void {
  for (let at: usize = 0; at < ROW; at += 16) {
    const gradient = f32x4.sub(v128.load(plus + at), v128.load(minus + at));
    const v = f32x4.add(f32x4.mul(f32x4.splat(momentum), v128.load(velocity + at)), f32x4.mul(f32x4.splat(rate), gradient));
    v128.store(velocity + at, v);
    v128.store(bias + at, f32x4.add(v128.load(bias + at), v));
  }
}

/** Σ over `rows` rows of a panel, 20 floats at `out`, rows in order. */
export function sumRows(panel: usize, rows: u32, out: usize): void {
  for (let column: usize = 0; column < ROW; column += 16) {
    let sum = f32x4.splat(0);
    for (let at = panel + column, end = panel + <usize>rows * ROW; at < end; at += ROW) sum = f32x4.add(sum, v128.load(at));
    v128.store(out + column, sum);
  }
}
