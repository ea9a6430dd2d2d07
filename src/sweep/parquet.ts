/** Rows as a Parquet file, by hyparquet-writer. */

import { parquetWriteBuffer } from './parquetWriter.js';
import { columnsOf, type Row } from './results.js';

/**
 * Rows as the bytes of a Parquet file: numbers as doubles, truths as booleans, all else as text; an empty value where a
 * row has none.
 */
export function parquetOf(rows: readonly Row[]): Uint8Array {
  const columnData = columnsOf(rows).map((name) => {
    const values = rows.map((row) => row[name] ?? null);
    const is = (kind: string) => values.every((value) => value === null || typeof value === kind);
    if (is('number')) return { name, data: values, type: 'DOUBLE' as const, nullable: true };
    if (is('boolean')) return { name, data: values, type: 'BOOLEAN' as const, nullable: true };
    const texts = values.map((value) => (value === null ? null : String(value)));
    return { name, data: texts, type: 'STRING' as const, nullable: true };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}
