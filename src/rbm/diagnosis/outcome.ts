/**
 * The outcome of a training: its likelihood compared with that of independent units, and doubts in full sentences. A
 * model that has lost a mode, or whose chains do not follow it, can have a good pseudo-likelihood; log Z and samples
 * that are independent of the training show the failure.
 *
 * Differences are reported from four standard errors of independent rows and chains, and from five if errors are less
 * reliable. No doubt is no proof: a mode that occurs neither in the rows nor in annealing is not detected.
 *
 * Measured on 8×8 Ising spins, 8 or 16 hidden units: all of 40 trainings by pcd below T_c (K = 0.5 and 1) had doubts
 * about the weights of their modes and about their chains, also the few that were as likely as tempered ones; of 80 at
 * K = 0.3 by pcd and at 0.44, 0.5 and 1 by tempering, none had.
 */

import { BitRows } from '../../util/bits.js';
import { instanceOf, knownOptions, lengthOf, refuse } from '../../util/check.js';
import { type Seed, streamKey } from '../../util/random.js';
import { RealRows } from '../../util/reals.js';
import { finish, finishWithPauses, WORK_OPTIONS, type Work, type WorkOptions } from '../../util/work.js';
import { type Annealed, annealUp, takeRows } from '../likelihood/annealing.js';
import { independentLogProbabilities, independentOf } from '../likelihood/independent.js';
import { type LogLikelihood, likelihoodOf } from '../likelihood/likelihood.js';
import { enumerationCost, type LogPartition, partition } from '../likelihood/partition.js';
import type { Layer, States } from '../model/layers.js';
import { Noise } from '../model/noise.js';
import { type AnyRbm, Rbm } from '../model/rbm.js';
import { chainDoubts, likelihoodDoubts, shareDoubts, VERY_FAR } from './comparisons.js';
import { type EpochSeen, type ResidueDrift, residueDrift, weightsMoved } from './course.js';
import * as doubt from './doubts.js';
import { type ModeOfRows, modesOf, type Scores, type Weighted } from './modes.js';
import { principalDivision } from './principal.js';

export type { EpochSeen, ResidueDrift } from './course.js';
export { residueDrift, weightsMoved } from './course.js';
export type { ModeOfRows } from './modes.js';

/** Options of `trainingOutcome`. */
export interface OutcomeOptions<V extends States = States> {
  /** The records of the epochs. */
  history?: readonly EpochSeen[];
  /** Standard deviation of the initial weights; without it, there is no check of how far they moved. */
  initialDeviation?: number;
  /** The persistent chains at the end, only those at β = 1: states of the visible units. */
  chains?: V;
  /** Weights of the chains, one per chain. Default: all equal. */
  chainWeights?: ArrayLike<number>;
  /** Weights of the rows, as in the training. Default: all equal. */
  sampleWeights?: ArrayLike<number>;
  /**
   * log Z, if it is known. Default: computed in about a second, exactly up to 2e9 factors, otherwise by a hundred
   * chains or more.
   */
  partition?: LogPartition<V>;
  /** Seed of all random numbers. Default 1. */
  seed?: Seed;
}

/** The outcome of a training. */
export interface Outcome<V extends States = States> {
  /** Of the judged rows; absent if log Z is not finite. */
  logLikelihood?: LogLikelihood;
  partition?: LogPartition<V>;
  /** Number of judged rows: all, or a random subset of at least 500. */
  rows: number;
  /**
   * Both sides of the first principal component of the judged rows, the smaller one first; absent if all rows are
   * equal.
   */
  modes?: readonly [ModeOfRows, ModeOfRows];
  drift?: ResidueDrift;
  /** Possible problems, each in one or two sentences with a remedy; an empty list is no proof. */
  doubts: string[];
}

/** Max weights times rows for the free energies, and bounds on the number of rows. */
const JUDGED = 2e8;
const MIN_ROWS = 500;
const MAX_ROWS = 2000;
/** Max factors of the exact log Z: about a second. */
const QUICK = 2e9;
/**
 * Weights × chains × temperatures of annealing, a third of a second per direction; and the ratio of the times with real
 * and two-valued units.
 */
