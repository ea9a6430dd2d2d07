/** What a training costs, in multiplications. */

import type { Settings } from './experiment.js';

/**
 * Work of an epoch of a layer in multiplications: rows of the data take as long as their products and some 200 more per
 * unit (measured: 40, 5 and 1 µs per row of 1600-400, 400-100 and 100-25).
 */
export const workOf = (samples: number, visible: number, hidden: number): number =>
  samples * (visible * hidden + 200 * (visible + hidden));

/** Work of an epoch of each layer. */
export function workOfLayers({ size, samples, hidden }: Pick<Settings, 'size' | 'samples' | 'hidden'>): number[] {
  return hidden.map((units, k) => workOf(samples, k === 0 ? size * size : hidden[k - 1], units));
}
