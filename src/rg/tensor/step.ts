/** What a network of coarse tensors says about its model. */

import { integer, knownOptions, refuse } from '../../util/check.js';
import { bondsOf, type Complex, closeRow, DOWN, divide, LEFT, RIGHT, trace, UP } from './network.js';
import { MAX_VALUES, rowFits, type TransferEigenvalue, transferSpectrum } from './spectrum.js';
import { type BlockTensor, contractAll, permute } from './tensor.js';

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
  /** Number of tensors side by side, 1 to 4; default 1. From 2 on the ring is turned by one tensor, which gives spins. */
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
  /** τ = b/a of the translations of the coarse lattice. */
  readonly tau: Complex;
  /** N, lattice sites per tensor: 2^step. */
  readonly sites: number;
  /** Share of the squared norm that the singular values left out in this step had; the largest one of its truncations. */
  readonly discarded: number;
  readonly #state: StepState;
  readonly #before: TensorStep | null;
  #up: TransferEigenvalue[] | undefined;
  #side: TransferEigenvalue[] | undefined;

  constructor(state: StepState, before: TensorStep | null) {
    this.step = state.step;
    this.tensor = state.tensor;
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
   * ln Z/N of the torus of N = `sites` sites that one tensor closed in both directions is; ln Z/N of the infinite
   * lattice when N is large: at K_c the difference is ln(Σ e^{-2π Im τ (Δ - c/12)})/N.
   * @throws Error if Z is not positive, as where the truncation has spoiled the signs of a frustrated model
   */
  get logPartition(): number {
    const value = trace(this.tensor);
    if (!(value > 0))
      throw new Error(`Z of step ${this.step} is ${value}: the bond dimension is too small for this model`);
    return this.#state.logFactors + Math.log(value) / this.sites;
  }

  /**
   * The central charge from this step and the one before, 2 ln λ₀(step - 1) - ln λ₀(step) = (πc/6)(2g(step - 1) -
   * g(step)), where ln λ₀ = -f N + (πc/6) g, g = Im τ; where the step leaves 2g - g' small (a half step of HOTRG), from
   * the transfer matrices in the other direction, g = Im τ/|τ|². Null at step 0. Means nothing away from criticality.
   */
  get centralCharge(): number | null {
    const before = this.#before;
    if (before === null) return null;
    const upward = 2 * heightOf(before.tau) - heightOf(this.tau);
    const sideways = 2 * widthOf(before.tau) - widthOf(this.tau);
    const [g, from, to] =
      Math.abs(upward) >= 0.999 * Math.abs(sideways)
        ? [upward, before.#upward(), this.#upward()]
        : [sideways, before.#sideways(), this.#sideways()];
    const difference = 2 * logModulus(from[0]) - logModulus(to[0]) - this.#state.logFactor;
    return ((6 / Math.PI) * difference) / g;
  }

  /**
   * Gu and Wen's X₁ = (Tr T)²/Z(a pair of tensors side by side): at a fixed point the number of symmetry-broken states,
   * 1 in the disordered and 2 in the ordered phase of the Ising model, since Z counts them and is 1 for each.
   */
  get x1(): number {
    const z = trace(this.tensor);
    const matrix = closeRow(this.tensor);
    return (z * z) / contractAll(matrix, matrix, [1, 0]);
  }

  /** Gu and Wen's X₂: as X₁ with the pair of tensors on a twisted torus, right summed with up. At a fixed point X₂ = X₁. */
  get x2(): number {
    const z = trace(this.tensor);
    // all four bonds of the first tensor lead to the second one
    return (z * z) / contractAll(this.tensor, this.tensor, [RIGHT, DOWN, LEFT, UP]);
  }

  /**
   * The correlation length in lattice spacings, -height/ln|λ₁/λ₀| of the transfer matrix of one tensor: in a disordered
   * phase right to 1 or 2 in 100 at the step whose width is some four times as much. Narrower ones feel their width, on
   * wider ones λ₁ is lost to truncation. Infinity where λ₁ is degenerate to rounding. At criticality it grows with the
   * width, ξ = width/(2πΔ).
   */
  get correlationLength(): number {
    const [first, second] = this.#upward();
    const height = Math.sqrt(this.sites * this.#state.cell * heightOf(this.tau));
    const ratio = second === undefined ? 0 : logModulus(first) - logModulus(second);
    return ratio > 1e-14 ? height / ratio : second === undefined ? 0 : Number.POSITIVE_INFINITY;
  }

  /**
   * Scaling dimensions from the transfer matrix of `row` tensors, Δ = -ln|λ/λ₀|/(2π Im τ') with τ' = τ/row, or (τ +
   * 1)/row with the ring turned by one tensor, where the phase of λ is 2πs Re τ'. Of the two directions the one with the
   * shorter step is taken, -1/τ instead of τ where Im(-1/τ) is smaller. On an infinite lattice at criticality
   * they are those of the conformal field theory; Ising: 0, 1/8, 1, 9/8 twice, 2 four times. Plain TRG drifts away from
   * them after some ten steps.
   * @throws RangeError for a count outside [1, 32], a row outside [1, 4], one for which χ^{row + 2} exceeds 2²⁴, or an
   *   unknown option
   */
  dimensions(options: DimensionOptions = {}): ScalingDimensions {
    knownOptions('dimensions', options, ['count', 'row']);
    const count = integer('count', options.count ?? 10, 1, 32);
    const row = integer('row', options.row ?? 1, 1, 4);
    const shift = row > 1 ? 1 : 0;
    const sideways = widthOf(this.tau) < 0.999 * heightOf(this.tau);
    const own = sideways ? divide({ real: -1, imaginary: 0 }, this.tau) : this.tau;
    const tau = { real: (own.real + shift) / row, imaginary: own.imaginary / row };
    const tensor = sideways ? sidewaysOf(this.tensor) : this.tensor;
    if (row > 1 && !rowFits(tensor, row)) {
      refuse('row', `number of tensors with χ^(row + 2) <= ${MAX_VALUES}, χ = ${Math.max(...this.bonds)}`, row);
    }
    const single = () => (sideways ? this.#sideways() : this.#upward());
    const spectrum = row === 1 ? single() : transferSpectrum(tensor, row, shift);
    // Re τ' counts modulo 1: the twist is a rotation
    const twist = tau.real - Math.round(tau.real);
    const twisted = Math.abs(twist) > 1e-9;
    const dimensions = spectrum
      .slice(0, count)
      .filter((each) => each.real !== 0 || each.imaginary !== 0)
      .map((each) => ({
        dimension: (logModulus(spectrum[0]) - logModulus(each)) / (2 * Math.PI * tau.imaginary),
        spin: twisted ? Math.atan2(each.imaginary, each.real) / (2 * Math.PI * twist) : null,
        charge: each.charge,
      }));
    return { dimensions, spinPeriod: twisted ? Math.abs(1 / twist) : null, tau };
  }

  #upward(): TransferEigenvalue[] {
    this.#up ??= transferSpectrum(this.tensor, 1, 0);
    return this.#up;
  }

  #sideways(): TransferEigenvalue[] {
    this.#side ??= transferSpectrum(sidewaysOf(this.tensor), 1, 0);
    return this.#side;
  }
}

/** The tensor turned so that its transfer matrix goes to the right. */
function sidewaysOf(tensor: BlockTensor): BlockTensor {
  return permute(tensor, [UP, RIGHT, DOWN, LEFT]);
}

/** Im τ: length over width of a tensor whose transfer matrix goes up. */
function heightOf({ imaginary }: Complex): number {
  return imaginary;
}

/** Im(-1/τ): the same for the transfer matrix to the right. */
function widthOf({ real, imaginary }: Complex): number {
  return imaginary / (real * real + imaginary * imaginary);
}

function logModulus({ real, imaginary }: { real: number; imaginary: number }): number {
  return Math.log(Math.hypot(real, imaginary));
}
