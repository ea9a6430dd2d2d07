/**
 * Whether an RBM with two layers of real units is normalisable: its energy must grow in every direction that they can
 * take.
 */

import type { AnyRbm } from '../model/rbm.js';

/** Length of the search. */
export interface CouplingSearch {
  /** Hidden units to start from, those of the largest weights first. */
  starts: number;
  steps: number;
}

const THOROUGH: CouplingSearch = { starts: 8, steps: 50 };
/** A search with a few dozen products with W, for every epoch of a training. */
export const QUICK_SEARCH: CouplingSearch = { starts: 2, steps: 10 };

/**
 * The largest ρ = vᵀWh/(|v|·|h|) found, |v|² = Σ γ_i v_i² and |h|² likewise, over the possible states. For large v and
 * h the energy is (|v|² + |h|²)/2 - vᵀWh, so with ρ >= 1 it falls without bound and log Z = ∞. For Gaussian units ρ is
 * a singular value; with rectified units, which are not negative, the result is a lower bound. The method is
 * alternating maximisation in v and h from several initial units, which never lowers ρ.
 * @returns 0 unless both layers have real units
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
    // a little of all units, so that none stays at 0
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

/** Replaces inputs a by the possible state x of |x| = 1 with the largest a·x, x ∝ a/γ; returns a·x. */
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
