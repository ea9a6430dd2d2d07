/** Uniform Ising models as values: nearest neighbours with one coupling and one field, on a lattice with sides. */

import type { Hamiltonian } from './hamiltonian.js';
import { type Boundary, chain, cubic, type Lattice, readLatticeName, square, triangular } from './lattice.js';
import { isingHamiltonian } from './models.js';

/** A uniform Ising model: nearest neighbours with one coupling, and a field. */
export interface UniformModel {
  /** square, triangular, chain or cubic. */
  lattice: string;
  boundary: Boundary;
  /** Sides of the lattice. */
  shape: readonly number[];
  /** K = J/kT. */
  coupling: number;
  /** B = field/kT. */
  field: number;
}

const LATTICES: Record<string, { dimension: number; make(sides: number[], boundary: Boundary): Lattice }> = {
  square: { dimension: 2, make: ([rows, columns], boundary) => square(rows, columns, { boundary }) },
  triangular: { dimension: 2, make: ([rows, columns], boundary) => triangular(rows, columns, { boundary }) },
  chain: { dimension: 1, make: ([sites], boundary) => chain(sites, { boundary }) },
  cubic: { dimension: 3, make: ([layers, rows, columns], boundary) => cubic(layers, rows, columns, { boundary }) },
};

/** The kinds of lattices of uniform models. */
export const LATTICE_KINDS = Object.keys(LATTICES);

/**
 * All sides of a lattice of that kind, from one side or all of them.
 * @throws RangeError for another number of sides
 */
export function sidesOf(kind: string, sides: readonly number[]): number[] {
  const { dimension } = LATTICES[kind];
  if (sides.length === 1) return new Array<number>(dimension).fill(sides[0]);
  if (sides.length === dimension) return [...sides];
  throw new RangeError(`"size" expected 1 or ${dimension} sides for a ${kind} lattice, got ${sides.join('x')}`);
}

/**
 * The lattice of a uniform model.
 * @throws TypeError or RangeError for sides that the lattice cannot have
 */
export function latticeOfModel({ lattice, boundary, shape }: UniformModel): Lattice {
  return LATTICES[lattice].make([...shape], boundary);
}

/**
 * The Hamiltonian of a uniform model.
 * @throws TypeError or RangeError for sides, a coupling or a field out of range
 */
export function hamiltonianOfModel(model: UniformModel): Hamiltonian {
  const { coupling, field } = model;
  return isingHamiltonian({ lattice: latticeOfModel(model), coupling, ...(field === 0 ? {} : { field }) });
}

/**
 * The uniform model of a Hamiltonian from `isingHamiltonian`; null if couplings or fields depend on the site, or there
 * are other terms.
 */
export function uniformModelOf({ parameters, shape }: Hamiltonian): UniformModel | null {
  const { lattice, coupling, field = 0, ...others } = parameters;
  const { kind, boundary, twist } = readLatticeName(lattice) ?? {};
  const more = ['nextNearest', 'plaquette', 'model', 'terms'].some((name) => name in others);
  if (
    kind === undefined ||
    boundary === undefined ||
    !LATTICE_KINDS.includes(kind) ||
    typeof coupling !== 'number' ||
    typeof field !== 'number' ||
    twist !== undefined ||
    more
  )
    return null;
  return { lattice: kind, boundary, shape: [...shape], coupling, field };
}
