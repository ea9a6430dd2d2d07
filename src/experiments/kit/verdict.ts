/** Criteria of a claim as data: fixed before the run that judges them, and the sentences are made of them. */

/** A table of the report. */
export interface Table {
  title: string;
  columns: string[];
  rows: (string | number)[][];
  note?: string;
}

/** A claim, and the number that decides it. */
export interface Criterion {
  /** What is so if it holds, as a sentence without a full stop. */
  readonly claim: string;
  /** What is computed. */
  readonly statistic: string;
  /** It holds where the statistic is at least this, or at most that; both for a range. */
  readonly atLeast?: number;
  readonly atMost?: number;
  /** Where nothing of the kind can be: the statistic is computed of it, too. */
  readonly control?: string;
}

export interface Verdict extends Criterion {
  /** Null where it could not be computed. */
  readonly value: number | null;
  /** The same of the control. */
  readonly controlValue?: number | null;
  /** Null where the statistic could not be computed. */
  readonly holds: boolean | null;
}

/** A value that is not finite could not be computed. */
export function judge(criterion: Criterion, value: number | null, controlValue?: number | null): Verdict {
  const { atLeast = -Infinity, atMost = Infinity } = criterion;
  const found = finiteOrNull(value);
  const holds = found === null ? null : found >= atLeast && found <= atMost;
  return {
    ...criterion,
    value: found,
    ...(controlValue !== undefined && { controlValue: finiteOrNull(controlValue) }),
    holds,
  };
}

const finiteOrNull = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);

/** A statistic with four digits. */
export const shown = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : String(Number(value.toPrecision(4)));

/** "at least 0.8", "at most 2" or "0.9 to 1.1". */
export function thresholdText({ atLeast, atMost }: Criterion): string {
  if (atLeast !== undefined && atMost !== undefined) return `${shown(atLeast)} to ${shown(atMost)}`;
  return atLeast !== undefined ? `at least ${shown(atLeast)}` : `at most ${shown(atMost)}`;
}

export function verdictTable(verdicts: readonly Verdict[]): Table {
  const controlled = verdicts.some(({ control }) => control);
  return {
    title: 'Criteria, fixed beforehand',
    columns: ['Claim', 'Statistic', 'Holds if', 'Found', ...(controlled ? ['Control'] : []), 'Holds'],
    rows: verdicts.map((verdict) => [
      verdict.claim,
      verdict.statistic,
      thresholdText(verdict),
      shown(verdict.value),
      ...(controlled ? [verdict.control ? `${shown(verdict.controlValue)} (${verdict.control})` : '–'] : []),
      verdict.holds === null ? 'cannot be told' : verdict.holds ? 'yes' : 'no',
    ]),
  };
}
