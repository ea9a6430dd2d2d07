/** Parameters and results of the couplings-flow experiment. All results can be stored as JSON. */

import type { UnitPlaces } from '../../fields/places.js';
import type { DistanceCouplings } from '../../rg/couplings/byDistance.js';
import type { ShellCouplings } from '../../rg/couplings/shells.js';
import { COIN_TOSSES, type Control, SHUFFLED_SITES, unaltered } from '../kit/controls.js';
import type { Point } from '../kit/experiment.js';
import type { ValuesOf } from '../kit/parameters.js';
import { integer, integers, number, seed } from '../kit/specs.js';

export const PARAMETERS = {
  side: integer('side L of the periodic L×L lattice', 16, 4, 256),
  coupling: number('K = J/kT; critical at 0.4407', 0.408, 0.05, 2),
  samples: integer('configurations to train on', 20_000, 100, 10_000_000),
  measured: integer('fresh configurations from which couplings are estimated', 3000, 50, 10_000_000),
  hidden: integers('hidden units of each layer, from the data upwards', [64, 16]),
  epochs: integer('passes over the data for each layer', 60, 1),
  learningRate: number('step size', 0.1, 1e-9, 1e3),
  l1: number('L1 penalty per weight', 2e-4, 0, 10),
  seeds: integer('stacks trained on Ising data', 3, 1, 50),
  pairs: integer('pairs drawn at each distance, in layers of more than 100 units', 24, 4, 100_000),
  seed: seed(),
};

export type CouplingsFlowParameters = ValuesOf<typeof PARAMETERS>;

/** The data of a stack. */
export const KINDS = {
  ising: unaltered('Ising data'),
  shuffled: SHUFFLED_SITES,
  coins: COIN_TOSSES,
} satisfies Record<string, Control>;
export type StackKind = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as StackKind[];

export type CouplingsFlowPoint = Point &
  ({ kind: 'stack'; data: StackKind; run: number } | { kind: 'blocks'; coupling: number });

/** The pair couplings of the Hamiltonian that an RBM induces on a layer, which is its hidden (below) or visible one. */
export type InducedCouplings = { from: 'below' | 'above' } & DistanceCouplings;

export interface StackLayer extends Omit<UnitPlaces, 'shape' | 'signs'> {
  layer: number;
  units: number;
  /**
   * Of all pairs only the strongest among compact units, two per unit; among all units if fewer than half are compact,
   * so that centres have little meaning.
   */
  induced: InducedCouplings[];
  /** Null if fewer than three units have a centre, or vary. */
  sampled: ShellCouplings | null;
}

export interface StackFlow {
  point: CouplingsFlowPoint & { kind: 'stack' };
  layers: StackLayer[];
  /** Mean ln p(v_i | rest) per site of the first RBM on fresh data, and of the model of the data. */
  pseudoLikelihood: { rbm: number; exact: number };
}

export interface BlockFlow {
  point: CouplingsFlowPoint & { kind: 'blocks' };
  layers: { layer: number; side: number; sampled: ShellCouplings }[];
}

export type CouplingsFlowResult = StackFlow | BlockFlow;
