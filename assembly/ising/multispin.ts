// Multi-spin coding: Metropolis and heat bath on the checkerboard of a periodic square lattice, 128 spins in a vector.
//
//   planes  v128 [2][rows + 2][words + 2]: the two sublattices; site (y, x) is word x >> 1 of row y of plane (x + y) & 1, rows and words counted from -1 to
//           rows and words, so that every neighbour of a site lies one row or one word away. rows is even, and columns = 2·words.
//
// What the 128 bits of a word are is settled by the words -1 and `words` of each row and by the rows -1 and `rows`, which repeat what lies behind the edge:
//   replicas  bit r is the spin of replica r; behind the edge lies the other end of the same lattice.
//   strips    one lattice of 16·rows × 8·columns spins: bit 8a + b is the spin at (a·rows + y, b·columns + x); behind the edge of a block lies the next
//             block, so the word is the other end with its bits turned in each byte, or its bytes turned.
//
// Which way a spin goes. n_i are the four neighbours, s the spin; odd: one or three of the neighbours are up.
//   Metropolis  two or more unhappy bonds: flips; one: flips with e^{-4K}; none: with e^{-8K}.
//   heat bath   three or four neighbours agree: goes against them with 1/(1 + e^{4K}), 1/(1 + e^{8K}), else with them; two up, two down: either way.
// So one uniform number u a spin is compared with t_odd or t_even, as `odd` tells, and the rest is logic (`turned`, `settled`).
//
// [u < t] bit by bit from the lowest, in the form
//   b_i = (b_{i-1} ^ D_i) & r_i,  D_i = t_i ^ t_{i-1} (as masks),  [u < t] = b_31 ^ t_31
// without a branch (where t_i is 1 the comparison uses ~r_i, as random as r_i).
//
// One coupling for all lanes: D_i is one of the four vectors 0, odd, ~odd, 1, which lie in a table of 64 bytes. The eight leading bits of u are drawn for
// every spin: a round of SHISHUA. The other 24 come from one tail for 128 words, turned by five bytes before each use and after sixteen words by a bit within
// each byte, so that no lane meets the same tail bit twice. They matter in one comparison of 256. So every replica by itself has independent random numbers;
// in a lattice of strips two spins which share them are far apart.
//
// In a field, or with K < 0, there are five thresholds: multispinField.ts.
//
// A coupling for each lane: both comparisons are made, with masks of all lanes, and `odd` chooses at the end. A tail cannot be turned now, since it was
// compared with the thresholds of its lanes; so sixteen leading bits are drawn for every spin, and a tail of sixteen for 128 words: two spins of one lane
// both come down to it, and so to the same bits, in one of 2^32 cases.
//
// Rows belong to bands, and every band has its own stream and draws its own tails in each half sweep: so no spin depends on how many threads share the
// bands, nor on how many sweeps a call makes. One half sweep reads the one sublattice and writes the other: a barrier after each.
//
// Metropolis turns a spin with two unhappy bonds always, so states in which every site has exactly two go over into each other for ever, and no other state
// leads there: a quarter of the states of 2×2, 36 of the 65,536 of 4×4, 4 of the 2^24 of 4×6. The heat bath has no such states.
//
// Cost a word: one round (38 operations), 12 for the neighbours, 21 for the comparison, 2 for the tail; with masks two rounds (76), and 68 for the comparison.

import { rotateBits, rotateBitsBack, rotateBytes, rotateBytesBack, rotateFiveBytes } from '../lanes';
import { exp } from '../math';
import { compare, fillShishua } from '../shishua';
import { drawFieldTails, fieldWords } from './multispinField';

// @ts-ignore: decorator
@external("env", "barrier") declare function barrier(): void;

/** Words that share a tail. */
const SHARED: u32 = 128;
/** Rounds drawn at a time for some words of a row: 8 kB, which stay in the L1 cache. */
const PIECE: u32 = 64;

// masks: for each bit D of t_odd, then of t_even (32 bytes); last the highest bits of both thresholds
const LAST: usize = 1024;
/** The first of the masks after the tail's, for one round a word and for two. */
const MASKS: usize = 768;
const OWN_MASKS: usize = 512;

// scratch of a thread: the table of 0, odd, ~odd, 1; the two tails; random vectors of a piece; what a field needs (multispinField.ts)
const TAILS: usize = 64;
const DRAWS: usize = 128;
const FIELD: usize = 8320;
export const SCRATCH: usize = 8640;

// which masks there are: of each lane, of all lanes, of all lanes in a field
const EQUAL: u32 = 1;
const IN_FIELD: u32 = 2;

