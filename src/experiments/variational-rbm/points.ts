/** The points of variational-rbm: one lattice and one seed, with an RBM and lists of operators as biases. */

import { criticalCoupling } from '../../exact/onsager.js';
import { square } from '../../ising/models/lattice.js';
import { isingHamiltonian } from '../../ising/models/models.js';
import { majorityRule } from '../../rg/blocking/rule.js';
import { quadratureCouplings } from '../../rg/couplings/couplings.js';
import { couplingOrder } from '../../rg/couplings/order.js';
import { operatorBasis } from '../../rg/operators/basis.js';
import { OperatorPotential } from '../../rg/vmcrg/biasPotential.js';
import { linearisedVmcrgAsync } from '../../rg/vmcrg/linearisedVmcrg.js';
import { omegaDifferenceAsync } from '../../rg/vmcrg/omegaDifference.js';
import { filterPotential } from '../../rg/vmcrg/rbmPotential.js';
import { variationalMcrgAsync } from '../../rg/vmcrg/variationalMcrg.js';
import { variationalRbmAsync } from '../../rg/vmcrg/variationalRbm.js';
import { refuse } from '../../util/check.js';
import { streamKey } from '../../util/random.js';
import { inShare, sharesOf } from '../../util/work.js';
import { normalNumbers } from '../../wasm/draws.js';
import { integer, integers, number, seed, type ValuesOf } from '../kit/specs.js';
import { type Context, staged } from '../kit/study.js';
import { basisOf, EIGENVALUE_OPERATORS, MAX_OPERATORS } from './bases.js';

export const PARAMETERS = {
  sides: integers('sides L of the square lattices, multiples of 3', [45, 90]),
  coupling: number('K of the fine spins; default critical', criticalCoupling, 0.05, 1),
  filters: integer('filters of the RBM', 4, 2, 32),
  size: integer('sides of a filter', 5, 2, 9),
  operators: integers('even operators of the lists', [13, 26, 100]),
  sweeps: integer(
    'sweeps of the last step of the RBM’s training; the lists have as many in all',
    40_000,
    400,
    10_000_000,
  ),
  judged: integer('sweeps of fresh walkers for Ω and for eigenvalues', 20_000, 400, 10_000_000),
  runs: integer('runs of each side, with seeds of their own', 5, 2, 1000),
  seed: seed(),
};
export type Values = ValuesOf<typeof PARAMETERS>;

/** Blocks of b × b spins. */
export const FACTOR = 3;
const STEPS = 16;
/** Sweeps of all steps over those of the last: Σ 2^{-k/2}; of a list, over its last sample: Σ 2^{-k} of four. */
const ALL_STEPS = 1 / (1 - Math.SQRT1_2);
const ALL_SAMPLES = 15 / 8;
/** Distances along a row and along a diagonal whose couplings are read off. */
const FARTHEST = 5;

export function points({ sides, runs, size, operators, filters }: Values) {
  for (const side of sides) {
    const coarse = side / FACTOR;
    if (!Number.isInteger(coarse) || coarse < 2 * size - 1 || coarse < 8) {
      refuse('sides', `multiples of ${FACTOR}, of at least ${FACTOR * Math.max(8, 2 * size - 1)}`, side);
    }
  }
  for (const count of operators) {
    if (count < 2 || count > MAX_OPERATORS) refuse('operators', `2 to ${MAX_OPERATORS} operators`, count);
  }
  if (filters * size * size > 2000) refuse('filters', 'at most 2000 weights', filters * size * size);
  return sides.flatMap((side) =>
    Array.from({ length: runs }, (_, run) => ({ key: `L = ${side}, run ${run + 1}`, side, run: run + 1 })),
  );
}
export type Point = ReturnType<typeof points>[number];

/** w at the start: pairs of neighbours and of diagonal ones, K' ≈ 0.3 and 0.08, and small ones. */
function startOf({ filters, size }: Values, own: string): Float64Array {
  const area = size * size;
  const w = Float64Array.from(normalNumbers(streamKey(own, 'filters'), filters * area, 0.03));
  const middle = Math.floor((size - 1) / 2);
  const at = (filter: number, y: number, x: number) => filter * area + (middle + y) * size + middle + x;
  // four images of each pair: K = 2 ln cosh 2w
  for (const [filter, y, x, K] of [
    [0, 0, 1, 0.3],
    [1, 1, 1, 0.08],
  ] as const) {
    const weight = Math.acosh(Math.exp(K / 2)) / 2;
    w[at(filter, 0, 0)] += weight;
    w[at(filter, y, x)] += weight;
  }
  return w;
}

