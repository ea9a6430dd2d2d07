// Variational Monte Carlo RG with the free energy of an RBM as a part of the bias: V(S') = +Σ_S J_S Π s' + Σ_u ln 2cosh x_u, x_u = b_u + Σ w s' over
// the block spins that hidden unit u sees, for the 16 walkers of biased.ts, and their layout.
//
// Hidden units stand in groups of m, and each block spin is seen by k groups, with weights that depend on the place in this list:
// units    f32 [units, 16]: y = e^{2x} of each walker
// rest     f32 [units]: e^{2b}
// windows  u32 [blocks, k]: byte offsets in `units` of the groups that see a block spin, each group once
// factors  f32 [k, m, 2]: e^{2w} and e^{-2w}, of block n at factors + n·stride: tied weights have a stride of 0
// m is a multiple of 8 (units with w = 0 fill it up); |b| + Σ|w| <= 10 of every unit, so that y and products of four stay in the range of f32.
//
// Turning a spin s' multiplies cosh x by (y p + q)/(y + 1), p = e^{-2ws'}, q = e^{2ws'}, so that there is no exponential, and one logarithm per eight
// units; then y becomes y p². The y are made anew from the block spins by every call: errors of rounding do not pile up beyond it.

import { log4 } from '../math';
import { fillRandom } from '../random';
import { blockUpdates, localFields } from './biased';

/** Sixteen bytes 0 or 1 as masks of four walkers each, at `masks`. */
function masksOf(bits: v128, masks: usize): void {
  const bytes = i8x16.neg(bits);
  const low = i16x8.extend_low_i8x16_s(bytes);
  const high = i16x8.extend_high_i8x16_s(bytes);
  v128.store(masks, i32x4.extend_low_i16x8_s(low));
  v128.store(masks, i32x4.extend_high_i16x8_s(low), 16);
  v128.store(masks, i32x4.extend_low_i16x8_s(high), 32);
  v128.store(masks, i32x4.extend_high_i16x8_s(high), 48);
}

/** The y of all units from the block spins. masks: 64 bytes */
function fillUnits(
  coarse: usize, blocks: u32, units: usize, count: u32, rest: usize, windows: usize, factors: usize, stride: u32, k: u32, m: u32, masks: usize,
): void {
  for (let u: u32 = 0; u < count; u++) {
    const y = v128.load32_splat(rest + ((<usize>u) << 2));
    const at = units + ((<usize>u) << 6);
    for (let lane: usize = 0; lane < 64; lane += 16) v128.store(at + lane, y);
  }
  for (let block: u32 = 0; block < blocks; block++) {
    masksOf(v128.load(coarse + ((<usize>block) << 4)), masks);
    const up0 = v128.load(masks);
    const up1 = v128.load(masks, 16);
    const up2 = v128.load(masks, 32);
    const up3 = v128.load(masks, 48);
    let factor = factors + <usize>block * stride;
    for (let window: u32 = 0; window < k; window++) {
      let at = units + <usize>load<u32>(windows);
      windows += 4;
      for (let left = m; left > 0; left--) {
        const plus = v128.load32_splat(factor);
        const minus = v128.load32_splat(factor, 4);
        v128.store(at, f32x4.mul(v128.load(at), v128.bitselect(plus, minus, up0)));
        v128.store(at, f32x4.mul(v128.load(at, 16), v128.bitselect(plus, minus, up1)), 16);
        v128.store(at, f32x4.mul(v128.load(at, 32), v128.bitselect(plus, minus, up2)), 32);
        v128.store(at, f32x4.mul(v128.load(at, 48), v128.bitselect(plus, minus, up3)), 48);
        at += 64;
        factor += 8;
      }
    }
  }
}

