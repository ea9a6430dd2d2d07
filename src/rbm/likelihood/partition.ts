/** log Z of an RBM: exact if a layer can be enumerated, otherwise a bracket by annealing. */

import { BitRows } from '../../util/bits.js';
import { instanceOf, integer, knownOptions, oneOf, refuse } from '../../util/check.js';
import { checkSeed, streamKey } from '../../util/random.js';
import { finish, finishWithPauses, WORK_OPTIONS, type Work, type WorkOptions } from '../../util/work.js';
import { kernels } from '../../wasm/scalar.js';
import type { States } from '../model/layers.js';
import { Noise } from '../model/noise.js';
import { type AnyRbm, Rbm } from '../model/rbm.js';
import {
  type Annealed,
  type AnnealingOptions,
  annealDown,
  annealUp,
  type Bennett,
  bennett,
  takeRows,
} from './annealing.js';
import { largestCoupling } from './coupling.js';
import { enumerable, enumeration } from './enumeration.js';

/** Method of `logPartition`. */
export type PartitionMethod = 'auto' | 'exact' | 'annealing';

/** Options of `logPartition`. */
export interface PartitionOptions<V extends States = States> extends AnnealingOptions<V> {
  /**
   * 'exact' enumerates a layer of two-valued units, up to 30 of them; 'annealing' goes from independent units to the
   * RBM and back. 'auto', the default, is exact up to about ten seconds of work.
   */
  method?: PartitionMethod;
  /** The layer to enumerate. Default: the cheaper one. */
  layer?: 'visible' | 'hidden';
  /**
   * Samples of the RBM, from which chains go down. Default: final states of the chains that went up, resampled by their
   * weights, then `burnIn` steps of Gibbs sampling. The upper bound holds only if they are samples of the RBM.
   */
  samples?: V;
  /** Gibbs steps of the default samples. Default 100. */
  burnIn?: number;
}

/** The result of `logPartition`. */
export interface LogPartition<V extends States = States> {
  /** 'tensor' is that of `latticeLogPartition` of `blockspin/rg`, whose error and bracket are measures of truncation. */
  method: 'exact' | 'annealing' | 'tensor';
  /** The value itself if exact; otherwise the estimate from below minus two of its standard errors. */
  lower: number;
  /** The value itself if exact; otherwise Bennett's estimate from both directions. */
  estimate: number;
  /** The value itself if exact; otherwise the estimate from above plus two of its standard errors. */
  upper: number;
  /** Standard error of the estimate; 0 if exact. */
  error: number;
  /** Smallest effective number of independent chains among the estimates; Infinity without chains. */
  effectiveSize: number;
  /**
   * Why the errors may be too small and the bracket may fail, if there is a reason: more temperatures, or chains, are
   * needed.
   */
  doubt?: string;
  /** Annealing from the base: its log Z is biased low. */
  up?: Annealed<V>;
  /** Annealing to the base: its log Z is biased high. */
  down?: Annealed<V>;
  bennett?: Bennett;
}

/** Factors (states × units of the other layer) that take about ten seconds. */
export const QUICK = 2e10;

/** Names of the options. */
export const PARTITION_OPTIONS = [
  'method',
  'layer',
  'samples',
  'burnIn',
  'chains',
  'temperatures',
  'data',
  'base',
  'seed',
] as const;

/**
 * log Z = log Σ_v Σ_h e^{-E(v,h)} (integrals for real units): a bracket, or exact with an error of about 1e-13, or
 * 1e-15 of the sum of all |weights| and |biases| if that is larger, since cancellation loses digits. Infinity, as
 * exact, if two layers of real units are found to be not normalisable. An RBM whose hidden units each see a plaquette of a
 * lattice needs neither at any size: `latticeLogPartition` of `blockspin/rg`, which is told the lattice, contracts it as a network.
 * @throws TypeError for a wrong kind; RangeError for an option out of range, or if 'exact' is given and no layer can be
 *   enumerated
 * @example
 * const { rbm } = await trainRbm(barsAndStripes(2), { hidden: 4, epochs: 10, learningRate: 0.1, outcome: false });
 * logPartition(rbm).method; // 'exact'
 */
export function logPartition<V extends States>(
  rbm: Rbm<V, States>,
  options: PartitionOptions<V> = {},
): LogPartition<V> {
  knownOptions('logPartition', options, PARTITION_OPTIONS);
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  return finish(partition(rbm, options));
}

/**
 * As `logPartition`, with progress, pauses for the event loop, and a signal that stops it.
 * @throws TypeError or RangeError as `logPartition`; the reason of the signal if it stops
 */
export async function logPartitionAsync<V extends States>(
  rbm: Rbm<V, States>,
  options: PartitionOptions<V> & WorkOptions = {},
): Promise<LogPartition<V>> {
  knownOptions('logPartitionAsync', options, [...PARTITION_OPTIONS, ...WORK_OPTIONS]);
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  return finishWithPauses(partition(rbm, options), options);
}

/**
 * AIS: log Z from chains that go up from independent units; too low on average.
 * @throws TypeError for a wrong kind; RangeError for an option out of range
 */
export function annealedImportance<V extends States>(
  rbm: Rbm<V, States>,
  options: AnnealingOptions<V> = {},
): Annealed<V> {
  knownOptions('annealedImportance', options, ['chains', 'temperatures', 'data', 'base', 'seed']);
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  return finish(annealUp(rbm, options));
}

