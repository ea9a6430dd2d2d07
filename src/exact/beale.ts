/**
 * The density of states of the Ising model on a torus, in exact integers (P. D. Beale, PRL 76, 78 (1996), by another
 * method).
 *
 * With x = e^{-2K} and y = x², Z = e^{2NK} Σ_k g_k y^k: g_k states have 2k unsatisfied bonds, the energy -2N + 4k in
 * units of J. The polynomial is Kaufman's sum of four products, e^{2NK} ½ [Π a⁺ + Π a⁻ over odd q + the same over even
 * q], 0 ≤ q < 2n, in which the factors of q and 2n - q make
 *   V_m(A_q, b²) ± 2 b^m,  A_q = (1 + x²)² - 2x(1 - x²) cos(πq/n),  b = x(1 - x²),
 * V_m(λ + λ', λλ') = λ^m + λ'^m Lucas' sequence; q = 0 and q = n have no partner and give (1 - x)^m ± x^m (1 + x)^m and
 * (1 + x)^m ± x^m (1 - x)^m.
 *
 * Beale expanded these products by computer algebra. Here they are evaluated modulo primes p = 1 + 2N·j, where
 * cos(πq/n) is a number: a field with an element w of order 2N has e^{iπq/n} as a power of w. The values at y = w², w⁴,
 * … w^{2N} determine the g_k modulo p by a Fourier transform of length N, and primes whose product exceeds 2^N
 * determine the g_k themselves (Garner's algorithm).
 */

import { integer, refuse } from '../util/check.js';

/** Largest torus: 8192 sites, 90×90. There are enough primes of 26 bits up to here. */
const MAX_SITES = 8192;

/** Primes lie below this, so that a product of two residues is an exact double. */
const PRIME_BOUND = 2 ** 26;

/**
 * Number of states at each energy of the rows×columns torus with one ferromagnetic coupling J = 1: H = -Σ s s' over the
 * 2N bonds. Two neighbours along a side of length 2 share two bonds, as everywhere in this package. Exact;
 * `canonicalEnsemble` gives averages at any coupling from it. Costs about N² min(rows, columns) log₂ N modular products
 * of 2 ns: 0.05 s for 16×16, 0.3 s for 32×32, 6 s for 64×64, a minute for 90×90; more for long thin tori whose longer
 * side is a large prime. The calling thread is blocked meanwhile.
 * @param rows sites along one side, at least 2, even or odd
 * @param columns sites along the other side; rows·columns is at most 8192
 * @returns energy in units of J → number of states, in rising order of energy, without empty levels; the counts add up
 *   to 2^N
 * @throws TypeError for a wrong kind of argument, RangeError for a side below 2 or more than 8192 sites
 */
export function torusDensityOfStates(rows: number, columns: number): Map<number, bigint> {
  integer('rows', rows, 2, MAX_SITES / 2);
  integer('columns', columns, 2, MAX_SITES / 2);
  const sites = rows * columns;
  if (sites > MAX_SITES) refuse('rows * columns', `at most ${MAX_SITES} sites`, sites);
  const primes = primesFor(sites);
  const residues = primes.map((p) => coefficients(new Field(p), rows, columns));
  const counts = chineseRemainder(primes, residues);
  // The transform of length N gives the sum g_0 + g_N. There are two ground states, and two of the antiferromagnet if
  // it is not frustrated.
  counts[0] = 2n;
  counts[sites] = rows % 2 === 0 && columns % 2 === 0 ? 2n : 0n;
  const levels = counts.map((count, k): [number, bigint] => [4 * k - 2 * sites, count]);
  return new Map(levels.filter(([, count]) => count > 0n));
}

/** Arithmetic modulo a prime below 2²⁶; numbers are 0 … p - 1. */
class Field {
  private readonly inverseModulus: number;

  constructor(readonly p: number) {
    this.inverseModulus = 1 / p;
  }

