// Coupling from the past (Propp & Wilson, Random Struct. Algorithms 9, 223, 1996): two chains, from the highest and from the lowest state, move under the
// same random numbers by updates that keep their order. Where they have met, so has every chain that started between them, and what they hold at time 0
// is a sample of the stationary distribution, exactly.
//
// states   u8, bit 0 that of the high chain, bit 1 that of the low one; 1 = high alone, 3 and 0 = both agree, 2 cannot be
// Random numbers: one vector an update, words 0 and 1 make u (53 bits).
//
// Heat bath of spins, for ferromagnetic pairs and any fields; starts and table as in singleSpin.ts, terms of no or one other site:
//   s_i = up if u < 1/(1 + e^{-2h}), so a higher h never lowers the spin. Sums of floats keep order too, since rounding does.
//   Cost of an update: one exp where both fields are equal, two where they are not.
//
// Random cluster model of q = 2 (Fortuin & Kasteleyn), on a graph whose vertices are the sites and perhaps a ghost for the fields:
//   ends        u32 [bonds, 2]
//   thresholds  f64 [bonds, 2]: p = 1 - e^{-2K} and p/(2 - p), the probabilities that the bond is open if its ends are connected without it or are not
//   starts      u32 [vertices + 1], entries (u32 vertex, u32 bond): entries starts[v] … starts[v + 1] - 1 lead away from v
//   marks       u32 [vertices], queue u32 [2·vertices]
//   More open bonds connect more, and p >= p/(2 - p): again the order is kept. Only a u between the two thresholds asks whether the ends are connected
//   (17 % of them on the square lattice at its critical point); then a search from both ends, alternating by the work done, first among the bonds of
//   the low chain, and if that fails among those of the high one. It costs what the smaller of the two clusters costs, or what it takes to meet.

import { fillRandom } from '../random';
import { exp } from '../math';
import { uniform53 } from './singleSpin';

/** Vectors of random numbers drawn at a time: 4 kB. */
const DRAW: u32 = 256;

/** `sweeps` sweeps of heat-bath updates of both chains, site after site. scratch: 4096 bytes. */
export function coupledSpins(states: usize, starts: usize, table: usize, sites: u32, stream: usize, scratch: usize, sweeps: u32): void {
  let site: u32 = 0;
  let left = (<u64>sites) * (<u64>sweeps);
  while (left > 0) {
    const count = <u32>min<u64>(<u64>DRAW, left);
    fillRandom(stream, scratch, count);
    left -= <u64>count;
    let random = scratch;
    const randomEnd = scratch + ((<usize>count) << 4);
    do {
      const start = starts + ((<usize>site) << 2);
      let at = table + <usize>load<u32>(start);
      const end = table + <usize>load<u32>(start, 4);
      let high: f64 = 0;
      let low: f64 = 0;
      while (at < end) {
        const coupling = load<u64>(at);
        const head = load<u32>(at, 8);
        const other = head & 1;
        at += 12;
        for (let left = head >> 24; left > 0; left--) {
          const state = other ? <u64>load<u8>(states + load<u32>(at)) : 0;
          at += (<usize>other) << 2;
          high += reinterpret<f64>(coupling ^ (state << 63));
          low += reinterpret<f64>(coupling ^ ((state >> 1) << 63));
        }
      }
      const u = uniform53(random);
      const up = <u32>(u * (1.0 + exp(-2.0 * high)) < 1.0);
      const both = high == low ? up : <u32>(u * (1.0 + exp(-2.0 * low)) < 1.0);
      store<u8>(states + site, up | (both << 1));
      site = site + 1 == sites ? 0 : site + 1;
      random += 16;
    } while (random < randomEnd);
  }
}

/**
 * Visits the neighbours of `vertex` over bonds whose `bit` is set, without the bond `but`; those that are new get the mark `own` and are written at `tail`.
 * Returns the new tail, or 0 if a neighbour has the mark `other`.
 */
function visit(
  states: usize, starts: usize, entries: usize, vertex: u32, bit: u32, but: u32, marks: usize, own: u32, other: u32, tail: usize,
): usize {
  const start = starts + ((<usize>vertex) << 2);
  let entry = entries + ((<usize>load<u32>(start)) << 3);
  const end = entries + ((<usize>load<u32>(start, 4)) << 3);
  while (entry < end) {
    const bond = load<u32>(entry, 4);
    if ((<u32>load<u8>(states + bond)) & bit && bond != but) {
      const next = load<u32>(entry);
      const at = marks + ((<usize>next) << 2);
      const mark = load<u32>(at);
      if (mark == other) return 0;
      if (mark != own) {
        store<u32>(at, own);
        store<u32>(tail, next);
        tail += 4;
      }
    }
    entry += 8;
  }
  return tail;
}

/** Entries of a vertex. */
// @ts-ignore: decorator
@inline function degree(starts: usize, vertex: u32): u32 {
  const start = starts + ((<usize>vertex) << 2);
  return load<u32>(start, 4) - load<u32>(start);
}

/**
 * Whether a and b are connected by bonds whose `bit` is set, without the bond `but`: twice the entries visited, plus 1 if they are. Marks become `stamp`
 * and `stamp` + 1, which none may be before.
 */
