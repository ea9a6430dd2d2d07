/**
 * The couplings of the visible spins of an RBM:
 *   -H_RBM(v) = F(v) = -E₀ + c·v + Σ_j ln 2cosh(b_j + Σ_i W_ij v_i) = Σ_S K_S Π_{i∈S} v_i.
 *
 * K_S is the average of F(v) Π_{i∈S} v_i over independent fair spins; unit j contributes only if it is connected to
 * every spin of S. There are three methods: exactly, by a Walsh transform over the spins that a unit is connected to;
 * by Gaussian quadrature, since the field of many other spins is nearly normal (Cossu et al., Phys. Rev. B 100, 064304,
 * 2019; Decelle et al., arXiv:2309.02292); and by sampling the other spins, without bias and with an error bar.
 *
 * In units {0,1} the couplings are other numbers,
 *   F = Σ_S J_S Π_{i∈S} x_i,  J_S = Σ_{R⊆S} (-1)^{|S|-|R|} F(1_R);
 * those of low order are exact at any size. J_S differs from 2^{|S|} K_S if there are higher terms: K_S = Σ_{T⊇S}
 * 2^{-|T|} J_T.
 */

import { checkHamiltonian, Hamiltonian, type Term } from '../../ising/models/hamiltonian.js';
import { checkList, integer, knownOptions, refuse } from '../../util/check.js';
import { checkSeed, type Seed, streamKey } from '../../util/random.js';
import { STREAM } from '../../wasm/kernels.js';
import { LEARNING } from '../../wasm/learning.js';
import { Machine } from '../../wasm/machine.js';
import { checkRbm } from '../map/operators.js';
import { linearTable, type SpinRbm } from '../map/spinRbm.js';
import { logTwoCosh } from '../tables/logs.js';
import { hamiltonianOf, membersOf, type TruncatedHamiltonian, walsh } from '../tables/walsh.js';

/** A coupling that is not exact. */
export interface CouplingEstimate {
  sites: number[];
  coupling: number;
  /** Size of the error; the function that returns the estimate says of which kind. */
  error: number;
}

/** Largest number of spins connected to a unit in the exact transform. */
const MAX_SEEN = 20;
/** Largest number of spins in a set. */
const MAX_ORDER = 8;

/**
 * All couplings of the visible layer, exactly: H_RBM(v) as a Hamiltonian, including its constant. By one transform of
 * the table of H_RBM for at most 20 visible units; otherwise unit by unit, over the spins it is connected to.
 * @param options cut: couplings with |K| <= cut are dropped and counted; default 1e-13 of the largest energy, or of
 *   Σ|c| + Σ|b| + Σ|W|; shape: of the lattice of the visible units
 * @throws TypeError if not an RBM of spins; RangeError for a hidden unit that is connected to more than 20 of more than
 *   20 visible units
 */
export function exactCouplings(
  rbm: SpinRbm,
  options: { cut?: number; shape?: readonly number[] } = {},
): TruncatedHamiltonian {
  knownOptions('exactCouplings', options, ['cut', 'shape']);
  checkRbm(rbm);
  if (rbm.visible <= MAX_SEEN) return hamiltonianOf(rbm.visibleEnergyTable(), options);
  const { visible, hidden, visibleBias, hiddenBias, constant } = rbm;
  const terms: Term[] = [{ sites: [], coupling: -constant }];
  visibleBias.forEach((coupling, site) => {
    terms.push({ sites: [site], coupling });
  });
  for (let j = 0; j < hidden; j++) {
    const { sites, weights } = seenBy(rbm, j);
    if (sites.length > MAX_SEEN) {
      refuse('rbm', `hidden units that see at most ${MAX_SEEN} of more than ${MAX_SEEN} spins`, sites.length);
    }
    const table = linearTable(weights, 1, hiddenBias[j]).map(logTwoCosh);
    walsh(table).forEach((coupling, set) => {
      terms.push({ sites: membersOf(set).map((k) => sites[k]), coupling });
    });
  }
  const all = new Hamiltonian({ sites: visible, terms, shape: options.shape });
  const scale = [rbm.weights, visibleBias, hiddenBias].reduce(
    (sum, values) => values.reduce((s, value) => s + Math.abs(value), sum),
    0,
  );
  return truncate(all, options.cut ?? 1e-13 * scale);
}

