/** Receptive fields of a layer of a stack, unit by unit. */

import type { Stack } from '../../rbm/stack/stack.js';

/** A field per unit, [sites of the data] each; a view, not a copy. */
export function fieldsOf(stack: Stack, layer: number): Float32Array[] {
  const sites = stack.sizes[0];
  const all = stack.receptiveFields(layer);
  return Array.from({ length: stack.sizes[layer] }, (_, unit) => all.subarray(unit * sites, (unit + 1) * sites));
}

/** The sign of the sum of a field, since the overall sign is arbitrary. */
export const signOf = (field: Float32Array): number => (field.reduce((sum, value) => sum + value, 0) < 0 ? -1 : 1);
