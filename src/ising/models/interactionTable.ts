/**
 * The forms of a Hamiltonian that the kernels read, written into the memory of a machine: its terms in their order, and
 * the interactions of each site. The memory layouts are in assembly/ising/singleSpin.ts.
 */

import type { SamplingMachine } from '../../wasm/sampling.js';
import type { Hamiltonian } from './hamiltonian.js';

/** The terms of a Hamiltonian. */
type Terms = Pick<Hamiltonian, 'sites' | 'couplings' | 'starts' | 'members'>;

/** Whether two terms have the same coupling and number of sites. */
function alike({ couplings, starts }: Terms, s: number, t: number): boolean {
  return couplings[s] === couplings[t] && starts[s + 1] - starts[s] === starts[t + 1] - starts[t];
}

/**
 * K (-1)^n: with bits in place of n spins, the product of the spins is (-1)^n times the parity of the bits.
 */
function signed(coupling: number, n: number): number {
  return n % 2 === 0 ? coupling : -coupling;
}

/** The terms in their order, for sums over all of them: groups of successive terms that are alike, and their sites. */
export class TermGroups {
  /** Number of groups. */
  readonly count: number;
  /** Bytes of the regions. */
  readonly regions: { groups: number; members: number };
  readonly #terms: Terms;

  constructor(terms: Terms) {
    let count = 0;
    for (let t = 0; t < terms.couplings.length; t++) if (t === 0 || !alike(terms, t - 1, t)) count++;
    this.count = count;
    this.regions = { groups: count * 16, members: terms.members.byteLength };
    this.#terms = terms;
  }

  /** Writes the regions. */
  write(machine: SamplingMachine<'groups' | 'members'>): void {
    const { couplings, starts, members } = this.#terms;
    const doubles = machine.f64('groups');
    const words = machine.u32('groups');
    let group = -1;
    for (let t = 0; t < couplings.length; t++) {
      if (t === 0 || !alike(this.#terms, t - 1, t)) {
        group++;
        const n = starts[t + 1] - starts[t];
        doubles[2 * group] = signed(couplings[t], n);
        words[4 * group + 2] = n;
        words[4 * group + 3] = 0;
      }
      words[4 * group + 3]++;
    }
    machine.u32('members').set(members);
  }
}

/** Bytes before the sites of a group of interactions. */
const HEAD = 12;
/** Max interactions in a group: eight bits. */
const MAX_GROUP = 255;

/** The interactions of each site, groups of those that are alike, side by side. */
export class InteractionTable {
  /** Bytes of the regions. */
  readonly regions: { starts: number; table: number };
  readonly #terms: Terms;
  /** Byte offset in the table of each site, and of its end: u32 [sites + 1]. */
  readonly #starts: Uint32Array;

  /**
   * @throws RangeError if the table would need 4 GiB or more
   */
  constructor(terms: Terms) {
    const { sites } = terms;
    const starts = new Uint32Array(sites + 1);
    let bytes = 0;
    visit(terms, (site, others, fresh) => {
      const own = (fresh ? HEAD : 0) + 4 * others;
      starts[site + 1] += own;
      bytes += own;
    });
    if (bytes >= 2 ** 32) {
      throw new RangeError(`"hamiltonian" expected a table of interactions below 4 GiB, got ${bytes} bytes`);
    }
    for (let site = 0; site < sites; site++) starts[site + 1] += starts[site];
    this.regions = { starts: starts.byteLength, table: bytes };
    this.#terms = terms;
    this.#starts = starts;
  }

  /** Writes the regions. */
  write(machine: SamplingMachine<'starts' | 'table'>): void {
    const { couplings, starts, members } = this.#terms;
    machine.u32('starts').set(this.#starts);
    const table = machine.u32('table');
    // the next word of each site, and that of the number of its last group
    const next = this.#starts.map((bytes) => bytes / 4);
    const heads = new Uint32Array(this.#terms.sites);
    // a group may begin at any word
    const coupling = new Float64Array(1);
    const halves = new Uint32Array(coupling.buffer);
    visit(this.#terms, (site, others, fresh, t) => {
      let word = next[site];
      if (fresh) {
        coupling[0] = signed(couplings[t], others);
        table[word++] = halves[0];
        table[word++] = halves[1];
        table[word] = others;
        heads[site] = word++;
      }
      table[heads[site]] += 2 ** 24;
      for (let m = starts[t]; m < starts[t + 1]; m++) if (members[m] !== site) table[word++] = members[m];
      next[site] = word;
    });
  }
}

/**
 * Visits each site of each term, in the order of the terms.
 * @param visitor takes the site, the number of other sites in the term, whether the site's last term is
 *   not alike, so that a group begins, and the number of the term
 */
function visit(terms: Terms, visitor: (site: number, others: number, fresh: boolean, t: number) => void): void {
  const { sites, couplings, starts, members } = terms;
  const last = new Int32Array(sites).fill(-1);
  const size = new Uint8Array(sites);
  for (let t = 0; t < couplings.length; t++) {
    for (let m = starts[t]; m < starts[t + 1]; m++) {
      const site = members[m];
      const fresh = last[site] < 0 || size[site] === MAX_GROUP || !alike(terms, last[site], t);
      size[site] = fresh ? 1 : size[site] + 1;
      last[site] = t;
      visitor(site, starts[t + 1] - starts[t] - 1, fresh, t);
    }
  }
}
