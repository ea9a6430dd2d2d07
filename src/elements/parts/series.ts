/** Measurements against time, in bounded memory. */

import { type MeanEstimate, meanEstimate } from '../../stats/index.js';

const MOST = 4096;

/** A mean with its standard error, and the integrated autocorrelation time in sweeps. */
export interface LiveMean {
  value: number;
  error: number | null;
  tau: number | null;
}

/**
 * Measurements of several quantities at equal distances. When there are too many, every second one goes and the distance
 * doubles, so which are kept depends on the number of sweeps alone.
 */
export class Series<N extends string> {
  /** Sweeps between two measurements. */
  every: number;
  readonly sweeps: number[] = [];
  readonly columns: Readonly<Record<N, number[]>>;

  constructor(names: readonly N[], every: number) {
    this.every = every;
    this.columns = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<N, number[]>;
  }

  /** Adds a measurement if its time is a multiple of the distance. */
  add(sweep: number, values: Readonly<Record<N, number>>): void {
    if (sweep % this.every !== 0) return;
    const columns = Object.entries(this.columns) as [N, number[]][];
    this.sweeps.push(sweep);
    for (const [name, list] of columns) list.push(values[name]);
    if (this.sweeps.length < MOST) return;
    this.every *= 2;
    const kept = this.sweeps.flatMap((time, k) => (time % this.every === 0 ? [k] : []));
    for (const list of [this.sweeps, ...columns.map(([, list]) => list)]) {
      const values = kept.map((k) => list[k]);
      list.length = 0;
      list.push(...values);
    }
  }

  /**
   * Mean over the times from `first` on, with an error that knows the autocorrelation; null while the series is too
   * short for its correlation time to be known.
   */
  mean(name: N, first: number, of: (value: number) => number = (value) => value): LiveMean | null {
    const from = this.sweeps.findIndex((time) => time >= first);
    if (from < 0 || this.sweeps.length - from < 50) return null;
    let estimate: MeanEstimate;
    try {
      estimate = meanEstimate(this.columns[name].slice(from).map(of));
    } catch (error) {
      if (error instanceof RangeError) return null; // too short for its τ
      throw error;
    }
    const { mean, error, tau } = estimate;
    return { value: mean, error, tau: tau && tau * this.every };
  }

  /** Mean of all measurements, without an error; NaN before the first. */
  average(name: N): number {
    const values = this.columns[name];
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  }

  /** At most `count` points (sweep, value), evenly chosen. */
  trace(name: N, count: number): [number, number][] {
    const values = this.columns[name];
    const step = Math.max(1, Math.ceil(values.length / count));
    const chosen: [number, number][] = [];
    for (let k = 0; k < values.length; k += step) chosen.push([this.sweeps[k], values[k]]);
    return chosen;
  }
}