/** Of four walkers: Σ ln of what turning a block spin multiplies cosh x by, over the units that see it. up: all bits where it is +1. */
function turnedLog(units: usize, windows: usize, factor: usize, k: u32, m: u32, up: v128): v128 {
  const one = f32x4.splat(1.0);
  let sum = f32x4.splat(0.0);
  for (let window: u32 = 0; window < k; window++) {
    let at = units + <usize>load<u32>(windows);
    windows += 4;
    for (let left = m; left > 0; left -= 8) {
      let product = one;
      for (let half: u32 = 0; half < 2; half++) {
        let above = one;
        let below = one;
        for (let four: u32 = 0; four < 4; four++) {
          const plus = v128.load32_splat(factor);
          const minus = v128.load32_splat(factor, 4);
          const y = v128.load(at);
          above = f32x4.mul(above, f32x4.add(f32x4.mul(y, v128.bitselect(minus, plus, up)), v128.bitselect(plus, minus, up)));
          below = f32x4.mul(below, f32x4.add(y, one));
          at += 64;
          factor += 8;
        }
        product = f32x4.mul(product, f32x4.div(above, below));
      }
      sum = f32x4.add(sum, log4(product));
    }
  }
  return sum;
}

/** The y of the units that see a block spin, of four walkers, after it was turned where `turned` has all bits. up: where it was +1. */
function turnUnits(units: usize, windows: usize, factor: usize, k: u32, m: u32, up: v128, turned: v128): void {
  const one = f32x4.splat(1.0);
  for (let window: u32 = 0; window < k; window++) {
    let at = units + <usize>load<u32>(windows);
    windows += 4;
    for (let left = m; left > 0; left--) {
      const by = v128.bitselect(v128.bitselect(v128.load32_splat(factor, 4), v128.load32_splat(factor), up), one, turned);
      v128.store(at, f32x4.mul(f32x4.mul(v128.load(at), by), by));
      at += 64;
      factor += 8;
    }
  }
}

/** `biasedSweeps` with hidden units in V. scratch: 272 bytes and 64 per site of a block. */
export function biasedRbmSweeps(
  spins: usize, coarse: usize, sums: usize, order: usize, weights: usize, blocks: u32, size: u32,
  fineTable: usize, fineCouplings: usize, coarseTable: usize, coarseCouplings: usize, heatBath: u32, stream: usize, scratch: usize, sweeps: u32,
  units: usize, count: u32, rest: usize, windows: usize, factors: usize, stride: u32, k: u32, m: u32,
): f64 {
  const field = scratch + 16;
  const randoms = scratch + 144;
  const masks = randoms + ((<usize>size) << 6);
  const turned = masks + 64;
  store<u64>(scratch, 0);
  fillUnits(coarse, blocks, units, count, rest, windows, factors, stride, k, m, masks);
  for (let sweep: u32 = 0; sweep < sweeps; sweep++) {
    let fineAt = fineTable;
    let coarseAt = coarseTable;
    let site = order;
    for (let block: u32 = 0; block < blocks; block++) {
      const plane = coarse + ((<usize>block) << 4);
      const seen = windows + (((<usize>block) * k) << 2);
      const factor = factors + <usize>block * stride;
      const before = v128.load(plane);
      coarseAt = localFields(coarse, coarseAt, coarseCouplings, field);
      masksOf(before, masks);
      for (let lane: usize = 0; lane < 64; lane += 16) {
        const up = v128.load(masks + lane);
        // the field v of a term V = s'v: turning s' adds -2s'v
        const half = f32x4.mul(turnedLog(units + lane, seen, factor, k, m, up), f32x4.splat(-0.5));
        const minus = v128.andnot(i32x4.splat(0x80000000), up);
        v128.store(field + lane, f32x4.add(v128.load(field + lane), v128.xor(half, minus)));
      }
      fillRandom(stream, randoms, size << 2);
      fineAt = blockUpdates(
        spins, plane, sums + ((<usize>block) << 4), site, weights, size, fineAt, fineCouplings, field, heatBath, randoms, scratch,
      );
      site += (<usize>size) << 2;
      const change = v128.xor(before, v128.load(plane));
      if (!v128.any_true(change)) continue;
      masksOf(change, turned);
      for (let lane: usize = 0; lane < 64; lane += 16) {
        const own = v128.load(turned + lane);
        if (v128.any_true(own)) turnUnits(units + lane, seen, factor, k, m, v128.load(masks + lane), own);
      }
    }
  }
  return <f64>load<u64>(scratch);
}

