/** Positions on a torus. */

/** [row, column], in lattice spacings; fractions are allowed. */
export type Position = readonly [row: number, column: number];

/** The shortest vector from one position to another on a torus of these sides. */
export function displacement([y0, x0]: Position, [y1, x1]: Position, [rows, columns]: Position): [number, number] {
  const [dy, dx] = [y1 - y0, x1 - x0];
  return [dy - rows * Math.round(dy / rows), dx - columns * Math.round(dx / columns)];
}
