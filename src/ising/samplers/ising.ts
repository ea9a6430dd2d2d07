/** The sampler of the Ising model on a periodic square lattice. */

import { finite, knownOptions, oneOf, refuse } from '../../util/check.js';
import { checkSeed } from '../../util/random.js';
import { ClusterReplicas } from '../chains/clusterReplicas.js';
import { REPLICAS } from '../chains/planes.js';
import { WolffChain } from '../chains/wolff.js';
import type { SamplingMethod } from '../data/samplingReport.js';
import { checkLattice, nameOfLattice, type SquareLattice } from '../models/lattice.js';
import { type ChainOptions, ChainSampler } from './chainSampler.js';

/** Options of `Ising`. */
export interface IsingOptions extends ChainOptions {
  lattice: SquareLattice;
  /** K = J/kT >= 0; the critical value is ½ ln(1 + √2) = 0.4407. */
  coupling: number;
  /**
   * The sampling method; both have the same distribution. Default: 'replicas' up to 2^14 sites (128 × 128), 'wolff'
   * above. The default does not depend on the number of samples, since a set must not depend on how it is divided among
   * calls.
   */
  method?: SamplingMethod;
}

/**
 * Max number of sites for which 128 replicas are the faster method. Time of Wolff divided by that of replicas, pilot
 * run included: 10 to 17 for 20,000 samples of 16 × 16 or 40 × 40; 8 to 11 for 2000 of 64 × 64; 6 to 10 for 1280 of 128
 * × 128, 2 to 3.5 for 128 of them. Replicas need 64 bytes per site, Wolff 21.
 */
const REPLICA_SITES = 2 ** 14;

/**
 * Largest K of replicas: deep in the ordered phase a few of the 128 lattices keep two domains for very long, since both flip
 * together or not at all as often as not, and the pilot run sees them. At 32 × 32 that begins with K = 0.9; at K = 1.5 it ends in
 * an error. Wolff clusters flip one domain at a time.
 */
const REPLICA_COUPLING = 0.8;

/** The faster of the two methods on a lattice. */
export function usualIsingMethod({ sites }: SquareLattice, coupling: number): SamplingMethod {
  return sites <= REPLICA_SITES && coupling <= REPLICA_COUPLING ? 'replicas' : 'wolff';
}

/**
 * Independent samples of the Ising model on a periodic square lattice, H/kT = -K Σ_⟨ij⟩ s_i s_j, s = ±1.
 *
 * The method is Wolff clusters, or cluster updates of 128 replicas at a time. After the burn-in a pilot run measures
 * the integrated autocorrelation times τ_int of energy and |magnetisation| (uncorrelated = ½); samples of a chain are
 * then taken `independence` times τ apart, and their remaining correlation is measured (Γ-method) and reported.
 * @example
 * const ising = new Ising({ lattice: square(16), coupling: criticalCoupling, seed: 1 });
 * const data = ising.sample(1000);
 * measure(data).energy; // { mean, error, … } per site in units of J
 */
export class Ising extends ChainSampler {
  readonly lattice: SquareLattice;
  readonly coupling: number;
  readonly method: SamplingMethod;

  /**
   * @throws TypeError or RangeError for an option out of range: K < 0 is an error, since clusters of equal spins need a
   *   ferromagnet
   */
  constructor(options: IsingOptions) {
    knownOptions('Ising', options, ['lattice', 'coupling', 'method', 'seed', 'independence', 'chains', 'threads']);
    const lattice = checkLattice(options.lattice);
    const coupling = finite('coupling', options.coupling);
    if (coupling < 0) refuse('coupling', 'number >= 0 (Wolff clusters need a ferromagnet)', coupling);
    const seed = checkSeed('seed', options.seed ?? 1);
    const method = oneOf('method', options.method ?? usualIsingMethod(lattice, coupling), ['wolff', 'replicas']);
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
