/**
 * The experiment `rbm-thermodynamics`: energy, specific heat, magnetisation and susceptibility of configurations from
 * RBMs that were trained on Ising configurations, over temperatures and numbers of hidden units, compared with the
 * exact values and the first published ones (G. Torlai & R. G. Melko, Phys. Rev. B 94, 165134, 2016).
 */

import { study } from '../kit/study.js';
import { QUESTIONS } from '../questions.js';
import { PARAMETERS, points, run } from './points.js';
import { summarise } from './summary.js';

export const rbmThermodynamics = study({
  name: 'rbm-thermodynamics',
  title: 'Thermodynamics of a trained RBM',
  question: QUESTIONS['rbm-thermodynamics'],
  parameters: PARAMETERS,
  presets: {
    quick: {
      doc: '4×4, three temperatures, three RBMs of each kind; about two minutes of one core',
      values: { sizes: [4], temperatures: [2, 2.269, 2.8], seeds: [3], limits: 'no' },
    },
    full: {
      doc: '4×4 and 8×8, five temperatures, five and three RBMs of each kind; some twenty minutes of one core',
      values: {},
    },
  },
  points,
  reads: () => [],
  run,
  summarise: (_parameters, results) => summarise(results),
  summarisesSome: (results) => results.some(({ point }) => point.target === 'configurations'),
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
});
