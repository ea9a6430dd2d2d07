// Cluster updates of 128 replicas of one periodic lattice, one bit each in a vector; any number of rows and columns >= 2.
//
// spins    v128 [rows, columns]: bit r of word (y, x) is the spin of replica r there
// bonds    v128 [rows, columns, 2]: to the right neighbour and to the lower one
// reached  v128 [rows, columns]: what is to be flipped; all zero between calls
// flags    u8 [rows]: what is left to be done with a row, see below
//
// One update: bonds for all replicas; seeds at random sites common to all replicas, the first one in every replica, the others in a random half of them;
// the bonds are followed from the seeds as far as they go; what was reached is flipped.
//
// Why it is right. Edwards and Sokal (Phys. Rev. D 38, 2009): the joint weight of spins and bonds is Π_⟨ij⟩ [(1 - p)(1 - b_ij) + p b_ij δ(s_i, s_j)]
// with p = 1 - e^{-2K}; its sum over bonds is the Boltzmann weight. Bonds are drawn from their conditional distribution. Given the bonds, all spin
// configurations that are constant on clusters have the same weight. Which clusters are flipped is a random set of clusters that depends on bonds, seeds
// and masks, not on the spins; flipping the same set takes s to s' and s' to s, so both ways have the same probability: detailed balance, with equal
// weights, for every choice of seeds and masks. Each of the two steps keeps the joint distribution. The chain is irreducible for every finite K: with some
// probability there are no bonds, and then the sites of the seeds flip.
//
// Replicas share the sites of the seeds and nothing else. Given those sites each replica is a chain of its own whose stationary distribution is Boltzmann's,
// whatever the sites: so in equilibrium two replicas are independent at any two times, although both learn of the same sites.
//
// Bonds. p = (m/2^k)(1 - ε), m = ⌈2^k p⌉. The first factor is a comparison of k private random bits with m, k a multiple of eight: a round of SHISHUA for
// each eight. Of its ones a share ε is taken out again at places that are geometrically distributed distances apart. No random bit is used twice. k is the
// cheapest: 8 for 0.01 < p < 0.99, say. The distance is ⌊-log(u)/λ⌋ with λ = -log(1 - ε) and u of 31 bits in single precision. Apart from that rounding
// every bond of every replica is an independent bit of probability p: the chance of a bond, whatever the bonds before it, is p within 1e-6, and within 1e-8
// on the average over places (test/assembly/replicaClusters.test.ts computes both from the thresholds of u, and tests bits of replicas and near bonds for
// correlation).
//
// Cost of 40 × 40 at K_c: 15 µs for the bonds of 128 replicas, 34 µs for following them (Zen 3, Node 20).

import { fillRandom } from '../random';
import { exp, log, log4 } from '../math';
import { combineShishua } from '../shishua';

/** Rounds of random bits that one thinned place costs. */
const COST: f64 = 0.6;
/** Words of bonds made at a time: 4 kB. */
const CHUNK: u32 = 256;
/** Vectors of distances drawn at a time. */
const DRAW: u32 = 32;

/** Flags of a row: new bits have not yet been passed on to the row below, to the row above, to the neighbours in the row (a new seed). */
const DOWN: u32 = 1;
const UP: u32 = 2;
const SEEDED: u32 = 4;

/** ⌈2^k p⌉. */
// @ts-ignore: decorator
@inline function numerator(p: f64, k: u32): f64 {
  return ceil(p * <f64>((<u64>1) << k));
}

/** k/8 of p = (m/2^k)(1 - ε): the cheapest in 0..4. 0 for p = 0. */
function precision(p: f64): u32 {
  let best: u32 = 0;
  let least = Infinity;
  if (p == 0.0) return 0;
  for (let rounds: u32 = 0; rounds <= 4; rounds++) {
    const k = 8 * rounds;
    const cost = <f64>rounds + COST * 128.0 * (1.0 - p * <f64>((<u64>1) << k) / numerator(p, k));
    if (cost < least) {
      least = cost;
      best = rounds;
    }
  }
  return best;
}

/** `words` words of bits at `out`, set with probability m/2^(8·rounds) once they are xored with the last bit of m. scratch: 512 bytes. */
function drawBonds(stream: usize, out: usize, words: u32, m: u64, rounds: u32, scratch: usize): void {
  const differences = <u32>(m ^ (m << 1));
  for (let bit: u32 = 0; bit < 8 * rounds; bit++) {
    v128.store(scratch + ((<usize>bit) << 4), i32x4.splat(-<i32>((differences >> bit) & 1)));
  }
  for (let start: u32 = 0; start < words; start += CHUNK) {
    const count = min(CHUNK, words - start);
    const at = out + ((<usize>start) << 4);
    memory.fill(at, 0, (<usize>count) << 4);
    for (let round: u32 = 0; round < rounds; round++) combineShishua(stream, at, count, scratch + ((<usize>round) << 7));
  }
}

