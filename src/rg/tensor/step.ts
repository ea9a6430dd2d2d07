/** What a network of coarse tensors says about its model. */

import { integer, knownOptions, refuse } from '../../util/check.js';
import { bondsOf, type Complex, closeRow, DOWN, divide, LEFT, RIGHT, trace, UP } from './network.js';
import { MAX_VALUES, rowFits, type TransferEigenvalue, transferSpectrum } from './spectrum.js';
import { type BlockTensor, contract, contractAll, permute } from './tensor.js';

/** A scaling dimension. */
export interface ScalingDimension {
  /** Δ = h + h̄. */
  dimension: number;
  /**
   * Conformal spin s = h - h̄, known modulo `spinPeriod` and up to the sign of all of them; null where the torus is not
   * twisted, Re τ = 0.
   */
  spin: number | null;
  /** Charge of the state: for the Ising model without field 0 is even and 1 odd under a flip of all spins. */
  charge: number;
}

/** Options of `TensorStep.dimensions`. */
export interface DimensionOptions {
  /** Number of dimensions, 1 to 32; default 10. */
  count?: number;
  /**
   * Number of tensors side by side, 1 to 4, 2 or 4 where tensors alternate; default the least. From 2 on the ring is
   * turned by one tensor, which gives spins.
   */
  row?: number;
}

/** Scaling dimensions with what they were read from. */
export interface ScalingDimensions {
  /** Smallest Δ first; the first one is 0. */
  dimensions: ScalingDimension[];
  /** Spins are known modulo this number; null without spins. With two tensors in a row 2, with four 4. */
  spinPeriod: number | null;
  /** The modular parameter of the torus. */
  tau: Complex;
}

/** What an iteration keeps of a step. */
export interface StepState {
  step: number;
  /** Legs left, up, right, down; bond weights are multiplied in. Scaled to a largest entry of about 1. */
  tensor: BlockTensor;
  /** The tensor of the other sublattice, where it is another one. */
  partner: BlockTensor | null;
  tau: Complex;
  /** Lattice sites per tensor. */
  sites: number;
  /** Area of a site, in squared lattice spacings. */
  cell: number;
  /** ln of the factors taken out so far, per site: ln Z/N = logFactors + ln Tr T/N. */
  logFactors: number;
  /** ln of the factor taken out at this step. */
  logFactor: number;
  discarded: number;
}

/** One step of a tensor renormalization: T, the torus that it stands for, and what follows from it. */
export class TensorStep {
  /** Number of steps done; 0 is the model's own tensor. */
  readonly step: number;
  /** T with the legs left, up, right, down, up to a factor; bond weights are shared by both ends of a bond. */
  readonly tensor: BlockTensor;
  /** The tensor of the other sublattice, where tensors alternate (`loopTnr`); null where all are the same. */
  readonly partner: BlockTensor | null;
  /** τ = b/a of the translations of the coarse lattice. */
  readonly tau: Complex;
  /** N, lattice sites per tensor: 2^step. */
  readonly sites: number;
  /**
   * Share of the squared norm that was lost in this step: what the singular values left out had, the largest of its
   * truncations; of `loopTnr` the squared distance of the ring of four tensors from its eight halves.
   */
  readonly discarded: number;
  readonly #state: StepState;
  readonly #before: TensorStep | null;
  readonly #spectra: { up?: TransferEigenvalue[]; right?: TransferEigenvalue[] } = {};

  constructor(state: StepState, before: TensorStep | null) {
    this.step = state.step;
    this.tensor = state.tensor;
    this.partner = state.partner;
    this.tau = state.tau;
    this.sites = state.sites;
    this.discarded = state.discarded;
    this.#state = state;
    // two steps are enough, a whole chain of them would keep every tensor
    this.#before = before === null ? null : new TensorStep(before.#state, null);
  }

  /** Dimensions of the horizontal and the vertical leg. */
  get bonds(): [horizontal: number, vertical: number] {
    return bondsOf(this.tensor);
  }

