/**
 * Tensor renormalization of the square Ising model: free energy, central charge and scaling dimensions step by step, how plain
 * TRG drifts away from the fixed point, and the number of phases on both sides of K_c.
 */

import { criticalCoupling, onsagerLogPartition } from '../../exact/onsager.js';
import { hotrg } from '../../rg/tensor/hotrg.js';
import { loopTnr } from '../../rg/tensor/loop.js';
import { isingTensor } from '../../rg/tensor/models.js';
import type { TensorStep } from '../../rg/tensor/step.js';
import { bondWeightedTrg, trg } from '../../rg/tensor/trg.js';
import { pause, progress } from '../../util/work.js';
import type { Experiment } from '../kit/experiment.js';
import {
  METHOD_NAMES,
  type Method,
  PAIR_STEPS,
  PARAMETERS,
  READ_AT,
  type StepResult,
  type TensorRgParameters,
  type TensorRgPoint,
  type TensorRgResult,
} from './result.js';
import { summarise, type TensorRgSummary } from './summary.js';

const ITERATIONS = { trg, weighted: bondWeightedTrg, hotrg, loop: loopTnr } as const;

/** States of a spectrum that are kept. */
const STATES = 9;

export const tensorRg: Experiment<typeof PARAMETERS, TensorRgPoint, TensorRgResult, TensorRgSummary> = {
  name: 'tensor-rg',
  title: 'The critical Ising model by tensor renormalization',
  question:
    'How near to the exact free energy, central charge and scaling dimensions do tensors come, and for how many steps?',
  parameters: PARAMETERS,
  presets: {
    quick: { doc: 'TRG and bond-weighted TRG with χ = 24, HOTRG with 16, loop-TNR with 8; half a minute', values: {} },
    large: {
      doc: 'χ = 40, 40, 24 and 12; two minutes',
      values: { trg: 40, weighted: 40, hotrg: 24, loop: 12 },
    },
  },
  points: ({ offset }) => [
    ...METHOD_NAMES.map((method) => ({ key: method, kind: 'critical' as const, method, coupling: criticalCoupling })),
    ...[-1, 1].map((side) => ({
      key: side < 0 ? 'below K_c' : 'above K_c',
      kind: 'phase' as const,
      coupling: criticalCoupling + side * offset,
    })),
  ],
  run: async (point, parameters, { signal, onProgress }) => {
    const method: Method = point.kind === 'critical' ? point.method : 'weighted';
    const { coupling } = point;
    const exact = onsagerLogPartition(coupling);
    const steps: StepResult[] = [];
    const options = { bond: bondOf(point, parameters), steps: parameters.steps };
    for (const step of ITERATIONS[method](isingTensor({ coupling }), options)) {
      signal?.throwIfAborted();
      steps.push({
        step: step.step,
        freeEnergyError: (step.logPartition - exact) / exact,
        centralCharge: step.centralCharge,
        dimensions: step
          .dimensions({ count: STATES })
          .dimensions.map(({ dimension, charge }) => ({ dimension, charge })),
        pair: paired(point, step),
        x1: step.x1,
        // none of these methods has alternating tensors, for which there is none
        x2: step.x2 as number,
      });
      onProgress?.(progress(point.key, step.step, parameters.steps, 'steps'));
      await pause();
    }
    return { point, steps };
  },
  summarise,
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
};

/** Spectrum of two tensors; null where it is not wanted, or the matrix too large. */
function paired(point: TensorRgPoint, step: TensorStep): StepResult['pair'] {
  const last = Math.max(...step.bonds) > MAX_PAIR_BOND ? READ_AT : PAIR_STEPS;
  const wanted = point.kind === 'critical' && point.method === 'trg' && step.step >= 3 && step.step <= last;
  if (!wanted) return null;
  const { dimensions } = step.dimensions({ count: STATES, row: 2 });
  return dimensions.map(({ dimension, spin }) => ({ dimension, spin: Math.abs(Math.round(spin ?? 0)) }));
}

/** Largest χ at which two tensors take a second or so; beyond it no steps are read that are not needed. */
const MAX_PAIR_BOND = 32;

/** χ of a point; away from K_c correlations are short, and 16 is enough. */
function bondOf(point: TensorRgPoint, parameters: TensorRgParameters): number {
  return point.kind === 'critical' ? parameters[point.method] : Math.min(16, parameters.weighted);
}
