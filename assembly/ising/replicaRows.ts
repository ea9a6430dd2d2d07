// What is read from 128 replicas in the plain layout, v128 [rows, columns]: sums of each replica, and its configuration as a row of bits.

import { fillRandom } from '../random';
import { addBits, PLANES, readCounters } from './counters';

/** Σ s s' over bonds and Σ s of each replica, spins as ±1, i32 [128] at `bondSums` and `spinSums`; at most 2^28 sites. scratch: 960 bytes. */
export function replicaSums(spins: usize, rows: u32, columns: u32, scratch: usize, bondSums: usize, spinSums: usize): void {
  const width = (<usize>columns) << 4;
  const ups = scratch + ((<usize>PLANES) << 4);
  memory.fill(scratch, 0, (<usize>PLANES) << 5);
  for (let y: u32 = 0; y < rows; y++) {
    const row = spins + <usize>y * width;
    const below = y == rows - 1 ? spins : row + width;
    for (let at: usize = 0; at < width; at += 16) {
      const spin = v128.load(row + at);
      const right = v128.xor(spin, v128.load(row + (at == width - 16 ? 0 : at + 16)));
      const down = v128.xor(spin, v128.load(below + at));
      // a full adder first: right + down + plane 0
      const low = v128.load(scratch);
      const odd = v128.xor(right, down);
      v128.store(scratch, v128.xor(low, odd));
      addBits(scratch, 1, v128.or(v128.and(right, down), v128.and(low, odd)));
      addBits(ups, 0, spin);
    }
  }
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
