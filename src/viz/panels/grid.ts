/** Tables of pictures. */

import { finite, integer, knownOptions, lengthOf, oneOf, positive, refuse } from '../../util/check.js';
import { hex, SPIN_DOWN, SPIN_UP, spinColour } from '../frame/colour.js';
import { type Figure, figure, figureName, MARGIN, textOf } from '../frame/figure.js';
import { element } from '../frame/markup.js';
import { COLOUR_BAR_HEIGHT, colourBar, symmetricLimit, symmetricTicks } from '../frame/scale.js';
import { HAIRLINE, SOFT_INK, textLine, textWidth, wrapText } from '../frame/text.js';
import { fieldImage, imageElement } from './image.js';

/** A row of the table. */
export interface GridRow {
  label: string;
  /** Smaller lines under the label. */
  notes?: string[];
  /** One picture per column, row-major, all of the shape in the options; spins are 0 or 1. */
  cells: ArrayLike<number>[];
}

/** Options of `gridPanel`. */
export interface GridOptions {
  name: string;
  title: string;
  caption: string;
  /** [rows, columns] of every picture. */
  shape: readonly [number, number];
  /** A heading per column, and optionally a smaller line under it. */
  columns: { heading: string; note?: string }[];
  rows: GridRow[];
  /** The kind of pictures. */
  content: 'spins' | 'field';
  /**
   * Height of a picture over its width; by default sites are squares. For tables of numbers with rows and columns of
   * different kinds.
   */
  aspect?: number;
  /** For fields: label of the colour bar. */
  label?: string;
}

const LABELS = 128;
const WIDEST = 1000;

/**
 * A table of pictures of one size, with labels of rows and headings of columns: for sequences of configurations and for
 * maps of weights.
 * @throws RangeError for no row or column, cells that are not one per column or do not fit the shape, spins other than
 *   0 and 1, or fields that are not finite
 */
export function gridPanel(options: GridOptions): Figure {
  knownOptions('gridPanel', options, [
    'name',
    'title',
    'caption',
    'shape',
    'columns',
    'rows',
    'content',
    'aspect',
    'label',
  ]);
  const name = figureName(options.name);
  const shape: [number, number] = [integer('shape[0]', options.shape[0]), integer('shape[1]', options.shape[1])];
  const [high, wide] = shape;
  const content = oneOf('content', options.content, ['spins', 'field']);
  const { rows, columns } = options;
  if (columns.length === 0) refuse('columns', 'at least one column', columns);
  if (rows.length === 0) refuse('rows', 'at least one row', rows);
  rows.forEach((row, r) => {
    textOf(`rows[${r}].label`, row.label);
    lengthOf(`rows[${r}].cells`, row.cells, columns.length);
    row.cells.forEach((cell, k) => {
      lengthOf(`rows[${r}].cells[${k}]`, cell, high * wide);
      for (let i = 0; i < cell.length; i++) finite(`rows[${r}].cells[${k}][${i}]`, cell[i]);
    });
  });
  const all = Float64Array.from(rows.flatMap(({ cells }) => cells.flatMap((cell) => Array.from(cell))));
  const scale = content === 'field' ? symmetricLimit('cells', all, 1) : undefined;

  const gap = 14;
  const room = WIDEST - 2 * MARGIN - LABELS;
  const fit = Math.min(
    232 / (options.aspect ? wide : Math.max(high, wide)),
    ((room + gap) / columns.length - gap) / wide,
  );
  // a multiple of half a pixel, so that sites are whole pixels in a file drawn at twice the size
  const site = Math.max(0.5, Math.floor(fit * 2) / 2);
  const aspect = positive('aspect', options.aspect ?? high / wide);
  const tile = { width: wide * site, height: Math.round(wide * site * aspect) };
  const pixels = Math.max(1, Math.ceil(2 * site));
  const notesWidest = Math.max(0, ...columns.map(({ note }) => textWidth(note ?? '', 11)));
  const stride = Math.max(tile.width, notesWidest, 60) + gap;
  const left = MARGIN + LABELS;
  const top = columns.some(({ note }) => note) ? 42 : 26;
  const pitch = Math.max(tile.height, 60) + gap;

  const drawn: string[] = [];
  columns.forEach(({ heading, note }, k) => {
    const middle = left + k * stride + tile.width / 2;
    drawn.push(textLine(middle, 12, textOf(`columns[${k}].heading`, heading), { bold: true, anchor: 'middle' }));
    if (note) drawn.push(textLine(middle, 29, note, { size: 11, fill: SOFT_INK, anchor: 'middle' }));
  });
  rows.forEach(({ label, notes = [], cells }, r) => {
    const y = top + r * pitch;
    const lines = wrapText(label, LABELS - 12, 13, true);
    lines.forEach((line, k) => {
      drawn.push(textLine(MARGIN, y + 14 + 17 * k, line, { size: 13, bold: true }));
    });
    notes
      .flatMap((note) => wrapText(note, LABELS - 12, 11))
      .forEach((note, k) => {
        drawn.push(textLine(MARGIN, y + 14 + 17 * lines.length + 15 * k, note, { size: 11, fill: SOFT_INK }));
      });
    cells.forEach((cell, k) => {
      const x = left + k * stride;
      const image =
        content === 'spins'
          ? fieldImage(cell, shape, pixels, { colour: spinColour })
          : fieldImage(cell, shape, pixels, { limit: scale?.limit });
      drawn.push(
        element('g', { class: 'cell' }, imageElement(image, x, y, tile.width, tile.height)),
        element('rect', {
          x,
          y,
          width: tile.width,
          height: tile.height,
          fill: 'none',
          stroke: HAIRLINE,
          'stroke-width': 0.75,
        }),
      );
    });
  });

  const width = Math.max(560, left + (columns.length - 1) * stride + tile.width + MARGIN);
  const foot = top + rows.length * pitch + 8;
  let height: number;
  if (scale) {
    const bar = { x: left, y: foot + 6, width: 210 };
    drawn.push(
      colourBar({ id: `${name}-scale`, ...bar, label: options.label ?? 'value', ticks: symmetricTicks(scale.limit) }),
    );
    height = bar.y + COLOUR_BAR_HEIGHT + 20;
  } else {
    const swatch = (x: number, colour: string, words: string) =>
      element('rect', { x, y: foot, width: 12, height: 12, fill: colour, stroke: HAIRLINE, 'stroke-width': 0.75 }) +
      textLine(x + 19, foot + 10.5, words, { size: 11, fill: SOFT_INK });
    drawn.push(swatch(left, hex(SPIN_UP), 'spin up'), swatch(left + 90, hex(SPIN_DOWN), 'spin down'));
    height = foot + 12 + 24;
  }
  return figure({ name, title: options.title, caption: options.caption }, { width, height, body: drawn.join('') });
}
