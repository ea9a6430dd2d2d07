/**
 * Strips of the square and the triangular lattice by their transfer matrix, site by site, H = -Σ K s s' - B Σ s in
 * units of kT:
 *   T = V^{1/2} W V^{1/2},
 *   V(s) = e^{K_across Σ sᵢsᵢ₊₁ + B Σ sᵢ}, W(s, s') = e^{K_along Σ sᵢs'ᵢ + K_diagonal Σ sᵢs'ᵢ₊₁}.
 * There are three methods, each where it is accurate: products of spins at weak coupling (`stripSeries.ts`), logarithms
 * for finite strips (`stripSums.ts`), and the largest eigenvalue for infinite strips, here. W is not stored: it is one
 * 2×2 matrix per site, applied to a vector of 2^width numbers, so that a row costs about width·2^width operations. A
 * diagonal bond needs the old spin of a site whose new spin has been added; only for the periodic bond that spin is
 * gone, so its site is doubled.
 *
 * Derivatives are analytic: by a factor s on all of H (twice) and by B (once). The weight of every bond is relative to
 * its largest value, e^{K s s' - |K|}, so that the heat capacity of a strongly coupled ferromagnet is not the
 * difference of two large numbers. Source: Kramers & Wannier 1941; Onsager 1944.
 */

import { finite, integer, knownOptions, oneOf, refuse } from '../util/check.js';
import { largestEigenpair, response } from './lanczos.js';
import type { StripBonds } from './stripBonds.js';
import { openSeries, rowSeries, traceSeries } from './stripSeries.js';
import { openSum, trace } from './stripSums.js';

/** A strip: the bonds within a row and between rows. The spins of a row are columns 0 … width - 1. */
export interface StripModel {
  /** Spins per row, up to 16; at least 2 on a ring, where two spins share two bonds; at least 1 with open sides. */
  width: number;
  /** K = J/kT, any sign; one number for both directions, or one within a row (across) and one between rows (along). */
  coupling: number | { across: number; along: number };
  /** K of the bond from (row, column) to (row + 1, column + 1), as on the triangular lattice; default 0. */
  diagonal?: number;
  /** B = field/kT, any sign; default 0. */
  field?: number;
  /** Whether a row is a ring or has open ends; default 'periodic'. */
  sides?: 'periodic' | 'open';
}

/** A strip of finite length. */
export interface FiniteStripModel extends StripModel {
  /** Number of rows; at least 1 with open ends, at least 2 on a torus. */
  length: number;
  /** Whether the last row is bonded to the first; default 'open'. */
  ends?: 'periodic' | 'open';
}

/** Exact results for a finite strip. */
export interface StripAnswer {
  /** ln Z. */
  logPartition: number;
  /** Mean of the whole H, in units of kT. */
  energy: number;
  /** ⟨H²⟩ - ⟨H⟩² of the whole strip: its heat capacity in units of k, when K and B scale as 1/T. */
  heatCapacity: number;
  /** ⟨s⟩, the mean over all sites. */
  magnetisation: number;
}

/** Exact results for an infinitely long strip, per site. */
export interface InfiniteStripAnswer {
  /** ln Z per site. */
  logPartition: number;
  /** Mean of H per site, in units of kT. */
  energy: number;
  /** Specific heat per site in units of k, when K and B scale as 1/T. */
  specificHeat: number;
  /** ⟨s⟩, the mean over a row; 0 without field. */
  magnetisation: number;
}

/** Largest width of a strip, and of a torus: its trace applies the matrix to one vector per orbit of rows. */
const MAX_WIDTH = 16;
const MAX_TORUS = 10;

/** Options of strips of any length, so that one object can serve all functions. */
const STRIP_MODEL = ['length', 'ends', 'width', 'coupling', 'diagonal', 'field', 'sides'] as const;

