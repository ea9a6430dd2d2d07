/** K_c and y_T by the matching of two lattices: at a fixed point of the RG both have the same block spins. */

import { criticalCoupling } from '../../exact/onsager.js';
import type { BlockObservable, BlockObservables } from '../../rg/blocking/observables.js';
import { type PolynomialFit, polynomialFit } from '../../stats/polynomial.js';
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

/** The cubic through the means at the couplings; null if a point has no error, and so no weight. */
function cubic(x: number[], y: Estimate<number>[]): PolynomialFit | null {
  if (!y.every(({ error }) => error > 0)) return null;
  const [values, errors] = [y.map(({ value }) => value), y.map(({ error }) => error)];
  return polynomialFit(x, values, errors, 3);
}

/** The coupling at which the gap rises through zero; null if it does not, or not clearly. */
function crossingOf(gap: PolynomialFit, spacing: number): Matching['coupling'] {
  const [first, last] = [OFFSETS[0], OFFSETS[OFFSETS.length - 1]];
  const root = gap.rise(first, last);
  // if the error reaches the end of the couplings, since the curves are nearly parallel, the root is not reliable
  if (root === null || !(root.error < (last - first) / 4)) return null;
  const error = spacing * root.error;
  return { value: criticalCoupling + spacing * root.value, error, sigmas: (spacing * root.value) / error };
}

/** From the slopes at K_c: d⟨…⟩/dK after n + 1 steps is b^{y_T} times that after n. */
function exponentOf(slow: PolynomialFit, fast: PolynomialFit, factor: number): Matching['exponent'] {
  const slopes = [slow.slope(0), fast.slope(0)];
  const ratio = slopes[1].value / slopes[0].value;
  if (!(ratio > 0)) return null;
  const error = Math.hypot(...slopes.map(({ value, error: own }) => own / value)) / Math.log(factor);
  return { value: Math.log(ratio) / Math.log(factor), error };
}
