/** The standard measurement of a set of configurations: everything with its error bar, every convention by its name. */

import { blocksOf } from '../../stats/blocks.js';
import { type MeanEstimate, meanEstimate } from '../../stats/estimate.js';
import type { Jackknife } from '../../stats/jackknife.js';
import { finite, integer, knownOptions, refuse } from '../../util/check.js';
import { shownEstimate, withShownFields } from '../../util/inspect.js';
import { checkCouplingOfData, hamiltonianOfData, plainCouplingOf } from '../data/provenance.js';
import type { SpinData } from '../data/spinData.js';
import { checkHamiltonian, type Hamiltonian } from '../models/hamiltonian.js';
import { isSquareTorus } from '../models/lattice.js';
import { connectedCorrelationLength, correlationLength, isOrdered } from './correlations.js';
import { checkSpinData, energySeries, hamiltonianSeries, magnetisationSeries } from './series.js';
import {
  type BlockOptions,
  binderCumulant,
  binderRatio,
  connectedSusceptibility,
  disorderedSusceptibility,
  fieldSusceptibility,
  inverseBinderRatio,
  specificHeat,
} from './thermodynamics.js';

export interface MeasureOptions extends BlockOptions {
  /** K = J/kT of the periodic nearest-neighbour square lattice at which the data were sampled; Infinity for T = 0. Default: what the data's provenance tells. */
  coupling?: number;
  /** In place of it, for data of any other model: the energy that they were sampled from. Default: what the data's provenance tells. */
  hamiltonian?: Hamiltonian;
}

/**
 * Of energies per site. J: -(1/N) Σ s s', where one coupling is known, of either sign; kT: H/N, all couplings and fields included; |J|: what the command line
 * and the experiment `thermodynamics` make of it for an antiferromagnet asked for by its temperature, H/(N|K|).
 */
export type EnergyUnit = 'J' | '|J|' | 'kT';

/**
 * What `measure` finds. Means carry the error of the Γ-method, null for a constant series; functions of means that of the jackknife, and they are null where
 * the quantity cannot be told. m is the magnetisation per site, N the number of sites.
 */
export interface Measurements {
  /** K of the nearest-neighbour square lattice; null for another Hamiltonian. */
  coupling: number | null;
  energyUnit: EnergyUnit;
  /** [rows, columns]. */
  shape: readonly [number, number];
  /** Configurations, and jackknife blocks of consecutive ones. */
  count: number;
  blocks: number;
  /** ⟨e⟩, per site in the unit above. */
  energy: MeanEstimate;
  /** ⟨m⟩ with its sign; null where H is even in the spins and ⟨m⟩ = 0. */
  magnetisation: MeanEstimate | null;
  /** ⟨|m|⟩. */
  absoluteMagnetisation: MeanEstimate;
  /** ⟨m²⟩. */
  magnetisation2: MeanEstimate;
  /** ⟨m⁴⟩. */
  magnetisation4: MeanEstimate;
  /** C = N (⟨e²⟩ - ⟨e⟩²), e in units of kT, per site in units of k; couplings and fields all scale as 1/T. */
  specificHeat: Jackknife | null;
  /** χ' = N (⟨m²⟩ - ⟨|m|⟩²), in units of 1/kT. */
  connectedSusceptibility: Jackknife | null;
  /** χ = N⟨m²⟩, in units of 1/kT. */
  disorderedSusceptibility: Jackknife | null;
  /** χ_B = N (⟨m²⟩ - ⟨m⟩²) = ∂⟨m⟩/∂B, in units of 1/kT; null where H is even in the spins: χ is the same then. */
  fieldSusceptibility: Jackknife | null;
  /** U4 = 1 - ⟨m⁴⟩/(3⟨m²⟩²). */
  binderCumulant: Jackknife | null;
  /** ⟨m⁴⟩/⟨m²⟩². */
  binderRatio: Jackknife | null;
  /** ⟨m²⟩²/⟨m⁴⟩. */
  inverseBinderRatio: Jackknife | null;
  /** Whether the lattice is ordered: the second-moment ξ would be longer than its longer side. Null but for the periodic square lattice without a field. */
  ordered: boolean | null;
  /** Second-moment ξ in lattice spacings, of a lattice that is not ordered. */
  correlationLength: Jackknife | null;
  /** ξ' of the connected correlations, N⟨|m|⟩² taken from S(0), of an ordered lattice. */
  connectedCorrelationLength: Jackknife | null;
}

