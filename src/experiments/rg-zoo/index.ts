/** All methods of renormalization of this package on one table: K_c, y_T, y_h of the Ising model in two dimensions. */

import { refuse } from '../../util/check.js';
import { study } from '../kit/study.js';
import { QUESTIONS } from '../questions.js';
import { readsOf, resultOf } from './methods.js';
import { METHOD_NAMES, PARAMETERS } from './result.js';
import { summarise } from './summary.js';

export const rgZoo = study({
  name: 'rg-zoo',
  title: 'One critical point, many renormalization groups',
  question: QUESTIONS['rg-zoo'],
  parameters: PARAMETERS,
  presets: {
    quick: { doc: '64², 25,600 configurations, χ = 16; a minute', values: {} },
    full: {
      doc: '64², 512,000 configurations, 200,000 sweeps, χ = 32; a quarter of an hour',
      values: { samples: 512_000, sweeps: 200_000, bond: 32 },
    },
  },
  points: ({ side }) => {
    if (side % 8 !== 0) refuse('side', 'a multiple of 8, for three steps of b = 2', side);
    return METHOD_NAMES.map((method) => ({ key: method, method }));
  },
  reads: ({ method }) => readsOf(method),
  run: ({ method }, parameters, context) => resultOf(method, parameters, context),
  summarise,
  // the text compares these two
  summarisesSome: (results) => ['mcrg', 'weighted-trg'].every((name) => results.some(({ method }) => method === name)),
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
});
