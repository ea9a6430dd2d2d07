/**
 * exp and log as assembly/math.ts computes them: the same IEEE operations in the same order, so the same bits. How near they are to the true values is
 * another question: see exact.ts.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** 1/n! for n = 13, 12, …, 2. */
const INVERSE_FACTORIALS = [6227020800, 479001600, 39916800, 3628800, 362880, 40320, 5040, 720, 120, 24, 6, 2].map(
  (factorial) => 1 / factorial,
);

/** The nearest integer, ties to even, for |x| < 2⁵¹: beyond 2⁵² a double has no bits left for a fraction. */
export function nearest(x: number): number {
  return x + 1.5 * 2 ** 52 - 1.5 * 2 ** 52;
}

/** eˣ = 2ᵏ·eʳ with |r| <= ½ ln 2. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019412) return 0;
  const k = nearest(x * Math.LOG2E);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  let sum = 0;
  for (const coefficient of INVERSE_FACTORIALS) sum = sum * r + coefficient;
  const error = high - r - low;
  const result = 1 + (r + (r * r * sum + error));
  if (k > 1023) return result * 2 * 2 ** (k - 1);
  if (k < -1021) return result * 2 ** (k + 60) * 2 ** -60;
  return result * 2 ** k;
}

/** log x = k ln 2 + log(1 + f) with 1 + f in [√½, √2]. */
export function log(x: number): number {
  if (Number.isNaN(x) || x === Infinity) return x;
  if (x < 0) return Number.NaN;
  if (x === 0) return -Infinity;
  let m = x;
  let k = 0;
  for (; m >= 2; k++) m /= 2;
  for (; m < 1; k--) m *= 2;
  if (m > Math.SQRT2) {
    m *= 0.5;
    k++;
  }
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  let sum = 1 / 23;
  for (let odd = 21; odd >= 3; odd -= 2) sum = sum * z + 1 / odd;
  const tail = 2 * z * sum;
  return k * LN2_HIGH - (s * (f - tail) - k * LN2_LOW - f);
}
