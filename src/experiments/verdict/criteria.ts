/**
 * The criteria of the verdict, fixed before the runs that they judge: docs/experiments/verdict.md has their text, which
 * `criteriaText` makes and a test compares.
 */

import { holm, type MeanInterval, meanInterval, permutationTest } from '../../stats/comparison.js';
import { prose } from '../kit/text.js';
import type { Criterion } from '../kit/verdict.js';
import type { LayerExam, StepExponents } from './exam.js';

/** A claim on the mean of a statistic over runs. */
export interface Claim extends Required<Pick<Criterion, 'claim' | 'statistic' | 'atLeast' | 'atMost'>> {
  /** A short name for tables. */
  readonly label: string;
}

export const CLAIMS = {
  area: {
    label: 'area per layer',
    claim: 'the area of the fields grows as that of block spins',
    statistic: 'factor per layer of the median participation area, geometric mean over the layers',
    atLeast: 3.2,
    atMost: 4.8,
  },
  spacing: {
    label: 'spacing per layer',
    claim: 'the distance of neighbouring units grows as that of block spins',
    statistic:
      'factor per layer of the median distance from the four nearest units, geometric mean; for layers of which a quarter or more of the units are compact',
    atLeast: 1.8,
    atMost: 2.2,
  },
  thermal: {
    label: 'y_T',
    claim: 'the top layer has the thermal exponent of block spins',
    statistic:
      'y_T of the step from the spins to the top layer, where that is a rule on a lattice, less that of majority blocks as large on the same configurations',
    atLeast: -0.05,
    atMost: 0.05,
  },
  magnetic: {
    label: 'y_h',
    claim: 'the top layer has the magnetic exponent of block spins',
    statistic: 'the same of y_h',
    atLeast: -0.01,
    atMost: 0.01,
  },
  magnetisation: {
    label: 'R² of m(k)',
    claim: 'the layers hold the long waves of the magnetisation as block spins do',
    statistic: 'R² of the longest waves less that of as many majority blocks, mean over the layers',
    atLeast: -0.05,
    atMost: 0.05,
  },
  energy: {
    label: 'R² of e(k)',
    claim: 'the layers hold the long waves of the energy as block spins do',
    statistic: 'R² of the longest waves less that of as many majority blocks, mean over the layers',
    atLeast: -0.05,
    atMost: 0.05,
  },
} as const satisfies Record<string, Claim>;
export type ClaimName = keyof typeof CLAIMS;
export const CLAIM_NAMES = Object.keys(CLAIMS) as ClaimName[];

/** Share of compact units from which a layer has a spacing. */
const COMPACT = 0.25;
/** Share of the runs that must have a statistic. */
const EVALUABLE = 0.8;
/** Probability of any wrong "differs from its null" within the claims of a cell. */
const ALPHA = 0.05;
/** Level of the interval of the mean that must lie within the bounds. */
const LEVEL = 0.9;

/** The statistics of one run; null where they cannot be had. */
export type Statistics = Record<ClaimName, number | null>;

/** What majority blocks have. */
export interface Majority {
  kept: readonly { magnetisation: number; energy: number }[];
  exponents: readonly StepExponents[];
}

/** The statistics of a stack. */
export function statisticsOf(layers: readonly LayerExam[], majority: Majority): Statistics {
  const steps = layers.length - 1;
  const growth = (values: readonly (number | null)[]) => {
    const [first, last] = [values[0], values[values.length - 1]];
    if (steps === 0 || values.includes(null) || !first || !last) return null;
    return (last / first) ** (1 / steps);
  };
  const spaced = layers.map(({ form }) => (form.compact >= COMPACT ? form.spacing : null));
  const kept = (name: 'magnetisation' | 'energy') =>
    layers.reduce((sum, layer, k) => sum + layer.kept[name] - majority.kept[k][name], 0) / layers.length;
  return {
    area: growth(layers.map(({ form }) => form.area)),
    spacing: growth(spaced),
    ...exponentStatistics(layers[steps].exponents, majority.exponents[steps]),
    magnetisation: kept('magnetisation'),
    energy: kept('energy'),
  };
}

/** Those of the exponents of a step from the spins to a layer, null if it is no rule on a lattice, less those of majority blocks. */
export function exponentStatistics(own: StepExponents | null, majority: StepExponents | undefined) {
  const less = (parity: 'even' | 'odd') => {
    const [a, b] = [own?.[parity]?.value, majority?.[parity]?.value];
    return a === undefined || b === undefined ? null : a - b;
  };
  return { thermal: less('even'), magnetic: less('odd') };
}

