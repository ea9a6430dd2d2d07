// Binary units: from rows of bits to indices (see panel.ts), from inputs to probabilities, from probabilities to bits.
//
//   index       u16 [rows, groups]           80·(bits 4g .. 4g+3 of the row)
//   transposed  u16 [units, stride]          80·(bits of the unit in rows 4q .. 4q+3), for the gradient; stride in u16
//   sums        f32 [units]                  number of rows in which the unit is 1
//
// Rows are padded to multiples of 4; padded rows read as 0 in `transposed` and `sums`. One block is 4 rows × 4 units: four masks, combined into four
// transposed nibbles by three ORs.

import { nibble, nibbleWeights } from '../lanes';
import { sigmoid4 } from '../math';
import { fillRandom, uniform4 } from '../random';
import { ENTRY, ROW } from './panel';

/** Vectors in a panel row. */
const VECTORS: usize = 5;

/** The low `count` of four nibble bits (0 for count <= 0): which of four rows are real. */
// @ts-ignore: decorator
@inline function realRows(count: i32): v128 {
  return i32x4.splat(count >= 4 ? 15 : (1 << max(0, count)) - 1);
}

/** Four masks (rows) of four units → four transposed nibbles, times 80. */
// @ts-ignore: decorator
@inline function transposeMasks(m0: v128, m1: v128, m2: v128, m3: v128, real: v128): v128 {
  const low = v128.or(v128.and(m0, i32x4.splat(1)), v128.and(m1, i32x4.splat(2)));
  const high = v128.or(v128.and(m2, i32x4.splat(4)), v128.and(m3, i32x4.splat(8)));
  return i32x4.mul(v128.and(v128.or(low, high), real), i32x4.splat(ENTRY));
}

/** Stores four transposed entries of consecutive units. */
// @ts-ignore: decorator
@inline function storeTransposed(at: usize, stride: usize, entries: v128): void {
  v128.store_lane<u16>(at, entries, 0);
  v128.store_lane<u16>(at + stride, entries, 2);
  v128.store_lane<u16>(at + 2 * stride, entries, 4);
  v128.store_lane<u16>(at + 3 * stride, entries, 6);
}

/** Units of a nibble in a row of bits, as a mask. */
// @ts-ignore: decorator
@inline function maskOf(bits: u32): v128 {
  return i32x4.ne(v128.and(i32x4.splat(bits), nibbleWeights()), i32x4.splat(0));
}

/** Number of real rows among four in which each unit is 1, added to `sum`. */
// @ts-ignore: decorator
@inline function countMasks(sum: v128, m0: v128, m1: v128, m2: v128, m3: v128, real: v128): v128 {
  // a mask is -1; real rows are told by bits 1, 2, 4, 8
  const c0 = v128.and(m0, i32x4.shl(real, 31));
  const c1 = v128.and(m1, i32x4.shl(real, 30));
  const c2 = v128.and(m2, i32x4.shl(real, 29));
  const c3 = v128.and(m3, i32x4.shl(real, 28));
  const low = i32x4.add(i32x4.shr_u(c0, 31), i32x4.shr_u(c1, 31));
  const high = i32x4.add(i32x4.shr_u(c2, 31), i32x4.shr_u(c3, 31));
  return i32x4.add(sum, i32x4.add(low, high));
}

/**
 * Rows of packed bits → index, and with transposed ≠ 0 transposed and sums, for groups [from, to).
 * @param bits u8 [.., stride]: row r of the batch is row order[r] there; order = 0 takes rows 0, 1, …
 * @param rows real rows; padded ones repeat row 0 in `index` and are 0 elsewhere
 */
export function gather(
  bits: usize, stride: u32, order: usize, rows: u32, index: usize, groups: u32, from: u32, to: u32,
  transposed: usize, transposedStride: u32, sums: usize,
): void {
  const line = (<usize>groups) << 1;
  const across = (<usize>transposedStride) << 1;
  for (let g = from; g < to; g++) {
    const byte = (<usize>g) >> 1;
    const shift = (g & 1) << 2;
    const inside = byte < <usize>stride; // padded units lie past the end of the row
    let sum = i32x4.splat(0);
    for (let r: u32 = 0; r < rows; r += 4) {
      const n0 = inside ? rowNibble(bits, stride, order, r, rows, byte, shift) : 0;
      const n1 = inside ? rowNibble(bits, stride, order, r + 1, rows, byte, shift) : 0;
      const n2 = inside ? rowNibble(bits, stride, order, r + 2, rows, byte, shift) : 0;
      const n3 = inside ? rowNibble(bits, stride, order, r + 3, rows, byte, shift) : 0;
      const at = index + <usize>r * line + ((<usize>g) << 1);
      store<u16>(at, <u16>(n0 * ENTRY));
      store<u16>(at + line, <u16>(n1 * ENTRY));
      store<u16>(at + 2 * line, <u16>(n2 * ENTRY));
      store<u16>(at + 3 * line, <u16>(n3 * ENTRY));
      if (transposed) {
        const real = realRows(<i32>(rows - r));
        const m0 = maskOf(n0);
        const m1 = maskOf(n1);
        const m2 = maskOf(n2);
        const m3 = maskOf(n3);
        storeTransposed(transposed + <usize>(g << 2) * across + ((<usize>r) >> 1), across, transposeMasks(m0, m1, m2, m3, real));
        sum = countMasks(sum, m0, m1, m2, m3, real);
      }
    }
    if (transposed) v128.store(sums + ((<usize>g) << 4), f32x4.convert_i32x4_s(sum));
  }
}

