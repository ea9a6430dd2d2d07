// Hidden spins ±1 of an RBM, summed over, for many visible states at once.
//
// inputs f64 [states], sums f64 [states], products f64 [states]: two states a vector. About 5 ns a state.

import { expPair } from '../math';

/**
 * With x the input of one unit in each state and e = e^{-2|x|}: sums += |x|, products *= 1 + e, and x becomes tanh x = ±(1 - e)/(1 + e). So after all units
 * Σ ln 2cosh x = sums + ln products, one logarithm a state. `states` is even; a product of up to 1000 units does not overflow.
 */
export function spinUnits(inputs: usize, states: u32, sums: usize, products: usize): void {
  const one = f64x2.splat(1.0);
  const sign = f64x2.splat(-0.0);
  for (let at: usize = 0, end = (<usize>states) << 3; at < end; at += 16) {
    const x = v128.load(inputs + at);
    const size = v128.andnot(x, sign);
    const e = expPair(f64x2.mul(size, f64x2.splat(-2.0)));
    const more = f64x2.add(one, e);
    v128.store(sums + at, f64x2.add(v128.load(sums + at), size));
    v128.store(products + at, f64x2.mul(v128.load(products + at), more));
    const tanh = f64x2.div(f64x2.sub(one, e), more);
    v128.store(inputs + at, v128.or(tanh, v128.and(x, sign)));
  }
}
