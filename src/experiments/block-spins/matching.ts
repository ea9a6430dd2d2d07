/** K_c and y_T by the matching of two lattices: at a fixed point of the RG both have the same block spins. */

import { criticalCoupling } from '../../exact/onsager.js';
import type { BlockObservable, BlockObservables } from '../../rg/blocking/observables.js';
import { solveSymmetric } from '../../stats/cholesky.js';
import type { Estimate, Mean } from '../../util/estimate.js';
import { type BlockSpinsParameters, type FlowResult, OFFSETS } from './result.js';

/** An estimate of K_c from one pair of lattices. */
export interface Matching {
  /** Steps on the smaller and on the larger lattice of the pair. */
  steps: [number, number];
  observable: BlockObservable;
  /**
   * The coupling at which the two agree, and its distance from the exact K_c in standard errors; null if the curves do
   * not cross.
   */
  coupling: { value: number; error: number; sigmas: number } | null;
  /** ln(ratio of slopes)/ln b, the thermal exponent y_T (exactly 1); null if the slopes differ in sign. */
  exponent: Estimate<number> | null;
  /** χ² of the cubic through the differences, and its degrees of freedom. */
  chiSquare: number | null;
  freedom: number;
}

export const of = ({ observables }: BlockObservables, name: BlockObservable): Mean => observables[name] as Mean;

/** b - a of two independent means; with an error of 0 or null, there is no weight for a fit. */
export const difference = (a: Mean, b: Mean): Estimate<number> => ({
  value: b.mean - a.mean,
  error: Math.hypot(a.error ?? Number.NaN, b.error ?? Number.NaN),
});

const estimateOf = ({ mean, error }: Mean): Estimate<number> => ({ value: mean, error: error ?? Number.NaN });

/** The lattice of n + 1 steps against that of n. */
export function matchingOf(
  flows: FlowResult[],
  observable: BlockObservable,
  n: number,
  { factor, spacing }: BlockSpinsParameters,
): Matching {
  const x = flows.map(({ point }) => point.offset);
  const [small, large] = [n, n + 1].map((step) => flows.map(({ levels }) => of(levels[step], observable)));
  const gap = cubic(
    x,
    large.map((one, k) => difference(small[k], one)),
  );
  const [slow, fast] = [small, large].map((means) => cubic(x, means.map(estimateOf)));
  return {
    steps: [n, n + 1],
    observable,
    coupling: gap && crossingOf(gap, spacing),
    exponent: slow && fast && exponentOf(slow, fast, factor),
    chiSquare: gap?.chiSquare ?? null,
    freedom: x.length - 4,
  };
}

const POWERS = [0, 1, 2, 3];

/** y = Σ c_k x^k, k = 0 … 3, by weighted least squares. */
interface Cubic {
  c: Float64Array;
  /** Row-major [4, 4]. */
  covariance: Float64Array;
  chiSquare: number;
}

/** Null if a point has no error, and so no weight. */
function cubic(x: number[], y: Estimate<number>[]): Cubic | null {
  if (!y.every(({ error }) => error > 0)) return null;
  const [normal, right] = [new Float64Array(16), new Float64Array(4)];
  x.forEach((at, i) => {
    for (const j of POWERS) {
      right[j] += (at ** j * y[i].value) / y[i].error ** 2;
      for (const k of POWERS) normal[4 * j + k] += at ** (j + k) / y[i].error ** 2;
    }
  });
  const c = solveSymmetric(normal, right).solution;
  const columns = POWERS.map(
    (k) =>
      solveSymmetric(
        normal,
        Float64Array.from(POWERS, (j) => +(j === k)),
      ).solution,
  );
  const covariance = Float64Array.from(columns.flatMap((column) => [...column]));
  const chiSquare = x.reduce((sum, at, i) => sum + ((y[i].value - cubicAt(c, at)) / y[i].error) ** 2, 0);
  return { c, covariance, chiSquare };
}

const cubicAt = (c: Float64Array, x: number) => c[0] + x * (c[1] + x * (c[2] + x * c[3]));

/** The root between the couplings, with its error by the coefficients; null if there is none, or no clear slope. */
function crossingOf({ c, covariance }: Cubic, spacing: number): Matching['coupling'] {
  const [first, last] = [OFFSETS[0], OFFSETS[OFFSETS.length - 1]];
  let [low, high] = [first, last];
  if (!(cubicAt(c, low) < 0 && cubicAt(c, high) > 0)) return null;
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (cubicAt(c, middle) < 0) low = middle;
    else high = middle;
  }
  const root = (low + high) / 2;
  let variance = 0;
  for (const j of POWERS) for (const k of POWERS) variance += root ** (j + k) * covariance[4 * j + k];
  const error = (spacing * Math.sqrt(variance)) / Math.abs(c[1] + root * (2 * c[2] + 3 * root * c[3]));
  // if the error reaches the end of the couplings, since the curves are nearly parallel, the root is not reliable
  if (!(error < (spacing * (last - first)) / 4)) return null;
  return { value: criticalCoupling + spacing * root, error, sigmas: (spacing * root) / error };
}

/** From the slopes at K_c: d⟨…⟩/dK after n + 1 steps is b^{y_T} times that after n. */
function exponentOf(slow: Cubic, fast: Cubic, factor: number): Matching['exponent'] {
  const ratio = fast.c[1] / slow.c[1];
  if (!(ratio > 0)) return null;
  const relative = ({ c, covariance }: Cubic) => Math.sqrt(covariance[5]) / c[1];
  const error = Math.hypot(relative(slow), relative(fast)) / Math.log(factor);
  return { value: Math.log(ratio) / Math.log(factor), error };
}
