// What is read from 128 replicas in the plain layout, v128 [rows, columns]: sums of each replica, and its configuration as a row of bits.

import { fillRandom } from '../random';
import { addBits, carryOf, PLANES, readCounters } from './counters';

/**
 * Σ s s' over bonds and Σ s of each replica, spins as ±1, i32 [128] at `bondSums` and `spinSums`; at most 2^28 sites. scratch: 960 bytes. Four words at a
 * time: the low planes of the counters stay in registers, and only what they carry runs up the others.
 */
export function replicaSums(spins: usize, rows: u32, columns: u32, scratch: usize, bondSums: usize, spinSums: usize): void {
  const width = (<usize>columns) << 4;
  const ups = scratch + ((<usize>PLANES) << 4);
  memory.fill(scratch, 0, (<usize>PLANES) << 5);
  let ones = i32x4.splat(0);
  let twos = i32x4.splat(0);
  let fours = i32x4.splat(0);
  let upOnes = i32x4.splat(0);
  let upTwos = i32x4.splat(0);
  for (let y: u32 = 0; y < rows; y++) {
    const row = spins + <usize>y * width;
    const below = (y == rows - 1 ? spins : row + width) - row;
    const end = row + width;
    let at = row;
    let s0 = v128.load(row);
    for (; at + 64 <= end; at += 64) {
      const s1 = v128.load(at, 16);
      const s2 = v128.load(at, 32);
      const s3 = v128.load(at, 48);
      const s4 = v128.load(at + 64 == end ? row : at + 64);
      let x = v128.xor(s0, s1);
      let z = v128.xor(s0, v128.load(at + below));
      const two0 = carryOf(x, z, ones);
      ones = v128.xor(ones, v128.xor(x, z));
      x = v128.xor(s1, s2);
      z = v128.xor(s1, v128.load(at + below, 16));
      const two1 = carryOf(x, z, ones);
      ones = v128.xor(ones, v128.xor(x, z));
      const four0 = carryOf(two0, two1, twos);
      twos = v128.xor(twos, v128.xor(two0, two1));
      x = v128.xor(s2, s3);
      z = v128.xor(s2, v128.load(at + below, 32));
      const two2 = carryOf(x, z, ones);
      ones = v128.xor(ones, v128.xor(x, z));
      x = v128.xor(s3, s4);
      z = v128.xor(s3, v128.load(at + below, 48));
      const two3 = carryOf(x, z, ones);
      ones = v128.xor(ones, v128.xor(x, z));
      const four1 = carryOf(two2, two3, twos);
      twos = v128.xor(twos, v128.xor(two2, two3));
      addBits(scratch, 3, carryOf(four0, four1, fours));
      fours = v128.xor(fours, v128.xor(four0, four1));
      const up0 = carryOf(s0, s1, upOnes);
      upOnes = v128.xor(upOnes, v128.xor(s0, s1));
      const up1 = carryOf(s2, s3, upOnes);
      upOnes = v128.xor(upOnes, v128.xor(s2, s3));
      addBits(ups, 2, carryOf(up0, up1, upTwos));
      upTwos = v128.xor(upTwos, v128.xor(up0, up1));
      s0 = s4;
    }
    for (; at < end; at += 16) {
      const next = v128.load(at + 16 == end ? row : at + 16);
      const x = v128.xor(s0, next);
      const z = v128.xor(s0, v128.load(at + below));
      const two = carryOf(x, z, ones);
      ones = v128.xor(ones, v128.xor(x, z));
      const four = v128.and(two, twos);
      twos = v128.xor(twos, two);
      addBits(scratch, 3, v128.and(four, fours));
      fours = v128.xor(fours, four);
      const up = v128.and(s0, upOnes);
      upOnes = v128.xor(upOnes, s0);
      addBits(ups, 2, v128.and(up, upTwos));
      upTwos = v128.xor(upTwos, up);
      s0 = next;
    }
  }
  v128.store(scratch, ones);
  v128.store(scratch, twos, 16);
  v128.store(scratch, fours, 32);
  v128.store(ups, upOnes);
  v128.store(ups, upTwos, 16);
  const sites = <i32>(rows * columns);
  readCounters(scratch, bondSums, 2 * sites, -2);
  readCounters(ups, spinSums, -sites, 2);
}

/** One round of a transposition of 16 × 16 bytes: vectors i and i + 8 are interleaved to vectors 2i and 2i + 1. Four rounds transpose. */
// @ts-ignore: decorator
@inline function interleave(from: usize, to: usize): void {
  for (let i: usize = 0; i < 8; i++) {
    const a = v128.load(from + (i << 4));
    const b = v128.load(from + (i << 4), 128);
    v128.store(to + (i << 5), i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
    v128.store(to + (i << 5), i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), 16);
  }
}

/**
 * The configurations as 128 rows of bits, ceil(sites/8) bytes each, bit i of a row is site i; every replica as it is or with all spins flipped, each with
 * probability ½ (one vector of the stream). Sixteen sites at a time: bytes are transposed, then bits are gathered by i8x16.bitmask. scratch: 528 bytes.
 */
export function replicaRows(spins: usize, sites: u32, stream: usize, scratch: usize, bits: usize): void {
  fillRandom(stream, scratch, 1);
  const flip = v128.load(scratch);
  const one = scratch + 16;
  const two = scratch + 272;
  const stride = <usize>((sites + 7) >> 3);
  for (let start: u32 = 0; start < sites; start += 16) {
    const length = min<u32>(16, sites - start);
    for (let i: u32 = 0; i < 16; i++) {
      v128.store(one + ((<usize>i) << 4), i < length ? v128.xor(flip, v128.load(spins + ((<usize>(start + i)) << 4))) : i32x4.splat(0));
    }
    interleave(one, two);
    interleave(two, one);
    interleave(one, two);
    interleave(two, one);
    let row = bits + <usize>(start >> 3);
    for (let group: usize = 0; group < 16; group++) {
      // byte i of the vector holds replicas 8·group .. 8·group + 7 of site start + i
      let bytes = v128.load(one + (group << 4));
      for (let replica: usize = 8; replica-- > 0; ) {
        const mask = i8x16.bitmask(bytes);
        const at = row + replica * stride;
        if (length > 8) store<u16>(at, <u16>mask);
        else store<u8>(at, <u8>mask);
        bytes = i8x16.shl(bytes, 1);
      }
      row += 8 * stride;
    }
  }
}
