// Cluster updates for any Hamiltonian of fields and pairs, H = -Σ_⟨ij⟩ K_ij s_i s_j - Σ_i B_i s_i in units of kT: Wolff's (Phys. Rev. Lett. 62, 361) and
// Swendsen and Wang's (Phys. Rev. Lett. 58, 86).
//
// A bond is active with probability 1 - e^{-2|K|} where it is satisfied, K s s' > 0, else not. Given the active bonds, every way to turn whole clusters has
// the same weight (Fortuin & Kasteleyn; Edwards & Sokal), so each may be turned at will. A field is a bond of strength B_i to the ghost, a spin that is
// always up: so the cluster that holds the ghost stays as it is, and Wolff's growth may stop as soon as it reaches the ghost.
//
// spins    u8 [sites + 1]: bit 0 is the spin, 1 = up; the last one is the ghost's, 1. While clusters grow, bit 1 says that a site has joined one, bit 2
//          that its bonds have been drawn; between calls both are 0. 7 more spare bytes for packSpins
// starts   u32 [sites + 2]: the first block of each site, of the ghost, and the end
// table    blocks of four bonds: u32 [4] thresholds 2³²(1 - e^{-2|K|}), u32 [4] neighbours, in the highest bit whether K < 0. With one |K| for all, its
//          threshold is an argument and blocks are 16 bytes, neighbours alone. Blocks are filled up with bonds of a site to itself, which do nothing
// queue    u32 [sites + 5]: sites in the order in which they joined; first in, first out
// draws    4096 bytes of random numbers, and a u32: how many of them have been used. So where a call ends changes no number
// Random numbers: one vector a block (a bond a lane), one a Wolff cluster (lane 0 picks the seed), one for 64 Swendsen-Wang clusters (a bit each).
// Cost: at four neighbours some 90 operations a site; 16 or 32 bytes of table a block.

import { fillRandom } from '../random';
import { termSum } from './singleSpin';
import { packSpins, spinSum } from './wolff';

/** Vectors of random numbers drawn at a time: 4 kB. */
const DRAW: usize = 256;

const JOINED: u32 = 2;
const DRAWN: u32 = 4;

/** Doubles a row of `sums`. */
const SUMS: usize = 10;

/** Σ n² of clusters, the ghost not counted; Wolff: Σ n of clusters. */
const SIZE_SQUARES: usize = 0;
/** Σ M² of clusters without the ghost, M the sum of a cluster's spins; Wolff: Σ M²/n of clusters. */
const SPIN_SQUARES: usize = 8;
/** Σ M⁴ of clusters without the ghost. */
const SPIN_FOURTHS: usize = 16;
/** Sites of the largest cluster. */
const LARGEST: usize = 24;
/** Number of clusters; a ghost that is alone is none. */
const CLUSTERS: usize = 32;
/** Number of active bonds, those to the ghost included. */
const ACTIVE: usize = 40;
/** Σ s over the ghost's cluster. */
const GHOST_SPINS: usize = 48;
/** Σ K Π s over the terms whose product the active bonds fix: minus the mean energy, given the bonds. */
const TERM_SUM: usize = 56;
/** Sites of the ghost's cluster. */
const GHOST_SITES: usize = 64;
/** Sites turned. */
const TURNED: usize = 72;

// @ts-ignore: decorator
@inline function add(sums: usize, place: usize, value: f64): void {
  store<f64>(sums + place, load<f64>(sums + place) + value);
}

/** The next vector of random numbers, of which `random` points behind the last one used. */
// @ts-ignore: decorator
@inline function refilled(random: usize, stream: usize, draws: usize): usize {
  if (random != draws + (DRAW << 4)) return random;
  fillRandom(stream, draws, <u32>DRAW);
  return draws;
}

// @ts-ignore: decorator
@inline function used(draws: usize): usize {
  return draws + (DRAW << 4);
}

/**
 * `clusters` Wolff clusters from random seeds, each turned unless it reaches the ghost (1 as `ghost`: there is one). threshold: that of all bonds, 0 if the
 * table has one a bond. Adds to `sums` (see above). Returns the number of sites visited.
 */
