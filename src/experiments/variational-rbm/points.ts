/** The points of variational-rbm: one lattice and one seed, with an RBM and lists of operators as biases. */

import { criticalCoupling } from '../../exact/onsager.js';
import { square } from '../../ising/models/lattice.js';
import { isingHamiltonian } from '../../ising/models/models.js';
import { majorityRule } from '../../rg/blocking/rule.js';
import { operatorBasis } from '../../rg/operators/basis.js';
import { type LatticeOperator, latticeOperator } from '../../rg/operators/latticeOperator.js';
import { OperatorPotential } from '../../rg/vmcrg/biasPotential.js';
import { filterCouplings } from '../../rg/vmcrg/filterCouplings.js';
import { fitFilters } from '../../rg/vmcrg/filterFit.js';
import { linearisedVmcrgAsync } from '../../rg/vmcrg/linearisedVmcrg.js';
import { omegaDifferenceAsync } from '../../rg/vmcrg/omegaDifference.js';
import type { RbmPotential } from '../../rg/vmcrg/rbmPotential.js';
import { variationalMcrgAsync } from '../../rg/vmcrg/variationalMcrg.js';
import { variationalRbmAsync } from '../../rg/vmcrg/variationalRbm.js';
import { refuse } from '../../util/check.js';
import { inShare, sharesOf } from '../../util/work.js';
import { integer, integers, number, seed, type ValuesOf } from '../kit/specs.js';
import { type Context, staged } from '../kit/study.js';
import { basisOf, EIGENVALUE_OPERATORS, MAX_OPERATORS } from './bases.js';

/** Fewest sweeps that the parts of a run can have. */
const LEAST_SWEEPS = 6000;
const LEAST_JUDGED = 400;
/** Block spins for which sweeps are given. */
const BLOCKS = 225;

export const PARAMETERS = {
  sides: integers(
    'sides L of the square lattices: blocks of 3 × 3 where 3 divides L, otherwise of 2 × 2 with ties at random',
    [45, 64, 90],
  ),
  coupling: number('K of the fine spins; default critical', criticalCoupling, 0.05, 1),
  filters: integer('filters of the RBM', 2, 1, 8),
  size: integer('sides of a filter', 4, 2, 4),
  operators: integers('even operators of the lists', [13, 26, 32]),
  sweeps: integer(
    'sweeps of each walker in all, for each list, and for the RBM with the list that it starts from, of 225 block spins; inversely to their number, at least 6000',
    100_000,
    1000,
    10_000_000,
  ),
  judged: integer('sweeps of fresh walkers for Ω and for eigenvalues, likewise, at least 400', 20_000, 100, 10_000_000),
  runs: integer('runs of each side, with seeds of their own', 5, 2, 1000),
  seed: seed(),
};
export type Values = ValuesOf<typeof PARAMETERS>;

/** Blocks of b × b spins. */
export const factorOf = (side: number) => (side % 3 === 0 ? 3 : 2);
const STEPS = 8;
/** Share of the sweeps that are for the list that the RBM starts from, of the shortest length of all. */
const START = 1 / 8;
/** Sweeps of all steps over those of the last: Σ 2^{-k/2}; of a list, over its last sample: Σ 2^{-k} of four. */
const ALL_STEPS = (1 - 2 ** (-STEPS / 2)) / (1 - Math.SQRT1_2);
const ALL_SAMPLES = 15 / 8;
/** It need not be nearer than the noise of the list. */
const FIT = { starts: 4, iterations: 60 };

/** Equal numbers of updates on lattices of all sizes: what lists miss, in nats, grows as the lattice, and noise does not. */
const sweepsOf = (sweeps: number, blocks: number, least: number) =>
  Math.max(least, Math.round((sweeps * BLOCKS) / blocks));

/** Couplings of a run that are kept. */
const LARGEST = 60;

export function points({ sides, runs, size, operators }: Values) {
  for (const side of sides) {
    const factor = factorOf(side);
    const coarse = side / factor;
    if (!Number.isInteger(coarse) || coarse < 2 * size - 1 || coarse < 8) {
      refuse('sides', `multiples of 2 or 3, of at least ${factor * Math.max(8, 2 * size - 1)}`, side);
    }
  }
  for (const count of operators) {
    if (count < 2 || count > MAX_OPERATORS) refuse('operators', `2 to ${MAX_OPERATORS} operators`, count);
  }
  return sides.flatMap((side) =>
    Array.from({ length: runs }, (_, run) => ({ key: `L = ${side}, run ${run + 1}`, side, run: run + 1 })),
  );
}
export type Point = ReturnType<typeof points>[number];