/**
 * Energy, magnetisation, their fluctuations and the correlation length of Ising configurations in the order in which they were sampled.
 * @param data rows in the order of time, burn-in removed, sides of 2 or longer
 * @throws TypeError for a wrong kind of argument; RangeError for a side of 1, a coupling that is NaN, data of another lattice, coupling or Hamiltonian (as far as
 *   their provenance tells) or of one that neither it nor the options tell, several chains that are correlated in time, and for data shorter than 160 τ_int
 *   (50 τ_int where `blocks` is given), from which no error bar could be trusted
 */
export function measure(data: SpinData, options: MeasureOptions = {}): Measurements {
  knownOptions('measure', options, ['coupling', 'hamiltonian', 'blocks']);
  checkSpinData('data', data);
  const { shape, count, width: sites } = data;
  if (options.blocks !== undefined) integer('blocks', options.blocks, 2, count);
  const { energies, coupling, even, torus } = energiesOf(data, options);

  const magnetisations = magnetisationSeries(data);
  const absolute = magnetisations.map(Math.abs);
  const second = magnetisations.map((m) => m ** 2);
  const fourth = magnetisations.map((m) => m ** 4);
  const blocks = options.blocks ?? blocksOf('data', [energies, absolute, second]);
  const ordered = torus && even ? isOrdered(data) : null;
  const measured: Measurements = {
    coupling,
    energyUnit: coupling === null ? 'kT' : 'J',
    shape,
    count,
    blocks,
    energy: meanEstimate(energies),
    magnetisation: even ? null : meanEstimate(magnetisations),
    absoluteMagnetisation: meanEstimate(absolute),
    magnetisation2: meanEstimate(second),
    magnetisation4: meanEstimate(fourth),
    specificHeat: specificHeat(energies, sites, coupling ?? 1, { blocks }),
    connectedSusceptibility: connectedSusceptibility(magnetisations, sites, { blocks }),
    disorderedSusceptibility: disorderedSusceptibility(magnetisations, sites, { blocks }),
    fieldSusceptibility: even ? null : fieldSusceptibility(magnetisations, sites, { blocks }),
    binderCumulant: binderCumulant(magnetisations, { blocks }),
    binderRatio: binderRatio(magnetisations, { blocks }),
    inverseBinderRatio: inverseBinderRatio(magnetisations, { blocks }),
    ordered,
    correlationLength: ordered === false ? correlationLength(data, { blocks }) : null,
    connectedCorrelationLength: ordered ? connectedCorrelationLength(data, { blocks }) : null,
  };
  return withShownFields(measured, (found) =>
    Object.fromEntries(
      Object.entries(found).map(([name, value]) => [name, value?.error === undefined ? value : shownEstimate(value)]),
    ),
  );
}

/** Energies per site, and what must be known of the model beside them. */
interface Energies {
  energies: Float64Array;
  /** K, if they are in units of J. */
  coupling: number | null;
  even: boolean;
  /** Whether distances are those of the periodic square lattice. */
  torus: boolean;
}

function energiesOf(data: SpinData, { coupling, hamiltonian }: MeasureOptions): Energies {
  if (coupling !== undefined && hamiltonian !== undefined) {
    refuse('options', 'either "coupling" or "hamiltonian"', 'both');
  }
  if (coupling !== undefined) {
    if (coupling !== Number.POSITIVE_INFINITY) finite('coupling', coupling);
    checkCouplingOfData(data, coupling);
    return { energies: energySeries(data), coupling, even: true, torus: true };
  }
  if (hamiltonian !== undefined) return ofHamiltonian(data, checkHamiltonian(hamiltonian));
  const told = plainCouplingOf(data);
  if (told !== null) return { energies: energySeries(data), coupling: told, even: true, torus: true };
  const known = hamiltonianOfData(data);
  if (known === null) {
    refuse('options', '{ coupling } or { hamiltonian }, since the provenance of the data does not tell', '{}');
  }
  return ofHamiltonian(data, known);
}

function ofHamiltonian(data: SpinData, hamiltonian: Hamiltonian): Energies {
  const torus = isSquareTorus(hamiltonian.parameters.lattice);
  return { energies: hamiltonianSeries(data, hamiltonian), coupling: null, even: hamiltonian.even, torus };
}
