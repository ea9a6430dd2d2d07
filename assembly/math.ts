// exp, log, sigmoid, softplus from IEEE additions, multiplications and divisions alone, in a fixed order: the same bits on every engine.
//
// function    argument         largest error (test/assembly/math.test.ts measures them)
// exp         f64              0.9 ulp where the result is normal
// log         f64 > 0          1 ulp
// softplus    f64              2.7 ulp
// sigmoid     f64              2.2 ulp; 0 below -709.78, where the truth is 6e-309 at most
// exp4        f32x4 in ±87     3.2 ulp of f32 (2.7e-7 relative)
// sigmoid4    f32x4            3.5 ulp of f32 (3e-7 relative); exactly 0 below -87 and exactly 1 above 17

const LOG2E: f64 = 1.4426950408889634;
const LN2_HIGH: f64 = 6.93147180369123816490e-01; // 32 leading bits of ln 2, so that k·LN2_HIGH is exact
const LN2_LOW: f64 = 1.90821492927058770002e-10;

/** 2^k for k in [-1022, 1023]. */
// @ts-ignore: decorator
@inline function power2(k: i32): f64 {
  return reinterpret<f64>(<i64>(k + 1023) << 52);
}

/** eˣ: x = k ln 2 + r, |r| <= ½ ln 2, and the Taylor series of e^r to r¹³ (remainder 4e-18). */
export function exp(x: f64): f64 {
  if (x != x) return x;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019412) return 0;
  const k = nearest(x * LOG2E);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  let sum: f64 = 1.0 / 6227020800.0;
  sum = sum * r + 1.0 / 479001600.0;
  sum = sum * r + 1.0 / 39916800.0;
  sum = sum * r + 1.0 / 3628800.0;
  sum = sum * r + 1.0 / 362880.0;
  sum = sum * r + 1.0 / 40320.0;
  sum = sum * r + 1.0 / 5040.0;
  sum = sum * r + 1.0 / 720.0;
  sum = sum * r + 1.0 / 120.0;
  sum = sum * r + 1.0 / 24.0;
  sum = sum * r + 1.0 / 6.0;
  sum = sum * r + 0.5;
  // 1 + r + r²·sum, with the rounding error of r = high - low put back where it matters
  const error = (high - r) - low;
  const result = 1.0 + (r + (r * r * sum + error));
  const n = <i32>k;
  if (n > 1023) return result * 2.0 * power2(n - 1);
  if (n < -1021) return result * power2(n + 60) * power2(-60);
  return result * power2(n);
}

/** Σ s^(2k) / (2k + 3) for k = 0..n: the tail of 2 artanh(s) = 2s + 2s³·Σ, for s² < 0.03. */
// @ts-ignore: decorator
@inline function artanhTail(z: f64): f64 {
  let sum: f64 = 1.0 / 23.0;
  sum = sum * z + 1.0 / 21.0;
  sum = sum * z + 1.0 / 19.0;
  sum = sum * z + 1.0 / 17.0;
  sum = sum * z + 1.0 / 15.0;
  sum = sum * z + 1.0 / 13.0;
  sum = sum * z + 1.0 / 11.0;
  sum = sum * z + 1.0 / 9.0;
  sum = sum * z + 1.0 / 7.0;
  sum = sum * z + 1.0 / 5.0;
  return sum * z + 1.0 / 3.0;
}

/** log(1 + f) + k ln 2 for 1 + f in [√½, √2]: s = f/(2 + f), log(1 + f) = f - s(f - 2s²Σ) without cancellation. */
// @ts-ignore: decorator
@inline function logOf(f: f64, k: f64): f64 {
  const s = f / (2.0 + f);
  const z = s * s;
  const tail = 2.0 * z * artanhTail(z);
  return k * LN2_HIGH - ((s * (f - tail) - k * LN2_LOW) - f);
}

/** Natural logarithm; -∞ at 0, NaN below. */
export function log(x: f64): f64 {
  if (x != x || x == Infinity) return x;
  if (x < 0) return NaN;
  if (x == 0) return -Infinity;
  let k: i32 = 0;
  if (x < 2.2250738585072014e-308) {
    x *= 18014398509481984.0; // 2^54
    k = -54;
  }
  let bits = reinterpret<i64>(x);
  k += <i32>(bits >> 52) - 1023;
  bits = (bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000;
  let m = reinterpret<f64>(bits);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    k++;
  }
  return logOf(m - 1.0, <f64>k);
}

/** log(1 + eˣ), without overflow and without losing a small eˣ. */
export function softplus(x: f64): f64 {
  const e = exp(-abs(x));
  const small = e < 0.41 ? logOf(e, 0.0) : log(1.0 + e);
  return max(x, 0.0) + small;
}

