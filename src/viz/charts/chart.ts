/** Line charts. */

import { finite, knownOptions, lengthOf, oneOf, refuse } from '../../util/check.js';
import { CATEGORICAL, categorical, categoricalInk, hex } from '../frame/colour.js';
import { parseHTML } from '../frame/dom.js';
import { type Figure, figure, figureName, MARGIN, textOf } from '../frame/figure.js';
import { coordinate, element, strokes } from '../frame/markup.js';
import * as Plot from '../frame/plot.js';
import { FONT_FAMILY, formatNumber, HAIRLINE, SOFT_INK, textLine, textWidth, wrapText } from '../frame/text.js';

/** A series of a line chart. */
export interface Series {
  label: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  /** one standard error per point, ≥ 0; the band (for marks the bar) is from y - error to y + error */
  error?: ArrayLike<number>;
  /** the exact values: drawn as the curve, and the points of the series as marks with error bars */
  exact?: { x: ArrayLike<number>; y: ArrayLike<number> };
  /** a line, or marks only, which remain visible on a line; default curve */
  mark?: 'curve' | 'circles' | 'crosses';
}

/** Options of `lineChart`. */
export interface LineChartOptions {
  name: string;
  title: string;
  series: Series[];
  xLabel: string;
  yLabel: string;
  /**
   * default linear; on a logarithmic scale every y is > 0, and a band that reaches zero is cut at the bottom of the
   * chart
   */
  yScale?: 'linear' | 'log';
  caption: string;
}

interface Point {
  x: number;
  y: number;
  low: number;
  high: number;
}

const WIDTH = 776;
const PLOT_HEIGHT = 340;
const LABEL_SIZE = 12;
const LABEL_LINE = 16;
const WIDEST_LABEL = 180;

/** Largest number of points of a curve that are drawn as marks. */
const MAX_MARKED = 24;

/** The points of the exact curves. */
function exactPoints({ series, yScale }: LineChartOptions): Point[][] {
  return series.map(({ exact }, k) => {
    if (exact === undefined) return [];
    lengthOf(`series[${k}].exact.y`, exact.y, exact.x.length);
    return Array.from({ length: exact.x.length }, (_, i) => {
      const x = finite(`series[${k}].exact.x[${i}]`, exact.x[i]);
      const y = finite(`series[${k}].exact.y[${i}]`, exact.y[i]);
      if (yScale === 'log' && y <= 0) refuse(`series[${k}].exact.y[${i}]`, 'number > 0 on a logarithmic scale', y);
      return { x, y, low: y, high: y };
    });
  });
}

function checkedPoints(options: LineChartOptions): Point[][] {
  const { series } = options;
  if (!Array.isArray(series) || series.length === 0) refuse('series', 'at least one series', series);
  const log = options.yScale === 'log';
  return series.map((each, k) => {
    const name = `series[${k}]`;
    textOf(`${name}.label`, each.label);
    oneOf(`${name}.mark`, each.mark ?? 'curve', ['curve', 'circles', 'crosses']);
    if (each.x.length === 0) refuse(`${name}.x`, 'at least one point', 'none');
    lengthOf(`${name}.y`, each.y, each.x.length);
    if (each.error) lengthOf(`${name}.error`, each.error, each.x.length);
    return Array.from({ length: each.x.length }, (_, i) => {
      const x = finite(`${name}.x[${i}]`, each.x[i]);
      const y = finite(`${name}.y[${i}]`, each.y[i]);
      if (log && y <= 0) refuse(`${name}.y[${i}]`, 'number > 0 on a logarithmic scale', y);
      const error = each.error ? finite(`${name}.error[${i}]`, each.error[i]) : 0;
      if (error < 0) refuse(`${name}.error[${i}]`, 'number >= 0', error);
      return { x, y, low: y - error, high: y + error };
    });
  });
}

/**
 * Values with a smaller relative difference count as equal: their ticks would need more digits than there is room for.
 */
const MIN_RANGE = 1e-7;

