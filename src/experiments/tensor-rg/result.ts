/** Parameters and results of the tensor-rg experiment. */

import type { Point } from '../kit/experiment.js';
import type { ValuesOf } from '../kit/parameters.js';
import { integer, number } from '../kit/specs.js';

export const PARAMETERS = {
  trg: integer('χ of TRG', 24, 2, 64),
  weighted: integer('χ of bond-weighted TRG', 24, 2, 64),
  hotrg: integer('χ of HOTRG', 16, 2, 32),
  loop: integer('χ of loop-TNR', 8, 2, 24),
  steps: integer('steps; after s of them a tensor stands for 2^s sites', 28, 10, 100),
  offset: number('the phases are at K_c ± this', 0.01, 1e-4, 0.2),
};

export type TensorRgParameters = ValuesOf<typeof PARAMETERS>;

/** The methods, by their names in tables and figures; BTRG is bond-weighted TRG. */
export const METHODS = { trg: 'TRG', weighted: 'BTRG', hotrg: 'HOTRG', loop: 'loop-TNR' } as const;
export type Method = keyof typeof METHODS;
export const METHOD_NAMES = Object.keys(METHODS) as Method[];

/** A method at K_c, or the phase on one side of it. */
export type TensorRgPoint = Point & { coupling: number } & ({ kind: 'critical'; method: Method } | { kind: 'phase' });

/** What one step says. */
export interface StepResult {
  step: number;
  /** (ln Z/N - exact)/exact, of the infinite lattice. */
  freeEnergyError: number;
  centralCharge: number | null;
  /** Δ of the leading states with their charge (1 is odd), smallest first. */
  dimensions: { dimension: number; charge: number }[];
  /** The same of two tensors side by side, turned by one, with conformal spins modulo 2; of TRG up to step 12. */
  pair: { dimension: number; spin: number }[] | null;
  x1: number;
  x2: number;
}

export interface TensorRgResult {
  point: TensorRgPoint;
  steps: StepResult[];
}

/** The step at which spectra are compared: before it the lattice shows, after it truncation. */
export const READ_AT = 8;

/** Steps whose spectrum of two tensors is read. */
export const PAIR_STEPS = 12;

/** Scaling dimensions of the 2D Ising model, as often as they occur: 1, σ, ε, and the first descendants. */
export const EXACT_DIMENSIONS = [0, 1 / 8, 1, 9 / 8, 9 / 8, 2, 2, 2, 2];
