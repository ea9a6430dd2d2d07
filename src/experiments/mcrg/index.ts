/**
 * Monte Carlo renormalization group: exponents of the Ising model by the linearised majority rule (R. H. Swendsen, Phys. Rev.
 * Lett. 42, 859, 1979), with two kinds of error told apart, and K_c by two lattices.
 */

import { study } from '../kit/study.js';
import { QUESTIONS } from '../questions.js';
import { PARAMETERS, points, run } from './points.js';
import { summarise } from './summary.js';

export const mcrg = study({
  name: 'mcrg',
  title: 'Exponents by the Monte Carlo renormalization group',
  question: QUESTIONS.mcrg,
  parameters: PARAMETERS,
  presets: {
    quick: { doc: 'square, 64² → 8², b = 2, twenty runs of 12,800 configurations; half a minute', values: {} },
    full: { doc: 'the same with 128,000 configurations per run; five minutes', values: { samples: 128_000 } },
    b3: { doc: 'square, 81² → 9², b = 3', values: { side: 81, factor: 3, steps: 2 } },
    triangular: {
      doc: 'triangular, 54² → 6², b = √3',
      values: { lattice: 'triangular', side: 54, steps: 4, samples: 6400 },
    },
    cubic: {
      doc: 'cubic, 32³ → 8³, b = 2; a quarter of an hour',
      values: { lattice: 'cubic', side: 32, steps: 2, samples: 640 },
    },
  },
  points,
  reads: () => ['lattice', 'side', 'factor', 'steps', 'samples', 'seed'],
  run,
  summarise,
  // a spread needs two
  summarisesSome: (results) => results.filter(({ kind }) => kind === 'run').length > 1,
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
});
