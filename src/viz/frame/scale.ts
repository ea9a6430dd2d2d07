/** The scale of signed fields and its colour bar. */

import { refuse, within } from '../../util/check.js';
import { diverging, hex } from './colour.js';
import { coordinate, element, polygon, strokes } from './markup.js';
import { formatNumber, INK, SOFT_INK, textLine, textWidth } from './text.js';

/** The limits of a scale. */
export interface Limit {
  /** the ends of the scale are -limit and +limit */
  limit: number;
  /**
   * the origin of the limit: the requested quantile, the largest |value|, a given number, or nothing, if all values are
   * zero
   */
  from: 'quantile' | 'largest' | 'given' | 'nothing';
  /** fraction of all values beyond the ends */
  clipped: number;
  /** whether a value lies below -limit, above +limit */
  low: boolean;
  high: boolean;
}

/** Mantissas of round limits; half of each has two digits at most. */
const ROUND = [1, 1.2, 1.4, 1.6, 1.8, 2, 2.4, 2.8, 3.2, 3.6, 4, 4.4, 5, 6, 7, 8, 9, 10];

/** Fields are in single precision: a value that exceeds a round number by at most this factor counts as that number. */
const SINGLE = 1 + 1e-6;

/** The smallest round number that is not below a positive value. */
export function roundUp(value: number): number {
  const exponent = Math.floor(Math.log10(value));
  const mantissa = ROUND.find((m) => Number(`${m}e${exponent}`) >= value / SINGLE) ?? 10;
  return Number(`${mantissa}e${exponent}`);
}

/** The limit, with the fraction of values beyond it. */
export function limitAt(limit: number, values: ArrayLike<number>, from: Limit['from'] = 'given'): Limit {
  const end = limit * SINGLE;
  let below = 0;
  let above = 0;
  for (let k = 0; k < values.length; k++) {
    if (values[k] < -end) below++;
    else if (values[k] > end) above++;
  }
  return { limit, from, clipped: (below + above) / values.length, low: below > 0, high: above > 0 };
}

/**
 * Sign-symmetric limits: the given quantile of |value|, rounded up. If the quantile is zero (sparse fields) the limit
 * is the largest |value|, and if every value is zero it is 1.
 * @throws RangeError for no values or a value that is not finite
 */
export function symmetricLimit(name: string, values: ArrayLike<number>, quantile: number): Limit {
  within('quantile', quantile, 0, 1);
  if (values.length === 0) refuse(name, 'at least one value', 'none');
  const sizes = new Float64Array(values.length);
  for (let k = 0; k < values.length; k++) {
    if (!Number.isFinite(values[k])) refuse(`${name}[${k}]`, 'finite number', values[k]);
    sizes[k] = Math.abs(values[k]);
  }
  sizes.sort();
  const largest = sizes[sizes.length - 1];
  if (largest === 0) return { limit: 1, from: 'nothing', clipped: 0, low: false, high: false };
  const at = sizes[Math.ceil(quantile * (sizes.length - 1))];
  return at > 0 && at < largest
    ? limitAt(roundUp(at), values, 'quantile')
    : limitAt(roundUp(largest), values, 'largest');
}

/** Height of a colour bar, from the top of its label to the bottom of its ticks. */
export const COLOUR_BAR_HEIGHT = 54;

/**
 * A horizontal colour bar: label above, ticks below at -limit, 0 and +limit and half way; an arrowhead at an end with
 * values beyond it. Its upper left corner is (x, y); arrowheads are outside x … x + width.
 */
export function colourBar(options: {
  id: string;
  x: number;
  y: number;
  width: number;
  label: string;
  /** texts under the bar at -1, -1/2, 0, 1/2, 1 of it; an empty text draws a tick without a number */
  ticks: readonly [string, string, string, string, string];
  low?: boolean;
  high?: boolean;
}): string {
  const { id, x, width } = options;
  const top = options.y + 18;
  const thick = 12;
  // If the numbers are long, only those at the ends, aligned inwards, and in the middle are drawn.
  const crowded = options.ticks.some((tick) => textWidth(tick, 11) > width / 4 - 8);
  const stops = Array.from({ length: 33 }, (_, k) =>
    element('stop', { offset: `${coordinate((k / 32) * 100)}%`, 'stop-color': hex(diverging(k / 16 - 1)) }),
  );
  const arrow = (end: number, out: number, colour: string) =>
    element('path', {
      class: 'clipped-end',
      d: polygon([
        [end, top],
        [end + out, top + thick / 2],
        [end, top + thick],
      ]),
      fill: colour,
    });
  return element(
    'g',
    { class: 'colour-bar' },
    element('defs', {}, element('linearGradient', { id }, ...stops)),
    textLine(x, options.y + 8, options.label, { size: 12, fill: INK }),
    element('rect', { x, y: top, width, height: thick, fill: `url(#${id})` }),
    ...(options.low ? [arrow(x - 1.5, -8, hex(diverging(-1)))] : []),
    ...(options.high ? [arrow(x + width + 1.5, 8, hex(diverging(1)))] : []),
    element('path', {
      d: strokes([0, 1, 2, 3, 4].map((k) => [x + (k * width) / 4, top + thick, x + (k * width) / 4, top + thick + 4])),
      stroke: SOFT_INK,
      'stroke-width': 1,
    }),
    ...options.ticks.map((tick, k) =>
      tick === '' || (crowded && k % 2 === 1)
        ? ''
        : textLine(x + (k * width) / 4, top + thick + 17, tick, {
            size: 11,
            fill: SOFT_INK,
            anchor: crowded && k !== 2 ? (k === 0 ? 'start' : 'end') : 'middle',
          }),
    ),
  );
}

/** Tick texts of a symmetric scale. */
export function symmetricTicks(limit: number): [string, string, string, string, string] {
  const at = (value: number) => formatNumber(value, 3, true);
  return [at(-limit), at(-limit / 2), '0', at(limit / 2), at(limit)];
}
