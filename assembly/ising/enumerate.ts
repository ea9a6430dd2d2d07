// Exact sums over all 2^N states of N <= 30 spins with interactions of any order, H = -Σ_S K_S Π_{i∈S} s_i in units of kT.
//
// In a state, bit i set means spin i is down: Π_{i∈S} s_i = (-1)^popcount(S & state), S as a bit mask. The spins are cut in two: a block is all states of
// the `low` <= 10 lowest spins beside one state of the others. In a block each term is ± one product of low spins, so -H of its 2^low states is the
// Walsh-Hadamard transform of the terms' coefficients, `low` additions a state however many terms there are. Every block starts afresh from the couplings:
// no rounding is carried from state to state, as it is where a Gray code adds up differences.
//
// masks      u32 [terms]      the set of sites of each term
// couplings  f64 [terms]      K_S
// sums       f64 [8]          reference R, the largest -H so far, and Σ w times: 1, x, x², M, |M|, M², M⁴, with x = R + H >= 0, w = e^{-x}, M = Σ s
// scratch    -H of a block's states, f64 [1024]; Σ of their low spins, f64 [1024]; sums of a block, f64 [8]
//
// Sums have three levels: over a block (even states apart from odd ones), over the blocks of a call, and what the caller does with mergeSums; with at most
// 1024 summands each the relative rounding stays below 3·1024·2^-53 = 3.4e-13, and typically 1e-15.
// Cost: `low` additions, an exp and some 20 operations a state.

import { exp, expPair } from '../math';

/** Sum of both lanes. */
// @ts-ignore: decorator
@inline function both(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/** Walsh-Hadamard transform of 2^low numbers, low >= 1, in place: a_j → Σ_T a_T (-1)^popcount(T & j). */
function transform(a: usize, low: u32): void {
  const end = a + ((<usize>8) << low);
  let at = a;
  do {
    const x = v128.load(at);
    const swapped = i64x2.shuffle(x, x, 1, 0);
    // (a, b) → (a + b, a - b), the latter from lane 1 of (b - a, a - b)
    v128.store(at, i64x2.shuffle(f64x2.add(x, swapped), f64x2.sub(swapped, x), 0, 3));
    at += 16;
  } while (at < end);
  for (let half: usize = 16; half < ((<usize>8) << low); half <<= 1) {
    at = a;
    do {
      const middle = at + half;
      do {
        const x = v128.load(at);
        const y = v128.load(at + half);
        v128.store(at, f64x2.add(x, y));
        v128.store(at + half, f64x2.sub(x, y));
        at += 16;
      } while (at < middle);
      at += half;
    } while (at < end);
  }
}

/** Rewrites sums for a reference that is higher by `step` >= 0. */
// @ts-ignore: decorator
@inline function raise(sums: usize, step: f64): void {
  if (step == 0) return;
  const z = load<f64>(sums, 8);
  const x = load<f64>(sums, 16);
  store<f64>(sums, load<f64>(sums, 24) + 2.0 * step * x + step * step * z, 24);
  store<f64>(sums, x + step * z, 16);
  const scale = exp(-step);
  for (let k: usize = 8; k < 64; k += 8) store<f64>(sums + k, load<f64>(sums + k) * scale);
  store<f64>(sums, load<f64>(sums) + step);
}

/** sums += part, both with their references (f64 [8] each); `part` may be rewritten for another reference. Sums whose first one is 0 are empty. */
export function mergeSums(sums: usize, part: usize): void {
  if (load<f64>(sums, 8) == 0) {
    memory.copy(sums, part, 64);
    return;
  }
  const step = load<f64>(part) - load<f64>(sums);
  if (step > 0) raise(sums, step);
  else raise(part, -step);
  for (let k: usize = 8; k < 64; k += 8) store<f64>(sums + k, load<f64>(sums + k) + load<f64>(part + k));
}

/** Blocks first .. first + blocks - 1 of 2^low states each, added to `sums` (f64 [8], the first call starts from zeros). scratch: 16448 bytes. */
export function enumerateStates(
  masks: usize, couplings: usize, terms: u32, sites: u32, low: u32, first: u32, blocks: u32, scratch: usize, sums: usize,
): void {
  const minus = scratch; // -H
  const lowSpins = scratch + 8192;
  const part = scratch + 16384;
  const states: u32 = 1 << low;
  const bytes = (<usize>states) << 3;
  const lowMask = states - 1;
  for (let j: u32 = 0; j < states; j++) store<f64>(lowSpins + ((<usize>j) << 3), <f64>(<i32>low - 2 * <i32>popcnt(j)));
  for (let block = first; block < first + blocks; block++) {
    memory.fill(minus, 0, bytes);
    for (let t: u32 = 0; t < terms; t++) {
      const mask = load<u32>(masks + ((<usize>t) << 2));
      const at = minus + ((<usize>(mask & lowMask)) << 3);
      const sign = <u64>(popcnt((mask >> low) & block) & 1) << 63;
      store<f64>(at, load<f64>(at) + reinterpret<f64>(load<u64>(couplings + ((<usize>t) << 3)) ^ sign));
    }
    transform(minus, low);

    let most = v128.load(minus);
    for (let at: usize = 16; at < bytes; at += 16) most = f64x2.max(most, v128.load(minus + at));
    const reference = max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1));
    const top = f64x2.splat(reference);
    const highSpins = f64x2.splat(<f64>(<i32>(sites - low) - 2 * <i32>popcnt(block)));
    let z = f64x2.splat(0);
    let e = f64x2.splat(0);
    let e2 = f64x2.splat(0);
    let m = f64x2.splat(0);
    let size = f64x2.splat(0);
    let m2 = f64x2.splat(0);
    let m4 = f64x2.splat(0);
    let at: usize = 0;
    do {
      const x = f64x2.sub(top, v128.load(minus + at));
      const w = expPair(f64x2.neg(x));
      const spin = f64x2.add(highSpins, v128.load(lowSpins + at));
      const square = f64x2.mul(spin, spin);
      const wx = f64x2.mul(w, x);
      const ws = f64x2.mul(w, square);
      z = f64x2.add(z, w);
      e = f64x2.add(e, wx);
      e2 = f64x2.add(e2, f64x2.mul(wx, x));
      m = f64x2.add(m, f64x2.mul(w, spin));
      size = f64x2.add(size, f64x2.mul(w, f64x2.abs(spin)));
      m2 = f64x2.add(m2, ws);
      m4 = f64x2.add(m4, f64x2.mul(ws, square));
      at += 16;
    } while (at < bytes);
    store<f64>(part, reference);
    store<f64>(part, both(z), 8);
    store<f64>(part, both(e), 16);
    store<f64>(part, both(e2), 24);
    store<f64>(part, both(m), 32);
    store<f64>(part, both(size), 40);
    store<f64>(part, both(m2), 48);
    store<f64>(part, both(m4), 56);
    mergeSums(sums, part);
  }
}
