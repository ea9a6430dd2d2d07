/** Charts of singular values over training. */

import { finite, knownOptions, lengthOf, positive, refuse } from '../../util/check.js';
import { type Colour, hex } from '../frame/colour.js';
import { type Figure, figure, figureName, MARGIN, textOf } from '../frame/figure.js';
import { coordinate, element, strokes } from '../frame/markup.js';
import { HAIRLINE, SOFT_INK, textLine, textWidth } from '../frame/text.js';
import { distinctTexts, extent, linearTicks, logTicks, tickTexts } from './chart.js';

/** Options of `spectrumChart`. */
export interface SpectrumOptions {
  name: string;
  title: string;
  /** Ascending. */
  epochs: ArrayLike<number>;
  /** Singular values of each epoch, the largest first, equally many; >= 0. */
  values: readonly ArrayLike<number>[];
  /** Their total number, if only the largest are shown; default the number shown */
  count?: number;
  /** largest singular value of the random start, a dashed line; default none */
  edge?: number;
  caption: string;
}

const WIDTH = 776;
const PLOT_HEIGHT = 340;
const TOP = 22;
const BOTTOM = 54;
const LABEL_SIZE = 12;
/** Decades below the largest value at which the chart ends. */
const DECADES = 4;
/** Number of largest values with a label, if there is room. */
const NAMED = 6;

/** From the largest to the smallest value. */
const DARK: Colour = [8, 48, 107];
const PALE: Colour = [178, 203, 226];

/** Colour of value k of n: the first few differ strongly, since these are the ones to distinguish. */
function shade(k: number, n: number): Colour {
  const t = n < 2 ? 0 : Math.sqrt(k / (n - 1));
  return DARK.map((channel, c) => Math.round(channel + t * (PALE[c] - channel))) as unknown as Colour;
}

function ordinal(n: number): string {
  const teens = n % 100 > 10 && n % 100 < 14;
  return `${n}${teens ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')}`;
}

/**
 * Singular values over training: one line each, the largest darkest, on a logarithmic scale, with the edge of the
 * spectrum of the random start.
 * @throws RangeError for no epochs, epochs that do not ascend, uneven lists, negative values or values that are not
 *   finite
 */
