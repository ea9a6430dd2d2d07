/** One set of configurations, measured, with the exact values of its model: a point of a study, or a file. */

import type { SpinData } from '../data/spinData.js';
import type { Hamiltonian } from '../models/hamiltonian.js';
import { hamiltonianOfModel, type UniformModel, uniformModelOf } from '../models/uniform.js';
import { exactAnswer } from './exactAnswer.js';
import { type Measurements, measure } from './measure.js';
import { type Exact, exactOf } from './quantities.js';
import { magnetisationSeries } from './series.js';

/** The measurements of one set. All but the series can be stored as JSON. */
export interface PointResult {
  /** The lattice's size, such as 16 or 16×24. */
  size: string;
  /** Number of spins, and of configurations. */
  sites: number;
  count: number;
  /** The model, if it is uniform; null for another Hamiltonian. */
  model: UniformModel | null;
  /** The sampling method; null for data from elsewhere. */
  method: string | null;
  measured: Measurements;
  /** Exact values, in the same unit of energy as `measured`. */
  exact: Exact | null;
  /** The input of reweighting for uniform models without a field; null for all others. */
  series: PointSeries | null;
}

/** One entry per configuration, in the order of time. */
export interface PointSeries {
  /** -Σ s s' over all bonds: the energy of the whole lattice in units of J. */
  energies: Int32Array;
  /** Σ s. */
  spinSums: Int32Array;
}

/**
 * Measures a set that was sampled from a Hamiltonian.
 * @param units kT, or J of a uniform model that is given by its temperature (|J| of an antiferromagnet)
 * @throws as `measure`
 */
export function measurePoint(data: SpinData, hamiltonian: Hamiltonian, units: 'kT' | 'J' = 'kT'): PointResult {
  const { shape, sites } = hamiltonian;
  const model = uniformModelOf(hamiltonian);
  const measured = measure(data, { hamiltonian });
  const exact = exactOf(exactAnswer(hamiltonian), sites);
  const scale = units === 'J' && model !== null && model.coupling !== 0 ? Math.abs(model.coupling) : null;
  return {
    size: shape.every((side) => side === shape[0]) ? String(shape[0]) : shape.join('×'),
    sites,
    count: data.count,
    model,
    method: data.provenance.sampling?.method ?? null,
    measured: scale === null || model === null ? measured : inUnitsOfJ(measured, model.coupling),
    exact: scale === null || exact?.energy === undefined ? exact : { ...exact, energy: exact.energy / scale },
    series: model?.field === 0 ? seriesOf(data, model) : null,
  };
}

/** Energies in units of kT over |K|. */
function inUnitsOfJ(measured: Measurements, coupling: number): Measurements {
  const { mean, error, ...rest } = measured.energy;
  const scale = Math.abs(coupling);
  const energy = { mean: mean / scale, error: error === null ? null : error / scale, ...rest };
  return { ...measured, energy, energyUnit: coupling < 0 ? '|J|' : 'J' };
}

function seriesOf(data: SpinData, model: UniformModel): PointSeries {
  const bonds = hamiltonianOfModel({ ...model, coupling: 1 });
  return {
    energies: Int32Array.from(bonds.energy(data)),
    spinSums: Int32Array.from(magnetisationSeries(data), (m) => Math.round(m * data.width)),
  };
}

/** The unit of the energies of all points. */
export function unitsOf(results: readonly PointResult[]): string {
  const units = new Set(results.map(({ measured }) => measured.energyUnit));
  return (['kT', '|J|'] as const).find((unit) => units.has(unit)) ?? 'J';
}