  /**
   * ln Z/N of the smallest torus of these tensors: one tensor closed in both directions, N = `sites`, or A and B summed
   * with each other on all legs, 2N; ln Z/N of the infinite lattice when N is large. At K_c the difference from it is
   * ln(Σ e^{-2π Im τ' (Δ - c/12)})/N.
   * @throws Error if Z is not positive, as where the truncation has spoiled the signs of a frustrated model
   */
  get logPartition(): number {
    const value = this.#closed;
    if (!(value > 0)) {
      throw new Error(`Z of step ${this.step} is ${value}: the bond dimension is too small for this model`);
    }
    return this.#state.logFactors + Math.log(value) / (this.#tensors.length * this.sites);
  }

  /**
   * The central charge from this step and the one before: with ln λ₀ = -f A + (πc/6) g of rings of tensors, A their
   * sites and g = Im τ', f is eliminated, for one tensor per ring 2 ln λ₀(step - 1) - ln λ₀(step) = (πc/6)(2g(step - 1)
   * - g(step)). Where the step leaves that small (a half step of HOTRG), from the transfer matrices in the other
   * direction, g = Im(-1/τ'). Null at step 0. Means nothing away from criticality.
   * @throws Error if eigenvalues do not converge
   */
  get centralCharge(): number | null {
    const before = this.#before;
    if (before === null) return null;
    const ratio = this.#tensors.length / before.#tensors.length;
    const change = (direction: 'up' | 'right') =>
      2 * ratio * before.#torus(direction).imaginary - this.#torus(direction).imaginary;
    const direction = Math.abs(change('up')) >= 0.999 * Math.abs(change('right')) ? 'up' : 'right';
    const taken = this.#tensors.length * this.#state.logFactor;
    const difference =
      2 * ratio * logModulus(before.#spectrum(direction)[0]) - logModulus(this.#spectrum(direction)[0]) - taken;
    return ((6 / Math.PI) * difference) / change(direction);
  }

  /**
   * Gu and Wen's X₁ = Z²/Z', Z that of the smallest torus and Z' of two of them above each other: at a fixed point the
   * number of symmetry-broken states, 1 in the disordered and 2 in the ordered phase of the Ising model, since Z counts
   * them and is 1 for each. At criticality it depends on the shape of the tori alone.
   * Source: Gu & Wen, Phys. Rev. B 80, 155131 (2009).
   * @throws RangeError if there is no memory for a row of two large tensors
   */
  get x1(): number {
    const z = this.#closed;
    if (this.partner === null) {
      const matrix = closeRow(this.tensor);
      return (z * z) / contractAll(matrix, matrix, [1, 0]);
    }
    // the row A B, then the row B A
    const [upper, lower] = [pairRow(this.partner, this.tensor), pairRow(this.tensor, this.partner)];
    return (z * z) / contractAll(upper, lower, [1, 0, 3, 2]);
  }

  /**
   * Gu and Wen's X₂: as X₁ with the two tensors on a twisted torus, all legs of each summed with the other. At a fixed
   * point X₂ = X₁. Null where tensors alternate, whose Z is that torus.
   * @throws RangeError if there is no memory for it
   */
  get x2(): number | null {
    if (this.partner !== null) return null;
    const z = this.#closed;
    return (z * z) / twisted(this.tensor, this.tensor);
  }

  /**
   * The correlation length in lattice spacings, -height/ln|λ₁/λ₀| of the transfer matrix of the shortest ring: in a
   * disordered phase right to 1 or 2 in 100 at the step whose ring is some four times as long. Shorter ones feel their
   * length, on longer ones λ₁ is lost to truncation. Infinity where λ₁ is degenerate to rounding. At criticality it grows
   * with the ring, ξ = length/(2πΔ).
   * @throws Error if eigenvalues do not converge
   */
  get correlationLength(): number {
    const [first, second] = this.#spectrum('up');
    if (second === undefined) return 0;
    const height = Math.sqrt(this.sites * this.#state.cell * this.tau.imaginary);
    const ratio = logModulus(first) - logModulus(second);
    return ratio > 1e-14 ? height / ratio : Number.POSITIVE_INFINITY;
  }

  /**
   * Scaling dimensions from the transfer matrix of `row` tensors, Δ = -ln|λ/λ₀|/(2π Im τ') with τ' = τ/row, or (τ +
   * 1)/row with the ring turned by one tensor, where the phase of λ is 2πs Re τ'. Of the two directions the one with the
   * shorter step is taken, -1/τ instead of τ where Im(-1/τ) is smaller. At criticality they are those of the conformal
   * field theory; Ising: 0, 1/8, 1, 9/8 twice, 2 four times. Plain TRG drifts away from them after some ten steps.
   * @throws RangeError for a count outside [1, 32], a row outside [1, 4] or odd where tensors alternate, one for which
   *   χ^{row + 2} exceeds 2²⁴, or an unknown option
   */
  dimensions(options: DimensionOptions = {}): ScalingDimensions {
    knownOptions('dimensions', options, ['count', 'row']);
    const count = integer('count', options.count ?? 10, 1, 32);
    const shortest = this.#tensors.length;
    const row = integer('row', options.row ?? shortest, 1, 4);
    if (row % shortest !== 0) refuse('row', '2 or 4 where tensors alternate', row);
    const direction = heightOf('right', this.tau) < 0.999 * heightOf('up', this.tau) ? 'right' : 'up';
    const tensors = this.#towards(direction);
    if (row > 1 && !rowFits(tensors, row)) {
      refuse('row', `number of tensors with χ^(row + 2) <= ${MAX_VALUES}, χ = ${Math.max(...this.bonds)}`, row);
    }
    const tau = this.#torus(direction, row);
    const spectrum = row === shortest ? this.#spectrum(direction) : transferSpectrum(tensors, row, 1);
    // Re τ' counts modulo 1: a full turn of the ring
    const twist = tau.real - Math.round(tau.real);
    const turns = Math.abs(twist) > 1e-9;
    const dimensions = spectrum
      .slice(0, count)
      .filter((each) => each.real !== 0 || each.imaginary !== 0)
      .map((each) => ({
        dimension: (logModulus(spectrum[0]) - logModulus(each)) / (2 * Math.PI * tau.imaginary),
        spin: turns ? Math.atan2(each.imaginary, each.real) / (2 * Math.PI * twist) : null,
        charge: each.charge,
      }));
    return { dimensions, spinPeriod: turns ? Math.abs(1 / twist) : null, tau };
  }

  /** The tensors of the shortest ring. */
  get #tensors(): BlockTensor[] {
    return this.partner === null ? [this.tensor] : [this.tensor, this.partner];
  }

  /** Z of the smallest torus. */
  get #closed(): number {
    return this.partner === null ? trace(this.tensor) : twisted(this.tensor, this.partner);
  }

