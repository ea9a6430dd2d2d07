/** What training climbs, by brute force in float64, and its slopes by central differences: the exact log-likelihood with its penalties. */

import type { RbmParameters } from '../../src/rbm/model/rbm.js';
import type { BitRows } from '../../src/util/bits.js';
import { logProbabilities, sigmoid, stateOf, upInputs } from './enumeration.js';

export interface Penalties {
  l1?: number;
  l2?: number;
  sparsity?: { target: number; cost: number };
  /** Weights of the rows. */
  sampleWeights?: ArrayLike<number>;
}

/** Σ w_r log p(v_r) / Σ w_r - l1·Σ|W| - (l2/2)·Σ W² - (cost/2)·Σ_j (q_j - target)². */
export function objective(parameters: RbmParameters, data: BitRows, penalties: Penalties = {}): number {
  const { l1 = 0, l2 = 0, sparsity, sampleWeights } = penalties;
  const logs = logProbabilities(parameters);
  const q = new Float64Array(parameters.hidden);
  let sum = 0;
  let total = 0;
  for (let r = 0; r < data.count; r++) {
    const w = sampleWeights?.[r] ?? 1;
    total += w;
    sum += w * logs[stateOf(data, r)];
    upInputs(parameters, data.row(r)).forEach((x, j) => {
      q[j] += w * sigmoid(x);
    });
  }
  let penalty = 0;
  for (const w of parameters.weights) penalty += l1 * Math.abs(w) + (l2 / 2) * w * w;
  if (sparsity) for (const mean of q) penalty += (sparsity.cost / 2) * (mean / total - sparsity.target) ** 2;
  return sum / total - penalty;
}

/** The offsets of a centred RBM, E = -(v - μ)ᵀW(h - λ) - c'·(v - μ) - b'·(h - λ). */
export interface Offsets {
  visible: ArrayLike<number>;
  hidden: ArrayLike<number>;
}

/** The ordinary RBM of centred parameters, b = b' - Wᵀμ, c = c' - Wλ, in float64; `sign` -1 goes the other way. */
export function ordinary(parameters: RbmParameters, offsets: Offsets, sign: 1 | -1 = 1): RbmParameters {
  const { visible, hidden, weights } = parameters;
  const visibleBias = Float64Array.from(parameters.visibleBias);
  const hiddenBias = Float64Array.from(parameters.hiddenBias);
  for (let i = 0; i < visible; i++) {
    for (let j = 0; j < hidden; j++) {
      hiddenBias[j] -= sign * offsets.visible[i] * weights[i * hidden + j];
      visibleBias[i] -= sign * weights[i * hidden + j] * offsets.hidden[j];
    }
  }
  return { visible, hidden, weights, visibleBias, hiddenBias } as unknown as RbmParameters;
}

/** Central differences of f by W, c and b, in this order. */
export function slopes(parameters: RbmParameters, f: (at: RbmParameters) => number, h = 1e-5): Float64Array {
  const arrays = [parameters.weights, parameters.visibleBias, parameters.hiddenBias].map((a) => Float64Array.from(a));
  const [weights, visibleBias, hiddenBias] = arrays;
  const at = { ...parameters, weights, visibleBias, hiddenBias } as unknown as RbmParameters;
  return Float64Array.from(
    arrays.flatMap((array) =>
      Array.from(array, (x, k) => {
        array[k] = x + h;
        const above = f(at);
        array[k] = x - h;
        const below = f(at);
        array[k] = x;
        return (above - below) / (2 * h);
      }),
    ),
  );
}