// @ts-ignore: decorator
@inline function threshold(probability: f64): u32 {
  return <u32>min<f64>(4294967295.0, probability * 4294967296.0);
}

/** Sets lane `lane` of the masks of one threshold: D of bit 0 at `masks`, then every 32 bytes. */
function writeMasks(masks: usize, lane: u32, t: u32): void {
  const at = masks + <usize>(lane >> 3);
  const one = <u8>1 << <u8>(lane & 7);
  const differences = t ^ (t << 1);
  for (let bit: u32 = 0; bit < 32; bit++) {
    const byte = at + ((<usize>bit) << 5);
    if ((differences >> bit) & 1) store<u8>(byte, load<u8>(byte) | one);
  }
  if (t >> 31) store<u8>(at, load<u8>(at, LAST) | one, LAST);
}

/** The masks of the thresholds of 128 lanes, 1056 bytes, for couplings K >= 0, f64 [128]. */
export function multispinMasks(couplings: usize, heatBath: bool, masks: usize): void {
  memory.fill(masks, 0, LAST + 32);
  for (let lane: u32 = 0; lane < 128; lane++) {
    const K = load<f64>(couplings + ((<usize>lane) << 3));
    const t_odd = threshold(heatBath ? 1.0 / (1.0 + exp(4.0 * K)) : exp(-4.0 * K));
    const t_even = threshold(heatBath ? 1.0 / (1.0 + exp(8.0 * K)) : exp(-8.0 * K));
    writeMasks(masks, lane, t_odd);
    writeMasks(masks + 16, lane, t_even);
  }
}

/** Metropolis: flips where two or more bonds are unhappy, or by `chance`. Bonds 1 and 2 are both unhappy where n1 differs from s and n2 does not from n1. */
// @ts-ignore: decorator
@inline function turned(s: v128, n1: v128, n3: v128, odd12: v128, odd34: v128, chance: v128): v128 {
  const both = v128.or(v128.andnot(v128.xor(n1, s), odd12), v128.andnot(v128.xor(n3, s), odd34));
  return v128.xor(s, v128.or(v128.or(both, v128.and(odd12, odd34)), chance));
}

/** Heat bath: with the majority of the neighbours, or by `chance` against it; in a tie as `fair` says. */
// @ts-ignore: decorator
@inline function settled(n1: v128, n3: v128, odd12: v128, odd34: v128, chance: v128, fair: v128): v128 {
  const majority = v128.or(v128.andnot(n1, odd12), v128.andnot(n3, odd34));
  const tie = v128.or(v128.and(odd12, odd34), v128.andnot(v128.xor(n1, n3), v128.or(odd12, odd34)));
  return v128.bitselect(fair, v128.xor(majority, chance), tie);
}

/** Address of that vector of the table which is D_i (at `mask`) for lanes with equal thresholds. */
// @ts-ignore: decorator
@inline function choice(table: usize, mask: usize): usize {
  return table + ((<usize>(load<u8>(mask) & 1)) << 4) + ((<usize>(load<u8>(mask, 16) & 1)) << 5);
}

/**
 * The words from `own` to `end`; those above, below, at the same place of the other sublattice and `side` bytes further are their neighbours. Lanes with
 * equal thresholds; `used` words have had the tail before.
 */