/** Keeps the bonds between equal spins; `invert` completes the comparison of drawBonds. */
function keepEqual(spins: usize, bonds: usize, rows: u32, columns: u32, invert: v128): void {
  const width = (<usize>columns) << 4;
  for (let y: u32 = 0; y < rows; y++) {
    const row = spins + <usize>y * width;
    const below = y == rows - 1 ? spins : row + width;
    let bond = bonds + ((<usize>y * width) << 1);
    const first = v128.load(row);
    let spin = first;
    let at: usize = 0;
    const last = width - 16;
    while (at < last) {
      const next = v128.load(row + at, 16);
      v128.store(bond, v128.andnot(v128.xor(v128.load(bond), invert), v128.xor(spin, next)));
      v128.store(bond, v128.andnot(v128.xor(v128.load(bond, 16), invert), v128.xor(spin, v128.load(below + at))), 16);
      spin = next;
      at += 16;
      bond += 32;
    }
    v128.store(bond, v128.andnot(v128.xor(v128.load(bond), invert), v128.xor(spin, first)));
    v128.store(bond, v128.andnot(v128.xor(v128.load(bond, 16), invert), v128.xor(spin, v128.load(below + at))), 16);
  }
}

/** Clears each of `total` < 2^31 bits with probability 1 - e^{-1/scale}. scratch: 512 bytes. */
function thin(stream: usize, scratch: usize, bits: usize, total: u32, scale: f32): void {
  const negative = f32x4.splat(-scale);
  const end = scratch + ((<usize>DRAW) << 4);
  let place: u32 = 0;
  do {
    fillRandom(stream, scratch, DRAW);
    let at = scratch;
    do {
      const u = v128.or(i32x4.shr_u(v128.load(at), 1), i32x4.splat(1));
      const uniform = f32x4.mul(f32x4.convert_i32x4_s(u), f32x4.splat(4.656612873077393e-10));
      v128.store(at, i32x4.trunc_sat_f32x4_s(f32x4.mul(log4(uniform), negative)));
      at += 16;
    } while (at < end);
    at = scratch;
    do {
      place += load<u32>(at);
      if (place >= total) return;
      const byte = bits + <usize>(place >> 3);
      store<u8>(byte, load<u8>(byte) & ~(<u8>1 << <u8>(place & 7)));
      place++;
      at += 4;
    } while (at < end);
  } while (true);
}

/** Seeds: sites from the lanes of one vector for four of them, then a mask for each. */
function plant(reached: usize, flags: usize, sites: u32, columns: u32, seeds: u32, stream: usize, scratch: usize): void {
  for (let seed: u32 = 0; seed < seeds; seed++) {
    if ((seed & 3) == 0) fillRandom(stream, scratch, 5);
    const site = <u32>((<u64>load<u32>(scratch + ((<usize>(seed & 3)) << 2)) * <u64>sites) >> 32);
    const mask = seed == 0 ? i32x4.splat(-1) : v128.load(scratch + ((<usize>(seed & 3)) << 4), 16);
    const at = reached + ((<usize>site) << 4);
    v128.store(at, v128.or(v128.load(at), mask));
    store<u8>(flags + <usize>(site / columns), SEEDED);
  }
}

/**
 * Follows the bonds from one row into the next and along that row, both ways and around. Returns whether anything new was reached or `seeded`.
 * @param vertical bonds between the two rows, a word every 32 bytes; `right` those along the row, likewise
 */
function spread(row: usize, from: usize, vertical: usize, right: usize, width: usize, seeded: bool): bool {
  const last = width - 16;
  const close = v128.load(right + (last << 1));
  let carry = v128.and(v128.load(row + last), close);
  let fresh = i32x4.splat(0);
  let at: usize = 0;
  if (width & 16) {
    const old = v128.load(row);
    const now = v128.or(v128.or(old, v128.and(v128.load(from), v128.load(vertical))), carry);
    fresh = v128.xor(old, now);
    v128.store(row, now);
    carry = v128.and(now, v128.load(right));
    at = 16;
  }
  do {
    const old = v128.load(row + at);
    const old2 = v128.load(row + at, 16);
    const twice = at << 1;
    const down = v128.or(old, v128.and(v128.load(from + at), v128.load(vertical + twice)));
    const down2 = v128.or(old2, v128.and(v128.load(from + at, 16), v128.load(vertical + twice, 32)));
    const now = v128.or(down, carry);
    v128.store(row + at, now);
    const now2 = v128.or(down2, v128.and(now, v128.load(right + twice)));
    v128.store(row + at, now2, 16);
    fresh = v128.or(fresh, v128.or(v128.xor(old, now), v128.xor(old2, now2)));
    carry = v128.and(now2, v128.load(right + twice, 32));
    at += 32;
  } while (at < width);
  if (!seeded && !v128.any_true(fresh)) return false;
  // around the end, as far as it is new
  carry = v128.andnot(carry, v128.load(row));
  at = 0;
  while (v128.any_true(carry)) {
    const now = v128.or(v128.load(row + at), carry);
    v128.store(row + at, now);
    const ahead = at == last ? <usize>0 : at + 16;
    carry = v128.andnot(v128.and(now, v128.load(right + (at << 1))), v128.load(row + ahead));
    at = ahead;
  }
  // and back
  carry = v128.and(v128.load(row), close);
  at = last;
  if (!(width & 16)) {
    const now = v128.or(v128.load(row + at), carry);
    v128.store(row + at, now);
    at -= 16;
    carry = v128.and(now, v128.load(right + (at << 1)));
  }
  while (at > 0) {
    const twice = at << 1;
    const now = v128.or(v128.load(row + at), carry);
    v128.store(row + at, now);
    const now2 = v128.or(v128.load(row + at - 16), v128.and(now, v128.load(right + twice - 32)));
    v128.store(row + at - 16, now2);
    carry = v128.and(now2, v128.load(right + twice - 64));
    at -= 32;
  }
  const now = v128.or(v128.load(row), carry);
  v128.store(row, now);
  carry = v128.andnot(v128.and(now, close), v128.load(row + last));
  at = last;
  while (v128.any_true(carry)) {
    const now = v128.or(v128.load(row + at), carry);
    v128.store(row + at, now);
    const behind = at == 0 ? last : at - 16;
    carry = v128.andnot(v128.and(now, v128.load(right + (behind << 1))), v128.load(row + behind));
    at = behind;
  }
  return true;
}

