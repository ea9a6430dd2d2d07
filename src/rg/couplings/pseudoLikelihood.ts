/**
 * Couplings from configurations: the Hamiltonian with fields and a few groups of equal pair couplings that best
 * predicts every spin from the others,
 *   -H(s) = Σ_i h_i s_i + Σ_g K_g Σ_{(i,j)∈g} s_i s_j,
 *   p(s_i | rest) = 1/(1 + exp(-2 s_i x_i)),  x_i = h_i + Σ_g K_g m_gi,
 * m_gi the sum over the partners of i in group g, by the maximum of Σ_i ln p(s_i | rest) (J. Besag, J. R. Stat. Soc. B
 * 36, 192, 1974). The estimate is consistent if the configurations have such a Hamiltonian; otherwise it is the closest
 * one with respect to these conditional distributions.
 */

import { solveSymmetric } from '../../stats/cholesky.js';
import { BitRows } from '../../util/bits.js';
import { checkList, integer, knownOptions, lengthOf, refuse } from '../../util/check.js';

/** Two sites. */
export type Pair = readonly [number, number];

/** Pairs of equal coupling: a list of pairs, or their sites one after the other, as the result of `bonds`. */
export type PairGroup = readonly Pair[] | Uint32Array;

/** Options of `groupCouplings`. */
export interface GroupCouplingOptions {
  /** ±1 per site: spin i is taken as sign_i·s_i; default all +1. */
  signs?: ArrayLike<number>;
  /** Adds a last group: all pairs of `sites` that are in no other group. Default false. */
  rest?: boolean;
  /** Sites to include; default all. */
  sites?: readonly number[];
}

/** Fitted couplings with their covariance. */
export interface GroupCouplings {
  /** K_g, in the order of the groups. */
  couplings: number[];
  /**
   * Their covariance, row-major: valid for independent rows, whether the configurations have such a Hamiltonian or not
   * (Huber's sandwich estimator).
   */
  covariance: number[];
  /** Mean number of pairs per site in each group. */
  partners: number[];
  /** Number of sites with both spin values among the rows; only these are fitted. */
  moving: number;
}

/** Largest component of the last Newton step, in K. */
const SETTLED = 1e-9;
const MAX_STEPS = 60;

/**
 * The couplings K_g of groups of pairs by maximum pseudo-likelihood; the fields of all sites are fitted too.
 * @param data nearly independent configurations; a set bit is spin +1
 * @param groups sets of pairs of different sites, each a list of pairs or the result of `bonds`; no pair may be in two
 *   groups
 * @throws TypeError for a wrong kind; RangeError for a site out of range, an empty group, a pair given twice, signs
 *   other than ±1, fewer than two rows, or rows that do not determine a coupling; Error if the pseudo-likelihood has no
 *   maximum
 */
export function groupCouplings(
  data: BitRows,
  groups: readonly PairGroup[],
  options: GroupCouplingOptions = {},
): GroupCouplings {
  knownOptions('groupCouplings', options, ['signs', 'rest', 'sites']);
  if (!(data instanceof BitRows)) refuse('data', 'BitRows', data, 'type');
  if (data.count < 2) refuse('data', 'at least two rows', data.count);
  const sites = options.sites ?? Array.from({ length: data.width }, (_, i) => i);
  const signs = signsOf(options.signs, data.width);
  const fit = new Fit(data, sites, signs, partnersOf(groups, data.width), options.rest === true);
  fit.maximise();
  return fit.result();
}

/** The pseudo-likelihood of the rows as a function of fields and couplings. */
class Fit {
  /** Indices in `sites` of the sites with both spin values. */
  readonly #movers: number[];
  readonly #groups: number;
  readonly #fields: Float64Array;
  readonly #couplings: Float64Array;
  /** Spins, [rows, sites]. */
  readonly #spins: Int8Array;
  readonly #n: number;
  readonly #rows: number;
  readonly #partners: Uint32Array[][];
  readonly #rest: boolean;
  readonly #sums: Int16Array;

