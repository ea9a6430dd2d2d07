/** The points of kernel-weight: one weight, or the majority. */

import { criticalCoupling } from '../../exact/onsager.js';
import { square } from '../../ising/models/lattice.js';
import { Ising } from '../../ising/samplers/ising.js';
import { majorityRule, softRule } from '../../rg/blocking/rule.js';
import { MonteCarloRg } from '../../rg/mcrg/monteCarloRg.js';
import { standardOperators } from '../../rg/operators/latticeOperator.js';
import { refuse } from '../../util/check.js';
import { integer, numbers, seed, type ValuesOf } from '../kit/specs.js';
import { type Context, staged } from '../kit/study.js';
import { likeliestWeight } from './likelihood.js';

export const PARAMETERS = {
  side: integer('side L of the square lattice', 64, 8, 1024),
  factor: integer('b: blocks of b × b spins', 2, 2, 8),
  steps: integer('steps', 3, 1, 10),
  // below 0.7 the exponents depend on the basis more than on the weight
  weights: numbers('weights w', [0.7, 0.8, 0.9, 1, 1.15, 1.3, 1.6, 2, 3], 0.05, 100),
  operators: integer('even operators of Swendsen, half as many odd ones', 7, 2, 7),
  samples: integer('configurations per weight', 12_800, 300, 10_000_000),
  seed: seed(),
};
export type Values = ValuesOf<typeof PARAMETERS>;

/** The weight that stands for the majority, the limit w → ∞. */
export const MAJORITY = 0;

export function points({ weights, side, factor, steps }: Values) {
  if (side % factor ** steps !== 0 || side === factor ** steps) {
    refuse('side', `a multiple of ${factor ** steps}, and larger`, side);
  }
  return [
    ...[...new Set(weights)].sort((a, b) => a - b).map((weight) => ({ key: `w = ${weight}`, weight })),
    { key: 'majority', weight: MAJORITY },
  ];
}

export async function run(
  point: ReturnType<typeof points>[number],
  { side, factor, steps, samples, operators, seed }: Values,
  context: Context,
) {
  // the same configurations for every weight, so that differences are those of the rules
  const own = JSON.stringify([seed, 'kernel-weight']);
  const ising = new Ising({ lattice: square(side), coupling: criticalCoupling, seed: own });
  const majority = point.weight === MAJORITY;
  const rg = new MonteCarloRg({
    rule: majority ? majorityRule({ factor }) : softRule({ factor, weight: point.weight }),
    steps,
    operators: {
      even: standardOperators('square', 'even').slice(0, operators),
      odd: standardOperators('square', 'odd').slice(0, Math.max(2, Math.ceil(operators / 2))),
    },
    seed: JSON.stringify([seed, point.key]),
  });
  await rg.sample(ising, samples, staged(context, point.key));
  /** The weight of maximum likelihood, with the point of the majority only. */
  const likeliest = majority ? likeliestWeight(ising.sample(Math.min(samples, 2560)), factor) : null;
  return { point, report: rg.report(), likeliest };
}
export type Result = Awaited<ReturnType<typeof run>>;
