// Wolff's cluster update (Phys. Rev. Lett. 62, 361) on a lattice where every site has four neighbours.
//
// spins       u8 [sites], 0 or 1
// neighbours  u32 [sites, 4]; entries 0 and 1 are the forward ones (right, down), so that each bond is counted once there
// queue       u32 [sites + 4]: flipped sites whose neighbours have not been visited; first in, first out
//
// A neighbour is flipped the moment it is pushed, so it is never pushed twice. Pushing is free of branches: write, then advance the tail by 0 or 1.
// Random numbers: one vector a flipped site (one lane a bond) and one a cluster (lane 0 picks the seed).

import { fillRandom } from '../random';
import { exp } from '../math';

/** Vectors of random numbers drawn at a time: 4 kB. */
const DRAW: u32 = 256;

/** The bond probability 1 - e^{-2K} as a 32-bit threshold. */
// @ts-ignore: decorator
@inline function bondThreshold(coupling: f64): u32 {
  return <u32>min<f64>(4294967295.0, (1.0 - exp(-2.0 * coupling)) * 4294967296.0);
}

/** `clusters` cluster updates; returns the number of sites flipped in all. scratch: 4096 bytes. */
export function wolff(
  spins: usize, neighbours: usize, queue: usize, sites: u32, coupling: f64, stream: usize, scratch: usize, clusters: u32,
): f64 {
  const threshold = i32x4.splat(bondThreshold(coupling));
  const scratchEnd = scratch + ((<usize>DRAW) << 4);
  let random = scratchEnd;
  let flipped: f64 = 0;
  for (let cluster: u32 = 0; cluster < clusters; cluster++) {
    if (random == scratchEnd) {
      fillRandom(stream, scratch, DRAW);
      random = scratch;
    }
    const seed = <u32>((<u64>load<u32>(random) * <u64>sites) >> 32);
    random += 16;
    const old = <u32>load<u8>(spins + seed);
    store<u8>(spins + seed, 1 - old);
    store<u32>(queue, seed);
    let head = queue;
    let tail = queue + 4;
    do {
      if (random == scratchEnd) {
        fillRandom(stream, scratch, DRAW);
        random = scratch;
      }
      const accept = i32x4.bitmask(i32x4.lt_u(v128.load(random), threshold));
      random += 16;
      const near = neighbours + ((<usize>load<u32>(head)) << 4);
      head += 4;
      for (let k: u32 = 0; k < 4; k++) {
        const site = load<u32>(near + ((<usize>k) << 2));
        const spin = <u32>load<u8>(spins + site);
        const hit = (1 - (spin ^ old)) & ((accept >> k) & 1);
        store<u32>(tail, site);
        store<u8>(spins + site, spin ^ hit);
        tail += (<usize>hit) << 2;
      }
    } while (head < tail);
    flipped += <f64>((tail - queue) >> 2);
  }
  return flipped;
}

/** Σ over bonds of s·s', spins as ±1: minus the energy in units of J. */
export function bondSum(spins: usize, neighbours: usize, sites: u32): i32 {
  let unequal: u32 = 0;
  for (let site: u32 = 0; site < sites; site++) {
    const near = neighbours + ((<usize>site) << 4);
    const spin = load<u8>(spins + site);
    unequal += <u32>(spin ^ load<u8>(spins + load<u32>(near))) + <u32>(spin ^ load<u8>(spins + load<u32>(near, 4)));
  }
  return 2 * <i32>sites - 2 * <i32>unequal;
}

/** Σ of the spins, as ±1. */
export function spinSum(spins: usize, sites: u32): i32 {
  let up: i32 = 0;
  for (let site: u32 = 0; site < sites; site++) up += load<u8>(spins + site);
  return 2 * up - <i32>sites;
}

/** Bytes of 0 and 1 → bits, least significant first; ceil(sites/8) bytes at `bits`. */
export function packSpins(spins: usize, sites: u32, bits: usize): void {
  const whole = sites >> 3;
  for (let byte: u32 = 0; byte < whole; byte++) {
    // gathers the low bits of eight bytes: the products land in the top byte without carries
    const eight = load<u64>(spins + ((<usize>byte) << 3));
    store<u8>(bits + byte, <u8>((eight * 0x0102040810204080) >> 56));
  }
  const left = sites & 7;
  if (left) {
    let last: u32 = 0;
    for (let i: u32 = 0; i < left; i++) last |= <u32>load<u8>(spins + ((<usize>whole) << 3) + i) << i;
    store<u8>(bits + whole, <u8>last);
  }
}

/**
 * A time series: after each `interval` clusters, or one more with probability ½, Σ s s' and Σ s as i32 at `bondSums` and `spinSums`, and the packed spins at `bits` unless it is 0
 * (ceil(sites/8) bytes a row). `rows` rows. Returns the number of sites flipped.
 *
 * Why one more: at weak coupling nearly every cluster is a single site, and a fixed number of flips would tie the parity of Σ s of a row to the last one's.
 */
export function wolffSeries(
  spins: usize, neighbours: usize, queue: usize, sites: u32, coupling: f64, stream: usize, scratch: usize,
  interval: u32, rows: u32, bondSums: usize, spinSums: usize, bits: usize,
): f64 {
  const stride = (sites + 7) >> 3;
  let flipped: f64 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    fillRandom(stream, scratch, 1);
    const clusters = interval + (load<u32>(scratch) >> 31);
    flipped += wolff(spins, neighbours, queue, sites, coupling, stream, scratch, clusters);
    store<i32>(bondSums + ((<usize>row) << 2), bondSum(spins, neighbours, sites));
    store<i32>(spinSums + ((<usize>row) << 2), spinSum(spins, sites));
    if (bits) packSpins(spins, sites, bits + <usize>row * <usize>stride);
  }
  return flipped;
}
