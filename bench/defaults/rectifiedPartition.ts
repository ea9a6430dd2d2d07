/**
 * log Z of Gaussian visible and three rectified hidden units, by an integral over two angles: neither layer can be
 * enumerated.
 */

import type { AnyRbm } from '../../src/all.js';
import { rectifiedLogIntegral, rectifiedMean, rectifiedVariance } from '../../src/rbm/model/rectified.js';

const UNITS = 3;

/**
 * The integral over v is that of a Gaussian, and leaves ∫_{h >= 0} e^{β·h - hᵀAh/2} with β = b + Wᵀ(c/γ), A = γ_h -
 * WᵀW/γ. Along h = r u, u = (s, (1 - s)t, (1 - s)(1 - t)), it is ∫ r² e^{(β·u) r - (uᵀAu) r²/2} dr in closed form; over
 * s and t Simpson's rule is used.
 * @param intervals of each angle, an even number; 400 give log Z to 1e-6 for weights that occur
 * @returns Infinity where uᵀAu <= 0 for some u: there is then no distribution
 * @throws RangeError unless the units are these
 */
export function rectifiedLogPartition(rbm: AnyRbm, intervals = 400): number {
  const { visible, hidden, weights, visibleBias, hiddenBias, visibleLayer, hiddenLayer } = rbm;
  if (visibleLayer.kind !== 'gaussian' || hiddenLayer.kind !== 'relu' || hidden !== UNITS) {
    throw new RangeError(`"rbm" expected Gaussian and ${UNITS} rectified units, got ${visible}-${hidden}`);
  }
  const gamma = visibleLayer.precision as Float32Array;
  const beta = Float64Array.from(hiddenBias);
  const own = hiddenLayer.precision as Float32Array;
  const A = Array.from({ length: UNITS }, (_, j) =>
    Float64Array.from({ length: UNITS }, (__, k) => (j === k ? own[j] : 0)),
  );
  let base = 0;
  for (let i = 0; i < visible; i++) {
    const row = weights.subarray(i * UNITS, (i + 1) * UNITS);
    base += visibleBias[i] ** 2 / gamma[i] / 2 + Math.log((2 * Math.PI) / gamma[i]) / 2;
    row.forEach((w, j) => {
      beta[j] += (w * visibleBias[i]) / gamma[i];
      row.forEach((x, k) => {
        A[j][k] -= (w * x) / gamma[i];
      });
    });
  }
  const logs: number[] = [];
  const simpson = (n: number) => (n === 0 || n === intervals ? 1 : n % 2 === 1 ? 4 : 2);
  for (let m = 0; m < intervals; m++) {
    const s = m / intervals;
    for (let n = 0; n <= intervals; n++) {
      const t = n / intervals;
      const u = [s, (1 - s) * t, (1 - s) * (1 - t)];
      const alpha = u.reduce((sum, x, j) => sum + x * u.reduce((all, y, k) => all + A[j][k] * y, 0), 0);
      if (!(alpha > 0)) return Infinity;
      const tau = u.reduce((sum, x, j) => sum + x * beta[j], 0) / Math.sqrt(alpha);
      const square = rectifiedVariance(tau) + rectifiedMean(tau) ** 2;
      const share = Math.log((simpson(m) * simpson(n) * (1 - s) * square) / (9 * intervals ** 2));
      logs.push(rectifiedLogIntegral(tau) - 1.5 * Math.log(alpha) + share);
    }
  }
  const largest = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  return base + largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0));
}
