// Σ s over b × b blocks of one lattice of multi-spin coding, b = 1, 2, 4, 8, 16, 32: spins up are counted 128 at a time in rows of bits (multispinRows.ts), in
// fields of 1, 2, 4, 8, … bits, each twice as wide as the ones it adds; rows of a block add up in the sums.
//
// A row of sums has one entry for each b of ceil(width/128)·128 spins: i8 for b <= 8, i16 for b = 16 and 32. Entries behind width/b are to be forgotten.

import { stripRow, turnStrips, windowRow } from './multispinRows';

/** Bytes of the sums of a row of `width` spins. */
// @ts-ignore: decorator
@inline function sumBytes(width: u32, b: u32): usize {
  return (((<usize>width + 127) >> 7) << 7) / b << (b > 8 ? 1 : 0);
}

// @ts-ignore: decorator
@inline function put(sums: usize, more: v128, first: bool): void {
  v128.store(sums, first ? more : i8x16.add(v128.load(sums), more));
}

/** 2n - size of 16 counts n <= size. */
// @ts-ignore: decorator
@inline function spinSums(counts: v128, size: i8): v128 {
  return i8x16.sub(i8x16.add(counts, counts), i8x16.splat(size));
}

// @ts-ignore: decorator
@inline function lowBytes(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

// @ts-ignore: decorator
@inline function highBytes(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

// @ts-ignore: decorator
@inline function lowWords(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

// @ts-ignore: decorator
@inline function highWords(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

/** Adds one row of spins to the sums of its blocks; first: the sums begin with it. */
function addRow(row: usize, width: u32, b: u32, sums: usize, first: bool): void {
  const end = row + (((<usize>width + 127) >> 7) << 4);
  const ones = i8x16.splat(0x55);
  const twos = i8x16.splat(0x33);
  const fours = i8x16.splat(0x0f);
  if (b == 1) {
    const bit = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
    for (; row < end; row += 2) {
      const up = i8x16.eq(v128.and(i8x16.swizzle(v128.load16_splat(row), i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1)), bit), bit);
      v128.store(sums, i8x16.sub(i8x16.splat(-1), i8x16.add(up, up)));
      sums += 16;
    }
    return;
  }
  for (; row < end; row += 16) {
    let n = v128.load(row);
    n = i8x16.add(v128.and(n, ones), v128.and(i8x16.shr_u(n, 1), ones));
    if (b == 2) {
      const three = i8x16.splat(3);
      const n0 = v128.and(n, three);
      const n1 = v128.and(i8x16.shr_u(n, 2), three);
      const n2 = v128.and(i8x16.shr_u(n, 4), three);
      const n3 = i8x16.shr_u(n, 6);
      const low01 = lowBytes(n0, n1);
      const low23 = lowBytes(n2, n3);
      const high01 = highBytes(n0, n1);
      const high23 = highBytes(n2, n3);
      put(sums, spinSums(lowWords(low01, low23), 2), first);
      put(sums + 16, spinSums(highWords(low01, low23), 2), first);
      put(sums + 32, spinSums(lowWords(high01, high23), 2), first);
      put(sums + 48, spinSums(highWords(high01, high23), 2), first);
      sums += 64;
      continue;
    }
    n = i8x16.add(v128.and(n, twos), v128.and(i8x16.shr_u(n, 2), twos));
    const low = v128.and(n, fours);
    const high = i8x16.shr_u(n, 4);
    if (b == 4) {
      put(sums, spinSums(lowBytes(low, high), 4), first);
      put(sums + 16, spinSums(highBytes(low, high), 4), first);
      sums += 32;
      continue;
    }
    n = spinSums(i8x16.add(low, high), 8);
    if (b == 8) {
      put(sums, n, first);
      sums += 16;
      continue;
    }
    n = i16x8.extadd_pairwise_i8x16_s(n);
    if (b == 16) {
      v128.store(sums, first ? n : i16x8.add(v128.load(sums), n));
      sums += 16;
      continue;
    }
    n = i32x4.extadd_pairwise_i16x8_s(n);
    n = i16x8.narrow_i32x4_s(n, n);
    v128.store64_lane(sums, first ? n : i16x8.add(v128.load64_zero(sums), n), 0);
    sums += 8;
  }
}

/** The sums of the blocks in rows a·rows + from, … of every strip a, `count` rows, a multiple of b as rows is: [16][count / b] rows of sums. */
export function multispinStripSums(
  planes: usize, rows: u32, words: u32, from: u32, count: u32, b: u32, sums: usize, scratch: usize,
): void {
  const width = 16 * words;
  const bytes = sumBytes(width, b);
  for (let k: u32 = 0; k < count; k++) {
    turnStrips(planes, rows, words, from + k, scratch);
    for (let a: u32 = 0; a < 16; a++) {
      addRow(stripRow(words, a, scratch), width, b, sums + <usize>(a * (count / b) + k / b) * bytes, k % b == 0);
    }
  }
}

/** The same of `height` rows of `width` spins from (row, column) on, round the edges: [height / b] rows of sums. */
export function multispinWindowSums(
  planes: usize, rows: u32, words: u32, row: u32, column: u32, height: u32, width: u32, b: u32, sums: usize, scratch: usize,
): void {
  const bytes = sumBytes(width, b);
  for (let k: u32 = 0; k < height; k++) {
    addRow(windowRow(planes, rows, words, row, column, width, scratch), width, b, sums + <usize>(k / b) * bytes, k % b == 0);
    row = row + 1 == 16 * rows ? 0 : row + 1;
  }
}
