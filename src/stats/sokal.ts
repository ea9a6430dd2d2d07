/**
 * A quick autocorrelation time whose bits are the same on every engine: additions, multiplications and divisions only.
 * For decisions inside a simulation; for error bars use `integratedAutocorrelation`, which needs exp and log.
 */

import { integer } from '../util/check.js';
import { finiteSeries, meanOf } from './series.js';

/**
 * τ_int = ½ + Σ_{t=1}^W ρ(t) with the smallest W >= factor·τ_int(W) (Sokal 1989); ½ = uncorrelated, also for a constant
 * series. Biased low by about e^-factor and by the window's end at n/2.
 *
 * With `chains` > 1, entries c, c + chains, c + 2·chains, … are one of so many chains of the same kind, and ρ is the
 * average of their autocovariances about the common mean; W then ends at half a chain.
 */
export function sokalTime(series: ArrayLike<number>, factor = 5, chains = 1): number {
  const n = finiteSeries('series', series, 2);
  integer('chains', chains);
  const mean = meanOf(series);
  const centred = Float64Array.from(series, (value) => value - mean);
  const covariance = (lag: number) => {
    let sum = 0;
    for (let t = 0; t + lag * chains < n; t++) sum += centred[t] * centred[t + lag * chains];
    return sum / (n - lag * chains);
  };
  const variance = covariance(0);
  if (variance === 0) return 0.5;
  let tau = 0.5;
  for (let lag = 1; lag * chains < n / 2; lag++) {
    tau += covariance(lag) / variance;
    if (lag >= factor * tau) break;
  }
  return Math.max(0.5, tau);
}

/**
 * How long marks stay: ½ + Σ_{t=1}^W P(mark(i + t) = mark(i)), the window as for `sokalTime`; ½ if no mark is met
 * twice. It is τ_int of any quantity that is the same wherever the mark is, independent of it elsewhere, and 0 on
 * average.
 */
export function memoryTime(marks: ArrayLike<number>, factor = 5): number {
  const n = finiteSeries('marks', marks, 2);
  let tau = 0.5;
  for (let lag = 1; lag < n / 2; lag++) {
    let same = 0;
    for (let t = 0; t + lag < n; t++) if (marks[t] === marks[t + lag]) same++;
    tau += same / (n - lag);
    if (lag >= factor * tau) break;
  }
  return tau;
}
