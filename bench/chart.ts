/**
 * The chart: how much faster ours is than each of the others, a bar for each on a logarithmic axis, by groups. A
 * whisker is the quartiles. Bars begin at 1; what is to its left is where the other is faster.
 */

import { hex } from '../src/viz/frame/colour.js';
import { type Figure, figure, MARGIN } from '../src/viz/frame/figure.js';
import { element, strokes } from '../src/viz/frame/markup.js';
import { HAIRLINE, PAPER, SOFT_INK, type TextStyle, textLine, textWidth, wrapText } from '../src/viz/frame/text.js';
import { disturbed, type Kind, type Row } from './harness.js';
import { digits, type Quartiles } from './numbers.js';
import { groupsOf, type Report } from './report.js';

const WIDTH = 960;
const LABELS = 372;
const RIGHT = 78;
const LEFT = MARGIN + LABELS;
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

/** The least and the greatest ratio with room at both ends; 1 is always between them. */
function domain(rows: readonly Row[]): [number, number] {
  const all = rows.flatMap(({ ratio }) => ratio ?? []);
  return [Math.min(1, Math.min(...all) / 1.15), Math.max(2, Math.max(...all) * 1.15)];
}

/** Powers of ten, every second or so of many; over few of them 2 and 5 times a power as well. */
function ticks([low, high]: readonly [number, number]): number[] {
  const mantissas = high / low > 200 ? [1] : [1, 2, 5];
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const stride = Math.ceil((last - first) / 7);
  const powers = Array.from({ length: last - first + 1 }, (_, k) => first + k).filter((power) => power % stride === 0);
  const all = powers.flatMap((power) => mantissas.map((mantissa) => Number(`${mantissa}e${power}`)));
  return all.filter((tick) => tick >= low && tick <= high);
}

/** The text in one line that is no wider, cut with an ellipsis. */
function fitted(text: string, width: number, size: number, bold = false): string {
  if (textWidth(text, size, bold) <= width) return text;
  let cut = text;
  while (cut.length > 1 && textWidth(`${cut}…`, size, bold) > width) cut = cut.slice(0, -1);
  return `${cut.trimEnd()}…`;
}

/** A ratio of the axis; `×1/5` where the other is faster. */
const tickText = (tick: number) => (tick >= 1 ? `×${tick}` : `×1/${Math.round(1 / tick)}`);

/** Where ratios stand: logarithmic from the labels' right edge on. */
type Axis = (ratio: number) => number;

/** The words on white, so that no line of the grid goes through them. */
function grounded(x: number, y: number, text: string, style: TextStyle & { size: number }): string {
  const width = textWidth(text, style.size, style.bold) + 6;
  return (
    element('rect', { x: x - 3, y: y - style.size, width, height: style.size * 1.35, fill: PAPER }) +
    textLine(x, y, text, style)
  );
}

function barOf(row: Row, at: Axis): Block {
  const { bar: fill, ink } = KINDS[row.kind ?? 'twin'];
  const [from, middle, to] = (row.ratio as Quartiles).map(at);
  const noisy = disturbed(row) !== '';
  const value = `×${digits(row.ratio![1])}${noisy ? ' ~' : ''}`;
  // versions of peers are in the tables
  const name = row.kind === 'peer' ? row.contender.replace(/ \([^()]*\)$/, '') : row.contender;
  const label = fitted(name, LABELS - 30, SIZE);
  const left = Math.min(at(1), middle);
  const width = Math.max(1, Math.abs(middle - at(1)));
  return {
    height: LINE,
    draw: (y) => {
      const centre = y + LINE / 2;
      const whisker = strokes([[from, centre, to, centre]]);
      return [
        textLine(LEFT - 12, centre + 4, label, { size: SIZE, anchor: 'end', fill: SOFT_INK }),
        element('rect', {
          x: left,
          y: centre - BAR / 2,
          width,
          height: BAR,
          rx: 1.5,
          fill,
          'fill-opacity': noisy ? 0.55 : 1,
        }),
        element('path', { d: whisker, stroke: ink, 'stroke-width': 1.6 }),
        grounded(Math.max(at(1), middle, to) + 7, centre + 4, value, { size: SIZE, bold: true, fill: ink }),
      ].join('');
    },
  };
}

