/** The summary of the rg-zoo experiment. */

import { criticalCoupling, triangularCriticalCoupling } from '../../exact/onsager.js';
import type { Estimate } from '../../util/estimate.js';
import { tableOf } from '../kit/tables.js';
import { fact, paragraphs, prose, verdictText } from '../kit/text.js';
import { type Criterion, judge } from '../kit/verdict.js';
import { METHODS, type MethodName, type MethodNote, type RgZooResult, type Values } from './result.js';

/** Exact values. */
export const EXACT = {
  square: criticalCoupling,
  triangular: triangularCriticalCoupling,
  thermal: 1,
  magnetic: 15 / 8,
} as const;

/** Methods whose error can be made as small as wanted. */
const SYSTEMATIC: readonly MethodName[] = [
  'mcrg',
  'mcrg-triangles',
  'vmcrg',
  'trg',
  'weighted-trg',
  'hotrg',
  'loop-tnr',
];

const CRITERIA: Record<'thermal' | 'magnetic', Criterion> = {
  thermal: {
    claim: 'Monte Carlo and tensors find y_T within 5 %',
    statistic: 'largest relative difference of all of them',
    atMost: 0.05,
  },
  magnetic: {
    claim: 'Monte Carlo and tensors find y_h within 1 %',
    statistic: 'largest relative difference of all of them',
    atMost: 0.01,
  },
};

export interface ZooRow extends RgZooResult {
  note: MethodNote;
  /** Exact K_c of its lattice. */
  exactCoupling: number;
}

export function summarise(parameters: Values, results: RgZooResult[]) {
  const rows = results.map((result): ZooRow => {
    const note: MethodNote = METHODS[result.method];
    return { ...result, note, exactCoupling: EXACT[note.lattice] };
  });
  const worst = (quantity: 'thermal' | 'magnetic') =>
    Math.max(
      ...rows
        .filter(({ method }) => SYSTEMATIC.includes(method))
        .map((row) => Math.abs((row[quantity]?.value ?? Number.NaN) / EXACT[quantity] - 1)),
    );
  const verdicts = [judge(CRITERIA.thermal, worst('thermal')), judge(CRITERIA.magnetic, worst('magnetic'))];
  const off = (estimate: Estimate | null, exact: number) => {
    if (estimate === null) return null;
    const difference = estimate.value - exact;
    if (Math.abs(difference) < 1e-12) return '0';
    const digits = Math.abs(difference) < 1e-4 ? difference.toExponential(0) : difference.toFixed(4);
    return difference > 0 ? `+${digits}` : digits.replace('-', '−');
  };
  const shown = (estimate: Estimate | null) =>
    estimate === null ? null : estimate.error === null ? estimate.value.toFixed(6) : estimate;
  const of = (method: MethodName) => rows.find((row) => row.method === method) as ZooRow;
  return {
    parameters,
    rows,
    verdicts,
    numbers: { exact: EXACT, rows },
    answer: paragraphs(
      verdictText(verdicts),
      prose`The classical schemes are formulas: each has an approximation that cannot be made smaller, and nothing in it says
        how large it is. Kadanoff's bound comes within 0.001 of both exponents, which is luck of the choice of the
        parameter, not a small parameter. Monte Carlo and tensors are systematic: more configurations, more operators,
        more steps, a larger χ, and the number moves to the exact one; their errors are in the table.`,
      prose`The rule of maximum likelihood is an RBM layer with one hidden unit per block, and a blocking rule like any
        other. A step of it is exact; what is approximate is the truncation to a few couplings, as for the majority.`,
      prose`What this does not show: amplitudes, corrections to scaling, or a model whose answer is not known.`,
    ),
    facts: [
      fact('y_T', shown(of('mcrg').thermal), 'Monte Carlo RG, majority, second step; exact 1'),
      fact('y_h', shown(of('mcrg').magnetic), 'the same; exact 1.875'),
      fact(
        'K_c',
        shown(of('weighted-trg').criticalCoupling),
        `bond-weighted TRG, χ = ${parameters.bond}; exact ${criticalCoupling.toFixed(6)}`,
      ),
    ],
    tables: [
      tableOf(
        'The critical point of the Ising model in two dimensions',
        rows,
        [
          { title: 'Method', of: ({ note }) => note.title },
          { title: 'K_c', of: (row) => shown(row.criticalCoupling) },
          { title: 'off by', of: (row) => off(row.criticalCoupling, row.exactCoupling) },
          { title: 'y_T', of: (row) => shown(row.thermal) },
          { title: 'off by', of: (row) => off(row.thermal, EXACT.thermal) },
          { title: 'y_h', of: (row) => shown(row.magnetic) },
          { title: 'off by', of: (row) => off(row.magnetic, EXACT.magnetic) },
          { title: 'Work', of: ({ cost }) => cost },
        ],
        `Exact: K_c = ${EXACT.square.toFixed(7)} on the square and ${EXACT.triangular.toFixed(7)} on the triangular lattice, y_T = 1, y_h = 1.875. Errors in brackets are statistical.`,
      ),
      tableOf('What is neglected', rows, [
        { title: 'Method', of: ({ note }) => note.title },
        { title: 'Lattice', of: ({ note }) => note.lattice },
        { title: 'Approximation', of: ({ note }) => note.approximation },
        { title: 'Source', of: ({ note }) => note.source },
      ]),
    ],
  };
}

export type Outcome = ReturnType<typeof summarise>;
