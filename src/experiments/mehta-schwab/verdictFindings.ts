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

/** Of a group of stacks: its layers, and the exponents of the step from the spins to the top layer, at K_c. */
interface Findings {
  layers: readonly Side[];
  thermal: Pair;
  magnetic: Pair;
}

/** The stacks, trained on spins and on the null, clipped Gaussian fields with the same two-point function. */
export const STUDY = {
  runs: 10,
  epochs: 200,
  coupling: 0.408,
  units: [1600, 400, 100, 25],
  claims: 6,
  passed: 0,
};

export const FINDINGS: Readonly<Record<'spins' | 'null', Findings>> = {
  spins: {
    layers: [
      { area: [353.6, 1.2], compact: [0.0452, 0.0028] },
      { area: [43.97, 0.41], compact: [0.959, 0.0046] },
      { area: [141.3, 1.4], compact: [0.984, 0.0065] },
    ],
    thermal: [0.9632, 0.0086],
    magnetic: [1.8517, 0.0049],
  },
  null: {
    layers: [
      { area: [362.2, 1.5], compact: [0.0148, 0.0014] },
      { area: [46.54, 0.43], compact: [0.939, 0.005] },
      { area: [152.7, 4.1], compact: [0.96, 0.016] },
    ],
    thermal: [0.9877, 0.0092],
    magnetic: [1.8584, 0.0051],
  },
};

/** Block spins as large as the units of the top layer, on the same configurations. */
export const MAJORITY: Readonly<Record<'thermal' | 'magnetic', Pair>> = {
  thermal: [0.9867, 0.0078],
  magnetic: [1.87702, 0.00039],
};

const written = ([value, error]: Pair): string => formatEstimate({ value, error });
const share = ([value, error]: Pair): string => percent({ value, error });

/** The findings as a paragraph. */
export function studyText(): string {
  const { runs, epochs, coupling, units, claims, passed } = STUDY;
  const { spins, null: other } = FINDINGS;
  const layers = spins.layers.map(({ area, compact }, k) => {
    const block = units[0] / units[k + 1];
    const { area: nullArea, compact: nullCompact } = other.layers[k];
    return prose`Layer ${k + 1}: fields of ${written(area)} sites where a block spin has ${block} (null
      ${written(nullArea)}), ${share(compact)} of them compact (null ${share(nullCompact)}).`;
  });
  const rule = ({ thermal, magnetic }: { thermal: Pair; magnetic: Pair }) =>
    `y_T = ${written(thermal)} and y_h = ${written(magnetic)}`;
  return prose`Is it the renormalization group? The study "verdict" has asked ${runs} stacks of ${units.join('-')} units,
    trained for ${epochs} epochs at K = ${coupling}, beside ${runs} that were trained on a null, clipped Gaussian fields with
    the two-point function of the spins and no block spins. ${layers.join(' ')} As a blocking rule, on configurations at K_c,
    the top layer has ${rule(spins)}, that of the null ${rule(other)}, block spins of its size ${rule(MAJORITY)}. Of ${claims}
    claims that were registered with bounds ${passed === 0 ? 'none' : passed} passes; true block spins pass all of them.`;
}
