// Binary units in 16-bit fixed point (fixed16.ts): from rows of bits to indices, from inputs to probabilities and bits.
//
//   inputs      i16 [rows, 40]               multiples of 2^(3 - s), s of the unit (fixed16Scale.ts), without the bias
//   means       i16 [rows, 40]               P in multiples of 1/S, S = 2^(15 - shift), rounded down or up at random so that the mean is P
//   index       u16 [units/40][rows, 8]      80·(bits 5g .. 5g+4 of the row)
//   transposed  u16 [rows/40][units, 8]      80·(bits of the unit in rows 5q .. 5q+4), for the gradient
//   sums        f32 [units]                  number of rows in which the unit is 1
//
// Rows are padded to multiples of 5; the bits and the means of padded rows are 0. One block is 5 rows × 40 units. A probability is 16 bits, and fires if it is
// above 16 random ones.

import { fillRandom } from '../random';
import { BITS, COLUMNS, ENTRIES, GROUPS, LINE, STEP } from './fixed16';

/** 40 bits as the eight index entries of a panel: each group is lifted to the top of its lane, which drops what is above it, and brought down again. */
// @ts-ignore: decorator
@inline function spread(bits: u64): v128 {
  const pairs = i8x16.swizzle(i64x2.splat(bits), i8x16(0, 1, 0, 1, 1, 2, 1, 2, 2, 3, 3, 4, 3, 4, 4, 5));
  const top = i16x8.mul(pairs, i16x8(2048, 64, 512, 16, 128, 1024, 32, 256));
  return i16x8.mul(i16x8.shr_u(top, 11), i16x8.splat(<i16>STEP));
}

/** Masks of 40 units of one row, 80 bytes. */
// @ts-ignore: decorator
@inline function storeMasks(bits: u64, at: usize): void {
  const weights = i16x8(1, 2, 4, 8, 16, 32, 64, 128);
  for (let k: usize = 0; k < LINE; k += 16) {
    v128.store(at + k, i16x8.ne(v128.and(i16x8.splat(<i16>(bits & 255)), weights), i16x8.splat(0)));
    bits >>= 8;
  }
}

/** The masks of five rows → one transposed entry of each of the 40 units, and their counts added to `counts` (i16 [40]). */
// @ts-ignore: decorator
@inline function transposeMasks(masks: usize, transposed: usize, counts: usize): void {
  for (let k: usize = 0; k < LINE; k += 16) {
    const m0 = v128.load(masks + k);
    const m1 = v128.load(masks + k, LINE);
    const m2 = v128.load(masks + k, 2 * LINE);
    const m3 = v128.load(masks + k, 3 * LINE);
    const m4 = v128.load(masks + k, 4 * LINE);
    const low = v128.or(v128.and(m0, i16x8.splat(1)), v128.and(m1, i16x8.splat(2)));
    const high = v128.or(v128.and(m2, i16x8.splat(4)), v128.and(m3, i16x8.splat(8)));
    const entries = i16x8.mul(v128.or(v128.or(low, high), v128.and(m4, i16x8.splat(16))), i16x8.splat(<i16>STEP));
    v128.store_lane<u16>(transposed, entries, 0);
    v128.store_lane<u16>(transposed, entries, 1, ENTRIES);
    v128.store_lane<u16>(transposed, entries, 2, 2 * ENTRIES);
    v128.store_lane<u16>(transposed, entries, 3, 3 * ENTRIES);
    v128.store_lane<u16>(transposed, entries, 4, 4 * ENTRIES);
    v128.store_lane<u16>(transposed, entries, 5, 5 * ENTRIES);
    v128.store_lane<u16>(transposed, entries, 6, 6 * ENTRIES);
    v128.store_lane<u16>(transposed, entries, 7, 7 * ENTRIES);
    transposed += 8 * ENTRIES;
    const sum = i16x8.add(i16x8.add(i16x8.add(m0, m1), i16x8.add(m2, m3)), m4);
    v128.store(counts + k, i16x8.sub(v128.load(counts + k), sum)); // a mask is -1
  }
}

/** 40 numbers i16, times `factor`, as floats. */
// @ts-ignore: decorator
@inline function toFloats(from: usize, factor: f32, out: usize): void {
  const scale = f32x4.splat(factor);
  for (let k: usize = 0; k < LINE; k += 16) {
    const x = v128.load(from + k);
    v128.store(out + 2 * k, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(x)), scale));
    v128.store(out + 2 * k, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(x)), scale), 16);
  }
}

