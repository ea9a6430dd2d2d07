/** The quantities of a lattice in equilibrium: names, measurement, and exact values. */

import type { Estimate, Mean } from '../../util/estimate.js';
import type { ExactAnswer } from './exactAnswer.js';
import type { Measurements } from './measure.js';

/** A quantity that is measured at every point; null if it is undefined or unknown. */
export interface Quantity {
  title: string;
  symbol: string;
  axis: string;
  of(measured: Measurements): Estimate<number> | null;
  known(exact: ExactAnswer, sites: number): number | null;
  /** The text in a table for a known reason of null. */
  refused?(measured: Measurements): string | null;
}

const ofMean = (mean: Mean | null): Estimate<number> | null => mean && { value: mean.mean, error: mean.error ?? 0 };

const ofJackknife = (jackknife: { corrected: number; error: number } | null): Estimate<number> | null =>
  jackknife && { value: jackknife.corrected, error: jackknife.error };

export const QUANTITIES = {
  energy: {
    title: 'Energy',
    symbol: 'e',
    axis: 'energy per site',
    of: ({ energy }) => ofMean(energy),
    known: ({ energy }) => energy,
  },
  specificHeat: {
    title: 'Specific heat',
    symbol: 'C',
    axis: 'specific heat per site, in units of k',
    of: ({ specificHeat }) => ofJackknife(specificHeat),
    known: ({ specificHeat }) => specificHeat,
  },
  absoluteMagnetisation: {
    title: 'Magnetisation',
    symbol: '⟨|m|⟩',
    axis: '⟨|m|⟩ per site',
    of: ({ absoluteMagnetisation }) => ofMean(absoluteMagnetisation),
    known: ({ absoluteMagnetisation }) => absoluteMagnetisation,
  },
  connectedSusceptibility: {
    title: 'Susceptibility',
    symbol: "χ'",
    axis: "χ' = N(⟨m²⟩ − ⟨|m|⟩²), in units of 1/kT",
    of: ({ connectedSusceptibility }) => ofJackknife(connectedSusceptibility),
    known: ({ magnetisation2: m2, absoluteMagnetisation: m1 }, sites) =>
      m2 === null || m1 === null ? null : sites * (m2 - m1 * m1),
  },
  binderCumulant: {
    title: "Binder's cumulant",
    symbol: 'U4',
    axis: 'U4 = 1 − ⟨m⁴⟩/(3⟨m²⟩²)',
    // for constant m² the jackknife has no error, but the value is known
    of: ({ binderCumulant, magnetisation2: m2, magnetisation4: m4 }) =>
      m2.error === null && m2.mean > 0
        ? { value: 1 - m4.mean / (3 * m2.mean ** 2), error: 0 }
        : ofJackknife(binderCumulant),
    known: ({ magnetisation2: m2, magnetisation4: m4 }) => (m2 === null || m4 === null ? null : 1 - m4 / (3 * m2 * m2)),
  },
  correlationLength: {
    title: 'Correlation length',
    symbol: 'ξ',
    axis: 'second-moment ξ, in lattice spacings',
    of: ({ correlationLength }) => ofJackknife(correlationLength),
    known: () => null,
    refused: ({ ordered }) => (ordered ? 'ordered' : null),
  },
  connectedCorrelationLength: {
    title: 'Correlation length of the ordered phase',
    symbol: "ξ'",
    axis: "second-moment ξ' of connected correlations, in lattice spacings",
    of: ({ connectedCorrelationLength }) => ofJackknife(connectedCorrelationLength),
    known: () => null,
  },
} as const satisfies Record<string, Quantity>;

export type QuantityName = keyof typeof QUANTITIES;

export const NAMES = Object.keys(QUANTITIES) as QuantityName[];

/** Exact values by the names of the quantities, and their source. */
export type Exact = { source: string } & Partial<Record<QuantityName, number>>;

/** The known quantities, by name. */
export function exactOf(answer: ExactAnswer | null, sites: number): Exact | null {
  if (answer === null) return null;
  const known = NAMES.map((name) => [name, QUANTITIES[name].known(answer, sites)] as const);
  const values = known.filter((entry): entry is [QuantityName, number] => entry[1] !== null);
  return Object.assign({ source: answer.source }, Object.fromEntries(values)) as Exact;
}