/** index → transposed, for groups [from, to). @param rows real rows; padded ones are 0 */
export function transposeIndex(
  index: usize, groups: u32, rows: u32, from: u32, to: u32, transposed: usize, transposedStride: u32,
): void {
  const line = (<usize>groups) << 1;
  const across = (<usize>transposedStride) << 1;
  for (let g = from; g < to; g++) {
    for (let r: u32 = 0; r < rows; r += 4) {
      const at = index + <usize>r * line + ((<usize>g) << 1);
      const m0 = maskOf(<u32>load<u16>(at) / ENTRY);
      const m1 = maskOf(<u32>load<u16>(at + line) / ENTRY);
      const m2 = maskOf(<u32>load<u16>(at + 2 * line) / ENTRY);
      const m3 = maskOf(<u32>load<u16>(at + 3 * line) / ENTRY);
      const entries = transposeMasks(m0, m1, m2, m3, realRows(<i32>(rows - r)));
      storeTransposed(transposed + <usize>(g << 2) * across + ((<usize>r) >> 1), across, entries);
    }
  }
}

// @ts-ignore: decorator
@inline function rowNibble(bits: usize, stride: u32, order: usize, r: u32, rows: u32, byte: usize, shift: u32): u32 {
  const place = r < rows ? r : 0;
  const row = order ? load<u32>(order + ((<usize>place) << 2)) : place;
  return (<u32>load<u8>(bits + <usize>row * <usize>stride + byte) >> shift) & 15;
}

/**
 * One panel of inputs becomes P = σ(input), in place, times `sign` (±1); padded rows become 0.
 * @param rows real rows; the panel has them padded to a multiple of 4
 */
export function meanUnits(panel: usize, rows: u32, sign: f32): void {
  const end = panel + <usize>rows * ROW;
  const padded = panel + <usize>((rows + 3) & ~3) * ROW;
  const factor = f32x4.splat(sign);
  for (let at = panel; at < end; at += 16) v128.store(at, f32x4.mul(sigmoid4(v128.load(at)), factor));
  for (let at = end; at < padded; at += 16) v128.store(at, f32x4.splat(0));
}

/**
 * One panel of inputs becomes P = σ(input), in place, and bits [u < P] drawn with the stream, as index entries of the panel's five groups.
 * @param rows real rows; the panel has them padded to a multiple of 4
 * @param index entry of row 0 and the panel's first group; groups = entries a row
 * @param transposed entry of the panel's first unit, or 0; with it sums, f32 [20]
 * @param scratch 80 bytes a padded row, for random numbers: vector [k][r] serves units 4k .. 4k+3 of row r
 */
export function sampleUnits(
  panel: usize, rows: u32, stream: usize, scratch: usize, index: usize, groups: u32,
  transposed: usize, transposedStride: u32, sums: usize,
): void {
  const padded = (rows + 3) & ~3;
  const line = (<usize>groups) << 1;
  const across = (<usize>transposedStride) << 1;
  fillRandom(stream, scratch, <u32>VECTORS * padded);
  let random = scratch;
  for (let k: usize = 0; k < VECTORS; k++) {
    let sum = i32x4.splat(0);
    let at = panel + (k << 4);
    let entry = index + (k << 1);
    for (let r: u32 = 0; r < padded; r += 4) {
      const p0 = sigmoid4(v128.load(at));
      const p1 = sigmoid4(v128.load(at, ROW));
      const p2 = sigmoid4(v128.load(at, 2 * ROW));
      const p3 = sigmoid4(v128.load(at, 3 * ROW));
      v128.store(at, p0);
      v128.store(at, p1, ROW);
      v128.store(at, p2, 2 * ROW);
      v128.store(at, p3, 3 * ROW);
      const m0 = f32x4.lt(uniform4(v128.load(random)), p0);
      const m1 = f32x4.lt(uniform4(v128.load(random, 16)), p1);
      const m2 = f32x4.lt(uniform4(v128.load(random, 32)), p2);
      const m3 = f32x4.lt(uniform4(v128.load(random, 48)), p3);
      store<u16>(entry, <u16>(nibble(m0) * ENTRY));
      store<u16>(entry + line, <u16>(nibble(m1) * ENTRY));
      store<u16>(entry + 2 * line, <u16>(nibble(m2) * ENTRY));
      store<u16>(entry + 3 * line, <u16>(nibble(m3) * ENTRY));
      if (transposed) {
        const real = realRows(<i32>(rows - r));
        storeTransposed(transposed + (k << 2) * across + ((<usize>r) >> 1), across, transposeMasks(m0, m1, m2, m3, real));
        sum = countMasks(sum, m0, m1, m2, m3, real);
      }
      at += 4 * ROW;
      entry += 4 * line;
      random += 64;
    }
    if (transposed) v128.store(sums + (k << 4), f32x4.convert_i32x4_s(sum));
  }
  for (let at = panel + <usize>rows * ROW, end = panel + <usize>padded * ROW; at < end; at += 16) v128.store(at, f32x4.splat(0));
}

/** index → packed bits: `rows` rows of `stride` bytes at `bits`; entries past 2·stride groups are dropped (padded units are 0). */
export function packIndex(index: usize, rows: u32, groups: u32, bits: usize, stride: u32): void {
  for (let r: u32 = 0; r < rows; r++) {
    const line = index + <usize>r * ((<usize>groups) << 1);
    for (let byte: u32 = 0; byte < stride; byte++) {
      const low = <u32>load<u16>(line + ((<usize>byte) << 2)) / ENTRY;
      const high = byte * 2 + 1 < groups ? <u32>load<u16>(line + ((<usize>byte) << 2), 2) / ENTRY : 0;
      store<u8>(bits + <usize>r * <usize>stride + byte, <u8>(low | (high << 4)));
    }
  }
}
