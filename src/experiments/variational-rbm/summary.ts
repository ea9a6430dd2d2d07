/** The summary of variational-rbm: Ω of the RBM against each list, exponents, and the couplings of H'. */

import { type MeanInterval, meanInterval } from '../../stats/comparison.js';
import { meanOf } from '../../stats/sample.js';
import type { Estimate } from '../../util/estimate.js';
import { formatEstimate } from '../../util/estimate.js';
import { grouped } from '../kit/rows.js';
import { tableOf } from '../kit/tables.js';
import { counted, fact, listed, paragraphs, percent, prose, shortNumber } from '../kit/text.js';
import type { Criterion, Verdict } from '../kit/verdict.js';
import { factorOf, type Result, type Values } from './points.js';

/** Level of the interval of the mean over the runs that must lie below zero. */
export const LEVEL = 0.9;

/** Couplings in the table, per side. */
const SHOWN = 20;

/** Runs for which the claims are registered. */
const REGISTERED = 5;

/** Exact at the fixed point: y_T, y_h. */
export const EXACT = { even: 1, odd: 15 / 8 };

/** The claim that is judged for each lattice and list. */
export const criterion = (side: number, count: number): Criterion => ({
  claim: `at L = ${side} the RBM is nearer to the renormalised Hamiltonian than ${count} operators`,
  statistic: `Ω[RBM] - Ω[list] in nats, upper end of the ${100 * LEVEL} % interval`,
  atMost: 0,
});

