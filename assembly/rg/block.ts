// Block spins of 128 configurations at once: each block of spins becomes one, by majority, by the choice of one of them, or by chance: +1 with a probability
// that depends on how many spins of the block are up. Blocks are boxes of a lattice of three dimensions (`blockSpins`), or any lists of sites (`cellSpins`).
//
// Rows of bits are turned into planes, one vector a site with the bit of row r in lane r; there a block is counted by adders of whole vectors; and
// 128 block spins at a time are turned back into rows. A band of layers of boxes is turned at once, so that its planes stay in the cache.
//
// bits     rows of `stride` bytes, site after site; up to 32 bytes past the last row are read, and forgotten
// planes   v128 [128 ⌈(sites of a band + 7)/128⌉]; of cells [128 ⌈sites/128⌉]
// offsets  u32 [size]: bytes from the plane of a block's first site to those of its sites; of cells u32 [cells, size], from the first plane
// out      rows of `outStride` = ⌈blocks/8⌉ bytes
//
// Cost for 2 × 2: a turn is 0.15 vector operations per bit, a block 17 for 128 replicas of 4 sites, 33 of 8 sites; by chance some 230.

import { fillRandom, seedStreams } from '../random';
import { rowsToPlanes, TILE, turn } from './turn';

/** The majority of three spins. */
// @ts-ignore: decorator
@inline function majorityOfThree(a: v128, b: v128, c: v128): v128 {
  return v128.or(v128.and(a, b), v128.and(c, v128.or(a, b)));
}

/** The majority of four spins; `tie` where there is none. */
// @ts-ignore: decorator
@inline function majorityOfFour(a: v128, b: v128, c: v128, d: v128, tie: v128): v128 {
  const both = v128.and(a, b);
  const any = v128.or(a, b);
  const bothBelow = v128.and(c, d);
  const anyBelow = v128.or(c, d);
  const three = v128.or(v128.and(both, anyBelow), v128.and(bothBelow, any));
  const two = v128.or(v128.or(both, bothBelow), v128.and(any, anyBelow));
  return v128.or(three, v128.and(two, tie));
}

/** Spin i of a block. */
// @ts-ignore: decorator
@inline function spinAt(block: usize, offsets: usize, i: u32): v128 {
  return v128.load(block + <usize>load<u32>(offsets + ((<usize>i) << 2)));
}

/**
 * The majority of a block of eight: with o the lowest digit of the number up and T half of the rest, it is 4 where T is 2 and o is 0, and more where T > 2, or
 * T is 2 and o is 1. So it is that of the four carries that add up to T, with `o or tie` for a tie.
 */
// @ts-ignore: decorator
@inline function majorityOfEight(block: usize, offsets: usize, tie: v128): v128 {
  const a = v128.load(block);
  const b = spinAt(block, offsets, 1);
  const c = spinAt(block, offsets, 2);
  const d = spinAt(block, offsets, 3);
  const e = spinAt(block, offsets, 4);
  const f = spinAt(block, offsets, 5);
  const g = spinAt(block, offsets, 6);
  const h = spinAt(block, offsets, 7);
  const ab = v128.xor(a, b);
  const de = v128.xor(d, e);
  const abc = v128.xor(ab, c);
  const def = v128.xor(de, f);
  const gh = v128.xor(g, h);
  const both = v128.xor(abc, def);
  return majorityOfFour(
    v128.or(v128.and(a, b), v128.and(ab, c)),
    v128.or(v128.and(d, e), v128.and(de, f)),
    v128.and(g, h),
    v128.or(v128.and(abc, def), v128.and(both, gh)),
    v128.or(v128.xor(both, gh), tie),
  );
}