const ANNEALED = 5e9;
const SLOW = 80;
/** Number of effective chains below which errors are not reliable (partition.ts). */
const ENOUGH = 25;
/** Max negligible difference of log Z, in nats. */
const CLOSE = 0.1;
const OUTCOME_OPTIONS = [
  'history',
  'initialDeviation',
  'chains',
  'chainWeights',
  'sampleWeights',
  'partition',
  'seed',
] as const;

/**
 * Judges a trained RBM by its training rows, in a second or two.
 * @throws TypeError for a wrong kind; RangeError for no rows, or rows, chains or weights of another size
 */
export function trainingOutcome<V extends States>(
  rbm: Rbm<V, States>,
  rows: BitRows | RealRows,
  options: OutcomeOptions<V> = {},
): Outcome<V> {
  knownOptions('trainingOutcome', options, OUTCOME_OPTIONS);
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  checkRows(rows);
  return finish(outcome(rbm, rows, options));
}

/**
 * As `trainingOutcome`, with progress, pauses for the event loop, and a signal that stops it.
 * @throws TypeError or RangeError as `trainingOutcome`; the reason of the signal if it stops
 */
export async function trainingOutcomeAsync<V extends States>(
  rbm: Rbm<V, States>,
  rows: BitRows | RealRows,
  options: OutcomeOptions<V> & WorkOptions = {},
): Promise<Outcome<V>> {
  knownOptions('trainingOutcomeAsync', options, [...OUTCOME_OPTIONS, ...WORK_OPTIONS]);
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  checkRows(rows);
  return finishWithPauses(outcome(rbm, rows, options), options);
}

function checkRows(rows: unknown): void {
  if (!(rows instanceof BitRows || rows instanceof RealRows)) refuse('rows', 'BitRows or RealRows', rows, 'type');
}

/** The remedy for chains that did not follow the model. */
const remedyAfter = (history: readonly EpochSeen[]) =>
  doubt.remedy(history.some(({ effectiveShare }) => effectiveShare !== undefined));

/** The doubts from the records only, for layers with an unknown likelihood. */
export function courseDoubts(history: readonly EpochSeen[], initialDeviation?: number): string[] {
  const drift = residueDrift(history);
  const last = history.at(-1);
  return [
    ...(last && initialDeviation !== undefined && !weightsMoved(history, initialDeviation)
      ? [doubt.hardlyMoved(last.largestWeight, initialDeviation)]
      : []),
    ...(drift?.steady ? [doubt.biasesDriven(drift, remedyAfter(history))] : []),
  ];
}

/** The kind of doubt from the records, to avoid repetition. */
function toldBy(history: readonly EpochSeen[], initialDeviation: number | undefined, course: readonly string[]) {
  if (course.length === 0) return null;
  return initialDeviation !== undefined && !weightsMoved(history, initialDeviation) ? 'unmoved' : 'driven';
}

/** The work of `trainingOutcome`. */
export function* outcome<V extends States>(
  rbm: Rbm<V, States>,
  data: BitRows | RealRows,
  options: OutcomeOptions<V>,
): Work<Outcome<V>> {
  const { history = [], initialDeviation, seed = 1 } = options;
  const judged = judgedRows(rbm, data, options.sampleWeights, seed);
  const course = courseDoubts(history, initialDeviation);
  const mix = remedyAfter(history);
  const drift = residueDrift(history);
  const known = { rows: judged.weights.length, ...(drift && { drift }) };
  const effort = effortOf(rbm as AnyRbm);
  const annealing = { ...effort, data: judged.states, seed };
  const exact = enumerationCost(rbm as AnyRbm) <= QUICK;
  const found = options.partition ?? (yield* partition(rbm, { ...annealing, method: exact ? 'exact' : 'annealing' }));
  if (!Number.isFinite(found.estimate)) {
    const lost = history.find(({ largestCoupling = 0 }) => largestCoupling >= 1);
    return { ...known, doubts: [...course, doubt.noDistribution(lost?.epoch)] };
  }
  const up = found.up ?? (yield* annealUp(rbm, annealing));
  const freeEnergies = rbm.freeEnergy(judged.states);
  const likelihood = likelihoodOf(freeEnergies, found, independentOf(rbm.visibleLayer as Layer, judged.states));
  const apart = apartOf(found, up);
  const trusted = up.effectiveSize >= ENOUGH && apart <= VERY_FAR;
  const samples = trusted ? samplesOf(rbm, up) : undefined;
  const division = principalDivision(judged.values, judged.weights);
  const scores = scoresOf(rbm.visibleLayer as Layer, judged, freeEnergies, found);
  const modes = division && modesOf(judged, scores, division, samples);
  return {
    ...known,
    logLikelihood: likelihood,
    partition: found,
    ...(modes && { modes: [modes[0].seen, modes[1].seen] as const }),
    doubts: [
      ...course,
      ...likelihoodDoubts(scores, judged, modes, toldBy(history, initialDeviation, course), mix),
      ...(samples && modes ? shareDoubts(modes, mix) : []),
      ...(samples && options.chains ? chainDoubts(rbm, options.chains, options.chainWeights, samples, mix) : []),
      ...(apart > VERY_FAR && up.effectiveSize >= ENOUGH ? [doubt.annealingDisagrees(apart, mix)] : []),
    ],
  };
}