/**
 * ln Z, energy, heat capacity and magnetisation of a strip of finite length. Costs about 50 ns·length·width·2^width
 * with open ends (0.6 s for 12×250). On a torus that is the cost per orbit of rows under rotations and, without field,
 * the flip of all spins: 2 s for 10×50, 4 s in a field; open sides have no rotations, up to 30 s for 10×50. Relative
 * error about 1e-13 of ln Z, energy and heat capacity at any coupling, ferromagnetic or not; of the magnetisation 1e-13
 * absolute, and relative where all |K| and |B| are at most 0.1. Where several couplings and fields cancel, the
 * precision is that of their differences.
 * @throws TypeError for a wrong kind of argument; RangeError for a width above 16 (10 on a torus), a length or width
 *   too small, a coupling or field that is not finite or beyond 1e100
 */
export function solveStrip(model: FiniteStripModel): StripAnswer {
  knownOptions('solveStrip', model, STRIP_MODEL, 'model');
  const bonds = checkBonds(model);
  const ends = oneOf('ends', model.ends ?? 'open', ['open', 'periodic']);
  const length = integer('length', model.length, ends === 'open' ? 1 : 2);
  const { width, field } = bonds;
  if (ends === 'periodic' && width > MAX_TORUS) {
    refuse(
      'width',
      `at most ${MAX_TORUS} with periodic ends (a torus takes 2^width vectors of 2^width numbers)`,
      width,
    );
  }
  const [open, periodic] = isWeak(bonds) ? [openSeries, traceSeries] : [openSum, trace];
  const sum = (ends === 'open' ? open : periodic)(bonds, length);
  return {
    logPartition: sum.log,
    energy: 0 - sum.first,
    heatCapacity: Math.max(0, sum.second),
    magnetisation: field === 0 ? 0 : sum.field / (width * length),
  };
}

/**
 * Largest |K| and |B| at which sums over products of spins converge quickly: beyond it K² is no longer small relative
 * to K.
 */
const WEAK = 0.1;

function isWeak({ across, along, diagonal, field }: StripBonds): boolean {
  return [across, along, diagonal, field].every((coupling) => Math.abs(coupling) <= WEAK);
}

/**
 * λ₀ relative to the weight of a row with all bonds satisfied; below it the weights of the leading states underflow.
 */
const MIN_EIGENVALUE = 1e-150;

/** Largest |K| and |B|, so that squares of energies are finite. */
const MAX_COUPLING = 1e100;

function checkBonds(model: StripModel): StripBonds {
  if (model === null || typeof model !== 'object') refuse('model', '{ width, coupling, ... }', model, 'type');
  const ring = oneOf('sides', model.sides ?? 'periodic', ['periodic', 'open']) === 'periodic';
  const width = integer('width', model.width, ring ? 2 : 1);
  if (width > MAX_WIDTH) refuse('width', `at most ${MAX_WIDTH} (a vector has 2^width numbers)`, width);
  const { coupling } = model;
  const number = (name: string, value: unknown): number => {
    if (Math.abs(finite(name, value)) > MAX_COUPLING) refuse(name, 'number of size at most 1e100', value);
    return value as number;
  };
  const both = typeof coupling === 'object' && coupling !== null;
  return {
    width,
    across: both ? number('coupling.across', coupling.across) : number('coupling', coupling),
    along: both ? number('coupling.along', coupling.along) : number('coupling', coupling),
    diagonal: number('diagonal', model.diagonal ?? 0),
    field: number('field', model.field ?? 0),
    ring,
  };
}

/**
 * ln Z, energy, specific heat and magnetisation per site of a strip of infinite length, by the largest eigenvalue λ of
 * T (Lanczos) and its derivatives by first- and second-order perturbation theory, the latter by conjugate gradients: ln
 * λ/width is ln Z per site. Costs some tens of products with T: 5 ms for width 10, 0.07 s for 14, 0.3 s for 16.
 * Relative error about 1e-13 of ln Z and energy; 1e-11 of the specific heat, or 1e-15 K² absolute where bonds are
 * frustrated; of the magnetisation 1e-13 absolute, and relative where all |K| and |B| are at most 0.1, as for
 * `solveStrip`. A diagonal bond is accepted only where T is symmetric on its leading vector: on a ring, as strong as
 * the bond along.
 * @throws TypeError for a wrong kind of argument; RangeError for a width above 16, a coupling or field that is not
 *   finite, another diagonal; Error if the two largest eigenvalues are too close to be separated (an ordered strip in a
 *   very small field), or if the weights of all states underflow (frustrated bonds of about |K| > 50)
 */
