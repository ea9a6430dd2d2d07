// Multi-spin Metropolis: 128 replicas of one periodic lattice, one bit each in a vector.
//
//   planes  v128 [2][rows][columns/2]: the two sublattices of the checkerboard; site (y, x) is word x >> 1 of row y of plane (x + y) & 1;
//           bit r of the word is the spin of replica r. rows and columns are even.
//
// A bond is unhappy where spins differ. Of four bonds, two or more unhappy: the spin always flips; one: with p4 = e^{-4K}; none: with p8 = e^{-8K}.
// One 32-bit uniform number u a spin, compared bit by bit with either threshold t, least significant bit first. In the form
//   b_i = (b_{i-1} ^ D_i) & r_i,  D_i = t_i ^ t_{i-1} (as masks),  [u < t] = b_31 ^ t_31
// there is no branch (where t_i is 1 the comparison uses ~r_i, as random as r_i).
//
// The eight leading bits of u are drawn for every spin; the other 24 come from one tail for 64 words, turned by a byte before each use and after sixteen
// bytes by a bit within each, so that no replica meets the same tail bit twice. They matter in one comparison of 256.
//
// Two unhappy bonds flip always, so states in which every site has exactly two go over into each other for ever, and no other state leads there: a quarter
// of the states of 2×2, 36 of the 65,536 of 4×4, 4 of the 2^24 of 4×6.
// Cost a word: 8 random vectors (112 operations), 19 for the neighbours, 35 for the comparison.

import { fillRandom } from '../random';
import { rotateBits, rotateBytes } from '../lanes';
import { exp } from '../math';

const TAIL: u32 = 24;
const PRIVATE: u32 = 8;
const CHUNK: u32 = 64;

// scratch: [0, 1024) the D masks as pairs (p4, p8) for 32 bits; then a chunk of random vectors
const MASKS: usize = 1024;

// @ts-ignore: decorator
@inline function threshold(probability: f64): u32 {
  return <u32>min<f64>(4294967295.0, probability * 4294967296.0);
}

// @ts-ignore: decorator
@inline function bitMask(t: u32, bit: i32): v128 {
  return bit < 0 ? i32x4.splat(0) : i32x4.splat(-<i32>((t >> bit) & 1));
}

