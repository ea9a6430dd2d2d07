/**
 * Block spins without a network: Kadanoff's blocks by majority on Ising configurations below, at and above K_c. Their
 * flow, and K_c by the matching of two lattices (K. G. Wilson in Recent Developments in Gauge Theories, 1980; R. H.
 * Swendsen, Phys. Rev. Lett. 42, 859, 1979).
 */

import { study } from '../kit/study.js';
import { QUESTIONS } from '../questions.js';
import { OFFSETS, PARAMETERS, points, run } from './points.js';
import { summarise } from './summary.js';

export const blockSpins = study({
  name: 'block-spins',
  title: 'Block spins on their way to a fixed point',
  question: QUESTIONS['block-spins'],
  parameters: PARAMETERS,
  presets: {
    quick: { doc: '64² → 8², 10,000 configurations per lattice; films of 1024²', values: {} },
    large: {
      doc: '128² → 8², 50,000 configurations per lattice',
      values: { steps: 4, samples: 50_000, spacing: 0.001 },
    },
  },
  points,
  reads: ({ kind }) =>
    kind === 'flow' ? ['factor', 'final', 'steps', 'samples', 'seed'] : ['factor', 'window', 'filmSteps', 'seed'],
  run,
  summarise,
  // films may be missing
  summarisesSome: (results) => results.filter(({ point }) => point.kind === 'flow').length === OFFSETS.length,
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
});
