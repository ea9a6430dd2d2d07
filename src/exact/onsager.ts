/**
 * The Ising model on the infinite square lattice without field, as Onsager (1944) solved it: H = -K Σ s s' in units of
 * kT, K = J/kT.
 *
 * The closed forms are rearranged so that they are accurate at weak coupling (u ≈ -2K, C ≈ 2K²), at strong coupling (C
 * ≈ 64 K² e^{-8K}) and near the critical point: with A = agm(1, |κ'|) the elliptic integrals become sums of terms of
 * one sign.
 *
 * Antiferromagnets (K < 0): flipping one sublattice maps K to -K. ln Z and C are even in K, the energy in units of J is
 * odd.
 */

import { finite } from '../util/check.js';
import { meanOfModulus } from './elliptic.js';

/**
 * Critical coupling of the square lattice, K_c = ½ ln(1 + √2) = 0.4407, where sinh 2K = 1; the nearest double.
 * @example
 * const T_c = 1 / criticalCoupling; // 2.269 in units of J/k
 */
export const criticalCoupling = 0.4406867935097715;

/** Critical coupling of the triangular lattice, ln 3/4 = 0.2747 within an ulp (Houtappel 1950). */
export const triangularCriticalCoupling = 0.2746530721670274;

/** K_c minus the double nearest to it. */
const criticalRemainder = 1.125272946412933e-17;

/**
 * K - K_c to full relative precision, which `coupling - criticalCoupling` does not have, since K_c is not a double.
 * Never 0: the double nearest to K_c is 1.1e-17 below it.
 */
export function distanceToCritical(coupling: number): number {
  return coupling - criticalCoupling + criticalRemainder;
}

/** sinh 2K - 1 = 2 cosh(K + K_c) sinh(K - K_c), to full relative precision at K_c too. */
function sinhLessOne(coupling: number): number {
  return 2 * Math.cosh(coupling + criticalCoupling) * Math.sinh(distanceToCritical(coupling));
}

/** The modulus of Onsager's integrals as |κ'| and 1 - |κ'|, κ' = 2 tanh²2K - 1 = (sinh²2K - 1)/cosh²2K; K > 0. */
function modulus(coupling: number): { complement: number; gap: number } {
  const inverseCosh = 1 / Math.cosh(2 * coupling);
  const gap = coupling < criticalCoupling ? 2 * Math.tanh(2 * coupling) ** 2 : 2 * inverseCosh * inverseCosh;
  if (gap < 0.5) return { complement: 1 - gap, gap };
  const beyond = Math.abs(sinhLessOne(coupling));
  return { complement: beyond * (Math.sinh(2 * coupling) + 1) * inverseCosh * inverseCosh, gap };
}

/**
 * Energy per site in units of J, u = -d(ln Z/N)/dK = -coth 2K [1 + (2/π) κ' K(κ)], K the complete elliptic integral of
 * the first kind, κ = 2 sinh 2K / cosh² 2K, κ' = 2 tanh² 2K - 1. At K_c it is finite, -√2; at K = 0 it is 0; for K < 0,
 * u(K) = -u(-K).
 * @param coupling K = J/kT, any finite number
 * @throws TypeError if not a number, RangeError if not finite
 */
export function onsagerEnergy(coupling: number): number {
  const k = Math.abs(finite('coupling', coupling));
  return coupling < 0 ? -ferromagnetEnergy(k) : ferromagnetEnergy(k);
}

function ferromagnetEnergy(coupling: number): number {
  if (coupling < 1e-9) return coupling === 0 ? 0 : -2 * coupling;
  const { complement, gap } = modulus(coupling);
  const { mean, excess } = meanOfModulus(complement, gap);
  // (2/π) K(κ) = 1/A, so the bracket is 1 - |κ'|/A = (A - |κ'|)/A below K_c and 1 + |κ'|/A above.
  const below = gap < 0.5 ? excess / mean : 1 - complement / mean;
  const bracket = coupling <= criticalCoupling ? below : 1 + complement / mean;
  return -bracket / Math.tanh(2 * coupling);
}