/** `sweeps` sweeps at coupling K >= 0. scratch: 9216 bytes (1 kB of masks, 64 words of 8 random vectors). */
export function multispin(planes: usize, rows: u32, columns: u32, coupling: f64, stream: usize, scratch: usize, sweeps: u32): void {
  const t4 = threshold(exp(-4.0 * coupling));
  const t8 = threshold(exp(-8.0 * coupling));
  for (let bit: i32 = 0; bit < 32; bit++) {
    v128.store(scratch + ((<usize>bit) << 5), v128.xor(bitMask(t4, bit), bitMask(t4, bit - 1)));
    v128.store(scratch + ((<usize>bit) << 5), v128.xor(bitMask(t8, bit), bitMask(t8, bit - 1)), 16);
  }
  const last4 = bitMask(t4, 31);
  const last8 = bitMask(t8, 31);
  const draws = scratch + MASKS;
  const words = columns >> 1;
  const width = (<usize>words) << 4;
  const plane = width * <usize>rows;
  let tail4 = i32x4.splat(0);
  let tail8 = i32x4.splat(0);
  let used: u32 = CHUNK;
  for (let sweep: u32 = 0; sweep < sweeps; sweep++) {
    for (let colour: u32 = 0; colour < 2; colour++) {
      const own = planes + (colour ? plane : 0);
      const other = planes + (colour ? 0 : plane);
      for (let y: u32 = 0; y < rows; y++) {
        const row = <usize>y * width;
        const above = other + (y == 0 ? plane - width : row - width);
        const below = other + (y == rows - 1 ? 0 : row + width);
        const beside = other + row;
        // the sites of this row and colour have x = 2j + ((y + colour) & 1): their neighbours in the row are words j and j-1, or j and j+1
        const right = (y + colour) & 1;
        for (let start: u32 = 0; start < words; start += CHUNK) {
          const length = min(CHUNK, words - start);
          if (used + length > CHUNK) {
            fillRandom(stream, draws, TAIL);
            tail4 = i32x4.splat(0);
            tail8 = i32x4.splat(0);
            for (let bit: u32 = 0; bit < TAIL; bit++) {
              const r = v128.load(draws + ((<usize>bit) << 4));
              const mask = scratch + ((<usize>bit) << 5);
              tail4 = v128.and(v128.xor(tail4, v128.load(mask)), r);
              tail8 = v128.and(v128.xor(tail8, v128.load(mask, 16)), r);
            }
            used = 0;
          }
          let turn = used;
          used += length;
          fillRandom(stream, draws, length * PRIVATE);
          let random = draws;
          let j = start;
          do {
            const at = (<usize>j) << 4;
            const side = right ? (j == words - 1 ? <usize>0 : at + 16) : (j == 0 ? width : at) - 16;
            const spin = v128.load(own + row + at);
            const d1 = v128.xor(spin, v128.load(above + at));
            const d2 = v128.xor(spin, v128.load(below + at));
            const d3 = v128.xor(spin, v128.load(beside + at));
            const d4 = v128.xor(spin, v128.load(beside + side));
            const odd12 = v128.xor(d1, d2);
            const odd34 = v128.xor(d3, d4);
            const both = v128.or(v128.and(d1, d2), v128.and(d3, d4));
            const two = v128.or(both, v128.and(odd12, odd34));
            const some = v128.or(v128.or(odd12, odd34), both);
            tail4 = rotateBytes(tail4);
            tail8 = rotateBytes(tail8);
            turn++;
            if ((turn & 15) == 0) {
              tail4 = rotateBits(tail4);
              tail8 = rotateBits(tail8);
            }
            let b4 = tail4;
            let b8 = tail8;
            let mask = scratch + ((<usize>TAIL) << 5);
            const maskEnd = scratch + MASKS;
            do {
              const r = v128.load(random);
              b4 = v128.and(v128.xor(b4, v128.load(mask)), r);
              b8 = v128.and(v128.xor(b8, v128.load(mask, 16)), r);
              random += 16;
              mask += 32;
            } while (mask < maskEnd);
            b4 = v128.xor(b4, last4);
            b8 = v128.xor(b8, last8);
            const chance = v128.bitselect(b4, b8, some);
            v128.store(own + row + at, v128.xor(spin, v128.or(two, chance)));
            j++;
          } while (j < start + length);
        }
      }
    }
  }
}

/** Σ s s' over bonds and Σ s for each replica, as i32 [128] at `bondSums` and `spinSums`. */
export function multispinSums(planes: usize, rows: u32, columns: u32, bondSums: usize, spinSums: usize): void {
  const words = columns >> 1;
  const width = (<usize>words) << 4;
  const plane = width * <usize>rows;
  const sites = <i32>(rows * columns);
  for (let replica: usize = 0; replica < 128; replica++) {
    store<i32>(bondSums + (replica << 2), 2 * sites);
    store<i32>(spinSums + (replica << 2), -sites);
  }
  for (let y: u32 = 0; y < rows; y++) {
    const row = <usize>y * width;
    const above = planes + plane + (y == 0 ? plane - width : row - width);
    const below = planes + plane + (y == rows - 1 ? 0 : row + width);
    const beside = planes + plane + row;
    for (let j: u32 = 0; j < words; j++) {
      const at = (<usize>j) << 4;
      const side = y & 1 ? (j == words - 1 ? <usize>0 : at + 16) : (j == 0 ? width : at) - 16;
      const spin = v128.load(planes + row + at);
      countBits(v128.xor(spin, v128.load(above + at)), bondSums, -2);
      countBits(v128.xor(spin, v128.load(below + at)), bondSums, -2);
      countBits(v128.xor(spin, v128.load(beside + at)), bondSums, -2);
      countBits(v128.xor(spin, v128.load(beside + side)), bondSums, -2);
      countBits(spin, spinSums, 2);
      countBits(v128.load(planes + plane + row + at), spinSums, 2);
    }
  }
}

/** Adds `weight` to counter r for every set bit r. */
// @ts-ignore: decorator
@inline function countBits(bits: v128, counters: usize, weight: i32): void {
  for (let half: usize = 0; half < 2; half++) {
    let left = half ? <u64>i64x2.extract_lane(bits, 1) : <u64>i64x2.extract_lane(bits, 0);
    while (left) {
      const at = counters + (((half << 6) + <usize>ctz(left)) << 2);
      store<i32>(at, load<i32>(at) + weight);
      left &= left - 1;
    }
  }
}
