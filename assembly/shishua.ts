// Random bits in bulk: SHISHUA (Thaddée Tyl, 2020, https://github.com/espadrine/shishua, in the public domain), 1024 bits a round. Its author reports no
// failure in BigCrush and in 32 TiB of PractRand. Where bits are used by the million, in multi-spin coding, it costs less than half of xoshiro128++.
//
// A stream is 192 bytes: four numbers of 256 bits s0 … s3 as pairs of vectors (low, high), a counter of 4 × 64 bits, and the counter's increments
// 7, 5, 3, 1. The counter makes the period at least 2^64 rounds. In one round, with + and >> in 64-bit lanes and << as rotation of all 256 bits:
//   s1 += counter            u = s0 >> 1   t = s1 << 160   o0 = u ^ t   s0 = (s0 << 96) + u   s1 = t + (s1 >> 3)
//   s3 += counter            u = s2 >> 1   t = s3 << 160   o1 = u ^ t   s2 = (s2 << 96) + u   s3 = t + (s3 >> 3)
//                            o2 = s0 ^ s3  o3 = s2 ^ s1
// Cost: 38 vector operations for eight vectors. The two loops below are one round each: numbers are either kept, or used at once.

import { splitMix } from './random';

const VECTORS: u32 = 8;

/** Low half of a 256-bit number rotated left by 96 bits; the high half is the same of (high, low). */
// @ts-ignore: decorator
@inline function rotate96(low: v128, high: v128): v128 {
  return i8x16.shuffle(high, low, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19);
}

/** Low half of a 256-bit number rotated left by 160 bits; the high half is the same of (high, low). */
// @ts-ignore: decorator
@inline function rotate160(low: v128, high: v128): v128 {
  return i8x16.shuffle(low, high, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27);
}

/** One bit of a comparison. */
// @ts-ignore: decorator
@inline export function compare(b: v128, D: v128, r: v128): v128 {
  return v128.and(v128.xor(b, D), r);
}

/** Starts a stream from a seed of 256 bits, as published; scratch: 128 bytes. The numbers are those published, without the first round. */
export function startShishua(stream: usize, scratch: usize, seed0: u64, seed1: u64, seed2: u64, seed3: u64): void {
  // digits of the golden ratio
  store<u64>(stream, seed0 ^ 0x9e3779b97f4a7c15, 0);
  store<u64>(stream, 0xf39cc0605cedc834, 8);
  store<u64>(stream, seed1 ^ 0x1082276bf3a27251, 16);
  store<u64>(stream, 0xf86c6a11d0c18e95, 24);
  store<u64>(stream, seed2 ^ 0x2767f0b153d27b7f, 32);
  store<u64>(stream, 0x0347045b5bf1827f, 40);
  store<u64>(stream, seed3 ^ 0x01886f0928403002, 48);
  store<u64>(stream, 0xc1d64ba40f335e36, 56);
  store<u64>(stream, seed2 ^ 0xf06ad7ae9717877e, 64);
  store<u64>(stream, 0x85839d6effbd7dc6, 72);
  store<u64>(stream, seed3 ^ 0x64d325d1c5371682, 80);
  store<u64>(stream, 0xcadd0cccfdffbbe1, 88);
  store<u64>(stream, seed0 ^ 0x626e33b8d04b4331, 96);
  store<u64>(stream, 0xbbf73c790d94f79d, 104);
  store<u64>(stream, seed1 ^ 0x471c4ab3ed3d82a5, 112);
  store<u64>(stream, 0xfec507705e4ae6e5, 120);
  memory.fill(stream + 128, 0, 32);
  for (let k: u32 = 0; k < 4; k++) store<u64>(stream + ((<usize>k) << 3), 7 - 2 * k, 160);
  for (let round = 0; round < 13; round++) {
    fillShishua(stream, scratch, 1);
    // the outputs in the order o3, o2, o1, o0 are the next state
    for (let k: usize = 0; k < 128; k += 32) {
      v128.store(stream + k, v128.load(scratch + 96 - k));
      v128.store(stream + k, v128.load(scratch + 96 - k, 16), 16);
    }
  }
}

/** Seeds `count` streams at `streams`, 192 bytes each: stream t of a key takes outputs 4t … 4t + 3 of SplitMix64. scratch: 128 bytes. */
export function seedShishua(streams: usize, count: u32, key: u64, first: u32, scratch: usize): void {
  for (let k: u32 = 0; k < count; k++) {
    const n = <u64>(first + k) << 2;
    startShishua(streams + 192 * <usize>k, scratch, splitMix(key, n), splitMix(key, n + 1), splitMix(key, n + 2), splitMix(key, n + 3));
  }
}