/** Lowest and highest value; a single value gets room on both sides. */
export function extent(values: Iterable<number>, log = false): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (log && value <= 0) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (high - low > MIN_RANGE * Math.max(Math.abs(low), Math.abs(high))) return [low, high];
  if (log) return [low / 2, high * 2];
  const room = Math.abs(low) || 1;
  return [low - room / 2, high + room / 2];
}

/**
 * Positions of blocks of text, each as close to its wanted position as the others allow, in order and inside [0, foot].
 */
export function spread(wanted: readonly { centre: number; height: number }[], foot: number): number[] {
  const order = wanted.map((_, k) => k).sort((a, b) => wanted[a].centre - wanted[b].centre || a - b);
  // Groups of touching blocks, each at the average wanted position of its members; groups that overlap are merged.
  const groups: { members: number[]; height: number; top: number }[] = [];
  const settle = (members: number[]) => {
    const height = members.reduce((sum, k) => sum + wanted[k].height, 0);
    let offset = 0;
    let top = 0;
    for (const k of members) {
      top += wanted[k].centre - wanted[k].height / 2 - offset;
      offset += wanted[k].height;
    }
    return { members, height, top: Math.max(0, Math.min(foot - height, top / members.length)) };
  };
  for (const k of order) {
    let group = settle([k]);
    for (
      let above = groups.at(-1);
      above !== undefined && above.top + above.height > group.top;
      above = groups.at(-1)
    ) {
      groups.pop();
      group = settle([...above.members, ...group.members]);
    }
    groups.push(group);
  }
  const centres = new Array<number>(wanted.length);
  for (const group of groups) {
    let y = group.top;
    for (const k of group.members) {
      centres[k] = y + wanted[k].height / 2;
      y += wanted[k].height;
    }
  }
  return centres;
}

/**
 * Multiples of 1, 2 or 5 times a power of ten, about `count` of them; with `cover` up to the round numbers that enclose
 * the range.
 */
export function linearTicks([low, high]: readonly [number, number], count: number, cover: boolean): number[] {
  const rough = (high - low) / count;
  const exponent = Math.floor(Math.log10(rough));
  const mantissa = [1, 2, 5, 10].find((m) => Number(`${m}e${exponent}`) >= rough * 0.8) ?? 10;
  const step = Number(`${mantissa}e${exponent}`);
  const slack = 1e-9;
  const first = cover ? Math.floor(low / step + slack) : Math.ceil(low / step - slack);
  const last = cover ? Math.ceil(high / step - slack) : Math.floor(high / step + slack);
  return Array.from({ length: last - first + 1 }, (_, k) => Number(((first + k) * step).toPrecision(12)));
}

/** Texts of evenly spaced ticks, all with the same number of decimals; in powers of ten if decimals would be long. */
export function tickTexts(ticks: readonly number[]): string[] {
  const plain = ticks.map((tick) => String(Math.abs(tick)));
  if (plain.some((text) => text.includes('e') || text.length > 7)) return distinctTexts(ticks, 6);
  const decimals = Math.max(...plain.map((text) => text.split('.')[1]?.length ?? 0));
  return ticks.map((tick) => (tick < 0 ? '−' : '') + Math.abs(tick).toFixed(decimals));
}

/** Texts of ticks with at least `digits` significant digits, and as many more as are needed to make them different. */
export function distinctTexts(ticks: readonly number[], digits: number): string[] {
  const texts = ticks.map((tick) => formatNumber(tick, digits));
  return new Set(texts).size === ticks.length || digits > 15 ? texts : distinctTexts(ticks, digits + 1);
}

/**
 * Ticks of a logarithmic axis: powers of ten, with 2 and 5 between when there are few; evenly spaced numbers if it is
 * too short for these.
 */
