/** Figures as self-contained SVG documents. */

import { positive, refuse } from '../../util/check.js';
import { element, escapeText } from './markup.js';
import { FONT_FAMILY, INK, PAPER, SOFT_INK, textLine, textWidth, wrapText } from './text.js';

/**
 * A figure: a self-contained SVG document with its name, title and caption. Every figure has a white background, a
 * heading (panel letter and title), then the drawing; the caption is separate text, and in the document its
 * description for screen readers.
 */
export interface Figure {
  /** File stem and prefix of every id in the SVG, such as 'panel-b'. */
  name: string;
  title: string;
  /** Plain text. */
  caption: string;
  /** A self-contained SVG document. */
  svg: string;
  /** Size in CSS pixels. */
  width: number;
  height: number;
}

/** Free space at the left and right edge of every figure. */
export const MARGIN = 32;

/** Free space above the drawing that remains when a page removes the heading and sets the title itself. */
const HEADROOM = 24;

const TITLE_SIZE = 16;
const TITLE_LINE = 22;

/** The letter of a panel: "B" for the name 'panel-b'; undefined for any other name. */
export function panelLetter(name: string): string | undefined {
  return /^panel-([a-z])$/.exec(name)?.[1].toUpperCase();
}

/**
 * The name of a figure, checked: a file name and the prefix of ids.
 * @throws TypeError or RangeError unless it is letters, digits and hyphens, starting with a letter
 */
export function figureName(name: unknown): string {
  if (typeof name !== 'string') refuse('name', 'string', name, 'type');
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name))
    refuse('name', 'letters, digits and hyphens, starting with a letter', name);
  return name;
}

/** @throws TypeError unless a string. */
export function textOf(name: string, value: unknown): string {
  if (typeof value !== 'string') refuse(name, 'string', value, 'type');
  return value;
}

/**
 * The figure around a drawing.
 * @param drawing width and height of the body, with the origin at its upper left corner; the body itself leaves {@link
 *   MARGIN} free
 */
export function figure(
  { name, title, caption }: { name: string; title: string; caption: string },
  drawing: { width: number; height: number; body: string },
): Figure {
  figureName(name);
  textOf('title', title);
  textOf('caption', caption);
  const width = positive('width', drawing.width);
  const letter = panelLetter(name);
  const indent = letter === undefined ? 0 : Math.ceil(textWidth(letter, TITLE_SIZE, true)) + 10;
  const lines = wrapText(title, width - 2 * MARGIN - indent, TITLE_SIZE, true);
  const top = 38 + (Math.max(1, lines.length) - 1) * TITLE_LINE + 26;
  const height = Math.ceil(top + positive('height', drawing.height));
  const heading = element(
    'g',
    { class: 'heading' },
    ...(letter === undefined ? [] : [textLine(MARGIN, 38, letter, { size: TITLE_SIZE, bold: true, fill: SOFT_INK })]),
    ...lines.map((line, k) => textLine(MARGIN + indent, 38 + k * TITLE_LINE, line, { size: TITLE_SIZE, bold: true })),
  );
  const svg = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-labelledby': `${name}-title ${name}-description`,
      'font-family': FONT_FAMILY,
      fill: INK,
      'data-top': lines.length === 0 ? undefined : String(top - HEADROOM),
    },
    element('title', { id: `${name}-title` }, escapeText(title)),
    element('desc', { id: `${name}-description` }, escapeText(caption)),
    element('rect', { class: 'plate', width, height, fill: PAPER }),
    heading,
    element('g', { class: 'drawing', transform: `translate(0 ${top})` }, drawing.body),
  );
  return { name, title, caption, svg, width, height };
}
