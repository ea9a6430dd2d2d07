/** Units of a layer on the grid of block spins that suits their places best. */

import { assignment } from '../linear/assignment.js';
import { checkList, refuse } from '../util/check.js';
import { checkShape, shortest } from './locality.js';

/** Where a layer's units are on a grid of as many places. */
export interface GridAssignment {
  /** The unit at each place of the grid, row-major. */
  units: number[];
  /** [row, column] of the grid's first place, in sites. */
  offset: readonly [number, number];
  /** Distance of each unit from its place, in sites, in the order of `units`; Infinity for one without a centre. */
  distances: number[];
  /** Share of the units in their own cell of the grid: within half of its diagonal. */
  placed: number;
  /** Root mean square of the finite distances; null if there are none. */
  misfit: number | null;
}

/** Offsets of the grid that are tried, per direction and cell. */
const OFFSETS = 2;
/** Rounds in which grid and assignment follow each other. */
const ROUNDS = 5;

/**
 * Assigns units to a square grid of as many places on a torus so that Σ distance² is smallest; the grid as a whole may lie
 * anywhere. A unit without a centre fills a place that is left over.
 * @param centres [row, column] of each unit in sites; null for one without a centre
 * @param shape sides of the torus; sides of the grid
 * @throws TypeError or RangeError for a grid of another number of places than there are units
 * @example
 * assignToGrid([[0, 2], [0, 0], [2, 0], [2, 2]], [4, 4], [2, 2]).units; // [1, 0, 2, 3]
 */
export function assignToGrid(
  centres: readonly (readonly [number, number] | null)[],
  shape: readonly [number, number],
  grid: readonly [number, number],
): GridAssignment {
  checkList('centres', centres, 'list of [row, column] or null');
  const [rows, columns] = checkShape(shape);
  const [down, across] = checkShape(grid, 'grid');
  const n = centres.length;
  if (down * across !== n) refuse('grid', `${n} places, one per unit`, `${down} × ${across}`);
  const cell = [rows / down, columns / across];
  const placeOf = (k: number, [y, x]: readonly [number, number]) =>
    [Math.floor(k / across) * cell[0] + y, (k % across) * cell[1] + x] as const;
  const vectors = (place: readonly [number, number], centre: readonly [number, number]) =>
    [shortest(centre[0] - place[0], rows), shortest(centre[1] - place[1], columns)] as const;
  const far = rows * rows + columns * columns;
  const solve = (offset: readonly [number, number]) => {
    const cost = new Float64Array(n * n);
    for (let k = 0; k < n; k++) {
      const place = placeOf(k, offset);
      centres.forEach((centre, unit) => {
        cost[k * n + unit] = centre === null ? far : Math.hypot(...vectors(place, centre)) ** 2;
      });
    }
    const units = [...assignment(cost, n)];
    return { units, offset, total: units.reduce((sum, unit, k) => sum + cost[k * n + unit], 0) };
  };
  let best: ReturnType<typeof solve> | undefined;
  for (let start = 0; start < OFFSETS ** 2; start++) {
    const first = [Math.floor(start / OFFSETS), start % OFFSETS].map((x, d) => (x * cell[d]) / OFFSETS);
    let offset: readonly [number, number] = [first[0], first[1]];
    for (let round = 0; round < ROUNDS; round++) {
      const one = solve(offset);
      const better: boolean = best === undefined || one.total < best.total - 1e-9 * far;
      if (better) best = one;
      // the grid moves by the mean of what separates it from its units
      const ways = one.units.flatMap((unit, k) => {
        const centre = centres[unit];
        return centre === null ? [] : [vectors(placeOf(k, one.offset), centre)];
      });
      if (ways.length === 0 || (!better && round > 0)) break;
      const mean = [0, 1].map((d) => ways.reduce((sum, vector) => sum + vector[d], 0) / ways.length);
      offset = [one.offset[0] + mean[0], one.offset[1] + mean[1]];
    }
  }
  const { units, offset } = best!;
  const distances = units.map((unit, k) => {
    const centre = centres[unit];
    return centre === null ? Number.POSITIVE_INFINITY : Math.hypot(...vectors(placeOf(k, offset), centre));
  });
  const half = Math.hypot(cell[0], cell[1]) / 2;
  const finite = distances.filter(Number.isFinite);
  return {
    units,
    offset,
    distances,
    placed: distances.filter((distance) => distance <= half).length / n,
    misfit: finite.length === 0 ? null : Math.sqrt(finite.reduce((sum, d) => sum + d * d, 0) / finite.length),
  };
}
