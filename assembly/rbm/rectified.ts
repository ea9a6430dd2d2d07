// Samples of rectified linear units: x ~ N(t, 1) given x >= 0.
//
// Above t = -0.4 normals are drawn (Marsaglia's polar method, both of a pair tried in turn) until one is large enough: 2.9 of them at most on average.
// Below, x is exponential with rate a = (z + √(z² + 4))/2, z = -t, and taken with probability e^{-(x + z - a)²/2} (Robert 1995,
// doi:10.1007/BF00143942): 0.8 at least. Both are exact. Of a mean that is not finite they give NaN: no number would be taken, ever.

import { exp, log } from '../math';
import { fillRandom } from '../random';

/** Sizes whose squares are numbers. */
const LARGE: f64 = 1e100;

/** A number in (0, 1) at an odd multiple of 2^-33. */
// @ts-ignore: decorator
@inline function inside(bits: u32): f64 {
  return (<f64>bits + 0.5) * 2.3283064365386963e-10;
}

/** out_i ~ N(means_i, 1) given out_i >= 0, for n entries: means f64, out f32; scratch: 16 bytes. */
export function rectifiedNormals(stream: usize, scratch: usize, means: usize, out: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    const mean = load<f64>(means + ((<usize>i) << 3));
    let x: f64 = -1;
    if (!(abs(mean) < Infinity)) x = NaN;
    else if (mean > -0.4) {
      do {
        fillRandom(stream, scratch, 1);
        for (let half: usize = 0; half < 16; half += 8) {
          const a = 2.0 * inside(load<u32>(scratch + half)) - 1.0;
          const b = 2.0 * inside(load<u32>(scratch + half, 4)) - 1.0;
          const square = a * a + b * b;
          if (square < 1.0 && x < 0) {
            const factor = sqrt((-2.0 * log(square)) / square);
            x = mean + a * factor;
            if (x < 0) x = mean + b * factor;
          }
        }
      } while (x < 0);
    } else {
      // the same number where the square would overflow, and nothing would ever be taken
      const rate = mean < -LARGE ? -mean : 0.5 * (sqrt(mean * mean + 4.0) - mean);
      do {
        fillRandom(stream, scratch, 1);
        for (let half: usize = 0; half < 16; half += 8) {
          const candidate = -log(inside(load<u32>(scratch + half))) / rate;
          const from = candidate - mean - rate;
          if (x < 0 && inside(load<u32>(scratch + half, 4)) < exp(-0.5 * from * from)) x = candidate;
        }
      } while (x < 0);
    }
    store<f32>(out + ((<usize>i) << 2), <f32>x);
  }
}

/** From here on the continued fraction, below the series, which loses 22-fold there. */
const TAIL: f64 = 2;
/** Depth of the continued fraction: at z = 2 it has converged to 1e-16. */
const DEPTH: i32 = 60;
export const LOG_ROOT_TWO_PI: f64 = 0.9189385332046727;
const ROOT_HALF_PI: f64 = 1.2533141373155001;

/** K_n(z) = z + n/(z + (n+1)/(z + …)), for z >= 2. */
// @ts-ignore: decorator
@inline function fraction(z: f64, n: i32): f64 {
  let k = z;
  for (let m = DEPTH; m >= n; m--) k = z + <f64>m / k;
  return k;
}

/** e^{z²/2} ∫₀^z e^{-t²/2} dt = z + z³/3 + z⁵/15 + … */
// @ts-ignore: decorator
@inline function series(z: f64): f64 {
  let term = z;
  let sum = z;
  for (let odd: f64 = 3; abs(term) > 1e-17 * abs(sum); odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return sum;
}

/** ⟨x⟩ of N(t, 1) given x >= 0, the bits of `rectifiedMean` in src/rbm/model/rectified.ts, which says how. */
export function rectifiedMean(t: f64): f64 {
  if (t <= -TAIL) return 1.0 / fraction(-t, 2);
  if (t >= TAIL) {
    const density = exp(-(t * t) / 2.0 - LOG_ROOT_TWO_PI);
    return t + density / (1.0 - density / fraction(t, 1));
  }
  return t + 1.0 / (ROOT_HALF_PI * exp((t * t) / 2.0) + series(t));
}

/** log ∫₀^∞ e^{tx - x²/2} dx, the bits of `rectifiedLogIntegral` in src/rbm/model/rectified.ts. */
export function rectifiedLogIntegral(t: f64): f64 {
  if (t <= -TAIL) return -log(fraction(-t, 1));
  if (t < TAIL) return log(ROOT_HALF_PI * exp((t * t) / 2.0) + series(t));
  const missing = exp(-(t * t) / 2.0 - LOG_ROOT_TWO_PI) / fraction(t, 1);
  return (t * t) / 2.0 + LOG_ROOT_TWO_PI + log(1.0 - missing);
}
