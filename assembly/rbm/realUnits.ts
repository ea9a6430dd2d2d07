// Units of any kind, as numbers: from inputs a to means, to samples and to the logarithms of what they sum to, one panel of 20 units; and the product of
// real numbers with a panel.
//
//   kind  0 bits       p(1) = σ(a)
//         1 spins      p(+1) = σ(2a)
//         2 gaussian   N(a/γ, 1/γ)
//         3 relu       N(a/γ, 1/γ) given x >= 0
//
//   panel    f32 [rows, 20]    inputs
//   widths   f32 [20]          1/√γ; read by real kinds alone
//
// Two-valued kinds take vector 5r + k of the stream's numbers for units 4k .. 4k+3 of row r. Columns from `units` on are padding: they become 0.
// Cost: the random numbers and one exponential a unit; rectified units a continued fraction or a series.

import { exp4, log4, sigmoid4 } from '../math';
import { fillNormal, fillRandom, uniform4 } from '../random';
import { PANEL, ROW } from './panel';
import { LOG_ROOT_TWO_PI, rectifiedLogIntegral, rectifiedMean, rectifiedNormals } from './rectified';

export const SPINS: u32 = 1;
export const GAUSSIAN: u32 = 2;
export const RELU: u32 = 3;

/** Columns from `units` on become 0, in rows `step` bytes apart. */
function darken(x: usize, step: usize, rows: u32, units: u32): void {
  if (units >= PANEL) return;
  const bytes = (<usize>(PANEL - units)) << 2;
  x += (<usize>units) << 2;
  for (let r: u32 = 0; r < rows; r++, x += step) memory.fill(x, 0, bytes);
}

/** Inputs become means, in place. */
export function layerMeans(kind: u32, panel: usize, rows: u32, units: u32, widths: usize): void {
  const end = panel + <usize>rows * ROW;
  for (let at = panel; at < end; at += ROW) {
    for (let k: usize = 0; k < ROW; k += 16) {
      const a = v128.load(at + k);
      if (kind == RELU) {
        for (let lane = k; lane < k + 16; lane += 4) {
          const width = <f64>load<f32>(widths + lane);
          store<f32>(at + lane, <f32>(width * rectifiedMean(<f64>load<f32>(at + lane) * width)));
        }
      } else if (kind == GAUSSIAN) {
        const width = v128.load(widths + k);
        v128.store(at + k, f32x4.mul(width, f32x4.mul(width, a)));
      } else if (kind == SPINS) {
        const p = sigmoid4(f32x4.add(a, a));
        v128.store(at + k, f32x4.sub(f32x4.add(p, p), f32x4.splat(1)));
      } else v128.store(at + k, sigmoid4(a));
    }
  }
  darken(panel, ROW, rows, units);
}

/**
 * Samples given the inputs, which stay.
 * @param scratch 16 bytes, then 240 bytes a row
 * @param out f32, rows `step` bytes apart
 */
export function layerSamples(
  kind: u32, panel: usize, rows: u32, units: u32, widths: usize, stream: usize, scratch: usize, out: usize, step: usize,
): void {
  const count = rows * PANEL;
  const numbers = scratch + 16;
  if (kind == RELU) {
    const means = numbers + ((<usize>count) << 2);
    for (let k: u32 = 0; k < count; k++) {
      const width = <f64>load<f32>(widths + ((<usize>(k % PANEL)) << 2));
      store<f64>(means + ((<usize>k) << 3), <f64>load<f32>(panel + ((<usize>k) << 2)) * width);
    }
    rectifiedNormals(stream, scratch, means, numbers, count);
  } else if (kind == GAUSSIAN) fillNormal(stream, scratch, numbers, count, 1.0);
  else fillRandom(stream, numbers, count >> 2);
  const one = f32x4.splat(1);
  for (let r: u32 = 0; r < rows; r++) {
    const from = <usize>r * ROW;
    const to = out + <usize>r * step;
    for (let k: usize = 0; k < ROW; k += 16) {
      const a = v128.load(panel + from + k);
      const random = v128.load(numbers + from + k);
      if (kind >= GAUSSIAN) {
        const width = v128.load(widths + k);
        const x = kind == RELU ? random : f32x4.add(f32x4.mul(width, a), random);
        v128.store(to + k, f32x4.mul(width, x));
      } else if (kind == SPINS) {
        const up = f32x4.lt(uniform4(random), sigmoid4(f32x4.add(a, a)));
        v128.store(to + k, v128.bitselect(one, f32x4.neg(one), up));
      } else v128.store(to + k, v128.and(one, f32x4.lt(uniform4(random), sigmoid4(a))));
    }
  }
  darken(out, step, rows, units);
}

/** Σ_j log Σ_x e^{a_j x} of two-valued units: see layerLogSums. */
// @ts-ignore: decorator
@inline function twoValuedLogSum(spins: bool, inputs: usize, units: u32): f64 {
  const one = f32x4.splat(1);
  let sum = f32x4.splat(0);
  let product = one;
  for (let k: u32 = 0; k < PANEL; k += 4) {
    const own = i32x4.lt_s(i32x4.add(i32x4(0, 1, 2, 3), i32x4.splat(k)), i32x4.splat(units));
    const a = v128.load(inputs + ((<usize>k) << 2));
    const size = f32x4.abs(a);
    const larger = spins ? size : f32x4.pmax(a, f32x4.splat(0));
    const rest = exp4(f32x4.neg(spins ? f32x4.add(size, size) : size));
    sum = f32x4.add(sum, v128.and(larger, own));
    product = f32x4.mul(product, f32x4.add(one, v128.and(rest, own)));
  }
  sum = f32x4.add(sum, log4(product));
  const low = <f64>f32x4.extract_lane(sum, 0) + <f64>f32x4.extract_lane(sum, 1);
  return low + (<f64>f32x4.extract_lane(sum, 2) + <f64>f32x4.extract_lane(sum, 3));
}

