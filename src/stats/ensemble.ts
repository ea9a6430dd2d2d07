/**
 * The mean over several chains that run side by side: each chain's entries are correlated in time, entries of different
 * chains are not. The Γ-method for replicas (U. Wolff, Comput. Phys. Commun. 156, 143, 2004, section 3.1), with the
 * sums over time differences ended where the chains end.
 */

import { integer } from '../util/check.js';
import { finiteSeries, isConstant, meanOf, windowSuffices } from './series.js';

/** The mean of an ensemble of chains, with its error and autocorrelation time. */
export interface EnsembleMean {
  /** Arithmetic mean of all entries. */
  mean: number;
  /** Its standard error. */
  error: number;
  /** τ_int = ½ + Σρ in steps of one chain, ½ = uncorrelated; null where the chains are too short to determine it. */
  tau: number | null;
  /** The number of independent entries whose mean would have this error, at most all. */
  effectiveSamples: number;
}

/**
 * Mean of `values`: entries c, c + chains, c + 2·chains, … are one chain, stationary, in the order of time. With T
 * entries per chain, Γ(t) averaged over all pairs of all chains, and ρ = Γ(t)/Γ(0):
 *   error² = Γ(0)/n · (1 + 2 Σ_{t=1}^W (1 - t/T) ρ(t)),
 * with W the smaller of Wolff's automatic window and T - 1. The deviations are from the mean of all entries; the
 * resulting bias of Γ, about -error², is corrected to leading order. For T = 1, independent entries, it is the usual
 * standard error.
 * @throws RangeError for fewer than 2 entries, or an entry that is not finite
 */
export function ensembleMean(values: ArrayLike<number>, chains: number, windowFactor = 1.5): EnsembleMean {
  const n = finiteSeries('values', values, 2);
  integer('chains', chains);
  const mean = meanOf(values);
  if (isConstant(values)) {
    return { mean: values[0], error: 0, tau: n > chains ? 0.5 : null, effectiveSamples: n };
  }
  const deviations = Float64Array.from({ length: n }, (_, i) => values[i] - mean);
  const covariance = (t: number): number => {
    const pairs = n - t * chains;
    let sum = 0;
    for (let i = 0; i < pairs; i++) sum += deviations[i] * deviations[i + t * chains];
    return sum / pairs;
  };
  const variance = covariance(0);
  let rawTau = 0.5;
  let absoluteTau = 0.5;
  // Σ_t (pairs at distance t) ρ(t), twice: pairs/n = 1 - t/T also where some chains are one entry shorter
  let inflation = 1;
  let found = false;
  let window = 0;
  while (!found && (window + 1) * chains < n) {
    window++;
    const rho = covariance(window) / variance;
    rawTau += rho;
    absoluteTau += Math.abs(rho);
    const term = 2 * (1 - (window * chains) / n) * rho;
    inflation += term;
    found = windowSuffices(rawTau > 0.5 ? rawTau : absoluteTau, window, n, windowFactor);
    // the last term of an anticorrelated sum counts half, as in integratedAutocorrelation
    if (found && rawTau < 0.5) {
      rawTau -= rho / 2;
      inflation -= term / 2;
    }
  }
  // Γ is too small by the variance of the mean, variance·inflation/n, at every time difference
  const bias = 1 + (2 * window + 1) / n;
  const factor = Math.max(inflation * bias, 1 / n);
  return {
    mean,
    error: Math.sqrt((variance * factor) / n),
    tau: found ? Math.max(rawTau * bias, 0.5 / n) : null,
    effectiveSamples: Math.min(n, n / factor),
  };
}
