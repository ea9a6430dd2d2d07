/** All states of a few units, and rows with weights. */

import { SpinData } from '../../ising/data/spinData.js';
import { hamiltonianSeries } from '../../ising/measure/series.js';
import type { Hamiltonian } from '../../ising/models/hamiltonian.js';
import { BitRows } from '../../util/bits.js';
import { kernels } from '../../wasm/scalar.js';

/** Max units of a layer that is summed over. */
export const SUMMED = 16;

/** All 2^width states: unit i of state s is bit i of s. */
export function allStates(width: number): BitRows {
  const rows = new BitRows(2 ** width, width);
  for (let s = 0; s < rows.count; s++) {
    for (let byte = 0; byte < rows.stride; byte++) rows.bytes[s * rows.stride + byte] = s >>> (8 * byte);
  }
  return rows;
}

/** All states of a lattice of two dimensions and their energies, in units of kT. */
export function statesOf(hamiltonian: Hamiltonian): { rows: SpinData; energies: Float64Array } {
  const { sites, shape } = hamiltonian;
  const { bytes, count } = allStates(sites);
  const rows = new SpinData(count, [shape[0], shape[1]], bytes, { source: 'all states' });
  return { rows, energies: hamiltonianSeries(rows, hamiltonian).map((energy) => sites * energy) };
}

/** p = e^{-energy}/Z and log p, from energies in units of kT. */
export function boltzmannOf(energies: Float64Array): { p: Float64Array; logs: Float64Array } {
  const { exp, log } = kernels();
  const least = energies.reduce((a, b) => Math.min(a, b), Infinity);
  const total = energies.reduce((sum, energy) => sum + exp(least - energy), 0);
  const logs = energies.map((energy) => least - energy - log(total));
  return { p: logs.map((x) => exp(x)), logs };
}

/** Rows, each with its weight. */
export interface WeightedRows {
  rows: BitRows;
  weights: ArrayLike<number>;
}

/** All states with Boltzmann's P(v). */
export function boltzmannStates(hamiltonian: Hamiltonian): WeightedRows {
  const { rows, energies } = statesOf(hamiltonian);
  return { rows, weights: boltzmannOf(energies).p };
}

/** The distinct rows, in the order in which they come first, and their multiplicities. */
export function distinctRows(data: BitRows): { rows: BitRows; weights: number[] } {
  const places = new Map<string, number>();
  const weights: number[] = [];
  const kept: number[] = [];
  const bytesOf = (r: number) => data.bytes.subarray(r * data.stride, (r + 1) * data.stride);
  for (let r = 0; r < data.count; r++) {
    const key = String.fromCharCode(...bytesOf(r));
    const place = places.get(key);
    if (place === undefined) {
      places.set(key, kept.length);
      kept.push(r);
      weights.push(1);
    } else weights[place]++;
  }
  const rows = new BitRows(kept.length, data.width);
  kept.forEach((r, k) => {
    rows.bytes.set(bytesOf(r), k * data.stride);
  });
  return { rows, weights };
}

/** The first `most` rows. */
export function firstRows(data: BitRows, most: number): BitRows {
  const count = Math.min(most, data.count);
  return new BitRows(count, data.width, data.bytes.slice(0, count * data.stride));
}
