// Cluster updates for any Hamiltonian of fields and pairs, H = -Σ_⟨ij⟩ K_ij s_i s_j - Σ_i B_i s_i in units of kT: Wolff's (Phys. Rev. Lett. 62, 361) and
// Swendsen and Wang's (Phys. Rev. Lett. 58, 86).
//
// A bond is active with probability 1 - e^{-2|K|} where it is satisfied, K s s' > 0, else not. Given the active bonds, every way to turn whole clusters has
// the same weight (Fortuin & Kasteleyn; Edwards & Sokal), so each may be turned at will. A field is a bond of strength B_i to the ghost, a spin that is
// always up: so the cluster that holds the ghost stays as it is, and Wolff's growth may stop as soon as it reaches the ghost.
//
// spins    u8 [sites]: bit 0 is the spin, 1 = up; bits 2 to 6 the kind of the site, if there are no more than 32 kinds. While clusters grow, bit 7 is taken
//          away from a site that has joined one, bit 1 from a site whose bonds have been drawn; between calls both are set. 8 more spare bytes
// rows     u32: where in the table, in bytes, the row of each kind begins (kinds = 1), or that of each site
// table    rows: u32 the number of blocks, 12 bytes of nothing, and blocks of four bonds: u32 [4] thresholds 2³²(1 - e^{-2|K|}), u32 [4] steps to the
//          neighbours, modulo 2³², plus 2³¹ if K < 0. Sites with the same row share it: on a regular lattice the table is a few hundred bytes, and all
//          that is read at random is a byte a site. Blocks are filled up with bonds of a site to itself, which do nothing
// fields   u32 [sites, up to a multiple of 4], or 0: 2³²(1 - e^{-2|B|}), the lowest bit put in place by whether B < 0
// queue    u32 [sites + 4]: sites in the order in which they joined; first in, first out
// draws    4096 bytes of random numbers, and a u32: how many of them have been used. So where a call ends changes no number
// Random numbers, in vectors: one a block (a bond a lane), one a Wolff cluster (lane 0 picks the seed), one for the bonds to the ghost of a site that Wolff
// visits (lane 0) or of four sites (Swendsen-Wang, before all else), one for 64 Swendsen-Wang clusters (a bit each).
// Cost: at four neighbours some 80 operations a site.

import { fillRandom } from '../random';
import { termSum } from './singleSpin';
import { packSpins, spinSum } from './wolff';

/** Vectors of random numbers drawn at a time: 4 kB. */
const DRAW: usize = 256;

/** Bit 7 of a site's byte: it may join. */
const FREE: u32 = 128;
/** Bit 1: its bonds are still to be drawn. */
const UNDRAWN: u32 = 2;

/** Doubles a row of `sums`. */
const SUMS: usize = 10;

/** Σ n² of clusters, the ghost's among them, itself not counted; Wolff: Σ n of clusters. */
const SIZE_SQUARES: usize = 0;
/** Σ M² of clusters without the ghost, M the sum of a cluster's spins; Wolff: Σ M²/n of clusters. */
const SPIN_SQUARES: usize = 8;
/** Σ M⁴ of clusters without the ghost. */
const SPIN_FOURTHS: usize = 16;
/** Sites of the largest cluster. */
const LARGEST_CLUSTER: usize = 24;
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

/** The row of a site. */
// @ts-ignore: decorator
@inline function rowOf(rows: usize, table: usize, kinds: u32, site: u32, byte: u32): usize {
  return table + <usize>load<u32>(rows + ((<usize>(kinds ? (byte >> 2) & 31 : site)) << 2));
}

/** The random numbers below the four thresholds of a block, as bits. */
// @ts-ignore: decorator
@inline function below(random: usize, block: usize): u32 {
  return <u32>i32x4.bitmask(i32x4.lt_u(v128.load(random), v128.load(block)));
}

/**
 * Pushes the neighbour that is one step away if it is free and its bond, satisfied and drawn; returns the new tail. base: the site's number, and in the highest
 * bit its spin turned; a step adds the sign of the bond to that bit, so that it differs from the neighbour's spin where the bond is satisfied.
 */
