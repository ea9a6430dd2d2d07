/** Colours as pixels of an `ImageData`, for canvases of a worker. */

import { diverging } from '../../viz/frame/colour.js';

/** Red, green and blue in [0, 255]. */
export type Rgb = readonly [number, number, number];

/** A colour as a pixel, in the byte order of this machine. */
export function pixelOf(colour: Rgb): number {
  return new Uint32Array(Uint8Array.of(...colour.map(Math.round), 255).buffer)[0];
}

const mixed = (a: Rgb, b: Rgb, t: number): Rgb => [0, 1, 2].map((c) => a[c] + t * (b[c] - a[c])) as unknown as Rgb;

/** Pixels from one colour to another in so many steps, both included. */
export const pixelsBetween = (from: Rgb, to: Rgb, steps: number): Uint32Array =>
  Uint32Array.from({ length: steps + 1 }, (_, k) => pixelOf(mixed(from, to, k / steps)));

/** Steps on either side of zero. */
const HALF = 127;

/** Ends of the arms and their middles on dark paper, where the pale middle of the printed scale would glare. */
const DARK: Readonly<Record<'negative' | 'positive', readonly [Rgb, Rgb]>> = {
  negative: [
    [47, 118, 190],
    [158, 208, 246],
  ],
  positive: [
    [196, 70, 60],
    [255, 190, 160],
  ],
};

/** Colour of a number from -1 to 1: blue, the paper, red; on light paper the scale of the reports. */
function signedColour(value: number, paper: Rgb): Rgb {
  if ((paper[0] + paper[1] + paper[2]) / 3 > 110) return diverging(value);
  const [middle, end] = DARK[value < 0 ? 'negative' : 'positive'];
  const t = Math.abs(value);
  const zero = mixed(paper, [255, 255, 255], 0.05);
  return t < 0.6 ? mixed(zero, middle, t / 0.6) : mixed(middle, end, (t - 0.6) / 0.4);
}

const tables = new Map<string, Uint32Array>();

/** The pixel of a signed value on paper of this colour; values beyond [-1, 1] take the colour of the end. */
export function signedPixels(paper: Rgb): (value: number) => number {
  const key = String(paper);
  const table =
    tables.get(key) ?? Uint32Array.from({ length: 2 * HALF + 1 }, (_, k) => pixelOf(signedColour(k / HALF - 1, paper)));
  tables.set(key, table);
  return (value) => table[HALF + Math.round(HALF * Math.max(-1, Math.min(1, value)))];
}
