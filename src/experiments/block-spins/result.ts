/** Parameters and results of the block-spins experiment. */

import type { BlockObservables } from '../../rg/blocking/observables.js';
import type { Point } from '../kit/experiment.js';
import type { ValuesOf } from '../kit/parameters.js';
import { integer, number, seed } from '../kit/specs.js';

export const PARAMETERS = {
  factor: integer('b: blocks of b×b spins, majority, ties by a random bit', 2, 2, 8),
  final: integer('side of the lattice on which all block spins end', 8, 3, 64),
  steps: integer('block-spin steps; the largest lattice has side final·b^steps', 3, 1, 8),
  samples: integer('independent configurations per lattice', 10_000, 200, 10_000_000),
  spacing: number('couplings are K_c + {0, ±1, ±2, ±4}·spacing', 0.002, 1e-6, 0.05),
  window: integer('spins across a picture of the film', 64, 2, 256),
  filmSteps: integer('steps of the film; its lattice has side window·b^filmSteps', 4, 1, 8),
  filmOffset: number('films at K_c and this far on either side', 0.02, 1e-4, 0.4),
  seed: seed(),
};

export type BlockSpinsParameters = ValuesOf<typeof PARAMETERS>;

/** All lattices at one coupling, or one film. */
export type BlockSpinsPoint = Point & { coupling: number } & ({ kind: 'flow'; offset: number } | { kind: 'film' });

/** Measurements at one coupling. */
export interface FlowResult {
  point: BlockSpinsPoint & { kind: 'flow' };
  /** After n steps from a lattice of side final·b^n, n = 0 … steps: all on lattices of one size. */
  levels: BlockObservables[];
  /** Along the steps of the largest lattice, n = 0 … steps: sides that shrink. */
  largest: BlockObservables[];
  /** ⟨s s'⟩ of neighbours, exactly, on the lattices of side final and final·b^steps before any step. */
  exact: { smallest: number; largest: number };
}

/** One film. */
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