/** 40 bits of a row of `stride` bytes from byte 5·panel; bits past its end are 0. */
// @ts-ignore: decorator
@inline function fortyBits(row: usize, stride: u32, panel: u32): u64 {
  const first = panel * BITS;
  if (first + 8 <= stride) return load<u64>(row + <usize>first) & 0xff_ffff_ffff;
  let bits: u64 = 0;
  for (let byte = first; byte < min(stride, first + BITS); byte++) bits |= (<u64>load<u8>(row + <usize>byte)) << ((byte - first) << 3);
  return bits;
}

/** The 40 bits of eight index entries: what `spread` undoes. */
// @ts-ignore: decorator
@inline function gathered(entries: v128): u64 {
  const numbers = i16x8.shr_u(i16x8.mul(i16x8.shr_u(entries, 4), i16x8.splat(205)), 10); // n·80/16·205/1024, rounded down, for n < 32
  const pairs = i32x4.dot_i16x8_s(numbers, i16x8(1, 32, 1, 32, 1, 32, 1, 32));
  const low = <u64>i32x4.extract_lane(pairs, 0) | (<u64>i32x4.extract_lane(pairs, 1) << 10);
  return low | (<u64>i32x4.extract_lane(pairs, 2) << 20) | (<u64>i32x4.extract_lane(pairs, 3) << 30);
}

/** Where the entries of group q lie, from those of group 0; a block is 16 bytes a unit. */
// @ts-ignore: decorator
@inline function groupAt(q: u32, block: usize): usize {
  return <usize>(q / GROUPS) * block + ((<usize>(q % GROUPS)) << 1);
}

/**
 * Rows of packed bits → index, and with transposed ≠ 0 transposed and sums, for panels [from, to).
 * @param bits u8 [.., stride]: row r of the batch is row order[r] there; order = 0 takes rows 0, 1, …
 * @param height rows of the index: from the entries of a panel to those of the next
 * @param block bytes of eight groups of `transposed`
 * @param scratch 480 bytes
 */
export function fixedGather(
  bits: usize, stride: u32, order: usize, rows: u32, index: usize, height: u32, from: u32, to: u32,
  transposed: usize, block: usize, sums: usize, scratch: usize,
): void {
  const counts = scratch + <usize>BITS * LINE;
  for (let p = from; p < to; p++) {
    for (let k: usize = 0; k < LINE; k += 16) v128.store(counts + k, i16x8.splat(0));
    let entry = index + <usize>(p * height) * ENTRIES;
    const units = transposed + <usize>(p * COLUMNS) * ENTRIES;
    for (let r: u32 = 0; r < rows; r += BITS) {
      for (let k: u32 = 0; k < BITS; k++) {
        const place = r + k;
        const row = order && place < rows ? load<u32>(order + ((<usize>place) << 2)) : place;
        const forty = place < rows ? fortyBits(bits + <usize>row * <usize>stride, stride, p) : 0;
        v128.store(entry, spread(forty));
        entry += ENTRIES;
        if (transposed) storeMasks(forty, scratch + <usize>k * LINE);
      }
      if (transposed) transposeMasks(scratch, units + groupAt(r / BITS, block), counts);
    }
    if (transposed) toFloats(counts, 1, sums + <usize>p * (COLUMNS << 2));
  }
}

/**
 * index → transposed, panels [from, to), its groups of rows from `first` on; bits of padded rows are 0.
 * @param height rows of the index: from the entries of a panel to those of the next
 * @param scratch 480 bytes
 */
export function fixedTranspose(
  index: usize, height: u32, rows: u32, from: u32, to: u32, transposed: usize, block: usize, first: u32, scratch: usize,
): void {
  const counts = scratch + <usize>BITS * LINE; // of no use here
  for (let p = from; p < to; p++) {
    let entry = index + <usize>(p * height) * ENTRIES;
    const units = transposed + <usize>(p * COLUMNS) * ENTRIES;
    for (let r: u32 = 0; r < rows; r += BITS) {
      for (let k: usize = 0; k < <usize>BITS; k++) {
        storeMasks(gathered(v128.load(entry)), scratch + k * LINE);
        entry += ENTRIES;
      }
      transposeMasks(scratch, units + groupAt(first + r / BITS, block), counts);
    }
  }
}

