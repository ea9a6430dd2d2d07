/** Exact values for a Hamiltonian, by a closed form or sum if one is feasible. */

import { solveRing } from '../../exact/chain.js';
import { kaufman } from '../../exact/kaufman.js';
import { type MagnetisationModel, magnetisationDistribution, magnetisationWork } from '../../exact/magnetisation.js';
import { enumerateTerms } from '../../exact/nBody.js';
import { type FiniteStripModel, solveStrip } from '../../exact/strip.js';
import { sameInteractions } from '../data/provenance.js';
import { checkHamiltonian, type Hamiltonian } from '../models/hamiltonian.js';
import type { SquareLattice } from '../models/lattice.js';
import { chain, readLatticeName, square, triangular } from '../models/lattice.js';
import { isingHamiltonian } from '../models/models.js';

/** Exact values of the quantities of `measure`, in the same conventions; null if no method here is applicable. */
export interface ExactAnswer {
  /** The method, such as "Kaufman 1949". */
  source: string;
  /** ln Z. */
  logPartition: number;
  /** Per site in units of kT. */
  energy: number;
  specificHeat: number | null;
  magnetisation: number | null;
  absoluteMagnetisation: number | null;
  magnetisation2: number | null;
  magnetisation4: number | null;
}

/**
 * Max width of a strip for its transfer matrix: a few milliseconds with open ends, about ten times as much on a torus.
 */
const WIDTH = 8;

/**
 * Max products for the distribution of m: 0.1 s, enough for 8×16 or 9×9 with periodic sides, for 10×60 with open sides.
 */
const MAGNETISATION_WORK = 2e7;

/** Max number of spins for a sum over all states: at most 15 ms. */
const MAX_ENUMERATED = 20;

/**
 * The lattice and K of a Hamiltonian that is the nearest-neighbour Ising model on a periodic square lattice, K >= 0;
 * null for all others.
 */
export function plainTorusOf(hamiltonian: Hamiltonian): { lattice: SquareLattice; coupling: number } | null {
  const torus = uniformTorusOf(hamiltonian);
  return torus !== null && torus.coupling >= 0 ? torus : null;
}

/** `plainTorusOf` for K of any sign. */
function uniformTorusOf(hamiltonian: Hamiltonian): { lattice: SquareLattice; coupling: number } | null {
  const { shape, couplings, parameters } = hamiltonian;
  if (shape.length !== 2 || shape[0] < 2 || shape[1] < 2) return null;
  const lattice = square(shape[0], shape[1]);
  // with a side of 2 the couplings of double bonds are added up: so K is that of the parameters, if it is there
  const told = typeof parameters.coupling === 'number' ? parameters.coupling : (couplings[0] ?? 0);
  // two bonds per site, unless they are double or 0: so a large model of another kind is not compared term by term
  if (Math.min(...shape) > 2 && told !== 0 && couplings.length !== 2 * lattice.sites) return null;
  const same = sameInteractions(hamiltonian, isingHamiltonian({ lattice, coupling: told }));
  return same ? { lattice, coupling: told } : null;
}

/** K and B of a uniform ring; null for all others. */
function ringOf(hamiltonian: Hamiltonian): { sites: number; coupling: number; field: number } | null {
  const { sites, shape, parameters } = hamiltonian;
  const { coupling, field = 0 } = parameters;
  if (shape.length !== 1 || sites < 2 || typeof coupling !== 'number' || typeof field !== 'number') return null;
  const same = sameInteractions(hamiltonian, isingHamiltonian({ lattice: chain(sites), coupling, field }));
  return same ? { sites, coupling, field } : null;
}

/**
 * A uniform strip of the square or triangular lattice, the short side as its width; null for all others, and for wide
 * strips.
 */
function stripOf(hamiltonian: Hamiltonian): FiniteStripModel | null {
  const { shape, parameters } = hamiltonian;
  const { lattice, coupling, field = 0 } = parameters;
  const { kind, boundary } = readLatticeName(lattice) ?? {};
  if (typeof coupling !== 'number' || typeof field !== 'number' || shape.length !== 2) return null;
  if ((kind !== 'square' && kind !== 'triangular') || boundary === undefined) return null;
  const [width, length] = [Math.min(...shape), Math.max(...shape)];
  if (width > WIDTH || (boundary === 'periodic' && width < 2)) return null;
  const make = kind === 'square' ? square : triangular;
  const same = sameInteractions(
    hamiltonian,
    isingHamiltonian({ lattice: make(shape[0], shape[1], { boundary }), coupling, field }),
  );
  const diagonal = kind === 'square' ? 0 : coupling;
  return same ? { width, length, coupling, diagonal, field, sides: boundary, ends: boundary } : null;
}

