/** What the exact-map experiment takes and what a run of it gives. */

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

/** One RBM: on which lattice, how many hidden spins, and from where it starts. */
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
  /** Of the restart with the least KL. */
  history: ExactTrainingRecord[];
  /** The last KL of each restart. */
  kls: number[];
  /** Its weights, row-major [visible, hidden]; it has no biases. */
  weights: number[];
  before: MappingReport;
  after: MappingReport;
  energies: { before: LayerEnergies; after: LayerEnergies } | null;
  /** Couplings of the hidden layer beside those of block spins, where there is one hidden spin a block. */
  couplings: BlockComparison | null;
  /** The hidden layer beside decimation, where every hidden spin has become a copy of one visible spin. */
  decimation: DecimationComparison | null;
}

export interface DecimationComparison {
  /** The site that each hidden spin follows. */
  copied: number[];
  /** Sets of hidden spins, all but the empty one. */
  sets: number[][];
  /** Couplings of the RBM's hidden spins, turned so that each is the copy of its spin and not the opposite. */
  trained: number[];
  /** Couplings that decimation leaves between the sites copied. */
  decimated: number[];
  /** Largest difference of the two. */
  gap: number;
  /** Least |W| of a hidden spin to the site that it follows. */
  weakest: number;
}

export interface BlockComparison {
  /** Sets of hidden spins, numbered as blocks. */
  sets: number[][];
  /** Of the RBM, its hidden spins matched to the blocks that they weigh most, with the signs of these weights. */
  trained: number[];
  /** Of the majority of each 2×2 block. */
  blocks: number[];
  /** Mean |W| of a hidden spin to its own block, and to the others. */
  inside: number;
  outside: number;
  /** Largest |W| over the mean |W|, averaged over the hidden spins: 1 = all alike, 16 = a copy of one site. */
  peak: number;
  information: { trained: number; blocks: number };
}
