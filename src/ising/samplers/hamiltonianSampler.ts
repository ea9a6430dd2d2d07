/** The base class of samplers of any Hamiltonian. */

import type { SpinChain } from '../chains/chain.js';
import { planeOf } from '../data/spinData.js';
import type { Hamiltonian } from '../models/hamiltonian.js';
import { type ChainOptions, ChainSampler, type SamplerPlan } from './chainSampler.js';

/** The method of a subclass, and its provenance. */
export interface HamiltonianPlan<Chain extends SpinChain>
  extends Pick<SamplerPlan, 'source' | 'method' | 'report' | 'parameters'> {
  /** Creates chain number `index`; shared: in a memory that threads can share. */
  chain(index: number, shared: boolean): Chain;
}

/** A sampler of Markov chains of a Hamiltonian, energies in units of kT. */
export abstract class HamiltonianSampler<Chain extends SpinChain> extends ChainSampler {
  readonly hamiltonian: Hamiltonian;
  protected readonly first: Chain;

  protected constructor(options: ChainOptions, hamiltonian: Hamiltonian, plan: HamiltonianPlan<Chain>) {
    const chains: Chain[] = [];
    super(options, {
      ...plan,
      chain: (index, shared) => {
        chains[index] = plan.chain(index, shared);
        return chains[index];
      },
      groupSize: 1,
      energyUnit: 'kT',
      shape: planeOf(hamiltonian.shape),
      parameters: { ...hamiltonian.parameters, ...plan.parameters },
    });
    this.hamiltonian = hamiltonian;
    this.first = chains[0];
  }
}
