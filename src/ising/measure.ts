/** The standard measurement of a set of configurations: everything with its error bar, every convention by its name. */

import { blocksOf } from '../stats/blocks.js';
import { type MeanEstimate, meanEstimate } from '../stats/estimate.js';
import type { Jackknife } from '../stats/jackknife.js';
import { finite, integer } from '../util/check.js';
import { correlationLength } from './correlations.js';
import { checkSquareData, energySeries, magnetisationSeries } from './series.js';
import type { SpinData } from './spinData.js';
import {
  type BlockOptions,
  binderCumulant,
  binderRatio,
  connectedSusceptibility,
  disorderedSusceptibility,
  inverseBinderRatio,
  specificHeat,
} from './thermodynamics.js';

export interface MeasureOptions extends BlockOptions {
  /** K = J/kT at which the data were sampled; Infinity for T = 0. */
  coupling: number;
}

/**
 * What `measure` finds. Means carry the error of the Γ-method, null for a constant series; functions of means that of the jackknife, and they are null where
 * the quantity cannot be told. m is the magnetisation per site, N the number of sites.
 */
export interface Measurements {
  coupling: number;
  /** [rows, columns]. */
  shape: readonly [number, number];
  /** Configurations, and jackknife blocks of consecutive ones. */
  count: number;
  blocks: number;
  /** ⟨e⟩, per site in units of J. */
  energy: MeanEstimate;
  /** ⟨|m|⟩. */
  absoluteMagnetisation: MeanEstimate;
  /** ⟨m²⟩. */
  magnetisation2: MeanEstimate;
  /** ⟨m⁴⟩. */
  magnetisation4: MeanEstimate;
  /** C = K² N (⟨e²⟩ - ⟨e⟩²), per site in units of k. */
  specificHeat: Jackknife | null;
  /** χ' = N (⟨m²⟩ - ⟨|m|⟩²), in units of 1/kT. */
  connectedSusceptibility: Jackknife | null;
  /** χ = N⟨m²⟩, in units of 1/kT. */
  disorderedSusceptibility: Jackknife | null;
  /** U4 = 1 - ⟨m⁴⟩/(3⟨m²⟩²). */
  binderCumulant: Jackknife | null;
  /** ⟨m⁴⟩/⟨m²⟩². */
  binderRatio: Jackknife | null;
  /** ⟨m²⟩²/⟨m⁴⟩. */
  inverseBinderRatio: Jackknife | null;
  /** Second-moment ξ in lattice spacings. */
  correlationLength: Jackknife | null;
}

/**
 * Energy, magnetisation, their fluctuations and the correlation length of Ising configurations in the order in which they were sampled.
 * @param data rows in the order of time, burn-in removed, sides of 2 or longer
 * @throws TypeError for a wrong kind of argument; RangeError for a side of 1, a coupling that is NaN, data of another lattice or Hamiltonian (as far as their
 *   provenance tells), several chains that are correlated in time, and for data shorter than 160 τ_int (50 τ_int where
 *   `blocks` is given), from which no error bar could be trusted
 */
export function measure(data: SpinData, options: MeasureOptions): Measurements {
  const { shape, count, width: sites } = checkSquareData('data', data);
  const { coupling } = options;
  if (coupling !== Number.POSITIVE_INFINITY) finite('coupling', coupling);
  if (options.blocks !== undefined) integer('blocks', options.blocks, 2, count);

  const energies = energySeries(data);
  const magnetisations = magnetisationSeries(data);
  const absolute = magnetisations.map(Math.abs);
  const second = magnetisations.map((m) => m ** 2);
  const fourth = magnetisations.map((m) => m ** 4);
  const blocks = options.blocks ?? blocksOf('data', [energies, absolute, second]);
  return {
    coupling,
    shape,
    count,
    blocks,
    energy: meanEstimate(energies),
    absoluteMagnetisation: meanEstimate(absolute),
    magnetisation2: meanEstimate(second),
    magnetisation4: meanEstimate(fourth),
    specificHeat: specificHeat(energies, sites, coupling, { blocks }),
    connectedSusceptibility: connectedSusceptibility(magnetisations, sites, { blocks }),
    disorderedSusceptibility: disorderedSusceptibility(magnetisations, sites, { blocks }),
    binderCumulant: binderCumulant(magnetisations, { blocks }),
    binderRatio: binderRatio(magnetisations, { blocks }),
    inverseBinderRatio: inverseBinderRatio(magnetisations, { blocks }),
    correlationLength: correlationLength(data, { blocks }),
  };
}