export async function run(point: Point, parameters: Values, context: Context) {
  const { coupling, filters, size, operators, seed } = parameters;
  const lattice = square(point.side);
  const coarse = square(point.side / factorOf(point.side));
  const own = JSON.stringify([seed, 'variational-rbm', point.key]);
  const sweeps = sweepsOf(parameters.sweeps, coarse.sites, LEAST_SWEEPS);
  const judged = sweepsOf(parameters.judged, coarse.sites, LEAST_JUDGED);
  const shared = {
    ...{
      lattice,
      rule: majorityRule({ factor: factorOf(point.side) }),
      hamiltonian: isingHamiltonian({ lattice, coupling }),
    },
    ...{ threads: context.threads },
  };
  const weights = filters * size * size;
  // roughly the times: fields of operators and of hidden units at each block spin
  const hidden = 8 * weights;
  const costs = [
    ...operators.map((count) => sweeps * (30 + 3 * count)),
    ...[START * sweeps * (30 + 3 * operators[0]), (1 - START) * sweeps * (30 + hidden)],
    ...operators.map((count) => judged * (60 + 3 * count + hidden)),
    ...[judged * (60 + hidden), judged * (60 + 3 * operators[0])],
  ];
  const shares = sharesOf(costs).map((share) => staged(inShare(context, share), point.key));
  const work = () => shares.shift() as (typeof shares)[number];

  const couplingsOf = (list: readonly LatticeOperator[], all: number, label: string) =>
    variationalMcrgAsync({
      ...shared,
      ...{ operators: list, seed: JSON.stringify([own, label]), sweeps: Math.ceil(all / ALL_SAMPLES) },
      start: list.map(({ name }) => ({ nn: 0.3, nnn: 0.08 })[name] ?? 0),
      ...work(),
    });
  const lists = [];
  for (const count of operators) {
    const list = basisOf(count);
    const { couplings, converged, samples, sweeps: done } = await couplingsOf(list, sweeps, String(count));
    const values = couplings.map(({ value }) => value);
    const potential = new OperatorPotential(operatorBasis(coarse, list), values);
    lists.push({ count, couplings, converged, samples, sweeps: done, potential });
  }
  const first = basisOf(operators[0]);
  const begun = await couplingsOf(first, START * sweeps, 'start');
  const start = fitFilters(coarse, {
    ...{ operators: first, couplings: begun.couplings.map(({ value }) => value) },
    ...{ filters, size: [size, size], ...FIT, seed: JSON.stringify([own, 'fit']) },
  });
  const { potential, steps } = await variationalRbmAsync({
    ...shared,
    ...{ potential: start.potential, steps: STEPS, seed: JSON.stringify([own, 'rbm']) },
    sweeps: Math.ceil(((1 - START) * sweeps) / ALL_STEPS),
    ...work(),
  });
  const differences = [];
  for (const list of lists) {
    const difference = await omegaDifferenceAsync({
      ...shared,
      ...{ potentials: [list.potential, potential], sweeps: judged, seed: JSON.stringify([own, 'omega', list.count]) },
      ...work(),
    });
    differences.push({ count: list.count, ...difference });
  }
  const eigenvalues = [];
  for (const [name, bias] of [
    ['RBM', potential],
    [`${lists[0].count} operators`, lists[0].potential],
  ] as const) {
    const { even, odd } = await linearisedVmcrgAsync({
      ...shared,
      ...EIGENVALUE_OPERATORS,
      ...{ bias, sweeps: judged, seed: JSON.stringify([own, 'eigenvalues', name]) },
      ...work(),
    });
    eigenvalues.push({ name, even: even!.leading, odd: odd!.leading });
  }
  return {
    point,
    lists: lists.map(({ count, couplings, converged, samples, sweeps: done }) => ({
      ...{ count, couplings, converged, samples },
      sweeps: done,
    })),
    start: { sweeps: begun.sweeps, distance: start.distance, unreachable: start.unreachable },
    steps,
    filters: potential.parameters,
    differences,
    eigenvalues,
    ...readOff(potential),
  };
}
export type Result = Awaited<ReturnType<typeof run>>;

/** The couplings of the RBM: the largest, all pairs, and by the number of spins, by their parts of the variance of H' over fair spins. */
function readOff(potential: RbmPotential) {
  const all = filterCouplings(potential);
  const couplings = all
    .filter(({ sites }, k) => k < LARGEST || sites.length === 2)
    .map(({ sites, coupling, products }) => ({
      ...{ name: latticeOperator('square', sites).name, spins: sites.length, diameter: diameterOf(sites) },
      ...{ coupling, products },
    }));
  const orders: { spins: number; sets: number; largest: number; variance: number }[] = [];
  for (const { sites, coupling, products } of all) {
    const at = sites.length / 2 - 1;
    orders[at] ??= { spins: sites.length, sets: 0, largest: 0, variance: 0 };
    orders[at].sets++;
    orders[at].largest = Math.max(orders[at].largest, Math.abs(coupling));
    orders[at].variance += products * coupling ** 2;
  }
  return { couplings, orders };
}

const diameterOf = (sites: readonly (readonly number[])[]) =>
  Math.sqrt(Math.max(...sites.flatMap((a) => sites.map((b) => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2))));
