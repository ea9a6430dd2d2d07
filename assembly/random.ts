// Random numbers: xoshiro128++ (Blackman & Vigna, doi:10.1145/3460772), four independent generators side by side in the lanes of a vector.
//
// A stream is 64 bytes: four vectors s0..s3; lane k of them is the state of generator k. Streams are seeded from SplitMix64, as the authors advise:
// stream t of a key takes outputs 8t .. 8t+7, two for each lane. Kernels draw whole buffers: the state stays in registers, the buffer in L1.
// Cost: 14 vector operations for four 32-bit numbers.

import { rotateLeft } from './lanes';
import { log } from './math';

const GOLDEN: u64 = 0x9e3779b97f4a7c15;

// @ts-ignore: decorator
@inline function mix(z: u64): u64 {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/** Output number n (from 0) of SplitMix64 started at `key`. */
export function splitMix(key: u64, n: u64): u64 {
  return mix(key + (n + 1) * GOLDEN);
}

/** Seeds `count` streams at `streams`, 64 bytes each, as streams first, first + 1, … of `key`. */
export function seedStreams(streams: usize, count: u32, key: u64, first: u32): void {
  for (let t: u32 = 0; t < count; t++) {
    for (let lane: u32 = 0; lane < 4; lane++) {
      const n = (<u64>(first + t)) * 8 + lane * 2;
      const low = splitMix(key, n);
      const high = splitMix(key, n + 1);
      const at = streams + ((<usize>t) << 6) + ((<usize>lane) << 2);
      store<u32>(at, <u32>low);
      store<u32>(at, <u32>(low >> 32), 16);
      store<u32>(at, <u32>high, 32);
      store<u32>(at, <u32>(high >> 32), 48);
    }
  }
}

/** Fills `count` > 0 vectors (16 bytes each) at `out` with the next numbers of a stream: vector q holds number q of each of its four generators. */
export function fillRandom(stream: usize, out: usize, count: u32): void {
  let s0 = v128.load(stream);
  let s1 = v128.load(stream, 16);
  let s2 = v128.load(stream, 32);
  let s3 = v128.load(stream, 48);
  const end = out + ((<usize>count) << 4);
  do {
    v128.store(out, i32x4.add(rotateLeft(i32x4.add(s0, s3), 7), s0));
    const t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0);
    s3 = v128.xor(s3, s1);
    s1 = v128.xor(s1, s2);
    s0 = v128.xor(s0, s3);
    s2 = v128.xor(s2, t);
    s3 = rotateLeft(s3, 11);
    out += 16;
  } while (out < end);
  v128.store(stream, s0);
  v128.store(stream, s1, 16);
  v128.store(stream, s2, 32);
  v128.store(stream, s3, 48);
}

/** Four uniform floats in [0, 1) from four 32-bit numbers: multiples of 2^-24. `u < p` has probability ⌈2^24 p⌉ 2^-24. */
// @ts-ignore: decorator
@inline export function uniform4(bits: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(bits, 8)), f32x4.splat(5.9604644775390625e-8));
}

/**
 * 128 independent Bernoulli bits a vector, `count` vectors at `out`: each bit is set with probability threshold·2^-32 exactly.
 * Compares 32 random bits with the threshold, least significant first: acc ← acc|r where the threshold's bit is 1, acc&r where it is 0.
 */
export function bernoulliBits(stream: usize, scratch: usize, out: usize, count: u32, threshold: u32): void {
  for (let q: u32 = 0; q < count; q++) {
    fillRandom(stream, scratch, 32);
    let acc = i32x4.splat(0);
    for (let bit: u32 = 0; bit < 32; bit++) {
      const r = v128.load(scratch + ((<usize>bit) << 4));
      acc = (threshold >> bit) & 1 ? v128.or(acc, r) : v128.and(acc, r);
    }
    v128.store(out + ((<usize>q) << 4), acc);
  }
}

/** A permutation of 0..n-1 (u32) by Fisher and Yates; scratch: 16 bytes. Index bias below n·2^-32. */
export function shuffle(stream: usize, scratch: usize, order: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) store<u32>(order + ((<usize>i) << 2), i);
  let left: u32 = 0;
  for (let i = n; i > 1; i--) {
    if (left == 0) {
      fillRandom(stream, scratch, 1);
      left = 4;
    }
    left--;
    const j = (<u64>load<u32>(scratch + ((<usize>left) << 2)) * <u64>i) >> 32;
    const a = order + ((<usize>(i - 1)) << 2);
    const b = order + ((<usize>j) << 2);
    const kept = load<u32>(a);
    store<u32>(a, load<u32>(b));
    store<u32>(b, kept);
  }
}

/** n floats from N(0, deviation²) by Marsaglia's polar method; scratch: 16 bytes. */
export function fillNormal(stream: usize, scratch: usize, out: usize, n: u32, deviation: f64): void {
  let i: u32 = 0;
  while (i < n) {
    fillRandom(stream, scratch, 1);
    // two 32-bit numbers make one pair in (-1, 1)², at odd multiples of 2^-32
    for (let half: usize = 0; half < 16; half += 8) {
      const x = <f64>load<i32>(scratch + half) * 4.656612873077393e-10 + 2.3283064365386963e-10;
      const y = <f64>load<i32>(scratch + half, 4) * 4.656612873077393e-10 + 2.3283064365386963e-10;
      const square = x * x + y * y;
      if (square < 1.0 && i < n) {
        const factor = deviation * sqrt((-2.0 * log(square)) / square);
        store<f32>(out + ((<usize>i) << 2), <f32>(x * factor));
        if (i + 1 < n) store<f32>(out + ((<usize>i) << 2), <f32>(y * factor), 4);
        i += 2;
      }
    }
  }
}
