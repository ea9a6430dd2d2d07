/**
 * Exponents of Kadanoff's soft rule as functions of its weight. One hidden unit of weight w per block is an RBM layer, so that
 * maximum likelihood has a favourite weight: is it the one with the best exponents? (Even and odd operators want different
 * weights: D. Ron, A. Brandt & R. H. Swendsen, Phys. Rev. E 95, 053305, 2017.)
 */

import { criticalCoupling } from '../../exact/onsager.js';
import { square } from '../../ising/models/lattice.js';
import { Ising } from '../../ising/samplers/ising.js';
import { majorityRule, softRule } from '../../rg/blocking/rule.js';
import { MonteCarloRg } from '../../rg/mcrg/monteCarloRg.js';
import { standardOperators } from '../../rg/operators/latticeOperator.js';
import { refuse } from '../../util/check.js';
import type { Experiment } from '../kit/experiment.js';
import { staged } from '../kit/progress.js';
import { likeliestWeight } from './likelihood.js';
import { type KernelWeightPoint, type KernelWeightResult, MAJORITY, PARAMETERS } from './result.js';
import { type KernelWeightSummary, summarise } from './summary.js';

export const kernelWeight: Experiment<typeof PARAMETERS, KernelWeightPoint, KernelWeightResult, KernelWeightSummary> = {
  name: 'kernel-weight',
  title: 'The exponents of a blocking rule, by its weight',
  question:
    'Which weight w of the rule P(±1) ∝ exp(±wΣs) gives the best exponents, and does maximum likelihood choose it?',
  parameters: PARAMETERS,
  presets: {
    quick: { doc: '64² → 8², nine weights and the majority, 12,800 configurations each; half a minute', values: {} },
    full: { doc: 'the same with 256,000 configurations each; some ten minutes', values: { samples: 256_000 } },
  },
  points: ({ weights, side, factor, steps }) => {
    if (side % factor ** steps !== 0 || side === factor ** steps) {
      refuse('side', `a multiple of ${factor ** steps}, and larger`, side);
    }
    return [
      ...[...new Set(weights)].sort((a, b) => a - b).map((weight) => ({ key: `w = ${weight}`, weight })),
      { key: 'majority', weight: MAJORITY },
    ];
  },
  run: async (point, { side, factor, steps, samples, operators, seed }, context) => {
    // the same configurations for every weight, so that differences are those of the rules
    const ising = new Ising({
      lattice: square(side),
      coupling: criticalCoupling,
      seed: JSON.stringify([seed, 'kernel-weight']),
    });
    const rule = point.weight === MAJORITY ? majorityRule({ factor }) : softRule({ factor, weight: point.weight });
    const rg = new MonteCarloRg({
      rule,
      steps,
      operators: {
        even: standardOperators('square', 'even').slice(0, operators),
        odd: standardOperators('square', 'odd').slice(0, Math.max(2, Math.ceil(operators / 2))),
      },
      seed: JSON.stringify([seed, point.key]),
    });
    await rg.sample(ising, samples, staged(context, point.key));
    const likeliest = point.weight === MAJORITY ? likeliestWeight(ising.sample(Math.min(samples, 2560)), factor) : null;
    return { point, report: rg.report(), likeliest };
  },
  summarise,
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
};
