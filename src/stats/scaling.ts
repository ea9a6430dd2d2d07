/**
 * Finite-size scaling by data collapse: A_L(K) = L^{ζ/ν} f((K - K_c) L^{1/ν}), so that A L^{-ζ/ν} against (K - K_c) L^{1/ν} is one curve for all sizes at the
 * right K_c, ν and ζ. ζ = 0 for Binder's cumulant, γ for the susceptibility, -β for |m|, α for the specific heat.
 *
 * How well the curves coincide is the S of Houdayer & Hartmann, Phys. Rev. B 70, 014418 (2004), arXiv:cond-mat/0402036, appendix. Corrections to
 * scaling are not in it: small sizes bias the answer, and only leaving them out shows by how much.
 */

import { finite, knownOptions, positive, refuse } from '../util/check.js';
import { solveSymmetric } from './cholesky.js';
import { weightedLine } from './fit.js';
import { minimise } from './minimise.js';

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
  /** S, about 1 for a good collapse with honest errors, much larger for a bad one; null where no point lies within another size's curve. */
  quality: number | null;
  /** Points that lie within the curve of at least one other size, and so count. */
  overlapping: number;
}

/** The best collapse; the error of a fixed parameter is null. */
export interface CollapseFit extends CollapseQuality {
  criticalCoupling: { value: number; error: number | null };
  nu: { value: number; error: number | null };
  exponent: { value: number; error: number | null };
}

const PARAMETERS = ['criticalCoupling', 'nu', 'exponent'] as const;

/**
 * S = (1/𝒩) Σ_ij (y_ij - Y_ij)² / (dy_ij² + dY_ij²): each scaled point y_ij of size i is compared with Y_ij ± dY_ij, the weighted straight line at x_ij
 * through the two neighbouring points on either side of x_ij of every other size that has them; 𝒩 is the number of points that have a Y_ij.
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
 * K_c, ν and ζ of the best collapse, by a simplex search from `start`, which must be near enough for the scaled curves to overlap.
 *
 * Errors are those of the points, propagated: where the gradient of S by the parameters θ is zero, moving the value y_k by its error σ_k moves θ by
 * -(∂²S/∂θ²)⁻¹ (∂²S/∂θ∂y_k) σ_k, with the neighbours of each point held as they are, and the squares add up. They are not widened where S > 1: then the
 * collapse, not the data, is at fault. S jumps where neighbours change, which is not in them: over synthetic curves they come out 4% (straight curve) to
 * 13% (bent, coarse points) too small.
 * @param options fixed: parameters that stay as they are in `start`
 * @throws TypeError or RangeError for arguments as in `collapseQuality`; RangeError if fewer than half of the points overlap at the start, or if the search
 *   finds no minimum
 */
export function fitCollapse(
  points: readonly ScalingPoint[],
  start: CollapseParameters,
  options: { fixed?: readonly (keyof CollapseParameters)[] } = {},
): CollapseFit {
  knownOptions('fitCollapse', options, ['fixed']);
  knownOptions('fitCollapse', start, PARAMETERS, 'start');
  const curves = checkPoints(points);
  for (const name of ['criticalCoupling', 'exponent'] as const) finite(`start.${name}`, start[name]);
  positive('start.nu', start.nu);
  const fixed = options.fixed ?? [];
  for (const name of fixed) if (!PARAMETERS.includes(name)) refuse('fixed', `names of ${PARAMETERS.join(', ')}`, name);
  const free = PARAMETERS.filter((name) => !fixed.includes(name));
  if (free.length === 0) refuse('fixed', 'at least one parameter left free', [...fixed]);

  const filled = (values: ArrayLike<number>, rest: CollapseParameters): CollapseParameters => {
    const parameters = { ...rest };
    free.forEach((name, k) => {
      parameters[name] = values[k];
    });
    return parameters;
  };
  // A search that pulls the curves apart would find a splendid S on what is left: half of the points must count.
  const least = points.length / 2;
  const objective = (values: Float64Array): number => {
    const parameters = filled(values, start);
    if (!(parameters.nu > 0)) return Infinity;
    const { quality, overlapping } = qualityOf(curves, parameters);
    return quality === null || overlapping < least ? Infinity : quality;
  };
  const couplings = points.map(({ coupling }) => coupling);
  const spread = Math.max(...couplings) - Math.min(...couplings);
  const edges: CollapseParameters = {
    criticalCoupling: spread / 20,
    nu: start.nu / 10,
    exponent: Math.max(0.1, Math.abs(start.exponent) / 10),
  };
  const steps = free.map((name) => edges[name]);
  const origin = free.map((name) => start[name]);
  if (objective(Float64Array.from(origin)) === Infinity) {
    refuse('start', 'parameters at which half of the points lie within the curve of another size', { ...start });
  }
  const { at, converged } = minimise(objective, origin, steps);
  if (!converged) throw new RangeError('"start" expected parameters from which the collapse has a minimum');
  const best = filled(at, start);
  const errors = propagatedErrors(curves, at, steps, (values) => filled(values, start));
  const entry = (name: keyof CollapseParameters): { value: number; error: number | null } => {
    const k = free.indexOf(name);
    return { value: best[name], error: k < 0 ? null : errors[k] };
  };
  return {
    criticalCoupling: entry('criticalCoupling'),
    nu: entry('nu'),
    exponent: entry('exponent'),
    ...qualityOf(curves, best),
  };
}

