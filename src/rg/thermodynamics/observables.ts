/**
 * The thermodynamics of configurations of the Ising model, whoever has made them: e in units of J and C in units of k,
 * per site; ⟨|m|⟩; χ' = N(⟨m²⟩ - ⟨|m|⟩²) in units of 1/kT.
 */

import type { SpinData } from '../../ising/data/spinData.js';
import { exactAnswer } from '../../ising/measure/exactAnswer.js';
import { energySeries, magnetisationSeries } from '../../ising/measure/series.js';
import { connectedSusceptibility, specificHeat } from '../../ising/measure/thermodynamics.js';
import type { Hamiltonian } from '../../ising/models/hamiltonian.js';
import { meanEstimate } from '../../stats/estimate.js';
import type { Estimate } from '../../util/estimate.js';

export const OBSERVABLES = ['energy', 'specificHeat', 'absoluteMagnetisation', 'connectedSusceptibility'] as const;
export type Observable = (typeof OBSERVABLES)[number];

/** Averages with standard errors; 0 for sums over all states. */
export type Observed = Record<Observable, Estimate<number>>;

/** Averages over configurations of the square lattice in the order of time. */
export function observablesOf(data: SpinData, coupling: number): Observed {
  const energies = energySeries(data);
  const magnetisations = magnetisationSeries(data);
  const mean = (series: Float64Array) => {
    const { mean: value, error } = meanEstimate(series);
    return { value, error: error ?? 0 };
  };
  const fluctuation = (found: { corrected: number; error: number } | null) => ({
    value: found?.corrected ?? 0,
    error: found?.error ?? 0,
  });
  return {
    energy: mean(energies),
    specificHeat: fluctuation(specificHeat(energies, data.width, coupling)),
    absoluteMagnetisation: mean(magnetisations.map(Math.abs)),
    connectedSusceptibility: fluctuation(connectedSusceptibility(magnetisations, data.width)),
  };
}

/** The exact values; null for one that is not known. @param temperature kT/J, for the energy in units of J */
export function exactObservables(hamiltonian: Hamiltonian, temperature: number): Record<Observable, number | null> {
  const answer = exactAnswer(hamiltonian);
  const { energy = null, specificHeat: heat = null, absoluteMagnetisation: m1 = null } = answer ?? {};
  const m2 = answer?.magnetisation2 ?? null;
  return {
    energy: energy === null ? null : energy * temperature,
    specificHeat: heat,
    absoluteMagnetisation: m1,
    connectedSusceptibility: m1 === null || m2 === null ? null : hamiltonian.sites * (m2 - m1 * m1),
  };
}
