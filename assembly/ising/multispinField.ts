// Multi-spin updates in a field, and of antiferromagnets: H = -K Σ s s' - h Σ s, any K and h, the same for all lanes (multispin.ts has the planes).
//
// With n of its four neighbours up, a spin feels F_n = K·(2n - 4) + h. Whatever the five numbers are:
//   Metropolis  a spin against F_n turns; one along F_n turns with e^{-2|F_n|}.
//   heat bath   a spin goes along F_n, or against it with 1/(1 + e^{2|F_n|}).
// So one uniform number is compared with one of five thresholds, by the recurrence of multispin.ts. D_i is now the union of those of the five sets of lanes
// "n up" whose threshold has D_i = 1: of 8 vectors for n = 0, 2, 4 and 4 vectors for n = 1, 3, in two tables. Private and shared bits are as there.
//
//   masks    u8 [34]: bit n of byte i is D_i of threshold n; byte 32: the highest bits of the thresholds; byte 33: where F_n >= 0
//   scratch  v128 [8] the unions of n = 0, 2, 4 by their bits; v128 [4] of n = 1, 3; v128 [5] the tails
//
// Cost a word: one round (38 operations), 23 for the number of neighbours, 66 for the comparison, 15 for the tails.

import { rotateBits, rotateFiveBytes } from '../lanes';
import { exp } from '../math';
import { compare, fillShishua } from '../shishua';

const ODD: usize = 128;
const TAILS: usize = 192;
/** Rounds of a tail, eight bits each, and the first bit after it. */
const TAIL_ROUNDS: u32 = 3;
const FIRST: usize = 24;
const LAST: usize = 32;
const ALONG: usize = 33;

/** The masks of a coupling and a field, 34 bytes. */
export function multispinFieldMasks(coupling: f64, field: f64, heatBath: bool, masks: usize): void {
  memory.fill(masks, 0, 34);
  for (let n: u32 = 0; n < 5; n++) {
    const F = coupling * (2.0 * <f64>n - 4.0) + field;
    const size = 2.0 * abs<f64>(F);
    const p = heatBath ? 1.0 / (1.0 + exp(size)) : exp(-size);
    const t = <u32>min<f64>(4294967295.0, p * 4294967296.0);
    const differences = t ^ (t << 1);
    for (let bit: u32 = 0; bit < 32; bit++) {
      store<u8>(masks + bit, load<u8>(masks + bit) | <u8>(((differences >> bit) & 1) << n));
    }
    store<u8>(masks, load<u8>(masks, LAST) | <u8>((t >> 31) << n), LAST);
    if (F >= 0.0) store<u8>(masks, load<u8>(masks, ALONG) | (<u8>1 << <u8>n), ALONG);
  }
}

/** The union of the lanes that a byte of the masks names, read from two tables: offset in that of n = 0, 2, 4. */
// @ts-ignore: decorator
@inline function evenUnion(mask: u32): usize {
  return <usize>((mask & 1) | ((mask >> 1) & 2) | ((mask >> 2) & 4)) << 4;
}

/** Offset in the table of n = 1, 3. */
// @ts-ignore: decorator
@inline function oddUnion(mask: u32): usize {
  return ODD + (<usize>(((mask >> 1) & 1) | ((mask >> 2) & 2)) << 4);
}

// @ts-ignore: decorator
@inline function union(even: usize, odd: usize): v128 {
  return v128.xor(v128.load(even), v128.load(odd));
}

/** Draws the tails: the comparison of the low bits with each threshold. */
export function drawFieldTails(stream: usize, masks: usize, scratch: usize, draws: usize): void {
  fillShishua(stream, draws, TAIL_ROUNDS);
  for (let n: usize = 0; n < 5; n++) {
    let tail = i32x4.splat(0);
    for (let bit: usize = 0; bit < FIRST; bit++) {
      const D = i8x16.splat(-<i8>((load<u8>(masks + bit) >> <u8>n) & 1));
      tail = compare(tail, D, v128.load(draws + (bit << 4)));
    }
    v128.store(scratch + (n << 4), tail, TAILS);
  }
}

/**
 * The words from `own` to `end` with the neighbours as in multispin.ts; `draws` has a round for each, `used` words have had the tails before.
 */
