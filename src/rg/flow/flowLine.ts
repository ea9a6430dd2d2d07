/** Flow lines of a renormalization scheme, and the separatrix between the basins of two of its sinks. */

import { integer, knownOptions, refuse, within } from '../../util/check.js';
import { linearise } from './linearise.js';
import { advance, checkCouplings, checkScheme, type FlowEquation, type Recursion } from './recursion.js';

/** |K| beyond which a flow line counts as one that goes to infinity. */
const INFINITE = 1e3;

/**
 * The couplings step after step, from the given ones: R(K), R(R(K)), …; of a flow equation at intervals of 0.1 in l =
 * ln(length), by Runge and Kutta's method in intervals of 0.0125. The line ends early where a coupling passes 1000.
 * @param couplings K at the beginning, an entry per coupling of the scheme
 * @param steps number of steps, 0 to 1,000,000; default 20
 * @returns a fresh array of couplings per step, the given ones first
 * @throws TypeError for a wrong kind; RangeError for a wrong number of couplings or one that is not finite, or steps
 *   out of range
 * @example
 * flowLine(migdalKadanoff({ dimension: 2 }), [0.3], 3); // 0.3, 0.2968, 0.2916, 0.2829
 */
export function flowLine(scheme: Recursion | FlowEquation, couplings: ArrayLike<number>, steps = 20): number[][] {
  checkScheme('scheme', scheme);
  const line = [checkCouplings('couplings', couplings, scheme.couplings)];
  integer('steps', steps, 0, 1_000_000);
  for (let step = 0; step < steps && size(line[step]) <= INFINITE; step++) {
    const next = advance(scheme, line[step]);
    if (!next.every(Number.isFinite)) break;
    line.push(next);
  }
  return line;
}

/** Two points in the basins of different sinks, and how precise the boundary between them is to be. */
export interface SeparatrixOptions {
  /** Couplings in the basin of one sink. */
  from: ArrayLike<number>;
  /** Couplings in the basin of another one. */
  to: ArrayLike<number>;
  /** Length of the interval at which bisection ends, as a share of the distance from `from` to `to`; default 1e-12. */
  tolerance?: number;
}

/** A point of the separatrix. */
export interface SeparatrixPoint {
  /** The couplings in the middle of the last interval. */
  couplings: number[];
  /** Half of the interval, in units of the largest of the couplings' differences. */
  tolerance: number;
}

/** The sink of a basin: a fixed point, or 'infinity' where a coupling passes 1000. */
type Sink = number[] | 'infinity';

/** Steps after which a flow line that reached no sink is given up. */
const MAX_STEPS = 10_000;

/** Distance from a sink, relative to max(1, |K|), at which a flow line has reached it. */
const REACHED = 1e-4;

/**
 * The point of the straight line between two couplings where the flow changes its sink, by bisection: the critical
 * coupling of a scheme along that line. With `from` and `to` on the axis of the nearest-neighbour coupling it is the
 * scheme's K_c. Each end's sink is found by iteration: a fixed point, or infinite coupling.
 * @throws TypeError for a wrong kind; RangeError for a wrong number of couplings, one that is not finite, or if both
 *   ends flow to the same sink; Error if the flow from a point between them reaches neither, as where a third phase is
 * @example
 * separatrix(migdalKadanoff({ dimension: 2 }), { from: [0.1], to: [1] }).couplings; // [0.3046889317]
 */
export function separatrix(scheme: Recursion | FlowEquation, options: SeparatrixOptions): SeparatrixPoint {
  knownOptions('separatrix', options, ['from', 'to', 'tolerance']);
  checkScheme('scheme', scheme);
  const from = checkCouplings('from', options.from, scheme.couplings);
  const to = checkCouplings('to', options.to, scheme.couplings);
  const tolerance = within('tolerance', options.tolerance ?? 1e-12, 1e-15, 0.5);
  const sinks = [sinkOf(scheme, from), sinkOf(scheme, to)] as const;
  if (isAt(sinks[0], sinks[1])) {
    refuse('to', 'couplings that flow to another sink than "from"', to);
  }
  const at = (share: number) => from.map((x, k) => x + share * (to[k] - x));
  let [low, high] = [0, 1];
  while (high - low > tolerance) {
    const middle = (low + high) / 2;
    const end = reaches(scheme, at(middle), sinks);
    if (end === 'boundary') return { couplings: at(middle), tolerance: 0 };
    if (end === 'from') low = middle;
    else high = middle;
  }
  return {
    couplings: at((low + high) / 2),
    tolerance: ((high - low) / 2) * Math.max(...from.map((x, k) => Math.abs(to[k] - x))),
  };
}

/** Where the flow from a point ends. */
function sinkOf(scheme: Recursion | FlowEquation, start: number[]): Sink {
  const end = flowTo(scheme, start, () => false);
  if (end === undefined) throw new Error(`the flow of ${scheme.name} from ${start.join(', ')} reaches no fixed point`);
  return end;
}

/** Follows the flow until it arrives, goes to infinity or no longer moves; undefined if it does none of these. */
function flowTo(
  scheme: Recursion | FlowEquation,
  start: number[],
  arrived: (place: Sink) => boolean,
): Sink | undefined {
  let at = start;
  for (let step = 0; step < MAX_STEPS; step++) {
    if (isInfinite(at)) return 'infinity';
    if (arrived(at)) return at;
    const next = advance(scheme, at);
    const change = Math.max(...next.map((x, k) => Math.abs(x - at[k])));
    if (change <= 1e-15 * Math.max(1, size(next))) return next;
    at = next;
  }
  return undefined;
}

/** Which sink the flow from a point comes to; 'boundary' where it ends at an unstable fixed point. */
function reaches(
  scheme: Recursion | FlowEquation,
  start: number[],
  [first, second]: readonly [Sink, Sink],
): 'from' | 'to' | 'boundary' {
  const end = flowTo(scheme, start, (place) => isAt(first, place) || isAt(second, place));
  if (end !== undefined && isAt(first, end)) return 'from';
  if (end !== undefined && isAt(second, end)) return 'to';
  if (end !== undefined && end !== 'infinity' && linearise(scheme, end).exponents[0] > 0) return 'boundary';
  throw new Error(`the flow of ${scheme.name} from ${start.join(', ')} reaches the sink of neither end`);
}

function isAt(sink: Sink, place: Sink): boolean {
  if (sink === 'infinity' || place === 'infinity') return sink === place;
  return place.every((x, k) => Math.abs(x - sink[k]) <= REACHED * Math.max(1, Math.abs(sink[k])));
}

/** True where a coupling is too large or no number: the formulas of a step overflow only at strong coupling. */
function isInfinite(couplings: readonly number[]): boolean {
  return !(size(couplings) <= INFINITE);
}

/** Largest |K|; NaN if one is. */
function size(couplings: readonly number[]): number {
  return Math.max(...couplings.map(Math.abs));
}
