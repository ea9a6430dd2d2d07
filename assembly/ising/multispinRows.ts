// The lattices of multi-spin coding (multispin.ts) as rows of bits, and back.
//
//   strips    128 words side by side, turned (../rg/turn), are 128 vectors: number 8a + b has 128 bits of row a·rows + y, from column b·2·words + x on. So the
//             turned words of one row of the planes hold 16 rows of the lattice, each in 8 stretches of 2·words bits, which are put one behind the other.
//   window    few rows and columns: bit 8a + b of every word is bit b of its byte a, so 16 such bytes side by side, shifted so that this bit is the highest,
//             are 16 spins of a row by one instruction.
//   replicas  128 words, turned, are 128 spins of every replica.
//
// A row of a lattice of strips has 2·words bytes. scratch: a tile, spare memory for turning it, one row of bits, the turned words of one row.
// Cost a site: strips 0.06 ns, window 0.5 ns.

import { append, bitsFrom } from '../bits';
import { TILE, turn } from '../rg/turn';

const SPARE: usize = TILE;
const ROW: usize = 2 * TILE;

/** Offset in the scratch memory of the turned words of one row, behind a row of bits with 64 spare bytes. */
// @ts-ignore: decorator
@inline function turnedAt(words: u32): usize {
  return ROW + (((<usize>words << 1) + 79) & ~15);
}

/** Bytes from a row of a plane to the next. */
// @ts-ignore: decorator
@inline function strideOf(words: u32): usize {
  return (<usize>words + 2) << 4;
}

/** The word (y, 0) of the sublattice of even x (`odd` = 0) or of odd x. */
// @ts-ignore: decorator
@inline function wordAt(planes: usize, rows: u32, words: u32, y: u32, odd: u32): usize {
  const stride = strideOf(words);
  return planes + (<usize>((y ^ odd) & 1) * <usize>(rows + 2) + <usize>y + 1) * stride + 16;
}

/** Turns the words of row y, in tiles of 128 that are filled up with zeros. */
export function turnStrips(planes: usize, rows: u32, words: u32, y: u32, scratch: usize): void {
  let even = wordAt(planes, rows, words, y, 0);
  let odd = wordAt(planes, rows, words, y, 1);
  let turned = scratch + turnedAt(words);
  for (let left = <i32>words; left > 0; left -= 64) {
    const end = scratch + ((<usize>min(left, 64)) << 5);
    for (let at = scratch; at < end; at += 32) {
      v128.store(at, v128.load(even));
      v128.store(at, v128.load(odd), 16);
      even += 16;
      odd += 16;
    }
    memory.fill(end, 0, scratch + TILE - end);
    turn(scratch, scratch + SPARE, turned);
    turned += TILE;
  }
}

/** Row a·rows + y of the lattice, of the words that turnStrips has turned; returns its address: 2·words bytes and 16 zeros. */
export function stripRow(words: u32, a: u32, scratch: usize): usize {
  const row = scratch + ROW;
  const columns = (<usize>words << 1);
  let at: usize = 0;
  store<u8>(row, 0);
  for (let b: usize = 0; b < 8; b++) {
    let turned = scratch + turnedAt(words) + (((<usize>a << 3) + b) << 4);
    for (let x: usize = 0; x < columns; x += 128) {
      append(row, at, v128.load(turned));
      turned += TILE;
      at += min<usize>(128, columns - x);
    }
  }
  v128.store(row + columns, i32x4.splat(0));
  return row;
}

/** Rows a·rows + from, … of every strip a: bits [16][count][2·words bytes]. */
export function multispinRows(planes: usize, rows: u32, words: u32, from: u32, count: u32, bits: usize, scratch: usize): void {
  const bytes = (<usize>words << 1);
  for (let k: u32 = 0; k < count; k++) {
    turnStrips(planes, rows, words, from + k, scratch);
    for (let a: u32 = 0; a < 16; a++) memory.copy(bits + <usize>(a * count + k) * bytes, stripRow(words, a, scratch), bytes);
  }
}

/** The spins of the planes from rows of bits as multispinRows gives them; up to 24 bytes behind the last row are read, and forgotten. */
export function multispinFromRows(planes: usize, rows: u32, words: u32, from: u32, count: u32, bits: usize, scratch: usize): void {
  const bytes = (<usize>words << 1);
  const turned = scratch + ROW;
  for (let k: u32 = 0; k < count; k++) {
    let even = wordAt(planes, rows, words, from + k, 0);
    let odd = wordAt(planes, rows, words, from + k, 1);
    for (let x: u32 = 0; x < words; x += 64) {
      for (let a: u32 = 0; a < 16; a++) {
        const row = bits + <usize>(a * count + k) * bytes;
        for (let b: usize = 0; b < 8; b++) {
          v128.store(scratch + ((((<usize>a) << 3) + b) << 4), bitsFrom(row, b * bytes + 2 * <usize>x));
        }
      }
      turn(scratch, scratch + SPARE, turned);
      const end = turned + ((<usize>min(64, words - x)) << 5);
      for (let at = turned; at < end; at += 32) {
        v128.store(even, v128.load(at));
        v128.store(odd, v128.load(at, 16));
        even += 16;
        odd += 16;
      }
    }
  }
}

