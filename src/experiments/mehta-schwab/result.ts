/** Parameters and results of the mehta-schwab experiment. */

import type { EpochRecord } from '../../rbm/engines/state.js';
import type { Mean } from '../../util/estimate.js';
import type { ValuesOf } from '../kit/parameters.js';
import { choice, integer, integers, number, seed } from '../kit/specs.js';

export const PARAMETERS = {
  side: integer('side L of the periodic L×L lattice', 40, 2, 1024),
  coupling: number('K = J/kT; critical at 0.4407', 0.408, 0, 10),
  samples: integer('independent configurations to train on', 20_000, 1, 10_000_000),
  hidden: integers('hidden units of each layer, from the data upwards', [400, 100, 25]),
  epochs: integer('passes over the data for each layer', 30, 1),
  learningRate: number('step size (gradients are means over the minibatch)', 0.1, 1e-9, 1e3),
  momentum: number('share of the last step that is repeated', 0.5, 0, 0.999),
  l1: number('L1 penalty per weight', 2e-4, 0, 10),
  batchSize: integer('configurations per minibatch', 100, 1, 1_000_000),
  precision: choice('of the products in training; fixed16 takes about half the time and ends with other bits', [
    'float32',
    'fixed16',
  ]),
  seed: seed(),
};

export type MehtaSchwabParameters = ValuesOf<typeof PARAMETERS>;

export interface MehtaSchwabResult {
  /** Training configurations, and later ones of the same chain, as .npz files. */
  data: Uint8Array;
  heldOut: Uint8Array;
  /** The stack as a safetensors file. */
  stack: Uint8Array;
  history: EpochRecord[][];
  /**
   * Mean log p(s_i | rest) per site on the held-out data: of the first RBM; of an RBM of the same size by the package's
   * default training at equal counted work; of the Ising model of the data; of independent units.
   */
  pseudoLikelihood: {
    rbm: Mean<number>;
    rival: { mean: number; error: number; epochs: number };
    ising: number;
    independent: number;
  };
  /** Kaufman's exact energy per site on this torus. */
  exactEnergy: number;
}
