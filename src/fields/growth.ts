/** How the field of a unit grows out of those of the layer below. */

import type { Stack } from '../rbm/stack/stack.js';
import type { Locality } from './locality.js';
import { fieldsOf } from './places.js';

/** A unit, its field, and its strongest inputs. */
export interface GrownField {
  unit: number;
  field: Float32Array;
  inputs: { unit: number; weight: number; field: Float32Array }[];
}

/** The unit with the smallest radius. */
export function mostCompact(localities: (Locality | null)[]): number {
  const radii = localities.map((place) => place?.radius ?? Infinity);
  return radii.indexOf(Math.min(...radii));
}

/**
 * A top unit, its strongest inputs, and recursively the strongest inputs of the strongest one, down to the first layer.
 * @param most inputs of a unit
 */
export function growth(stack: Stack, top: number, most: number): GrownField[] {
  const levels: GrownField[] = [];
  let unit = top;
  for (let layer = stack.rbms.length; layer >= 1; layer--) {
    const { weights, visible, hidden } = stack.rbms[layer - 1];
    const below = layer > 1 ? fieldsOf(stack, layer - 1) : [];
    const inputs = Array.from({ length: visible }, (_, i) => ({ unit: i, weight: weights[i * hidden + unit] }))
      .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || a.unit - b.unit)
      .slice(0, layer > 1 ? most : 0)
      .map((input) => ({ ...input, field: below[input.unit].slice() }));
    levels.push({ unit, field: fieldsOf(stack, layer)[unit].slice(), inputs });
    unit = inputs[0]?.unit;
  }
  return levels;
}
