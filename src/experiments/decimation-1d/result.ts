/** Parameters and results of the decimation-1d experiment. */

import type { RingLayer } from '../../fields/ring.js';
import type { Mean } from '../../util/estimate.js';
import { COIN_TOSSES, type Control, unaltered } from '../kit/controls.js';
import type { Point } from '../kit/experiment.js';
import type { ValuesOf } from '../kit/parameters.js';
import { integer, integers, number, seed } from '../kit/specs.js';

export const PARAMETERS = {
  coupling: number('K = J/kT of the ring', 1, 0.05, 2),
  steps: integer('decimations in the flow', 4, 1, 8),
  flowSites: integer('spins of the ring that is decimated; a multiple of 2^(steps + 1)', 1024, 8, 16384),
  flowSamples: integer('configurations of it', 2000, 100, 1_000_000),
  sites: integer('spins of the ring that stacks are trained on', 64, 4, 1024),
  hidden: integers('hidden units of each layer, from the data upwards', [32, 16, 8]),
  samples: integer('configurations to train on', 20_000, 100, 10_000_000),
  epochs: integer('passes over the data for each layer', 50, 1),
  learningRate: number('step size', 0.1, 1e-9, 1e3),
  l1: number('L1 penalty per weight, where there is one', 2e-4, 0, 10),
  seeds: integer('stacks of each kind', 3, 1, 50),
  seed: seed(),
};

export type Decimation1dParameters = ValuesOf<typeof PARAMETERS>;

/** The data of a stack, and the penalty. */
export const VARIANTS = {
  l1: unaltered('with L1'),
  plain: unaltered('without L1'),
  coins: COIN_TOSSES,
} satisfies Record<string, Control>;
export type Variant = keyof typeof VARIANTS;
export const VARIANT_NAMES = Object.keys(VARIANTS) as Variant[];

export type Decimation1dPoint = Point & ({ kind: 'flow' } | { kind: 'train'; variant: Variant; run: number });

/** One decimated ring, measured. */
export interface MeasuredLevel {
  level: number;
  sites: number;
  /** ⟨s s'⟩ of neighbours. */
  correlation: Mean<number>;
  /** K with that correlation on a ring of this size. */
  coupling: Mean<number>;
}

export interface Decimation1dFlow {
  point: Decimation1dPoint & { kind: 'flow' };
  levels: MeasuredLevel[];
}

export interface Decimation1dTraining {
  point: Decimation1dPoint & { kind: 'train' };
  layers: RingLayer[];
  /** Mean log p(v_i | rest) on held-out data: of the first RBM, and of the ring itself. */
  pseudoLikelihood: { rbm: Mean<number>; ring: number };
}

export type Decimation1dResult = Decimation1dFlow | Decimation1dTraining;