export function wolffClusters(
  spins: usize, starts: usize, table: usize, sites: u32, threshold: u32, ghost: u32,
  queue: usize, stream: usize, draws: usize, clusters: u32, sums: usize,
): f64 {
  const common = i32x4.splat(threshold);
  const near: usize = threshold ? 0 : 16;
  const size: usize = near + 16;
  let random = draws + <usize>load<u32>(used(draws));
  let visited: f64 = 0;
  for (let cluster: u32 = 0; cluster < clusters; cluster++) {
    random = refilled(random, stream, draws);
    const seed = <u32>((<u64>load<u32>(random) * <u64>sites) >> 32);
    random += 16;
    store<u8>(spins + seed, <u32>load<u8>(spins + seed) | JOINED);
    store<u32>(queue, seed);
    let head = queue;
    let tail = queue + 4;
    do {
      const site = load<u32>(head);
      head += 4;
      const like = <u32>load<u8>(spins + site) ^ 1;
      let block = table + <usize>load<u32>(starts + ((<usize>site) << 2)) * size;
      const end = table + <usize>load<u32>(starts + ((<usize>site) << 2), 4) * size;
      while (block < end) {
        random = refilled(random, stream, draws);
        const drawn = <u32>i32x4.bitmask(i32x4.lt_u(v128.load(random), threshold ? common : v128.load(block)));
        random += 16;
        for (let k: u32 = 0; k < 4; k++) {
          const entry = load<u32>(block + near + ((<usize>k) << 2));
          const other = entry & 0x7fffffff;
          const spin = <u32>load<u8>(spins + other);
          const joins = (spin ^ like ^ (entry >> 31)) & (drawn >> k) & ~(spin >> 1) & 1;
          store<u32>(tail, other);
          store<u8>(spins + other, spin | (joins << 1));
          tail += (<usize>joins) << 2;
        }
        block += size;
      }
      if (ghost && <u32>load<u8>(spins + sites) & JOINED) break;
    } while (head < tail);
    visited += <f64>((head - queue) >> 2);
    const turn = 1 ^ (<u32>load<u8>(spins + sites) >> 1);
    let up: u32 = 0;
    let member = queue;
    do {
      const at = spins + <usize>load<u32>(member);
      const spin = <u32>load<u8>(at) & 1;
      up += spin;
      store<u8>(at, spin ^ turn);
      member += 4;
    } while (member < tail);
    if (turn) {
      const n = <f64>((tail - queue) >> 2);
      const m = 2.0 * <f64>up - n;
      add(sums, SIZE_SQUARES, n);
      add(sums, SPIN_SQUARES, (m * m) / n);
      add(sums, TURNED, n);
    }
  }
  add(sums, CLUSTERS, <f64>clusters);
  store<u32>(used(draws), <u32>(random - draws));
  return visited;
}

/** The place of a cluster size in the histogram: sizes below 16 one by one, then eight classes from each power of two to the next. */
// @ts-ignore: decorator
@inline function sizeClass(n: u32): usize {
  if (n < 16) return <usize>n;
  const power = 31 - clz<u32>(n);
  return 16 + ((<usize>(power - 4)) << 3) + <usize>((n >> (power - 3)) & 7);
}

/**
 * `steps` updates in which every cluster but the ghost's is turned with probability ½. What is measured of the last one's clusters: `sums` (see above, all
 * but TERM_SUM), the label of each site's cluster at `labels` unless it is 0 (u32 [sites + 1]; 0 is the ghost's), and in `sizes` unless it is 0 the number
 * of clusters of each class of sizes (u32, added to what is there). Returns the number of sites visited.
 */
