/**
 * Finite-size scaling by data collapse: A_L(K) = L^{ζ/ν} f((K - K_c) L^{1/ν}), so that A L^{-ζ/ν} against (K - K_c)
 * L^{1/ν} is one curve for all sizes at the right K_c, ν and ζ. ζ = 0 for Binder's cumulant, γ for the susceptibility,
 * -β for |m|, α for the specific heat.
 *
 * The quality S of a collapse at given parameters is that of Houdayer & Hartmann, Phys. Rev. B 70, 014418 (2004),
 * arXiv:cond-mat/0402036, appendix: the master curve goes through neighbouring points. S is discontinuous where
 * neighbours change, most of all where points of all sizes coincide, as at K_c of a common grid of couplings. So it is
 * not used for a search; see collapse.ts.
 */

import { checkList, finite, knownOptions, positive, refuse } from '../util/check.js';
import { weightedLine } from './fit.js';

/** One measured value. */
export interface ScalingPoint {
  /** L, the linear size. */
  size: number;
  /** K, or any other control parameter. */
  coupling: number;
  value: number;
  /** Its standard error, > 0. Points are taken as independent. */
  error: number;
}

/** Parameters of a data collapse. */
export interface CollapseParameters {
  /** K_c. */
  criticalCoupling: number;
  /** ν > 0. */
  nu: number;
  /** ζ, so that A ∝ L^{ζ/ν} at K_c. */
  exponent: number;
}

/** How well the points fall on one curve. */
export interface CollapseQuality {
  /**
   * S, about 1 for a good collapse with honest errors, much larger for a bad one; null if no point lies within the
   * curve of another size.
   */
  quality: number | null;
  /** Number of points within the curve of at least one other size, which are those that count. */
  overlapping: number;
}

/** Names of `CollapseParameters`. */
export const PARAMETERS = ['criticalCoupling', 'nu', 'exponent'] as const;

/**
 * S = (1/𝒩) Σ_ij (y_ij - Y_ij)² / (dy_ij² + dY_ij²): each scaled point y_ij of size i is compared with Y_ij ± dY_ij,
 * the weighted straight line at x_ij through the two neighbouring points on either side of x_ij of every other size
 * that has them; 𝒩 is the number of points that have a Y_ij.
 * @throws TypeError or RangeError for points of fewer than two sizes, entries out of range, or ν ≤ 0
 */
export function collapseQuality(points: readonly ScalingPoint[], parameters: CollapseParameters): CollapseQuality {
  knownOptions('collapseQuality', parameters, PARAMETERS, 'parameters');
  const curves = checkPoints(points);
  for (const name of ['criticalCoupling', 'exponent'] as const) finite(name, parameters[name]);
  positive('nu', parameters.nu);
  return qualityOf(curves, parameters);
}

/**
 * Points by size, each curve in rising order of the coupling; copies.
 * @throws TypeError or RangeError for entries out of range or fewer than two sizes
 */
export function checkPoints(points: readonly ScalingPoint[]): ScalingPoint[][] {
  checkList('points', points, 'array of { size, coupling, value, error }');
  const curves = new Map<number, ScalingPoint[]>();
  points.forEach((point: ScalingPoint, k: number) => {
    if (point === null || typeof point !== 'object') refuse(`points[${k}]`, 'scaling point', point, 'type');
    const size = positive(`points[${k}].size`, point.size);
    finite(`points[${k}].coupling`, point.coupling);
    finite(`points[${k}].value`, point.value);
    positive(`points[${k}].error`, point.error);
    curves.set(size, [...(curves.get(size) ?? []), { ...point }]);
  });
  if (curves.size < 2) throw new RangeError(`"points" expected at least two sizes, got ${curves.size}`);
  return [...curves.values()].map((curve) => curve.sort((a, b) => a.coupling - b.coupling));
}

/** A scaled point with the square of its error. */
export type Scaled = { x: number; y: number; variance: number };

/** `collapseQuality`; the arguments are not checked. */
export function qualityOf(curves: readonly ScalingPoint[][], parameters: CollapseParameters): CollapseQuality {
  const scaled = scale(curves, parameters);
  return qualityAmong(scaled, neighboursOf(scaled));
}

/** Scaled points of each curve. */
export function scale(curves: readonly ScalingPoint[][], parameters: CollapseParameters): Scaled[][] {
  const { criticalCoupling, nu, exponent } = parameters;
  return curves.map((curve) =>
    curve.map(({ size, coupling, value, error }) => {
      const factor = size ** (-exponent / nu);
      return {
        x: (coupling - criticalCoupling) * size ** (1 / nu),
        y: value * factor,
        variance: (error * factor) ** 2,
      };
    }),
  );
}

/** For each point of each curve: the pairs [curve, upper point] of the other curves around it. */
function neighboursOf(scaled: readonly Scaled[][]): [number, number][][][] {
  return scaled.map((curve, own) =>
    curve.map(({ x }) =>
      scaled.flatMap((other, i): [number, number][] => {
        if (i === own || other.length < 2 || other[0].x > x) return [];
        const above = other.findIndex((point) => point.x >= x);
        return above < 0 ? [] : [[i, Math.max(1, above)]];
      }),
    ),
  );
}

function qualityAmong(scaled: readonly Scaled[][], neighbours: [number, number][][][]): CollapseQuality {
  let sum = 0;
  let overlapping = 0;
  scaled.forEach((curve, own) => {
    curve.forEach(({ x, y, variance }, k) => {
      const near = neighbours[own][k].flatMap(([i, upper]) => [scaled[i][upper - 1], scaled[i][upper]]);
      if (near.length === 0) return;
      const line = weightedLine(
        near.map((point) => point.x),
        near.map((point) => point.y),
        near.map((point) => 1 / point.variance),
      );
      const distance = x - line.centre;
      const masterVariance = 1 / line.total + (line.squares > 0 ? distance ** 2 / line.squares : 0);
      sum += (y - line.height - line.slope * distance) ** 2 / (variance + masterVariance);
      overlapping++;
    });
  });
  return { quality: overlapping === 0 ? null : sum / overlapping, overlapping };
}
