// What annealed importance sampling needs beside the products of panel.ts: the change of the weight of a chain when the inverse temperature moves, and
// inputs at one temperature. Inputs are panels f32 [rows, 20] as everywhere; logs are f64 [rows].

import { exp4, log, sigmoid4 } from '../math';
import { ROW } from './panel';

/** 1 - e^-y of four floats y >= 0, to 3e-7 relative: its Taylor series to y⁷ up to ½, where the difference itself would lose the leading digits. */
// @ts-ignore: decorator
@inline function missing4(y: v128): v128 {
  const one = f32x4.splat(1.0);
  let sum = f32x4.sub(f32x4.splat(1.0 / 720.0), f32x4.mul(y, f32x4.splat(1.0 / 5040.0)));
  sum = f32x4.sub(f32x4.splat(1.0 / 120.0), f32x4.mul(y, sum));
  sum = f32x4.sub(f32x4.splat(1.0 / 24.0), f32x4.mul(y, sum));
  sum = f32x4.sub(f32x4.splat(1.0 / 6.0), f32x4.mul(y, sum));
  sum = f32x4.sub(f32x4.splat(0.5), f32x4.mul(y, sum));
  sum = f32x4.mul(y, f32x4.sub(one, f32x4.mul(y, sum)));
  const large = f32x4.gt(y, f32x4.splat(0.5));
  if (!v128.any_true(large)) return sum;
  return v128.bitselect(f32x4.sub(one, exp4(f32x4.neg(y))), sum, large);
}

/**
 * logs_r += Σ_j [log(1 + e^{to·x_rj}) - log(1 + e^{from·x_rj})] over the 20 columns of a panel, from, to >= 0. With α < β the two and δ = β - α it is
 *   ±Σ_j δ max(x_j, 0) ± log Π_j [1 - σ(-α|x_j|)(1 - e^{-δ|x_j|})],
 * where a factor lies in [½, 1], and what it lacks of 1 has a relative error of 1e-6 in float32, however small it is; the product is in float64.
 * A padded column is -∞ and gives nothing. Cost: an exponential of float32 an input, a logarithm a row.
 */
export function annealUnits(panel: usize, rows: u32, from: f64, to: f64, logs: usize): void {
  const zero = f32x4.splat(0);
  const one = f64x2.splat(1.0);
  const sign: f64 = to < from ? -1.0 : 1.0;
  const low = f32x4.splat(-<f32>min(from, to));
  const step = f32x4.splat(<f32>abs(to - from));
  const floor = f32x4.splat(-1e30); // in place of -∞, since 0·∞ is not a number
  for (let r: u32 = 0; r < rows; r++) {
    let over = zero;
    let even = one;
    let odd = one;
    const end = panel + ROW;
    do {
      const x = f32x4.max(v128.load(panel), floor);
      const size = f32x4.abs(x);
      const lack = v128.and(f32x4.mul(sigmoid4(f32x4.mul(low, size)), missing4(f32x4.mul(step, size))), f32x4.gt(x, floor));
      over = f32x4.add(over, f32x4.max(x, zero));
      even = f64x2.mul(even, f64x2.sub(one, f64x2.promote_low_f32x4(lack)));
      odd = f64x2.mul(odd, f64x2.sub(one, f64x2.promote_low_f32x4(i32x4.shuffle(lack, lack, 2, 3, 0, 1))));
      panel += 16;
    } while (panel < end);
    const product = f64x2.mul(even, odd);
    const inputs = f64x2.add(f64x2.promote_low_f32x4(over), f64x2.promote_low_f32x4(i32x4.shuffle(over, over, 2, 3, 0, 1)));
    const linear = (f64x2.extract_lane(inputs, 0) + f64x2.extract_lane(inputs, 1)) * abs(to - from);
    const at = logs + ((<usize>r) << 3);
    const change = linear + log(f64x2.extract_lane(product, 0) * f64x2.extract_lane(product, 1));
    store<f64>(at, load<f64>(at) + sign * change);
  }
}

/**
 * logs_r += factor · Σ_i d_i over the units i that are 1 in row r, by a table of the 16 sums of each group of four.
 * @param index u16 [rows, groups] (panel.ts)
 * @param table f64 [groups, 16]
 */
export function annealLinear(index: usize, rows: u32, groups: u32, table: usize, factor: f64, logs: usize): void {
  for (let r: u32 = 0; r < rows; r++) {
    let sum: f64 = 0;
    for (let g: u32 = 0; g < groups; g++) {
      sum += load<f64>(table + ((<usize>g) << 7) + <usize>(<u32>load<u16>(index) / 10));
      index += 2;
    }
    const at = logs + ((<usize>r) << 3);
    store<f64>(at, load<f64>(at) + factor * sum);
  }
}

/** Every row of a panel becomes factor·row + values (20 floats); with values = 0, factor·row. */
export function scaleRows(panel: usize, rows: u32, factor: f32, values: usize): void {
  const end = panel + <usize>rows * ROW;
  const scale = f32x4.splat(factor);
  for (let column: usize = 0; column < ROW; column += 16) {
    const value = values ? v128.load(values + column) : f32x4.splat(0);
    for (let at = panel + column; at < end; at += ROW) v128.store(at, f32x4.add(f32x4.mul(v128.load(at), scale), value));
  }
}
