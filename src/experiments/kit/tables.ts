/** Tables from rows of data. */

import { type Estimate, formatEstimate, type Mean } from '../../util/estimate.js';
import type { Table } from './verdict.js';

/** The content of a cell; an estimate is written with its error, null as a dash. */
export type Cell = string | number | Estimate | Mean | null;

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => Cell;
}

/** The table with one row per row of the data. */
export function tableOf<Row>(
  title: string,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  note?: string,
): Table {
  return {
    title,
    columns: columns.map((column) => column.title),
    rows: rows.map((row) => columns.map(({ of }) => shown(of(row)))),
    ...(note && { note }),
  };
}

const shown = (cell: Cell): string | number =>
  typeof cell === 'string' || typeof cell === 'number' ? cell : formatEstimate(cell);
