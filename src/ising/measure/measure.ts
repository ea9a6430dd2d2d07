/** The standard measurement of a set of configurations, all values with error bars. */

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

/** Options of `measure`. */
export interface MeasureOptions extends BlockOptions {
  /**
   * K = J/kT of the periodic nearest-neighbour square lattice at which the data were sampled; Infinity for T = 0.
   * Default: that of the data's provenance.
   */
  coupling?: number;
  /**
   * In place of `coupling`, for data of any other model: the Hamiltonian of their distribution. Default: that of the
   * data's provenance.
   */
  hamiltonian?: Hamiltonian;
}

/**
 * Unit of energies per site. J: -(1/N) Σ s s' for one known coupling of either sign; kT: H/N, all couplings and fields
 * included; |J|: H/(N|K|), in the command line and the experiment `thermodynamics` for an antiferromagnet given by its
 * temperature.
 */
export type EnergyUnit = 'J' | '|J|' | 'kT';

/**
 * The result of `measure`. Means carry the error of the Γ-method, null for a constant series; functions of means that
 * of the jackknife, and they are null if the quantity is undefined. m is the magnetisation per site, N the number of
 * sites.
 */
export interface Measurements {
  /** K of the nearest-neighbour square lattice; null for another Hamiltonian. */
  coupling: number | null;
  energyUnit: EnergyUnit;
  /** [rows, columns]. */
  shape: readonly [number, number];
  /** Number of configurations. */
  count: number;
  /** Number of jackknife blocks of consecutive configurations. */
  blocks: number;
  /** ⟨e⟩, per site in units of `energyUnit`. */
  energy: MeanEstimate;
  /** ⟨m⟩ with its sign; null if H is even in the spins, so that ⟨m⟩ = 0. */
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
  /** χ_B = N (⟨m²⟩ - ⟨m⟩²) = ∂⟨m⟩/∂B, in units of 1/kT; null if H is even in the spins: then it equals χ. */
  fieldSusceptibility: Jackknife | null;
  /** U4 = 1 - ⟨m⁴⟩/(3⟨m²⟩²). */
  binderCumulant: Jackknife | null;
  /** ⟨m⁴⟩/⟨m²⟩². */
  binderRatio: Jackknife | null;
  /** ⟨m²⟩²/⟨m⁴⟩. */
  inverseBinderRatio: Jackknife | null;
  /**
   * Whether the lattice is ordered: the second-moment ξ would be longer than its longer side. Null except for the
   * periodic square lattice without a field.
   */
  ordered: boolean | null;
  /** Second-moment ξ in lattice spacings, if the lattice is not ordered. */
  correlationLength: Jackknife | null;
  /** ξ' of the connected correlations, S(0) - N⟨|m|⟩² in place of S(0), if the lattice is ordered. */
  connectedCorrelationLength: Jackknife | null;
}

/**
 * Energy, magnetisation, their fluctuations and the correlation length of Ising configurations in the order in which
 * they were sampled.
 * @param data rows in the order of time, burn-in removed, sides of 2 or longer
 * @throws TypeError for a wrong kind of argument; RangeError for a side of 1, a coupling that is NaN, data of another
 *   lattice, coupling or Hamiltonian according to their provenance, data whose Hamiltonian is neither in the provenance
 *   nor in the options, several chains that are correlated in time, and for data shorter than 160 τ_int (50 τ_int if
 *   `blocks` is given), which give no reliable error bar
 * @example
 * const data = new Ising({ lattice: square(8), coupling: 0.3 }).sample(1000);
 * measure(data).specificHeat; // { value, error, … } per site in units of k
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

/** Energies per site, and the properties of the model that `measure` needs. */
interface Energies {
  energies: Float64Array;
  /** K, if they are in units of J. */
  coupling: number | null;
  even: boolean;
  /** Whether the lattice is the periodic square lattice. */
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
    refuse('options', '{ coupling } or { hamiltonian }, since the provenance of the data names none', '{}');
  }
  return ofHamiltonian(data, known);
}

function ofHamiltonian(data: SpinData, hamiltonian: Hamiltonian): Energies {
  const torus = isSquareTorus(hamiltonian.parameters.lattice);
  return { energies: hamiltonianSeries(data, hamiltonian), coupling: null, even: hamiltonian.even, torus };
}