/**
 * Specific heat per site in units of k, C = K² d²(ln Z/N)/dK²
 *   = (2/π) (K coth 2K)² {2K(κ) - 2E(κ) - (1 - κ')[π/2 + κ' K(κ)]}
 *   = (2/A) (K coth 2K)² {sech² 2K (1 - A) + Σ_{n≥1} 2^{n-1} cₙ²},  A = agm(1, |κ'|), which has no cancellation.
 * It diverges as -(8/π) K_c² ln|K - K_c|: Infinity is returned at `criticalCoupling`, the double that stands for K_c.
 * Even in K.
 * @param coupling K = J/kT, any finite number
 * @throws TypeError if not a number, RangeError if not finite
 */
export function onsagerSpecificHeat(coupling: number): number {
  const k = Math.abs(finite('coupling', coupling));
  if (k === criticalCoupling) return Number.POSITIVE_INFINITY;
  if (k < 1e-9) return 2 * k * k;
  if (k > 100) return 0; // of order k² e^{-8k}: below the smallest double
  const { complement, gap } = modulus(k);
  const { mean, lack, squares } = meanOfModulus(complement, gap);
  const inverseCosh = 1 / Math.cosh(2 * k);
  const prefactor = k / Math.tanh(2 * k);
  return ((2 * prefactor * prefactor) / mean) * (inverseCosh * inverseCosh * lack + squares);
}

/**
 * Spontaneous magnetisation per site, m = (1 - sinh⁻⁴ 2K)^{1/8} for K > K_c and 0 up to K_c (Yang 1952).
 * For K < 0 the uniform magnetisation is 0; that of a sublattice is ±onsagerMagnetisation(-K).
 * @param coupling K = J/kT, any finite number
 * @throws TypeError if not a number, RangeError if not finite
 */
export function onsagerMagnetisation(coupling: number): number {
  if (finite('coupling', coupling) <= criticalCoupling) return 0;
  if (coupling > 10) return 1;
  const s = Math.sinh(2 * coupling);
  return ((sinhLessOne(coupling) * (s + 1) * (s * s + 1)) / s ** 4) ** 0.125;
}

/**
 * ln Z per site = ½ ln 2 + ln cosh 2K + (1/π) ∫₀^{π/2} ln(1 + √(κ'² + κ² sin²x)) dx. Even in K.
 * At K_c it is ½ ln 2 + 2G/π, G Catalan's constant. Absolute error about 1e-15.
 * @param coupling K = J/kT, any finite number
 * @throws TypeError if not a number, RangeError if not finite
 */
export function onsagerLogPartition(coupling: number): number {
  const k = Math.abs(finite('coupling', coupling));
  if (k === 0) return Math.LN2;
  const { complement, gap } = modulus(k);
  const kappaSquared = gap * (1 + complement);
  const integral = halfPiIntegral((sine) =>
    Math.log1p(Math.sqrt(complement * complement + kappaSquared * sine * sine)),
  );
  const logCosh = 2 * k + Math.log1p(Math.exp(-4 * k)) - Math.LN2;
  return Math.LN2 / 2 + logCosh + integral / Math.PI;
}

/**
 * ∫₀^{π/2} f(sin x) dx by the double-exponential rule, x = (π/2) / (1 + e^{-π sinh t}): its points accumulate at x = 0,
 * where the integrand is within |κ'| of a branch point.
 */
function halfPiIntegral(f: (sine: number) => number): number {
  const step = 1 / 32;
  let sum = 0;
  for (let j = -128; j <= 128; j++) {
    const t = j * step;
    const tail = Math.exp(-Math.PI * Math.sinh(t));
    const x = Math.PI / 2 / (1 + tail);
    const weight = ((x * tail) / (1 + tail)) * Math.PI * Math.cosh(t);
    if (weight > 0) sum += weight * f(Math.sin(x));
  }
  return sum * step;
}
