/**
 * The exact map between the variational renormalization group and RBMs during training: small RBMs trained by the exact
 * gradient on Ising tori that can be enumerated. Which identities hold from the first step, which only at the end, and
 * the resulting hidden layer.
 */

import { study } from '../kit/study.js';
import { QUESTIONS } from '../questions.js';
import { PARAMETERS, points, run } from './points.js';
import { summarise } from './summary.js';

export const exactMap = study({
  name: 'exact-map',
  title: 'The exact map, watched',
  question: QUESTIONS['exact-map'],
  parameters: PARAMETERS,
  presets: {
    quick: { doc: 'three starts of 300 steps', values: {} },
    thorough: { doc: 'eight starts of 2000 steps', values: { restarts: 8, iterations: 2000 } },
  },
  points,
  reads: ({ start }) => ['coupling', 'iterations', 'seed', ...(start === 'blocks' ? [] : ['restarts' as const])],
  run,
  summarise,
  summarisesSome: () => true,
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
});
