/** The sampler of the Ising model on a periodic square lattice. */

import { finite, integer, knownOptions, oneOf, refuse } from '../../util/check.js';
import { checkSeed } from '../../util/random.js';
import { WORK_OPTIONS, type WorkOptions } from '../../util/work.js';
import { burnIn, type ClusterUpdates } from '../chains/burnIn.js';
import { ClusterReplicas } from '../chains/clusterReplicas.js';
import { REPLICAS } from '../chains/planeRows.js';
import { WolffChain } from '../chains/wolff.js';
import type { SamplingMethod } from '../data/samplingReport.js';
import type { SpinData } from '../data/spinData.js';
import { checkLattice, nameOfLattice, type SquareLattice } from '../models/lattice.js';
import { type ChainOptions, ChainSampler } from './chainSampler.js';
import { startSpins } from './startSpins.js';

/** Sweeps of `burnIn`: clusters forget the ordered start in a few. */
const SWEEPS = 30;

/** Length of a burn-in. */
export interface BurnInOptions {
  /**
   * Flips in units of the number of sites, after which as many updates are made again. Default 30, which is with the
   * second half 28 autocorrelation times of 512 × 512 at K_c.
   */
  sweeps?: number;
}

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
  /**
   * Spins of all chains at the beginning: one row of the lattice's shape. Default all up for Wolff clusters, the default
   * method with a start; 'replicas', which begin with independent random spins, take none.
   */
  start?: SpinData;
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
 * const one = new Ising({ lattice: square(256), coupling: criticalCoupling }).burnIn().configurations();
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
    const known = ['lattice', 'coupling', 'method', 'start', 'seed', 'independence', 'chains', 'threads'];
    knownOptions('Ising', options, known);
    const lattice = checkLattice(options.lattice);
    const coupling = finite('coupling', options.coupling);
    if (coupling < 0) refuse('coupling', 'number >= 0 (Wolff clusters need a ferromagnet)', coupling);
    const seed = checkSeed('seed', options.seed ?? 1);
    const start = options.start === undefined ? undefined : startSpins(options.start, lattice);
    const usual = start ? 'wolff' : usualIsingMethod(lattice, coupling);
    const method = oneOf('method', options.method ?? usual, ['wolff', 'replicas']);
    if (start && method !== 'wolff') refuse('method', "'wolff' with a start", method);
    super(options, {
      chain: (index, shared) =>
        method === 'wolff'
          ? new WolffChain(lattice, coupling, seed, index, shared, start)
          : new ClusterReplicas(lattice, coupling, seed, index, shared),
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

  /**
   * Burn-in of every chain, without the pilot run of `sample`, which takes ten times as long: for one configuration in
   * equilibrium, `burnIn().configurations()`. The starting point is the present configuration (at first: `start`, or all up).
   * @throws TypeError or RangeError unless `sweeps` is a positive integer
   */
  burnIn(options: BurnInOptions = {}): this {
    knownOptions('burnIn', options, ['sweeps']);
    this.finish(this.#burnIn(options));
    return this;
  }

  /**
   * The same, with progress, pauses, threads and a signal that stops it; the sampler then returns to its state before
   * the call.
   * @throws TypeError or RangeError as `burnIn`; the reason of the signal if it stops; Error if threads that were asked
   *   for cannot be started
   */
  async burnInAsync(options: BurnInOptions & WorkOptions = {}): Promise<this> {
    knownOptions('burnInAsync', options, ['sweeps', ...WORK_OPTIONS]);
    const { sweeps, ...others } = options;
    await this.finishWithPauses(this.#burnIn({ sweeps }), others);
    return this;
  }

  #burnIn({ sweeps = SWEEPS }: BurnInOptions) {
    const count = integer('sweeps', sweeps);
    return this.withEach((chain) => burnIn(chain as ClusterUpdates, count));
  }
}
