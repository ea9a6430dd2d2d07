// Coarse spins that are drawn one by one: their probabilities by a filter over rows of bits, and bits of given probabilities.
//
// bits  rows of `stride` bytes, site after site
// sites u32 [units, size], the sites below each unit; weights f64 [size], the same for all units
// p     f64 [count, units]
// out   rows of `outStride` = ⌈units/8⌉ bytes; bits past the last unit are zero

import { sigmoid } from '../math';
import { splitMix } from '../random';

/** p = σ(base + Σ_i weight_i·bit_i) of each unit in each of `count` rows; about 1 ns per site of the filter and 6 per unit. */
export function filterMeans(
  bits: usize, stride: usize, count: u32, units: u32, size: u32, sites: usize, weights: usize, base: f64, p: usize,
): void {
  const length = (<usize>size) << 3;
  for (let r: u32 = 0; r < count; r++) {
    let site = sites;
    for (let j: u32 = 0; j < units; j++) {
      let x = base;
      for (let w = weights, end = weights + length; w < end; w += 8) {
        const i = load<u32>(site);
        site += 4;
        x += load<f64>(w) * <f64>((<u32>load<u8>(bits + (<usize>i >> 3)) >> (i & 7)) & 1);
      }
      store<f64>(p, sigmoid(x));
      p += 8;
    }
    bits += stride;
  }
}

/** Bit k of row r is 1 with probability p: where the first 53 digits of splitMix(key, first + r·units + k) are below p·2^53. About 2 ns per bit. */
export function chanceBits(p: usize, count: u32, units: u32, key: u64, first: u64, out: usize, outStride: usize): void {
  for (let r: u32 = 0; r < count; r++) {
    for (let byte: u32 = 0; byte < units; byte += 8) {
      let eight: u32 = 0;
      const end = min<u32>(8, units - byte);
      for (let bit: u32 = 0; bit < end; bit++) {
        eight |= u32(<f64>(splitMix(key, first) >> 11) < load<f64>(p) * 9007199254740992.0) << bit;
        p += 8;
        first++;
      }
      store<u8>(out + (byte >> 3), eight);
    }
    out += outStride;
  }
}
