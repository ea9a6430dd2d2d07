/** The summary of the mcrg experiment. */

import type { MatchingReport } from '../../rg/mcrg/matching.js';
import type { McrgReport, McrgSector } from '../../rg/mcrg/report.js';
import { standardOperators } from '../../rg/operators/latticeOperator.js';
import { meanOf } from '../../stats/sample.js';
import type { Estimate } from '../../util/estimate.js';
import { tableOf } from '../kit/tables.js';
import { fact, listed, paragraphs, prose, verdictText } from '../kit/text.js';
import { type Criterion, judge } from '../kit/verdict.js';
import { factorOf, KNOWN, type Result, type Values } from './points.js';

/** Exponents of one step and parity, by the number of operators, over all runs. */
export interface SectorMeans {
  operators: string[];
  /** Entry m - 1: with the first m operators. */
  byOperators: Estimate[];
  /** With the standard operators, n of them. */
  standard: Estimate;
  /** With up to 2n operators, less the above: the size of the error of truncation; null if no more of them fit. */
  truncation: number | null;
  /** χ² per degree of freedom of the runs about their mean, by their own error bars. */
  chiSquare: number;
  condition: number;
}

export interface StepMeans {
  step: number;
  fine: readonly number[];
  coarse: readonly number[];
  even: SectorMeans;
  odd: SectorMeans;
  /** The response of coarse nn to fine couplings, over that to nn; and of the field to the odd ones. */
  tangent: { operator: string; parity: 'even' | 'odd'; ratio: Estimate }[];
}

/** On the square lattice: exact, and that of Wu & Car (2019) for the plaquette. */
const NORMAL: Readonly<Record<string, number>> = { nnn: Math.SQRT2, plaquette: 0.5139, third: 1.8006 };
/** Swendsen (1984): the first step with 1, 2 and 3 even operators. */
export const PUBLISHED = [0.904, 0.966, 0.968];

const HONEST: Criterion = {
  claim: 'error bars are honest',
  statistic: 'χ² per degree of freedom of the runs about their mean, over all steps and both parities',
  atLeast: 0.5,
  atMost: 1.7,
};
const SQUARE: Record<'thermal' | 'magnetic' | 'published' | 'normal', Criterion> = {
  thermal: { claim: 'y_T of the second step is 1', statistic: '|y_T - 1|', atMost: 0.01 },
  magnetic: { claim: 'y_h of the second step is 15/8', statistic: '|y_h - 15/8|', atMost: 0.002 },
  published: {
    claim: 'the first step with 1, 2 and 3 operators is that of Swendsen',
    statistic: 'largest difference from 0.904, 0.966, 0.968',
    atMost: 0.01,
  },
  normal: {
    claim: 'the normal of the critical surface is the exact one after the last step, but for the finite lattice',
    statistic: 'largest relative difference of nnn, plaquette and third',
    atMost: 0.005,
  },
};
const OTHER: Record<'thermal' | 'magnetic', Criterion> = {
  thermal: { claim: 'y_T of the last step is within 10 %', statistic: 'relative difference', atMost: 0.1 },
  magnetic: { claim: 'y_h of the last step is within 10 %', statistic: 'relative difference', atMost: 0.1 },
};

