/** The compact form of fields and pairs that the cluster kernels read (assembly/ising/clusters.ts says what lies where). */

import { refuse } from '../util/check.js';
import { kernels } from '../wasm/scalar.js';
import type { Hamiltonian } from './hamiltonian.js';

export interface BondTable {
  /** Whether there are fields, and so a ghost: it has the number `sites`, after all others. */
  ghost: boolean;
  /** The first block of each site, of the ghost, and the end, u32 [sites + 2]. */
  starts: Uint32Array;
  /** Blocks of four bonds: thresholds and neighbours, or neighbours alone where `threshold` is not 0. */
  table: Uint32Array;
  /** The threshold of all bonds where they have one strength, else 0. */
  threshold: number;
}

/** Bonds to a block. */
const LANES = 4;
const NEGATIVE = 0x80000000;

/** 2³²(1 - e^{-2|K|}), rounded down: the probability that a satisfied bond is active, to 2⁻³². */
export function bondThreshold(coupling: number): number {
  return Math.floor(Math.min(2 ** 32 - 1, (1 - kernels().exp(-2 * Math.abs(coupling))) * 2 ** 32));
}

/**
 * The bonds of each site in the order of the Hamiltonian's terms, fields among them as bonds to the ghost; the last block of a site is filled up with bonds
 * to itself.
 * @throws RangeError for a term of more than two sites, or a table of 4 GiB or more
 */
export function bondTable({ sites, couplings, starts: termStarts, members }: Hamiltonian): BondTable {
  const degrees = new Uint32Array(sites + 1);
  let strength = Number.NaN;
  let uniform = true;
  let ghost = false;
  for (let t = 0; t < couplings.length; t++) {
    const n = termStarts[t + 1] - termStarts[t];
    if (n === 0) continue;
    if (n > 2) {
      refuse('hamiltonian', 'fields and pairs (SingleSpin takes terms of any order)', `${n} sites in term ${t}`);
    }
    ghost ||= n === 1;
    const [a, b] = endsOf(t);
    degrees[a]++;
    degrees[b]++;
    if (Number.isNaN(strength)) strength = Math.abs(couplings[t]);
    uniform &&= Math.abs(couplings[t]) === strength;
  }
  const threshold = uniform && !Number.isNaN(strength) ? bondThreshold(strength) : 0;
  const words = threshold === 0 ? 2 * LANES : LANES;
  const starts = new Uint32Array(sites + 2);
  for (let site = 0; site <= sites; site++) starts[site + 1] = starts[site] + Math.ceil(degrees[site] / LANES);
  const bytes = starts[sites + 1] * words * 4;
  if (bytes >= 2 ** 32) {
    throw new RangeError(`"hamiltonian" expected a table of bonds below 4 GiB, got ${bytes} bytes`);
  }
  const table = new Uint32Array(starts[sites + 1] * words);
  for (let site = 0; site <= sites; site++) {
    for (let block = starts[site]; block < starts[site + 1]; block++) {
      table.fill(site, (block + 1) * words - LANES, (block + 1) * words);
    }
  }
  const filled = new Uint32Array(sites + 1);
  const add = (site: number, other: number, coupling: number) => {
    const bond = filled[site]++;
    const place = (starts[site] + Math.floor(bond / LANES) + 1) * words - LANES + (bond % LANES);
    // one bit more than a signed number has
    table[place] = coupling < 0 ? other + NEGATIVE : other;
    if (threshold === 0) table[place - LANES] = bondThreshold(coupling);
  };
  for (let t = 0; t < couplings.length; t++) {
    if (termStarts[t + 1] === termStarts[t]) continue;
    const [a, b] = endsOf(t);
    add(a, b, couplings[t]);
    add(b, a, couplings[t]);
  }
  return { ghost, starts, table, threshold };

  function endsOf(t: number): [number, number] {
    const first = termStarts[t];
    return [members[first], termStarts[t + 1] - first === 2 ? members[first + 1] : sites];
  }
}
