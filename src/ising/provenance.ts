/** What the provenance of configurations tells of the energy that they were sampled from. */

import { instanceOf } from '../util/check.js';
import { Hamiltonian, type Term } from './hamiltonian.js';
import { chain, cubic, graph, type Lattice, square, triangular } from './lattice.js';
import { edwardsAnderson, ising } from './models.js';
import { SpinData } from './spinData.js';

/** K of data of the periodic nearest-neighbour square lattice with one coupling and no field; null where the provenance tells of something else, or of nothing. */
export function plainCouplingOf({ provenance }: SpinData): number | null {
  const { lattice, coupling, field = 0, ...others } = provenance.parameters ?? {};
  const more = ['nextNearest', 'plaquette', 'model', 'terms'].some((name) => name in others);
  return lattice === 'square, periodic' && typeof coupling === 'number' && field === 0 && !more ? coupling : null;
}

/**
 * The Hamiltonian made again from the provenance of data that a sampler of this package made; null where it does not tell.
 * @throws as the builders do, where the provenance tells of one that cannot be
 */
export function hamiltonianOfData(data: SpinData): Hamiltonian | null {
  const { provenance } = instanceOf('data', data, SpinData, 'SpinData');
  const { sites, terms, model, distribution, ...told } = provenance.parameters ?? {};
  if (typeof sites === 'number' && Array.isArray(terms)) return new Hamiltonian({ sites, terms: terms as Term[] });
  const lattice = latticeOf(told);
  if (lattice === null || told.coupling === undefined) return null;
  if (model === 'Edwards-Anderson') {
    const { coupling, field, seed } = told as { coupling: number; field: number; seed: number };
    return edwardsAnderson({ lattice, distribution: distribution as 'bimodal' | 'gaussian', coupling, field, seed });
  }
  if (model !== undefined) return null;
  const { coupling, field, nextNearest, plaquette } = told as Record<string, number>;
  return ising({ lattice, coupling, field, nextNearest, plaquette });
}

/** The lattice from its description (`describeLattice`), shape and edges. */
function latticeOf({ lattice, shape, edges }: Record<string, unknown>): Lattice | null {
  if (typeof lattice !== 'string' || !Array.isArray(shape)) return null;
  const [kind, boundary] = lattice.split(', ') as [string, 'open' | 'periodic' | undefined];
  const [a, b, c] = shape as number[];
  switch (kind) {
    case 'square':
      return square(a, b, { boundary });
    case 'chain':
      return chain(a, { boundary });
    case 'triangular':
      return triangular(a, b, { boundary });
    case 'cubic':
      return cubic(a, b, c, { boundary });
    case 'graph':
      return Array.isArray(edges) ? graph(a, edges) : null;
    default:
      return null;
  }
}

/** Whether two Hamiltonians have the same terms, in whatever order. */
export function sameInteractions(a: Hamiltonian, b: Hamiltonian): boolean {
  if (a.sites !== b.sites || a.couplings.length !== b.couplings.length) return false;
  const couplings = new Map(a.terms.map(({ sites, coupling }) => [String(sites), coupling]));
  return b.terms.every(({ sites, coupling }) => couplings.get(String(sites)) === coupling);
}
