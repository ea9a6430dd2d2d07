/** What the mehta-schwab experiment takes and what a run of it gives. */

import type { SpinData } from '../../ising/spinData.js';
import type { Stack } from '../../rbm/stack.js';
import type { EpochRecord } from '../../rbm/training.js';
import type { Seed } from '../../util/random.js';

export interface MehtaSchwabParameters {
  side: number;
  coupling: number;
  samples: number;
  hidden: number[];
  epochs: number;
  learningRate: number;
  momentum: number;
  l1: number;
  batchSize: number;
  precision: 'float32' | 'fixed16';
  seed: Seed;
}

export interface MehtaSchwabResult {
  parameters: MehtaSchwabParameters;
  /** Training configurations, and others drawn after them from the same chain. */
  data: SpinData;
  heldOut: SpinData;
  stack: Stack;
  history: EpochRecord[][];
  /**
   * Mean log p(s_i | rest) per site on the held-out data: of the first RBM; of its rival, an RBM of as many units by the package's default training at equal
   * counted work; of the Ising model that made the data; of independent units.
   */
  pseudoLikelihood: {
    rbm: { mean: number; error: number };
    rival: { mean: number; error: number; epochs: number };
    ising: number;
    independent: number;
  };
  /** Kaufman's exact energy a site on this torus. */
  exactEnergy: number;
}