// @ts-ignore: decorator
@inline function join(spins: usize, base: u32, step: u32, drawn: u32, tail: usize): usize {
  const entry = base + step;
  const other = entry & 0x7fffffff;
  const spin = <u32>load<u8>(spins + other);
  const joins = (spin ^ (entry >> 31)) & drawn & (spin >> 7);
  store<u32>(tail, other);
  store<u8>(spins + other, spin ^ (joins << 7));
  return tail + ((<usize>joins) << 2);
}

/**
 * `clusters` Wolff clusters from random seeds, each turned unless it reaches the ghost. Adds to `sums` (see above). Returns the number of sites visited.
 */
export function wolffClusters(
  spins: usize, rows: usize, table: usize, sites: u32, kinds: u32, fields: usize,
  queue: usize, stream: usize, draws: usize, clusters: u32, sums: usize,
): f64 {
  let random = draws + <usize>load<u32>(used(draws));
  let visited: f64 = 0;
  for (let cluster: u32 = 0; cluster < clusters; cluster++) {
    random = refilled(random, stream, draws);
    const seed = <u32>((<u64>load<u32>(random) * <u64>sites) >> 32);
    random += 16;
    store<u8>(spins + seed, <u32>load<u8>(spins + seed) ^ FREE);
    store<u32>(queue, seed);
    let head = queue;
    let tail = queue + 4;
    let turn: u32 = 1;
    do {
      const site = load<u32>(head);
      head += 4;
      const byte = <u32>load<u8>(spins + site);
      if (fields) {
        random = refilled(random, stream, draws);
        const field = load<u32>(fields + ((<usize>site) << 2));
        const drawn = load<u32>(random) < field;
        random += 16;
        if (drawn && (byte ^ field) & 1) {
          turn = 0;
          break;
        }
      }
      const base = site | (~byte << 31);
      let block = rowOf(rows, table, kinds, site, byte);
      for (let left = load<u32>(block); left > 0; left--) {
        random = refilled(random, stream, draws);
        const drawn = below(random, block + 16);
        random += 16;
        tail = join(spins, base, load<u32>(block, 32), drawn, tail);
        tail = join(spins, base, load<u32>(block, 36), drawn >> 1, tail);
        tail = join(spins, base, load<u32>(block, 40), drawn >> 2, tail);
        tail = join(spins, base, load<u32>(block, 44), drawn >> 3, tail);
        block += 32;
      }
    } while (head < tail);
    visited += <f64>((head - queue) >> 2);
    let up: u32 = 0;
    let member = queue;
    do {
      const at = spins + <usize>load<u32>(member);
      const byte = <u32>load<u8>(at);
      up += byte & 1;
      store<u8>(at, byte ^ (FREE | turn));
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
 * As join, for an update that draws all bonds: each is decided once, when the first of its ends is visited. The low half of `tail` is the pointer, the high
 * half counts active bonds.
 */
// @ts-ignore: decorator
@inline function activate(spins: usize, base: u32, step: u32, drawn: u32, tail: u64): u64 {
  const entry = base + step;
  const other = entry & 0x7fffffff;
  const spin = <u32>load<u8>(spins + other);
  const active = (spin ^ (entry >> 31)) & drawn & (spin >> 1) & 1;
  const joins = active & (spin >> 7);
  store<u32>(<usize>tail, other);
  store<u8>(spins + other, spin ^ (joins << 7));
  return tail + (((<u64>active) << 32) | ((<u64>joins) << 2));
}

/**
 * `steps` updates in which every cluster but the ghost's is turned with probability ½; how many sites were turned is added to `sums`. Unless `labels` is 0,
 * what is measured of the last one's clusters: `sums` (see above, all but TERM_SUM), the label of each site's cluster at `labels` (u32 [sites]; 0 is the
 * ghost's), and in `sizes` the number of clusters of each class of sizes (u32, added to what is there). Returns the number of sites visited.
 */
export function swendsenWang(
  spins: usize, rows: usize, table: usize, sites: u32, kinds: u32, fields: usize,
  queue: usize, stream: usize, draws: usize, steps: u32, labels: usize, sums: usize, sizes: usize,
): f64 {
  let random = draws + <usize>load<u32>(used(draws));
  let turned: f64 = 0;
  for (let step: u32 = 0; step < steps; step++) {
    const measured = labels != 0 && step + 1 == steps;
    let squares: f64 = 0;
    let spinSquares: f64 = 0;
    let spinFourths: f64 = 0;
    let ghostSpins: f64 = 0;
    let ghostSites: f64 = 0;
    let largest: u32 = 0;
    let label: u32 = 0;
    let clusters: u32 = 0;
    let coins: u64 = 0;
    let left: u32 = 0;
    let head = queue;
    let tail = <u64>queue;
    if (fields) {
      for (let site: u32 = 0; site < sites; site += 4) {
        random = refilled(random, stream, draws);
        const four = fields + ((<usize>site) << 2);
        const drawn = below(random, four);
        random += 16;
        // as if the ghost were the neighbour: its spin is up, so a bond to it is satisfied where spin and sign of B agree
        tail = activate(spins, site, load<u32>(four) << 31, drawn, tail);
        tail = activate(spins, site + 1, load<u32>(four, 4) << 31, drawn >> 1, tail);
        tail = activate(spins, site + 2, load<u32>(four, 8) << 31, drawn >> 2, tail);
        tail = activate(spins, site + 3, load<u32>(four, 12) << 31, drawn >> 3, tail);
      }
    }
    // the ghost's cluster first, then one after another
    for (let k: u32 = fields ? 0 : 1; k <= sites; k++) {
      let begin = queue;
      let turn: u32 = 0;
      if (k) {
        const byte = <u32>load<u8>(spins + k - 1);
        if (!(byte & UNDRAWN)) continue;
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
        begin = <usize>tail;
        store<u8>(spins + k - 1, byte ^ FREE);
        store<u32>(begin, k - 1);
        tail += 4;
      }
      let up: u32 = 0;
      while (head < <usize>tail) {
        const site = load<u32>(head);
        head += 4;
        const byte = <u32>load<u8>(spins + site);
        const base = site | (~byte << 31);
        up += byte & 1;
        store<u8>(spins + site, byte ^ (UNDRAWN | turn));
        if (measured) store<u32>(labels + ((<usize>site) << 2), label);
        let block = rowOf(rows, table, kinds, site, byte);
        for (let blocks = load<u32>(block); blocks > 0; blocks--) {
          random = refilled(random, stream, draws);
          const drawn = below(random, block + 16);
          random += 16;
          if (measured) {
            tail = activate(spins, base, load<u32>(block, 32), drawn, tail);
            tail = activate(spins, base, load<u32>(block, 36), drawn >> 1, tail);
            tail = activate(spins, base, load<u32>(block, 40), drawn >> 2, tail);
            tail = activate(spins, base, load<u32>(block, 44), drawn >> 3, tail);
          } else {
            // the same clusters; only the count of active bonds asks which have been drawn before
            let end = join(spins, base, load<u32>(block, 32), drawn, <usize>tail);
            end = join(spins, base, load<u32>(block, 36), drawn >> 1, end);
            end = join(spins, base, load<u32>(block, 40), drawn >> 2, end);
            tail = <u64>join(spins, base, load<u32>(block, 44), drawn >> 3, end);
          }
          block += 32;
        }
      }
      const members = <u32>((<usize>tail - begin) >> 2);
      if (members == 0) continue;
      const n = <f64>members;
      const m = 2.0 * <f64>up - n;
      if (turn) turned += n;
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
      if (measured) {
        const at = sizes + (sizeClass(members) << 2);
        store<u32>(at, load<u32>(at) + 1);
      }
    }
    const fresh = i8x16.splat(<i8>(FREE | UNDRAWN));
    let at = spins;
    for (; at + 16 <= spins + sites; at += 16) v128.store(at, v128.or(v128.load(at), fresh));
    for (; at < spins + sites; at++) store<u8>(at, <u32>load<u8>(at) | FREE | UNDRAWN);
    if (!measured) continue;
    store<f64>(sums + SIZE_SQUARES, squares);
    store<f64>(sums + SPIN_SQUARES, spinSquares);
    store<f64>(sums + SPIN_FOURTHS, spinFourths);
    store<f64>(sums + LARGEST_CLUSTER, <f64>largest);
    store<f64>(sums + CLUSTERS, <f64>clusters);
    store<f64>(sums + ACTIVE, <f64>(tail >> 32));
    store<f64>(sums + GHOST_SPINS, ghostSpins);
    store<f64>(sums + GHOST_SITES, ghostSites);
  }
  add(sums, TURNED, turned);
  store<u32>(used(draws), <u32>(random - draws));
  return <f64>sites * <f64>steps;
}

/**
 * Σ K Π s over the terms of one or two sites whose spins are in one cluster (for one site: in the ghost's, label 0), and the constants: what is known of
 * minus the energy once the bonds are. Arguments as for termSum, and the labels. Σ K Π s over all terms, as termSum has it, is written at `total`.
 */
export function clusterTermSum(
  spins: usize, labels: usize, groups: usize, groupCount: u32, members: usize, total: usize,
): f64 {
  let sum: f64 = 0;
  let all: f64 = 0;
  for (const end = groups + ((<usize>groupCount) << 4); groups < end; groups += 16) {
    const coupling = load<u64>(groups);
    const n = load<u32>(groups, 8);
    for (let left = load<u32>(groups, 12); left > 0; left--) {
      let parity: u32 = 0;
      let apart: u32 = 0;
      if (n) {
        const a = load<u32>(members);
        parity = <u32>load<u8>(spins + a);
        apart = load<u32>(labels + ((<usize>a) << 2));
        if (n == 2) {
          const b = load<u32>(members, 4);
          parity ^= <u32>load<u8>(spins + b);
          apart ^= load<u32>(labels + ((<usize>b) << 2));
        }
        members += (<usize>n) << 2;
      }
      const term = reinterpret<f64>(coupling ^ ((<u64>parity) << 63));
      all += term;
      // without a branch, which would be a guess
      sum += apart ? 0 : term;
    }
  }
  store<f64>(total, all);
  return sum;
}

/**
 * A time series of `count` measurements, each after `interval` Wolff clusters and one more with probability ½ (why: see wolffSeries), or (steps = 1) after `interval`
 * updates of Swendsen and Wang (which alone has labels). Written: Σ K Π s as f64 at `termSums`; Σ s as i32 at `spinSums`; the packed spins at `bits` unless it is 0; at `sums` ten doubles
 * a row, zeroed first (see above; Swendsen-Wang: TURNED alone if `labels` is 0); with labels, `classes` counts a row at `sizes`. Returns the number of sites
 * visited.
 */
export function clusterSeries(
  spins: usize, rows: usize, table: usize, sites: u32, kinds: u32, fields: usize,
  queue: usize, stream: usize, draws: usize, steps: u32,
  groups: usize, groupCount: u32, members: usize,
  interval: u32, count: u32, termSums: usize, spinSums: usize, bits: usize, labels: usize, sums: usize, sizes: usize, classes: u32,
): f64 {
  const stride = (sites + 7) >> 3;
  let visited: f64 = 0;
  for (let row: u32 = 0; row < count; row++) {
    memory.fill(sums, 0, SUMS << 3);
    if (steps) {
      if (labels) memory.fill(sizes, 0, (<usize>classes) << 2);
      visited += swendsenWang(spins, rows, table, sites, kinds, fields, queue, stream, draws, interval, labels, sums, sizes);
    } else {
      visited += wolffClusters(spins, rows, table, sites, kinds, fields, queue, stream, draws, interval, sums);
      const random = refilled(draws + <usize>load<u32>(used(draws)), stream, draws);
      store<u32>(used(draws), <u32>(random + 16 - draws));
      const more = load<u32>(random) >> 31;
      visited += wolffClusters(spins, rows, table, sites, kinds, fields, queue, stream, draws, more, sums);
    }
    const total = termSums + ((<usize>row) << 3);
    if (steps && labels) {
      store<f64>(sums + TERM_SUM, clusterTermSum(spins, labels, groups, groupCount, members, total));
    } else {
      store<f64>(total, termSum(spins, groups, groupCount, members));
    }
    store<i32>(spinSums + ((<usize>row) << 2), spinSum(spins, sites));
    if (bits) packSpins(spins, sites, bits + <usize>row * <usize>stride);
    sums += SUMS << 3;
    sizes += (<usize>classes) << 2;
  }
  return visited;
}
