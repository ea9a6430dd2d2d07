/**
 * What the study `verdict` found of the paper's training (docs/experiments/verdict.json, full preset): a sentence per
 * layer for the report of one run, which has no nulls of its own. A test compares the numbers with the study's.
 */

import { formatEstimate } from '../../util/estimate.js';
import { percent, prose } from '../kit/text.js';

type Pair = readonly [value: number, error: number];

interface Side {
  /** Median participation area of the fields, in sites. */
  area: Pair;
  /** Share of compact fields. */
  compact: Pair;
}

/** A layer after training on spins and on the null, clipped Gaussian fields with the same two-point function. */
export interface JudgedLayer {
  /** Sites of a block spin. */
  block: number;
  spins: Side;
  null: Side;
}

export const STUDY = {
  runs: 10,
  epochs: 200,
  layers: [
    {
      block: 4,
      spins: { area: [353.6, 1.2], compact: [0.0452, 0.0028] },
      null: { area: [362.2, 1.5], compact: [0.0148, 0.0014] },
    },
    {
      block: 16,
      spins: { area: [43.97, 0.41], compact: [0.959, 0.0046] },
      null: { area: [46.54, 0.43], compact: [0.939, 0.005] },
    },
    {
      block: 64,
      spins: { area: [141.3, 1.4], compact: [0.984, 0.0065] },
      null: { area: [152.7, 4.1], compact: [0.96, 0.016] },
    },
  ] satisfies JudgedLayer[] as readonly JudgedLayer[],
  /** Exponents of the step from the spins to the top layer, on configurations at K_c. */
  exponents: {
    spins: { thermal: [0.9632, 0.0086], magnetic: [1.8517, 0.0049] },
    null: { thermal: [0.9877, 0.0092], magnetic: [1.8584, 0.0051] },
    majority: { thermal: [0.9867, 0.0078], magnetic: [1.87702, 0.00039] },
  } as Readonly<Record<'spins' | 'null' | 'majority', Readonly<Record<'thermal' | 'magnetic', Pair>>>>,
  claims: 6,
  passed: 0,
};

const written = ([value, error]: Pair): string => formatEstimate({ value, error });
const share = ([value, error]: Pair): string => percent({ value, error });

/** The findings as a paragraph. */
export function studyText(): string {
  const { runs, epochs, layers, exponents, claims, passed } = STUDY;
  const sentences = layers.map(
    (
      { block, spins, null: other },
      k,
    ) => prose`Layer ${k + 1}: fields of ${written(spins.area)} sites where a block spin has
      ${block} (null ${written(other.area)}), ${share(spins.compact)} of them compact (null ${share(other.compact)}).`,
  );
  const rule = (name: keyof typeof exponents) =>
    `y_T = ${written(exponents[name].thermal)} and y_h = ${written(exponents[name].magnetic)}`;
  return prose`Is it the renormalization group? The study "verdict" has asked ${runs} stacks of 1600-400-100-25 units, trained for
    ${epochs} epochs at K = 0.408, beside ${runs} that were trained on a null, clipped Gaussian fields with the two-point function of the spins and no block spins.
    ${sentences.join(' ')} As a blocking rule, on configurations at K_c, the top layer has ${rule('spins')}, that of the null ${rule('null')}, block
    spins of its size ${rule('majority')}. Of ${claims} claims that were registered with bounds ${passed === 0 ? 'none' : passed}
    passes; true block spins pass all of them.`;
}
