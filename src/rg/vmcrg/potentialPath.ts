/** Steps of V for RBMs: the weights whose free energy is nearest to what a step makes of V. */

import { descend, type LeastSquares, type LeastSquaresPoint, NormalEquations } from '../../linear/leastSquares.js';
import type { BitRows } from '../../util/bits.js';
import type { RbmPotential } from './rbmPotential.js';

/** Steps by which weights are found, and their damping at first. */
const NEAREST = { iterations: 30, damping: 0.01 };

interface PathPoint extends LeastSquaresPoint {
  potential: RbmPotential;
  /** Of each state. */
  residuals: Float64Array;
}

/**
 * V_θ + length·Δ·∂V_θ as closely as RBMs can have it: a soft direction of the weights is one in which V hardly changes, to first order, so that a step
 * along it is long, and not straight. Least squares over states of what differs beyond a constant.
 */
export class PotentialPath implements LeastSquares<PathPoint> {
  readonly #potential: RbmPotential;
  readonly #states: BitRows;
  readonly #energies: Float64Array;
  readonly #added: Float64Array;
  #length = 0;

  /**
   * @param direction Δ, one per parameter
   * @param states by which V is compared
   */
  constructor(potential: RbmPotential, direction: Float64Array, states: BitRows) {
    this.#potential = potential;
    this.#states = states;
    this.#energies = potential.energies(states);
    const gradients = potential.gradients(states);
    const p = direction.length;
    this.#added = this.#energies.map((_, row) =>
      direction.reduce((sum, step, k) => sum + step * gradients[row * p + k], 0),
    );
  }

  /** The weights of the RBM that is nearest. */
  nearest(length: number): RbmPotential {
    this.#length = length;
    const at = this.point(this.#potential.parameters);
    // at the border, beyond it by rounding
    if (!at) return this.#potential;
    const options = { iterations: NEAREST.iterations, enough: 0 };
    return descend(this, { at, damping: NEAREST.damping }, options).at.potential;
  }

  point(parameters: Float64Array): PathPoint | null {
    const potential = this.#potential.with(parameters.map(Math.fround));
    if (!potential) return null;
    const energies = potential.energies(this.#states);
    const residuals = centred(energies.map((v, row) => v - this.#energies[row] - this.#length * this.#added[row]));
    const loss = residuals.reduce((sum, r) => sum + (r * r) / 2 / residuals.length, 0);
    return { parameters: potential.parameters, potential, residuals, loss };
  }

  normal({ potential, residuals }: PathPoint): NormalEquations {
    const p = potential.parameters.length;
    const rows = residuals.length;
    const gradients = potential.gradients(this.#states);
    const means = new Float64Array(p);
    gradients.forEach((value, at) => {
      means[at % p] += value / rows;
    });
    const normal = new NormalEquations(p);
    residuals.forEach((r, row) => {
      normal.add(
        means.map((mean, k) => gradients[row * p + k] - mean),
        r,
        1 / rows,
      );
    });
    return normal;
  }
}

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return values.map((x) => x - mean);
}
