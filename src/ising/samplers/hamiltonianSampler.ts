/** What samplers of any Hamiltonian have in common beside their chains: a look at the present configuration. */

import type { Slice, SpinChain } from '../chains/chain.js';
import { planeOf, type SpinData } from '../data/spinData.js';
import type { Hamiltonian } from '../models/hamiltonian.js';
import { type ChainOptions, ChainSampler, type SamplerPlan } from './chainSampler.js';

/** A chain that can be looked at between its updates. */
export interface VisibleChain extends SpinChain {
  /** The present state: minus the energy in units of kT, Σ s and the packed spins. */
  state(): Slice;
}

export interface HamiltonianPlan<Chain extends VisibleChain>
  extends Pick<SamplerPlan, 'source' | 'method' | 'report' | 'parameters'> {
  /** Makes chain number `index`; shared: in a memory that threads can share. */
  chain(index: number, shared: boolean): Chain;
}

export abstract class HamiltonianSampler<Chain extends VisibleChain> extends ChainSampler {
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
      together: 1,
      energyUnit: 'kT',
      shape: planeOf(hamiltonian.shape),
      parameters: { ...hamiltonian.parameters, ...plan.parameters },
    });
    this.hamiltonian = hamiltonian;
    this.first = chains[0];
  }

  /** Energy per site in units of kT, and magnetisation per site, of the present configuration (of the first chain). */
  measure(): { energy: number; magnetisation: number } {
    const { bondSums, spinSums } = this.first.state();
    const { sites } = this.hamiltonian;
    return { energy: (0 - bondSums[0]) / sites, magnetisation: spinSums[0] / sites };
  }

  /** The present configuration (of the first chain), as data of one row. */
  configuration(): SpinData {
    return this.data(1, this.first.state().bits);
  }
}
