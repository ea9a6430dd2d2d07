/** Order and signs of vectors that lie as rows. */

/** Places by descending value. */
export function descending(values: Float64Array): number[] {
  return Array.from(values.keys()).sort((i, j) => values[j] - values[i] || i - j);
}

/** Rows in this order, in a fresh array. */
export function permutedRows(rows: Float64Array, order: readonly number[], length: number): Float64Array {
  const result = new Float64Array(order.length * length);
  order.forEach((from, to) => {
    result.set(rows.subarray(from * length, (from + 1) * length), to * length);
  });
  return result;
}

/**
 * Makes the entry of largest modulus of each row positive, the first one of several.
 * @param partners rows whose signs go along
 */
export function orient(rows: Float64Array, count: number, length: number, partners?: Float64Array): void {
  for (let i = 0; i < count; i++) {
    const row = rows.subarray(i * length, (i + 1) * length);
    let largest = 0;
    for (const x of row) if (Math.abs(x) > Math.abs(largest)) largest = x;
    if (!(largest < 0)) continue;
    negate(row);
    if (partners) negate(partners.subarray((i * partners.length) / count, ((i + 1) * partners.length) / count));
  }
}

function negate(row: Float64Array): void {
  for (let k = 0; k < row.length; k++) row[k] = -row[k];
}
