/**
 * The Ising chain in a field by its 2×2 transfer matrix, H = -K Σ sᵢsᵢ₊₁ - B Σ sᵢ in units of kT; and its
 * renormalization by decimation.
 *
 * T(s, s') = e^{K s s' + B(s + s')/2} has eigenvalues λ± = e^K cosh B ± R, R = √(e^{2K} sinh² B + e^{-2K}); in the
 * basis of its eigenvectors a spin is the matrix [[c, -s], [-s, -c]], c = e^K sinh B / R, s = e^{-K}/R. All formulas
 * below are in terms of ρ = λ₋/λ₊, which lies in (-1, 1), so that no length and no coupling overflows. Source: Kramers
 * & Wannier 1941; Baxter 1982, ch. 2.
 */

import { finite, integer, knownOptions } from '../util/check.js';
import {
  applyMatrix,
  type CumulantMatrix,
  type CumulantVector,
  matrixPower,
  plus,
  times,
  weight,
} from './cumulants.js';

/** A chain: its length and its uniform coupling and field. */
export interface ChainModel {
  /** Number of spins; at least 2 on a ring, where two spins share two bonds; at least 1 on an open chain. */
  sites: number;
  /** K = J/kT, any sign. */
  coupling: number;
  /** B = field/kT, any sign; default 0. */
  field?: number;
}

/** Exact results for a ring. */
export interface RingAnswer {
  /** ln Z. */
  logPartition: number;
  /** Mean of the whole H, in units of kT. */
  energy: number;
  /** ⟨H²⟩ - ⟨H⟩² of the whole ring: its heat capacity in units of k, when K and B scale as 1/T. */
  heatCapacity: number;
  /** ⟨s⟩, the same at every site. */
  magnetisation: number;
  /**
   * ⟨s₀ s_r⟩ (not the connected part), r any integer from 0 to `sites`.
   * @throws TypeError if not a number, RangeError if out of range
   */
  correlation(distance: number): number;
}

/** Exact results for an open chain; sites are numbered from 0. */
export interface OpenChainAnswer {
  /** ln Z. */
  logPartition: number;
  /** Mean of the whole H, in units of kT. */
  energy: number;
  /**
   * ⟨sᵢ⟩.
   * @throws TypeError if not a number, RangeError if there is no such site
   */
  magnetisation(site: number): number;
  /**
   * ⟨sᵢ sⱼ⟩ (not the connected part).
   * @throws TypeError if not numbers, RangeError if there is no such site
   */
  correlation(first: number, second: number): number;
}

/** The transfer matrix, diagonalised. */
interface Spectrum {
  /** ln λ₊. */
  logLargest: number;
  /** Sign of ρ = λ₋/λ₊: that of K. */
  sign: number;
  /** ln |ρ|; -Infinity at K = 0. */
  logRatio: number;
  /** ln(-ln |ρ|), to full precision where ρ rounds to ±1. */
  logRate: number;
  /** 1 - ρ = 2R/λ₊. */
  gap: number;
  /** c = e^K sinh B / R. */
  cosine: number;
  /** ln |c|; -Infinity without field. */
  logCosine: number;
  /** s = e^{-K} / R. */
  sine: number;
}

const CHAIN_MODEL = ['sites', 'coupling', 'field'] as const;

function spectrum(coupling: number, field: number): Spectrum {
  const b = Math.abs(field);
  // R² = e^{2K} sinh² B + e^{-2K}: both terms are scaled by the larger one, and λ₊ by its own scale, so that neither
  // underflows.
  const logLeg = b === 0 ? Number.NEGATIVE_INFINITY : coupling + logSinh(b);
  const rootScale = Math.max(logLeg, -coupling);
  const leg = Math.exp(logLeg - rootScale);
  const off = Math.exp(-coupling - rootScale);
  const root = Math.hypot(leg, off);
  const scale = Math.max(coupling + b, -coupling);
  const mean = (Math.exp(coupling + b - scale) + Math.exp(coupling - b - scale)) / 2;
  const scaledRoot = root * Math.exp(rootScale - scale);
  const largest = mean + scaledRoot;
  // 1 - |ρ| in a form that is accurate when |ρ| is near 1; from ln|λ₊λ₋| = ln|2 sinh 2K| when it is not.
  const lack = (coupling > 0 ? 2 * scaledRoot : 2 * mean) / largest;
  const logLargest = scale + Math.log(largest);
  const logRatio = lack < 0.5 ? Math.log1p(-lack) : Math.LN2 + logSinh(2 * Math.abs(coupling)) - 2 * logLargest;
  const logLack = Math.LN2 + (coupling > 0 ? rootScale + Math.log(root) : coupling + logCosh(b)) - logLargest;
  return {
    logLargest,
    sign: Math.sign(coupling),
    logRatio,
    logRate: lack > 1e-16 ? Math.log(-logRatio) : logLack,
    gap: (2 * scaledRoot) / largest,
    cosine: (Math.sign(field) * leg) / root,
    logCosine: logLeg - rootScale - Math.log(root),
    sine: off / root,
  };
}