/** 16 spins from an even column of a block on, as its bits: those of byte `a` of words that lie one behind the other in two rows of words. */
// @ts-ignore: decorator
@inline function sixteen(even: usize, odd: usize, b: i32): u32 {
  let bytes = v128.load8_splat(even);
  bytes = v128.load8_lane(odd, bytes, 1);
  bytes = v128.load8_lane(even, bytes, 2, 16);
  bytes = v128.load8_lane(odd, bytes, 3, 16);
  bytes = v128.load8_lane(even, bytes, 4, 32);
  bytes = v128.load8_lane(odd, bytes, 5, 32);
  bytes = v128.load8_lane(even, bytes, 6, 48);
  bytes = v128.load8_lane(odd, bytes, 7, 48);
  bytes = v128.load8_lane(even, bytes, 8, 64);
  bytes = v128.load8_lane(odd, bytes, 9, 64);
  bytes = v128.load8_lane(even, bytes, 10, 80);
  bytes = v128.load8_lane(odd, bytes, 11, 80);
  bytes = v128.load8_lane(even, bytes, 12, 96);
  bytes = v128.load8_lane(odd, bytes, 13, 96);
  bytes = v128.load8_lane(even, bytes, 14, 112);
  bytes = v128.load8_lane(odd, bytes, 15, 112);
  return <u32>i8x16.bitmask(i8x16.shl(bytes, 7 - b));
}

/**
 * `width` spins of row `row` of the lattice from column `column` on, round its end if need be; returns their address: zeros follow them, to the end of
 * the last 16 bytes at least. Words up to 112 bytes behind a row are read, and forgotten.
 */
export function windowRow(planes: usize, rows: u32, words: u32, row: u32, column: u32, width: u32, scratch: usize): usize {
  const out = scratch + ROW;
  const block = words << 1;
  const a = row / rows;
  const y = row % rows;
  const even = wordAt(planes, rows, words, y, 0) + a;
  const odd = wordAt(planes, rows, words, y, 1) + a;
  let at: u32 = 0;
  let b = column / block;
  let x = column % block;
  store<u8>(out, 0);
  while (at < width) {
    // to the end of the block, or of the window
    const end = min<u32>(block, x + width - at);
    while (x < end) {
      const word = (<usize>(x >> 1)) << 4;
      const skipped = x & 1;
      const count = min<u32>(16 - skipped, end - x);
      const bits = (sixteen(even + word, odd + word, <i32>b) >> skipped) & ((1 << count) - 1);
      const byte = out + (at >> 3);
      store<u32>(byte, <u32>load<u8>(byte) | (bits << (at & 7)));
      at += count;
      x += count;
    }
    b = (b + 1) & 7;
    x = 0;
  }
  v128.store(out + ((at + 7) >> 3), i32x4.splat(0));
  return out;
}

/** `height` rows of `width` spins from (row, column) on, round the edges: bits [height][ceil(width / 8) bytes]. */
export function multispinWindow(
  planes: usize, rows: u32, words: u32, row: u32, column: u32, height: u32, width: u32, bits: usize, scratch: usize,
): void {
  const bytes = (<usize>width + 7) >> 3;
  for (let k: u32 = 0; k < height; k++) {
    memory.copy(bits, windowRow(planes, rows, words, row, column, width, scratch), bytes);
    bits += bytes;
    row = row + 1 == 16 * rows ? 0 : row + 1;
  }
}

/** 128 · `tiles` spins of every replica from site 128 · `from` on, zeros after the last one: bits [128][tiles · 16 bytes]. */
export function multispinReplicas(planes: usize, rows: u32, words: u32, from: u32, tiles: u32, bits: usize, scratch: usize): void {
  const sites = (rows * words) << 1;
  const turned = scratch + ROW;
  for (let tile: u32 = 0; tile < tiles; tile++) {
    let site = (from + tile) << 7;
    const end = min<u32>(sites, site + 128);
    let at = scratch;
    while (site < end) {
      const y = site / (2 * words);
      const x = site % (2 * words);
      v128.store(at, v128.load(wordAt(planes, rows, words, y, x & 1) + ((<usize>(x >> 1)) << 4)));
      at += 16;
      site++;
    }
    memory.fill(at, 0, scratch + TILE - at);
    turn(scratch, scratch + SPARE, turned);
    for (let replica: usize = 0; replica < 128; replica++) {
      v128.store(bits + ((replica * tiles + tile) << 4), v128.load(turned + (replica << 4)));
    }
  }
}
