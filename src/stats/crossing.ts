/** The crossing of the curves of two lattice sizes: an estimate of a critical coupling from Binder's cumulant. */

import { finite, refuse } from '../util/check.js';
import type { Jackknife } from './jackknife.js';
import { jackknifeOf, MultiHistogram } from './multiHistogram.js';
import type { Statistic } from './reweight.js';

/** The crossing of two curves. */
export interface Crossing {
  /** K at which the statistics are equal. */
  coupling: Jackknife;
  /** Their common value there. */
  value: Jackknife;
}

/**
 * Crossing of a statistic of two sizes, each from one or more runs, with its jackknife error. The two systems are
 * independent, so blocks of one system are left out at a time, and the squares of the two errors add up. The drift of
 * the crossing with the sizes is not part of the error.
 * @param range [low, high], couplings between which the curves cross once
 * @throws TypeError if an argument is of the wrong kind; RangeError if an end of the range is out of reach of the data,
 *   or if the curves do not cross in it, with all data or without some block
 */
export function findCrossing(
  first: MultiHistogram,
  second: MultiHistogram,
  statistic: Statistic,
  range: readonly [number, number],
): Crossing {
  for (const [name, curve] of Object.entries({ first, second })) {
    if (!(curve instanceof MultiHistogram)) refuse(name, 'MultiHistogram', curve, 'type');
  }
  if (typeof statistic !== 'function') refuse('statistic', 'function', statistic, 'type');
  if (!Array.isArray(range)) refuse('range', '[low, high]', range, 'type');
  const [low, high] = [finite('range[0]', range[0]), finite('range[1]', range[1])];
  if (!(low < high)) refuse('range', 'two rising couplings', [low, high]);
  for (const curve of [first, second]) {
    curve.requireReach('range[0]', low);
    curve.requireReach('range[1]', high);
  }
  const solve = (withoutFirst?: number, withoutSecond?: number): [number, number] => {
    const one = (coupling: number): number => first.evaluate(coupling, statistic, withoutFirst);
    const other = (coupling: number): number => second.evaluate(coupling, statistic, withoutSecond);
    const root = bracketedRoot((coupling) => one(coupling) - other(coupling), low, high);
    return [root, one(root)];
  };
  const whole = solve();
  const blocks = (curve: MultiHistogram): number[] => Array.from({ length: curve.blocks }, (_, block) => block);
  const withoutFirst = blocks(first).map((block) => solve(block, undefined));
  const withoutSecond = blocks(second).map((block) => solve(undefined, block));
  const joined = (k: 0 | 1): Jackknife => {
    const value = whole[k];
    const [a, b] = [withoutFirst, withoutSecond].map((answers) =>
      jackknifeOf(
        value,
        answers.map((answer) => answer[k]),
      ),
    );
    return { value, corrected: a.corrected + b.corrected - value, error: Math.hypot(a.error, b.error) };
  };
  return { coupling: joined(0), value: joined(1) };
}

/**
 * Crossing of Binder's cumulants U4 = 1 - ⟨m⁴⟩/(3⟨m²⟩²), from runs with the observables `magnetisation2` and
 * `magnetisation4`, such as those of `canonicalSeries`. (The crossing is the same K in every convention of the ratio;
 * the value is that of U4.)
 * @throws TypeError or RangeError as `findCrossing`
 */
export function binderCrossing(
  small: MultiHistogram,
  large: MultiHistogram,
  range: readonly [number, number],
): Crossing {
  return findCrossing(
    small,
    large,
    ({ magnetisation2, magnetisation4 }) => 1 - magnetisation4 / (3 * magnetisation2 * magnetisation2),
    range,
  );
}

/**
 * The root of f in [low, high], to rounding: the Illinois method of false position (Dowell & Jarratt, BIT 11, 168
 * (1971)), which halves the value at an end that stays, so that both ends converge.
 */
function bracketedRoot(f: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  let [atA, atB] = [f(a), f(b)];
  if (atA === 0) return a;
  if (atB === 0) return b;
  if (atA > 0 === atB > 0) {
    throw new RangeError(`"range" expected couplings between which the curves cross, got [${low}, ${high}]`);
  }
  for (let round = 0; round < 200 && Math.abs(b - a) > 1e-14 * (Math.abs(a) + Math.abs(b)); round++) {
    const next = (atB * a - atA * b) / (atB - atA);
    const at = f(next);
    if (at === 0) return next;
    if (at > 0 !== atB > 0) [a, atA] = [b, atB];
    else atA /= 2;
    const moved = Math.abs(next - b);
    [b, atB] = [next, at];
    if (moved < 1e-15 * Math.abs(b)) break;
  }
  return b;
}