/** Follows the bonds until nothing new is reached: sweeps down and up over the rows that have something to pass on. */
function flood(reached: usize, bonds: usize, flags: usize, rows: u32, columns: u32): void {
  const width = (<usize>columns) << 4;
  let more: bool;
  do {
    more = false;
    for (let y: u32 = 0; y < rows; y++) {
      const above = y == 0 ? rows - 1 : y - 1;
      const seeded = (load<u8>(flags + y) & SEEDED) != 0;
      if (seeded || load<u8>(flags + above) & DOWN) {
        store<u8>(flags + above, load<u8>(flags + above) & ~DOWN);
        const row = <usize>y * width;
        const from = <usize>above * width;
        if (spread(reached + row, reached + from, bonds + (from << 1) + 16, bonds + (row << 1), width, seeded)) {
          store<u8>(flags + y, DOWN | UP);
          more = true;
        }
      }
    }
    for (let y = rows; y-- > 0; ) {
      const below = y == rows - 1 ? 0 : y + 1;
      if (load<u8>(flags + below) & UP) {
        store<u8>(flags + below, load<u8>(flags + below) & ~UP);
        const row = <usize>y * width;
        if (spread(reached + row, reached + <usize>below * width, bonds + (row << 1) + 16, bonds + (row << 1), width, false)) {
          store<u8>(flags + y, DOWN | UP);
          more = true;
        }
      }
    }
  } while (more);
}

/**
 * `steps` cluster updates with `seeds` > 0 seeds each, coupling K >= 0, at most 2^22 sites. Returns the number of sites flipped in all replicas.
 * `bondStream` is one of SHISHUA, `stream` not. scratch: 512 bytes.
 */
export function replicaClusters(
  spins: usize, bonds: usize, reached: usize, flags: usize, rows: u32, columns: u32, coupling: f64, seeds: u32,
  stream: usize, bondStream: usize, scratch: usize, steps: u32,
): f64 {
  const sites = rows * columns;
  const p = 1.0 - exp(-2.0 * coupling);
  const rounds = precision(p);
  const k = 8 * rounds;
  const m = <u64>numerator(p, k);
  const lambda = m ? log(<f64>m / (p * <f64>((<u64>1) << k))) : 0.0;
  // k = 0 is p = 0 (no bonds at all) or a p so close to 1 that all bonds are made and some are taken out
  const invert = i32x4.splat(-<i32>(k == 0 ? m : (m >> (k - 1)) & 1));
  let flipped: u64 = 0;
  for (let step: u32 = 0; step < steps; step++) {
    if (k == 0) memory.fill(bonds, 0, (<usize>sites) << 5);
    else drawBonds(bondStream, bonds, 2 * sites, m, rounds, scratch);
    keepEqual(spins, bonds, rows, columns, invert);
    if (lambda > 1e-12) thin(stream, scratch, bonds, sites << 8, <f32>(1.0 / lambda));
    plant(reached, flags, sites, columns, seeds, stream, scratch);
    flood(reached, bonds, flags, rows, columns);
    for (let at: usize = 0, end = (<usize>sites) << 4; at < end; at += 16) {
      const flip = v128.load(reached + at);
      flipped += popcnt(i64x2.extract_lane(flip, 0)) + popcnt(i64x2.extract_lane(flip, 1));
      v128.store(spins + at, v128.xor(v128.load(spins + at), flip));
      v128.store(reached + at, i32x4.splat(0));
    }
  }
  return <f64>flipped;
}