/** ln sinh x for x ≥ 0, -Infinity at 0. */
function logSinh(x: number): number {
  return x - Math.LN2 + Math.log(-Math.expm1(-2 * x));
}

/** ln cosh x for x ≥ 0. */
function logCosh(x: number): number {
  return x - Math.LN2 + Math.log1p(Math.exp(-2 * x));
}

/** ρ^k. */
function power({ sign, logRatio }: Spectrum, k: number): number {
  return k === 0 ? 1 : sign ** k * Math.exp(k * logRatio);
}

/** 1 - ρ^k, or 1 + ρ^k for side = 1, without cancellation. */
function oneAnd(side: 1 | -1, { sign, logRatio }: Spectrum, k: number): number {
  if (k === 0) return 1 + side;
  return side * sign ** k < 0 ? -Math.expm1(k * logRatio) : 1 + sign ** k * side * Math.exp(k * logRatio);
}

function checkModel(model: ChainModel, least: number): { sites: number; coupling: number; field: number } {
  return {
    sites: integer('sites', model.sites, least),
    coupling: finite('coupling', model.coupling),
    field: finite('field', model.field ?? 0),
  };
}

/** ln(1 - ρ^k), or ln(1 + ρ^k) for side = 1, also where 1 - |ρ|^k is below the smallest double. */
function logOneAnd(side: 1 | -1, matrix: Spectrum, k: number): number {
  const value = oneAnd(side, matrix, k);
  return value > 1e-15 ? Math.log(value) : Math.log(k) + matrix.logRate;
}

/** |K| beyond which c is too inaccurate in the field, which still decides between the two states of a bond. */
const STRONG = 1e3;

/** e^{-|K|} T as sums of weights. */
function transferMatrix(coupling: number, field: number): CumulantMatrix {
  const pair = coupling - Math.abs(coupling);
  const off = weight(-coupling - Math.abs(coupling));
  return { reference: 0, up: weight(pair + field), off, down: weight(pair - field) };
}

/**
 * The periodic chain: Z = λ₊^N + λ₋^N, ⟨s₀ s_r⟩ = c² + s² (ρ^r + ρ^{N-r})/(1 + ρ^N), ⟨s⟩ = c (1 - ρ^N)/(1 + ρ^N). An
 * odd antiferromagnetic ring, where 1 + ρ^N → 0, is accurate at any coupling. Relative error about 1e-14 of ln Z and
 * energy, 1e-13 of the heat capacity and ⟨s⟩, larger where K and B enter through a small difference 2K ± B; absolute
 * error of correlations 1e-15.
 * @throws TypeError for a wrong kind of argument, RangeError for fewer than 2 sites, a coupling or field that is not
 *   finite
 */
export function solveRing(model: ChainModel): RingAnswer {
  knownOptions('solveRing', model, CHAIN_MODEL, 'model');
  const { sites, coupling, field } = checkModel(model, 2);
  const matrix = spectrum(coupling, field);
  const { cosine, sine } = matrix;
  const total = oneAnd(1, matrix, sites);
  const logTotal = logOneAnd(1, matrix, sites);
  // (1 + ρ^k)/(1 + ρ^N); both vanish on an odd antiferromagnetic ring as |ρ| → 1, in the ratio k/N
  const ratio = (k: number): number => (total > 1e-15 ? oneAnd(1, matrix, k) / total : k / sites);
  const at = (r: number): number => {
    const near = Math.min(r, sites - r);
    return cosine * cosine + sine * sine * power(matrix, near) * ratio(sites - 2 * near);
  };
  const { up, down } = matrixPower(transferMatrix(coupling, field), sites);
  const magnetisation =
    Math.abs(coupling) > STRONG
      ? Math.tanh((up.log - down.log) / 2)
      : Math.sign(field) * Math.exp(matrix.logCosine + logOneAnd(-1, matrix, sites) - logTotal);
  return {
    logPartition: sites * matrix.logLargest + logTotal,
    energy: 0 - sites * (coupling * at(1) + field * magnetisation),
    heatCapacity: plus(up, down).variance,
    magnetisation,
    correlation: (distance) => at(integer('distance', distance, 0, sites)),
  };
}