export function swendsenWang(
  spins: usize, starts: usize, table: usize, sites: u32, threshold: u32, ghost: u32,
  queue: usize, stream: usize, draws: usize, steps: u32, labels: usize, sums: usize, sizes: usize,
): f64 {
  const common = i32x4.splat(threshold);
  const near: usize = threshold ? 0 : 16;
  const size: usize = near + 16;
  let random = draws + <usize>load<u32>(used(draws));
  let turned: f64 = 0;
  for (let step: u32 = 0; step < steps; step++) {
    const measured = step + 1 == steps;
    let squares: f64 = 0;
    let spinSquares: f64 = 0;
    let spinFourths: f64 = 0;
    let ghostSpins: f64 = 0;
    let ghostSites: f64 = 0;
    let largest: u32 = 0;
    let active: u32 = 0;
    let label: u32 = 0;
    let clusters: u32 = 0;
    let coins: u64 = 0;
    let left: u32 = 0;
    let head = queue;
    let tail = queue;
    // the ghost first, then site after site
    for (let k: u32 = ghost ? 0 : 1; k <= sites; k++) {
      const seed = k ? k - 1 : sites;
      const first = <u32>load<u8>(spins + seed);
      if (first & DRAWN) continue;
      let turn: u32 = 0;
      if (k) {
        if (left == 0) {
          random = refilled(random, stream, draws);
          coins = load<u64>(random);
          random += 16;
          left = 64;
        }
        turn = <u32>coins & 1;
        coins >>= 1;
        left--;
        label++;
      }
      store<u8>(spins + seed, first | JOINED);
      store<u32>(tail, seed);
      const begin = tail;
      tail += 4;
      let up: u32 = 0;
      do {
        const site = load<u32>(head);
        head += 4;
        const own = <u32>load<u8>(spins + site) & 1;
        const like = own ^ 1;
        up += own;
        store<u8>(spins + site, (own ^ turn) | JOINED | DRAWN);
        if (labels) store<u32>(labels + ((<usize>site) << 2), label);
        let block = table + <usize>load<u32>(starts + ((<usize>site) << 2)) * size;
        const end = table + <usize>load<u32>(starts + ((<usize>site) << 2), 4) * size;
        while (block < end) {
          random = refilled(random, stream, draws);
          const drawn = <u32>i32x4.bitmask(i32x4.lt_u(v128.load(random), threshold ? common : v128.load(block)));
          random += 16;
          for (let k: u32 = 0; k < 4; k++) {
            const entry = load<u32>(block + near + ((<usize>k) << 2));
            const other = entry & 0x7fffffff;
            const spin = <u32>load<u8>(spins + other);
            // a bond is decided once, when the first of its ends is visited
            const bond = (spin ^ like ^ (entry >> 31)) & (drawn >> k) & ~(spin >> 2) & 1;
            const joins = bond & ~(spin >> 1);
            active += bond;
            store<u32>(tail, other);
            store<u8>(spins + other, spin | (joins << 1));
            tail += (<usize>joins) << 2;
          }
          block += size;
        }
      } while (head < tail);
      // the ghost is no member of its cluster
      const members = <u32>((tail - begin) >> 2) - (k ? 0 : 1);
      const n = <f64>members;
      const m = 2.0 * <f64>up - <f64>((tail - begin) >> 2) - (k ? 0.0 : 1.0);
      if (turn) turned += n;
      if (members == 0) continue;
      clusters++;
      largest = max<u32>(largest, members);
      squares += n * n;
      if (k) {
        spinSquares += m * m;
        spinFourths += m * m * (m * m);
      } else {
        ghostSpins = m;
        ghostSites = n;
      }
      if (sizes && measured) {
        const at = sizes + (sizeClass(members) << 2);
        store<u32>(at, load<u32>(at) + 1);
      }
    }
    if (!ghost && labels) store<u32>(labels + ((<usize>sites) << 2), 0);
    const low = i8x16.splat(1);
    let at = spins;
    for (; at + 16 <= spins + sites + 1; at += 16) v128.store(at, v128.and(v128.load(at), low));
    for (; at < spins + sites + 1; at++) store<u8>(at, <u32>load<u8>(at) & 1);
    store<f64>(sums + SIZE_SQUARES, squares);
    store<f64>(sums + SPIN_SQUARES, spinSquares);
    store<f64>(sums + SPIN_FOURTHS, spinFourths);
    store<f64>(sums + LARGEST, <f64>largest);
    store<f64>(sums + CLUSTERS, <f64>clusters);
    store<f64>(sums + ACTIVE, <f64>active);
    store<f64>(sums + GHOST_SPINS, ghostSpins);
    store<f64>(sums + GHOST_SITES, ghostSites);
  }
  add(sums, TURNED, turned);
  store<u32>(used(draws), <u32>(random - draws));
  return <f64>sites * <f64>steps;
}

