/**
 * Charts of figures that live: a few marks on two axes as SVG, coloured by the style sheet of all figures. What they show
 * changes ten times per second, so a chart is a template: only what has changed is touched.
 */

import { type ScaleLinear, type ScaleLogarithmic, scaleLinear, scaleLog } from 'd3-scale';
import { html, nothing, svg, type TemplateResult } from 'lit';
import { labelOf } from '../base/labels.js';

export interface Axis {
  label: string;
  domain: readonly [number, number];
  log?: boolean;
  /** About how many ticks. Default 5. */
  ticks?: number;
  format?: (value: number) => string;
}

/**
 * A colour of the theme: measured (default; names need `first` for it), a second and a third series, or in the
 * background.
 */
export type Tone = 'first' | 'second' | 'third' | 'quiet';

export type Mark =
  /** A theory: thin and quiet unless it has a tone. */
  | { kind: 'curve'; points: readonly (readonly [number, number])[]; tone?: Tone }
  /** A measured series. */
  | { kind: 'trace'; points: readonly (readonly [number, number])[]; tone?: Tone }
  /** Measured values with their errors (1σ; 0 draws none). */
  | {
      kind: 'dots';
      points: readonly (readonly [x: number, y: number, error?: number, xError?: number])[];
      tone?: Tone;
      radius?: number;
    }
  /** Bars from 0 to y, of a width in units of x. */
  | { kind: 'bars'; points: readonly (readonly [number, number])[]; width: number; tone?: Tone }
  /** A named place on the x axis, or with `y` on the y axis. */
  | { kind: 'line'; x?: number; y?: number; name?: string }
  | { kind: 'name'; x: number; y: number; text: string; anchor?: 'start' | 'middle' | 'end'; tone?: Tone };

export interface PlotOptions {
  /** What a reader who cannot see it is told: one sentence with the present numbers. */
  label: string;
  x: Axis;
  y: Axis;
  marks: readonly Mark[];
  /** In CSS pixels, if it is as wide as there is room. Default 360 × 220. */
  width?: number;
  height?: number;
  /** Room at the right, for names of curves. Default 12. */
  right?: number;
}

/** Units of x and of y that a pixel of a chart stands for: names stand so many pixels from their points. */
export function perPixel(
  x: readonly [number, number],
  y: readonly [number, number],
  width: number,
  height: number,
): [number, number] {
  return [(x[1] - x[0]) / (width - MARGIN.left - MARGIN.right), (y[1] - y[0]) / (height - MARGIN.top - MARGIN.bottom)];
}

type Scale = ScaleLinear<number, number> | ScaleLogarithmic<number, number>;

const MARGIN = { top: 22, right: 12, bottom: 34, left: 46 };

/** Shortened to what distinguishes points on a screen. */
const r = (value: number): string => (Number.isFinite(value) ? value.toFixed(1) : '0');

/** A chart. Points outside of the axes' domains are not drawn. */
export function plot({ label, x, y, marks, width: whole = 360, height = 220, right }: PlotOptions): TemplateResult {
  const width = whole - (right ?? MARGIN.right) + MARGIN.right;
  const X = scaleOf(x, [MARGIN.left, width - MARGIN.right]);
  const Y = scaleOf(y, [height - MARGIN.bottom, MARGIN.top]);
  return html`<svg class="plot" part="plot" viewBox="0 0 ${whole} ${height}" role="img" aria-label=${label}>
    ${axisBelow(x, X, height)} ${axisLeft(y, Y, width)} ${marks.map((mark) => draw(mark, x, y, X, Y, width, height))}
  </svg>`;
}

function scaleOf({ domain, log }: Axis, range: [number, number]): Scale {
  return (log ? scaleLog() : scaleLinear()).domain([...domain]).range(range);
}

/** Pixels that a character at a tick takes, and the least room between two of them. */
const CHARACTER = 6.5;
const ROOM = 8;

/** As many ticks as are asked for, or as few as their texts have room beside each other. */
function ticksBelow(axis: Axis, scale: Scale): [number, string][] {
  for (let count = axis.ticks ?? 5; ; count--) {
    const ticks = ticksOf({ ...axis, ticks: count }, scale);
    const fits = ticks.every(([tick, text], k) => {
      if (k === 0) return true;
      const [before, other] = ticks[k - 1];
      return Math.abs(scale(tick) - scale(before)) >= (CHARACTER * (text.length + other.length)) / 2 + ROOM;
    });
    if (fits || count <= 2) return ticks;
  }
}

/** Ticks with what is written at them; on a logarithmic axis with more than two decades only powers of ten. */
function ticksOf(axis: Axis, scale: Scale): [number, string][] {
  const count = axis.ticks ?? 5;
  let ticks = scale.ticks(count);
  if (axis.log && Math.log10(axis.domain[1] / axis.domain[0]) > 2) {
    ticks = ticks.filter((tick) => Math.abs(Math.log10(tick) - Math.round(Math.log10(tick))) < 1e-9);
  }
  const format = axis.format ?? scale.tickFormat(count);
  return ticks.map((tick) => [tick, format(tick).replace('−', '-')]);
}

