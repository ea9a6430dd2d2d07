/**
 * The compact form of fields and pairs that the cluster kernels read; the memory layout is in
 * assembly/ising/clusters.ts.
 */

import { refuse } from '../../util/check.js';
import { kernels } from '../../wasm/scalar.js';
import type { Hamiltonian } from './hamiltonian.js';

/** The bonds and fields of all sites as the cluster kernels read them. */
export interface BondTable {
  /**
   * Rows: the number of blocks, then blocks of thresholds and steps. Sites with equal rows share one row, unless nearly
   * all rows differ.
   */
  table: Uint32Array;
  /** Byte offset in the table of the row of each kind of site; with more than 32 kinds, of each site. */
  rows: Uint32Array;
  /** The kind of each site; null if there are more than 32 kinds. */
  kinds: Uint8Array | null;
  /**
   * Thresholds of the fields, the sign in the lowest bit, u32 [sites, rounded up to a multiple of 4]; null without
   * fields.
   */
  fields: Uint32Array | null;
}

/** Bonds per block, and words per block. */
const LANES = 4;
const BLOCK = 2 * LANES;
/** Words before the first block. */
const HEAD = 4;
const NEGATIVE = 0x80000000;
/** Max kinds in five bits; number of kinds after which equal rows are no longer searched for. */
const MAX_KINDS = 32;
const MANY_KINDS = 2 ** 16;

/** 2³²(1 - e^{-2|K|}), rounded down: the probability that a satisfied bond is active, to 2⁻³². */
export function bondThreshold(coupling: number): number {
  return Math.floor(Math.min(2 ** 32 - 1, (1 - kernels().exp(-2 * Math.abs(coupling))) * 2 ** 32));
}

/** @throws RangeError for a term of more than two sites */
export function checkPairs({ couplings, starts }: Hamiltonian): void {
  for (let t = 0; t < couplings.length; t++) {
    const n = starts[t + 1] - starts[t];
    if (n > 2) {
      refuse('hamiltonian', 'fields and pairs (SingleSpin takes terms of any order)', `${n} sites in term ${t}`);
    }
  }
}

/**
 * The bonds of each site in the order of the Hamiltonian's terms.
 * @throws RangeError for a term of more than two sites, or a table of 4 GiB or more
 */
export function bondTable(hamiltonian: Hamiltonian): BondTable {
  checkPairs(hamiltonian);
  const { sites, couplings, starts, members } = hamiltonian;
  const first = new Uint32Array(sites + 1);
  let fields: Uint32Array | null = null;
  for (let t = 0; t < couplings.length; t++) {
    const n = starts[t + 1] - starts[t];
    for (let m = starts[t]; n === 2 && m < starts[t + 1]; m++) first[members[m] + 1]++;
  }
  for (let site = 0; site < sites; site++) first[site + 1] += first[site];

  const neighbours = new Uint32Array(first[sites]);
  const thresholds = new Uint32Array(first[sites]);
  const negative = new Uint8Array(first[sites]);
  const end = first.slice();
  let known = Number.NaN;
  let threshold = 0;
  for (let t = 0; t < couplings.length; t++) {
    const coupling = couplings[t];
    if (coupling !== known) threshold = bondThreshold(coupling);
    known = coupling;
    const [a, b] = [members[starts[t]], members[starts[t] + 1]];
    switch (starts[t + 1] - starts[t]) {
      case 1:
        fields ??= new Uint32Array(Math.ceil(sites / LANES) * LANES);
        // the lowest bit holds the sign: this changes the probability by at most 2⁻³²
        fields[a] = threshold - (threshold % 2) + (coupling < 0 ? 1 : 0);
        break;
      case 2:
        for (const [site, other] of [
          [a, b],
          [b, a],
        ]) {
          const place = end[site]++;
          neighbours[place] = other;
          thresholds[place] = threshold;
          negative[place] = coupling < 0 ? 1 : 0;
        }
    }
  }

  const rows = new RowStore();
  const offsets = new Uint32Array(sites);
  for (let site = 0; site < sites; site++) {
    const degree = first[site + 1] - first[site];
    const blocks = Math.ceil(degree / LANES);
    const row = rows.begin(HEAD + blocks * BLOCK);
    row[0] = blocks;
    for (let k = 0; k < degree; k++) {
      const place = first[site] + k;
      const word = HEAD + Math.floor(k / LANES) * BLOCK + (k % LANES);
      row[word] = thresholds[place];
      // modulo 2³²
      row[word + LANES] = neighbours[place] - site + negative[place] * NEGATIVE;
    }
    offsets[site] = rows.end();
  }
  const kindRows = [...new Set(rows.kinds <= MAX_KINDS ? offsets : [])];
  const kindOf = new Map(kindRows.map((offset, kind) => [offset, kind]));
  const kinds = kindRows.length > 0;
  return {
    table: rows.words,
    rows: kinds ? Uint32Array.from(kindRows) : offsets,
    kinds: kinds ? Uint8Array.from(offsets, (offset) => kindOf.get(offset)!) : null,
    fields,
  };
}

/** Rows of words in sequence, equal rows stored once: found by a hash, until there are too many different rows. */
class RowStore {
  #words = new Uint32Array(1024);
  #used = 0;
  #length = 0;
  #known = new Map<number, number[]>();
  kinds = 0;

  get words(): Uint32Array {
    return this.#words.slice(0, this.#used);
  }

  /** A row of `length` zeros, to be written before the next call. */
  begin(length: number): Uint32Array {
    this.#length = length;
    const needed = this.#used + length;
    if (needed >= 2 ** 30) refuse('hamiltonian', 'a table of bonds below 4 GiB', `${4 * needed} bytes`);
    if (needed > this.#words.length) {
      const larger = new Uint32Array(Math.min(2 ** 30, 2 * needed));
      larger.set(this.#words);
      this.#words = larger;
    }
    return this.#words.subarray(this.#used, needed).fill(0);
  }

  /** Keeps the row, or finds an equal one; returns its offset in bytes. */
  end(): number {
    const words = this.#words;
    const at = this.#used;
    const length = this.#length;
    if (this.kinds < MANY_KINDS) {
      let hash = 0x811c9dc5;
      for (let k = 0; k < length; k++) hash = Math.imul(hash ^ words[at + k], 0x01000193);
      const alike = this.#known.get(hash) ?? [];
      const same = alike.find((other) => {
        // the first word gives the length
        for (let k = 0; k < length; k++) if (words[other + k] !== words[at + k]) return false;
        return true;
      });
      if (same !== undefined) return 4 * same;
      this.#known.set(hash, [...alike, at]);
    }
    this.kinds++;
    this.#used += length;
    return 4 * at;
  }
}
