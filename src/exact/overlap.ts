/**
 * The overlap of two independent replicas s and t of a small system, q = (1/N) Σ s_i t_i, exactly: the order parameter
 * of spin glasses (Edwards & Anderson, J. Phys. F 5, 965 (1975); Parisi, Phys. Rev. Lett. 50, 1946 (1983)).
 *
 * With d the set of sites at which two states differ, q = 1 - 2|d|/N and P(d) = Σ_s p(s) p(s⊕d), whose Walsh-Hadamard
 * transform is the square of that of p.
 */

import { knownOptions } from '../util/check.js';
import { exactDistribution, walshHadamard } from './distribution.js';
import type { NBodyModel } from './nBody.js';

/** The distribution P(q) of the overlap of two replicas, and its moments. */
export interface OverlapAnswer {
  /** q of each entry of `probabilities`, -1, -1 + 2/N, … 1. */
  overlaps: Float64Array;
  /** P(q). */
  probabilities: Float64Array;
  /** ⟨q⟩, 0 where H is even in the spins. */
  overlap: number;
  /** ⟨|q|⟩. */
  absoluteOverlap: number;
  /** ⟨q²⟩ = (1/N²) Σ_ij ⟨s_i s_j⟩²; N⟨q²⟩ is the spin-glass susceptibility of one sample. */
  overlap2: number;
  /** ⟨q⁴⟩. */
  overlap4: number;
  /** ⟨q_l⟩ = (1/B) Σ ⟨s_i s_j⟩² over the B terms of two sites; null without any. */
  linkOverlap: number | null;
}

/**
 * P(q) of one sample of disorder, for at most 22 spins with interactions of any order. Costs as `exactDistribution`,
 * twice: 0.2 s for 20 spins.
 * @param model a `Hamiltonian`, of `edwardsAnderson` for example, is one
 * @throws TypeError or RangeError as `exactDistribution`
 */
export function exactOverlap(model: NBodyModel): OverlapAnswer {
  knownOptions('exactOverlap', model, ['sites', 'terms'], 'model');
  const { probabilities: states, correlation } = exactDistribution(model);
  const { sites } = model;
  const transform = states.slice();
  walshHadamard(transform);
  const differences = transform.map((entry) => (entry * entry) / transform.length);
  walshHadamard(differences);
  const probabilities = new Float64Array(sites + 1);
  differences.forEach((probability, d) => {
    let different = 0;
    for (let bits = d; bits > 0; bits &= bits - 1) different++;
    probabilities[sites - different] += Math.max(0, probability);
  });
  const overlaps = Float64Array.from(probabilities, (_, k) => (2 * k - sites) / sites);
  const moment = (f: (q: number) => number): number =>
    probabilities.reduce((sum, probability, k) => sum + probability * f(overlaps[k]), 0);
  const bonds = model.terms.filter((term) => term.sites.length === 2);
  const links = bonds.reduce((sum, term) => sum + correlation(term.sites) ** 2, 0);
  return {
    overlaps,
    probabilities,
    overlap: moment((q) => q),
    absoluteOverlap: moment(Math.abs),
    overlap2: moment((q) => q ** 2),
    overlap4: moment((q) => q ** 4),
    linkOverlap: bonds.length === 0 ? null : links / bonds.length,
  };
}
