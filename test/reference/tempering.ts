/** Parallel tempering as assembly/ising/tempering.ts does it, on plain lists. */

import { exp } from './math.js';
import { singleSpin, type Term, termSum, turnAll, type Updates, uniform53 } from './singleSpin.js';
import type { Four, Stream } from './streams.js';

export interface Ladder {
  scales: readonly number[];
  /** Spins 0 and 1 of configuration c. */
  configurations: Uint8Array[];
  /** Number of the configuration at each rung. */
  at: number[];
  /** Σ K Π s at each rung. */
  sums: number[];
  turned: number[];
  /** Exchanges of rungs k and k + 1. */
  accepted: number[];
  attempted: number[];
  /** Of configuration c: which end it saw last (0 none, 1 the first, 2 the last after the first), and its journeys there and back. */
  ends: number[];
  roundTrips: number[];
  rounds: number;
}

export function ladderOf(scales: readonly number[], configurations: readonly Uint8Array[]): Ladder {
  const zeros = () => scales.map(() => 0);
  return {
    scales,
    configurations: configurations.map((spins) => spins.slice()),
    at: scales.map((_, k) => k),
    sums: zeros(),
    turned: zeros(),
    accepted: zeros(),
    attempted: zeros(),
    ends: zeros(),
    roundTrips: zeros(),
    rounds: 0,
  };
}

/** Whether two rungs exchange: probability min(1, e^{(β - β')(E - E')}), E = -sum. */
export function exchanges(scales: [number, number], sums: [number, number], four: Four): boolean {
  return uniform53(four) < exp((scales[0] - scales[1]) * (sums[1] - sums[0]));
}

/** One round, in place: sweeps of every rung with its stream, energies, exchanges of every second pair with the last stream. */
export function temperingRound(
  ladder: Ladder,
  terms: readonly Term[],
  updates: Updates,
  streams: readonly Pick<Stream, 'next'>[],
  sweeps: number,
): void {
  const { scales, configurations, at, sums } = ladder;
  scales.forEach((scale, k) => {
    const spins = configurations[at[k]];
    ladder.turned[k] += singleSpin(spins, terms, updates, streams[k], sweeps, scale);
    sums[k] = termSum(terms, spins);
  });
  for (let k = ladder.rounds % 2; k + 1 < scales.length; k += 2) {
    ladder.attempted[k]++;
    if (exchanges([scales[k], scales[k + 1]], [sums[k], sums[k + 1]], streams[scales.length].next())) {
      ladder.accepted[k]++;
      [at[k], at[k + 1]] = [at[k + 1], at[k]];
      [sums[k], sums[k + 1]] = [sums[k + 1], sums[k]];
    }
  }
  const [first, last] = [at[0], at[scales.length - 1]];
  if (ladder.ends[first] === 2) ladder.roundTrips[first]++;
  ladder.ends[first] = 1;
  if (ladder.ends[last] === 1) ladder.ends[last] = 2;
  ladder.rounds++;
}

/** The spins of every rung, after a turn of all of them at random where `even`. */
export function temperingRow(ladder: Ladder, even: boolean, streams: readonly Stream[]): Uint8Array[] {
  return ladder.at.map((c, k) => {
    if (even) turnAll(ladder.configurations[c], streams[k]);
    return ladder.configurations[c];
  });
}
