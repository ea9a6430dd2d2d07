/** The form of receptive fields on a torus, of one and of a layer: is it that of block spins? */

import { median } from '../stats/sample.js';
import { checkList } from '../util/check.js';
import { checkShape, type Locality, locality, shortest } from './locality.js';
import { isCompact } from './places.js';

/** The form of a field r, with the weights w_i = r_i²/Σ r². */
export interface FieldForm extends Locality {
  /** Number of sites with |r| of at least half of the largest. */
  support: number;
  /** √(smaller/larger eigenvalue) of Σ w_i d_i d_iᵀ, d_i the shortest way from the centre: 1 round, 0 a line or a single site. */
  roundness: number;
  /**
   * Share of Σ r² in the patch around the largest |r|: sites that are connected with it by neighbours with |r| of at least a
   * quarter of it. 1 is one clean blob.
   */
  patch: number;
  /** |Σ_i w_i sgn r_i|: 1 if all signs are equal, as in a block spin; near 0 for an edge or for noise. */
  polarity: number;
}

/**
 * The form of a receptive field.
 * @param field row-major [rows, columns]
 * @param shape sides of the torus, [rows, columns]
 * @returns null for a field of zeros
 * @throws TypeError or RangeError as `locality`
 * @example
 * fieldForm([1, 1, 0, 1, 1, 0, 0, 0, 0], [3, 3]); // area 4, support 4, roundness 1, patch 1, polarity 1
 */
export function fieldForm(field: ArrayLike<number>, shape: readonly [number, number]): FieldForm | null {
  const place = locality(field, shape);
  if (place === null) return null;
  const [rows, columns] = shape;
  let [total, signed, largest, peak] = [0, 0, 0, 0];
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < field.length; i++) {
    const square = field[i] ** 2;
    const dy = shortest(Math.floor(i / columns) - place.centre[0], rows);
    const dx = shortest((i % columns) - place.centre[1], columns);
    total += square;
    signed += Math.sign(field[i]) * square;
    xx += square * dx * dx;
    xy += square * dx * dy;
    yy += square * dy * dy;
    if (Math.abs(field[i]) > largest) [largest, peak] = [Math.abs(field[i]), i];
  }
  let support = 0;
  for (let i = 0; i < field.length; i++) if (Math.abs(field[i]) >= largest / 2) support++;
  const middle = (xx + yy) / 2;
  const half = Math.hypot((xx - yy) / 2, xy);
  return {
    ...place,
    support,
    roundness: middle + half > 0 ? Math.sqrt(Math.max(0, middle - half) / (middle + half)) : 0,
    patch: patchOf(field, peak, shape) / total,
    polarity: Math.abs(signed) / total,
  };
}

/** Σ r² over the sites that are connected with the peak. */
function patchOf(field: ArrayLike<number>, peak: number, [rows, columns]: readonly [number, number]): number {
  const bar = Math.abs(field[peak]) / 4;
  const seen = new Uint8Array(field.length);
  const waiting = [peak];
  seen[peak] = 1;
  let sum = 0;
  for (let site = waiting.pop(); site !== undefined; site = waiting.pop()) {
    sum += field[site] ** 2;
    const [y, x] = [Math.floor(site / columns), site % columns];
    const neighbours = [
      ((y + 1) % rows) * columns + x,
      ((y + rows - 1) % rows) * columns + x,
      y * columns + ((x + 1) % columns),
      y * columns + ((x + columns - 1) % columns),
    ];
    for (const next of neighbours) {
      if (seen[next] || Math.abs(field[next]) < bar) continue;
      seen[next] = 1;
      waiting.push(next);
    }
  }
  return sum;
}

/** The form of a layer: medians over its units whose fields are not zero; null if there are none. */
export interface LayerForm {
  units: number;
  /** Units whose field is zero. */
  dead: number;
  /** Share of all units whose field is compact: of a radius below a quarter of the shorter side. */
  compact: number;
  area: number | null;
  support: number | null;
  radius: number | null;
  roundness: number | null;
  patch: number | null;
  polarity: number | null;
  /**
   * Distance of a compact unit's centre from the four nearest of the others, their mean, in sites: b for block spins,
   * about 0.8 √(sites/units) for random places. Null for fewer than five compact units.
   */
  spacing: number | null;
  /** Share of the sites in the support of a compact unit. */
  coverage: number;
  /**
   * Standard deviation over mean, over the sites, of Σ_j r_ij²/Σ_i r_ij²: 0 if the fields share the lattice evenly. Null
   * without living units.
   */
  unevenness: number | null;
}

/**
 * The form of the fields of a layer.
 * @param fields one per unit, row-major [rows, columns] each
 * @throws TypeError or RangeError as `locality`
 */
export function layerForm(fields: readonly ArrayLike<number>[], shape: readonly [number, number]): LayerForm {
  checkList('fields', fields, 'list of fields');
  checkShape(shape);
  const forms = fields.map((field) => fieldForm(field, shape));
  const alive = forms.filter((form) => form !== null);
  const compact = fields.flatMap((field, k) => {
    const form = forms[k];
    return form !== null && isCompact(form, shape) ? [{ field, form }] : [];
  });
  const sites = shape[0] * shape[1];
  const covered = new Uint8Array(sites);
  for (const { field } of compact) {
    const bar = Array.from(field).reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 2;
    for (let i = 0; i < sites; i++) if (Math.abs(field[i]) >= bar) covered[i] = 1;
  }
  const of = (name: 'area' | 'support' | 'radius' | 'roundness' | 'patch' | 'polarity') =>
    median(alive.map((form) => form[name]));
  return {
    units: fields.length,
    dead: fields.length - alive.length,
    compact: fields.length === 0 ? 0 : compact.length / fields.length,
    area: of('area'),
    support: of('support'),
    radius: of('radius'),
    roundness: of('roundness'),
    patch: of('patch'),
    polarity: of('polarity'),
    spacing: spacingOf(
      compact.map(({ form }) => form.centre),
      shape,
    ),
    coverage: covered.reduce((sum, is) => sum + is, 0) / sites,
    unevenness: alive.length === 0 ? null : unevennessOf(fields, sites),
  };
}

/** Neighbours of a block spin on a square lattice. */
const NEIGHBOURS = 4;

/** Median over the centres of the mean distance from the four nearest others. */
function spacingOf(centres: readonly (readonly [number, number])[], [rows, columns]: readonly [number, number]) {
  if (centres.length <= NEIGHBOURS) return null;
  const distances = centres.map(([y, x], k) => {
    const others = centres
      .filter((_, j) => j !== k)
      .map(([v, u]) => Math.hypot(shortest(v - y, rows), shortest(u - x, columns)))
      .sort((a, b) => a - b);
    return others.slice(0, NEIGHBOURS).reduce((sum, distance) => sum + distance, 0) / NEIGHBOURS;
  });
  return median(distances);
}

function unevennessOf(fields: readonly ArrayLike<number>[], sites: number): number {
  const shares = new Float64Array(sites);
  for (const field of fields) {
    let total = 0;
    for (let i = 0; i < sites; i++) total += field[i] ** 2;
    if (total > 0) for (let i = 0; i < sites; i++) shares[i] += field[i] ** 2 / total;
  }
  const mean = shares.reduce((sum, share) => sum + share, 0) / sites;
  return Math.sqrt(shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / sites) / mean;
}