/** The next `rounds` > 0 rounds of a stream, eight vectors each: o0 low, o0 high, o1 low, …, o3 high. */
export function fillShishua(stream: usize, out: usize, rounds: u32): void {
  let a = v128.load(stream);
  let a2 = v128.load(stream, 16);
  let b = v128.load(stream, 32);
  let b2 = v128.load(stream, 48);
  let c = v128.load(stream, 64);
  let c2 = v128.load(stream, 80);
  let d = v128.load(stream, 96);
  let d2 = v128.load(stream, 112);
  let counter = v128.load(stream, 128);
  let counter2 = v128.load(stream, 144);
  const end = out + ((<usize>(rounds * VECTORS)) << 4);
  do {
    b = i64x2.add(b, counter);
    b2 = i64x2.add(b2, counter2);
    let u = i64x2.shr_u(a, 1);
    let u2 = i64x2.shr_u(a2, 1);
    let t = rotate160(b, b2);
    let t2 = rotate160(b2, b);
    v128.store(out, v128.xor(u, t));
    v128.store(out, v128.xor(u2, t2), 16);
    b = i64x2.add(t, i64x2.shr_u(b, 3));
    b2 = i64x2.add(t2, i64x2.shr_u(b2, 3));
    t = rotate96(a, a2);
    a2 = i64x2.add(rotate96(a2, a), u2);
    a = i64x2.add(t, u);

    d = i64x2.add(d, counter);
    d2 = i64x2.add(d2, counter2);
    u = i64x2.shr_u(c, 1);
    u2 = i64x2.shr_u(c2, 1);
    t = rotate160(d, d2);
    t2 = rotate160(d2, d);
    v128.store(out, v128.xor(u, t), 32);
    v128.store(out, v128.xor(u2, t2), 48);
    d = i64x2.add(t, i64x2.shr_u(d, 3));
    d2 = i64x2.add(t2, i64x2.shr_u(d2, 3));
    t = rotate96(c, c2);
    c2 = i64x2.add(rotate96(c2, c), u2);
    c = i64x2.add(t, u);

    v128.store(out, v128.xor(a, d), 64);
    v128.store(out, v128.xor(a2, d2), 80);
    v128.store(out, v128.xor(c, b), 96);
    v128.store(out, v128.xor(c2, b2), 112);
    // the increments stay in memory: there are registers for all the rest
    counter = i64x2.add(counter, v128.load(stream, 160));
    counter2 = i64x2.add(counter2, v128.load(stream, 176));
    out += 128;
  } while (out < end);
  v128.store(stream, a);
  v128.store(stream, a2, 16);
  v128.store(stream, b, 32);
  v128.store(stream, b2, 48);
  v128.store(stream, c, 64);
  v128.store(stream, c2, 80);
  v128.store(stream, d, 96);
  v128.store(stream, d2, 112);
  v128.store(stream, counter, 128);
  v128.store(stream, counter2, 144);
}

/**
 * Eight bits of a comparison with a threshold for each of `count` > 0 vectors at `acc`: acc ← (acc ^ D_i) & r_i with the vectors r_0 … r_7 of one round for
 * each, D_i = t_i ^ t_(i-1) as masks, v128 [8] at `masks`. From the lowest bit up, acc ^ t_last is then set with probability t/2^bits (see multispin.ts).
 */
export function combineShishua(stream: usize, acc: usize, count: u32, masks: usize): void {
  let a = v128.load(stream);
  let a2 = v128.load(stream, 16);
  let b = v128.load(stream, 32);
  let b2 = v128.load(stream, 48);
  let c = v128.load(stream, 64);
  let c2 = v128.load(stream, 80);
  let d = v128.load(stream, 96);
  let d2 = v128.load(stream, 112);
  let counter = v128.load(stream, 128);
  let counter2 = v128.load(stream, 144);
  const end = acc + ((<usize>count) << 4);
  do {
    b = i64x2.add(b, counter);
    b2 = i64x2.add(b2, counter2);
    let u = i64x2.shr_u(a, 1);
    let u2 = i64x2.shr_u(a2, 1);
    let t = rotate160(b, b2);
    let t2 = rotate160(b2, b);
    let bits = compare(v128.load(acc), v128.load(masks), v128.xor(u, t));
    bits = compare(bits, v128.load(masks, 16), v128.xor(u2, t2));
    b = i64x2.add(t, i64x2.shr_u(b, 3));
    b2 = i64x2.add(t2, i64x2.shr_u(b2, 3));
    t = rotate96(a, a2);
    a2 = i64x2.add(rotate96(a2, a), u2);
    a = i64x2.add(t, u);

    d = i64x2.add(d, counter);
    d2 = i64x2.add(d2, counter2);
    u = i64x2.shr_u(c, 1);
    u2 = i64x2.shr_u(c2, 1);
    t = rotate160(d, d2);
    t2 = rotate160(d2, d);
    bits = compare(bits, v128.load(masks, 32), v128.xor(u, t));
    bits = compare(bits, v128.load(masks, 48), v128.xor(u2, t2));
    d = i64x2.add(t, i64x2.shr_u(d, 3));
    d2 = i64x2.add(t2, i64x2.shr_u(d2, 3));
    t = rotate96(c, c2);
    c2 = i64x2.add(rotate96(c2, c), u2);
    c = i64x2.add(t, u);

    bits = compare(bits, v128.load(masks, 64), v128.xor(a, d));
    bits = compare(bits, v128.load(masks, 80), v128.xor(a2, d2));
    bits = compare(bits, v128.load(masks, 96), v128.xor(c, b));
    v128.store(acc, compare(bits, v128.load(masks, 112), v128.xor(c2, b2)));
    counter = i64x2.add(counter, v128.load(stream, 160));
    counter2 = i64x2.add(counter2, v128.load(stream, 176));
    acc += 16;
  } while (acc < end);
  v128.store(stream, a);
  v128.store(stream, a2, 16);
  v128.store(stream, b, 32);
  v128.store(stream, b2, 48);
  v128.store(stream, c, 64);
  v128.store(stream, c2, 80);
  v128.store(stream, d, 96);
  v128.store(stream, d2, 112);
  v128.store(stream, counter, 128);
  v128.store(stream, counter2, 144);
}
