/** What a Monte Carlo renormalization group tells. */

import type { Eigenvalue } from '../../linear/eigen.js';
import type { Estimate } from '../../util/estimate.js';
import type { Sectors } from './bases.js';

/** The linearised transformation of one step in the even or the odd operators. */
export interface McrgSector {
  /** Names of the operators. */
  operators: string[];
  /** ∂K'_α/∂K_β = (A⁻¹B)_αβ with all n operators, row-major [n, n]. */
  matrix: number[];
  /** Its eigenvalues, the largest modulus first. */
  eigenvalues: Eigenvalue[];
  /** y = ln|λ|/ln b of each eigenvalue, with its statistical error; null for λ = 0. */
  spectrum: (Estimate | null)[];
  /** The leading exponent with the first m operators, entry m - 1; null where the eigenvalue is complex or not positive. */
  byOperators: (Estimate | null)[];
  /** The leading exponent with all operators; the error is the statistical one. */
  exponent: Estimate | null;
  /**
   * What more operators change: exponent minus that with the first half of them. It is the size of the truncation error,
   * which the statistical error does not contain; null for fewer than two operators.
   */
  truncation: number | null;
  /** Condition number of A scaled to ones on its diagonal: digits lost in A⁻¹ are its logarithm. */
  condition: number;
  /**
   * ∂⟨S'_α⟩/∂K_β over ∂⟨S'_α⟩/∂K_0 for the fine couplings K_β: row α of coarse operator α. At a critical point all rows
   * tend to one vector with the number of steps, the normal of the critical surface, without an error of truncation.
   * Null where operator α does not respond to K_0. Source: Y. Wu & R. Car, Phys. Rev. E 100, 022138 (2019).
   */
  tangent: (Estimate | null)[][];
}

/** One step of the Monte Carlo renormalization group. */
export interface McrgStep extends Sectors<McrgSector> {
  /** 1 is the first one. */
  step: number;
  /** Sides of the lattice before the step, and after it. */
  fine: readonly number[];
  coarse: readonly number[];
  /** b. */
  scale: number;
}

/** What the Monte Carlo renormalization group found. */
export interface McrgReport {
  /** Names of the rules of the steps. */
  rules: string[];
  /** Number of configurations, and of the blocks of the jackknife. */
  count: number;
  blocks: number;
  steps: McrgStep[];
  /**
   * What speaks against the exponents, in sentences: rules too soft for a critical fixed point (w < b^(-y_h) per spin of a block) or
   * nearly so, why an exponent is null, and exponents that the second half of the operators changes by more than 0.02 and three statistical errors.
   */
  doubts: string[];
}
