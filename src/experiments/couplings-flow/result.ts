/** Parameters and results of the couplings-flow experiment. All results can be stored as JSON. */

import type { Estimate } from '../../util/estimate.js';
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

/** The positions of the units of a layer. */
export interface LayerPlaces {
  layer: number;
  units: number;
  /** √(sites/units): the distance of neighbours for units on a square lattice, in lattice spacings. */
  spacing: number;
  /** [row, column] of the centre of each receptive field, in lattice spacings; null for a field of zeros. */
  centres: ([number, number] | null)[];
  /** Whether the field of a unit is compact: has a radius below L/4; a uniform field has 0.41 L. */
  narrow: boolean[];
  /** Share of such units. */
  compact: number;
  /** Median radius, in lattice spacings. */
  radius: number;
}

/** Couplings of the pairs in a bin of distances. */
export interface DistanceBin {
  /** Mean distance in units of the layer's spacing. */
  distance: number;
  /** Number of pairs, and of those with a computed coupling. */
  pairs: number;
  sampled: number;
  /** Means of K and of |K|, and the standard error of the latter, from the computed pairs. */
  mean: number;
  size: number;
  error: number;
  /** 95 % interval of the mean of |K| with randomly permuted centres; null for too few pairs. */
  shuffled: [number, number] | null;
}

/** The pair couplings of the Hamiltonian that an RBM induces on a layer. */
export interface InducedCouplings {
  /** The RBM with this layer as its hidden layer (below) or its visible layer (above). */
  from: 'below' | 'above';
  bins: DistanceBin[];
  /** Share of Σ|K| in pairs closer than 1.25 spacings, and the share of these pairs among all. */
  nearest: { share: number; pairs: number };
  /** ¼ Σ_k K_jk, averaged over the units j: the K of a square lattice with the same total coupling per spin. */
  effective: number;
  /** Mean size of the quadrature's own correction, over mean |K|. */
  correction: number;
  /** ξ of |K| - floor ∝ e^{-r/ξ} in spacings, the floor that of the farthest third; null if there is no decay. */
  range: number | null;
  /**
   * [j, k, K], if all pairs were computed: the strongest among compact units, two per unit; among all units if fewer
   * than half are compact, so that centres have little meaning.
   */
  strongest: [number, number, number][] | null;
}

/** Couplings from configurations, by pseudo-likelihood: pairs up to 1.25, 1.75 and 2.25 spacings, and all others. */
export interface SampledCouplings {
  shells: { name: Shell; coupling: number; error: number; partners: number }[];
  /** Of the nearest shell. */
  nearest: Estimate<number>;
  /** ¼ Σ K_g·partners: as `effective` above. */
  effective: Estimate<number>;
}

export type Shell = 'nearest' | 'second' | 'third' | 'rest';

export interface StackLayer extends LayerPlaces {
  induced: InducedCouplings[];
  /** Null if fewer than three units have a centre, or vary. */
  sampled: SampledCouplings | null;
}

export interface StackFlow {
  point: CouplingsFlowPoint & { kind: 'stack' };
  layers: StackLayer[];
  /** Mean ln p(v_i | rest) per site of the first RBM on fresh data, and of the model of the data. */
  pseudoLikelihood: { rbm: number; exact: number };
}

export interface BlockFlow {
  point: CouplingsFlowPoint & { kind: 'blocks' };
  layers: { layer: number; side: number; sampled: SampledCouplings }[];
}

export type CouplingsFlowResult = StackFlow | BlockFlow;
