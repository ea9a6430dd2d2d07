// Parallel tempering (Hukushima & Nemoto, J. Phys. Soc. Jpn. 65, 1604, 1996): one configuration for each of several multiples scale_k·H of a Hamiltonian,
// single-spin updates of each, and exchanges between neighbours.
//
// ladder   64 bytes a rung, rung k being scale_k, rungs in the order of their scales:
//            f64 scale | f64 Σ K Π s of its configuration, minus the energy of H | f64 spins turned | f64 exchanges with rung k + 1 that were accepted,
//            f64 and attempted | u32 number of its configuration
//          and of configuration k, wherever it is:
//            u32 end of the ladder that it came from: 1 = rung 0, 2 = the last rung and before that rung 0, 0 = neither | f64 round trips
// spins    configuration c at spins + c·stride: u8 [sites] and 8 spare bytes
// streams  one a rung, 64 bytes each, then the stream of the exchanges
// starts, table, groups, members: as in singleSpin.ts
//
// A round: `sweeps` sweeps on each rung with the rung's own random numbers; the energies anew; and in even rounds the pairs of rungs (0, 1), (2, 3), …,
// in odd rounds (1, 2), (3, 4), … exchange their configurations with probability min(1, e^{(scale_k - scale_k+1)(H_k - H_k+1)}), each pair by one vector
// of random numbers. Turns in order, not at random, since so the configurations travel along the ladder instead of diffusing (Syed, Bouchard-Côté,
// Deligiannidis & Doucet, J. R. Stat. Soc. B 84, 321, 2022). Each step keeps Π_k e^{-scale_k H(s_k)}. What is exchanged are numbers, not spins.
// A round trip goes from rung 0 to the last and back (Katzgraber, Trebst, Huse & Troyer, J. Stat. Mech. P03018, 2006).

import { fillRandom } from '../random';
import { exp } from '../math';
import { scaledSpin, termSum, turnAll, uniform53 } from './singleSpin';
import { packSpins, spinSum } from './wolff';

/** Places in a rung. */
const SCALE: usize = 0;
const SUM: usize = 8;
const TURNED: usize = 16;
const ACCEPTED: usize = 24;
const ATTEMPTED: usize = 32;
const CONFIGURATION: usize = 40;
const END: usize = 44;
const ROUND_TRIPS: usize = 48;

// @ts-ignore: decorator
@inline function rungOf(ladder: usize, k: u32): usize {
  return ladder + ((<usize>k) << 6);
}

/** Adds to a number of a rung. */
// @ts-ignore: decorator
@inline function add(at: usize, value: f64): void {
  store<f64>(at, load<f64>(at) + value);
}

/** The configuration of `rung` has come to the last (top = 1) or the first end of the ladder. */
// @ts-ignore: decorator
@inline function arrive(ladder: usize, rung: usize, top: u32): void {
  const traveller = rungOf(ladder, load<u32>(rung, CONFIGURATION));
  const end = load<u32>(traveller, END);
  if (top) {
    if (end == 1) store<u32>(traveller, 2, END);
  } else {
    if (end == 2) add(traveller + ROUND_TRIPS, 1);
    store<u32>(traveller, 1, END);
  }
}

/** Exchanges between the pairs of rungs k, k + 1 with k = first, first + 2, …; then notes who is at the ends. scratch: 16 bytes. */
function exchange(ladder: usize, rungs: u32, first: u32, stream: usize, scratch: usize): void {
  for (let k = first; k + 1 < rungs; k += 2) {
    fillRandom(stream, scratch, 1);
    const a = rungOf(ladder, k);
    const b = rungOf(ladder, k + 1);
    const sumA = load<f64>(a, SUM);
    const sumB = load<f64>(b, SUM);
    add(a + ATTEMPTED, 1);
    if (uniform53(scratch) < exp((load<f64>(a, SCALE) - load<f64>(b, SCALE)) * (sumB - sumA))) {
      add(a + ACCEPTED, 1);
      store<f64>(a, sumB, SUM);
      store<f64>(b, sumA, SUM);
      const configuration = load<u32>(a, CONFIGURATION);
      store<u32>(a, load<u32>(b, CONFIGURATION), CONFIGURATION);
      store<u32>(b, configuration, CONFIGURATION);
    }
  }
  arrive(ladder, ladder, 0);
  arrive(ladder, rungOf(ladder, rungs - 1), 1);
}

/** `rounds` rounds of two rungs or more, of which the first has number `first`. scratch: 4096 bytes. */
export function tempering(
  ladder: usize, rungs: u32, spins: usize, stride: u32, sites: u32, starts: usize, table: usize, metropolis: u32, anyOrder: u32,
  groups: usize, groupCount: u32, members: usize, streams: usize, scratch: usize, sweeps: u32, first: u32, rounds: u32,
): void {
  for (let round: u32 = 0; round < rounds; round++) {
    for (let k: u32 = 0; k < rungs; k++) {
      const rung = rungOf(ladder, k);
      const own = spins + <usize>load<u32>(rung, CONFIGURATION) * <usize>stride;
      const stream = streams + ((<usize>k) << 6);
      const scale = load<f64>(rung, SCALE);
      add(rung + TURNED, scaledSpin(own, starts, table, sites, scale, metropolis, anyOrder, stream, scratch, sweeps));
      store<f64>(rung, termSum(own, groups, groupCount, members), SUM);
    }
    exchange(ladder, rungs, (first + round) & 1, streams + ((<usize>rungs) << 6), scratch);
  }
}

/**
 * The present state of every rung: (even = 1, for a Hamiltonian of even terms only) after a turn of all its spins at random, Σ s as i32 at `spinSums` and
 * the packed spins at `bits` unless it is 0 (ceil(sites/8) bytes a rung). scratch: 16 bytes.
 */
export function temperingRow(
  ladder: usize, rungs: u32, spins: usize, stride: u32, sites: u32, even: u32, streams: usize, scratch: usize, spinSums: usize, bits: usize,
): void {
  const bytes = (sites + 7) >> 3;
  for (let k: u32 = 0; k < rungs; k++) {
    const own = spins + <usize>load<u32>(rungOf(ladder, k), CONFIGURATION) * <usize>stride;
    if (even) turnAll(own, sites, streams + ((<usize>k) << 6), scratch);
    store<i32>(spinSums + ((<usize>k) << 2), spinSum(own, sites));
    if (bits) packSpins(own, sites, bits + <usize>k * <usize>bytes);
  }
}
