/** What the mehta-schwab experiment takes and what a run of it gives. */

import type { SpinData } from '../../ising/data/spinData.js';
import type { EpochRecord } from '../../rbm/engines/state.js';
import type { Stack } from '../../rbm/stack/stack.js';
import type { Mean } from '../../util/estimate.js';
import type { ParameterSpecs, ValuesOf } from '../kit/parameters.js';

export const PARAMETERS = {
  side: { kind: 'integer', default: 40, low: 2, high: 1024, doc: 'side L of the periodic L×L lattice' },
  coupling: { kind: 'number', default: 0.408, low: 0, high: 10, doc: 'K = J/kT; critical at 0.4407' },
  samples: {
    kind: 'integer',
    default: 20_000,
    low: 1,
    high: 10_000_000,
    doc: 'independent configurations to train on',
  },
  hidden: { kind: 'integers', default: [400, 100, 25], doc: 'hidden units of each layer, from the data upwards' },
  epochs: { kind: 'integer', default: 30, low: 1, doc: 'passes over the data for each layer' },
  learningRate: {
    kind: 'number',
    default: 0.1,
    low: 1e-9,
    high: 1e3,
    doc: 'step size (gradients are means over the minibatch)',
  },
  momentum: { kind: 'number', default: 0.5, low: 0, high: 0.999, doc: 'share of the last step that is repeated' },
  l1: { kind: 'number', default: 2e-4, low: 0, high: 10, doc: 'L1 penalty a weight' },
  batchSize: { kind: 'integer', default: 100, low: 1, high: 1_000_000, doc: 'configurations a minibatch' },
  precision: {
    kind: 'choice',
    default: 'float32',
    choices: ['float32', 'fixed16'],
    doc: 'of the products in training; fixed16 takes about half the time and ends with other bits',
  },
  seed: { kind: 'seed', default: 1, doc: 'any integer or text; the same seed gives the same bits' },
} as const satisfies ParameterSpecs;

export type MehtaSchwabParameters = ValuesOf<typeof PARAMETERS>;

export interface MehtaSchwabResult {
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
    rbm: Mean<number>;
    rival: { mean: number; error: number; epochs: number };
    ising: number;
    independent: number;
  };
  /** Kaufman's exact energy a site on this torus. */
  exactEnergy: number;
}
