/**
 * Single-histogram reweighting: averages at a coupling K' from configurations sampled at K,
 *   ⟨O⟩_{K'} = Σ O e^{-(K'-K)E} / Σ e^{-(K'-K)E}.
 * Source: Ferrenberg & Swendsen, Phys. Rev. Lett. 61, 2635 (1988).
 *
 * The range is limited by the samples: their effective number (Σw)²/Σw² falls as e^{-((K'-K) σ_E)²}. Below a stated
 * limit an error is thrown, since the error bar would be as wrong as the value.
 */

import { finite, knownOptions, lengthOf, refuse, within } from '../util/check.js';
import { blocksFor } from './blocks.js';
import { type Jackknife, jackknife } from './jackknife.js';
import { finiteSeries, integratedAutocorrelation } from './series.js';

/** The series measured in one run at one coupling, H/kT = K E. */
export interface CanonicalSeries {
  /** K = J/kT. */
  coupling: number;
  /** E of the whole system (not per site) in units of J, in the order of time, burn-in removed. */
  energies: ArrayLike<number>;
  /** Other observables at the same times, by name; the names `energy` and `energyVariance` are reserved. */
  observables?: Readonly<Record<string, ArrayLike<number>>>;
  /** τ_int of the slowest of these series (½ = uncorrelated), ½ or more; measured by default. */
  tau?: number;
}

/**
 * Averages at one coupling, by name: ⟨E⟩ as `energy`, ⟨E²⟩ - ⟨E⟩² as `energyVariance`, both of the whole system, and
 * the observables.
 */
export type Averages = { readonly energy: number; readonly energyVariance: number } & Readonly<Record<string, number>>;

/** A function of averages, such as ({ magnetisation4, magnetisation2 }) => magnetisation4 / magnetisation2 ** 2. */
export type Statistic = (averages: Averages) => number;

/** Options of `reweight`. */
export interface ReweightOptions {
  /** Jackknife blocks. Default: as many blocks of at least 20 τ as fit, at most 100. */
  blocks?: number;
  /** Least number of effective samples at the new coupling, 1 or more. Default 100. */
  fewestEffective?: number;
}

/** A statistic at another coupling. */
export interface Reweighted extends Jackknife {
  /** (Σw)²/Σw² divided by 2τ: the equivalent number of independent samples at the new coupling. */
  effectiveSamples: number;
}

/** Default of the least number of effective samples. */
export const MIN_EFFECTIVE_SAMPLES = 100;

/**
 * A statistic of averages at the coupling `to`, with its jackknife error.
 * @throws TypeError for a wrong kind of argument; RangeError for values out of range, unequal lengths, a series shorter
 *   than 160 τ unless `blocks` is given, fewer effective samples at `to` than `fewestEffective`, or a statistic that is
 *   not finite
 */
export function reweight(
  series: CanonicalSeries,
  to: number,
  statistic: Statistic,
  options: ReweightOptions = {},
): Reweighted {
  knownOptions('reweight', options, ['blocks', 'fewestEffective']);
  const { coupling, energies, names, observables, tau } = checkCanonicalSeries('series', series);
  finite('to', to);
  if (typeof statistic !== 'function') refuse('statistic', 'function', statistic, 'type');
  const fewest = within('fewestEffective', options.fewestEffective ?? MIN_EFFECTIVE_SAMPLES, 1, Infinity);
  const n = energies.length;
  const blocks = options.blocks ?? blocksFor('series', n, tau);

  const weights = boltzmannWeights(energies, coupling - to);
  const effectiveSamples = effectiveNumber(weights) / (2 * tau);
  checkReach('to', to, effectiveSamples, fewest);

  const reference = weightedMean(weights, energies);
  const samples = [
    weights,
    weights.map((w, i) => w * (energies[i] - reference)),
    weights.map((w, i) => w * (energies[i] - reference) ** 2),
    ...observables.map((values) => weights.map((w, i) => w * values[i])),
  ];
  const answer = jackknife(samples, (means) => statistic(averagesOf(means, reference, names)), { blocks });
  return { ...answer, effectiveSamples };
}

/** Averages from sums (or means) of w, wδ, wδ², wO, …, δ = E - reference. */
export function averagesOf(sums: ArrayLike<number>, reference: number, names: readonly string[]): Averages {
  const deviation = sums[1] / sums[0];
  const averages: Record<string, number> = {
    energy: reference + deviation,
    energyVariance: Math.max(0, sums[2] / sums[0] - deviation * deviation),
  };
  names.forEach((name, k) => {
    averages[name] = sums[3 + k] / sums[0];
  });
  return averages as Averages;
}

/** @throws RangeError naming how many effective samples are left */
export function checkReach(name: string, to: number, effectiveSamples: number, fewest: number): void {
  if (!(effectiveSamples >= fewest)) {
    refuse(
      name,
      `coupling within reach of the data (${fewest} effective samples)`,
      `${to} with ${effectiveSamples.toPrecision(3)}`,
    );
  }
}

/** e^{factor·E} up to a common factor, the largest 1. */
function boltzmannWeights(energies: Float64Array, factor: number): Float64Array {
  const largest = energies.reduce((most, energy) => Math.max(most, factor * energy), -Infinity);
  return energies.map((energy) => Math.exp(factor * energy - largest));
}

/** (Σw)²/Σw² (Kish). */
function effectiveNumber(weights: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (const w of weights) {
    sum += w;
    squares += w * w;
  }
  return (sum * sum) / squares;
}

function weightedMean(weights: Float64Array, values: Float64Array): number {
  let sum = 0;
  let total = 0;
  weights.forEach((w, i) => {
    sum += w * values[i];
    total += w;
  });
  return sum / total;
}

/**
 * A canonical series, checked and copied; its τ is measured unless it is given.
 * @throws TypeError or RangeError for a wrong entry, RangeError for a series too short for its τ
 */
export function checkCanonicalSeries(
  name: string,
  series: CanonicalSeries,
): { coupling: number; energies: Float64Array; names: string[]; observables: Float64Array[]; tau: number } {
  if (series === null || typeof series !== 'object') refuse(name, '{ coupling, energies }', series, 'type');
  const coupling = finite(`${name}.coupling`, series.coupling);
  const n = finiteSeries(`${name}.energies`, series.energies, 2);
  const names = Object.keys(series.observables ?? {});
  const observables = names.map((key) => {
    const path = `${name}.observables.${key}`;
    if (key === 'energy' || key === 'energyVariance') refuse(path, 'another name', key);
    const values = (series.observables as Record<string, ArrayLike<number>>)[key];
    finiteSeries(path, values, 0);
    return Float64Array.from(lengthOf(path, values, n));
  });
  const tau =
    series.tau === undefined
      ? Math.max(0.5, ...[series.energies, ...observables].map((values) => integratedAutocorrelation(values).tau))
      : within(`${name}.tau`, series.tau, 0.5, Infinity);
  return { coupling, energies: Float64Array.from(series.energies), names, observables, tau };
}
