/**
 * Energies of spins with interactions of any order, in units of kT:
 *   H = -Σ_S K_S Π_{i∈S} s_i,  s_i = ±1.
 * A set S of one site is a field, of two a bond, of four a plaquette; the empty set is a constant.
 */

import { BitRows } from '../../util/bits.js';
import { checkList, finite, integer, knownOptions, lengthOf, refuse } from '../../util/check.js';

/** One interaction, -coupling·Π s over its sites. */
export interface Term {
  /** Different sites, from 0, in any order; none for a constant. */
  sites: readonly number[];
  /** K_S in units of kT, any sign. */
  coupling: number;
}

export interface HamiltonianOptions {
  /** Number of spins. */
  sites: number;
  /** Terms over the same set of sites add up. */
  terms: readonly Term[];
  /** Sides of the lattice, where there is one, for pictures; [sites] when left out. */
  shape?: readonly number[];
  /** What this is, for the provenance of samples. */
  parameters?: Record<string, unknown>;
}

const MAX_SITES = 2 ** 24;
const MAX_TERMS = 2 ** 23;
/** Largest Σ|K|: far beyond physics, far enough from overflow that energies and their squares are numbers. */
const MAX_COUPLING = 1e100;

const HAMILTONIAN_OPTIONS = ['sites', 'terms', 'shape', 'parameters'] as const;

export class Hamiltonian {
  readonly sites: number;
  readonly shape: readonly number[];
  /** K_S of each term. Terms come in the order in which their set of sites was first listed; those that add up to 0 are left out. Read, not written. */
  readonly couplings: Float64Array;
  /** Sites of term t: members[starts[t]] … members[starts[t + 1] - 1], rising. */
  readonly starts: Uint32Array;
  readonly members: Uint32Array;
  readonly #parameters: Record<string, unknown> | undefined;

  /**
   * @throws TypeError for a wrong kind; RangeError for a site out of range or listed twice in a term, a coupling that is not finite, a shape that does not
   *   fit, more than 2^24 sites or 2^23 terms, or couplings whose sizes add up to more than 1e100
   */
  constructor(options: HamiltonianOptions) {
    knownOptions('Hamiltonian', options, HAMILTONIAN_OPTIONS);
    this.sites = integer('sites', options.sites, 1, MAX_SITES);
    this.shape = checkShape(options.shape ?? [this.sites], this.sites);
    this.#parameters = options.parameters && { ...options.parameters };
    const { terms } = options;
    checkList('terms', terms, 'array of { sites, coupling }');
    if (terms.length > MAX_TERMS) refuse('terms', 'at most 2^23 terms', terms.length);
    const merged = new Map<number | string, { sites: number[]; coupling: number }>();
    terms.forEach((term: Term, t: number) => {
      const sites = checkTerm(term, t, this.sites);
      const key = keyOf(sites, this.sites);
      const known = merged.get(key);
      if (known) known.coupling += term.coupling;
      else merged.set(key, { sites, coupling: term.coupling });
    });
    const kept = [...merged.values()].filter(({ coupling }) => coupling !== 0);
    const size = kept.reduce((sum, { coupling }) => sum + Math.abs(coupling), 0);
    if (!(size <= MAX_COUPLING)) refuse('terms', 'couplings whose sizes add up to at most 1e100', size);
    this.couplings = Float64Array.from(kept, ({ coupling }) => coupling);
    this.starts = new Uint32Array(kept.length + 1);
    kept.forEach(({ sites }, t) => {
      this.starts[t + 1] = this.starts[t] + sites.length;
    });
    this.members = new Uint32Array(this.starts[kept.length]);
    kept.forEach(({ sites }, t) => {
      this.members.set(sites, this.starts[t]);
    });
  }

  /** Enough to make it again: what the builder was told, or the terms themselves. */
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

  /** Whether H does not change when all spins are turned: every term has an even number of sites. */
  get even(): boolean {
    return this.couplings.every((_, t) => (this.starts[t + 1] - this.starts[t]) % 2 === 0);
  }

  /**
   * H in units of kT; terms are added in their order.
   * @param spins entries ±1, one a site; or rows of bits, of which a set one is spin +1
   * @returns the energy, or one a row in a fresh array
   * @throws TypeError for a wrong kind; RangeError for a wrong length, or an entry that is not ±1
   */
  energy(spins: ArrayLike<number>): number;
  energy(spins: BitRows): Float64Array;
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
    // not -sum: the energy of nothing is 0, not -0
    return 0 - sum;
  }
}

/** H from a list of interactions of any order. Throws as the class does. */
export function hamiltonianFromTerms(options: HamiltonianOptions): Hamiltonian {
  knownOptions('hamiltonianFromTerms', options, HAMILTONIAN_OPTIONS);
  return new Hamiltonian(options);
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
    refuse('hamiltonian', 'Hamiltonian, as isingHamiltonian() or hamiltonianFromTerms() give', value, 'type');
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

/** The term's sites, rising. */
function checkTerm(term: Term, t: number, sites: number): number[] {
  if (term === null || typeof term !== 'object') refuse(`terms[${t}]`, '{ sites, coupling }', term, 'type');
  const name = `terms[${t}]`;
  checkList(`${name}.sites`, term.sites, 'array of sites');
  finite(`${name}.coupling`, term.coupling);
  const sorted = term.sites.map((site, k) => integer(`${name}.sites[${k}]`, site, 0, sites - 1)).sort((a, b) => a - b);
  sorted.forEach((site, k) => {
    if (k > 0 && site === sorted[k - 1]) refuse(`${name}.sites`, 'different sites', term.sites);
  });
  return sorted;
}

/** A name for a set of sites: a number where that is short enough to be exact (up to two sites, each below 2^24), else text. */
function keyOf(sorted: readonly number[], sites: number): number | string {
  if (sorted.length === 0) return 0;
  if (sorted.length === 1) return sorted[0] + 1;
  if (sorted.length === 2) return (sorted[0] + 1) * (sites + 1) + sorted[1] + 1;
  return sorted.join();
}
