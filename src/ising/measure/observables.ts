/** The pseudo-likelihood of configurations with a known Hamiltonian. */

import { finite, instanceOf } from '../../util/check.js';
import { kernels } from '../../wasm/scalar.js';
import { SpinData } from '../data/spinData.js';
import { neighbours, square } from '../models/lattice.js';

/**
 * Mean log p(s_i | all other spins) per site, under the Ising model itself with coupling K: log p = -log(1 + e^{-2K s_i
 * Σ_⟨ij⟩ s_j}). No model of the data has a higher expectation of it, so it is an upper bound for pseudo-likelihoods.
 * @throws TypeError for a wrong kind; RangeError for a coupling that is not finite
 */
export function isingPseudoLikelihood(data: SpinData, coupling: number): number {
  instanceOf('data', data, SpinData, 'SpinData');
  finite('coupling', coupling);
  const { softplus } = kernels();
  const table = neighbours(square(...data.shape));
  // s_i Σ_j s_j is one of -4, -2, 0, 2, 4
  const terms = [-4, -2, 0, 2, 4].map((sum) => -softplus(-2 * coupling * sum));
  const counts = [0, 0, 0, 0, 0];
  for (let r = 0; r < data.count; r++) {
    const spins = data.spins(r);
    for (let i = 0; i < spins.length; i++) {
      const around = spins[table[4 * i]] + spins[table[4 * i + 1]] + spins[table[4 * i + 2]] + spins[table[4 * i + 3]];
      counts[(spins[i] * around + 4) / 2]++;
    }
  }
  return counts.reduce((sum, count, k) => sum + count * terms[k], 0) / (data.count * data.width);
}

/** `isingPseudoLikelihood` of configurations of a ring; the arguments are not checked. */
export function ringPseudoLikelihood(data: SpinData, coupling: number): number {
  const { softplus } = kernels();
  const n = data.width;
  let sum = 0;
  for (let r = 0; r < data.count; r++) {
    const s = data.spins(r);
    for (let i = 0; i < n; i++) sum -= softplus(-2 * coupling * s[i] * (s[(i + 1) % n] + s[(i + n - 1) % n]));
  }
  return sum / (data.count * n);
}
