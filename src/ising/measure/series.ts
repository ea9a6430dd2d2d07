/** Configurations as time series: one number per row of the data, in its order. */

import type { CanonicalSeries } from '../../stats/reweight.js';
import { finite, integer, knownOptions, refuse } from '../../util/check.js';
import { checkCouplingOfData, hamiltonianOfData, plainCouplingOf, sameButRounding } from '../data/provenance.js';
import { SpinData } from '../data/spinData.js';
import { checkHamiltonian, Hamiltonian } from '../models/hamiltonian.js';
import { describeTold, isSquareTorus, square } from '../models/lattice.js';

/**
 * Min distance of samples of a chain, in units of τ, for which rows of several chains count as independent: ρ is below
 * e^-3.
 */
const INDEPENDENT = 3;

/**
 * Data whose rows form one time series.
 * @throws TypeError if not SpinData; RangeError if the rows are of several chains in turn with samples less than 3 τ
 *   apart, a correlation that error bars of a series would not include
 */
export function checkSpinData(name: string, data: unknown): SpinData {
  if (!(data instanceof SpinData)) refuse(name, 'SpinData', data, 'type');
  const { chains = 1, independence = INDEPENDENT } = data.provenance.sampling ?? {};
  if (chains > 1 && independence < INDEPENDENT) {
    refuse(
      name,
      "samples of one chain, or independent ones (Ising: method 'wolff', or independence >= 3)",
      `${chains} chains, samples ${independence} τ apart`,
    );
  }
  return data;
}

/**
 * Data of the periodic square lattice whose rows form one time series.
 * @throws TypeError or RangeError as `checkSpinData`; RangeError if the provenance names another lattice
 */
export function checkSquareData(name: string, data: unknown): SpinData {
  const checked = checkSpinData(name, data);
  const lattice = checked.provenance.parameters?.lattice;
  if (lattice !== undefined && !isSquareTorus(lattice)) {
    refuse(name, 'data of the lattice "square, periodic"', describeTold(lattice));
  }
  return checked;
}

/**
 * Data of the periodic square lattice with one nearest-neighbour coupling.
 * @throws TypeError or RangeError as `checkSquareData`; RangeError if the provenance names other couplings
 */
function checkNearestNeighbour(name: string, data: unknown): SpinData {
  const checked = checkSquareData(name, data);
  const { coupling, field = 0, ...others } = checked.provenance.parameters ?? {};
  const more = ['nextNearest', 'plaquette', 'model', 'terms'].find((parameter) => parameter in others);
  const found = Array.isArray(coupling) ? 'one coupling per bond' : field !== 0 ? 'a field' : more;
  if (found) refuse(name, 'data of one nearest-neighbour coupling', found);
  return checked;
}

/** Calls `visit` with each configuration as ±1 in turn; the array is reused for the next one. */
export function eachConfiguration(data: SpinData, visit: (spins: Int8Array, row: number) => void): void {
  const { count, width, stride, bytes } = data;
  const spins = new Int8Array(width);
  for (let row = 0; row < count; row++) {
    const start = row * stride;
    for (let i = 0; i < width; i++) spins[i] = 2 * ((bytes[start + (i >> 3)] >> (i & 7)) & 1) - 1;
    visit(spins, row);
  }
}

/**
 * Energy per site of each configuration in units of J, e = -(1/N) Σ_⟨ij⟩ s_i s_j on the periodic square lattice. A side
 * of 2 has double bonds, so that there are 2N bonds at every size.
 * @throws TypeError if not SpinData; RangeError if a side is 1, the data's provenance names another Hamiltonian, or
 *   several chains are correlated in time
 */
export function energySeries(data: SpinData): Float64Array {
  const [rows, columns] = square(...checkNearestNeighbour('data', data).shape).shape;
  const sites = rows * columns;
  const energies = new Float64Array(data.count);
  eachConfiguration(data, (spins, row) => {
    let bonds = 0;
    for (let y = 0; y < rows; y++) {
      const line = y * columns;
      const below = ((y + 1) % rows) * columns;
      let left = spins[line + columns - 1];
      for (let x = 0; x < columns; x++) {
        const spin = spins[line + x];
        bonds += spin * (left + spins[below + x]);
        left = spin;
      }
    }
    energies[row] = -bonds / sites;
  });
  return energies;
}

/**
 * Energy per site of each configuration in units of kT, H/N, of any Hamiltonian.
 * @throws TypeError for a wrong kind; RangeError for another number of sites, if the data's provenance names another
 *   Hamiltonian, or several chains are correlated in time
 */
