/** Curves of quantities over couplings, one per size, and where those of Binder's cumulant cross. */

import { binderCrossing } from '../../stats/crossing.js';
import { MultiHistogram } from '../../stats/multiHistogram.js';
import type { Estimate } from '../../util/estimate.js';
import type { PointResult } from './modelPoint.js';
import { QUANTITIES, type QuantityName } from './quantities.js';

/** The crossing of U4 of two sizes. */
export interface SizeCrossing {
  sizes: [string, string];
  /** Couplings between which U4 of the larger size becomes larger than that of the smaller one. */
  between: [number, number];
  /** K of the crossing with its jackknife error, by reweighting; null if the runs do not overlap enough. */
  coupling: Estimate<number> | null;
}

/** Crossings of Binder's cumulants of neighbouring sizes. */
export function crossingsOf(results: readonly PointResult[]): SizeCrossing[] {
  const curves = curvesOf(results, 'binderCumulant');
  return curves.slice(1).flatMap((large, k): SizeCrossing[] => {
    const small = curves[k];
    const gaps = large.points.flatMap(({ coupling, value }) => {
      const other = small.points.find((point) => point.coupling === coupling);
      return other ? [{ coupling, gap: value - other.value }] : [];
    });
    // beyond the crossing, at stronger coupling, the larger system is the more ordered one
    const i = gaps.findIndex(({ gap }, k) => k > 0 && gap > 0 && gaps[k - 1].gap < 0);
    if (i < 0) return [];
    const from = (low: number, high: number): [number, number] => [
      gaps[Math.max(0, low)].coupling,
      gaps[Math.min(gaps.length - 1, high)].coupling,
    ];
    const between = from(i - 1, i);
    // a crossing close to one end may leave the interval without a block of the data
    const coupling = reweightedCrossing(small, large, between) ?? reweightedCrossing(small, large, from(i - 2, i + 1));
    return [{ sizes: [small.size, large.size], between, coupling }];
  });
}

/** From the runs at couplings in the range; null if they do not overlap, or not all blocks cross. */
function reweightedCrossing(small: Curve, large: Curve, range: [number, number]): Estimate<number> | null {
  const joined = ({ results }: Curve) =>
    new MultiHistogram(
      results.flatMap(({ model, sites, series }) => {
        if (model === null || series === null || model.coupling < range[0] || model.coupling > range[1]) return [];
        const squares = Float64Array.from(series.spinSums, (sum) => (sum / sites) ** 2);
        const observables = { magnetisation2: squares, magnetisation4: squares.map((m2) => m2 * m2) };
        return [{ coupling: model.coupling, energies: series.energies, observables }];
      }),
    );
  try {
    const { value, error } = binderCrossing(joined(small), joined(large), range).coupling;
    return { value, error };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** A quantity of one size, in rising order of the coupling. */
interface Curve {
  size: string;
  results: readonly PointResult[];
  points: (Estimate<number> & { coupling: number })[];
}

/** One curve per size, the smallest first, of the results with a coupling. */
export function curvesOf(results: readonly PointResult[], name: QuantityName): Curve[] {
  const uniform = results.filter(({ model }) => model !== null).sort((a, b) => a.sites - b.sites);
  return [...new Set(uniform.map(({ size }) => size))].map((size) => {
    const own = uniform.filter((result) => result.size === size);
    const points = own.flatMap(({ model, measured }) => {
      const found = QUANTITIES[name].of(measured);
      return found && model ? [{ coupling: model.coupling, ...found }] : [];
    });
    return { size, results: own, points: points.sort((a, b) => a.coupling - b.coupling) };
  });
}