/** 1/(1 + e^-x) in f64. */
export function sigmoid(x: f64): f64 {
  return 1.0 / (1.0 + exp(-x));
}

/** eˣ of four floats, x clamped to ±87: rounding by a magic constant, Taylor series to r⁶, scaling in the exponent bits. */
// @ts-ignore: decorator
@inline export function exp4(x: v128): v128 {
  const clamped = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87.0)), f32x4.splat(87.0)); // one instruction each; min and max are eight
  const shifted = f32x4.add(f32x4.mul(clamped, f32x4.splat(1.44269504)), f32x4.splat(12582912.0));
  const k = f32x4.sub(shifted, f32x4.splat(12582912.0));
  let r = f32x4.sub(clamped, f32x4.mul(k, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(k, f32x4.splat(-2.12194440e-4)));
  let sum = f32x4.add(f32x4.mul(r, f32x4.splat(1.0 / 720.0)), f32x4.splat(1.0 / 120.0));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 24.0));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 6.0));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(0.5));
  sum = f32x4.add(f32x4.mul(f32x4.mul(sum, r), r), f32x4.add(r, f32x4.splat(1.0)));
  // the magic constant leaves k in the low bits of `shifted`; shl drops the rest
  return i32x4.add(sum, i32x4.shl(shifted, 23));
}

/** eˣ of two doubles x <= 0, the bits of `exp`; exactly 0 below -708, where `exp` still has 1e-308 and less. */
// @ts-ignore: decorator
@inline export function expPair(x: v128): v128 {
  const shifted = f64x2.add(f64x2.mul(x, f64x2.splat(LOG2E)), f64x2.splat(6755399441055744.0));
  const k = f64x2.sub(shifted, f64x2.splat(6755399441055744.0));
  const high = f64x2.sub(x, f64x2.mul(k, f64x2.splat(LN2_HIGH)));
  const low = f64x2.mul(k, f64x2.splat(LN2_LOW));
  const r = f64x2.sub(high, low);
  let sum = f64x2.splat(1.0 / 6227020800.0);
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 479001600.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 39916800.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 3628800.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 362880.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 40320.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 5040.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 720.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 120.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 24.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 6.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(0.5));
  const error = f64x2.sub(f64x2.sub(high, r), low);
  const mantissa = f64x2.add(f64x2.splat(1.0), f64x2.add(r, f64x2.add(f64x2.mul(f64x2.mul(r, r), sum), error)));
  // the magic constant 1.5·2⁵² leaves k in the low bits of `shifted`; shl drops the rest
  const result = i64x2.add(mantissa, i64x2.shl(shifted, 52));
  return v128.and(result, f64x2.ge(x, f64x2.splat(-708.0)));
}

/** Natural logarithm of four floats in [2^-126, ∞): x = 2^k(1 + f), 1 + f in [√½, √2), and s = f/(2 + f): k ln 2 + 2s(1 + s²/3 + … + s⁸/9). */
// @ts-ignore: decorator
@inline export function log4(x: v128): v128 {
  const k = i32x4.shr_s(i32x4.sub(x, i32x4.splat(0x3f3504f3)), 23);
  const f = f32x4.sub(i32x4.sub(x, i32x4.shl(k, 23)), f32x4.splat(1.0));
  const s = f32x4.div(f, f32x4.add(f, f32x4.splat(2.0)));
  const z = f32x4.mul(s, s);
  let sum = f32x4.add(f32x4.mul(z, f32x4.splat(1.0 / 9.0)), f32x4.splat(1.0 / 7.0));
  sum = f32x4.add(f32x4.mul(sum, z), f32x4.splat(1.0 / 5.0));
  sum = f32x4.add(f32x4.mul(sum, z), f32x4.splat(1.0 / 3.0));
  const twice = f32x4.add(s, s);
  sum = f32x4.add(f32x4.mul(f32x4.mul(sum, z), twice), twice);
  return f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(k), f32x4.splat(0.6931471805599453)), sum);
}

/** 1/(1 + e^-x) of four floats; exactly 0 below -87, so that a unit with bias -∞ neither fires nor learns. */
// @ts-ignore: decorator
@inline export function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1.0);
  const p = f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
  return v128.andnot(p, f32x4.lt(x, f32x4.splat(-87.0)));
}

/** sigmoid4 over an array, in place. Length a multiple of 4, 16-byte steps. */
export function sigmoidArray(x: usize, n: u32): void {
  for (let at = x, end = x + ((<usize>n) << 2); at < end; at += 16) v128.store(at, sigmoid4(v128.load(at)));
}

/** exp4 over an array, in place. */
export function expArray(x: usize, n: u32): void {
  for (let at = x, end = x + ((<usize>n) << 2); at < end; at += 16) v128.store(at, exp4(v128.load(at)));
}
