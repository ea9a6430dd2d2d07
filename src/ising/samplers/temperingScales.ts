/** The choice of the scales of a `Tempering`. */

import { knownOptions, refuse, within } from '../../util/check.js';
import { checkSeed, type Seed } from '../../util/random.js';
import { finish, finishWithPauses, progress, WORK_OPTIONS, type Work, type WorkOptions } from '../../util/work.js';
import { TemperingChain } from '../chains/temperingChain.js';
import type { Hamiltonian } from '../models/hamiltonian.js';
import { checkScale, checkUpdates, MAX_SCALES } from './tempering.js';

/** Options of `temperingScales`. */
export interface TemperingScalesOptions {
  hamiltonian: Hamiltonian;
  /** First scale, at which the chain moves freely: a high temperature, or 0. */
  from: number;
  /** Last scale. Default 1. */
  to?: number;
  /**
   * Accepted share of exchanges between neighbours, from 0.05 to 0.95. Default 0.5, which gives the most round trips
   * per unit of work (Syed et al. 2022).
   */
  acceptance?: number;
  /** Sweeps of every scale between exchanges. Default 1. */
  sweepsPerSwap?: number;
  /** Update of a spin, as in `SingleSpin`. Default heatBath. */
  method?: 'heatBath' | 'metropolis';
  /** Order of the updates, as in `SingleSpin`. */
  order?: 'sequential' | 'random';
  /** Seed of all random numbers. Default 1. */
  seed?: Seed;
}

/** Scales and rounds of the first trial, the first half of the rounds burn-in; number of trials. */
const FIRST_SCALES = 6;
const FIRST_ROUNDS = 64;
const TRIALS = 7;

const TEMPERING_SCALES_OPTIONS = [
  'hamiltonian',
  'from',
  'to',
  'acceptance',
  'sweepsPerSwap',
  'method',
  'order',
  'seed',
] as const;

/**
 * Scales from `from` to `to`, both included, at which neighbours exchange with about the requested probability, within
 * about 0.05 if τ is below a few hundred rounds. One seed gives the same scales on every engine.
 *
 * The rejected shares r_k of a trial run add up to a barrier Λ(β) = Σ_{k: β_k < β} r_k that hardly depends on the
 * scales (Syed et al. 2022). The barrier is interpolated linearly and divided into equal parts, and the scales at the
 * division points are used in the next trial, of twice the length: 64, 128, …, 4096 rounds. A pair that never exchanges
 * counts as 1, which is too little; so the barrier and the number of scales grow from trial to trial until all pairs
 * exchange.
 * @throws TypeError or RangeError for an option out of range; Error if more than 1024 scales would be needed
 */
export function temperingScales(options: TemperingScalesOptions): number[] {
  knownOptions('temperingScales', options, TEMPERING_SCALES_OPTIONS);
  return finish(search(checked(options)));
}

/**
 * As `temperingScales`, with progress, pauses for the event loop, and a signal that stops it.
 * @throws TypeError, RangeError or Error as `temperingScales`; the reason of the signal if it stops
 */
export async function temperingScalesAsync(
  options: TemperingScalesOptions,
  workOptions: WorkOptions = {},
): Promise<number[]> {
  knownOptions('temperingScalesAsync', workOptions, WORK_OPTIONS, 'workOptions');
  knownOptions('temperingScalesAsync', options, TEMPERING_SCALES_OPTIONS);
  return finishWithPauses(search(checked(options)), workOptions);
}

function checked(options: TemperingScalesOptions) {
  const updates = checkUpdates(options);
  const from = checkScale('from', options.from, updates);
  const to = checkScale('to', options.to ?? 1, updates);
  if (from === to) refuse('to', `a scale other than ${from}`, to);
  const acceptance = within('acceptance', options.acceptance ?? 0.5, 0.05, 0.95);
  return { updates, from, to, acceptance, seed: checkSeed('seed', options.seed ?? 1) };
}

function* search({ updates, from, to, acceptance, seed }: ReturnType<typeof checked>): Work<number[]> {
  const total = FIRST_ROUNDS * (2 ** TRIALS - 1);
  let scales = spaced(FIRST_SCALES, (share) => from + (to - from) * share, from, to);
  let start: Uint8Array[] | undefined;
  let done = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const chain = new TemperingChain(updates.hamiltonian, scales, updates, seed, `tempering scales ${trial}`, start);
    const half = (FIRST_ROUNDS / 2) * 2 ** trial;
    for (const _ of chain.advance(half)) yield progress('scales', done, total, 'rounds');
    const before = chain.counts();
    for (const _ of chain.advance(half)) yield progress('scales', done + half, total, 'rounds');
    done += 2 * half;
    const { accepted, attempted } = chain.counts();
    const rejected = accepted.map(
      (count, k) => 1 - (count - before.accepted[k]) / (attempted[k] - before.attempted[k]),
    );
    const barrier = rejected.reduce((sum, r) => sum + r, 0);
    const count = Math.max(1, Math.ceil(barrier / (1 - acceptance))) + 1;
    if (count > MAX_SCALES) {
      throw new Error(
        `more than ${MAX_SCALES} scales would be needed from ${from} to ${to}: the barrier is over ${Math.floor(barrier)}`,
      );
    }
    const cut = barrier > 0 ? cuts(scales, rejected, barrier) : (share: number) => from + (to - from) * share;
    const next = spaced(count, cut, from, to);
    // each new rung continues from the nearest old one
    start = next.map((scale) => chain.spinsAt(nearest(scales, scale)));
    scales = next;
  }
  return scales;
}

/** `count` scales at equal shares of the barrier. */
function spaced(count: number, at: (share: number) => number, from: number, to: number): number[] {
  return Array.from({ length: count }, (_, k) => (k === 0 ? from : k === count - 1 ? to : at(k / (count - 1))));
}

/** The scale below which a share of the barrier lies: the inverse of the piecewise linear Σ r. */
function cuts(scales: readonly number[], rejected: Float64Array, barrier: number): (share: number) => number {
  return (share) => {
    const wanted = share * barrier;
    let below = 0;
    let k = 0;
    while (k < rejected.length - 1 && below + rejected[k] < wanted) below += rejected[k++];
    const part = rejected[k] > 0 ? Math.min(1, (wanted - below) / rejected[k]) : 0;
    return scales[k] + (scales[k + 1] - scales[k]) * part;
  };
}

function nearest(scales: readonly number[], scale: number): number {
  let best = 0;
  scales.forEach((other, k) => {
    if (Math.abs(other - scale) < Math.abs(scales[best] - scale)) best = k;
  });
  return best;
}