export function spectrumChart(options: SpectrumOptions): Figure {
  knownOptions('spectrumChart', options, ['name', 'title', 'epochs', 'values', 'count', 'edge', 'caption']);
  const name = figureName(options.name);
  const { epochs, values, edge } = options;
  if (epochs.length === 0) refuse('epochs', 'at least one', 'none');
  if (values.length !== epochs.length) lengthOf('values', values, epochs.length);
  const shown = values[0].length;
  if (shown === 0) refuse('values[0]', 'at least one value', 'none');
  let largest = edge === undefined ? 0 : positive('edge', edge);
  values.forEach((list, e) => {
    finite(`epochs[${e}]`, epochs[e]);
    if (e > 0 && !(epochs[e] > epochs[e - 1])) refuse(`epochs[${e}]`, `number above ${epochs[e - 1]}`, epochs[e]);
    lengthOf(`values[${e}]`, list, shown);
    for (let k = 0; k < shown; k++) {
      const value = finite(`values[${e}][${k}]`, list[k]);
      if (value < 0) refuse(`values[${e}][${k}]`, 'number >= 0', value);
      largest = Math.max(largest, value);
    }
  });
  largest ||= 1;
  const floor = largest / 10 ** DECADES;
  const visible = values.flatMap((list) => Array.from(list, (value) => Math.max(value, floor)));
  const yDomain = extent([...visible, ...(edge === undefined ? [] : [edge])], true);
  const room = (yDomain[1] / yDomain[0]) ** 0.04;
  yDomain[0] /= room;
  yDomain[1] *= room;
  const xDomain = extent(Array.from(epochs));

  const labels = Array.from({ length: Math.min(shown, NAMED) }, (_, k) => ordinal(k + 1));
  const count = options.count ?? shown;
  const last = shown > NAMED ? `${ordinal(shown)}${count > shown ? ` of ${count}` : ''}` : '';
  const widest = Math.max(...[...labels, last].map((text) => textWidth(text, LABEL_SIZE, true)));
  const left = MARGIN + 62;
  const gutter = WIDTH - MARGIN - Math.ceil(widest) - 18;
  const height = TOP + PLOT_HEIGHT + BOTTOM;
  const x = (epoch: number) => left + ((epoch - xDomain[0]) / (xDomain[1] - xDomain[0])) * (gutter - left);
  const y = (value: number) =>
    TOP + PLOT_HEIGHT * (1 - Math.log(value / yDomain[0]) / Math.log(yDomain[1] / yDomain[0]));

  const yTicks = logTicks(yDomain);
  const yTexts = distinctTexts(yTicks, 3);
  const xTicks = linearTicks(xDomain, 8, false).filter(Number.isInteger);
  const xTexts = tickTexts(xTicks);
  const ys = (k: number) => values.map((list) => y(Math.max(list[k], floor)));
  // the smallest first, so that the largest are on top
  const lines = Array.from({ length: shown }, (_, back) => {
    const k = shown - 1 - back;
    const heights = ys(k);
    const d = heights.map((at, e) => `${e === 0 ? 'M' : 'L'}${coordinate(x(epochs[e]))} ${coordinate(at)}`).join('');
    const colour = hex(shade(k, shown));
    if (epochs.length > 1) return element('path', { d, stroke: colour, 'stroke-width': k < NAMED ? 1.7 : 1 });
    return element('circle', { cx: x(epochs[0]), cy: heights[0], r: 2.4, fill: colour, stroke: 'none' });
  });
  const words: string[] = [];
  let below = Number.NEGATIVE_INFINITY;
  const write = (text: string, at: number, k: number) => {
    if (at - below < LABEL_SIZE + 2) return;
    words.push(
      textLine(gutter + 10, at + 4.2, text, {
        size: LABEL_SIZE,
        bold: true,
        fill: hex(k < NAMED ? DARK : [92, 120, 150]),
      }),
    );
    below = at;
  };
  labels.forEach((text, k) => {
    write(text, ys(k)[epochs.length - 1], k);
  });
  if (last) write(last, ys(shown - 1)[epochs.length - 1], shown);

  const grid = strokes(yTicks.map((tick) => [left, y(tick), gutter, y(tick)]));
  const edgeLine =
    edge === undefined
      ? ''
      : element('path', {
          class: 'edge',
          d: strokes([[left, y(Math.max(edge, floor)), gutter, y(Math.max(edge, floor))]]),
          stroke: '#d55e00',
          'stroke-width': 1.4,
          'stroke-dasharray': '6 4',
        });
  return figure(
    { name, title: textOf('title', options.title), caption: options.caption },
    {
      width: WIDTH,
      height,
      body: [
        textLine(MARGIN, 4, 'singular value of W', { fill: SOFT_INK }),
        ...(edge === undefined
          ? []
          : [textLine(gutter, 4, '– – edge of the random start', { fill: '#a34700', anchor: 'end' })]),
        textLine(gutter, height - 14, 'epoch', { fill: SOFT_INK, anchor: 'end' }),
        element('path', { class: 'grid', d: grid, stroke: HAIRLINE, 'stroke-width': 1, fill: 'none' }),
        ...yTicks.map((tick, k) =>
          textLine(left - 10, y(tick) + 3.8, yTexts[k], { size: 11, fill: SOFT_INK, anchor: 'end' }),
        ),
        ...xTicks.map((tick, k) =>
          textLine(x(tick), TOP + PLOT_HEIGHT + 20, xTexts[k], { size: 11, fill: SOFT_INK, anchor: 'middle' }),
        ),
        element('g', { class: 'spectrum', fill: 'none', 'stroke-linejoin': 'round' }, ...lines),
        edgeLine,
        element('path', {
          class: 'baseline',
          d: strokes([[left, TOP + PLOT_HEIGHT, gutter, TOP + PLOT_HEIGHT]]),
          stroke: SOFT_INK,
          'stroke-width': 1,
        }),
        element('g', { class: 'labels' }, ...words),
      ].join(''),
    },
  );
}