export function hamiltonianSeries(data: SpinData, hamiltonian: Hamiltonian): Float64Array {
  checkSpinData('data', data);
  const { sites } = checkHamiltonian(hamiltonian);
  if (data.width !== sites) refuse('data', `configurations of ${sites} spins`, `${data.width}`);
  const known = hamiltonianOfData(data);
  if (known !== null && !sameButRounding(known, hamiltonian)) {
    refuse('hamiltonian', 'the one that the data were sampled from', 'another');
  }
  return hamiltonian.energy(data).map((energy) => energy / sites);
}

/**
 * Magnetisation per site of each configuration with its sign, m = (1/N) Σ s, in [-1, 1].
 * @throws TypeError if not SpinData; RangeError for several chains that are correlated in time
 */
export function magnetisationSeries(data: SpinData): Float64Array {
  const { width } = checkSpinData('data', data);
  const magnetisations = new Float64Array(data.count);
  eachConfiguration(data, (spins, row) => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += spins[i];
    magnetisations[row] = sum / width;
  });
  return magnetisations;
}

/** The coupling and the energy at which data were sampled. */
export interface CanonicalSeriesOptions {
  /**
   * K of the distribution e^{-KE}/Z of the rows. Default with `hamiltonian` 1; without it K = J/kT that the data's provenance
   * names, and required where it names none.
   */
  coupling?: number;
  /** E. Default: that of the periodic nearest-neighbour square lattice in units of J, -Σ s s'. */
  hamiltonian?: Hamiltonian;
}

/**
 * The input of `reweight` and `MultiHistogram`: the energy E of the whole lattice, not per site, with |m|, m² and m⁴
 * under the names `absoluteMagnetisation`, `magnetisation2` and `magnetisation4`, and m itself as `magnetisation` if
 * the Hamiltonian is not even in the spins.
 *
 * With a Hamiltonian all of its couplings and fields change together, as with temperature: data sampled from e^{-H}/Z
 * are those of { hamiltonian: H } at K = 1, rows of `Tempering` at scale s those of { hamiltonian: H, coupling: s },
 * and reweighting to K gives averages over e^{-KH}/Z.
 * @throws TypeError for a wrong kind of argument, or no coupling where the provenance names none; RangeError for a coupling that
 *   is not finite, and if the data's provenance names another coupling, lattice or Hamiltonian
 */
export function canonicalSeries(data: SpinData, options: CanonicalSeriesOptions = {}): CanonicalSeries {
  knownOptions('canonicalSeries', options, ['coupling', 'hamiltonian']);
  const { hamiltonian } = options;
  checkSpinData('data', data);
  const told = options.coupling ?? (hamiltonian ? 1 : plainCouplingOf(data));
  if (told === null) refuse('coupling', 'K of the rows, which their provenance does not name', undefined, 'type');
  const coupling = finite('coupling', told);
  const magnetisations = magnetisationSeries(data);
  return {
    coupling,
    energies: hamiltonian ? energiesOf(data, hamiltonian, coupling) : bondEnergies(data, coupling),
    observables: {
      ...(hamiltonian && !hamiltonian.even && { magnetisation: magnetisations }),
      absoluteMagnetisation: magnetisations.map(Math.abs),
      magnetisation2: magnetisations.map((m) => m ** 2),
      magnetisation4: magnetisations.map((m) => m ** 4),
    },
  };
}

/** -Σ s s', an integer number of bonds, so that equal energies are equal numbers. */
function bondEnergies(data: SpinData, coupling: number): Float64Array {
  checkCouplingOfData(data, coupling);
  return energySeries(data).map((energy) => Math.round(energy * data.width));
}

/** H of each row; a Hamiltonian in the provenance must be K·H. */
function energiesOf(data: SpinData, hamiltonian: Hamiltonian, coupling: number): Float64Array {
  const { sites } = checkHamiltonian(hamiltonian);
  if (data.width !== sites) refuse('data', `configurations of ${sites} spins`, `${data.width}`);
  const known = hamiltonianOfData(data);
  if (known !== null && !sameButRounding(known, multipleOf(hamiltonian, coupling))) {
    refuse('hamiltonian', `one that the data were sampled from at coupling ${coupling}`, 'another');
  }
  return hamiltonian.energy(data);
}

function multipleOf({ sites, terms }: Hamiltonian, factor: number): Hamiltonian {
  return new Hamiltonian({ sites, terms: terms.map((term) => ({ ...term, coupling: factor * term.coupling })) });
}

