/**
 * The Ising chain in a field by its 2×2 transfer matrix, H = -K Σ sᵢsᵢ₊₁ - B Σ sᵢ in units of kT; and its renormalization by decimation.
 *
 * T(s, s') = e^{K s s' + B(s + s')/2} has eigenvalues λ± = e^K cosh B ± R, R = √(e^{2K} sinh² B + e^{-2K}); in the basis of its
 * eigenvectors a spin is the matrix [[c, -s], [-s, -c]], c = e^K sinh B / R, s = e^{-K}/R. Everything below is written in
 * ρ = λ₋/λ₊, which lies in (-1, 1), so that no length and no coupling overflows. Source: Kramers & Wannier 1941; Baxter 1982, ch. 2.
 */

import { finite, integer, knownOptions } from '../util/check.js';

/** A chain: its length and its uniform coupling and field. */
export interface ChainModel {
  /** Number of spins; at least 2 on a ring, where two spins share two bonds; at least 1 on an open chain. */
  sites: number;
  /** K = J/kT, any sign. */
  coupling: number;
  /** B = field/kT, any sign; 0 when left out. */
  field?: number;
}

/** What is known of a ring. */
export interface RingAnswer {
  /** ln Z. */
  logPartition: number;
  /** Mean of the whole H, in units of kT. */
  energy: number;
  /** ⟨s⟩, the same at every site. */
  magnetisation: number;
  /** ⟨s₀ s_r⟩ (not the connected part), r any integer from 0 to `sites`. */
  correlation(distance: number): number;
}

/** What is known of an open chain; sites are numbered from 0. */
export interface OpenChainAnswer {
  /** ln Z. */
  logPartition: number;
  /** Mean of the whole H, in units of kT. */
  energy: number;
  /** ⟨sᵢ⟩. */
  magnetisation(site: number): number;
  /** ⟨sᵢ sⱼ⟩ (not the connected part). */
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
  /** 1 - ρ = 2R/λ₊. */
  gap: number;
  /** c = e^K sinh B / R. */
  cosine: number;
  /** s = e^{-K} / R. */
  sine: number;
}

const CHAIN_MODEL = ['sites', 'coupling', 'field'] as const;

function spectrum(coupling: number, field: number): Spectrum {
  const b = Math.abs(field);
  // R² = e^{2K} sinh² B + e^{-2K}: its two legs are scaled by the larger one, and λ₊ by its own scale, so that neither underflows.
  const logLeg = b === 0 ? Number.NEGATIVE_INFINITY : coupling + logSinh(b);
  const rootScale = Math.max(logLeg, -coupling);
  const leg = Math.exp(logLeg - rootScale);
  const off = Math.exp(-coupling - rootScale);
  const root = Math.hypot(leg, off);
  const scale = Math.max(coupling + b, -coupling);
  const mean = (Math.exp(coupling + b - scale) + Math.exp(coupling - b - scale)) / 2;
  const scaledRoot = root * Math.exp(rootScale - scale);
  const largest = mean + scaledRoot;
  // 1 - |ρ| in the form that keeps it when |ρ| is near 1; ln|λ₊λ₋| = ln|2 sinh 2K| when it is not.
  const lack = (coupling > 0 ? 2 * scaledRoot : 2 * mean) / largest;
  const logLargest = scale + Math.log(largest);
  return {
    logLargest,
    sign: Math.sign(coupling),
    logRatio: lack < 0.5 ? Math.log1p(-lack) : Math.LN2 + logSinh(2 * Math.abs(coupling)) - 2 * logLargest,
    gap: (2 * scaledRoot) / largest,
    cosine: (Math.sign(field) * leg) / root,
    sine: off / root,
  };
}

/** ln sinh x for x ≥ 0, -Infinity at 0. */
function logSinh(x: number): number {
  return x - Math.LN2 + Math.log(-Math.expm1(-2 * x));
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

function checked(model: ChainModel, least: number): { sites: number; coupling: number; field: number } {
  return {
    sites: integer('sites', model.sites, least),
    coupling: finite('coupling', model.coupling),
    field: finite('field', model.field ?? 0),
  };
}

/**
 * The periodic chain: Z = λ₊^N + λ₋^N, ⟨s₀ s_r⟩ = c² + s² (ρ^r + ρ^{N-r})/(1 + ρ^N), ⟨s⟩ = c (1 - ρ^N)/(1 + ρ^N).
 * An odd antiferromagnetic ring, where 1 + ρ^N → 0, keeps its precision.
 * @throws TypeError for a wrong kind of argument, RangeError for fewer than 2 sites, a coupling or field that is not finite
 */
export function ring(model: ChainModel): RingAnswer {
  knownOptions('ring', model, CHAIN_MODEL, 'model');
  const { sites, coupling, field } = checked(model, 2);
  const matrix = spectrum(coupling, field);
  const { cosine, sine } = matrix;
  const total = oneAnd(1, matrix, sites);
  const at = (r: number): number => {
    const near = Math.min(r, sites - r);
    return cosine * cosine + (sine * sine * power(matrix, near) * oneAnd(1, matrix, sites - 2 * near)) / total;
  };
  const magnetisation = (cosine * oneAnd(-1, matrix, sites)) / total;
  return {
    logPartition: sites * matrix.logLargest + Math.log(total),
    energy: -sites * (coupling * at(1) + field * magnetisation),
    magnetisation,
    correlation: (distance) => at(integer('distance', distance, 0, sites)),
  };
}

/**
 * The open chain: Z = λ₊^{N-1} (p² + q² ρ^{N-1}), p and q the components of (e^{B/2}, e^{-B/2}) along the eigenvectors.
 * @throws TypeError for a wrong kind of argument, RangeError for no site, a coupling or field that is not finite
 */
export function openChain(model: ChainModel): OpenChainAnswer {
  knownOptions('openChain', model, CHAIN_MODEL, 'model');
  const { sites, coupling, field } = checked(model, 1);
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
  const site = (name: string, value: number): number => integer(name, value, 0, sites - 1);
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

/** Components of e^{-|B|/2} (e^{B/2}, e^{-B/2}) along the eigenvectors (cos φ, sin φ) and (-sin φ, cos φ), tan 2φ = s/c. */
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
 * Decimation of a chain without field: summing over all but every b-th spin gives a chain of coupling K' with tanh K' = tanh^b K.
 * Fixed points 0 and ∞ only; at strong coupling K' → K - ½ ln b. With b = 2 it is K' = ½ ln cosh 2K.
 * @param coupling K, any sign; an even b makes a ferromagnet of either
 * @param b spins a block, at least 1; 2 when left out
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