  #towards(direction: 'up' | 'right'): BlockTensor[] {
    return direction === 'up' ? this.#tensors : this.#tensors.map((tensor) => permute(tensor, [UP, RIGHT, DOWN, LEFT]));
  }

  /** τ' of a ring of tensors, the shortest one unless told, and a step in one direction; longer rings are turned by 1. */
  #torus(direction: 'up' | 'right', row = this.#tensors.length): Complex {
    const { real, imaginary } = direction === 'up' ? this.tau : divide({ real: -1, imaginary: 0 }, this.tau);
    return { real: (real + (row > 1 ? 1 : 0)) / row, imaginary: imaginary / row };
  }

  /** Eigenvalues of the transfer matrix of the shortest ring, by direction. */
  #spectrum(direction: 'up' | 'right'): TransferEigenvalue[] {
    const row = this.#tensors.length;
    this.#spectra[direction] ??= transferSpectrum(this.#towards(direction), row, row > 1 ? 1 : 0);
    return this.#spectra[direction];
  }
}

/** Two tensors, every leg summed with the other one's: Z of a twisted torus. */
function twisted(a: BlockTensor, b: BlockTensor): number {
  return contractAll(a, b, [RIGHT, DOWN, LEFT, UP]);
}

/** A ring of two tensors: up and down of the first, up and down of the second. */
function pairRow(a: BlockTensor, b: BlockTensor): BlockTensor {
  return contract(a, [LEFT, RIGHT], b, [RIGHT, LEFT]);
}

/** Im τ, or Im(-1/τ): length over width of a tensor whose transfer matrix goes up, or to the right. */
function heightOf(direction: 'up' | 'right', { real, imaginary }: Complex): number {
  return direction === 'up' ? imaginary : imaginary / (real * real + imaginary * imaginary);
}

function logModulus({ real, imaginary }: { real: number; imaginary: number }): number {
  return Math.log(Math.hypot(real, imaginary));
}
