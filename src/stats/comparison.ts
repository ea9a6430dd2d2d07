/** Comparisons of few independent runs: permutation tests, Holm's correction, equivalence by an interval of the mean. */

import { finite, integer, knownOptions, objectWith, refuse, within } from '../util/check.js';
import { checkSeed, type Seed } from '../util/random.js';
import { generator } from '../wasm/draws.js';

/** Splits up to which all are counted: 10 against 10 have 184,756. */
const MAX_SPLITS = 200_000;

/** Options of `permutationTest`. */
export interface PermutationOptions {
  /** Random splits, where there are more than 200,000. Default 100,000. */
  splits?: number;
  seed?: Seed;
}

/** What a permutation test finds. */
export interface PermutationTest {
  /** Mean of a minus mean of b. */
  difference: number;
  /** P of a difference as large in modulus, if the labels a and b mean nothing. */
  p: number;
  /** Whether all splits were counted; otherwise p is (1 + number as large)/(1 + number drawn). */
  exact: boolean;
}

/**
 * Permutation test of the difference of two means, two-sided: all numbers are split anew into parts of the same sizes.
 * Its smallest p is 2 over the number of splits, 0.00001 for 10 against 10 and 0.1 for 3 against 3.
 * @param a one number per independent run
 * @param b the same of the other group
 * @throws TypeError or RangeError for empty lists or numbers that are not finite
 * @example
 * permutationTest([1, 2, 3, 4], [11, 12, 13, 14]).p; // 2/70
 */
export function permutationTest(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: PermutationOptions = {},
): PermutationTest {
  knownOptions('permutationTest', options, ['splits', 'seed']);
  const [first, second] = [numbersOf('a', a), numbersOf('b', b)];
  const splits = integer('splits', options.splits ?? 100_000);
  const below = generator(checkSeed('seed', options.seed ?? 1), 'permutation test');
  if (first.length === 0) refuse('a', 'one number or more', a);
  if (second.length === 0) refuse('b', 'one number or more', b);
  const all = Float64Array.from([...first, ...second]);
  const n = first.length;
  const total = all.reduce((sum, x) => sum + x, 0);
  const differenceOf = (sum: number) => sum / n - (total - sum) / (all.length - n);
  const difference = differenceOf(first.reduce((sum, x) => sum + x, 0));
  // equal sums may differ in their last digits
  const scale = all.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const bar = Math.abs(difference) - 1e-12 * scale;
  let [counted, asLarge] = [0, 0];
  const count = (sum: number) => {
    counted++;
    if (Math.abs(differenceOf(sum)) >= bar) asLarge++;
  };
  if (splitsOf(all.length, n) <= MAX_SPLITS) {
    eachSum(all, n, count);
    return { difference, p: asLarge / counted, exact: true };
  }
  for (let k = 0; k < splits; k++) {
    let sum = 0;
    // the first n of a random order, by the beginning of a shuffle
    for (let i = 0; i < n; i++) {
      const j = i + below(all.length - i);
      [all[i], all[j]] = [all[j], all[i]];
      sum += all[i];
    }
    count(sum);
  }
  return { difference, p: (1 + asLarge) / (1 + counted), exact: false };
}

/** Binomial coefficient. */
function splitsOf(size: number, n: number): number {
  let product = 1;
  for (let k = 1; k <= n; k++) product = (product * (size - n + k)) / k;
  return product;
}

/** Calls `take` with the sum of each choice of n numbers. */
function eachSum(values: Float64Array, n: number, take: (sum: number) => void, from = 0, sum = 0): void {
  if (n === 0) take(sum);
  else for (let k = from; k <= values.length - n; k++) eachSum(values, n - 1, take, k + 1, sum + values[k]);
}

/**
 * Holm's correction of several p-values: each is multiplied by the number of those at least as large, in ascending order,
 * and none is below one before it. Rejecting where the result is at most α keeps the probability of any wrong rejection
 * at α. Source: S. Holm, Scand. J. Statist. 6, 65 (1979).
 * @throws TypeError or RangeError for numbers outside of [0, 1]
 */
export function holm(pValues: ArrayLike<number>): number[] {
  const p = [...numbersOf('pValues', pValues)];
  p.forEach((value, k) => {
    within(`pValues[${k}]`, value, 0, 1);
  });
  const order = [...p.keys()].sort((i, j) => p[i] - p[j]);
  const corrected = new Array<number>(p.length);
  let most = 0;
  order.forEach((k, rank) => {
    most = Math.max(most, Math.min(1, (p.length - rank) * p[k]));
    corrected[k] = most;
  });
  return corrected;
}

/** An interval of a mean. */
export interface MeanInterval {
  mean: number;
  /** Standard error. */
  error: number;
  low: number;
  high: number;
}

/**
 * Student's interval of the mean of independent runs: mean ± t·s/√n. A claim of equivalence at 5 % (two one-sided tests) holds
 * if the 90 % interval lies within the bounds of equivalence. Source: D. J. Schuirmann, J. Pharmacokinet. Biopharm. 15, 657
 * (1987).
 * @param level in (0, 1); default 0.9
 * @throws TypeError or RangeError for fewer than two runs, or a number that is not finite
 */
export function meanInterval(values: ArrayLike<number>, level = 0.9): MeanInterval {
  const runs = numbersOf('values', values);
  if (runs.length < 2) refuse('values', 'two runs or more', values);
  finite('level', level);
  if (!(level > 0 && level < 1)) refuse('level', 'number in (0, 1)', level);
  const n = runs.length;
  const mean = runs.reduce((sum, x) => sum + x, 0) / n;
  const variance = runs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1);
  const error = Math.sqrt(variance / n);
  const half = studentQuantile((1 + level) / 2, n - 1) * error;
  return { mean, error, low: mean - half, high: mean + half };
}

/** t with P(T ≤ t) = p for p ≥ 1/2, by bisection of the distribution. */
function studentQuantile(p: number, degrees: number): number {
  let [low, high] = [0, 1];
  while (studentBelow(high, degrees) < p) high *= 2;
  for (let k = 0; k < 100; k++) {
    const middle = (low + high) / 2;
    if (studentBelow(middle, degrees) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(T ≤ t) of Student's distribution of an integer number of degrees of freedom, by its finite series. */
function studentBelow(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const cosine = Math.cos(angle) ** 2;
  const odd = degrees % 2;
  let [term, sum] = [1, degrees > 1 ? 1 : 0];
  for (let k = odd + 2; k < degrees; k += 2) {
    term *= ((k - 1) / k) * cosine;
    sum += term;
  }
  if (odd === 0) return 0.5 + 0.5 * Math.sin(angle) * sum;
  return 0.5 + (angle + Math.sin(angle) * Math.cos(angle) * sum) / Math.PI;
}

/** A copy of a list of finite numbers. */
function numbersOf(name: string, values: ArrayLike<number>): Float64Array {
  objectWith(name, values, ['length'], 'array of numbers');
  return Float64Array.from(values, (value, k) => finite(`${name}[${k}]`, value));
}
