/**
 * How fast a machine is, and whether it was so all the time: a loop of known work, integers and floats one after the
 * other, without vectors, memory or kernels. Its result is the same to the last bit on every engine, so it cannot be
 * left out.
 */

import { type Quartiles, quartiles } from './numbers.js';

/** Steps in one call: five to ten milliseconds. */
export const STEPS = 2_000_000;

/** What {@link STEPS} steps come to. */
export const RESULT = 1.03728884057923;

/** So many steps of xorshift32, each mixed into a running float. */
export function loop(steps: number): number {
  let x = 2463534242;
  let y = 0.5;
  for (let k = 0; k < steps; k++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    y = y * 0.984375 + x * 2 ** -32;
  }
  return y;
}

/** Runs the loop once. @returns steps done @throws Error if its result is another than that of IEEE arithmetic */
export function calibrate(): number {
  const result = loop(STEPS);
  if (result !== RESULT) throw new Error(`calibration gave ${result}, expected ${RESULT}`);
  return STEPS;
}

/** Speeds before each round and after the last → the mean of before and after, a number a round. */
export function speedsOfRounds(speeds: readonly number[]): number[] {
  return speeds.slice(1).map((after, round) => Number(((speeds[round] + after) / 2).toPrecision(6)));
}

/** A round is slow when the machine was more than a tenth slower than it can be. */
export const SLOW = 0.9;

export interface Calibration {
  /** Steps a nanosecond that the machine can do: the upper quartile of all rounds. */
  reference: number;
  /** Steps a nanosecond: quartiles over all rounds. */
  speed: Quartiles;
  rounds: number;
  slowRounds: number;
}

/** What the calibrations of all rounds come to; undefined without any. */
export function summarise(machine: readonly number[]): Calibration | undefined {
  if (machine.length === 0) return undefined;
  const speed = quartiles(machine);
  const reference = speed[2];
  return { reference, speed, rounds: machine.length, slowRounds: slowRounds(machine, reference) };
}

export function slowRounds(machine: readonly number[], reference: number): number {
  return machine.filter((speed) => speed < SLOW * reference).length;
}

/** The least step of a clock in milliseconds, of fifty that were seen. */
export function resolution(clock: () => number = () => performance.now()): number {
  let least = Number.POSITIVE_INFINITY;
  for (let seen = 0; seen < 50; seen++) {
    const start = clock();
    let next = start;
    while (next === start) next = clock();
    least = Math.min(least, next - start);
  }
  return least;
}
