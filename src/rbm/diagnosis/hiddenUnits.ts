/** Diagnosis of a trained RBM: chains that depend on their initial state, and hidden units without information. */

import { type EnsembleMean, ensembleMean } from '../../stats/ensemble.js';
import { BitRows } from '../../util/bits.js';
import { instanceOf, integer, knownOptions, positive, refuse } from '../../util/check.js';
import type { Estimate } from '../../util/estimate.js';
import { type Mean, sampleMean } from '../../util/estimate.js';
import { checkSeed, type Seed, streamKey } from '../../util/random.js';
import type { States } from '../model/layers.js';
import { randomRows } from '../model/noise.js';
import { Rbm } from '../model/rbm.js';

/** Options of `equilibriumCheck`. */
export interface EquilibriumOptions {
  /** Chains of each kind. Default 500. */
  chains?: number;
  /** Gibbs steps of each chain. Default 1024. */
  steps?: number;
  /**
   * Initial rows of further chains, such as the persistent chains of the training; they are run like those from the
   * data.
   */
  persistent?: BitRows;
  /** |z| of a significant difference. Default 4. */
  threshold?: number;
  /** Seed of all random numbers. Default 1. */
  seed?: Seed;
}

/** A difference with its standard error. */
export interface Difference extends Estimate<number> {
  /** value/error; 0 if both are 0. */
  z: number;
}

/** One observable along the chains. */
export interface EquilibriumSeries {
  observable: 'freeEnergy' | 'magnetisation' | 'squaredMagnetisation';
  /** Means over the chains after each of `steps`, by their initial states. */
  random: Mean<number>[];
  data: Mean<number>[];
  persistent?: Mean<number>[];
  /** Chains from random starts: at the end minus at half of the steps, chain by chain. */
  drift: Difference;
  /** At the end: from random starts minus from the data. */
  gap: Difference;
  /** At the end: from random starts minus from the persistent chains. */
  persistentGap?: Difference;
  /** Data minus model, by the chains from the data: a measure of the model, not of its chains. */
  misfit: Difference;
}

/** The result of `equilibriumCheck`: whether chains from random starts are in equilibrium. */
export interface EquilibriumCheck {
  /**
   * - `equilibrated`: within the errors the chains from random starts are stationary, with the means of the others
   * - `drifting`: they are not stationary: samples depend on the number of steps
   * - `apart`: they are stationary, but with other means: the chains do not move between parts of the states in `steps`
   * - `stuck`: all means agree, but chains from the data are still more like their own start than like that of another
   */
  verdict: 'equilibrated' | 'drifting' | 'apart' | 'stuck';
  /** The largest |z| of drifts, gaps and memory. */
  largest: number;
  /**
   * Overlap of the last state of a chain from the data with its own start, (1/N) Σ_i s_i s'_i with s = ±1, minus that
   * with the starts of the others: 0 where the chains have forgotten where they began, up to 1 where they do not move.
   */
  memory: Difference;
  /** The numbers of steps: 1, 2, 4, …, and the last. */
  steps: number[];
  series: EquilibriumSeries[];
}

/**
 * The out-of-equilibrium check of Decelle, Furtlehner & Seoane (2021): an RBM trained with too few steps per gradient
 * generates its data after about the same number of steps from random starts, and not later; chains from other starts
 * have other averages. Free energy, magnetisation (mean of the visible units, in their levels) and its square are
 * measured along chains from random starts, from rows of the data, and from persistent chains; chains are independent,
 * so all errors are those of independent entries. Chains that do not move from one mode of a symmetric model to another
 * can have the right means all the same, so the memory of their starts is measured too. With the default threshold an
 * equilibrated RBM fails once in about 2000 checks.
 * @throws TypeError for a wrong kind; RangeError for no data, another width, visible units that are not two-valued, or
 *   an option out of range
 */
