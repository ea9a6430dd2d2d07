/**
 * The experiment `rbm-thermodynamics`: does an RBM that was trained on Ising configurations know the thermodynamics? Energy, specific heat, magnetisation and
 * susceptibility of what it makes, over temperatures and numbers of hidden units, beside the exact values, and beside what was found first
 * (G. Torlai & R. G. Melko, Phys. Rev. B 94, 165134, 2016).
 */

import type { Seed } from '../util/random.js';
import type { Experiment } from './contract.js';
import { type RbmThermodynamicsPoint, type RbmThermodynamicsResult, runPoint } from './rbmThermodynamicsPoint.js';
import { figures, type RbmThermodynamicsSummary, summarise } from './rbmThermodynamicsSummary.js';

export interface RbmThermodynamicsParameters {
  sizes: number[];
  temperatures: number[];
  hidden: number[];
  samples: number;
  epochs: number;
  refinements: number;
  restarts: number;
  seed: Seed;
}

export const rbmThermodynamics: Experiment<
  RbmThermodynamicsParameters,
  RbmThermodynamicsPoint,
  RbmThermodynamicsResult,
  RbmThermodynamicsSummary
> = {
  name: 'rbm-thermodynamics',
  title: 'Thermodynamics of a trained RBM',
  question:
    'Has an RBM that was trained on Ising configurations the right energy, specific heat, magnetisation and susceptibility?',
  parameters: {
    sizes: { kind: 'integers', default: [4, 8], doc: 'sides of the square lattice, such as 4,8' },
    temperatures: {
      kind: 'numbers',
      default: [1.8, 2, 2.269, 2.5, 3],
      low: 0.1,
      high: 1000,
      doc: 'T = kT/J, such as 2,2.269 or 1.8:3:7 (from:to:count)',
    },
    hidden: { kind: 'integers', default: [4, 16, 64], doc: 'numbers of hidden units' },
    samples: { kind: 'integer', default: 100_000, low: 1000, doc: 'configurations at each size and temperature' },
    epochs: { kind: 'integer', default: 100, low: 1, doc: 'passes over the data while the hidden units take shape' },
    refinements: { kind: 'integer', default: 100, low: 1, doc: 'steps of the exact gradient after that' },
    restarts: { kind: 'integer', default: 32, low: 1, doc: 'starts of RBMs of up to 8 hidden units, the best is kept' },
    seed: { kind: 'seed', default: 1, doc: 'number or text; one seed, one result' },
  },
  presets: {
    quick: {
      doc: 'three temperatures, 40,000 configurations each; about a minute of one core',
      values: { temperatures: [2, 2.269, 2.8], samples: 40_000, epochs: 25, refinements: 30, restarts: 12 },
    },
    full: { doc: 'five temperatures, 100 epochs; some fifteen minutes of one core', values: {} },
  },
  points: ({ sizes, temperatures, hidden, ...common }) =>
    sizes.flatMap((size) =>
      temperatures.flatMap((temperature) =>
        hidden.map((units) => ({
          size,
          temperature,
          hidden: units,
          samples: common.samples,
          epochs: common.epochs,
          refinements: common.refinements,
          restarts: common.restarts,
          seed: JSON.stringify([common.seed, 'rbm-thermodynamics', size, temperature]),
        })),
      ),
    ),
  run: runPoint,
  summarise,
  figures,
};
