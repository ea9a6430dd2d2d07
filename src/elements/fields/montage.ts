/** How the pictures of `<blockspin-fields>` are laid out. */

import type { Montage } from '../parts/montage.js';
import { MAX_FIELDS } from './spec.js';

/** Width in pixels, about. */
const WIDTH = 1200;

/** The fields of a layer, or the first of them. */
export function montageOf(units: number, shape: readonly [number, number]): Montage {
  const shown = Math.min(units, MAX_FIELDS);
  const across = Math.ceil(Math.sqrt(shown));
  const site = Math.max(1, Math.round(WIDTH / across / (shape[1] * 1.1)));
  const gap = Math.max(2, Math.round(shape[1] * site * 0.08));
  return { shown, across, down: Math.ceil(shown / across), shape, site, gap };
}

/** Configurations side by side, `across` of them in each of one or two rows. */
export function rowOf(across: number, down: number, shape: readonly [number, number]): Montage {
  const site = Math.max(1, Math.round(160 / shape[1]));
  return { shown: across * down, across, down, shape, site, gap: Math.max(2, Math.round(0.08 * shape[1] * site)) };
}
