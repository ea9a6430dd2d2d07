/** Operators on spins without a lattice: neighbours by their places, and products along the graph of neighbours. */

import { instanceOf, integer, lengthOf, refuse } from '../../util/check.js';
import type { SpinOperator } from './productSums.js';

/** Pairs of neighbours, each once. */
export type Edges = readonly (readonly [number, number])[];

/** Nearest places among which the neighbours of a place are looked for. */
const CANDIDATES = 24;

/** Shape of the region of two places that must be empty: 1 is Gabriel's graph, 2 the relative neighbourhood graph. */
const BETA = 1.5;

/**
 * Neighbours among places on a torus: pairs between which there is no third place, that is none in the intersection of two
 * discs of radius ¾d, centred on the line from one to the other at ¼d and ¾d of their distance d. On the square lattice these
 * are 4 neighbours per site, on the triangular one 6, also if the places are moved by a tenth of the spacing or so.
 * Source: D. G. Kirkpatrick & J. D. Radke, in Computational Geometry (1985): the β-skeleton for β = 3/2.
 * @param places [places, 2], (row, column)
 * @param period [rows, columns] of the torus
 * @throws TypeError for a wrong kind; RangeError for places that are not finite, or a period that is not positive
 * @example
 * neighbourGraph(Float64Array.of(0, 0, 0, 1, 0, 2, 0, 3), [4, 4]).length; // a ring of 4: 4
 */
export function neighbourGraph(places: Float64Array, period: readonly [number, number]): [number, number][] {
  instanceOf('places', places, Float64Array, 'Float64Array');
  if (places.length % 2 !== 0) refuse('places', 'two numbers per place', `${places.length} numbers`);
  if (!places.every(Number.isFinite))
    refuse(
      'places',
      'finite numbers',
      places.find((x) => !Number.isFinite(x)),
    );
  if (!Array.isArray(period)) refuse('period', '[rows, columns]', period, 'type');
  lengthOf('period', period as never, 2);
  period.forEach((side, k) => {
    if (!(side > 0 && side < Infinity)) refuse(`period[${k}]`, 'number > 0', side);
  });
  const count = places.length / 2;
  // from i to j, the shortest way around the torus
  const way = (i: number, j: number): [number, number] => {
    const along = (axis: 0 | 1) => {
      const d = places[2 * j + axis] - places[2 * i + axis];
      return d - period[axis] * Math.round(d / period[axis]);
    };
    return [along(0), along(1)];
  };
  const edges = new Map<string, [number, number]>();
  for (let i = 0; i < count; i++) {
    const near = Array.from({ length: count }, (_, j) => ({ j, d: way(i, j) }))
      .filter(({ j }) => j !== i)
      .map((one) => ({ ...one, square: square(...one.d) }))
      .sort((a, b) => a.square - b.square || a.j - b.j)
      .slice(0, CANDIDATES);
    near.forEach(({ j, d, square: length2 }, place) => {
      const radius2 = ((BETA / 2) * (1 + 1e-9)) ** 2 * length2;
      const inside = ({ d: other }: { d: [number, number] }, share: number) =>
        square(other[0] - share * d[0], other[1] - share * d[1]) < radius2;
      const blocked = near.slice(0, place).some((k) => inside(k, BETA / 2) && inside(k, 1 - BETA / 2));
      const pair: [number, number] = [Math.min(i, j), Math.max(i, j)];
      if (!blocked) edges.set(pair.join(), pair);
    });
  }
  return [...edges.values()];
}

const square = (x: number, y: number): number => x * x + y * y;

/** The operators of a graph, even ones first. */
export const GRAPH_OPERATORS = { even: ['nn', 'second', 'square', 'fork'], odd: ['field', 'path'] } as const;

/**
 * Operators on spins with a graph of neighbours instead of a lattice: field, nn (neighbours), second (pairs two steps apart),
 * path (a spin with two of its neighbours), fork (with three), square (rings of four without a chord). On the square lattice
 * second is nnn and third together, square the plaquette.
 * @param sites number of spins
 * @param edges pairs of neighbours
 * @returns those that have a product
 * @throws TypeError or RangeError for a pair out of range
 */
export function graphOperators(sites: number, edges: Edges): SpinOperator[] {
  integer('sites', sites, 1);
  if (!Array.isArray(edges)) refuse('edges', 'list of pairs', edges, 'type');
  const near: Set<number>[] = Array.from({ length: sites }, () => new Set());
  edges.forEach((edge, k) => {
    const [a, b] = edge ?? [];
    integer(`edges[${k}][0]`, a, 0, sites - 1);
    integer(`edges[${k}][1]`, b, 0, sites - 1);
    if (a === b) refuse(`edges[${k}]`, 'two different sites', a);
    near[a].add(b);
    near[b].add(a);
  });
  const products: Record<string, number[]> = { nn: [], second: [], square: [], field: [], path: [], fork: [] };
  for (let i = 0; i < sites; i++) {
    products.field.push(i);
    const around = [...near[i]].sort((a, b) => a - b);
    for (const j of around) if (i < j) products.nn.push(i, j);
    const second = new Set(around.flatMap((j) => [...near[j]]).filter((k) => k !== i && !near[i].has(k)));
    for (const k of second) {
      if (i > k) continue;
      products.second.push(i, k);
      // rings i, a, k, b; each is found from both of its diagonals, and kept for the one with the least site
      const between = around.filter((a) => near[k].has(a));
      eachSubset(between, 2, ([a, b]) => {
        if (!near[a].has(b) && i < Math.min(a, b)) products.square.push(i, a, b, k);
      });
    }
    eachSubset(around, 2, (some) => products.path.push(i, ...some));
    eachSubset(around, 3, (some) => products.fork.push(i, ...some));
  }
  const orders: Record<string, number> = { nn: 2, second: 2, square: 4, field: 1, path: 3, fork: 4 };
  return Object.entries(products)
    .filter(([, sites]) => sites.length > 0)
    .map(([name, list]) => ({ name, order: orders[name], sites: Uint32Array.from(list) }));
}

/** Calls `visit` with each subset of two or three members. */
function eachSubset(members: readonly number[], size: 2 | 3, visit: (subset: number[]) => void): void {
  for (let a = 0; a < members.length; a++) {
    for (let b = a + 1; b < members.length; b++) {
      if (size === 2) visit([members[a], members[b]]);
      else for (let c = b + 1; c < members.length; c++) visit([members[a], members[b], members[c]]);
    }
  }
}
