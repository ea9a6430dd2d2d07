/** The mean of a series as a measured quantity. */

import { integratedAutocorrelation, isConstant } from './series.js';

/**
 * A mean with its error by the Γ-method; the error and all that follows from fluctuations are null for a constant
 * series.
 */
export interface MeanEstimate {
  mean: number;
  /** Standard error, correlation counted. */
  error: number | null;
  /** τ_int, ½ = uncorrelated. */
  tau: number | null;
  /** n/(2τ). */
  effectiveSamples: number | null;
}

/**
 * `integratedAutocorrelation` in short, and without the error 0 that a constant series seems to have.
 * @throws as `integratedAutocorrelation` for a series too short for its τ
 */
export function meanEstimate(series: ArrayLike<number>): MeanEstimate {
  const { mean, error, tau, effectiveSamples } = integratedAutocorrelation(series);
  if (isConstant(series)) return { mean, error: null, tau: null, effectiveSamples: null };
  return { mean, error, tau, effectiveSamples };
}
