/** All states of a few units, for sums in the experiment `rbm-thermodynamics`. */

import { SpinData } from '../../ising/data/spinData.js';
import { hamiltonianSeries } from '../../ising/measure/series.js';
import type { Hamiltonian } from '../../ising/models/hamiltonian.js';
import { BitRows } from '../../util/bits.js';
import { kernels } from '../../wasm/scalar.js';

/** Max spins for averages of the RBM as sums over all states. */
export const SUMMED = 16;
/** Max units of a layer that is summed, for training and sampling. */
export const SUMMED_LAYER = 16;
/** All 2^width states: unit i of state s is bit i of s. */
export function allStates(width: number): BitRows {
  const rows = new BitRows(2 ** width, width);
  for (let s = 0; s < rows.count; s++) {
    for (let byte = 0; byte < rows.stride; byte++) rows.bytes[s * rows.stride + byte] = s >>> (8 * byte);
  }
  return rows;
}

/** All states and their energies, in units of kT. */
export function statesOf(hamiltonian: Hamiltonian): { rows: SpinData; energies: Float64Array } {
  const { sites, shape } = hamiltonian;
  const { bytes, count } = allStates(sites);
  const rows = new SpinData(count, [shape[0], shape[1]], bytes, { source: 'all states' });
  return { rows, energies: hamiltonianSeries(rows, hamiltonian).map((energy) => sites * energy) };
}

/** p and log p from energies in units of kT. */
export function normalised(energies: Float64Array): { p: Float64Array; logs: Float64Array } {
  const { exp, log } = kernels();
  const least = energies.reduce((a, b) => Math.min(a, b), Infinity);
  const total = energies.reduce((sum, energy) => sum + exp(least - energy), 0);
  const logs = energies.map((energy) => least - energy - log(total));
  return { p: logs.map((x) => exp(x)), logs };
}

/** The first `most` rows. */
export function rowsOf(data: BitRows, most: number): BitRows {
  const count = Math.min(most, data.count);
  return new BitRows(count, data.width, data.bytes.slice(0, count * data.stride));
}
