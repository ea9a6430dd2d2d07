/** Panels B and C: the receptive fields of a layer. */

import { integer, knownOptions, positive, refuse } from '../../util/check.js';
import { type Figure, figure, figureName, MARGIN } from '../frame/figure.js';
import { element, escapeText, strokes } from '../frame/markup.js';
import { COLOUR_BAR_HEIGHT, colourBar, limitAt, symmetricLimit, symmetricTicks } from '../frame/scale.js';
import { formatNumber, formatPercent, HAIRLINE, SOFT_INK, textLine } from '../frame/text.js';
import { fieldImage, imageElement } from './image.js';

/** Options of `fieldsPanel`. */
export interface FieldsOptions {
  name: string;
  title: string;
  /** [units, rows·columns] row-major: one field per unit */
  fields: Float32Array;
  /** [rows, columns] of the lattice */
  shape: [number, number];
  caption?: string;
  /** fields per row of the montage; default such that the montage is about square */
  columns?: number;
  /** ends of the scale; default the 99.9th percentile of the absolute values, rounded up */
  limit?: number;
  /** label of the colour bar */
  label?: string;
  /** symbol of the fields in legend and caption; default r */
  symbol?: string;
}

const QUANTILE = 0.999;

/** Largest width of a montage in a page column, and of one of many fields before sites become smaller than a pixel. */
const COLUMN = 712;
const WIDEST = 1000;

/** Largest height of a montage, as long as its sites are larger than a pixel. */
const TALLEST = 760;

/** Size of a site: a multiple of half a pixel, so that sites are whole pixels in a file drawn at twice the size. */
function siteSize(across: number, down: number, [rows, columns]: [number, number]): { site: number; gap: number } {
  const sizeOf = (site: number) => {
    const gap = Math.max(4, Math.round(Math.min(rows, columns) * site * 0.1));
    const width = across * columns * site + (across - 1) * gap;
    return { site, gap, width, height: down * rows * site + (down - 1) * gap };
  };
  for (let site = 24; site >= 1; site -= 0.5) {
    const candidate = sizeOf(site);
    if (candidate.width <= COLUMN && candidate.height <= TALLEST) return candidate;
  }
  const whole = sizeOf(1);
  return whole.width <= WIDEST ? whole : sizeOf(0.5);
}

/**
 * A montage of receptive fields in the order of their units, row by row, all on one symmetric scale.
 * @throws RangeError if `fields` is empty, is not a whole number of fields, or holds a value that is not finite
 */
