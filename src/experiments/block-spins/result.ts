/** What the block-spins experiment takes and what a run of it gives. */

import type { BlockObservables } from '../../rg/blocking/observables.js';
import type { Point } from '../kit/experiment.js';
import type { ParameterSpecs, ValuesOf } from '../kit/parameters.js';

export const PARAMETERS = {
  factor: {
    kind: 'integer',
    default: 2,
    low: 2,
    high: 8,
    doc: 'b: blocks of b×b spins, majority, ties by a random bit',
  },
  final: { kind: 'integer', default: 8, low: 3, high: 64, doc: 'side of the lattice on which all block spins end' },
  steps: {
    kind: 'integer',
    default: 3,
    low: 1,
    high: 8,
    doc: 'block-spin steps; the largest lattice has side final·b^steps',
  },
  samples: {
    kind: 'integer',
    default: 10_000,
    low: 200,
    high: 10_000_000,
    doc: 'independent configurations a lattice',
  },
  spacing: {
    kind: 'number',
    default: 0.002,
    low: 1e-6,
    high: 0.05,
    doc: 'couplings are K_c + {0, ±1, ±2, ±4}·spacing',
  },
  window: { kind: 'integer', default: 64, low: 2, high: 256, doc: 'spins across a picture of the film' },
  filmSteps: {
    kind: 'integer',
    default: 4,
    low: 1,
    high: 8,
    doc: 'steps of the film; its lattice has side window·b^filmSteps',
  },
  filmOffset: {
    kind: 'number',
    default: 0.02,
    low: 1e-4,
    high: 0.4,
    doc: 'films at K_c and this far on either side',
  },
  seed: { kind: 'seed', default: 1, doc: 'any integer or text; the same seed gives the same bits' },
} as const satisfies ParameterSpecs;

export type BlockSpinsParameters = ValuesOf<typeof PARAMETERS>;

/** All lattices at one coupling, or one film. */
export type BlockSpinsPoint = Point & { coupling: number } & ({ kind: 'flow'; offset: number } | { kind: 'film' });

export interface FlowResult {
  point: BlockSpinsPoint & { kind: 'flow' };
  /** After n steps from a lattice of side final·b^n, n = 0 … steps: all on lattices of one size. */
  levels: BlockObservables[];
  /** Along the steps of the largest lattice, n = 0 … steps: sides that shrink. */
  largest: BlockObservables[];
  /** ⟨s s'⟩ of neighbours, exactly, on the lattices of side final and final·b^steps before any step. */
  exact: { smallest: number; largest: number };
}

export interface FilmResult {
  point: BlockSpinsPoint & { kind: 'film' };
  /** Corners of window × window spins after n steps, entries 0 or 1. */
  frames: number[][];
  /** |Σ s|/N of the whole lattice after each step. */
  magnetisations: number[];
}

export type BlockSpinsResult = FlowResult | FilmResult;

/** Couplings K_c + offset·spacing. Seven, so that a cubic through them leaves three degrees of freedom. */
export const OFFSETS = [-4, -2, -1, 0, 1, 2, 4];