export function solveInfiniteStrip(model: StripModel): InfiniteStripAnswer {
  knownOptions('solveInfiniteStrip', model, STRIP_MODEL, 'model');
  const bonds = checkBonds(model);
  checkSymmetric(bonds);
  if (isWeak(bonds)) {
    const { log, first, second, field } = rowSeries(bonds);
    const each = (sum: number): number => sum / bonds.width;
    return { logPartition: each(log), energy: 0 - each(first), specificHeat: each(second), magnetisation: each(field) };
  }
  const row = new Row(bonds);
  const { value, vector } = largestEigenpair((v) => row.apply(v), new Float64Array(row.size).fill(1), 'strip');
  if (value < MIN_EIGENVALUE) {
    throw new Error('this strip is too strongly frustrated: weights of its states are below the smallest number');
  }
  const { first: t1, second: t2, field: tb } = row.applyJet(jetOf(vector));
  const slope = dot(vector, t1);
  const force = t1.map((entry, s) => entry - slope * vector[s]);
  const change = response((v) => row.apply(v), value, vector, force, 'strip');
  const first = slope / value;
  const second = (dot(vector, t2) + 2 * dot(force, change)) / value - first * first;
  const reference = row.rowReference + row.bondReference;
  return {
    logPartition: (reference + Math.log(value)) / row.width,
    energy: (0 - reference - first) / row.width,
    specificHeat: Math.max(0, second) / row.width,
    magnetisation: row.field === 0 ? 0 : dot(vector, tb) / value / row.width,
  };
}

/**
 * Correlation length along an infinite strip, in rows: ξ = 1/ln(λ₀/|λ₁|), λ₁ the eigenvalue of T with the second
 * largest modulus, for any symmetry of its vector: the slowest decay of any connected correlation. 0.1 s for width 14.
 * Relative error about 1e-14·ξ.
 * @throws TypeError, RangeError or Error as `solveInfiniteStrip`; Error also if ξ exceeds 10⁷ rows, or |λ₁|/λ₀ is so
 *   small (1e-4 or less, as at weak coupling) that it is not found to full precision
 */
export function stripCorrelationLength(model: StripModel): number {
  knownOptions('stripCorrelationLength', model, STRIP_MODEL, 'model');
  const bonds = checkBonds(model);
  checkSymmetric(bonds);
  const row = new Row(bonds);
  if (row.uncoupled) return 0;
  const { value, vector } = largestEigenpair((v) => row.apply(v), new Float64Array(row.size).fill(1), 'strip');
  // A start without any symmetry: the fractional parts of multiples of the golden ratio.
  const start = Float64Array.from({ length: row.size }, (_, s) => ((s * 0.6180339887498949) % 1) - 0.5);
  const square = largestEigenpair((v) => row.applyTransposed(row.apply(v)), start, 'strip', vector).value;
  const gap = 1 - square / (value * value);
  if (!(gap > 2e-7))
    throw new Error('the correlation length of this strip exceeds 10⁷ rows: its eigenvalues do not resolve it');
  return -2 / Math.log1p(-gap);
}

/** A vector over the rows' states with its derivatives. */
interface Jet {
  value: Float64Array;
  /** By the factor on H. */
  first: Float64Array;
  second: Float64Array;
  /** By B. */
  field: Float64Array;
}

