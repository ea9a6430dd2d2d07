/** Hamiltonians from couplings of operators. */

import { Hamiltonian } from '../../ising/models/hamiltonian.js';
import { checkAnyLattice, type Lattice, nameOfLattice } from '../../ising/models/lattice.js';
import { finite, lengthOf } from '../../util/check.js';
import { operatorBasis } from '../operators/basis.js';
import type { LatticeOperator } from '../operators/latticeOperator.js';

/**
 * H = -Σ_α K_α S_α with operators S_α = Σ Π s of a lattice, in units of kT: couplings of one step of the
 * renormalization group as the Hamiltonian of the next one.
 * @param couplings K, one per operator; one of 0 is left out
 * @throws TypeError or RangeError as `operatorBasis`, or for couplings of another number or not finite
 * @example
 * const [nn, nnn] = standardOperators('square', 'even');
 * operatorHamiltonian(square(8), [nn, nnn], [0.35, 0.1]).terms.length; // 128 + 128
 */
export function operatorHamiltonian(
  lattice: Lattice,
  operators: readonly LatticeOperator[],
  couplings: ArrayLike<number>,
): Hamiltonian {
  const checked = checkAnyLattice(lattice);
  const basis = operatorBasis(checked, operators);
  lengthOf('couplings', couplings, operators.length);
  const terms = basis.operators.flatMap(({ order, sites }, k) => {
    const coupling = finite(`couplings[${k}]`, couplings[k]);
    return Array.from({ length: sites.length / order }, (_, p) => ({
      sites: [...sites.subarray(p * order, (p + 1) * order)],
      coupling,
    }));
  });
  const { sites, shape } = checked;
  const told = Object.fromEntries(basis.names.map((name, k) => [name, couplings[k]]));
  const parameters = { lattice: nameOfLattice(checked), shape: [...shape], operators: told };
  return new Hamiltonian({ sites, shape, terms, parameters });
}
