/** The residual of least squares, without the coefficients. */

/**
 * The residual of a vector after its projection on the columns is subtracted (Gram & Schmidt, each step twice against
 * rounding).
 */
export function remainder(vector: ArrayLike<number>, columns: readonly Float64Array[]): Float64Array {
  const basis: Float64Array[] = [];
  const orthogonal = (from: ArrayLike<number>): Float64Array => {
    const left = Float64Array.from(from);
    for (let round = 0; round < 2; round++) {
      for (const unit of basis) {
        const part = dot(unit, left);
        for (let i = 0; i < left.length; i++) left[i] -= part * unit[i];
      }
    }
    return left;
  };
  for (const column of columns) {
    const left = orthogonal(column);
    const length = Math.sqrt(dot(left, left));
    // a column within the span of the others adds nothing
    if (length > 1e-10 * Math.sqrt(dot(column, column))) basis.push(left.map((x) => x / length));
  }
  return orthogonal(vector);
}

/** The product, entry by entry. */
export function times(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((x, k) => x * b[k]);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