/** The Hamiltonian without the terms of |K| <= cut. */
function truncate(all: Hamiltonian, cut: number): TruncatedHamiltonian {
  const dropped = { count: 0, largest: 0, sum: 0 };
  const kept = all.terms.filter(({ coupling }) => {
    const size = Math.abs(coupling);
    if (size > cut) return true;
    dropped.count++;
    dropped.largest = Math.max(dropped.largest, size);
    dropped.sum += size;
    return false;
  });
  kept.sort((a, b) => a.sites.length - b.sites.length);
  return { hamiltonian: new Hamiltonian({ sites: all.sites, terms: kept, shape: all.shape }), dropped };
}

/** Options of `quadratureCouplings`. */
export interface QuadratureOptions {
  /**
   * Number of other spins of a unit, those with the largest |W|, that are summed exactly; the rest is Gaussian. Default
   * 4.
   */
  summed?: number;
}

/**
 * The couplings K_S of given sets, of an RBM of any size. For each unit the sum over S and over a few spins with large
 * weights is exact, and the field of the others is taken as Gaussian with variance Σ W², corrected for their fourth
 * cumulant -2 Σ W⁴ (Edgeworth). `error` is the sum over units of the absolute value of that correction: not a standard
 * error, and larger than the remaining error if the Gaussian weights are many and of similar size. If no spin is
 * Gaussian the coupling is exact and the error 0.
 *
 * The one-dimensional average is a trapezoidal sum, with steps of at most ¼ and ⅘ of a standard deviation: its error is
 * below 1e-12. Costs 2^{|S| + summed}·(20 to 60 nodes per unit of standard deviation) for every set and every unit that
 * is connected to all of it.
 * @param sets sets of 1 to 8 different sites, in any order
 * @throws TypeError for a wrong kind; RangeError for a site out of range or listed twice, a set too large, or summed
 *   not from 0 to 12
 */
export function quadratureCouplings(
  rbm: SpinRbm,
  sets: readonly (readonly number[])[],
  options: QuadratureOptions = {},
): CouplingEstimate[] {
  knownOptions('quadratureCouplings', options, ['summed']);
  const checked = checkSets(checkRbm(rbm), sets);
  const summed = integer('summed', options.summed ?? 4, 0, 12);
  const units = Array.from({ length: rbm.hidden }, (_, j) => byWeight(rbm, j));
  return checked.map((sites) => {
    let coupling = sites.length === 1 ? rbm.visibleBias[sites[0]] : 0;
    let error = 0;
    for (let j = 0; j < rbm.hidden; j++) {
      const own = sites.map((site) => rbm.weights[site * rbm.hidden + j]);
      if (own.includes(0)) continue;
      const { large, square, fourth } = restOf(units[j], sites, own, summed);
      const share = gaussianShare([...own, ...large], own.length, rbm.hiddenBias[j], Math.sqrt(square), -2 * fourth);
      coupling += share.coupling + share.next;
      error += Math.abs(share.next);
    }
    return { sites, coupling, error };
  });
}

/** The visible spins that a hidden unit is connected to, by falling |W|, with Σ W² and Σ W⁴ from each of them on. */
interface Seen {
  spins: { site: number; weight: number }[];
  squares: Float64Array;
  fourths: Float64Array;
}

/** Share of a sum below which what a subtraction leaves of it is summed anew. */
const CANCELLED = 1e-6;

/**
 * The largest weights of a unit but for those of some sites, and Σ W² and Σ W⁴ of the remaining ones.
 * @param own weights of the sites, none of them zero
 */