export function summarise(parameters: Values, results: Result[]) {
  const reports = results.flatMap((result) => (result.kind === 'run' ? [result.report] : []));
  const matching = results.find((result) => result.kind === 'matching')?.report ?? null;
  const known = KNOWN[parameters.lattice];
  const steps = reports[0].steps.map((_, k) => stepOf(reports, k, parameters));
  const last = steps[steps.length - 1];
  const spread = meanOf(steps.flatMap(({ even, odd }) => [even.chiSquare, odd.chiSquare])).value;
  const off = (value: number, exact: number) => Math.abs(value - exact);
  const standard = parameters.lattice === 'square' && parameters.factor === 2 && steps.length > 1;
  const verdicts = [
    judge(HONEST, spread),
    ...(standard
      ? [
          judge(SQUARE.thermal, off(steps[1].even.standard.value, known.thermal)),
          judge(SQUARE.magnetic, off(steps[1].odd.standard.value, known.magnetic)),
          judge(SQUARE.published, Math.max(...PUBLISHED.map((y, m) => off(steps[0].even.byOperators[m].value, y)))),
          judge(
            SQUARE.normal,
            Math.max(
              ...last.tangent.flatMap(({ operator, parity, ratio }) =>
                parity === 'even' && operator in NORMAL ? [off(ratio.value, NORMAL[operator]) / NORMAL[operator]] : [],
              ),
            ),
          ),
        ]
      : [
          judge(OTHER.thermal, off(last.even.standard.value, known.thermal) / known.thermal),
          judge(OTHER.magnetic, off(last.odd.standard.value, known.magnetic) / known.magnetic),
        ]),
  ];
  const size = (sides: readonly number[]) => sides.join(' × ');
  const even = standardOf(parameters, 'even', steps[0].even.operators);
  const odd = standardOf(parameters, 'odd', steps[0].odd.operators);
  const truncated = ({ value }: Estimate, exact: number) => (value - exact).toFixed(4);
  return {
    parameters,
    known,
    steps,
    matching,
    verdicts,
    numbers: { known, steps, matching, reports },
    answer: paragraphs(
      verdictText(verdicts),
      prose`Each number is the mean over ${reports.length} runs of ${parameters.samples.toLocaleString('en')} configurations
        at K = ${known.coupling.toPrecision(8)} with its standard error${reports.length < MIN_RUNS ? ', by the error bars of the runs, which are too few to tell it' : ''}. That error is statistical. What it does not
        contain is the error of truncation, since infinitely many couplings flow and ${even.length} even and ${odd.length}
        odd ones are kept (${listed(even)}; ${listed(odd)}): the column beside it says what twice as many change. A third
        error is that of the first steps, which lead to the fixed point and are not there yet, and a fourth that of the
        small lattices of the last ones.`,
      prose`What this does not show: the fixed point itself, whose couplings are never computed; and nothing about other
        rules than the majority (the experiment kernel-weight varies the rule).`,
    ),
    facts: [
      fact('y_T', last.even.standard, `step ${last.step}, ${even.length} operators; ${known.source} ${known.thermal}`),
      fact('y_h', last.odd.standard, `step ${last.step}, ${odd.length} operators; ${known.source} ${known.magnetic}`),
      ...(matching
        ? [fact('K_c', bestMatch(matching), `nn, two lattices; known ${known.coupling.toPrecision(7)}`)]
        : []),
    ],
    tables: [
      tableOf(
        'Exponents',
        steps,
        [
          { title: 'Step', of: ({ step }) => step },
          { title: 'Lattices', of: ({ fine, coarse }) => `${size(fine)} → ${size(coarse)}` },
          { title: 'y_T', of: (own) => own.even.standard },
          { title: 'off by', of: (own) => truncated(own.even.standard, known.thermal) },
          { title: 'twice the operators', of: (own) => signed(own.even.truncation) },
          { title: 'y_h', of: (own) => own.odd.standard },
          { title: 'off by', of: (own) => truncated(own.odd.standard, known.magnetic) },
          { title: 'twice the operators', of: (own) => signed(own.odd.truncation) },
        ],
        `y = ln λ/ln b of the leading eigenvalue with ${even.length} even and ${odd.length} odd operators; "twice the operators" is what as many more add.`,
      ),
      ...(['even', 'odd'] as const).map((parity) =>
        tableOf(
          `${parity === 'even' ? 'y_T' : 'y_h'} by the number of operators`,
          steps[0][parity].operators.map((operator, m) => ({ operator, m })),
          [
            { title: 'Operators', of: ({ m }) => m + 1 },
            { title: 'The last one', of: ({ operator }) => operator },
            ...steps.map((own) => ({
              title: `Step ${own.step}`,
              of: ({ m }: { m: number }) => own[parity].byOperators[m],
            })),
          ],
          `Condition number of A with all of them: ${listed(steps.map((own) => own[parity].condition.toExponential(1)))}.`,
        ),
      ),
      tableOf(
        'The normal of the critical surface',
        steps[0].tangent.map((_, k) => k),
        [
          { title: 'Fine coupling', of: (k) => steps[0].tangent[k].operator },
          { title: 'over that of', of: (k) => (steps[0].tangent[k].parity === 'even' ? 'nn' : 'field') },
          ...steps.map((own) => ({ title: `Step ${own.step}`, of: (k: number) => own.tangent[k].ratio })),
          ...(parameters.lattice === 'square'
            ? [{ title: 'Known', of: (k: number) => NORMAL[steps[0].tangent[k].operator]?.toFixed(4) ?? '–' }]
            : []),
        ],
        'Response of the coarse nn (or field) to each fine coupling, sums over the lattice, over the response to nn (or the field). Any long-ranged coarse observable has it up to a term of order 1/L.',
      ),
      tableOf(
        'Error bars against the spread of runs',
        steps,
        [
          { title: 'Step', of: ({ step }) => step },
          { title: 'y_T: χ² per degree of freedom', of: ({ even: own }) => own.chiSquare.toFixed(2) },
          { title: 'y_h: χ² per degree of freedom', of: ({ odd: own }) => own.chiSquare.toFixed(2) },
        ],
        `${reports.length} runs about their own mean, so that 1 ± ${Math.sqrt(2 / (reports.length - 1)).toFixed(2)} is expected.`,
      ),
      ...(matching ? [matchingTable(matching, known.coupling)] : []),
    ],
  };
}

