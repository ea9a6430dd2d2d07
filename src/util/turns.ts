/**
 * Sine and cosine of fractions of a turn by additions, multiplications and divisions alone, in a fixed order: the same
 * bits on every engine, which `Math.sin` and `Math.cos` do not promise. Within 1.8 ulp (test/util/turns.test.ts
 * measures it), and exact at quarters of a turn.
 */

/**
 * sin(2π part/whole). The argument is reduced to an eighth of a turn without rounding where both are integers below
 * 2^50, and also for whole = 4, where the sine is sin(π part/2).
 */
export function sineOfTurn(part: number, whole: number): number {
  return atQuarter(part, whole, 0);
}

/** cos(2π part/whole), in the same way. */
export function cosineOfTurn(part: number, whole: number): number {
  return atQuarter(part, whole, 1);
}

/** The sine of `quarters` quarters of a turn more than part/whole of one. */
function atQuarter(part: number, whole: number, quarters: number): number {
  const nearest = Math.round((4 * part) / whole);
  const angle = (Math.PI / 2) * ((4 * part - nearest * whole) / whole);
  // the remainder of four, also of negative numbers
  const quarter = nearest + quarters - 4 * Math.floor((nearest + quarters) / 4);
  const size = quarter % 2 === 0 ? sine(angle) : cosine(angle);
  return quarter < 2 ? size : 0 - size;
}

/** sin t for |t| <= π/4: the Taylor series to t¹⁷ (remainder 8e-20). */
function sine(t: number): number {
  const z = t * t;
  let sum = 1 / 355687428096000;
  sum = sum * z - 1 / 1307674368000;
  sum = sum * z + 1 / 6227020800;
  sum = sum * z - 1 / 39916800;
  sum = sum * z + 1 / 362880;
  sum = sum * z - 1 / 5040;
  sum = sum * z + 1 / 120;
  sum = sum * z - 1 / 6;
  return t + t * z * sum;
}

/** cos t for |t| <= π/4: the Taylor series to t¹⁶ (remainder 2e-18). */
function cosine(t: number): number {
  const z = t * t;
  let sum = 1 / 20922789888000;
  sum = sum * z - 1 / 87178291200;
  sum = sum * z + 1 / 479001600;
  sum = sum * z - 1 / 3628800;
  sum = sum * z + 1 / 40320;
  sum = sum * z - 1 / 720;
  sum = sum * z + 1 / 24;
  sum = sum * z - 1 / 2;
  return 1 + z * sum;
}
