/**
 * Functions of N spins as tables over all 2^N states, and as sums of products of spins:
 *   f(s) = Σ_S K_S Π_{i∈S} s_i,  K_S = 2^{-N} Σ_s f(s) Π_{i∈S} s_i.
 * Bit i of a state's number is spin i, set = +1; bit i of a set's number is 1 if i is in S. Each direction is one fast
 * Walsh-Hadamard transform, N·2^N additions. Tables have at most 2^24 entries (128 MiB).
 */

import { checkHamiltonian, Hamiltonian } from '../../ising/models/hamiltonian.js';
import { finite, integer, knownOptions, refuse, within } from '../../util/check.js';

/** Largest number of spins of a table. */
export const MAX_SPINS = 24;

/** K_S of a table of values, in place: f(s) → K_S. */
export function walsh(table: Float64Array): Float64Array {
  for (let bit = 1; bit < table.length; bit *= 2) {
    for (let first = 0; first < table.length; first += 2 * bit) {
      for (let s = first; s < first + bit; s++) {
        const down = table[s];
        const up = table[s + bit];
        table[s] = (up + down) / 2;
        table[s + bit] = (up - down) / 2;
      }
    }
  }
  return table;
}

/** f(s) of a table of couplings, in place: K_S → f(s). */
export function inverseWalsh(table: Float64Array): Float64Array {
  for (let bit = 1; bit < table.length; bit *= 2) {
    for (let first = 0; first < table.length; first += 2 * bit) {
      for (let s = first; s < first + bit; s++) {
        const without = table[s];
        const present = table[s + bit];
        table[s] = without - present;
        table[s + bit] = without + present;
      }
    }
  }
  return table;
}

/**
 * H of every state, in a fresh table [2^sites].
 * @throws TypeError if not a Hamiltonian, RangeError for more than 24 spins
 */
export function energyTable(hamiltonian: Hamiltonian): Float64Array {
  checkHamiltonian(hamiltonian);
  const table = new Float64Array(2 ** integer('hamiltonian.sites', hamiltonian.sites, 1, MAX_SPINS));
  const { couplings, starts, members } = hamiltonian;
  for (let t = 0; t < couplings.length; t++) {
    let set = 0;
    for (let m = starts[t]; m < starts[t + 1]; m++) set |= 1 << members[m];
    table[set] -= couplings[t];
  }
  return inverseWalsh(table);
}

/** Terms that were left out of a Hamiltonian because they are small. */
export interface DroppedTerms {
  /** Their number, without couplings that are exactly zero. */
  count: number;
  /** Largest |K| among them. */
  largest: number;
  /** Σ|K| over them: an upper bound of the change of H in any state. */
  sum: number;
}

/** A Hamiltonian and a summary of the terms that were left out. */
export interface TruncatedHamiltonian {
  hamiltonian: Hamiltonian;
  dropped: DroppedTerms;
}

/** Least |K| that does not count as a rounding error, relative to the largest |H|. */
const ROUNDING = 1e-13;

/**
 * The Hamiltonian with these energies. Any function of N spins is one, with the couplings K_S = -2^{-N} Σ_s H(s)
 * Π_{i∈S} s_i. Terms are sorted by the number of their sites, then by their sites.
 * @param energies H(s) of every state, [2^sites]; read, not kept
 * @param options cut: terms with |K| <= cut are left out and counted; default 1e-13 of the largest |H|, the size of
 *   rounding errors; shape: of the lattice of the sites
 * @throws TypeError for a wrong kind; RangeError for a length that is not a power of two from 2 to 2^24, or an energy
 *   that is not finite (a hard kernel, for which some states are impossible, has no couplings)
 */
export function hamiltonianOf(
  energies: Float64Array,
  options: { cut?: number; shape?: readonly number[] } = {},
): TruncatedHamiltonian {
  knownOptions('hamiltonianOf', options, ['cut', 'shape']);
  const sites = spinsOf('energies', energies);
  let largest = 0;
  energies.forEach((energy, s) => {
    if (!Number.isFinite(energy)) finite(`energies[${s}]`, energy);
    largest = Math.max(largest, Math.abs(energy));
  });
  const cut = within('cut', options.cut ?? ROUNDING * largest, 0, Number.MAX_VALUE);
  const couplings = walsh(energies.slice());
  const dropped = { count: 0, largest: 0, sum: 0 };
  const kept: { sites: number[]; coupling: number }[] = [];
  couplings.forEach((negative, set) => {
    const size = Math.abs(negative);
    if (size > cut) kept.push({ sites: membersOf(set), coupling: -negative });
    else if (size > 0) {
      dropped.count++;
      dropped.largest = Math.max(dropped.largest, size);
      dropped.sum += size;
    }
  });
  kept.sort((a, b) => a.sites.length - b.sites.length || compareSites(a.sites, b.sites));
  return { hamiltonian: new Hamiltonian({ sites, terms: kept, shape: options.shape }), dropped };
}

/** Sites of a set by its number, rising. */
export function membersOf(set: number): number[] {
  const sites: number[] = [];
  for (let rest = set; rest !== 0; rest &= rest - 1) sites.push(31 - Math.clz32(rest & -rest));
  return sites;
}

/** State number `state` as spins ±1, written into `spins`. */
export function writeSpins(state: number, spins: Int8Array): Int8Array {
  for (let i = 0; i < spins.length; i++) spins[i] = ((state >> i) & 1) * 2 - 1;
  return spins;
}

/** N of a table of 2^N entries, checked. */
export function spinsOf(name: string, table: unknown): number {
  if (!(table instanceof Float64Array)) refuse(name, 'Float64Array', table, 'type');
  const spins = Math.log2(table.length);
  if (!(Number.isInteger(spins) && spins >= 1 && spins <= MAX_SPINS)) {
    refuse(name, `2^1 to 2^${MAX_SPINS} entries, a power of two`, `${table.length} entries`);
  }
  return spins;
}

/** Order of two sets with equal numbers of sites, by the first site in which they differ. */
export function compareSites(a: readonly number[], b: readonly number[]): number {
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return a[k] - b[k];
  return 0;
}
