/** What the decimation-1d experiment takes and what a run of it gives. */

import type { Locality } from '../../fields/locality.js';
import type { Seed } from '../../util/random.js';

export interface Decimation1dParameters {
  coupling: number;
  steps: number;
  flowSites: number;
  flowSamples: number;
  sites: number;
  hidden: number[];
  samples: number;
  epochs: number;
  learningRate: number;
  l1: number;
  seeds: number;
  seed: Seed;
}

/** What a stack is trained on, and with which penalty. */
export type Variant = 'l1' | 'plain' | 'coins';

export type Decimation1dPoint = { parameters: Decimation1dParameters } & (
  | { kind: 'flow' }
  | { kind: 'train'; variant: Variant; run: number }
);

/** One decimated ring, measured. */
export interface MeasuredLevel {
  level: number;
  sites: number;
  /** ⟨s s'⟩ of neighbours. */
  correlation: { mean: number; error: number };
  /** K with that correlation on a ring of this size. */
  coupling: { mean: number; error: number };
}

export interface Decimation1dFlow {
  point: Decimation1dPoint & { kind: 'flow' };
  levels: MeasuredLevel[];
}

/** What one unit sees of the ring. */
export interface UnitStatistics {
  locality: Locality | null;
  /** Overlap |cos| with k neighbouring sites of equal weight, the best place for each k = 1, 2, …; 1 = exactly that. */
  overlaps: number[];
  /** The k with the largest of them. */
  width: number;
  /** The same two figures for k = 2 and the radius with the sites in a random order: what no neighbourhood at all would give. */
  shuffled: { pair: number; radius: number };
}

export interface LayerStatistics {
  layer: number;
  units: UnitStatistics[];
  /** Fields, row-major [units, sites], in the order of their centres, each divided by its largest |r|, with the sign of its sum. */
  fields: number[];
  /** Standard deviation of the distances between successive centres, in units of their mean: 0 evenly spaced, 1 at random. */
  unevenness: number;
  /** Correlation coefficient of units that follow each other along the ring, with the signs of their fields, sampled on held-out data. */
  correlation: { mean: number; error: number };
}

export interface Decimation1dTraining {
  point: Decimation1dPoint & { kind: 'train' };
  layers: LayerStatistics[];
  /** Mean log p(v_i | rest) on held-out data: of the first RBM, and of the ring itself. */
  pseudoLikelihood: { rbm: { mean: number; error: number }; ring: number };
}

export type Decimation1dResult = Decimation1dFlow | Decimation1dTraining;