function restOf({ spins, squares, fourths }: Seen, sites: readonly number[], own: readonly number[], summed: number) {
  const large: number[] = [];
  const later = new Set(sites);
  let from = 0;
  for (; large.length < summed && from < spins.length; from++) {
    if (!later.delete(spins[from].site)) large.push(spins[from].weight);
  }
  if (spins.length - from === later.size) return { large, square: 0, fourth: 0 };
  let [square, fourth] = [squares[from], fourths[from]];
  sites.forEach((site, k) => {
    if (!later.has(site)) return;
    square -= own[k] ** 2;
    fourth -= own[k] ** 4;
  });
  if (square < CANCELLED * squares[from] || fourth < CANCELLED * fourths[from]) {
    const rest = spins.slice(from).filter(({ site }) => !later.has(site));
    square = rest.reduce((sum, { weight }) => sum + weight ** 2, 0);
    fourth = rest.reduce((sum, { weight }) => sum + weight ** 4, 0);
  }
  return { large, square, fourth };
}

/**
 * ⟨Π_{first} s · ln 2cosh(b + Σ w s + z)⟩ over fair spins and z of N(0, σ²), and the term of the fourth cumulant κ: ⟨…
 * He₄(z/σ)⟩ κ/(24σ⁴).
 */
function gaussianShare(weights: number[], first: number, bias: number, deviation: number, cumulant: number) {
  const inputs = linearTable(Float64Array.from(weights), 1, bias);
  const mask = 2 ** first - 1;
  const signs = Float64Array.from(inputs, (_, s) => (bitCount(~s & mask) % 2 ? -1 : 1));
  const mean = (z: number): number => {
    let sum = 0;
    for (let s = 0; s < inputs.length; s++) sum += signs[s] * logTwoCosh(inputs[s] + z);
    return sum / inputs.length;
  };
  if (deviation === 0) return { coupling: mean(0), next: 0 };
  const step = Math.min(0.25, 0.8 * deviation);
  const nodes = Math.ceil((8.5 * deviation) / step);
  let norm = 0;
  let coupling = 0;
  let next = 0;
  for (let k = -nodes; k <= nodes; k++) {
    const x = (k * step) / deviation;
    const weight = Math.exp((-x * x) / 2);
    const value = mean(k * step);
    norm += weight;
    coupling += weight * value;
    next += weight * value * (x ** 4 - 6 * x * x + 3);
  }
  return { coupling: coupling / norm, next: ((next / norm) * cumulant) / (24 * deviation ** 4) };
}

/** Options of `sampledCouplings`. */
export interface SampledCouplingOptions {
  /** Number of configurations of the other spins, at least 2. Default 1000. */
  samples?: number;
  seed?: Seed;
}

/**
 * Unbiased estimates of the couplings K_S of given sets, of an RBM of any size: the average over random fair spins of
 * the alternating sum 2^{-|S|} Σ_{s_S} Π s · F(s_S, rest), where terms that do not depend on all spins of S cancel.
 * `error` is the standard error; the sets of one call share their configurations, so their errors are correlated. If no
 * spin outside S contributes, the coupling is exact and the error 0 up to rounding.
 * @param sets sets of 1 to 8 different sites
 * @throws TypeError for a wrong kind; RangeError for a site out of range or listed twice, a set too large, or fewer
 *   than 2 samples
 */
