/** Texts and numbers of a summary. */

import { type Estimate, formatEstimate, type Mean } from '../../util/estimate.js';
import type { Summary } from './experiment.js';
import { shown, thresholdText, type Verdict } from './verdict.js';

/** A text that is wrapped in the source: a line break with the spaces around it becomes one space. */
export function prose(parts: TemplateStringsArray, ...values: (string | number)[]): string {
  return String.raw({ raw: parts.map((part) => part.replace(/\s*\n\s*/g, ' ')) }, ...values).trim();
}

/** Paragraphs, without empty ones. */
export const paragraphs = (...texts: (string | false | null)[]): string => texts.filter((text) => text).join('\n\n');

/** "4, 16 and 64". */
export const listed = (words: readonly (string | number)[]): string =>
  words.join(', ').replace(/, ([^,]*)$/, ' and $1');

/** "1 step", "3 steps". */
export const counted = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** A number with max `digits` significant digits, without trailing zeros. */
export const shortNumber = (value: number, digits = 6): string => String(Number(value.toPrecision(digits)));

/** "98.1 %", or "98.10(23) %" of an estimate with an error. */
export function percent(share: number | Estimate | Mean): string {
  const { value, error } = typeof share === 'number' ? { value: share, error: null } : estimateOf(share);
  const known = error !== null && error > 0 && error < Infinity;
  const text = known ? formatEstimate({ value: 100 * value, error: 100 * error }) : shortNumber(100 * value, 3);
  return `${text} %`;
}

const estimateOf = (one: Estimate | Mean): Estimate => ('mean' in one ? { value: one.mean, error: one.error } : one);

/** A fact of a summary; an estimate is written with its error, null as a dash. */
export function fact(label: string, value: string | Estimate | Mean | null, note?: string): Summary['facts'][number] {
  return { label, value: typeof value === 'string' ? value : formatEstimate(value), ...(note && { note }) };
}

/** The verdicts as text: each claim, and the statistic that decides it. */
export function verdictText(verdicts: readonly Verdict[]): string {
  return verdicts
    .map((verdict) => {
      const { claim, statistic, value, control, controlValue, holds } = verdict;
      const beside = control === undefined ? '' : `; ${control}: ${shown(controlValue)}`;
      const opening = holds === null ? 'It cannot be told whether' : holds ? 'It holds that' : 'It does not hold that';
      return `${opening} ${claim} (${statistic}: ${shown(value)}, needs ${thresholdText(verdict)}${beside}).`;
    })
    .join(' ');
}
