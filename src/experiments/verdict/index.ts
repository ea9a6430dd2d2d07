/**
 * Is the coarse-graining of a trained stack a step of the renormalization group? The claim of P. Mehta & D. J. Schwab,
 * arXiv:1410.3831 (2014), in numbers, with nulls and positive controls; its criteria were fixed beforehand
 * (docs/experiments/verdict.md).
 */

import { study } from '../kit/study.js';
import { QUESTIONS } from '../questions.js';
import { PARAMETERS, points, reads, run } from './points.js';
import { summarise } from './summary.js';

export const verdict = study({
  name: 'verdict',
  title: 'Is a trained stack a renormalization group?',
  question: QUESTIONS.verdict,
  parameters: PARAMETERS,
  presets: {
    quick: {
      doc: 'L = 20, 100-25 units, three or four runs each: a rehearsal, not the answer; four minutes of one core',
      values: {
        ...{ side: 20, hidden: [100, 25], samples: 2000, epochs: 20, runs: 4, otherRuns: 3, largeRuns: 0 },
        ...{ measured: 600, configurations: 2560 },
      },
    },
    full: { doc: 'the size of the paper, ten runs each; hours', values: {} },
  },
  points,
  reads,
  run,
  summarise,
  summarisesSome: (results) => {
    const kinds = (kind: string) => results.filter(({ point }) => point.kind === kind);
    const papers = kinds('trained').filter(({ point }) => 'cell' in point && point.cell === 'paper');
    const of = (source: string) => papers.filter(({ point }) => 'source' in point && point.source === source).length;
    return kinds('reference').length > 0 && kinds('curve').length > 0 && of('ising') > 1 && of('gaussian') > 1;
  },
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
});