/**
 * Σ K Π s over the terms of one or two sites whose spins are in one cluster (for one site: in the ghost's, label 0), and the constants: what is known of
 * minus the energy once the bonds are. Arguments as for termSum, and the labels.
 */
export function clusterTermSum(
  spins: usize, labels: usize, sites: u32, couplings: usize, starts: usize, members: usize, terms: u32,
): f64 {
  let sum: f64 = 0;
  for (let t: u32 = 0; t < terms; t++) {
    const start = starts + ((<usize>t) << 2);
    const from = load<u32>(start);
    const n = load<u32>(start, 4) - from;
    const member = members + ((<usize>from) << 2);
    let parity: u32 = 0;
    let fixed = true;
    if (n) {
      const a = load<u32>(member);
      const b = n == 2 ? load<u32>(member, 4) : sites;
      parity = <u32>load<u8>(spins + a) ^ (n == 2 ? <u32>load<u8>(spins + b) : 0);
      fixed = load<u32>(labels + ((<usize>a) << 2)) == load<u32>(labels + ((<usize>b) << 2));
    }
    if (fixed) sum += reinterpret<f64>(load<u64>(couplings + ((<usize>t) << 3)) ^ ((<u64>parity) << 63));
  }
  return sum;
}

/**
 * A time series of `rows` rows, each after `interval` Wolff clusters and one more with probability ½ (why: see wolffSeries), or (steps = 1) after `interval`
 * updates of Swendsen and Wang. Written: Σ K Π s as f64 at `termSums`; Σ s as i32 at `spinSums`; the packed spins at `bits` unless it is 0; at `sums` ten doubles
 * a row, zeroed first (see above; TERM_SUM if there are labels); at `sizes` unless it is 0 `classes` counts a row, zeroed first. Returns the number of sites
 * visited.
 */
export function clusterSeries(
  spins: usize, starts: usize, table: usize, sites: u32, threshold: u32, ghost: u32,
  queue: usize, stream: usize, draws: usize, steps: u32,
  couplings: usize, termStarts: usize, members: usize, terms: u32,
  interval: u32, rows: u32, termSums: usize, spinSums: usize, bits: usize, labels: usize, sums: usize, sizes: usize, classes: u32,
): f64 {
  const stride = (sites + 7) >> 3;
  let visited: f64 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    memory.fill(sums, 0, SUMS << 3);
    if (steps) {
      if (sizes) memory.fill(sizes, 0, (<usize>classes) << 2);
      visited += swendsenWang(spins, starts, table, sites, threshold, ghost, queue, stream, draws, interval, labels, sums, sizes);
      if (labels) store<f64>(sums + TERM_SUM, clusterTermSum(spins, labels, sites, couplings, termStarts, members, terms));
    } else {
      visited += wolffClusters(spins, starts, table, sites, threshold, ghost, queue, stream, draws, interval, sums);
      const random = refilled(draws + <usize>load<u32>(used(draws)), stream, draws);
      store<u32>(used(draws), <u32>(random + 16 - draws));
      const more = load<u32>(random) >> 31;
      visited += wolffClusters(spins, starts, table, sites, threshold, ghost, queue, stream, draws, more, sums);
    }
    store<f64>(termSums + ((<usize>row) << 3), termSum(spins, couplings, termStarts, members, terms));
    store<i32>(spinSums + ((<usize>row) << 2), spinSum(spins, sites));
    if (bits) packSpins(spins, sites, bits + <usize>row * <usize>stride);
    sums += SUMS << 3;
    if (sizes) sizes += (<usize>classes) << 2;
  }
  return visited;
}