/** The spins up among the `size` of any block, in each lane: their binary digits, lowest first, at `counters`. Returns how many digits. */
// @ts-ignore: decorator
@inline function countBlock(block: usize, offsets: usize, size: u32, counters: usize): u32 {
  const digits = 32 - clz(size);
  // memory.fill leaves the module
  for (let at = counters, end = counters + ((<usize>digits) << 4); at < end; at += 16) v128.store(at, i32x4.splat(0));
  for (let i: u32 = 0; i < size; i++) {
    let carry = spinAt(block, offsets, i);
    // as many digits as the count may have by now
    const end = counters + ((<usize>(32 - clz(i + 1))) << 4);
    for (let at = counters; at < end; at += 16) {
      const sum = v128.load(at);
      v128.store(at, v128.xor(sum, carry));
      carry = v128.and(sum, carry);
    }
  }
  return digits;
}

/** The majority of any block; counters: 16 bytes per binary digit of the size. */
function majority(block: usize, offsets: usize, size: u32, counters: usize, tie: v128): v128 {
  const digits = countBlock(block, offsets, size, counters);
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
/** Blocks whose first digits are drawn together. */
const DIGITS_OF: u32 = 10;

/** For byChance: digit i of threshold n in all 128 lanes, v128 [12, size + 1]. */
function spreadDigits(thresholds: usize, size: u32, masks: usize): void {
  for (let i: u32 = 0; i < FIRST_DIGITS; i++) {
    for (let n: u32 = 0; n <= size; n++) {
      v128.store(masks, i32x4.splat(-<i32>((load<u32>(thresholds + ((<usize>n) << 2)) >> (31 - i)) & 1)));
      masks += 16;
    }
  }
}

// @ts-ignore: decorator
@inline function both(here: v128, mask: usize): v128 {
  return v128.and(here, v128.load(mask));
}

/**
 * +1 with probability thresholds[n]·2^-32, n the number of spins up in the block; 2^32 - 1 stands for 1. A random number of 32 binary digits is compared with
 * the threshold, highest digit first: digit i of the number in lane l is bit l of vector i. The first 12 vectors lie at `random`; the other 20, where some
 * lane needs them, are the first of stream number `index` of `key`, so that what a lane gets does not depend on the others.
 * masks: of spreadDigits. work: [128] indicators of n, 32 vectors of random bits and a stream, 2624 bytes.
 */
function byChance(
  block: usize, offsets: usize, size: u32, counters: usize, thresholds: usize, masks: usize, random: usize, key: u64, index: u32, work: usize,
): v128 {
  const digits = countBlock(block, offsets, size, counters);
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
  const end = random + ((<usize>FIRST_DIGITS) << 4);
  if (size == 4) {
    // the block of the plane: its five indicators stay in registers
    const none = v128.load(work);
    const one = v128.load(work, 16);
    const two = v128.load(work, 32);
    const three = v128.load(work, 48);
    const four = v128.load(work, 64);
    for (; random < end; random += 16) {
      const low = v128.or(both(none, masks), both(one, masks + 16));
      const high = v128.or(both(three, masks + 48), both(four, masks + 64));
      const digit = v128.or(v128.or(low, high), both(two, masks + 32));
      const number = v128.load(random);
      // below the threshold from here on
      up = v128.or(up, v128.and(undecided, v128.andnot(digit, number)));
      undecided = v128.andnot(undecided, v128.xor(digit, number));
      masks += 80;
    }
  } else {
    const past = work + ((<usize>(size + 1)) << 4);
    for (; random < end; random += 16) {
      let digit = i32x4.splat(0);
      for (let here = work; here < past; here += 16) {
        digit = v128.or(digit, both(v128.load(here), masks));
        masks += 16;
      }
      const number = v128.load(random);
      up = v128.or(up, v128.and(undecided, v128.andnot(digit, number)));
      undecided = v128.andnot(undecided, v128.xor(digit, number));
    }
  }
  if (!v128.any_true(undecided)) return up;
  seedStreams(stream, 1, key, index);
  fillRandom(stream, more, 32 - FIRST_DIGITS);
  let from = more;
  for (let i = FIRST_DIGITS; i < 32; i++) {
    let digit = i32x4.splat(0);
    for (let n: u32 = 0; n <= size; n++) {
      if ((load<u32>(thresholds + ((<usize>n) << 2)) >> (31 - i)) & 1) digit = v128.or(digit, v128.load(work + ((<usize>n) << 4)));
    }
    const number = v128.load(from);
    from += 16;
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

/** Writes the spins of up to 128 blocks, of which number `last` is the last one, into the rows; bits past the last block are zero. */
// @ts-ignore: decorator
@inline function toRows(blocks: usize, last: u32, count: u32, firstLane: usize, spare: usize, turned: usize, out: usize, outStride: usize): void {
  const place = (<usize>(last & 127)) << 4;
  memory.fill(blocks + place + 16, 0, TILE - place - 16);
  turn(blocks, spare, turned);
  const byte = (<usize>(last >> 7)) << 4;
  const bytes = min<usize>(16, outStride - byte);
  for (let r: u32 = 0; r < count; r++) {
    storeBytes(out + <usize>r * outStride + byte, turned + firstLane + ((<usize>r) << 4), bytes);
  }
}

/**
 * Block spins of `count` rows, which are in lanes lane … lane + count - 1 of 128. The lattice is [layers, rows, columns], its sides are multiples of those of
 * a block; a plane of [rows, columns] is passed as [rows, 1, columns], so that a band is of its rows.
 *
 * rule 0: majority, ties by one random bit: bit `lane + r` of vector number k of the stream is that of block k of row r, tie or not, and no number
 * is drawn if the size of a block is odd. rule 1: majority, ties by spin `site` of the block. rule 2: that spin itself. rule 3: by chance, with the
 * probabilities at `thresholds` (byChance), u32 [size + 1], of blocks of at most 127 sites: the first digits of block k are vectors 12k … 12k + 11 of the
 * stream, the others those of stream `firstBlock + k` of `key`; masks: v128 [12, size + 1] of work.
 * scratch: 13376 bytes.
 */
export function blockSpins(
  bits: usize, stride: usize, count: u32, lane: u32, layers: u32, rows: u32, columns: u32, blockLayers: u32, blockRows: u32, blockColumns: u32,
  offsets: usize, rule: u32, site: u32, band: u32, stream: usize, planes: usize, scratch: usize, out: usize, outStride: usize, thresholds: usize,
  masks: usize, key: u64, firstBlock: u32,
): void {
  const spare = scratch + TILE;
  const blocks = scratch + 2 * TILE;
  const turned = scratch + 3 * TILE;
  const random = scratch + 4 * TILE;
  const counters = scratch + 5 * TILE;
  const work = counters + 512;
  const size = blockLayers * blockRows * blockColumns;
  const step = (<usize>blockColumns) << 4;
  const chosen = <usize>load<u32>(offsets + ((<usize>site) << 2));
  const draws = rule == 0 && !(size & 1);
  const four = size == 4;
  // the other three of a block of four: read once
  const second = four ? <usize>load<u32>(offsets, 4) : 0;
  const third = four ? <usize>load<u32>(offsets, 8) : 0;
  const fourth = four ? <usize>load<u32>(offsets, 12) : 0;
  const outLayers = layers / blockLayers;
  const outRows = rows / blockRows;
  const outColumns = columns / blockColumns;
  const total = outLayers * outRows * outColumns;
  const layer = <usize>rows * <usize>columns;
  const firstLane = (<usize>lane) << 4;
  if (rule == 3) spreadDigits(thresholds, size, masks);
  let block: u32 = 0;
  for (let first: u32 = 0; first < outLayers; first += band) {
    const last = min<u32>(outLayers, first + band);
    const from = <usize>(first * blockLayers) * layer;
    // from the byte in which the band begins
    const start = from & ~7;
    rowsToPlanes(bits, stride, count, lane, start, <usize>(last * blockLayers) * layer - start, scratch, spare, planes);
    let slab = planes + ((from & 7) << 4);
    for (let z = first; z < last; z++) {
      let line = slab;
      for (let y: u32 = 0; y < outRows; y++) {
        let at = line;
        for (let x: u32 = 0; x < outColumns; x++) {
          const place = (<usize>(block & 127)) << 4;
          if (place == 0 && draws) fillRandom(stream, random, 128);
          let spin: v128;
          if (rule == 2) {
            spin = v128.load(at + chosen);
          } else if (rule == 3) {
            const own = <usize>(block % DIGITS_OF);
            if (own == 0) fillRandom(stream, random, DIGITS_OF * FIRST_DIGITS);
            spin = byChance(at, offsets, size, counters, thresholds, masks, random + (own * FIRST_DIGITS << 4), key, firstBlock + block, work);
          } else {
            const tie = v128.load(draws ? random + place : at + chosen);
            if (four) {
              spin = majorityOfFour(v128.load(at), v128.load(at + second), v128.load(at + third), v128.load(at + fourth), tie);
            } else if (size == 8) {
              spin = majorityOfEight(at, offsets, tie);
            } else {
              spin = majority(at, offsets, size, counters, tie);
            }
          }
          v128.store(blocks + place, spin);
          at += step;
          block++;
          if ((block & 127) == 0 || block == total) toRows(blocks, block - 1, count, firstLane, spare, turned, out, outStride);
        }
        line += ((<usize>columns) << 4) * <usize>blockRows;
      }
      slab += (layer << 4) * <usize>blockLayers;
    }
  }
}

/**
 * blockSpins of `cells` lists of `size` sites each, of a lattice of `sites`: for blocks that are no boxes, such as triangles. A site may be in several cells.
 * Only three sites have a path of their own for the majority.
 */
export function cellSpins(
  bits: usize, stride: usize, count: u32, lane: u32, sites: u32, cells: u32, size: u32, offsets: usize, rule: u32, site: u32, stream: usize,
  planes: usize, scratch: usize, out: usize, outStride: usize, thresholds: usize, masks: usize, key: u64, firstBlock: u32,
): void {
  const spare = scratch + TILE;
  const blocks = scratch + 2 * TILE;
  const turned = scratch + 3 * TILE;
  const random = scratch + 4 * TILE;
  const counters = scratch + 5 * TILE;
  const work = counters + 512;
  const draws = rule == 0 && !(size & 1);
  const firstLane = (<usize>lane) << 4;
  if (rule == 3) spreadDigits(thresholds, size, masks);
  rowsToPlanes(bits, stride, count, lane, 0, <usize>sites, scratch, spare, planes);
  let own = offsets;
  for (let cell: u32 = 0; cell < cells; cell++) {
    const place = (<usize>(cell & 127)) << 4;
    if (place == 0 && draws) fillRandom(stream, random, 128);
    let spin: v128;
    if (rule == 2) {
      spin = spinAt(planes, own, site);
    } else if (rule == 3) {
      const digits = <usize>(cell % DIGITS_OF);
      if (digits == 0) fillRandom(stream, random, DIGITS_OF * FIRST_DIGITS);
      spin = byChance(planes, own, size, counters, thresholds, masks, random + (digits * FIRST_DIGITS << 4), key, firstBlock + cell, work);
    } else if (size == 3) {
      spin = majorityOfThree(spinAt(planes, own, 0), spinAt(planes, own, 1), spinAt(planes, own, 2));
    } else {
      spin = majority(planes, own, size, counters, draws ? v128.load(random + place) : spinAt(planes, own, site));
    }
    v128.store(blocks + place, spin);
    own += (<usize>size) << 2;
    if ((cell & 127) == 127 || cell + 1 == cells) toRows(blocks, cell, count, firstLane, spare, turned, out, outStride);
  }
}