export type Outcome = ReturnType<typeof summarise>;

/** Those of the operators that are standard ones: the first n. */
function standardOf({ lattice }: Values, parity: 'even' | 'odd', operators: readonly string[]): string[] {
  const names = new Set(standardOperators(lattice, parity).map(({ name }) => name));
  return operators.filter((operator) => names.has(operator));
}

function stepOf(reports: McrgReport[], k: number, parameters: Values): StepMeans {
  const { step, fine, coarse } = reports[0].steps[k];
  const own = reports.map((report) => report.steps[k]);
  const sector = (parity: 'even' | 'odd'): SectorMeans => {
    const n = standardOf(parameters, parity, own[0][parity].operators).length;
    const runs = own.map((one) => one[parity]);
    const byOperators = runs[0].operators.map((_, m) => overRuns(runs.map((run) => run.byOperators[m])));
    return {
      operators: runs[0].operators,
      byOperators,
      standard: byOperators[n - 1],
      truncation: byOperators.length > n ? byOperators[byOperators.length - 1].value - byOperators[n - 1].value : null,
      chiSquare: chiSquareOf(runs, n - 1),
      condition: runs[0].condition,
    };
  };
  const tangent = (['even', 'odd'] as const).flatMap((parity) => {
    return standardOf(parameters, parity, own[0][parity].operators)
      .slice(1)
      .map((operator, index) => ({
        operator,
        parity,
        ratio: overRuns(own.map((one) => one[parity].tangent[0][index + 1])),
      }));
  });
  return { step, fine, coarse, even: sector('even'), odd: sector('odd'), tangent };
}

/** Σ ((y - ȳ)/error)²/(runs - 1) with m + 1 operators. */
function chiSquareOf(runs: McrgSector[], m: number): number {
  const estimates = runs.flatMap(({ byOperators }) => byOperators[m] ?? []);
  const mean = estimates.reduce((sum, { value }) => sum + value, 0) / estimates.length;
  const squares = estimates.reduce((sum, { value, error }) => sum + ((value - mean) / (error as number)) ** 2, 0);
  return squares / (estimates.length - 1);
}

const signed = (x: number | null): string => (x === null ? '–' : `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(4)}`);

/** Runs from which on their spread tells the error of the mean; with fewer it is that of their own error bars. */
const MIN_RUNS = 10;

/** The mean over runs; of runs of which some have no value there is none. */
function overRuns(estimates: readonly (Estimate | null)[]): Estimate {
  const values = estimates.map((estimate) => estimate?.value ?? Number.NaN);
  const mean = meanOf(values);
  if (values.length >= MIN_RUNS) return mean;
  const squares = estimates.reduce((sum, estimate) => sum + (estimate?.error ?? Number.NaN) ** 2, 0);
  return { value: mean.value, error: Math.sqrt(squares) / values.length };
}

function bestMatch({ steps }: MatchingReport): Estimate | null {
  return steps[steps.length - 1].criticalCouplings[0].estimate;
}

function matchingTable({ coupling, steps }: MatchingReport, known: number) {
  return tableOf(
    'K_c by two lattices',
    steps[0].criticalCouplings.map(({ operator }, k) => ({ operator, k })),
    [
      { title: 'Operator', of: ({ operator }) => operator },
      ...steps.map(({ step, shape }) => ({
        title: `${step} against ${step - 1} steps, ${shape.join(' × ')}`,
        of: ({ k }: { k: number }) => steps[step - 1].criticalCouplings[k].estimate,
      })),
    ],
    `Sampled at K = ${coupling.toPrecision(8)}; known ${known.toPrecision(8)}. The spread over the operators is the error of the first steps.`,
  );
}

export const ruleName = (parameters: Values): string => {
  const factor = factorOf(parameters);
  return factor === 'sqrt3' ? 'triangles, b = √3' : `b = ${factor}`;
};