export function equilibriumCheck(
  rbm: Rbm<BitRows, States>,
  data: BitRows,
  options: EquilibriumOptions = {},
): EquilibriumCheck {
  knownOptions('equilibriumCheck', options, ['chains', 'steps', 'persistent', 'threshold', 'seed']);
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  const { levels, kind } = rbm.visibleLayer;
  if (!levels) refuse('rbm', 'visible units of two values', kind);
  const chains = integer('chains', options.chains ?? 500, 2, 1e6);
  const last = integer('steps', options.steps ?? 1024, 2, 2 ** 20);
  const threshold = positive('threshold', options.threshold ?? 4);
  const seed = checkSeed('seed', options.seed ?? 1);
  const steps = doublings(last);
  const half = steps.length - 2; // the last but one is half of the last, or more

  const follow = (start: BitRows, name: string): { observed: Observed[]; last: BitRows } => {
    let last = start;
    const observed = steps.map((step, k) => {
      const more = step - (k === 0 ? 0 : steps[k - 1]);
      last = rbm.gibbs(last, { steps: more, seed: JSON.stringify([seed, name, k]) }).visible;
      return observe(rbm, last);
    });
    return { observed, last };
  };
  const { observed: random } = follow(randomRows(chains, rbm.visible, streamKey(seed, 'equilibrium')), 'random');
  const starts = rowsFrom('data', data, chains, rbm.visible);
  const { observed: fromData, last: ends } = follow(starts, 'data');
  const { observed: fromChains } = options.persistent
    ? follow(rowsFrom('persistent', options.persistent, chains, rbm.visible), 'persistent')
    : {};
  const own = observe(rbm, data);

  const end = steps.length - 1;
  const series = OBSERVABLES.map((observable): EquilibriumSeries => {
    const means = (observed: Observed[]) => observed.map((one) => sampleMean(one[observable]));
    const [of, at] = [random[end][observable], fromData[end][observable]];
    return {
      observable,
      random: means(random),
      data: means(fromData),
      drift: difference(sampleMean(of.map((x, r) => x - random[half][observable][r]))),
      gap: apart(of, at),
      misfit: apart(own[observable], at),
      ...(fromChains && {
        persistent: means(fromChains),
        persistentGap: apart(of, fromChains[end][observable]),
      }),
    };
  });
  const drift = Math.max(...series.map((one) => Math.abs(one.drift.z)));
  const gap = Math.max(...series.flatMap((one) => [one.gap, one.persistentGap ?? one.gap].map(({ z }) => Math.abs(z))));
  const memory = memoryOf(starts, ends);
  const stuck = memory.z > threshold;
  const verdict = drift > threshold ? 'drifting' : gap > threshold ? 'apart' : stuck ? 'stuck' : 'equilibrated';
  return { verdict, largest: Math.max(drift, gap, Math.abs(memory.z)), memory, steps, series };
}

/** Options of `chainAutocorrelation`. */
export interface AutocorrelationOfChainsOptions {
  /** Configurations per chain. Default 200. */
  count?: number;
  /** Gibbs steps between two configurations. Default 1. */
  every?: number;
  /** Gibbs steps before the first configuration. Default 1000. */
  burnIn?: number;
  /** Seed of all random numbers. Default 1. */
  seed?: Seed;
}

/**
 * Means and τ_int, in units of `every` Gibbs steps (½ = uncorrelated), of free energy and magnetisation along chains
 * from the given rows, one per row. τ is null if the chains are too short for an estimate.
 * @throws TypeError for a wrong kind; RangeError for no rows, another width, or an option out of range
 */
export function chainAutocorrelation(
  rbm: Rbm<BitRows, States>,
  start: BitRows,
  options: AutocorrelationOfChainsOptions = {},
): { freeEnergy: EnsembleMean; magnetisation: EnsembleMean } {
  knownOptions('chainAutocorrelation', options, ['count', 'every', 'burnIn', 'seed']);
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  const count = integer('count', options.count ?? 200, 2, 1e6);
  const every = integer('every', options.every ?? 1, 1, 2 ** 20);
  const burnIn = integer('burnIn', options.burnIn ?? 1000, 1, 2 ** 20);
  const seed = checkSeed('seed', options.seed ?? 1);
  instanceOf('start', start, BitRows, 'BitRows');
  if (start.count === 0) throw new RangeError('"start" expected at least one row, got none');
  const free = new Float64Array(count * start.count);
  const mean = new Float64Array(count * start.count);
  let rows = start;
  for (let k = 0; k < count; k++) {
    const steps = k === 0 ? burnIn : every;
    rows = rbm.gibbs(rows, { steps, seed: JSON.stringify([seed, 'autocorrelation', k]) }).visible;
    const { freeEnergy, magnetisation } = observe(rbm, rows);
    free.set(freeEnergy, k * start.count);
    mean.set(magnetisation, k * start.count);
  }
  return { freeEnergy: ensembleMean(free, start.count), magnetisation: ensembleMean(mean, start.count) };
}

/** Statistics of a two-valued hidden unit over rows of data; p is the probability of its upper level given a row. */
export interface HiddenUnit {
  /** Mean p over the rows. */
  mean: number;
  /** Smallest p over the rows. */
  least: number;
  /** Largest p over the rows. */
  most: number;
  /** √Σ_i W_ij². */
  norm: number;
  /**
   * `off` or `on`: the same for every row, p < 0.01 or p > 0.99; `constant`: p the same within 0.01; `alive`: neither.
   */
  state: 'alive' | 'off' | 'on' | 'constant';
}

/** Max distance of p from 0 or 1 in state `off` or `on`, and max range of p in state `constant`. */
const CERTAIN = 0.01;

