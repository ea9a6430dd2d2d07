/**
 * One dimension, where decimation is exact (Mehta & Schwab, arXiv:1410.3831, Fig. 2): the flow of the coupling by
 * recursion, by a stack of exact RBMs and by Monte Carlo; and stacks that are trained on the same ring, compared with
 * decimation.
 */

import { study } from '../kit/study.js';
import { QUESTIONS } from '../questions.js';
import { PARAMETERS, points, run } from './points.js';
import { summarise } from './summary.js';

export const decimation1d = study({
  name: 'decimation-1d',
  title: 'Decimation in one dimension: exact, and trained',
  question: QUESTIONS['decimation-1d'],
  parameters: PARAMETERS,
  presets: {
    quick: { doc: 'rings of 64 spins at K = 1, stacks 64-32-16-8, 50 epochs per layer, three seeds', values: {} },
    long: { doc: 'the same with 500 epochs per layer and five seeds', values: { epochs: 500, seeds: 5 } },
  },
  points,
  reads: ({ kind }) =>
    kind === 'flow'
      ? ['coupling', 'steps', 'flowSites', 'flowSamples', 'seed']
      : ['coupling', 'sites', 'hidden', 'samples', 'epochs', 'learningRate', 'l1', 'seed'],
  run,
  summarise,
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
});
