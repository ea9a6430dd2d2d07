/** The points of tensor-rg: a method at K_c, or the phase on one side of it. */

import { criticalCoupling, onsagerLogPartition } from '../../exact/onsager.js';
import { hotrg } from '../../rg/tensor/hotrg.js';
import { loopTnr } from '../../rg/tensor/loop.js';
import { isingTensor } from '../../rg/tensor/models.js';
import type { TensorStep } from '../../rg/tensor/step.js';
import { bondWeightedTrg, trg } from '../../rg/tensor/trg.js';
import { pause, progress } from '../../util/work.js';
import { integer, number, type ValuesOf } from '../kit/specs.js';
import type { Context } from '../kit/study.js';

export const PARAMETERS = {
  trg: integer('χ of TRG', 24, 2, 64),
  weighted: integer('χ of bond-weighted TRG', 24, 2, 64),
  hotrg: integer('χ of HOTRG', 16, 2, 32),
  loop: integer('χ of loop-TNR', 8, 2, 24),
  steps: integer('steps; after s of them a tensor stands for 2^s sites', 28, 10, 100),
  offset: number('the phases are at K_c ± this', 0.01, 1e-4, 0.2),
};
export type Values = ValuesOf<typeof PARAMETERS>;

/** The methods, by their names in tables and figures; BTRG is bond-weighted TRG. */
export const METHODS = { trg: 'TRG', weighted: 'BTRG', hotrg: 'HOTRG', loop: 'loop-TNR' } as const;
export type Method = keyof typeof METHODS;
export const METHOD_NAMES = Object.keys(METHODS) as Method[];

/** The step at which spectra are compared: before it the lattice shows, after it truncation. */
export const READ_AT = 8;

/** Steps whose spectrum of two tensors is read. */
export const PAIR_STEPS = 12;

/** Scaling dimensions of the 2D Ising model, as often as they occur: 1, σ, ε, and the first descendants. */
export const EXACT_DIMENSIONS = [0, 1 / 8, 1, 9 / 8, 9 / 8, 2, 2, 2, 2];

/** States of a spectrum that are kept. */
const STATES = 9;

export const points = ({ offset }: Values) => [
  ...METHOD_NAMES.map((method) => ({ key: method, kind: 'critical' as const, method, coupling: criticalCoupling })),
  ...[-1, 1].map((side) => ({
    key: side < 0 ? 'below K_c' : 'above K_c',
    kind: 'phase' as const,
    coupling: criticalCoupling + side * offset,
  })),
];
type Point = ReturnType<typeof points>[number];

const ITERATIONS = { trg, weighted: bondWeightedTrg, hotrg, loop: loopTnr } as const;

export async function run(point: Point, parameters: Values, { signal, onProgress }: Context) {
  const { coupling } = point;
  const method = point.kind === 'critical' ? point.method : 'weighted';
  // away from K_c correlations are short, and 16 is enough
  const bond = point.kind === 'critical' ? parameters[method] : Math.min(16, parameters.weighted);
  const exact = onsagerLogPartition(coupling);
  const steps: StepResult[] = [];
  for (const step of ITERATIONS[method](isingTensor({ coupling }), { bond, steps: parameters.steps })) {
    signal?.throwIfAborted();
    const last = Math.max(...step.bonds) > MAX_PAIR_BOND ? READ_AT : PAIR_STEPS;
    const paired = point.kind === 'critical' && method === 'trg' && step.step >= 3 && step.step <= last;
    steps.push(readingOf(step, exact, paired));
    onProgress?.(progress(point.key, step.step, parameters.steps, 'steps'));
    await pause();
  }
  return { point, steps };
}
export type Result = Awaited<ReturnType<typeof run>>;

/** Largest χ at which two tensors take a second or so; beyond it no steps are read that are not needed. */
const MAX_PAIR_BOND = 32;

/** What one step says. @param exact ln Z/N of the infinite lattice @param paired whether the spectrum of two tensors is read */
function readingOf(step: TensorStep, exact: number, paired: boolean) {
  const { dimensions } = step.dimensions({ count: STATES });
  const pair = paired ? step.dimensions({ count: STATES, row: 2 }).dimensions : null;
  return {
    step: step.step,
    /** (ln Z/N - exact)/exact, of the infinite lattice. */
    freeEnergyError: (step.logPartition - exact) / exact,
    centralCharge: step.centralCharge,
    /** Δ of the leading states with their charge (1 is odd), smallest first. */
    dimensions: dimensions.map(({ dimension, charge }) => ({ dimension, charge })),
    /** The same of two tensors side by side, turned by one, with conformal spins modulo 2; of TRG up to step 12. */
    pair: pair?.map(({ dimension, spin }) => ({ dimension, spin: Math.abs(Math.round(spin ?? 0)) })) ?? null,
    x1: step.x1,
    // none of these methods has alternating tensors, for which there is none
    x2: step.x2 as number,
  };
}
export type StepResult = ReturnType<typeof readingOf>;
