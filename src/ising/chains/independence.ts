/** The remaining correlation among the samples of a set, by the Γ-method. */

import { ensembleMean } from '../../stats/ensemble.js';
import { integratedAutocorrelation } from '../../stats/series.js';
import type { SamplingReport } from '../data/samplingReport.js';

/** The statistics of a sampling report. */
export type Independence = Omit<
  SamplingReport,
  | 'method'
  | 'energyUnit'
  | 'updates'
  | 'order'
  | 'interval'
  | 'independence'
  | 'exchanges'
  | 'past'
  | 'pilotClusterSize'
  | 'seeds'
>;

/**
 * The statistics of a set whose rows come from `chains` chains in turn.
 * @param symmetric whether |m| is correlated in time and m is not
 */
export function independenceOf(
  energies: Float64Array,
  magnetisations: Float64Array,
  { chains, symmetric }: { chains: number; symmetric: boolean },
): Independence {
  const energy = meanOfChains(energies, chains);
  const size = meanOfChains(magnetisations.map(Math.abs), chains);
  const magnetisation = symmetric ? size : meanOfChains(magnetisations, chains);
  return {
    chains,
    tauEnergy: energy?.tau ?? null,
    tauMagnetisation: magnetisation?.tau ?? null,
    effectiveSamples:
      energy && magnetisation && Math.min(energies.length, energy.effectiveSamples, magnetisation.effectiveSamples),
    energy: energy && { mean: energy.mean, error: energy.error },
    absoluteMagnetisation: size && { mean: size.mean, error: size.error },
  };
}

/** Mean, error and τ of a set; null for fewer than 100 values. */
function meanOfChains(values: Float64Array, chains: number) {
  if (values.length < 100) return null;
  return chains === 1 ? integratedAutocorrelation(values, { allowShort: true }) : ensembleMean(values, chains);
}