// @ts-ignore: decorator
@inline export function fieldWords(
  own: usize, end: usize, above: usize, below: usize, beside: usize, side: usize, masks: usize, scratch: usize, draws: usize, used: u32, heatBath: bool,
): void {
  const m0 = load<u8>(masks, FIRST);
  const m1 = load<u8>(masks, FIRST + 1);
  const m2 = load<u8>(masks, FIRST + 2);
  const m3 = load<u8>(masks, FIRST + 3);
  const m4 = load<u8>(masks, FIRST + 4);
  const m5 = load<u8>(masks, FIRST + 5);
  const m6 = load<u8>(masks, FIRST + 6);
  const m7 = load<u8>(masks, FIRST + 7);
  const last = load<u8>(masks, LAST);
  const along = load<u8>(masks, ALONG);
  v128.store(scratch, i32x4.splat(0));
  v128.store(scratch, i32x4.splat(0), ODD);
  let tail0 = v128.load(scratch, TAILS);
  let tail1 = v128.load(scratch, TAILS + 16);
  let tail2 = v128.load(scratch, TAILS + 32);
  let tail3 = v128.load(scratch, TAILS + 48);
  let tail4 = v128.load(scratch, TAILS + 64);
  above -= own;
  below -= own;
  beside -= own;
  do {
    const n1 = v128.load(above + own);
    const n2 = v128.load(below + own);
    const n3 = v128.load(beside + own);
    const n4 = v128.load(beside + own + side);
    const odd = v128.xor(v128.xor(n1, n2), v128.xor(n3, n4));
    const both12 = v128.and(n1, n2);
    const both34 = v128.and(n3, n4);
    // three up: one pair is up, and one of the other
    const up3 = v128.and(odd, v128.or(both12, both34));
    const up1 = v128.xor(odd, up3);
    const up4 = v128.and(both12, both34);
    const up0 = v128.not(v128.or(v128.or(n1, n2), v128.or(n3, n4)));
    const up04 = v128.xor(up0, up4);
    const even = v128.not(odd);
    const up2 = v128.xor(even, up04);
    v128.store(scratch, up0, 16);
    v128.store(scratch, up2, 32);
    v128.store(scratch, v128.xor(up0, up2), 48);
    v128.store(scratch, up4, 64);
    v128.store(scratch, up04, 80);
    v128.store(scratch, v128.xor(up2, up4), 96);
    v128.store(scratch, even, 112);
    v128.store(scratch, up1, ODD + 16);
    v128.store(scratch, up3, ODD + 32);
    v128.store(scratch, odd, ODD + 48);
    tail0 = rotateFiveBytes(tail0);
    tail1 = rotateFiveBytes(tail1);
    tail2 = rotateFiveBytes(tail2);
    tail3 = rotateFiveBytes(tail3);
    tail4 = rotateFiveBytes(tail4);
    used++;
    if ((used & 15) == 0) {
      tail0 = rotateBits(tail0);
      tail1 = rotateBits(tail1);
      tail2 = rotateBits(tail2);
      tail3 = rotateBits(tail3);
      tail4 = rotateBits(tail4);
    }
    let b = v128.or(v128.and(tail0, up0), v128.and(tail1, up1));
    b = v128.or(b, v128.and(tail2, up2));
    b = v128.or(b, v128.or(v128.and(tail3, up3), v128.and(tail4, up4)));
    b = compare(b, union(scratch + evenUnion(m0), scratch + oddUnion(m0)), v128.load(draws));
    b = compare(b, union(scratch + evenUnion(m1), scratch + oddUnion(m1)), v128.load(draws, 16));
    b = compare(b, union(scratch + evenUnion(m2), scratch + oddUnion(m2)), v128.load(draws, 32));
    b = compare(b, union(scratch + evenUnion(m3), scratch + oddUnion(m3)), v128.load(draws, 48));
    b = compare(b, union(scratch + evenUnion(m4), scratch + oddUnion(m4)), v128.load(draws, 64));
    b = compare(b, union(scratch + evenUnion(m5), scratch + oddUnion(m5)), v128.load(draws, 80));
    b = compare(b, union(scratch + evenUnion(m6), scratch + oddUnion(m6)), v128.load(draws, 96));
    b = compare(b, union(scratch + evenUnion(m7), scratch + oddUnion(m7)), v128.load(draws, 112));
    b = v128.xor(b, union(scratch + evenUnion(last), scratch + oddUnion(last)));
    const F = union(scratch + evenUnion(along), scratch + oddUnion(along));
    if (heatBath) v128.store(own, v128.xor(F, b));
    else v128.store(own, v128.xor(F, v128.andnot(b, v128.xor(v128.load(own), F))));
    draws += 128;
    own += 16;
  } while (own < end);
  v128.store(scratch, tail0, TAILS);
  v128.store(scratch, tail1, TAILS + 16);
  v128.store(scratch, tail2, TAILS + 32);
  v128.store(scratch, tail3, TAILS + 48);
  v128.store(scratch, tail4, TAILS + 64);
}
