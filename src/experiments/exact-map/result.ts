/** Parameters and results of the exact-map experiment. */

import type { BlockComparison, DecimationComparison } from '../../rg/map/comparison.js';
import type { ExactTrainingRecord } from '../../rg/map/exactTraining.js';
import type { MappingReport } from '../../rg/map/mapping.js';
import type { Point } from '../kit/experiment.js';
import type { ValuesOf } from '../kit/parameters.js';
import { integer, integers, number, seed } from '../kit/specs.js';

export const PARAMETERS = {
  coupling: number('K = J/kT of the tori; critical at 0.4407', 0.4407, 0, 5),
  small: integers('hidden spins of the RBMs on the 3×3 torus, one RBM each', [3, 9]),
  large: integers('hidden spins of the RBMs on the 4×4 torus, one RBM each', [4, 8, 16]),
  iterations: integer('steps of the descent', 300, 1, 100_000),
  restarts: integer('random starts of each RBM; the best is kept', 3, 1, 1000),
  seed: seed(),
};

export type ExactMapParameters = ValuesOf<typeof PARAMETERS>;

/** One RBM: its lattice, number of hidden spins, and initial weights. */
export interface ExactMapPoint extends Point {
  side: number;
  hidden: number;
  start: 'random' | 'blocks';
}

/** H(v), H_RBM(v) of every v; H_RG(h), H_RBM(h) of every h, the former by the sum over v of e^{T - H}. */
export interface LayerEnergies {
  visible: { given: number[]; rbm: number[] };
  hidden: { renormalised: number[]; rbm: number[] };
}

export interface ExactMapResult extends Pick<ExactMapPoint, 'side' | 'hidden' | 'start'> {
  /** History of the restart with the smallest KL. */
  history: ExactTrainingRecord[];
  /** The last KL of each restart. */
  kls: number[];
  /** Its weights, row-major [visible, hidden]; it has no biases. */
  weights: number[];
  before: MappingReport;
  after: MappingReport;
  energies: { before: LayerEnergies; after: LayerEnergies } | null;
  /** Couplings of the hidden layer compared with those of block spins, if there is one hidden spin per block. */
  couplings: BlockComparison | null;
  /** The hidden layer compared with decimation, if every hidden spin is a copy of one visible spin. */
  decimation: DecimationComparison | null;
}
