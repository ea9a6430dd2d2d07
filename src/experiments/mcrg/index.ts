/**
 * Monte Carlo renormalization group: exponents of the Ising model by the linearised majority rule (R. H. Swendsen, Phys. Rev.
 * Lett. 42, 859, 1979), with two kinds of error told apart, and K_c by two lattices.
 */

import { planeOf, SpinData } from '../../ising/data/spinData.js';
import { type Lattice, nameOfLattice } from '../../ising/models/lattice.js';
import { isingHamiltonian } from '../../ising/models/models.js';
import { samplerFor } from '../../ising/samplers/sampler.js';
import { iteratedRule, majorityRule } from '../../rg/blocking/rule.js';
import { matchLattices } from '../../rg/mcrg/matching.js';
import { MonteCarloRg } from '../../rg/mcrg/monteCarloRg.js';
import { fittingOperators, latticeOf } from '../../rg/operators/basis.js';
import { type LatticeOperator, latticeOperators, standardOperators } from '../../rg/operators/latticeOperator.js';
import { refuse } from '../../util/check.js';
import type { Experiment } from '../kit/experiment.js';
import { staged } from '../kit/progress.js';
import {
  factorOf,
  KNOWN,
  latticeOfRun,
  type McrgParameters,
  type McrgPoint,
  type McrgResult,
  PARAMETERS,
} from './result.js';
import { type McrgSummary, summarise } from './summary.js';

export const mcrg: Experiment<typeof PARAMETERS, McrgPoint, McrgResult, McrgSummary> = {
  name: 'mcrg',
  title: 'Exponents by the Monte Carlo renormalization group',
  question:
    'Which exponents does the linearised majority rule have at the critical point, after how many steps, and how large is each of its errors?',
  parameters: PARAMETERS,
  presets: {
    quick: { doc: 'square, 64² → 8², b = 2, twenty runs of 12,800 configurations; half a minute', values: {} },
    full: { doc: 'the same with 128,000 configurations per run; five minutes', values: { samples: 128_000 } },
    b3: { doc: 'square, 81² → 9², b = 3', values: { side: 81, factor: 3, steps: 2 } },
    triangular: {
      doc: 'triangular, 54² → 6², b = √3',
      values: { lattice: 'triangular', side: 54, steps: 4, samples: 6400 },
    },
    cubic: {
      doc: 'cubic, 32³ → 8³, b = 2; a quarter of an hour',
      values: { lattice: 'cubic', side: 32, steps: 2, samples: 640 },
    },
  },
  points: (parameters) => {
    const { runs, steps } = parameters;
    try {
      coarseLattice(parameters, steps);
    } catch (error) {
      refuse('side', `a side that ${steps} steps tile (${(error as Error).message})`, parameters.side);
    }
    return [
      ...Array.from({ length: runs }, (_, run) => ({ key: `run ${run + 1}`, kind: 'run' as const, run: run + 1 })),
      ...(steps > 1 ? [{ key: 'matching', kind: 'matching' as const }] : []),
    ];
  },
  run: async (point, parameters, context) => {
    const { seed, samples, steps, lattice } = parameters;
    const { coupling } = KNOWN[lattice];
    const sampler = (on: Lattice, own: string) =>
      samplerFor(isingHamiltonian({ lattice: on, coupling }), {
        seed: JSON.stringify([seed, 'mcrg', lattice, on.sites, own]),
        threads: context.threads,
      });
    const rule = majorityRule({ factor: factorOf(parameters) });
    const work = staged(context, point.key);
    if (point.kind === 'run') {
      const operators = { even: candidates(parameters, 'even'), odd: candidates(parameters, 'odd') };
      const rg = new MonteCarloRg({ rule, steps, operators, seed: JSON.stringify([seed, point.run]) });
      await rg.sample(sampler(latticeOfRun(parameters), point.key), samples, work);
      return { kind: 'run', report: rg.report() };
    }
    const large = await sampler(latticeOfRun(parameters), point.key).sampleAsync(samples, work);
    const small = coarseLattice(parameters, 1);
    const other = await sampler(small, point.key).sampleAsync(samples, work);
    return { kind: 'matching', report: matchLattices(large, other, { rule, steps, seed }) };
  },
  summarise,
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
};

/** The lattice after some steps. */
function coarseLattice(parameters: McrgParameters, steps: number): Lattice {
  const lattice = latticeOfRun(parameters);
  const bytes = new Uint8Array(Math.ceil(lattice.sites / 8));
  const provenance = {
    source: 'nothing but its lattice',
    parameters: { lattice: nameOfLattice(lattice), shape: [...lattice.shape] },
  };
  const one = new SpinData(1, planeOf(lattice.shape), bytes, provenance);
  return latticeOf(iteratedRule(majorityRule({ factor: factorOf(parameters) }), steps).apply(one));
}

/** The standard operators, and as many more in the order of their range, as far as they fit on the coarsest lattice. */
function candidates(parameters: McrgParameters, parity: 'even' | 'odd'): LatticeOperator[] {
  const { lattice, steps } = parameters;
  const standard = standardOperators(lattice, parity);
  const names = new Set(standard.map(({ name }) => name));
  const more = latticeOperators(lattice, { range: 2.3, order: 4, parity }).filter(({ name }) => !names.has(name));
  const fitting = fittingOperators(coarseLattice(parameters, steps), [...standard, ...more]);
  return fitting.slice(0, 2 * standard.length);
}
