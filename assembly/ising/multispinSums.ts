// Sums over the lattices of multi-spin coding (multispin.ts has the planes), for all 128 bits of a word at once: unhappy bonds of a site are added in binary,
// and sites by counters whose carries wait for each other (counters.ts). Cost a word of either sublattice: about 25 operations.

import { addLater, PLANES, readCounters, settle } from './counters';

/** Σ s s' over bonds and Σ s of the sites of each bit, as i32 [128] at `bondSums` and `spinSums`. scratch: 1920 bytes. */
export function multispinSums(planes: usize, rows: u32, words: u32, scratch: usize, bondSums: usize, spinSums: usize): void {
  const width = (<usize>words) << 4;
  const stride = width + 32;
  const plane = stride * (<usize>rows + 2);
  const first = planes + stride + 16;
  const ups = scratch + ((<usize>PLANES) << 4);
  const waiting = ups + ((<usize>PLANES) << 4);
  const waitingUps = waiting + ((<usize>PLANES) << 4);
  memory.fill(scratch, 0, (<usize>PLANES) << 5);
  let full: u32 = 0;
  let fullUps: u32 = 0;
  for (let y: u32 = 0; y < rows; y++) {
    const row = first + <usize>y * stride;
    const side: usize = y & 1 ? 16 : -16;
    for (let at = row; at < row + width; at += 16) {
      const spin = v128.load(at);
      const beside = v128.load(at + plane);
      const d1 = v128.xor(spin, v128.load(at + plane - stride));
      const d2 = v128.xor(spin, v128.load(at + plane + stride));
      const d3 = v128.xor(spin, beside);
      const d4 = v128.xor(spin, v128.load(at + plane + side));
      // unhappy bonds in binary
      const odd12 = v128.xor(d1, d2);
      const odd34 = v128.xor(d3, d4);
      const both12 = v128.and(d1, d2);
      const both34 = v128.and(d3, d4);
      full = addLater(scratch, waiting, full, 0, v128.xor(odd12, odd34));
      full = addLater(scratch, waiting, full, 1, v128.xor(v128.xor(both12, both34), v128.and(odd12, odd34)));
      full = addLater(scratch, waiting, full, 2, v128.and(both12, both34));
      fullUps = addLater(ups, waitingUps, fullUps, 0, v128.xor(spin, beside));
      fullUps = addLater(ups, waitingUps, fullUps, 1, v128.and(spin, beside));
    }
  }
  settle(scratch, waiting, full);
  settle(ups, waitingUps, fullUps);
  const sites = <i32>(2 * rows * words);
  readCounters(scratch, bondSums, 2 * sites, -2);
  readCounters(ups, spinSums, -sites, 2);
}
