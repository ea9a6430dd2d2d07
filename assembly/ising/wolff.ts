// Wolff's cluster update (Phys. Rev. Lett. 62, 361) on the periodic square lattice.
//
// spins   u8 [rows, columns]: bit 0 is the spin, 1 = up; bit 1 is set where a neighbour is over an edge of the lattice (markEdges); 8 spare bytes
// queue   u32 [sites + 4]: flipped sites whose neighbours have not been visited; first in, first out
//
// A neighbour is flipped the moment it is pushed, so it is never pushed twice. Pushing is free of branches: write, then advance the tail by 0 or 1. Where
// the neighbours are follows from the site's number; only sites at an edge, which their own byte names, need a division. So all that is read at random is
// a byte a site, which stays in the cache up to 1024 × 1024 and more; a table of neighbours would be 16.
// Random numbers: one vector a flipped site (lanes: right, down, left, up) and one a cluster (lane 0 picks the seed).

import { fillRandom } from '../random';
import { exp } from '../math';

/** Vectors of random numbers drawn at a time: 4 kB. */
const DRAW: u32 = 256;

/** Bit 1 of a spin's byte: at an edge. */
const EDGE: u32 = 2;

/** The bond probability 1 - e^{-2K} as a 32-bit threshold. */
// @ts-ignore: decorator
@inline function bondThreshold(coupling: f64): u32 {
  return <u32>min<f64>(4294967295.0, (1.0 - exp(-2.0 * coupling)) * 4294967296.0);
}

/** Marks the sites in the first and last row and column; spins stay what they are. */
export function markEdges(spins: usize, rows: u32, columns: u32): void {
  for (let y: u32 = 0; y < rows; y++) {
    for (let x: u32 = 0; x < columns; x++) {
      const at = spins + <usize>(y * columns + x);
      const edge = y == 0 || y + 1 == rows || x == 0 || x + 1 == columns;
      store<u8>(at, (<u32>load<u8>(at) & 1) | (edge ? EDGE : 0));
    }
  }
}

/** Pushes one neighbour if its bond is drawn and its spin is that of the cluster, 1 - turned; returns the new tail. */
// @ts-ignore: decorator
@inline function visit(spins: usize, site: u32, turned: u32, drawn: u32, tail: usize): usize {
  const spin = <u32>load<u8>(spins + site);
  const hit = (spin ^ turned) & drawn & 1;
  store<u32>(tail, site);
  store<u8>(spins + site, spin ^ hit);
  return tail + ((<usize>hit) << 2);
}

/** `clusters` cluster updates; returns the number of sites flipped in all. scratch: 4096 bytes. */
export function wolff(
  spins: usize, queue: usize, rows: u32, columns: u32, coupling: f64, stream: usize, scratch: usize, clusters: u32,
): f64 {
  const threshold = i32x4.splat(bondThreshold(coupling));
  const sites = rows * columns;
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
    const first = <u32>load<u8>(spins + seed) ^ 1;
    const turned = first & 1;
    store<u8>(spins + seed, first);
    store<u32>(queue, seed);
    let head = queue;
    let tail = queue + 4;
    do {
      if (random == scratchEnd) {
        fillRandom(stream, scratch, DRAW);
        random = scratch;
      }
      const drawn = <u32>i32x4.bitmask(i32x4.lt_u(v128.load(random), threshold));
      random += 16;
      const site = load<u32>(head);
      head += 4;
      let right = site + 1;
      let down = site + columns;
      let left = site - 1;
      let up = site - columns;
      if (<u32>load<u8>(spins + site) & EDGE) {
        const x = site % columns;
        if (x + 1 == columns) right -= columns;
        if (x == 0) left += columns;
        if (down >= sites) down -= sites;
        if (site < columns) up += sites;
      }
      tail = visit(spins, right, turned, drawn, tail);
      tail = visit(spins, down, turned, drawn >> 1, tail);
      tail = visit(spins, left, turned, drawn >> 2, tail);
      tail = visit(spins, up, turned, drawn >> 3, tail);
    } while (head < tail);
    flipped += <f64>((tail - queue) >> 2);
  }
  return flipped;
}

