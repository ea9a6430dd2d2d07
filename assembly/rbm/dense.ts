// Real numbers × weights in float64, for what must be exact (energies, likelihoods) and for units that are not two-valued; and what two-valued units contribute
// to a free energy by such inputs.
//
// Weights lie in panels of 8 columns, f64 [columns/8][inputs][8], so that a panel is read contiguously while its eight running sums stay in registers.
//
//   rows     f32 [rows, inputs]
//   panel    f64 [inputs, 8]
//   out      f64 [rows, 8]      added to, one input after another
//
// Cost: four multiplications and four additions of two doubles an input, row and panel.

import { expPair, log } from '../math';

/** out += rows × panel, for one panel of 8 columns; inputs and rows > 0. */
export function denseProduct(rows: usize, count: u32, inputs: u32, panel: usize, out: usize): void {
  const length = (<usize>inputs) << 2;
  const end = out + ((<usize>count) << 6);
  do {
    let sum0 = v128.load(out);
    let sum1 = v128.load(out, 16);
    let sum2 = v128.load(out, 32);
    let sum3 = v128.load(out, 48);
    let weights = panel;
    const stop = rows + length;
    do {
      const x = f64x2.splat(<f64>load<f32>(rows));
      sum0 = f64x2.add(sum0, f64x2.mul(x, v128.load(weights)));
      sum1 = f64x2.add(sum1, f64x2.mul(x, v128.load(weights, 16)));
      sum2 = f64x2.add(sum2, f64x2.mul(x, v128.load(weights, 32)));
      sum3 = f64x2.add(sum3, f64x2.mul(x, v128.load(weights, 48)));
      weights += 64;
      rows += 4;
    } while (rows < stop);
    v128.store(out, sum0);
    v128.store(out, sum1, 16);
    v128.store(out, sum2, 32);
    v128.store(out, sum3, 48);
    out += 64;
  } while (out < end);
}

/** Factors 1 + e^-|x| <= 2 of a lane, of which the product of both lanes stays a number. */
const FACTORS: u32 = 500;

/** low·a + max(x, 0) of two inputs a, x = step·a. */
// @ts-ignore: decorator
@inline function linearPart(a: v128, x: v128, low: v128): v128 {
  return f64x2.add(f64x2.mul(low, a), f64x2.pmax(x, f64x2.splat(0)));
}

/**
 * out_r ← Σ_j (low·a_rj + softplus(step·a_rj)), f64 as the inputs a [rows, size]: -F of two-valued units, low or low + step. In each of two lanes, the units of
 * even and of odd number, the sum of low·a + max(step·a, 0) and the product of 1 + e^-|step·a|, whose logarithm is taken at the end of every 1000 units.
 */
export function freeSums(inputs: usize, rows: u32, size: u32, low: f64, step: f64, out: usize): void {
  const lows = f64x2.splat(low);
  const steps = f64x2.splat(step);
  const one = f64x2.splat(1);
  for (let r: u32 = 0; r < rows; r++) {
    let sum = f64x2.splat(0);
    let logs: f64 = 0;
    for (let first: u32 = 0; first < size; first += 2 * FACTORS) {
      const units = min(size - first, 2 * FACTORS);
      let product = one;
      const end = inputs + ((<usize>(units >> 1)) << 4);
      for (; inputs < end; inputs += 16) {
        const a = v128.load(inputs);
        const x = f64x2.mul(steps, a);
        sum = f64x2.add(sum, linearPart(a, x, lows));
        product = f64x2.mul(product, f64x2.add(one, expPair(f64x2.neg(f64x2.abs(x)))));
      }
      if (units & 1) {
        const a = v128.load64_zero(inputs);
        const x = f64x2.mul(steps, a);
        sum = f64x2.add(sum, linearPart(a, x, lows));
        const z = f64x2.replace_lane(expPair(f64x2.neg(f64x2.abs(x))), 1, 0);
        product = f64x2.mul(product, f64x2.add(one, z));
        inputs += 8;
      }
      logs += log(f64x2.extract_lane(product, 0) * f64x2.extract_lane(product, 1));
    }
    store<f64>(out, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1) + logs);
    out += 8;
  }
}
