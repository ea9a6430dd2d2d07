/** Reflections and rotations of vectors that lie as rows (assembly/linear/rows.ts). Rows are arrays of their own here. */

type Row = Float64Array;

/** Σ x y of the first n numbers, in eight strands. */
export function dot(x: Row, y: Row, n: number): number {
  const strands = new Float64Array(8);
  const whole = n - (n % 8);
  for (let m = 0; m < whole; m++) strands[m % 8] += x[m] * y[m];
  const [s0, s1, s2, s3, s4, s5, s6, s7] = strands;
  let sum = s0 + s2 + (s4 + s6) + (s1 + s3 + (s5 + s7));
  for (let m = whole; m < n; m++) sum += x[m] * y[m];
  return sum;
}

/** The scalar product of the vector and each row. */
export function dotRows(vector: Row, rows: readonly Row[]): Float64Array {
  return Float64Array.from(rows, (row) => dot(vector, row, row.length));
}

/** Each row - 2 (w·row) w. */
export function reflectRows(w: Row, rows: readonly Row[]): Row[] {
  return rows.map((row) => {
    const factor = 2 * dot(w, row, row.length);
    return row.map((x, m) => x - factor * w[m]);
  });
}

/** A - 2 w qᵀ - 2 q wᵀ. */
export function subtractOuter(rows: readonly Row[], w: Row, q: Row): Row[] {
  return rows.map((row, i) => row.map((x, j) => x - (2 * w[i] * q[j] + 2 * q[i] * w[j])));
}

/** Rotations of rows i and i+1 by turns[i] = [c, s], the last first. */
export function turnRows(rows: readonly Row[], turns: readonly (readonly [number, number])[]): Row[] {
  const result = rows.map((row) => row.slice());
  for (let i = rows.length - 2; i >= 0; i--) {
    const [c, s] = turns[i];
    const [x, y] = [result[i], result[i + 1]];
    result[i] = x.map((p, m) => c * p - s * y[m]);
    result[i + 1] = y.map((q, m) => s * x[m] + c * q);
  }
  return result;
}

/** One sweep of Jacobi rotations, which overwrites the rows: squares of lengths, and how many pairs were rotated. */
export function jacobiSweep(
  rows: Row[],
  n: number,
  enough: number,
  least: number,
): { squares: Float64Array; rotated: number } {
  const squares = Float64Array.from(rows, (row) => dot(row, row, n));
  let rotated = 0;
  for (let i = 0; i < rows.length; i++) {
    for (let j = i + 1; j < rows.length; j++) {
      const [x, y] = [rows[i], rows[j]];
      const [p, q] = [squares[i], squares[j]];
      if (Math.min(p, q) < least) continue;
      const product = dot(x, y, n);
      if (Math.abs(product) <= enough * Math.sqrt(p) * Math.sqrt(q)) continue;
      rotated++;
      const half = (q - p) / (2 * product);
      const root = Math.sqrt(1 + half * half);
      const tangent = Math.abs(half) > 1e100 ? 0.5 / half : (half < 0 ? -1 : 1) / (Math.abs(half) + root);
      const cosine = 1 / Math.sqrt(1 + tangent * tangent);
      const sine = cosine * tangent;
      const t = sine / (1 + cosine);
      rows[i] = x.map((a, m) => a - sine * (y[m] + t * a));
      rows[j] = y.map((b, m) => b + sine * (x[m] - t * b));
      squares[i] = Math.max(0, p - tangent * product);
      squares[j] = Math.max(0, q + tangent * product);
    }
  }
  return { squares, rotated };
}
