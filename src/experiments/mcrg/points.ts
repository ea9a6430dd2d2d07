/** The points of mcrg: one run of Monte Carlo RG, or two lattices matched. */

import { criticalCoupling, triangularCriticalCoupling } from '../../exact/onsager.js';
import { planeOf, SpinData } from '../../ising/data/spinData.js';
import { cubic, type Lattice, nameOfLattice, square, triangular } from '../../ising/models/lattice.js';
import { isingHamiltonian } from '../../ising/models/models.js';
import { samplerFor } from '../../ising/samplers/sampler.js';
import type { BlockFactor } from '../../rg/blocking/blocks.js';
import { iteratedRule, majorityRule } from '../../rg/blocking/rule.js';
import { matchLattices } from '../../rg/mcrg/matching.js';
import { MonteCarloRg } from '../../rg/mcrg/monteCarloRg.js';
import { fittingOperators, latticeOf } from '../../rg/operators/basis.js';
import { type LatticeOperator, latticeOperators, standardOperators } from '../../rg/operators/latticeOperator.js';
import { refuse } from '../../util/check.js';
import { choice, integer, seed, type ValuesOf } from '../kit/specs.js';
import { type Context, staged } from '../kit/study.js';

export const PARAMETERS = {
  lattice: choice('square, triangular or cubic', ['square', 'triangular', 'cubic']),
  side: integer('side L of the lattice', 64, 6, 1024),
  factor: integer(
    'b of the majority rule on b × b (× b) sites; blocks of the triangular lattice are triangles, b = √3',
    2,
    2,
    8,
  ),
  steps: integer('steps', 3, 1, 12),
  samples: integer('independent configurations per run', 12_800, 300, 10_000_000),
  runs: integer('runs of other seeds, by which the error bars are checked', 20, 2, 1000),
  seed: seed(),
};
export type Values = ValuesOf<typeof PARAMETERS>;

/** What is known of each lattice: K_c, the exponents, and the source. */
export const KNOWN = {
  square: { coupling: criticalCoupling, thermal: 1, magnetic: 15 / 8, source: 'Onsager' },
  triangular: { coupling: triangularCriticalCoupling, thermal: 1, magnetic: 15 / 8, source: 'exact' },
  // Monte Carlo of Ferrenberg, Xu & Landau (2018); conformal bootstrap of Kos, Poland, Simmons-Duffin & Vichi (2016)
  cubic: { coupling: 0.22165462, thermal: 1.5874, magnetic: 2.4818, source: 'conformal bootstrap' },
} as const;

export function points(parameters: Values) {
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
}

export async function run(point: ReturnType<typeof points>[number], parameters: Values, context: Context) {
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
    return { kind: 'run' as const, report: rg.report() };
  }
  const large = await sampler(latticeOfRun(parameters), point.key).sampleAsync(samples, work);
  const small = coarseLattice(parameters, 1);
  const other = await sampler(small, point.key).sampleAsync(samples, work);
  return { kind: 'matching' as const, report: matchLattices(large, other, { rule, steps, seed }) };
}
export type Result = Awaited<ReturnType<typeof run>>;

const latticeOfRun = ({ lattice, side }: Values) => ({ square, triangular, cubic })[lattice](side);

export const factorOf = ({ lattice, factor }: Values): BlockFactor => (lattice === 'triangular' ? 'sqrt3' : factor);

/** The lattice after some steps. */
function coarseLattice(parameters: Values, steps: number): Lattice {
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
function candidates(parameters: Values, parity: 'even' | 'odd'): LatticeOperator[] {
  const { lattice, steps } = parameters;
  const standard = standardOperators(lattice, parity);
  const names = new Set(standard.map(({ name }) => name));
  const more = latticeOperators(lattice, { range: 2.3, order: 4, parity }).filter(({ name }) => !names.has(name));
  const fitting = fittingOperators(coarseLattice(parameters, steps), [...standard, ...more]);
  return fitting.slice(0, 2 * standard.length);
}
