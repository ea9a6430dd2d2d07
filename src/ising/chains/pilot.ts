/**
 * The pilot run of a chain: the integrated autocorrelation times of energy and magnetisation (uncorrelated = ½), and
 * from them the interval of samples.
 */

import { sokalTime } from '../../stats/sokal.js';
import { integer, positive, refuse } from '../../util/check.js';
import type { Progress } from '../../util/work.js';
import type { Call } from '../../wasm/pool.js';
import { type ChainWork, isCalls, type Slice, type SpinChain } from './chain.js';

/** Measurements of the pilot run, their min number per τ, and their max number. */
const PILOT = 2000;
const PILOT_PER_TAU = 200;
const PILOT_LIMIT = 2 ** 20;

/** Max distance of two samples, in units of τ. */
const MAX_INDEPENDENCE = 1e6;

/** @throws TypeError if not a number; RangeError if not in (0, 1e6] */
export function checkIndependence(value: unknown): number {
  if (positive('independence', value) > MAX_INDEPENDENCE) refuse('independence', 'number in (0, 1e6]', value);
  return value as number;
}

/**
 * An interval that is possible as the result of a pilot run.
 * @param step max updates between two of its measurements
 * @param limit as for `pilotRun`
 * @throws TypeError or RangeError for any other, at which sampling would not end
 */
export function checkInterval(
  name: string,
  value: unknown,
  independence: number,
  step: number,
  limit = PILOT_LIMIT,
): number {
  return integer(name, value, 1, Math.max(1, Math.ceil((independence * limit * step) / PILOT_PER_TAU)));
}

/** The measurements of a pilot run. */
export interface Pilot<Calls> {
  /** Measures until there are `wanted` measurements; yields their number, and calls as chains do. */
  measure(wanted: number): Generator<Calls | number, void, readonly number[]>;
  /**
   * τ of the slowest observable in measurements, without the first `skip`.
   * @throws Error if the chain does not move at all
   */
  slowest(skip: number): number;
}

/**
 * The interval between samples: `independence` times the slower τ. Measures every `step` updates until the series is
 * 200 τ long; that also completes the burn-in.
 * @throws Error if τ is more than about 5000 measurements, or no spin was flipped
 */
export function* pilot(chain: SpinChain, step: number, independence: number): ChainWork<Progress, number> {
  const energies: number[] = [];
  const magnetisations: number[] = [];
  let frozen = true;
  const add = (slice: Slice) => {
    for (const sum of slice.bondSums) energies.push(sum);
    for (const sum of slice.spinSums) magnetisations.push(chain.symmetric ? Math.abs(sum) : sum);
    frozen &&= slice.turned === 0;
  };
  const measurements: Pilot<readonly Call[]> = {
    *measure(wanted) {
      const series = chain.series(wanted - energies.length, step, false);
      for (let next = series.next([]); !next.done; ) {
        if (isCalls(next.value)) {
          next = series.next(yield next.value);
        } else {
          add(next.value);
          yield energies.length;
          next = series.next([]);
        }
      }
    },
    slowest(skip) {
      if (frozen) {
        throw new Error(
          `the chain is frozen: no spin was flipped in ${energies.length} measurements, ${step} updates apart`,
        );
      }
      return Math.max(sokalTime(energies.slice(skip)), sokalTime(magnetisations.slice(skip)));
    },
  };
  return yield* pilotRun(measurements, step, independence);
}

/**
 * `pilot` for any measurements.
 * @param limit max number of measurements
 * @throws Error if τ is more than a 200th of them
 */
export function* pilotRun<Calls extends object>(
  { measure, slowest }: Pilot<Calls>,
  step: number,
  independence: number,
  limit = PILOT_LIMIT,
): Generator<Calls | Progress, number, readonly number[]> {
  for (let wanted = PILOT; ; wanted *= 2) {
    const work = measure(wanted);
    for (let next = work.next([]); !next.done; ) {
      const { value } = next;
      next = work.next(
        yield typeof value === 'number' ? { stage: 'pilot', done: value, total: wanted, unit: 'measurements' } : value,
      );
    }
    // the first tenth still depends on the initial state
    const tau = slowest(Math.floor(wanted / 10));
    if (wanted >= PILOT_PER_TAU * tau) return Math.max(1, Math.ceil(independence * tau * step));
    if (wanted >= limit) {
      throw new Error(`the chain is too slow: τ is more than ${Math.round(wanted / PILOT_PER_TAU)} measurements`);
    }
  }
}
