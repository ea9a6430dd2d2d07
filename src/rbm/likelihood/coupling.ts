/** Whether two layers of real units have a distribution at all: their energy must grow in every direction that they can take. */

import type { AnyRbm } from '../model/rbm.js';

/** How long to search. */
export interface CouplingSearch {
  /** Hidden units to start from, those of the largest weights first. */
  starts: number;
  steps: number;
}

const THOROUGH: CouplingSearch = { starts: 8, steps: 50 };
/** A few dozen products with W, for every epoch of a training. */
export const QUICK_SEARCH: CouplingSearch = { starts: 2, steps: 10 };

/**
 * The largest ρ = vᵀWh/(|v|·|h|) that is found, |v|² = Σ γ_i v_i² and |h|² likewise, over the states that the units can take. For large v and h the energy is
 * (|v|² + |h|²)/2 - vᵀWh, so with ρ >= 1 it falls without bound and log Z = ∞. Of Gaussian units ρ is a singular value; with rectified ones, which are not
 * negative, what is found is a lower bound. Alternating maximisation in v and h from several units, which never lowers ρ.
 * @returns 0 unless both layers are of real units
 */
export function largestCoupling(
  { weights, visible, hidden, visibleLayer, hiddenLayer }: AnyRbm,
  { starts, steps } = THOROUGH,
): number {
  const [gamma, kappa] = [visibleLayer.precision, hiddenLayer.precision];
  if (visibleLayer.levels || hiddenLayer.levels || !gamma || !kappa) return 0;
  const lengths = new Float64Array(hidden);
  weights.forEach((w, k) => {
    lengths[k % hidden] += (w * w) / gamma[Math.floor(k / hidden)] / kappa[k % hidden];
  });
  const order = Array.from(lengths.keys()).sort((a, b) => lengths[b] - lengths[a] || a - b);
  let most = 0;
  for (const start of order.slice(0, starts)) {
    const h = new Float64Array(hidden);
    // a little of all, so that none is left out for good
    h.fill(1e-3)[start] = 1;
    for (let step = 0; step < steps && most < 1; step++) {
      const v = new Float64Array(visible);
      weights.forEach((w, k) => {
        v[Math.floor(k / hidden)] += w * h[k % hidden];
      });
      normalise(v, gamma, visibleLayer.kind === 'relu');
      h.fill(0);
      weights.forEach((w, k) => {
        h[k % hidden] += w * v[Math.floor(k / hidden)];
      });
      most = Math.max(most, normalise(h, kappa, hiddenLayer.kind === 'relu'));
    }
  }
  return most;
}

/** The inputs a → the state x of |x| = 1 whose a·x is largest, x ∝ a/γ, the parts that the units can take; returns that a·x. */
function normalise(x: Float64Array, gamma: ArrayLike<number>, rectified: boolean): number {
  let square = 0;
  x.forEach((a, i) => {
    x[i] = rectified && a < 0 ? 0 : a / gamma[i];
    square += gamma[i] * x[i] * x[i];
  });
  const length = Math.sqrt(square);
  if (length > 0)
    x.forEach((each, i) => {
      x[i] = each / length;
    });
  return length;
}
