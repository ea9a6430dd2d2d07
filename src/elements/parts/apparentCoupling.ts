/** The coupling that a lattice seems to have. */

import { onsagerEnergy } from '../../exact/index.js';

/**
 * The K at which neighbours of an infinite square Ising lattice agree as often as here: the solution of
 * ⟨s s′⟩(K) = correlation by bisection. Block spins have further couplings, so it is a name for their correlation and no
 * renormalised coupling.
 * @param correlation ⟨s s′⟩ of nearest neighbours; 0 and less gives 0
 */
export function apparentCoupling(correlation: number): number {
  if (!(correlation > 0)) return 0;
  let [low, high] = [0, 4];
  for (let k = 0; k < 50; k++) {
    const middle = (low + high) / 2;
    if (-onsagerEnergy(middle) / 2 < correlation) low = middle;
    else high = middle;
  }
  return low;
}
