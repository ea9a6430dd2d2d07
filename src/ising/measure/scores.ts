/** Measured values beside exact ones: are the error bars honest? */

import type { PointResult } from './modelPoint.js';
import { NAMES, QUANTITIES, type QuantityName } from './quantities.js';

/** A measured value against the exact one. */
export interface Score {
  /** (value - exact)/error. */
  z: number;
  quantity: QuantityName;
  point: PointResult;
}

/** All scores of some points; values that did not fluctuate have none. */
export interface Scores {
  count: number;
  mean: number;
  /** Root mean square: 1 if all error bars are honest. */
  rms: number;
  /** That of the largest |z|. */
  largest: Score;
}

/** The scores of every quantity whose exact value is known; null if there is none. */
export function scoresOf(results: readonly PointResult[]): Scores | null {
  const scores = results.flatMap((point) =>
    NAMES.flatMap((quantity): Score[] => {
      const found = QUANTITIES[quantity].of(point.measured);
      const known = point.exact?.[quantity];
      if (found === null || known === undefined || !(found.error > 0)) return [];
      return [{ z: (found.value - known) / found.error, quantity, point }];
    }),
  );
  if (scores.length === 0) return null;
  const mean = (of: (z: number) => number) => scores.reduce((sum, { z }) => sum + of(z), 0) / scores.length;
  return {
    count: scores.length,
    mean: mean((z) => z),
    rms: Math.sqrt(mean((z) => z * z)),
    largest: scores.reduce((most, one) => (Math.abs(one.z) > Math.abs(most.z) ? one : most)),
  };
}