// @ts-ignore: decorator
@inline function equalWords(
  own: usize, end: usize, above: usize, below: usize, beside: usize, side: usize, masks: usize, scratch: usize, used: u32, heatBath: bool,
): void {
  const D0 = choice(scratch, masks + MASKS);
  const D1 = choice(scratch, masks + MASKS + 32);
  const D2 = choice(scratch, masks + MASKS + 64);
  const D3 = choice(scratch, masks + MASKS + 96);
  const D4 = choice(scratch, masks + MASKS + 128);
  const D5 = choice(scratch, masks + MASKS + 160);
  const D6 = choice(scratch, masks + MASKS + 192);
  const D7 = choice(scratch, masks + MASKS + 224);
  const last = choice(scratch, masks + LAST);
  const ones = i32x4.splat(-1);
  v128.store(scratch, i32x4.splat(0));
  v128.store(scratch, ones, 48);
  let tailOdd = v128.load(scratch, TAILS);
  let tailEven = v128.load(scratch, TAILS + 16);
  let random = scratch + DRAWS;
  above -= own;
  below -= own;
  beside -= own;
  do {
    const n1 = v128.load(above + own);
    const n2 = v128.load(below + own);
    const n3 = v128.load(beside + own);
    const n4 = v128.load(beside + own + side);
    const odd12 = v128.xor(n1, n2);
    const odd34 = v128.xor(n3, n4);
    const odd = v128.xor(odd12, odd34);
    v128.store(scratch, odd, 16);
    v128.store(scratch, v128.xor(odd, ones), 32);
    tailOdd = rotateFiveBytes(tailOdd);
    tailEven = rotateFiveBytes(tailEven);
    used++;
    if ((used & 15) == 0) {
      tailOdd = rotateBits(tailOdd);
      tailEven = rotateBits(tailEven);
    }
    let b = v128.xor(tailEven, v128.and(v128.xor(tailOdd, tailEven), odd));
    b = compare(b, v128.load(D0), v128.load(random));
    b = compare(b, v128.load(D1), v128.load(random, 16));
    b = compare(b, v128.load(D2), v128.load(random, 32));
    b = compare(b, v128.load(D3), v128.load(random, 48));
    b = compare(b, v128.load(D4), v128.load(random, 64));
    b = compare(b, v128.load(D5), v128.load(random, 80));
    b = compare(b, v128.load(D6), v128.load(random, 96));
    const fair = v128.load(random, 112);
    b = v128.xor(compare(b, v128.load(D7), fair), v128.load(last));
    if (heatBath) v128.store(own, settled(n1, n3, odd12, odd34, b, fair));
    else v128.store(own, turned(v128.load(own), n1, n3, odd12, odd34, b));
    random += 128;
    own += 16;
  } while (own < end);
  v128.store(scratch, tailOdd, TAILS);
  v128.store(scratch, tailEven, TAILS + 16);
}

/** The same for lanes with thresholds of their own. */
// @ts-ignore: decorator
@inline function ownWords(
  own: usize, end: usize, above: usize, below: usize, beside: usize, side: usize, masks: usize, scratch: usize, heatBath: bool,
): void {
  const tailOdd = v128.load(scratch, TAILS);
  const tailEven = v128.load(scratch, TAILS + 16);
  const first = masks + OWN_MASKS;
  const past = masks + LAST;
  let random = scratch + DRAWS;
  above -= own;
  below -= own;
  beside -= own;
  do {
    let b = tailOdd;
    let c = tailEven;
    let fair: v128;
    let mask = first;
    // a loop by pairs: unrolled further the engine loads everything first, and runs out of registers
    do {
      const r = v128.load(random);
      b = compare(b, v128.load(mask), r);
      c = compare(c, v128.load(mask, 16), r);
      fair = v128.load(random, 16);
      b = compare(b, v128.load(mask, 32), fair);
      c = compare(c, v128.load(mask, 48), fair);
      random += 32;
      mask += 64;
    } while (mask < past);
    b = v128.xor(b, v128.load(past));
    c = v128.xor(c, v128.load(past, 16));
    const n1 = v128.load(above + own);
    const n3 = v128.load(beside + own);
    const odd12 = v128.xor(n1, v128.load(below + own));
    const odd34 = v128.xor(n3, v128.load(beside + own + side));
    b = v128.xor(c, v128.and(v128.xor(b, c), v128.xor(odd12, odd34)));
    if (heatBath) v128.store(own, settled(n1, n3, odd12, odd34, b, fair));
    else v128.store(own, turned(v128.load(own), n1, n3, odd12, odd34, b));
    own += 16;
  } while (own < end);
}

/** Draws a tail: the comparison of the low bits, eight a round, with either threshold. */
function drawTail(stream: usize, masks: usize, scratch: usize, rounds: u32): void {
  const draws = scratch + DRAWS;
  fillShishua(stream, draws, rounds);
  let tailOdd = i32x4.splat(0);
  let tailEven = i32x4.splat(0);
  for (let bit: usize = 0; bit < <usize>rounds << 3; bit++) {
    const r = v128.load(draws + (bit << 4));
    tailOdd = compare(tailOdd, v128.load(masks + (bit << 5)), r);
    tailEven = compare(tailEven, v128.load(masks + (bit << 5), 16), r);
  }
  v128.store(scratch, tailOdd, TAILS);
  v128.store(scratch, tailEven, TAILS + 16);
}

/** Words -1 and `words` of a row: what lies to the left and to the right of it. */
// @ts-ignore: decorator
@inline function closeRow(row: usize, width: usize, strips: bool): void {
  const first = v128.load(row);
  const last = v128.load(row + width - 16);
  v128.store(row - 16, strips ? rotateBits(last) : last);
  v128.store(row + width, strips ? rotateBitsBack(first) : first);
}

