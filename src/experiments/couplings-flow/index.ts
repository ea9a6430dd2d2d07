/**
 * Couplings of the layers of a stack that is trained on a large 2D Ising lattice: is the Hamiltonian on each hidden
 * layer short-ranged, and how does it flow? True block spins are measured in the same way for comparison.
 */

import { study } from '../kit/study.js';
import { QUESTIONS } from '../questions.js';
import { PARAMETERS, points, run } from './points.js';
import { summarise } from './summary.js';

export const couplingsFlow = study({
  name: 'couplings-flow',
  title: 'Couplings of the hidden layers',
  question: QUESTIONS['couplings-flow'],
  parameters: PARAMETERS,
  presets: {
    quick: { doc: '16×16, stacks 256-64-16, 60 epochs per layer, three seeds and two controls', values: {} },
    large: {
      doc: '24×24, stacks 576-144-36-9, 100 epochs per layer',
      values: { side: 24, hidden: [144, 36, 9], epochs: 100 },
    },
    paper: {
      doc: 'the size of the paper: 40×40, 400-100-25, 200 epochs per layer',
      values: { side: 40, hidden: [400, 100, 25], epochs: 200 },
    },
  },
  points,
  reads: ({ kind }) =>
    kind === 'blocks'
      ? ['side', 'measured', 'hidden', 'seed']
      : ['side', 'coupling', 'samples', 'measured', 'hidden', 'epochs', 'learningRate', 'l1', 'pairs', 'seed'],
  run,
  summarise,
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
});
