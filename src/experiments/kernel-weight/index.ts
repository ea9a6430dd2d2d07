/**
 * Exponents of Kadanoff's soft rule as functions of its weight. One hidden unit of weight w per block is an RBM layer, so that
 * maximum likelihood has a favourite weight: is it the one with the best exponents? (Even and odd operators want different
 * weights: D. Ron, A. Brandt & R. H. Swendsen, Phys. Rev. E 95, 053305, 2017.)
 */

import { study } from '../kit/study.js';
import { QUESTIONS } from '../questions.js';
import { MAJORITY, PARAMETERS, points, run } from './points.js';
import { summarise } from './summary.js';

export const kernelWeight = study({
  name: 'kernel-weight',
  title: 'The exponents of a blocking rule, by its weight',
  question: QUESTIONS['kernel-weight'],
  parameters: PARAMETERS,
  presets: {
    quick: { doc: '64² → 8², nine weights and the majority, 12,800 configurations each; half a minute', values: {} },
    full: { doc: 'the same with 256,000 configurations each; some ten minutes', values: { samples: 256_000 } },
  },
  points,
  reads: () => ['side', 'factor', 'steps', 'samples', 'operators', 'seed'],
  run,
  summarise,
  summarisesSome: (results) => results.length > 3 && results.some(({ point }) => point.weight === MAJORITY),
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
});