function jetOf(value: Float64Array): Jet {
  const zero = (): Float64Array => new Float64Array(value.length);
  return { value, first: zero(), second: zero(), field: zero() };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** @throws RangeError unless T is symmetric, on vectors invariant under rotations of the row if it has diagonals. */
function checkSymmetric({ diagonal, along, ring }: StripBonds): void {
  if (diagonal !== 0 && !(ring && diagonal === along)) {
    refuse('diagonal', 'coupling along, with periodic sides, or 0, for an infinite strip', diagonal);
  }
}

/** The transfer matrix of one row, as an operator. Bit i of a state is 1 if spin i is down. */
class Row {
  readonly width: number;
  readonly size: number;
  readonly field: number;
  /** Largest exponent of a row, and of the bonds between two rows, which weights are relative to. */
  readonly rowReference: number;
  readonly bondReference: number;
  private readonly along: number;
  private readonly diagonal: number;
  private readonly ring: boolean;
  /** ½ of a row's exponent, less ½ of the largest; its exponential; ½ Σ s. */
  private readonly exponents: Float64Array;
  private readonly weights: Float64Array;
  private readonly moments: Float64Array;

  constructor({ width, across, along, diagonal, field, ring }: StripBonds) {
    this.width = width;
    this.along = along;
    this.diagonal = diagonal;
    this.field = field;
    this.ring = ring;
    this.size = 2 ** width;

    const bonds = this.ring ? this.width : this.width - 1;
    this.moments = new Float64Array(this.size);
    this.exponents = Float64Array.from({ length: this.size }, (_, s) => {
      const spin = (i: number): number => 1 - 2 * ((s >>> i) & 1);
      let pairs = 0;
      let total = 0;
      for (let i = 0; i < this.width; i++) total += spin(i);
      for (let i = 0; i < bonds; i++) pairs += spin(i) * spin((i + 1) % this.width);
      this.moments[s] = total / 2;
      return across * pairs + this.field * total;
    });
    this.rowReference = this.exponents.reduce((most, exponent) => Math.max(most, exponent), Number.NEGATIVE_INFINITY);
    this.exponents = this.exponents.map((exponent) => (exponent - this.rowReference) / 2);
    this.weights = this.exponents.map(Math.exp);
    this.bondReference = Math.abs(this.along) * this.width + Math.abs(this.diagonal) * bonds;
  }

  /** Whether there are no bonds between rows. */
  get uncoupled(): boolean {
    return this.along === 0 && this.diagonal === 0;
  }

  /** Tv. */
  apply(v: Float64Array): Float64Array<ArrayBuffer> {
    const out = this.between(v.map((entry, s) => entry * this.weights[s]));
    for (let s = 0; s < out.length; s++) out[s] *= this.weights[s];
    return out;
  }

  /** Tᵀv: W has a bond from sᵢ to s'ᵢ₊₁; for equal couplings its transpose is W between rotated rows. */
  applyTransposed(v: Float64Array): Float64Array<ArrayBuffer> {
    if (this.diagonal === 0) return this.apply(v);
    const top = this.width - 1;
    return this.apply(v.map((_, s) => v[((s << 1) | (s >>> top)) & (this.size - 1)]));
  }

  private between(v: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
    const { width, diagonal, along } = this;
    const x = diagonal !== 0 && this.ring ? doubleStates(v) : v;
    for (let i = width - 1; i >= 0; i--) {
      mix(x, 1 << i, Math.exp(along - Math.abs(along)), Math.exp(-along - Math.abs(along)));
      const j = this.neighbour(i);
      if (j >= 0) bond(x, i, j, Math.exp(diagonal - Math.abs(diagonal)), Math.exp(-diagonal - Math.abs(diagonal)));
    }
    return x === v ? v : sumHighestBit(x);
  }

  /** The bit of the old spin that the new spin i has a diagonal bond with, or -1. */
  private neighbour(i: number): number {
    if (this.diagonal === 0) return -1;
    return i > 0 ? i - 1 : this.ring ? this.width : -1;
  }

  /** T times a jet, with the derivatives of T; the argument is not changed. */
  applyJet(jet: Jet): Jet {
    return this.halfRow(this.betweenJet(this.halfRow(jet)));
  }

  /** V^{1/2} times a jet. */
  halfRow({ value, first, second, field }: Jet): Jet {
    const { weights, exponents, moments } = this;
    const out = jetOf(new Float64Array(value.length));
    for (let s = 0; s < value.length; s++) {
      const w = weights[s];
      const e = exponents[s];
      out.value[s] = w * value[s];
      out.first[s] = w * (first[s] + e * value[s]);
      out.second[s] = w * (second[s] + e * (2 * first[s] + e * value[s]));
      out.field[s] = w * (field[s] + moments[s] * value[s]);
    }
    return out;
  }

  /** W times a jet. */
  private betweenJet(jet: Jet): Jet {
    const twice = this.diagonal !== 0 && this.ring;
    const copy = twice ? doubleStates : (v: Float64Array): Float64Array => v.slice();
    const x = { value: copy(jet.value), first: copy(jet.first), second: copy(jet.second), field: copy(jet.field) };
    for (let i = this.width - 1; i >= 0; i--) {
      mixJet(x, 1 << i, this.along);
      const j = this.neighbour(i);
      if (j >= 0) bondJet(x, i, j, this.diagonal);
    }
    if (!twice) return x;
    return {
      value: sumHighestBit(x.value),
      first: sumHighestBit(x.first),
      second: sumHighestBit(x.second),
      field: sumHighestBit(x.field),
    };
  }
}

/** [[p, q], [q, p]] on one spin, in place. */
function mix(x: Float64Array, bit: number, p: number, q: number): void {
  for (let high = 0; high < x.length; high += 2 * bit) {
    for (let s = high; s < high + bit; s++) {
      const up = x[s];
      const down = x[s + bit];
      x[s] = p * up + q * down;
      x[s + bit] = q * up + p * down;
    }
  }
}

/** Multiplies by p where bits i and j agree, by q where not, in place. */
function bond(x: Float64Array, i: number, j: number, p: number, q: number): void {
  for (let s = 0; s < x.length; s++) x[s] *= ((s >>> i) ^ (s >>> j)) & 1 ? q : p;
}

/** `mix` by e^{±K - |K|}, with its derivatives. */
function mixJet({ value, first, second, field }: Jet, bit: number, coupling: number): void {
  const a = coupling - Math.abs(coupling);
  const b = -coupling - Math.abs(coupling);
  const p = Math.exp(a);
  const q = Math.exp(b);
  mix(field, bit, p, q);
  for (let high = 0; high < value.length; high += 2 * bit) {
    for (let s = high; s < high + bit; s++) {
      const t = s + bit;
      const [v, w] = [p * value[s], p * value[t]];
      const [x, y] = [q * value[s], q * value[t]];
      const [v1, w1] = [p * first[s], p * first[t]];
      const [x1, y1] = [q * first[s], q * first[t]];
      value[s] = v + y;
      value[t] = x + w;
      first[s] = v1 + a * v + (y1 + b * y);
      first[t] = x1 + b * x + (w1 + a * w);
      const [up, down] = [second[s], second[t]];
      second[s] = p * up + a * (2 * v1 + a * v) + (q * down + b * (2 * y1 + b * y));
      second[t] = q * up + b * (2 * x1 + b * x) + (p * down + a * (2 * w1 + a * w));
    }
  }
}

/** `bond` by e^{±K - |K|}, with its derivatives. */
function bondJet({ value, first, second, field }: Jet, i: number, j: number, coupling: number): void {
  for (let s = 0; s < value.length; s++) {
    const e = (((s >>> i) ^ (s >>> j)) & 1 ? -coupling : coupling) - Math.abs(coupling);
    const w = Math.exp(e);
    second[s] = w * (second[s] + e * (2 * first[s] + e * value[s]));
    first[s] = w * (first[s] + e * value[s]);
    value[s] *= w;
    field[s] *= w;
  }
}

/** The vector on twice as many states; the new highest bit must equal the old one. */
function doubleStates(v: Float64Array): Float64Array<ArrayBuffer> {
  const x = new Float64Array(2 * v.length);
  const half = v.length / 2;
  x.set(v.subarray(0, half), 0);
  x.set(v.subarray(half), v.length + half);
  return x;
}

/** Sums over the highest bit. */
function sumHighestBit(x: Float64Array): Float64Array<ArrayBuffer> {
  const size = x.length / 2;
  return Float64Array.from({ length: size }, (_, s) => x[s] + x[s + size]);
}
