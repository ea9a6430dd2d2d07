/**
 * A quick autocorrelation time whose bits are the same on every engine: additions, multiplications and divisions only. For decisions inside a simulation;
 * for error bars use `integratedAutocorrelation`, which needs exp and log.
 */

import { finiteSeries, meanOf } from './series.js';

/**
 * τ_int = ½ + Σ_{t=1}^W ρ(t) with the smallest W >= factor·τ_int(W) (Sokal 1989); ½ = uncorrelated, also for a constant series. Biased low by about
 * e^-factor and by the window's end at n/2.
 */
export function sokalTime(series: ArrayLike<number>, factor = 5): number {
  const n = finiteSeries('series', series, 2);
  const mean = meanOf(series);
  const centred = Float64Array.from(series, (value) => value - mean);
  const covariance = (lag: number) => {
    let sum = 0;
    for (let t = 0; t + lag < n; t++) sum += centred[t] * centred[t + lag];
    return sum / (n - lag);
  };
  const variance = covariance(0);
  if (variance === 0) return 0.5;
  let tau = 0.5;
  for (let lag = 1; lag < n / 2; lag++) {
    tau += covariance(lag) / variance;
    if (lag >= factor * tau) break;
  }
  return Math.max(0.5, tau);
}
