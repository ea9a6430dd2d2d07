/**
 * Complete elliptic integrals by the arithmetic-geometric mean of 1 and k', the complementary modulus (k² + k'² = 1).
 * The argument is k' and not k: near a critical point k' → 0, and 1 - k² would be inaccurate. Quadratic convergence: at
 * most a dozen steps for any double. Source: Abramowitz & Stegun 17.6.
 */

import { within } from '../util/check.js';

/** The arithmetic-geometric mean of 1 and k' with its differences, each to full relative precision as k' → 1. */
export interface MeanOfModulus {
  /** A = agm(1, k'). */
  mean: number;
  /** A - k', which is 0 at k' = 1. */
  excess: number;
  /** 1 - A, which is 0 at k' = 1. */
  lack: number;
  /** Σ_{n≥1} 2^{n-1} cₙ², cₙ = (aₙ₋₁ - bₙ₋₁)/2. */
  squares: number;
}

/**
 * Arithmetic-geometric mean of 1 and k', with the differences that elliptic integrals need.
 * @param complement k' in (0, 1]
 * @param gap 1 - k', a separate argument since k' near 1 does not determine it
 */
export function meanOfModulus(complement: number, gap: number): MeanOfModulus {
  let a = 1;
  let b = complement;
  // Both means as their distance from k', a sum of positive terms; a - k' at the end would cancel.
  let aboveA = gap;
  let aboveB = 0;
  let c = gap / 2;
  let squares = 0;
  // Relative to the gap as well: for k' near 1 the excess is of the order of the gap.
  for (let weight = 1; c > 1e-18 * a * gap && weight < 2 ** 40; weight *= 2) {
    squares += weight * c * c;
    const root = Math.sqrt(a * b);
    const aboveRoot = (complement * (aboveA + aboveB) + aboveA * aboveB) / (root + complement);
    a = (a + b) / 2;
    aboveA = (aboveA + aboveB) / 2;
    b = root;
    aboveB = aboveRoot;
    c = (c * c) / (2 * (a + b));
  }
  return { mean: a, excess: aboveA, lack: gap - aboveA, squares };
}

/**
 * Complete elliptic integral of the first kind, K(k) = ∫₀^{π/2} dφ / √(1 - k² sin²φ) = π / (2 agm(1, k')).
 * @param complement k' = √(1 - k²) in [0, 1]; at 0 the integral is Infinity
 * @throws TypeError if not a number, RangeError outside [0, 1]
 */
export function ellipticK(complement: number): number {
  if (within('complement', complement, 0, 1) === 0) return Number.POSITIVE_INFINITY;
  return Math.PI / (2 * meanOfModulus(complement, 1 - complement).mean);
}

/**
 * Complete elliptic integral of the second kind, E(k) = ∫₀^{π/2} √(1 - k² sin²φ) dφ = K (1 - Σ_{n≥0} 2^{n-1} cₙ²), c₀ =
 * k.
 * @param complement k' = √(1 - k²) in [0, 1]; at 0 the integral is 1
 * @throws TypeError if not a number, RangeError outside [0, 1]
 */
export function ellipticE(complement: number): number {
  if (within('complement', complement, 0, 1) === 0) return 1;
  const gap = 1 - complement;
  const { mean, squares } = meanOfModulus(complement, gap);
  return (Math.PI / (2 * mean)) * (1 - (gap * (1 + complement)) / 2 - squares);
}
