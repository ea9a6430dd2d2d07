/** Statistics of independent values: of units, or of runs that differ by their seeds. */

import { type Estimate, sampleMean } from '../util/estimate.js';

/** Mean with its standard error, null for a single value. */
export function meanOf(values: readonly number[]): Estimate {
  const { mean, error } = sampleMean(values);
  return { value: mean, error: values.length < 2 ? null : error };
}

/** Mean with the standard deviation of a single value; 0 for one value. */
export function spreadOf(values: readonly number[]): Estimate<number> {
  const { mean } = sampleMean(values);
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { value: mean, error: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 };
}

/** The median; the mean of the two middle values of an even number of them, null for no values. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Means over the rows of several statistics of a row. */
export function meansOf<Row, Name extends string>(
  rows: readonly Row[],
  statistics: Readonly<Record<Name, (row: Row) => number>>,
): Record<Name, Estimate> {
  const entries = Object.entries<(row: Row) => number>(statistics);
  return Object.fromEntries(entries.map(([name, of]) => [name, meanOf(rows.map(of))])) as Record<Name, Estimate>;
}
