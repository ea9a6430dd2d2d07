/**
 * Where to put the scales of a `Tempering`: so close that neighbours exchange equally often everywhere.
 *
 * The rejected shares r_k of a trial run add up to a barrier Λ(β) = Σ_{k: β_k < β} r_k that hardly depends on where the scales are (Syed et al. 2022). It is
 * drawn as a broken line, cut into equal parts, and the scales at the cuts are tried again, each run twice as long as the last. Pairs that are so far
 * apart that they never exchange count 1, which is too little: so the barrier and the number of scales grow from run to run until that has ended.
 */

import { knownOptions, refuse, within } from '../../util/check.js';
import { checkSeed, type Seed } from '../../util/random.js';
import { finish, finishWithPauses, progress, WORK_OPTIONS, type Work, type WorkOptions } from '../../util/work.js';
import { TemperingChain } from '../chains/temperingChain.js';
import type { Hamiltonian } from '../models/hamiltonian.js';
import { checkScale, checkUpdates, MAX_SCALES } from './tempering.js';

export interface TemperingScalesOptions {
  hamiltonian: Hamiltonian;
  /** First scale; where the chain moves freely: a high temperature, or 0. */
  from: number;
  /** Last scale. Default 1. */
  to?: number;
  /** Accepted share of exchanges between neighbours, from 0.05 to 0.95. Default 0.5, at which configurations travel fastest for the work spent (Syed et al. 2022). */
  acceptance?: number;
  sweepsPerSwap?: number;
  method?: 'heatBath' | 'metropolis';
  order?: 'sequential' | 'random';
  seed?: Seed;
}

/** Scales of the first trial; rounds of it, the first half of which is burn-in; trials. */
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
 * Scales from `from` to `to`, both included, at which neighbours exchange about as often as asked: each within some 0.05 where τ is below a few hundred rounds.
 * Trial runs of 64, 128, …, 4096 rounds; the time is theirs. One seed gives the same scales on every engine.
 * @throws TypeError or RangeError for an option out of range; Error if more than 1024 scales would be needed
 */
export function temperingScales(options: TemperingScalesOptions): number[] {
  knownOptions('temperingScales', options, TEMPERING_SCALES_OPTIONS);
  return finish(search(checked(options)));
}

/** As `temperingScales`, with progress, pauses for the event loop, and a signal that stops it. */
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
    // each new rung goes on from the old one nearest to it
    start = next.map((scale) => chain.spinsAt(nearest(scales, scale)));
    scales = next;
  }
  return scales;
}

/** `count` scales at equal shares of the barrier. */
function spaced(count: number, at: (share: number) => number, from: number, to: number): number[] {
  return Array.from({ length: count }, (_, k) => (k === 0 ? from : k === count - 1 ? to : at(k / (count - 1))));
}

/** The scale at which a share of the barrier lies below: the inverse of the broken line Σ r. */
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
