/**
 * exp, log, softplus, sigmoid, and the sine of a fraction of a turn, to 240 bits, in integers: the measure for the
 * errors of the functions that have the same bits on every engine.
 * A number is mantissa·2^(exponent - 256), the mantissa as large as the working precision asks for, not normalised.
 */

export interface Exact {
  mantissa: bigint;
  exponent: number;
}

const BITS = 256;
const ONE = 1n << BigInt(BITS);

const multiply = (a: bigint, b: bigint) => (a * b) >> BigInt(BITS);
const shift = (a: bigint, by: number) => (by >= 0 ? a << BigInt(by) : a >> BigInt(-by));

/** ln 2 = 18 artanh(1/26) - 2 artanh(1/4801) + 8 artanh(1/8749). */
const LN2 = 18n * artanh(ONE / 26n) - 2n * artanh(ONE / 4801n) + 8n * artanh(ONE / 8749n);

/** A finite double as integer·2^exponent. */
export function parts(x: number): { integer: bigint; exponent: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  const field = (high >>> 20) & 0x7ff;
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(bits.getUint32(4));
  const integer = field === 0 ? fraction : fraction | (1n << 52n);
  return { integer: high >>> 31 ? -integer : integer, exponent: Math.max(field, 1) - 1075 };
}

/** x·2²⁵⁶, rounded towards -∞ where x has bits below 2^-256. */
function fixed(x: number): bigint {
  const { integer, exponent } = parts(x);
  return shift(integer, exponent + BITS);
}

/** artanh s = s + s³/3 + s⁵/5 + …, for |s| < 1/3. */
function artanh(s: bigint): bigint {
  const square = multiply(s, s);
  let sum = 0n;
  for (let power = s, odd = 1n; power !== 0n && power !== -1n; power = multiply(power, square), odd += 2n)
    sum += power / odd;
  return sum;
}

/** eˣ = 2ᵏ·(e^(r/2¹⁶))^(2¹⁶). */
export function exactExp(x: number): Exact {
  const k = Math.round(x / Math.LN2);
  const r = (fixed(x) - BigInt(k) * LN2) >> 16n;
  let sum = ONE;
  let term = ONE;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = multiply(term, r) / n;
    sum += term;
  }
  for (let square = 0; square < 16; square++) sum = multiply(sum, sum);
  return { mantissa: sum, exponent: k };
}

/** log(1 + y)·2^-exponent for y = mantissa·2^exponent in [0, 1]: 2 artanh(y/(2 + y)), without losing a small y. */
function logOnePlus({ mantissa, exponent }: Exact): Exact {
  const y = shift(mantissa, exponent);
  // s = scaled·2^exponent
  const scaled = (mantissa << BigInt(BITS)) / (2n * ONE + y);
  const square = shift(multiply(scaled, scaled), 2 * exponent);
  let sum = 0n;
  for (let power = scaled, odd = 1n; power !== 0n; power = multiply(power, square), odd += 2n) sum += power / odd;
  return { mantissa: 2n * sum, exponent };
}

/** log x, x > 0: k ln 2 + 2 artanh((m - 1)/(m + 1)). */
export function exactLog(x: number): Exact {
  const { integer, exponent } = parts(x);
  const length = integer.toString(2).length;
  let m = integer << BigInt(BITS - length + 1); // in [1, 2)
  let k = exponent + length - 1;
  if (m > (ONE * 3n) / 2n) {
    m >>= 1n;
    k++;
  }
  return { mantissa: BigInt(k) * LN2 + 2n * artanh(((m - ONE) << BigInt(BITS)) / (m + ONE)), exponent: 0 };
}

/** log(1 + eˣ) = max(x, 0) + log(1 + e^-|x|). */
export function exactSoftplus(x: number): Exact {
  const small = logOnePlus(exactExp(-Math.abs(x)));
  return x <= 0 ? small : { mantissa: fixed(x) + shift(small.mantissa, small.exponent), exponent: 0 };
}

/** 1/(1 + e^-x), as eˣ/(1 + eˣ) for x < 0. */
export function exactSigmoid(x: number): Exact {
  const { mantissa, exponent } = exactExp(-Math.abs(x));
  const below = ONE + shift(mantissa, exponent);
  return x < 0
    ? { mantissa: (mantissa << BigInt(BITS)) / below, exponent }
    : { mantissa: (ONE << BigInt(BITS)) / below, exponent: 0 };
}

/** π = 16 arctan(1/5) - 4 arctan(1/239) (Machin). */
const PI = 16n * arctan(ONE / 5n) - 4n * arctan(ONE / 239n);

/** arctan s = s - s³/3 + s⁵/5 - …, for |s| < 1/3. */
function arctan(s: bigint): bigint {
  const square = multiply(s, s);
  let sum = 0n;
  let sign = 1n;
  for (let power = s, odd = 1n; power !== 0n; power = multiply(power, square), odd += 2n, sign = -sign) {
    sum += (sign * power) / odd;
  }
  return sum;
}

/** sin(2π part/whole) for doubles with |part/whole| below some turns: the Taylor series. */
export function exactSineOfTurn(part: number, whole: number): Exact {
  const t = (2n * PI * fixed(part)) / fixed(whole);
  const square = multiply(t, t);
  let sum = 0n;
  for (let term = t, n = 1n; term !== 0n && term !== -1n; n += 2n) {
    sum += term;
    term = -multiply(term, square) / ((n + 1n) * (n + 2n));
  }
  return { mantissa: sum, exponent: 0 };
}

/** |y - exact| in units of the last place of a double as large as `exact` (of the smallest double, where that is subnormal). */
export function ulps(y: number, exact: Exact): number {
  if (!Number.isFinite(y)) return Number.POSITIVE_INFINITY;
  const size = exact.mantissa < 0n ? -exact.mantissa : exact.mantissa;
  const leading = size.toString(2).length - 1 + exact.exponent - BITS;
  const place = Math.max(leading, -1022) - 52;
  const { integer, exponent } = parts(y);
  // both in units of 2^(place - 40)
  const error = shift(integer, exponent - place + 40) - shift(exact.mantissa, exact.exponent - BITS - place + 40);
  return Math.abs(Number(error)) / 2 ** 40;
}

/** The number as decimal digits, `digits` of them after the point. */
export function decimal({ mantissa, exponent }: Exact, digits: number): string {
  const scaled = shift(mantissa * 10n ** BigInt(digits), exponent - BITS)
    .toString()
    .padStart(digits + 1, '0');
  return `${scaled.slice(0, -digits)}.${scaled.slice(-digits)}`;
}
