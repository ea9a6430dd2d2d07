/** The receptive fields of one layer, as a set. */

import type { Stack } from '../rbm/stack/stack.js';
import { median } from '../stats/sample.js';
import { type Locality, locality } from './locality.js';
import { fieldsOf, isCompact } from './places.js';

/** Statistics of the fields of a layer. */
export interface LayerFields {
  layer: number;
  units: number;
  /** Sites per unit, the area of a block spin. */
  block: number;
  /** Medians over the units whose field is not zero; null if there are none. */
  area: number | null;
  radius: number | null;
  /** Share of the units whose field is one patch of the lattice. */
  compact: number;
  /** Number of units whose field is zero. */
  dead: number;
  /** Share of the weights to the layer below that are zero. */
  zeroWeights: number;
}

/** Where the units of a layer are; null for a field of zeros. */
export const localitiesOf = (stack: Stack, layer: number): (Locality | null)[] =>
  fieldsOf(stack, layer).map((field) => locality(field, stack.shape));

/** The statistics. @param localities as `localitiesOf` gives them */
export function layerFields(stack: Stack, layer: number, localities: readonly (Locality | null)[]): LayerFields {
  const alive = localities.filter((place) => place !== null);
  const { weights } = stack.rbms[layer - 1];
  const units = localities.length;
  return {
    layer,
    units,
    block: stack.sizes[0] / units,
    area: median(alive.map(({ area }) => area)),
    radius: median(alive.map(({ radius }) => radius)),
    compact: alive.filter((place) => isCompact(place, stack.shape)).length / units,
    dead: units - alive.length,
    zeroWeights: weights.reduce((count, w) => count + (w === 0 ? 1 : 0), 0) / weights.length,
  };
}
