/** The two layers as a drawing: hidden spins over the lattice, lines as thick as the weights. */

import { html, nothing, svg, type TemplateResult } from 'lit';
import { LATTICES, type LatticeName, sitesOf } from './lattices.js';
import type { ModelName } from './spec.js';
import { subscript } from './words.js';

type Point = readonly [x: number, y: number];

const WIDTH = 360;
const HEIGHT = 200;
const FLOOR = 148;
const CEILING = 44;

/** Where the spins of the lattice are drawn: seen from above at a slant. */
export function placesOfSites(lattice: LatticeName): Point[] {
  const [rows, columns] = LATTICES[lattice].shape as readonly number[];
  if (columns === undefined) return onEllipse(rows, 132, 34, FLOOR, 0);
  return Array.from({ length: rows * columns }, (_, site) => {
    const row = Math.floor(site / columns) - (rows - 1) / 2;
    const column = (site % columns) - (columns - 1) / 2;
    return [WIDTH / 2 + 84 * column - 34 * row, FLOOR + 30 * row] as const;
  });
}

/** n places on an ellipse, turned by so many steps. */
function onEllipse(n: number, a: number, b: number, y: number, turn: number): Point[] {
  return Array.from({ length: n }, (_, k) => {
    // a quarter of a step away from the axis, so that no two lie behind each other
    const angle = (2 * Math.PI * (k + turn + 0.25)) / n;
    return [WIDTH / 2 - a * Math.cos(angle), y - b * Math.sin(angle)] as const;
  });
}

/** What the hidden spins of a model are drawn over. */
export function overOf(model: ModelName, lattice: LatticeName): Network['over'] {
  const [rows, columns = rows] = LATTICES[lattice].shape as readonly number[];
  const sites = Array.from({ length: sitesOf(lattice) }, (_, site) => site);
  if (model === 'copies') return sites.filter((site) => (Math.floor(site / columns) + (site % columns)) % 2 === 0);
  return model === 'bonds' ? 'bonds' : model === 'wrongMarginal' ? sites : null;
}

const raised = ([x, y]: Point): Point => [x, y - FLOOR + CEILING];

/**
 * Where the hidden spins are drawn: over their sites, over the middles of their bonds (those that close a torus end
 * half a bond beyond it), or on an ellipse.
 */
function placesOfHidden(sites: readonly Point[], { lattice, hidden, weights, over }: Network): Point[] {
  if (over === 'bonds') {
    const ends = Array.from({ length: hidden }, (_, j) =>
      Array.from(sites.keys()).filter((i) => weights[i * hidden + j] !== 0),
    );
    if (ends.every(({ length }) => length === 2)) return ends.map(([a, b]) => raised(middleOf(lattice, sites, a, b)));
  } else if (over !== null && over.length === hidden) return over.map((site) => raised(sites[site]));
  if (hidden === 1) return [[WIDTH / 2, CEILING]];
  return onEllipse(hidden, Math.min(132, 60 + 14 * hidden), 22, CEILING, 0.5);
}

/** The middle of the bond a < b. */
function middleOf(lattice: LatticeName, sites: readonly Point[], a: number, b: number): Point {
  const isDrawn = bondsOf(lattice).some(([p, q]) => p === Math.min(a, b) && q === Math.max(a, b));
  const columns = LATTICES[lattice].shape.at(-1) as number;
  const [from, to] = isDrawn ? [sites[a], sites[b]] : [sites[b], beyond(sites, b, b - a < columns ? 1 : columns)];
  return [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
}

/** Where the site after the last one would be. */
function beyond(sites: readonly Point[], site: number, step: number): Point {
  const [before, own] = [sites[site - step], sites[site]];
  return [2 * own[0] - before[0], 2 * own[1] - before[1]];
}

/** The bonds of the lattice, without those that close it around the torus: they would cross all others. */
function bondsOf(lattice: LatticeName): [number, number][] {
  const [rows, columns] = LATTICES[lattice].shape as readonly number[];
  if (columns === undefined)
    return Array.from({ length: rows }, (_, k) => [Math.min(k, (k + 1) % rows), Math.max(k, (k + 1) % rows)]);
  const sites = Array.from({ length: rows * columns }, (_, site) => site);
  return sites.flatMap((site) => [
    ...(site % columns < columns - 1 ? [[site, site + 1] as [number, number]] : []),
    ...(site + columns < rows * columns ? [[site, site + columns] as [number, number]] : []),
  ]);
}

export interface Network {
  lattice: LatticeName;
  hidden: number;
  /** Row-major [sites, hidden]; empty if there are none. */
  weights: readonly number[];
  /** Pair couplings between the hidden spins. */
  pairs: readonly (readonly [number, number, number])[] | null;
  /** The site over which each hidden spin is drawn; or that it belongs to the bond between the two sites that it sees. */
  over: readonly number[] | 'bonds' | null;
}

const line = ([x1, y1]: Point, [x2, y2]: Point, width: number, className: string) =>
  width < 0.15
    ? nothing
    : svg`<line class=${className} x1=${x1.toFixed(1)} y1=${y1.toFixed(1)} x2=${x2.toFixed(1)} y2=${y2.toFixed(1)} stroke-width=${width.toFixed(2)}></line>`;

/** Thick where it is large: 4 at `largest`, no thicker beyond. */
const thickness = (value: number, largest: number) => (4.5 * Math.abs(value)) / largest;

/** The drawing. */
export function network(drawn: Network): TemplateResult {
  const { lattice, hidden, weights, pairs } = drawn;
  const sites = placesOfSites(lattice);
  const units = placesOfHidden(sites, drawn);
  const largest = Math.max(1, ...weights.map(Math.abs));
  const strongest = Math.max(0.25, ...(pairs ?? []).map(([, , coupling]) => Math.abs(coupling)));
  const strong = weights.length === 0 ? 0 : Math.max(...weights.map(Math.abs));
  const label = `${hidden} hidden spins over a ${LATTICES[lattice].name}${weights.length === 0 ? ', without weights between them' : `; the largest weight is ${strong.toFixed(2)}`}.`;
  const sign = (value: number) => (value < 0 ? 'negative' : 'positive');
  return html`<svg class="plot network" part="network" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label}>
    ${bondsOf(lattice).map(([a, b]) => line(sites[a], sites[b], 1.25, 'bond'))}
    ${weights.map((w, k) => line(units[k % hidden], sites[Math.floor(k / hidden)], thickness(w, largest), `weight ${sign(w)}`))}
    ${(pairs ?? []).map(([a, b, coupling]) => line(units[a], units[b], thickness(coupling, strongest) * 0.8, `pair ${sign(coupling)}`))}
    ${sites.map(([x, y], k) => svg`<circle class="site" cx=${x} cy=${y} r="9"></circle><text class="inner" x=${x} y=${y + 3.5} text-anchor="middle">${k + 1}</text>`)}
    ${units.map(([x, y], k) => svg`<circle class="unit" cx=${x} cy=${y} r=${hidden > 10 ? 7 : 9}></circle><text class="inner unit-name ${hidden > 10 ? 'small' : ''}" x=${x} y=${y + 3.5} text-anchor="middle">${k + 1}</text>`)}
    <text x="2" y="11">hidden spins h${subscript(1)} … h${subscript(hidden)}</text>
    <text x="2" y=${HEIGHT - 4}>visible spins v${subscript(1)} … v${subscript(sites.length)}</text>
  </svg>`;
}