/** The name of a case, above its bars. */
function nameOf(name: string): Block {
  const size = 12.5;
  const lines = wrapText(name, WIDTH - 2 * MARGIN, size);
  const step = 1.35 * size;
  return {
    height: 9 + lines.length * step + 2,
    draw: (y) => lines.map((line, k) => grounded(MARGIN, y + 9 + step * (k + 0.78), line, { size })).join(''),
  };
}

/** A group: its heading and the axis beside it, the lines of the grid, and its bars. */
function sectionOf(group: string, rows: readonly Row[], range: readonly [number, number], at: Axis): Block {
  const blocks = rows.flatMap((row, k) => [
    ...(row.case === rows[k - 1]?.case ? [] : [nameOf(row.case)]),
    barOf(row, at),
  ]);
  const head = 26;
  const height = blocks.reduce((sum, block) => sum + block.height, head) + 6;
  return {
    height: height + 24,
    draw: (top) => {
      const grid = ticks(range).map((tick) => {
        const d = strokes([[at(tick), top + head, at(tick), top + height]]);
        return (
          element('path', { d, stroke: tick === 1 ? '#8b95a1' : HAIRLINE }) +
          textLine(at(tick), top + 17, tickText(tick), { size: 11, anchor: 'middle', fill: SOFT_INK })
        );
      });
      let y = top + head;
      const drawn = blocks.map((block) => {
        y += block.height;
        return block.draw(y - block.height);
      });
      const heading = textLine(MARGIN, top + 17, fitted(group, LABELS - 60, 14.5, true), { size: 14.5, bold: true });
      return [heading, ...grid, ...drawn].join('');
    },
  };
}

/** What the colours stand for. */
function legendOf(kinds: readonly Kind[]): string {
  let x = MARGIN;
  const items = kinds.map((kind) => {
    const text = `against ${KINDS[kind].label}`;
    const box = element('rect', { x, y: 4, width: 18, height: BAR, rx: 1.5, fill: KINDS[kind].bar });
    const item = box + textLine(x + 25, 13.5, text, { size: 12 });
    x += 25 + textWidth(text, 12) + 24;
    return item;
  });
  return items.join('');
}

/** @returns undefined if no row has a ratio */
export function ratioChart(report: Pick<Report, 'rows' | 'date' | 'rounds' | 'place'>): Figure | undefined {
  const rows = report.rows.filter(({ ratio }) => ratio);
  if (rows.length === 0) return undefined;
  const range = domain(rows);
  const at: Axis = (ratio) =>
    LEFT + (Math.log(ratio / range[0]) / Math.log(range[1] / range[0])) * (WIDTH - LEFT - RIGHT);
  const kinds = (Object.keys(KINDS) as Kind[]).filter((kind) => rows.some((row) => (row.kind ?? 'twin') === kind));
  let y = 38;
  const sections = [...groupsOf(rows)].map(([group, members]) => {
    const section = sectionOf(group, members, range, at);
    y += section.height;
    return section.draw(y - section.height);
  });
  const machine = report.place.Machine ?? report.place.Browser ?? 'unknown machine';
  const noisy = rows.some((row) => disturbed(row) !== '') ? ' ~: the machine was slow in some of the rounds.' : '';
  const rounds = `median of ${report.rounds} interleaved rounds`;
  return figure(
    {
      name: 'benchmarks',
      title: 'How much faster than the others',
      caption: `Time of the others over ours, ${rounds}; whiskers are quartiles. ${machine}, ${report.date.slice(0, 10)}.${noisy}`,
    },
    { width: WIDTH, height: y, body: [legendOf(kinds), ...sections].join('') },
  );
}