function axisBelow(axis: Axis, X: Scale, height: number): TemplateResult<2> {
  const base = height - MARGIN.bottom;
  const [from, to] = X.range();
  return svg`<g class="axis">
    <line x1=${from} x2=${to} y1=${base} y2=${base}></line>
    ${ticksBelow(axis, X).map(([tick, text]) => svg`<line x1=${r(X(tick))} x2=${r(X(tick))} y1=${base} y2=${base + 4}></line><text x=${r(X(tick))} y=${base + 15} text-anchor="middle">${text}</text>`)}
    <text x=${to} y=${base + 29} text-anchor="end">${labelOf(axis.label)}</text>
  </g>`;
}

function axisLeft(axis: Axis, Y: Scale, width: number): TemplateResult<2> {
  return svg`<g class="axis">
    ${ticksOf(axis, Y).map(([tick, text]) => svg`<line x1=${MARGIN.left} x2=${width - MARGIN.right} y1=${r(Y(tick))} y2=${r(Y(tick))}></line><text x=${MARGIN.left - 6} y=${r(Y(tick) + 3.5)} text-anchor="end">${text}</text>`)}
    <text x="2" y="9">${labelOf(axis.label)}</text>
  </g>`;
}

const inside = (value: number, { domain: [from, to] }: Axis): boolean => value >= from && value <= to;

function draw(mark: Mark, x: Axis, y: Axis, X: Scale, Y: Scale, width: number, height: number): unknown {
  switch (mark.kind) {
    case 'curve':
    case 'trace': {
      const path = pathOf(mark.points, x, y, X, Y);
      return path === '' ? nothing : svg`<path class="${mark.kind} ${mark.tone ?? ''}" d=${path}></path>`;
    }
    case 'dots': {
      const seen = mark.points.filter(([a, b]) => inside(a, x) && inside(b, y));
      return seen.map(([a, b, error = 0, across = 0]) => {
        const [low, high] = [Math.max(y.domain[0], b - error), Math.min(y.domain[1], b + error)];
        const bar =
          error > 0
            ? svg`<line class="bar ${mark.tone ?? ''}" x1=${r(X(a))} x2=${r(X(a))} y1=${r(Y(low))} y2=${r(Y(high))}></line>`
            : nothing;
        const [left, right] = [Math.max(x.domain[0], a - across), Math.min(x.domain[1], a + across)];
        const flat =
          across > 0
            ? svg`<line class="bar ${mark.tone ?? ''}" x1=${r(X(left))} x2=${r(X(right))} y1=${r(Y(b))} y2=${r(Y(b))}></line>`
            : nothing;
        return svg`${bar}${flat}<circle class="dot ${mark.tone ?? ''}" cx=${r(X(a))} cy=${r(Y(b))} r=${mark.radius ?? 4}></circle>`;
      });
    }
    case 'bars': {
      const clamp = (value: number) => Math.min(y.domain[1], Math.max(y.domain[0], value));
      const base = r(Y(clamp(0)));
      const path = mark.points
        .filter(([a]) => inside(a, x))
        .map(([a, b]) => `M${r(X(a - mark.width / 2))},${base}V${r(Y(clamp(b)))}H${r(X(a + mark.width / 2))}V${base}Z`);
      return svg`<path class="area ${mark.tone ?? ''}" d=${path.join('')}></path>`;
    }
    case 'line': {
      if (mark.x !== undefined) {
        if (!inside(mark.x, x)) return nothing;
        const at = r(X(mark.x));
        const name =
          mark.name === undefined
            ? nothing
            : svg`<text x=${Number(at) + 4} y=${MARGIN.top + 9}>${nameOf(mark.name)}</text>`;
        return svg`<line class="mark" x1=${at} x2=${at} y1=${MARGIN.top} y2=${height - MARGIN.bottom}></line>${name}`;
      }
      if (mark.y === undefined || !inside(mark.y, y)) return nothing;
      const at = Y(mark.y);
      const name =
        mark.name === undefined
          ? nothing
          : svg`<text x=${width - MARGIN.right} y=${r(at - 4)} text-anchor="end">${nameOf(mark.name)}</text>`;
      return svg`<line class="mark" x1=${MARGIN.left} x2=${width - MARGIN.right} y1=${r(at)} y2=${r(at)}></line>${name}`;
    }
    case 'name':
      return svg`<text class=${mark.tone ?? ''} x=${r(X(mark.x))} y=${r(Y(mark.y))} text-anchor=${mark.anchor ?? 'start'}>${nameOf(mark.text)}</text>`;
  }
}

/** A name in which `_c` is a subscript. */
function nameOf(text: string): unknown {
  const [letter, subscript] = text.split('_', 2);
  return subscript === undefined
    ? text
    : svg`<tspan font-style="italic">${letter}</tspan><tspan dy="3" font-size="8">${subscript}</tspan>`;
}

/** A path with gaps where points are missing or outside. */
function pathOf(points: readonly (readonly [number, number])[], x: Axis, y: Axis, X: Scale, Y: Scale): string {
  let path = '';
  let pen = 'M';
  for (const [a, b] of points) {
    if (Number.isFinite(a) && Number.isFinite(b) && inside(a, x) && inside(b, y)) {
      path += `${pen}${r(X(a))},${r(Y(b))}`;
      pen = 'L';
    } else pen = 'M';
  }
  return path;
}