/** Σ_j log ∫ e^{a_j x - x²/2} dx of real units, in order. */
// @ts-ignore: decorator
@inline function realLogSum(rectified: bool, inputs: usize, units: u32): f64 {
  let sum: f64 = 0;
  for (let j: u32 = 0; j < units; j++) {
    const a = <f64>load<f32>(inputs + ((<usize>j) << 2));
    sum += rectified ? rectifiedLogIntegral(a) : (a * a) / 2.0 + LOG_ROOT_TWO_PI;
  }
  return sum;
}

/**
 * What units contribute to -F by their inputs: out_r ← Σ_j log Σ_x e^{a_rj x}, f64; for real units, of precision 1, the integral of e^{ax - x²/2}.
 *   bits        max(a, 0) + log(1 + e^-|a|)
 *   spins       |a| + log(1 + e^-2|a|)
 *   gaussian    a²/2 + ½ log 2π
 *   relu        log ∫₀^∞ e^{ax - x²/2} dx (rectified.ts)
 * For two-valued units each of four lanes has, in f32, the sum of five first terms and the logarithm of the product of five 1 + e^…; then in f64
 * (lane 0 + lane 1) + (lane 2 + lane 3).
 */
export function layerLogSums(kind: u32, panel: usize, rows: u32, units: u32, out: usize): void {
  const end = panel + <usize>rows * ROW;
  for (let at = panel; at < end; at += ROW) {
    store<f64>(out, kind >= GAUSSIAN ? realLogSum(kind == RELU, at, units) : twoValuedLogSum(kind == SPINS, at, units));
    out += 8;
  }
}

/**
 * What units contribute to -F by their states: out_r ← Σ_i x_ri(θ_i - γ_i x_ri/2), f64, units in order.
 * @param x f32, rows `step` bytes apart; bias θ, f32 [units]
 * @param precision γ, f32 [units]; 0 for two-valued units, which have none
 */
export function layerOwnSums(
  x: usize, step: usize, rows: u32, units: u32, bias: usize, precision: usize, out: usize,
): void {
  for (let r: u32 = 0; r < rows; r++) {
    let sum: f64 = 0;
    for (let i: usize = 0, past = (<usize>units) << 2; i < past; i += 4) {
      const value = <f64>load<f32>(x + i);
      const gamma = precision ? <f64>load<f32>(precision + i) : 0;
      sum += value * (<f64>load<f32>(bias + i) - 0.5 * gamma * value);
    }
    store<f64>(out, sum);
    out += 8;
    x += step;
  }
}

/**
 * out += X × panel: out_r += Σ_k x_rk panel_k, k in order.
 * @param x f32; x_rk lies at x + r·rowStep + k·step bytes, so that Xᵀ is read without being made
 * @param panel f32 [inner, 20], inner > 0; out f32 [rows, 20], rows > 0
 */
export function realProduct(
  x: usize, rowStep: usize, step: usize, rows: u32, inner: u32, panel: usize, out: usize,
): void {
  const end = out + <usize>rows * ROW;
  const stop = panel + <usize>inner * ROW;
  do {
    let sum0 = v128.load(out);
    let sum1 = v128.load(out, 16);
    let sum2 = v128.load(out, 32);
    let sum3 = v128.load(out, 48);
    let sum4 = v128.load(out, 64);
    let at = x;
    let row = panel;
    do {
      const factor = v128.load32_splat(at);
      sum0 = f32x4.add(sum0, f32x4.mul(factor, v128.load(row)));
      sum1 = f32x4.add(sum1, f32x4.mul(factor, v128.load(row, 16)));
      sum2 = f32x4.add(sum2, f32x4.mul(factor, v128.load(row, 32)));
      sum3 = f32x4.add(sum3, f32x4.mul(factor, v128.load(row, 48)));
      sum4 = f32x4.add(sum4, f32x4.mul(factor, v128.load(row, 64)));
      at += step;
      row += ROW;
    } while (row < stop);
    v128.store(out, sum0);
    v128.store(out, sum1, 16);
    v128.store(out, sum2, 32);
    v128.store(out, sum3, 48);
    v128.store(out, sum4, 64);
    out += ROW;
    x += rowStep;
  } while (out < end);
}

/**
 * sums += Σ_r factors_r x_r and squares += Σ_r factors_r (x_r - μ)², rows in order, for 20 units.
 * @param x f32, rows `step` bytes apart; mus f32 [20], 0 for none
 * @param squares f32 [20], or 0
 */
export function weightedMoments(
  x: usize, step: usize, rows: u32, factors: usize, mus: usize, sums: usize, squares: usize,
): void {
  for (let k: usize = 0; k < ROW; k += 16) {
    const mu = mus ? v128.load(mus + k) : f32x4.splat(0);
    let sum = v128.load(sums + k);
    let square = squares ? v128.load(squares + k) : f32x4.splat(0);
    let at = x + k;
    for (let r: u32 = 0; r < rows; r++, at += step) {
      const factor = v128.load32_splat(factors + ((<usize>r) << 2));
      const value = v128.load(at);
      const apart = f32x4.sub(value, mu);
      sum = f32x4.add(sum, f32x4.mul(factor, value));
      square = f32x4.add(square, f32x4.mul(factor, f32x4.mul(apart, apart)));
    }
    v128.store(sums + k, sum);
    if (squares) v128.store(squares + k, square);
  }
}
