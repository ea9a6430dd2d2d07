/** The summary of the kernel-weight experiment. */

import type { McrgReport } from '../../rg/mcrg/monteCarloRg.js';
import type { Estimate } from '../../util/estimate.js';
import { tableOf } from '../kit/tables.js';
import { counted, fact, paragraphs, prose, verdictText } from '../kit/text.js';
import { type Criterion, judge } from '../kit/verdict.js';
import { type KernelWeightParameters, type KernelWeightResult, MAJORITY } from './result.js';

export const EXACT = { even: 1, odd: 15 / 8 } as const;
export type Parity = keyof typeof EXACT;

/** The exponents of one weight. */
export interface WeightRow {
  /** Infinity for the majority. */
  weight: number;
  steps: Record<Parity, { exponent: Estimate | null; truncation: number | null }>[];
}

const criterion = (parity: Parity): Criterion => ({
  claim: `the likeliest weight has a better first-step ${parity === 'even' ? 'y_T' : 'y_h'} than the majority`,
  statistic: 'its distance from the exact exponent over that of the majority',
  atMost: 1,
});

export function summarise(parameters: KernelWeightParameters, results: KernelWeightResult[]) {
  const rows = results.map(({ point, report }) => rowOf(point.weight, report));
  const likeliest = results.find((result) => result.likeliest !== null)?.likeliest as Estimate;
  const verdicts = (['even', 'odd'] as const).map((parity) => {
    const majority = rows[rows.length - 1].steps[0][parity].exponent?.value ?? null;
    const likely = interpolated(rows, likeliest.value, parity);
    const off = (value: number) => Math.abs(value - EXACT[parity]);
    return judge(criterion(parity), likely === null || majority === null ? null : off(likely) / off(majority));
  });
  const crossing = { even: crossings(rows, 'even'), odd: crossings(rows, 'odd') };
  const nameOf = ({ weight }: WeightRow) => (weight === Number.POSITIVE_INFINITY ? 'majority' : String(weight));
  const steps = rows[0].steps.map((_, k) => k);
  return {
    parameters,
    rows,
    likeliest,
    verdicts,
    numbers: {
      weights: rows.map((row) => ({ weight: nameOf(row), steps: row.steps })),
      likeliest,
      exactAtFirstStep: crossing,
    },
    answer: paragraphs(
      verdictText(verdicts),
      prose`The first-step y_T is exact at ${weightText(crossing.even)}, the first-step y_h at ${weightText(crossing.odd)}.
        The weight of maximum likelihood at K_c on this lattice is ${likeliest.value.toFixed(3)}. Over the weights the
        first-step y_T spreads by ${spread(rows, 'even', 0)} and that of the last step by
        ${spread(rows, 'even', steps.length - 1)}, y_h by ${spread(rows, 'odd', 0)} and ${spread(rows, 'odd', steps.length - 1)}:
        where more steps make these smaller, the weight decides how fast the exponents come, not which. The majority is w → ∞.`,
      prose`Below about 0.7 the leading exponent depends on the number of operators more than on the weight, and an iterated
        soft rule has no critical fixed point at all for w < b^(-y_h): the truncated matrix then gives numbers that mean
        nothing. What this does not show: rules other than functions of the sum of a block.`,
    ),
    facts: [
      fact(
        'Likeliest weight',
        likeliest,
        `one hidden unit per ${parameters.factor} × ${parameters.factor} block, L = ${parameters.side}`,
      ),
      fact('y_T exact at', weightText(crossing.even), 'first step'),
      fact('y_h exact at', weightText(crossing.odd), 'first step'),
    ],
    tables: (['even', 'odd'] as const).map((parity) =>
      tableOf(
        parity === 'even' ? 'y_T by the weight' : 'y_h by the weight',
        rows,
        [
          { title: 'w', of: nameOf },
          ...steps.flatMap((k) => [
            { title: `Step ${k + 1}`, of: (row: WeightRow) => row.steps[k][parity].exponent },
            {
              title: 'half the operators',
              of: (row: WeightRow) => row.steps[k][parity].truncation?.toFixed(4) ?? null,
            },
          ]),
        ],
        `Exact ${EXACT[parity]}. Errors are statistical; "half the operators" is what the second half of the operators adds, the size of the error of truncation. After ${counted(steps.length, 'step')} the lattice has side ${parameters.side / parameters.factor ** steps.length}.`,
      ),
    ),
  };
}

export type KernelWeightSummary = ReturnType<typeof summarise>;

function rowOf(weight: number, { steps }: McrgReport): WeightRow {
  return {
    weight: weight === MAJORITY ? Number.POSITIVE_INFINITY : weight,
    steps: steps.map(({ even, odd }) => ({
      even: { exponent: even.exponent, truncation: even.truncation },
      odd: { exponent: odd.exponent, truncation: odd.truncation },
    })),
  };
}

/** The first-step exponent at a weight, linear between its neighbours in 1/w; null outside of the weights. */
function interpolated(rows: readonly WeightRow[], weight: number, parity: Parity): number | null {
  for (let k = 1; k < rows.length; k++) {
    const [a, b] = [rows[k - 1], rows[k]];
    if (!(a.weight <= weight && weight <= b.weight)) continue;
    const [ya, yb] = [a, b].map(({ steps }) => steps[0][parity].exponent?.value ?? Number.NaN);
    const share = (1 / a.weight - 1 / weight) / (1 / a.weight - 1 / b.weight);
    return Number.isFinite(ya + yb) ? ya + share * (yb - ya) : null;
  }
  return null;
}

/** Weights at which the first-step exponent is exact, linear in 1/w between neighbours. */
function crossings(rows: readonly WeightRow[], parity: Parity): number[] {
  const found: number[] = [];
  for (let k = 1; k < rows.length; k++) {
    const [a, b] = [rows[k - 1], rows[k]];
    const [ya, yb] = [a, b].map(({ steps }) => (steps[0][parity].exponent?.value ?? Number.NaN) - EXACT[parity]);
    if (!(ya * yb < 0)) continue;
    found.push(1 / (1 / a.weight + (ya / (ya - yb)) * (1 / b.weight - 1 / a.weight)));
  }
  return found;
}

/** More than one is noise: the exponents are monotonic in the weight. */
const weightText = (weights: readonly number[]): string =>
  weights.length === 0
    ? 'no weight of these'
    : weights.length > 1
      ? 'a weight that these errors do not tell'
      : `w = ${weights[0].toFixed(2)}`;

/** Largest exponent of a step less the smallest, over the weights. */
function spread(rows: readonly WeightRow[], parity: Parity, step: number): string {
  const values = rows.flatMap(({ steps }) => steps[step][parity].exponent?.value ?? []);
  return (Math.max(...values) - Math.min(...values)).toFixed(3);
}
