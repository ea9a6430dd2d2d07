/** The Hamiltonian in the provenance of configurations. */

import { instanceOf, refuse, within } from '../../util/check.js';
import { Hamiltonian, type Term } from '../models/hamiltonian.js';
import { isSquareTorus, readLattice } from '../models/lattice.js';
import { edwardsAnderson, isingHamiltonian } from '../models/models.js';
import { TermTable } from '../models/termTable.js';
import { SpinData } from './spinData.js';

/** Max relative difference of couplings that are equal except for rounding. */
const ROUNDING = 1e-12;

/**
 * K of data of the periodic nearest-neighbour square lattice with one coupling and no field, times the scale of
 * `Tempering`; null if the provenance names another model, or none.
 */
export function plainCouplingOf({ provenance }: SpinData): number | null {
  const { lattice, coupling, field = 0, ...others } = provenance.parameters ?? {};
  const more = ['nextNearest', 'plaquette', 'model', 'terms'].some((name) => name in others);
  const plain = isSquareTorus(lattice) && typeof coupling === 'number' && field === 0 && !more;
  return plain ? coupling * scaleOf(others) : null;
}

/**
 * The Hamiltonian H of the distribution e^{-H}/Z of the rows, rebuilt from the provenance of data from a sampler of
 * this package; null if the provenance does not name it. Rows of `Tempering` at scale s have the distribution of s
 * times the sampler's Hamiltonian, and this product is returned.
 * @throws TypeError or RangeError if not SpinData, or as the builders for a provenance with invalid parameters
 */
export function hamiltonianOfData(data: SpinData): Hamiltonian | null {
  const { provenance } = instanceOf('data', data, SpinData, 'SpinData');
  const { sites, terms, model, distribution, ...told } = provenance.parameters ?? {};
  const scale = scaleOf(told);
  const times = (coupling: number) => scale * coupling;
  if (typeof sites === 'number' && Array.isArray(terms)) {
    const scaled = (terms as Term[]).map((term) => ({ sites: term.sites, coupling: times(term.coupling) }));
    return new Hamiltonian({ sites, terms: scaled });
  }
  const lattice = readLattice(told);
  if (lattice === null || told.coupling === undefined) return null;
  if (model === 'Edwards-Anderson') {
    const { coupling, field, seed } = told as { coupling: number; field: number; seed: number };
    const options = { lattice, distribution: distribution as 'bimodal' | 'gaussian', seed };
    return edwardsAnderson({ ...options, coupling: times(coupling), field: times(field) });
  }
  if (model !== undefined) return null;
  const each = (value: unknown) => (Array.isArray(value) ? value.map(times) : times(value as number));
  const { coupling, field = 0, nextNearest = 0, plaquette = 0 } = told as Record<string, number>;
  return isingHamiltonian({
    lattice,
    coupling: each(coupling),
    ...(told.field === undefined ? {} : { field: each(field) }),
    nextNearest: times(nextNearest),
    plaquette: times(plaquette),
  });
}

/**
 * The factor of H at which the rows were sampled: 1 except for `Tempering`.
 * @throws TypeError or RangeError for an invalid scale in the provenance
 */
function scaleOf({ scale = 1 }: Record<string, unknown>): number {
  return within('provenance.parameters.scale', scale, 0, Number.MAX_VALUE);
}

/**
 * The coupling of the periodic square lattice at which the data were sampled, as given by a caller.
 * @throws RangeError if the provenance names another coupling, or one per row
 */
export function checkCouplingOfData(data: SpinData, coupling: number): number {
  if (data.provenance.parameters?.couplings !== undefined)
    refuse('data', 'rows of one coupling', 'one coupling per row');
  const told = plainCouplingOf(data);
  if (told !== null && !alike(told, coupling, ROUNDING)) {
    refuse('coupling', `the one that the data were sampled at, ${told}`, coupling);
  }
  return coupling;
}

/** Whether the difference is at most this share of the larger number. */
function alike(a: number, b: number, share: number): boolean {
  return a === b || Math.abs(a - b) <= share * Math.max(Math.abs(a), Math.abs(b));
}

/** Whether two Hamiltonians have the same terms, in any order. */
export function sameInteractions(a: Hamiltonian, b: Hamiltonian): boolean {
  return matchingTerms(a, b, 0);
}

/**
 * The same except for rounding: the terms of a multiple of a Hamiltonian may be multiplied before or after they are
 * added.
 */
export function sameButRounding(a: Hamiltonian, b: Hamiltonian): boolean {
  return matchingTerms(a, b, ROUNDING);
}

function matchingTerms(a: Hamiltonian, b: Hamiltonian, share: number): boolean {
  if (a.sites !== b.sites || a.couplings.length !== b.couplings.length) return false;
  // nearly always the order is the same, too
  if (sameOrder(a, b)) return b.couplings.every((coupling, t) => alike(a.couplings[t], coupling, share));
  const table = new TermTable(a.couplings.length, a.members.length);
  a.couplings.forEach((coupling, t) => {
    table.add(a.members, a.starts[t], a.starts[t + 1], coupling);
  });
  return b.couplings.every((coupling, t) =>
    alike(table.couplingOf(b.members, b.starts[t], b.starts[t + 1]) ?? 0, coupling, share),
  );
}

/** Whether term t of both has the same sites, for all t. */
function sameOrder(a: Hamiltonian, b: Hamiltonian): boolean {
  if (a.members.length !== b.members.length) return false;
  return a.starts.every((start, t) => start === b.starts[t]) && a.members.every((site, m) => site === b.members[m]);
}
