/**
 * The experiment of P. Mehta and D. J. Schwab, "An exact mapping between the variational renormalization group and deep
 * learning", arXiv:1410.3831, Fig. 3: a stack of RBMs trained on 2D Ising configurations in the paramagnetic phase, and
 * the question whether its hidden units become block spins.
 */

import { study } from '../kit/study.js';
import { QUESTIONS } from '../questions.js';
import { PARAMETERS, run } from './points.js';
import { summarise } from './summary.js';

export const mehtaSchwab = study({
  name: 'mehta-schwab',
  title: 'From spins to block spins',
  question: QUESTIONS['mehta-schwab'],
  parameters: PARAMETERS,
  presets: {
    quick: { doc: 'the size of the paper, 30 epochs per layer', values: { epochs: 30 } },
    paper: { doc: 'the size of the paper, its 200 epochs per layer', values: { epochs: 200 } },
  },
  points: () => [{ key: 'stack' }],
  run,
  summarise: (parameters, [result]) => summarise(parameters, result),
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
});