/**
 * The open chain: Z = λ₊^{N-1} (p² + q² ρ^{N-1}), p and q the components of (e^{B/2}, e^{-B/2}) along the eigenvectors.
 * Where that sum cancels, as for an antiferromagnet in a field, powers of T are computed in logarithms. Relative error
 * about 1e-14 of ln Z and 1e-12 of the energy; of ⟨sᵢ⟩ and ⟨sᵢ sⱼ⟩ 1e-15 absolute, times |K| + |B| where that is larger
 * than 1.
 * @throws TypeError for a wrong kind of argument, RangeError for no site, a coupling or field that is not finite
 */
export function solveOpenChain(model: ChainModel): OpenChainAnswer {
  knownOptions('solveOpenChain', model, CHAIN_MODEL, 'model');
  const { sites, coupling, field } = checkModel(model, 1);
  const site = (name: string, value: number): number => integer(name, value, 0, sites - 1);
  if (Math.abs(coupling) + Math.abs(field) > WEAK) {
    const { magnetisation, correlation, ...thermal } = byWeights(sites, coupling, field);
    return {
      ...thermal,
      magnetisation: (i) => magnetisation(site('site', i)),
      correlation: (i, j) => {
        site('first', i);
        site('second', j);
        return correlation(Math.min(i, j), Math.max(i, j));
      },
    };
  }
  const matrix = spectrum(coupling, field);
  const { cosine: c, sine: s, gap } = matrix;
  const rho = (k: number): number => power(matrix, k);
  const { p, q, logScale } = ends(matrix, field);
  const total = p * p + q * q * rho(sites - 1);
  const magnetisation = (i: number): number =>
    (p * p * c - p * q * s * (rho(i) + rho(sites - 1 - i)) - q * q * c * rho(sites - 1)) / total;
  const correlation = (i: number, j: number): number => {
    const r = rho(j - i);
    const left = rho(i);
    const right = rho(sites - 1 - j);
    const both = p * p * (c * c + s * s * r) + q * q * left * right * (s * s + c * c * r);
    return (both - p * q * s * c * (1 - r) * (left + right)) / total;
  };

  // Sums over sites and bonds are geometric series, Σ_{i<k} ρ^i = (1 - ρ^k)/(1 - ρ).
  const series = (k: number): number => (gap === 0 ? k : oneAnd(-1, matrix, k) / gap);
  const first = rho(1);
  const spins = (sites * c * (p * p - q * q * rho(sites - 1)) - 2 * p * q * s * series(sites)) / total;
  const bonds =
    sites === 1
      ? 0
      : ((sites - 1) * (p * p * (c * c + s * s * first) + q * q * rho(sites - 2) * (s * s + c * c * first)) -
          2 * p * q * s * c * gap * series(sites - 1)) /
        total;
  return {
    logPartition: (sites - 1) * matrix.logLargest + Math.log(total) + logScale,
    energy: -coupling * bonds - field * spins,
    magnetisation: (i) => magnetisation(site('site', i)),
    correlation: (i, j) => {
      site('first', i);
      site('second', j);
      return correlation(Math.min(i, j), Math.max(i, j));
    },
  };
}

/** |K| + |B| up to which the sums over eigenvectors are accurate for small energies and do not cancel. */
const WEAK = 1;

/** The open chain by sums of positive weights only; sites are not checked. */
function byWeights(sites: number, coupling: number, field: number): OpenChainAnswer {
  const matrix = transferMatrix(coupling, field);
  const end: CumulantVector = [weight(field / 2), weight(-field / 2)];
  /** Weights of spin + and - beside k sites. */
  const side = (k: number): CumulantVector => applyMatrix(matrixPower(matrix, k), end);
  const [up, down] = side(sites - 1);
  const sum = plus(times(up, end[0]), times(down, end[1]));
  const shift = (sites - 1) * Math.abs(coupling);
  return {
    logPartition: shift + matrixPower(matrix, sites - 1).reference + sum.log,
    energy: 0 - shift - sum.mean,
    magnetisation: (i) => {
      const [left, right] = [side(i), side(sites - 1 - i)];
      return Math.tanh((left[0].log + right[0].log - (left[1].log + right[1].log)) / 2);
    },
    correlation: (i, j) => {
      const [left, between, right] = [side(i), matrixPower(matrix, j - i), side(sites - 1 - j)];
      const weightOf = (a: 0 | 1, b: 0 | 1) =>
        times(left[a], times(a === b ? (a ? between.down : between.up) : between.off, right[b]));
      const same = plus(weightOf(0, 0), weightOf(1, 1)).log;
      const other = plus(weightOf(0, 1), weightOf(1, 0)).log;
      return Math.tanh((same - other) / 2);
    },
  };
}

/**
 * Components of e^{-|B|/2} (e^{B/2}, e^{-B/2}) along the eigenvectors (cos φ, sin φ) and (-sin φ, cos φ), tan 2φ = s/c.
 */