/** Points by size, each curve in rising order of the coupling; copies. */
function checkPoints(points: readonly ScalingPoint[]): ScalingPoint[][] {
  if (!Array.isArray(points)) refuse('points', 'array of { size, coupling, value, error }', points, 'type');
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
type Scaled = { x: number; y: number; variance: number };

function qualityOf(curves: readonly ScalingPoint[][], parameters: CollapseParameters): CollapseQuality {
  const scaled = scale(curves, parameters);
  return qualityAmong(scaled, neighboursOf(scaled));
}

function scale(curves: readonly ScalingPoint[][], parameters: CollapseParameters): Scaled[][] {
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

/** Errors of the free parameters at the minimum, from those of the points (see `fitCollapse`), all derivatives by central differences. */
function propagatedErrors(
  curves: readonly ScalingPoint[][],
  at: Float64Array,
  steps: readonly number[],
  parameters: (values: ArrayLike<number>) => CollapseParameters,
): Float64Array {
  const n = at.length;
  const neighbours = neighboursOf(scale(curves, parameters(at)));
  const h = steps.map((step) => step / 100);
  // S at `at` with parameters i and j moved by a and b of their steps
  const moved = (i: number, a: number, j = 0, b = 0): number => {
    const values = at.slice();
    values[i] += a * h[i];
    values[j] += b * h[j];
    return qualityAmong(scale(curves, parameters(values)), neighbours).quality ?? 0;
  };
  const hessian = new Float64Array(n * n);
  const centre = moved(0, 0);
  for (let i = 0; i < n; i++) {
    hessian[i * n + i] = moved(i, 1) - 2 * centre + moved(i, -1);
    for (let j = 0; j < i; j++) {
      const mixed = moved(i, 1, j, 1) - moved(i, 1, j, -1) - moved(i, -1, j, 1) + moved(i, -1, j, -1);
      hessian[i * n + j] = mixed / 4;
      hessian[j * n + i] = mixed / 4;
    }
  }
  const squares = new Float64Array(n);
  for (const point of curves.flat()) {
    const { value, error } = point;
    const slopes = new Float64Array(n);
    for (const sign of [1, -1]) {
      point.value = value + sign * error;
      for (let i = 0; i < n; i++) slopes[i] += (sign * (moved(i, 1) - moved(i, -1))) / 4;
    }
    point.value = value;
    const { solution, pivot } = solveSymmetric(hessian, slopes);
    if (!(pivot > 1e-9 * Math.max(centre, 1e-6))) {
      throw new RangeError(
        '"points" expected a collapse that tells the parameters, its quality does not depend on one',
      );
    }
    for (let i = 0; i < n; i++) squares[i] += (solution[i] * h[i]) ** 2;
  }
  return squares.map(Math.sqrt);
}
