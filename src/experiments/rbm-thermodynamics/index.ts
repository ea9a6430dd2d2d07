/**
 * The experiment `rbm-thermodynamics`: energy, specific heat, magnetisation and susceptibility of configurations from
 * RBMs that were trained on Ising configurations, over temperatures and numbers of hidden units, compared with the
 * exact values and the first published ones (G. Torlai & R. G. Melko, Phys. Rev. B 94, 165134, 2016).
 */

import { SUMMED } from '../../rg/thermodynamics/states.js';
import type { Experiment } from '../kit/experiment.js';
import { choice, integer, integers, numbers, seed } from '../kit/specs.js';
import { type RbmThermodynamicsPoint, type RbmThermodynamicsResult, runPoint } from './point.js';
import { type RbmThermodynamicsSummary, summarise } from './summary.js';

const PARAMETERS = {
  sizes: integers('sides of the square lattice, such as 4,8', [4, 8]),
  temperatures: numbers('T = kT/J, such as 2,2.269 or 1.8:3:7 (from:to:count)', [1.5, 2, 2.269, 2.5, 3], 0.1, 1000),
  hidden: integers('numbers of hidden units', [4, 16, 64]),
  seeds: integers('RBMs of each kind, each with configurations of its own: a number per size, or one for all', [5, 3]),
  samples: integers('configurations that an RBM is trained on: a number per size, or one for all', [500_000, 200_000]),
  limits: choice(
    'whether (up to 4×4) RBMs are also trained on Boltzmann’s distribution itself: the best that this many hidden units can be',
    ['yes', 'no'],
  ),
  iterations: integer('most steps of the descent where the exact gradient is known', 100, 1),
  restarts: integer('starts of RBMs of up to 8 hidden units, the best is kept', 4, 1),
  epochs: integer('passes over the data where it is not known', 18, 1),
  seed: seed(),
};

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
  points: ({
    sizes,
    temperatures,
    hidden: counts,
    seeds,
    samples: rows,
    limits,
    iterations,
    restarts,
    epochs,
    seed: all,
  }) => {
    const of = (list: readonly number[], k: number) => list[Math.min(k, list.length - 1)];
    return sizes.flatMap((size, k) =>
      temperatures.flatMap((temperature) =>
        counts.flatMap((hidden) => {
          const point = (run: number, target: RbmThermodynamicsPoint['target']): RbmThermodynamicsPoint => {
            const key = `${size} ${temperature} ${hidden} ${target} ${run}`;
            const seed = JSON.stringify([all, 'rbm-thermodynamics', size, temperature, run]);
            const samples = of(rows, k);
            return { key, size, temperature, hidden, target, samples, iterations, restarts, epochs, seed };
          };
          const trained = Array.from({ length: of(seeds, k) }, (_, run) => point(run, 'configurations'));
          return limits === 'yes' && size ** 2 <= SUMMED ? [...trained, point(0, 'boltzmann')] : trained;
        }),
      ),
    );
  },
  run: (point, _parameters, context) => runPoint(point, context),
  summarise: (_parameters, results) => summarise(results),
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
};
