/**
 * The experiment `rbm-thermodynamics`: does an RBM that was trained on Ising configurations know the thermodynamics? Energy, specific heat, magnetisation and
 * susceptibility of what it makes, over temperatures and numbers of hidden units, beside the exact values, and beside what was found first
 * (G. Torlai & R. G. Melko, Phys. Rev. B 94, 165134, 2016).
 */

import type { Experiment } from '../kit/experiment.js';
import type { ParameterSpecs, ValuesOf } from '../kit/parameters.js';
import { type RbmThermodynamicsResult, runPoint } from './point.js';
import { type RbmThermodynamicsSummary, summarise } from './summary.js';
import type { RbmThermodynamicsPoint } from './training.js';

/** Up to this side Boltzmann's P(v) is a table. */
const TABLED = 4;

const PARAMETERS = {
  sizes: { kind: 'integers', default: [4, 8], doc: 'sides of the square lattice, such as 4,8' },
  temperatures: {
    kind: 'numbers',
    default: [1.5, 2, 2.269, 2.5, 3],
    low: 0.1,
    high: 1000,
    doc: 'T = kT/J, such as 2,2.269 or 1.8:3:7 (from:to:count)',
  },
  hidden: { kind: 'integers', default: [4, 16, 64], doc: 'numbers of hidden units' },
  seeds: {
    kind: 'integers',
    default: [5, 3],
    doc: 'RBMs of each kind, each with configurations of its own: a number a size, or one for all',
  },
  samples: {
    kind: 'integers',
    default: [500_000, 200_000],
    doc: 'configurations that an RBM is trained on: a number a size, or one for all',
  },
  limits: {
    kind: 'choice',
    default: 'yes',
    choices: ['yes', 'no'],
    doc: 'whether (up to 4×4) RBMs are also trained on Boltzmann’s distribution itself: the best that so many hidden units can be',
  },
  iterations: {
    kind: 'integer',
    default: 100,
    low: 1,
    doc: 'most steps of the descent where the exact gradient is known',
  },
  restarts: { kind: 'integer', default: 4, low: 1, doc: 'starts of RBMs of up to 8 hidden units, the best is kept' },
  epochs: { kind: 'integer', default: 18, low: 1, doc: 'passes over the data where it is not known' },
  seed: { kind: 'seed', default: 1, doc: 'number or text; one seed, one result' },
} as const satisfies ParameterSpecs;

export type RbmThermodynamicsParameters = ValuesOf<typeof PARAMETERS>;

export const rbmThermodynamics: Experiment<
  typeof PARAMETERS,
  RbmThermodynamicsPoint,
  RbmThermodynamicsResult,
  RbmThermodynamicsSummary
> = {
  name: 'rbm-thermodynamics',
  title: 'Thermodynamics of a trained RBM',
  question:
    'Has an RBM that was trained on Ising configurations the right energy, specific heat, magnetisation and susceptibility?',
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
  points: ({ sizes, temperatures, hidden, seeds, samples, limits, iterations, restarts, epochs, seed }) => {
    const of = (list: readonly number[], k: number) => list[Math.min(k, list.length - 1)];
    return sizes.flatMap((size, k) =>
      temperatures.flatMap((temperature) =>
        hidden.flatMap((units) => {
          const point = (run: number, target: RbmThermodynamicsPoint['target']): RbmThermodynamicsPoint => ({
            key: `${size} ${temperature} ${units} ${target} ${run}`,
            size,
            temperature,
            hidden: units,
            target,
            samples: of(samples, k),
            iterations,
            restarts,
            epochs,
            seed: JSON.stringify([seed, 'rbm-thermodynamics', size, temperature, run]),
          });
          const trained = Array.from({ length: of(seeds, k) }, (_, run) => point(run, 'configurations'));
          return limits === 'yes' && size <= TABLED ? [...trained, point(0, 'boltzmann')] : trained;
        }),
      ),
    );
  },
  run: (point, _parameters, context) => runPoint(point, context),
  summarise: (_parameters, results) => summarise(results),
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
};
