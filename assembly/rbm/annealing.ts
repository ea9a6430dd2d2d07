// What annealed importance sampling needs beside the products of panel.ts: the change of the weight of a chain when the inverse temperature moves, and
// inputs at one temperature. Inputs are panels f32 [rows, 20] as everywhere; logs are f64 [rows].

import { expPair, log } from '../math';
import { ROW } from './panel';

/**
 * logs_r += Σ_j [log(1 + e^{to·x_rj}) - log(1 + e^{from·x_rj})] over the 20 columns of a panel, from, to >= 0. As
 *   log(1 + e^{βx}) = β max(x, 0) + log(1 + e^{-β|x|})
 * the logarithms of a row are one: all factors lie in [1, 2]. A padded column is -∞ and gives nothing.
 * Cost: two exponentials of float64 an input.
 */
export function annealUnits(panel: usize, rows: u32, from: f64, to: f64, logs: usize): void {
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1.0);
  const before = f64x2.splat(-from);
  const after = f64x2.splat(-to);
  const floor = f64x2.splat(-1e30); // in place of -∞, since 0·∞ is not a number
  for (let r: u32 = 0; r < rows; r++) {
    let over = zero;
    let above = one;
    let below = one;
    const end = panel + ROW;
    do {
      const x = f64x2.max(f64x2.promote_low_f32x4(v128.load64_zero(panel)), floor);
      const size = f64x2.abs(x);
      const real = f64x2.gt(x, floor);
      over = f64x2.add(over, f64x2.max(x, zero));
      above = f64x2.mul(above, f64x2.add(one, v128.and(expPair(f64x2.mul(after, size)), real)));
      below = f64x2.mul(below, f64x2.add(one, v128.and(expPair(f64x2.mul(before, size)), real)));
      panel += 8;
    } while (panel < end);
    const inputs = f64x2.extract_lane(over, 0) + f64x2.extract_lane(over, 1);
    const ratio = f64x2.div(above, below);
    const at = logs + ((<usize>r) << 3);
    store<f64>(at, load<f64>(at) + ((to - from) * inputs + log(f64x2.extract_lane(ratio, 0) * f64x2.extract_lane(ratio, 1))));
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
