/** The summary of the kernel-weight experiment. */

import type { McrgReport } from '../../rg/mcrg/report.js';
import { type Estimate, formatEstimate } from '../../util/estimate.js';
import { tableOf } from '../kit/tables.js';
import { counted, fact, listed, paragraphs, prose, verdictText } from '../kit/text.js';
import { type Criterion, judge } from '../kit/verdict.js';
import { MAJORITY, type Result, type Values } from './points.js';

export const EXACT = { even: 1, odd: 15 / 8 } as const;
export type Parity = keyof typeof EXACT;

/** The exponents of one weight. */
export interface WeightRow {
  /** Infinity for the majority. */
  weight: number;
  steps: Record<Parity, { exponent: Estimate | null; truncation: number | null }>[];
  /** Those of the report. */
  doubts: string[];
}

const criterion = (parity: Parity): Criterion => ({
  claim: `the likeliest weight has a better first-step ${parity === 'even' ? 'y_T' : 'y_h'} than the majority`,
  statistic: 'its distance from the exact exponent over that of the majority',
  atMost: 1,
});

export function summarise(parameters: Values, results: Result[]) {
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
  const doubted = rows.filter(({ doubts }) => doubts.length > 0);
  return {
    parameters,
    rows,
    likeliest,
    verdicts,
    numbers: {
      weights: rows.map((row) => ({ weight: nameOf(row), steps: row.steps, doubts: row.doubts })),
      likeliest,
      exactAtFirstStep: crossing,
    },
    answer: paragraphs(
      verdictText(verdicts),
      nearer(rows, likeliest.value),
      prose`The first-step y_T is exact at ${weightText(crossing.even)}, the first-step y_h at ${weightText(crossing.odd)}.
        The weight of maximum likelihood at K_c on this lattice is ${likeliest.value.toFixed(3)}. Over the weights the
        first-step y_T spreads by ${spread(rows, 'even', 0)} and that of the last step by
        ${spread(rows, 'even', steps.length - 1)}, y_h by ${spread(rows, 'odd', 0)} and ${spread(rows, 'odd', steps.length - 1)}:
        where more steps make these smaller, the weight decides how fast the exponents come, not which. The majority is w → ∞.`,
      prose`Below about 0.7 the leading exponent depends on the number of operators more than on the weight, and an iterated
        soft rule has no critical fixed point at all for w < b^(-y_h): the truncated matrix then gives numbers that mean
        nothing. ${doubted.length > 0 ? `Doubted by their own reports: w = ${listed(doubted.map(nameOf))}. ` : ''}What this does
        not show: rules other than functions of the sum of a block.`,
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
              title: 'second half of the operators',
              of: (row: WeightRow) => row.steps[k][parity].truncation?.toFixed(4) ?? null,
            },
          ]),
        ],
        `Exact ${EXACT[parity]}. Errors are statistical; the column beside is what the second half of the operators adds, the size of the error of truncation. After ${counted(steps.length, 'step')} the lattice has side ${parameters.side / parameters.factor ** steps.length}.`,
      ),
    ),
  };
}

export type Outcome = ReturnType<typeof summarise>;

function rowOf(weight: number, { steps, doubts }: McrgReport): WeightRow {
  return {
    weight: weight === MAJORITY ? Number.POSITIVE_INFINITY : weight,
    doubts,
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

/** How much nearer to the exact exponents the likeliest weight is than the majority, and whether that is more than noise. */
function nearer(rows: readonly WeightRow[], weight: number): string {
  const beside = rows.findLast((row) => row.weight <= weight) ?? rows[0];
  const gains = (['even', 'odd'] as const).map((parity) => {
    const majority = rows[rows.length - 1].steps[0][parity].exponent;
    const likely = interpolated(rows, weight, parity);
    if (!majority || likely === null) return null;
    const value = Math.abs(majority.value - EXACT[parity]) - Math.abs(likely - EXACT[parity]);
    return { value, error: Math.hypot(majority.error ?? 0, beside.steps[0][parity].exponent?.error ?? 0) };
  });
  const noise = gains.flatMap((gain, k) =>
    gain && Math.abs(gain.value) < 2 * gain.error ? [k === 0 ? 'y_T' : 'y_h'] : [],
  );
  return prose`In the first step the likeliest weight is nearer than the majority by ${formatEstimate(gains[0])} in y_T and
    by ${formatEstimate(gains[1])} in y_h${noise.length > 0 ? `: less than two errors for ${listed(noise)}, so that more configurations are needed to tell` : ''}.`;
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
