// Block spins of 128 configurations at once: each block of [blockRows, blockColumns] spins becomes one, by majority, by the choice of one of them, or by
// chance: +1 with a probability that depends on how many spins of the block are up.
//
// Rows of bits are turned into planes, one vector a site with the bit of row r in lane r; there a block is counted by adders of whole vectors; and
// 128 block spins at a time are turned back into rows. A band of block rows is turned at once, so that its planes stay in the cache.
//
// bits    rows of `stride` bytes, site after site; up to 32 bytes past the last row are read, and forgotten
// planes  v128 [128 ⌈(band·blockRows·columns + 7)/128⌉]
// out     rows of `outStride` = ⌈blocks/8⌉ bytes
//
// Cost for 2 × 2: a turn is 0.15 vector operations per bit, a block 17 for 128 replicas of 4 sites; by chance some 280.

import { fillRandom, seedStreams } from '../random';
import { rowsToPlanes, TILE, turn } from './turn';

/** The majority of two pairs of spins, one above the other; `tie` where there is none. */
// @ts-ignore: decorator
@inline function majorityOfFour(above: usize, below: usize, tie: v128): v128 {
  const a = v128.load(above);
  const b = v128.load(above, 16);
  const c = v128.load(below);
  const d = v128.load(below, 16);
  const both = v128.and(a, b);
  const any = v128.or(a, b);
  const bothBelow = v128.and(c, d);
  const anyBelow = v128.or(c, d);
  const three = v128.or(v128.and(both, anyBelow), v128.and(bothBelow, any));
  const two = v128.or(v128.or(both, bothBelow), v128.and(any, anyBelow));
  return v128.or(three, v128.and(two, tie));
}

/** The spins up in any block, `width` bytes from row to row of it, in each lane: their binary digits, lowest first, at `counters`. Returns how many digits. */
// @ts-ignore: decorator
@inline function countBlock(block: usize, width: usize, blockRows: u32, blockColumns: u32, counters: usize): u32 {
  const digits = 32 - clz(blockRows * blockColumns);
  memory.fill(counters, 0, (<usize>digits) << 4);
  let count: u32 = 0;
  for (let y: u32 = 0; y < blockRows; y++) {
    for (let x: u32 = 0; x < blockColumns; x++) {
      let carry = v128.load(block + ((<usize>x) << 4));
      count++;
      // as many digits as the count may have by now
      const end = counters + ((<usize>(32 - clz(count))) << 4);
      for (let at = counters; at < end; at += 16) {
        const sum = v128.load(at);
        v128.store(at, v128.xor(sum, carry));
        carry = v128.and(sum, carry);
      }
    }
    block += width;
  }
  return digits;
}

/** The majority of any block; counters: 16 bytes per binary digit of the size. */
function majority(block: usize, width: usize, blockRows: u32, blockColumns: u32, counters: usize, tie: v128): v128 {
  const size = blockRows * blockColumns;
  const digits = countBlock(block, width, blockRows, blockColumns, counters);
  const half = size >> 1;
  let more = i32x4.splat(0);
  let equal = i32x4.splat(-1);
  for (let digit: i32 = <i32>digits - 1; digit >= 0; digit--) {
    const plane = v128.load(counters + ((<usize>digit) << 4));
    if ((half >> digit) & 1) {
      equal = v128.and(equal, plane);
    } else {
      more = v128.or(more, v128.and(equal, plane));
      equal = v128.andnot(equal, plane);
    }
  }
  return size & 1 ? more : v128.or(more, v128.and(equal, tie));
}

/** Digits of a random number that are drawn for every block; the others where a lane is not decided by them. */
const FIRST_DIGITS: u32 = 12;

/**
 * +1 with probability thresholds[n]·2^-32, n the number of spins up in the block; 2^32 - 1 stands for 1. A random number of 32 binary digits is compared with
 * the threshold, highest digit first: digit i of the number in lane l is bit l of vector i. The first 12 vectors lie at `random`; the other 20, where some
 * lane needs them, are the first of stream number `index` of `key`, so that what a lane gets does not depend on the others.
 * work: [128] indicators of n, 32 vectors of random bits and a stream, 2624 bytes.
 */
function byChance(
  block: usize, width: usize, blockRows: u32, blockColumns: u32, counters: usize, thresholds: usize, random: usize, key: u64, index: u32, work: usize,
): v128 {
  const size = blockRows * blockColumns;
  const digits = countBlock(block, width, blockRows, blockColumns, counters);
  const more = work + TILE;
  const stream = more + 512;
  let up = i32x4.splat(0);
  for (let n: u32 = 0; n <= size; n++) {
    let here = i32x4.splat(-1);
    for (let digit: u32 = 0; digit < digits; digit++) {
      const plane = v128.load(counters + ((<usize>digit) << 4));
      here = (n >> digit) & 1 ? v128.and(here, plane) : v128.andnot(here, plane);
    }
    v128.store(work + ((<usize>n) << 4), here);
    if (load<u32>(thresholds + ((<usize>n) << 2)) == 0xffffffff) up = v128.or(up, here);
  }
  let undecided = v128.not(up);
  let from = random;
  for (let i: u32 = 0; i < 32; i++) {
    if (i == FIRST_DIGITS) {
      if (!v128.any_true(undecided)) break;
      seedStreams(stream, 1, key, index);
      fillRandom(stream, more, 32 - FIRST_DIGITS);
      from = more;
    }
    let digit = i32x4.splat(0);
    for (let n: u32 = 0; n <= size; n++) {
      if ((load<u32>(thresholds + ((<usize>n) << 2)) >> (31 - i)) & 1) digit = v128.or(digit, v128.load(work + ((<usize>n) << 4)));
    }
    const number = v128.load(from);
    from += 16;
    // below the threshold from here on
    up = v128.or(up, v128.and(undecided, v128.andnot(digit, number)));
    undecided = v128.andnot(undecided, v128.xor(digit, number));
  }
  return up;
}

