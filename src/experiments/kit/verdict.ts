/** Criteria of claims as data: they are fixed before the run that judges them, and texts are made from them. */

/** A table of the report. */
export interface Table {
  title: string;
  columns: string[];
  rows: (string | number)[][];
  note?: string;
}

/** A claim, and the statistic that decides it. */
export interface Criterion {
  /** The claim as a sentence without a full stop. */
  readonly claim: string;
  /** The name of the statistic. */
  readonly statistic: string;
  /** The claim holds if the statistic is at least this. */
  readonly atLeast?: number;
  /** The claim holds if the statistic is at most this; with `atLeast` a range. */
  readonly atMost?: number;
  /** The name of the control, for which the statistic is computed, too. */
  readonly control?: string;
}

/** A criterion with the values that decide it. */
export interface Verdict extends Criterion {
  /** Value of the statistic; null if it could not be computed. */
  readonly value: number | null;
  /** Value of the statistic for the control. */
  readonly controlValue?: number | null;
  /** Whether the claim holds; null if the statistic could not be computed. */
  readonly holds: boolean | null;
}

/** The verdict on a criterion, given the value of its statistic; a value that is not finite counts as not computed. */
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

/** The table of the verdicts. */
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
