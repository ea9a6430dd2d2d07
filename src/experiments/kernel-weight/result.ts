/** Parameters and results of the kernel-weight experiment. */

import type { McrgReport } from '../../rg/mcrg/monteCarloRg.js';
import type { Estimate } from '../../util/estimate.js';
import type { Point } from '../kit/experiment.js';
import type { ValuesOf } from '../kit/parameters.js';
import { integer, numbers, seed } from '../kit/specs.js';

export const PARAMETERS = {
  side: integer('side L of the square lattice', 64, 8, 1024),
  factor: integer('b: blocks of b × b spins', 2, 2, 8),
  steps: integer('steps', 3, 1, 10),
  // below 0.7 the exponents depend on the basis more than on the weight
  weights: numbers('weights w', [0.7, 0.8, 0.9, 1, 1.15, 1.3, 1.6, 2, 3], 0.05, 100),
  operators: integer('even operators of Swendsen, half as many odd ones', 7, 2, 7),
  samples: integer('configurations per weight', 12_800, 300, 10_000_000),
  seed: seed(),
};

export type KernelWeightParameters = ValuesOf<typeof PARAMETERS>;

/** The weight that stands for the majority, the limit w → ∞. */
export const MAJORITY = 0;

export type KernelWeightPoint = Point & { weight: number };

export interface KernelWeightResult {
  point: KernelWeightPoint;
  report: McrgReport;
  /** The weight of maximum likelihood, with the point of the majority only. */
  likeliest: Estimate | null;
}