/** Copies n ≤ 16 bytes of a vector. */
// @ts-ignore: decorator
@inline function storeBytes(to: usize, from: usize, n: usize): void {
  if (n == 16) {
    v128.store(to, v128.load(from));
    return;
  }
  if (n & 8) {
    store<u64>(to, load<u64>(from));
    to += 8;
    from += 8;
  }
  if (n & 4) {
    store<u32>(to, load<u32>(from));
    to += 4;
    from += 4;
  }
  if (n & 2) {
    store<u16>(to, load<u16>(from));
    to += 2;
    from += 2;
  }
  if (n & 1) store<u8>(to, load<u8>(from));
}

/**
 * Block spins of `count` rows, which are in lanes lane … lane + count - 1 of 128. The sides are multiples of those of a block.
 *
 * rule 0: majority, ties by one random bit: bit `lane + r` of vector number k of the stream is that of block k of row r, tie or not, and no number
 * is drawn if the size of a block is odd. rule 1: majority, ties by spin `site` of the block, counted along whole rows of the lattice (y·columns +
 * x). rule 2: that spin itself. rule 3: by chance, with the probabilities at `thresholds` (byChance), u32 [blockRows·blockColumns + 1], of blocks of at
 * most 127 sites: the first digits of block k are vectors 12k … 12k + 11 of the stream, the others those of stream `firstBlock + k` of `key`.
 * scratch: 13376 bytes.
 */
export function blockSpins(
  bits: usize, stride: usize, count: u32, lane: u32, rows: u32, columns: u32, blockRows: u32, blockColumns: u32, rule: u32, site: u32,
  band: u32, stream: usize, planes: usize, scratch: usize, out: usize, outStride: usize, thresholds: usize, key: u64, firstBlock: u32,
): void {
  const spare = scratch + TILE;
  const blocks = scratch + 2 * TILE;
  const turned = scratch + 3 * TILE;
  const random = scratch + 4 * TILE;
  const counters = scratch + 5 * TILE;
  const work = counters + 512;
  const width = (<usize>columns) << 4;
  const step = (<usize>blockColumns) << 4;
  const chosen = (<usize>site) << 4;
  const draws = rule == 0 && !((blockRows * blockColumns) & 1);
  const four = rule != 2 && blockRows == 2 && blockColumns == 2;
  const outColumns = columns / blockColumns;
  const outRows = rows / blockRows;
  const total = outRows * outColumns;
  const firstLane = (<usize>lane) << 4;
  let block: u32 = 0;
  for (let first: u32 = 0; first < outRows; first += band) {
    const last = min<u32>(outRows, first + band);
    const from = <usize>(first * blockRows) * <usize>columns;
    const to = <usize>(last * blockRows) * <usize>columns;
    // from the byte in which the band begins
    rowsToPlanes(bits, stride, count, lane, from & ~7, to - (from & ~7), scratch, spare, planes);
    let line = planes + ((from & 7) << 4);
    for (let y = first; y < last; y++) {
      let at = line;
      for (let x: u32 = 0; x < outColumns; x++) {
        const place = (<usize>(block & 127)) << 4;
        if (place == 0 && draws) fillRandom(stream, random, 128);
        let spin: v128;
        if (rule == 2) {
          spin = v128.load(at + chosen);
        } else if (rule == 3) {
          fillRandom(stream, random, FIRST_DIGITS);
          spin = byChance(at, width, blockRows, blockColumns, counters, thresholds, random, key, firstBlock + block, work);
        } else {
          const tie = v128.load(draws ? random + place : at + chosen);
          spin = four ? majorityOfFour(at, at + width, tie) : majority(at, width, blockRows, blockColumns, counters, tie);
        }
        v128.store(blocks + place, spin);
        at += step;
        block++;
        if ((block & 127) == 0 || block == total) {
          // planes to rows; bits past the last block are zero
          memory.fill(blocks + place + 16, 0, TILE - place - 16);
          turn(blocks, spare, turned);
          const byte = (<usize>((block - 1) >> 7)) << 4;
          const bytes = min<usize>(16, outStride - byte);
          for (let r: u32 = 0; r < count; r++) {
            storeBytes(out + <usize>r * outStride + byte, turned + firstLane + ((<usize>r) << 4), bytes);
          }
        }
      }
      line += width * <usize>blockRows;
    }
  }
}