/** Σ_u ln 2cosh x_u of each walker: f64 [16] at `energies`. units: as for the sweeps; masks: 64 bytes. */
export function rbmBiasEnergies(
  coarse: usize, blocks: u32, units: usize, count: u32, rest: usize, windows: usize, factors: usize, stride: u32, k: u32, m: u32, masks: usize,
  energies: usize,
): void {
  fillUnits(coarse, blocks, units, count, rest, windows, factors, stride, k, m, masks);
  const one = f32x4.splat(1.0);
  const half = f32x4.splat(0.5);
  for (let lane: usize = 0; lane < 64; lane += 16) {
    let low = f64x2.splat(0.0);
    let high = f64x2.splat(0.0);
    for (let u: u32 = 0; u < count; u++) {
      const y = v128.load(units + ((<usize>u) << 6) + lane);
      const energy = f32x4.sub(log4(f32x4.add(y, one)), f32x4.mul(log4(y), half));
      low = f64x2.add(low, f64x2.promote_low_f32x4(energy));
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i32>(energy, energy, 2, 3, 2, 3)));
    }
    v128.store(energies + (lane << 1), low);
    v128.store(energies + (lane << 1), high, 16);
  }
}

/**
 * ∂/∂w and ∂/∂b of Σ_u ln 2cosh x_u of each walker, added up by parameter: adds Σ s' tanh x to gradients, f32 [parameters, 16]. weightOf: u32 [k, m] (or
 * [blocks, k, m] with a stride), biasOf: u32 [units]: byte offsets in `gradients`. `units` hold tanh x
 * in the end.
 */
export function rbmBiasGradients(
  coarse: usize, blocks: u32, units: usize, count: u32, rest: usize, windows: usize, factors: usize, stride: u32, k: u32, m: u32, masks: usize,
  weightOf: usize, biasOf: usize, gradients: usize,
): void {
  fillUnits(coarse, blocks, units, count, rest, windows, factors, stride, k, m, masks);
  const one = f32x4.splat(1.0);
  for (let u: u32 = 0; u < count; u++) {
    const at = units + ((<usize>u) << 6);
    const to = gradients + <usize>load<u32>(biasOf + ((<usize>u) << 2));
    for (let lane: usize = 0; lane < 64; lane += 16) {
      const y = v128.load(at + lane);
      const t = f32x4.div(f32x4.sub(y, one), f32x4.add(y, one));
      v128.store(at + lane, t);
      v128.store(to + lane, f32x4.add(v128.load(to + lane), t));
    }
  }
  // half of the bytes of factors, one offset per weight
  const each = stride >> 1;
  for (let block: u32 = 0; block < blocks; block++) {
    masksOf(v128.load(coarse + ((<usize>block) << 4)), masks);
    let parameter = weightOf + <usize>block * each;
    for (let window: u32 = 0; window < k; window++) {
      let at = units + <usize>load<u32>(windows);
      windows += 4;
      for (let left = m; left > 0; left--) {
        const to = gradients + <usize>load<u32>(parameter);
        for (let lane: usize = 0; lane < 64; lane += 16) {
          const minus = v128.andnot(i32x4.splat(0x80000000), v128.load(masks + lane));
          v128.store(to + lane, f32x4.add(v128.load(to + lane), v128.xor(v128.load(at + lane), minus)));
        }
        at += 64;
        parameter += 4;
      }
    }
  }
}
