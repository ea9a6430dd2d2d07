/** N(mean, 1) given that it is not negative, one after another (assembly/rbm/rectified.ts); NaN for a mean that is not finite. */

import { exp, log } from './math.js';
import type { Stream } from './streams.js';

/** An open uniform number from 32 bits. */
const inside = (bits: number) => (bits + 0.5) / 2 ** 32;

export function rectifiedNormals(stream: Stream, means: Float64Array): Float32Array {
  return Float32Array.from(means, (mean) => {
    if (!Number.isFinite(mean)) return Number.NaN;
    // each four of numbers makes two attempts, of which the first that succeeds is taken
    for (;;) {
      const [a, b, c, d] = stream.next();
      const attempts = [
        [a, b],
        [c, d],
      ].map(([first, second]) =>
        mean > -0.4
          ? normalAbove(mean, inside(first), inside(second))
          : exponential(mean, inside(first), inside(second)),
      );
      const x = attempts.find((attempt) => attempt !== undefined);
      if (x !== undefined) return x;
    }
  });
}

/** The first of two normals, by the polar method, that makes mean + normal >= 0. */
function normalAbove(mean: number, first: number, second: number): number | undefined {
  const a = 2 * first - 1;
  const b = 2 * second - 1;
  const square = a * a + b * b;
  if (square >= 1) return undefined;
  const factor = Math.sqrt((-2 * log(square)) / square);
  return [a, b].map((side) => mean + side * factor).find((x) => x >= 0);
}

/** An exponential number, if it is accepted. */
function exponential(mean: number, first: number, second: number): number | undefined {
  const rate = mean < -1e100 ? -mean : 0.5 * (Math.sqrt(mean * mean + 4) - mean);
  const x = -log(first) / rate;
  const from = x - mean - rate;
  return second < exp(-0.5 * from * from) ? x : undefined;
}

/**
 * ⟨x⟩ of N(t, 1) given x >= 0: t + φ(t)/Φ(t), by Mills' ratio as a continued fraction where |t| >= 2, else by the series t + t³/3 + t⁵/15 + … of
 * e^{t²/2} ∫₀^t e^{-x²/2} dx.
 */
export function rectifiedMean(t: number): number {
  if (t <= -2) return 1 / fraction(-t, 2);
  if (t >= 2) {
    const density = exp(-(t * t) / 2 - 0.9189385332046727);
    return t + density / (1 - density / fraction(t, 1));
  }
  return t + 1 / (1.2533141373155001 * exp((t * t) / 2) + series(t));
}

/** log ∫₀^∞ e^{tx - x²/2} dx = log R(-t), R Mills' ratio; from t = 2 on t²/2 + log √2π + log Φ(t). */
export function rectifiedLogIntegral(t: number): number {
  if (t <= -2) return -log(fraction(-t, 1));
  if (t < 2) return log(1.2533141373155001 * exp((t * t) / 2) + series(t));
  const missing = exp(-(t * t) / 2 - 0.9189385332046727) / fraction(t, 1);
  return (t * t) / 2 + 0.9189385332046727 + log(1 - missing);
}

/** z + z³/3 + z⁵/15 + … */
function series(z: number): number {
  let term = z;
  let sum = z;
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return sum;
}

/** z + n/(z + (n+1)/(z + …)), 60 terms deep. */
function fraction(z: number, n: number): number {
  let k = z;
  for (let m = 60; m >= n; m--) k = z + m / k;
  return k;
}
