/**
 * Single-spin updates of any Hamiltonian: fields, random couplings, any lattice, any order of interaction. Slower than `Ising` near a critical point and
 * stuck in glasses at low temperature, where no honest interval can be had from one chain (`Tempering` has several); but there is nothing it does not take.
 *
 * What each choice satisfies:
 *   heat bath, random order      detailed balance; irreducible and aperiodic, so every start ends in e^{-H}/Z
 *   heat bath, sequential        balance only (a product of updates that each keep e^{-H}/Z); one sweep leads from any state to any other. The default
 *   Metropolis, random order     detailed balance; ergodic as soon as some turn can be rejected. Without any interaction none is: the parity of the spins
 *                                up is then known for ever, and that is refused. Near that limit the parity has a long memory, which energy and
 *                                |m| hardly feel: there, too, take the heat bath
 *   Metropolis, sequential       balance only. A spin without interactions is turned in every sweep, for ever: refused. Ergodicity is proven for none
 *                                and tested for some; where the order does not matter to you, take another
 */

import { knownOptions, oneOf, refuse } from '../../util/check.js';
import { checkSeed } from '../../util/random.js';
import { SingleSpinChain } from '../chains/singleSpinChain.js';
import { checkHamiltonian, checkSpins, type Hamiltonian } from '../models/hamiltonian.js';
import type { ChainOptions } from './chainSampler.js';
import { HamiltonianSampler } from './hamiltonianSampler.js';

export interface SingleSpinOptions extends ChainOptions {
  hamiltonian: Hamiltonian;
  /** How a spin is updated. Default heatBath. */
  method?: 'heatBath' | 'metropolis';
  /** Site after site, or sites drawn at random. Default sequential for the heat bath, random for Metropolis. */
  order?: 'sequential' | 'random';
  /** Spins ±1 to start from, all chains alike; independent random ones (infinite temperature) when left out. */
  start?: ArrayLike<number>;
}

/**
 * Before its first sample, a burn-in and a pilot run find the interval from the autocorrelation of energy and magnetisation (of |m| if H is even in the
 * spins: then every sample is turned as a whole with probability ½, which changes no energy). What neither of them feels, such as the valleys of a glass, the
 * interval does not know.
 */
export class SingleSpin extends HamiltonianSampler<SingleSpinChain> {
  readonly method: 'heatBath' | 'metropolis';
  readonly order: 'sequential' | 'random';

  /** @throws TypeError or RangeError for an option out of range, or for Metropolis with spins that it would turn for ever (see above) */
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

/** @throws RangeError if Metropolis updates in this order would turn some spins for ever */
export function refuseFreeSpins({ sites, members }: Hamiltonian, order: 'sequential' | 'random'): void {
  if (members.length === 0) {
    refuse('hamiltonian', 'interactions (Metropolis would turn free spins for ever; take heatBath)', 'none');
  }
  if (order === 'random') return;
  const bound = new Uint8Array(sites);
  for (const site of members) bound[site] = 1;
  const free = bound.indexOf(0);
  if (free >= 0) {
    refuse(
      'hamiltonian',
      'an interaction at every site (sequential Metropolis would turn a free spin in every sweep; take heatBath)',
      `none at site ${free}`,
    );
  }
}
