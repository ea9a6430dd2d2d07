/**
 * The paper's title made to work: the renormalised Hamiltonian of block spins as the free energy of an RBM, by variational Monte
 * Carlo RG (Wu & Car, Phys. Rev. Lett. 119, 220602, 2017), against lists of operators. The claims were fixed beforehand
 * (docs/experiments/variational-rbm.md).
 */

import { study } from '../kit/study.js';
import { QUESTIONS } from '../questions.js';
import { PARAMETERS, points, run } from './points.js';
import { summarise } from './summary.js';

export const variationalRbmStudy = study({
  name: 'variational-rbm',
  // 2: lists have their samples
  definition: 2,
  title: 'An RBM as the renormalised Hamiltonian',
  question: QUESTIONS['variational-rbm'],
  parameters: PARAMETERS,
  presets: {
    quick: {
      doc: 'L = 20 and 27, two filters of 3 × 3, three runs: a rehearsal; two minutes',
      values: {
        ...{ sides: [20, 27], filters: 2, size: 3, operators: [7, 13], sweeps: 2100, judged: 420, runs: 3 },
      },
    },
    full: { doc: 'L = 45, 64 and 90, two filters of 4 × 4, five runs each; hours', values: {} },
  },
  points,
  reads: () => ['coupling', 'filters', 'size', 'operators', 'sweeps', 'judged', 'seed'],
  run,
  summarise,
  summarisesSome: (results) => results.length > 0,
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
});
