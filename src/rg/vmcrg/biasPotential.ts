/** Bias potentials V of block spins. */

import { checkSpins } from '../../ising/models/hamiltonian.js';
import type { BitRows } from '../../util/bits.js';
import { finite, instanceOf, integer, lengthOf } from '../../util/check.js';
import { OperatorBasis } from '../operators/basis.js';

/**
 * A bias potential V(S') of block spins, in units of kT, with parameters that the variational method optimises: the
 * biased weight of the fine spins is e^{-H(v) - V(S'(v))}. The kernels know two: `OperatorPotential` and `RbmPotential`.
 */
export interface BiasPotential {
  /** Number of block spins. */
  readonly sites: number;
  /** Adjustable; a change counts from the next call on. */
  readonly parameters: Float64Array;
  /** V of block spins ±1. */
  energy(coarse: ArrayLike<number>): number;
  /** V after the spin of `block` is turned, minus V before. */
  change(coarse: ArrayLike<number>, block: number): number;
  /** ∂V/∂parameters. */
  gradient(coarse: ArrayLike<number>): Float64Array;
  /** V of rows of block spins, a set bit being +1. */
  energies(rows: BitRows): Float64Array;
  /** ⟨V⟩ and ⟨∂V/∂parameters⟩ over independent fair block spins. */
  fairMeans(): { energy: number; gradient: Float64Array };
}

/**
 * V(S') = +Σ_α J_α S'_α with the operators S'_α = Σ Π s' of a basis. At the minimum of Ω for a uniform target V = -H' and
 * a constant: where H' = -Σ K' S', K'_α = J_α.
 */
export class OperatorPotential implements BiasPotential {
  readonly sites: number;
  readonly parameters: Float64Array;
  /** Of each site: the operator and first entry of each product that holds it. */
  readonly #around: { operator: number; at: number }[][];

  /**
   * @param parameters J, one per operator; default 0
   * @throws TypeError or RangeError if not an OperatorBasis, or J of another length or not finite
   */
  constructor(
    readonly basis: OperatorBasis,
    parameters?: ArrayLike<number>,
  ) {
    instanceOf('basis', basis, OperatorBasis, 'OperatorBasis');
    this.sites = basis.sites;
    const count = basis.operators.length;
    this.parameters = Float64Array.from(lengthOf('parameters', parameters ?? new Float64Array(count), count));
    this.parameters.forEach((value, k) => {
      finite(`parameters[${k}]`, value);
    });
    this.#around = Array.from({ length: this.sites }, () => []);
    basis.operators.forEach(({ order, sites }, operator) => {
      sites.forEach((site, k) => {
        this.#around[site].push({ operator, at: k - (k % order) });
      });
    });
  }

  /**
   * V of block spins ±1.
   * @throws TypeError for a wrong kind; RangeError for a wrong length, or an entry that is not ±1
   */
  energy(coarse: ArrayLike<number>): number {
    return this.gradient(coarse).reduce((sum, value, k) => sum + this.parameters[k] * value, 0);
  }

  /**
   * V after the spin of `block` is turned, minus V before.
   * @throws TypeError or RangeError as `energy`, or for a block out of range
   */
  change(coarse: ArrayLike<number>, block: number): number {
    checkSpins('coarse', coarse, this.sites);
    integer('block', block, 0, this.sites - 1);
    return this.#around[block].reduce(
      (sum, { operator, at }) => sum - 2 * this.parameters[operator] * this.#product(operator, at, coarse),
      0,
    );
  }

  /**
   * ∂V/∂J_α = S'_α.
   * @throws TypeError or RangeError as `energy`
   */
  gradient(coarse: ArrayLike<number>): Float64Array {
    checkSpins('coarse', coarse, this.sites);
    return Float64Array.from(this.basis.operators, ({ order, sites }, operator) => {
      let sum = 0;
      for (let at = 0; at < sites.length; at += order) sum += this.#product(operator, at, coarse);
      return sum;
    });
  }

  /**
   * V of rows of block spins, a set bit being +1.
   * @throws TypeError or RangeError as `OperatorBasis.measure`
   */
  energies(rows: BitRows): Float64Array {
    const sums = this.basis.measure(rows);
    const count = this.parameters.length;
    return Float64Array.from({ length: rows.count }, (_, row) =>
      this.parameters.reduce((sum, coupling, k) => sum + coupling * sums[row * count + k], 0),
    );
  }

  /** ⟨V⟩ and ⟨S'_α⟩ over independent fair block spins: 0, since no product has a site twice. */
  fairMeans(): { energy: number; gradient: Float64Array } {
    return { energy: 0, gradient: new Float64Array(this.parameters.length) };
  }

  #product(operator: number, at: number, coarse: ArrayLike<number>): number {
    const { order, sites } = this.basis.operators[operator];
    let product = 1;
    for (let k = at; k < at + order; k++) product *= coarse[sites[k]];
    return product;
  }
}
