/** Couplings of block spins by pseudo-likelihood, growing with the number of configurations. */

import { Ising, type SpinData, square } from '../../ising/index.js';
import { groupCouplings, majorityRule, type Pair } from '../../rg/index.js';
import type { Estimate } from '../../stats/index.js';
import { CONFIGURATIONS, LEAST_SIDE, MOST_STEPS } from './rows.js';

/** A point of the plane: after so many steps, K between neighbours and between second ones; null before the first fit. */
export interface CouplingPoint {
  step: number;
  nearest: Estimate | null;
  second: Estimate | null;
}

/** Steps to a neighbour of each kind; those in the opposite directions belong to the neighbour. */
const KINDS: readonly (readonly (readonly [down: number, right: number])[])[] = [
  [
    [0, 1],
    [1, 0],
  ],
  [
    [1, 1],
    [1, -1],
  ],
  [
    [0, 2],
    [2, 0],
  ],
];

/** All pairs of a periodic square lattice of each kind. */
function pairsOf(side: number): Pair[][] {
  const site = (y: number, x: number) => ((y + side) % side) * side + ((x + side) % side);
  return KINDS.map((steps) =>
    Array.from({ length: side * side }, (_, k) => [Math.floor(k / side), k % side] as const).flatMap(([y, x]) =>
      steps.map(([down, right]): Pair => [site(y, x), site(y + down, x + right)]),
    ),
  );
}

/**
 * K between neighbours, second and third ones (two to the side) of configurations on a periodic square lattice, by
 * maximum pseudo-likelihood.
 * @throws RangeError or Error as `groupCouplings`, where spins do not determine them
 */
export function fitCouplings(spins: SpinData): Estimate<number>[] {
  const { couplings, covariance } = groupCouplings(spins, pairsOf(spins.shape[0]));
  return couplings.map((value, g) => ({ value, error: Math.sqrt(covariance[g * (couplings.length + 1)]) }));
}

/** Steps of 2 × 2 majority that a lattice of this side has. */
export function couplingSteps(size: number): number {
  let steps = 0;
  for (let side = size / 2; side >= LEAST_SIDE && Number.isInteger(side) && steps < MOST_STEPS; side /= 2) steps++;
  return steps;
}

/** Sums over fits of as many configurations each. */
interface Sums {
  fits: number;
  couplings: number[];
  variances: number[];
}

/**
 * The couplings of block spins at one K. Each set of 1280 configurations is fitted by itself; what is told are means over
 * the sets, with the errors of the fits.
 */
export class CouplingRun {
  readonly coupling: number;
  readonly #seed: number;
  readonly #ising: Ising;
  readonly #sums: Sums[];
  /** Sets so far; block spins of the present one, and steps of them that were fitted. */
  #sets = 0;
  #spins: SpinData | undefined;
  #step = 0;

  constructor(coupling: number, size: number, seed: number) {
    this.coupling = coupling;
    this.#seed = seed;
    this.#ising = new Ising({ lattice: square(size), coupling, seed });
    this.#sums = Array.from({ length: couplingSteps(size) }, () => ({
      fits: 0,
      couplings: [0, 0, 0],
      variances: [0, 0, 0],
    }));
  }

  /** Configurations that are fitted at all steps. */
  get count(): number {
    return this.#sets * CONFIGURATIONS;
  }

  /** Samples a set, or makes and fits the next block spins of it. */
  advance(): void {
    if (this.#spins === undefined) {
      this.#spins = this.#ising.sample(CONFIGURATIONS);
      this.#step = 0;
      return;
    }
    const rule = majorityRule({ factor: 2 });
    this.#spins = rule.apply(this.#spins, { seed: this.#seed, firstRow: this.count });
    this.#fit(this.#spins, this.#step);
    this.#step++;
    if (this.#step < this.#sums.length) return;
    this.#spins = undefined;
    this.#sets++;
  }

  #fit(spins: SpinData, step: number): void {
    const sums = this.#sums[step];
    sums.fits++;
    fitCouplings(spins).forEach(({ value, error }, g) => {
      sums.couplings[g] += value;
      sums.variances[g] += error ** 2;
    });
  }

  /** The spins themselves, whose couplings are known, and their block spins. */
  points(): CouplingPoint[] {
    const known = { step: 0, nearest: { value: this.coupling, error: null }, second: { value: 0, error: null } };
    const fitted = this.#sums.map(({ fits, couplings, variances }, k): CouplingPoint => {
      const of = (g: number): Estimate | null =>
        fits === 0 ? null : { value: couplings[g] / fits, error: Math.sqrt(variances[g]) / fits };
      return { step: k + 1, nearest: of(0), second: of(1) };
    });
    return [known, ...fitted];
  }
}
