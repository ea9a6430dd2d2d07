/**
 * Small systems by brute force: every state of N spins ±1, in the order of a Gray code, so that one spin flips at a
 * time. H = -Σ_bonds K s_a s_b - Σ_i B_i s_i in units of kT. A pair listed twice counts twice, as on a torus with a
 * side of 2.
 */

import { checkList, finite, integer, knownOptions, lengthOf, objectWith, refuse } from '../util/check.js';

/** One pair interaction -K s_a s_b. */
export interface Bond {
  /** One site, from 0. */
  a: number;
  /** The other site. */
  b: number;
  /** K in units of kT, any sign. */
  coupling: number;
}

/** A pairwise model of spins ±1. */
export interface PairModel {
  /** Number of spins, 1 to 24. */
  sites: number;
  /** Pairs in any order; repeated pairs add up. */
  bonds: readonly Bond[];
  /** Fields B_i in units of kT, one per site; none by default. */
  fields?: ArrayLike<number>;
}

/** Largest Σ|K|, so that squares of energies are finite. */
export const MAX_COUPLING = 1e100;

/** Exact averages of a pairwise model; m is the magnetisation per site, (1/N) Σ s. */
export interface EnumerateAnswer {
  /** ln Z. */
  logPartition: number;
  /** ⟨H⟩ of the whole system, in units of kT. */
  energy: number;
  /** ⟨H²⟩ - ⟨H⟩² of the whole system: its heat capacity in units of k, when K and B scale as 1/T. */
  heatCapacity: number;
  /** ⟨|m|⟩. */
  meanAbsoluteMagnetisation: number;
  /** ⟨m²⟩. */
  magnetisation2: number;
  /** ⟨m⁴⟩. */
  magnetisation4: number;
}

/** States between two fresh evaluations of the energy, and the length of the inner sums. */
const block = 4096;

const PAIR_MODEL = ['sites', 'bonds', 'fields'] as const;

/**
 * All averages by summing over the 2^N states. Costs about 2^N · (8 + neighbours) operations: a second at N = 24. The
 * error is about 1e-13: relative for ln Z and heat capacity, in units of Σ |K| for the energy (which is of order K² at
 * weak coupling), absolute for the moments of m.
 * @throws TypeError or RangeError for a site, bond or field that is not as `PairModel` requires
 */
export function enumerate(model: PairModel): EnumerateAnswer {
  knownOptions('enumerate', model, PAIR_MODEL, 'model');
  const { sites } = model;
  const walk = new GrayWalk(model);
  // Sums of e^{-(H - reference)} times 1, H - reference, its square, |M|, M², M⁴. The reference follows the lowest
  // energy seen.
  let reference = walk.energy;
  const sums = new Float64Array(6);
  const inner = new Float64Array(6);
  for (let done = false; !done; ) {
    inner.fill(0);
    for (let k = 0; k < block && !done; k++) {
      if (walk.energy < reference) {
        shiftReference(sums, reference - walk.energy);
        shiftReference(inner, reference - walk.energy);
        reference = walk.energy;
      }
      const excess = walk.energy - reference;
      const weight = Math.exp(-excess);
      const m = Math.abs(walk.magnetisation);
      inner[0] += weight;
      inner[1] += weight * excess;
      inner[2] += weight * excess * excess;
      inner[3] += weight * m;
      inner[4] += weight * m * m;
      inner[5] += weight * m * m * m * m;
      done = !walk.next();
    }
    for (let k = 0; k < 6; k++) sums[k] += inner[k];
  }
  const [z, h, h2, m1, m2, m4] = sums;
  return {
    logPartition: Math.log(z) - reference,
    energy: reference + h / z,
    heatCapacity: Math.max(0, h2 / z - (h / z) ** 2),
    meanAbsoluteMagnetisation: m1 / z / sites,
    magnetisation2: m2 / z / sites ** 2,
    magnetisation4: m4 / z / sites ** 4,
  };
}

/** Rewrites the sums for a reference energy that is lower by `step`. */
function shiftReference(sums: Float64Array, step: number): void {
  sums[2] += 2 * step * sums[1] + step * step * sums[0];
  sums[1] += step * sums[0];
  const scale = Math.exp(-step);
  for (let k = 0; k < sums.length; k++) sums[k] *= scale;
}

