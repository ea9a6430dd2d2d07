/**
 * The colours: one diverging scale for signed fields, one sequential scale for probabilities, its two ends for spins,
 * and a short list for lines. All can be read with every common form of colour blindness: blue against red, light
 * against dark.
 */

import { refuse, within } from '../../util/check.js';
import { interpolateRdBu } from './ramp.js';

/** Red, green and blue, each an integer in [0, 255]. */
export type Colour = readonly [red: number, green: number, blue: number];

/** "#rrggbb" of a colour. */
export function hex(colour: Colour): string {
  return `#${colour.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/**
 * Steps of the diverging scale: an odd number, so that zero has a colour of its own, and few enough for one PNG
 * palette.
 */
const STEPS = 255;
const HALF = (STEPS - 1) / 2;

let divergingTable: Colour[] | undefined;

function buildDiverging(): Colour[] {
  return Array.from({ length: STEPS }, (_, k) => {
    const channels = /(\d+)\D+(\d+)\D+(\d+)/.exec(interpolateRdBu(1 - k / (STEPS - 1))) as RegExpExecArray;
    return [Number(channels[1]), Number(channels[2]), Number(channels[3])] as const;
  });
}

/**
 * Diverging colour of a signed value: blue for -1, near white for 0, red for +1 (ColorBrewer RdBu, reversed, in 255
 * steps). Values beyond [-1, 1] take the colour of the end.
 * @throws RangeError for NaN
 */
export function diverging(value: number): Colour {
  if (Number.isNaN(value)) refuse('value', 'number', value);
  divergingTable ??= buildDiverging();
  return divergingTable[HALF + Math.round(Math.max(-1, Math.min(1, value)) * HALF)];
}

/** A down spin: warm paper. */
export const SPIN_DOWN: Colour = [243, 240, 233];
/** An up spin: dark ink. */
export const SPIN_UP: Colour = [29, 43, 64];

/**
 * Sequential colour of a probability: from the colour of a down spin at 0 to that of an up spin at 1, so that a
 * reconstruction and its spins have the same scale.
 * @throws RangeError outside [0, 1]
 */
export function sequential(probability: number): Colour {
  within('probability', probability, 0, 1);
  const step = Math.round(probability * (STEPS - 1)) / (STEPS - 1);
  return [0, 1, 2].map((c) => Math.round(SPIN_DOWN[c] + step * (SPIN_UP[c] - SPIN_DOWN[c]))) as unknown as Colour;
}

/** Colour of a spin: 1 (up) or 0 (down). */
export function spinColour(spin: number): Colour {
  if (spin !== 0 && spin !== 1) refuse('spin', '0 or 1', spin);
  return spin === 1 ? SPIN_UP : SPIN_DOWN;
}

/**
 * Colours of the lines of a chart: the palette of Okabe & Ito (2008), distinguishable for colour-blind readers, some
 * tones darkened for thin lines.
 */
export const CATEGORICAL: readonly Colour[] = [
  [0, 114, 178],
  [213, 94, 0],
  [0, 140, 104],
  [176, 92, 142],
  [86, 160, 208],
  [230, 159, 0],
  [70, 78, 90],
];

/** Colour of the k-th line, k ≥ 0; after the last the list begins again. */
export function categorical(k: number): Colour {
  return CATEGORICAL[k % CATEGORICAL.length];
}

/** The k-th colour for text: darker than the line, so that small type has enough contrast. */
export function categoricalInk(k: number): Colour {
  return categorical(k).map((channel) => Math.round(channel * 0.66)) as unknown as Colour;
}

/** Accents of the figures: the two arms of the diverging scale, dark enough for text and thin lines. */
export const POSITIVE: Colour = [178, 24, 43];
export const NEGATIVE: Colour = [33, 102, 172];
