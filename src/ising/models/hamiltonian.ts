/** Hamiltonians of spins with interactions of any order, in units of kT. */

import { BitRows } from '../../util/bits.js';
import { checkList, finite, integer, knownOptions, lengthOf, refuse } from '../../util/check.js';
import { TermTable } from './termTable.js';

/** One interaction, -coupling·Π s over its sites. */
export interface Term {
  /** Different sites, from 0, in any order; none for a constant. */
  sites: readonly number[];
  /** K_S in units of kT, any sign. */
  coupling: number;
}

/** Options of `Hamiltonian` and `hamiltonianFromTerms`. */
export interface HamiltonianOptions {
  /** Number of spins. */
  sites: number;
  /** Terms over the same set of sites add up. */
  terms: readonly Term[];
  /** Sides of the lattice, if there is one, for pictures; default [sites]. */
  shape?: readonly number[];
  /** Parameters of the model, for the provenance of samples; default the terms. */
  parameters?: Record<string, unknown>;
}

const MAX_SITES = 2 ** 24;
const MAX_TERMS = 2 ** 23;
/** Max Σ|K|: beyond any physical value, and small enough that energies and their squares do not overflow. */
const MAX_COUPLING = 1e100;

const HAMILTONIAN_OPTIONS = ['sites', 'terms', 'shape', 'parameters'] as const;

/**
 * The energy of ±1 spins with interactions of any order, in units of kT:
 *   H = -Σ_S K_S Π_{i∈S} s_i,  s_i = ±1.
 * A set S of one site is a field, of two sites a bond, of four a plaquette; the empty set is a constant.
 * @example
 * const hamiltonian = new Hamiltonian({ sites: 2, terms: [{ sites: [0, 1], coupling: 0.5 }] });
 * hamiltonian.energy([1, -1]); // 0.5
 */
export class Hamiltonian {
  readonly sites: number;
  readonly shape: readonly number[];
  /**
   * K_S of each term, in the order in which its set of sites was first listed; terms that add up to 0 are left out. Not
   * to be changed.
   */
  readonly couplings: Float64Array;
  /** Sites of term t: members[starts[t]] … members[starts[t + 1] - 1], rising. */
  readonly starts: Uint32Array;
  readonly members: Uint32Array;
  readonly #parameters: Record<string, unknown> | undefined;

  /**
   * @throws TypeError for a wrong kind; RangeError for a site out of range or listed twice in a term, a coupling that
   *   is not finite, a shape that does not fit, more than 2^24 sites or 2^23 terms, or couplings whose sizes add up to
   *   more than 1e100
   */
  constructor(options: HamiltonianOptions) {
    knownOptions('Hamiltonian', options, HAMILTONIAN_OPTIONS);
    this.sites = integer('sites', options.sites, 1, MAX_SITES);
    this.shape = checkShape(options.shape ?? [this.sites], this.sites);
    this.#parameters = options.parameters && { ...options.parameters };
    const terms: unknown = options.terms;
    const table = terms instanceof TermTable ? terms : tableOf(options.terms, this.sites);
    if (table.count > MAX_TERMS) refuse('terms', 'at most 2^23 terms', table.count);
    const { couplings, starts, members } = table.terms();
    const size = couplings.reduce((sum, coupling) => sum + Math.abs(coupling), 0);
    if (!(size <= MAX_COUPLING)) refuse('terms', 'couplings whose sizes add up to at most 1e100', size);
    this.couplings = couplings;
    this.starts = starts;
    this.members = members;
  }

  /** Parameters from which it can be rebuilt: those of the builder, or the terms themselves. */
  get parameters(): Record<string, unknown> {
    return this.#parameters ? { ...this.#parameters } : { sites: this.sites, terms: this.terms };
  }

  /** The merged terms, in fresh objects. */
  get terms(): { sites: number[]; coupling: number }[] {
    return Array.from(this.couplings, (coupling, t) => ({
      sites: [...this.members.subarray(this.starts[t], this.starts[t + 1])],
      coupling,
    }));
  }

  /** Whether H does not change when all spins are flipped: every term has an even number of sites. */
  get even(): boolean {
    for (let t = 0; t < this.couplings.length; t++) if ((this.starts[t + 1] - this.starts[t]) % 2 !== 0) return false;
    return true;
  }

