/**
 * The chart: how much faster ours is than each of the others, a bar for each on a logarithmic axis, by groups. A whisker is the quartiles. Bars begin at
 * 1; what is to its left is where the other is faster.
 */

import { hex } from '../src/viz/colour.js';
import { type Figure, figure, MARGIN } from '../src/viz/figure.js';
import { element } from '../src/viz/markup.js';
import { HAIRLINE, SOFT_INK, textLine, textWidth, wrapText } from '../src/viz/text.js';
import { disturbed, type Kind, type Row } from './harness.js';
import { digits } from './numbers.js';
import type { Report } from './report.js';

const WIDTH = 960;
const LABELS = 372;
const RIGHT = 78;
const BAR = 11;
const LINE = 19;
const SIZE = 11.5;

/** Bars in the tone of what they stand for, their values in a darker one. */
const KINDS: Record<Kind, { label: string; bar: string; ink: string }> = {
  peer: { label: 'a program of others', bar: hex([213, 94, 0]), ink: hex([150, 66, 0]) },
  twin: { label: 'plain code, kept in the tree', bar: hex([0, 114, 178]), ink: hex([0, 82, 128]) },
  ours: { label: 'another way of this package', bar: hex([138, 146, 158]), ink: hex([84, 92, 104]) },
};

interface Block {
  height: number;
  draw: (y: number) => string;
}

/** Powers of ten that enclose all quartiles, and 1. */
function domain(rows: readonly Row[]): [number, number] {
  const all = rows.flatMap(({ ratio }) => ratio ?? []);
  return [Math.min(0, Math.floor(Math.log10(Math.min(...all)))), Math.max(1, Math.ceil(Math.log10(Math.max(...all))))];
}

/** The text in one line that is no wider, cut with an ellipsis. */
function fitted(text: string, width: number, size: number): string {
  if (textWidth(text, size) <= width) return text;
  let cut = text;
  while (cut.length > 1 && textWidth(`${cut}…`, size) > width) cut = cut.slice(0, -1);
  return `${cut.trimEnd()}…`;
}

/** `1000×`, and `1/10×` where the other is faster. */
const tickText = (power: number) => (power >= 0 ? `×${10 ** power}` : `×1/${10 ** -power}`);

/** @returns undefined if no row has a ratio */
export function ratioChart(report: Pick<Report, 'rows' | 'date' | 'rounds' | 'place'>): Figure | undefined {
  const rows = report.rows.filter(({ ratio }) => ratio);
  if (rows.length === 0) return undefined;
  const [low, high] = domain(rows);
  const left = MARGIN + LABELS;
  const room = WIDTH - left - RIGHT;
  const at = (ratio: number) => left + ((Math.log10(ratio) - low) / (high - low)) * room;

  const bar = (row: Row): Block => ({
    height: LINE,
    draw: (y) => {
      const { bar: fill, ink } = KINDS[row.kind ?? 'twin'];
      const [from, middle, to] = (row.ratio as [number, number, number]).map(at);
      const centre = y + LINE / 2;
      const noisy = disturbed(row) !== '';
      const value = `×${digits(row.ratio![1])}${noisy ? ' ~' : ''}`;
      return [
        textLine(left - 12, centre + 4, fitted(row.contender, LABELS - 30, SIZE), {
          size: SIZE,
          anchor: 'end',
          fill: SOFT_INK,
        }),
        element('rect', {
          x: Math.min(at(1), middle),
          y: centre - BAR / 2,
          width: Math.max(1, Math.abs(middle - at(1))),
          height: BAR,
          rx: 1.5,
          fill,
          'fill-opacity': noisy ? 0.55 : 1,
        }),
        element('path', {
          d: `M${from.toFixed(1)} ${centre.toFixed(1)}H${to.toFixed(1)}`,
          stroke: ink,
          'stroke-width': 1.6,
        }),
        textLine(Math.max(at(1), middle, to) + 7, centre + 4, value, { size: SIZE, bold: true, fill: ink }),
      ].join('');
    },
  });
  const words = (
    text: string,
    style: { size: number; bold: boolean; fill?: string; above: number; below: number },
  ): Block => {
    const lines = wrapText(text, WIDTH - 2 * MARGIN, style.size, style.bold);
    const step = style.size * 1.35;
    return {
      height: style.above + lines.length * step + style.below,
      draw: (y) => lines.map((line, k) => textLine(MARGIN, y + style.above + step * (k + 0.78), line, style)).join(''),
    };
  };

  const blocks: Block[] = [];
  let [group, name] = ['', ''];
  for (const row of rows) {
    if ((row.group ?? '') !== group) {
      group = row.group ?? '';
      blocks.push(words(group, { size: 14, bold: true, above: blocks.length > 0 ? 20 : 6, below: 4 }));
      name = '';
    }
    if (row.case !== name) {
      name = row.case;
      blocks.push(words(name, { size: 12, bold: false, above: 8, below: 2 }));
    }
    blocks.push(bar(row));
  }
  const top = 58;
  const foot = blocks.reduce((y, { height }) => y + height, top) + 10;
  let y = top;
  const drawn = blocks.map((block) => {
    const text = block.draw(y);
    y += block.height;
    return text;
  });
  // the lines of the grid go behind the words: each word has a white ground of its own only where it crosses none
  const powers = Array.from({ length: high - low + 1 }, (_, k) => low + k);
  const grid = powers.map((power) => {
    const x = at(10 ** power).toFixed(1);
    const path = { d: `M${x} ${top - 6}V${foot}`, stroke: power === 0 ? '#8b95a1' : HAIRLINE, 'stroke-width': 1 };
    return [
      element('path', path),
      textLine(Number(x), top - 12, tickText(power), { size: 11, anchor: 'middle', fill: SOFT_INK }),
      textLine(Number(x), foot + 16, tickText(power), { size: 11, anchor: 'middle', fill: SOFT_INK }),
    ].join('');
  });
  let x = MARGIN;
  const kinds = (Object.keys(KINDS) as Kind[]).filter((kind) => rows.some((row) => (row.kind ?? 'twin') === kind));
  const legend = kinds.map((kind) => {
    const { label, bar: fill } = KINDS[kind];
    const text = `against ${label}`;
    const item =
      element('rect', { x, y: 4, width: 18, height: BAR, rx: 1.5, fill }) + textLine(x + 25, 13.5, text, { size: 12 });
    x += 25 + textWidth(text, 12) + 24;
    return item;
  });
  const machine = report.place.Machine ?? report.place.Browser ?? '';
  return figure(
    {
      name: 'benchmarks',
      title: 'How much faster than the others',
      caption: `Time of the others over ours, median of ${report.rounds} interleaved rounds; whiskers are quartiles. ${machine}, ${report.date.slice(0, 10)}.${rows.some((row) => disturbed(row)) ? ' ~: the machine was slow in some of the rounds.' : ''}`,
    },
    { width: WIDTH, height: foot + 34, body: [legend.join(''), grid.join(''), ...drawn].join('') },
  );
}