export function sampledCouplings(
  rbm: SpinRbm,
  sets: readonly (readonly number[])[],
  options: SampledCouplingOptions = {},
): CouplingEstimate[] {
  knownOptions('sampledCouplings', options, ['samples', 'seed']);
  const checked = checkSets(checkRbm(rbm), sets);
  const samples = integer('samples', options.samples ?? 1000, 2);
  const { visible, hidden, weights, hiddenBias, visibleBias } = rbm;
  const draw = fairSpins(visible, checkSeed('seed', options.seed ?? 1));
  const shares = checked.map((sites) => unitsThatSee(rbm, sites));
  const sums = new Float64Array(checked.length);
  const squares = new Float64Array(checked.length);
  const inputs = new Float64Array(hidden);
  for (let n = 0; n < samples; n++) {
    const spins = draw();
    inputs.set(hiddenBias);
    for (let i = 0; i < visible; i++) {
      for (let j = 0; j < hidden; j++) inputs[j] += spins[i] * weights[i * hidden + j];
    }
    checked.forEach((sites, k) => {
      let value = 0;
      for (const { unit, own } of shares[k]) {
        const other = sites.reduce((x, site, m) => x - spins[site] * own[m], inputs[unit]);
        value += alternatingSum(own, other);
      }
      // Welford's sums, since the values of a set may differ only slightly
      const delta = value - sums[k];
      sums[k] += delta / (n + 1);
      squares[k] += delta * (value - sums[k]);
    });
  }
  return checked.map((sites, k) => ({
    sites,
    coupling: sums[k] + (sites.length === 1 ? visibleBias[sites[0]] : 0),
    error: Math.sqrt(squares[k] / (samples - 1) / samples),
  }));
}

/** 2^{-n} Σ_s Π s · ln 2cosh(x + Σ w s). */
function alternatingSum(weights: Float64Array, x: number): number {
  const inputs = linearTable(weights, 1, x);
  let sum = 0;
  for (let s = 0; s < inputs.length; s++) {
    const sign = (bitCount(s) + weights.length) % 2 ? -1 : 1;
    sum += sign * logTwoCosh(inputs[s]);
  }
  return sum / inputs.length;
}

/**
 * The couplings J_S of given sets of the visible layer in units {0,1}, x = (1 + v)/2: F(v) = Σ_S J_S Π_{i∈S} x_i, J_S =
 * Σ_{R⊆S} (-1)^{|S|-|R|} F(1_R). Exact at any size: only configurations with all spins outside S down are needed.
 * @param sets sets of 0 to 8 different sites; the empty one is F with all spins down
 * @throws TypeError for a wrong kind; RangeError for a site out of range or listed twice, or a set too large
 */
export function bitCouplings(
  rbm: SpinRbm,
  sets: readonly (readonly number[])[],
): { sites: number[]; coupling: number }[] {
  const checked = checkSets(checkRbm(rbm), sets, 0);
  const { visible, hidden, weights, visibleBias, hiddenBias, constant } = rbm;
  const down = hiddenBias.slice();
  for (let i = 0; i < visible; i++) for (let j = 0; j < hidden; j++) down[j] -= weights[i * hidden + j];
  return checked.map((sites) => {
    let coupling = 0;
    if (sites.length === 0) coupling = visibleBias.reduce((sum, c) => sum - c, -constant);
    if (sites.length === 1) coupling = 2 * visibleBias[sites[0]];
    for (let j = 0; j < hidden; j++) {
      const own = Float64Array.from(sites, (site) => weights[site * hidden + j]);
      if (own.includes(0)) continue;
      // spin m of S up changes the input by 2w: the alternating sum around the middle, times 2^{|S|}
      const middle = own.reduce((x, w) => x + w, down[j]);
      coupling += 2 ** own.length * alternatingSum(own, middle);
    }
    return { sites, coupling };
  });
}

/**
 * The Hamiltonian of spins ±1 with the energies -Σ_S J_S Π_{i∈S} x_i, x = (1 + s)/2: K_S = Σ_{T⊇S} 2^{-|T|} J_T.
 * @throws TypeError or RangeError as `Hamiltonian`; RangeError for a term of more than 20 sites
 */
export function fromBitTerms(sites: number, terms: readonly Term[]): Hamiltonian {
  return new Hamiltonian({ sites, terms: expand(new Hamiltonian({ sites, terms }), (all) => 2 ** -all) });
}

/**
 * The terms J_S of -H = Σ_S J_S Π_{i∈S} x_i, x = (1 + s)/2: J_S = 2^{|S|} Σ_{T⊇S} (-1)^{|T|-|S|} K_T.
 * @throws TypeError if not a Hamiltonian; RangeError for a term of more than 20 sites
 */
