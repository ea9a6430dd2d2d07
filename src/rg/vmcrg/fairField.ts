/**
 * Means of a hidden unit over independent fair spins, exactly for any number of weights: the field x = b + Σ w_i s_i has the
 * characteristic function e^{ikb} Π cos(k w_i), and
 *   tanh x = ∫₀^∞ sin(kx)/sinh(πk/2) dk,  ln 2cosh x = ln 2 + ∫₀^∞ (1 - cos(kx))/(k sinh(πk/2)) dk.
 */

import { cosineOfTurn, sineOfTurn } from '../../util/turns.js';
import { kernels } from '../../wasm/scalar.js';

/** Nodes of the trapezoidal sums, k = 0, h, 2h, …: the integrands have their nearest poles at ±2i, and fall as e^{-πk/2}. */
const STEP = 0.25;
const NODES = 100;

/** cos(kw) and sin(kw) of all nodes. */
function waveOf(weight: number): { cosines: Float64Array; sines: Float64Array } {
  const [c, s] = [cosineOfTurn(STEP * weight, 2 * Math.PI), sineOfTurn(STEP * weight, 2 * Math.PI)];
  const cosines = new Float64Array(NODES + 1).fill(1);
  const sines = new Float64Array(NODES + 1);
  for (let node = 1; node <= NODES; node++) {
    cosines[node] = c * cosines[node - 1] - s * sines[node - 1];
    sines[node] = s * cosines[node - 1] + c * sines[node - 1];
  }
  return { cosines, sines };
}

/** Means over fair spins. */
export interface FairMeans {
  /** ⟨ln 2cosh x⟩. */
  logTwoCosh: number;
  /** ⟨tanh x⟩, which is ∂/∂b of it. */
  tanh: number;
  /** ⟨s_i tanh x⟩ of each weight, which is ∂/∂w_i. */
  gradient: Float64Array;
}

/**
 * ⟨ln 2cosh x⟩ and its derivatives. The error is below 1e-12 for |b| + Σ|w| up to 10: that of the sums is
 * e^{2(|b| + Σ|w|) - 4π/h}, h = ¼. The same bits on every engine.
 */
export function fairMeans(bias: number, weights: ArrayLike<number>): FairMeans {
  const n = weights.length;
  const own = waveOf(bias);
  const waves = Array.from({ length: n }, (_, i) => waveOf(weights[i]));
  // k → 0, with half a weight
  let squares = bias * bias;
  for (let i = 0; i < n; i++) squares += weights[i] ** 2;
  let energy = squares / Math.PI / 2;
  let tanh = bias / Math.PI;
  const gradient = Float64Array.from({ length: n }, (_, i) => weights[i] / Math.PI);
  const after = new Float64Array(n + 1);
  for (let node = 1; node <= NODES; node++) {
    const k = node * STEP;
    const growth = kernels().exp((Math.PI * k) / 2);
    const decay = 2 / (growth - 1 / growth);
    const [c, s] = [own.cosines[node], own.sines[node]];
    after[n] = 1;
    for (let i = n - 1; i >= 0; i--) after[i] = after[i + 1] * waves[i].cosines[node];
    energy += (decay * (1 - c * after[0])) / k;
    tanh += decay * s * after[0];
    let before = 1;
    for (let i = 0; i < n; i++) {
      gradient[i] += decay * c * before * after[i + 1] * waves[i].sines[node];
      before *= waves[i].cosines[node];
    }
  }
  return {
    logTwoCosh: Math.LN2 + STEP * energy,
    tanh: STEP * tanh,
    gradient: gradient.map((value) => STEP * value),
  };
}
