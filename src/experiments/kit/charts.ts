/** Series of charts from rows of results. */

import type { Estimate, Mean } from '../../util/estimate.js';
import type { Series } from '../../viz/charts/chart.js';

/** A value of a row: a function of it, or the name of one of its members. */
export type ValueOf<Row, Value> =
  | ((row: Row) => Value)
  | { [name in keyof Row]: Row[name] extends Value ? name : never }[keyof Row];

const read = <Row, Value>(row: Row, of: ValueOf<Row, Value>): Value =>
  typeof of === 'function' ? of(row) : (row[of] as Value);

/** The series that have points, for charts that would refuse the others. */
export const drawn = (series: Series[]): Series[] => series.filter(({ x }) => x.length > 0);

/** Abscissas of a curve: `count` of them, evenly spaced from the smallest of the values to the largest. */
export function evenly(values: readonly number[], count: number): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return Array.from({ length: low === high ? 1 : count }, (_, k) => low + ((high - low) * k) / (count - 1));
}

/**
 * A series of the rows whose y is not null; with error bars if y is an estimate, of length 0 if its error is unknown.
 * @param more the mark, or an exact curve
 */
export function seriesOf<Row>(
  label: string,
  rows: readonly Row[],
  x: ValueOf<Row, number>,
  y: ValueOf<Row, number | Estimate | Mean | null>,
  more: Pick<Series, 'mark' | 'exact'> = {},
): Series {
  const points = rows.flatMap((row) => {
    const found = read(row, y);
    return found === null ? [] : [{ x: read(row, x), y: found }];
  });
  const estimates = points.flatMap(({ y: found }) => (typeof found === 'number' ? [] : [found]));
  return {
    label,
    x: points.map((point) => point.x),
    y: points.map(({ y: found }) => (typeof found === 'number' ? found : 'mean' in found ? found.mean : found.value)),
    ...(estimates.length > 0 && {
      error: estimates.map(({ error }) => (error !== null && Number.isFinite(error) ? error : 0)),
    }),
    ...more,
  };
}