export function summarise(parameters: Values, results: Result[]) {
  const sides = grouped(results, ({ point }) => point.side).map((runs) => ({
    side: runs[0].point.side,
    blocks: (runs[0].point.side / factorOf(runs[0].point.side)) ** 2,
    runs,
  }));
  const comparisons = sides.flatMap(({ side, blocks, runs }) =>
    parameters.operators.map((count, k) => {
      const values = runs.map(({ differences }) => differences[k].value);
      const interval = values.length < 2 ? null : meanInterval(values, LEVEL);
      return {
        ...{ side, blocks, count, runs: values.length, interval, mean: meanOf(values) },
        perBlock: scaled(meanOf(values), 1 / blocks),
        nearer: nearerOf(interval),
        own:
          Math.sqrt(values.reduce((sum, _, r) => sum + (runs[r].differences[k].error as number) ** 2, 0)) /
          values.length,
        share: Math.min(...runs.map(({ differences }) => differences[k].effectiveSize / differences[k].states)),
        sweeps: {
          list: runs[0].lists[k].sweeps,
          rbm: runs[0].start.sweeps + runs[0].steps[runs[0].steps.length - 1].sweeps,
        },
      };
    }),
  );
  const verdicts: Verdict[] = comparisons.map(({ side, count, interval }) => ({
    ...criterion(side, count),
    value: interval?.high ?? null,
    holds: interval === null ? null : interval.high <= 0,
  }));
  const exponents = sides.flatMap(({ side, runs }) =>
    runs[0].eigenvalues.map(({ name }, k) => {
      // y = ln λ/ln b, since b is not the same for all sides
      const of = (parity: 'even' | 'odd') =>
        meanOf(runs.map((run) => Math.log(run.eigenvalues[k][parity].value) / Math.log(factorOf(side))));
      return { side, factor: factorOf(side), name, even: of('even'), odd: of('odd') };
    }),
  );
  const couplings = sides.flatMap(({ side, runs }) =>
    runs[0].couplings.flatMap(({ name, spins, diameter, products }) => {
      const own = runs.map((run) => run.couplings.find((one) => one.name === name)?.coupling);
      const values = own.filter((value) => value !== undefined);
      return values.length < own.length ? [] : [{ side, name, spins, diameter, products, coupling: meanOf(values) }];
    }),
  );
  const orders = sides.flatMap(({ side, runs }) =>
    runs[0].orders.map(({ spins, sets }, k) => ({
      ...{ side, spins, sets },
      largest: meanOf(runs.map((run) => run.orders[k].largest)),
      variance: meanOf(runs.map((run) => run.orders[k].variance)),
    })),
  );
  const starts = sides.map(({ side, runs }) => ({
    side,
    distance: meanOf(runs.map(({ start }) => start.distance)),
    unreachable: meanOf(runs.map(({ start }) => start.unreachable)),
  }));
  const last = sides.map(({ side, runs }) => {
    const ends = runs.map(({ steps }) => steps[steps.length - 1]);
    return { side, above: meanOf(ends.map(({ above }) => above)), noise: meanOf(ends.map(({ noise }) => noise)) };
  });
  const weights = parameters.filters * parameters.size ** 2;
  return {
    parameters,
    sides,
    comparisons,
    couplings,
    orders,
    exponents,
    verdicts,
    numbers: {
      comparisons,
      exponents,
      couplings,
      orders,
      starts,
      last,
      steps: sides.flatMap(({ side, runs }) => runs.map(({ point, steps }) => ({ side, run: point.run, steps }))),
      lists: sides.flatMap(({ side, runs }) => runs.map(({ point, lists }) => ({ side, run: point.run, lists }))),
      filters: sides.flatMap(({ side, runs }) =>
        runs.map(({ point, filters }) => ({ side, run: point.run, filters: [...filters] })),
      ),
    },
    answer: paragraphs(
      prose`Variational Monte Carlo RG with the free energy of an RBM as its bias: ${parameters.filters} filters of
        ${parameters.size} × ${parameters.size} with all images, ${weights} weights, on block spins of ${listed([...new Set(parameters.sides.map(factorOf))].map((b) => `${b} × ${b}`))}.
        At the minimum of Ω the RBM is the renormalised Hamiltonian. ${found(comparisons)}`,
      parameters.runs < REGISTERED &&
        prose`This is a rehearsal: the claims are for ${REGISTERED} runs of the full size, and ${counted(parameters.runs, 'run')}
          give wide intervals.`,
      prose`The RBM starts from a list of ${parameters.operators[0]} operators of an eighth of the sweeps, written as filters: within
        ${listed(starts.map(({ side, distance }) => `${shortNumber(distance.value, 2)} nats of it at L = ${side}`))}.
        ${last.map(({ side, above, noise }) => `At L = ${side} the last step began ${formatEstimate(above)} nats above the least Ω of its family to second order, with ${shortNumber(noise.value, 2)} of noise in it.`).join(' ')}
        ${sweepsText(comparisons)} Both were frozen and judged on fresh walkers.`,
      prose`Couplings are Walsh coefficients of H' over ±1, all that filters have, exactly.
        ${sides.map(({ side }) => ordersOf(orders.filter((one) => one.side === side))).join(' ')}`,
    ),
    facts: comparisons.map(({ side, count, mean }) =>
      fact(`Ω[RBM] - Ω[${count}], L = ${side}`, mean, 'nats, mean over the runs; below zero: the RBM is nearer'),
    ),
    tables: [
      tableOf(
        'Ω of the RBM less that of a list, by fresh walkers',
        comparisons,
        [
          { title: 'L', of: ({ side }) => side },
          { title: 'Operators', of: ({ count }) => count },
          { title: 'Runs', of: ({ runs }) => runs },
          { title: 'Nats', of: ({ mean }) => mean },
          {
            title: '90 % interval',
            of: ({ interval }) =>
              interval ? `${shortNumber(interval.low, 3)} to ${shortNumber(interval.high, 3)}` : null,
          },
          { title: 'Per block spin', of: ({ perBlock }) => perBlock },
          { title: 'Nearer', of: ({ nearer }) => nearer },
          { title: 'Error of the ratio', of: ({ own }) => shortNumber(own, 2) },
          { title: 'Least overlap', of: ({ share }) => shortNumber(share, 2) },
          { title: 'Sweeps, list and RBM', of: ({ sweeps }) => `${sweeps.list}, ${sweeps.rbm}` },
        ],
        prose`Errors and intervals are of the scatter between runs, each with its own training; beside them the error of
          Bennett's ratio alone. Overlap: share of the states that count in it.`,
      ),
      tableOf(
        'Exponents with the bias',
        exponents,
        [
          { title: 'L', of: ({ side }) => side },
          { title: 'b', of: ({ factor }) => factor },
          { title: 'Bias', of: ({ name }) => name },
          { title: 'y_T', of: ({ even }) => even },
          { title: 'y_h', of: ({ odd }) => odd },
        ],
        prose`y = ln λ/ln b, λ of T of 13 even and 5 odd operators at the Hamiltonian of the fine spins, which is not the fixed
          point: exact there ${EXACT.even} and ${EXACT.odd}. Means over the runs.`,
      ),
      tableOf(
        'Couplings of the RBM, the largest ones',
        sides.flatMap(({ side }) => couplings.filter((one) => one.side === side).slice(0, SHOWN)),
        [
          { title: 'L', of: ({ side }) => side },
          { title: 'Operator', of: ({ name }) => name },
          { title: 'Spins', of: ({ spins }) => spins },
          { title: 'K′', of: ({ coupling }) => coupling },
          { title: 'Of the list', of: ({ side, name }) => ofList(results, side, name) },
        ],
        'By their parts of the variance of H′ over fair spins. Of the list: the longest one that has the operator. Means over the runs.',
      ),
      tableOf(
        'Couplings of the RBM by the number of spins',
        orders,
        [
          { title: 'L', of: ({ side }) => side },
          { title: 'Spins', of: ({ spins }) => spins },
          { title: 'Kinds of products', of: ({ sets }) => sets },
          { title: 'Largest |K′|', of: ({ largest }) => largest },
          { title: 'Σ K′² per block spin', of: ({ variance }) => variance },
        ],
        'Over all products in a filter, up to translations and images. Half of Σ K′² is what a list without them misses at least, in nats per block spin, to second order.',
      ),
    ],
  };
}