/**
 * Two-point function of each configuration, averaged over all sites x: g(r) = (1/N) Σ_x s_x s_{x+r}, periodic, for any
 * shape.
 * @param displacement r = [rows, columns], integers of any sign
 * @throws TypeError if not SpinData, or a displacement of a wrong kind; RangeError for one that is not of integers, or
 *   several chains that are correlated in time
 */
export function twoPointSeries(data: SpinData, displacement: readonly [number, number]): Float64Array {
  const [rows, columns] = checkSpinData('data', data).shape;
  if (!Array.isArray(displacement)) refuse('displacement', '[rows, columns]', displacement, 'type');
  const down = shiftWithin('displacement[0]', displacement[0], rows);
  const right = shiftWithin('displacement[1]', displacement[1], columns);
  const series = new Float64Array(data.count);
  eachConfiguration(data, (spins, row) => {
    series[row] = correlationSum(spins, rows, columns, down, right) / spins.length;
  });
  return series;
}

/** Σ_x s_x s_{x + (down, right)}. */
export function correlationSum(spins: Int8Array, rows: number, columns: number, down: number, right: number): number {
  let sum = 0;
  for (let y = 0; y < rows; y++) {
    const line = y * columns;
    const other = ((y + down) % rows) * columns;
    const turn = columns - right;
    for (let x = 0; x < turn; x++) sum += spins[line + x] * spins[other + x + right];
    for (let x = turn; x < columns; x++) sum += spins[line + x] * spins[other + x - turn];
  }
  return sum;
}

/**
 * Structure factor of each configuration, s(k) = (1/N) |Σ_x s_x e^{ik·x}|², k = 2π [p/rows, q/columns], by its direct
 * sum. Its mean is S(k) = Σ_r G(r) e^{ik·r}; s(0) = N m².
 * @param wavevector [p, q], integers of any sign
 * @throws TypeError if not SpinData, or a wavevector of a wrong kind; RangeError for one that is not of integers, or
 *   several chains that are correlated in time
 */
export function structureFactorSeries(data: SpinData, wavevector: readonly [number, number]): Float64Array {
  const [rows, columns] = checkSpinData('data', data).shape;
  if (!Array.isArray(wavevector)) refuse('wavevector', '[p, q]', wavevector, 'type');
  const p = shiftWithin('wavevector[0]', wavevector[0], rows);
  const q = shiftWithin('wavevector[1]', wavevector[1], columns);
  const series = new Float64Array(data.count);
  if (p === 0 || q === 0) {
    // along an axis, first sum over the other one
    const along = p === 0 ? columns : rows;
    const [cosine, sine] = wave(p === 0 ? q : p, along);
    const sums = new Int32Array(along);
    eachConfiguration(data, (spins, row) => {
      sums.fill(0);
      for (let y = 0, i = 0; y < rows; y++) for (let x = 0; x < columns; x++, i++) sums[p === 0 ? x : y] += spins[i];
      let real = 0;
      let imaginary = 0;
      for (let x = 0; x < along; x++) {
        real += cosine[x] * sums[x];
        imaginary += sine[x] * sums[x];
      }
      series[row] = (real * real + imaginary * imaginary) / spins.length;
    });
    return series;
  }
  const [cosineY, sineY] = wave(p, rows);
  const [cosineX, sineX] = wave(q, columns);
  const cosine = new Float64Array(rows * columns);
  const sine = new Float64Array(rows * columns);
  for (let y = 0, i = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++, i++) {
      cosine[i] = cosineY[y] * cosineX[x] - sineY[y] * sineX[x];
      sine[i] = sineY[y] * cosineX[x] + cosineY[y] * sineX[x];
    }
  }
  eachConfiguration(data, (spins, row) => {
    let real = 0;
    let imaginary = 0;
    for (let i = 0; i < spins.length; i++) {
      real += cosine[i] * spins[i];
      imaginary += sine[i] * spins[i];
    }
    series[row] = (real * real + imaginary * imaginary) / spins.length;
  });
  return series;
}

/** cos and sin of 2π k x/length, x = 0 … length - 1. */
export function wave(k: number, length: number): [cosine: Float64Array, sine: Float64Array] {
  const phase = (x: number): number => (2 * Math.PI * ((k * x) % length)) / length;
  return [
    Float64Array.from({ length }, (_, x) => Math.cos(phase(x))),
    Float64Array.from({ length }, (_, x) => Math.sin(phase(x))),
  ];
}

/** An integer modulo length, in [0, length). */
function shiftWithin(name: string, value: unknown, length: number): number {
  const shift = integer(name, value, -Number.MAX_SAFE_INTEGER) % length;
  return shift < 0 ? shift + length : shift;
}