/** Bits that differ between `count` bytes at a and at b, of which bit 0 alone counts. */
// @ts-ignore: decorator
@inline function unequalPairs(a: usize, b: usize, count: u32): u32 {
  const ones = i8x16.splat(1);
  let unequal: u32 = 0;
  let k: u32 = 0;
  while (k + 16 <= count) {
    // up to 255 in each of 16 sums, before they are added
    const end = min<u32>(count - 15, k + 16 * 255);
    let sums = i8x16.splat(0);
    do {
      sums = i8x16.add(sums, v128.and(v128.xor(v128.load(a + k), v128.load(b + k)), ones));
      k += 16;
    } while (k < end);
    const pairs = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(sums));
    unequal += i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1) + i32x4.extract_lane(pairs, 2) + i32x4.extract_lane(pairs, 3);
  }
  for (; k < count; k++) unequal += <u32>(load<u8>(a + k) ^ load<u8>(b + k)) & 1;
  return unequal;
}

/** Σ over bonds of s·s', spins as ±1: minus the energy in units of J. Each site's bonds to the right and down. */
export function bondSum(spins: usize, rows: u32, columns: u32): i32 {
  const sites = rows * columns;
  // all the way down; the last row's bonds go to the first
  let unequal = unequalPairs(spins, spins + columns, sites - columns) + unequalPairs(spins + sites - columns, spins, columns);
  for (let row: u32 = 0; row < rows; row++) {
    const line = spins + <usize>(row * columns);
    unequal += unequalPairs(line, line + 1, columns - 1) + (<u32>(load<u8>(line) ^ load<u8>(line + columns - 1)) & 1);
  }
  return 2 * <i32>sites - 2 * <i32>unequal;
}

/** Σ of the spins, as ±1. */
export function spinSum(spins: usize, sites: u32): i32 {
  let up: i32 = 0;
  for (let site: u32 = 0; site < sites; site++) up += <i32>load<u8>(spins + site) & 1;
  return 2 * up - <i32>sites;
}

/** Bit 0 of each byte → bits, least significant first; ceil(sites/8) bytes at `bits`. */
export function packSpins(spins: usize, sites: u32, bits: usize): void {
  const whole = sites >> 3;
  for (let byte: u32 = 0; byte < whole; byte++) {
    // gathers the low bits of eight bytes: the products land in the top byte without carries
    const eight = load<u64>(spins + ((<usize>byte) << 3)) & 0x0101010101010101;
    store<u8>(bits + byte, <u8>((eight * 0x0102040810204080) >> 56));
  }
  const left = sites & 7;
  if (left) {
    let last: u32 = 0;
    for (let i: u32 = 0; i < left; i++) last |= (<u32>load<u8>(spins + ((<usize>whole) << 3) + i) & 1) << i;
    store<u8>(bits + whole, <u8>last);
  }
}

/**
 * A time series: after each `interval` clusters, or one more with probability ½, Σ s s' and Σ s as i32 at `bondSums` and `spinSums`, and the packed spins at
 * `bits` unless it is 0 (ceil(sites/8) bytes a row). `rows` is the lattice's, `count` the number of measurements. Returns the number of sites flipped.
 *
 * Why one more: at weak coupling nearly every cluster is a single site, and a fixed number of flips would tie the parity of Σ s of a row to the last one's.
 */
export function wolffSeries(
  spins: usize, queue: usize, rows: u32, columns: u32, coupling: f64, stream: usize, scratch: usize,
  interval: u32, count: u32, bondSums: usize, spinSums: usize, bits: usize,
): f64 {
  const sites = rows * columns;
  const stride = (sites + 7) >> 3;
  let flipped: f64 = 0;
  for (let k: u32 = 0; k < count; k++) {
    fillRandom(stream, scratch, 1);
    const clusters = interval + (load<u32>(scratch) >> 31);
    flipped += wolff(spins, queue, rows, columns, coupling, stream, scratch, clusters);
    store<i32>(bondSums + ((<usize>k) << 2), bondSum(spins, rows, columns));
    store<i32>(spinSums + ((<usize>k) << 2), spinSum(spins, sites));
    if (bits) packSpins(spins, sites, bits + <usize>k * <usize>stride);
  }
  return flipped;
}