/** Row -1 or `rows` of a plane from the row at the other end: what lies above or below. */
function closePlane(from: usize, to: usize, width: usize, strips: bool, above: bool): void {
  for (let at: usize = 0; at < width; at += 16) {
    const word = v128.load(from + at);
    v128.store(to + at, strips ? (above ? rotateBytesBack(word) : rotateBytes(word)) : word);
  }
}

/** Fills in what lies behind the edges of both planes, after the words within were set from outside. */
export function multispinEdges(planes: usize, rows: u32, words: u32, strips: bool): void {
  const width = (<usize>words) << 4;
  const stride = width + 32;
  for (let plane: usize = 0; plane < 2; plane++) {
    const start = planes + plane * stride * (<usize>rows + 2) + stride + 16;
    const end = start + stride * <usize>rows;
    for (let row = start; row < end; row += stride) closeRow(row, width, strips);
    closePlane(end - stride, start - stride, width, strips, true);
    closePlane(start, end, width, strips, false);
  }
}

/**
 * `sweeps` sweeps; `masks` from multispinMasks, `kind` 0, or 1 if all lanes have the same coupling; or from multispinFieldMasks, 2. A band has `bandRows`
 * rows (the last one may have fewer) and a stream of SHISHUA at `streams`. Threads divide the bands; each has 8640 bytes of scratch.
 */
export function multispin(
  planes: usize, rows: u32, words: u32, strips: bool, heatBath: bool, kind: u32, masks: usize, streams: usize, bandRows: u32, scratch: usize,
  sweeps: u32, rank: u32, threads: u32,
): void {
  const width = (<usize>words) << 4;
  const stride = width + 32;
  const plane = stride * (<usize>rows + 2);
  const first = planes + stride + 16;
  const bands = (rows + bandRows - 1) / bandRows;
  const from = (bands * rank) / threads;
  const to = (bands * (rank + 1)) / threads;
  // rounds drawn for a word, and for a tail
  const rounds: u32 = kind ? 1 : 2;
  const tailRounds = 4 - rounds;
  const piece = PIECE / rounds;
  scratch += SCRATCH * <usize>rank;
  for (let half: u32 = 0; half < 2 * sweeps; half++) {
    const colour = half & 1;
    const own = first + (colour ? plane : 0);
    const other = first + (colour ? 0 : plane);
    for (let band = from; band < to; band++) {
      const stream = streams + 192 * <usize>band;
      const past = min(rows, (band + 1) * bandRows);
      let used = SHARED;
      for (let y = band * bandRows; y < past; y++) {
        const row = <usize>y * stride;
        // the sites of this row and colour have x = 2j + ((y + colour) & 1): their neighbours in the row are words j and j - 1, or j and j + 1
        const side: usize = (y + colour) & 1 ? 16 : -16;
        for (let start: u32 = 0; start < words; start += piece) {
          const length = min(piece, words - start);
          if (used + length > SHARED) {
            if (kind == IN_FIELD) drawFieldTails(stream, masks, scratch + FIELD, scratch + DRAWS);
            else drawTail(stream, masks, scratch, tailRounds);
            used = 0;
          }
          fillShishua(stream, scratch + DRAWS, length * rounds);
          const at = row + ((<usize>start) << 4);
          const begin = own + at;
          const end = begin + ((<usize>length) << 4);
          const beside = other + at;
          if (kind == IN_FIELD) {
            const field = scratch + FIELD;
            const draws = scratch + DRAWS;
            if (heatBath) fieldWords(begin, end, beside - stride, beside + stride, beside, side, masks, field, draws, used, true);
            else fieldWords(begin, end, beside - stride, beside + stride, beside, side, masks, field, draws, used, false);
          } else if (kind == EQUAL) {
            if (heatBath) equalWords(begin, end, beside - stride, beside + stride, beside, side, masks, scratch, used, true);
            else equalWords(begin, end, beside - stride, beside + stride, beside, side, masks, scratch, used, false);
          } else {
            if (heatBath) ownWords(begin, end, beside - stride, beside + stride, beside, side, masks, scratch, true);
            else ownWords(begin, end, beside - stride, beside + stride, beside, side, masks, scratch, false);
          }
          used += length;
        }
        closeRow(own + row, width, strips);
        if (y == 0) closePlane(own, own + plane - 2 * stride, width, strips, false);
        if (y == rows - 1) closePlane(own + row, own - stride, width, strips, true);
      }
    }
    barrier();
  }
}
