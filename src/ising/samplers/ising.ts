/**
 * The Ising model on a periodic square lattice, H/kT = -K Σ_⟨ij⟩ s_i s_j, s = ±1, and independent samples from it.
 *
 * One chain of Wolff clusters, or 128 replicas moved together by cluster updates. After the burn-in a pilot run measures how long energy and
 * |magnetisation| remember (τ_int, uncorrelated = ½); samples of a chain are then taken `independence` such times apart, and what correlation is left
 * among them is measured again (Γ-method) and reported.
 */

import { finite, knownOptions, oneOf, refuse } from '../../util/check.js';
import { checkSeed } from '../../util/random.js';
import { ClusterReplicas } from '../chains/clusterReplicas.js';
import { REPLICAS } from '../chains/planes.js';
import { WolffChain } from '../chains/wolff.js';
import type { SamplingMethod } from '../data/samplingReport.js';
import { checkLattice, nameOfLattice, type SquareLattice } from '../models/lattice.js';
import { type ChainOptions, ChainSampler } from './chainSampler.js';

export interface IsingOptions extends ChainOptions {
  lattice: SquareLattice;
  /** K = J/kT >= 0; the critical value is ½ ln(1 + √2) = 0.4407. */
  coupling: number;
  /**
   * How samples are made; both have the same distribution. Default: 'replicas' up to 2^14 sites (128 × 128), 'wolff' beyond. It does not ask how many samples
   * are wanted, since a set must not depend on how it is divided among calls.
   */
  method?: SamplingMethod;
}

/**
 * Up to this many sites 128 replicas are the faster method. Time of Wolff in units of theirs, pilot run included: 20,000 samples of 16 × 16 and of 40 × 40
 * 10 to 17; 2000 of 64 × 64 8 to 11; 1280 of 128 × 128 6 to 10, 128 of them 2 to 3.5. They need 64 bytes a site, Wolff 21.
 */
const REPLICA_SITES = 2 ** 14;

/** The faster of both methods on a lattice. */
export function usualIsingMethod({ sites }: SquareLattice): SamplingMethod {
  return sites <= REPLICA_SITES ? 'replicas' : 'wolff';
}

export class Ising extends ChainSampler {
  readonly lattice: SquareLattice;
  readonly coupling: number;
  readonly method: SamplingMethod;

  /** @throws TypeError or RangeError for an option out of range: K < 0 is refused, since clusters of equal spins need a ferromagnet */
  constructor(options: IsingOptions) {
    knownOptions('Ising', options, ['lattice', 'coupling', 'method', 'seed', 'independence', 'chains', 'threads']);
    const lattice = checkLattice(options.lattice);
    const coupling = finite('coupling', options.coupling);
    if (coupling < 0) refuse('coupling', 'number >= 0 (Wolff clusters need a ferromagnet)', coupling);
    const seed = checkSeed('seed', options.seed ?? 1);
    const method = oneOf('method', options.method ?? usualIsingMethod(lattice), ['wolff', 'replicas']);
    const Chain = method === 'wolff' ? WolffChain : ClusterReplicas;
    super(options, {
      chain: (index, shared) => new Chain(lattice, coupling, seed, index, shared),
      groupSize: method === 'wolff' ? 1 : REPLICAS,
      source: 'blockspin Ising',
      shape: lattice.shape,
      parameters: { lattice: nameOfLattice(lattice), shape: [...lattice.shape], coupling },
      method,
      energyUnit: 'J',
    });
    this.lattice = lattice;
    this.coupling = coupling;
    this.method = method;
  }
}
