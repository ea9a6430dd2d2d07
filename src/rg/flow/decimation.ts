/** Decimation of the Ising chain in a field as a recursion: the one scheme that is exact. */

import { integer, knownOptions } from '../../util/check.js';
import { checkCouplings, type Recursion } from './recursion.js';

/** Options of `chainDecimation`. */
export interface ChainDecimationOptions {
  /** b, spins per block, of which one is kept; an integer of at least 2, default 2. */
  factor?: number;
}

const NAMES = ['e^(-4K)', 'field'];

/**
 * Decimation of the chain H = -K Σ sᵢsᵢ₊₁ - B Σ sᵢ (kT = 1), exact, in the coordinates x = e^{-4K} and B, in which
 * infinite coupling is a point: x = 0. The transfer matrix is e^K times one similar to M = [[e^B, x], [1, e^{-B}]], and
 * with M^b = [[a, x c], [c, d]]
 *   x' = x c²/(a d),  B' = ½ ln(a/d);  without field tanh K' = tanh^b K.
 * Fixed points: (0, 0), zero temperature, with y_T = 2 (x ~ length^{-2}, so ξ ~ e^{2K}) and y_h = 1; and the line x =
 * 1, K = 0, at any field. There is none at a finite coupling. The functions are analytic at x = 0, and x < 0 has no
 * meaning but lets derivatives at x = 0 be taken. `decimateInField` is the same step in K and B. `constant` needs x >
 * 0. Source: Nelson & Fisher, Ann. Phys. 91, 226 (1975).
 * @throws TypeError for a wrong kind; RangeError for b < 2
 */
export function chainDecimation(options: ChainDecimationOptions = {}): Recursion {
  knownOptions('chainDecimation', options, ['factor']);
  const factor = integer('factor', options.factor ?? 2, 2);
  const power = (couplings: ArrayLike<number>) => {
    const [x, field] = checkCouplings('couplings', couplings, NAMES);
    return matrixPower(x, field, factor);
  };
  return {
    name: `decimation of a chain, b = ${factor}`,
    couplings: NAMES,
    source: 'Nelson & Fisher, Ann. Phys. 91, 226 (1975)',
    factor,
    dimension: 1,
    map: (couplings) => {
      const { a, c, d } = power(couplings);
      return [((couplings[0] * c) / a) * (c / d), Math.log(a / d) / 2];
    },
    constant: (couplings) => {
      const { a, c, d, logScale } = power(couplings);
      const x = couplings[0];
      const next = ((x * c) / a) * (c / d);
      // e^{bK} M^b = e^{g + K'} M': ln Z per block, then per site
      return (logScale + Math.log(a * d) / 2 - (factor * Math.log(x)) / 4 + Math.log(next) / 4) / factor;
    },
  };
}

/** M^b divided by e^{logScale}, rescaled at every step so that it does not overflow. */
function matrixPower(x: number, field: number, b: number): { a: number; c: number; d: number; logScale: number } {
  const size = Math.abs(field);
  const [up, down, one] = [Math.exp(field - size), Math.exp(-field - size), Math.exp(-size)];
  let [a, c, d, logScale] = [up, one, down, size];
  for (let k = 1; k < b; k++) {
    // M^{k+1} = M M^k; its upper right entry is x times its lower left one
    const [nextA, nextC, nextD] = [up * a + x * one * c, one * a + down * c, x * one * c + down * d];
    const scale = Math.max(Math.abs(nextA), Math.abs(nextC), Math.abs(nextD));
    [a, c, d] = [nextA / scale, nextC / scale, nextD / scale];
    logScale += size + Math.log(scale);
  }
  return { a, c, d, logScale };
}