/** A uniform square lattice or chain, the short side as its columns; null for all others. */
function latticeOf(hamiltonian: Hamiltonian): (MagnetisationModel & { boundary: 'periodic' | 'open' }) | null {
  const torus = uniformTorusOf(hamiltonian);
  if (torus !== null) return { ...sidesOf(torus.lattice.shape), coupling: torus.coupling, boundary: 'periodic' };
  const { shape, parameters } = hamiltonian;
  const { lattice, coupling, field = 0 } = parameters;
  const { kind, boundary } = readLatticeName(lattice) ?? {};
  if (boundary === undefined) return null;
  if (typeof coupling !== 'number' || typeof field !== 'number' || (kind !== 'square' && kind !== 'chain')) return null;
  const made = kind === 'chain' ? chain(shape[0], { boundary }) : square(shape[0], shape[1], { boundary });
  const same = sameInteractions(hamiltonian, isingHamiltonian({ lattice: made, coupling, field }));
  return same ? { ...sidesOf(shape), coupling, field, boundary } : null;
}

function sidesOf(shape: readonly number[]): { rows: number; columns: number } {
  return shape.length === 1
    ? { rows: shape[0], columns: 1 }
    : { rows: Math.max(...shape), columns: Math.min(...shape) };
}

/**
 * Exact energy, specific heat and moments of m of a Hamiltonian: by the sum over all states up to 20 spins; Kaufman's
 * torus (energy and specific heat; antiferromagnets if both sides are even); the ring in a field and strips up to 8
 * wide by their transfer matrices; all moments of m of square lattices up to about 8×16 and of chains
 * (`magnetisationDistribution`). Null if none of these applies.
 * @throws TypeError if not a Hamiltonian
 * @example
 * exactAnswer(isingHamiltonian({ lattice: square(16), coupling: 0.4 })).energy; // per site in units of kT
 */
export function exactAnswer(hamiltonian: Hamiltonian): ExactAnswer | null {
  checkHamiltonian(hamiltonian);
  const answer = thermalAnswer(hamiltonian);
  if (answer === null || answer.magnetisation4 !== null) return answer;
  const model = latticeOf(hamiltonian);
  if (model === null || magnetisationWork(model) > MAGNETISATION_WORK) return answer;
  const { absoluteMagnetisation, magnetisation2, magnetisation4 } = magnetisationDistribution(model);
  const source = `${answer.source}, m by its distribution`;
  return { ...answer, source, absoluteMagnetisation, magnetisation2, magnetisation4 };
}

/** `exactAnswer`, with the moments of m only if the method for the energy gives them. */
function thermalAnswer(hamiltonian: Hamiltonian): ExactAnswer | null {
  const { sites } = hamiltonian;
  if (sites <= MAX_ENUMERATED) {
    const { logPartition, energy, heatCapacity, ...m } = enumerateTerms(hamiltonian);
    return {
      source: `the sum over all 2^${sites} states`,
      logPartition,
      energy: energy / sites,
      specificHeat: heatCapacity / sites,
      magnetisation: m.magnetisation,
      absoluteMagnetisation: m.meanAbsoluteMagnetisation,
      magnetisation2: m.magnetisation2,
      magnetisation4: m.magnetisation4,
    };
  }
  const unknown = { magnetisation: null, absoluteMagnetisation: null, magnetisation2: null, magnetisation4: null };
  const torus = uniformTorusOf(hamiltonian);
  if (torus !== null && (torus.coupling >= 0 || torus.lattice.shape.every((side) => side % 2 === 0))) {
    const { lattice, coupling } = torus;
    const { logPartition, energy, specificHeat } = kaufman(...lattice.shape, coupling);
    return {
      source: 'Kaufman 1949',
      logPartition,
      energy: coupling * energy,
      specificHeat,
      ...unknown,
      magnetisation: 0,
    };
  }
  const one = ringOf(hamiltonian);
  if (one !== null) {
    const { logPartition, energy, heatCapacity, magnetisation, correlation } = solveRing(one);
    let second = 0;
    for (let r = 0; r < sites; r++) second += correlation(r) / sites;
    const source = 'the transfer matrix of the ring';
    return {
      source,
      logPartition,
      energy: energy / sites,
      specificHeat: heatCapacity / sites,
      ...unknown,
      magnetisation,
      magnetisation2: second,
    };
  }
  const narrow = stripOf(hamiltonian);
  if (narrow !== null) {
    const { logPartition, energy, heatCapacity, magnetisation } = solveStrip(narrow);
    const thermal = { logPartition, energy: energy / sites, specificHeat: heatCapacity / sites };
    return { source: 'the transfer matrix of the strip', ...thermal, ...unknown, magnetisation };
  }
  return null;
}