/** What comes of a claim. */
export type Finding = 'pass' | 'fail' | 'indistinguishable from null' | 'not evaluable';

/** A claim on a cell, judged. */
export interface Judged {
  claim: ClaimName;
  finding: Finding;
  /** Number of runs, and of those that have the statistic. */
  runs: number;
  evaluable: number;
  interval: MeanInterval | null;
  /** Of the null. */
  nullInterval: MeanInterval | null;
  /** P of the permutation test against the null, and after Holm's correction over the claims that can be evaluated. */
  p: number | null;
  corrected: number | null;
}

/** All claims on the runs of a cell and those of its null. */
export function judgeRuns(data: readonly Statistics[], nulls: readonly Statistics[]): Judged[] {
  const values = (of: readonly Statistics[], claim: ClaimName) =>
    of.flatMap((one) => (one[claim] === null ? [] : [one[claim] as number]));
  const interval = (list: readonly number[]) => (list.length < 2 ? null : meanInterval(list, LEVEL));
  const rows = CLAIM_NAMES.map((claim) => {
    const [own, other] = [values(data, claim), values(nulls, claim)];
    const can = own.length >= 2 && own.length >= EVALUABLE * data.length;
    return { claim, own, other, can, p: can && nulls.length > 0 ? probability(data, nulls, claim) : null };
  });
  const tested = rows.filter(({ p }) => p !== null);
  const corrected = holm(tested.map(({ p }) => p as number));
  return rows.map(({ claim, own, other, can, p }) => {
    const found = interval(own);
    const at = tested.findIndex((row) => row.claim === claim);
    const adjusted = at < 0 ? null : corrected[at];
    const { atLeast, atMost } = CLAIMS[claim];
    const inside = found !== null && found.low >= atLeast && found.high <= atMost;
    const differs = adjusted !== null && adjusted <= ALPHA;
    return {
      claim,
      finding: !can ? 'not evaluable' : !inside ? 'fail' : differs ? 'pass' : 'indistinguishable from null',
      runs: data.length,
      evaluable: own.length,
      interval: found,
      nullInterval: interval(other),
      p,
      corrected: adjusted,
    };
  });
}

/**
 * P of the permutation test between runs and null: of the statistic; where too few runs of the null have it, of whether
 * runs have it.
 */
function probability(data: readonly Statistics[], nulls: readonly Statistics[], claim: ClaimName): number {
  const known = nulls.filter((one) => one[claim] !== null).length;
  const of =
    known >= EVALUABLE * nulls.length
      ? (runs: readonly Statistics[]) => runs.flatMap((one) => one[claim] ?? [])
      : (runs: readonly Statistics[]) => runs.map((one) => (one[claim] === null ? 0 : 1));
  return permutationTest(of(data), of(nulls)).p;
}

/** Whether the mean of a control lies within the bounds, by its interval; null if it cannot be evaluated. */
export function controlHolds(runs: readonly Statistics[], claim: ClaimName): boolean | null {
  const [one] = judgeRuns(runs, []).filter((row) => row.claim === claim);
  return one.finding === 'not evaluable' ? null : one.finding !== 'fail';
}

/** The criteria as text, for docs/experiments/verdict.md. */
export function criteriaText(): string {
  const rows = CLAIM_NAMES.map((name) => {
    const { label, claim, statistic, atLeast, atMost } = CLAIMS[name];
    return `| ${label} | ${claim} | ${statistic} | ${atLeast} to ${atMost} |`;
  });
  return [
    '| name | claim | statistic of a run | bounds |',
    '|---|---|---|---|',
    ...rows,
    '',
    prose`The unit is a training run with data and seed of its own. A claim **passes** if the ${100 * LEVEL} % interval of the
      mean over the runs (Student) lies within the bounds and the runs differ from those of the null (permutation test of the
      means, two-sided, Holm over the claims that can be evaluated, ${ALPHA}); it is **indistinguishable from null** if only the
      first holds, **fails** if the interval does not lie within the bounds, and is **not evaluable** if fewer than
      ${100 * EVALUABLE} % of the runs have the statistic. Where the null lacks the statistic in more than ${Math.round(100 * (1 - EVALUABLE))} % of its runs, the test is of whether a run has it.`,
  ].join('\n');
}