  /** ab mod p; the quotient may be off by one, which the last line corrects. */
  times(a: number, b: number): number {
    const product = a * b;
    const rest = product - Math.floor(product * this.inverseModulus) * this.p;
    return rest < 0 ? rest + this.p : rest >= this.p ? rest - this.p : rest;
  }

  plus(a: number, b: number): number {
    const sum = a + b;
    return sum >= this.p ? sum - this.p : sum;
  }

  minus(a: number, b: number): number {
    return a < b ? a - b + this.p : a - b;
  }

  power(a: number, exponent: number): number {
    let result = 1;
    for (let square = a, e = exponent; e > 0; e = Math.floor(e / 2)) {
      if (e % 2 === 1) result = this.times(result, square);
      square = this.times(square, square);
    }
    return result;
  }

  inverse(a: number): number {
    return this.power(a, this.p - 2);
  }

  /** An element of the given order, which divides p - 1. */
  root(order: number): number {
    const factors = primeFactors(order);
    for (let g = 2; ; g++) {
      const w = this.power(g, (this.p - 1) / order);
      if (factors.every((q) => this.power(w, order / q) !== 1)) return w;
    }
  }
}

function primeFactors(n: number): number[] {
  const factors: number[] = [];
  let rest = n;
  for (let q = 2; q * q <= rest; q++) {
    if (rest % q === 0) factors.push(q);
    while (rest % q === 0) rest /= q;
  }
  return rest > 1 ? [...factors, rest] : factors;
}

/** The largest primes p = 1 mod 2N below 2²⁶ whose product exceeds 2^N, the sum of all g_k; in rising order. */
function primesFor(sites: number): number[] {
  const primes: number[] = [];
  const step = 2 * sites;
  let bits = 0;
  for (let p = PRIME_BOUND - step + 1 - (PRIME_BOUND % step); bits <= sites; p -= step) {
    if (primeFactors(p)[0] !== p) continue;
    primes.push(p);
    bits += Math.floor(Math.log2(p) * 1024) / 1024;
  }
  return primes.reverse();
}

/** g_0 + g_N, g_1, … g_{N-1} modulo p. */
function coefficients(field: Field, rows: number, columns: number): Float64Array {
  // The longer side is the exponent, whose cost is logarithmic; the shorter side has the modes.
  const m = Math.max(rows, columns);
  const n = Math.min(rows, columns);
  const sites = m * n;
  const w = field.root(2 * sites);
  // 2 cos(πq/n) for the q that come in pairs.
  const cosines = Float64Array.from({ length: n }, (_, q) => {
    const phase = field.power(w, m * q);
    return field.plus(phase, field.inverse(phase));
  });
  const values = new Float64Array(sites);
  for (let i = 0, x = 1; i < sites; i++, x = field.times(x, w)) values[i] = partition(field, m, cosines, x);
  const scale = field.inverse(sites);
  return transform(field, values, field.inverse(field.times(w, w))).map((sum) => field.times(sum, scale));
}

/** Σ_k g_k x^{2k}. */
function partition(field: Field, m: number, cosines: Float64Array, x: number): number {
  const n = cosines.length;
  const x2 = field.times(x, x);
  const b = field.times(x, field.minus(1, x2));
  const square = field.times(field.plus(1, x2), field.plus(1, x2));
  const lucas = new Lucas(field, m, field.times(b, b));
  const edge = field.power(b, m);
  const twice = field.plus(edge, edge);
  const xm = field.power(x, m);
  const less = field.power(field.minus(1, x), m);
  const more = field.power(field.plus(1, x), m);
  const lowest = [less, field.times(xm, more)];
  const highest = [more, field.times(xm, less)];

  let total = 0;
  for (const parity of [1, 0]) {
    let plus = 1;
    let minus = 1;
    const alone = parity === 0 ? [lowest] : [];
    if (n % 2 === parity) alone.push(highest);
    for (const [first, second] of alone) {
      plus = field.times(plus, field.plus(first, second));
      minus = field.times(minus, field.minus(first, second));
    }
    for (let q = parity === 1 ? 1 : 2; q < n; q += 2) {
      const v = lucas.at(field.minus(square, field.times(b, cosines[q])));
      plus = field.times(plus, field.plus(v, twice));
      minus = field.times(minus, field.minus(v, twice));
    }
    total = field.plus(total, field.plus(plus, minus));
  }
  return field.times(total, (field.p + 1) / 2);
}