  /**
   * H in units of kT; terms are added in their order.
   * @param spins entries ±1, [sites]; or rows of bits, where 1 is spin +1
   * @returns the energy; of rows one per row in a fresh array
   * @throws TypeError for a wrong kind; RangeError for a wrong length, or an entry that is not ±1
   */
  energy(spins: ArrayLike<number>): number;
  /** H of each row of bits, in units of kT. */
  energy(spins: BitRows): Float64Array;
  /**
   * H of one configuration or of rows, see above.
   * @throws TypeError for a wrong kind; RangeError for a wrong length, or an entry that is not ±1
   */
  energy(spins: ArrayLike<number> | BitRows): number | Float64Array {
    if (spins instanceof BitRows) {
      if (spins.width !== this.sites) refuse('spins', `rows of ${this.sites} spins`, `rows of ${spins.width}`);
      const row = new Int8Array(this.sites);
      return Float64Array.from({ length: spins.count }, (_, r) => {
        for (let i = 0; i < row.length; i++) row[i] = 2 * spins.bit(r, i) - 1;
        return this.#energy(row);
      });
    }
    return this.#energy(checkSpins('spins', spins, this.sites));
  }

  #energy(spins: ArrayLike<number>): number {
    let sum = 0;
    for (let t = 0; t < this.couplings.length; t++) {
      let product = this.couplings[t];
      for (let m = this.starts[t]; m < this.starts[t + 1]; m++) product *= spins[this.members[m]];
      sum += product;
    }
    // not -sum, which would give -0 for no terms
    return 0 - sum;
  }
}

/**
 * H = -Σ_S K_S Π_{i∈S} s_i from a list of interactions of any order, in units of kT.
 * @throws TypeError or RangeError as `Hamiltonian`
 * @example
 * hamiltonianFromTerms({ sites: 3, terms: [{ sites: [0, 1, 2], coupling: 0.3 }, { sites: [0], coupling: 0.1 }] });
 */
export function hamiltonianFromTerms(options: HamiltonianOptions): Hamiltonian {
  knownOptions('hamiltonianFromTerms', options, HAMILTONIAN_OPTIONS);
  return new Hamiltonian(options);
}

/** The Hamiltonian of terms that are already a table, whose sites are trusted: for builders of large models. */
export function hamiltonianFromTable(table: TermTable, options: Omit<HamiltonianOptions, 'terms'>): Hamiltonian {
  return new Hamiltonian({ ...options, terms: table as unknown as readonly Term[] });
}

/** @throws TypeError if not an array of numbers, RangeError for a wrong length or an entry that is not ±1 */
export function checkSpins(name: string, spins: unknown, sites: number): ArrayLike<number> {
  if (!Array.isArray(spins) && !(ArrayBuffer.isView(spins) && 'length' in spins)) {
    refuse(name, `array of ${sites} spins ±1`, spins, 'type');
  }
  const list = lengthOf(name, spins as unknown as ArrayLike<number>, sites);
  for (let i = 0; i < sites; i++) {
    if (typeof list[i] !== 'number') refuse(`${name}[${i}]`, '1 or -1', list[i], 'type');
    if (list[i] !== 1 && list[i] !== -1) refuse(`${name}[${i}]`, '1 or -1', list[i]);
  }
  return list;
}

/** @throws TypeError if `value` is not a Hamiltonian */
export function checkHamiltonian(value: unknown): Hamiltonian {
  if (!(value instanceof Hamiltonian)) {
    refuse('hamiltonian', 'Hamiltonian, as isingHamiltonian() or hamiltonianFromTerms() return', value, 'type');
  }
  return value;
}

function checkShape(shape: unknown, sites: number): readonly number[] {
  if (!Array.isArray(shape) || shape.length === 0) refuse('shape', 'array of sides', shape, 'type');
  checkList('shape', shape, 'array of sides');
  const product = shape.reduce((all: number, side, k) => all * integer(`shape[${k}]`, side), 1);
  if (product !== sites) refuse('shape', `sides whose product is ${sites}`, shape);
  return [...shape];
}

/** The terms of a list, checked. */
function tableOf(terms: readonly Term[], sites: number): TermTable {
  checkList('terms', terms, 'array of { sites, coupling }');
  if (terms.length > MAX_TERMS) refuse('terms', 'at most 2^23 terms', terms.length);
  const table = new TermTable(terms.length, 2 * terms.length);
  terms.forEach((term: Term, t: number) => {
    if (term === null || typeof term !== 'object') refuse(`terms[${t}]`, '{ sites, coupling }', term, 'type');
    const name = `terms[${t}]`;
    checkList(`${name}.sites`, term.sites, 'array of sites');
    finite(`${name}.coupling`, term.coupling);
    for (const [k, site] of term.sites.entries()) integer(`${name}.sites[${k}]`, site, 0, sites - 1);
    const twice = table.add(term.sites, 0, term.sites.length, term.coupling);
    if (twice >= 0) refuse(`${name}.sites`, 'different sites', term.sites);
  });
  return table;
}
