/** The energies of both layers, state by state: those of the RBM beside the given and the renormalised ones. */

import type { Hamiltonian } from '../../ising/models/hamiltonian.js';
import { energyTable } from '../tables/walsh.js';
import { rbmOperator } from './operators.js';
import type { SpinRbm } from './spinRbm.js';
import { variationalStep } from './variational.js';

/** H(v), H_RBM(v) of every v; H_RG(h), H_RBM(h) of every h, the former by the sum over v of e^{T - H}. */
export interface LayerEnergies {
  visible: { given: number[]; rbm: number[] };
  hidden: { renormalised: number[]; rbm: number[] };
}

/** All 2^visible and 2^hidden energies. @throws RangeError for an RBM that is not of this number of spins */
export function layerEnergies(hamiltonian: Hamiltonian, rbm: SpinRbm): LayerEnergies {
  // without the RBM's own formula: T is a number, and H cancels
  const operator = { ...rbmOperator(hamiltonian, rbm), rbm: undefined };
  return {
    visible: { given: [...energyTable(hamiltonian)], rbm: [...rbm.visibleEnergyTable()] },
    hidden: {
      renormalised: [...variationalStep(hamiltonian, operator).energies],
      rbm: [...rbm.hiddenEnergyTable()],
    },
  };
}