/**
 * Dead and saturated hidden units: those that do not depend on the row.
 * @throws TypeError for a wrong kind; RangeError for no rows, another width, or hidden units that are not two-valued
 * @example
 * const data = barsAndStripes(2);
 * const { rbm } = await trainRbm(data, { hidden: 4, epochs: 10, learningRate: 0.1, outcome: false });
 * hiddenUnits(rbm, data).map(({ state }) => state); // 'alive', 'off', 'on' or 'constant' per unit
 */
export function hiddenUnits<V extends States>(rbm: Rbm<V, BitRows>, data: V | Float32Array): HiddenUnit[] {
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  const { hiddenLayer, hidden, visible, weights } = rbm;
  if (!hiddenLayer.levels) refuse('rbm', 'hidden units of two values', hiddenLayer.kind);
  const [low, high] = hiddenLayer.levels;
  const means = rbm.meanHidden(data);
  const rows = means.length / hidden;
  if (rows === 0) throw new RangeError('"data" expected at least one row, got none');
  return Array.from({ length: hidden }, (_, j) => {
    let [sum, least, most, squares] = [0, Infinity, -Infinity, 0];
    for (let r = 0; r < rows; r++) {
      const p = (means[r * hidden + j] - low) / (high - low);
      sum += p;
      least = Math.min(least, p);
      most = Math.max(most, p);
    }
    for (let i = 0; i < visible; i++) squares += weights[i * hidden + j] ** 2;
    const state = most < CERTAIN ? 'off' : least > 1 - CERTAIN ? 'on' : most - least < CERTAIN ? 'constant' : 'alive';
    return { mean: sum / rows, least, most, norm: Math.sqrt(squares), state };
  });
}

const OBSERVABLES = ['freeEnergy', 'magnetisation', 'squaredMagnetisation'] as const;

/** How much more each row of `ends` is like its own row of `starts` than like the others. */
function memoryOf(starts: BitRows, ends: BitRows): Difference {
  const { count, width } = starts;
  const spins = (rows: BitRows, r: number) => Float64Array.from(rows.row(r), (bit) => 2 * bit - 1);
  const mean = new Float64Array(width);
  for (let r = 0; r < count; r++)
    spins(starts, r).forEach((s, i) => {
      mean[i] += s / count;
    });
  const others = count / (count - 1); // `mean` has the own start in it
  const excess = Array.from({ length: count }, (_, r) => {
    const [start, end] = [spins(starts, r), spins(ends, r)];
    return end.reduce((sum, s, i) => sum + (s * (start[i] - mean[i]) * others) / width, 0);
  });
  return difference(sampleMean(excess));
}

/** One number per row. */
type Observed = Record<(typeof OBSERVABLES)[number], Float64Array>;

function observe(rbm: Rbm<BitRows, States>, rows: BitRows): Observed {
  const [low, high] = rbm.visibleLayer.levels as readonly [number, number];
  const magnetisation = new Float64Array(rows.count);
  for (let r = 0; r < rows.count; r++) {
    let ones = 0;
    for (let k = r * rows.stride; k < (r + 1) * rows.stride; k++) {
      for (let byte = rows.bytes[k]; byte; byte &= byte - 1) ones++;
    }
    magnetisation[r] = low + ((high - low) * ones) / rows.width;
  }
  return {
    freeEnergy: rbm.freeEnergy(rows),
    magnetisation,
    squaredMagnetisation: magnetisation.map((m) => m * m),
  };
}

/** `count` rows at equal distances in the data; with repetitions if there are fewer. */
function rowsFrom(name: string, data: BitRows, count: number, width: number): BitRows {
  if (!(data instanceof BitRows)) refuse(name, 'BitRows', data, 'type');
  if (data.count === 0 || data.width !== width) {
    throw new RangeError(`"${name}" expected at least one row of ${width} bits, got ${data.count} of ${data.width}`);
  }
  const rows = new BitRows(count, width);
  for (let r = 0; r < count; r++) {
    const from = Math.floor((r * data.count) / count) * data.stride;
    rows.bytes.set(data.bytes.subarray(from, from + data.stride), r * rows.stride);
  }
  return rows;
}

/** 1, 2, 4, …, last/2, last. */
function doublings(last: number): number[] {
  const steps = [last];
  while (steps[0] > 1) steps.unshift(Math.ceil(steps[0] / 2));
  return steps;
}

function difference({ mean, error }: Mean<number>): Difference {
  return { value: mean, error, z: mean === 0 ? 0 : mean / error };
}

function apart(a: Float64Array, b: Float64Array): Difference {
  const [x, y] = [sampleMean(a), sampleMean(b)];
  return difference({ mean: x.mean - y.mean, error: Math.hypot(x.error, y.error) });
}
