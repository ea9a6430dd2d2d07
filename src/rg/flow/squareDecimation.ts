/** Decimation of one sublattice of the square Ising model, b = √2: exact for one step, then truncated. */

import { finite } from '../../util/check.js';
import { checkCouplings, type Recursion } from './recursion.js';

/** What one exact step of decimation makes of a nearest-neighbour coupling. */
export interface SquareDecimationStep {
  /** Between nearest neighbours of the new lattice: ¼ ln cosh 4K. */
  nearest: number;
  /** Between second neighbours: ⅛ ln cosh 4K. */
  diagonal: number;
  /** Of the four spins around a removed one: ⅛ ln cosh 4K - ½ ln cosh 2K. */
  fourSpin: number;
  /** ln of the factor per removed spin: ln 2 + ½ ln cosh 2K + ⅛ ln cosh 4K. */
  constant: number;
}

/**
 * The sum over one of the two sublattices of the square Ising model, exactly, for a model with nearest neighbours only:
 * Σ_s e^{K s (s₁+s₂+s₃+s₄)} as couplings of the four neighbours. In units of kT; all are even in K. Source: Wilson,
 * Rev. Mod. Phys. 47, 773 (1975), sec. VI.
 * @param coupling K, any sign
 * @throws TypeError if not a number, RangeError if not finite
 */
export function squareDecimationStep(coupling: number): SquareDecimationStep {
  finite('coupling', coupling);
  const two = logCosh(2 * coupling);
  const four = logCosh(4 * coupling);
  return {
    nearest: four / 4,
    diagonal: four / 8,
    fourSpin: four / 8 - two / 2,
    constant: Math.LN2 + two / 2 + four / 8,
  };
}

const NAMES = ['K'];

/**
 * Decimation of the square Ising model with b = √2 as a recursion of one coupling: the diagonal coupling of
 * `squareDecimationStep` is added to the nearest-neighbour one, since both favour the same states, and the four-spin
 * coupling is left out: K' = ⅜ ln cosh 4K. K* = 0.5069810191, ν = 1/y = 0.9346 (exact: K_c = 0.4407, ν = 1).
 * `constant` makes `flowLogPartition` an estimate of ln Z per site for K up to K_c, where it is 0.032 too
 * large; at strong coupling it is 3K for the exact 2K. Source: Maris & Kadanoff, Am. J.
 * Phys. 46, 652 (1978).
 * @throws nothing itself; `map` and `constant` a TypeError or RangeError for what is not one finite coupling
 */
export function squareDecimation(): Recursion {
  const step = (couplings: ArrayLike<number>) => squareDecimationStep(checkCouplings('couplings', couplings, NAMES)[0]);
  return {
    name: 'decimation of the square lattice',
    couplings: NAMES,
    source: 'Maris & Kadanoff, Am. J. Phys. 46, 652 (1978)',
    factor: Math.SQRT2,
    dimension: 2,
    map: (couplings) => {
      const { nearest, diagonal } = step(couplings);
      return [nearest + diagonal];
    },
    constant: (couplings) => step(couplings).constant / 2,
  };
}

/** ln cosh x, to full relative precision as x → 0. */
function logCosh(x: number): number {
  const size = Math.abs(x);
  return size < 1 ? Math.log1p(2 * Math.sinh(size / 2) ** 2) : size - Math.LN2 + Math.log1p(Math.exp(-2 * size));
}
