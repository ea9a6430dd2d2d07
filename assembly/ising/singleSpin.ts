// Single-spin updates for any Hamiltonian H = -Σ_S K_S Π_{i∈S} s_i, in units of kT.
//
// spins    u8 [sites], 1 = up (+1), 0 = down (-1); 7 spare bytes for packSpins
// starts   u32 [sites + 1]: where in the table, in bytes, the entries of each site begin; the last one is the table's end
// table    the terms of each site in their order, those of one site side by side, so that an update reads one stretch of memory; up to 255 terms that follow
//          each other with the same K and the same number n < 2^24 of other sites are a group:
//            f64 K·(-1)^n | u32 n + 2^24·(number of terms) | n times u32 per term, its other sites
//          With up = 1 the product of the n others is (-1)^n (-1)^(Σ bits): so the sign of the stored number is turned by the bits' parity.
//
// Updating site i needs its local field h = Σ_{S∋i} K_S Π_{j∈S, j≠i} s_j; turning s_i costs 2 s_i h.
//   heat bath   s_i against its field with probability x/(1 + x), x = e^{-2|h|}, whatever it was: u(1 + x) < x
//   Metropolis  turn s_i with probability min(1, e^{-2 s_i h}): u < e^{-2 s_i h}
// Random numbers: one vector an attempted update, whatever becomes of it: words 0 and 1 make u (53 bits), word 2 the site in random order.
// Cost: an exp (some 40 operations), and of the table 12 bytes a group and 4 a neighbour.
//
// The terms in their order, for sums over all of them:
// groups   terms that follow each other with the same K and number n of sites: f64 K·(-1)^n | u32 n | u32 number of terms
// members  u32, n sites of each term

import { fillRandom } from '../random';
import { exp } from '../math';
import { packSpins, spinSum } from './wolff';

/** Vectors of random numbers drawn at a time: 4 kB. */
const DRAW: u32 = 256;

/** Words 0 and 1 of a vector of random numbers as a multiple of 2^-53 in [0, 1). */
// @ts-ignore: decorator
@inline export function uniform53(random: usize): f64 {
  return <f64>(load<u64>(random) >> 11) * 1.1102230246251565e-16;
}

/** h of a site whose groups lie from `at` to `end`, added in their order. */
// @ts-ignore: decorator
@inline function localField(spins: usize, at: usize, end: usize): f64 {
  let field: f64 = 0;
  while (at < end) {
    const coupling = load<u64>(at);
    const head = load<u32>(at, 8);
    const bytes = (<usize>(head & 0xffffff)) << 2;
    at += 12;
    for (let left = head >> 24; left > 0; left--) {
      let parity: u32 = 0;
      for (const last = at + bytes; at < last; at += 4) parity ^= <u32>load<u8>(spins + load<u32>(at));
      field += reinterpret<f64>(coupling ^ ((<u64>parity) << 63));
    }
  }
  return field;
}

/**
 * `sweeps` sweeps of `sites` attempted updates, site after site or (anyOrder = 1) each at a site drawn at random (bias below sites·2^-32); heat bath or
 * (metropolis = 1) Metropolis. Returns the number of spins turned. scratch: 4096 bytes.
 */
export function singleSpin(
  spins: usize, starts: usize, table: usize, sites: u32, metropolis: u32, anyOrder: u32, stream: usize, scratch: usize, sweeps: u32,
): f64 {
  return scaledSpin(spins, starts, table, sites, 1.0, metropolis, anyOrder, stream, scratch, sweeps);
}

/** As `singleSpin` for scale·H in place of H: with x = e^{-2·scale·|h|}, and the same random numbers. */
export function scaledSpin(
  spins: usize, starts: usize, table: usize, sites: u32, scale: f64, metropolis: u32, anyOrder: u32, stream: usize, scratch: usize, sweeps: u32,
): f64 {
  const rate = -2.0 * scale;
  let turned: u64 = 0;
  let site: u32 = 0;
  let left = (<u64>sites) * (<u64>sweeps);
  while (left > 0) {
    const count = <u32>min<u64>(<u64>DRAW, left);
    fillRandom(stream, scratch, count);
    left -= <u64>count;
    let random = scratch;
    const randomEnd = scratch + ((<usize>count) << 4);
    do {
      if (anyOrder) site = <u32>((<u64>load<u32>(random, 8) * <u64>sites) >> 32);
      const start = starts + ((<usize>site) << 2);
      const field = localField(spins, table + <usize>load<u32>(start), table + <usize>load<u32>(start, 4));
      const u = uniform53(random);
      const spin = <u32>load<u8>(spins + site);
      let next: u32;
      if (metropolis) {
        const gain = spin ? field : -field;
        next = spin ^ <u32>(u < exp(rate * gain));
      } else {
        const x = exp(rate * abs(field));
        next = <u32>(field > 0) ^ <u32>(u * (1.0 + x) < x);
      }
      store<u8>(spins + site, next);
      turned += <u64>(next ^ spin);
      site = site + 1 == sites ? 0 : site + 1;
      random += 16;
    } while (random < randomEnd);
  }
  return <f64>turned;
}

/** Σ_S K_S Π s, minus the energy, added in the order of the terms, which are `count` groups. */
export function termSum(spins: usize, groups: usize, count: u32, members: usize): f64 {
  let sum: f64 = 0;
  for (const end = groups + ((<usize>count) << 4); groups < end; groups += 16) {
    const coupling = load<u64>(groups);
    const bytes = (<usize>load<u32>(groups, 8)) << 2;
    for (let left = load<u32>(groups, 12); left > 0; left--) {
      let parity: u32 = 0;
      for (const last = members + bytes; members < last; members += 4) parity ^= <u32>load<u8>(spins + load<u32>(members));
      sum += reinterpret<f64>(coupling ^ ((<u64>parity) << 63));
    }
  }
  return sum;
}

/** Turns every spin with probability ½, all together: one vector of random numbers, its first bit. scratch: 16 bytes. */
export function turnAll(spins: usize, sites: u32, stream: usize, scratch: usize): void {
  fillRandom(stream, scratch, 1);
  const turn = load<u8>(scratch, 3) >> 7;
  for (let site: u32 = 0; site < sites; site++) store<u8>(spins + site, load<u8>(spins + site) ^ turn);
}

/**
 * A time series: after each `interval` sweeps, and (even = 1, for a Hamiltonian of even terms only) a turn of all spins at random, Σ K Π s as f64 at
 * `termSums`, Σ s as i32 at `spinSums`, and the packed spins at `bits` unless it is 0 (ceil(sites/8) bytes a row). `rows` rows. Returns the number of
 * spins turned one by one.
 */
export function singleSpinSeries(
  spins: usize, starts: usize, table: usize, sites: u32, metropolis: u32, anyOrder: u32, stream: usize, scratch: usize,
  groups: usize, groupCount: u32, members: usize, even: u32,
  interval: u32, rows: u32, termSums: usize, spinSums: usize, bits: usize,
): f64 {
  const stride = (sites + 7) >> 3;
  let turned: f64 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    turned += singleSpin(spins, starts, table, sites, metropolis, anyOrder, stream, scratch, interval);
    if (even) turnAll(spins, sites, stream, scratch);
    store<f64>(termSums + ((<usize>row) << 3), termSum(spins, groups, groupCount, members));
    store<i32>(spinSums + ((<usize>row) << 2), spinSum(spins, sites));
    if (bits) packSpins(spins, sites, bits + <usize>row * <usize>stride);
  }
  return turned;
}
