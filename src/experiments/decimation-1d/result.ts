/** What the decimation-1d experiment takes and what a run of it gives. */

import type { Locality } from '../../fields/locality.js';
import type { Mean } from '../../util/estimate.js';
import type { Point } from '../kit/experiment.js';
import type { ParameterSpecs, ValuesOf } from '../kit/parameters.js';

export const PARAMETERS = {
  coupling: { kind: 'number', default: 1, low: 0.05, high: 2, doc: 'K = J/kT of the ring' },
  steps: { kind: 'integer', default: 4, low: 1, high: 8, doc: 'decimations in the flow' },
  flowSites: {
    kind: 'integer',
    default: 1024,
    low: 8,
    high: 16384,
    doc: 'spins of the ring that is decimated; a multiple of 2^(steps + 1)',
  },
  flowSamples: { kind: 'integer', default: 2000, low: 100, high: 1_000_000, doc: 'configurations of it' },
  sites: { kind: 'integer', default: 64, low: 4, high: 1024, doc: 'spins of the ring that stacks are trained on' },
  hidden: { kind: 'integers', default: [32, 16, 8], doc: 'hidden units of each layer, from the data upwards' },
  samples: { kind: 'integer', default: 20_000, low: 100, high: 10_000_000, doc: 'configurations to train on' },
  epochs: { kind: 'integer', default: 50, low: 1, doc: 'passes over the data for each layer' },
  learningRate: { kind: 'number', default: 0.1, low: 1e-9, high: 1e3, doc: 'step size' },
  l1: { kind: 'number', default: 2e-4, low: 0, high: 10, doc: 'L1 penalty a weight, where there is one' },
  seeds: { kind: 'integer', default: 3, low: 1, high: 50, doc: 'stacks of each kind' },
  seed: { kind: 'seed', default: 1, doc: 'any integer or text; the same seed gives the same bits' },
} as const satisfies ParameterSpecs;

export type Decimation1dParameters = ValuesOf<typeof PARAMETERS>;

/** What a stack is trained on, and with which penalty. */
export type Variant = 'l1' | 'plain' | 'coins';

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
  correlation: Mean<number>;
}

export interface Decimation1dTraining {
  point: Decimation1dPoint & { kind: 'train' };
  layers: LayerStatistics[];
  /** Mean log p(v_i | rest) on held-out data: of the first RBM, and of the ring itself. */
  pseudoLikelihood: { rbm: Mean<number>; ring: number };
}

export type Decimation1dResult = Decimation1dFlow | Decimation1dTraining;
