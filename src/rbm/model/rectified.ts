/**
 * The normal distribution truncated at zero: N(t, 1) given x >= 0, by Mills' ratio
 *   R(z) = (1 - Φ(z))/φ(z) = ∫₀^∞ e^{-zx - x²/2} dx,
 * from plain arithmetic and the kernels' exp and log: the same bits on all engines. Relative errors are about 1e-14.
 */

import { kernels } from '../../wasm/scalar.js';

/** Min z for the continued fraction; below it the series, which loses a factor of 22 in accuracy there. */
const TAIL = 2;
/** Depth of the continued fraction: at z = 2 it has converged to 1e-16. */
const DEPTH = 60;
const LOG_ROOT_TWO_PI = 0.9189385332046727;
const ROOT_HALF_PI = 1.2533141373155001;

/** K_n(z) = z + n/(z + (n+1)/(z + …)), for z >= 2: R(z) = 1/K₁(z) (Laplace). */
function fraction(z: number, n: number): number {
  let k = z;
  for (let m = DEPTH; m >= n; m--) k = z + m / k;
  return k;
}

/** e^{z²/2} ∫₀^z e^{-t²/2} dt = z + z³/3 + z⁵/15 + … */
function series(z: number): number {
  let term = z;
  let sum = z;
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return sum;
}

/** log ∫₀^∞ e^{tx - x²/2} dx = log R(-t). */
export function rectifiedLogIntegral(t: number): number {
  const { exp, log } = kernels();
  if (t <= -TAIL) return -log(fraction(-t, 1));
  if (t < TAIL) return log(ROOT_HALF_PI * exp((t * t) / 2) + series(t));
  const missing = exp(-(t * t) / 2 - LOG_ROOT_TWO_PI) / fraction(t, 1); // 1 - Φ(t)
  return (t * t) / 2 + LOG_ROOT_TWO_PI + log(1 - missing);
}

/** 1/R(-t) = φ(t)/Φ(t), for t > -2. */
function slope(t: number): number {
  const { exp } = kernels();
  if (t < TAIL) return 1 / (ROOT_HALF_PI * exp((t * t) / 2) + series(t));
  const density = exp(-(t * t) / 2 - LOG_ROOT_TWO_PI);
  return density / (1 - density / fraction(t, 1));
}

/** ⟨x⟩ = t + φ(t)/Φ(t). */
export function rectifiedMean(t: number): number {
  // K₁(z) = z + 1/K₂(z), so that z cancels exactly
  if (t <= -TAIL) return 1 / fraction(-t, 2);
  return t + slope(t);
}

/** ⟨x²⟩ - ⟨x⟩² = 1 - λ(t + λ), λ = φ(t)/Φ(t). */
export function rectifiedVariance(t: number): number {
  if (t <= -TAIL) {
    // with m = 1/K₂ and K₂ = z + 2/K₃:  1 - (z + m)m = m(2/K₃ - m)
    const k3 = fraction(-t, 3);
    const m = 1 / (-t + 2 / k3);
    return m * (2 / k3 - m);
  }
  const lambda = slope(t);
  return 1 - lambda * (t + lambda);
}