// What the probabilities are made of, stored once a panel: V8 makes a constant anew at every use, by three instructions.
//   0 … 63       factors of f, f², f³, f⁴ in 2^f for |f| <= ½, to 2.6e-6 relative (least squares of the relative error, weighted to equal ripple)
//   64 … 127     126, 1.5·2^23, 1, 2^16·weight
//   128 … 143    bits of 1.5·2^23 + 2^15: P·2^16 + 1.5·2^23 has them and P·2^16 - 2^15
//   144 … 303    -log₂e·bias of the 40 units
const CONSTANTS: usize = 304;
const BIASES: usize = 144;

// @ts-ignore: decorator
@inline function prepare(at: usize, bias: usize, weight: f32): void {
  v128.store(at, f32x4.splat(0.693121815));
  v128.store(at, f32x4.splat(0.240247448), 16);
  v128.store(at, f32x4.splat(0.0559178603), 32);
  v128.store(at, f32x4.splat(0.0095701017), 48);
  v128.store(at, f32x4.splat(126.0), 64);
  v128.store(at, f32x4.splat(12582912.0), 80);
  v128.store(at, f32x4.splat(1.0), 96);
  v128.store(at, f32x4.splat(<f32>65536.0 * weight), 112);
  v128.store(at, i32x4.splat(0x4b408000), 128);
  for (let k: usize = 0; k < 160; k += 16) v128.store(at + k, f32x4.mul(v128.load(bias + k), f32x4.splat(-1.4426950408889634)), BIASES);
}

/** 2^16·weight·σ(input + bias) - 2^15 of four units, to the nearest, by t = -log₂e·(input + bias) and weight/(1 + 2^t), 2^t = 2^k·2^f with k the nearest integer. */
// @ts-ignore: decorator
@inline function sixteen(inputs: v128, factor: v128, bias: v128, at: usize): v128 {
  const most = v128.load(at, 64);
  const whole = f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(inputs), factor), bias);
  const t = f32x4.pmax(f32x4.pmin(whole, most), f32x4.neg(most));
  const magic = v128.load(at, 80);
  const shifted = f32x4.add(t, magic);
  const f = f32x4.sub(t, f32x4.sub(shifted, magic));
  const one = v128.load(at, 96);
  let sum = f32x4.add(f32x4.mul(v128.load(at, 48), f), v128.load(at, 32));
  sum = f32x4.add(f32x4.mul(sum, f), v128.load(at, 16));
  sum = f32x4.add(f32x4.mul(sum, f), v128.load(at));
  sum = f32x4.add(f32x4.mul(sum, f), one);
  const power = i32x4.add(sum, i32x4.shl(shifted, 23));
  const p = f32x4.div(v128.load(at, 112), f32x4.add(one, power));
  return i32x4.sub(f32x4.add(p, magic), v128.load(at, 128));
}

/** The eight of a vector of inputs, from byte `column` of their row; P = 1 becomes 1 - 2^-16. */
// @ts-ignore: decorator
@inline function probabilities(inputs: v128, column: usize, scales: usize, at: usize): v128 {
  const factors = scales + 2 * column + 320;
  const biases = at + 2 * column;
  return i16x8.narrow_i32x4_s(
    sixteen(i32x4.extend_low_i16x8_s(inputs), v128.load(factors), v128.load(biases, BIASES), at),
    sixteen(i32x4.extend_high_i16x8_s(inputs), v128.load(factors, 16), v128.load(biases, BIASES + 16), at),
  );
}

/** P in multiples of 2^(shift - 15), rounded by the low `shift` bits of a random number. */
// @ts-ignore: decorator
@inline function roundAtRandom(p: v128, random: v128, mask: v128, shift: i32): v128 {
  const fifteen = i16x8.shr_u(v128.xor(p, i16x8.splat(-32768)), 1);
  return i16x8.shr_u(i16x8.add(fifteen, v128.and(random, mask)), shift);
}

/**
 * One panel of inputs becomes bits [u < P] drawn with the stream, as index entries of the panel's eight groups, and with means ≠ 0 P itself.
 * @param bias f32 [40]
 * @param scales of the panel's units (fixed16Scale.ts)
 * @param rows real rows; the panel has them padded to a multiple of 5
 * @param scratch 1184 bytes
 * @param index entries of row 0, 16 bytes a row
 * @param transposed entries of the panel's first unit, or 0, from group `first` on; with it sums, f32 [40]
 */