/**
 * Reverse AIS: log Z from chains that go down from samples of the RBM, one per row, to independent units; too high on
 * average.
 * @throws TypeError for a wrong kind; RangeError for an option out of range, no samples, or samples of another width
 */
export function reverseAnnealing<V extends States>(
  rbm: Rbm<V, States>,
  samples: V,
  options: Omit<AnnealingOptions<V>, 'chains'> = {},
): Annealed<V> {
  knownOptions('reverseAnnealing', options, ['temperatures', 'data', 'base', 'seed']);
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  if (!(samples instanceof BitRows || samples instanceof Float32Array)) {
    refuse('samples', 'BitRows or Float32Array', samples, 'type');
  }
  return finish(annealDown(rbm, samples, options));
}

/** The work of `logPartition`. */
export function* partition<V extends States>(rbm: Rbm<V, States>, options: PartitionOptions<V>): Work<LogPartition<V>> {
  const method = oneOf('method', options.method ?? 'auto', ['auto', 'exact', 'annealing']);
  if (method === 'exact' || (method === 'auto' && isQuick(rbm as AnyRbm))) {
    return exactly(yield* enumeration(rbm as AnyRbm, enumerable(rbm as AnyRbm, options.layer)));
  }
  // chains that have not reached the region where the energy is unbounded would not show it
  if (largestCoupling(rbm as AnyRbm) >= 1) return exactly(Infinity);
  const up = yield* annealUp(rbm, options);
  const made = options.samples ? undefined : equilibrated(rbm, up, options);
  const samples = options.samples ?? made!.samples;
  const families = made?.families;
  const down = yield* annealDown(rbm, samples, { ...options, temperatures: up.temperatures }, families);
  const both = bennett(up.logWeights, down.logWeights, families);
  const estimate = up.baseLogPartition + both.logRatio;
  const effectiveSize = Math.min(up.effectiveSize, down.effectiveSize, both.effectiveSize);
  const apart = Math.abs(down.logPartition - up.logPartition) / Math.hypot(up.error, down.error);
  return {
    method: 'annealing',
    lower: Math.min(estimate, up.logPartition - 2 * up.error),
    estimate,
    upper: Math.max(estimate, down.logPartition + 2 * down.error),
    error: both.error,
    effectiveSize,
    ...doubtOf(effectiveSize, apart),
    up,
    down,
    bennett: both,
  };
}

const exactly = (value: number) =>
  ({ method: 'exact', lower: value, estimate: value, upper: value, error: 0, effectiveSize: Infinity }) as const;

/**
 * Number of effective chains below which errors are too small: test/physics/bondRbm.test.ts, for RBMs with a known log
 * Z.
 */
const ENOUGH = 25;
/** Distance of the estimates up and down, in standard errors, above which it is hardly random. */
const FAR = 4;

function doubtOf(effectiveSize: number, apart: number): { doubt?: string } {
  if (effectiveSize < ENOUGH)
    return { doubt: `since errors need ${ENOUGH} effective chains, and there are ${effectiveSize.toFixed(0)}` };
  if (apart > FAR) return { doubt: `since the estimates up and down are ${apart.toFixed(1)} standard errors apart` };
  return {};
}

function isQuick(rbm: AnyRbm): boolean {
  return enumerationCost(rbm) <= QUICK;
}

/**
 * Factors (states × units of the other layer) of the exact log Z, 2e9 per second; Infinity if no layer can be
 * enumerated.
 */
export function enumerationCost(rbm: AnyRbm): number {
  const { visibleLayer, hiddenLayer } = rbm;
  const cost = (units: number, others: number) => 2 ** units * Math.max(20, others);
  const visible = visibleLayer.levels ? cost(rbm.visible, rbm.hidden) : Infinity;
  const hidden = hiddenLayer.levels ? cost(rbm.hidden, rbm.visible) : Infinity;
  // real units are a hundred times slower to sum
  const slow = visibleLayer.levels && hiddenLayer.levels ? 1 : 100;
  return slow * Math.min(visible, hidden);
}

/**
 * One sample per chain: systematic resampling by their weights, then Gibbs steps. Samples of one family start from the
 * final state of the same chain.
 */
function equilibrated<V extends States>(
  rbm: Rbm<V, States>,
  up: Annealed<V>,
  options: PartitionOptions<V>,
): { samples: V; families: number[] } {
  const burnIn = integer('burnIn', options.burnIn ?? 100, 1, 2 ** 20);
  const seed = checkSeed('seed', options.seed ?? 1);
  const count = up.logWeights.length;
  const most = up.logWeights.reduce((a, b) => Math.max(a, b), -Infinity);
  const { exp } = kernels();
  const weights = up.logWeights.map((x) => exp(x - most));
  const total = weights.reduce((a, b) => a + b, 0);
  const [start] = new Noise(streamKey(seed, 'resampling')).uniform(1);
  const places: number[] = [];
  let sum = 0;
  weights.forEach((weight, k) => {
    sum += weight;
    while (places.length < count && (places.length + start) * total < sum * count) places.push(k);
  });
  while (places.length < count) places.push(count - 1);
  const states = takeRows(up.states, rbm.visible, places);
  const samples = rbm.gibbs(states, { steps: burnIn, seed: JSON.stringify([seed, 'burn in']) }).visible;
  return { samples, families: places };
}
