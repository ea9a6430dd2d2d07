/**
 * The Ising model on a finite torus (Kaufman 1949; Ferdinand & Fisher 1969), H = -K Σ s s' in units of kT, to nearly
 * full precision at any size and coupling.
 *
 * The textbook form for m×n sites is
 *   Z = ½ (2 sinh 2K)^{mn/2} [Π 2cosh(mγ_q/2) + Π 2sinh(mγ_q/2)]  over odd q  +  [the same]  over even q,  0 ≤ q < 2n,
 *   cosh γ_q = cosh²2K/sinh 2K - cos θ_q,  θ_q = πq/n,
 * where γ_0 changes sign at K_c and sums of large numbers cancel at weak and at strong coupling. What is computed here
 * is the same Z as a sum of two positive terms. Put t = tanh K below K_c and t = e^{-2K} above (each is the other's
 * dual, both ≤ √2 - 1), and
 *   D = 1 - 2t cos θ + t²,  b = (1 + t²)(1 - t² - 2t cos θ),  η = the positive root of η² + bη - 4t⁴ sin²θ,
 *   e^{-γ} = t(1 - t²)/(D + η),  u = e^{-mγ}.
 * Since Π D = (1 ± t^n)² (+ over odd q, - over even), a sector has the weight
 *   P = (1 ± t^n)^m Π (1 + η/D)^{m/2},
 * and with Ev and Od the sums over products of an even and an odd number of factors u, Ev ± Od = Π (1 ± u),
 *   Z = 2^N cosh^{2N} K [P_odd Ev_odd + P_even Od_even]   below K_c,
 *   Z = e^{2NK}         [P_odd Ev_odd + P_even Ev_even]   above,
 * which agree at K_c because u_0 = 1 there. η is of order t⁴, so the difference from free spins, or from the ground
 * state, is computed directly. First and second derivatives are analytic; there are no finite differences.
 */

import { finite, integer, refuse } from '../util/check.js';
import { distanceToCritical } from './onsager.js';

/** ln Z and its derivatives on a torus. */
export interface TorusAnswer {
  /** ln Z of the whole torus. */
  logPartition: number;
  /** u = -(1/N) d ln Z/dK: energy per site in units of J. */
  energy: number;
  /** C = K² (1/N) d² ln Z/dK²: specific heat per site in units of k. */
  specificHeat: number;
}

/** A function of t: its value and its first and second derivative. */
type Jet = [value: number, first: number, second: number];

/**
 * ln Z, energy and specific heat of the rows×columns torus with one coupling.
 *
 * Two neighbours along a side of length 2 share two bonds, as everywhere in this package: 2N bonds at every size.
 * Relative error below 1e-12 for all three, usually 1e-15 (tested up to 1024×1024, K from 1e-6 to 10, K_c included),
 * with one exception: with both sides 2 or 3, the specific heat loses digits at strong coupling, a relative error of
 * about 1e-17 e^{4K} (1e-12 at K = 3, 1e-8 at K = 5). Use `enumerate` for such a torus. Costs O(rows + columns).
 * @param rows sites along one side, from 2 to 2²⁴
 * @param columns sites along the other side, from 2 to 2²⁴
 * @param coupling K = J/kT, a finite number; < 0 where both sides are even: flipping every second spin maps it to a
 *   ferromagnet, Z(-K) = Z(K), u(-K) = -u(K). With an odd side an antiferromagnet is frustrated, which is another
 *   model: see `solveStrip`, up to width 10
 * @throws TypeError for a wrong kind of argument, RangeError for a value out of range, and for K < 0 with an odd side
 */