export function fieldsPanel(options: FieldsOptions): Figure {
  knownOptions('fieldsPanel', options, [
    'name',
    'title',
    'fields',
    'shape',
    'caption',
    'columns',
    'limit',
    'label',
    'symbol',
  ]);
  const name = figureName(options.name);
  const { symbol = 'r' } = options;
  const shape: [number, number] = [integer('shape[0]', options.shape[0]), integer('shape[1]', options.shape[1])];
  const [rows, columns] = shape;
  const { fields } = options;
  const sites = rows * columns;
  if (fields.length === 0) refuse('fields', `at least one field of ${sites} values`, 'none');
  if (fields.length % sites !== 0) {
    refuse('fields', `whole fields of ${rows}·${columns} = ${sites} values`, `${fields.length} values`);
  }
  const units = fields.length / sites;
  const across = Math.min(units, integer('columns', options.columns ?? Math.ceil(Math.sqrt((units * rows) / columns))));
  const down = Math.ceil(units / across);
  const robust = symmetricLimit('fields', fields, QUANTILE);
  const scale = options.limit === undefined ? robust : limitAt(positive('limit', options.limit), fields);

  const { site, gap } = siteSize(across, down, shape);
  const tile = { width: columns * site, height: rows * site };
  const montage = { width: across * tile.width + (across - 1) * gap, height: down * tile.height + (down - 1) * gap };
  // Text under the montage needs room even if the fields are few or small.
  const narrow = montage.width < 540;
  const width = (narrow ? 540 : montage.width) + 2 * MARGIN;
  const start = MARGIN;
  const pixels = Math.max(1, Math.ceil(2 * site));

  const tiles: string[] = [];
  for (let unit = 0; unit < units; unit++) {
    const field = fields.subarray(unit * sites, (unit + 1) * sites);
    const x = start + (unit % across) * (tile.width + gap);
    const y = Math.floor(unit / across) * (tile.height + gap);
    const largest = field.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    tiles.push(
      element(
        'g',
        { class: 'field' },
        element('title', {}, escapeText(`unit ${unit}: largest |${symbol}| = ${formatNumber(largest, 3)}`)),
        imageElement(fieldImage(field, shape, pixels, { limit: scale.limit }), x, y, tile.width, tile.height),
      ),
    );
  }

  const bar = { x: start + (scale.low ? 10 : 0), y: montage.height + 26, width: 210 };
  const label = options.label ?? 'effective receptive field r';
  // A scale bar: the length of one field.
  const ruler = { from: start + montage.width - tile.width, y: montage.height + 9 };
  const rulerText = `${rows} × ${columns} sites`;
  const beyond =
    scale.clipped === 0
      ? 'no value lies beyond the ends'
      : `${formatPercent(scale.clipped).replace('<', 'less than')} of the values lie beyond the ends`;
  const ends = {
    quantile: `the 99.9th percentile of |${symbol}|`,
    largest: `the largest |${symbol}|`,
    given: 'a value set beforehand',
    nothing: 'an arbitrary value',
  }[scale.from];
  const notes = [
    `ends at ${ends}`,
    scale.clipped === 0 ? 'nothing clipped' : `${formatPercent(scale.clipped)} clipped`,
  ];
  const rounded = scale.from === 'quantile' || scale.from === 'largest' ? ' rounded up' : '';
  const origin = `the ends, ±${formatNumber(scale.limit, 3)}, are ${ends}${rounded}`;
  const caption = [
    options.caption,
    scale.from === 'nothing'
      ? `${units} fields of ${rows} × ${columns} sites; every value is zero.`
      : `${units} ${units === 1 ? 'field' : 'fields'} of ${rows} × ${columns} sites on one scale: blue is negative, pale zero, red positive; ${origin}, and ${beyond}.`,
  ]
    .filter((part) => part)
    .join(' ');
  return figure(
    { name, title: options.title, caption },
    {
      width,
      height: bar.y + COLOUR_BAR_HEIGHT + 20,
      body: [
        element('g', { class: 'fields' }, ...tiles),
        element('path', {
          class: 'ruler',
          d: strokes([
            [ruler.from, ruler.y, ruler.from + tile.width, ruler.y],
            [ruler.from, ruler.y - 3, ruler.from, ruler.y + 3],
            [ruler.from + tile.width, ruler.y - 3, ruler.from + tile.width, ruler.y + 3],
          ]),
          stroke: SOFT_INK,
          'stroke-width': 1,
        }),
        narrow
          ? textLine(ruler.from + tile.width + 10, ruler.y + 4, rulerText, { size: 11, fill: SOFT_INK })
          : textLine(start + montage.width, ruler.y + 25, rulerText, { size: 11, fill: SOFT_INK, anchor: 'end' }),
        ...notes.map((note, k) =>
          textLine(bar.x + bar.width + 30, bar.y + 21 + 15 * k, note, { size: 11, fill: SOFT_INK }),
        ),
        colourBar({
          id: `${name}-scale`,
          ...bar,
          label,
          ticks: symmetricTicks(scale.limit),
          low: scale.low,
          high: scale.high,
        }),
        element('path', {
          class: 'frames',
          d: Array.from({ length: units }, (_, unit) => {
            const x = start + (unit % across) * (tile.width + gap);
            const y = Math.floor(unit / across) * (tile.height + gap);
            return `M${x} ${y}h${tile.width}v${tile.height}h${-tile.width}z`;
          }).join(''),
          fill: 'none',
          stroke: HAIRLINE,
          'stroke-width': 0.75,
        }),
      ].join(''),
    },
  );
}