/**
 * Lucas' sequence V_m(P, Q) for many P at one Q, by V_{2k} = V_k² - 2Q^k and V_{2k+1} = V_k V_{k+1} - P Q^k. A ladder
 * of two neighbours reaches the odd part of m; doublings do the rest.
 */
class Lucas {
  /** The bits of the odd part of m below its highest one. */
  private readonly bits: boolean[] = [];
  /** Q^k before each of the bits, then before each doubling. */
  private readonly powers: number[] = [];

  constructor(
    private readonly field: Field,
    m: number,
    private readonly q: number,
  ) {
    const odd = m / (m & -m);
    for (let bit = 30 - Math.clz32(odd); bit >= 0; bit--) this.bits.push(((odd >>> bit) & 1) === 1);
    const doublings = Math.log2(m & -m);
    let power = q;
    for (const bit of [...this.bits, ...Array.from({ length: doublings }, () => false)]) {
      this.powers.push(power);
      power = field.times(power, bit ? field.times(power, q) : power);
    }
  }

  at(p: number): number {
    const { field, bits, powers, q } = this;
    let v = p;
    if (bits.length > 0) {
      let next = this.double(p, q);
      for (let k = 0; k < bits.length; k++) {
        const middle = field.minus(field.times(v, next), field.times(p, powers[k]));
        if (bits[k]) {
          next = this.double(next, field.times(powers[k], q));
          v = middle;
        } else {
          v = this.double(v, powers[k]);
          next = middle;
        }
      }
    }
    for (let k = bits.length; k < powers.length; k++) v = this.double(v, powers[k]);
    return v;
  }

  /** V_{2k} from V_k and Q^k. */
  private double(v: number, power: number): number {
    return this.field.minus(this.field.times(v, v), this.field.plus(power, power));
  }
}

/**
 * Σ_i values_i root^{ik} for all k, in steps of the prime factors q of the length (Cooley and Tukey): about length·Σq
 * products.
 */
function transform(field: Field, values: Float64Array, root: number): Float64Array {
  const length = values.length;
  if (length === 1) return values;
  const q = primeFactors(length)[0];
  const size = length / q;
  const below = field.power(root, q);
  const parts = Array.from({ length: q }, (_, r) => {
    return transform(
      field,
      Float64Array.from({ length: size }, (_, i) => values[q * i + r]),
      below,
    );
  });
  const result = new Float64Array(length);
  for (let k = 0, step = 1; k < length; k++, step = field.times(step, root)) {
    let sum = 0;
    for (let r = q - 1; r >= 0; r--) sum = field.plus(field.times(sum, step), parts[r][k % size]);
    result[k] = sum;
  }
  return result;
}

/** The integers in [0, Π p) with the given residues, p in rising order, by their digits d₀ + p₀ (d₁ + p₁ (d₂ + …)). */
function chineseRemainder(primes: readonly number[], residues: readonly Float64Array[]): bigint[] {
  const fields = primes.map((p) => new Field(p));
  const inverses = fields.map((field, j) => Float64Array.from(primes.slice(0, j), (p) => field.inverse(p)));
  const bases = primes.map(BigInt);
  const digits = new Float64Array(primes.length);
  return Array.from(residues[0], (_, k) => {
    fields.forEach((field, j) => {
      let digit = residues[j][k];
      for (let i = 0; i < j; i++) digit = field.times(field.minus(digit, digits[i]), inverses[j][i]);
      digits[j] = digit;
    });
    let value = 0n;
    for (let j = primes.length - 1; j >= 0; j--) value = value * bases[j] + BigInt(digits[j]);
    return value;
  });
}