function connected(
  states: usize, starts: usize, entries: usize, vertices: u32, a: u32, b: u32, bit: u32, but: u32, marks: usize, stamp: u32, queue: usize,
): u64 {
  let headA = queue;
  let headB = queue + ((<usize>vertices) << 2);
  let tailA = headA + 4;
  let tailB = headB + 4;
  store<u32>(headA, a);
  store<u32>(headB, b);
  store<u32>(marks + ((<usize>a) << 2), stamp);
  store<u32>(marks + ((<usize>b) << 2), stamp + 1);
  let workA: u64 = 0;
  let workB: u64 = 0;
  while (headA < tailA && headB < tailB) {
    const nextA = load<u32>(headA);
    const nextB = load<u32>(headB);
    // the side that would then have worked less: so the ghost, neighbour of all, is not opened before it has to be
    const thenA = workA + <u64>degree(starts, nextA);
    const thenB = workB + <u64>degree(starts, nextB);
    if (thenA <= thenB) {
      workA = thenA;
      headA += 4;
      tailA = visit(states, starts, entries, nextA, bit, but, marks, stamp, stamp + 1, tailA);
      if (tailA == 0) return 2 * (workA + workB) + 1;
    } else {
      workB = thenB;
      headB += 4;
      tailB = visit(states, starts, entries, nextB, bit, but, marks, stamp + 1, stamp, tailB);
      if (tailB == 0) return 2 * (workA + workB) + 1;
    }
  }
  return 2 * (workA + workB);
}

/**
 * `sweeps` sweeps of heat-bath updates of both chains' bonds, bond after bond; `count` > 0 bonds, at most 2^29 in all sweeps of a call. Returns the number of
 * entries visited in searches. scratch: 4096 bytes.
 */
export function coupledBonds(
  states: usize, ends: usize, thresholds: usize, count: u32, starts: usize, entries: usize, vertices: u32,
  stream: usize, scratch: usize, marks: usize, queue: usize, sweeps: u32,
): f64 {
  memory.fill(marks, 0, (<usize>vertices) << 2);
  let stamp: u32 = 1;
  let work: u64 = 0;
  let bond: u32 = 0;
  let left = (<u64>count) * (<u64>sweeps);
  while (left > 0) {
    const draws = <u32>min<u64>(<u64>DRAW, left);
    fillRandom(stream, scratch, draws);
    left -= <u64>draws;
    let random = scratch;
    const randomEnd = scratch + ((<usize>draws) << 4);
    do {
      const u = uniform53(random);
      const threshold = thresholds + ((<usize>bond) << 4);
      let state: u32 = 3;
      if (u >= load<f64>(threshold)) {
        state = 0;
      } else if (u >= load<f64>(threshold, 8)) {
        const at = ends + ((<usize>bond) << 3);
        const a = load<u32>(at);
        const b = load<u32>(at, 4);
        let found = connected(states, starts, entries, vertices, a, b, 2, bond, marks, stamp, queue);
        work += found >> 1;
        stamp += 2;
        if (!(found & 1)) {
          found = connected(states, starts, entries, vertices, a, b, 1, bond, marks, stamp, queue);
          work += found >> 1;
          stamp += 2;
          state = <u32>(found & 1);
        }
      }
      store<u8>(states + bond, state);
      bond = bond + 1 == count ? 0 : bond + 1;
      random += 16;
    } while (random < randomEnd);
  }
  return <f64>work;
}

/** The number of places at which the two chains differ. */
export function undecided(states: usize, n: u32): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < n; i++) {
    const state = <u32>load<u8>(states + i);
    sum += (state ^ (state >> 1)) & 1;
  }
  return sum;
}

/**
 * The spins of clusters of open bonds (those of the high chain): that of the ghost, vertex `sites` if there are more vertices than sites, is up; that of any
 * other cluster is bit i of the bits at `random`, i its first site.
 */
export function clusterSpins(
  states: usize, starts: usize, entries: usize, vertices: u32, sites: u32, random: usize, marks: usize, queue: usize, spins: usize,
): void {
  memory.fill(marks, 0, (<usize>vertices) << 2);
  // the ghost first, then the sites in their order
  let root = vertices > sites ? sites : 0;
  for (let next: u32 = 0; next <= sites; next++) {
    const at = marks + ((<usize>root) << 2);
    if (root < vertices && load<u32>(at) == 0) {
      const spin: u32 = root == sites ? 1 : ((<u32>load<u8>(random + (root >> 3))) >> (root & 7)) & 1;
      store<u32>(at, 1);
      store<u32>(queue, root);
      let head = queue;
      let tail = queue + 4;
      do {
        const vertex = load<u32>(head);
        head += 4;
        if (vertex < sites) store<u8>(spins + vertex, spin);
        tail = visit(states, starts, entries, vertex, 1, u32.MAX_VALUE, marks, 1, 2, tail);
      } while (head < tail);
    }
    root = next;
  }
}

/** bit 0 of each state, turned where the gauge is 1, in place: 0 or 1. */
export function settleSpins(states: usize, gauge: usize, sites: u32): void {
  for (let i: u32 = 0; i < sites; i++) store<u8>(states + i, (load<u8>(states + i) & 1) ^ load<u8>(gauge + i));
}