export function kaufman(rows: number, columns: number, coupling: number): TorusAnswer {
  integer('rows', rows, 2, 2 ** 24);
  integer('columns', columns, 2, 2 ** 24);
  if (finite('coupling', coupling) < 0) {
    if (rows % 2 || columns % 2) {
      refuse(
        'coupling',
        'number >= 0 with an odd side, around which an antiferromagnet is frustrated (see solveStrip)',
        coupling,
      );
    }
    const { energy, ...even } = kaufman(rows, columns, -coupling);
    return { ...even, energy: 0 - energy };
  }
  const sites = rows * columns;
  if (coupling < 1e-20) return almostFree(rows, columns, coupling);
  if (coupling > 100) return { logPartition: 2 * sites * coupling + Math.LN2, energy: -2, specificHeat: 0 };

  // The longer side has the modes: its t^n is smaller, and the sum over u treats the shorter side without cancellation.
  const m = Math.min(rows, columns);
  const n = Math.max(rows, columns);
  const distance = distanceToCritical(coupling);
  const ordered = distance > 0;
  const t = ordered ? Math.exp(-2 * coupling) : Math.tanh(coupling);
  const [value, first, second] = logBracket(m, n, t, criticalGap(coupling, t, distance), ordered);

  const perSite = { value: 0, first: 0, second: 0 };
  if (ordered) {
    perSite.value = 2 * coupling;
    perSite.first = 2 - (2 * t * first) / sites;
    perSite.second = (4 * (t * t * second + t * first)) / sites;
  } else {
    const slope = 1 - t * t;
    perSite.value = Math.LN2 - Math.log1p(-t * t);
    perSite.first = 2 * t + (slope * first) / sites;
    perSite.second = 2 * slope + (slope * (slope * second - 2 * t * first)) / sites;
  }
  return {
    logPartition: sites * perSite.value + value,
    energy: -perSite.first,
    specificHeat: coupling * coupling * perSite.second,
  };
}

/**
 * Leading order in K, ln Z = N ln 2 + ½ Σ K_pair², where a pair with two bonds has K_pair = 2K; exact in double
 * precision below 1e-15.
 */
function almostFree(rows: number, columns: number, coupling: number): TorusAnswer {
  const squares = (rows === 2 ? 2 : 1) + (columns === 2 ? 2 : 1);
  return {
    logPartition: rows * columns * Math.LN2,
    energy: coupling === 0 ? 0 : -squares * coupling,
    specificHeat: squares * coupling * coupling,
  };
}

/**
 * 1 - 2t - t² = (t_c - t)(t + 1 + √2), t_c = √2 - 1: zero at K_c, and there to full relative precision.
 * @param t tanh K up to K_c, e^{-2K} above
 * @param distance K - K_c, from `distanceToCritical`
 */
export function criticalGap(coupling: number, t: number, distance: number): number {
  const below =
    distance > 0
      ? (Math.SQRT2 - 1) * -Math.expm1(-2 * distance)
      : Math.sinh(-distance) / (Math.cosh(coupling) * Math.cosh(coupling - distance));
  return below * (t + 1 + Math.SQRT2);
}

/** The logarithm of the bracket in the formulas for Z above, as a function of t. */
function logBracket(m: number, n: number, t: number, gap: number, ordered: boolean): Jet {
  const odd = sector(m, n, 1, t, gap);
  const even = sector(m, n, 0, t, gap);
  const [g, g1, g2] = even.logEven.map((x, k) => x - odd.logEven[k]);
  const [f, f1, f2] = ordered ? [1, 0, 0] : even.oddOverEven;
  const scale = Math.exp(g);
  const x = scale * f;
  const x1 = scale * (g1 * f + f1);
  const x2 = scale * ((g2 + g1 * g1) * f + 2 * g1 * f1 + f2);
  const [l, l1, l2] = odd.logEven;
  const slope = x1 / (1 + x);
  return [l + Math.log1p(x), l1 + slope, l2 + x2 / (1 + x) - slope * slope];
}

/**
 * One sector: ln(P Ev) and Od/Ev, over q of the given parity.
 * Od/Ev adds up like a hyperbolic tangent, (τ, u) → (τ + u)/(1 + τu), while Ev takes the factor 1 + τu.
 */