export function logTicks([low, high]: readonly [number, number]): number[] {
  const decades = Math.log10(high / low);
  const mantissas = decades > 3 ? [1] : decades > 1.2 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9];
  const stride = Math.max(1, Math.ceil(decades / 7));
  const ticks: number[] = [];
  for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e++) {
    if (e % stride !== 0) continue;
    for (const m of mantissas) {
      const tick = Number(`${m}e${e}`);
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks.length < 2 ? linearTicks([low, high], 5, false) : ticks;
}

/**
 * Rounds coordinates to two decimals: shorter, and without the last bits in which engines differ. Text between tags is
 * not changed.
 */
export function tidy(markup: string): string {
  return markup.replace(/<[^>]*>/g, (tag) => tag.replace(/-?\d+\.\d{3,}/g, (number) => coordinate(Number(number))));
}

/**
 * A line chart of one or more series over a common x, each labelled at its right end in its own colour; bands are one
 * standard error on each side.
 * @throws RangeError for no series, an empty or uneven one, values that are not finite, negative errors, or y ≤ 0 on a
 *   logarithmic scale
 */
export function lineChart(options: LineChartOptions): Figure {
  knownOptions('lineChart', options, ['name', 'title', 'series', 'xLabel', 'yLabel', 'yScale', 'caption']);
  const name = figureName(options.name);
  textOf('xLabel', options.xLabel);
  textOf('yLabel', options.yLabel);
  const log = oneOf('yScale', options.yScale ?? 'linear', ['linear', 'log']) === 'log';
  const all = checkedPoints(options);
  const known = exactPoints(options);
  const everything = [...all, ...known];
  const isCurve = (k: number) => (options.series[k].mark ?? 'curve') === 'curve';
  const labels = options.series.map((each) => wrapText(each.label, WIDEST_LABEL, LABEL_SIZE, true));
  const labelWidth = Math.max(0, ...labels.flat().map((line) => textWidth(line, LABEL_SIZE, true)));

  const xDomain = extent(everything.flatMap((points) => points.map(({ x }) => x)));
  const yDomain = extent(
    everything.flatMap((points) => points.flatMap(({ y, low, high }) => [y, low > 0 || !log ? low : y, high])),
    log,
  );
  // The highest and lowest points are inside the frame; a linear axis ends at round numbers instead.
  if (log) {
    const room = (yDomain[1] / yDomain[0]) ** 0.04;
    yDomain[0] /= room;
    yDomain[1] *= room;
  }

  const yTicks = log ? logTicks(yDomain) : linearTicks(yDomain, 6, true);
  if (!log) yDomain.splice(0, 2, yTicks[0], yTicks[yTicks.length - 1]);
  const yTexts = log ? distinctTexts(yTicks, 3) : tickTexts(yTicks);
  // counts have integer ticks only
  const counted = all.every((points) => points.every(({ x }) => Number.isInteger(x)));
  const xTicks = linearTicks(xDomain, 8, false).filter((tick) => !counted || Number.isInteger(tick));
  const xTexts = tickTexts(xTicks);
  const left = MARGIN + 62;
  const right = MARGIN + labelWidth + (labelWidth > 0 ? 26 : 8);
  const top = 22;
  const bottom = 54;
  const height = top + PLOT_HEIGHT + bottom;
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const plain = { fontSize: 11, fill: SOFT_INK, tickSize: 0 };
  const drawn = Plot.plot({
    document: document as unknown as Document,
    className: 'chart',
    width: WIDTH,
    height,
    marginLeft: left,
    marginRight: right,
    marginTop: top,
    marginBottom: bottom,
    style: { fontFamily: FONT_FAMILY },
    x: { domain: xDomain, label: null },
    y: { type: log ? 'log' : 'linear', domain: yDomain, label: null },
    marks: [
      Plot.gridY(yTicks, { stroke: HAIRLINE, strokeOpacity: 0.8 }),
      Plot.axisY(yTicks, { ...plain, text: yTexts, tickPadding: 10 }),
      Plot.axisX(xTicks, { ...plain, text: xTexts, tickPadding: 10 }),
      ...all.map((points, k) =>
        options.series[k].error && isCurve(k) && known[k].length === 0
          ? Plot.areaY(points, {
              x: 'x',
              y1: ({ low }: Point) => (log ? Math.max(low, yDomain[0]) : low),
              y2: 'high',
              fill: hex(categorical(k)),
              fillOpacity: 0.16,
              className: 'band',
            })
          : null,
      ),
      ...all.map((points, k) =>
        isCurve(k)
          ? Plot.lineY(known[k].length ? known[k] : points, {
              x: 'x',
              y: 'y',
              stroke: hex(categorical(k)),
              strokeWidth: 1.8,
              strokeLinejoin: 'round',
              strokeLinecap: 'round',
              strokeDasharray: k < CATEGORICAL.length ? undefined : '5 4',
              className: 'curve',
            })
          : null,
      ),
      ...all.map((points, k) =>
        options.series[k].error && (!isCurve(k) || known[k].length)
          ? Plot.ruleX(points, {
              x: 'x',
              y1: ({ low }: Point) => (log ? Math.max(low, yDomain[0]) : low),
              y2: 'high',
              stroke: hex(categorical(k)),
              strokeWidth: 1.6,
              className: 'bars',
            })
          : null,
      ),
      ...all.map((points, k) =>
        isCurve(k)
          ? null
          : Plot.dot(points, {
              x: 'x',
              y: 'y',
              r: options.series[k].mark === 'circles' ? 6.5 : 5,
              symbol: options.series[k].mark === 'circles' ? 'circle' : 'times',
              stroke: hex(categorical(k)),
              strokeWidth: 1.8,
              className: 'marks',
            }),
      ),
      ...all.map((points, k) =>
        (points.length <= MAX_MARKED && isCurve(k)) || known[k].length
          ? Plot.dot(points, { x: 'x', y: 'y', r: 2.6, fill: hex(categorical(k)), className: 'points' })
          : null,
      ),
    ],
  });
  // The style sheet of the plot is not needed: its settings are attributes of the elements, and rasterisers differ in
  // their support of style sheets.
  for (const sheet of drawn.querySelectorAll('style')) sheet.remove();
  const xScale = drawn.scale('x');
  const yScale = drawn.scale('y');
  if (xScale === undefined || yScale === undefined) throw new Error('the chart has no scales');

  // Direct labels: beside the end of each curve, moved apart where they would overlap, with a thin line from the curve.
  const ends = all.map((points, k) =>
    (known[k].length ? known[k] : points).reduce((last, point) => (point.x >= last.x ? point : last)),
  );
  const centres = spread(
    ends.map((end, k) => ({ centre: yScale.apply(end.y), height: labels[k].length * LABEL_LINE + 3 })),
    top + PLOT_HEIGHT + 8,
  );
  const gutter = WIDTH - right;
  const leads: string[] = [];
  const words: string[] = [];
  ends.forEach((end, k) => {
    if (labels[k].length === 0) return;
    const colour = hex(categorical(k));
    leads.push(
      element('path', {
        d: strokes([[xScale.apply(end.x) + 5, yScale.apply(end.y), gutter + 20, centres[k]]]),
        stroke: colour,
        'stroke-width': 0.8,
        'stroke-opacity': 0.5,
      }),
    );
    labels[k].forEach((line, i) => {
      const y = centres[k] + (i - (labels[k].length - 1) / 2) * LABEL_LINE + 4.2;
      words.push(textLine(gutter + 24, y, line, { size: LABEL_SIZE, bold: true, fill: hex(categoricalInk(k)) }));
    });
  });

  return figure(
    { name, title: options.title, caption: options.caption },
    {
      width: WIDTH,
      height,
      body: [
        textLine(MARGIN, 4, options.yLabel, { fill: SOFT_INK }),
        textLine(gutter, height - 14, options.xLabel, { fill: SOFT_INK, anchor: 'end' }),
        element('g', { class: 'plot', fill: 'none', 'text-anchor': 'middle' }, tidy(drawn.innerHTML)),
        element('path', {
          class: 'baseline',
          d: strokes([[left, top + PLOT_HEIGHT, gutter, top + PLOT_HEIGHT]]),
          stroke: SOFT_INK,
          'stroke-width': 1,
        }),
        element('g', { class: 'leads' }, ...leads),
        element('g', { class: 'labels' }, ...words),
      ].join(''),
    },
  );
}
