/** Scatter plots of two quantities that may be equal. */

import { finite, knownOptions, lengthOf, refuse } from '../../util/check.js';
import { categorical, categoricalInk, hex } from '../frame/colour.js';
import { parseHTML } from '../frame/dom.js';
import { type Figure, figure, figureName, MARGIN, textOf } from '../frame/figure.js';
import { element } from '../frame/markup.js';
import * as Plot from '../frame/plot.js';
import { FONT_FAMILY, HAIRLINE, SOFT_INK, textLine, wrapText } from '../frame/text.js';
import { extent, linearTicks, tickTexts, tidy } from './chart.js';

/** A series of a scatter plot. */
export interface ScatterSeries {
  label: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
}

/** Options of `scatterChart`. */
export interface ScatterOptions {
  name: string;
  title: string;
  /** Drawn in order, later ones on top. */
  series: ScatterSeries[];
  xLabel: string;
  yLabel: string;
  caption: string;
}

const SIDE = 400;
const LEFT = MARGIN + 62;
const TOP = 22;
const BOTTOM = 54;
const LABEL_WIDTH = 190;
const LABEL_LINE = 16;

/**
 * A square scatter plot of one quantity against another that it may equal: both axes have the same scale and range, the
 * grey line is y = x. A series is labelled beside the chart in its colour.
 * @throws RangeError for no series, an empty or uneven one, or values that are not finite
 */
export function scatterChart(options: ScatterOptions): Figure {
  knownOptions('scatterChart', options, ['name', 'title', 'series', 'xLabel', 'yLabel', 'caption']);
  const name = figureName(options.name);
  textOf('xLabel', options.xLabel);
  textOf('yLabel', options.yLabel);
  const all = checkedSeries(options.series);
  const domain = extent(all.flat().flatMap(({ x, y }) => [x, y]));
  const ticks = linearTicks(domain, 6, true);
  domain.splice(0, 2, ticks[0], ticks[ticks.length - 1]);
  const texts = tickTexts(ticks);
  const height = TOP + SIDE + BOTTOM;
  const width = LEFT + SIDE + 26 + LABEL_WIDTH + MARGIN;
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const plain = { fontSize: 11, fill: SOFT_INK, tickSize: 0, text: texts, tickPadding: 10 };
  const drawn = Plot.plot({
    document: document as unknown as Document,
    className: 'chart',
    width: LEFT + SIDE + 26,
    height,
    marginLeft: LEFT,
    marginRight: 26,
    marginTop: TOP,
    marginBottom: BOTTOM,
    style: { fontFamily: FONT_FAMILY },
    x: { domain, label: null },
    y: { domain, label: null },
    marks: [
      Plot.gridX(ticks, { stroke: HAIRLINE, strokeOpacity: 0.8 }),
      Plot.gridY(ticks, { stroke: HAIRLINE, strokeOpacity: 0.8 }),
      Plot.axisX(ticks, plain),
      Plot.axisY(ticks, plain),
      Plot.line([domain[0], domain[1]], { x: (v: number) => v, y: (v: number) => v, stroke: SOFT_INK, strokeWidth: 1 }),
      ...all.map((points, k) =>
        Plot.dot(points, {
          x: 'x',
          y: 'y',
          r: points.length > 100 ? 2 : 4,
          fill: hex(categorical(k)),
          fillOpacity: points.length > 100 ? 0.55 : 0.85,
        }),
      ),
    ],
  });
  // as in chart.ts: the settings of the style sheet are attributes of the elements
  for (const sheet of drawn.querySelectorAll('style')) sheet.remove();
  const words: string[] = [];
  let line = TOP + 14;
  options.series.forEach(({ label }, k) => {
    for (const text of wrapText(label, LABEL_WIDTH, 12, true)) {
      words.push(textLine(LEFT + SIDE + 26, line, text, { size: 12, bold: true, fill: hex(categoricalInk(k)) }));
      line += LABEL_LINE;
    }
    line += 8;
  });
  return figure(
    { name, title: options.title, caption: options.caption },
    {
      width,
      height,
      body: [
        textLine(MARGIN, 4, options.yLabel, { fill: SOFT_INK }),
        textLine(LEFT + SIDE, height - 14, options.xLabel, { fill: SOFT_INK, anchor: 'end' }),
        element('g', { class: 'plot', 'text-anchor': 'middle' }, tidy(drawn.innerHTML)),
        element('g', { class: 'labels' }, ...words),
      ].join(''),
    },
  );
}

function checkedSeries(series: ScatterSeries[]): { x: number; y: number }[][] {
  if (!Array.isArray(series) || series.length === 0) refuse('series', 'at least one series', series);
  return series.map((each, k) => {
    const name = `series[${k}]`;
    textOf(`${name}.label`, each.label);
    if (each.x.length === 0) refuse(`${name}.x`, 'at least one point', 'none');
    lengthOf(`${name}.y`, each.y, each.x.length);
    return Array.from({ length: each.x.length }, (_, i) => ({
      x: finite(`${name}.x[${i}]`, each.x[i]),
      y: finite(`${name}.y[${i}]`, each.y[i]),
    }));
  });
}