function ends({ cosine, sine }: Spectrum, field: number): { p: number; q: number; logScale: number } {
  const phi = Math.atan2(sine, cosine) / 2;
  const b = Math.abs(field);
  const up = Math.exp((field - b) / 2);
  const down = Math.exp((-field - b) / 2);
  return {
    p: up * Math.cos(phi) + down * Math.sin(phi),
    q: down * Math.cos(phi) - up * Math.sin(phi),
    logScale: b,
  };
}

/**
 * Decimation of a chain without field (`decimateInField` has one): summing over all but every b-th spin gives a chain
 * of coupling K' with tanh K' = tanh^b K. Fixed points 0 and ∞ only; at strong coupling K' → K - ½ ln b. With b = 2 it
 * is K' = ½ ln cosh 2K.
 * @param coupling K, any sign; with an even b the result is a ferromagnet in either case
 * @param b spins per block, at least 1; default 2
 * @throws TypeError if not numbers, RangeError if K is not finite or b not a positive integer
 */
export function decimate(coupling: number, b = 2): number {
  finite('coupling', coupling);
  integer('b', b);
  const k = Math.abs(coupling);
  const size = k > 300 ? k - Math.log(b) / 2 : decimateFerromagnet(k, b);
  return coupling < 0 && b % 2 === 1 ? -size : size;
}

/** artanh(tanh^b K) for K ≥ 0, with 1 - tanh^b K taken from ln tanh K, which does not round to 0. */
function decimateFerromagnet(coupling: number, b: number): number {
  const small = Math.exp(-2 * coupling);
  const tanhPower = Math.tanh(coupling) ** b;
  if (tanhPower < 0.5) return Math.atanh(tanhPower);
  const logTanh = Math.log1p((-2 * small) / (1 + small));
  return (Math.log1p(tanhPower) - Math.log(-Math.expm1(b * logTanh))) / 2;
}

/** A chain's coupling and field after a decimation. */
export interface DecimatedChain {
  /** K'. */
  coupling: number;
  /** B'. */
  field: number;
  /** g, ln of the factor that each block of b spins leaves: ln Z(N, K, B) = (N/b) g + ln Z(N/b, K', B'). */
  constant: number;
}

/**
 * Decimation of a ring in a field: summing over all but every b-th spin leaves the ring of T^b = e^g T', exactly. With
 * b = 2
 *   K' = ¼ ln [cosh(2K + B) cosh(2K - B)/cosh² B],  B' = B + ½ ln [cosh(2K + B)/cosh(2K - B)],
 *   g = ¼ ln [16 cosh(2K + B) cosh(2K - B) cosh² B].
 * Fixed points: K = 0 at any B, K = ∞ at B = 0 (B' → bB near it). In units of kT; K' and B' have full relative
 * precision where they are small. Source: Nelson & Fisher, Ann. Phys. 91, 226 (1975).
 * @param coupling K, any sign
 * @param field B, any sign
 * @param b spins per block, at least 1; default 2
 * @throws TypeError if not numbers, RangeError if K or B is not finite or b not a positive integer
 */
export function decimateInField(coupling: number, field: number, b = 2): DecimatedChain {
  finite('coupling', coupling);
  finite('field', field);
  integer('b', b);
  if (b === 1) return { coupling, field, constant: 0 };
  const { reference, up, off, down } = matrixPower(transferMatrix(coupling, field), b);
  const shift = b * Math.abs(coupling) + reference;
  // det T^b = (2 sinh 2K)^b, so that e^{4K'} - 1 = (2 sinh 2K)^b / off²
  const logRest = b * (Math.LN2 + logSinh(2 * Math.abs(coupling))) - 2 * (shift + off.log);
  const rest = (coupling < 0 && b % 2 === 1 ? -1 : 1) * Math.exp(logRest);
  // artanh of the magnetisation of a ring of b spins is the field on one free spin
  const { magnetisation } = solveRing({ sites: b, coupling, field });
  return {
    coupling: Math.abs(rest) < 0.5 ? Math.log1p(rest) / 4 : (up.log + down.log) / 4 - off.log / 2,
    field: Math.abs(magnetisation) < 0.5 ? Math.atanh(magnetisation) : (up.log - down.log) / 2,
    constant: shift + (up.log + down.log + 2 * off.log) / 4,
  };
}

/**
 * K >= 0 of a ring of n spins without a field, from ⟨s s'⟩ = (t + t^{n-1})/(1 + t^n) of its neighbours, t = tanh K; 0
 * where ⟨s s'⟩ <= 0. The arguments are not checked.
 */
export function couplingOfRing(correlation: number, n: number): number {
  let [low, high] = [0, 1];
  for (let round = 0; round < 80; round++) {
    const t = (low + high) / 2;
    if ((t + t ** (n - 1)) / (1 + t ** n) < correlation) low = t;
    else high = t;
  }
  return Math.atanh(low);
}
