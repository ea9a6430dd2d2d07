/** Single-spin updates of any Hamiltonian. */

import { knownOptions, oneOf, refuse } from '../../util/check.js';
import { checkSeed } from '../../util/random.js';
import { SingleSpinChain } from '../chains/singleSpinChain.js';
import { checkHamiltonian, checkSpins, type Hamiltonian } from '../models/hamiltonian.js';
import { uniformModelOf } from '../models/uniform.js';
import type { ChainOptions } from './chainSampler.js';
import { HamiltonianSampler } from './hamiltonianSampler.js';

/** Options of `SingleSpin`. */
export interface SingleSpinOptions extends ChainOptions {
  hamiltonian: Hamiltonian;
  /** Update of a spin. Default heatBath. */
  method?: 'heatBath' | 'metropolis';
  /** All sites in order, or random sites. Default sequential for the heat bath, random for Metropolis. */
  order?: 'sequential' | 'random';
  /** Initial spins ±1 of all chains; default independent random spins (infinite temperature). */
  start?: ArrayLike<number>;
}

/**
 * Single-spin updates of any Hamiltonian: fields, random couplings, any lattice, any order of interaction. Slower than
 * `Ising` near a critical point, and stuck in glasses at low temperature, where one chain gives no reliable interval
 * (`Tempering` has several); but applicable to all Hamiltonians.
 *
 * The conditions that each choice satisfies:
 *   heat bath, random order    detailed balance; irreducible and aperiodic, so every start converges to e^{-H}/Z
 *   heat bath, sequential      balance only (a product of updates that each keep e^{-H}/Z); one sweep can lead from any
 *                              state to any other. The default
 *   Metropolis, random order   detailed balance; ergodic if some flip can be rejected. Without interactions none is:
 *                              the parity of the number of up spins is then predictable, an error. Near that limit
 *                              it has a long memory, to which energy and |m| are insensitive: use the heat bath there
 *                              too
 *   Metropolis, sequential     balance only. A spin without interactions is flipped in every sweep, for ever: an error.
 *                              On a ring without a field flips that cost nothing are always made, so that a sweep carries
 *                              domain walls along and from all spins up 18 of the 512 states of a ring of 9 are reached:
 *                              an error. Ergodicity is proven for no model and tested for some; prefer another choice
 *
 * Before its first sample, a burn-in and a pilot run find the interval from the autocorrelation of energy and
 * magnetisation (of |m| if H is even in the spins: then every sample is flipped as a whole with probability ½, which
 * does not change the energy). The interval does not include slow changes that affect neither of them, such as those
 * between the valleys of a glass.
 * @example
 * const hamiltonian = hamiltonianFromTerms({ sites: 3, terms: [{ sites: [0, 1, 2], coupling: 0.5 }] });
 * new SingleSpin({ hamiltonian }).sample(10).count; // 10
 */
export class SingleSpin extends HamiltonianSampler<SingleSpinChain> {
  readonly method: 'heatBath' | 'metropolis';
  readonly order: 'sequential' | 'random';

  /**
   * @throws TypeError or RangeError for an option out of range, or for Metropolis with spins that it would flip for
   *   ever (see above)
   */
  constructor(options: SingleSpinOptions) {
    knownOptions('SingleSpin', options, [
      'hamiltonian',
      'method',
      'order',
      'start',
      'seed',
      'independence',
      'chains',
      'threads',
    ]);
    const hamiltonian = checkHamiltonian(options.hamiltonian);
    const method = oneOf('method', options.method ?? 'heatBath', ['heatBath', 'metropolis']);
    const usual = method === 'heatBath' ? 'sequential' : 'random';
    const order = oneOf('order', options.order ?? usual, ['sequential', 'random']);
    const seed = checkSeed('seed', options.seed ?? 1);
    const { start } = options;
    if (start !== undefined) checkSpins('start', start, hamiltonian.sites);
    if (method === 'metropolis') refuseFreeSpins(hamiltonian, order);
    super(options, hamiltonian, {
      chain: (index, shared) => new SingleSpinChain(hamiltonian, { method, order }, seed, start, index, shared),
      source: 'blockspin SingleSpin',
      parameters: { method, order },
      method,
      report: { order },
    });
    this.method = method;
    this.order = order;
  }
}

/** @throws RangeError if Metropolis updates in this order would flip some spins for ever, or not reach every state */
export function refuseFreeSpins(hamiltonian: Hamiltonian, order: 'sequential' | 'random'): void {
  const { sites, members } = hamiltonian;
  if (members.length === 0) {
    refuse('hamiltonian', 'interactions (Metropolis would flip free spins for ever; use heatBath)', 'none');
  }
  if (order === 'random') return;
  const model = uniformModelOf(hamiltonian);
  if (model?.lattice === 'chain' && model.boundary === 'periodic' && model.field === 0) {
    // a flip that costs nothing is always made, so a sweep carries domain walls along in a fixed manner
    refuse('order', '"random", or heatBath (sequential Metropolis does not reach every state of a ring)', order);
  }
  const bound = new Uint8Array(sites);
  for (const site of members) bound[site] = 1;
  const free = bound.indexOf(0);
  if (free >= 0) {
    refuse(
      'hamiltonian',
      'an interaction at every site (sequential Metropolis would flip a free spin in every sweep; use heatBath)',
      `none at site ${free}`,
    );
  }
}
