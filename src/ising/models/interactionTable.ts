/**
 * The compact form of a Hamiltonian that the single-spin kernels read; the memory layout is in
 * assembly/ising/singleSpin.ts.
 */

import type { Hamiltonian } from './hamiltonian.js';

/** The interactions of all sites as the single-spin kernels read them. */
export interface InteractionTable {
  /** Byte offset in `table` of the entries of each site, u32 [sites + 1]. */
  starts: Uint32Array;
  /** Per site and term: coupling with the sign of its number of other sites, that number, those sites. */
  table: Uint8Array;
  /**
   * K_t (-1)^(sites of t): for bits in place of spins, the product of the spins is this sign times the parity of the
   * bits.
   */
  signedCouplings: Float64Array;
}

/** Bytes of an entry with n other sites: f64, u32, n u32, up to a multiple of 8. */
const entryBytes = (n: number) => 8 + ((n + 2) >> 1) * 8;

/**
 * The table of a Hamiltonian.
 * @throws RangeError if the table would need 4 GiB or more
 */
export function interactionTable({
  sites,
  couplings,
  starts,
  members,
}: Pick<Hamiltonian, 'sites' | 'couplings' | 'starts' | 'members'>): InteractionTable {
  const sizes = new Float64Array(sites + 1);
  const sizeOf = (t: number) => starts[t + 1] - starts[t];
  for (let t = 0; t < couplings.length; t++) {
    for (let m = starts[t]; m < starts[t + 1]; m++) sizes[members[m] + 1] += entryBytes(sizeOf(t) - 1);
  }
  for (let site = 0; site < sites; site++) sizes[site + 1] += sizes[site];
  const bytes = sizes[sites];
  if (bytes >= 2 ** 32) {
    throw new RangeError(`"hamiltonian" expected a table of interactions below 4 GiB, got ${bytes} bytes`);
  }
  const table = new Uint8Array(bytes);
  const doubles = new Float64Array(table.buffer);
  const words = new Uint32Array(table.buffer);
  const ends = sizes.slice();
  for (let t = 0; t < couplings.length; t++) {
    const others = sizeOf(t) - 1;
    for (let m = starts[t]; m < starts[t + 1]; m++) {
      const site = members[m];
      const at = ends[site];
      doubles[at / 8] = others % 2 ? -couplings[t] : couplings[t];
      words[at / 4 + 2] = others;
      let word = at / 4 + 3;
      for (let k = starts[t]; k < starts[t + 1]; k++) if (k !== m) words[word++] = members[k];
      ends[site] += entryBytes(others);
    }
  }
  return {
    starts: Uint32Array.from(sizes),
    table,
    signedCouplings: couplings.map((coupling, t) => (sizeOf(t) % 2 ? -coupling : coupling)),
  };
}