  constructor(data: BitRows, sites: readonly number[], signs: Int8Array, partners: number[][][], rest: boolean) {
    this.#n = sites.length;
    this.#rows = data.count;
    checkList('sites', sites, 'array of sites');
    const place = new Map(sites.map((site, k) => [integer(`sites[${k}]`, site, 0, data.width - 1), k]));
    if (place.size < sites.length) refuse('sites', 'different sites', sites.length - place.size);
    this.#partners = partners.map((group) =>
      sites.map((site) => Uint32Array.from(group[site].flatMap((other) => place.get(other) ?? []))),
    );
    this.#rest = rest;
    this.#groups = partners.length + (rest ? 1 : 0);
    this.#spins = new Int8Array(this.#rows * this.#n);
    for (let r = 0; r < this.#rows; r++) {
      sites.forEach((site, k) => {
        this.#spins[r * this.#n + k] = signs[site] * (2 * data.bit(r, site) - 1);
      });
    }
    this.#fields = new Float64Array(this.#n);
    this.#couplings = new Float64Array(this.#groups);
    this.#movers = sites.map((_, k) => k).filter((k) => this.#moves(k));
    this.#partnersOfGroups().forEach((mean, g) => {
      if (mean === 0) refuse(`groups[${g}]`, 'at least one pair', 'none');
    });
    this.#sums = this.#sumPartners();
  }

  #moves(k: number): boolean {
    for (let r = 1; r < this.#rows; r++) if (this.#spins[r * this.#n + k] !== this.#spins[k]) return true;
    return false;
  }

  #partnersOfGroups(): number[] {
    const means = this.#partners.map((group) => group.reduce((sum, { length }) => sum + length, 0) / this.#n);
    if (this.#rest) means.push(this.#n - 1 - means.reduce((sum, mean) => sum + mean, 0));
    return means;
  }

  /** m_gi of every row and moving site, [rows, movers, groups]. */
  #sumPartners(): Int16Array {
    const [G, n] = [this.#groups, this.#n];
    const sums = new Int16Array(this.#rows * this.#movers.length * G);
    for (let r = 0, at = 0; r < this.#rows; r++) {
      const spins = this.#spins.subarray(r * n, (r + 1) * n);
      const total = spins.reduce((sum, spin) => sum + spin, 0);
      for (const k of this.#movers) {
        let rest = total - spins[k];
        for (const group of this.#partners) {
          const list = group[k];
          let sum = 0;
          for (let m = 0; m < list.length; m++) sum += spins[list[m]];
          sums[at++] = sum;
          rest -= sum;
        }
        if (this.#rest) sums[at++] = rest;
      }
    }
    return sums;
  }

  /** Calls `visit` for each row and moving site k with its spin, x, and the offset of its m_gi. */
  #each(visit: (k: number, spin: number, input: number, at: number) => void, endOfRow?: () => void): void {
    const [G, n, sums, fields, couplings] = [this.#groups, this.#n, this.#sums, this.#fields, this.#couplings];
    for (let r = 0, at = 0; r < this.#rows; r++) {
      for (const k of this.#movers) {
        let input = fields[k];
        for (let g = 0; g < G; g++) input += couplings[g] * sums[at + g];
        visit(k, this.#spins[r * n + k], input, at);
        at += G;
      }
      endOfRow?.();
    }
  }

  #value(): number {
    let value = 0;
    this.#each((_k, spin, x) => {
      const y = -2 * spin * x;
      value -= Math.max(y, 0) + Math.log1p(Math.exp(-Math.abs(y)));
    });
    return value;
  }

  /**
   * First and second derivatives; the second derivatives by fields are diagonal, so that the fields can be eliminated.
   */
  #derivatives() {
    const [G, n] = [this.#groups, this.#n];
    const gradient = { couplings: new Float64Array(G), fields: new Float64Array(n) };
    const curvature = {
      couplings: new Float64Array(G * G),
      mixed: new Float64Array(G * n),
      fields: new Float64Array(n),
    };
    const sums = this.#sums;
    this.#each((k, spin, x, at) => {
      const t = Math.tanh(x);
      const [first, second] = [spin - t, 1 - t * t];
      gradient.fields[k] += first;
      curvature.fields[k] += second;
      for (let g = 0; g < G; g++) {
        gradient.couplings[g] += first * sums[at + g];
        curvature.mixed[g * n + k] += second * sums[at + g];
        for (let f = 0; f <= g; f++) curvature.couplings[g * G + f] += second * sums[at + g] * sums[at + f];
      }
    });
    // Schur's complement: the couplings with the fields eliminated
    const schur = curvature.couplings.slice();
    const right = gradient.couplings.slice();
    for (const k of this.#movers) {
      for (let g = 0; g < G; g++) {
        const share = curvature.mixed[g * n + k] / curvature.fields[k];
        right[g] -= share * gradient.fields[k];
        for (let f = 0; f <= g; f++) schur[g * G + f] -= share * curvature.mixed[f * n + k];
      }
    }
    for (let g = 0; g < G; g++) for (let f = 0; f < g; f++) schur[f * G + g] = schur[g * G + f];
    return { gradient, curvature, schur, right };
  }

  /** Newton's steps, halved where the function decreases; it is concave. */
  maximise(): void {
    let value = this.#value();
    for (let step = 0; step < MAX_STEPS; step++) {
      const { gradient, curvature, schur, right } = this.#derivatives();
      const { solution, pivot } = solveSymmetric(schur, right);
      if (!(pivot > 1e-9)) refuse('data', 'rows that determine all couplings', 'rows that leave one undetermined');
      const fields = new Float64Array(this.#n);
      for (const k of this.#movers) {
        let rest = gradient.fields[k];
        for (let g = 0; g < this.#groups; g++) rest -= curvature.mixed[g * this.#n + k] * solution[g];
        fields[k] = rest / curvature.fields[k];
      }
      let scale = 1;
      const move = (by: number) => {
        for (let g = 0; g < this.#groups; g++) this.#couplings[g] += by * solution[g];
        for (const k of this.#movers) this.#fields[k] += by * fields[k];
      };
      move(1);
      let next = this.#value();
      while (!(next >= value - 1e-9 * Math.abs(value)) && scale > 1e-6) {
        scale /= 2;
        move(-scale);
        next = this.#value();
      }
      value = next;
      if (solution.every((by) => Math.abs(by) < SETTLED)) return;
    }
    throw new Error(
      `the pseudo-likelihood has no maximum within ${MAX_STEPS} steps: a spin may be determined by the others`,
    );
  }

  result(): GroupCouplings {
    const [G, n] = [this.#groups, this.#n];
    const { curvature, schur } = this.#derivatives();
    const share = curvature.mixed.map((mixed, k) =>
      curvature.fields[k % n] > 0 ? mixed / curvature.fields[k % n] : 0,
    );
    const spread = new Float64Array(G * G);
    const score = new Float64Array(G);
    this.#each(
      (k, spin, x, at) => {
        const first = spin - Math.tanh(x);
        for (let g = 0; g < G; g++) score[g] += first * (this.#sums[at + g] - share[g * n + k]);
      },
      () => {
        for (let g = 0; g < G; g++) for (let f = 0; f < G; f++) spread[g * G + f] += score[g] * score[f];
        score.fill(0);
      },
    );
    const half = columnsOf(spread, G).map((column) => solveSymmetric(schur, column).solution);
    const transposed = Array.from({ length: G }, (_, g) => Float64Array.from(half, (column) => column[g]));
    const covariance = transposed.map((column) => solveSymmetric(schur, column).solution);
    return {
      couplings: [...this.#couplings],
      covariance: covariance.flatMap((column) => [...column]),
      partners: this.#partnersOfGroups(),
      moving: this.#movers.length,
    };
  }
}

function columnsOf(matrix: Float64Array, n: number): Float64Array[] {
  return Array.from({ length: n }, (_, c) => Float64Array.from({ length: n }, (_x, r) => matrix[r * n + c]));
}

function signsOf(signs: ArrayLike<number> | undefined, width: number): Int8Array {
  if (signs === undefined) return new Int8Array(width).fill(1);
  lengthOf('signs', signs, width);
  return Int8Array.from(signs, (sign, k) =>
    sign === 1 || sign === -1 ? sign : refuse(`signs[${k}]`, '1 or -1', sign),
  );
}

/** Partners of each site in each group. */
/**
 * Pairs of a list, or of sites one after the other.
 * @throws TypeError for another kind, RangeError for half a pair
 */
function pairsOf(name: string, group: PairGroup): readonly Pair[] {
  if (Array.isArray(group)) {
    checkList(name, group, 'array of pairs');
    return group;
  }
  if (!(group instanceof Uint32Array)) refuse(name, 'array of pairs of sites, or bonds(lattice)', group, 'type');
  if (group.length % 2) refuse(name, 'two sites for each bond', `${group.length} sites`);
  return Array.from({ length: group.length / 2 }, (_, k): Pair => [group[2 * k], group[2 * k + 1]]);
}

function partnersOf(groups: readonly PairGroup[], width: number): number[][][] {
  checkList('groups', groups, 'array of groups of pairs');
  const seen = new Set<number>();
  return groups.map((group, g) => {
    const partners = Array.from({ length: width }, (): number[] => []);
    pairsOf(`groups[${g}]`, group).forEach((pair, k) => {
      const name = `groups[${g}][${k}]`;
      if (!Array.isArray(pair) || pair.length !== 2) refuse(name, 'pair of sites', pair, 'type');
      checkList(name, pair, 'pair of sites');
      const [i, j] = pair.map((site) => integer(name, site, 0, width - 1));
      const key = Math.min(i, j) * width + Math.max(i, j);
      if (i === j || seen.has(key)) refuse(name, 'pair of different sites, given once', `[${i}, ${j}]`);
      seen.add(key);
      partners[i].push(j);
      partners[j].push(i);
    });
    return partners;
  });
}