/**
 * Number of states at each energy, for integer couplings and fields (in units of any J).
 * @returns energy → number of states, in rising order of energy; the counts add up to 2^N
 * @throws TypeError or RangeError for a site, bond or field that is not as `PairModel` requires, or not an integer
 */
export function densityOfStates(model: PairModel): Map<number, number> {
  knownOptions('densityOfStates', model, PAIR_MODEL, 'model');
  const walk = new GrayWalk(model);
  model.bonds.forEach((bond, k) => {
    if (!Number.isSafeInteger(bond.coupling)) refuse(`bonds[${k}].coupling`, 'integer', bond.coupling);
  });
  Array.from(model.fields ?? []).forEach((field, k) => {
    if (!Number.isSafeInteger(field)) refuse(`fields[${k}]`, 'integer', field);
  });
  const counts = new Map<number, number>();
  do counts.set(walk.energy, (counts.get(walk.energy) ?? 0) + 1);
  while (walk.next());
  return new Map([...counts].sort(([low], [high]) => low - high));
}

/**
 * A walk through all states: step k flips the spin whose number is the count of trailing zero bits of k. Starts with
 * all spins down.
 */
class GrayWalk {
  /** H of the present state. */
  energy = 0;
  /** Σ s of the present state. */
  magnetisation: number;
  private step = 0;
  private readonly last: number;
  private readonly spins: Float64Array;
  private readonly fields: Float64Array;
  /** Neighbours of each site, their couplings beside them. */
  private readonly neighbours: number[][];
  private readonly couplings: number[][];

  constructor({ sites, bonds, fields }: PairModel) {
    integer('sites', sites, 1, 24);
    checkList('bonds', bonds, 'array of { a, b, coupling }');
    this.neighbours = Array.from({ length: sites }, () => []);
    this.couplings = Array.from({ length: sites }, () => []);
    bonds.forEach((bond: Bond, k: number) => {
      const { a, b, coupling } = objectWith(`bonds[${k}]`, bond, [], '{ a, b, coupling }');
      integer(`bonds[${k}].a`, a, 0, sites - 1);
      integer(`bonds[${k}].b`, b, 0, sites - 1);
      finite(`bonds[${k}].coupling`, coupling);
      if (a === b) throw new RangeError(`"bonds[${k}]" expected two different sites, got ${a} twice`);
      this.neighbours[a].push(b);
      this.neighbours[b].push(a);
      this.couplings[a].push(coupling);
      this.couplings[b].push(coupling);
    });
    this.fields = new Float64Array(sites);
    if (fields !== undefined) {
      lengthOf('fields', objectWith('fields', fields, ['length'], 'array of numbers'), sites);
      for (let i = 0; i < sites; i++) this.fields[i] = finite(`fields[${i}]`, fields[i]);
    }
    // each bond stands at both of its sites
    const sizes = [...this.couplings.flat(), ...this.fields, ...this.fields].map(Math.abs);
    const size = sizes.reduce((sum, entry) => sum + entry, 0) / 2;
    if (!(size <= MAX_COUPLING)) refuse('bonds', 'couplings and fields whose sizes add up to at most 1e100', size);
    this.spins = new Float64Array(sites).fill(-1);
    this.magnetisation = -sites;
    this.last = 2 ** sites - 1;
    this.energy = this.fresh();
  }

  /** Moves to the next state; false when all have been visited. */
  next(): boolean {
    if (this.step === this.last) return false;
    this.step++;
    const i = 31 - Math.clz32(this.step & -this.step);
    const s = this.spins[i];
    this.energy += 2 * s * (this.fields[i] + this.pull(i));
    this.spins[i] = -s;
    this.magnetisation -= 2 * s;
    // Rounding errors of the differences would accumulate over millions of steps.
    if (this.step % block === 0) this.energy = this.fresh();
    return true;
  }

  /** Σ_j K_ij s_j. */
  private pull(i: number): number {
    const neighbours = this.neighbours[i];
    const couplings = this.couplings[i];
    let sum = 0;
    for (let k = 0; k < neighbours.length; k++) sum += couplings[k] * this.spins[neighbours[k]];
    return sum;
  }

  /** H of the present state from its definition. */
  private fresh(): number {
    let energy = 0;
    for (let i = 0; i < this.spins.length; i++) energy -= this.spins[i] * (this.fields[i] + this.pull(i) / 2);
    return energy;
  }
}
