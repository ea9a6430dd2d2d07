/** The weight of maximum likelihood of an RBM of one hidden unit per block. */

import type { SpinData } from '../../ising/data/spinData.js';
import { blockMeans } from '../../rg/blocking/block.js';
import { jackknife } from '../../stats/jackknife.js';
import type { Estimate } from '../../util/estimate.js';

/**
 * w of the RBM with one hidden ±1 unit of weight w on each b × b block and no biases. Its blocks are independent, so that the
 * likelihood of the data has its maximum where ⟨S tanh wS⟩ = b² tanh w, S = Σ s over a block.
 * @returns w with its error by a jackknife over the configurations; 0 where the blocks are no more ordered than free spins
 */
export function likeliestWeight(data: SpinData, factor: number): Estimate {
  const size = factor * factor;
  const means = blockMeans(data, { factor });
  const blocks = means.length / data.count;
  // share of the blocks of each configuration with |S| = 0 … b²
  const shares = Array.from({ length: size + 1 }, () => new Float64Array(data.count));
  for (let k = 0; k < means.length; k++) {
    shares[Math.round(Math.abs(means[k]) * size)][Math.floor(k / blocks)] += 1 / blocks;
  }
  const weight = (mean: Float64Array): number => {
    const excess = (w: number) =>
      mean.reduce((sum, share, n) => sum + share * n * Math.tanh(w * n), 0) - size * Math.tanh(w);
    // at small w the left side is w⟨S²⟩, the right one w b²; beyond the root it stays below
    let [low, high] = [1e-6, 20];
    if (excess(low) <= 0) return 0;
    for (let k = 0; k < 60; k++) {
      const middle = (low + high) / 2;
      if (excess(middle) > 0) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  };
  const { value, error } = jackknife(shares, weight, { blocks: Math.min(40, data.count) });
  return { value, error };
}
