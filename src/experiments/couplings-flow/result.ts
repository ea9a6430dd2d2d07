/** What the couplings-flow experiment takes and what a run of it gives. All of it survives JSON. */

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

/** What a stack is trained on. */
export const KINDS = {
  ising: unaltered('Ising data'),
  shuffled: SHUFFLED_SITES,
  coins: COIN_TOSSES,
} satisfies Record<string, Control>;
export type StackKind = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as StackKind[];

export type CouplingsFlowPoint = Point &
  ({ kind: 'stack'; data: StackKind; run: number } | { kind: 'blocks'; coupling: number });

/** Where the units of a layer are, and what is left of an Ising model among them. */
export interface LayerPlaces {
  layer: number;
  units: number;
  /** √(sites/units): the distance of neighbours if the units stood on a square lattice, in lattice spacings. */
  spacing: number;
  /** [row, column] of the centre of each receptive field, in lattice spacings; null for a field of zeros. */
  centres: ([number, number] | null)[];
  /** Whether the field of a unit is compact: has a radius below L/4; one without a place has 0.41 L. */
  narrow: boolean[];
  /** Share of such units. */
  compact: number;
  /** Median radius, in lattice spacings. */
  radius: number;
}

/** Couplings of pairs at about one distance. */
export interface DistanceBin {
  /** Mean distance in units of the layer's spacing. */
  distance: number;
  /** Pairs there are, and those whose coupling was computed. */
  pairs: number;
  sampled: number;
  /** Means of K and of |K|, and the standard error of the latter, from the pairs that were drawn. */
  mean: number;
  size: number;
  error: number;
  /** 95 % of the means of |K| with the centres exchanged at random lie between these; null of too few pairs. */
  shuffled: [number, number] | null;
}

/** The pair couplings of a layer's Hamiltonian, as one RBM has it. */
export interface InducedCouplings {
  /** The RBM whose hidden layer this is, or the one whose visible layer it is. */
  from: 'below' | 'above';
  bins: DistanceBin[];
  /** Share of Σ|K| in pairs closer than 1.25 spacings, and the share of these pairs in all. */
  nearest: { share: number; pairs: number };
  /** ¼ Σ_k K_jk, averaged over the units j: the K of a square lattice with as much coupling a spin. */
  effective: number;
  /** Mean size of the quadrature's own correction, over mean |K|. */
  correction: number;
  /** ξ of |K| - floor ∝ e^{-r/ξ} in spacings, the floor that of the farthest third; null where nothing decays. */
  range: number | null;
  /**
   * [j, k, K], where all pairs were computed: the strongest among compact units, two per unit; among all units where
   * fewer than half are compact, and their places mean little.
   */
  strongest: [number, number, number][] | null;
}

/** Of configurations, by pseudo-likelihood: pairs up to 1.25, 1.75 and 2.25 spacings, and all others. */
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
  /** Null where the units cannot be told to have any: fewer than three of them have a place, or move. */
  sampled: SampledCouplings | null;
}

export interface StackFlow {
  point: CouplingsFlowPoint & { kind: 'stack' };
  layers: StackLayer[];
  /** Mean ln p(v_i | rest) per site of the first RBM on fresh data, and of the model that the data have. */
  pseudoLikelihood: { rbm: number; exact: number };
}

export interface BlockFlow {
  point: CouplingsFlowPoint & { kind: 'blocks' };
  layers: { layer: number; side: number; sampled: SampledCouplings }[];
}

export type CouplingsFlowResult = StackFlow | BlockFlow;