export async function run(point: Point, parameters: Values, context: Context) {
  const { coupling, filters, size, operators, sweeps, judged, seed } = parameters;
  const lattice = square(point.side);
  const coarse = square(point.side / FACTOR);
  const own = JSON.stringify([seed, 'variational-rbm', point.key]);
  const shared = {
    ...{ lattice, rule: majorityRule({ factor: FACTOR }), hamiltonian: isingHamiltonian({ lattice, coupling }) },
    ...{ threads: context.threads },
  };
  const weights = filters * size * size;
  // roughly the times: fields of operators and of hidden units at each block spin
  const total = sweeps * ALL_STEPS;
  const costs = [
    ...operators.map((count) => total * (15 + count)),
    total * (15 + weights),
    ...operators.map((count) => judged * (45 + count + weights)),
    ...[judged * (30 + weights), judged * 60],
  ];
  const shares = sharesOf(costs).map((share) => staged(inShare(context, share), point.key));
  const work = () => shares.shift() as (typeof shares)[number];

  const lists = [];
  for (const count of operators) {
    const list = basisOf(count);
    const {
      couplings,
      converged,
      sweeps: done,
    } = await variationalMcrgAsync({
      ...shared,
      ...{ operators: list, seed: JSON.stringify([own, count]), sweeps: Math.ceil(total / ALL_SAMPLES) },
      start: list.map(({ name }) => ({ nn: 0.3, nnn: 0.08 })[name] ?? 0),
      ...work(),
    });
    const values = couplings.map(({ value }) => value);
    lists.push({
      count,
      couplings,
      converged,
      sweeps: done,
      potential: new OperatorPotential(operatorBasis(coarse, list), values),
    });
  }
  const start = filterPotential(coarse, { filters, size: [size, size], parameters: startOf(parameters, own) });
  const { potential, steps } = await variationalRbmAsync({
    ...shared,
    ...{ potential: start, steps: STEPS, sweeps, seed: JSON.stringify([own, 'rbm']) },
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
    lists: lists.map(({ count, couplings, converged, sweeps: done }) => ({
      count,
      couplings,
      converged,
      sweeps: done,
    })),
    steps,
    filters: potential.parameters,
    differences,
    eigenvalues,
    ...readOff(potential.rbm(), coarse.shape[1], own),
  };
}
export type Result = Awaited<ReturnType<typeof run>>;

/** Couplings of H' at growing distance and order. */
function readOff(rbm: ReturnType<ReturnType<typeof filterPotential>['rbm']>, columns: number, own: string) {
  const near = Math.min(FARTHEST, Math.floor((columns - 1) / 2));
  const distances = Array.from({ length: near }, (_, k) => k + 1);
  const pairs = [...distances.map((d) => [0, d]), ...distances.map((d) => [d, d]), [1, 2]];
  const sets: [string, number[], number[]?][] = [
    ...pairs.map(([y, x]): [string, number[], number[]] => [`(0,0) (${y},${x})`, [0, y * columns + x], [y, x]]),
    ['plaquette', [0, 1, columns, columns + 1]],
    ['diamond', [1, columns, columns + 2, 2 * columns + 1]],
    ['(0,0) (0,1) (0,2) (1,1)', [0, 1, 2, columns + 1]],
    ['six in two rows', [0, 1, 2, columns, columns + 1, columns + 2]],
  ];
  const couplings = quadratureCouplings(
    rbm,
    sets.map(([, sites]) => sites),
  ).map(({ coupling, error }, k) => ({
    /** [rows, columns] of a pair. */
    ...{ name: sets[k][0], spins: sets[k][1].length, vector: sets[k][2] ?? null, coupling, correction: error },
  }));
  return { couplings, order: couplingOrder(rbm, { samples: 400, flips: 4, seed: own }).even };
}
