/** ln Z of a scheme: what its steps sum up, added along the flow. */

import { refuse } from '../../util/check.js';
import { checkCouplings, checkRecursion, type Recursion } from './recursion.js';

/** Steps of the series; its terms fall like b^{-n} or faster. */
const MAX_STEPS = 2000;

/**
 * ln Z per site as the scheme has it: Σₙ b^{-dn} g(Kₙ) along the flow K₀ = K, Kₙ₊₁ = R(Kₙ), to a relative error of
 * about 1e-15 of the scheme's own value. In units where -ln Z per site is the free energy divided by kT. It is exact
 * for decimation in one dimension; for the approximate schemes their makers say on which side of the exact value it is.
 * @param couplings K, an entry per coupling of the recursion
 * @throws TypeError for a wrong kind, or a recursion without `constant`; RangeError for a wrong number of couplings, or
 *   one that is not finite; Error if the flow leaves the region where the recursion is finite before the series has
 *   converged
 */
export function flowLogPartition(recursion: Recursion, couplings: ArrayLike<number>): number {
  checkRecursion('recursion', recursion);
  if (typeof recursion.constant !== 'function') refuse('recursion', 'recursion with a constant', recursion, 'type');
  let at = checkCouplings('couplings', couplings, recursion.couplings);
  const shrink = recursion.factor ** -recursion.dimension;
  let sum = 0;
  let weight = 1;
  for (let step = 0; step < MAX_STEPS; step++) {
    const term = weight * recursion.constant(at);
    if (!Number.isFinite(term)) break;
    sum += term;
    // the rest is of the order of the last term; g(K) is never near 0, since a step sums over spins
    if (Math.abs(term) < 1e-17 * Math.abs(sum)) return sum;
    weight *= shrink;
    at = recursion.map(at);
    if (!at.every(Number.isFinite)) break;
  }
  throw new Error(`ln Z of ${recursion.name} did not converge from ${Array.from(couplings).join(', ')}`);
}