export function toBitTerms(hamiltonian: Hamiltonian): { sites: number[]; coupling: number }[] {
  checkHamiltonian(hamiltonian);
  const terms = expand(hamiltonian, (all, part) => ((all - part) % 2 ? -1 : 1) * 2 ** part);
  return new Hamiltonian({ sites: hamiltonian.sites, terms }).terms;
}

/** Each term distributed over the subsets of its sites, times a factor of the two sizes. */
function expand(hamiltonian: Hamiltonian, factor: (all: number, part: number) => number): Term[] {
  return hamiltonian.terms.flatMap(({ sites, coupling }) => {
    if (sites.length > MAX_SEEN) refuse('terms', `terms of at most ${MAX_SEEN} sites`, sites.length);
    return Array.from({ length: 2 ** sites.length }, (_, set) => {
      const part = sites.filter((_site, k) => (set >> k) & 1);
      return { sites: part, coupling: coupling * factor(sites.length, part.length) };
    });
  });
}

/** The visible spins that hidden unit j is connected to. */
function seenBy({ visible, hidden, weights }: SpinRbm, j: number): { sites: number[]; weights: Float64Array } {
  const sites = Array.from({ length: visible }, (_, i) => i).filter((i) => weights[i * hidden + j] !== 0);
  return { sites, weights: Float64Array.from(sites, (i) => weights[i * hidden + j]) };
}

function byWeight(rbm: SpinRbm, j: number): Seen {
  const { sites, weights } = seenBy(rbm, j);
  const spins = sites
    .map((site, k) => ({ site, weight: weights[k] }))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || a.site - b.site);
  const from = (power: number) => {
    const sums = new Float64Array(spins.length + 1);
    for (let k = spins.length - 1; k >= 0; k--) sums[k] = sums[k + 1] + spins[k].weight ** power;
    return sums;
  };
  return { spins, squares: from(2), fourths: from(4) };
}

/** Hidden units with a weight to every site, and those weights. */
function unitsThatSee({ hidden, weights }: SpinRbm, sites: readonly number[]) {
  return Array.from({ length: hidden }, (_, unit) => ({
    unit,
    own: Float64Array.from(sites, (site) => weights[site * hidden + unit]),
  })).filter(({ own }) => !own.includes(0));
}

/** A function that gives n fair spins at each call, from the kernels' generator. */
function fairSpins(n: number, seed: Seed): () => Int8Array {
  const vectors = Math.ceil(n / 128);
  const machine = new Machine(LEARNING, { stream: STREAM, out: vectors * 16 });
  const { kernels, at } = machine;
  kernels.seedStreams(at.stream, 1, streamKey(seed, 'sampledCouplings'), 0);
  const spins = new Int8Array(n);
  return () => {
    kernels.fillRandom(at.stream, at.out, vectors);
    const words = machine.u32('out');
    for (let i = 0; i < n; i++) spins[i] = ((words[i >> 5] >>> (i & 31)) & 1) * 2 - 1;
    return spins;
  };
}

function checkSets(rbm: SpinRbm, sets: readonly (readonly number[])[], least = 1): number[][] {
  checkList('sets', sets, 'array of sets of sites');
  return sets.map((set, k) => {
    const name = `sets[${k}]`;
    checkList(name, set, 'array of sites');
    if (set.length < least || set.length > MAX_ORDER) refuse(name, `${least} to ${MAX_ORDER} sites`, set);
    const sorted = set.map((site, m) => integer(`${name}[${m}]`, site, 0, rbm.visible - 1)).sort((a, b) => a - b);
    if (sorted.some((site, m) => m > 0 && site === sorted[m - 1])) refuse(name, 'different sites', set);
    return sorted;
  });
}

function bitCount(x: number): number {
  let count = 0;
  for (let rest = x; rest !== 0; rest &= rest - 1) count++;
  return count;
}