/** A random subset of the rows, if there are too many; the sum of the weights is the number of rows. */
function judgedRows<V extends States>(
  rbm: Rbm<V, States>,
  data: BitRows | RealRows,
  sampleWeights: ArrayLike<number> | undefined,
  seed: Seed,
): Weighted<V> {
  if (data.count === 0) throw new RangeError('"rows" expected at least one row, got none');
  if (data.width !== rbm.visible) {
    throw new RangeError(`"rows" expected rows of ${rbm.visible} units, got ${data.width}`);
  }
  if (sampleWeights) lengthOf('sampleWeights', sampleWeights, data.count);
  const all = (data instanceof BitRows ? data : data.values) as States as V;
  const count = Math.min(data.count, MAX_ROWS, Math.max(MIN_ROWS, Math.floor(JUDGED / rbm.weights.length)));
  const places = Uint32Array.from({ length: data.count }, (_, r) => r);
  if (count < data.count) {
    const random = new Noise(streamKey(seed, 'judged rows')).uniform(count);
    for (let k = 0; k < count; k++) {
      const other = k + Math.floor(random[k] * (data.count - k));
      [places[k], places[other]] = [places[other], places[k]];
    }
  }
  const chosen = places.subarray(0, count).sort();
  const weights = Float64Array.from(chosen, (r) => sampleWeights?.[r] ?? 1);
  const whole = weights.reduce((a, b) => a + b, 0);
  const states = count < data.count ? takeRows(all, rbm.visible, chosen) : all;
  const values = (rbm.visibleLayer as Layer).values(states);
  return { states, values, weights: weights.map((weight) => (weight * count) / whole) };
}

/** Chains and temperatures that take about a second. */
function effortOf(rbm: AnyRbm): { chains: number; temperatures: number } {
  const twoValued = rbm.visibleLayer.levels && rbm.hiddenLayer.levels;
  const moves = ANNEALED / (twoValued ? 1 : SLOW) / rbm.weights.length;
  const chains = Math.min(400, Math.max(100, Math.floor(moves / 1000)));
  return { chains, temperatures: Math.min(1000, Math.max(100, Math.floor(moves / chains))) };
}

/** Difference in standard errors between annealing up and the exact log Z, or annealing down. */
function apartOf<V extends States>({ estimate, down }: LogPartition<V>, up: Annealed<V>): number {
  const other = down?.logPartition ?? estimate;
  const difference = Math.abs(other - up.logPartition);
  if (difference < CLOSE) return 0;
  return difference / Math.hypot(up.error, down?.error ?? 0);
}

/** Annealed chains, with their weights. */
function samplesOf<V extends States>(rbm: Rbm<V, States>, { states, logWeights }: Annealed<V>): Weighted<V> {
  const most = logWeights.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = logWeights.map((log) => Math.exp(log - most));
  return { states, values: (rbm.visibleLayer as Layer).values(states), weights };
}

function scoresOf<V extends States>(
  layer: Layer,
  { values, weights }: Weighted<V>,
  freeEnergies: Float64Array,
  found: LogPartition<V>,
): Scores {
  const logs = freeEnergies.map((free) => -free - found.estimate);
  const independent = independentLogProbabilities(layer, values, weights);
  if (!independent) return { logs };
  const room = found.estimate - found.lower;
  return { logs, independent, gains: logs.map((log, r) => log + room - independent[r]) };
}