export type Outcome = ReturnType<typeof summarise>;

const scaled = ({ value, error }: Estimate, by: number): Estimate => ({
  value: value * by,
  error: error === null ? null : error * Math.abs(by),
});

/** Which is nearer, where the whole interval says so. */
const nearerOf = (interval: MeanInterval | null): 'the RBM' | 'the list' | 'undecided' =>
  interval && interval.high <= 0 ? 'the RBM' : interval && interval.low > 0 ? 'the list' : 'undecided';

/** How much of H' is in products of more than two spins. */
function ordersOf(orders: readonly { side: number; spins: number; variance: Estimate }[]): string {
  const total = orders.reduce((sum, { variance }) => sum + variance.value, 0);
  const share = (from: number) =>
    orders.reduce((sum, { spins, variance }) => (spins >= from ? sum + variance.value : sum), 0) / total;
  return `At L = ${orders[0].side} products of four spins or more have ${percent(share(4))} of Σ K′², of six or more ${percent(share(6))}.`;
}

/** Who is nearer, in a sentence for each finding. */
function found(comparisons: readonly { side: number; count: number; nearer: string }[]): string {
  const by = (nearer: string) =>
    listed(
      comparisons.filter((one) => one.nearer === nearer).map(({ side, count }) => `${count} operators at L = ${side}`),
    );
  return [
    by('the RBM') && `It is nearer to that than ${by('the RBM')}.`,
    by('the list') && `A list is nearer than the RBM: ${by('the list')}.`,
    by('undecided') && `Undecided: ${by('undecided')}.`,
  ]
    .filter((text) => text)
    .join(' ');
}

/** Mean over runs of the coupling of an operator in the longest list that has it. */
function ofList(results: readonly Result[], side: number, name: string): Estimate | null {
  const own = results.filter(({ point }) => point.side === side);
  const values = own.flatMap(({ lists }) => {
    const found = lists.flatMap(({ couplings }) => couplings.filter((one) => one.name === name));
    return found.length > 0 ? [found[found.length - 1].value] : [];
  });
  return values.length > 0 ? meanOf(values) : null;
}

/** How the sweeps of the RBM, its list included, compare with those of the lists: few cannot be shared out to the same number. */
function sweepsText(comparisons: readonly { sweeps: { list: number; rbm: number } }[]): string {
  const ratios = comparisons.map(({ sweeps }) => sweeps.rbm / sweeps.list);
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  if (least > 0.98 && most < 1.02) return 'Lists and RBM had equal numbers of sweeps.';
  const range = most - least < 0.01 ? most.toFixed(2) : `${least.toFixed(2)} to ${most.toFixed(2)}`;
  return `The RBM had ${range} times the sweeps of the lists.`;
}
