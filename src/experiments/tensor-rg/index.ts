/**
 * Tensor renormalization of the square Ising model: free energy, central charge and scaling dimensions step by step, how plain
 * TRG drifts away from the fixed point, and the number of phases on both sides of K_c.
 */

import { study } from '../kit/study.js';
import { QUESTIONS } from '../questions.js';
import { PARAMETERS, points, run } from './points.js';
import { summarise } from './summary.js';

export const tensorRg = study({
  name: 'tensor-rg',
  title: 'The critical Ising model by tensor renormalization',
  question: QUESTIONS['tensor-rg'],
  parameters: PARAMETERS,
  presets: {
    quick: { doc: 'TRG and bond-weighted TRG with χ = 24, HOTRG with 16, loop-TNR with 8; half a minute', values: {} },
    large: {
      doc: 'χ = 40, 40, 24 and 12; two minutes',
      values: { trg: 40, weighted: 40, hotrg: 24, loop: 12 },
    },
  },
  points,
  reads: (point) => [point.kind === 'critical' ? point.method : 'weighted', 'steps'],
  run,
  summarise,
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
});
