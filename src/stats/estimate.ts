/** The mean of a series as a measured quantity. */

import { integratedAutocorrelation, isConstant } from './series.js';

/** A mean with its error by the Γ-method; the error, τ and the effective samples are null for a constant series. */
export interface MeanEstimate {
  mean: number;
  /** Standard error, correlation included. */
  error: number | null;
  /** τ_int, ½ = uncorrelated. */
  tau: number | null;
  /** n/(2τ), n the number of entries. */
  effectiveSamples: number | null;
}

/**
 * Mean, error and τ by `integratedAutocorrelation`; null in place of the error 0 of a constant series.
 * @param series finite numbers in the order of time, burn-in removed; read, not kept
 * @throws TypeError or RangeError as `integratedAutocorrelation`, for example for a series too short for its τ
 */
export function meanEstimate(series: ArrayLike<number>): MeanEstimate {
  const { mean, error, tau, effectiveSamples } = integratedAutocorrelation(series);
  if (isConstant(series)) return { mean, error: null, tau: null, effectiveSamples: null };
  return { mean, error, tau, effectiveSamples };
}
