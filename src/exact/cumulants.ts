/**
 * Sums of positive weights in logarithms, with mean and variance of an exponent over them. Nothing overflows or
 * underflows at any coupling, and the variance is computed as a sum of squares, not as the difference of two large
 * numbers.
 */

/** A sum of weights e^{x}, and the moments of their exponents x (-H in units of kT). */
export interface Cumulants {
  /** ln Σ e^{x}; -Infinity for no weight at all. */
  log: number;
  /** ⟨x⟩. */
  mean: number;
  /** ⟨x²⟩ - ⟨x⟩². */
  variance: number;
}

/** The single weight e^{x}. */
export function weight(x: number): Cumulants {
  return { log: x, mean: x, variance: 0 };
}

/** The sum of two sums. */
export function plus(a: Cumulants, b: Cumulants): Cumulants {
  const [larger, smaller] = a.log < b.log ? [b, a] : [a, b];
  const ratio = Math.exp(smaller.log - larger.log);
  // both are -Infinity, or one is negligible
  if (!(ratio > 0)) return larger;
  const share = ratio / (1 + ratio);
  const apart = smaller.mean - larger.mean;
  return {
    log: larger.log + Math.log1p(ratio),
    mean: larger.mean + share * apart,
    variance: (larger.variance + ratio * smaller.variance + share * apart * apart) / (1 + ratio),
  };
}

/** The product of two independent sums. */
export function times(a: Cumulants, b: Cumulants): Cumulants {
  return { log: a.log + b.log, mean: a.mean + b.mean, variance: a.variance + b.variance };
}

/** A symmetric 2×2 matrix of sums, e^{reference} times its entries (+,+), (+,-) and (-,-). */
export interface CumulantMatrix {
  reference: number;
  up: Cumulants;
  off: Cumulants;
  down: Cumulants;
}

/**
 * Power n >= 0 of a symmetric matrix, by squaring; entries are relative to the largest, so that their ratios are exact.
 */
export function matrixPower(matrix: CumulantMatrix, n: number): CumulantMatrix {
  if (n === 0) return { reference: 0, up: weight(0), off: { log: -Infinity, mean: 0, variance: 0 }, down: weight(0) };
  const half = matrixPower(matrix, Math.floor(n / 2));
  const square = product(half, half);
  return n % 2 ? product(square, matrix) : square;
}

/** The product of two matrices that commute. */
function product(a: CumulantMatrix, b: CumulantMatrix): CumulantMatrix {
  const up = plus(times(a.up, b.up), times(a.off, b.off));
  const off = plus(times(a.up, b.off), times(a.off, b.down));
  const down = plus(times(a.off, b.off), times(a.down, b.down));
  const top = Math.max(up.log, off.log, down.log);
  const relative = (entry: Cumulants): Cumulants => ({ ...entry, log: entry.log - top });
  return { reference: a.reference + b.reference + top, up: relative(up), off: relative(off), down: relative(down) };
}

/** A matrix times a vector. */
export function applyMatrix({ up, off, down }: CumulantMatrix, [x, y]: CumulantVector): CumulantVector {
  return [plus(times(up, x), times(off, y)), plus(times(off, x), times(down, y))];
}

/** Entries + and -. */
export type CumulantVector = readonly [Cumulants, Cumulants];