function sector(m: number, n: number, parity: 0 | 1, t: number, gap: number): { logEven: Jet; oddOverEven: Jet } {
  const logEven = logOnePlusPower(m, n, parity === 1 ? 1 : -1, t);
  const lost: Jet = [0, 0, 0];
  let tau: Jet = [0, 0, 0];
  for (let q = parity; q < 2 * n; q += 2) {
    const { logWeight, u } = mode(m, n, q, t, gap);
    const [a, a1, a2] = tau;
    const [c, c1, c2] = u;
    const factor = 1 + a * c;
    const slope = (a1 * c + a * c1) / factor;
    const curve = (a2 * c + 2 * a1 * c1 + a * c2) / factor;
    const terms = [logWeight[0] + Math.log1p(a * c), logWeight[1] + slope, logWeight[2] + curve - slope * slope];
    // Kahan's sum: the two sectors are compared by the exponential of a small difference of two sums of order N.
    for (let k = 0; k < 3; k++) {
      const term = terms[k] - lost[k];
      const sum = logEven[k] + term;
      lost[k] = sum - logEven[k] - term;
      logEven[k] = sum;
    }
    const value = (a + c) / factor;
    // (1 - c²)a' + (1 - a²)c' is the derivative without its cancelling part.
    const first = ((1 - c * c) * a1 + (1 - a * a) * c1) / (factor * factor);
    tau = [value, first, (a2 + c2) / factor - 2 * first * slope - value * curve];
  }
  return { logEven, oddOverEven: tau };
}

/** m ln(1 ± t^n). */
function logOnePlusPower(m: number, n: number, sign: 1 | -1, t: number): Jet {
  const power = sign * t ** n;
  const slope = (n * power) / t / (1 + power);
  const curve = (n * (n - 1) * power) / t / t / (1 + power);
  return [m * Math.log1p(power), m * slope, m * (curve - slope * slope)];
}

/** (m/2) ln(1 + η/D) and u = e^{-mγ} of mode q. */
function mode(m: number, n: number, q: number, t: number, gap: number): { logWeight: Jet; u: Jet } {
  // θ and 2π - θ are the same mode; the smaller one has the more accurate sine.
  const half = (Math.PI * Math.min(q, 2 * n - q)) / (2 * n);
  const sineHalf = Math.sin(half);
  const versine = 2 * sineHalf * sineHalf;
  const cosine = 1 - versine;
  const sine2 = (2 * sineHalf * Math.cos(half)) ** 2;

  const squared = 1 - t * t;
  const d = (1 - t) ** 2 + 2 * t * versine;
  const d1 = 2 * (t - cosine);
  const [h, h1, h2] = eta(t, cosine, sine2, gap + 2 * t * versine);

  const w = h / d;
  const w1 = (h1 - w * d1) / d;
  const w2 = (h2 - 2 * w1 * d1 - 2 * w) / d;
  const slope = w1 / (1 + w);
  const logWeight: Jet = [(m / 2) * Math.log1p(w), (m / 2) * slope, (m / 2) * (w2 / (1 + w) - slope * slope)];

  // e^γ - 1 = (D + η)/(t(1 - t²)) - 1, as a sum of positive terms: γ_0 vanishes at K_c.
  const gamma = Math.log1p(((1 - t) * gap + 2 * t * versine + h) / (t * squared));
  const ratio = (d1 + h1) / (d + h);
  const rate = -m * (ratio - 1 / t + (2 * t) / squared);
  const bend = -m * ((2 + h2) / (d + h) - ratio * ratio + 1 / (t * t) + (2 * (1 + t * t)) / (squared * squared));
  const u = Math.exp(-m * gamma);
  return { logWeight, u: [u, rate * u, (rate * rate + bend) * u] };
}

/**
 * The positive root of η² + bη - 4t⁴ sin²θ and its derivatives by t, b = (1 + t²)(1 - t² - 2t cos θ).
 * @param bracket 1 - t² - 2t cos θ, which is 0 for θ = 0 at K_c
 */
function eta(t: number, cosine: number, sine2: number, bracket: number): Jet {
  if (sine2 === 0) return [0, 0, 0];
  const b = (1 + t * t) * bracket;
  const b1 = -2 * cosine * (1 + 3 * t * t) - 4 * t ** 3;
  const b2 = -12 * t * (t + cosine);
  const root = Math.sqrt(b * b + 16 * sine2 * t ** 4);
  const value = (8 * sine2 * t ** 4) / (b + root);
  const first = (16 * sine2 * t ** 3 - b1 * value) / root;
  const second = (48 * sine2 * t * t - b2 * value - 2 * first * (b1 + first)) / root;
  return [value, first, second];
}
