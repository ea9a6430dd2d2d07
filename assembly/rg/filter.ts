// Coarse spins that are drawn one by one: by a filter over rows of bits, or of given probabilities.
//
// bits    rows of `stride` bytes, site after site
// sites   u32 [units, size], the sites below each unit; weights f64 [size], the same for all units
// table   f64 [2^size]: p of each pattern of bits below a unit, bit i that of its site i; 0: none, and p is summed
// p       f64 [count, units]
// out     rows of `outStride` = ⌈units/8⌉ bytes; bits past the last unit are zero
//
// Bit j of row r is 1 where the first 53 digits of splitMix(key, first + r·units + j) are below p·2^53.

import { sigmoid } from '../math';
import { splitMix } from '../random';

/** 2^53. */
const DIGITS: f64 = 9007199254740992.0;

// @ts-ignore: decorator
@inline function bitAt(bits: usize, site: u32): u32 {
  return (<u32>load<u8>(bits + (<usize>site >> 3)) >> (site & 7)) & 1;
}

// @ts-ignore: decorator
@inline function drawn(p: f64, key: u64, n: u64): u32 {
  // from a signed number, which takes one instruction
  return u32(<f64>(<i64>(splitMix(key, n) >> 11)) < p * DIGITS);
}

/** p = σ(base + Σ_i weight_i·bit_i) for the sites below a unit. */
function meanOf(bits: usize, size: u32, sites: usize, weights: usize, base: f64): f64 {
  for (let w = weights, end = weights + ((<usize>size) << 3); w < end; w += 8) {
    base += load<f64>(w) * <f64>bitAt(bits, load<u32>(sites));
    sites += 4;
  }
  return sigmoid(base);
}

/** p of the pattern of bits below a unit. */
// @ts-ignore: decorator
@inline function lookedUp(bits: usize, size: u32, sites: usize, table: usize): f64 {
  let pattern: u32 = 0;
  for (let i: u32 = 0; i < size; i++) {
    pattern |= bitAt(bits, load<u32>(sites)) << i;
    sites += 4;
  }
  return load<f64>(table + ((<usize>pattern) << 3));
}

/** Bits of all units of `count` rows, 1 with probability p = σ(base + Σ_i weight_i·bit_i). By a table about 1.3 ns per site and 3 per unit. */
export function filterSpins(
  bits: usize, stride: usize, count: u32, units: u32, size: u32, sites: usize, weights: usize, base: f64, table: usize, key: u64, first: u64,
  out: usize, outStride: usize,
): void {
  const step = (<usize>size) << 2;
  for (let r: u32 = 0; r < count; r++) {
    let own = sites;
    for (let byte: u32 = 0; byte < units; byte += 8) {
      let eight: u32 = 0;
      const end = min<u32>(8, units - byte);
      for (let bit: u32 = 0; bit < end; bit++) {
        const p = table ? lookedUp(bits, size, own, table) : meanOf(bits, size, own, weights, base);
        eight |= drawn(p, key, first) << bit;
        first++;
        own += step;
      }
      store<u8>(out + (byte >> 3), eight);
    }
    bits += stride;
    out += outStride;
  }
}

/** Bits of given probabilities; about 2 ns each. */
export function chanceBits(p: usize, count: u32, units: u32, key: u64, first: u64, out: usize, outStride: usize): void {
  for (let r: u32 = 0; r < count; r++) {
    for (let byte: u32 = 0; byte < units; byte += 8) {
      let eight: u32 = 0;
      const end = min<u32>(8, units - byte);
      for (let bit: u32 = 0; bit < end; bit++) {
        eight |= drawn(load<f64>(p), key, first) << bit;
        p += 8;
        first++;
      }
      store<u8>(out + (byte >> 3), eight);
    }
    out += outStride;
  }
}
