/**
 * A simple autocorrelation time with the same bits on every engine: additions, multiplications and divisions only. It
 * is for decisions inside a simulation; for error bars use `integratedAutocorrelation`, which needs exp and log.
 */

import { integer } from '../util/check.js';
import { finiteSeries, meanOf } from './series.js';

/**
 * τ_int = ½ + Σ_{t=1}^W ρ(t) with the smallest W >= factor·τ_int(W) (Sokal 1989); ½ = uncorrelated, also for a constant
 * series. Biased low by about e^-factor and by the limit n/2 of the window.
 *
 * With `chains` > 1, entries c, c + chains, c + 2·chains, … are chain c of equivalent chains, and ρ is the average of
 * their autocovariances about the common mean; W is then at most half the length of a chain.
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
 * Persistence of marks: ½ + Σ_{t=1}^W P(mark(i + t) = mark(i)), the window as for `sokalTime`; ½ if no mark occurs
 * twice. It is τ_int of any quantity that is a function of the mark, with independent values of mean 0 for different
 * marks.
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
