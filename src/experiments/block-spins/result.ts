/** What the block-spins experiment takes and what a run of it gives. */

import type { BlockObservables } from '../../rg/observables.js';
import type { Seed } from '../../util/random.js';

export interface BlockSpinsParameters {
  factor: number;
  final: number;
  steps: number;
  samples: number;
  spacing: number;
  window: number;
  filmSteps: number;
  filmOffset: number;
  seed: Seed;
}

/** All lattices at one coupling, or one film. */
export type BlockSpinsPoint = { parameters: BlockSpinsParameters; coupling: number } & (
  | { kind: 'flow'; offset: number }
  | { kind: 'film' }
);

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