export function fixedSample(
  inputs: usize, bias: usize, scales: usize, rows: u32, stream: usize, scratch: usize, index: usize,
  transposed: usize, block: usize, first: u32, sums: usize, means: usize, shift: i32,
): void {
  const random = scratch + CONSTANTS;
  const masks = random + <usize>BITS * LINE;
  const counts = masks + <usize>BITS * LINE;
  const low = i16x8.splat(<i16>((<i32>1 << shift) - 1));
  prepare(scratch, bias, 1);
  for (let k: usize = 0; k < LINE; k += 16) v128.store(counts + k, i16x8.splat(0));
  for (let r: u32 = 0; r < rows; r += BITS) {
    fillRandom(stream, random, BITS * BITS);
    for (let k: u32 = 0; k < BITS; k++) {
      const real = i16x8.splat(r + k < rows ? -1 : 0);
      let bits: u64 = 0;
      let place: u64 = 0;
      let at: usize = 0;
      const row = <usize>k * LINE;
      do {
        const p = probabilities(v128.load(inputs + at), at, scales, scratch);
        const u = v128.load(random + row + at);
        const m = v128.and(i16x8.gt_s(p, u), real);
        v128.store(masks + row + at, m);
        bits |= (<u64>i16x8.bitmask(m)) << place;
        if (means) v128.store(means + at, v128.and(roundAtRandom(p, u, low, shift), real));
        place += 8;
        at += 16;
      } while (at < LINE);
      v128.store(index, spread(bits));
      index += ENTRIES;
      inputs += LINE;
      if (means) means += LINE;
    }
    if (transposed) transposeMasks(masks, transposed + groupAt(first + r / BITS, block), counts);
  }
  if (transposed) toFloats(counts, 1, sums);
}

/**
 * The weight |factor| = 2^k·w of a row, w <= 1: w goes into the constants, and 2^k is taken off the bits that are dropped. No sum of the means leaves 16 bits
 * as long as all weights sum to less than 2^shift; a weight beyond that counts as 2^shift.
 * @returns the bits to drop
 */
// @ts-ignore: decorator
@inline function prepareRow(at: usize, factor: f32, shift: i32): i32 {
  const weight = f32.abs(factor);
  const k = min(max((reinterpret<i32>(weight) >> 23) - 126, 0), shift);
  v128.store(at, f32x4.splat(<f32>65536.0 * weight * reinterpret<f32>((127 - k) << 23)), 112);
  return shift - k;
}

/**
 * means ← sign·weight·P of one panel of inputs, as fixedSample rounds them; they may take the place of the inputs.
 * @param sign 1 or -1
 * @param weight in (0, 1]; with factors ≠ 0 each row has its own, |factors_r| < 2^shift, f32 [rows]
 * @param scratch 704 bytes
 */
export function fixedMeans(
  inputs: usize, bias: usize, scales: usize, rows: u32, stream: usize, scratch: usize, means: usize, shift: i32, sign: i32, weight: f32,
  factors: usize,
): void {
  const random = scratch + CONSTANTS;
  let drop = shift;
  let low = i16x8.splat(<i16>((<i32>1 << shift) - 1));
  const minus = i16x8.splat(sign < 0 ? -1 : 0);
  prepare(scratch, bias, weight);
  for (let r: u32 = 0; r < rows; r += BITS) {
    fillRandom(stream, random, BITS * BITS);
    for (let k: u32 = 0; k < BITS; k++) {
      const real = i16x8.splat(r + k < rows ? -1 : 0);
      let at: usize = 0;
      const row = random + <usize>k * LINE;
      if (factors && r + k < rows) {
        drop = prepareRow(scratch, load<f32>(factors + ((<usize>(r + k)) << 2)), shift);
        low = i16x8.splat(<i16>((<i32>1 << drop) - 1));
      }
      do {
        const p = probabilities(v128.load(inputs + at), at, scales, scratch);
        const m = roundAtRandom(p, v128.load(row + at), low, drop);
        v128.store(means + at, v128.and(i16x8.sub(v128.xor(m, minus), minus), real));
        at += 16;
      } while (at < LINE);
      inputs += LINE;
      means += LINE;
    }
  }
}

/** out ← factor·Σ over the rows of a panel of means, f32 [40]; a sum beyond 16 bits stays at their end. */
export function fixedSums(means: usize, rows: u32, factor: f32, scratch: usize, out: usize): void {
  for (let k: usize = 0; k < LINE; k += 16) {
    let sum = i16x8.splat(0);
    for (let at = means + k, end = means + <usize>rows * LINE; at < end; at += LINE) sum = i16x8.add_sat_s(sum, v128.load(at));
    v128.store(scratch + k, sum);
  }
  toFloats(scratch, factor, out);
}
