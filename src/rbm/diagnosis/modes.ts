/** The two sides of the first principal component of the rows, and what the model makes of each. */

import { type WeightedMean, weightedMean } from '../../stats/weighted.js';
import type { Estimate } from '../../util/estimate.js';
import type { States } from '../model/layers.js';
import { type Division, upperSide } from './principal.js';

/** The rows on one side of the first principal component. */
export interface ModeOfRows {
  /** Share of the rows. */
  share: number;
  /** Share of annealed samples, if there are enough. */
  modelShare?: Estimate<number>;
  /** Mean log-likelihood of these rows. */
  logLikelihood: number;
  /** Mean log-likelihood of these rows under independent units with the means of all rows. */
  independent?: number;
}

/** States of visible units with weights. */
export interface Weighted<V extends States> {
  states: V;
  /** [rows, visible], in the levels of the units. */
  values: Float32Array;
  weights: Float64Array;
}

/** Values per judged row. */
export interface Scores {
  /** log p, with the estimate of log Z. */
  logs: Float64Array;
  /** log p of independent units. */
  independent?: Float64Array;
  /** log p with the lower end of log Z, an upper bound, minus that of independent units. */
  gains?: Float64Array;
}

/** One side of the first principal component. */
export interface Side {
  seen: ModeOfRows;
  /** Share of the rows, and their effective number. */
  share: WeightedMean;
  modelShare?: WeightedMean;
  gain?: WeightedMean;
}

/** Both sides, the smaller one first; undefined if all rows are on one. */
export function modesOf<V extends States>(
  judged: Weighted<V>,
  scores: Scores,
  division: Division,
  samples: Weighted<V> | undefined,
): [Side, Side] | undefined {
  const upper = upperSide(division, judged.values);
  const upperSamples = samples && upperSide(division, samples.values);
  const sides = [false, true].map((side): Side | undefined => {
    const share = weightedMean(upper.map(Number), judged.weights);
    const of = (values: Float64Array) => {
      const own = upper.flatMap((is, r) => (is === side ? [r] : []));
      return weightedMean(
        own.map((r) => values[r]),
        own.map((r) => judged.weights[r]),
      );
    };
    if (!upper.includes(side)) return undefined;
    const model = upperSamples && weightedMean(upperSamples.map(Number), samples.weights);
    const turned = (one: WeightedMean) => (side ? one : { ...one, mean: 1 - one.mean });
    const modelShare = model && turned(model);
    const seen: ModeOfRows = {
      share: turned(share).mean,
      ...(modelShare && { modelShare: { value: modelShare.mean, error: modelShare.error } }),
      logLikelihood: of(scores.logs).mean,
      ...(scores.independent && { independent: of(scores.independent).mean }),
    };
    return {
      seen,
      share: turned(share),
      ...(modelShare && { modelShare }),
      ...(scores.gains && { gain: of(scores.gains) }),
    };
  });
  const [a, b] = sides;
  if (!a || !b) return undefined;
  return a.share.mean <= b.share.mean ? [a, b] : [b, a];
}
