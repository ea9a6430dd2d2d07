/** How the pictures of a machine are laid out; the element must know it before the worker draws. */

import { type Montage, montageNear } from '../parts/montage.js';

/** Fields of hidden units that are shown, at most. */
const MAX_FIELDS = 64;
/** States of the free chain that are shown. */
export const PICTURES = 24;

export const shownFields = (hidden: number): number => Math.min(hidden, MAX_FIELDS);

/** Lines and columns of one picture; a long line is folded. */
export function tileShape([lines, columns]: readonly [number, number]): [number, number] {
  if (lines > 1 || columns <= 16) return [lines, columns];
  const side = Math.ceil(Math.sqrt(columns));
  return [Math.ceil(columns / side), side];
}

export const weightMontage = (shape: readonly [number, number], hidden: number): Montage =>
  montageNear(shownFields(hidden), shape, 2.2);

export const pictureMontage = (shape: readonly [number, number]): Montage => montageNear(PICTURES, shape, 5);
