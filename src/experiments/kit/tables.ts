/** Tables with their columns as data. */

import { type Estimate, formatEstimate, type Mean } from '../../util/estimate.js';
import type { Table } from './verdict.js';

/** An estimate is written with its error, null as a dash. */
export type Cell = string | number | Estimate | Mean | null;

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => Cell;
}

/** A row of the table per row of the data. */
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
