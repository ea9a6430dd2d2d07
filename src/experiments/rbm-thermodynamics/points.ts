/** The points of rbm-thermodynamics: one RBM, of one lattice at one temperature. */

import { type RbmPointOptions, rbmPoint } from '../../rg/thermodynamics/rbmPoint.js';
import { SUMMED } from '../../rg/thermodynamics/states.js';
import { choice, integer, integers, numbers, seed, type ValuesOf } from '../kit/specs.js';
import { type Context, type Point, staged } from '../kit/study.js';

export const PARAMETERS = {
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

export type RbmThermodynamicsPoint = Point & RbmPointOptions;

export function points(parameters: ValuesOf<typeof PARAMETERS>): RbmThermodynamicsPoint[] {
  const { sizes, temperatures, limits, iterations, restarts, epochs } = parameters;
  const of = (list: readonly number[], k: number) => list[Math.min(k, list.length - 1)];
  return sizes.flatMap((size, k) =>
    temperatures.flatMap((temperature) =>
      parameters.hidden.flatMap((hidden) => {
        const point = (run: number, target: RbmThermodynamicsPoint['target']): RbmThermodynamicsPoint => {
          const key = `${size} ${temperature} ${hidden} ${target} ${run}`;
          const seed = JSON.stringify([parameters.seed, 'rbm-thermodynamics', size, temperature, run]);
          const samples = of(parameters.samples, k);
          return { key, size, temperature, hidden, target, samples, iterations, restarts, epochs, seed };
        };
        const trained = Array.from({ length: of(parameters.seeds, k) }, (_, run) => point(run, 'configurations'));
        return limits === 'yes' && size ** 2 <= SUMMED ? [...trained, point(0, 'boltzmann')] : trained;
      }),
    ),
  );
}

export async function run(point: RbmThermodynamicsPoint, _parameters: object, context: Context) {
  const { size, temperature, hidden } = point;
  const work = staged(context, `L = ${size}, T = ${temperature}, ${hidden} hidden`);
  return { point, ...(await rbmPoint(point, { ...work, threads: context.threads })) };
}
export type Result = Awaited<ReturnType<typeof run>>;
