/** Networks of points on a torus. */

import { finite, integer, knownOptions, refuse } from '../../util/check.js';
import { hex, NEGATIVE, POSITIVE } from '../frame/colour.js';
import { type Figure, figure, figureName, MARGIN, textOf } from '../frame/figure.js';
import { element, strokes } from '../frame/markup.js';
import { HAIRLINE, INK, PAPER, SOFT_INK, textLine } from '../frame/text.js';

/** Options of `networkPanel`. */
export interface NetworkOptions {
  name: string;
  title: string;
  caption: string;
  /** [rows, columns] of the torus. */
  shape: readonly [number, number];
  panels: {
    heading: string;
    /** [row, column] of each point; null for a point without a position, which is left out with its links. */
    places: readonly (readonly [number, number] | null)[];
    /** [point, point, value]: the width is |value| relative to the largest of all panels, the colour the sign. */
    links: readonly (readonly [number, number, number])[];
  }[];
}

const PANEL = 340;
const GAP = 32;
const WIDEST = 5;

/**
 * Points on a torus and links between them, such as the couplings between the units of a layer; one square per panel. A
 * link takes the shortest way, and continues at the opposite edge.
 * @throws RangeError for no panel, a link to a point that does not exist, or numbers that are not finite
 */
export function networkPanel(options: NetworkOptions): Figure {
  knownOptions('networkPanel', options, ['name', 'title', 'caption', 'shape', 'panels']);
  const name = figureName(options.name);
  const [rows, columns] = [integer('shape[0]', options.shape[0]), integer('shape[1]', options.shape[1])];
  const { panels } = options;
  if (panels.length === 0) refuse('panels', 'at least one panel', panels);
  let largest = 0;
  panels.forEach(({ links }, p) => {
    links.forEach(([, , value], n) => {
      largest = Math.max(largest, Math.abs(finite(`panels[${p}].links[${n}][2]`, value)));
    });
  });
  const scale = PANEL / Math.max(rows, columns);
  const [width, height] = [columns * scale, rows * scale];
  const top = 26;
  const drawn = panels.map(({ heading, places, links }, p) => {
    const left = MARGIN + p * (PANEL + GAP);
    const at = places.map(
      (place, k) =>
        place && {
          y: (finite(`panels[${p}].places[${k}][0]`, place[0]) + 0.5) * scale,
          x: (finite(`panels[${p}].places[${k}][1]`, place[1]) + 0.5) * scale,
        },
    );
    const lines = [...links]
      .sort((a, b) => Math.abs(a[2]) - Math.abs(b[2]))
      .flatMap(([j, k, value], n) => {
        const [from, to] = [j, k].map((point) => at[integer(`panels[${p}].links[${n}]`, point, 0, places.length - 1)]);
        if (!from || !to) return [];
        const share = largest > 0 ? Math.abs(value) / largest : 0;
        return element('path', {
          d: strokes(copies(from, to, width, height)),
          stroke: hex(value < 0 ? NEGATIVE : POSITIVE),
          'stroke-width': 0.6 + (WIDEST - 0.6) * share,
          'stroke-opacity': 0.75,
          'stroke-linecap': 'round',
        });
      });
    const dots = at.flatMap((point) =>
      point
        ? element('circle', {
            cx: point.x % width,
            cy: point.y % height,
            r: 4,
            fill: INK,
            stroke: PAPER,
            'stroke-width': 1.4,
          })
        : [],
    );
    const clip = `${name}-clip-${p}`;
    return (
      textLine(left, 12, textOf(`panels[${p}].heading`, heading), { bold: true, size: 13 }) +
      element(
        'g',
        { transform: `translate(${left} ${top})` },
        element('clipPath', { id: clip }, element('rect', { width, height })),
        element('rect', { width, height, fill: '#faf9f6', stroke: HAIRLINE, 'stroke-width': 1 }),
        element('g', { 'clip-path': `url(#${clip})`, fill: 'none' }, ...lines),
        element('g', { 'clip-path': `url(#${clip})` }, ...dots),
      )
    );
  });
  const foot = top + height + 26;
  const key = (x: number, colour: string, words: string) =>
    element('path', { d: strokes([[x, foot - 4, x + 26, foot - 4]]), stroke: colour, 'stroke-width': 3 }) +
    textLine(x + 34, foot, words, { size: 11, fill: SOFT_INK });
  return figure(
    { name, title: options.title, caption: options.caption },
    {
      width: Math.max(560, 2 * MARGIN + panels.length * PANEL + (panels.length - 1) * GAP),
      height: foot + 24,
      body: [
        ...drawn,
        key(MARGIN, hex(POSITIVE), 'K > 0: favours equal signs'),
        key(MARGIN + 230, hex(NEGATIVE), 'K < 0: favours opposite signs'),
      ].join(''),
    },
  );
}

type Place = { x: number; y: number };

/** The shortest way from one point to the other, and its copies across the edges of the panel. */
function copies(from: Place, to: Place, width: number, height: number): [number, number, number, number][] {
  const dx = to.x - from.x - width * Math.round((to.x - from.x) / width);
  const dy = to.y - from.y - height * Math.round((to.y - from.y) / height);
  const start = { x: from.x % width, y: from.y % height };
  const shifts = (at: number, by: number, length: number) =>
    at + by < 0 ? [0, length] : at + by > length ? [0, -length] : [0];
  return shifts(start.x, dx, width).flatMap((sx) =>
    shifts(start.y, dy, height).map((sy): [number, number, number, number] => [
      start.x + sx,
      start.y + sy,
      start.x + dx + sx,
      start.y + dy + sy,
    ]),
  );
}
